//! Source-language words an editor had put in square brackets, which translators skip.

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::engine::sink::{Draft, Sink};
use crate::lang::identify::identify;
use crate::rule::vocab::{ListId, Vocab};
use crate::text::token::{Flags, Kind};

pub(super) struct Inserts {
    rule: Option<usize>,
    foreign: ListId,
    english: ListId,
}

impl Inserts {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self {
            rule: ids.get("bracketed-source-text").copied(),
            foreign: vocab.list("foreign-function-words"),
            english: vocab.list("english-function-words"),
        }
    }
}

impl Detector for Inserts {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        if !doc.view.text.contains('[') {
            return;
        }
        for sent in &doc.sents {
            let mut at = sent.first;
            while at < sent.last {
                if doc.text(at) != "[" {
                    at += 1;
                    continue;
                }
                let Some(close) = (at + 1..sent.last.min(at + 12)).find(|i| doc.text(*i) == "]") else { break };
                let words: Vec<usize> = (at + 1..close).filter(|i| doc.tokens[*i].kind == Kind::Word).collect();
                let plain = words.len() == close - at - 1 && !words.is_empty();
                let foreign = words.iter().filter(|i| doc.on(self.foreign, **i)).count();
                let english = words.iter().any(|i| doc.on(self.english, *i));
                // A name in brackets glosses a name; a foreign article before lower-case words does not.
                let lower = words.iter().filter(|i| doc.tokens[**i].is(Flags::LOWER)).count();
                let script = words.iter().any(|i| doc.text(*i).chars().any(|c| c.is_alphabetic() && !is_latin(c)));
                if plain && !english && (foreign > 0 && lower * 2 >= words.len() || script) {
                    let evidence = words
                        .iter()
                        .filter(|i| doc.on(self.foreign, **i))
                        .map(|i| (format!("“{}” is not an English word", doc.text(*i)), Some(doc.tokens[*i].at)))
                        .collect();
                    let inner = doc.range(at + 1, close - 1).of(&doc.view.text);
                    let language = identify(inner).map(|g| g.language).filter(|l| *l != "en");
                    out.report(doc, self.rule, (at, close + 1), Draft { evidence, language, ..Draft::default() });
                }
                at = close + 1;
            }
        }
    }
}

fn is_latin(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}
