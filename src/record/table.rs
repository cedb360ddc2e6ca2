//! Comma-separated and other delimited values with a header line (RFC 4180). Fields are read where they stand, which
//! libraries for this format do not tell.

use super::select::Key;
use super::{Fault, Fields, Read, Record, format_of, identity, is_headline, matters, span};
use crate::span::Span;
use crate::view::{Notation, Part};

/// A field: the bytes between its quotation marks, or all of them.
#[derive(Clone, Copy)]
struct Cell {
    at: Span,
    quoted: bool,
}

struct Rows<'a> {
    text: &'a str,
    delimiter: u8,
    at: usize,
}

impl Iterator for Rows<'_> {
    type Item = Result<(usize, Vec<Cell>), Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b'\r' | b'\n')) {
            self.at += 1;
        }
        let start = self.at;
        if start >= bytes.len() {
            return None;
        }
        let mut cells = Vec::new();
        loop {
            match self.cell() {
                Ok(cell) => cells.push(cell),
                Err(fault) => {
                    // What follows an open quotation mark cannot be told apart.
                    self.at = if fault.message.contains("no end") { bytes.len() } else { self.line_end() };
                    return Some(Err(fault));
                }
            }
            match bytes.get(self.at) {
                Some(b) if *b == self.delimiter => self.at += 1,
                _ => return Some(Ok((start, cells))),
            }
        }
    }
}

impl Rows<'_> {
    fn line_end(&self) -> usize {
        memchr::memchr2(b'\r', b'\n', &self.text.as_bytes()[self.at..]).map_or(self.text.len(), |i| self.at + i)
    }

    fn cell(&mut self) -> Result<Cell, Fault> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) != Some(&b'"') {
            let start = self.at;
            let ends = |b: &u8| *b == self.delimiter || *b == b'\r' || *b == b'\n';
            self.at = bytes[start..].iter().position(ends).map_or(bytes.len(), |i| start + i);
            return Ok(Cell { at: span(start, self.at), quoted: false });
        }
        let start = self.at + 1;
        let mut end = start;
        loop {
            let Some(mark) = memchr::memchr(b'"', &bytes[end..]).map(|i| end + i) else {
                let message = "the quotation mark that opens this field has no end".to_owned();
                return Err(Fault { at: (start - 1) as u32, message });
            };
            if bytes.get(mark + 1) != Some(&b'"') {
                end = mark;
                break;
            }
            end = mark + 2;
        }
        self.at = end + 1;
        match bytes.get(self.at) {
            None | Some(b'\r' | b'\n') => {}
            Some(b) if *b == self.delimiter => {}
            Some(_) => {
                let message = "text follows the quotation mark that ends the field; a mark inside a field is written twice".to_owned();
                return Err(Fault { at: self.at as u32, message });
            }
        }
        Ok(Cell { at: span(start, end), quoted: true })
    }
}

/// The delimiter that stands most often in the header line.
fn delimiter(text: &str) -> u8 {
    let header = text.trim_start_matches(['\r', '\n']).lines().next().unwrap_or("");
    let count = |d: &u8| header.bytes().filter(|b| b == d).count();
    // Of equals the comma, which comes last.
    [b'|', b';', b'\t', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

pub(super) fn read(text: &str, fields: &Fields) -> Read {
    let mut out = Read::default();
    let mut rows = Rows { text, delimiter: delimiter(text), at: 0 };
    let value = |cell: &Cell| {
        let raw = cell.at.of(text);
        if cell.quoted { raw.replace("\"\"", "\"") } else { raw.to_owned() }
    };
    let header: Vec<String> = match rows.next() {
        None => return out,
        Some(Ok((_, cells))) => cells.iter().map(|c| value(c).trim().to_owned()).collect(),
        Some(Err(fault)) => {
            out.faults.push(fault);
            return out;
        }
    };
    out.names = header.iter().filter(|h| !h.is_empty()).cloned().collect();
    let chosen: Vec<_> = header.iter().map(|name| fields.choose(&[Key::Name(name)])).collect();
    for (number, row) in rows.enumerate() {
        let (start, cells) = match row {
            Ok(row) => row,
            Err(fault) => {
                out.faults.push(fault);
                continue;
            }
        };
        if cells.len() != header.len() {
            let message = format!("row {}: {} fields where the header has {}", number + 1, cells.len(), header.len());
            out.faults.push(Fault { at: start as u32, message });
            continue;
        }
        let mut meta = Vec::new();
        let mut parts = Vec::new();
        for ((cell, name), format) in cells.iter().zip(&header).zip(&chosen) {
            if matters(name) {
                meta.push((name.clone(), value(cell)));
            }
            let Some(format) = format else { continue };
            let notation = if cell.quoted { Notation::Quoted } else { Notation::Bare };
            parts.push(Part {
                name: name.clone(),
                pieces: vec![(cell.at, notation)],
                format: format.unwrap_or_else(|| format_of(name, cell.at.of(text))),
                heading: is_headline(name),
                loose: false,
            });
        }
        if !parts.is_empty() {
            let id = identity(&mut meta);
            out.records.push(Record { key: format!("row {}", number + 1), id, parts, meta });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, fields: &[&str]) -> (Vec<String>, Vec<(usize, String)>) {
        let fields = Fields::new(fields.iter().map(|f| f.parse().unwrap()).collect(), None).unwrap();
        let read = read(text, &fields);
        let texts = read.records.iter().map(|r| format!("{} {:?} {:?}", r.key, r.id, r.view(text).text)).collect();
        (texts, read.faults.into_iter().map(|f| (f.at as usize, f.message)).collect())
    }

    #[test]
    fn rows_and_columns() {
        let text = "id;title;body\r\n7;\"A; \"\"b\"\"\";\"One.\r\n\r\nTwo, three.\"\r\n\r\n8;C;\n";
        let (got, faults) = texts(text, &[]);
        assert_eq!(got, ["row 1 Some(\"7\") \"A; \\\"b\\\"\\n\\nOne.\\n\\nTwo, three.\"", "row 2 Some(\"8\") \"C\""]);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(texts("a\tbody\nx, y\tz\n", &["body"]).0, ["row 1 None \"z\""]);
    }

    #[test]
    fn faulty_rows_do_not_sink_the_rest() {
        let (got, faults) = texts("id,body\n1,a,b\n2,\"x\"y\n3,z\n4,\"open\n5,w\n", &[]);
        assert_eq!(got, ["row 3 Some(\"3\") \"z\""]);
        assert_eq!(faults[0], (8, "row 1: 3 fields where the header has 2".to_owned()));
        assert!(faults[1].1.starts_with("text follows") && faults[1].0 == 19, "{faults:?}");
        assert!(faults[2].1.contains("no end"), "{faults:?}");
    }
}
