//! Who is who: people, offices, organisations and places, and what translation makes of their names.

pub mod data;
pub mod familiar;
pub mod house;
pub mod lookup;
pub mod parts;
pub(crate) mod person;
pub(crate) mod read;
pub(crate) mod titles;
pub mod verified;

use std::borrow::Cow;
use std::sync::LazyLock;

use data::pack::Store;

static BUILTIN: LazyLock<Option<Store>> =
    LazyLock::new(|| Store::open(Cow::Borrowed(include_bytes!(concat!(env!("OUT_DIR"), "/names.bin")))));

/// The names that ship with copydesk; `None` in a broken build.
#[must_use]
pub fn builtin() -> Option<&'static Store> {
    BUILTIN.as_ref()
}
