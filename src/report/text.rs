//! The report people read: each finding in its sentence, with the change shown word by word.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use anstyle::{AnsiColor, Color, Effects, Style};
use similar::{ChangeTag, TextDiff};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{Emit, FileReport, Summary, counted, fix_safety, grouped, visible};
use crate::finding::{Edit, Finding, Safety, Severity};
use crate::names::verified::Verified;
use crate::signal::{Level, Signal};
use crate::source::SourceFile;
use crate::span::Span;
use crate::view::Notation;

/// How much is said about each finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// The finding and its message.
    Quiet,
    /// Evidence, too.
    #[default]
    Normal,
    /// Also why the fault matters, and how sure the rule is.
    Verbose,
}

/// How the report is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether to write ANSI styles.
    pub colour: bool,
    /// How much to say.
    pub verbosity: Verbosity,
}

impl Default for Options {
    fn default() -> Self {
        Self { width: 80, colour: false, verbosity: Verbosity::Normal }
    }
}

const INDENT: usize = 4;
const MAX_LINES: usize = 3;
/// Bytes of context looked at on either side of a finding; more never fits three lines.
const REACH: usize = 1200;

const BOLD: Style = Style::new().effects(Effects::BOLD);
const DIM: Style = Style::new().effects(Effects::DIMMED);
const DELETED: Style = AnsiColor::Red.on_default().effects(Effects::STRIKETHROUGH);
const INSERTED: Style = AnsiColor::Green.on_default();
/// A struck full stop is hard to see: changes without a letter stand on a coloured ground.
const DELETED_MARK: Style = AnsiColor::Black.on_default().bg_color(Some(Color::Ansi(AnsiColor::Red)));
const INSERTED_MARK: Style = AnsiColor::Black.on_default().bg_color(Some(Color::Ansi(AnsiColor::Green)));
const FLAGGED: Style = AnsiColor::Yellow.on_default().effects(Effects::UNDERLINE);

fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Critical => AnsiColor::Red.on_default().effects(Effects::BOLD.insert(Effects::INVERT)),
        Severity::Major => AnsiColor::Red.on_default(),
        Severity::Minor => AnsiColor::Yellow.on_default(),
        Severity::Neutral => AnsiColor::Cyan.on_default(),
    }
}

fn safety_style(safety: Safety) -> Style {
    match safety {
        Safety::Safe => AnsiColor::Green.on_default(),
        Safety::Unsafe => AnsiColor::Yellow.on_default(),
        Safety::Display => DIM,
    }
}

/// Writes the full report.
pub struct Full<W> {
    out: W,
    options: Options,
    begun: bool,
}

impl<W: Write> Full<W> {
    /// An emitter that writes to `out`.
    pub fn new(out: W, options: Options) -> Self {
        Self { out, options: Options { width: options.width.clamp(24, 120), ..options }, begun: false }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.options.colour && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn finding(&mut self, source: &SourceFile, finding: &Finding, notation: Option<Notation>) -> io::Result<()> {
        let at = source.position(finding.span.start);
        let place = format!("{}:{}", at.line, at.column);
        let rule = visible::sanitize(&finding.rule.id);
        let mut head =
            format!("  {place}  {}  {}", self.paint(severity_style(finding.severity), finding.severity.name()), self.paint(BOLD, &rule));
        let mut used = 2 + place.len() + 2 + finding.severity.name().len() + 2 + rule.width();
        if let Some(safety) = fix_safety(finding) {
            let _ = write!(head, "  fix: {}", self.paint(safety_style(safety), safety.name()));
            used += 7 + safety.name().len();
        }
        let mut tail = visible::sanitize(&finding.rule.category).into_owned();
        if self.options.verbosity == Verbosity::Verbose {
            let _ = write!(tail, ", {} confidence", finding.confidence.name());
        }
        if !tail.is_empty() && used + 2 + tail.width() <= self.options.width {
            let _ = write!(head, "  {}", self.paint(DIM, &tail));
        }
        writeln!(self.out, "{head}")?;

        for line in Window::new(&source.text, finding, self.options, notation).lines() {
            writeln!(self.out, "{line}")?;
        }
        self.prose("", &finding.message, Style::new())?;
        if self.options.verbosity >= Verbosity::Verbose {
            self.prose("", &finding.rule.why, DIM)?;
        }
        if self.options.verbosity >= Verbosity::Normal {
            for evidence in &finding.evidence {
                let line = evidence.span.map(|span| format!(" (line {})", source.position(span.start).line));
                self.prose("· ", &format!("{}{}", evidence.message, line.unwrap_or_default()), DIM)?;
            }
        }
        if !finding.also.is_empty() {
            self.prose("", &format!("also: {}", finding.also.join(", ")), DIM)?;
        }
        writeln!(self.out)
    }

    /// The names that were recognised as right.
    fn verified(&mut self, names: &[Verified]) -> io::Result<()> {
        if names.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "{:INDENT$}{}", "", self.paint(BOLD, &format!("{} recognised as right", counted(names.len(), "name"))))?;
        for name in names {
            let times = if name.times > 1 { format!(" ×{}", name.times) } else { String::new() };
            self.prose("✓ ", &format!("{}{times}: {}", name.text, name.record), DIM)?;
        }
        writeln!(self.out)
    }

