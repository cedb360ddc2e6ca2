//! `check` and `fix`.

use std::io::{self, IsTerminal as _, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use super::against::Against;
use super::args::{Check, Fix, Global, Output};
use super::changed::Changed;
use super::complain;
use super::desk::{Article, Desk, Input, Parts, Project, read};
use super::output::{Outputs, Wanted};
use crate::finding::{Safety, Severity};
use crate::record::Kind;
use crate::report::{Emit as _, FileReport, Statistics, Summary, concise, patch, text};
use crate::source::SourceFile;
use crate::write::replace;

/// Files checked in parallel at a time; keeps memory flat and order fixed.
const BATCH: usize = 64;

/// A progress bar that shows itself when a run takes longer than a second.
pub(super) struct Progress {
    total: usize,
    since: Instant,
    bar: Option<ProgressBar>,
    wanted: bool,
}

impl Progress {
    pub fn new(total: usize, global: &Global) -> Self {
        let wanted = total > 20 && !global.quiet && io::stderr().is_terminal();
        Self { total, since: Instant::now(), bar: None, wanted }
    }
    pub fn step(&mut self, by: usize, done: usize) {
        if self.wanted && self.bar.is_none() && self.since.elapsed() > Duration::from_secs(1) {
            let style =
                ProgressStyle::with_template("{bar:30} {pos}/{len} articles, {eta} left").unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::with_draw_target(Some(self.total as u64), ProgressDrawTarget::stderr()).with_style(style);
            bar.set_position((done - by) as u64);
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.inc(by as u64);
        }
    }
    /// Keeps the bar out of the way of other output.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// How files of lines are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Whole, like all others: one call for a file.
    Whole,
    /// Piece by piece, with a call for each.
    Parts,
}

/// Checks every input, in order, and hands each with its documents to `each`; returns how many files and records could
/// not be read.
pub(super) fn every(
    desk: &Desk<'_>,
    inputs: &[Input],
    common: &super::args::Common,
    global: &Global,
    reading: Reading,
    mut each: impl FnMut(&Project, &Article, &[FileReport]) -> io::Result<()>,
) -> anyhow::Result<usize> {
    let mut progress = Progress::new(inputs.len(), global);
    let (mut failed, mut done) = (0, 0);
    let mut hand = |project: &Project, article: &Article, reports: &[FileReport], progress: &Progress| {
        progress.aside(|| {
            article.faults.iter().for_each(complain);
            each(project, article, reports).map(|()| article.faults.len())
        })
    };
    let in_parts = |input: &Input| reading == Reading::Parts && input.kind == Some(Kind::Lines);
    let mut rest = inputs;
    while let Some(input) = rest.first() {
        let project = &desk.projects[input.project];
        if in_parts(input) {
            let fields = project.fields(&input.path);
            let mut parts = match Parts::open(input, desk, common) {
                Ok(parts) => Some(parts),
                Err(error) => {
                    failed += 1;
                    progress.aside(|| complain(&error));
                    None
                }
            };
            while let Some(open) = &mut parts {
                match open.next(fields) {
                    Ok(Some(article)) => failed += hand(project, &article, &project.reports(&article), &progress)?,
                    Ok(None) => break,
                    Err(error) => {
                        failed += 1;
                        progress.aside(|| complain(&error));
                        break;
                    }
                }
            }
            rest = &rest[1..];
            done += 1;
            progress.step(1, done);
            continue;
        }
        let count = rest.iter().take(BATCH).take_while(|i| !in_parts(i)).count();
        let (batch, others) = rest.split_at(count);
        let checked: Vec<_> = batch
            .par_iter()
            .map(|input| {
                let article = read(input, desk, common)?;
                let reports = desk.projects[input.project].reports(&article);
                Ok::<_, anyhow::Error>((reports, article))
            })
            .collect();
        for (input, result) in batch.iter().zip(checked) {
            match result {
                Ok((reports, article)) => failed += hand(&desk.projects[input.project], &article, &reports, &progress)?,
                Err(error) => {
                    failed += 1;
                    progress.aside(|| complain(&error));
                }
            }
        }
        rest = others;
        done += count;
        progress.step(count, done);
    }
    Ok(failed)
}

pub(super) fn check(args: &Check, global: &Global) -> anyhow::Result<u8> {
    let baseline = if args.no_baseline { Some(None) } else { args.baseline.clone().map(Some) };
    let which = super::args::Which { show_verified: args.show_verified, baseline, ..args.common.which.clone() };
    let mut desk = Desk::new(&which, &args.common.at);
    let mut inputs = desk.inputs(&args.common.what)?;
    if let Some(path) = &args.against {
        let against = Against::new(path, &args.common.what)?;
        note_new(&against, path, &inputs, global)?;
        desk.against = Some(against);
    }
    let here = desk.project(Path::new("."))?;
    if let Some(revision) = &args.changed {
        let changed = Arc::new(Changed::since(revision)?);
        inputs.retain(|i| changed.touches(&i.path) || i.path == Path::new("-"));
        for project in &mut desk.projects {
            project.changed = Some(changed.clone());
        }
    }
    let mut wanted = args.output_format.clone();
    if wanted.is_empty() {
        let set = desk.projects[here].config.output_format.as_ref();
        wanted.push(set.and_then(|f| f.value.parse().ok()).unwrap_or(Wanted { format: Output::Full, file: None }));
    }
    let style = |terminal: bool| options(global, terminal);
    let mut outputs = Outputs::open(&wanted, args.output_file.as_deref(), &desk.projects[here].set, &style, args.mark_suppressed)?;
    let mut summary = Summary::default();
    let mut statistics = Statistics::default();
    // Findings that count, and how many may.
    let (mut count, mut most, mut poor) = (0, usize::MAX, false);
    let mut unpatched = 0;
    let patch = outputs.has(Output::Diff);
    // A patch is of whole files.
    let reading = if patch { Reading::Whole } else { Reading::Parts };
    let mut failed = every(&desk, &inputs, &args.common, global, reading, |project, article, reports| {
        let source = &article.source;
        let level = args.fail_on.map_or_else(|| project.fail_on(), Severity::from);
        let config = &project.config;
        most = most.min(args.max_findings.or(config.max_findings.as_ref().map(|m| m.value)).unwrap_or(0));
        let least = args.fail_on_score.or(config.fail_on_score.as_ref().map(|s| s.value));
        for report in reports {
            summary.add(report);
            statistics.add(report);
            count += report.findings.iter().filter(|f| f.severity >= level).count();
            if let Some(least) = least.filter(|least| report.score < *least) {
                poor = true;
                if !global.quiet {
                    complain(&anyhow::anyhow!("{}: score {:.1}, and {least} is the least", report.title(), report.score));
                }
            }
        }
        if patch {
            match unified(source, &project.mended(article, reports, Safety::Unsafe).text) {
                Some(patch) => outputs.write(Output::Diff, &patch)?,
                None => {
                    unpatched += 1;
                    complain(&anyhow::anyhow!("{}: no patch: {}", source.path, no_way_back(source)));
                }
            }
        }
        reports.iter().try_for_each(|report| outputs.file(source, report))
    })?;
    // “No findings” would mislead where nothing could be read; machines need their closing bracket.
    outputs.finish(&summary, failed > 0 && summary.documents == 0)?;
    failed += unpatched;
    if args.statistics {
        // Beside reports for machines the table goes where people look.
        match outputs.people() {
            Some(mut target) => concise::statistics(&mut target, &statistics)?,
            None => concise::statistics(&mut io::stderr(), &statistics)?,
        }
    }
    outputs.close()?;
    // The program ends here; taking thousands of rules apart would cost a millisecond.
    std::mem::forget(desk);
    Ok(if failed > 0 { 2 } else { u8::from((poor || count > 0 && count > most) && !args.exit_zero) })
}

/// Says which files have no earlier version; that none has one is hardly meant.
fn note_new(against: &Against, path: &Path, inputs: &[Input], global: &Global) -> io::Result<()> {
    let new: Vec<&Input> = inputs.iter().filter(|input| against.of(&input.path).is_none()).collect();
    if global.verbose {
        for input in &new {
            writeln!(io::stderr(), "copydesk: {}: new: nothing under its name in {}", input.path.display(), path.display())?;
        }
    }
    if new.len() == inputs.len() && !inputs.is_empty() && !global.quiet {
        writeln!(io::stderr(), "copydesk: --against {}: holds no earlier version of what is checked", path.display())?;
    }
    Ok(())
}

fn options(global: &Global, terminal: bool) -> text::Options {
    let colour = match global.color {
        clap::ColorChoice::Always => true,
        clap::ColorChoice::Never => false,
        clap::ColorChoice::Auto => terminal && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    };
    let verbosity = match (global.quiet, global.verbose) {
        (true, _) => text::Verbosity::Quiet,
        (_, true) => text::Verbosity::Verbose,
        _ => text::Verbosity::Normal,
    };
    let width = terminal_size::terminal_size().map_or(80, |(w, _)| usize::from(w.0));
    text::Options { width, colour, verbosity }
}

/// The patch in the file's own bytes; `None` when they cannot be written back.
fn unified(source: &SourceFile, new: &str) -> Option<Vec<u8>> {
    if new == source.text {
        return Some(Vec::new());
    }
    if !source.round_trips || source.encoding == encoding_rs::UTF_16LE || source.encoding == encoding_rs::UTF_16BE {
        return None;
    }
    let mark = if source.bom > 0 { "\u{feff}" } else { "" };
    let patch = patch::unified(&source.path, &format!("{mark}{}", source.text), &format!("{mark}{new}"));
    let (bytes, _, unmappable) = source.encoding.encode(&patch);
    (!unmappable).then(|| bytes.into_owned())
}

fn no_way_back(source: &SourceFile) -> String {
    format!("its bytes would not survive a round trip through {}", source.encoding.name())
}

pub(super) fn fix(args: &Fix, global: &Global) -> anyhow::Result<u8> {
    let mut desk = Desk::new(&args.common.which, &args.common.at);
    let inputs = desk.inputs(&args.common.what)?;
    let min = if args.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
    let mut progress = Progress::new(inputs.len(), global);
    let mut out = io::stdout().lock();
    let mut tally = Tally::default();
    for (done, batch) in inputs.chunks(BATCH).enumerate() {
        let fixed: Vec<_> = batch
            .par_iter()
            .map(|input| {
                let article = read(input, &desk, &args.common)?;
                let project = &desk.projects[input.project];
                let reports = project.reports(&article);
                let outcome = project.mended(&article, &reports, min);
                Ok::<_, anyhow::Error>((article, outcome, reports.iter().map(|r| r.findings.len()).sum()))
            })
            .collect();
        for (input, result) in batch.iter().zip(fixed) {
            let done = result.and_then(|(article, outcome, found)| {
                tally.failed += article.faults.len();
                progress.aside(|| article.faults.iter().for_each(complain));
                tally.add(&input.path, &article.source, &outcome, found, args.diff, &mut out)
            });
            if let Err(error) = done {
                tally.failed += 1;
                progress.aside(|| complain(&error));
            }
        }
        progress.step(batch.len(), done * BATCH + batch.len());
    }
    out.flush()?;
    drop(progress);
    if !args.diff && !global.quiet {
        use crate::report::counted;
        writeln!(
            io::stderr(),
            "{} applied in {}, {} left for an editor",
            counted(tally.applied, "fix").replace("fixs", "fixes"),
            counted(tally.files, "file"),
            counted(tally.found - tally.applied, "finding")
        )?;
    }
    Ok(if tally.failed > 0 { 2 } else { u8::from(tally.patched) })
}

/// What a run of `fix` did.
#[derive(Default)]
struct Tally {
    files: usize,
    applied: usize,
    found: usize,
    failed: usize,
    patched: bool,
}

impl Tally {
    fn add(
        &mut self,
        path: &Path,
        source: &SourceFile,
        outcome: &crate::fix::Outcome,
        found: usize,
        diff: bool,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        self.found += found;
        let changed = outcome.text != source.text;
        if diff {
            let patch = unified(source, &outcome.text).with_context(|| format!("{}: no patch: {}", source.path, no_way_back(source)))?;
            self.patched |= changed;
            out.write_all(&patch)?;
            return Ok(());
        }
        if !changed && path != Path::new("-") {
            return Ok(());
        }
        let bytes = source.encode(&outcome.text).with_context(|| format!("{}: not changed: {}", source.path, no_way_back(source)))?;
        if path == Path::new("-") {
            out.write_all(&bytes)?;
        } else {
            replace(path, &bytes).with_context(|| format!("{}", path.display()))?;
        }
        self.files += usize::from(changed);
        self.applied += outcome.applied.len();
        Ok(())
    }
}
