//! A document's words, reduced to what two wordings of one sentence share.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::doc::Doc;
use crate::names::data::fold::fold;
use crate::text::inflect;
use crate::text::token::{Flags, Kind};

/// Words that carry no fact of their own.
const FUNCTION: &str = "the a an of to and or nor but in on at for with from by as that which who whom whose where when while because \
     although though if is was are were be been being am has have had having do does did done will would shall should can could may might must \
     he she it they we i you his her hers its our ours their theirs your my me him them us this these those there here also too however \
     not no n't than then so such some any all both each every into onto upon over under between among through during after before \
     about against within without out up down off again more most very just only even still already yet now one ones other another \
     what how why whether it's itself himself herself themselves own same s re ve ll d per via amid";

/// Irregular words that no rule inflects, each with its base first.
const MORE: &[&str] = &[
    "drive drives drove driven driving",
    "fly flies flew flown",
    "choose chooses chose chosen",
    "grow grows grew grown",
    "show shows showed shown",
    "fight fights fought",
    "catch catches caught",
    "seek seeks sought",
    "teach teaches taught",
    "feel feels felt",
    "deal deals dealt",
    "hear hears heard",
    "shoot shoots shot",
    "steal steals stole stolen",
    "freeze freezes froze frozen",
    "wear wears wore worn",
    "swear swears swore sworn",
    "speed speeds sped",
    "flee flees fled",
    "feed feeds fed",
    "forbid forbids forbade forbidden",
    "forget forgets forgot forgotten",
    "forgive forgives forgave forgiven",
    "hide hides hid hidden",
    "ride rides rode ridden",
    "shake shakes shook shaken",
    "sink sinks sank sunk",
    "spread spreads",
    "sweep sweeps swept",
    "wake wakes woke woken",
    "withdraw withdraws withdrew withdrawn",
    "undergo undergoes underwent undergone",
    "undertake undertakes undertook undertaken",
    "overcome overcomes overcame",
    "understand understands understood",
    "die dies died dying",
    "lie lies lying",
    "use uses used using",
    "agree agrees agreed agreeing",
    "foresee foresees foresaw foreseen",
    "life lives",
    "wife wives",
];

/// The dictionary form of an irregular word in lower case.
fn base(word: &str) -> Option<&'static str> {
    static BASES: LazyLock<FxHashMap<&str, &str>> = LazyLock::new(|| {
        let rows = inflect::IRREGULAR.iter().rev().flat_map(|row| row.iter().map(|form| (*form, row[0])));
        let more = MORE.iter().flat_map(|row| row.split(' ').map(|form| (form, row.split(' ').next().unwrap_or(form))));
        rows.chain(more).collect()
    });
    BASES.get(word).copied()
}

/// One word of a document; a contraction is several, at one token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Its token.
    pub tok: usize,
    /// What it is whatever its inflection and spelling.
    pub stem: u32,
    /// It stands for a thing, a deed or a quality.
    pub content: bool,
}

/// Numbers for stems, shared by both versions.
#[derive(Default)]
pub(super) struct Stems {
    known: FxHashMap<Box<str>, u32>,
    names: Vec<Box<str>>,
    function: Vec<bool>,
    /// What a word as written comes to.
    forms: FxHashMap<Box<str>, Box<[u32]>>,
}

impl Stems {
    pub(super) fn new() -> Self {
        let mut new = Self::default();
        for word in FUNCTION.split_whitespace() {
            let stem = stem(word);
            new.number(&stem);
        }
        new.function = vec![true; new.names.len()];
        new
    }

    /// The number of a stem.
    pub(super) fn number(&mut self, stem: &str) -> u32 {
        if let Some(&known) = self.known.get(stem) {
            return known;
        }
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.known.insert(stem.into(), next);
        self.names.push(stem.into());
        next
    }

    /// The stem behind a number.
    pub(super) fn name(&self, stem: u32) -> &str {
        self.names.get(stem as usize).map_or("", |n| n)
    }

    fn is_function(&self, stem: u32) -> bool {
        self.function.get(stem as usize).is_some_and(|f| *f)
    }

    /// The stems of a token as written.
    fn read(&mut self, text: &str) -> Box<[u32]> {
        if let Some(known) = self.forms.get(text) {
            return known.clone();
        }
        let parts: Vec<u32> = parts(text).iter().map(|p| self.number(&stem(p))).collect();
        let parts: Box<[u32]> = parts.into();
        self.forms.insert(text.into(), parts.clone());
        parts
    }
}

/// The words of a token in lower case: `can't` is two.
fn parts(text: &str) -> Vec<String> {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    if letters.clone().count() == 2 && letters.clone().all(char::is_uppercase) {
        // “US” is not “us”.
        return vec![letters.collect()];
    }
    let low = text.to_lowercase().replace(['’', 'ʼ'], "'");
    if low.starts_with(|c: char| c.is_ascii_digit()) {
        return vec![low];
    }
    match low.as_str() {
        "cannot" | "can't" => return vec!["can".into(), "not".into()],
        "won't" => return vec!["will".into(), "not".into()],
        "shan't" => return vec!["shall".into(), "not".into()],
        "'s" => return Vec::new(),
        "o'clock" => return vec!["oclock".into()],
        _ => {}
    }
    if let Some(verb) = low.strip_suffix("n't") {
        return vec![verb.to_owned(), "not".into()];
    }
    for (end, word) in [("'ll", "will"), ("'re", "are"), ("'ve", "have"), ("'m", "am"), ("'d", "would")] {
        if let Some(head) = low.strip_suffix(end) {
            return vec![head.to_owned(), word.to_owned()];
        }
    }
    let folded = if low.is_ascii() { low.replace(['\'', '.'], "") } else { fold(&low).replace(' ', "") };
    vec![if folded.is_empty() { low } else { folded }]
}

