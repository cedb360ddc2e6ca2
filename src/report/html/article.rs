//! An article as readers see it, with its findings underlined and its fixes beside what they replace.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use super::changes::{Plan, steps};
use super::escape::{escape_into, visible_into};
use crate::finding::{Finding, Safety};
use crate::view::{Block, BlockKind, View};

/// What a run of text is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The flagged text of a finding.
    Finding(usize),
    /// What speaks for a finding: its index, and the index among its evidence.
    Evidence(usize, usize),
    /// What a fix takes out.
    Deleted(usize, Safety),
}

#[derive(Clone, Debug)]
struct Run {
    at: Range<usize>,
    kind: Kind,
    /// Whether an element with its id has been written.
    named: bool,
}

/// What a fix puts in.
struct Insert {
    at: usize,
    text: String,
    owner: usize,
    safety: Safety,
}

/// Everything that is to be marked in a view.
pub(super) struct Marks<'a> {
    view: &'a View,
    findings: &'a [Finding],
    number: usize,
    runs: Vec<Run>,
    inserts: Vec<Insert>,
    /// Which findings have been written with their number.
    pub placed: Vec<bool>,
    /// `(finding, evidence)` that has been written.
    pub shown: BTreeSet<(usize, usize)>,
}

impl<'a> Marks<'a> {
    /// The marks of document `number`.
    pub fn new(view: &'a View, findings: &'a [Finding], plan: &Plan, number: usize) -> Self {
        let mut marks = Self {
            view,
            findings,
            number,
            runs: Vec::new(),
            inserts: Vec::new(),
            placed: vec![false; findings.len()],
            shown: BTreeSet::new(),
        };
        for (index, finding) in findings.iter().enumerate() {
            if let Some(at) = view.to_view(finding.span).filter(|at| view.text.get(at.range()).is_some()) {
                marks.runs.push(Run { at: at.range(), kind: Kind::Finding(index), named: false });
            }
            for (which, proof) in finding.evidence.iter().enumerate() {
                if let Some(at) = proof.span.and_then(|span| view.to_view(span)).filter(|at| !at.is_empty()) {
                    marks.runs.push(Run { at: at.range(), kind: Kind::Evidence(index, which), named: false });
                }
            }
        }
        for mend in &plan.mends {
            for (old, new) in steps(view, mend) {
                if !new.is_empty() {
                    marks.inserts.push(Insert { at: old.end, text: new, owner: mend.owner, safety: mend.safety });
                }
                if !old.is_empty() {
                    marks.runs.push(Run { at: old, kind: Kind::Deleted(mend.owner, mend.safety), named: false });
                }
            }
        }
        // Long runs hold short ones; what a fix takes out stands innermost.
        marks.runs.sort_by_key(|run| (run.at.start, std::cmp::Reverse(run.at.end), run.kind));
        // Those at one place keep the order of their fixes.
        marks.inserts.sort_by_key(|insert| insert.at);
        marks
    }

    /// The article's blocks.
    pub fn write(&mut self, out: &mut String) {
        let blocks = &self.view.blocks;
        let touching = |at: &Range<usize>| {
            let first = blocks.partition_point(|block| (block.view.end as usize) < at.start);
            let end = if at.is_empty() { at.end + 1 } else { at.end };
            (first..blocks.len()).take_while(move |&k| (blocks[k].view.start as usize) < end)
        };
        let (mut runs, mut inserts) = (vec![Vec::new(); blocks.len()], vec![Vec::new(); blocks.len()]);
        for (i, run) in self.runs.iter().enumerate() {
            touching(&run.at).for_each(|block| runs[block].push(i));
        }
        for (i, insert) in self.inserts.iter().enumerate() {
            touching(&(insert.at..insert.at)).for_each(|block| inserts[block].push(i));
        }
        let mut inside = None;
        for index in 0..blocks.len() {
            let kind = self.view.blocks[index].kind;
            let group = group(kind);
            if inside != group {
                if let Some((_, close)) = inside {
                    out.push_str(close);
                }
                if let Some((open, _)) = group {
                    out.push_str(open);
                }
                inside = group;
            }
            self.block(index, &runs[index], &inserts[index], out);
        }
        if let Some((_, close)) = inside {
            out.push_str(close);
        }
    }

    fn block(&mut self, index: usize, runs: &[usize], inserts: &[usize], out: &mut String) {
        let Block { kind, view, .. } = &self.view.blocks[index];
        let at = view.range();
        let (tag, class, label) = match kind {
            BlockKind::Heading => ("h3", "", ""),
            BlockKind::Para | BlockKind::Quote => ("p", "", ""),
            BlockKind::Item => ("li", "", ""),
            BlockKind::Cell => ("div", "cell", ""),
            BlockKind::Caption => ("p", "caption", ""),
            BlockKind::Alt => ("p", "alt", "Picture text"),
            BlockKind::Meta => ("p", "meta", "Metadata"),
            BlockKind::Code => ("pre", "", ""),
        };
        let gone = inserts.is_empty() && self.is_taken_out(&at, runs);
        let class = [class, if gone { "gone" } else { "" }].join(" ");
        let _ = match class.trim() {
            "" => write!(out, "<{tag}>"),
            class => write!(out, "<{tag} class=\"{class}\">"),
        };
        if !label.is_empty() {
            let _ = write!(out, "<span class=\"label\">{label}</span> ");
        }
        self.text(at, *kind == BlockKind::Code, runs, inserts, out);
        let _ = writeln!(out, "</{tag}>");
    }

