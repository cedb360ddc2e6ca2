//! Tables: one tab-separated file of many patterns that share a rule. Shared with the build script.

use crate::rule::pattern::{self, Pattern};
use crate::rule::schema::{Bad, Guard, PackError, Row, RowExamples, nearest};

/// The columns a table may have, in any order; `wrong` must be there.
const COLUMNS: [&str; 10] = ["wrong", "right", "only", "unless", "from", "domain", "source", "note", "bad", "good"];

/// The subjects a row may belong to.
pub const DOMAINS: [&str; 12] =
    ["politics", "war", "courts", "economy", "football", "sport", "culture", "crime", "weather", "science", "religion", "society"];

/// Reads a table: a header line with the columns' names, then a row a line; `#` starts a comment line.
///
/// Cells with several entries separate them by `;` (`only`, `unless`, `right`, `from`) or ` ;; ` (`bad`, `good`).
/// Where there is a column `bad`, every row needs one, and a row with guards a `good`.
///
/// # Errors
/// The first fault with its line and column (in characters, 1-based) and the nearest valid name.
pub fn read(file: &str, body: &str) -> Result<(Vec<Row>, Vec<RowExamples>), PackError> {
    let mut lines = body.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'));
    let fail = |line: usize, column: usize, message: String| PackError { file: file.to_owned(), line: line + 1, column, message };
    let Some((at, header)) = lines.next() else {
        return Err(fail(0, 1, format!("the table is empty; its first line names its columns: {}", COLUMNS.join(", "))));
    };
    let mut columns = Vec::new();
    for cell in header.split('\t').map(str::trim) {
        let Some(known) = COLUMNS.iter().position(|c| *c == cell) else {
            let hint = nearest(cell, COLUMNS.into_iter()).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            return Err(fail(at, 1, format!("unknown column `{cell}`, expected one of {}{hint}", COLUMNS.join(", "))));
        };
        columns.push(known);
    }
    let tested = columns.contains(&8);
    let mut rows: Vec<Row> = Vec::new();
    let mut shown = Vec::new();
    for (number, line) in lines {
        let mut cells = [""; COLUMNS.len()];
        let mut starts = [1; COLUMNS.len()];
        let mut column = 1;
        for (i, cell) in line.split('\t').enumerate() {
            let Some(&slot) = columns.get(i) else {
                return Err(fail(number, column, format!("the row has more cells than the header's {}", columns.len())));
            };
            (cells[slot], starts[slot]) = (cell.trim(), column);
            column += cell.chars().count() + 1;
        }
        let error = |slot: usize, message: String| fail(number, starts[slot], message);
        let [wrong, right, only, unless, from, domain, source, note, bad, good] = cells;
        let pattern = |slot: usize, text: &str| pattern::parse(text).map_err(|e| error(slot, format!("pattern “{text}”: {e}")));
        if !domain.is_empty() && !DOMAINS.contains(&domain) {
            let hint = nearest(domain, DOMAINS.into_iter()).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            return Err(error(5, format!("unknown domain `{domain}`, expected one of {}{hint}", DOMAINS.join(", "))));
        }
        let row = Row {
            wrong: pattern(0, wrong)?,
            right: entries(right, ";"),
            only: guard(only, |t| pattern(2, t))?,
            unless: guard(unless, |t| pattern(3, t))?,
            from: entries(from, ";"),
            source: source.to_owned(),
            domain: domain.to_owned(),
            note: note.to_owned(),
            line: number + 1,
        };
        if let Some(twin) = rows.iter().find(|r| r.wrong.text == row.wrong.text && r.right == row.right) {
            return Err(error(0, format!("“{wrong}” stands in line {} already", twin.line)));
        }
        let examples = RowExamples {
            row: rows.len(),
            line: number + 1,
            bad: entries(bad, ";;").iter().map(|t| marked(t).map_err(|e| error(8, e))).collect::<Result<_, _>>()?,
            good: entries(good, ";;"),
        };
        if tested && examples.bad.is_empty() {
            return Err(error(
                8,
                format!("“{wrong}” has no `bad` example: a sentence with the fault marked, “an {{{wrong}|{right}}} in May”"),
            ));
        }
        if tested {
            shown.push(examples);
        }
        rows.push(row);
    }
    Ok((rows, shown))
}

/// The entries of a cell.
fn entries(cell: &str, separator: &str) -> Vec<String> {
    cell.split(separator).map(str::trim).filter(|e| !e.is_empty()).map(str::to_owned).collect()
}

/// Guards of a cell: `near` patterns, or `before:`, `after:`, `inside:`, `doc:` ones; `quoted`, `title` and `start` alone.
fn guard(cell: &str, pattern: impl Fn(&str) -> Result<Pattern, PackError>) -> Result<Guard, PackError> {
    let mut out = Guard::default();
    for entry in entries(cell, ";") {
        match entry.as_str() {
            "quoted!" => out.quoted = true,
            "title!" => out.title = true,
            "start!" => out.start = true,
            _ => {
                let (kind, text) = entry.split_once(':').unwrap_or(("near", &entry));
                let (list, text) = match kind {
                    "before" => (&mut out.before, text),
                    "after" => (&mut out.after, text),
                    "inside" => (&mut out.inside, text),
                    "doc" => (&mut out.doc, text),
                    "near" => (&mut out.near, text),
                    _ => (&mut out.near, entry.as_str()),
                };
                list.push(pattern(text.trim())?);
            }
        }
    }
    Ok(out)
}

/// A sentence whose fault is marked `{wrong|right}`, or `{wrong}` where no right form is knowable.
///
/// # Errors
/// When there is no such mark.
pub fn marked(text: &str) -> Result<Bad, String> {
    let parts = text.split_once('{').and_then(|(before, rest)| rest.split_once('}').map(|(mark, after)| (before, mark, after)));
    let Some((before, mark, after)) = parts else {
        return Err(format!("mark the fault and its correction as {{wrong|right}} in: {text}"));
    };
    let (flag, fix) = match mark.split_once('|') {
        Some((flag, fix)) => (flag, Some(fix.to_owned())),
        None => (mark, None),
    };
    Ok(Bad { text: format!("{before}{flag}{after}"), old: None, flag: flag.to_owned(), fix, also: Vec::new(), note: None })
}