    /// A wrapped paragraph; lines after the first hang behind `lead`.
    fn prose(&mut self, lead: &str, text: &str, style: Style) -> io::Result<()> {
        let hang = lead.width();
        for (number, line) in wrap(&visible::sanitize(text), self.options.width - INDENT - hang).iter().enumerate() {
            let lead = if number == 0 { lead } else { &" ".repeat(hang) };
            writeln!(self.out, "{:INDENT$}{}", "", self.paint(style, &format!("{lead}{line}")))?;
        }
        Ok(())
    }
}

impl<W: Write> Emit for Full<W> {
    fn file(&mut self, source: &SourceFile, report: &FileReport) -> io::Result<()> {
        if report.findings.is_empty() && report.verified.is_empty() {
            return Ok(());
        }
        self.begun = true;
        let mut counts = format!("{}, {}", counted(report.words, "word"), counted(report.findings.len(), "finding"));
        if !report.suppressed.is_empty() {
            let _ = write!(counts, ", {} let stand", super::grouped(report.suppressed.len()));
        }
        let path = self.paint(BOLD.effects(Effects::BOLD.insert(Effects::UNDERLINE)), &visible::path(&report.title()));
        writeln!(self.out, "{path}  {}", self.paint(DIM, &counts))?;
        if let Some(line) = reading(&report.signal).filter(|_| self.options.verbosity >= Verbosity::Normal) {
            self.prose("", &line, DIM)?;
        }
        writeln!(self.out)?;
        report.findings.iter().try_for_each(|finding| self.finding(source, finding, report.notation(finding.span)))?;
        self.verified(&report.verified)
    }

    fn finish(&mut self, summary: &Summary) -> io::Result<()> {
        if self.options.verbosity == Verbosity::Quiet {
            return self.out.flush();
        }
        let words = counted(summary.words, "word");
        let total = summary.findings();
        if total == 0 {
            let documents = counted(summary.documents, "document");
            let mut stands =
                if summary.suppressed > 0 { format!("; {} let stand", counted(summary.suppressed, "finding")) } else { String::new() };
            if summary.baselined > 0 {
                let _ = write!(stands, "; {} in the baseline", counted(summary.baselined, "finding"));
            }
            if summary.unchanged > 0 {
                let _ = write!(stands, "; {} on unchanged lines", counted(summary.unchanged, "finding"));
            }
            writeln!(self.out, "{}", self.paint(DIM, &format!("No findings in {documents} ({words}){stands}.")))?;
            return self.out.flush();
        }
        let mut found = counted(total, "finding");
        if summary.documents > 1 {
            let _ = write!(found, " in {}", counted(summary.documents, "document"));
        }
        let _ = write!(found, ": {} critical, {} major, {} minor", summary.critical, summary.major, summary.minor);
        if summary.neutral > 0 {
            let _ = write!(found, ", {} neutral", summary.neutral);
        }
        let mut parts = vec![found, format!("{} fixable ({} safe)", summary.fixable, summary.safe)];
        if summary.suppressed > 0 {
            parts.push(format!("{} let stand", grouped(summary.suppressed)));
        }
        if summary.baselined > 0 {
            parts.push(format!("{} in the baseline", grouped(summary.baselined)));
        }
        if summary.unchanged > 0 {
            parts.push(format!("{} on unchanged lines", grouped(summary.unchanged)));
        }
        parts.extend([words, format!("MQM penalty {:.1}, {:.1} per 1,000 words (estimate)", summary.penalty, summary.per_1000_words())]);
        let mut line = String::new();
        for part in parts {
            if !line.is_empty() && line.width() + 3 + part.width() > self.options.width {
                writeln!(self.out, "{}", self.paint(BOLD, &line))?;
                line.clear();
            }
            line = if line.is_empty() { part } else { format!("{line} · {part}") };
        }
        writeln!(self.out, "{}", self.paint(BOLD, &line))?;
        if self.begun {
            writeln!(self.out, "{}", self.paint(DIM, "Why a rule exists and how it errs: copydesk explain RULE"))?;
        }
        self.out.flush()
    }
}

