//! Properties of decoding, positions and views that hold for any input.

use copydesk::source::SourceFile;
use copydesk::span::{Span, ViewRange};
use copydesk::view::{Format, SegKind, View};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use proptest::prelude::*;

const FORMATS: [Format; 3] = [Format::Plain, Format::Markdown, Format::Html];

/// Text made of the fragments that matter to one of the readers.
fn markup() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        6 => prop::sample::select(vec![
            "<p>", "</p>", "<div class=\"a B\" id=x>", "</div>", "<b>", "</b>", "<br>", "<li>", "<ul>", "</ul>", "<td>",
            "<table>", "</table>", "<script>", "</script>", "<title>", "</title>", "<head>", "<article>", "</article>",
            "<header>", "</header>", "<nav>", "</nav>", "<svg/>", "<pre>", "</pre>", "<img alt=\"a &amp; b\">",
            "<img alt='c'", "<!-- x -->", "<!--", "-->", "<", ">", "</", "&eacute;", "&nGt;", "&amp", "&#233;", "&#x", "&",
            "&nbsp;", "<!doctype html>", "<textarea>", "<blockquote>",
        ]),
        6 => prop::sample::select(vec![
            "# ", "## ", "- ", "* ", "1. ", "> ", "    ", "```\n", "`", "*", "**", "_", "~~", "[", "](u)", "![", "[^1]", "[^1]: ",
            "| a | b |\n|---|---|\n", "|", "---\n", "+++\n", "title: \"x\"\n", "title = 'y'\n", "dek: z # c\n", "\\", "<http://a.b>", "  \n", "===\n",
        ]),
        5 => prop::sample::select(vec!["\n", "\r\n", "\r", "\n\n", " ", "\t", "\u{a0}", "\u{2028}"]),
        6 => prop::sample::select(vec!["word", "é", "“No.”", "日本", "😀", "A sentence of some length that goes on.", ".", "\u{feff}", "e\u{301}"]),
        1 => any::<char>().prop_map(|_| "\u{1}"),
    ];
    prop::collection::vec(fragment, 0..40).prop_map(|parts| parts.concat())
}

fn check_view(format: Format, src: &str) -> Result<(), TestCaseError> {
    let view = View::build(format, src);
    let ends: Vec<u32> = view.segs.iter().skip(1).map(|s| s.view).chain([view.text.len() as u32]).collect();
    let mut at = 0;
    for (seg, &end) in view.segs.iter().zip(&ends) {
        prop_assert_eq!(seg.view, at);
        prop_assert!(end > at);
        let text = view.text.get(at as usize..end as usize);
        let slice = src.get(seg.src.range());
        prop_assert!(text.is_some() && slice.is_some(), "char boundaries: {:?}", seg);
        let range = ViewRange { start: at, end };
        match seg.kind {
            SegKind::Verbatim => {
                prop_assert_eq!(text, slice);
                prop_assert_eq!(view.to_src(range), seg.src);
                for (i, c) in text.unwrap_or_default().char_indices().take(40) {
                    let x = Span::new(seg.src.start as usize + i, seg.src.start as usize + i + c.len_utf8());
                    let back = view.to_view(x).map(|r| view.to_src(r));
                    prop_assert_eq!(back, Some(x));
                }
            }
            SegKind::Atomic => {
                prop_assert!(!seg.src.is_empty());
                prop_assert_eq!(view.to_view(seg.src), Some(range));
                prop_assert_eq!(view.to_src(range), seg.src);
            }
            SegKind::Gap => {
                prop_assert_eq!(text, Some("\n\n"));
                prop_assert!(seg.src.is_empty());
                prop_assert!(!view.fixable(range));
            }
        }
        at = end;
    }
    prop_assert_eq!(at as usize, view.text.len());
    let mut before = 0;
    for block in &view.blocks {
        prop_assert!(block.view.start >= before && !block.view.is_empty());
        let text = block.view.of(&view.text);
        prop_assert!(!text.is_empty());
        prop_assert_eq!(text, text.trim());
        before = block.view.end;
    }
    let joined: Vec<&str> = view.blocks.iter().map(|b| b.view.of(&view.text)).collect();
    prop_assert_eq!(joined.join("\n\n"), view.text.as_str());
    for comment in &view.comments {
        prop_assert!(comment.span.of(src).starts_with("<!--"), "{:?}", comment);
        prop_assert!(comment.next_block <= view.blocks.len());
    }
    let mut real: Vec<Span> = view.segs.iter().filter(|s| s.kind != SegKind::Gap).map(|s| s.src).collect();
    real.sort();
    prop_assert!(real.windows(2).all(|w| w[0].end <= w[1].start), "no byte is read twice: {:?}", real);
    Ok(())
}

