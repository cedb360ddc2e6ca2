//! A view cut into tokens, sentences and blocks: what rules look at.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use crate::lang::lexicon::Entry;
use crate::lang::recall;
use crate::rule::compile::CPattern;
use crate::rule::vocab::{ListId, Vocab};
use crate::span::ViewRange;
use crate::text::fold_into;
use crate::text::sentence::{self, Break};
use crate::text::token::{self, Flags, Kind, Token};
use crate::view::{BlockKind, View};

/// A sentence: tokens `first..last` of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Index of its first token.
    pub first: usize,
    /// One past its last token.
    pub last: usize,
    /// Index of its block.
    pub block: usize,
    /// Written in title case, like a headline.
    pub title: bool,
}

/// A document ready for rules.
#[derive(Debug)]
pub struct Doc<'a> {
    /// The readable text.
    pub view: &'a View,
    /// All tokens, block after block.
    pub tokens: Vec<Token>,
    /// All sentences in order.
    pub sents: Vec<Sent>,
    /// For each block, its sentences (indices into `sents`).
    pub block_sents: Vec<std::ops::Range<usize>>,
    /// Stops that look wrong: the text goes on in lower case.
    pub suspects: Vec<usize>,
    /// Double quotation marks without a partner in their block.
    pub lonely_quotes: Vec<usize>,
    /// How many words a reader sees.
    pub words: usize,
    /// For each block, whether it is set in short lines.
    verse: Vec<bool>,
    /// Which patterns stand anywhere in the document, as far as guards have asked, by their address.
    held: RefCell<FxHashMap<usize, bool>>,
    pub(crate) vocab: &'a Vocab,
}

/// Whether a block's lines are all short, and more than two.
fn is_verse(text: &str) -> bool {
    const WIDEST: usize = 50;
    let mut lines = 0;
    text.lines().all(|line| {
        lines += 1;
        line.len() <= WIDEST
    }) && lines > 2
}

struct Splitter<'a> {
    text: &'a str,
    vocab: &'a Vocab,
    abbreviations: ListId,
    starters: ListId,
}

impl sentence::Words for Splitter<'_> {
    fn is_abbreviation(&self, token: &Token) -> bool {
        token.is_word() && self.vocab.in_list(self.abbreviations, token.sym)
    }
    fn is_starter(&self, token: &Token) -> bool {
        self.vocab.in_list(self.starters, token.sym)
    }
    fn text(&self, token: &Token) -> &str {
        token.at.of(self.text)
    }
}

impl<'a> Doc<'a> {
    /// Cuts `view` into tokens and sentences.
    #[must_use]
    pub fn build(view: &'a View, vocab: &'a Vocab) -> Self {
        let mut doc = Doc {
            view,
            tokens: Vec::with_capacity(view.text.len() / 5),
            sents: Vec::with_capacity(view.text.len() / 100),
            block_sents: Vec::with_capacity(view.blocks.len()),
            suspects: Vec::new(),
            lonely_quotes: Vec::new(),
            words: 0,
            verse: view.blocks.iter().map(|b| is_verse(b.view.of(&view.text))).collect(),
            held: RefCell::default(),
            vocab,
        };
        let splitter =
            Splitter { text: &view.text, vocab, abbreviations: vocab.list("abbreviations"), starters: vocab.list("sentence-starters") };
        let mut folded = String::new();
        for (index, block) in view.blocks.iter().enumerate() {
            let first_sent = doc.sents.len();
            if block.kind != BlockKind::Code {
                let first = doc.tokens.len();
                token::tokenise(&view.text, block.view, &mut doc.tokens);
                let tokens = &mut doc.tokens[first..];
                for token in tokens.iter_mut() {
                    fold_into(token.at.of(&view.text), &mut folded);
                    token.sym = vocab.sym(&folded);
                    doc.words += usize::from(
                        matches!(token.kind, Kind::Word | Kind::Num | Kind::Url)
                            && (token.is(Flags::SPACE) || token.at.start == block.view.start),
                    );
                }
                let lonely = sentence::pair_quotes(tokens, |t| t.at.of(&view.text).chars().next().unwrap_or(' '));
                doc.lonely_quotes.extend(lonely.into_iter().map(|i| i + first));
                doc.split(first, index, &splitter);
            }
            doc.block_sents.push(first_sent..doc.sents.len());
        }
        doc
    }

