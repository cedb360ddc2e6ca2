//! Files as readers see them: text blocks, with a map from every byte back to the file.

mod compose;
mod escape;
mod html;
mod markdown;
mod plain;

use std::ops::Range;

pub use compose::{Notation, Part};

use crate::source::MAX_BYTES;
use crate::span::{Span, ViewRange};

/// What kind of text a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// A headline or crosshead.
    Heading,
    /// Running text.
    Para,
    /// A list item.
    Item,
    /// A block quotation.
    Quote,
    /// A table cell.
    Cell,
    /// A figure caption.
    Caption,
    /// An `alt` or `title` attribute.
    Alt,
    /// Front-matter text such as a title.
    Meta,
    /// Code; never checked.
    Code,
}

/// A run of view text that belongs together; sentences never cross blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its bytes in the view, trimmed of white space.
    pub view: ViewRange,
    /// Lower-cased `class` and `id` words of the nearest HTML elements, space-separated (furniture hints).
    pub hints: String,
}

/// How a run of view bytes relates to the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SegKind {
    /// Byte for byte the same as the file.
    Verbatim,
    /// One decoded unit (`&eacute;`): maps only as a whole.
    Atomic,
    /// Bytes of the view with no counterpart in the file (block separators); the span is empty.
    Gap,
}

/// A run of the view; sorted by `view`, its length runs to the next segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seg {
    /// First byte in the view.
    pub view: u32,
    /// The bytes of the file it came from.
    pub src: Span,
    /// How the two relate.
    pub kind: SegKind,
}

/// How replacement text is written into the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Escape {
    /// As it is.
    Plain,
    /// Backslashes before characters that would become markup.
    Markdown,
    /// `&amp;`, `&lt;`, `&gt;`, `&quot;`.
    Html,
}

/// A comment of the markup, where stet directives live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The whole comment with its delimiters, in file bytes.
    pub span: Span,
    /// The text between the delimiters, trimmed.
    pub text: String,
    /// Index of the first block after it (may equal `blocks.len()`).
    pub next_block: usize,
}

/// A file's readable text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// All blocks' text, separated by `"\n\n"`.
    pub text: String,
    /// The map back to the file.
    pub segs: Vec<Seg>,
    /// Blocks in text order.
    pub blocks: Vec<Block>,
    /// Markup comments in file order.
    pub comments: Vec<Comment>,
    /// How to write text back.
    pub escape: Escape,
    /// Front matter as written, without quotation marks: keys and values in file order.
    pub meta: Vec<(String, String)>,
    /// What a data file calls the record that this is the text of; findings' fingerprints depend on it.
    pub record: Option<String>,
    /// Indices of all segments but gaps, ordered by their place in the file.
    by_src: Vec<u32>,
    /// Blocks whose quoting `escape` does not cover: front matter, and attributes not in `"`.
    locked: Vec<ViewRange>,
    /// The values of a record, in view order; empty for whole files.
    parts: Vec<compose::Shown>,
}

impl View {
    /// The readable text of `src`. Never panics; a text beyond [`MAX_BYTES`] has an empty view.
    #[must_use]
    pub fn build(format: Format, src: &str) -> Self {
        let src = if src.len() > MAX_BYTES { "" } else { src };
        match format {
            Format::Plain => plain::build(src),
            Format::Markdown => markdown::build(src, &[]),
            Format::Html => html::build(src),
        }
    }

    /// The same, with the front-matter keys that are published beside the usual ones.
    #[must_use]
    pub fn build_with(format: Format, src: &str, keys: &[String]) -> Self {
        match format {
            Format::Markdown if src.len() <= MAX_BYTES => markdown::build(src, keys),
            _ => Self::build(format, src),
        }
    }

    /// Orders the segments by their place in the file.
    fn index(&mut self) {
        let real = |&i: &u32| self.segs[i as usize].kind != SegKind::Gap;
        let mut by_src: Vec<u32> = (0..self.segs.len() as u32).filter(real).collect();
        let start = |i: &u32| self.segs[*i as usize].src.start;
        if !by_src.is_sorted_by_key(start) {
            by_src.sort_by_key(start);
        }
        self.by_src = by_src;
    }