/// A word without its inflection, in one of its spellings.
pub(super) fn stem(word: &str) -> String {
    if let Some(base) = base(word) {
        return base.to_owned();
    }
    if !word.bytes().all(|b| b.is_ascii_lowercase()) || word.len() < 4 {
        return word.to_owned();
    }
    let mut out = word.to_owned();
    let undouble = |text: &mut String| {
        let bytes = text.as_bytes();
        if let [.., a, b] = bytes
            && a == b
            && !matches!(b, b's' | b'e' | b'o')
        {
            text.pop();
        }
    };
    if let Some(head) = word.strip_suffix("ies").filter(|h| h.len() > 1) {
        out = format!("{head}y");
    } else if word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is") {
        out.pop();
        if ["xe", "che", "she", "sse", "zze"].iter().any(|e| out.ends_with(e)) {
            out.pop();
        }
    }
    if let Some(head) = out.strip_suffix("ied").filter(|h| h.len() > 1) {
        out = format!("{head}y");
    } else if let Some(head) = out.strip_suffix("ed").filter(|h| h.len() > 2 && h.bytes().any(|b| b"aeiouy".contains(&b))) {
        out = head.to_owned();
        undouble(&mut out);
    } else if let Some(head) = out.strip_suffix("ing").filter(|h| h.len() > 2 && h.bytes().any(|b| b"aeiouy".contains(&b))) {
        out = head.to_owned();
        undouble(&mut out);
    }
    spelling(&out)
}

/// British and American spellings of one word come to the same letters.
fn spelling(word: &str) -> String {
    let mut out = word.trim_end_matches('e').to_owned();
    if out.len() < 3 {
        return word.to_owned();
    }
    for (from, to) in
        [("our", "or"), ("isation", "ization"), ("programm", "program"), ("aeroplan", "airplan"), ("grey", "gray"), ("defenc", "defens")]
    {
        if out != "our" {
            out = out.replace(from, to);
        }
    }
    for (from, to) in [("is", "iz"), ("ys", "yz"), ("tr", "ter"), ("ogu", "og"), ("enc", "ens"), ("ll", "l"), ("y", "i")] {
        if let Some(head) = out.strip_suffix(from).filter(|h| h.len() > 2) {
            out = format!("{head}{to}");
            break;
        }
    }
    out
}

/// The words of a document in order, and where each sentence's lie.
pub(super) struct Words<'a> {
    pub doc: &'a Doc<'a>,
    pub all: Vec<Word>,
    /// For each sentence its words.
    pub sents: Vec<std::ops::Range<usize>>,
}

impl<'a> Words<'a> {
    pub(super) fn new(doc: &'a Doc<'a>, stems: &mut Stems) -> Self {
        let mut all = Vec::with_capacity(doc.tokens.len());
        let mut sents = Vec::with_capacity(doc.sents.len());
        for sent in &doc.sents {
            let first = all.len();
            for tok in sent.first..sent.last {
                let token = &doc.tokens[tok];
                if !matches!(token.kind, Kind::Word | Kind::Num | Kind::Url) {
                    continue;
                }
                for &stem in &stems.read(doc.text(tok)) {
                    all.push(Word { tok, stem, content: !stems.is_function(stem) });
                }
            }
            sents.push(first..all.len());
        }
        Self { doc, all, sents }
    }

    /// The token as written.
    pub(super) fn text(&self, word: usize) -> &'a str {
        self.all.get(word).map_or("", |w| self.doc.text(w.tok))
    }

    /// Whether the word has a capital.
    pub(super) fn capital(&self, word: usize) -> bool {
        self.all.get(word).is_some_and(|w| self.doc.tokens[w.tok].is(Flags::CAP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_and_spellings_come_to_one_stem() {
        for group in [
            "propose proposes proposed proposing",
            "organise organize organised organizing organises",
            "defence defense",
            "centre center centres",
            "stop stops stopped stopping",
            "party parties",
            "travel travelled traveled travelling",
            "go goes went gone",
            "neighbour neighbor neighbours",
            "analyse analyze analysed",
            "programme program programmes",
            "say said says",
        ] {
            let stems: Vec<String> = group.split(' ').map(stem).collect();
            assert!(stems.iter().all(|s| *s == stems[0]), "{group}: {stems:?}");
        }
        for (a, b) in [("minister", "ministry"), ("police", "policy"), ("president", "precedent"), ("kill", "king"), ("this", "thing")] {
            assert_ne!(stem(a), stem(b), "{a} {b}");
        }
    }

    #[test]
    fn contractions_are_their_words() {
        assert_eq!(parts("don’t"), ["do", "not"]);
        assert_eq!(parts("won't"), ["will", "not"]);
        assert_eq!(parts("cannot"), ["can", "not"]);
        assert_eq!(parts("They're"), ["they", "are"]);
        assert_eq!(parts("O'Neill"), ["oneill"]);
        assert_eq!(parts("Íñigo"), ["inigo"]);
    }
}
