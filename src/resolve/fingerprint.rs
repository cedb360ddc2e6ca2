//! Identities of findings that survive edits elsewhere in the text.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::finding::Finding;

/// Gives each finding its fingerprint: a hash of rule, folded quote, folded sentence and ordinal among equals.
/// Neither line numbers nor messages take part, but for articles of data files what the file calls them.
pub fn assign(findings: &mut [Finding], text: &str, record: Option<&str>) {
    let mut prints = Prints::of(record);
    for finding in findings {
        finding.fingerprint = prints.next(&finding.rule.id, &finding.quote, finding.context.of(text));
    }
}

/// Counts equals, so that each has a fingerprint of its own.
#[derive(Default)]
pub(crate) struct Prints {
    seen: FxHashMap<u64, u32>,
    /// The last sentence, by place and length, and its hash: many findings share a long one.
    last: (usize, usize, u64),
    record: String,
}

impl Prints {
    pub(crate) fn of(record: Option<&str>) -> Self {
        Self { record: record.map_or_else(String::new, |r| format!("\u{1f}{r}")), ..Self::default() }
    }

    pub(crate) fn next(&mut self, rule: &str, quote: &str, context: &str) -> String {
        let place = (context.as_ptr() as usize, context.len());
        if (self.last.0, self.last.1) != place {
            self.last = (place.0, place.1, xxh3_64(fold(context).as_bytes()));
        }
        let key = format!("{rule}\u{1f}{}\u{1f}{:016x}{}", fold(quote), self.last.2, self.record);
        let ordinal = self.seen.entry(xxh3_64(key.as_bytes())).or_default();
        let print = format!("{:016x}", xxh3_64(format!("{key}\u{1f}{ordinal}").as_bytes()));
        *ordinal += 1;
        print
    }
}

/// Lower case, single spaces, straight quotation marks.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase).map(|c| match c {
            '“' | '”' | '„' | '«' | '»' => '"',
            '‘' | '’' | 'ʼ' => '\'',
            c => c,
        }));
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::check::{Settings, check};
    use crate::rule::Ruleset;
    use crate::source::SourceFile;
    use crate::view::{Format, View};

    fn prints(text: &str) -> Vec<String> {
        let set = Ruleset::builtin();
        let source = SourceFile::from_str("a.txt", text);
        let checked = check(&set, &source, &View::build(Format::Plain, &source.text), &Settings::new(&set, false), None);
        checked.findings.into_iter().map(|f| f.fingerprint).collect()
    }

    #[test]
    fn survive_paragraphs_elsewhere_and_change_with_the_words() {
        let faulty = "They met to discuss how to end the war. in Ukraine and in the region.";
        let before = prints(faulty);
        assert_eq!(before.len(), 1);
        assert_eq!(prints(&format!("A new paragraph stands here now, before it.\n\n{faulty}")), before);
        assert_ne!(prints(&faulty.replace("war.", "row.")), before);
        let twice = prints(&format!("{faulty}\n\nSo it was. {faulty}"));
        assert_eq!((twice.len(), &twice[0]), (2, &before[0]));
        assert_ne!(twice[0], twice[1]);
    }
}
