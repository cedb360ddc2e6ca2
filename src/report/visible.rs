//! Text made fit for a terminal: what does not print is named, so nothing hides and nothing steers the terminal.

use std::borrow::Cow;

/// Whether a character is invisible, steers the terminal or turns the writing direction.
#[must_use]
pub fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// `<U+200B>`.
#[must_use]
pub fn named(c: char) -> String {
    format!("<U+{:04X}>", u32::from(c))
}

/// `text` on one line, with everything hidden named.
#[must_use]
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if !text.chars().any(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            _ if hidden(c) => out.push_str(&named(c)),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A path on one line, with every character of it told apart.
#[must_use]
pub fn path(text: &str) -> Cow<'_, str> {
    if !text.chars().any(hidden) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if hidden(c) { named(c) } else { c.to_string() }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_named() {
        assert_eq!(sanitize("a\u{1b}[31mb\u{202e}c\u{200b}\u{9b}d\ne"), "a<U+001B>[31mb<U+202E>c<U+200B><U+009B>d e");
        assert_eq!(path("a\nb"), "a<U+000A>b");
        assert_eq!(sanitize("été 中文"), "été 中文");
    }
}
