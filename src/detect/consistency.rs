//! Dates that cannot be, and figures, ages and names that one text gives in two ways.

use rustc_hash::FxHashMap;

use crate::detect::place::Place;
use crate::detect::{Cx, Detector};
use crate::doc::Doc;
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::Safety;
use crate::rule::vocab::{ListId, Vocab};
use crate::text::calendar::{self, MONTHS, WEEKDAYS};
use crate::text::figure;
use crate::text::token::{Flags, Kind};

pub(super) struct Consistency {
    weekday: Option<usize>,
    impossible: Option<usize>,
    age: Option<usize>,
    quantity: Option<usize>,
    expansion: Option<usize>,
    two_acronyms: Option<usize>,
    after: ListId,
}

/// A date in the text: where it ends, relative to where it was looked for.
#[derive(Clone, Copy, Debug)]
struct Date {
    day: u32,
    month: u32,
    year: Option<u32>,
    month_first: bool,
    end: isize,
}

/// A day of up to two digits, with or without its ending; 32 and more are read too.
fn day_number(here: Place<'_>, by: isize) -> Option<u32> {
    let (number, suffix) = figure::split_suffix(here.text(by));
    let fits = number.len() <= 2 && matches!(suffix, "" | "st" | "nd" | "rd" | "th");
    number.parse().ok().filter(|d| fits && *d > 0)
}

/// The date that starts `by` tokens on: `5 March 2023`, `5th of March`, `March 5, 2023`.
fn date_at(here: Place<'_>, by: isize) -> Option<Date> {
    let year_after = |end: isize| {
        let skip = if here.text(end + 1) == "," { 2 } else { 1 };
        here.year(end + skip).filter(|y| *y >= 1900).map(|y| (y, end + skip))
    };
    let finish = |day, month, month_first, end| {
        let year = year_after(end);
        Date { day, month, year: year.map(|y| y.0), month_first, end: year.map_or(end, |y| y.1) }
    };
    if let Some(day) = day_number(here, by) {
        let at = by + 1 + isize::from(here.is(by + 1, &["of"]));
        return here.month(at).map(|month| finish(day, month, false, at));
    }
    let month = here.month(by)?;
    let at = by + 1 + isize::from(here.text(by + 1) == "." && here.text(by).len() < 5);
    day_number(here, at).map(|day| finish(day, month, true, at))
}

