//! Views of text that stands inside a value of another notation: a JSON string, a CSV field, an XML element.

use std::borrow::Cow;

use super::{Block, BlockKind, Comment, Escape, Format, Seg, SegKind, View, escape, html};
use crate::span::{Span, ViewRange};

/// How a value of a record writes its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notation {
    /// Byte for byte: a CDATA section.
    Cdata,
    /// Between the quotation marks of a JSON string.
    Json,
    /// Between the quotation marks of a CSV field, where `""` is one.
    Quoted,
    /// A CSV field without quotation marks; ends at the delimiter or the line's end.
    Bare,
    /// XML text with character references.
    Xml,
}

impl Notation {
    /// `raw` as a reader sees it.
    #[must_use]
    pub fn read(self, raw: &str) -> Cow<'_, str> {
        if matches!(self, Self::Cdata | Self::Bare) {
            return Cow::Borrowed(raw);
        }
        let mut decoded = Decoded::default();
        decoded.piece(raw, raw, 0, self);
        Cow::Owned(decoded.text)
    }
}

/// A value of a record: text to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What its record calls it, such as `body` or `/article/body/2`.
    pub name: String,
    /// The bytes of the file between its delimiters; several where XML cuts a text.
    pub pieces: Vec<(Span, Notation)>,
    /// What the text is once the notation is read.
    pub format: Format,
    /// Whether the whole value is a headline.
    pub heading: bool,
    /// Whether blank lines part paragraphs although the text is HTML, as WordPress has it.
    pub loose: bool,
}

/// What a view knows of a part it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub view: ViewRange,
    pub name: String,
    escape: Escape,
    notation: Notation,
    /// The value keeps to ASCII by escapes, and so does what is written into it.
    ascii: bool,
}

impl Shown {
    /// `text` as it must be written into the file; `None` when this notation cannot say it.
    pub(super) fn write(&self, text: &str) -> Option<String> {
        let text = escape::escape(self.escape, text);
        match self.notation {
            Notation::Cdata => (!text.contains("]]>")).then_some(text),
            Notation::Json => Some(json(&text, self.ascii)),
            Notation::Quoted => Some(text.replace('"', "\"\"")),
            Notation::Bare => (!text.contains(['"', ',', ';', '\t', '|', '\n', '\r'])).then_some(text),
            Notation::Xml => Some(escape::escape(Escape::Html, &text)),
        }
    }
}

/// `text` as a reader sees it, without what [`escape::escape`] puts in and without character references.
fn unescape(how: Escape, text: &str) -> String {
    match how {
        Escape::Plain => text.to_owned(),
        Escape::Html => htmlize::unescape(text).into_owned(),
        Escape::Markdown => {
            let mut out = String::with_capacity(text.len());
            let mut rest = text;
            while let Some(at) = rest.find('\\') {
                let next = rest[at + 1..].chars().next().filter(char::is_ascii_punctuation);
                out.push_str(&htmlize::unescape(&rest[..at]));
                out.push(next.unwrap_or('\\'));
                rest = &rest[at + 1 + usize::from(next.is_some())..];
            }
            out + &htmlize::unescape(rest)
        }
    }
}

