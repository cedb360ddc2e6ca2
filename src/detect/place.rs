//! A token and its neighbours, as detectors of figures look at them.

use crate::doc::{Doc, Sent};
use crate::rule::vocab::ListId;
use crate::span::ViewRange;
use crate::text::calendar;
use crate::text::token::{Flags, Kind, Token};

/// A token of a sentence; neighbours beyond the sentence are empty.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) doc: &'a Doc<'a>,
    pub(super) sent: &'a Sent,
    pub(super) at: usize,
}

impl<'a> Place<'a> {
    /// The number of the token `by` places on (or back), when it is in the sentence.
    pub(super) fn index(&self, by: isize) -> Option<usize> {
        self.at.checked_add_signed(by).filter(|i| (self.sent.first..self.sent.last).contains(i))
    }
    pub(super) fn token(&self, by: isize) -> Option<&'a Token> {
        self.index(by).and_then(|i| self.doc.tokens.get(i))
    }
    pub(super) fn text(&self, by: isize) -> &'a str {
        self.token(by).map_or("", |t| t.at.of(&self.doc.view.text))
    }
    pub(super) fn is(&self, by: isize, words: &[&str]) -> bool {
        let text = self.text(by);
        words.iter().any(|w| w.eq_ignore_ascii_case(text))
    }
    pub(super) fn on(&self, list: ListId, by: isize) -> bool {
        self.index(by).is_some_and(|i| self.doc.on(list, i))
    }
    pub(super) fn has(&self, by: isize, flag: Flags) -> bool {
        self.token(by).is_some_and(|t| t.is(flag))
    }
    pub(super) fn kind(&self, by: isize) -> Option<Kind> {
        self.token(by).map(|t| t.kind)
    }
    /// A number of digits only.
    pub(super) fn whole(&self, by: isize) -> Option<u32> {
        let text = self.token(by).filter(|t| t.kind == Kind::Num)?.at.of(&self.doc.view.text);
        (text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
    }
    /// A day of a month: one or two digits.
    pub(super) fn day(&self, by: isize) -> Option<u32> {
        self.whole(by).filter(|d| self.text(by).len() <= 2 && (1..=31).contains(d))
    }
    /// A year of four digits.
    pub(super) fn year(&self, by: isize) -> Option<u32> {
        self.whole(by).filter(|y| self.text(by).len() == 4 && (1500..=2199).contains(y))
    }
    /// The month named by the token, with its capital.
    pub(super) fn month(&self, by: isize) -> Option<u32> {
        self.has(by, Flags::CAP).then(|| calendar::month(self.text(by))).flatten()
    }
    /// The day of the week named by the token, with its capital.
    pub(super) fn weekday(&self, by: isize) -> Option<usize> {
        self.has(by, Flags::CAP).then(|| calendar::weekday(self.text(by))).flatten()
    }
    /// Whether nothing stands between this token and the one before it.
    pub(super) fn glued(&self, by: isize) -> bool {
        self.token(by).is_some_and(|t| !t.is(Flags::SPACE))
    }
    /// Whether the sentence ends there, or a mark other than a hyphen or per cent sign stands there.
    pub(super) fn pauses(&self, by: isize) -> bool {
        let text = self.text(by);
        text.is_empty()
            || self.kind(by) == Some(Kind::Punct) && !matches!(text, "-" | "%" | "/" | "°" | "&" | "+" | "‑")
            || self.kind(by) == Some(Kind::Quote)
    }
    /// The bytes from one neighbour to another, both in the sentence.
    pub(super) fn range(&self, from: isize, to: isize) -> ViewRange {
        let last = self.index(to).unwrap_or(self.at);
        self.doc.range(self.index(from).unwrap_or(self.at).min(last), last)
    }
    /// The tokens from one neighbour to another, the last excluded, as `Sink::report` wants them.
    pub(super) fn tokens(&self, from: isize, to: isize) -> (usize, usize) {
        (self.index(from).unwrap_or(self.at), self.index(to).unwrap_or(self.at) + 1)
    }
}
