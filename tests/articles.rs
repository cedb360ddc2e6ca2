//! Garbled articles through the whole pipeline, judged by the gold beside each of them.

mod common;

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::path::Path;

use common::{Checked, RULES, check_fixture, fixtures, format, full, json, name};
use copydesk::finding::Finding;
use copydesk::fix::apply;
use copydesk::span::ViewRange;
use copydesk::view::{BlockKind, View};
use serde::Deserialize;

/// What an article holds; the format stands in `fixtures/README.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gold {
    at_least: Option<usize>,
    #[serde(default)]
    must: Vec<Place>,
    #[serde(default)]
    may: Vec<Place>,
    #[serde(default)]
    mustnot: Vec<Place>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    quote: String,
    nth: Option<usize>,
    rule: Option<String>,
    fix: Option<String>,
}

impl Place {
    /// Where the place stands in the readable text.
    fn find(&self, view: &View) -> Result<ViewRange, String> {
        let read = |at: &usize| view.block_at(*at as u32 + 1).is_some_and(|b| !matches!(b.kind, BlockKind::Meta | BlockKind::Code));
        let found: Vec<usize> = view.text.match_indices(&self.quote).map(|(at, _)| at).filter(read).collect();
        match (self.nth, found.as_slice()) {
            (None, [at]) => Ok(*at),
            (Some(nth), found) if (1..=found.len()).contains(&nth) => Ok(found[nth - 1]),
            (nth, found) => Err(format!("“{}” stands there {} times, nth is {nth:?}", self.quote, found.len())),
        }
        .map(|at| ViewRange::new(at, at + self.quote.len()))
    }
}

fn articles() -> Vec<std::path::PathBuf> {
    fixtures("articles").into_iter().filter(|path| format(path).is_some()).collect()
}

fn gold(article: &Path) -> Gold {
    let path = article.with_extension("expect.toml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Findings that share a byte with the place.
fn hits(checked: &Checked, at: ViewRange) -> Vec<&Finding> {
    let meets = |f: &&Finding| checked.view.to_view(f.span).is_some_and(|v| v.overlaps(at));
    checked.findings().iter().filter(meets).collect()
}

/// What a reader sees in the place once the finding's first fix is applied alone.
fn mended(checked: &Checked, at: ViewRange, finding: &Finding) -> Option<String> {
    let fix = finding.fixes.first()?;
    let applied = apply(&checked.source.text, &fix.edits);
    let view = View::build(format(Path::new(&checked.source.path))?, &applied.text);
    let now = view.to_view(applied.map.range(checked.view.to_src(at)))?;
    Some(now.of(&view.text).to_owned())
}

/// Why a `must` is not met; empty when it is.
fn miss(checked: &Checked, must: &Place, at: ViewRange) -> Option<String> {
    let found = hits(checked, at);
    if found.is_empty() {
        return Some("nothing is found".to_owned());
    }
    let ids = || found.iter().map(|f| f.rule.id.as_str()).collect::<Vec<_>>().join(", ");
    let by_rule: Vec<_> =
        found.iter().filter(|f| must.rule.as_ref().is_none_or(|rule| f.rule.id == *rule || f.also.contains(rule))).collect();
    if by_rule.is_empty() {
        return Some(format!("found by {} instead", ids()));
    }
    let wanted = must.fix.as_ref()?;
    let fixes: Vec<_> = by_rule.iter().map(|f| mended(checked, at, f)).collect();
    let fits = fixes.iter().flatten().any(|fix| fix == wanted);
    (!fits).then(|| format!("the fix gives {fixes:?}, wanted {wanted:?}"))
}

/// Judges one article; the errors are the gold's that are not met.
fn judge(article: &Path) -> Vec<String> {
    let checked = check_fixture(article);
    let gold = gold(article);
    let mut errors = Vec::new();
    let mut misses = Vec::new();
    for must in &gold.must {
        match must.find(&checked.view) {
            Err(error) => errors.push(error),
            Ok(at) => {
                if let Some(id) = must.rule.as_ref().filter(|id| RULES.rule(id).is_none()) {
                    errors.push(format!("“{}”: there is no rule `{id}`", must.quote));
                }
                if let Some(why) = miss(&checked, must, at) {
                    misses.push(format!("“{}”: {why}", must.quote));
                }
            }
        }
    }
    for may in &gold.may {
        errors.extend(may.find(&checked.view).err());
    }
    for mustnot in &gold.mustnot {
        match mustnot.find(&checked.view) {
            Err(error) => errors.push(error),
            Ok(at) => errors
                .extend(hits(&checked, at).iter().map(|f| format!("“{}” is right, but {} flags “{}”", mustnot.quote, f.rule.id, f.quote))),
        }
    }
    let met = gold.must.len() - misses.len();
    let wanted = gold.at_least.unwrap_or(gold.must.len());
    let missed = misses.join("\n    ");
    match met.cmp(&wanted) {
        Ordering::Less => errors.push(format!("{met} of {} places are found, {wanted} are wanted; missed:\n    {missed}", gold.must.len())),
        Ordering::Greater => errors.push(format!("{met} places are found by now: raise at_least; still missed:\n    {missed}")),
        Ordering::Equal => {}
    }
    errors
}

#[test]
fn articles_meet_their_gold() {
    let mut failures = String::new();
    for article in articles() {
        for error in judge(&article) {
            let _ = writeln!(failures, "{}: {error}", name(&article));
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn reports_are_as_reviewed() {
    for article in articles() {
        let checked = check_fixture(&article);
        let name = name(&article);
        insta::assert_snapshot!(format!("{name}-full"), checked.emit(full));
        let mut report: serde_json::Value = serde_json::from_str(&checked.emit(json)).expect("valid JSON");
        report["tool"]["version"] = "[version]".into();
        insta::assert_json_snapshot!(format!("{name}-json"), report);
    }
}

#[test]
fn no_snapshot_is_left_over() {
    let known: Vec<String> = articles().iter().map(|path| format!("articles__{}-", name(path))).collect();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots")).expect("there are snapshots") {
        let file = entry.expect("a readable folder").file_name().to_string_lossy().into_owned();
        assert!(!file.starts_with("articles__") || known.iter().any(|k| file.starts_with(k)), "{file} belongs to no article");
    }
}