    /// End of segment `i` in the view.
    fn seg_end(&self, i: usize) -> u32 {
        self.segs.get(i + 1).map_or(self.text.len() as u32, |s| s.view)
    }

    /// Index of the segment that holds view byte `at`; the last one for the end of the text.
    fn seg_at(&self, at: u32) -> Option<usize> {
        self.segs.partition_point(|s| s.view <= at).checked_sub(1)
    }

    /// The file bytes a view range came from, from the first to the last, markup between them included.
    ///
    /// Block separators at the edges are left out; a decoded unit counts as a whole. An empty range
    /// gives the empty span where text would be inserted.
    #[must_use]
    pub fn to_src(&self, range: ViewRange) -> Span {
        let len = self.text.len() as u32;
        let (start, end) = (range.start.min(len), range.end.min(len));
        let Some(first) = self.seg_at(start) else { return Span::default() };
        if start == end {
            return self.insertion(first, start);
        }
        let last = self.seg_at(end - 1).unwrap_or(first);
        let part = |i: usize| -> Span {
            let seg = self.segs[i];
            if seg.kind == SegKind::Verbatim {
                let from = start.max(seg.view) - seg.view;
                let to = end.min(self.seg_end(i)) - seg.view;
                Span { start: seg.src.start + from, end: seg.src.start + to }
            } else {
                seg.src
            }
        };
        let real = |i: &usize| self.segs[*i].kind != SegKind::Gap;
        match ((first..=last).find(real), (first..=last).rev().find(real)) {
            (Some(a), Some(b)) => part(a).cover(part(b)),
            _ => self.segs[first].src,
        }
    }

    /// Where text put in at view byte `at`, in segment `i`, belongs in the file.
    fn insertion(&self, i: usize, at: u32) -> Span {
        let seg = self.segs[i];
        let place = match seg.kind {
            SegKind::Verbatim => seg.src.start + (at - seg.view),
            _ if at == seg.view && i > 0 && self.segs[i - 1].kind != SegKind::Gap => self.segs[i - 1].src.end,
            _ if at >= self.seg_end(i) => seg.src.end,
            _ => seg.src.start,
        };
        Span { start: place, end: place }
    }

    /// The view bytes that came from `span`; `None` when a reader sees nothing of it.
    ///
    /// Markup at the edges is left out, and a unit touched in part counts as a whole.
    #[must_use]
    pub fn to_view(&self, span: Span) -> Option<ViewRange> {
        let seg = |k: usize| self.by_src.get(k).map(|&i| (i as usize, self.segs[i as usize]));
        let mut k = self.by_src.partition_point(|&i| self.segs[i as usize].src.end <= span.start);
        if span.is_empty() {
            let touched = |(_, s): &(usize, Seg)| s.kind == SegKind::Verbatim && s.src.start <= span.start && span.start <= s.src.end;
            let before = k.checked_sub(1).and_then(seg);
            let (_, s) = seg(k).filter(touched).or(before.filter(touched))?;
            let at = s.view + (span.start - s.src.start);
            return Some(ViewRange { start: at, end: at });
        }
        let mut out: Option<ViewRange> = None;
        while let Some((i, s)) = seg(k).filter(|(_, s)| s.src.start < span.end) {
            let mut part = ViewRange { start: s.view, end: self.seg_end(i) };
            if s.kind == SegKind::Verbatim {
                part.end = s.view + (span.end.min(s.src.end) - s.src.start);
                part.start = s.view + (span.start.max(s.src.start) - s.src.start);
            }
            out = Some(out.map_or(part, |o| o.cover(part)));
            k += 1;
        }
        out
    }

    /// Whether replacing [`View::to_src`] of `range` changes just these view bytes: they stand
    /// next to each other in the file, and no decoded unit is cut.
    ///
    /// `false` in front matter and in attributes without `"`, where [`View::escape_text`] does not
    /// know the quoting; [`View::escape_at`] says what may be written there.
    #[must_use]
    pub fn fixable(&self, range: ViewRange) -> bool {
        self.is_whole(range) && !self.is_locked(range)
    }

