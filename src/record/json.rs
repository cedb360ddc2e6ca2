//! JSON documents and lines: which strings are read, and which article each belongs to.

use std::collections::HashMap;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::select::Key;
use super::{Fault, Fields, Read, Record, format_of, identity, is_headline, matters, span};
use crate::view::{Notation, Part};

/// How deep values are looked for.
const DEEPEST: usize = 64;
/// Members that hold the text of a value that is an object, as content systems have them.
const INNER: [&str; 5] = ["rendered", "value", "html", "markdown", "text"];

/// The members of an object in file order; a name may stand twice.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut out = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    out.push(entry);
                }
                Ok(Members(out))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// A string that is read.
struct Text {
    /// Its JSON pointer.
    place: String,
    /// The length of the pointer to the object or array it stands in, and to its record where that was named.
    holder: usize,
    record: Option<usize>,
    part: Part,
}

struct Reader<'a> {
    whole: &'a str,
    fields: &'a Fields,
    texts: Vec<Text>,
    /// Other values that matter, by the pointer of their object.
    meta: HashMap<String, Vec<(String, String)>>,
    out: Read,
}

/// Reads one document.
pub(super) fn document(text: &str, fields: &Fields) -> Read {
    let mut reader = Reader { whole: text, fields, texts: Vec::new(), meta: HashMap::new(), out: Read::default() };
    reader.root(text, 0, None);
    reader.out
}

/// Reads a document a line; empty lines are none.
pub(super) fn lines(text: &str, fields: &Fields) -> Read {
    let mut reader = Reader { whole: text, fields, texts: Vec::new(), meta: HashMap::new(), out: Read::default() };
    let mut at = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if !line.trim().is_empty() {
            reader.root(line.trim_end(), at, Some(number + 1));
        }
        at += line.len();
    }
    reader.out
}

