//! Dates and clock times written in the manner of another language.

use rustc_hash::FxHashMap;

use crate::detect::place::Place;
use crate::detect::{Cx, Detector};
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::Safety;
use crate::rule::vocab::{ListId, Vocab};
use crate::text::calendar::{self, MONTHS};
use crate::text::figure;
use crate::text::token::{Flags, Kind};

pub(super) struct Dates {
    day_of: Option<usize>,
    dot_after_day: Option<usize>,
    dotted: Option<usize>,
    bracketed: Option<usize>,
    french_clock: Option<usize>,
    oclock: Option<usize>,
    twice_told: Option<usize>,
    era: Option<usize>,
    thai_year: Option<usize>,
    persian_year: Option<usize>,
    spaced_colon: Option<usize>,
    after: ListId,
    clock_leads: ListId,
    score_words: ListId,
}

/// Hour and minute of `13:25`, `13.25` or `13,25`.
fn clock(text: &str) -> Option<(u32, &str)> {
    let (hour, minute) = text.split_once([':', '.', ','])?;
    let fits = (1..=2).contains(&hour.len()) && minute.len() == 2 && minute.parse::<u32>().is_ok_and(|m| m < 60);
    hour.parse().ok().filter(|h| fits && *h <= 24).map(|h| (h, minute))
}

fn display(title: impl Into<String>, here: Place<'_>, to: isize, text: String) -> HitFix {
    HitFix { title: title.into(), edits: vec![(here.range(0, to), text)], safety: Safety::Display }
}

