//! The command line: what a user types and what comes back.

use std::io::{self, IsTerminal as _, Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};
use rayon::prelude::*;

use crate::check::{self, Checked, Settings};
use crate::finding::{FileReport, Safety, Severity};
use crate::fix;
use crate::report::{Emit, Statistics, Summary, concise, json, patch, text};
use crate::rule::{Ruleset, schema, selftest};
use crate::source::SourceFile;
use crate::view::{Format, View};

/// Checks machine-translated news before it is published.
#[derive(Parser)]
#[command(name = "copydesk", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Report likely mistranslations (`copydesk FILE` does the same)
    Check(Check),
    /// Apply safe fixes in place
    Fix(Fix),
    /// What a rule finds, why, and whether it fires on a text
    Explain(Explain),
    /// List or test the rules
    Rules(Rules),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Args)]
struct Common {
    /// Files and folders; `-` is standard input
    paths: Vec<PathBuf>,
    /// Pack folders or files of your own, beside the built-in ones
    #[arg(long = "rules", value_name = "DIR")]
    packs: Vec<PathBuf>,
    /// Only these rules, categories or packs
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    select: Vec<String>,
    /// All but these rules, categories or packs
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    ignore: Vec<String>,
    /// Show rules that are still on trial, too
    #[arg(long)]
    preview: bool,
    /// The articles' source language, such as `es`
    #[arg(long, value_name = "LANG")]
    source_language: Option<String>,
    /// Read no configuration file
    #[arg(long)]
    isolated: bool,
    /// Decode files as this encoding instead of detecting it
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// The name standard input goes by; decides its format
    #[arg(long, value_name = "FILE")]
    stdin_filename: Option<String>,
    /// Say less
    #[arg(short, long)]
    quiet: bool,
    /// Say more
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
enum Output {
    /// Findings in their sentences, with the change word by word
    Full,
    /// One line a finding
    Concise,
    /// A patch of all fixes that are not display-only
    Diff,
    /// For machines
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum Level {
    Neutral,
    Minor,
    Major,
    Critical,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Neutral => Self::Neutral,
            Level::Minor => Self::Minor,
            Level::Major => Self::Major,
            Level::Critical => Self::Critical,
        }
    }
}

#[derive(Args)]
struct Check {
    #[command(flatten)]
    common: Common,
    /// How to report
    #[arg(long, value_enum, default_value = "full", env = "COPYDESK_OUTPUT_FORMAT")]
    output_format: Output,
    /// Write the report here
    #[arg(short, long, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// Exit 1 from this severity on
    #[arg(long, value_enum, default_value = "major")]
    fail_on: Level,
    /// Exit 0 whatever is found
    #[arg(long)]
    exit_zero: bool,
    /// Count findings by rule
    #[arg(long)]
    statistics: bool,
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto")]
    color: clap::ColorChoice,
}

#[derive(Args)]
struct Fix {
    #[command(flatten)]
    common: Common,
    /// Apply unsafe fixes, too (never display-only ones)
    #[arg(long = "unsafe")]
    unsafe_fixes: bool,
    /// Print the patch and change nothing
    #[arg(long)]
    diff: bool,
}

#[derive(Args)]
struct Explain {
    /// The rule's id
    rule: String,
    /// Say why it does or does not fire on this text
    #[arg(long)]
    text: Option<String>,
    /// Pack folders or files of your own
    #[arg(long = "rules", value_name = "DIR")]
    packs: Vec<PathBuf>,
}

#[derive(Args)]
struct Rules {
    #[command(subcommand)]
    command: RulesCommand,
}

#[derive(Subcommand)]
enum RulesCommand {
    /// All rules
    List,
    /// Run rules on their own examples
    Test {
        /// Pack folders or files of your own; without any, the built-in packs
        packs: Vec<PathBuf>,
        /// Only this rule
        #[arg(long)]
        only: Option<String>,
    },
}

