//! Detectors: faults that data alone cannot describe. Their identity, wording and examples stand in `rules/detect`.

mod breaks;
mod capitals;
mod characters;
mod consistency;
mod dates;
mod duplicates;
pub mod furniture;
mod glued;
mod inserts;
mod leftovers;
mod loops;
mod lower;
mod marks;
mod mojibake;
mod names;
mod numbers;
mod place;
mod quotes;
mod repeats;
mod revision;
mod variants;

use std::cell::OnceCell;

use rustc_hash::FxHashMap;

use crate::doc::Doc;
use crate::engine::sink::Sink;
use crate::names::data::pack::Store;
use crate::names::read::Reading;
use crate::revision::Earlier;
use crate::rule::compile::CPattern;
use crate::rule::schema::RAW_LISTS;
use crate::rule::vocab::Vocab;
use crate::text::calendar::{self, Date};

/// What a detector may look at.
pub(crate) struct Cx<'a> {
    /// The document.
    pub(crate) doc: &'a Doc<'a>,
    /// Who is who: the house's own names come first.
    pub(crate) stores: Vec<&'a Store>,
    /// The document's date, when somebody said it.
    pub(crate) date: Option<Date>,
    /// The version that this one replaces, when there is one.
    pub(crate) earlier: Option<Earlier<'a>>,
    reading: OnceCell<Reading<'a>>,
    newest: OnceCell<Option<Date>>,
}

impl<'a> Cx<'a> {
    /// A detector's view of `doc`, read with the names in `house` before the built-in ones.
    pub(crate) fn new(doc: &'a Doc<'a>, house: Option<&'a Store>, date: Option<Date>, earlier: Option<Earlier<'a>>) -> Self {
        let stores = house.into_iter().chain(crate::names::builtin()).collect();
        Self { doc, stores, date, earlier, reading: OnceCell::new(), newest: OnceCell::new() }
    }
    /// The names in the document.
    pub(crate) fn names(&self) -> &Reading<'a> {
        self.reading.get_or_init(|| Reading::new(self.doc, &self.stores))
    }
    /// The newest full date that the text names.
    pub(crate) fn newest_date(&self) -> Option<Date> {
        *self.newest.get_or_init(|| calendar::newest_date(self.doc.tokens.len(), |i| self.doc.text(i)))
    }
}

/// Finds faults of one kind; pure, and silent about rules nobody asked for.
pub(crate) trait Detector: Send + Sync {
    /// Looks at one document.
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>);
}

/// The names that `detector = "…"` may take; `stet` is reported by the suppression stage.
pub const NAMES: &[&str] = &[
    "breaks",
    "capitals",
    "characters",
    "consistency",
    "dates",
    "duplicates",
    "furniture",
    "glued",
    "inserts",
    "leftovers",
    "loops",
    "lower",
    "marks",
    "mojibake",
    "names",
    "numbers",
    "quotes",
    "repeats",
    "revision",
    "variants",
    "stet",
];

/// Rows of detectors' tables: rule number, then both forms.
pub(crate) type Pairs = Vec<(usize, CPattern, CPattern, String)>;

/// Lists whose entries are compared as they stand, not as words.
#[derive(Default)]
pub(crate) struct RawLists {
    lines: Vec<String>,
    classes: Vec<String>,
}

impl RawLists {
    /// Keeps a list when it is one of these.
    pub(crate) fn take(&mut self, name: &str, entries: &str) -> bool {
        let list = match RAW_LISTS.iter().position(|raw| *raw == name) {
            Some(0) => &mut self.lines,
            Some(_) => &mut self.classes,
            None => return false,
        };
        list.extend(entries.lines().map(str::to_owned));
        true
    }
}

/// All detectors, bound to a rule set's words and rule numbers.
pub(crate) fn all(vocab: &Vocab, ids: &FxHashMap<String, usize>, pairs: Pairs, raw: &RawLists) -> Vec<Box<dyn Detector>> {
    vec![
        Box::new(breaks::Breaks::new(vocab, ids)),
        Box::new(capitals::Capitals::new(vocab, ids)),
        Box::new(characters::Characters::new(vocab, ids)),
        Box::new(consistency::Consistency::new(vocab, ids)),
        Box::new(dates::Dates::new(vocab, ids)),
        Box::new(duplicates::Duplicates::new(vocab, ids)),
        Box::new(furniture::Furniture::new(vocab, ids, &raw.lines, &raw.classes)),
        Box::new(glued::Glued::new(vocab, ids)),
        Box::new(inserts::Inserts::new(vocab, ids)),
        Box::new(leftovers::Leftovers::new(vocab, ids)),
        Box::new(loops::Loops::new(vocab, ids)),
        Box::new(lower::Lower::new(vocab, ids)),
        Box::new(marks::Marks::new(vocab, ids)),
        Box::new(mojibake::Mojibake::new(vocab, ids)),
        Box::new(names::Names::new(ids)),
        Box::new(numbers::Numbers::new(vocab, ids)),
        Box::new(quotes::Quotes::new(vocab, ids)),
        Box::new(repeats::Repeats::new(vocab, ids)),
        Box::new(revision::Revision::new(vocab, ids)),
        Box::new(variants::Variants::new(vocab, pairs)),
    ]
}
