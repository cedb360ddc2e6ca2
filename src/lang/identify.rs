//! Which language a few words are in: a word-list model with letter groups for the words no list has.

use std::sync::LazyLock;

use fst::Map;
use unicode_segmentation::UnicodeSegmentation;

static WORDS: LazyLock<Option<Map<&'static [u8]>>> = LazyLock::new(|| Map::new(&include_bytes!("../../data/languages.fst")[..]).ok());
static MODEL: LazyLock<Option<Model<'static>>> = LazyLock::new(|| Model::open(include_bytes!("../../data/languages.bin")));

/// How many hash buckets groups of three letters share.
pub const BUCKETS: usize = 16_384;
/// First bytes of the model's file.
pub const MAGIC: &[u8; 4] = b"CDL1";
/// Bytes a language's code takes in the model's file.
pub const CODE: usize = 4;
/// A word of a language's list has its probability stored as −ln p × this.
pub const WORD_SCALE: f32 = 16.0;
/// A group of letters has its probability stored as −ln p × this.
pub const GROUP_SCALE: f32 = 16.0;

/// What a word that a language's list lacks costs at least, in nats.
const MISSING: f32 = -8.0;

/// How many words are weighed at most; more change nothing.
const ENOUGH: usize = 24;
/// How many letters of a word are weighed at most.
const LONGEST: usize = 40;

/// The model's file: languages, then for each word its languages and probabilities, then letter groups.
struct Model<'a> {
    codes: Vec<&'a str>,
    postings: &'a [u8],
    groups: &'a [u8],
}

impl<'a> Model<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (&count, rest) = rest.split_first()?;
        let (codes, rest) = rest.split_at_checked(usize::from(count) * CODE)?;
        let codes = codes.chunks(CODE).map(|c| std::str::from_utf8(c).map(|c| c.trim_end_matches('\0'))).collect::<Result<_, _>>().ok()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (postings, groups) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        (groups.len() == BUCKETS * usize::from(count)).then_some(Self { codes, postings, groups })
    }

    /// Adds what one word says to every language's score.
    fn add(&self, word: &str, scores: &mut [f32]) {
        let count = self.codes.len();
        let mut sums = vec![0u32; count];
        let mut groups = 0u32;
        for bucket in buckets(word) {
            groups += 1;
            let row = &self.groups[bucket * count..(bucket + 1) * count];
            for (sum, cost) in sums.iter_mut().zip(row) {
                *sum += u32::from(*cost);
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "words are short")]
        let mut word_scores: Vec<f32> = sums.iter().map(|sum| MISSING - *sum as f32 / GROUP_SCALE / groups.max(1) as f32).collect();
        let at = WORDS.as_ref().and_then(|map| map.get(word)).and_then(|v| usize::try_from(v).ok());
        if let Some((listed, rest)) = at.and_then(|at| self.postings.get(at..)).and_then(<[u8]>::split_first) {
            for pair in rest.chunks(2).take(usize::from(*listed)) {
                if let (Some(slot), Some(cost)) = (word_scores.get_mut(usize::from(pair[0])), pair.get(1)) {
                    *slot = -f32::from(*cost) / WORD_SCALE;
                }
            }
        }
        for (score, word) in scores.iter_mut().zip(word_scores) {
            *score += word;
        }
    }
}

/// The buckets of a word's groups of three letters, its ends marked.
pub fn buckets(word: &str) -> impl Iterator<Item = usize> {
    let letters: Vec<char> = std::iter::once('^').chain(word.chars().take(LONGEST)).chain(std::iter::once('$')).collect();
    let count = letters.len().saturating_sub(2).max(1);
    (0..count).map(move |i| {
        let mut hash = 0x811c_9dc5_u32;
        for c in letters.iter().skip(i).take(3) {
            let mut utf8 = [0; 4];
            for byte in c.encode_utf8(&mut utf8).bytes() {
                hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
        }
        hash as usize % BUCKETS
    })
}

/// The language of a few words, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    /// ISO 639-1, or 639-3 for languages without one.
    pub language: &'static str,
    /// By how many nats a word it is likelier than English; negative when it is English.
    pub over_english: f32,
    /// By how many nats in all it is likelier than the next language.
    pub lead: f32,
}

/// The languages written in one script only, by a letter of it.
fn by_script(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => "el",
        '\u{590}'..='\u{5ff}' => "he",
        '\u{900}'..='\u{97f}' => "hi",
        '\u{980}'..='\u{9ff}' => "bn",
        '\u{b80}'..='\u{bff}' => "ta",
        '\u{e00}'..='\u{e7f}' => "th",
        '\u{10a0}'..='\u{10ff}' => "ka",
        '\u{530}'..='\u{58f}' => "hy",
        '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => "ko",
        '\u{3040}'..='\u{30ff}' => "ja",
        '\u{4e00}'..='\u{9fff}' => "zh",
        _ => return None,
    })
}

/// The languages the model knows by their words, in the order of the model.
#[must_use]
pub fn languages() -> &'static [&'static str] {
    MODEL.as_ref().map_or(&[], |m| &m.codes)
}

/// By how many nats one word, in lower case, is likelier in `language` than in English; `None` for a language without a word list.
#[must_use]
pub fn advantage(word: &str, language: &str) -> Option<f32> {
    let model = MODEL.as_ref()?;
    let place = |code: &str| model.codes.iter().position(|c| *c == code);
    let (wanted, english) = (place(language)?, place("en")?);
    let mut scores = vec![0.0; model.codes.len()];
    model.add(word, &mut scores);
    Some(scores[wanted] - scores[english])
}

/// The likeliest language of `text`, a few words without names; `None` when it has no letters.
#[must_use]
pub fn identify(text: &str) -> Option<Guess> {
    let mut by_letters: Vec<&'static str> = text.chars().take(ENOUGH * LONGEST).filter_map(by_script).collect();
    if by_letters.len() * 2 > text.chars().take(ENOUGH * LONGEST).filter(|c| c.is_alphabetic()).count() {
        // Japanese mixes its own letters with Chinese ones.
        let language = if by_letters.contains(&"ja") { "ja" } else { by_letters.pop()? };
        return Some(Guess { language, over_english: 99.0, lead: 99.0 });
    }
    let model = MODEL.as_ref()?;
    let mut scores = vec![0.0; model.codes.len()];
    let mut words = 0u16;
    let lower = text.to_lowercase();
    for word in lower.unicode_words().flat_map(|w| w.split(['\'', '’'])).filter(|w| w.chars().any(char::is_alphabetic)).take(ENOUGH) {
        model.add(word, &mut scores);
        words = words.saturating_add(1);
    }
    if words == 0 {
        return None;
    }
    let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]))?;
    let next = (0..scores.len()).filter(|i| *i != best).max_by(|a, b| scores[*a].total_cmp(&scores[*b]))?;
    let english = model.codes.iter().position(|c| *c == "en")?;
    let rival = if best == english { next } else { english };
    Some(Guess {
        language: model.codes[best],
        over_english: (scores[best] - scores[rival]) / f32::from(words) * if best == english { -1.0 } else { 1.0 },
        lead: scores[best] - scores[next],
    })
}
