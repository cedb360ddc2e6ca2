//! Where a comment that lets a finding stand goes.

use crate::finding::{Edit, Finding};
use crate::source::SourceFile;
use crate::span::Span;
use crate::view::{Escape, Format, View};

const EOL: [char; 2] = ['\n', '\r'];

/// The edit that lets `finding` stand with a comment before its block, and with it what else its rules find there.
///
/// `None` in plain text, and where no comment would leave the text as readers see it.
#[must_use]
pub fn comment(source: &SourceFile, format: Format, view: &View, finding: &Finding, reason: &str) -> Option<Edit> {
    if view.escape == Escape::Plain {
        return None;
    }
    let text = source.text.as_str();
    let at = finding.span.start;
    let number = view.blocks.iter().position(|block| {
        let covers = view.to_src(block.view);
        covers.start <= at && (at < covers.end || finding.span.is_empty() && at == covers.end)
    })?;
    let mut rules = vec![finding.rule.id.as_str()];
    rules.extend(finding.also.iter().map(String::as_str));
    let comment = format!("<!-- stet {}: {} -->", rules.join(", "), harmless(reason));

    let start = view.to_src(view.blocks[number].view).start as usize;
    let line = text.get(..start)?.rfind(EOL).map_or(0, |i| i + 1);
    // A line of its own stays in the quotation that it stands in.
    let containers: &[char] = if view.escape == Escape::Markdown { &[' ', '\t', '>'] } else { &[' ', '\t'] };
    let lead = &text[line..start];
    let lead = &lead[..lead.len() - lead.trim_start_matches(containers).len()];
    let alone = Edit { at: Span::new(line, line), text: format!("{lead}{comment}{}", source.eol.as_str()) };
    let inline = Edit { at: Span::new(start, start), text: comment };
    [alone, inline].into_iter().find(|edit| changes_nothing(source, format, view, edit, number))
}

/// Whether readers see the same text, and the new comment is about block `number`.
fn changes_nothing(source: &SourceFile, format: Format, before: &View, edit: &Edit, number: usize) -> bool {
    let Some((head, tail)) = source.text.split_at_checked(edit.at.start as usize) else { return false };
    let after = View::build(format, &format!("{head}{}{tail}", edit.text));
    let about = |view: &View| view.comments.iter().map(|c| c.next_block).collect::<Vec<_>>();
    let new = after.comments.iter().position(|c| c.span.start >= edit.at.start);
    let mut others = about(&after);
    let fits = new.is_some_and(|new| others.remove(new) == number);
    fits && others == about(before) && after.text == before.text && after.blocks == before.blocks && after.meta == before.meta
}

/// A reason that neither ends its comment nor a table cell.
fn harmless(reason: &str) -> String {
    let text = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    text.replace("--", "–").replace(['<', '>', '|'], " ").trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::check::{Settings, check};
    use crate::rule::Ruleset;

    static SET: LazyLock<Ruleset> = LazyLock::new(Ruleset::builtin);

    /// The text with a stet for its first finding, which then stands.
    fn settled(format: Format, text: &str) -> Option<String> {
        let source = SourceFile::from_str("a", text);
        let view = View::build(format, &source.text);
        let settings = Settings::new(&SET, false);
        let found = check(&SET, &source, &view, &settings, None).findings;
        let edit = comment(&source, format, &view, found.first().expect("the example has a fault"), "said -->so")?;
        let new = SourceFile::from_str("a", &crate::fix::apply(&source.text, &[edit]).text);
        let after = check(&SET, &new, &View::build(format, &new.text), &settings, None);
        assert_eq!((after.findings.len(), after.suppressed.len()), (found.len() - 1, 1), "{}", new.text);
        Some(new.text)
    }

    fn check_all(format: Format, cases: &[(&str, &str)]) {
        for (before, after) in cases {
            assert_eq!(settled(format, before).as_deref(), Some(*after));
        }
    }

    const STET: &str = "<!-- stet stray-full-stop: said – so -->";

    #[test]
    fn comments_leave_the_text_alone() {
        let with = |text: &str| text.replace("STET", STET);
        check_all(
            Format::Markdown,
            &[
                ("They met to end the war. in Ukraine and beyond.", &with("STET\nThey met to end the war. in Ukraine and beyond.")),
                (
                    "# News\r\n\r\nThey met to end the war. in Ukraine and beyond.\r\nIt fell.\r\n",
                    &with("# News\r\n\r\nSTET\r\nThey met to end the war. in Ukraine and beyond.\r\nIt fell.\r\n"),
                ),
                (
                    "- One.\n- They met to end the war. in Ukraine and beyond.\n",
                    &with("- One.\nSTET\n- They met to end the war. in Ukraine and beyond.\n"),
                ),
                (
                    "> One.\n>\n> They met to end the war. in Ukraine and beyond.\n",
                    &with("> One.\n>\n> STET\n> They met to end the war. in Ukraine and beyond.\n"),
                ),
                (
                    "| a | b |\n|---|---|\n| x | They met to end the war. in Ukraine and beyond. |\n",
                    &with("| a | b |\n|---|---|\n| x | STETThey met to end the war. in Ukraine and beyond. |\n"),
                ),
            ],
        );
        check_all(
            Format::Html,
            &[
                (
                    "<p>They met to end the war. in Ukraine and beyond.</p>",
                    &with("STET\n<p>They met to end the war. in Ukraine and beyond.</p>"),
                ),
                (
                    "<div>\n  <h1>News</h1>\n  <p>They met to end the war. in Ukraine and beyond.</p>\n</div>",
                    &with("<div>\n  <h1>News</h1>\n  STET\n  <p>They met to end the war. in Ukraine and beyond.</p>\n</div>"),
                ),
                (
                    "<p>It fell.</p><p>They met to end the war. in Ukraine and beyond.</p>",
                    &with("<p>It fell.</p><p>STETThey met to end the war. in Ukraine and beyond.</p>"),
                ),
            ],
        );
    }

    #[test]
    fn plain_text_has_no_comments() {
        assert_eq!(settled(Format::Plain, "They met to end the war. in Ukraine and beyond."), None);
    }
}