/// What the findings say together, in one sentence; `None` when they say nothing.
pub(super) fn reading(signal: &Signal) -> Option<String> {
    let mut parts = Vec::new();
    let findings: usize = signal.signs.iter().map(|s| s.findings).sum();
    let amount = || format!("{} of {}", counted(findings, "finding"), counted(signal.signs.len(), "kind"));
    match signal.level {
        Level::Strong => parts.push(format!("like raw machine translation ({})", amount())),
        Level::Some => parts.push(format!("in places like machine translation ({})", amount())),
        Level::None => {}
    }
    let languages = signal.languages();
    if let Some(best) = languages.first() {
        let names: Vec<&str> = languages.iter().map(crate::signal::Vote::name).collect();
        parts.push(format!("like {} ({})", names.join(" or "), counted(best.signs, "sign")));
    }
    (!parts.is_empty()).then(|| format!("reads {}", parts.join(", ")))
}

/// Breaks text at spaces into lines of at most `width` columns; longer words are cut.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0);
    for word in text.split_whitespace() {
        if used > 0 && used + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for grapheme in word.graphemes(true) {
            if used + grapheme.width() > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(grapheme);
            used += grapheme.width();
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// What a piece of the window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Same,
    Deleted,
    DeletedMark,
    Inserted,
    InsertedMark,
    Flagged,
}

/// One column or more that stay together.
#[derive(Clone, Debug)]
struct Cell {
    text: String,
    width: usize,
    kind: Kind,
    /// A plain space, where lines break.
    space: bool,
    /// Wide characters break without a space.
    wide: bool,
}

/// Cells without a place to break between them.
#[derive(Clone, Debug)]
struct Token {
    cells: Range<usize>,
    space: Option<usize>,
    width: usize,
    focus: bool,
}

#[derive(Clone, Copy, Debug)]
enum Item {
    Space(usize),
    Token(usize),
    Ellipsis,
    Gap,
}

/// The sentence around a finding with what is wrong or changed in it.
struct Window {
    cells: Vec<Cell>,
    tokens: Vec<Token>,
    width: usize,
    colour: bool,
    /// What the text is written in, and is read as.
    notation: Option<Notation>,
}

impl Window {
    fn new(text: &str, finding: &Finding, options: Options, notation: Option<Notation>) -> Self {
        let edits = finding.fixes.first().map_or(&[][..], |fix| &fix.edits);
        let edits: Vec<&Edit> = edits.iter().filter(|edit| text.get(edit.at.range()).is_some()).collect();
        let focus = edits.iter().map(|edit| edit.at).reduce(Span::cover).unwrap_or(finding.span).range();
        let focus = floor(text, focus.start)..ceil(text, focus.end.min(text.len()));
        let context = finding.context.range();
        let start = floor(text, context.start.clamp(focus.start.saturating_sub(REACH), focus.start));
        let end = ceil(text, context.end.clamp(focus.end, focus.end.saturating_add(REACH)));

        let mut window = Self { cells: Vec::new(), tokens: Vec::new(), width: options.width - INDENT, colour: options.colour, notation };
        if edits.is_empty() {
            window.raw(&text[start..focus.start], Kind::Same);
            // Something missing is flagged at the character before which it is missing.
            let flagged = if focus.is_empty() {
                let next = text[focus.start..end].graphemes(true).next().map_or(0, str::len);
                focus.start..focus.start + next
            } else {
                focus
            };
            window.raw(&text[flagged.clone()], Kind::Flagged);
            window.raw(&text[flagged.end..end.max(flagged.end)], Kind::Same);
        } else {
            let mut done = start;
            for (range, new) in whole_words(text, start..end, &edits) {
                window.raw(&text[done..range.start], Kind::Same);
                window.change(&text[range.clone()], &new);
                done = range.end;
            }
            window.raw(&text[done..end.max(done)], Kind::Same);
        }
        window.tokenize();
        window
    }

    fn read<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.notation.map_or(Cow::Borrowed(text), |notation| notation.read(text))
    }

    /// Adds text as the file has it.
    fn raw(&mut self, text: &str, kind: Kind) {
        let text = self.read(text);
        self.push(&text, kind);
    }

    /// Adds text, with what does not print named; white space around changes collapses.
    fn push(&mut self, text: &str, kind: Kind) {
        let lettered = text.chars().any(char::is_alphanumeric);
        let (kind, marks) = match kind {
            Kind::Deleted | Kind::DeletedMark => (if lettered { Kind::Deleted } else { Kind::DeletedMark }, ("[-", "-]")),
            Kind::Inserted | Kind::InsertedMark => (if lettered { Kind::Inserted } else { Kind::InsertedMark }, ("{+", "+}")),
            Kind::Same | Kind::Flagged => (kind, ("", "")),
        };
        let marked = !self.colour && !text.is_empty() && !marks.0.is_empty();
        if marked {
            self.cell(marks.0.to_owned(), kind);
        }
        let blank = text.chars().all(char::is_whitespace);
        let shown = kind != Kind::Same;
        let mut previous_space = self.cells.last().is_some_and(|cell| cell.space);
        let mut graphemes = text.graphemes(true).peekable();
        let mut first = true;
        while let Some(grapheme) = graphemes.next() {
            let at_edge = kind != Kind::Flagged && (std::mem::take(&mut first) || graphemes.peek().is_none());
            let plain_space = matches!(grapheme, " " | "\n" | "\r" | "\r\n" | "\t");
            if plain_space && !shown {
                if !previous_space && !self.cells.is_empty() {
                    self.cells.push(Cell { text: " ".into(), width: 1, kind, space: true, wide: false });
                }
                previous_space = true;
                continue;
            }
            let doubled = previous_space || blank || graphemes.peek().is_some_and(|next| next.trim().is_empty());
            previous_space = plain_space;
            match grapheme {
                " " if doubled => self.cell("␣".to_owned(), kind),
                // No line break between a change and its marks.
                " " if at_edge => self.cell(" ".to_owned(), kind),
                " " => self.cells.push(Cell { text: " ".into(), width: 1, kind, space: true, wide: false }),
                "\n" | "\r\n" => self.cell("⏎".to_owned(), kind),
                "\t" => self.cell("⇥".to_owned(), kind),
                _ => {
                    // A zero-width joiner between visible characters is part of the picture.
                    let joined = grapheme.chars().count() > 1
                        && grapheme.width() > 0
                        && !grapheme.chars().any(|c| visible::hidden(c) && !matches!(c, '\u{200c}' | '\u{200d}'));
                    if joined {
                        self.cell(grapheme.to_owned(), kind);
                        continue;
                    }
                    for c in grapheme.chars() {
                        let name = visible::hidden(c) || (shown && c.is_whitespace());
                        self.cell(if name { visible::named(c) } else { c.to_string() }, kind);
                    }
                }
            }
        }
        if marked {
            self.cell(marks.1.to_owned(), kind);
        }
    }

    fn cell(&mut self, text: String, kind: Kind) {
        let width = text.width();
        let wide = width == 2 && text.chars().next().is_some_and(|c| c >= '\u{2e80}');
        self.cells.push(Cell { text, width, kind, space: false, wide });
    }

    /// Adds a change, refined to the words that differ.
    fn change(&mut self, old: &str, new: &str) {
        let (old, new) = (self.read(old), self.read(new));
        for (tag, text) in refined(&old, &new) {
            let kind = match tag {
                ChangeTag::Delete => Kind::Deleted,
                ChangeTag::Insert => Kind::Inserted,
                ChangeTag::Equal => Kind::Same,
            };
            self.push(&text, kind);
        }
    }

    fn tokenize(&mut self) {
        while self.cells.last().is_some_and(|cell| cell.space && cell.kind == Kind::Same) {
            self.cells.pop();
        }
        let mut space = None;
        let mut index = 0;
        while index < self.cells.len() {
            if self.cells[index].space {
                space = Some(index);
                index += 1;
                continue;
            }
            let start = index;
            let (mut width, mut focus) = (0, false);
            while let Some(cell) = self.cells.get(index) {
                let breaks = index > start && {
                    let before = &self.cells[index - 1];
                    before.wide && cell.wide && before.kind == cell.kind && !closes(&cell.text)
                };
                if cell.space || breaks || (index > start && width + cell.width > self.width) {
                    break;
                }
                width += cell.width;
                focus |= cell.kind != Kind::Same;
                index += 1;
            }
            self.tokens.push(Token { cells: start..index, space: space.take(), width, focus });
        }
        // Something missing at the very end leaves nothing to flag.
        if !self.tokens.iter().any(|token| token.focus)
            && let Some(last) = self.tokens.last_mut()
        {
            last.focus = true;
        }
    }

    /// The kept tokens in lines.
    fn layout(&self, keep: impl Fn(usize) -> bool) -> Vec<Vec<Item>> {
        let mut lines: Vec<Vec<Item>> = vec![Vec::new()];
        let mut used = 0;
        let mut add = |space: Option<Item>, item: Item, width: usize| {
            let gap = usize::from(space.is_some() && used > 0);
            if used > 0 && used + gap + width > self.width {
                lines.push(Vec::new());
                used = 0;
            }
            let line = lines.last_mut().expect("there is always a line");
            if let (Some(space), true) = (space, used > 0) {
                line.push(space);
                used += 1;
            }
            line.push(item);
            used += width;
        };
        let mut elided = false;
        for (index, token) in self.tokens.iter().enumerate() {
            if !keep(index) {
                if !elided {
                    add((index > 0).then_some(Item::Gap), Item::Ellipsis, 1);
                }
                elided = true;
                continue;
            }
            let space = if elided { Some(Item::Gap) } else { token.space.map(Item::Space) };
            add(space, Item::Token(index), token.width);
            elided = false;
        }
        lines
    }

    /// The most that fits around what matters.
    fn clipped(&self) -> Vec<Vec<Item>> {
        let fits = |lines: &Vec<Vec<Item>>| lines.len() <= MAX_LINES;
        let all = self.layout(|_| true);
        if fits(&all) {
            return all;
        }
        let focus: Vec<usize> = (0..self.tokens.len()).filter(|&index| self.tokens[index].focus).collect();
        let distances = self.distances();
        let mut best = None;
        for radius in 0..=self.tokens.len() {
            let lines = self.layout(|index| distances[index].0.min(distances[index].1) <= radius);
            if !fits(&lines) {
                // One more word before, or else after, may still fit.
                let half = self.layout(|i| distances[i].0 < radius || distances[i].1 <= radius);
                let half = if radius > 0 && fits(&half) { Some(half) } else { None };
                best = half.or(best);
                break;
            }
            best = Some(lines);
        }
        if let Some(lines) = best {
            return lines;
        }
        // The fault itself is too long: its two ends tell where it is.
        let (mut low, mut high) = (1, focus.len() / 2);
        let ends = |k: usize| self.layout(|index| focus.binary_search(&index).is_ok_and(|rank| rank < k || rank + k >= focus.len()));
        while low < high {
            let middle = (low + high).div_ceil(2);
            if fits(&ends(middle)) { low = middle } else { high = middle - 1 }
        }
        let mut lines = ends(low);
        lines.truncate(MAX_LINES);
        lines
    }

    /// How many tokens away the nearest focus is: behind, and before.
    fn distances(&self) -> Vec<(usize, usize)> {
        let mut out = vec![(usize::MAX, usize::MAX); self.tokens.len()];
        let mut last = None;
        for (index, token) in self.tokens.iter().enumerate() {
            last = if token.focus { Some(index) } else { last };
            out[index].0 = last.map_or(usize::MAX, |at: usize| index - at);
        }
        last = None;
        for (index, token) in self.tokens.iter().enumerate().rev() {
            last = if token.focus { Some(index) } else { last };
            out[index].1 = last.map_or(usize::MAX, |at: usize| at - index);
        }
        out
    }

    fn lines(&self) -> Vec<String> {
        let mut out = Vec::new();
        for line in self.clipped() {
            let mut painted = Painter::new(self.colour);
            for item in line {
                match item {
                    Item::Ellipsis => painted.add("…", 1, None),
                    Item::Gap => painted.add(" ", 1, Some(Kind::Same)),
                    Item::Space(cell) => painted.add(" ", 1, Some(self.cells[cell].kind)),
                    Item::Token(token) => {
                        for cell in &self.cells[self.tokens[token].cells.clone()] {
                            painted.add(&cell.text, cell.width, Some(cell.kind));
                        }
                    }
                }
            }
            let (text, carets) = painted.finish();
            if text.is_empty() {
                continue;
            }
            out.push(format!("{:INDENT$}{text}", ""));
            if !self.colour && carets.contains('^') {
                out.push(format!("{:INDENT$}{}", "", carets.trim_end()));
            }
        }
        out
    }
}

