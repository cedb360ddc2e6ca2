//! Rules and settings for open documents, kept until something they were made of changes.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::settings::Scopes;
use crate::cli::args::Which;
use crate::cli::desk::Project;
use crate::config::Config;

/// A configuration file, and the workspace folder whose settings go with it.
type Key = (Option<PathBuf>, Option<PathBuf>);

struct Known {
    /// The configuration file as it was.
    stamp: Option<(SystemTime, u64)>,
    project: Arc<Project>,
}

/// All projects in use.
#[derive(Default)]
pub(super) struct Projects {
    scopes: Arc<Scopes>,
    known: HashMap<Key, Known>,
    /// The last of each that had no fault.
    good: HashMap<Key, Arc<Project>>,
    /// The fault that was told last.
    told: HashMap<Key, String>,
    /// Faults that nobody was told yet.
    pub faults: Vec<String>,
}

impl Projects {
    pub fn set(&mut self, scopes: Arc<Scopes>) {
        self.scopes = scopes;
        self.good.clear();
        self.told.clear();
        self.reload();
    }

    /// Reads everything anew when it is next asked for.
    pub fn reload(&mut self) {
        self.known.clear();
    }

    pub fn stet_reason(&self, path: Option<&Path>) -> &str {
        &self.scopes.of(path).0.stet_reason
    }

    /// What a document goes by; `None` for the path of a buffer that is no file.
    pub fn of(&mut self, path: Option<&Path>) -> Arc<Project> {
        let scopes = Arc::clone(&self.scopes);
        let (settings, folder) = scopes.of(path);
        let beside = path.and_then(Path::parent).or(folder);
        let file = settings.at().config.or_else(|| beside.and_then(Config::find));
        let stamp = file.as_deref().and_then(|f| std::fs::metadata(f).ok()).and_then(|m| Some((m.modified().ok()?, m.len())));
        let key = (file.clone(), folder.map(Path::to_owned));
        if let Some(known) = self.known.get(&key).filter(|k| k.stamp == stamp) {
            return Arc::clone(&known.project);
        }
        let read = || file.as_deref().map_or(Ok(Config::default()), Config::read);
        let load = |config: Config, which: &Which| Project::load(config, which, None, false).map(Arc::new);
        let which = settings.which();
        let project = match read().map_err(anyhow::Error::from).and_then(|config| load(config, &which)) {
            Ok(project) => {
                self.told.remove(&key);
                self.good.insert(key.clone(), Arc::clone(&project));
                project
            }
            Err(fault) => {
                let fault = format!("{fault:#}");
                if self.told.get(&key) != Some(&fault) {
                    self.told.insert(key.clone(), fault.clone());
                    self.faults.push(fault);
                }
                // What was good before, or else as much as makes sense.
                let before = self.good.get(&key).map(Arc::clone);
                let plain = Which::default();
                let tries: [&dyn Fn() -> Option<Arc<Project>>; 3] =
                    [&|| read().ok().and_then(|config| load(config, &plain).ok()), &|| load(Config::default(), &which).ok(), &|| {
                        load(Config::default(), &plain).ok()
                    }];
                let Some(project) = before.or_else(|| tries.iter().find_map(|t| t())) else {
                    // The built-in rules always load; tests see to that.
                    unreachable!("the built-in rules have a fault")
                };
                project
            }
        };
        self.known.insert(key, Known { stamp, project: Arc::clone(&project) });
        project
    }

    /// Files and folders that projects are made of, beside the configuration files that any editor watches.
    pub fn made_of(&self) -> BTreeSet<PathBuf> {
        let of = |k: &Known| {
            let config = &k.project.config;
            let lists = config.packs.iter().chain(&config.furniture).chain(&config.names_files);
            lists.chain(&config.baseline).chain(&config.path).cloned().collect::<Vec<_>>()
        };
        self.known.values().flat_map(of).filter_map(|p| std::path::absolute(p).ok()).collect()
    }
}