impl Consistency {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self {
            weekday: ids.get("weekday-and-date-disagree").copied(),
            impossible: ids.get("date-that-cannot-be").copied(),
            age: ids.get("one-person-two-ages").copied(),
            quantity: ids.get("one-figure-two-values").copied(),
            expansion: ids.get("acronym-expanded-two-ways").copied(),
            two_acronyms: ids.get("name-with-two-acronyms").copied(),
            after: vocab.list("after-date"),
        }
    }

    /// “Tuesday, 5 March 2023”, “March 5, 2023 (Tuesday)”
    fn weekday(&self, here: Place<'_>, out: &mut Sink<'_>) {
        let Some(named) = here.weekday(0) else { return };
        let skip = (1..4).find(|by| !matches!(here.text(*by), "," | "the" | "(")).unwrap_or(1);
        let Some(date) = date_at(here, skip) else { return };
        let Some(year) = date.year else { return };
        let Some(real) = calendar::weekday_of(year, date.month, date.day).filter(|real| *real != named) else { return };
        let month = MONTHS[date.month as usize - 1];
        let shift = (named + 7 - real) % 7;
        let other = near_dates(date, year, shift);
        let fix =
            |title: String, from, to, text: String| HitFix { title, edits: vec![(here.range(from, to), text)], safety: Safety::Display };
        let fixes = vec![fix(format!("perhaps {}", WEEKDAYS[real]), 0, 0, WEEKDAYS[real].to_owned())];
        let evidence = vec![
            (format!("{} {month} {year} was a {}", date.day, WEEKDAYS[real]), Some(here.range(skip, date.end))),
            (format!("the nearest {}s were {other}", WEEKDAYS[named]), None),
        ];
        let values = vec![("real", WEEKDAYS[real].to_owned())];
        out.report(here.doc, self.weekday, here.tokens(0, date.end), Draft { fixes, evidence, values, ..Draft::default() });
    }

    /// “31 June”, “February 29, 2023”
    fn impossible(&self, here: Place<'_>, out: &mut Sink<'_>) {
        let Some(date) = date_at(here, 0) else { return };
        let most = calendar::days_in(date.month, date.year);
        // April, May, June and August are names too, and a month may be followed by a count.
        let led = here.is(-1, &["on", "the", "by", "until", "from", "to", "of", "since", "till", "before", "after"])
            || here.text(-1) == ","
            || calendar::weekday(here.text(-1)).is_some();
        let free = date.year.is_some() || here.pauses(date.end + 1) || here.on(self.after, date.end + 1);
        let counted = date.month_first && date.year.is_none() && here.is(-1, &["in", "of", "since"]);
        if date.day <= most || !led || !free || counted || date.day > 39 {
            return;
        }
        let evidence = match date.year.filter(|_| date.month == 2 && date.day == 29) {
            Some(year) => format!("{year} was no leap year"),
            None => format!("{} has {most} days", MONTHS[date.month as usize - 1]),
        };
        let draft = Draft { evidence: vec![(evidence, None)], ..Draft::default() };
        out.report(here.doc, self.impossible, here.tokens(0, date.end), draft);
    }

    /// “Ana Ruiz, 34, …” and later “Ana Ruiz, 43, …”
    fn ages(&self, doc: &Doc<'_>, out: &mut Sink<'_>) {
        let mut seen: FxHashMap<(&str, &str), (u32, usize)> = FxHashMap::default();
        for sent in &doc.sents {
            for at in (sent.first..sent.last).filter(|i| doc.tokens[*i].kind == Kind::Num) {
                let here = Place { doc, sent, at };
                let Some(age) = here.whole(0).filter(|a| (1..=110).contains(a)) else { continue };
                let name = |by: isize| here.kind(by) == Some(Kind::Word) && here.has(by, Flags::CAP) && here.month(by).is_none();
                let listed = here.text(-1) == ","
                    && here.glued(-1)
                    && here.text(1) == ","
                    && here.glued(1)
                    && here.has(2, Flags::LOWER)
                    && name(-2)
                    && name(-3);
                let old = here.text(1) == "-" && here.is(2, &["year"]) && here.text(3) == "-" && here.is(4, &["old"]) && name(5) && name(6);
                let key = if listed {
                    (here.text(-3), here.text(-2))
                } else if old {
                    (here.text(5), here.text(6))
                } else {
                    continue;
                };
                let Some(&(first, place)) = seen.get(&key) else {
                    seen.insert(key, (age, at));
                    continue;
                };
                if first.abs_diff(age) < 2 {
                    continue;
                }
                let text = first.to_string();
                let fix =
                    HitFix { title: format!("perhaps {text}"), edits: vec![(here.range(0, 0), text.clone())], safety: Safety::Display };
                let evidence = vec![(format!("{} {} is {first} here", key.0, key.1), Some(doc.tokens[place].at))];
                let values = vec![("name", format!("{} {}", key.0, key.1)), ("other", text)];
                out.report(doc, self.age, here.tokens(0, 0), Draft { fixes: vec![fix], evidence, values, ..Draft::default() });
            }
        }
    }

    /// “killed 12 people” and later “killed 21 people”
    fn quantities(&self, doc: &Doc<'_>, out: &mut Sink<'_>) {
        let mut seen: FxHashMap<[String; 3], (u64, usize)> = FxHashMap::default();
        for sent in &doc.sents {
            for at in (sent.first..sent.last).filter(|i| doc.tokens[*i].kind == Kind::Num) {
                let here = Place { doc, sent, at };
                let content = |by: isize| {
                    here.kind(by) == Some(Kind::Word) && here.has(by, Flags::LOWER) && here.text(by).len() > 2 && !here.on(self.after, by)
                };
                if !content(-1) || !content(1) {
                    continue;
                }
                let Some(value) = here.text(0).replace(',', "").parse::<u64>().ok().filter(|v| *v >= 10) else { continue };
                let key = [here.text(-1).to_lowercase(), here.text(1).to_lowercase(), here.text(2).to_lowercase()];
                let Some(&(first, place)) = seen.get(&key) else {
                    seen.insert(key, (value, at));
                    continue;
                };
                // A writer who puts both into one sentence tells them apart.
                let together = doc.sent_of(place).is_some_and(|s| s.first == sent.first);
                if together || !alike(first, value) {
                    continue;
                }
                let text = doc.text(place).to_owned();
                let fix =
                    HitFix { title: format!("perhaps {text}"), edits: vec![(here.range(0, 0), text.clone())], safety: Safety::Display };
                let evidence =
                    vec![(format!("“{}” stands here", doc.range(place - 1, place + 1).of(&doc.view.text)), Some(doc.tokens[place].at))];
                let values = vec![("other", text)];
                out.report(doc, self.quantity, here.tokens(0, 1), Draft { fixes: vec![fix], evidence, values, ..Draft::default() });
            }
        }
    }

    /// “European Central Bank (ECB)” and later “Central European Bank (ECB)”
    fn acronyms(&self, doc: &Doc<'_>, out: &mut Sink<'_>) {
        let mut by_acronym: FxHashMap<&str, Expansion> = FxHashMap::default();
        let mut by_name: FxHashMap<Vec<String>, (&str, usize)> = FxHashMap::default();
        for sent in &doc.sents {
            for at in sent.first..sent.last {
                if !doc.tokens[at].is(Flags::UPPER) {
                    continue;
                }
                let here = Place { doc, sent, at };
                let short = here.text(0);
                if here.text(-1) != "(" || here.text(1) != ")" || !(3..=6).contains(&short.chars().count()) {
                    continue;
                }
                let Some(found) = Expansion::before(here) else { continue };
                match by_acronym.get(short) {
                    Some(first) if first.rivals(&found) => {
                        let wanted = doc.range(first.first, first.last).of(&doc.view.text);
                        let at = doc.range(found.first, found.last);
                        let fix =
                            HitFix {
                                title: format!("perhaps “{wanted}”"), edits: vec![(at, wanted.to_owned())], safety: Safety::Display
                            };
                        let draft = Draft {
                            fixes: vec![fix],
                            evidence: vec![(format!("{short} stands for “{wanted}” here"), Some(doc.range(first.first, first.last)))],
                            values: vec![("other", wanted.to_owned()), ("short", short.to_owned())],
                            ..Draft::default()
                        };
                        out.report(doc, self.expansion, (found.first, found.last + 1), draft);
                    }
                    Some(_) => {}
                    None => {
                        by_acronym.insert(short, found.clone());
                    }
                }
                if found.words.len() < 3 {
                    continue;
                }
                match by_name.get(&found.words) {
                    Some((other, place)) if *other != short && permuted(other, short) => {
                        let fix = HitFix {
                            title: format!("perhaps “{other}”"),
                            edits: vec![(doc.tokens[at].at, (*other).to_owned())],
                            safety: Safety::Display,
                        };
                        let draft = Draft {
                            fixes: vec![fix],
                            evidence: vec![(format!("the same name is “{other}” here"), Some(doc.tokens[*place].at))],
                            values: vec![("other", (*other).to_owned())],
                            ..Draft::default()
                        };
                        out.report(doc, self.two_acronyms, (at, at + 1), draft);
                    }
                    Some(_) => {}
                    None => {
                        by_name.insert(found.words, (short, at));
                    }
                }
            }
        }
    }
}