/// Runs the command line; exit 0 nothing to object, 1 findings, 2 usage or trouble.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse_from(with_default_command(std::env::args_os().collect()));
    match run(&cli.command) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let broken = error.chain().filter_map(|e| e.downcast_ref::<io::Error>()).any(|e| e.kind() == io::ErrorKind::BrokenPipe);
            if broken {
                return ExitCode::SUCCESS;
            }
            let _ = writeln!(io::stderr(), "copydesk: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// `copydesk FILE` means `copydesk check FILE`.
fn with_default_command(mut args: Vec<std::ffi::OsString>) -> Vec<std::ffi::OsString> {
    const NAMES: [&str; 7] = ["check", "fix", "explain", "rules", "completions", "man", "help"];
    if let Some(first) = args.get(1) {
        let known = NAMES.iter().any(|n| first == n) || ["-h", "--help", "-V", "--version"].iter().any(|n| first == n);
        if !known {
            args.insert(1, "check".into());
        }
    }
    args
}

fn run(command: &Command) -> anyhow::Result<u8> {
    match command {
        Command::Check(args) => check_all(args),
        Command::Fix(args) => fix_all(args),
        Command::Explain(args) => explain(args),
        Command::Rules(args) => rules(&args.command),
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut <Cli as clap::CommandFactory>::command(), "copydesk", &mut io::stdout());
            Ok(0)
        }
        Command::Man => {
            clap_mangen::Man::new(<Cli as clap::CommandFactory>::command()).render(&mut io::stdout())?;
            Ok(0)
        }
    }
}

/// A rule set and which of its rules are on.
fn prepare(common: &Common) -> anyhow::Result<(Ruleset, Settings)> {
    let set = Ruleset::load(true, &common.packs)?;
    let mut settings = Settings::new(&set, common.preview);
    settings.source_language.clone_from(&common.source_language);
    for name in common.select.iter().chain(&common.ignore) {
        if !set.rules().any(|r| named(r, name)) {
            let known = set.rules().map(|r| r.id.as_str());
            let hint = schema::nearest(name, known).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            bail!("no rule, category or pack is called `{name}`{hint}");
        }
    }
    for (rule, severity) in set.rules().zip(&mut settings.severities) {
        if !common.select.is_empty() {
            *severity = common.select.iter().any(|n| named(rule, n)).then_some(rule.severity);
        }
        if common.ignore.iter().any(|n| named(rule, n)) {
            *severity = None;
        }
    }
    Ok((set, settings))
}

/// Whether `name` is the rule's id, its category or a parent of it, or its pack.
fn named(rule: &crate::rule::RuleInfo, name: &str) -> bool {
    let parent = |whole: &str| whole == name || whole.strip_prefix(name.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'));
    rule.id == name || parent(&rule.category) || parent(&rule.pack)
}

/// What a run reads: paths in order, each with the name it is reported under.
fn inputs(common: &Common) -> anyhow::Result<Vec<PathBuf>> {
    if common.paths.is_empty() {
        if io::stdin().is_terminal() {
            bail!("expected a file or folder to check, or `-` for standard input");
        }
        return Ok(vec![PathBuf::from("-")]);
    }
    let mut out = Vec::new();
    for path in &common.paths {
        if path.is_dir() {
            for entry in ignore::WalkBuilder::new(path).build() {
                let entry = entry.with_context(|| format!("{}", path.display()))?;
                let known = entry.path().extension().and_then(|e| e.to_str()).is_some_and(|e| Format::from_extension(e).is_some());
                if known && entry.file_type().is_some_and(|t| t.is_file()) {
                    out.push(entry.into_path());
                }
            }
        } else {
            out.push(path.clone());
        }
    }
    if out.is_empty() {
        bail!(
            "no text, Markdown or HTML file found below {}",
            common.paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
        );
    }
    out.sort();
    out.dedup();
    Ok(out)
}

fn read(path: &Path, common: &Common) -> anyhow::Result<SourceFile> {
    let forced = match &common.encoding {
        None => None,
        Some(name) => {
            Some(encoding_rs::Encoding::for_label(name.as_bytes()).with_context(|| format!("--encoding {name}: no such encoding"))?)
        }
    };
    let (name, bytes) = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).context("standard input")?;
        (common.stdin_filename.clone().unwrap_or_else(|| "<stdin>".into()), bytes)
    } else {
        (path.display().to_string().replace('\\', "/"), std::fs::read(path).with_context(|| format!("{}", path.display()))?)
    };
    Ok(SourceFile::decode(&name, bytes, forced)?)
}

fn view(source: &SourceFile) -> View {
    let ext = Path::new(&source.path).extension().and_then(|e| e.to_str()).unwrap_or("");
    View::build(Format::from_extension(ext).unwrap_or_else(|| Format::sniff(&source.text)), &source.text)
}

fn report(set: &Ruleset, settings: &Settings, source: &SourceFile) -> FileReport {
    let Checked { findings, suppressed, words } = check::check(set, source, &view(source), settings, None);
    FileReport { path: source.path.clone(), words, findings, suppressed }
}

/// Files checked in parallel at a time; keeps memory flat and order fixed.
const BATCH: usize = 64;