impl<'a> Reader<'a> {
    /// Reads the document `text`, which stands at byte `base`.
    fn root(&mut self, text: &'a str, base: usize, line: Option<usize>) {
        let raw = match serde_json::from_str::<&RawValue>(text) {
            Ok(raw) => raw,
            Err(error) => {
                let at = base + offset(text, error.line(), error.column());
                let what = error.to_string();
                let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what);
                self.out.faults.push(Fault { at: at as u32, message: format!("not JSON: {what}") });
                return;
            }
        };
        let (mut path, mut place) = (Vec::new(), String::new());
        self.value(raw, &mut path, &mut place, None);
        let listed = raw.get().starts_with('[');
        self.group(listed, line);
    }

    fn start(&self, raw: &str) -> usize {
        raw.as_ptr() as usize - self.whole.as_ptr() as usize
    }

    /// `within` is the selected value that `raw` is the text of.
    fn value<'p>(&mut self, raw: &'a RawValue, path: &mut Vec<Key<'p>>, place: &mut String, within: Option<Option<crate::view::Format>>) {
        let text = raw.get();
        if path.len() > DEEPEST {
            return;
        }
        match text.as_bytes().first() {
            Some(b'"') => self.text(text, path, place, within),
            Some(b'[') => {
                let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) else { return };
                for (number, item) in items.into_iter().enumerate() {
                    let len = place.len();
                    place.push_str(&format!("/{number}"));
                    path.push(Key::Index(number));
                    self.value(item, path, place, within);
                    path.pop();
                    place.truncate(len);
                }
            }
            Some(b'{') => {
                let Ok(Members(members)) = serde_json::from_str::<Members<'_>>(text) else { return };
                self.object(&members, path, place, within);
            }
            _ => {}
        }
    }

    fn object(
        &mut self,
        members: &[(String, &'a RawValue)],
        path: &mut Vec<Key<'_>>,
        place: &mut String,
        within: Option<Option<crate::view::Format>>,
    ) {
        let inner = INNER.iter().find(|i| within.is_some() && members.iter().any(|(name, v)| name == *i && v.get().starts_with('"')));
        for (name, value) in members {
            let scalar = value.get();
            if matters(name) && !scalar.starts_with(['{', '[', 'n']) {
                let said = serde_json::from_str::<String>(scalar).unwrap_or_else(|_| scalar.to_owned());
                self.meta.entry(place.clone()).or_default().push((name.clone(), said));
            }
            let len = place.len();
            place.push('/');
            place.push_str(&name.replace('~', "~0").replace('/', "~1"));
            let mut path: Vec<Key<'_>> = path.iter().copied().chain([Key::Name(name)]).collect();
            let chosen = self.fields.choose(&path);
            let within = match inner {
                Some(i) if i == name => within,
                _ => chosen,
            };
            self.value(value, &mut path, place, within);
            place.truncate(len);
        }
    }

    fn text(&mut self, raw: &'a str, path: &[Key<'_>], place: &str, within: Option<Option<crate::view::Format>>) {
        let Some(named) = path.iter().rposition(|k| matches!(k, Key::Name(_))) else { return };
        let Key::Name(name) = path[named] else { return };
        if raw.len() > 22 && raw.contains(' ') {
            self.out.names.insert(name.to_owned());
        }
        let Some(format) = within else { return };
        let from = self.start(raw) + 1;
        let inner = &raw[1..raw.len() - 1];
        // The object or array of objects around it: what a name directly in it belongs to.
        let up = |n: usize| place.match_indices('/').nth(n).map_or(place.len(), |(i, _)| i);
        let outer = path[..named].iter().rposition(|k| matches!(k, Key::Name(_))).map(|o| path[o]);
        let title = is_headline(name) || matches!(outer, Some(Key::Name(o)) if INNER.contains(&name) && is_headline(o));
        let part = Part {
            name: place.to_owned(),
            pieces: vec![(span(from, from + inner.len()), Notation::Json)],
            format: format.unwrap_or_else(|| format_of(name, inner)),
            heading: title,
            loose: false,
        };
        // A text of its own object (`title.rendered`) belongs to what that object belongs to.
        let holder = if INNER.contains(&name) && outer.is_some() && within.is_some() && self.fields.choose(path).is_none() {
            named.saturating_sub(1)
        } else {
            named
        };
        let record = self.fields.record(path).map(up);
        self.texts.push(Text { place: place.to_owned(), holder: up(holder), record, part });
    }

    /// Makes records of the texts of one document.
    fn group(&mut self, listed: bool, line: Option<usize>) {
        let mut texts = std::mem::take(&mut self.texts);
        let mut meta = std::mem::take(&mut self.meta);
        let named = self.fields.names_records();
        let pointers = self.fields.only_pointers();
        // Of two holders the outer one is the article.
        let mut holders: Vec<&str> = texts.iter().map(|t| &t.place[..t.holder]).collect();
        holders.sort_by_key(|h| h.len());
        let mut roots: std::collections::HashSet<String> = std::collections::HashSet::new();
        let within = |roots: &std::collections::HashSet<String>, place: &str| {
            let cuts = place.match_indices('/').map(|(i, _)| i).chain([place.len()]);
            cuts.map(|i| &place[..i]).find(|p| roots.contains(*p)).map(str::to_owned)
        };
        for holder in holders {
            if within(&roots, holder).is_none() {
                roots.insert(holder.to_owned());
            }
        }
        let key = |text: &Text| -> Option<String> {
            if named {
                text.record.map(|len| text.place[..len].to_owned())
            } else if listed {
                let end = text.place[1..].find('/').map_or(text.place.len(), |i| i + 1);
                Some(text.place[..end].to_owned())
            } else if pointers || line.is_some() {
                Some(String::new())
            } else {
                within(&roots, &text.place)
            }
        };
        let mut order: HashMap<String, usize> = HashMap::new();
        let first = self.out.records.len();
        for text in &mut texts {
            let Some(key) = key(text) else { continue };
            let index = *order.entry(key.clone()).or_insert_with(|| {
                let mut meta = meta.remove(&key).unwrap_or_default();
                let id = identity(&mut meta);
                self.out.records.push(Record { key, id, parts: Vec::new(), meta });
                self.out.records.len() - 1
            });
            let record = &mut self.out.records[index];
            let mut part = text.part.clone();
            part.name = part.name[record.key.len()..].to_owned();
            record.parts.push(part);
        }
        if let Some(line) = line {
            for record in &mut self.out.records[first..] {
                record.key = if record.key.is_empty() { format!("line {line}") } else { format!("line {line}, {}", record.key) };
            }
        }
    }
}