/// The dates before and after `date` that fall on the day of the week `shift` days later.
fn near_dates(date: Date, year: u32, shift: usize) -> String {
    let later = u32::try_from(shift).unwrap_or(0);
    let name = |day: u32, month: u32| format!("{day} {}", MONTHS[(month as usize + 11) % 12]);
    let most = calendar::days_in(date.month, Some(year));
    let next =
        if date.day + later <= most { name(date.day + later, date.month) } else { name(date.day + later - most, date.month % 12 + 1) };
    let back = 7 - later;
    let before = if date.day > back {
        name(date.day - back, date.month)
    } else {
        let month = (date.month + 10) % 12 + 1;
        name(calendar::days_in(month, Some(year)) + date.day - back, month)
    };
    format!("{before} and {next}")
}

/// Whether one figure is the other with digits in another order or zeros more or fewer.
fn alike(a: u64, b: u64) -> bool {
    let sorted = |v: u64| {
        let mut digits = v.to_string().into_bytes();
        digits.sort_unstable();
        digits
    };
    let (low, high) = (a.min(b), a.max(b));
    // Round figures grow by tens in any account; odd ones do not.
    let scaled = low > 0 && !low.is_multiple_of(10) && matches!(high / low, 10 | 100 | 1000) && high.is_multiple_of(low);
    a != b && (scaled || sorted(a) == sorted(b))
}

