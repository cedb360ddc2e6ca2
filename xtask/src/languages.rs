//! The model that tells languages apart: their most frequent words, and the groups of letters they are made of.

use std::collections::BTreeMap;
use std::io::Read;

use anyhow::{Context, Result, ensure};
use copydesk::lang::identify::{BUCKETS, CODE, GROUP_SCALE, MAGIC, WORD_SCALE, buckets};

use crate::sources::Package;

/// Our code, the code of the word list, and how many words of it to keep.
const LANGUAGES: &[(&str, &str, usize)] = &[
    ("en", "en", 10000),
    ("es", "es", 20000),
    ("pt", "pt", 20000),
    ("it", "it", 10000),
    ("fr", "fr", 10000),
    ("de", "de", 10000),
    ("nl", "nl", 10000),
    ("pl", "pl", 10000),
    ("cs", "cs", 20000),
    ("sk", "sk", 20000),
    ("ro", "ro", 20000),
    ("hu", "hu", 10000),
    ("sv", "sv", 20000),
    ("no", "nb", 20000),
    ("da", "da", 20000),
    ("fi", "fi", 10000),
    ("tr", "tr", 10000),
    ("id", "id", 10000),
    ("vi", "vi", 10000),
    ("ca", "ca", 20000),
    ("sr", "sh", 20000),
    ("sl", "sl", 20000),
    ("lt", "lt", 10000),
    ("lv", "lv", 10000),
    ("is", "is", 10000),
    ("tl", "fil", 10000),
    ("ru", "ru", 20000),
    ("uk", "uk", 20000),
    ("bg", "bg", 20000),
    ("ar", "ar", 10000),
    ("fa", "fa", 10000),
];
/// How many words teach the groups of letters.
const FOR_GROUPS: usize = 20_000;

pub struct Languages {
    pub words: Vec<u8>,
    pub model: Vec<u8>,
}

pub fn build(package: &Package) -> Result<Languages> {
    let mut postings: BTreeMap<String, Vec<(u8, u8)>> = BTreeMap::new();
    let mut groups = vec![vec![0f64; LANGUAGES.len()]; BUCKETS];
    for (number, (code, list, kept)) in LANGUAGES.iter().enumerate() {
        let mut words = frequencies(package, "small", list).with_context(|| format!("the list of {code}"))?;
        if *code == "ro" {
            words = words.into_iter().flat_map(|(word, ln)| spellings(word).map(move |w| (w, ln))).collect();
        }
        for (word, ln) in words.iter().take(*kept) {
            postings.entry(word.clone()).or_default().push((u8::try_from(number)?, cost(*ln, WORD_SCALE)));
        }
        for (word, ln) in words.iter().take(FOR_GROUPS) {
            for bucket in buckets(word) {
                groups[bucket][number] += (ln * 0.5).exp();
            }
        }
    }
    let totals: Vec<f64> = (0..LANGUAGES.len()).map(|l| groups.iter().map(|row| row[l]).sum()).collect();
    let mut model = MAGIC.to_vec();
    model.push(u8::try_from(LANGUAGES.len())?);
    for (code, ..) in LANGUAGES {
        ensure!(code.len() <= CODE, "{code} is too long");
        model.extend(code.bytes().chain(std::iter::repeat(0)).take(CODE));
    }
    let (mut builder, mut bytes) = (fst::MapBuilder::memory(), Vec::new());
    for (word, list) in &postings {
        builder.insert(word, bytes.len() as u64)?;
        bytes.push(u8::try_from(list.len())?);
        bytes.extend(list.iter().flat_map(|(language, cost)| [*language, *cost]));
    }
    model.extend(u32::try_from(bytes.len())?.to_le_bytes());
    model.extend(bytes);
    for row in groups {
        model.extend(row.iter().zip(&totals).map(|(weight, total)| cost(((weight + 1e-7) / total).ln(), GROUP_SCALE)));
    }
    Ok(Languages { words: builder.into_inner()?, model })
}

/// A Romanian word with its own letters, and with the Turkish ones that are often typed for them.
fn spellings(word: String) -> impl Iterator<Item = String> {
    let cedilla = word.replace('ș', "ş").replace('ț', "ţ");
    let comma = word.replace('ş', "ș").replace('ţ', "ț");
    let both = if cedilla == comma { vec![word] } else { vec![cedilla, comma] };
    both.into_iter()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn cost(ln: f64, scale: f32) -> u8 {
    (-ln * f64::from(scale)).round().clamp(0.0, 255.0) as u8
}

/// A list's words, most frequent first, with the natural logarithm of their frequency.
pub fn frequencies(package: &Package, size: &str, list: &str) -> Result<Vec<(String, f64)>> {
    let packed = package.file(&format!("wordfreq/data/{size}_{list}.msgpack.gz"))?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes)?;
    let value = rmpv::decode::read_value(&mut bytes.as_slice())?;
    let mut words = Vec::new();
    // A header, then for each hundredth of a power of ten the words that are so frequent.
    for (centibels, bin) in value.as_array().context("not a list")?.iter().skip(1).enumerate() {
        let ln = -f64::from(u32::try_from(centibels)?) / 100.0 * std::f64::consts::LN_10;
        for word in bin.as_array().context("not a list of words")? {
            let word = word.as_str().context("not a word")?;
            if word.chars().all(char::is_alphabetic) {
                words.push((word.to_owned(), ln));
            }
        }
    }
    Ok(words)
}
