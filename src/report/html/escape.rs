//! Text made fit for a page: nothing of it is markup, and nothing of it hides or turns the writing direction.

use std::fmt::Write as _;

use crate::report::visible;

/// Adds `text`, for an element or an attribute in `"`.
pub(super) fn escape_into(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\r' | '\t' => out.push(' '),
            c if visible::hidden(c) => {
                let _ = write!(out, "[U+{:04X}]", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

/// Adds text of an article: characters without a shape are named. `lines` keeps line ends.
pub(super) fn visible_into(text: &str, lines: bool, out: &mut String) {
    let mut chars = text.chars().peekable();
    let mut before = None;
    while let Some(c) = chars.next() {
        // A joiner between characters of other scripts or pictures is part of their shape.
        let drawn = |c: char| !c.is_ascii() && !visible::hidden(c);
        let joins = matches!(c, '\u{200c}' | '\u{200d}') && before.is_some_and(drawn) && chars.peek().copied().is_some_and(drawn);
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => out.push(if lines { '\n' } else { ' ' }),
            '\t' => out.push(if lines { '\t' } else { ' ' }),
            _ if joins => out.push(c),
            _ if visible::hidden(c) => {
                let _ = write!(out, "<span class=\"hid\" title=\"a character without a shape\">U+{:04X}</span>", u32::from(c));
            }
            _ => out.push(c),
        }
        before = Some(c);
    }
}

/// Escaped text as a value.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape_into(text, &mut out);
    out
}
