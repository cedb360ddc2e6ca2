//! Text that was decoded with the wrong encoding: “CafÃ©”, “donâ€™t”, “NicolĆ”s”. Proven by undoing it.

use encoding_rs::{Encoding, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257};
use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::doc::Doc;
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::Safety;
use crate::rule::vocab::Vocab;
use crate::span::ViewRange;

pub(super) struct Mojibake {
    garbled: Option<usize>,
    lost: Option<usize>,
}

impl Mojibake {
    pub(super) fn new(_vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self { garbled: ids.get("mojibake").copied(), lost: ids.get("replacement-character").copied() }
    }
}

/// Longest run looked at, in bytes: one wrongly decoded word.
const LONGEST: usize = 120;

/// What `run` was before it was decoded wrongly: taken back to bytes in the wrong encoding, it must be UTF-8,
/// and that UTF-8 must be letters or typographic marks.
fn undo(run: &str, encoding: &'static Encoding) -> Option<String> {
    let (bytes, _, unmappable) = encoding.encode(run);
    if unmappable || bytes.iter().all(u8::is_ascii) {
        return None;
    }
    let right = std::str::from_utf8(&bytes).ok()?;
    let sound = |c: char| {
        c.is_alphanumeric() || matches!(c, '‘' | '’' | '“' | '”' | '–' | '—' | '…' | '•' | '€' | '£' | '°' | '«' | '»' | '\u{a0}')
    };
    let fits = right.chars().filter(|c| !c.is_ascii()).all(sound);
    let back = encoding.decode_without_bom_handling(right.as_bytes()).0 == run;
    (fits && back && right.chars().count() < run.chars().count()).then(|| right.to_owned())
}

/// The repaired form of a run, and the encoding that spoilt it.
fn repair(run: &str) -> Option<(String, &'static str)> {
    const SUSPECTS: [(&Encoding, &str); 5] = [
        (WINDOWS_1252, "Windows-1252"),
        (WINDOWS_1250, "Windows-1250"),
        (WINDOWS_1251, "Windows-1251"),
        (WINDOWS_1254, "Windows-1254"),
        (WINDOWS_1257, "Windows-1257"),
    ];
    SUSPECTS.iter().find_map(|(encoding, name)| {
        let mut text = undo(run, encoding)?;
        // Spoilt twice.
        if let Some(again) = undo(&text, encoding) {
            text = again;
        }
        Some((text, *name))
    })
}

/// Runs of text without ASCII white space that hold two neighbouring letters or signs from beyond ASCII, as bytes of `text`.
fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    text.split_inclusive([' ', '\n', '\t', '\r']).filter_map(move |piece| {
        let start = from;
        from += piece.len();
        let word = piece.trim_end_matches([' ', '\n', '\t', '\r']);
        let doubled = !word.is_ascii() && word.len() <= LONGEST && {
            let mut before = false;
            word.chars().any(|c| {
                let pair = before && !c.is_ascii();
                before = !c.is_ascii();
                pair
            })
        };
        doubled.then_some((start, word))
    })
}

impl Detector for Mojibake {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        if doc.view.text.is_ascii() {
            return;
        }
        for sent in &doc.sents {
            let whole = doc.range(sent.first, sent.last - 1);
            let text = whole.of(&doc.view.text);
            if text.is_ascii() {
                continue;
            }
            for (at, word) in runs(text) {
                self.look(doc, out, (sent.first, sent.last), whole.start as usize + at, word);
            }
            for (at, mark) in text.match_indices('\u{fffd}') {
                let start = whole.start as usize + at;
                let place = ViewRange::new(start, start + mark.len());
                report(doc, out, self.lost, (sent.first, sent.last), place, Vec::new(), Vec::new());
            }
        }
    }
}

impl Mojibake {
    fn look(&self, doc: &Doc<'_>, out: &mut Sink<'_>, sent: (usize, usize), start: usize, word: &str) {
        // Punctuation at the ends is sound, and may not fit the wrong encoding.
        let core = word.trim_matches(|c: char| c.is_ascii_punctuation() || matches!(c, '“' | '”' | '’' | '‘'));
        let tries = [word, core];
        let Some((run, (right, encoding))) = tries.iter().find_map(|run| repair(run).map(|r| (*run, r))) else { return };
        let Some(offset) = word.find(run) else { return };
        let place = ViewRange::new(start + offset, start + offset + run.len());
        let fix = HitFix { title: format!("write “{right}”"), edits: vec![(place, right.clone())], safety: Safety::Unsafe };
        let evidence = vec![(format!("UTF-8 that was read as {encoding}; undoing it gives “{right}”"), None)];
        report(doc, out, self.garbled, sent, place, evidence, vec![fix]);
    }
}

fn report(
    doc: &Doc<'_>,
    out: &mut Sink<'_>,
    rule: Option<usize>,
    sent: (usize, usize),
    place: ViewRange,
    evidence: Vec<(String, Option<ViewRange>)>,
    fixes: Vec<HitFix>,
) {
    let Some(first) = (sent.0..sent.1).find(|i| doc.tokens[*i].at.end > place.start) else { return };
    out.report(doc, rule, (first, first + 1), Draft { at: Some(place), evidence, fixes, ..Draft::default() });
}

#[cfg(test)]
mod tests {
    use super::{repair, runs};
    use encoding_rs::{WINDOWS_1251, WINDOWS_1252, WINDOWS_1257};

    #[test]
    fn what_was_read_wrongly_is_undone() {
        for (encoding, words) in [
            (WINDOWS_1252, &["Café", "señor", "Müller", "garçon", "don’t", "“Oui”", "Łódź", "Şahin", "Đoković"][..]),
            (WINDOWS_1251, &["Москва", "Київ"][..]),
            (WINDOWS_1257, &["più"][..]),
        ] {
            for word in words {
                let (garbled, _) = encoding.decode_without_bom_handling(word.as_bytes());
                assert_ne!(&garbled, word);
                let repaired = repair(&garbled).map(|(text, _)| text);
                assert_eq!(repaired.as_deref(), Some(*word), "{garbled}");
            }
        }
    }

    #[test]
    fn sound_text_stays() {
        for word in ["Café", "naïveté", "Đoković", "Москва", "“été”", "東京", "Łódź", "αβγ", "…”", "½–¾", "Ñuñoa", "Øåæ", "“Étoile”"]
        {
            assert_eq!(repair(word), None, "{word}");
        }
        assert_eq!(runs("plain words and one é").count(), 0);
    }
}