/// Joins cells of one style.
struct Painter {
    out: String,
    carets: String,
    colour: bool,
    style: Style,
}

impl Painter {
    fn new(colour: bool) -> Self {
        Self { out: String::new(), carets: String::new(), colour, style: Style::new() }
    }

    fn add(&mut self, text: &str, width: usize, kind: Option<Kind>) {
        let style = match kind {
            Some(Kind::Same) => Style::new(),
            Some(Kind::Deleted) => DELETED,
            Some(Kind::DeletedMark) => DELETED_MARK,
            Some(Kind::Inserted) => INSERTED,
            Some(Kind::InsertedMark) => INSERTED_MARK,
            Some(Kind::Flagged) => FLAGGED,
            None => DIM,
        };
        self.turn(style);
        self.out.push_str(text);
        let mark = if kind == Some(Kind::Flagged) { "^" } else { " " };
        self.carets.push_str(&mark.repeat(width));
    }

    fn turn(&mut self, style: Style) {
        if self.colour && style != self.style {
            let _ = write!(self.out, "{:#}{style}", self.style);
            self.style = style;
        }
    }

    fn finish(mut self) -> (String, String) {
        self.turn(Style::new());
        (self.out, self.carets)
    }
}

/// Whether a wide character may not begin a line.
fn closes(text: &str) -> bool {
    matches!(text, "。" | "，" | "、" | "！" | "？" | "：" | "；" | "」" | "』" | "）" | "》" | "〉" | "】" | "”" | "’")
}