/// Any range, even one that fits neither text, is answered without a panic.
fn check_lookups(src: &str, start: usize, len: usize) {
    for format in FORMATS {
        let view = View::build(format, src);
        let range = ViewRange::new(start, start + len);
        let span = view.to_src(range);
        assert!(span.end as usize <= src.len());
        let fixable = view.fixable(range);
        let _ = view.escape_at(range, "x");
        let _ = view.to_view(Span::new(start, start + len));
        if fixable && !range.is_empty() {
            assert_eq!(view.to_view(span), Some(range), "{format:?} {src:?}");
        }
    }
}

fn encode_utf16(text: &str, little: bool) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
}

/// Decodes to `text`, encodes to `bytes`, and agrees with counting from the start everywhere.
fn check_file(bytes: &[u8], text: &str, encoding: &'static Encoding, forced: Option<&'static Encoding>) -> Result<(), TestCaseError> {
    let file = SourceFile::decode("x", bytes.to_vec(), forced).map_err(|e| TestCaseError::fail(e.to_string()))?;
    prop_assert_eq!(&file.text, text);
    prop_assert_eq!(file.encoding, encoding);
    prop_assert!(file.round_trips);
    let encoded = file.encode(text);
    prop_assert_eq!(encoded.as_deref(), Some(bytes));
    let (mut byte, mut line, mut column, mut wide) = (file.bom, 1, 1, 0);
    let ends = text.char_indices().map(|(i, c)| (i, Some(c))).chain([(text.len(), None)]);
    let mut chars = ends.enumerate().peekable();
    while let Some((n, (offset, c))) = chars.next() {
        let p = file.position(offset as u32);
        prop_assert_eq!((p.byte, p.char, p.line, p.column), (byte, n, line, column), "at {} of {:?}", offset, text);
        prop_assert_eq!(file.utf16_column(offset as u32), wide);
        let start = file.line_start(p.line).expect("the line is there") as usize;
        prop_assert_eq!(file.byte_column(offset as u32), text[start..offset].len() + 1);
        // Between CR and LF no editor can be: such a place counts as the end of its line.
        let back = if text[..offset].ends_with('\r') && c == Some('\n') { offset - 1 } else { offset };
        prop_assert_eq!(file.at_utf16_column(p.line, wide) as usize, back);
        prop_assert_eq!(file.at_byte_column(p.line, offset - start + 1) as usize, back);
        let Some(c) = c else { break };
        byte += match encoding {
            e if e == UTF_8 => c.len_utf8(),
            e if e == WINDOWS_1252 => 1,
            _ => 2 * c.len_utf16(),
        };
        column += 1;
        wide += c.len_utf16();
        let next = chars.peek().and_then(|(_, (_, c))| *c);
        if c == '\n' || (c == '\r' && next != Some('\n')) {
            (line, column, wide) = (line + 1, 1, 0);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn views_of_markup(src in markup()) {
        for format in FORMATS {
            check_view(format, &src)?;
        }
    }

    #[test]
    fn views_of_any_text(src in any::<String>()) {
        for format in FORMATS {
            check_view(format, &src)?;
        }
        let _ = Format::sniff(&src);
    }

    #[test]
    fn lookups(src in markup(), start in 0usize..120, len in 0usize..20) {
        check_lookups(&src, start, len);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300), start in 0u32..400) {
        if let Ok(file) = SourceFile::decode("x", bytes.clone(), None) {
            let _ = file.position(start);
            let _ = file.utf16_column(start);
            if file.round_trips {
                prop_assert_eq!(file.encode(&file.text), Some(bytes));
            }
            for format in FORMATS {
                check_view(format, &file.text)?;
            }
        }
    }

    #[test]
    fn places_outside_are_at_the_edge(text in "[aé😀\r\n]{0,20}", line in 0usize..12, column in 0usize..24) {
        let file = SourceFile::from_str("x", &text);
        for (line, column) in [(line, column), (usize::MAX - line, usize::MAX - column), (line, usize::MAX), (usize::MAX, column)] {
            let wide = file.at_utf16_column(line, column);
            let bytes = file.at_byte_column(line, column);
            for (at, found) in [(wide, file.utf16_column(wide)), (bytes, file.byte_column(bytes).saturating_sub(1))] {
                prop_assert!(text.is_char_boundary(at as usize));
                if line == 0 {
                    prop_assert_eq!(at, 0);
                } else if line > file.line_count() {
                    prop_assert_eq!(at as usize, text.len());
                } else {
                    // Never on another line, never behind the column, and short of it only at a line's end or inside a character.
                    prop_assert_eq!(file.position(at).line, line);
                    prop_assert!(found <= column);
                    let end = file.line_start(line).unwrap() as usize + file.line_text(line).unwrap().len();
                    let inside = text[at as usize..].starts_with(['é', '😀']);
                    prop_assert!(found + 1 >= column || at as usize == end || inside);
                }
            }
        }
    }

    #[test]
    fn round_trips(text in "[a-zéß€’\r\n 😀日]{0,60}", copies in 1usize..16) {
        let text = text.repeat(copies);
        check_file(text.as_bytes(), &text, UTF_8, None)?;
        check_file(format!("\u{feff}{text}").as_bytes(), &text, UTF_8, None)?;
        check_file(&encode_utf16(&text, true), &text, UTF_16LE, None)?;
        check_file(&encode_utf16(&text, false), &text, UTF_16BE, None)?;
        let latin = text.replace(['😀', '日'], "ü");
        let (bytes, _, _) = WINDOWS_1252.encode(&latin);
        check_file(&bytes, &latin, WINDOWS_1252, Some(WINDOWS_1252))?;
    }

    #[test]
    fn multi_byte_positions_are_prefix_lengths(text in "[a-z日本\n]{0,60}", copies in 1usize..60) {
        let text = text.repeat(copies);
        let shift_jis = encoding_rs::SHIFT_JIS;
        let bytes = shift_jis.encode(&text).0.into_owned();
        let file = SourceFile::decode("x", bytes, Some(shift_jis)).expect("no NUL");
        for (offset, _) in text.char_indices().step_by(7) {
            prop_assert_eq!(file.position(offset as u32).byte, shift_jis.encode(&text[..offset]).0.len());
        }
    }

    #[test]
    fn escaped_text_reads_as_meant(text in "[a-z*_`<>&;!\\[\\]()~|#\"' \\\\]{1,16}") {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for (format, before, after) in [(Format::Html, "<p>a ", " b</p>"), (Format::Markdown, "a ", " b"), (Format::Plain, "a ", " b")] {
            let empty = View::build(format, "");
            let escaped = empty.escape_text(&text);
            let view = View::build(format, &format!("{before}{escaped}{after}"));
            prop_assert_eq!(&view.text, &format!("a {text} b"), "{:?} {:?}", format, escaped);
        }
    }
}