    /// Whether fixes that can be applied leave nothing of a block.
    fn is_taken_out(&self, block: &Range<usize>, runs: &[usize]) -> bool {
        let mut at = block.start;
        for run in runs.iter().map(|&i| &self.runs[i]) {
            if matches!(run.kind, Kind::Deleted(_, safety) if safety > Safety::Display) && run.at.start <= at {
                at = at.max(run.at.end);
            }
        }
        at >= block.end
    }

    /// A block's text. Elements that overlap are closed and opened again, so that they nest.
    fn text(&mut self, block: Range<usize>, code: bool, here: &[usize], inserts: &[usize], out: &mut String) {
        let text = &self.view.text;
        let clip = |run: &Run| run.at.start.max(block.start)..run.at.end.min(block.end);
        let mut stops: Vec<usize> = here.iter().flat_map(|&i| [clip(&self.runs[i]).start, clip(&self.runs[i]).end]).collect();
        stops.extend(inserts.iter().map(|&i| self.inserts[i].at));
        stops.extend([block.start, block.end]);
        stops.retain(|&at| text.is_char_boundary(at));
        stops.sort_unstable();
        stops.dedup();
        let mut open: Vec<usize> = Vec::new();
        let mut done = block.start;
        for stop in stops {
            visible_into(&text[done..stop], code, out);
            done = stop;
            let ends = |runs: &[Run], i: usize| !runs[i].at.is_empty() && clip(&runs[i]).end == stop;
            let mut again = Vec::new();
            // What comes stands next to what goes, inside the underline.
            let goes = |runs: &[Run], i: usize| ends(runs, i) && matches!(runs[i].kind, Kind::Deleted(..));
            self.close(&mut open, &mut again, |runs, i| goes(runs, i), out);
            for &i in inserts {
                if self.inserts[i].at == stop {
                    self.insert(i, out);
                }
            }
            self.close(&mut open, &mut again, |runs, i| ends(runs, i), out);
            for &i in here {
                let run = &self.runs[i];
                let last = if run.at.is_empty() { run.at.start == stop } else { run.at.end == stop };
                if let Kind::Finding(index) = run.kind
                    && last
                {
                    let severity = self.findings[index].severity.name();
                    if run.at.is_empty() {
                        let _ = write!(out, "<mark class=\"{severity} point\" data-f=\"{}\"></mark>", index + 1);
                    }
                    self.reference(index, severity, out);
                }
            }
            again.retain(|&i: &usize| !ends(&self.runs, i));
            let starts = here.iter().copied().filter(|&i| !self.runs[i].at.is_empty() && clip(&self.runs[i]).start == stop);
            again.extend(starts.filter(|&i| !ends(&self.runs, i)));
            again.sort_unstable();
            for i in again {
                self.open(i, out);
                open.push(i);
            }
        }
    }

    /// Closes the open elements that `ends` names, and those inside them, which are to be opened again.
    fn close(&self, open: &mut Vec<usize>, again: &mut Vec<usize>, ends: impl Fn(&[Run], usize) -> bool, out: &mut String) {
        let Some(outermost) = open.iter().position(|&i| ends(&self.runs, i)) else { return };
        for i in open.drain(outermost..).rev() {
            out.push_str(if matches!(self.runs[i].kind, Kind::Finding(_)) { "</mark>" } else { "</span>" });
            if !ends(&self.runs, i) {
                again.push(i);
            }
        }
    }

    fn open(&mut self, i: usize, out: &mut String) {
        // Elsewhere a line may break at a blank, and blanks fall together.
        let text = self.view.text.get(self.runs[i].at.clone()).unwrap_or("");
        let blank = if text.contains("  ") || text.trim().len() < text.len() { " blank" } else { "" };
        let first = !std::mem::replace(&mut self.runs[i].named, true);
        let _ = match self.runs[i].kind {
            Kind::Finding(index) => {
                write!(out, "<mark class=\"{}{blank}\" data-f=\"{}\">", self.findings[index].severity.name(), index + 1)
            }
            Kind::Evidence(index, which) => {
                self.shown.insert((index, which));
                let id = if first { format!(" id=\"e{}-{}-{which}\"", self.number, index + 1) } else { String::new() };
                write!(out, "<span class=\"ev\"{id} data-e=\"{}\">", index + 1)
            }
            Kind::Deleted(owner, safety) => write!(out, "<span class=\"x {}{blank}\" data-f=\"{}\">", safety.name(), owner + 1),
        };
    }

    fn insert(&self, i: usize, out: &mut String) {
        let Insert { text, owner, safety, .. } = &self.inserts[i];
        let _ = write!(out, "<span class=\"y {}\" data-f=\"{}\">", safety.name(), owner + 1);
        visible_into(text, false, out);
        out.push_str("</span>");
    }

    /// The number behind a finding, which leads to what is said about it.
    fn reference(&mut self, index: usize, severity: &str, out: &mut String) {
        self.placed[index] = true;
        let (n, d) = (index + 1, self.number);
        let _ = write!(
            out,
            "<a class=\"ref {severity}\" id=\"m{d}-{n}\" href=\"#f{d}-{n}\" data-f=\"{n}\" aria-label=\"finding {n}: {severity}, "
        );
        escape_into(&self.findings[index].rule.id, out);
        let _ = write!(out, "\">{n}</a>");
    }
}

/// The element around blocks of a kind that follow one another.
fn group(kind: BlockKind) -> Option<(&'static str, &'static str)> {
    match kind {
        BlockKind::Item => Some(("<ul>\n", "</ul>\n")),
        BlockKind::Quote => Some(("<blockquote>\n", "</blockquote>\n")),
        BlockKind::Cell => Some(("<div class=\"cells\">\n", "</div>\n")),
        _ => None,
    }
}
