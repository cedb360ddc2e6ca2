//! Markdown: CommonMark with tables, strikethrough, footnotes and front matter.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{BlockKind, Builder, Escape, Piece, View, html};

/// Front-matter keys whose values are published.
const PUBLISHED: [&str; 7] = ["title", "headline", "description", "summary", "subtitle", "dek", "deck"];

/// `keys` names front matter that is published, beside the usual.
pub(super) fn build(src: &str, keys: &[String]) -> View {
    let mut b = Builder::new(src);
    let body = front_matter(&mut b, keys);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS;
    let mut reader = Reader { b: &mut b, kinds: Vec::new(), code: false, html: None, image: None, depth: 0 };
    for (event, range) in Parser::new_ext(&src[body..], options).into_offset_iter() {
        reader.event(event, range.start + body..range.end + body);
    }
    b.finish(Escape::Markdown)
}

struct Reader<'b, 'a> {
    b: &'b mut Builder<'a>,
    /// Kinds of the open containers.
    kinds: Vec<BlockKind>,
    /// Within a code block.
    code: bool,
    /// The lines of the open HTML block.
    html: Option<Vec<Range<usize>>>,
    /// The alternative text of the open image.
    image: Option<Vec<Piece>>,
    /// How many images are open.
    depth: usize,
}

impl Reader<'_, '_> {
    fn event(&mut self, event: Event<'_>, at: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if !self.code => self.text(&text, at),
            Event::Code(text) => {
                let whole = self.b.src.get(at.clone()).unwrap_or("");
                let inner = whole.find(&*text).map_or(at.clone(), |i| at.start + i..at.start + i + text.len());
                self.push(Piece::Atomic(text.into_string(), inner));
            }
            Event::SoftBreak => self.text("\n", at),
            Event::HardBreak => self.push(Piece::Atomic("\n".into(), at)),
            Event::Html(_) => match &mut self.html {
                Some(lines) => lines.push(at),
                None => self.b.comment(at),
            },
            Event::InlineHtml(tag) => {
                if tag.get(..3).is_some_and(|t| t.eq_ignore_ascii_case("<br")) {
                    self.push(Piece::Atomic("\n".into(), at));
                } else {
                    self.b.comment(at);
                }
            }
            Event::Rule => self.b.close(),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let kind = match tag {
            Tag::Heading { .. } => BlockKind::Heading,
            Tag::BlockQuote(_) => BlockKind::Quote,
            Tag::Item => BlockKind::Item,
            Tag::FootnoteDefinition(_) => BlockKind::Para,
            Tag::TableCell => BlockKind::Cell,
            Tag::Image { .. } => {
                self.depth += 1;
                self.image.get_or_insert_default();
                return;
            }
            Tag::CodeBlock(_) => {
                self.code = true;
                return self.b.close();
            }
            Tag::HtmlBlock => {
                self.html = Some(Vec::new());
                return self.b.close();
            }
            Tag::Paragraph | Tag::List(_) | Tag::Table(_) | Tag::TableHead | Tag::TableRow => return self.b.close(),
            _ => return,
        };
        self.b.close();
        self.kinds.push(kind);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::BlockQuote(_) | TagEnd::Item | TagEnd::FootnoteDefinition | TagEnd::TableCell => {
                self.b.close();
                self.kinds.pop();
            }
            TagEnd::Image => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0
                    && let Some(pieces) = self.image.take()
                {
                    self.b.alt(pieces, String::new(), false);
                }
            }
            TagEnd::CodeBlock => self.code = false,
            TagEnd::HtmlBlock => self.html_block(),
            TagEnd::Paragraph | TagEnd::List(_) | TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow => {
                self.b.close();
            }
            _ => {}
        }
    }

    /// Reads an HTML block as HTML; inside quotations its lines are apart, and only comments are kept.
    fn html_block(&mut self) {
        let Some(lines) = self.html.take() else { return };
        if lines.is_sorted_by(|a, b| a.end == b.start) {
            if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
                html::run(self.b, first.start..last.end);
            }
            return;
        }
        for line in lines {
            let Some(text) = self.b.src.get(line.clone()) else { continue };
            let mut from = 0;
            while let Some(start) = text[from..].find("<!--").map(|i| from + i) {
                let Some(end) = text[start..].find("-->").map(|i| start + i + 3) else { break };
                self.b.comment(line.start + start..line.start + end);
                from = end;
            }
        }
    }

    fn text(&mut self, text: &str, at: Range<usize>) {
        let piece = if self.b.src.get(at.clone()) == Some(text) { Piece::Verbatim(at) } else { Piece::Atomic(text.to_owned(), at) };
        self.push(piece);
    }

    fn push(&mut self, piece: Piece) {
        if let Some(pieces) = &mut self.image {
            pieces.push(piece);
            return;
        }
        if !self.b.is_open() {
            let kind = self.kinds.last().copied().unwrap_or(BlockKind::Para);
            self.b.open(kind, String::new());
        }
        self.b.piece(&piece);
    }
}

