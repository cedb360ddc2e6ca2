//! Writing text back so that it reads as meant.

use super::Escape;

/// `text` as it must stand in a file with this kind of markup.
pub(super) fn escape(how: Escape, text: &str) -> String {
    match how {
        Escape::Plain => text.to_owned(),
        Escape::Markdown => markdown(text),
        Escape::Html => html(text),
    }
}

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// A backslash only where the character could be read as markup; what stands around `text` is unknown.
fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|&(_, c)| c);
        let marks_up = match c {
            '`' | '[' | ']' | '~' | '|' => true,
            '\\' => after.is_none_or(|a| a.is_ascii_punctuation() || a == '\n' || a == '\r'),
            '*' => !is_space(before) || !is_space(after),
            '_' => !is_word(before) || !is_word(after),
            '<' => after.is_none_or(|a| a.is_ascii_alphabetic() || "/!?".contains(a)),
            '>' => before.is_none_or(|b| b == '\n'),
            '&' => is_entity(&text[at + 1..]),
            _ => false,
        };
        if marks_up {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

fn is_space(c: Option<char>) -> bool {
    c == Some(' ')
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

/// Whether what follows an ampersand could make it a character reference.
fn is_entity(rest: &str) -> bool {
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '#').unwrap_or(rest.len());
    end == rest.len() || (end > 0 && rest[end..].starts_with(';'))
}

#[cfg(test)]
mod tests {
    use crate::view::{Format, View};

    /// The escaped text is as expected, and reads as the text it came from.
    fn check(format: Format, text: &str, expect: &str) {
        let frame = |inner: &str| if format == Format::Html { format!("<p>a {inner} b</p>") } else { format!("a {inner} b") };
        let view = View::build(format, &frame(""));
        let escaped = view.escape_text(text);
        assert_eq!(escaped, expect);
        assert_eq!(View::build(format, &frame(&escaped)).text, format!("a {text} b"));
    }

    #[test]
    fn escapes() {
        check(Format::Plain, "a <b> & *c*", "a <b> & *c*");
        check(Format::Html, "a <b> & \"c\"", "a &lt;b&gt; &amp; &quot;c&quot;");
        check(Format::Markdown, "2 * 3", "2 * 3");
        check(Format::Markdown, "*x* _y_ snake_case", "\\*x\\* \\_y\\_ snake_case");
        check(Format::Markdown, "[a](b) `c` <d> 1 < 2", "\\[a\\](b) \\`c\\` \\<d> 1 < 2");
        check(Format::Markdown, "AT&T &amp; R&D", "AT&T \\&amp; R\\&D");
        check(Format::Markdown, "C:\\x \\*", "C:\\x \\\\\\*");
    }
}