/// A change word by word: what stays, what goes and, behind it, what comes.
pub(super) fn refined(old: &str, new: &str) -> Vec<(ChangeTag, String)> {
    let diff = TextDiff::configure().diff_unicode_words(old, new);
    let mut pieces: Vec<(ChangeTag, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        match pieces.last_mut() {
            Some((tag, text)) if *tag == change.tag() => text.push_str(change.value()),
            _ => pieces.push((change.tag(), change.value().to_owned())),
        }
    }
    let same: usize = pieces.iter().filter(|(tag, _)| *tag == ChangeTag::Equal).map(|(_, text)| text.trim().len()).sum();
    let mut out = Vec::new();
    let mut flush = |deleted: &mut String, inserted: &mut String, same: &str| {
        let all = [(ChangeTag::Delete, std::mem::take(deleted)), (ChangeTag::Insert, std::mem::take(inserted))];
        out.extend(all.into_iter().chain([(ChangeTag::Equal, same.to_owned())]).filter(|(_, text)| !text.is_empty()));
    };
    // A patchwork reads worse than the two versions side by side.
    if pieces.len() > 3 && same * 3 < old.len().max(new.len()) {
        flush(&mut old.to_owned(), &mut new.to_owned(), "");
        return out;
    }
    let (mut deleted, mut inserted) = (String::new(), String::new());
    for (index, (tag, text)) in pieces.iter().enumerate() {
        match tag {
            ChangeTag::Delete => deleted.push_str(text),
            ChangeTag::Insert => inserted.push_str(text),
            // A space between changed words belongs to the change.
            ChangeTag::Equal if text.trim().is_empty() && !deleted.is_empty() && !inserted.is_empty() && index + 1 < pieces.len() => {
                deleted.push_str(text);
                inserted.push_str(text);
            }
            ChangeTag::Equal => flush(&mut deleted, &mut inserted, text),
        }
    }
    flush(&mut deleted, &mut inserted, "");
    out
}

