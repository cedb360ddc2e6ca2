//! What may stand on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::output::Wanted;
use crate::finding::{Confidence, Severity};
use crate::record::Selector;

/// Checks machine-translated news before it is published.
#[derive(Parser)]
#[command(name = "copydesk", version, about, max_term_width = 100)]
#[command(after_help = "`copydesk FILE` does the same as `copydesk check FILE`.")]
pub(super) struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Args, Clone)]
pub(super) struct Global {
    /// Say less: findings only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: also why each rule exists
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto", global = true)]
    pub color: clap::ColorChoice,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Report likely mistranslations
    Check(Check),
    /// Apply safe fixes in place
    Fix(Fix),
    /// What a rule finds, why, how well; with --text, why it does or does not fire
    Explain(Explain),
    /// List, write, test and measure rules
    #[command(subcommand)]
    Rules(Rules),
    /// Report only what is new: remember the findings of today
    #[command(subcommand)]
    Baseline(BaselineCommand),
    /// Write a line of JSON for each article, for trends, and print a table
    Stats(Box<Stats>),
    /// Let a finding stand, with a reason
    #[command(subcommand)]
    Stet(StetCommand),
    /// Ask what copydesk knows of a name, and teach it new ones
    #[command(subcommand)]
    Names(Names),
    /// Find the lines that a site repeats in its articles, for the `furniture` key of copydesk.toml
    LearnFurniture(Learn),
    /// Serve editors on standard input and output (Language Server Protocol)
    Lsp(Server),
    /// Serve writing assistants on standard input and output (Model Context Protocol)
    Mcp(Server),
    /// Print the settings in force and where each comes from
    Config(ShowConfig),
    /// Write a commented copydesk.toml
    Init(Init),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// What a server takes.
#[derive(Args)]
pub(super) struct Server {
    /// Accepted because editors give it; there is no other way to talk
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// Where the configuration comes from.
#[derive(Args, Clone, Default)]
pub(super) struct Where {
    /// Use this configuration file instead of the nearest copydesk.toml
    #[arg(long, value_name = "FILE", conflicts_with = "isolated", help_heading = "Settings")]
    pub config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long, help_heading = "Settings")]
    pub isolated: bool,
}

/// Which rules run.
#[derive(Args, Clone, Default)]
pub(super) struct Which {
    /// Rule packs of your own (files or folders), beside the built-in ones
    #[arg(long = "rules", value_name = "PATH", help_heading = "Rules")]
    pub packs: Vec<PathBuf>,
    /// Lists of lines that the site repeats, made by `learn-furniture`
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub furniture: Vec<PathBuf>,
    /// Only these rules, categories or packs
    #[arg(long, value_delimiter = ',', value_name = "NAME", help_heading = "Rules")]
    pub select: Vec<String>,
    /// These rules, categories or packs too
    #[arg(long, value_delimiter = ',', value_name = "NAME", help_heading = "Rules")]
    pub extend_select: Vec<String>,
    /// Not these rules, categories or packs
    #[arg(long, value_delimiter = ',', value_name = "NAME", help_heading = "Rules")]
    pub ignore: Vec<String>,
    /// Rules that are still on trial, too
    #[arg(long, help_heading = "Rules")]
    pub preview: bool,
    /// Leave out findings that are less sure
    #[arg(long, value_enum, value_name = "LEVEL", help_heading = "Rules")]
    pub min_confidence: Option<Sureness>,
    /// The language the articles were translated from, such as `es`
    #[arg(long, value_name = "LANG", help_heading = "Rules")]
    pub source_language: Option<String>,
    /// Names of your own (names.toml): people, organisations, spellings; they come before the built-in ones
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub names: Vec<PathBuf>,
    /// The day the articles are of, such as 2023-05-18, where they do not say it themselves
    #[arg(long, value_name = "DATE", help_heading = "Rules")]
    pub date: Option<String>,
    #[arg(skip)]
    pub show_verified: bool,
    /// The baseline that the command names; `Some(None)` for none at all.
    #[arg(skip)]
    pub baseline: Option<Option<PathBuf>>,
}

