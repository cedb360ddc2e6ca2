//! The command line: what a user types and what comes back.

mod against;
mod args;
mod baseline;
mod changed;
mod desk;
mod explain;
mod learn;
mod lsp;
mod mcp;
mod names;
mod output;
mod rules;
mod run;
mod stats;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{CommandFactory as _, Parser as _};

use args::{Cli, Command, Init, ShowConfig, Which};
use desk::Desk;

use crate::config;

/// Runs the command line; exit 0 nothing to object, 1 findings, 2 usage or trouble.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse_from(with_default_command(std::env::args_os().collect()));
    match run(&cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|e| e.downcast_ref::<io::Error>()).any(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

/// Says on standard error what went wrong.
fn complain(error: &anyhow::Error) {
    let _ = writeln!(io::stderr(), "copydesk: {error:#}");
}

/// `copydesk FILE` means `copydesk check FILE`: unless the first word that is no option names a command, `check` is meant.
fn with_default_command(mut args: Vec<OsString>) -> Vec<OsString> {
    let mut cli = Cli::command();
    cli.build();
    let check = cli.find_subcommand("check");
    let takes_value = |option: &str| {
        let mut known = cli.get_arguments().chain(check.iter().flat_map(|c| c.get_arguments()));
        known.any(|a| {
            let same = option
                .strip_prefix("--")
                .map_or_else(|| a.get_short().is_some_and(|s| option[1..] == s.to_string()), |long| a.get_long() == Some(long));
            same && a.get_action().takes_values()
        })
    };
    let mut at = 1;
    while let Some(arg) = args.get(at) {
        let text = arg.to_string_lossy();
        match text.as_ref() {
            "-h" | "--help" | "-V" | "--version" => return args,
            "-" | "--" => break,
            option if option.starts_with('-') => at += 1 + usize::from(takes_value(option)),
            word if word == "help" || cli.find_subcommand(word).is_some() => return args,
            _ => break,
        }
    }
    if args.len() > 1 || !io::IsTerminal::is_terminal(&io::stdin()) {
        args.insert(1.min(args.len()), "check".into());
    }
    args
}

fn run(cli: &Cli) -> anyhow::Result<u8> {
    match &cli.command {
        Command::Check(args) => run::check(args, &cli.global),
        Command::Fix(args) => run::fix(args, &cli.global),
        Command::Explain(args) => explain::run(args),
        Command::Rules(command) => rules::run(command, &cli.global),
        Command::Baseline(command) => baseline::run(command, &cli.global),
        Command::Stet(args::StetCommand::Add(args)) => baseline::stet(args, &cli.global),
        Command::Stet(args::StetCommand::Unused(args)) => baseline::unused(args, &cli.global),
        Command::Stats(args) => stats::run(args, &cli.global),
        Command::Names(command) => names::run(command),
        Command::LearnFurniture(args) => learn::run(args, &cli.global),
        Command::Lsp(_) => lsp::run(),
        Command::Mcp(_) => mcp::run(),
        Command::Config(args) => show_config(args),
        Command::Init(args) => init(args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "copydesk", &mut script);
            io::stdout().write_all(&script)?;
            Ok(0)
        }
        Command::Man => {
            clap_mangen::Man::new(Cli::command()).render(&mut io::stdout())?;
            Ok(0)
        }
    }
}

fn report_width() -> usize {
    terminal_size::terminal_size().map_or(80, |(w, _)| usize::from(w.0))
}

fn show_config(args: &ShowConfig) -> anyhow::Result<u8> {
    let which = Which::default();
    let mut desk = Desk::new(&which, &args.at);
    let folder = if args.path.is_dir() { args.path.as_path() } else { args.path.parent().unwrap_or(std::path::Path::new("")) };
    let number = desk.project(folder)?;
    let config = &desk.projects[number].config;
    let mut out = io::stdout().lock();
    match &config.path {
        Some(path) => writeln!(out, "# {}", path.display())?,
        None => writeln!(out, "# no {} in this folder or above it", config::NAME)?,
    }
    let rows = config.describe();
    let width = rows.iter().map(|(value, _)| value.chars().count()).max().unwrap_or(0).min(60);
    for (value, origin) in rows {
        writeln!(out, "{value:<width$}  # {origin}")?;
    }
    for entry in config.about(&args.path).filter(|_| !args.path.is_dir()) {
        writeln!(out, "# {} goes by per-path {:?}", args.path.display(), entry.paths)?;
    }
    Ok(0)
}

fn init(args: &Init) -> anyhow::Result<u8> {
    let path = if args.folder == std::path::Path::new(".") { config::NAME.into() } else { args.folder.join(config::NAME) };
    if path.exists() && !args.force {
        bail!("{} is there already; --force overwrites it", path.display());
    }
    crate::write::replace(&path, config::TEMPLATE.as_bytes()).with_context(|| format!("{}", path.display()))?;
    writeln!(io::stdout(), "wrote {}", path.display())?;
    Ok(0)
}
