//! Open documents, and places in them as editors count.

use std::path::PathBuf;
use std::sync::Arc;

use lsp_types::{Position, Range, Uri};

use crate::source::SourceFile;
use crate::span::Span;
use crate::view::Format;

/// In which units a client counts columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Units {
    Utf8,
    Utf16,
}

impl Units {
    /// Columns that a byte-order mark takes at the start of a text, where an editor shows it as one.
    fn mark(self, source: &SourceFile, line: u32) -> u32 {
        match self {
            _ if source.bom == 0 || line > 0 => 0,
            Self::Utf8 => 3,
            Self::Utf16 => 1,
        }
    }

    pub fn position(self, source: &SourceFile, offset: u32) -> Position {
        let line = narrow(source.position(offset).line - 1);
        let column = match self {
            Self::Utf8 => source.byte_column(offset) - 1,
            Self::Utf16 => source.utf16_column(offset),
        };
        Position { line, character: narrow(column).saturating_add(self.mark(source, line)) }
    }

    pub fn range(self, source: &SourceFile, span: Span) -> Range {
        Range { start: self.position(source, span.start), end: self.position(source, span.end) }
    }

    /// The offset in the text; what is outside is moved to its edge.
    pub fn offset(self, source: &SourceFile, at: Position) -> u32 {
        let column = at.character.saturating_sub(self.mark(source, at.line)) as usize;
        let line = at.line as usize + 1;
        match self {
            Self::Utf8 => source.at_byte_column(line, column.saturating_add(1)),
            Self::Utf16 => source.at_utf16_column(line, column),
        }
    }

    /// The bytes of the text between two places, whichever comes first.
    pub fn span(self, source: &SourceFile, range: Range) -> Span {
        let (a, b) = (self.offset(source, range.start), self.offset(source, range.end));
        Span { start: a.min(b), end: a.max(b) }
    }
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A document as the editor shows it.
#[derive(Clone)]
pub(super) struct Document {
    pub uri: Uri,
    pub version: i32,
    /// Where it is kept; `None` for a buffer that is no file.
    pub path: Option<PathBuf>,
    /// Whether its language is one that can be checked.
    pub wanted: bool,
    pub source: Arc<SourceFile>,
}

impl Document {
    pub fn open(uri: Uri, language: &str, version: i32, text: &str) -> Self {
        let path = super::uri::to_path(uri.as_str());
        let mut name = path.as_ref().map_or_else(|| super::uri::name(uri.as_str()), |p| p.display().to_string());
        let known = std::path::Path::new(&name).extension().and_then(|e| e.to_str()).and_then(Format::from_extension);
        let spoken = format_of(language);
        // A file is read as the command line reads it; a buffer without a name goes by what the editor says.
        if let (None, None, Some(format)) = (&path, known, spoken) {
            name = format!("{name}.{}", extension(format));
        }
        Self { uri, version, path, wanted: known.is_some() || spoken.is_some(), source: Arc::new(SourceFile::from_str(&name, text)) }
    }