impl Dates {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self {
            day_of: ids.get("of-inside-date").copied(),
            dot_after_day: ids.get("stop-after-day").copied(),
            dotted: ids.get("dotted-date").copied(),
            bracketed: ids.get("bracketed-day").copied(),
            french_clock: ids.get("clock-with-h").copied(),
            oclock: ids.get("oclock-after-24-hour-time").copied(),
            twice_told: ids.get("pm-after-24-hour-time").copied(),
            era: ids.get("japanese-era-year").copied(),
            thai_year: ids.get("buddhist-year").copied(),
            persian_year: ids.get("persian-year").copied(),
            spaced_colon: ids.get("space-after-colon-in-figures").copied(),
            after: vocab.list("after-date"),
            clock_leads: vocab.list("clock-leads"),
            score_words: vocab.list("score-words"),
        }
    }

    /// Whether the sentence goes on after a date rather than naming what is counted.
    fn ends_date(&self, here: Place<'_>, by: isize) -> bool {
        here.pauses(by) || here.on(self.after, by)
    }

    /// “the 5 of March”, “5 March of 2022”, “on 12 of May of 2023”
    fn day_of(&self, here: Place<'_>, out: &mut Sink<'_>) {
        let Some(day) = here.day(0) else { return };
        let (month_at, first_of) = if here.is(1, &["of"]) { (2, true) } else { (1, false) };
        if here.month(month_at).is_none() || here.text(month_at).len() < 3 || here.is(month_at + 1, &["'s", "’s"]) {
            return;
        }
        let year_at = month_at + 2;
        let second_of = here.is(month_at + 1, &["of"]) && here.year(year_at).is_some();
        let led = here.is(-1, &["on", "from", "until", "since", "by"]);
        if !(second_of || first_of && (led || here.is(-1, &["the"]))) {
            return;
        }
        // “9 of July Avenue”
        let end = if second_of { year_at } else { month_at };
        if here.has(end + 1, Flags::CAP) {
            return;
        }
        let month = here.text(month_at);
        let year = if second_of { format!(" {}", here.text(year_at)) } else { String::new() };
        let date = if here.is(-1, &["the"]) && first_of {
            format!("{day}{} of {month}{year}", figure::ordinal_ending(day))
        } else {
            format!("{day} {month}{year}")
        };
        let draft = Draft::fix(format!("write “{date}”"), here.range(0, end), date, Safety::Unsafe);
        out.report(here.doc, self.day_of, here.tokens(0, end), draft);
    }

    /// “on 10. October 1958”: the stop may have ended a sentence.
    fn dot_after_day(&self, here: Place<'_>, out: &mut Sink<'_>) {
        let doc = here.doc;
        if here.day(0).is_none() || here.text(1) != "." || !here.glued(1) {
            return;
        }
        let month_at = here.at + 2;
        let Some(sent) = doc.sent_of(month_at) else { return };
        let next = Place { doc, sent, at: month_at };
        if sent.block != here.sent.block || next.month(0).is_none() || next.glued(0) {
            return;
        }
        let led = here.is(-1, &["on", "at", "from", "until", "since", "by", "of", "to", "the", "before", "after"])
            || calendar::weekday(here.text(-1)).is_some()
            || here.text(-1) == "," && calendar::weekday(here.text(-2)).is_some();
        let dated = next.year(1).is_some();
        let bound = next.pauses(1) || next.is(1, &["in", "at", "with", "and", "to", "until", "about", "for", "by"]);
        if !(led && (dated || bound) || dated && here.index(-1).is_some() && !here.pauses(-1)) {
            return;
        }
        let whole = doc.range(here.at, month_at);
        let right = format!("{} {}", here.text(0), next.text(0));
        let draft = Draft { at: Some(whole), ..Draft::fix("delete the full stop", whole, right, Safety::Unsafe) };
        out.report(doc, self.dot_after_day, here.tokens(0, 1), draft);
    }

    /// “12.03.2024”, “20.mar.2024”
    fn dotted(&self, here: Place<'_>, out: &mut Sink<'_>) {
        let named = (here.text(1) == "." && here.glued(1) && here.glued(2) && here.text(3) == "." && here.glued(3) && here.glued(4))
            .then(|| (here.day(0), calendar::month(here.text(2)), here.year(4)));
        if let Some((Some(day), Some(month), Some(year))) = named {
            let fix = display("write the date in words", here, 4, format!("{day} {} {year}", MONTHS[month as usize - 1]));
            out.report(here.doc, self.dotted, here.tokens(0, 4), Draft { fixes: vec![fix], ..Draft::default() });
            return;
        }
        let parts: Vec<&str> = here.text(0).split('.').collect();
        let [first, second, year] = parts[..] else { return };
        let short = |text: &str| (1..=2).contains(&text.len());
        let (Ok(a), Ok(b), Ok(y)) = (first.parse::<u32>(), second.parse::<u32>(), year.parse::<u32>()) else { return };
        if !short(first) || !short(second) || year.len() != 4 || !(1900..2100).contains(&y) {
            return;
        }
        let written = |day: u32, month: u32| {
            (day > 0 && day <= calendar::days_in(month, Some(y))).then(|| format!("{day} {} {y}", MONTHS[month as usize - 1]))
        };
        let mut fixes: Vec<HitFix> = Vec::new();
        for text in [written(a, b), written(b, a)].into_iter().flatten() {
            if !fixes.iter().any(|f| f.edits.iter().any(|e| e.1 == text)) {
                fixes.push(display(format!("perhaps {text}"), here, 0, text));
            }
        }
        if !fixes.is_empty() {
            out.report(here.doc, self.dotted, here.tokens(0, 0), Draft { fixes, ..Draft::default() });
        }
    }

    /// “on Saturday (21st)”, “on Friday (1/12)”
    fn bracketed(&self, here: Place<'_>, out: &mut Sink<'_>) {
        if here.text(1) != "(" || calendar::weekday(here.text(0)).is_none() {
            return;
        }
        let (number, suffix) = figure::split_suffix(here.text(2));
        let Some(day) = number.parse::<u32>().ok().filter(|d| (1..=31).contains(d) && number.len() <= 2) else { return };
        // “(21st)” is how human translators write it too.
        if here.text(3) == ")" && suffix.is_empty() {
            out.report(here.doc, self.bracketed, here.tokens(0, 3), Draft::default());
            return;
        }
        let second = here.day(4).filter(|_| suffix.is_empty() && here.text(3) == "/");
        if let (Some(second), ")") = (second, here.text(5)) {
            let name = |month: u32| MONTHS.get(month as usize - 1).filter(|_| month > 0);
            let readings = [(day, name(second)), (second, name(day))];
            let fixes: Vec<HitFix> = readings
                .iter()
                .filter_map(|(day, month)| month.map(|m| format!("{}, {day} {m}", here.text(0))))
                .map(|text| display(format!("perhaps {text}"), here, 5, text))
                .collect();
            out.report(here.doc, self.bracketed, here.tokens(0, 5), Draft { fixes, ..Draft::default() });
        }
    }

    /// “Reiwa 5”
    fn era(&self, here: Place<'_>, out: &mut Sink<'_>) {
        let (before, last) = match here.text(0) {
            "Reiwa" => (2018, 30),
            "Heisei" => (1988, 31),
            "Showa" => (1925, 64),
            _ => return,
        };
        let Some(year) = here.whole(1).filter(|y| (1..=last).contains(y)) else { return };
        let western = (before + year).to_string();
        if (2..6).any(|by| here.text(by) == western) || (-3..0).any(|by| here.text(by) == western) {
            return;
        }
        let fix = display(format!("perhaps {western}"), here, 1, western);
        out.report(here.doc, self.era, here.tokens(0, 1), Draft { fixes: vec![fix], ..Draft::default() });
    }

    /// “in 2566” in Thailand, “in 1402” in Iran
    fn other_calendar(&self, here: Place<'_>, out: &mut Sink<'_>) {
        let Some(year) = here.whole(0).filter(|_| here.is(-1, &["in", "of", "since", "until", "year", "by"])) else { return };
        if !self.ends_date(here, 1) {
            return;
        }
        let (rule, texts) = match year {
            2540..=2580 => (self.thai_year, vec![(year - 543).to_string()]),
            1380..=1420 => (self.persian_year, vec![(year + 621).to_string(), (year + 622).to_string()]),
            _ => return,
        };
        if (1..6).any(|by| texts.iter().any(|t| t == here.text(by))) {
            return;
        }
        let fixes = texts.into_iter().map(|t| display(format!("perhaps {t}"), here, 0, t)).collect();
        out.report(here.doc, rule, here.tokens(0, 0), Draft { fixes, ..Draft::default() });
    }

    /// “18h30”, “at 16 h 35”
    fn french_clock(&self, here: Place<'_>, out: &mut Sink<'_>) {
        let text = here.text(0);
        let (hour, minute, end) = if let Some((hour, minute)) = text.split_once('h') {
            (hour, minute, 0)
        } else if here.text(1) == "h" && here.whole(2).is_some() && here.text(2).len() == 2 {
            (text, here.text(2), 2)
        } else if here.text(1) == "h" && here.is(-1, &["at"]) && self.ends_date(here, 2) {
            (text, "00", 1)
        } else {
            return;
        };
        let digits =
            |text: &str, len: std::ops::RangeInclusive<usize>| len.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let hour_only = minute.is_empty()
            && end == 0
            && here.is(-1, &["at", "from", "until", "till", "around", "by", "towards"])
            && self.ends_date(here, 1);
        let minute = if hour_only { "00" } else { minute };
        let fits = digits(hour, 1..=2) && hour.parse::<u32>().is_ok_and(|h| h <= 24) && digits(minute, 2..=2) && minute < "60";
        let led = here.on(self.clock_leads, -1) || here.is(end + 1, &["GMT", "CET", "UTC", "local"]);
        if fits && led {
            let right = format!("{hour}:{minute}");
            let draft = Draft::fix(format!("write “{right}”"), here.range(0, end), right, Safety::Unsafe);
            out.report(here.doc, self.french_clock, here.tokens(0, end), draft);
        }
    }

    /// “20 o'clock”, “11.30 o'clock”, “15.30 p.m.”
    fn hours(&self, here: Place<'_>, out: &mut Sink<'_>) {
        let (text, suffix) = figure::split_suffix(here.text(0));
        let time = clock(text).or_else(|| text.parse().ok().filter(|h| *h <= 24 && text.len() <= 2).map(|h| (h, "")));
        let Some((hour, minute)) = time.filter(|_| here.text(-1) != ":") else { return };
        let half = |hour: u32, to: isize| {
            let shown = if hour > 12 { hour - 12 } else { hour };
            let minutes = if matches!(minute, "" | "00") { String::new() } else { format!(":{minute}") };
            let stop = if here.text(to + 1) == "." && here.glued(to + 1) { "" } else { "." };
            format!("{shown}{minutes} {}{stop}", if (12..24).contains(&hour) { "p.m" } else { "a.m" })
        };
        if suffix.is_empty() && here.is(1, &["o'clock", "o’clock"]) && (hour > 12 || !minute.is_empty()) {
            let right = if hour > 12 { half(hour, 1) } else { format!("{hour}:{minute}") };
            let draft = Draft::fix(format!("write “{right}”"), here.range(0, 1), right, Safety::Unsafe);
            out.report(here.doc, self.oclock, here.tokens(0, 1), draft);
            return;
        }
        let end = isize::from(suffix.is_empty());
        let half_day = if suffix.is_empty() { here.text(1) } else { suffix };
        let afternoon = matches!(half_day, "p.m." | "pm" | "p.m");
        if (13..24).contains(&hour) && (afternoon || matches!(half_day, "a.m." | "am" | "a.m")) {
            let clock = format!("{hour}:{}", if minute.is_empty() { "00" } else { minute });
            let fixes = if afternoon {
                vec![HitFix {
                    title: "keep one of the two".into(),
                    edits: vec![(here.range(0, end), half(hour, end))],
                    safety: Safety::Unsafe,
                }]
            } else {
                vec![display(format!("perhaps “{clock}”"), here, end, clock)]
            };
            out.report(here.doc, self.twice_told, here.tokens(0, end), Draft { fixes, ..Draft::default() });
        }
    }

    /// “at 22: 00”, “won 3: 1”; says how many tokens the figures take.
    fn spaced_colon(&self, here: Place<'_>, scored: bool, out: &mut Sink<'_>) -> usize {
        let short = |by: isize| here.whole(by).is_some() && here.text(by).len() <= 2;
        let mut end = 0;
        let mut spaced = false;
        while short(end) && here.text(end + 1) == ":" && short(end + 2) {
            spaced |= here.has(end + 1, Flags::SPACE) || here.has(end + 2, Flags::SPACE);
            end += 2;
        }
        let taken = usize::try_from(end).unwrap_or(0) + 1;
        if end == 0
            || end > 4
            || !spaced
            || !here.has(0, Flags::SPACE) && here.index(-1).is_some() && !matches!(here.text(-1), "(" | "-" | "–")
        {
            return taken;
        }
        let minutes = here.text(2).len() == 2 && here.whole(2).is_some_and(|m| m < 60) && here.whole(0).is_some_and(|h| h <= 24);
        let half_day = here.is(end + 1, &["am", "pm", "a.m.", "p.m.", "GMT", "hours", "local"]);
        let led = here.on(self.clock_leads, -1) || matches!(here.text(-1), "-" | "–" | ":");
        let goes_on = self.ends_date(here, end + 1) || here.text(end + 1) == "-" || here.is(end + 1, &["hours", "Moscow", "Kyiv", "local"]);
        let time = minutes && (half_day || led && (goes_on || here.text(2) == "00"));
        let plain_lead = here.kind(-1) == Some(Kind::Word) && here.has(-1, Flags::LOWER) || matches!(here.text(-1), "(" | "-" | "–");
        let score = scored && end == 2 && plain_lead && goes_on && !here.text(2).starts_with("0") | (here.text(2).len() == 1);
        let duration = end == 4 && here.is(-1, &["of", "in", "at"]);
        if time || score || duration {
            let right: String = (0..=end).map(|by| here.text(by)).collect();
            let draft = Draft::fix("close the space", here.range(0, end), right, Safety::Unsafe);
            out.report(here.doc, self.spaced_colon, here.tokens(0, end), draft);
        }
        taken
    }
}

impl Detector for Dates {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        for sent in &doc.sents {
            let mut colon_until = sent.first;
            let mut scored = None;
            for at in sent.first..sent.last {
                let here = Place { doc, sent, at };
                match doc.tokens[at].kind {
                    Kind::Num => {
                        self.day_of(here, out);
                        self.dot_after_day(here, out);
                        self.dotted(here, out);
                        self.french_clock(here, out);
                        self.hours(here, out);
                        self.other_calendar(here, out);
                        if at >= colon_until && here.text(1) == ":" {
                            let scored = *scored.get_or_insert_with(|| (sent.first..sent.last).any(|i| doc.on(self.score_words, i)));
                            colon_until = at + self.spaced_colon(here, scored, out);
                        }
                    }
                    // Weekdays and eras have capitals.
                    Kind::Word if doc.tokens[at].is(Flags::CAP) => {
                        self.bracketed(here, out);
                        self.era(here, out);
                    }
                    _ => {}
                }
            }
        }
    }
}
