//! Punctuation and quotation marks of another language or of a tokeniser: “word ,”, “company ’ s”, “«so»”, “.” he said.”.

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::doc::{Doc, Sent};
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::Safety;
use crate::lang::identify::identify;
use crate::rule::vocab::{ListId, Vocab};
use crate::span::ViewRange;
use crate::text::token::{Flags, Kind};
use crate::view::BlockKind;

pub(super) struct Marks {
    space_before: Option<usize>,
    space_before_high: Option<usize>,
    space_missing: Option<usize>,
    apostrophe: Option<usize>,
    inner_space: Option<usize>,
    mixed: Option<usize>,
    straight: Option<usize>,
    foreign_quotes: Option<usize>,
    attribution: Option<usize>,
    inverted: Option<usize>,
    empty: Option<usize>,
    dash: Option<usize>,
    reporting: ListId,
    pronouns: ListId,
    abbreviations: ListId,
}

/// What an English contraction or possessive ends in.
const ENDINGS: [&str; 7] = ["s", "t", "re", "ve", "ll", "d", "m"];

/// Opening and closing marks of one system.
fn system(mark: &str) -> Option<(&'static str, bool)> {
    Some(match mark {
        "“" => ("curly", true),
        "”" => ("curly", false),
        "«" => ("guillemets", true),
        "»" => ("guillemets", false),
        "„" | "‟" => ("low", true),
        "\"" => ("straight", true),
        _ => return None,
    })
}

