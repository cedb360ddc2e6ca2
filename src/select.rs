//! Which rules are on, and how severe each is.

use crate::check::Settings;
use crate::finding::Severity;
use crate::rule::schema::{RuleDef, Status, nearest};
use crate::rule::{RuleInfo, Ruleset};

/// What a user says about rules; every name is a rule's id, a category or a parent of one, or a pack or a parent folder of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only these, when not empty.
    pub select: Vec<String>,
    /// These too: also those that are on trial or off by default.
    pub extend_select: Vec<String>,
    /// None of these.
    pub ignore: Vec<String>,
    /// Severities in place of the rules' own; `None` switches off. Later entries win.
    pub severity: Vec<(String, Option<Severity>)>,
}

impl Selection {
    /// This selection narrowed and overruled by a later one.
    #[must_use]
    pub fn then(&self, later: &Self) -> Self {
        let mut out = self.clone();
        if !later.select.is_empty() {
            out.select.clone_from(&later.select);
            // An explicit choice outranks an earlier `ignore`.
            out.ignore.retain(|name| !later.select.contains(name));
        }
        out.extend_select.extend_from_slice(&later.extend_select);
        out.ignore.retain(|name| !later.extend_select.contains(name));
        out.ignore.extend_from_slice(&later.ignore);
        out.severity.extend_from_slice(&later.severity);
        out
    }

    /// Every name it uses.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let lists = self.select.iter().chain(&self.extend_select).chain(&self.ignore);
        lists.chain(self.severity.iter().map(|(name, _)| name)).map(String::as_str)
    }

    /// Whether a rule could run under this selection; a rule that could not need not be compiled.
    #[must_use]
    pub fn may_run(&self, rule: &RuleDef, pack: &str, preview: bool) -> bool {
        let asked = || self.select.iter().chain(&self.extend_select).any(|name| fits(name, &rule.id, &rule.category, pack));
        rule.status == Status::Stable || preview && rule.status == Status::Preview || asked()
    }

    /// For each rule of `set` its severity, or `None` when it is off.
    #[must_use]
    pub fn resolve(&self, set: &Ruleset, preview: bool) -> Vec<Option<Severity>> {
        set.rules().map(|rule| self.severity_of(rule, preview)).collect()
    }

    fn severity_of(&self, rule: &RuleInfo, preview: bool) -> Option<Severity> {
        let says = |names: &[String]| names.iter().filter(|n| is_named(rule, n)).map(|n| weight(rule, n)).max();
        let mature = rule.status == Status::Stable || preview && rule.status == Status::Preview;
        let asked = says(&self.extend_select).max(says(&self.select));
        // A rule named by its own id runs whatever its status; a group brings its mature ones.
        let wanted = if self.select.is_empty() { mature || asked.is_some() } else { asked.is_some_and(|w| mature || w == OWN_ID) };
        let dropped = says(&self.ignore).is_some_and(|ignored| asked.is_none_or(|a| ignored >= a));
        let ready = rule.needs.iter().all(|need| need.is_met());
        if !wanted || dropped || !ready || rule.status == Status::Off && asked != Some(OWN_ID) {
            return None;
        }
        let changed = self.severity.iter().rev().filter(|(n, _)| is_named(rule, n)).max_by_key(|(n, _)| weight(rule, n));
        changed.map_or(Some(rule.severity), |(_, severity)| *severity)
    }
}

/// How closely a name that fits a rule describes it: its own id outweighs any group, a longer group a shorter one.
fn weight(rule: &RuleInfo, name: &str) -> usize {
    if rule.id == name { OWN_ID } else { name.len() }
}

const OWN_ID: usize = usize::MAX;

/// Whether `name` is the rule's id, its category or pack, or a parent of either.
#[must_use]
pub fn is_named(rule: &RuleInfo, name: &str) -> bool {
    fits(name, &rule.id, &rule.category, &rule.pack)
}

fn fits(name: &str, id: &str, category: &str, pack: &str) -> bool {
    let name = name.trim_end_matches('/');
    let parent = |whole: &str| whole == name || whole.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
    id == name || parent(category) || parent(pack)
}

/// What to say about a name no rule goes by; `None` when one does.
#[must_use]
pub fn unknown(set: &Ruleset, name: &str) -> Option<String> {
    if set.rules().any(|rule| is_named(rule, name)) {
        return None;
    }
    let known = set.rules().flat_map(|r| [r.id.as_str(), r.category.as_str(), r.pack.as_str()]);
    let hint = nearest(name, known).map_or_else(|| "; `copydesk rules list` names them".into(), |n| format!("; did you mean `{n}`?"));
    Some(format!("no rule, category or pack is called `{name}`{hint}"))
}

impl Settings {
    /// What runs on one document.
    #[must_use]
    pub fn chosen(set: &Ruleset, selection: &Selection, preview: bool, source_language: Option<String>) -> Self {
        Self { source_language, severities: selection.resolve(set, preview), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(selection: &Selection) -> Vec<String> {
        let set = Ruleset::builtin();
        let chosen = selection.resolve(&set, false);
        set.rules().zip(chosen).filter(|(_, s)| s.is_some()).map(|(r, _)| r.id.clone()).collect()
    }
    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|&n| n.to_owned()).collect()
    }

    #[test]
    fn groups_and_ids() {
        let punctuation = Selection { select: names(&["linguistic-conventions/punctuation"]), ..Selection::default() };
        assert!(on(&punctuation).contains(&"stray-full-stop".to_owned()));
        assert!(!on(&punctuation).contains(&"analytical-center".to_owned()));
        let but = Selection { ignore: names(&["stray-full-stop"]), ..punctuation.clone() };
        assert!(!on(&but).contains(&"stray-full-stop".to_owned()));
        // The closer name wins over the wider one.
        let only = Selection { select: names(&["stray-full-stop"]), ignore: names(&["linguistic-conventions"]), ..Selection::default() };
        assert_eq!(on(&only), ["stray-full-stop"]);
    }

    #[test]
    fn later_layers_overrule() {
        let file = Selection { ignore: names(&["stray-full-stop"]), ..Selection::default() };
        let line = Selection { select: names(&["stray-full-stop"]), ..Selection::default() };
        assert_eq!(on(&file.then(&line)), ["stray-full-stop"]);
    }

    #[test]
    fn severities() {
        let set = Ruleset::builtin();
        let selection = Selection {
            severity: vec![("stray-full-stop".into(), Some(Severity::Minor)), ("linguistic-conventions".into(), None)],
            ..Selection::default()
        };
        let chosen = selection.resolve(&set, false);
        let of = |id: &str| set.find(id).and_then(|n| chosen[n]);
        assert_eq!(of("stray-full-stop"), Some(Severity::Minor));
        assert_eq!(of("capital-after-comma"), None);
    }

    #[test]
    fn unknown_names_get_a_hint() {
        let set = Ruleset::builtin();
        assert_eq!(unknown(&set, "stray-full-stop"), None);
        assert!(unknown(&set, "stray-ful-stop").unwrap().contains("did you mean `stray-full-stop`?"));
    }
}
