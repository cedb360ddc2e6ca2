//! What the editor's settings say.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::args::{Sureness, Where, Which};
use crate::config;
use crate::rule::schema::nearest;

/// The keys of the section `copydesk`; `trace`, `path`, `server` and `enable` are for the editor's side.
const KEYS: [&str; 8] = ["preview", "minConfidence", "select", "extendSelect", "ignore", "sourceLanguage", "config", "stetReason"];
const NOT_OURS: [&str; 4] = ["trace", "path", "server", "enable"];

/// What a stet says when nobody gives a reason.
const REASON: &str = "let stand in the editor";

/// Settings of the editor, for all files or those of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    preview: bool,
    min_confidence: Option<String>,
    select: Vec<String>,
    extend_select: Vec<String>,
    ignore: Vec<String>,
    source_language: Option<String>,
    config: Option<PathBuf>,
    pub stet_reason: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            preview: false,
            min_confidence: None,
            select: Vec::new(),
            extend_select: Vec::new(),
            ignore: Vec::new(),
            source_language: None,
            config: None,
            stet_reason: REASON.to_owned(),
        }
    }
}

impl Settings {
    /// Reads them as far as they make sense, and says what does not; paths begin at `folder`.
    pub fn read(value: &Value, folder: Option<&Path>) -> (Self, Vec<String>) {
        let mut out = Self::default();
        let mut faults = Vec::new();
        let empty = serde_json::Map::new();
        let map = match value {
            Value::Object(map) => map,
            Value::Null => &empty,
            _ => {
                faults.push("expected an object in the settings".to_owned());
                &empty
            }
        };
        for (key, value) in map.iter().filter(|(key, value)| !value.is_null() && !NOT_OURS.contains(&key.as_str())) {
            let fault = match key.as_str() {
                "preview" => value.as_bool().map(|b| out.preview = b).ok_or("true or false".to_owned()),
                "select" => names(value).map(|list| out.select = list),
                "extendSelect" => names(value).map(|list| out.extend_select = list),
                "ignore" => names(value).map(|list| out.ignore = list),
                "minConfidence" => {
                    let level = value.as_str().filter(|v| sureness(v).is_some());
                    level.map(|v| out.min_confidence = Some(v.to_owned())).ok_or("\"low\", \"medium\" or \"high\"".to_owned())
                }
                // An empty field of a settings page is one nobody filled in.
                "sourceLanguage" | "config" if value == "" => Ok(()),
                "sourceLanguage" => {
                    let code = value.as_str().filter(|code| config::language_fault(code).is_none());
                    code.map(|code| out.source_language = Some(code.to_owned())).ok_or("ISO 639-1, such as \"es\"".to_owned())
                }
                "config" => {
                    let path = value.as_str().map(|path| folder.map_or_else(|| path.into(), |f| f.join(path)));
                    path.map(|path| out.config = Some(path)).ok_or("a path".to_owned())
                }
                "stetReason" => {
                    let reason = value.as_str().filter(|r| r.chars().any(char::is_alphanumeric));
                    reason.map(|r| out.stet_reason = r.to_owned()).ok_or("a reason in words".to_owned())
                }
                other => {
                    let hint = nearest(other, KEYS.into_iter()).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
                    faults.push(format!("there is no setting `copydesk.{other}`{hint}"));
                    continue;
                }
            };
            if let Err(expected) = fault {
                faults.push(format!("setting `copydesk.{key}`: expected {expected}, found {value}"));
            }
        }
        (out, faults)
    }

    /// The same as options of the command line.
    pub fn which(&self) -> Which {
        Which {
            preview: self.preview,
            min_confidence: self.min_confidence.as_deref().and_then(sureness),
            select: self.select.clone(),
            extend_select: self.extend_select.clone(),
            ignore: self.ignore.clone(),
            source_language: self.source_language.clone(),
            ..Which::default()
        }
    }

    pub fn at(&self) -> Where {
        Where { config: self.config.clone(), isolated: false }
    }
}

fn sureness(name: &str) -> Option<Sureness> {
    Some(match name {
        "low" => Sureness::Low,
        "medium" => Sureness::Medium,
        "high" => Sureness::High,
        _ => return None,
    })
}

fn names(value: &Value) -> Result<Vec<String>, String> {
    let list = value.as_array().and_then(|list| list.iter().map(|v| v.as_str().map(str::to_owned)).collect());
    list.ok_or_else(|| "a list of rules, categories or packs".to_owned())
}

/// Settings for everything, and for some folders of the workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scopes {
    pub all: Settings,
    pub folders: Vec<(PathBuf, Settings)>,
}

impl Scopes {
    /// The settings for a file: those of the innermost folder that holds it; buffers without a file go by the first.
    pub fn of(&self, path: Option<&Path>) -> (&Settings, Option<&Path>) {
        let holds = |folder: &Path| path.is_none_or(|p| p.starts_with(folder));
        let depth = |(folder, _): &&(PathBuf, Settings)| folder.components().count();
        let found = match path {
            Some(_) => self.folders.iter().filter(|(folder, _)| holds(folder)).max_by_key(depth),
            None => self.folders.first(),
        };
        found.map_or((&self.all, None), |(folder, settings)| (settings, Some(folder.as_path())))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn faults_are_told_and_the_rest_is_obeyed() {
        let value = json!({
            "preview": true, "minConfidence": "hihg", "selekt": [], "ignore": ["doubled-word"], "sourceLanguage": "Spanish",
            "config": "desk.toml", "trace": { "server": "off" }, "select": null, "stetReason": " – ", "extendSelect": "x",
        });
        let (settings, faults) = Settings::read(&value, Some(Path::new("/news")));
        assert!(settings.preview && settings.ignore == ["doubled-word"]);
        assert_eq!(settings.config.as_deref(), Some(Path::new("/news/desk.toml")));
        assert_eq!(
            faults,
            [
                "setting `copydesk.extendSelect`: expected a list of rules, categories or packs, found \"x\"",
                "setting `copydesk.minConfidence`: expected \"low\", \"medium\" or \"high\", found \"hihg\"",
                "there is no setting `copydesk.selekt`; did you mean `select`?",
                "setting `copydesk.sourceLanguage`: expected ISO 639-1, such as \"es\", found \"Spanish\"",
                "setting `copydesk.stetReason`: expected a reason in words, found \" – \"",
            ]
        );
        assert_eq!(Settings::read(&Value::Null, None), (Settings::default(), vec![]));
        assert_eq!(Settings::read(&json!([1]), None).1.len(), 1);
    }

    #[test]
    fn the_innermost_folder_counts() {
        let with = |reason: &str| Settings { stet_reason: reason.into(), ..Settings::default() };
        let folders = vec![("/a".into(), with("a")), ("/a/b".into(), with("b")), ("/c".into(), with("c"))];
        let scopes = Scopes { all: with("all"), folders };
        let of = |path: &str| scopes.of(Some(Path::new(path))).0.stet_reason.clone();
        assert_eq!([of("/a/b/x.txt"), of("/a/bc/x.txt"), of("/d/x.txt")], ["b", "a", "all"]);
        assert_eq!(scopes.of(None).0.stet_reason, "a");
    }
}