fn json(text: &str, ascii: bool) -> String {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    let inner = &quoted[1..quoted.len().max(2) - 1];
    if !ascii {
        return inner.to_owned();
    }
    let mut out = String::with_capacity(inner.len());
    for c in inner.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

/// A run of decoded text and the bytes it stands for.
struct Run {
    /// First byte in the decoded text.
    at: usize,
    src: Span,
    /// Whether each byte stands for itself.
    verbatim: bool,
}

/// A value's text, with the way back.
#[derive(Default)]
struct Decoded {
    text: String,
    runs: Vec<Run>,
}

impl Decoded {
    fn verbatim(&mut self, src: &str, from: usize, to: usize) {
        if from < to {
            self.runs.push(Run { at: self.text.len(), src: Span::new(from, to), verbatim: true });
            self.text.push_str(&src[from..to]);
        }
    }
    fn unit(&mut self, text: &str, from: usize, to: usize) {
        self.runs.push(Run { at: self.text.len(), src: Span::new(from, to), verbatim: false });
        self.text.push_str(text);
    }

    fn read(src: &str, pieces: &[(Span, Notation)]) -> Self {
        let mut out = Self::default();
        for (span, notation) in pieces {
            let Some(raw) = src.get(span.range()) else { continue };
            out.piece(src, raw, span.start as usize, *notation);
        }
        out
    }

    fn piece(&mut self, src: &str, raw: &str, base: usize, notation: Notation) {
        let mark = match notation {
            Notation::Cdata | Notation::Bare => b'\0',
            Notation::Json => b'\\',
            Notation::Quoted => b'"',
            Notation::Xml => b'&',
        };
        let mut done = 0;
        while let Some(at) = memchr::memchr(mark, &raw.as_bytes()[done..]).map(|i| done + i) {
            let unit = match notation {
                Notation::Json => escape_sequence(&raw[at..]),
                Notation::Quoted => raw[at..].starts_with("\"\"").then(|| ("\"".to_owned(), 2)),
                Notation::Xml => reference(&raw[at..]),
                Notation::Cdata | Notation::Bare => None,
            };
            // What is no escape stands for itself.
            let (text, len) = unit.unwrap_or_else(|| (raw[at..=at].to_owned(), 1));
            self.verbatim(src, base + done, base + at);
            self.unit(&text, base + at, base + at + len);
            done = at + len;
        }
        self.verbatim(src, base + done, base + raw.len());
    }

    /// The index of the run that holds decoded byte `at`; the last one at the end.
    fn run_at(&self, at: usize) -> Option<usize> {
        self.runs.partition_point(|r| r.at <= at).checked_sub(1)
    }

    /// The file bytes of decoded bytes `from..to`, escapes taken whole.
    fn cover(&self, from: usize, to: usize) -> Span {
        let Some(first) = self.run_at(from) else { return Span::default() };
        let start = self.point(first, from);
        if from >= to {
            return Span { start, end: start };
        }
        let last = self.run_at(to - 1).unwrap_or(first);
        let run = &self.runs[last];
        let end = if run.verbatim { run.src.start + (to - run.at) as u32 } else { run.src.end };
        Span { start, end }
    }

    /// Where decoded byte `at` of a run stands; behind the run at its end.
    fn point(&self, run: usize, at: usize) -> u32 {
        let run = &self.runs[run];
        let end = if run.verbatim { run.at + run.src.len() } else { run.at + 1 };
        match run.verbatim {
            true => run.src.start + (at.min(end) - run.at) as u32,
            false if at > run.at => run.src.end,
            false => run.src.start,
        }
    }
}

/// The character that a JSON escape at the start of `text` stands for, and the escape's length.
fn escape_sequence(text: &str) -> Option<(String, usize)> {
    let unit = |at: usize| -> Option<u16> {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let short = |c: &str| Some((c.to_owned(), 2));
    match text.as_bytes().get(1)? {
        b'n' => short("\n"),
        b't' => short("\t"),
        b'r' => short("\r"),
        b'b' => short("\u{8}"),
        b'f' => short("\u{c}"),
        b'"' => short("\""),
        b'\\' => short("\\"),
        b'/' => short("/"),
        b'u' => {
            let first = unit(0)?;
            if let Some(second) = unit(6)
                && let Some(Ok(c)) = char::decode_utf16([first, second]).next()
                && c.len_utf16() == 2
            {
                return Some((c.to_string(), 12));
            }
            // Half a pair stands for nothing.
            let c = char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER);
            Some((c.to_string(), 6))
        }
        _ => None,
    }
}

/// The character that an XML reference at the start of `text` stands for, and the reference's length.
fn reference(text: &str) -> Option<(String, usize)> {
    const LONGEST: usize = 12;
    let end = text.bytes().take(LONGEST).position(|b| b == b';')?;
    let decoded = quick_xml::escape::unescape(&text[..=end]).ok()?;
    Some((decoded.into_owned(), end + 1))
}

impl View {
    /// What a reader sees where `raw`, written as [`View::escape_at`] writes it, stands at view byte `at`.
    #[must_use]
    pub fn read_at(&self, at: u32, raw: &str) -> String {
        match self.part_at(at) {
            Some(part) => unescape(part.escape, &part.notation.read(raw)),
            None => unescape(self.escape, raw),
        }
    }

    /// The readable text of a record: its parts one after the other, mapped back to `src`.
    #[must_use]
    pub fn compose(src: &str, parts: &[Part], meta: Vec<(String, String)>) -> Self {
        let mut out = Self::build(Format::Plain, "");
        out.meta = meta;
        for part in parts {
            let decoded = Decoded::read(src, &part.pieces);
            let Some(&(first, notation)) = part.pieces.first() else { continue };
            let raw = first.of(src);
            let shown = out.append(&decoded, part);
            let escape = match part.format {
                Format::Plain => Escape::Plain,
                Format::Markdown => Escape::Markdown,
                Format::Html => Escape::Html,
            };
            let ascii = notation == Notation::Json && raw.is_ascii() && raw.contains("\\u");
            out.parts.push(Shown { view: shown, name: part.name.clone(), escape, notation, ascii });
        }
        out.index();
        out
    }

    /// Adds a part's blocks; gives their place.
    fn append(&mut self, decoded: &Decoded, part: &Part) -> ViewRange {
        let start = self.text.len();
        let whole = 0..decoded.text.len();
        let chunks = if part.loose { html::loose_paragraphs(&decoded.text) } else { vec![whole] };
        for chunk in chunks {
            let inner = View::build(part.format, &decoded.text[chunk.clone()]);
            self.append_view(&inner, decoded, chunk.start, part.heading);
        }
        let start = if start > 0 && self.text.len() > start { start + 2 } else { start };
        ViewRange::new(start, self.text.len())
    }

    /// Adds the blocks of a view on decoded bytes from `base` on.
    fn append_view(&mut self, inner: &View, decoded: &Decoded, base: usize, heading: bool) {
        let comments = self.comments.len();
        let first_block = self.blocks.len();
        for comment in &inner.comments {
            let span = decoded.cover(base + comment.span.start as usize, base + comment.span.end as usize);
            self.comments.push(Comment { span, text: comment.text.clone(), next_block: first_block + comment.next_block });
        }
        if comments < self.comments.len() {
            self.comments.sort_by_key(|c| c.span);
        }
        if inner.text.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            let end = self.segs.last().map_or(0, |s| s.src.end);
            self.segs.push(Seg { view: self.text.len() as u32, src: Span { start: end, end }, kind: SegKind::Gap });
            self.text.push_str("\n\n");
        }
        let shift = self.text.len() as u32;
        for (i, seg) in inner.segs.iter().enumerate() {
            let (from, to) = (base + seg.src.start as usize, base + seg.src.end as usize);
            let view = shift + seg.view;
            if seg.kind != SegKind::Verbatim {
                let src = decoded.cover(from, to);
                let src = if seg.kind == SegKind::Gap { Span { start: src.end, end: src.end } } else { src };
                self.segs.push(Seg { view, src, kind: seg.kind });
                continue;
            }
            debug_assert_eq!(to - from, (inner.seg_end(i) - seg.view) as usize);
            let mut at = from;
            while let Some(k) = decoded.run_at(at).filter(|_| at < to) {
                let run = &decoded.runs[k];
                let end = decoded.runs.get(k + 1).map_or(decoded.text.len(), |r| r.at).min(to);
                let kind = if run.verbatim { SegKind::Verbatim } else { SegKind::Atomic };
                self.segs.push(Seg { view: view + (at - from) as u32, src: decoded.cover(at, end), kind });
                at = end;
            }
        }
        self.text.push_str(&inner.text);
        let moved = |r: ViewRange| ViewRange { start: r.start + shift, end: r.end + shift };
        self.locked.extend(inner.locked.iter().map(|r| moved(*r)));
        self.blocks.extend(inner.blocks.iter().map(|b| {
            let kind = if heading && b.kind == BlockKind::Para { BlockKind::Heading } else { b.kind };
            Block { kind, view: moved(b.view), hints: b.hints.clone() }
        }));
    }

    /// Whether this is the text of a record, whose notation stands between the view and the file.
    #[must_use]
    pub fn is_record(&self) -> bool {
        !self.parts.is_empty()
    }

    /// What the record calls the value that view byte `at` stands in; `None` outside records.
    #[must_use]
    pub fn part_name(&self, at: u32) -> Option<&str> {
        self.part_at(at).map(|p| p.name.as_str())
    }

    /// What the value that view byte `at` stands in is written in; `None` outside records.
    #[must_use]
    pub fn notation(&self, at: u32) -> Option<Notation> {
        self.part_at(at).map(|p| p.notation)
    }

    /// Whether a range is all the text of a value.
    #[must_use]
    pub fn is_whole_part(&self, range: ViewRange) -> bool {
        self.part_at(range.start).is_some_and(|p| range.start <= p.view.start && p.view.end <= range.end)
    }

    pub(super) fn part_at(&self, at: u32) -> Option<&Shown> {
        let k = self.parts.partition_point(|p| p.view.end < at);
        self.parts.get(k).filter(|p| p.view.start <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(src: &str, inner: &str, notation: Notation, format: Format) -> Part {
        let start = src.find(inner).expect("the value stands there");
        let pieces = vec![(Span::new(start, start + inner.len()), notation)];
        Part { name: "body".into(), pieces, format, heading: false, loose: false }
    }

    #[track_caller]
    fn replaced(src: &str, part: &Part, from: &str, to: &str) -> Option<String> {
        let view = View::compose(src, std::slice::from_ref(part), Vec::new());
        let at = view.text.find(from).unwrap_or_else(|| panic!("{from:?} not in {:?}", view.text));
        let range = ViewRange::new(at, at + from.len());
        let written = view.escape_at(range, to).filter(|_| view.fixable(range))?;
        let span = view.to_src(range);
        assert!(view.to_view(span).is_some_and(|r| r.overlaps(range)));
        Some(format!("{}{written}{}", &src[..span.start as usize], &src[span.end as usize..]))
    }

    #[test]
    fn json_strings() {
        let src = r#"{"body": "<p>A \"b\" caf\u00e9 \ud83d\ude00 &amp; c\/d<\/p>\n<p>x<\/p>"}"#;
        let inner = &src[10..src.len() - 2];
        let html = part(src, inner, Notation::Json, Format::Html);
        let view = View::compose(src, std::slice::from_ref(&html), Vec::new());
        assert_eq!(view.text, "A \"b\" café 😀 & c/d\n\nx");
        assert_eq!(view.part_name(3), Some("body"));
        let new = replaced(src, &html, "\"b\" café", "“ü” < \"d\"").unwrap();
        assert_eq!(new, src.replace(r#"\"b\" caf\u00e9"#, r#"\u201c\u00fc\u201d &lt; &quot;d&quot;"#));
        assert_eq!(replaced(src, &html, "😀 & c/d", "e").unwrap(), src.replace(r"\ud83d\ude00 &amp; c\/d", "e"));
        let plain = part(src, "A", Notation::Json, Format::Plain);
        assert_eq!(replaced(src, &plain, "A", "\"\n\\é").unwrap(), src.replace("<p>A", "<p>\\\"\\n\\\\é"));
    }

    #[test]
    fn half_pairs_and_faulty_escapes_harm_nobody() {
        for raw in [r"a\ud800b", r"a\uZZZZb", r"a\", r"\u12", r"a\qb", r"\ud83dA"] {
            let view = View::compose(raw, &[part(raw, raw, Notation::Json, Format::Plain)], Vec::new());
            assert!(!view.text.is_empty() && view.segs.iter().all(|s| raw.get(s.src.range()).is_some()), "{raw}");
        }
    }

    #[test]
    fn csv_fields() {
        let src = "id,body\n1,\"He said \"\"no\"\".\"\n";
        let quoted = part(src, "He said \"\"no\"\".", Notation::Quoted, Format::Plain);
        assert_eq!(replaced(src, &quoted, "\"no\"", "\"yes, yes\"").unwrap(), src.replace("\"\"no\"\"", "\"\"yes, yes\"\""));
        let bare = part(src, "1", Notation::Bare, Format::Plain);
        assert_eq!(replaced(src, &bare, "1", "1,5"), None);
        assert_eq!(replaced(src, &bare, "1", "2").unwrap(), src.replace('1', "2"));
    }

    #[test]
    fn xml_text() {
        let src = "<t>A &lt;b&gt;bold&lt;/b&gt; &#233; R&amp;amp;D ]]&gt;</t><c><![CDATA[<p>x</p>]]></c>";
        let text = part(src, &src[3..src.find("</t>").unwrap()], Notation::Xml, Format::Html);
        let view = View::compose(src, std::slice::from_ref(&text), Vec::new());
        assert_eq!(view.text, "A bold é R&D ]]>");
        assert_eq!(replaced(src, &text, "R&D", "R<D").unwrap(), src.replace("R&amp;amp;D", "R&amp;lt;D"));
        let data = part(src, "<p>x</p>", Notation::Cdata, Format::Html);
        assert_eq!(replaced(src, &data, "x", "]]>").unwrap(), src.replace("<p>x", "<p>]]&gt;"));
    }

    #[test]
    fn parts_follow_one_another() {
        let src = r#"{"title":"Big news","none":"","body":"One.\n\nTwo <!-- c -->"}"#;
        let mut title = part(src, "Big news", Notation::Json, Format::Plain);
        title.heading = true;
        let empty = Part { pieces: vec![(Span::new(27, 27), Notation::Json)], ..title.clone() };
        let body = part(src, r"One.\n\nTwo <!-- c -->", Notation::Json, Format::Markdown);
        let view = View::compose(src, &[title, empty, body], Vec::new());
        assert_eq!(view.text, "Big news\n\nOne.\n\nTwo");
        assert_eq!(view.blocks.iter().map(|b| b.kind).collect::<Vec<_>>(), [BlockKind::Heading, BlockKind::Para, BlockKind::Para]);
        assert_eq!(view.comments[0].span.of(src), "<!-- c -->");
        assert!(!view.fixable(ViewRange::new(4, 12)));
    }
}