    fn is_whole(&self, range: ViewRange) -> bool {
        if self.text.get(range.range()).is_none() {
            return false;
        }
        let Some(first) = self.seg_at(range.start) else { return false };
        if range.is_empty() {
            let inside_unit =
                self.segs[first].kind == SegKind::Atomic && range.start > self.segs[first].view && range.start < self.seg_end(first);
            let in_block = self.block_at(range.start).is_some();
            return in_block && !inside_unit;
        }
        let last = self.seg_at(range.end - 1).unwrap_or(first);
        (first..=last).all(|i| {
            let seg = self.segs[i];
            let whole = match seg.kind {
                SegKind::Verbatim => true,
                SegKind::Atomic => range.start <= seg.view && self.seg_end(i) <= range.end,
                SegKind::Gap => false,
            };
            whole && (i == first || self.segs[i - 1].src.end == seg.src.start)
        })
    }

    fn is_locked(&self, range: ViewRange) -> bool {
        let k = self.locked.partition_point(|l| l.end < range.start);
        self.locked.get(k).is_some_and(|l| l.start <= range.end)
    }

    /// The block that holds view byte `at`, or ends there.
    #[must_use]
    pub fn block_at(&self, at: u32) -> Option<&Block> {
        let k = self.blocks.partition_point(|b| b.view.end < at);
        self.blocks.get(k).filter(|b| b.view.start <= at)
    }

    /// `text` written so that a reader of the file sees `text`.
    #[must_use]
    pub fn escape_text(&self, text: &str) -> String {
        escape::escape(self.escape, text)
    }

    /// `text` as it must be written at `range`; `None` when it cannot be written there safely.
    #[must_use]
    pub fn escape_at(&self, range: ViewRange, text: &str) -> Option<String> {
        if !self.is_whole(range) {
            return None;
        }
        let part = self.part_at(range.start);
        if !self.is_locked(range) {
            return part.map_or_else(|| Some(self.escape_text(text)), |p| p.write(text));
        }
        let harmless = |c: char| c.is_alphanumeric() || " ,.;!?()-–—’‘“”«»…%€$£".contains(c);
        let plain = text.chars().all(harmless).then(|| text.to_owned())?;
        part.map_or(Some(plain), |p| p.write(text))
    }
}

/// A run of text on its way into a block: as in the file, or decoded.
enum Piece {
    Verbatim(Range<usize>),
    Atomic(String, Range<usize>),
}

/// A block that has begun but may still be empty.
struct Open {
    kind: BlockKind,
    hints: String,
    start: Option<usize>,
}

/// Collects blocks. Leading and trailing white space of a block never reaches the view.
struct Builder<'a> {
    src: &'a str,
    text: String,
    segs: Vec<Seg>,
    blocks: Vec<Block>,
    comments: Vec<Comment>,
    meta: Vec<(String, String)>,
    locked: Vec<ViewRange>,
    open: Option<Open>,
    /// Alternative texts met inside a block; they follow it.
    later: Vec<(Vec<Piece>, String, bool)>,
}

impl<'a> Builder<'a> {
    fn new(src: &'a str) -> Self {
        Self {
            src,
            text: String::with_capacity(src.len()),
            segs: Vec::new(),
            blocks: Vec::new(),
            comments: Vec::new(),
            meta: Vec::new(),
            locked: Vec::new(),
            open: None,
            later: Vec::new(),
        }
    }

    fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Begins a block, ending the one before it.
    fn open(&mut self, kind: BlockKind, hints: String) {
        self.close();
        self.open = Some(Open { kind, hints, start: None });
    }

    /// Makes sure that the open block has begun in the view; `false` without an open block.
    fn begin(&mut self) -> bool {
        let Some(open) = &mut self.open else { return false };
        if open.start.is_none() {
            if !self.text.is_empty() {
                let src = self.segs.last().map_or(0, |s| s.src.end);
                let view = self.text.len() as u32;
                self.segs.push(Seg { view, src: Span { start: src, end: src }, kind: SegKind::Gap });
                self.text.push_str("\n\n");
            }
            open.start = Some(self.text.len());
        }
        true
    }