/// Edits as `(old range, new text)`, grown to the words they change and merged where they meet.
pub(super) fn whole_words(text: &str, within: Range<usize>, edits: &[&Edit]) -> Vec<(Range<usize>, String)> {
    let letter = |c: char| c.is_alphanumeric() && c < '\u{2e80}';
    let mut out: Vec<(Range<usize>, String)> = Vec::new();
    for edit in edits {
        let old = &text[edit.at.range()];
        let floor = out.last().map_or(within.start, |(range, _)| range.end);
        let (mut start, mut end) = (edit.at.start as usize, edit.at.end as usize);
        if start < floor {
            // The word was already taken in by the edit before; its new text ends in the same letters.
            let Some((range, new)) = out.last_mut() else { continue };
            new.truncate(new.len().saturating_sub(range.end - start));
            new.push_str(&edit.text);
            new.push_str(text.get(end..range.end).unwrap_or(""));
            range.end = range.end.max(end);
            continue;
        }
        let begins = [old, &edit.text].iter().any(|side| side.chars().next().is_some_and(letter));
        let finishes = [old, &edit.text].iter().any(|side| side.chars().next_back().is_some_and(letter));
        if begins {
            let run: usize = text[floor..start].chars().rev().take_while(|&c| letter(c)).map(char::len_utf8).sum();
            start -= run;
        }
        if finishes {
            let limit = within.end.max(end);
            let run: usize = text[end..limit].chars().take_while(|&c| letter(c)).map(char::len_utf8).sum();
            end += run;
        }
        let at = edit.at.range();
        let new = format!("{}{}{}", &text[start..at.start], edit.text, &text[at.end..end]);
        out.push((start..end, new));
    }
    out
}

pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

pub(super) fn ceil(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, edit, finding, fix, stop};
    use super::*;
    use crate::finding::Safety;

    fn render(source: &SourceFile, findings: Vec<Finding>, options: Options) -> String {
        let words = source.text.split_whitespace().count();
        let report = FileReport { path: source.path.clone(), words, findings, ..FileReport::default() };
        let mut summary = Summary::default();
        summary.add(&report);
        let mut out = Vec::new();
        let mut emitter = Full::new(&mut out, options);
        emitter.file(source, &report).unwrap();
        emitter.finish(&summary).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn window(text: &str, finding: &Finding) -> String {
        let lines = Window::new(text, finding, Options::default(), None).lines();
        lines.iter().map(|line| line[INDENT..].trim_end()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn plain_at_80_columns() {
        let (source, report) = stop();
        insta::assert_snapshot!(render(&source, report.findings, Options::default()), @r"
        news/war.txt  10 words, 1 finding

          1:13  major  stray-full-stop  fix: unsafe  linguistic-conventions/punctuation
            He said the war[-.-] in Ukraine would end this year.
            A full stop stands before a word that carries the sentence on.
            · “in” begins with a small letter (line 1)
            also: lower-case-start

        1 finding: 0 critical, 1 major, 0 minor · 1 fixable (0 safe) · 10 words
        MQM penalty 5.0, 500.0 per 1,000 words (estimate)
        Why a rule exists and how it errs: copydesk explain RULE
        ");
    }

    #[test]
    fn coloured() {
        let (source, report) = stop();
        let options = Options { colour: true, verbosity: Verbosity::Quiet, ..Options::default() };
        let shown = render(&source, report.findings, options).replace('\u{1b}', "␛");
        insta::assert_snapshot!(shown, @r"
        ␛[1m␛[4mnews/war.txt␛[0m  ␛[2m10 words, 1 finding␛[0m

          1:13  ␛[31mmajor␛[0m  ␛[1mstray-full-stop␛[0m  fix: ␛[33munsafe␛[0m  ␛[2mlinguistic-conventions/punctuation␛[0m
            He said the war␛[30m␛[41m.␛[0m in Ukraine would end this year.
            A full stop stands before a word that carries the sentence on.
            ␛[2malso: lower-case-start␛[0m
        ");
    }

    #[test]
    fn nothing_found() {
        let mut out = Vec::new();
        let summary = Summary { documents: 3, words: 2101, ..Summary::default() };
        Full::new(&mut out, Options::default()).finish(&summary).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "No findings in 3 documents (2,101 words).\n");
    }

    #[test]
    fn several_edits() {
        let text = "The  ministers has recieved the letter, said they yesterday .";
        let mut it = finding(text, "x", "has", "");
        let span = |needle| at(text, needle);
        let second_space = Span::new(4, 5);
        let space_before_stop = Span::new(text.len() - 2, text.len() - 1);
        it.fixes = fix(
            Safety::Unsafe,
            vec![
                edit(second_space, ""),
                edit(span("has"), "have"),
                edit(span("ie"), "ei"),
                edit(Span::new(span("letter").start as usize, span("letter").start as usize), "first "),
                edit(span("said they"), "they said"),
                edit(space_before_stop, ""),
            ],
        );
        insta::assert_snapshot!(window(text, &it), @r"
        The [-␣-]ministers [-has-]{+have+} [-recieved-]{+received+} the
        {+first +}letter, {+they +}said[- they-] yesterday[-␣-].
        ");
    }

    #[test]
    fn two_edits_in_one_word() {
        let text = "a abcdef b";
        let mut it = finding(text, "x", "abcdef", "");
        it.fixes = fix(Safety::Safe, vec![edit(at(text, "b"), "B"), edit(at(text, "e"), "EE")]);
        insta::assert_snapshot!(window(text, &it), @r"a [-abcdef-]{+aBcdEEf+} b");
        it.fixes = fix(Safety::Safe, vec![edit(at(text, "b"), "B"), edit(at(text, "f b"), "-x")]);
        insta::assert_snapshot!(window(text, &it), @r"a [-abcdef b-]{+aBcde-x+}");
    }

    #[test]
    fn no_fix_has_carets() {
        let text = "他说：“战争。在今年” 결束 ended\u{200b} in the year\u{1b}[31m \u{202e}2024.";
        insta::assert_snapshot!(window(text, &finding(text, "x", "战争。在", "")), @r"
        他说：“战争。在今年” 결束 ended<U+200B> in the year<U+001B>[31m
               ^^^^^^^^
        <U+202E>2024.
        ");
        insta::assert_snapshot!(window(text, &finding(text, "x", "ended\u{200b} in", "")), @r"
        他说：“战争。在今年” 결束 ended<U+200B> in the year<U+001B>[31m
                                  ^^^^^^^^^^^^^^^^
        <U+202E>2024.
        ");
        let mut missing = finding(text, "x", "in", "");
        missing.span.end = missing.span.start;
        insta::assert_snapshot!(window(text, &missing), @r"
        他说：“战争。在今年” 결束 ended<U+200B> in the year<U+001B>[31m
                                                ^
        <U+202E>2024.
        ");
    }

    #[test]
    fn long_paragraph_is_clipped() {
        let text = format!("{}the war. in Ukraine {}end.", "Many words came first. ".repeat(20), "and more followed ".repeat(24));
        assert!(text.len() > 900);
        let mut it = finding(&text, "x", "war. in", "");
        insta::assert_snapshot!(window(&text, &it), @r"
        … came first. Many words came first. Many words came first. Many words came
        first. Many words came first. the war. in Ukraine and more followed and more
                                          ^^^^^^^
        followed and more followed and more followed and more followed and more …
        ");
        it.fixes = fix(Safety::Safe, vec![edit(Span::new(0, 4), "Few"), edit(at(&text, ". in"), " in")]);
        insta::assert_snapshot!(window(&text, &it), @r"
        [-Many-]{+Few+} words came first. Many words came first. Many words came
        first. … words came first. Many words came first. Many words came first. the
        war[-.-] in Ukraine and more followed and more followed and more followed …
        ");
        it.fixes.clear();
        it.span = it.context;
        insta::assert_snapshot!(window(&text, &it), @r"
        Many words came first. Many words came first. Many words came first. Many
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        words came first. Many words came … and more followed and more followed and
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        more followed and more followed and more followed and more followed end.
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        ");
        let chinese = "战争在今年结束了，他说。".repeat(30);
        insta::assert_snapshot!(window(&chinese, &finding(&chinese, "x", "今年", "")), @r"
        战争在今年结束了，他说。战争在今年结束了，他说。战争在今年结束了，他说。战争
              ^^^^
        在今年结束了，他说。战争在今年结束了，他说。战争在今年结束了，他说。战争在今
        年结束了，他说。战争在今年结束了，他说。战争在今年结束了，他说。战争在今年 …
        ");
    }

    #[test]
    fn narrow_and_hostile_text_never_panics_or_leaks() {
        let text = "é\u{301}👩\u{200d}👩\u{200d}👧 \u{1b}]0;x\u{7}\u{9b}31m \u{202e}abc\r\n\r\n\tx  y \u{a0}z ".repeat(9);
        let boundaries: Vec<usize> = (0..=text.len()).filter(|&i| text.is_char_boundary(i)).collect();
        for &start in boundaries.iter().step_by(11) {
            for &end in boundaries.iter().filter(|&&end| end >= start).step_by(29) {
                let mut it = finding(&text, "x", "x", "\u{1b}[2J");
                it.span = Span::new(start, end);
                for fixed in [false, true] {
                    it.fixes = if fixed { fix(Safety::Safe, vec![edit(it.span, "\u{1b}a  b")]) } else { Vec::new() };
                    for width in [1, 30, 80] {
                        let source = SourceFile::from_str("p\u{1b}", &text);
                        let out = render(&source, vec![it.clone()], Options { width, ..Options::default() });
                        assert!(!out.chars().any(|c| c != '\n' && c.is_control() || c == '\u{202e}'), "{out:?}");
                    }
                }
            }
        }
    }
}
