//! Matches one pattern at one token, with backtracking over bounded gaps and options.

use crate::doc::{Doc, Sent};
use crate::rule::compile::{CAtom, CItem, CPattern, CTest};
use crate::rule::pattern::{Class, Group};
use crate::text::inflect::Form;
use crate::text::token::{Flags, Kind};

/// Where a match must end.
#[derive(Clone, Copy)]
pub(crate) enum Bounds {
    /// Anywhere.
    Free,
    /// Exactly before this token.
    EndAt(usize),
    /// At this token or later.
    EndFrom(usize),
}

/// A pattern's match: tokens `first..last`, and where each item stands.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    pub first: usize,
    pub last: usize,
    ends: Vec<usize>,
    /// The inflection the first `$word` was found in.
    pub form: Option<Form>,
}

impl Match {
    /// Tokens of items `first..last`; `None` when they are empty.
    fn items(&self, first: usize, last: usize) -> Option<(usize, usize)> {
        let from = if first == 0 { self.first } else { self.ends[first - 1] };
        let to = self.ends[last - 1];
        (from < to).then_some((from, to))
    }
    /// The tokens to flag.
    pub(crate) fn focus(&self, pattern: &CPattern) -> (usize, usize) {
        pattern.focus.and_then(|(a, b)| self.items(a, b)).unwrap_or((self.first, self.last))
    }
    /// The tokens of a capture.
    pub(crate) fn group(&self, group: &Group) -> Option<(usize, usize)> {
        (group.first < group.last).then(|| self.items(group.first, group.last)).flatten()
    }
}

struct Run<'a> {
    doc: &'a Doc<'a>,
    sent: &'a Sent,
    items: &'a [CItem],
    bounds: Bounds,
    ends: Vec<usize>,
    form: Option<Form>,
    furthest: usize,
}

/// The match of `pattern` that starts at token `start`, if any.
pub(crate) fn match_at(pattern: &CPattern, doc: &Doc<'_>, sent: &Sent, start: usize, bounds: Bounds) -> Option<Match> {
    // Rule out nearly all calls before anything is allocated.
    if let Some(CItem { test: CTest::Any(atoms), optional: false }) = pattern.items.first() {
        let fails =
            |atom: &CAtom| !matches!(atom, CAtom::List(_) | CAtom::Phrase(_) | CAtom::Start | CAtom::End) && !single(atom, doc, start);
        if start >= sent.last || atoms.iter().all(fails) {
            return None;
        }
    }
    let mut run = Run { doc, sent, items: &pattern.items, bounds, ends: Vec::with_capacity(pattern.items.len()), form: None, furthest: 0 };
    let last = run.step(0, start)?;
    (last > start).then(|| Match { first: start, last, ends: std::mem::take(&mut run.ends), form: run.form })
}

/// How many steps the pattern gets at `start` before it fails.
pub(crate) fn furthest(pattern: &CPattern, doc: &Doc<'_>, sent: &Sent, start: usize) -> usize {
    let mut run = Run { doc, sent, items: &pattern.items, bounds: Bounds::Free, ends: Vec::new(), form: None, furthest: 0 };
    run.step(0, start);
    run.furthest
}