    fn has_text(&self) -> bool {
        self.open.as_ref().is_some_and(|o| o.start.is_some())
    }

    /// Adds bytes of the file to the open block.
    fn verbatim(&mut self, range: Range<usize>) {
        let Some(mut text) = self.src.get(range.clone()) else { return };
        let mut start = range.start;
        if !self.has_text() {
            text = text.trim_start();
            start = range.end - text.len();
        }
        if text.is_empty() || !self.begin() {
            return;
        }
        let view = self.text.len() as u32;
        self.text.push_str(text);
        let src = Span::new(start, range.end);
        match self.segs.last_mut() {
            Some(last) if last.kind == SegKind::Verbatim && last.src.end == src.start => last.src.end = src.end,
            _ => self.segs.push(Seg { view, src, kind: SegKind::Verbatim }),
        }
    }

    /// Adds a unit to the open block that reads `text` and is written as `range`.
    fn atomic(&mut self, text: &str, range: Range<usize>) {
        let text = if self.has_text() { text } else { text.trim_start() };
        if text.is_empty() || self.src.get(range.clone()).is_none() || !self.begin() {
            return;
        }
        let view = self.text.len() as u32;
        self.text.push_str(text);
        self.segs.push(Seg { view, src: Span::new(range.start, range.end), kind: SegKind::Atomic });
    }

    fn piece(&mut self, piece: &Piece) {
        match piece {
            Piece::Verbatim(range) => self.verbatim(range.clone()),
            Piece::Atomic(text, range) => self.atomic(text, range.clone()),
        }
    }

    /// Ends the open block, and puts the alternative texts met in it after it.
    fn close(&mut self) {
        self.finish_block(false);
        for (pieces, hints, locked) in std::mem::take(&mut self.later) {
            self.open = Some(Open { kind: BlockKind::Alt, hints, start: None });
            for piece in &pieces {
                self.piece(piece);
            }
            self.finish_block(locked);
        }
    }

    fn finish_block(&mut self, locked: bool) {
        let Some(Open { kind, hints, start: Some(start) }) = self.open.take() else { return };
        let end = start + self.text[start..].trim_end().len();
        self.text.truncate(end);
        while self.segs.last().is_some_and(|s| s.view as usize >= end) {
            self.segs.pop();
        }
        if let Some(last) = self.segs.last_mut().filter(|s| s.kind == SegKind::Verbatim) {
            last.src.end = last.src.start + (end as u32 - last.view);
        }
        let view = ViewRange::new(start, end);
        if locked {
            self.locked.push(view);
        }
        self.blocks.push(Block { kind, view, hints });
    }

    /// A block of its own that does not interrupt the open one.
    fn alt(&mut self, pieces: Vec<Piece>, hints: String, locked: bool) {
        self.later.push((pieces, hints, locked));
        if !self.is_open() {
            self.close();
        }
    }

    /// A comment, delimiters included.
    fn comment(&mut self, range: Range<usize>) {
        let Some(whole) = self.src.get(range.clone()) else { return };
        let Some(text) = whole.strip_prefix("<!--") else { return };
        let text = text.strip_suffix("-->").unwrap_or(text).trim().to_owned();
        self.comments.push(Comment { span: Span::new(range.start, range.end), text, next_block: 0 });
    }

    fn finish(mut self, escape: Escape) -> View {
        self.close();
        let mut next = 0;
        let mut seg = 0;
        for comment in &mut self.comments {
            while let Some(block) = self.blocks.get(next) {
                while self.segs[seg].view < block.view.start {
                    seg += 1;
                }
                if self.segs[seg].src.start >= comment.span.end {
                    break;
                }
                next += 1;
            }
            comment.next_block = next;
        }
        let mut view = View {
            text: self.text,
            segs: self.segs,
            blocks: self.blocks,
            comments: self.comments,
            escape,
            meta: self.meta,
            record: None,
            by_src: Vec::new(),
            locked: self.locked,
            parts: Vec::new(),
        };
        view.index();
        view
    }
}

/// A file's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain text.
    Plain,
    /// Markdown.
    Markdown,
    /// HTML page or fragment.
    Html,
}