#[derive(Subcommand)]
pub(super) enum BaselineCommand {
    /// Write down all findings of these files; what is known of other files stays
    Write(BaselineArgs),
    /// Drop what these files no longer have, and files that are gone
    Prune(BaselineArgs),
    /// Print it
    Show {
        /// The file [default: that of the configuration, or copydesk-baseline.json]
        file: Option<PathBuf>,
        #[command(flatten)]
        at: Where,
    },
}

#[derive(Args)]
pub(super) struct BaselineArgs {
    #[command(flatten)]
    pub common: Common,
    /// The baseline [default: that of the configuration, or copydesk-baseline.json]
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(super) enum StetCommand {
    /// Add an entry to ARTICLE.stet.toml
    Add(Box<StetAdd>),
    /// List the stets that let nothing stand; exit 1 when there are any
    Unused(Box<StetUnused>),
}

#[derive(Args)]
pub(super) struct StetUnused {
    #[command(flatten)]
    pub common: Common,
}

#[derive(Args)]
pub(super) struct Stats {
    #[command(flatten)]
    pub common: Common,
    /// Add the lines to this file; `-` prints them instead of the table
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What to call this run in the lines, such as a date or a commit
    #[arg(long, value_name = "TEXT")]
    pub label: Option<String>,
    /// How many articles the table has, the lowest score first
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
}

#[derive(Args)]
pub(super) struct StetAdd {
    /// The finding's fingerprint, from the JSON report
    pub fingerprint: String,
    /// Why it may stand
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Subcommand)]
pub(super) enum Names {
    /// What copydesk knows of a name, right or wrong, and what it would say
    Lookup {
        /// The name as an article has it
        text: String,
        /// Names of your own
        #[arg(long, value_name = "FILE")]
        names: Vec<PathBuf>,
        #[command(flatten)]
        at: Where,
    },
    /// Add a person to a names.toml; the wrong forms come by themselves
    Add(AddName),
}

#[derive(Args)]
pub(super) struct AddName {
    /// The name as news prints it first
    pub name: String,
    /// How news calls the person afterwards [default: the last word]
    #[arg(long)]
    pub short: Option<String>,
    /// Another accepted form
    #[arg(long)]
    pub also: Vec<String>,
    /// A form that is wrong
    #[arg(long)]
    pub wrong: Vec<String>,
    /// The name in its own script
    #[arg(long)]
    pub native: Vec<String>,
    /// m or f
    #[arg(long)]
    pub sex: Option<String>,
    /// ISO 3166 code of the country, such as US
    #[arg(long)]
    pub country: Vec<String>,
    /// What the person was: “title @ organisation 2003-2023”, newest first
    #[arg(long)]
    pub role: Vec<String>,
    /// Who and what stands near the name in the news
    #[arg(long = "with")]
    pub company: Vec<String>,
    /// The file it goes to; made when absent
    #[arg(long, value_name = "FILE", default_value = "names.toml")]
    pub file: PathBuf,
}