    fn split(&mut self, first: usize, block: usize, splitter: &Splitter<'_>) {
        let tokens = &self.tokens[first..];
        let mut start = 0;
        let mut at = 0;
        while at < tokens.len() {
            let (found, last) = if tokens[at].kind == Kind::Punct { sentence::judge(tokens, at, splitter) } else { (Break::None, at) };
            match found {
                Break::Firm => {
                    self.sents.push(Sent { first: first + start, last: first + last + 1, block, title: false });
                    start = last + 1;
                    at = last;
                }
                Break::Suspect => self.suspects.push(first + at),
                Break::None => {}
            }
            at += 1;
        }
        if start < tokens.len() {
            self.sents.push(Sent { first: first + start, last: self.tokens.len(), block, title: false });
        }
        let from = self.sents.len() - self.sents[..].iter().rev().take_while(|s| s.block == block).count();
        for i in from..self.sents.len() {
            self.sents[i].title = self.is_title(self.sents[i]);
        }
    }

    /// Whether a sentence is a headline in title case (guard 1 of the surface rules).
    fn is_title(&self, sent: Sent) -> bool {
        let (mut long, mut caps) = (0, 0);
        let mut words = 0;
        for token in self.tokens[sent.first..sent.last].iter().filter(|t| t.is_word()).skip(1) {
            words += 1;
            if token.at.len() > 3 {
                long += 1;
                caps += usize::from(token.is(Flags::CAP));
            }
        }
        let stop = self.text(sent.last - 1);
        let stopped = matches!(stop, "." | "!" | "?" | "”" | "\"" | "…");
        words > 0 && (long >= 3 && caps * 100 >= long * 85 || long >= 2 && caps * 100 >= long * 60 && !stopped)
    }

    /// The text of token `i`; empty when there is none.
    #[must_use]
    pub fn text(&self, i: usize) -> &str {
        self.tokens.get(i).map_or("", |t| t.at.of(&self.view.text))
    }
    /// The bytes from token `first` to token `last`, both included.
    #[must_use]
    pub fn range(&self, first: usize, last: usize) -> ViewRange {
        self.tokens[first].at.cover(self.tokens[last].at)
    }
    /// Whether token `i` is on the word list.
    #[must_use]
    pub fn on(&self, list: ListId, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| self.vocab.in_list(list, t.sym))
    }
    /// What the English lexicon says of token `i`, in lower case.
    #[must_use]
    pub fn entry(&self, i: usize) -> Entry {
        recall::entry(self.text(i))
    }
    /// Whether a line ends between token `i` and the one before it.
    #[must_use]
    pub fn starts_line(&self, i: usize) -> bool {
        let (Some(before), Some(token)) = (i.checked_sub(1).and_then(|p| self.tokens.get(p)), self.tokens.get(i)) else { return true };
        self.view.text[before.at.end as usize..token.at.start as usize].contains(['\n', '\r'])
    }
    /// Whether a guard's pattern stands anywhere, looked up by `find` once.
    pub(crate) fn holds(&self, pattern: &CPattern, find: impl FnOnce(&CPattern) -> bool) -> bool {
        let key = std::ptr::from_ref(pattern) as usize;
        if let Some(&known) = self.held.borrow().get(&key) {
            return known;
        }
        let found = find(pattern);
        self.held.borrow_mut().insert(key, found);
        found
    }
    /// Whether a sentence stands in a block set in short lines, like a poem, where capitals and stops follow the lines.
    #[must_use]
    pub fn in_verse(&self, sent: &Sent) -> bool {
        self.verse.get(sent.block).is_some_and(|verse| *verse)
    }
    /// The sentence that holds token `i`.
    #[must_use]
    pub fn sent_of(&self, i: usize) -> Option<&Sent> {
        let at = self.sents.partition_point(|s| s.last <= i);
        self.sents.get(at).filter(|s| s.first <= i)
    }
    /// The kind of the block that `sent` stands in.
    #[must_use]
    pub fn kind(&self, sent: &Sent) -> BlockKind {
        self.view.blocks[sent.block].kind
    }
    /// The bytes of the sentence around `range`, or the range itself.
    #[must_use]
    pub fn context(&self, range: ViewRange) -> ViewRange {
        let lo = self.sents.partition_point(|s| self.tokens[s.last - 1].at.end <= range.start);
        let hi = self.sents.partition_point(|s| self.tokens[s.first].at.start < range.end.max(range.start + 1));
        if lo >= self.sents.len() || hi <= lo {
            return range;
        }
        let block = self.sents[lo].block;
        let hi = (lo..hi).rev().find(|i| self.sents[*i].block == block).unwrap_or(lo);
        self.range(self.sents[lo].first, self.sents[hi].last - 1).cover(range)
    }
}