impl Marks {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        let rule = |id: &str| ids.get(id).copied();
        Self {
            space_before: rule("space-before-mark"),
            space_before_high: rule("space-before-high-mark"),
            space_missing: rule("space-missing-after-mark"),
            apostrophe: rule("spaced-apostrophe"),
            inner_space: rule("space-inside-quotation-marks"),
            mixed: rule("mixed-quotation-marks"),
            straight: rule("straight-and-curly-marks"),
            foreign_quotes: rule("foreign-quotation-marks"),
            attribution: rule("stop-before-attribution"),
            inverted: rule("inverted-mark"),
            empty: rule("empty-brackets"),
            dash: rule("dash-behind-bracket"),
            reporting: vocab.list("reporting-verbs"),
            pronouns: vocab.list("subject-pronouns"),
            abbreviations: vocab.list("abbreviations"),
        }
    }

    /// “the war , he said”
    fn before(&self, doc: &Doc<'_>, sent: &Sent, at: usize, out: &mut Sink<'_>) {
        let (prev, token) = (&doc.tokens[at - 1], &doc.tokens[at]);
        let mark = doc.text(at);
        if !matches!(mark, "," | "." | ";" | "?" | "!" | ":" | ")") || !token.is(Flags::SPACE) || doc.starts_line(at) {
            return;
        }
        let next = doc.tokens.get(at + 1).filter(|_| at + 1 < sent.last);
        // “ .com”, “ .5”, “:)” and what stands alone between spaces for a reason.
        let glued =
            next.is_some_and(|t| !t.is(Flags::SPACE) && t.kind != Kind::Quote && (doc.text(at + 1) != ")" || mark == ":" || mark == ";"));
        let worded = matches!(prev.kind, Kind::Word | Kind::Num | Kind::Quote) || matches!(doc.text(at - 1), ")" | "%");
        if glued || !worded || prev.kind == Kind::Num && mark == ":" || mark == ")" && prev.kind == Kind::Quote {
            return;
        }
        let gap = ViewRange { start: prev.at.end, end: token.at.start };
        let fix = HitFix { title: "delete the space".into(), edits: vec![(gap, String::new())], safety: Safety::Safe };
        let rule = if matches!(mark, "," | "." | ")") { self.space_before } else { self.space_before_high };
        out.report(doc, rule, (at - 1, at + 1), Draft { fixes: vec![fix], values: vec![("mark", mark.into())], ..Draft::default() });
    }

    /// “the war,he said”
    fn behind(&self, doc: &Doc<'_>, sent: &Sent, at: usize, out: &mut Sink<'_>) {
        let Some(next) = doc.tokens.get(at + 1).filter(|_| at + 1 < sent.last) else { return };
        let (prev, token) = (&doc.tokens[at - 1], &doc.tokens[at]);
        let mark = doc.text(at);
        let plain =
            |i: usize| doc.tokens[i].kind == Kind::Word && doc.tokens[i].at.len() > 2 && doc.text(i).chars().all(char::is_alphabetic);
        let fits = matches!(mark, "," | ";" | "?" | "!") && !token.is(Flags::SPACE) && !next.is(Flags::SPACE) && prev.is(Flags::LOWER);
        let stopped = mark == "."
            && !token.is(Flags::SPACE)
            && !next.is(Flags::SPACE)
            && prev.is(Flags::LOWER)
            && next.is(Flags::CAP)
            && !next.is(Flags::UPPER)
            && !doc.on(self.abbreviations, at - 1);
        if !(fits || stopped) || !plain(at - 1) || !plain(at + 1) || doc.text(at + 2).starts_with(['.', '/', '@']) {
            return;
        }
        // Written together on purpose: addresses, code, “either,or”.
        let known = |i: usize| doc.entry(i).in_dictionary();
        let entity = mark == ";" && at >= 2 && doc.text(at - 2) == "&";
        if entity || !known(at - 1) || mark != "." && !known(at + 1) && next.is(Flags::LOWER) {
            return;
        }
        let place = ViewRange { start: token.at.end, end: token.at.end };
        let fix = HitFix { title: "put a space there".into(), edits: vec![(place, " ".into())], safety: Safety::Safe };
        out.report(
            doc,
            self.space_missing,
            (at - 1, at + 2),
            Draft { fixes: vec![fix], values: vec![("mark", mark.into())], ..Draft::default() },
        );
    }

    /// “the company ’ s”, “don' t”
    fn apostrophe(&self, doc: &Doc<'_>, sent: &Sent, at: usize, out: &mut Sink<'_>) {
        if !matches!(doc.text(at), "'" | "’" | "‘" | "`" | "´") || at + 1 >= sent.last {
            return;
        }
        let (prev, token, next) = (&doc.tokens[at - 1], &doc.tokens[at], &doc.tokens[at + 1]);
        let ending = doc.text(at + 1);
        let spaced = token.is(Flags::SPACE) || next.is(Flags::SPACE);
        let word = prev.kind == Kind::Word && doc.text(at - 1).chars().all(char::is_alphabetic);
        if !spaced || !word || !ENDINGS.contains(&ending) || next.kind != Kind::Word {
            return;
        }
        // “the players’ s…” cannot be; “rock ’n’ roll” and quotations that open before one letter can.
        let negated = ending == "t" && !doc.text(at - 1).to_ascii_lowercase().ends_with('n');
        let closes = doc.tokens.get(at + 2).is_some_and(|t| t.kind == Kind::Quote && !t.is(Flags::SPACE));
        // “’s-Hertogenbosch”
        let hyphen = doc.text(at + 2) == "-" && !doc.tokens[at + 2].is(Flags::SPACE);
        if negated || closes || hyphen || doc.text(at + 2) == "." && !doc.tokens[at + 2].is(Flags::SPACE) && at + 3 < sent.last {
            return;
        }
        let mut edits = Vec::new();
        if token.is(Flags::SPACE) {
            edits.push((ViewRange { start: prev.at.end, end: token.at.start }, String::new()));
        }
        if next.is(Flags::SPACE) {
            edits.push((ViewRange { start: token.at.end, end: next.at.start }, String::new()));
        }
        let fix = HitFix { title: "close the gap".into(), edits, safety: Safety::Safe };
        out.report(doc, self.apostrophe, (at - 1, at + 2), Draft { fixes: vec![fix], ..Draft::default() });
    }

    /// “ historic ” with spaces on the inner sides.
    fn inner(&self, doc: &Doc<'_>, sent: &Sent, at: usize, out: &mut Sink<'_>) {
        if doc.text(at) != "“" || at + 1 >= sent.last || !doc.tokens[at + 1].is(Flags::SPACE) || doc.starts_line(at + 1) {
            return;
        }
        let Some(close) = (at + 2..(at + 80).min(sent.last)).find(|i| matches!(doc.text(*i), "”" | "“")) else { return };
        let space = |i: usize| ViewRange { start: doc.tokens[i - 1].at.end, end: doc.tokens[i].at.start };
        let mut edits = vec![(space(at + 1), String::new())];
        if doc.text(close) == "”" && doc.tokens[close].is(Flags::SPACE) {
            edits.push((space(close), String::new()));
        }
        let fix = HitFix { title: "close the gap".into(), edits, safety: Safety::Safe };
        out.report(doc, self.inner_space, (at, close + 1), Draft { fixes: vec![fix], ..Draft::default() });
    }

    /// “«so”, “„so"”: a quotation that opens in one system and closes in another.
    fn pairs(&self, doc: &Doc<'_>, sent: &Sent, at: usize, out: &mut Sink<'_>) {
        let Some((open, true)) = system(doc.text(at)) else { return };
        if open == "straight" && !doc.tokens[at].is(Flags::OPENS) {
            return;
        }
        let Some(close) = (at + 1..(at + 120).min(sent.last)).find(|i| system(doc.text(*i)).is_some()) else { return };
        let words = doc.range(at + 1, close.max(at + 2) - 1).of(&doc.view.text);
        let Some((kind, opens)) = system(doc.text(close)) else { return };
        let at_word = !doc.tokens[close].is(Flags::SPACE) && doc.tokens[at + 1].kind != Kind::Quote && close > at + 1;
        let mark = |i: usize, text: &str| (doc.tokens[i].at, text.to_owned());
        let curly = |title: &str| HitFix { title: title.into(), edits: vec![mark(at, "“"), mark(close, "”")], safety: Safety::Safe };
        if !at_word || close + 1 < sent.last && !doc.tokens[close + 1].is(Flags::SPACE) && doc.tokens[close + 1].is_word() {
            return;
        }
        let values = || vec![("open", doc.text(at).to_owned()), ("close", doc.text(close).to_owned())];
        let draft = |fix| Draft { fixes: vec![fix], values: values(), ..Draft::default() };
        match (open, kind) {
            // „so“ and «so»: right in German, Russian, French.
            ("low", _) if matches!(doc.text(close), "“" | "”" | "\"") => {
                if doc.text(close) == "“" {
                    self.foreign(doc, (at, close), words, curly("write “…”"), out)
                } else {
                    out.report(doc, self.mixed, (at, close + 1), draft(curly("write “…”")));
                }
            }
            ("guillemets", "guillemets") if !opens => self.foreign(doc, (at, close), words, curly("write “…”"), out),
            ("guillemets", "curly") | ("curly", "guillemets") if !opens => {
                out.report(doc, self.mixed, (at, close + 1), draft(curly("write “…”")));
            }
            ("straight", "curly") if !opens => out.report(doc, self.straight, (at, close + 1), draft(curly("write “…”"))),
            ("curly", "straight") => out.report(doc, self.straight, (at, close + 1), draft(curly("write “…”"))),
            _ => {}
        }
    }

    /// «so» around English words: a quotation in another language keeps its own marks.
    fn foreign(&self, doc: &Doc<'_>, (at, close): (usize, usize), words: &str, fix: HitFix, out: &mut Sink<'_>) {
        if identify(words).is_none_or(|g| g.language == "en") {
            out.report(doc, self.foreign_quotes, (at, close + 1), Draft { fixes: vec![fix], ..Draft::default() });
        }
    }

    /// “It is over.” he said.
    fn attribution(&self, doc: &Doc<'_>, at: usize, out: &mut Sink<'_>) {
        let quote = &doc.tokens[at];
        let closes = quote.kind == Kind::Quote && matches!(doc.text(at), "”" | "\"") && !quote.is(Flags::SPACE);
        if !closes
            || doc.text(at - 1) != "."
            || at < 3
            || doc.tokens[at - 2].is(Flags::UPPER)
            || doc.text(at - 2).len() == 1
            || doc.on(self.abbreviations, at - 2)
        {
            return;
        }
        let pronoun = doc.on(self.pronouns, at + 1) && doc.tokens[at + 1].is(Flags::LOWER);
        let verb = doc.tokens.get(at + 1).is_some_and(|t| t.is(Flags::LOWER)) && matches!(doc.text(at + 1), "said" | "says");
        if !(pronoun && doc.on(self.reporting, at + 2) || verb) || doc.text(at + 2) == "to" {
            return;
        }
        let stop = doc.tokens[at - 1].at;
        let fix = HitFix { title: "write a comma".into(), edits: vec![(stop, ",".into())], safety: Safety::Safe };
        out.report(doc, self.attribution, (at - 1, at), Draft { at: Some(doc.range(at - 1, at)), fixes: vec![fix], ..Draft::default() });
    }

    /// “¿Who will come?”
    fn inverted(&self, doc: &Doc<'_>, sent: &Sent, at: usize, out: &mut Sink<'_>) {
        if !matches!(doc.text(at), "¿" | "¡") {
            return;
        }
        let end = (at + 1..sent.last).find(|i| matches!(doc.text(*i), "?" | "!")).unwrap_or(sent.last);
        // Words of Spanish keep their mark.
        let words = (at + 1..end).filter(|i| doc.tokens[*i].is_word());
        let (mut all, mut english) = (0, 0);
        for i in words {
            all += 1;
            english += usize::from(doc.entry(i).in_dictionary());
        }
        if all == 0 || english * 4 < all * 3 || all == 1 && doc.tokens[at].is(Flags::QUOTED) {
            return;
        }
        let draft = Draft::fix("delete the mark", doc.tokens[at].at, "", Safety::Safe);
        out.report(doc, self.inverted, (at, at + 1), draft);
    }

    /// “the ministry () said”, “KYIV ( – ”: what stood in the brackets was lost.
    fn brackets(&self, doc: &Doc<'_>, sent: &Sent, at: usize, out: &mut Sink<'_>) {
        if doc.text(at) != "(" || at + 1 >= sent.last {
            return;
        }
        let inner = doc.text(at + 1);
        let prev = &doc.tokens[at - 1];
        if inner == ")" && doc.tokens[at].is(Flags::SPACE) && prev.kind != Kind::Punct {
            let gone = ViewRange { start: prev.at.end, end: doc.tokens[at + 1].at.end };
            let fix = HitFix { title: "delete the brackets".into(), edits: vec![(gone, String::new())], safety: Safety::Unsafe };
            out.report(doc, self.empty, (at, at + 2), Draft { at: Some(gone), fixes: vec![fix], ..Draft::default() });
        } else if matches!(inner, "–" | "—" | "-" | "," | ";") && doc.tokens.get(at + 2).is_some_and(|t| t.is(Flags::SPACE) && t.is_word())
        {
            out.report(doc, self.dash, (at, at + 2), Draft::default());
        }
    }
}

impl Detector for Marks {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        for sent in &doc.sents {
            if matches!(doc.kind(sent), BlockKind::Code | BlockKind::Cell) {
                continue;
            }
            for at in sent.first..sent.last {
                let kind = doc.tokens[at].kind;
                if !matches!(kind, Kind::Punct | Kind::Quote) {
                    continue;
                }
                if kind == Kind::Punct {
                    self.inverted(doc, sent, at, out);
                }
                if at > sent.first {
                    if kind == Kind::Punct {
                        self.before(doc, sent, at, out);
                        self.behind(doc, sent, at, out);
                        self.brackets(doc, sent, at, out);
                    }
                    self.apostrophe(doc, sent, at, out);
                    self.attribution(doc, at, out);
                }
                if kind == Kind::Quote {
                    self.inner(doc, sent, at, out);
                    self.pairs(doc, sent, at, out);
                }
            }
        }
    }
}
