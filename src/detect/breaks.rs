//! Stops that cut a sentence in two, and the fragments they leave behind.

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::doc::{Doc, Sent};
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::{Confidence, Safety};
use crate::rule::vocab::{ListId, Vocab};
use crate::text::token::{Flags, Kind};
use crate::text::uncapitalise;
use crate::view::BlockKind;

pub(super) struct Breaks {
    stray: Option<usize>,
    orphan: Option<usize>,
    brands: ListId,
    abbreviations: ListId,
    openers: ListId,
    finite: ListId,
    interjections: ListId,
    event_nouns: ListId,
    determiners: ListId,
    reporting: ListId,
}

impl Breaks {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self {
            stray: ids.get("stray-full-stop").copied(),
            orphan: ids.get("orphan-fragment").copied(),
            brands: vocab.list("lower-case-brands"),
            abbreviations: vocab.list("abbreviations"),
            openers: vocab.list("phrase-openers"),
            finite: vocab.list("finite-verbs"),
            interjections: vocab.list("one-word-sentences"),
            event_nouns: vocab.list("event-nouns"),
            determiners: vocab.list("determiners"),
            reporting: vocab.list("reporting-verbs"),
        }
    }

    /// “to end the war. in Ukraine”
    fn lower_after_stop(&self, doc: &Doc<'_>, out: &mut Sink<'_>) {
        let in_block = |i: usize| doc.sent_of(i).map(|s| s.block);
        for (n, &stop) in doc.suspects.iter().enumerate() {
            let (Some(before), after) = (stop.checked_sub(1), stop + 1) else { continue };
            let (prev, next) = (&doc.tokens[before], &doc.tokens[after]);
            let letters = doc.text(before).chars().count();
            let unlikely = prev.kind != Kind::Word
                || prev.is(Flags::DOTTED)
                || letters <= 2
                || prev.is(Flags::UPPER) && letters <= 3
                || doc.tokens[stop].is(Flags::SPACE)
                || next.is(Flags::CAMEL)
                || doc.text(after).chars().count() == 1 && doc.text(after) != "a"
                || doc.on(self.brands, after);
            if unlikely {
                continue;
            }
            // A slogan or list written in short lower-case bursts.
            let block = in_block(stop);
            let near = doc.suspects[n.saturating_sub(3)..(n + 4).min(doc.suspects.len())].iter().filter(|s| in_block(**s) == block).count();
            let words = || {
                let sents = &doc.sents[doc.block_sents[block?].clone()];
                Some(sents.last()?.last - sents.first()?.first)
            };
            if near > 3 && words().is_none_or(|n| n < 48) {
                continue;
            }
            let fix =
                HitFix { title: "delete the full stop".into(), edits: vec![(doc.tokens[stop].at, String::new())], safety: Safety::Unsafe };
            let evidence = vec![(format!("the text goes on in lower case: “{}”", doc.text(after)), Some(next.at))];
            out.report(doc, self.stray, (before, after + 1), Draft { fixes: vec![fix], evidence, ..Draft::default() });
        }
    }

    /// “… that might be tenable. Both sides,” says NBC News — and — “… and beyond. Start of negotiations with Moscow.”
    fn cut_off_phrase(&self, doc: &Doc<'_>, out: &mut Sink<'_>, before: &Sent, sent: &Sent) {
        let stop = before.last - 1;
        if doc.text(stop) != "." || before.last - before.first < 8 || before.title || sent.title {
            return;
        }
        let first = sent.first;
        let swallowed = || {
            let comma = (first + 1..(first + 4).min(sent.last)).find(|i| doc.text(*i) == ",")?;
            let closes = doc.tokens.get(comma + 1)?.is(Flags::CLOSES) && doc.tokens[first].is(Flags::QUOTED);
            let says = (comma + 2..(comma + 5).min(sent.last)).any(|i| doc.on(self.reporting, i));
            let bare = (first..comma).all(|i| doc.tokens[i].is_word() && !doc.on(self.finite, i));
            let opened_here = doc.tokens[first].is(Flags::QUOTED) && doc.tokens[stop - 1].is(Flags::QUOTED);
            (closes && says && bare && opened_here && comma > first + 1 && doc.on(self.determiners, first)).then_some(comma)
        };
        let verbless = || {
            let words = (first..sent.last).filter(|i| doc.tokens[*i].is_word()).count();
            let bare = (first..sent.last).all(|i| !doc.on(self.finite, i) && doc.tokens[i].kind != Kind::Quote);
            let plain_end = doc.text(sent.last - 1) == ".";
            (doc.on(self.event_nouns, first) && doc.text(first + 1) == "of" && (4..=12).contains(&words) && bare && plain_end)
                .then_some(first + 2)
        };
        let Some(end) = swallowed().or_else(verbless) else { return };
        let joined = uncapitalise(doc.text(first));
        let fix = HitFix {
            title: "join the two halves".into(),
            edits: vec![(doc.tokens[stop].at, String::new()), (doc.tokens[first].at, joined)],
            safety: Safety::Display,
        };
        let evidence = vec![("what follows the stop has no verb of its own".into(), Some(doc.range(first, sent.last - 1)))];
        let draft = Draft {
            fixes: vec![fix],
            evidence,
            confidence: Some(Confidence::Medium),
            at: Some(doc.range(stop - 1, end - 1)),
            ..Draft::default()
        };
        out.report(doc, self.stray, (first, end), draft);
    }

    /// “of the. And”: a stop after a word no sentence ends with.
    fn after_opener(&self, doc: &Doc<'_>, out: &mut Sink<'_>, before: &Sent, sent: &Sent) {
        let stop = before.last - 1;
        let Some(word) = stop.checked_sub(1).filter(|w| *w > before.first) else { return };
        let fits = doc.text(stop) == "."
            && doc.on(self.openers, word)
            && doc.tokens[word].is(Flags::LOWER)
            && before.last - before.first > 4
            && !doc.tokens[word].is(Flags::QUOTED)
            && !before.title
            && doc.tokens[sent.first].is_word();
        if !fits {
            return;
        }
        let fix =
            HitFix { title: "delete the full stop".into(), edits: vec![(doc.tokens[stop].at, String::new())], safety: Safety::Unsafe };
        let evidence = vec![(format!("no sentence ends with “{}”", doc.text(word)), Some(doc.tokens[word].at))];
        let draft = Draft { fixes: vec![fix], evidence, at: Some(doc.range(word, sent.first)), ..Draft::default() };
        out.report(doc, self.stray, (word, stop + 1), draft);
    }

    /// “… some voices have indicated. Autumn.”
    fn orphan(&self, doc: &Doc<'_>, out: &mut Sink<'_>, before: &Sent, sent: &Sent, after: Option<&Sent>) {
        let first = sent.first;
        let token = &doc.tokens[first];
        let stop = before.last - 1;
        let shape = sent.last == first + 2
            && token.is_word()
            && doc.text(first + 1) == "."
            && !doc.tokens[first + 1].is(Flags::SPACE)
            && doc.text(stop) == "."
            && !token.is(Flags::UPPER)
            && !token.is(Flags::DOTTED)
            && !token.is(Flags::QUOTED)
            && doc.text(first).chars().count() > 2;
        if !shape || doc.on(self.interjections, first) || doc.on(self.abbreviations, first) {
            return;
        }
        let words = |s: &Sent| (s.first..s.last).filter(|i| doc.tokens[*i].is_word()).count();
        let last_word = stop
            .checked_sub(1)
            .is_some_and(|w| doc.tokens[w].is_word() && !doc.on(self.abbreviations, w) && !doc.tokens[w].is(Flags::DOTTED));
        // Writers who like fragments use several; a machine leaves one.
        let terse = |s: &&Sent| {
            let last = doc.text(s.last - 1);
            s.first != first
                && !s.title
                && words(s) <= 3
                && matches!(last, "." | "!" | "?")
                && !doc.tokens[s.first].is(Flags::QUOTED)
                && doc.tokens[s.first].is_word()
        };
        let here = doc.sents.partition_point(|s| s.first < first);
        let around = here.saturating_sub(40)..(here + 40).min(doc.sents.len());
        if doc.sents[around].iter().filter(terse).filter(|s| !doc.on(self.abbreviations, s.last - 2)).count() >= 3 {
            return;
        }
        if words(before) < 4 || after.is_some_and(|a| words(a) < 3) || !last_word || before.title {
            return;
        }
        let at = doc.range(stop, first + 1);
        let evidence = vec![("a sentence of one word, without a verb, between full sentences".into(), None)];
        let delete = HitFix {
            title: format!("delete “{}.”", doc.text(first)),
            edits: vec![(crate::span::ViewRange { start: doc.tokens[stop].at.end, end: at.end }, String::new())],
            safety: Safety::Display,
        };
        let draft = Draft { at: Some(doc.range(stop - 1, first + 1)), evidence, fixes: vec![delete], ..Draft::default() };
        out.report(doc, self.orphan, (first, first + 2), draft);
    }
}

impl Detector for Breaks {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        self.lower_after_stop(doc, out);
        for (block, sents) in doc.block_sents.iter().enumerate() {
            if matches!(doc.view.blocks[block].kind, BlockKind::Code | BlockKind::Cell) {
                continue;
            }
            for i in sents.start + 1..sents.end {
                let (before, sent) = (&doc.sents[i - 1], &doc.sents[i]);
                let after = (i + 1 < sents.end).then(|| &doc.sents[i + 1]);
                self.cut_off_phrase(doc, out, before, sent);
                self.after_opener(doc, out, before, sent);
                self.orphan(doc, out, before, sent, after);
            }
        }
    }
}