    /// Replaces a range, or everything.
    pub fn edit(&mut self, units: Units, range: Option<Range>, text: &str) {
        let Some(range) = range else {
            self.source = Arc::new(SourceFile::from_str(&self.source.path, text));
            return;
        };
        let old = &self.source;
        let range = if (range.end.line, range.end.character) < (range.start.line, range.start.character) {
            Range { start: range.end, end: range.start }
        } else {
            range
        };
        let span = units.span(old, range);
        // The mark is a character of the editor's text, though not of ours.
        let before_mark = |at: Position| at.line == 0 && at.character < units.mark(old, 0);
        let mark = if old.bom > 0 && !before_mark(range.start) { "\u{feff}" } else { "" };
        let rest = if old.bom > 0 && before_mark(range.end) { "\u{feff}" } else { "" };
        let (head, tail) = (&old.text[..span.start as usize], &old.text[span.end as usize..]);
        self.source = Arc::new(SourceFile::from_str(&old.path, &format!("{mark}{head}{text}{rest}{tail}")));
    }
}

/// The format that an editor's name for a language stands for.
fn format_of(language: &str) -> Option<Format> {
    match language.to_ascii_lowercase().as_str() {
        "plaintext" | "text" | "txt" | "plain" => Some(Format::Plain),
        "markdown" | "md" => Some(Format::Markdown),
        "html" | "xhtml" => Some(Format::Html),
        _ => None,
    }
}

pub(super) fn extension(format: Format) -> &'static str {
    match format {
        Format::Plain => "txt",
        Format::Markdown => "md",
        Format::Html => "html",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    fn open(text: &str) -> Document {
        Document::open("untitled:a".parse().expect("an address"), "plaintext", 1, text)
    }

    /// The text with its mark, as the editor has it.
    fn whole(document: &Document) -> String {
        format!("{}{}", if document.source.bom > 0 { "\u{feff}" } else { "" }, document.source.text)
    }

    #[test]
    fn names_say_the_format() {
        let name = |uri: &str, language: &str| {
            let document = Document::open(uri.parse().expect("an address"), language, 1, "");
            (document.source.path.clone(), document.wanted)
        };
        assert_eq!(name("untitled:Untitled-1", "markdown"), ("Untitled-1.md".into(), true));
        assert_eq!(name("file:///news/a%20b.html", "plaintext"), ("/news/a b.html".into(), true));
        assert_eq!(name("file:///news/a", "plaintext"), ("/news/a".into(), true));
        assert_eq!(name("file:///src/a.rs", "rust"), ("/src/a.rs".into(), false));
    }

    #[test]
    fn edits_count_as_the_client_does() {
        for (units, column) in [(Units::Utf16, 3), (Units::Utf8, 6)] {
            let mut document = open("one\r\n😀é\r\n");
            document.edit(units, Some(Range { start: place(1, if units == Units::Utf8 { 4 } else { 2 }), end: place(1, column) }), "e");
            assert_eq!(whole(&document), "one\r\n😀e\r\n", "{units:?}");
            document.edit(units, Some(Range { start: place(0, 99), end: place(1, 0) }), " ");
            assert_eq!(whole(&document), "one 😀e\r\n");
            document.edit(units, Some(Range { start: place(9, 9), end: place(0, 3) }), "");
            assert_eq!(whole(&document), "one");
        }
    }

    #[test]
    fn a_mark_at_the_start_is_a_character_of_the_editor() {
        for (units, mark) in [(Units::Utf16, 1), (Units::Utf8, 3)] {
            let mut document = open("\u{feff}one\ntwo");
            assert_eq!(units.position(&document.source, 0), place(0, mark));
            assert_eq!(units.position(&document.source, 4), place(1, 0));
            document.edit(units, Some(Range { start: place(0, mark), end: place(0, mark + 1) }), "O");
            assert_eq!(whole(&document), "\u{feff}One\ntwo");
            document.edit(units, Some(Range { start: place(0, 0), end: place(0, mark) }), "");
            assert_eq!(whole(&document), "One\ntwo");
        }
    }

    /// The same edit on a text as UTF-16 units or bytes, by hand.
    fn spliced(text: &str, from: usize, to: usize, new: &str) -> String {
        format!("{}{new}{}", &text[..from], &text[to..])
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn edits_at_any_place_are_what_was_meant(
            text in "[\u{feff}]?[aé😀\r\n ]{0,24}", new in "[bü😀\r\n]{0,4}", a in 0usize..99, b in 0usize..99, utf8: bool,
        ) {
            let units = if utf8 { Units::Utf8 } else { Units::Utf16 };
            let floor = |mut at: usize| { at = at.min(text.len()); while !text.is_char_boundary(at) { at -= 1; } at };
            let (from, to) = (floor(a.min(b)), floor(a.max(b)));
            let inside_crlf = |at: usize| text[..at].ends_with('\r') && text[at..].starts_with('\n');
            prop_assume!(!inside_crlf(from) && !inside_crlf(to));
            let at = |offset: usize| {
                let head = &text[..offset];
                let line = head.replace("\r\n", "\n").replace('\r', "\n").matches('\n').count();
                let column = &head[head.rfind(['\r', '\n']).map_or(0, |i| i + 1)..];
                place(line as u32, if utf8 { column.len() } else { column.encode_utf16().count() } as u32)
            };
            let mut document = open(&text);
            document.edit(units, Some(Range { start: at(from), end: at(to) }), &new);
            prop_assert_eq!(whole(&document), spliced(&text, from, to, &new));
        }

        #[test]
        fn places_outside_are_survived(text in "[\u{feff}]?[aé😀\r\n]{0,12}", places in prop::array::uniform4(any::<u32>()), small in prop::array::uniform4(0u32..8), utf8: bool) {
            let units = if utf8 { Units::Utf8 } else { Units::Utf16 };
            for [a, b, c, d] in [places, small] {
                let mut document = open(&text);
                document.edit(units, Some(Range { start: place(a, b), end: place(c, d) }), "x");
                prop_assert!(document.source.text.contains('x'));
            }
        }
    }
}
