//! HTML: the text a reader sees, block by block.

use std::ops::Range;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use htmlize::Context;

use super::{BlockKind, Builder, Escape, Piece, View};

/// How far up the open elements a lookup goes; keeps hostile nesting linear.
const REACH: usize = 64;

pub(super) fn build(src: &str) -> View {
    let mut b = Builder::new(src);
    run(&mut b, 0..src.len());
    b.finish(Escape::Html)
}

/// Reads `range` of the builder's source as HTML; elements left open end with it.
pub(super) fn run(b: &mut Builder<'_>, range: Range<usize>) {
    let Some(html) = b.src.get(range.clone()) else { return };
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    b.close();
    let mut reader = Reader { b, open: Vec::new(), skip: None, articles: 0, after_break: false };
    let shift = |span: html5gum::Span<usize>| {
        let end = (range.start + span.end).min(range.end);
        (range.start + span.start).min(end)..end
    };
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => {
                let at = shift(tag.span);
                reader.start(tag, at);
            }
            Token::EndTag(tag) => reader.end(&tag.name),
            Token::String(text) => reader.text(shift(text.span)),
            Token::Comment(comment) => reader.b.comment(shift(comment.span)),
            Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.b.close();
}

/// Stretches of `text` parted by blank lines, where a site makes paragraphs of them.
pub(super) fn loose_paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let (mut start, mut at, mut blank) = (0, 0, true);
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            if !blank {
                out.push(start..at);
            }
            blank = true;
        } else if blank {
            (start, blank) = (at, false);
        }
        at += line.len();
    }
    if !blank {
        out.push(start..at);
    }
    out
}