/// Reads YAML or TOML front matter; gives the offset of what follows it.
fn front_matter(b: &mut Builder<'_>, keys: &[String]) -> usize {
    let src = b.src;
    let mut lines = lines(src);
    let Some((fence, separator)) = lines.next().and_then(|r| match src[r].trim_end() {
        "---" => Some(("---", ':')),
        "+++" => Some(("+++", '=')),
        _ => None,
    }) else {
        return 0;
    };
    let mut fields = Vec::new();
    let mut top = true;
    for range in lines {
        let line = &src[range.clone()];
        let bare = line.trim_end();
        if bare == fence || (fence == "---" && bare == "...") {
            for (key, raw) in fields {
                field(b, keys, key, raw);
            }
            return range.end;
        }
        top &= !(separator == '=' && bare.starts_with('['));
        if let Some((key, value)) = bare.split_once(separator).filter(|_| top) {
            let name = key.trim_end();
            if !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-') {
                let raw = value.trim_start();
                let end = range.start + bare.len();
                fields.push((name, end - raw.len()..end));
            }
        }
    }
    0
}

/// Lines with their ends.
fn lines(src: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    src.split_inclusive('\n').map(move |line| {
        at += line.len();
        at - line.len()..at
    })
}

/// One front-matter field; a published one on a single line becomes a block.
fn field(b: &mut Builder<'_>, keys: &[String], key: &str, raw: Range<usize>) {
    let src = b.src;
    let value = &src[raw.clone()];
    let quote = value.chars().next().filter(|q| "\"'".contains(*q));
    let (inner, text) = if let Some(q) = quote {
        let Some(end) = closing_quote(value, q) else { return };
        let inner = raw.start + 1..raw.start + end;
        let text = if q == '"' { value[1..end].replace("\\\"", "\"").replace("\\\\", "\\") } else { value[1..end].replace("''", "'") };
        (inner, text)
    } else {
        let text = value.split_once(" #").map_or(value, |(v, _)| v).trim_end();
        (raw.start..raw.start + text.len(), text.to_owned())
    };
    let words = quote.is_some() || !value.starts_with(['|', '>', '[', '{', '&', '*', '!', '#', '-']);
    let published = PUBLISHED.contains(&key.to_ascii_lowercase().as_str()) || keys.iter().any(|k| k == key);
    if words && published {
        b.open(BlockKind::Meta, String::new());
        if src[inner.clone()] == text {
            b.verbatim(inner);
        } else {
            b.atomic(&text, inner);
        }
        b.finish_block(true);
    }
    b.meta.push((key.to_owned(), text));
}

/// Where the value's closing quotation mark stands.
fn closing_quote(value: &str, quote: char) -> Option<usize> {
    let bytes = value.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == '"' => at += 2,
            b if b == quote as u8 && quote == '\'' && bytes.get(at + 1) == Some(&b'\'') => at += 2,
            b if b == quote as u8 => return Some(at),
            _ => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Alt, Cell, Heading, Item, Meta, Para, Quote};

    fn check(src: &str, expect: &[(BlockKind, &str)]) {
        let view = View::build(crate::view::Format::Markdown, src);
        let got: Vec<_> = view.blocks.iter().map(|b| (b.kind, b.view.of(&view.text))).collect();
        assert_eq!(got, expect, "{src:?}");
    }

    #[test]
    fn blocks() {
        check("", &[]);
        check("# Big *news*\n\nOne\ntwo  \nthree.", &[(Heading, "Big news"), (Para, "One\ntwo\nthree.")]);
        check("Head\n====\n- a\n- b\n\n  c\n1. d", &[(Heading, "Head"), (Item, "a"), (Item, "b"), (Item, "c"), (Item, "d")]);
        check("> a\n> b\n\nc", &[(Quote, "a\nb"), (Para, "c")]);
        check("| a | b |\n|---|---|\n| c d | |", &[(Cell, "a"), (Cell, "b"), (Cell, "c d")]);
        check("See [the *report*](http://x.y/z \"t\") now[^1].\n\n[^1]: Note.", &[(Para, "See the report now."), (Para, "Note.")]);
        check("Look ![a *b*](c.png) here.", &[(Para, "Look  here."), (Alt, "a b")]);
        check("Use `ls -l` and <http://x.y>.", &[(Para, "Use ls -l and http://x.y.")]);
        check("```\ncode\n```\n\n    more\n\nText \\*x\\* &eacute; ~~y~~", &[(Para, "Text *x* é y")]);
    }

    #[test]
    fn html_in_markdown() {
        check("<div class=x>\n<p>a &amp; b</p>\n</div>\n\nc <b>d</b><br>e", &[(Para, "a & b"), (Para, "c d\ne")]);
        let src = "<!-- stet -->\n\na <!-- b --> c\n\n> <!-- d\n> e -->\n\n> <!-- f -->\n";
        let view = build(src, &[]);
        let got: Vec<_> = view.comments.iter().map(|c| (c.text.as_str(), c.next_block)).collect();
        assert_eq!(got, [("stet", 0), ("b", 1), ("f", 1)]);
    }

    #[test]
    fn matter() {
        check(
            "---\ntitle: \"A 'b'\"\ndate: 2024-05-01 # day\nDescription: it''s\nsummary: 'it''s'\ntags: [a]\nlist:\n  title: no\ndek: |\n  no\n---\nBody.",
            &[(Meta, "A 'b'"), (Meta, "it''s"), (Meta, "it's"), (Para, "Body.")],
        );
        check(
            "+++\r\ntitle = \"A \\\"b\\\"\"\r\ndate = 2024-05-01\r\n[x]\r\ntitle = \"no\"\r\n+++\r\nBody.",
            &[(Meta, "A \"b\""), (Para, "Body.")],
        );
        check("---\ntitle: no end", &[(Para, "title: no end")]);
        let view = build("---\ntitle: 'x'\ndate: 2024-05-01 # day\n---\n", &[]);
        assert_eq!(view.meta, [("title".into(), "x".into()), ("date".into(), "2024-05-01".into())]);
    }
}
