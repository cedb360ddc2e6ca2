//! Which words people bear as names, and which spellings are one name.

use std::sync::LazyLock;

use fst::Map;

static PARTS: LazyLock<Option<Map<&'static [u8]>>> = LazyLock::new(|| Map::new(&include_bytes!("../../data/nameparts.fst")[..]).ok());

/// The number of the group of spellings that `folded` belongs to; `None` when nobody is known to bear it.
#[must_use]
pub fn group(folded: &str) -> Option<u64> {
    PARTS.as_ref().and_then(|map| map.get(folded))
}