/// What `learn-furniture` takes.
#[derive(Args)]
pub(super) struct Learn {
    #[command(flatten)]
    pub what: What,
    /// In how many articles a line must stand
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    pub least: usize,
    /// Write the list here instead of to standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What is read.
#[derive(Args, Clone, Default)]
pub(super) struct What {
    /// Files and folders; `-` is standard input
    pub paths: Vec<PathBuf>,
    /// Leave out files (a glob as in .gitignore)
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    pub exclude: Vec<String>,
    /// Obey `exclude` for files named on the command line, too
    #[arg(long, help_heading = "Files")]
    pub force_exclude: bool,
    /// Succeed when there is no file to check
    #[arg(long, help_heading = "Files")]
    pub allow_empty: bool,
    /// Decode files as this encoding instead of detecting it
    #[arg(long, value_name = "NAME", help_heading = "Files")]
    pub encoding: Option<String>,
    /// What to read of JSON, CSV and XML files, and of front matter: names or JSON pointers, `headline,/article/body:html`
    /// [default: the usual names, such as title and body]
    #[arg(long = "field", value_delimiter = ',', value_name = "NAME[:FORMAT]", help_heading = "Files")]
    pub fields: Vec<Selector>,
    /// The array that holds the articles, such as /response/results
    #[arg(long, value_name = "POINTER", help_heading = "Files")]
    pub records: Option<String>,
    /// The name standard input goes by; decides its format and settings
    #[arg(long, value_name = "FILE", help_heading = "Files")]
    pub stdin_filename: Option<PathBuf>,
}

#[derive(Args, Clone, Default)]
pub(super) struct Common {
    #[command(flatten)]
    pub what: What,
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub at: Where,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(super) enum Output {
    /// Findings in their sentences, with the change word by word
    Full,
    /// One line a finding
    Concise,
    /// A page for editors: the article with its findings, before and after its fixes
    Html,
    /// A patch of all fixes that are not display-only
    Diff,
    /// For machines
    Json,
    /// A line of JSON for each document
    Jsonl,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations and a step summary of GitHub Actions
    Github,
    /// GitLab's code-quality report
    Gitlab,
    /// One object for reviewdog
    Rdjson,
    /// A line for each finding, for reviewdog
    Rdjsonl,
    /// JUnit XML
    Junit,
    /// Checkstyle XML
    Checkstyle,
    /// Azure Pipelines log commands
    Azure,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Level {
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

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Sureness {
    Low,
    Medium,
    High,
}

impl From<Sureness> for Confidence {
    fn from(level: Sureness) -> Self {
        match level {
            Sureness::Low => Self::Low,
            Sureness::Medium => Self::Medium,
            Sureness::High => Self::High,
        }
    }
}

#[derive(Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub common: Common,
    /// How to report: full, concise, html, diff, json, jsonl, sarif, github, gitlab, rdjson, rdjsonl, junit, checkstyle or azure;
    /// FORMAT=FILE writes a file, and the option may stand several times [default: full]
    #[arg(long, value_name = "FORMAT[=FILE]", env = "COPYDESK_OUTPUT_FORMAT", help_heading = "Report")]
    pub output_format: Vec<Wanted>,
    /// Write what a stet lets stand, too, marked as suppressed (sarif)
    #[arg(long, help_heading = "Report")]
    pub mark_suppressed: bool,
    /// Write the report here
    #[arg(short, long, value_name = "FILE", help_heading = "Report")]
    pub output_file: Option<PathBuf>,
    /// Also name the facts that changed since an earlier version: a file for one file, or a folder that has the earlier versions under
    /// the same paths
    #[arg(long, value_name = "PATH", help_heading = "Files")]
    pub against: Option<PathBuf>,
    /// Report only what this baseline does not have (`copydesk baseline write` makes one)
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub baseline: Option<PathBuf>,
    /// Report everything, whatever baseline the configuration names
    #[arg(long, conflicts_with = "baseline", help_heading = "Report")]
    pub no_baseline: bool,
    /// Exit 1 from this severity on [default: major]
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Report")]
    pub fail_on: Option<Level>,
    /// Let so many findings of that severity pass before exiting 1 [default: 0]
    #[arg(long, value_name = "NUMBER", help_heading = "Report")]
    pub max_findings: Option<usize>,
    /// Exit 1 when a document's MQM score, 0 to 100, is lower
    #[arg(long, value_name = "SCORE", help_heading = "Report")]
    pub fail_on_score: Option<f64>,
    /// Only findings on lines that differ from this revision of the git repository, such as origin/main
    #[arg(long, value_name = "REV", help_heading = "Report")]
    pub changed: Option<String>,
    /// Exit 0 whatever is found
    #[arg(long, help_heading = "Report")]
    pub exit_zero: bool,
    /// Count findings by rule
    #[arg(long, help_heading = "Report")]
    pub statistics: bool,
    /// List the names that were recognised as right, too (full, html and json)
    #[arg(long, help_heading = "Report")]
    pub show_verified: bool,
}

#[derive(Args)]
pub(super) struct Fix {
    #[command(flatten)]
    pub common: Common,
    /// Apply unsafe fixes, too (never display-only ones)
    #[arg(long = "unsafe")]
    pub unsafe_fixes: bool,
    /// Print the patch and change nothing; exit 1 when there is one
    #[arg(long)]
    pub diff: bool,
}

#[derive(Args)]
pub(super) struct Explain {
    /// The rule's id
    pub rule: String,
    /// Say why it does or does not fire on this text
    #[arg(long)]
    pub text: Option<String>,
    /// The earlier version that the text replaces, for rules that compare two
    #[arg(long, value_name = "TEXT", requires = "text")]
    pub old: Option<String>,
    /// Rule packs of your own
    #[arg(long = "rules", value_name = "PATH")]
    pub packs: Vec<PathBuf>,
    #[command(flatten)]
    pub at: Where,
}

#[derive(Subcommand)]
pub(super) enum Rules {
    /// All rules, or those of some packs and categories
    List(ListRules),
    /// Write a first rule of your own
    New(NewRule),
    /// Run rules on their own examples, and drop every guard in turn to see that an example needs it
    Test {
        /// Pack folders or files of your own; without any, the built-in packs
        packs: Vec<PathBuf>,
        /// Only this rule
        #[arg(long)]
        only: Option<String>,
    },
    /// Count what each rule flags in texts that ought to be good, such as your own archive
    Measure(Box<Measure>),
}

#[derive(Args)]
pub(super) struct ListRules {
    /// Rules, categories or packs
    pub names: Vec<String>,
    /// Rule packs of your own, beside the built-in ones
    #[arg(long = "rules", value_name = "PATH")]
    pub packs: Vec<PathBuf>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub at: Where,
}

#[derive(Args)]
pub(super) struct NewRule {
    /// Its id: kebab-case, names the fault
    pub id: String,
    /// The pack it goes to; made when absent
    #[arg(long, value_name = "FILE", default_value = "house-rules/house.toml")]
    pub pack: PathBuf,
    /// What it finds (`rules/SCHEMA.md` has the pattern language)
    #[arg(long = "match", value_name = "PATTERN", required = true)]
    pub patterns: Vec<String>,
    /// What stands there instead
    #[arg(long, value_name = "TEXT")]
    pub fix: Option<String>,
    /// What is wrong, in a sentence
    #[arg(long)]
    pub message: Option<String>,
    /// Why, for `explain`
    #[arg(long)]
    pub why: Option<String>,
    /// Its MQM category
    #[arg(long, default_value = "terminology/wrong-term")]
    pub category: String,
    /// Its severity
    #[arg(long, value_enum, default_value = "major")]
    pub severity: Level,
    /// A sentence with the fault marked, “an {analytical center|think tank} in Kyiv”
    #[arg(long, value_name = "TEXT")]
    pub bad: Vec<String>,
    /// A tempting sentence that must stay silent
    #[arg(long, value_name = "TEXT")]
    pub good: Vec<String>,
}

#[derive(Args)]
pub(super) struct Measure {
    #[command(flatten)]
    pub common: Common,
    /// Print what this rule flags, in context
    #[arg(long, value_name = "RULE")]
    pub show: Option<String>,
    /// At most so many of them
    #[arg(short = 'n', long, default_value_t = 20, value_name = "N")]
    pub limit: usize,
}

#[derive(Args)]
pub(super) struct ShowConfig {
    /// The file or folder whose settings are asked for
    #[arg(default_value = ".")]
    pub path: PathBuf,
    #[command(flatten)]
    pub at: Where,
}

#[derive(Args)]
pub(super) struct Init {
    /// The folder it goes to
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// Overwrite one that is there
    #[arg(long)]
    pub force: bool,
}