/// Whether `text` has a tag that only HTML documents have.
pub(super) fn has_block_tag(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'<', bytes).any(|at| {
        let rest = &bytes[at + 1..bytes.len().min(at + 12)];
        let end = rest.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        matches!(rest.get(end), Some(b'>' | b' ' | b'\t' | b'\n' | b'\r' | b'/'))
            && matches!(
                name.as_slice(),
                b"p" | b"div"
                    | b"article"
                    | b"section"
                    | b"body"
                    | b"head"
                    | b"main"
                    | b"ul"
                    | b"ol"
                    | b"table"
                    | b"blockquote"
                    | b"h1"
                    | b"h2"
                    | b"h3"
                    | b"h4"
                    | b"h5"
                    | b"h6"
                    | b"figure"
            )
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Part of a line of text.
    Inline,
    /// Starts and ends blocks; may say of which kind.
    Block(Option<BlockKind>),
    /// Not read.
    Skip,
    /// Not read, but for its title.
    Head,
    /// The page's title.
    Title,
    /// Has no content.
    Void,
}

fn role(name: &[u8], in_article: bool) -> Role {
    match name {
        b"script" | b"style" | b"noscript" | b"template" | b"svg" | b"math" | b"nav" | b"form" | b"button" | b"select" | b"iframe"
        | b"aside" | b"pre" | b"textarea" | b"object" | b"audio" | b"video" | b"canvas" | b"noframes" | b"noembed" | b"xmp"
        | b"listing" | b"plaintext" | b"datalist" => Role::Skip,
        b"header" | b"footer" if !in_article => Role::Skip,
        b"head" => Role::Head,
        b"title" => Role::Title,
        b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Role::Block(Some(BlockKind::Heading)),
        b"li" | b"dt" | b"dd" => Role::Block(Some(BlockKind::Item)),
        b"blockquote" => Role::Block(Some(BlockKind::Quote)),
        b"td" | b"th" => Role::Block(Some(BlockKind::Cell)),
        b"figcaption" | b"caption" => Role::Block(Some(BlockKind::Caption)),
        b"p" | b"div" | b"section" | b"article" | b"main" | b"header" | b"footer" | b"figure" | b"ul" | b"ol" | b"dl" | b"menu"
        | b"dir" | b"table" | b"thead" | b"tbody" | b"tfoot" | b"tr" | b"html" | b"body" | b"address" | b"center" | b"details"
        | b"summary" | b"fieldset" | b"legend" | b"hgroup" | b"dialog" | b"search" => Role::Block(None),
        b"area" | b"base" | b"br" | b"col" | b"embed" | b"hr" | b"img" | b"input" | b"link" | b"meta" | b"param" | b"source" | b"track"
        | b"wbr" => Role::Void,
        _ => Role::Inline,
    }
}

struct Element {
    name: Vec<u8>,
    role: Role,
    hints: String,
}

struct Reader<'b, 'a> {
    b: &'b mut Builder<'a>,
    open: Vec<Element>,
    /// Index of the open element that is not read, the outermost.
    skip: Option<usize>,
    articles: usize,
    /// Whether nothing but white space followed the last `<br>`.
    after_break: bool,
}

impl Reader<'_, '_> {
    fn start(&mut self, tag: StartTag<usize>, at: Range<usize>) {
        let name = tag.name.0.as_slice();
        let role = role(name, self.articles > 0);
        if self.in_head() && !is_head_content(name) {
            self.leave_head();
        }
        if role == Role::Void {
            self.void(&tag, at);
            return;
        }
        if role != Role::Inline {
            if self.skip.is_none() {
                self.flush();
            }
            self.close_implied(name);
        }
        let foreign = |name: &[u8]| matches!(name, b"svg" | b"math");
        if tag.self_closing && (foreign(name) || self.skip.is_some_and(|i| foreign(&self.open[i].name))) {
            return;
        }
        let hints = hints(&tag);
        if self.skip.is_none() && matches!(role, Role::Skip | Role::Head) {
            self.skip = Some(self.open.len());
        }
        self.articles += usize::from(name == b"article");
        self.open.push(Element { name: tag.name.0, role, hints });
    }

    fn void(&mut self, tag: &StartTag<usize>, at: Range<usize>) {
        if self.skip.is_some() {
            return;
        }
        match tag.name.as_slice() {
            b"br" if self.after_break => self.b.close(),
            b"br" => {
                self.b.atomic("\n", at);
                self.after_break = true;
            }
            b"hr" => self.flush(),
            b"img" if tag.attributes.contains_key(b"alt".as_slice()) => {
                if let Some((value, quoted)) = attribute(self.b.src, at, "alt") {
                    let pieces = pieces(self.b.src, value, Context::Attribute);
                    let mut hints = hints(tag);
                    join(&mut hints, &self.hints());
                    self.b.alt(pieces, hints, !quoted);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            // Browsers read these two as `<br>` and `<p></p>`.
            b"br" => return,
            b"p" if self.skip.is_none() => self.flush(),
            _ => {}
        }
        let inline = role(name, true) == Role::Inline;
        let table = matches!(name, b"table" | b"thead" | b"tbody" | b"tfoot" | b"tr" | b"td" | b"th" | b"caption" | b"html" | b"body");
        let found = self.open.iter().rev().take(4 * REACH).position(|e| {
            e.name == name
                || (inline && e.role != Role::Inline)
                || (!table && matches!(e.name.as_slice(), b"td" | b"th" | b"caption" | b"table"))
        });
        let Some(i) = found.map(|k| self.open.len() - 1 - k).filter(|&i| self.open[i].name == name) else { return };
        self.pop_to(i);
        if !inline && self.skip.is_none() {
            self.flush();
        }
    }

    fn text(&mut self, at: Range<usize>) {
        if self.in_head() && self.b.src.get(at.clone()).is_some_and(|t| !t.trim().is_empty()) {
            self.leave_head();
        }
        let title = self.open.last().is_some_and(|e| e.role == Role::Title) && self.skip.is_none_or(|i| self.open[i].role == Role::Head);
        if self.skip.is_some() && !title {
            return;
        }
        // `</>` vanishes without a token of its own.
        let Some(text) = self.b.src.get(at.clone()).filter(|_| !title) else { return self.run_of_text(at) };
        let mut from = at.start;
        for gone in memchr::memmem::find_iter(text.as_bytes(), b"</>") {
            self.run_of_text(from..at.start + gone);
            from = at.start + gone + "</>".len();
        }
        self.run_of_text(from..at.end);
    }

    fn run_of_text(&mut self, at: Range<usize>) {
        for piece in pieces(self.b.src, at, Context::General) {
            let blank = match &piece {
                Piece::Verbatim(range) => self.b.src[range.clone()].trim().is_empty(),
                Piece::Atomic(text, _) => text.trim().is_empty(),
            };
            if !blank {
                self.after_break = false;
                if !self.b.is_open() {
                    let (kind, hints) = (self.kind(), self.hints());
                    self.b.open(kind, hints);
                }
            }
            self.b.piece(&piece);
        }
    }

    fn flush(&mut self) {
        self.after_break = false;
        self.b.close();
    }

    /// Closes every element from index `i` on.
    fn pop_to(&mut self, i: usize) {
        if self.skip.is_some_and(|s| s >= i) {
            self.skip = None;
        }
        if self.open[i..].iter().any(|e| e.role == Role::Title) {
            self.flush();
        }
        let articles = self.open.drain(i..).filter(|e| e.name == b"article").count();
        self.articles -= articles;
    }

    fn in_head(&self) -> bool {
        self.open.last().is_some_and(|e| e.role == Role::Head)
    }

    fn leave_head(&mut self) {
        self.pop_to(self.open.len() - 1);
    }

    /// Ends the elements that a start tag ends without saying so.
    fn close_implied(&mut self, name: &[u8]) {
        let (ends, within): (&[&[u8]], &[&[u8]]) = match name {
            b"li" => (&[b"li"], &[b"ul", b"ol", b"menu"]),
            b"dt" | b"dd" => (&[b"dt", b"dd"], &[b"dl"]),
            b"td" | b"th" => (&[b"td", b"th"], &[b"tr", b"table"]),
            b"tr" => (&[b"tr"], &[b"table", b"tbody", b"thead", b"tfoot"]),
            b"tbody" | b"thead" | b"tfoot" => (&[b"tbody", b"thead", b"tfoot"], &[b"table"]),
            b"title" => return,
            _ => (&[], &[]),
        };
        for (ends, within) in [(&[b"p" as &[u8]][..], &[b"td" as &[u8], b"th", b"li", b"div", b"table"][..]), (ends, within)] {
            let named = |list: &[&[u8]], e: &Element| list.iter().any(|n| *n == e.name);
            let limit = self.skip.map_or(0, |s| s + 1);
            let found = self.open[limit..].iter().rev().take(REACH).position(|e| named(ends, e) || named(within, e));
            if let Some(i) = found.map(|k| self.open.len() - 1 - k).filter(|&i| named(ends, &self.open[i])) {
                self.pop_to(i);
            }
        }
    }

    fn kind(&self) -> BlockKind {
        let known = self.open.iter().rev().take(REACH).find_map(|e| match e.role {
            Role::Block(kind) => kind,
            Role::Title => Some(BlockKind::Meta),
            _ => None,
        });
        known.unwrap_or(BlockKind::Para)
    }

    /// Classes and ids of the nearest three elements; inline ones without any do not count.
    fn hints(&self) -> String {
        let mut out = String::new();
        let counted = |e: &&Element| e.role != Role::Inline || !e.hints.is_empty();
        for element in self.open.iter().rev().take(REACH).filter(counted).take(3) {
            join(&mut out, &element.hints);
        }
        out
    }
}

fn join(out: &mut String, more: &str) {
    if !out.is_empty() && !more.is_empty() {
        out.push(' ');
    }
    out.push_str(more);
}

fn is_head_content(name: &[u8]) -> bool {
    matches!(name, b"meta" | b"link" | b"title" | b"style" | b"script" | b"base" | b"noscript" | b"template")
}

fn hints(tag: &StartTag<usize>) -> String {
    let mut out = String::new();
    for key in [&b"class"[..], b"id"] {
        if let Some(value) = tag.attributes.get(key) {
            for word in String::from_utf8_lossy(value).split_whitespace() {
                join(&mut out, &word.to_lowercase());
            }
        }
    }
    out
}

/// The bytes of an attribute's value in the start tag at `tag`, and whether it stands in `"`.
fn attribute(src: &str, tag: Range<usize>, wanted: &str) -> Option<(Range<usize>, bool)> {
    let bytes = src.get(tag.clone())?.as_bytes();
    let skip = |mut at: usize, stop: &dyn Fn(u8) -> bool| {
        while bytes.get(at).is_some_and(|&b| !stop(b)) {
            at += 1;
        }
        at
    };
    let not_space = |b: u8| !b.is_ascii_whitespace();
    let mut at = skip(1, &|b| b.is_ascii_whitespace() || b == b'/' || b == b'>');
    loop {
        at = skip(at, &|b| !b.is_ascii_whitespace() && b != b'/');
        if at >= bytes.len() || bytes[at] == b'>' {
            return None;
        }
        let end = skip(at + 1, &|b| b.is_ascii_whitespace() || b"/>=".contains(&b));
        let name = &bytes[at..end];
        let equals = skip(end, &not_space);
        if bytes.get(equals) != Some(&b'=') {
            at = end;
            continue;
        }
        let value = skip(equals + 1, &not_space);
        let (from, to) = match bytes.get(value) {
            Some(&q @ (b'"' | b'\'')) => (value + 1, skip(value + 1, &|b| b == q)),
            _ => (value, skip(value, &|b| b.is_ascii_whitespace() || b == b'>')),
        };
        if name.eq_ignore_ascii_case(wanted.as_bytes()) {
            return Some((tag.start + from..tag.start + to, bytes.get(value) == Some(&b'"')));
        }
        at = to + usize::from(from != value);
    }
}

/// Parts text at its character references.
fn pieces(src: &str, range: Range<usize>, context: Context) -> Vec<Piece> {
    let Some(text) = src.get(range.clone()) else { return Vec::new() };
    let mut out = Vec::new();
    let mut done = 0;
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        if let Some((decoded, len)) = reference(&text[at..], context) {
            if at > done {
                out.push(Piece::Verbatim(range.start + done..range.start + at));
            }
            done = at + len;
            out.push(Piece::Atomic(decoded, range.start + at..range.start + done));
        }
    }
    if done < text.len() {
        out.push(Piece::Verbatim(range.start + done..range.end));
    }
    out
}

/// The character reference `text` begins with: what it stands for, and its length.
fn reference(text: &str, context: Context) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let run = |from: usize, limit: usize, class: fn(&u8) -> bool| {
        from + bytes.get(from..).unwrap_or(&[]).iter().take(limit).take_while(|b| class(b)).count()
    };
    let decode = |len: usize| htmlize::unescape(&text[..len]).into_owned();
    if bytes.get(1) == Some(&b'#') {
        let hex = matches!(bytes.get(2), Some(b'x' | b'X'));
        let from = if hex { 3 } else { 2 };
        let end = run(from, usize::MAX, if hex { u8::is_ascii_hexdigit } else { u8::is_ascii_digit });
        let len = end + usize::from(bytes.get(end) == Some(&b';'));
        return (end > from).then(|| (decode(len), len));
    }
    let end = run(1, 32, u8::is_ascii_alphanumeric);
    if bytes.get(end) == Some(&b';') {
        let decoded = decode(end + 1);
        if decoded != text[..=end] && (!decoded.ends_with(';') || &text[1..end] == "semi") {
            return Some((decoded, end + 1));
        }
    }
    // The old names need no semicolon; each stands for one character.
    for len in (3..=end.min(7)).rev() {
        let next = bytes.get(len).copied().unwrap_or(b' ');
        if context == Context::Attribute && (next == b'=' || next.is_ascii_alphanumeric()) {
            continue;
        }
        let decoded = decode(len);
        if decoded.chars().count() == 1 {
            return Some((decoded, len));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Alt, Caption, Cell, Heading, Item, Meta, Para, Quote};

    fn check(src: &str, expect: &[(BlockKind, &str)]) {
        let view = View::build(crate::view::Format::Html, src);
        let got: Vec<_> = view.blocks.iter().map(|b| (b.kind, b.view.of(&view.text))).collect();
        assert_eq!(got, expect, "{src:?}");
    }

    #[test]
    fn blocks() {
        check("", &[]);
        check("plain <b>bold</b>er", &[(Para, "plain bolder")]);
        check("<h2 class=x>Head</h2><p>One\n two</p>\n<p> </p><p>&nbsp;</p>", &[(Heading, "Head"), (Para, "One\n two")]);
        check("<p>a<p>b<div>c", &[(Para, "a"), (Para, "b"), (Para, "c")]);
        check("<ul><li>a<li>b<p>c</ul>d", &[(Item, "a"), (Item, "b"), (Item, "c"), (Para, "d")]);
        check("<blockquote><p>q</p></blockquote>r", &[(Quote, "q"), (Para, "r")]);
        check("<table><tr><th>a<td>b</table>", &[(Cell, "a"), (Cell, "b")]);
        check("<figure><img src=x alt=\"A &amp; B\"><figcaption>cap</figcaption></figure>", &[(Alt, "A & B"), (Caption, "cap")]);
        check("<p>a <img alt='x y'>b</p>", &[(Para, "a b"), (Alt, "x y")]);
        check("<p>a<br>b<br> <br/>c<br></p>", &[(Para, "a\nb"), (Para, "c")]);
        check("<p>a</div>b</p>", &[(Para, "ab")]);
    }

    #[test]
    fn skips() {
        check(
            "<!doctype html><html><head><meta charset=utf-8><title>A &ndash; B</title><style>p{}</style></head><body><nav>n</nav><header>h</header><article><header><h1>H</h1></header><p>t<script>if (a<b) '<p>';</script>u</p><aside>s</aside><footer>f</footer></article><footer>g</footer>",
            &[(Meta, "A – B"), (Heading, "H"), (Para, "t"), (Para, "u"), (Para, "f")],
        );
        check("<head><title>T</title><p>x</p>", &[(Meta, "T"), (Para, "x")]);
        check("<pre>code <p>x</pre><p>run <code>ls</code> now</p>", &[(Para, "run ls now")]);
        check("<svg><title>no</title><path/></svg><svg/>yes", &[(Para, "yes")]);
        check("<form><p>x</p></form><noscript><p>y</p></noscript><select><option>z</select>w", &[(Para, "w")]);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        /// The tokeniser's spans are exact: decoding the bytes at a text's span gives the text.
        #[test]
        fn spans_of_text(parts in proptest::collection::vec(proptest::sample::select(vec![
            "<p>", "</p>", "<b class='x>'>", "<", ">", "</", "</>", "</ x>", "<!", "<!-- a -->", "<!-->", "<!--", "--!>", "<?x>", "&", "&amp", "&amp;",
            "&notit;", "&#233;", "&#x", "&#", "&nGt;", "&bogus;", "é", "😀", "a", " ", "\n", "\r\n", "\r", "=", "\"", "'", "<![CDATA[x]]>", "<!doctype html>",
        ]), 0..30)) {
            let src = parts.concat();
            for Ok(token) in Tokenizer::new_with_emitter(src.as_str(), DefaultEmitter::<usize>::new_with_span()) {
                let Token::String(text) = token else { continue };
                let mut read = String::new();
                for piece in pieces(&src, text.span.start..text.span.end, Context::General) {
                    match piece {
                        Piece::Verbatim(range) => {
                            let lines = src[range].replace("\r\n", "\n").replace('\r', "\n");
                            read.push_str(&lines.replace("</>", ""));
                        }
                        Piece::Atomic(decoded, _) => read.push_str(&decoded),
                    }
                }
                proptest::prop_assert_eq!(&read, &String::from_utf8_lossy(&text.value), "{:?}", src);
            }
        }
    }

    #[test]
    fn garbage() {
        check("a < b & c &; &#; &#x; &bogus; &#xD800;", &[(Para, "a < b & c &; &#; &#x; &bogus; \u{fffd}")]);
        check("<p", &[]);
        check("x</>y</ z>w<?pi?>v", &[(Para, "xywv")]);
        check("&notit; &copy2 &semi; &ampx", &[(Para, "¬it; ©2 ; &x")]);
        check("é\r\n<p>ü\r\nö&auml;\r</p>", &[(Para, "é"), (Para, "ü\r\nöä")]);
    }

    #[test]
    fn comments_and_hints() {
        let src = "<div id=Main class='A  b'><!-- one --><p class=c>x <!--two--> y</p><!-- three --></div><p>z";
        let view = build(src);
        let got: Vec<_> = view.comments.iter().map(|c| (c.span.of(src), c.text.as_str(), c.next_block)).collect();
        assert_eq!(got, [("<!-- one -->", "one", 0), ("<!--two-->", "two", 1), ("<!-- three -->", "three", 1)]);
        assert_eq!((view.blocks[0].hints.as_str(), view.blocks[1].hints.as_str()), ("c a b main", ""));
    }
}