impl Run<'_> {
    fn step(&mut self, item: usize, at: usize) -> Option<usize> {
        self.furthest = self.furthest.max(item);
        let Some(CItem { test, optional }) = self.items.get(item) else {
            return match self.bounds {
                Bounds::Free => true,
                Bounds::EndAt(end) => at == end,
                Bounds::EndFrom(end) => at >= end,
            }
            .then_some(at);
        };
        match test {
            CTest::Start => {
                if self.starts(at) {
                    return self.take(item, at);
                }
            }
            CTest::End => {
                let ends =
                    self.doc.tokens[at.min(self.sent.last)..self.sent.last].iter().all(|t| !matches!(t.kind, Kind::Word | Kind::Num));
                if ends {
                    return self.take(item, at);
                }
            }
            CTest::Gap(most) => {
                for n in 0..=*most {
                    if at + n > self.sent.last {
                        break;
                    }
                    if let Some(end) = self.take(item, at + n) {
                        return Some(end);
                    }
                }
            }
            CTest::Not(atoms) => {
                if at < self.sent.last
                    && !atoms.iter().any(|a| self.lengths(a, at).into_iter().flatten().next().is_some())
                    && let Some(end) = self.take(item, at + 1)
                {
                    return Some(end);
                }
            }
            CTest::Any(atoms) => {
                let atoms: &[CAtom] = atoms;
                for atom in atoms {
                    let kept = self.form;
                    if let (CAtom::Forms(forms), None) = (atom, self.form) {
                        let sym = self.doc.tokens.get(at).map_or(0, |t| t.sym);
                        self.form = forms.iter().find(|(s, _)| *s == sym).map(|(_, f)| *f);
                    }
                    for n in self.lengths(atom, at).into_iter().flatten() {
                        if let Some(end) = self.take(item, at + n) {
                            return Some(end);
                        }
                    }
                    self.form = kept;
                }
            }
        }
        if *optional { self.take(item, at) } else { None }
    }

    /// Goes on after item `item`, which ends before token `end`.
    fn take(&mut self, item: usize, end: usize) -> Option<usize> {
        self.ends.truncate(item);
        self.ends.push(end);
        let found = self.step(item + 1, end);
        if found.is_none() {
            self.ends.truncate(item);
        }
        found
    }

    /// Whether only quotation marks stand in the sentence before `at`.
    fn starts(&self, at: usize) -> bool {
        self.doc.tokens[self.sent.first..at.min(self.sent.last)].iter().all(|t| t.kind == Kind::Quote)
    }

    /// Whether no word or number of the sentence stands at `at` or later.
    fn ends(&self, at: usize) -> bool {
        self.doc.tokens[at.min(self.sent.last)..self.sent.last].iter().all(|t| !matches!(t.kind, Kind::Word | Kind::Num))
    }

    /// How many tokens `atom` can cover at `at`: at most two lengths, longest first.
    fn lengths(&self, atom: &CAtom, at: usize) -> [Option<usize>; 2] {
        match atom {
            CAtom::Start => return [self.starts(at).then_some(0), None],
            CAtom::End => return [self.ends(at).then_some(0), None],
            _ => {}
        }
        if at >= self.sent.last {
            return [None, None];
        }
        let one = |held: bool| [held.then_some(1), None];
        match atom {
            CAtom::List(list) => {
                let token = &self.doc.tokens[at];
                let mut longest = None;
                for (syms, cap) in self.doc.vocab.phrases(*list, token.sym) {
                    let here = self.doc.tokens[at..self.sent.last].iter().map(|t| t.sym).take(syms.len()).eq(syms.iter().copied());
                    if here && (!cap || token.is(Flags::CAP)) {
                        longest = Some(syms.len());
                        break;
                    }
                }
                let single = self.doc.vocab.in_list_plain(*list, token.sym).then_some(1);
                if longest.is_some() { [longest, single.filter(|_| longest != Some(1))] } else { [single, None] }
            }
            CAtom::Phrase(parts) => {
                let held = at + parts.len() <= self.sent.last && parts.iter().enumerate().all(|(i, p)| single(p, self.doc, at + i));
                [held.then_some(parts.len()), None]
            }
            _ => one(single(atom, self.doc, at)),
        }
    }
}

/// Whether a one-token atom holds at `at`.
fn single(atom: &CAtom, doc: &Doc<'_>, at: usize) -> bool {
    let Some(token) = doc.tokens.get(at) else { return false };
    match atom {
        CAtom::Word(sym) => token.sym == *sym,
        CAtom::Exact(sym, text) => token.sym == *sym && (same(doc.text(at), text) || token.is(Flags::UPPER)),
        CAtom::Verbatim(sym, text) => token.sym == *sym && same(doc.text(at), text),
        CAtom::Forms(forms) => forms.iter().any(|(s, _)| *s == token.sym),
        CAtom::Class(class) => match class {
            Class::Cap => token.is_word() && token.is(Flags::CAP),
            Class::Lower => token.is_word() && token.is(Flags::LOWER),
            Class::Upper => token.is(Flags::UPPER),
            Class::Num => token.kind == Kind::Num,
            Class::Word => token.is_word(),
            Class::Any => true,
            Class::Punct => token.kind == Kind::Punct,
            Class::Quote => token.kind == Kind::Quote,
        },
        CAtom::List(list) => doc.vocab.in_list(*list, token.sym),
        CAtom::Phrase(_) | CAtom::Start | CAtom::End => false,
    }
}

/// Equal but for the kind of apostrophe.
fn same(found: &str, wanted: &str) -> bool {
    found == wanted || found.contains(['’', 'ʼ']) && found.replace(['’', 'ʼ'], "'") == wanted
}
