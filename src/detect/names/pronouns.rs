//! A pronoun that does not fit the only person a paragraph names.

use crate::detect::Cx;
use crate::engine::sink::Sink;
use crate::finding::Confidence;
use crate::lang::recall;
use crate::names::data::pack::Kind;
use crate::names::person::describe;
use crate::text::token::Flags;
use crate::view::BlockKind;

use super::{Rules, draft};

/// Words for people other than the one named.
const OTHERS: &[&str] = &[
    "wife",
    "husband",
    "mother",
    "father",
    "daughter",
    "son",
    "sister",
    "brother",
    "girl",
    "boy",
    "woman",
    "man",
    "women",
    "men",
    "lady",
    "girlfriend",
    "boyfriend",
    "widow",
    "partner",
    "victim",
    "child",
    "baby",
    "aunt",
    "uncle",
    "queen",
    "king",
    "princess",
    "prince",
    "nun",
    "lawyer",
    "spokeswoman",
    "spokesman",
    "actress",
    "actor",
    "resident",
    "student",
    "teacher",
    "reporter",
    "journalist",
    "judge",
    "deputy",
    "minister",
    "colleague",
    "friend",
    "doctor",
    "country",
    "ship",
    "counterpart",
    "predecessor",
    "successor",
    "rival",
    "opponent",
];

pub(super) fn check(cx: &Cx<'_>, rules: &Rules, out: &mut Sink<'_>) {
    let (doc, reading) = (cx.doc, cx.names());
    for (block, sents) in doc.block_sents.iter().enumerate() {
        let Some((first, last)) = sents.clone().next().zip(sents.clone().last()).map(|(a, b)| (doc.sents[a].first, doc.sents[b].last))
        else {
            continue;
        };
        if doc.view.blocks[block].kind != BlockKind::Para {
            continue;
        }
        let mut people: Vec<_> = reading.overlapping(first, last).filter(|s| s.posting.kind == Kind::Full).collect();
        people.dedup_by_key(|s| (s.store, s.posting.id));
        let [spot] = people.as_slice() else { continue };
        let person = reading.store(spot).person(spot.posting.id);
        let wrong: [&str; 2] = match person.sex.as_str() {
            "m" => ["She", "she"],
            "f" => ["He", "he"],
            _ => continue,
        };
        let others = (first..last).any(|i| {
            let name = doc.tokens[i].is(Flags::CAP)
                && !(spot.first..spot.last).contains(&i)
                && recall::group(&doc.text(i).to_lowercase()).is_some();
            name && !doc.entry(i).in_dictionary() && !person.name.contains(doc.text(i))
                || OTHERS.contains(&doc.text(i).to_lowercase().as_str())
        });
        if others || doc.text(spot.last).starts_with(['\'', '’']) {
            continue;
        }
        for i in spot.last..last {
            if !wrong.contains(&doc.text(i)) || doc.tokens[i].is(Flags::QUOTED) {
                continue;
            }
            let starts = doc.sent_of(i).is_some_and(|s| s.first == i);
            let said = doc.text(i - 1) == "," && matches!(doc.text(i + 1), "said" | "added" | "says" | "told" | "wrote");
            if starts || said {
                let right = match (doc.text(i), person.sex.as_str()) {
                    ("She", _) => "He",
                    ("she", _) => "he",
                    ("He", _) => "She",
                    _ => "she",
                };
                let place = doc.range(spot.first, spot.last - 1);
                let evidence = vec![(describe(&person), None), ("the only person whom the paragraph names".to_owned(), Some(place))];
                let mut draft = draft(doc, (i, i + 1), right, evidence, Confidence::Low, None);
                draft.values.push(("person", person.name.clone()));
                out.report(doc, rules.pronoun, (i, i + 1), draft);
                break;
            }
        }
    }
}
