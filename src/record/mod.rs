//! Records: articles that stand in the values of a data file, one or many to a file.
//!
//! A record's readable text is composed of its fields; every span still is bytes of the file.

mod json;
mod select;
mod table;
mod wxr;

use std::collections::BTreeSet;

pub use select::{Fields, Selector};

use crate::span::Span;
use crate::view::{Format, Part, View};

/// What a data file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One JSON document with one or many articles.
    Json,
    /// A JSON document a line.
    Lines,
    /// Comma- or tab-separated values with a header line.
    Table,
    /// A WordPress export (WXR), or any RSS.
    Wxr,
}

impl Kind {
    /// The kind an extension names (`json`, `jsonl`, `ndjson`, `csv`, `tsv`, `xml`, `wxr`), any case, no dot.
    #[must_use]
    pub fn from_extension(ext: &str) -> Option<Self> {
        match ext.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Lines),
            "csv" | "tsv" => Some(Self::Table),
            "xml" | "wxr" => Some(Self::Wxr),
            _ => None,
        }
    }
}

/// One article of a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where it stands: a JSON pointer (empty for the whole document), `line 12`, `row 3` or `item 2`.
    pub key: String,
    /// What the file calls it: its `id`, `guid`, `slug`, `uri` or `url`.
    pub id: Option<String>,
    /// Its texts, in file order.
    pub parts: Vec<Part>,
    /// Other values that matter, such as its date.
    pub meta: Vec<(String, String)>,
}

impl Record {
    /// Counts the lines in its key on from `above`, for a part of a file.
    pub fn count_from(&mut self, above: usize) {
        let Some(rest) = self.key.strip_prefix("line ").filter(|_| above > 0) else { return };
        let (number, tail) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
        let number: usize = number.parse().unwrap_or(0);
        self.key = format!("line {}{tail}", number + above);
    }

    /// Its readable text; `src` is the text the record was read from.
    #[must_use]
    pub fn view(&self, src: &str) -> View {
        let mut view = View::compose(src, &self.parts, self.meta.clone());
        view.record.clone_from(&self.id);
        view
    }
}

/// A record that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Byte of the text where reading failed.
    pub at: u32,
    /// What is wrong there.
    pub message: String,
}

/// What a data file holds.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// Articles, in file order.
    pub records: Vec<Record>,
    /// Records that could not be read, in file order.
    pub faults: Vec<Fault>,
    /// The names of all texts in it, for hints when none was wanted.
    pub names: BTreeSet<String>,
}

/// Reads all records of `text`. Never panics; what cannot be read is a [`Fault`].
#[must_use]
pub fn read(kind: Kind, text: &str, fields: &Fields) -> Read {
    match kind {
        Kind::Json => json::document(text, fields),
        Kind::Lines => json::lines(text, fields),
        Kind::Table => table::read(text, fields),
        Kind::Wxr => wxr::read(text, fields),
    }
}

/// Names that identify an article, the best first.
const IDS: [&str; 8] = ["id", "_id", "guid", "uuid", "slug", "uri", "url", "link"];

/// The identity among a record's other values, which are dropped but for those that say when it appeared.
fn identity(meta: &mut Vec<(String, String)>) -> Option<String> {
    let id = IDS.iter().find_map(|name| meta.iter().find(|(k, v)| k.eq_ignore_ascii_case(name) && !v.trim().is_empty()));
    let id = id.map(|(_, value)| value.trim().to_owned());
    meta.retain(|(key, _)| !IDS.iter().any(|i| key.eq_ignore_ascii_case(i)));
    id
}

/// Whether a value that is no text of the article says who or when it is.
fn matters(name: &str) -> bool {
    const DATES: [&str; 9] = [
        "date",
        "published",
        "pubdate",
        "publishdate",
        "datepublished",
        "published_at",
        "publishedat",
        "publication_date",
        "firstpublished",
    ];
    IDS.iter().chain(&DATES).any(|known| name.eq_ignore_ascii_case(known))
}

/// Names of values that are headlines.
fn is_headline(name: &str) -> bool {
    ["title", "headline", "subtitle", "subheadline", "dek"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// What a value holds when nobody said it: HTML where tags or character references stand in it.
fn format_of(name: &str, text: &str) -> Format {
    let lower = name.to_ascii_lowercase();
    if lower.contains("markdown") || lower.ends_with("_md") {
        Format::Markdown
    } else if lower.contains("html") || looks_like_html(text) {
        Format::Html
    } else {
        Format::Plain
    }
}

fn looks_like_html(text: &str) -> bool {
    let bytes = text.as_bytes();
    let closes = |at: usize| matches!(bytes.get(at + 1), Some(b'/')) && bytes.get(at + 2).is_some_and(u8::is_ascii_alphabetic);
    // In JSON the solidus may be escaped.
    let escaped = |at: usize| bytes.get(at + 1..at + 3) == Some(b"\\/") && bytes.get(at + 3).is_some_and(u8::is_ascii_alphabetic);
    memchr::memchr_iter(b'<', bytes).any(|at| closes(at) || escaped(at))
        || Format::sniff(text) == Format::Html
        || memchr::memchr_iter(b'&', bytes).any(|at| {
            let rest = &bytes[at + 1..bytes.len().min(at + 10)];
            let end = rest.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'#').unwrap_or(0);
            end > 1 && rest[end] == b';'
        })
}

/// A span of file bytes as the places of a record's text are given.
fn span(from: usize, to: usize) -> Span {
    Span::new(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_seen() {
        assert_eq!(format_of("body", "He <b>said<\\/b> so"), Format::Html);
        assert_eq!(format_of("body", "R&amp;D"), Format::Html);
        assert_eq!(format_of("body", "AT&T; x < y"), Format::Plain);
        assert_eq!(format_of("bodyHtml", "x"), Format::Html);
        assert_eq!(format_of("body_md", "x <b>y</b>"), Format::Markdown);
    }

    #[test]
    fn identities_are_found() {
        let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        let mut meta = vec![pair("url", "https://x.example/a"), pair("date", "2024-05-01"), pair("ID", "7")];
        assert_eq!(identity(&mut meta).as_deref(), Some("7"));
        assert_eq!(meta, [pair("date", "2024-05-01")]);
    }
}
