//! Where reports go: one or several formats, each to standard output or to a file that appears whole.

use std::cell::RefCell;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::str::FromStr;

use anyhow::{Context as _, bail};
use clap::ValueEnum as _;

use super::args::Output;
use crate::report::{Emit, FileReport, Summary, annotations, concise, gitlab, html, json, reviewdog, sarif, text, xml};
use crate::rule::Ruleset;
use crate::rule::schema::nearest;
use crate::source::SourceFile;
use crate::write::Whole;

/// `FORMAT` or `FORMAT=FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub format: Output,
    pub file: Option<PathBuf>,
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
        if file == Some("") {
            return Err(format!("expected a file behind `{name}=`"));
        }
        let format = Output::from_str(name, false).map_err(|_| {
            let names: Vec<String> = Output::value_variants().iter().map(|v| name_of(*v)).collect();
            let hint = nearest(name, names.iter().map(String::as_str)).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            format!("unknown format `{name}`, expected one of {}{hint}", names.join(", "))
        })?;
        Ok(Self { format, file: file.map(PathBuf::from) })
    }
}

/// A format's name on the command line.
fn name_of(format: Output) -> String {
    format.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned())
}

enum Place {
    Standard(BufWriter<io::Stdout>),
    File(BufWriter<Whole>, PathBuf),
}

/// A writer that an emitter and whoever closes the file share.
#[derive(Clone)]
pub(super) struct Target(Rc<RefCell<Place>>);

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut *self.0.borrow_mut() {
            Place::Standard(out) => out.write(bytes),
            Place::File(out, _) => out.write(bytes),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        match &mut *self.0.borrow_mut() {
            Place::Standard(out) => out.flush(),
            Place::File(out, _) => out.flush(),
        }
    }
}

/// All reports of a run.
pub(super) struct Outputs<'a> {
    parts: Vec<(Output, Target, Box<dyn Emit + 'a>)>,
}

impl<'a> Outputs<'a> {
    /// Opens every place; no two may be the same.
    pub fn open(
        wanted: &[Wanted],
        file: Option<&Path>,
        set: &'a Ruleset,
        style: &dyn Fn(bool) -> text::Options,
        mark: bool,
    ) -> anyhow::Result<Self> {
        let mut parts: Vec<(Output, Target, Box<dyn Emit + 'a>)> = Vec::new();
        let mut taken: Vec<Option<&Path>> = Vec::new();
        for one in wanted {
            let path = one.file.as_deref().or(file);
            if taken.contains(&path) {
                let place = path.map_or_else(|| "standard output".to_owned(), |p| p.display().to_string());
                bail!("two reports would go to {place}: give each its file, as in `--output-format sarif=out.sarif`");
            }
            taken.push(path);
            let place = match path {
                Some(path) => {
                    Place::File(BufWriter::new(Whole::create(path).with_context(|| format!("{}", path.display()))?), path.to_owned())
                }
                None => Place::Standard(BufWriter::new(io::stdout())),
            };
            let target = Target(Rc::new(RefCell::new(place)));
            let out = target.clone();
            let emit: Box<dyn Emit + 'a> = match one.format {
                Output::Full => Box::new(text::Full::new(out, style(path.is_none()))),
                Output::Concise => Box::new(concise::Concise::new(out)),
                Output::Html => Box::new(html::Page::new(out, Some(set))),
                Output::Json => Box::new(json::Json::new(out)),
                Output::Jsonl => Box::new(json::Jsonl::new(out)),
                Output::Sarif => Box::new(sarif::Sarif::new(out, Some(set), mark)),
                Output::Github => Box::new(annotations::GitHub::new(out, step_summary())),
                Output::Azure => Box::new(annotations::Azure::new(out)),
                Output::Gitlab => Box::new(gitlab::GitLab::new(out)),
                Output::Rdjson => Box::new(reviewdog::Reviewdog::new(out, false)),
                Output::Rdjsonl => Box::new(reviewdog::Reviewdog::new(out, true)),
                Output::Junit => Box::new(xml::Junit::new(out)),
                Output::Checkstyle => Box::new(xml::Checkstyle::new(out)),
                // Patches need the rules again; whoever runs the check writes them.
                Output::Diff => Box::new(Nothing),
            };
            parts.push((one.format, target, emit));
        }
        Ok(Self { parts })
    }

    /// Whether a format is among them.
    pub fn has(&self, format: Output) -> bool {
        self.parts.iter().any(|(f, ..)| *f == format)
    }

    /// Where people read.
    pub fn people(&self) -> Option<Target> {
        self.parts.iter().find(|(f, ..)| matches!(f, Output::Full | Output::Concise)).map(|(_, target, _)| target.clone())
    }

    /// Writes bytes of its own for a format.
    pub fn write(&mut self, format: Output, bytes: &[u8]) -> io::Result<()> {
        self.parts.iter_mut().filter(|(f, ..)| *f == format).try_for_each(|(_, target, _)| target.write_all(bytes))
    }

    /// Closes every report; files appear now. With `silent`, formats for people say nothing of their totals.
    pub fn finish(&mut self, summary: &Summary, silent: bool) -> io::Result<()> {
        for (format, _, emit) in &mut self.parts {
            if !silent || !matches!(format, Output::Full | Output::Concise) {
                emit.finish(summary)?;
            }
        }
        Ok(())
    }

    /// Puts the files in their places.
    pub fn close(self) -> anyhow::Result<()> {
        for (_, mut target, emit) in self.parts {
            drop(emit);
            target.flush()?;
            let Some(place) = Rc::into_inner(target.0) else { continue };
            if let Place::File(out, path) = place.into_inner() {
                let whole = out.into_inner().map_err(io::IntoInnerError::into_error)?;
                whole.finish(&path).with_context(|| format!("{}", path.display()))?;
            }
        }
        Ok(())
    }
}

impl Emit for Outputs<'_> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        self.parts.iter_mut().try_for_each(|(_, _, emit)| emit.file(source, report))
    }
    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        Outputs::finish(self, summary, false)
    }
}

/// The page that GitHub shows for a step, when a step runs this.
fn step_summary() -> Option<Box<dyn Write>> {
    let path = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|p| !p.is_empty())?;
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path).ok()?;
    Some(Box::new(BufWriter::new(file)))
}

struct Nothing;

impl Emit for Nothing {
    fn file(&mut self, _: &SourceFile, _: &FileReport) -> io::Result<()> {
        Ok(())
    }
    fn finish(&mut self, _: &Summary) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_and_files() {
        assert_eq!("sarif=out/a=b.sarif".parse(), Ok(Wanted { format: Output::Sarif, file: Some("out/a=b.sarif".into()) }));
        assert_eq!("full".parse(), Ok(Wanted { format: Output::Full, file: None }));
        assert!("sarf=x".parse::<Wanted>().unwrap_err().contains("did you mean `sarif`"));
        assert!("json=".parse::<Wanted>().is_err());
    }

    #[test]
    fn the_configuration_knows_the_same_formats() {
        let names: Vec<String> = Output::value_variants().iter().map(|v| name_of(*v)).collect();
        assert_eq!(names, crate::report::FORMATS);
    }
}
