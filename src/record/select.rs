//! Which values of a record are read.

use crate::rule::schema::nearest;
use crate::view::Format;

/// Names that usually hold what readers see; any case.
const USUAL: [&str; 27] = [
    "title",
    "headline",
    "subtitle",
    "subheadline",
    "dek",
    "standfirst",
    "summary",
    "description",
    "excerpt",
    "abstract",
    "lead",
    "lede",
    "intro",
    "caption",
    "body",
    "body_html",
    "bodyhtml",
    "bodytext",
    "body_text",
    "content",
    "content_html",
    "contenthtml",
    "text",
    "article",
    "articlebody",
    "story",
    "html",
];

/// A step of a JSON pointer; `*` is any member or element.
type Step = Option<String>;

/// One chosen value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    place: Place,
    /// What it holds; seen from the text when not given.
    pub format: Option<Format>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// A member, column or element of this name, at any depth.
    Name(String),
    /// A place counted from the record's root.
    Pointer(Vec<Step>),
}

impl std::str::FromStr for Selector {
    type Err = String;

    /// `NAME`, `/POINTER/*/NAME`, each with `:html`, `:markdown` or `:text` behind it.
    fn from_str(text: &str) -> Result<Self, String> {
        const FORMATS: [(&str, Format); 5] = [
            ("html", Format::Html),
            ("markdown", Format::Markdown),
            ("md", Format::Markdown),
            ("text", Format::Plain),
            ("plain", Format::Plain),
        ];
        let (place, format) = match text.rsplit_once(':') {
            // `content:encoded` is a name of its own.
            Some((place, "encoded")) => (format!("{place}:encoded"), None),
            Some((place, name)) => {
                let Some((_, format)) = FORMATS.iter().find(|(n, _)| *n == name) else {
                    let hint = nearest(name, FORMATS.iter().map(|(n, _)| *n)).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
                    return Err(format!("`{text}`: unknown format `{name}`, expected html, markdown or text{hint}"));
                };
                (place.to_owned(), Some(*format))
            }
            None => (text.to_owned(), None),
        };
        if place.trim().is_empty() {
            return Err(format!("`{text}`: expected a field's name or a JSON pointer such as /article/body"));
        }
        let place = match place.strip_prefix('/') {
            Some(rest) => Place::Pointer(pointer(rest)),
            None => Place::Name(place),
        };
        Ok(Self { place, format })
    }
}

fn pointer(rest: &str) -> Vec<Step> {
    rest.split('/').map(|step| (step != "*").then(|| step.replace("~1", "/").replace("~0", "~"))).collect()
}

/// What is read of each record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// The chosen values; empty for the usual names.
    pub chosen: Vec<Selector>,
    /// The array whose elements are the records.
    records: Option<Vec<Step>>,
}

impl Fields {
    /// `records` is a JSON pointer to the array of articles, such as `/response/docs`.
    ///
    /// # Errors
    /// When it is no pointer.
    pub fn new(chosen: Vec<Selector>, records: Option<&str>) -> Result<Self, String> {
        let records = match records.map(|r| (r, r.strip_prefix('/'))) {
            None => None,
            Some(("", _)) => Some(Vec::new()),
            Some((_, Some(rest))) => Some(pointer(rest)),
            Some((text, None)) => return Err(format!("`{text}`: expected a JSON pointer such as /articles")),
        };
        Ok(Self { chosen, records })
    }

    /// The format of the value at `path` if it is chosen. `name` is its last member name; trailing numbers are the
    /// elements of an array.
    pub(super) fn choose(&self, path: &[Key<'_>]) -> Option<Option<Format>> {
        let named = path.iter().rposition(|k| matches!(k, Key::Name(_)))?;
        let Key::Name(name) = path[named] else { return None };
        if self.chosen.is_empty() {
            return USUAL.iter().any(|u| name.eq_ignore_ascii_case(u)).then_some(None);
        }
        self.chosen.iter().find(|s| s.place.fits(name, path)).map(|s| s.format)
    }

    /// The length of the path to the record that a value belongs to, where the array of records was named.
    pub(super) fn record(&self, path: &[Key<'_>]) -> Option<usize> {
        let steps = self.records.as_ref()?;
        (path.len() > steps.len() && steps.iter().zip(path).all(|(s, k)| fits(s, *k))).then(|| steps.len() + 1)
    }

    /// Whether only a named array's elements are records.
    pub(super) fn names_records(&self) -> bool {
        self.records.is_some()
    }

    /// Whether every value is chosen by its place.
    pub(super) fn only_pointers(&self) -> bool {
        !self.chosen.is_empty() && self.chosen.iter().all(|s| matches!(s.place, Place::Pointer(_)))
    }

    /// The names chosen, for columns and front matter.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.chosen.iter().filter_map(|s| match &s.place {
            Place::Name(name) => Some(name.as_str()),
            Place::Pointer(steps) => match steps.as_slice() {
                [Some(one)] => Some(one.as_str()),
                _ => None,
            },
        })
    }
}

/// A step of a place in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key<'a> {
    Name(&'a str),
    Index(usize),
}

fn fits(step: &Step, key: Key<'_>) -> bool {
    match (step, key) {
        (None, _) => true,
        (Some(step), Key::Name(name)) => step == name,
        (Some(step), Key::Index(n)) => step.parse() == Ok(n),
    }
}

impl Place {
    fn fits(&self, last: &str, path: &[Key<'_>]) -> bool {
        match self {
            Self::Name(name) => name == last,
            // A pointer to an array means the texts in it; one into a record counts from the record or from the root.
            Self::Pointer(steps) => {
                let from_root = |path: &[Key<'_>]| {
                    path.len() >= steps.len()
                        && steps.iter().zip(path).all(|(s, k)| fits(s, *k))
                        && path[steps.len()..].iter().all(|k| matches!(k, Key::Index(_)))
                };
                from_root(path) || matches!(path.first(), Some(Key::Index(_))) && from_root(&path[1..])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(list: &[&str]) -> Fields {
        Fields::new(list.iter().map(|s| s.parse().unwrap()).collect(), None).unwrap()
    }

    #[test]
    fn names_and_pointers() {
        use Key::{Index, Name};
        let f = fields(&["headline", "/article/body:html", "/blocks/*/text"]);
        assert_eq!(f.choose(&[Name("x"), Name("headline")]), Some(None));
        assert_eq!(f.choose(&[Name("article"), Name("body")]), Some(Some(Format::Html)));
        assert_eq!(f.choose(&[Name("article"), Name("body"), Index(2)]), Some(Some(Format::Html)));
        assert_eq!(f.choose(&[Index(7), Name("blocks"), Index(0), Name("text")]), Some(None));
        assert_eq!(f.choose(&[Name("other"), Name("body")]), None);
        assert_eq!(fields(&[]).choose(&[Name("Body")]), Some(None));
        assert_eq!(fields(&[]).choose(&[Name("author")]), None);
    }

    #[test]
    fn faults_are_told() {
        assert!("body:htm".parse::<Selector>().unwrap_err().ends_with("did you mean `html`?"));
        assert!("".parse::<Selector>().is_err());
        assert!("content:encoded".parse::<Selector>().unwrap().format.is_none());
        assert!(Fields::new(Vec::new(), Some("articles")).unwrap_err().contains("JSON pointer"));
    }
}