/// The byte of a place that a JSON error names; its columns are bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, fields: &[&str], records: Option<&str>, expect: &[(&str, Option<&str>, &str)]) {
        let fields = Fields::new(fields.iter().map(|f| f.parse().unwrap()).collect(), records).unwrap();
        let read = document(text, &fields);
        let got: Vec<_> = read.records.iter().map(|r| (r.key.clone(), r.id.clone(), r.view(text).text)).collect();
        let got: Vec<_> = got.iter().map(|(k, i, t)| (k.as_str(), i.as_deref(), t.as_str())).collect();
        assert_eq!(got, expect, "{:?}", read.faults);
    }

    #[test]
    fn one_article() {
        let text = r#"{"id": 7, "headline": "Big news", "date": "2024-05-01", "author": {"name": "X"}, "body": ["One.", "Two."]}"#;
        check(text, &[], None, &[("", Some("7"), "Big news\n\nOne.\n\nTwo.")]);
        check(text, &["/body"], None, &[("", Some("7"), "One.\n\nTwo.")]);
        let read = document(text, &Fields::default());
        assert_eq!(read.records[0].meta, [("date".to_owned(), "2024-05-01".to_owned())]);
        assert_eq!(read.records[0].parts[1].name, "/body/0");
    }

    #[test]
    fn many_articles() {
        let text = r#"[{"slug": "a", "title": {"rendered": "A&#8217;s"}, "content": {"rendered": "<p>x</p>", "protected": false}}, {"title": "B"}]"#;
        check(text, &[], None, &[("/0", Some("a"), "A’s\n\nx"), ("/1", None, "B")]);
        let text = r#"{"response": {"total": 2, "results": [{"id": "a", "title": "A", "blocks": [{"text": "x"}, {"text": "y"}]}, {"title": "B"}]}}"#;
        check(text, &[], None, &[("/response/results/0", Some("a"), "A\n\nx\n\ny"), ("/response/results/1", None, "B")]);
        check(text, &["text"], Some("/response/results"), &[("/response/results/0", Some("a"), "x\n\ny")]);
    }

    #[test]
    fn lines_of_json() {
        let text = "{\"id\":1,\"body\":\"One.\"}\n\n{\"id\":2,\"body\":\"Tw\n{\"body\":\"Three.\"}\r\n[1,2]\n";
        let read = lines(text, &Fields::default());
        let keys: Vec<_> = read.records.iter().map(|r| (r.key.as_str(), r.view(text).text)).collect();
        assert_eq!(keys, [("line 1", "One.".to_owned()), ("line 4", "Three.".to_owned())]);
        assert_eq!(read.faults.len(), 1);
        assert!(read.faults[0].message.starts_with("not JSON: EOF while parsing a string"), "{:?}", read.faults);
        let at = read.faults[0].at as usize;
        assert!(text[..at].matches('\n').count() == 2, "{at}");
    }

    #[test]
    fn faults_have_their_place() {
        let read = document("{\n \"a\": 1,\n \"bödy\" 2}", &Fields::default());
        assert_eq!(read.faults[0].message, "not JSON: expected `:`");
        assert_eq!(read.faults[0].at, 20);
        let deep = "[".repeat(100_000);
        assert_eq!(document(&deep, &Fields::default()).faults.len(), 1);
        let deep = format!("{}\"x\"{}", "{\"a\":".repeat(5000), "}".repeat(5000));
        assert!(document(&deep, &Fields::default()).records.is_empty());
    }
}
