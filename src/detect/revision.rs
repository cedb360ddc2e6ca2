//! What an earlier version had and this one has not, or otherwise: facts that moved.

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::Safety;
use crate::revision::{self, Change, Kind};
use crate::rule::vocab::Vocab;

pub(super) struct Revision {
    rules: FxHashMap<Kind, usize>,
}

impl Revision {
    pub(super) fn new(_: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        let pairs = [
            (Kind::NumberChanged, ids.get("number-changed")),
            (Kind::NumberDropped, ids.get("number-dropped")),
            (Kind::NumberAdded, ids.get("number-added")),
            (Kind::DateChanged, ids.get("date-changed")),
            (Kind::NameChanged, ids.get("name-changed")),
            (Kind::NameRespelt, ids.get("name-respelt")),
            (Kind::NameDropped, ids.get("name-dropped")),
            (Kind::NameAdded, ids.get("name-added")),
            (Kind::QuotationChanged, ids.get("quotation-changed")),
            (Kind::QuotationMarks, ids.get("quotation-marks-changed")),
            (Kind::NegationChanged, ids.get("negation-changed")),
            (Kind::HedgeDropped, ids.get("hedge-dropped")),
            (Kind::HedgeAdded, ids.get("hedge-added")),
            (Kind::PassageDropped, ids.get("passage-dropped")),
            (Kind::PassageAdded, ids.get("passage-added")),
        ];
        Self { rules: pairs.into_iter().filter_map(|(kind, id)| id.map(|id| (kind, *id))).collect() }
    }
}

impl Detector for Revision {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let Some(earlier) = cx.earlier.filter(|_| self.rules.values().any(|rule| out.enabled(*rule))) else { return };
        let doc = revision::read(&earlier, cx.doc.vocab);
        for change in revision::compare(cx, &doc) {
            let rule = self.rules.get(&change.kind).copied();
            let Change { new, was, what, old, restore, .. } = change;
            let at = cx.doc.range(new.0, new.1 - 1);
            let evidence = old.and_then(|old| revision::evidence(&earlier, &doc, old)).map(|message| (message, None));
            let fix =
                restore.map(|text| HitFix { title: format!("restore “{text}”"), edits: vec![(at, text)], safety: Safety::Display });
            let draft = Draft {
                values: vec![("was", was), ("what", what)],
                evidence: evidence.into_iter().collect(),
                fixes: fix.into_iter().collect(),
                ..Draft::default()
            };
            out.report(cx.doc, rule, new, draft);
        }
    }
}