fn check_all(args: &Check) -> anyhow::Result<u8> {
    let (set, settings) = prepare(&args.common)?;
    let paths = inputs(&args.common)?;
    let mut buffer: Box<dyn Write> = if args.output_file.is_some() {
        Box::new(tempfile_for(args.output_file.as_deref())?)
    } else {
        Box::new(io::BufWriter::new(io::stdout().lock()))
    };
    let colour = match args.color {
        clap::ColorChoice::Always => true,
        clap::ColorChoice::Never => false,
        clap::ColorChoice::Auto => {
            args.output_file.is_none() && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
        }
    };
    let verbosity = if args.common.quiet {
        text::Verbosity::Quiet
    } else if args.common.verbose {
        text::Verbosity::Verbose
    } else {
        text::Verbosity::Normal
    };
    let width = terminal_size::terminal_size().map_or(80, |(w, _)| usize::from(w.0));
    let options = text::Options { width, colour, verbosity };
    let mut summary = Summary::default();
    let mut statistics = Statistics::default();
    let mut troubles = Vec::new();
    {
        let out: &mut dyn Write = &mut buffer;
        let mut emit: Box<dyn Emit + '_> = match args.output_format {
            Output::Full => Box::new(text::Full::new(out, options)),
            Output::Concise => Box::new(concise::Concise::new(out)),
            Output::Json => Box::new(json::Json::new(out)),
            Output::Diff => Box::new(Patch { out, set: &set, settings: &settings }),
        };
        for batch in paths.chunks(BATCH) {
            let done: Vec<_> =
                batch.par_iter().map(|path| read(path, &args.common).map(|source| (report(&set, &settings, &source), source))).collect();
            for result in done {
                match result {
                    Ok((report, source)) => {
                        summary.add(&report);
                        statistics.add(&report);
                        emit.file(&source, &report)?;
                    }
                    Err(error) => troubles.push(format!("{error:#}")),
                }
            }
        }
        emit.finish(&summary)?;
    }
    if args.statistics {
        concise::statistics(&mut buffer, &statistics)?;
    }
    buffer.flush()?;
    drop(buffer);
    if let Some(path) = &args.output_file {
        let beside = beside(path);
        std::fs::rename(&beside, path).with_context(|| format!("{}", path.display()))?;
    }
    for trouble in &troubles {
        writeln!(io::stderr(), "copydesk: {trouble}")?;
    }
    let level = Severity::from(args.fail_on);
    let counts = [
        (Severity::Neutral, summary.neutral),
        (Severity::Minor, summary.minor),
        (Severity::Major, summary.major),
        (Severity::Critical, summary.critical),
    ];
    let failing = counts.iter().any(|(s, n)| *s >= level && *n > 0);
    Ok(if !troubles.is_empty() { 2 } else { u8::from(failing && !args.exit_zero) })
}

/// Where a file is written before it takes the place of `path`.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

fn tempfile_for(path: Option<&Path>) -> anyhow::Result<io::BufWriter<std::fs::File>> {
    let path = path.context("an output file")?;
    let beside = beside(path);
    Ok(io::BufWriter::new(std::fs::File::create(&beside).with_context(|| format!("{}", beside.display()))?))
}

/// Prints the patch of all fixes that may be applied.
struct Patch<'a> {
    out: &'a mut dyn Write,
    set: &'a Ruleset,
    settings: &'a Settings,
}

impl Emit for Patch<'_> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        let outcome = fixed(self.set, self.settings, source, report, Safety::Unsafe);
        self.out.write_all(patch::unified(&source.path, &source.text, &outcome.text).as_bytes())
    }
    fn finish(&mut self, _: &Summary) -> io::Result<()> {
        Ok(())
    }
}

fn fixed(set: &Ruleset, settings: &Settings, source: &SourceFile, report: &FileReport, min: Safety) -> fix::Outcome {
    fix::apply_verified(&source.text, &report.findings, min, |new| {
        let again = SourceFile::from_str(&source.path, new);
        self::report(set, settings, &again).findings
    })
}

