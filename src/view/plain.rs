//! Plain text: blank lines part paragraphs, hard-wrapped lines are joined.

use std::ops::Range;

use super::{BlockKind, Builder, Escape, View};

/// Longest line of hard-wrapped text, in characters.
const WRAP_MAX: usize = 100;
/// Shortest line of hard-wrapped text, but for the last.
const WRAP_MIN: usize = 45;
/// Longest headline, in words.
const HEADING_WORDS: usize = 16;

pub(super) fn build(src: &str) -> View {
    let mut b = Builder::new(src);
    let mut chunk: Vec<Range<usize>> = Vec::new();
    let bytes = src.as_bytes();
    let mut start = 0;
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).chain([src.len()]);
    for end in ends {
        if end > start || end == src.len() || bytes[end] == b'\r' || end == 0 || bytes[end - 1] != b'\r' {
            if src[start..end].trim_start().is_empty() {
                flush(&mut b, &mut chunk);
            } else {
                chunk.push(start..end);
            }
        }
        start = end + 1;
    }
    flush(&mut b, &mut chunk);
    b.finish(Escape::Plain)
}

/// Turns the lines of one chunk into blocks.
fn flush(b: &mut Builder<'_>, chunk: &mut Vec<Range<usize>>) {
    if let ([first, .., last], true) = (chunk.as_slice(), is_wrapped(b.src, chunk)) {
        block(b, first.start..last.end);
    } else {
        for line in chunk.iter() {
            block(b, line.clone());
        }
    }
    chunk.clear();
}

fn block(b: &mut Builder<'_>, range: Range<usize>) {
    let text = &b.src[range.clone()];
    let marker = item_marker(text);
    let kind = if marker > 0 {
        BlockKind::Item
    } else if is_heading(text.trim()) {
        BlockKind::Heading
    } else {
        BlockKind::Para
    };
    b.open(kind, String::new());
    b.verbatim(range.start + marker..range.end);
    b.close();
}

fn is_wrapped(src: &str, lines: &[Range<usize>]) -> bool {
    let Some((last, body)) = lines.split_last().filter(|(_, body)| !body.is_empty()) else { return false };
    if !within(&src[last.clone()], 0) {
        return false;
    }
    let mut ended = 0;
    for line in lines {
        if item_marker(&src[line.clone()]) > 0 {
            return false;
        }
    }
    for line in body {
        let line = src[line.clone()].trim_end();
        if !within(line, WRAP_MIN) {
            return false;
        }
        ended += usize::from(line.ends_with(['.', '!', '?', '”', '"']));
    }
    2 * ended < body.len()
}

/// Whether a line has `min` to [`WRAP_MAX`] characters.
fn within(line: &str, min: usize) -> bool {
    line.len() >= min && line.len() <= 4 * WRAP_MAX && (min..=WRAP_MAX).contains(&line.chars().count())
}

/// Length of the white space and list marker a line begins with; 0 without a marker.
fn item_marker(line: &str) -> usize {
    let rest = line.trim_start();
    let after = match rest.as_bytes().first() {
        Some(b'-' | b'*') => rest.get(1..),
        Some(b'0'..=b'9') => {
            let digits = rest.bytes().take(4).take_while(u8::is_ascii_digit).count();
            rest[digits..].strip_prefix('.').filter(|_| digits <= 3)
        }
        _ => rest.strip_prefix('•'),
    };
    match after.and_then(|a| a.strip_prefix([' ', '\t'])) {
        Some(text) if !text.trim_start().is_empty() => line.len() - text.len(),
        _ => 0,
    }
}

fn is_heading(text: &str) -> bool {
    !text.ends_with(['.', '!', '?', ':', ';', ',', '…', '”', '"', ')']) && text.split_whitespace().nth(HEADING_WORDS).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Heading, Item, Para};

    fn check(src: &str, expect: &[(BlockKind, &str)]) {
        let view = View::build(crate::view::Format::Plain, src);
        let got: Vec<_> = view.blocks.iter().map(|b| (b.kind, b.view.of(&view.text))).collect();
        assert_eq!(got, expect, "{src:?}");
    }

    #[test]
    fn blocks() {
        check("", &[]);
        check(" \n\t\r\n", &[]);
        check("Big news\n\nIt came today.\n", &[(Heading, "Big news"), (Para, "It came today.")]);
        check("One.\nTwo.\r\nThree.\rFour.", &[(Para, "One."), (Para, "Two."), (Para, "Three."), (Para, "Four.")]);
        check("One.\r\n\r\nTwo.\r\rThree.", &[(Para, "One."), (Para, "Two."), (Para, "Three.")]);
        check("- a b\n* c\n• d\n12. e\n-5 below zero.", &[(Item, "a b"), (Item, "c"), (Item, "d"), (Item, "e"), (Para, "-5 below zero.")]);
        check("1234. Year.\n- ", &[(Para, "1234. Year."), (Heading, "-")]);
        check("He said: “No”\nOne, two,\nThree (3)", &[(Para, "He said: “No”"), (Para, "One, two,"), (Para, "Three (3)")]);
    }

    #[test]
    fn hard_wraps() {
        let a = "The minister said on Tuesday that the government";
        let b = "would not raise taxes this year, whatever the cost.";
        check(&format!("{a}\n{b}\n"), &[(Para, &format!("{a}\n{b}"))]);
        check(&format!("{a}\n{b}\n\nEnd."), &[(Para, &format!("{a}\n{b}")), (Para, "End.")]);
        check(&format!("{b}\n{a}."), &[(Para, b), (Para, &format!("{a}."))]);
        let long = format!("{a} {a} {a}.");
        check(&format!("{a}\n{long}"), &[(Heading, a), (Para, &long)]);
    }
}