impl Format {
    /// The format an extension names (`md`, `markdown`, `html`, `htm`, `xhtml`, `txt`, `text`), lower case, no dot.
    #[must_use]
    pub fn from_extension(ext: &str) -> Option<Self> {
        match ext.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Plain),
            "md" | "markdown" | "mdown" | "mkd" => Some(Self::Markdown),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            _ => None,
        }
    }

    /// The format of a text without a name: HTML when it begins like a page or has block tags, else plain.
    #[must_use]
    pub fn sniff(text: &str) -> Self {
        let begins = |prefix: &str| {
            let head = text.trim_start().as_bytes();
            head.get(..prefix.len()).is_some_and(|h| h.eq_ignore_ascii_case(prefix.as_bytes()))
        };
        let html = begins("<!doctype") || begins("<html") || html::has_block_tag(text);
        if html { Self::Html } else { Self::Plain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The block's text and the source of the view range `needle`, whether it is fixable.
    fn check(format: Format, src: &str, needle: &str, expect: (&str, bool)) {
        let view = View::build(format, src);
        let at = view.text.find(needle).unwrap_or_else(|| panic!("{needle:?} not in {:?}", view.text));
        let range = ViewRange::new(at, at + needle.len());
        let span = view.to_src(range);
        assert_eq!((span.of(src), view.fixable(range)), expect, "{src:?} {needle:?} {:?}", view.segs);
        assert!(view.to_view(span).is_some_and(|r| r.overlaps(range)));
    }

    #[test]
    fn maps_back() {
        check(Format::Plain, "One.\n\nTwo", "wo", ("wo", true));
        check(Format::Plain, "One.\n\nTwo", "e.\n\n", ("e.", false));
        check(Format::Plain, "One.\n\nTwo", "\n\nTw", ("Tw", false));
        check(Format::Html, "<p>a <b>b</b> c</p>", "b", ("b", true));
        check(Format::Html, "<p>a <b>b</b> c</p>", "b c", ("b</b> c", false));
        check(Format::Html, "<p>x&eacute;y</p>", "xé", ("x&eacute;", true));
        check(Format::Html, "<p>1&nbsp;&euro;</p>", "1\u{a0}€", ("1&nbsp;&euro;", true));
        check(Format::Html, "<p>x&nGt;y</p>", "\u{20d2}", ("&nGt;", false));
        check(Format::Markdown, "---\ntitle: 'Big news'\n---\nText", "news", ("news", false));
        check(Format::Markdown, "a *b* c", "b", ("b", true));
    }

    #[test]
    fn inserts() {
        let src = "<p>a<b>b</b></p><p>c</p>";
        let view = View::build(Format::Html, src);
        let at = |v: usize| view.to_src(ViewRange::new(v, v)).start;
        assert_eq!((at(0), at(1), at(2), at(4), at(5)), (3, 7, 8, 19, 20));
        assert!(view.fixable(ViewRange::new(2, 2)) && !view.fixable(ViewRange::new(3, 3)));
        assert_eq!(view.to_view(Span::new(0, 2)), None);
        assert_eq!(view.to_view(Span::new(0, src.len())), Some(ViewRange::new(0, 5)));
        assert_eq!(view.to_view(Span::new(8, 8)), Some(ViewRange::new(2, 2)));
    }

    #[test]
    fn locked_text_takes_words_only() {
        let view = View::build(Format::Markdown, "---\ntitle: \"Big news\"\n---\n");
        let range = ViewRange::new(0, 3);
        assert_eq!(view.escape_at(range, "Large").as_deref(), Some("Large"));
        assert_eq!(view.escape_at(range, "\"Large\""), None);
    }

    #[test]
    fn sniffs() {
        for text in [" \n<!DOCTYPE html>", "<HTML lang=en>", "Words <p>more</p>", "<div class=x>", "a <article\n>"] {
            assert_eq!(Format::sniff(text), Format::Html, "{text:?}");
        }
        for text in ["", "a < b", "<3 you", "<pan>", "x <b>bold</b>"] {
            assert_eq!(Format::sniff(text), Format::Plain, "{text:?}");
        }
    }
}