/// Whether two acronyms have the same letters, two or more of them moved.
fn permuted(a: &str, b: &str) -> bool {
    let sorted = |s: &str| {
        let mut letters: Vec<char> = s.chars().collect();
        letters.sort_unstable();
        letters
    };
    a != b && sorted(a) == sorted(b)
}

/// What stands before an acronym in brackets.
#[derive(Clone, Debug)]
struct Expansion {
    /// Its words of weight, folded.
    words: Vec<String>,
    first: usize,
    last: usize,
}

/// A word as it counts for comparison: no capital, no plural, one spelling.
fn bare(word: &str) -> String {
    let word = word.to_lowercase();
    let word = word.strip_suffix('s').filter(|w| w.len() > 3).unwrap_or(&word);
    word.replace("isation", "ization").replace("defence", "defense").replace("centre", "center").replace("labour", "labor")
}

impl Expansion {
    /// The words with capitals before the bracket, as many as the acronym has letters.
    fn before(here: Place<'_>) -> Option<Self> {
        let letters = here.text(0).chars().count();
        let mut words: Vec<String> = Vec::new();
        let mut first = None;
        let mut by = -2;
        while words.len() < letters {
            let word = here.kind(by) == Some(Kind::Word);
            if word && here.has(by, Flags::CAP) {
                words.push(bare(here.text(by)));
                first = here.index(by);
            } else if !(word && here.is(by, &["of", "for", "the", "and", "on", "in", "to"]) && !words.is_empty()) {
                break;
            }
            by -= 1;
        }
        words.reverse();
        let last = here.index(-2)?;
        // An expansion accounts for every letter: else some word was left out, and nothing is certain.
        (words.len() == letters).then_some(Self { words, first: first?, last })
    }

    /// Whether `other` has the same words in another order, or one word replaced.
    fn rivals(&self, other: &Self) -> bool {
        if self.words.len() != other.words.len() || self.words == other.words {
            return false;
        }
        let sorted = |words: &[String]| {
            let mut words = words.to_vec();
            words.sort_unstable();
            words
        };
        if sorted(&self.words) == sorted(&other.words) {
            return true;
        }
        let differ: Vec<_> = self.words.iter().zip(&other.words).filter(|(a, b)| a != b).collect();
        let near = |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count() >= 4;
        self.words.len() > 2 && differ.len() == 1 && !differ.iter().any(|(a, b)| near(a, b))
    }
}

impl Detector for Consistency {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        for sent in &doc.sents {
            for at in sent.first..sent.last {
                let token = &doc.tokens[at];
                let here = Place { doc, sent, at };
                if token.kind == Kind::Num {
                    if here.month(-1).is_none() {
                        self.impossible(here, out);
                    }
                } else if token.is(Flags::CAP) {
                    self.weekday(here, out);
                    if here.month(0).is_some() && here.day(-1).is_none() {
                        self.impossible(here, out);
                    }
                }
            }
        }
        self.ages(doc, out);
        self.quantities(doc, out);
        self.acronyms(doc, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_that_look_like_slips() {
        assert!(alike(12, 21) && alike(102, 120));
        assert!(alike(35, 350) && alike(35, 35_000));
        assert!(!alike(12, 13) && !alike(50, 500) && !alike(12, 12) && !alike(0, 10));
    }

    #[test]
    fn neighbours_of_a_date() {
        let date = Date { day: 5, month: 3, year: Some(2023), month_first: false, end: 0 };
        assert_eq!(near_dates(date, 2023, 2), "28 February and 7 March");
        let last = Date { day: 31, month: 12, year: Some(2023), month_first: false, end: 0 };
        assert_eq!(near_dates(last, 2023, 1), "25 December and 1 January");
    }

    #[test]
    fn acronyms_in_another_order() {
        assert!(permuted("ECB", "BCE") && !permuted("ECB", "ECJ") && !permuted("ECB", "ECB"));
    }
}
