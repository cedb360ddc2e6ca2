//! Fixes as a unified diff that `git apply` takes.

use std::fmt::Write as _;

use similar::TextDiff;
use similar::udiff::UnifiedDiff;

/// The unified diff between two states of a file; empty when they are equal.
///
/// Both states must be as they are on disk, BOM included, or the first line will not match.
#[must_use]
pub fn unified(path: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    // Lines end at `\n` alone, as for git: a lone `\r` is part of its line.
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
    let mut out = format!("--- {}\n+++ {}\n", name('a', path), name('b', path));
    for hunk in UnifiedDiff::from_text_diff(&diff).context_radius(1).iter_hunks() {
        let _ = writeln!(out, "{}", hunk.header());
        for change in hunk.iter_changes() {
            let _ = write!(out, "{}{}", change.tag(), change.value());
            if !change.value().ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// A file name as git writes it: relative, quoted when it holds quotes or controls, closed by a tab when it holds spaces.
fn name(side: char, path: &str) -> String {
    let path = path.trim_start_matches("./").trim_start_matches('/');
    if path.chars().any(|c| c.is_control() || c == '"' || c == '\\') {
        let mut out = format!("\"{side}/");
        for c in path.chars() {
            match c {
                '"' | '\\' => out.extend(['\\', c]),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                _ if c.is_ascii_control() => {
                    let _ = write!(out, "\\{:03o}", u32::from(c));
                }
                _ => out.push(c),
            }
        }
        out.push('"');
        return out;
    }
    format!("{side}/{path}{}", if path.contains(' ') { "\t" } else { "" })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn git_applies_it() {
        let cases = [
            ("lf.txt", "one\ntwo\nthree\nfour\n", "one\ntwo!\nthree\nfour\n"),
            ("crlf.txt", "one\r\ntwo\r\nthree\r\n", "one\r\n2\r\nthree\r\n"),
            ("open end.txt", "one\ntwo\nthree", "one\ntwo\nthree!"),
            ("closed.md", "one\ntwo", "one\ntwo\n"),
            ("lone.txt", "a\rb\nc\r", "a\rB\nc\r"),
            ("dé/quo\"te.txt", "été\n", "Été\n"),
        ];
        for (path, old, new) in cases {
            let dir = tempfile::tempdir().unwrap();
            let file = dir.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, old).unwrap();
            std::fs::write(dir.path().join("p.diff"), unified(path, old, new)).unwrap();
            let run = Command::new("git")
                .args(["-c", "core.autocrlf=false", "apply", "p.diff"])
                .env("GIT_CEILING_DIRECTORIES", dir.path().parent().unwrap())
                .current_dir(dir.path())
                .output()
                .expect("git runs");
            assert!(run.status.success(), "{path}: {}", String::from_utf8_lossy(&run.stderr));
            assert_eq!(std::fs::read_to_string(&file).unwrap(), new, "{path}");
        }
    }

    #[test]
    fn equal_states_give_nothing() {
        assert_eq!(unified("a", "x\n", "x\n"), "");
    }

    #[test]
    fn one_line_of_context() {
        insta::assert_snapshot!(unified("./a/b.txt", "1\n2\n3\n4\n5\n", "1\n2\n3!\n4\n5\n"), @r"
        --- a/a/b.txt
        +++ b/a/b.txt
        @@ -2,3 +2,3 @@
         2
        -3
        +3!
         4
        ");
    }
}