fn fix_all(args: &Fix) -> anyhow::Result<u8> {
    let (set, settings) = prepare(&args.common)?;
    let min = if args.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
    let mut code = 0;
    let mut out = io::stdout().lock();
    let (mut files, mut count) = (0, 0);
    for path in inputs(&args.common)? {
        let source = match read(&path, &args.common) {
            Ok(source) => source,
            Err(error) => {
                writeln!(io::stderr(), "copydesk: {error:#}")?;
                code = 2;
                continue;
            }
        };
        let outcome = fixed(&set, &settings, &source, &report(&set, &settings, &source), min);
        if args.diff {
            let patch = patch::unified(&source.path, &source.text, &outcome.text);
            code = code.max(u8::from(!patch.is_empty()));
            out.write_all(patch.as_bytes())?;
        } else if path == Path::new("-") {
            out.write_all(outcome.text.as_bytes())?;
        } else if outcome.text != source.text {
            let Some(bytes) = source.encode(&outcome.text) else {
                writeln!(
                    io::stderr(),
                    "copydesk: {}: not changed: its bytes would not survive a round trip through {}",
                    source.path,
                    source.encoding.name()
                )?;
                code = 2;
                continue;
            };
            write_whole(&path, &bytes)?;
            files += 1;
            count += outcome.applied.len();
        }
    }
    out.flush()?;
    if !args.diff && !args.common.quiet {
        writeln!(io::stderr(), "{count} fixes applied in {files} files")?;
    }
    Ok(code)
}

/// Replaces a file by way of a temporary one beside it, keeping its permissions.
fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let dir = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::NamedTempFile::new_in(dir).with_context(|| format!("{}", dir.display()))?;
    temporary.write_all(bytes)?;
    temporary.as_file().sync_all()?;
    if let Ok(meta) = std::fs::metadata(path) {
        std::fs::set_permissions(temporary.path(), meta.permissions())?;
    }
    temporary.persist(path).with_context(|| format!("{}", path.display()))?;
    Ok(())
}

fn explain(args: &Explain) -> anyhow::Result<u8> {
    let set = Ruleset::load(true, &args.packs)?;
    let Some(number) = set.find(&args.rule) else {
        let hint =
            schema::nearest(&args.rule, set.rules().map(|r| r.id.as_str())).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
        bail!("there is no rule `{}`{hint}", args.rule);
    };
    let mut out = io::stdout().lock();
    if let Some(text) = &args.text {
        for line in check::explain_text(&set, &args.rule, text) {
            writeln!(out, "{line}")?;
        }
        return Ok(0);
    }
    let Some(rule) = set.rule(&args.rule) else { return Ok(2) };
    writeln!(out, "{}\n  {}, {}, {} confidence, {:?}", rule.id, rule.category, rule.severity.name(), rule.confidence.name(), rule.status)?;
    writeln!(out, "  pack {} ({})\n\n{}\n{}", rule.pack, rule.file, rule.message, rule.why)?;
    for fix in &rule.fixes {
        writeln!(out, "\nFix ({}): “{}”", fix.safety.name(), fix.text)?;
    }
    let examples = set.examples();
    if let Some(examples) = examples.get(number) {
        writeln!(out, "\nFlagged:")?;
        for bad in &examples.bad {
            let fix = bad.fix.as_ref().map_or(String::new(), |f| format!(" → “{f}”"));
            writeln!(out, "  {}\n      “{}”{fix}", bad.text.replace('\n', " ¶ "), bad.flag)?;
        }
        writeln!(out, "\nLeft alone:")?;
        for good in &examples.good {
            writeln!(out, "  {}", good.replace('\n', " ¶ "))?;
        }
    }
    Ok(0)
}

fn rules(command: &RulesCommand) -> anyhow::Result<u8> {
    let mut out = io::stdout().lock();
    match command {
        RulesCommand::List => {
            for rule in Ruleset::builtin().rules() {
                writeln!(
                    out,
                    "{:<30} {:<8} {:<8} {}",
                    rule.id,
                    rule.severity.name(),
                    format!("{:?}", rule.status).to_lowercase(),
                    rule.category
                )?;
            }
            Ok(0)
        }
        RulesCommand::Test { packs, only } => {
            let set = Ruleset::load(packs.is_empty(), packs)?;
            if let Some(only) = only
                && set.find(only).is_none()
            {
                bail!("there is no rule `{only}` in these packs");
            }
            let results: Vec<_> =
                selftest::run(&set, only.as_deref()).into_iter().chain(selftest::mutations(&set, only.as_deref())).collect();
            let failed: Vec<_> = results.iter().filter_map(|r| r.outcome.as_ref().err().map(|e| (r, e))).collect();
            for (result, error) in &failed {
                writeln!(out, "FAILED {} {}: {error}", result.rule, result.name)?;
            }
            writeln!(out, "{} passed, {} failed", results.len() - failed.len(), failed.len())?;
            Ok(u8::from(!failed.is_empty()))
        }
    }
}
