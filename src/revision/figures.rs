//! Numbers, dates and clock times by value, however they are written.

use crate::doc::{Doc, Sent};
use crate::text::calendar;
use crate::text::figure::{self, Figure as Shape};
use crate::text::token::{Flags, Kind as TokenKind};

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Things, or nothing that is said.
    Plain,
    Percent,
    /// Percentage points.
    Points,
    /// A currency, by its code or, where several share a name, that name.
    Money(&'static str),
    /// A unit, by its symbol.
    Measure(&'static str),
    Ordinal,
    Year,
    /// `1990s`
    Decade,
    /// A day of a month: month times 100 and day.
    Day,
    Month,
    Weekday,
    /// Minutes since midnight.
    Clock,
}

impl Kind {
    /// Whether it says when rather than how many.
    pub(super) fn is_time(self) -> bool {
        matches!(self, Self::Year | Self::Decade | Self::Day | Self::Month | Self::Weekday | Self::Clock)
    }
}

/// A figure in a sentence.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    pub kind: Kind,
    /// What it may be worth; two where the writing leaves it open.
    pub values: Vec<f64>,
    /// Its tokens, the last one included.
    pub first: usize,
    pub last: usize,
    /// It may stand for another's match, but proves nothing alone: “one”, “half”.
    pub weak: bool,
    /// It is said to be rough.
    pub about: bool,
    /// It belongs to a name: “Covid-19”, “F-16”.
    pub named: bool,
}

const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ORDINALS: [&str; 20] = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
];
const ORDINAL_TENS: [&str; 8] = ["twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth"];
const DECADES: [&str; 8] = ["twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"];

/// Words for amounts that replace or are replaced by a figure without a fact moving.
pub(super) const VAGUE: &[&str] = &[
    "dozen",
    "dozens",
    "scores",
    "hundred",
    "hundreds",
    "thousand",
    "thousands",
    "million",
    "millions",
    "several",
    "many",
    "few",
    "couple",
    "pair",
    "both",
    "half",
    "third",
    "thirds",
    "quarter",
    "quarters",
    "double",
    "doubled",
    "doubling",
    "twice",
    "triple",
    "tripled",
    "decade",
    "decades",
    "century",
    "dozenth",
    "some",
    "numerous",
    "multiple",
    "single",
    "sole",
    "only",
    "another",
    "one",
    "ones",
    "once",
    "two",
    "first",
    "second",
    "last",
    "twofold",
    "majority",
    "most",
    "duo",
    "trio",
    "twin",
    "twins",
    "either",
    "neither",
    "teenager",
    "teenage",
    "teen",
    "all",
    "others",
    "other",
    "two-thirds",
    "billion",
    "billions",
    "fortnight",
    "halved",
    "halve",
    "couples",
    "each",
    "every",
    "alone",
    "solo",
    "sides",
    "midday",
    "noon",
    "midnight",
];

/// Words that say when without a date.
pub(super) const RELATIVE: &[&str] = &[
    "today",
    "yesterday",
    "tomorrow",
    "tonight",
    "last",
    "next",
    "this",
    "previous",
    "following",
    "ago",
    "now",
    "earlier",
    "later",
    "recent",
    "recently",
    "current",
    "currently",
    "year",
    "years",
    "month",
    "months",
    "week",
    "weeks",
    "day",
    "days",
    "weekend",
    "morning",
    "evening",
    "afternoon",
    "night",
    "then",
    "same",
    "past",
    "coming",
    "since",
    "when",
    "season",
    "annual",
    "yearly",
    "date",
    "time",
    "eve",
    "spring",
    "summer",
    "autumn",
    "winter",
    "fall",
    "christmas",
    "easter",
];

const ABOUT: &[&str] = &[
    "about",
    "around",
    "nearly",
    "almost",
    "some",
    "roughly",
    "approximately",
    "over",
    "than",
    "least",
    "most",
    "up",
    "circa",
    "close",
    "nearing",
    "approaching",
    "exceeding",
    "under",
    "just",
    "almost",
    "estimated",
    "~",
    "≈",
];

fn magnitude(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" | "hundreds" => 1e2,
        "thousand" | "thousands" | "k" => 1e3,
        "lakh" | "lakhs" => 1e5,
        "million" | "millions" | "m" | "mn" | "mln" | "mio" => 1e6,
        "crore" | "crores" => 1e7,
        "billion" | "billions" | "bn" | "bln" | "milliard" | "milliards" => 1e9,
        "trillion" | "trillions" | "tn" | "trn" | "tln" => 1e12,
        "dozen" | "dozens" => 12.0,
        _ => return None,
    })
}

fn currency(word: &str) -> Option<&'static str> {
    Some(match word {
        "$" | "us$" | "usd" | "dollar" | "dollars" | "bucks" => "$",
        "€" | "eur" | "euro" | "euros" => "€",
        "£" | "gbp" => "£",
        "¥" | "yen" | "jpy" => "¥",
        "₽" | "rouble" | "roubles" | "ruble" | "rubles" | "rub" => "₽",
        "₴" | "hryvnia" | "hryvnias" | "hryvnya" | "uah" => "₴",
        "yuan" | "renminbi" | "rmb" | "cny" => "yuan",
        "rupee" | "rupees" | "inr" => "rupees",
        "franc" | "francs" | "chf" => "francs",
        "zloty" | "zlotys" | "pln" => "zloty",
        "krona" | "kronor" | "sek" | "krone" | "kroner" | "nok" | "dkk" => "kroner",
        "lira" | "liras" | "try" => "lira",
        "cent" | "cents" => "cents",
        _ => return None,
    })
}

fn measure(word: &str) -> Option<&'static str> {
    Some(match word {
        "km" | "kms" | "kilometre" | "kilometres" | "kilometer" | "kilometers" => "km",
        "mile" | "miles" | "mi" => "mi",
        "metre" | "metres" | "meter" | "meters" => "m",
        "foot" | "feet" | "ft" => "ft",
        "kg" | "kgs" | "kilo" | "kilos" | "kilogram" | "kilograms" | "kilogramme" | "kilogrammes" => "kg",
        "lb" | "lbs" | "pound" | "pounds" => "lb",
        "ton" | "tons" | "tonne" | "tonnes" => "t",
        "hectare" | "hectares" | "ha" => "ha",
        "acre" | "acres" => "ac",
        "litre" | "litres" | "liter" | "liters" => "l",
        "gallon" | "gallons" => "gal",
        "celsius" | "°c" => "°C",
        "fahrenheit" | "°f" => "°F",
        "km/h" | "kph" | "kmh" => "km",
        "mph" => "mi",
        _ => return None,
    })
}

/// What one unit is worth in another.
fn factor(from: &str, to: &str) -> Option<f64> {
    const ONE: &[(&str, &str, f64)] =
        &[("mi", "km", 1.609), ("ft", "m", 0.3048), ("lb", "kg", 0.4536), ("ac", "ha", 0.4047), ("gal", "l", 3.785), ("t", "kg", 1000.0)];
    ONE.iter().find_map(|(a, b, f)| match () {
        () if (*a, *b) == (from, to) => Some(*f),
        () if (*b, *a) == (from, to) => Some(1.0 / f),
        () => None,
    })
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs())
}

impl Figure {
    fn any(&self, other: &Self, same: impl Fn(f64, f64) -> bool) -> bool {
        self.values.iter().any(|a| other.values.iter().any(|b| same(*a, *b)))
    }

    /// Whether both are worth the same.
    pub(super) fn same(&self, other: &Self) -> bool {
        use Kind::{Clock, Day, Decade, Measure, Month, Weekday};
        match (self.kind, other.kind) {
            (Day, Day) | (Month, Month) | (Weekday, Weekday) => self.any(other, close),
            (Day, Month) => self.any(other, |day, month| close((day / 100.0).floor(), month)),
            (Month, Day) => other.same(self),
            // “18–20 May” gives its first day no month.
            (Day, k) if !k.is_time() => self.any(other, |day, n| close(day % 100.0, n)),
            (k, Day) if !k.is_time() => other.same(self),
            (Month | Weekday | Day, _) | (_, Month | Weekday | Day) => false,
            (Clock, Clock) => self.any(other, |a, b| close(a, b) || self.about_hour(other) && close(a % 720.0, b % 720.0)),
            (Clock, _) => self.any(other, |a, n| close(a % 60.0, 0.0) && close((a / 60.0) % 12.0, n % 12.0)),
            (_, Clock) => other.same(self),
            (Decade, Decade) => self.any(other, |a, b| close(a, b) || (a < 100.0 || b < 100.0) && close(a % 100.0, b % 100.0)),
            (Measure("°C"), Measure("°F")) => self.any(other, |c, f| (c * 1.8 + 32.0 - f).abs() < 3.0),
            (Measure("°F"), Measure("°C")) => other.same(self),
            (Measure(a), Measure(b)) if a != b => {
                factor(a, b).is_some_and(|f| self.any(other, |x, y| (x * f - y).abs() <= 0.06 * y.abs())) || self.any(other, close)
            }
            _ => self.any(other, close),
        }
    }

    /// One of two clock times does not say which half of the day.
    fn about_hour(&self, other: &Self) -> bool {
        self.weak || other.weak
    }

    /// Whether both count in units that cannot be one.
    pub(super) fn units_differ(&self, other: &Self) -> bool {
        use Kind::{Measure, Money, Percent, Points};
        match (self.kind, other.kind) {
            (Percent, Points) | (Points, Percent) => true,
            (Money(a), Money(b)) => a != b,
            (Measure(a), Measure(b)) => a != b && self.any(other, close) && factor(a, b).is_some(),
            _ => false,
        }
    }

    /// Whether one is the other, rounded, and says so.
    pub(super) fn rounds(&self, other: &Self) -> bool {
        (self.about || other.about)
            && self.any(other, |a, b| {
                let (exact, rough) = (a, b);
                round_to(exact, rough) || round_to(rough, exact)
            })
    }

    /// Whether a change from one to the other is a change of one fact.
    pub(super) fn comparable(&self, other: &Self) -> bool {
        use Kind::{Clock, Day, Decade, Measure, Money, Month, Percent, Points, Weekday, Year};
        match (self.kind, other.kind) {
            (Weekday, k) | (k, Weekday) => k == Weekday,
            (Clock, k) | (k, Clock) => k == Clock,
            (Day | Month, k) | (k, Day | Month) => matches!(k, Day | Month),
            (Year | Decade, k) | (k, Year | Decade) => {
                matches!(k, Year | Decade) || self.values.iter().chain(&other.values).all(|v| (1500.0..2200.0).contains(v))
            }
            (Money(_), Measure(_) | Percent | Points) | (Measure(_) | Percent | Points, Money(_)) => false,
            (Measure(a), Measure(b)) => a == b || factor(a, b).is_some(),
            (Percent | Points, Measure(_)) | (Measure(_), Percent | Points) => false,
            _ => true,
        }
    }
}

/// Whether `rough` is `exact` with one to three leading digits kept.
fn round_to(exact: f64, rough: f64) -> bool {
    if exact < 10.0 || rough < 10.0 || exact > 1e15 {
        return false;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a logarithm is small")]
    let digits = exact.log10().floor() as i32;
    (0..3).any(|keep| {
        let step = 10f64.powi(digits - keep);
        step >= 1.0 && (rough - exact).abs() < step && close((rough / step).round() * step, rough) && rough - exact != 0.0
    })
}

/// Reads the figures of one sentence.
pub(super) fn read(doc: &Doc<'_>, sent: &Sent) -> Vec<Figure> {
    let mut reader = Reader { doc, sent, out: Vec::new() };
    let mut at = sent.first;
    while at < sent.last {
        at = reader.step(at).max(at + 1);
    }
    reader.ranges();
    reader.out
}

struct Reader<'a> {
    doc: &'a Doc<'a>,
    sent: &'a Sent,
    out: Vec<Figure>,
}

impl Reader<'_> {
    fn low(&self, at: usize) -> String {
        if at >= self.sent.first && at < self.sent.last { self.doc.text(at).to_lowercase() } else { String::new() }
    }
    fn back(&self, at: usize, by: usize) -> String {
        at.checked_sub(by).map_or_else(String::new, |i| self.low(i))
    }
    fn is_num(&self, at: usize) -> bool {
        at < self.sent.last && self.doc.tokens[at].kind == TokenKind::Num
    }
    fn glued(&self, at: usize) -> bool {
        at < self.sent.last && !self.doc.tokens[at].is(Flags::SPACE)
    }
    fn capital(&self, at: usize) -> bool {
        at < self.sent.last && self.doc.tokens[at].is(Flags::CAP)
    }
    fn is_hyphen(&self, at: usize) -> bool {
        matches!(self.low(at).as_str(), "-" | "‐" | "‑")
    }

    fn push(&mut self, kind: Kind, values: Vec<f64>, first: usize, last: usize, weak: bool) -> usize {
        let about = (1..=3).any(|by| first.checked_sub(by).is_some_and(|i| ABOUT.contains(&self.low(i).as_str())));
        let named = first >= self.sent.first + 2 && self.glued(first) && self.is_hyphen(first - 1) && self.capital(first - 2);
        self.out.push(Figure { kind, values, first, last, weak, about, named });
        last + 1
    }

    /// Reads what starts at `at`; says where to go on.
    fn step(&mut self, at: usize) -> usize {
        match self.doc.tokens[at].kind {
            TokenKind::Num => self.number(at),
            TokenKind::Word => self.word(at),
            _ => at + 1,
        }
    }

    fn month(&self, at: usize) -> Option<u32> {
        if !self.capital(at) {
            return None;
        }
        let text = self.doc.text(at);
        let found = calendar::month(text)?;
        // “Mar” and “Jan” may be names: short forms need a figure beside them, and so do words of their own.
        let alone = text.len() > 3 && !text.eq_ignore_ascii_case("march") && !text.eq_ignore_ascii_case("sept");
        let dated =
            self.is_num(at + 1) || self.low(at + 1) == "." && self.is_num(at + 2) || at > self.sent.first && self.is_num(at - 1) || {
                let before = self.back(at, 1);
                matches!(
                    before.as_str(),
                    "in" | "of"
                        | "since"
                        | "until"
                        | "till"
                        | "last"
                        | "next"
                        | "this"
                        | "early"
                        | "late"
                        | "mid"
                        | "by"
                        | "from"
                        | "during"
                        | "before"
                        | "after"
                        | "to"
                        | "between"
                ) || before == "-" && self.back(at, 2) == "mid"
            };
        (alone || dated).then_some(found)
    }

    /// A day of a month, with its ordinal ending if it has one.
    fn day(&self, at: usize) -> Option<u32> {
        if !self.is_num(at) {
            return None;
        }
        let (digits, ending) = figure::split_suffix(self.doc.text(at));
        let fits = digits.len() <= 2 && matches!(ending, "" | "st" | "nd" | "rd" | "th");
        fits.then(|| digits.parse().ok()).flatten().filter(|d| (1..=31).contains(d))
    }

    fn word(&mut self, at: usize) -> usize {
        if let Some(month) = self.month(at) {
            let stop = usize::from(self.low(at + 1) == ".");
            if let Some(day) = self.day(at + 1 + stop).filter(|_| self.low(at + 2 + stop) != ":") {
                let used = self.push(Kind::Day, vec![f64::from(month * 100 + day)], at, at + 1 + stop, false);
                return used;
            }
            return self.push(Kind::Month, vec![f64::from(month)], at, at, false);
        }
        let low = self.low(at);
        if self.capital(at)
            && let Some(day) = calendar::weekday(low.strip_suffix('s').unwrap_or(&low))
        {
            #[expect(clippy::cast_precision_loss, reason = "seven days")]
            return self.push(Kind::Weekday, vec![day as f64], at, at, false);
        }
        match low.as_str() {
            "noon" | "midday" => return self.push(Kind::Clock, vec![720.0], at, at, true),
            "midnight" => return self.push(Kind::Clock, vec![0.0], at, at, true),
            "half" => {
                // “half a million”
                let one = usize::from(matches!(self.low(at + 1).as_str(), "a" | "an"));
                if let Some(size) = magnitude(&self.low(at + 1 + one)).filter(|m| *m >= 1000.0) {
                    return self.unit(Kind::Plain, vec![size / 2.0], at, at + 1 + one, false);
                }
                return self.push(Kind::Percent, vec![50.0, 0.5], at, at, true);
            }
            "a" | "an" => {
                return match magnitude(&self.low(at + 1)).filter(|_| self.low(at + 1).len() > 3 && !self.low(at + 1).ends_with('s')) {
                    Some(_) => self.cardinal(at).unwrap_or(at + 1),
                    None => at + 1,
                };
            }
            "both" | "couple" | "pair" | "twice" | "double" => return self.push(Kind::Plain, vec![2.0], at, at, true),
            "once" | "single" | "sole" => return self.push(Kind::Plain, vec![1.0], at, at, true),
            "triple" | "thrice" => return self.push(Kind::Plain, vec![3.0], at, at, true),
            "dozen" | "dozens" | "hundreds" | "thousands" | "millions" | "billions" => {
                return self.push(Kind::Plain, vec![magnitude(&low).unwrap_or(1.0)], at, at, true);
            }
            "thirds" | "quarters" | "quarter" => {
                return self.push(Kind::Plain, vec![if low == "thirds" { 3.0 } else { 4.0 }], at, at, true);
            }
            _ => {}
        }
        if let Some(tens) = DECADES.iter().position(|d| *d == low) {
            #[expect(clippy::cast_precision_loss, reason = "eight decades")]
            return self.push(Kind::Decade, vec![(tens as f64 + 2.0) * 10.0], at, at, true);
        }
        if let Some(next) = self.cardinal(at) {
            return next;
        }
        if let Some(value) = ordinal(&low) {
            return self.ordinal(value, at, at);
        }
        let roman = self.doc.text(at);
        if roman.len() > 1
            && let Some(value) = figure::roman(roman)
        {
            return self.push(Kind::Ordinal, vec![f64::from(value)], at, at, true);
        }
        at + 1
    }

    fn ordinal(&mut self, value: f64, first: usize, last: usize) -> usize {
        let lead = self.back(first, 1);
        let fraction = matches!(lead.as_str(), "a" | "one" | "two") || self.is_hyphen(first.wrapping_sub(1));
        let next = self.low(last + 1);
        let weak = value < 2.0
            || value <= 4.0 && fraction
            || close(value, 2.0)
                && !(matches!(lead.as_str(), "the" | "his" | "her" | "its" | "their" | "a")
                    && last + 1 < self.sent.last
                    && self.doc.tokens[last + 1].is_word()
                    && !matches!(next.as_str(), "of" | "to" | "later" | "in" | "after" | "half" | "before" | "only" | "time"));
        self.push(Kind::Ordinal, vec![value], first, last, weak)
    }

    /// “twenty-three”, “two hundred and fifty thousand”
    fn cardinal(&mut self, at: usize) -> Option<usize> {
        let small = |word: &str| UNITS.iter().position(|u| *u == word).map(|v| v as f64);
        let tens = |word: &str| TENS.iter().position(|t| *t == word).map(|v| (v as f64 + 2.0) * 10.0);
        let (mut total, mut current) = (0.0, 0.0);
        let mut i = at;
        let mut last = None;
        // What may follow: after a ten a unit, after a unit only a magnitude.
        let mut open = true;
        let mut words = 0;
        loop {
            let low = self.low(i);
            if let Some(v) = small(&low).filter(|_| open || current % 100.0 >= 20.0 && current % 10.0 == 0.0) {
                if !open && v > 9.0 {
                    break;
                }
                current += v;
                open = false;
            } else if let Some(v) = tens(&low).filter(|_| open) {
                current += v;
                open = false;
            } else if low == "a" && i == at {
                current = 1.0;
                open = false;
                i += 1;
                words += 1;
                continue;
            } else if low == "hundred" && words > 0 && current > 0.0 && current < 100.0 {
                current *= 100.0;
                open = true;
            } else if let Some(size) =
                magnitude(&low).filter(|m| words > 0 && current > 0.0 && low.len() > 3 && (*m >= 1000.0 || low == "dozen") && *m != 100.0)
            {
                total += current * size;
                current = 0.0;
                open = true;
            } else if let Some(v) = ordinal(&low).filter(|v| words > 0 && *v < 10.0 && current % 10.0 == 0.0 && current >= 20.0) {
                return Some(self.ordinal(total + current + v, at, i));
            } else {
                break;
            }
            last = Some(i);
            words += 1;
            i += 1;
            if self.is_hyphen(i) && self.glued(i) && self.glued(i + 1)
                || self.low(i) == "and" && open && (small(&self.low(i + 1)).is_some() || tens(&self.low(i + 1)).is_some())
            {
                i += 1;
            }
        }
        let last = last?;
        let value = total + current;
        // “one” is seldom a number, and capitals make names (“Seven Network”).
        let weak = close(value, 1.0) || self.back(at, 1) == "past" || self.capital(at) && self.capital(last + 1);
        Some(self.unit(Kind::Plain, vec![value], at, last, weak))
    }

    fn number(&mut self, at: usize) -> usize {
        let text = self.doc.text(at).to_owned();
        let (digits, ending) = figure::split_suffix(&text);
        let ending = ending.to_lowercase();
        if let Some(next) = self.date(at, digits, &ending) {
            return next;
        }
        if digits.contains(':') {
            return self.clock(at, digits, &ending);
        }
        if matches!(ending.as_str(), "st" | "nd" | "rd" | "th") {
            return match digits.replace(',', "").parse::<f64>() {
                Ok(value) => self.push(Kind::Ordinal, vec![value], at, at, value < 2.0),
                Err(_) => at + 1,
            };
        }
        if ending == "s" && digits.bytes().all(|b| b.is_ascii_digit()) && matches!(digits.len(), 2 | 4) {
            return self.push(Kind::Decade, vec![digits.parse().unwrap_or(0.0)], at, at, false);
        }
        let Some(mut values) = values(digits) else { return at + 1 };
        let mut last = at;
        // “12 000”
        let short = digits.len() <= 3 && ending.is_empty();
        while short
            && self.is_num(last + 1)
            && self.doc.text(last + 1).len() == 3
            && self.doc.text(last + 1).bytes().all(|b| b.is_ascii_digit())
            && last - at < 4
        {
            let group: f64 = self.doc.text(last + 1).parse().unwrap_or(0.0);
            values = values.iter().map(|v| v * 1000.0 + group).collect();
            last += 1;
        }
        match ending.as_str() {
            "" => {}
            "am" | "pm" => return self.half_day(values[0], &ending, at, at),
            "m" => values = values.iter().flat_map(|v| [v * 1e6, *v]).collect(),
            _ => {
                if let Some(size) = magnitude(&ending) {
                    values = values.iter().map(|v| v * size).collect();
                } else if matches!(ending.as_str(), "m2" | "m²" | "sqm" | "km2" | "km²") {
                    return self.push(Kind::Plain, values, at, at, false);
                } else if let Some(unit) = measure(&ending) {
                    return self.push(Kind::Measure(unit), values, at, at, false);
                } else {
                    // “5G”, “3D”: a name.
                    return at + 1;
                }
            }
        }
        let next = self.low(last + 1);
        if matches!(next.as_str(), "am" | "pm" | "a.m." | "p.m." | "a.m" | "p.m" | "o'clock" | "o’clock") {
            let value = values[0];
            if next.starts_with('o') {
                return self.push(Kind::Clock, vec![(value % 24.0) * 60.0], at, last + 1, true);
            }
            return self.half_day(value, &next.replace('.', ""), at, last + 1);
        }
        let year = digits.len() == 4
            && last == at
            && ending.is_empty()
            && digits.bytes().all(|b| b.is_ascii_digit())
            && (1500.0..2200.0).contains(&values[0]);
        // “half past 9”, “5: 30”
        let hour = self.back(at, 1) == "past" || next == ":" && self.is_num(last + 2) || self.back(at, 1) == ":";
        let marker = hour || at == self.sent.first && matches!(next.as_str(), "." | ")") || self.back(at, 1) == "[" && next == "]";
        let kind = if year && self.reads_as_year(at) { Kind::Year } else { Kind::Plain };
        if kind == Kind::Year {
            return self.push(kind, values, at, at, false);
        }
        self.unit(Kind::Plain, values, at, last, marker)
    }

    fn reads_as_year(&self, at: usize) -> bool {
        let before = self.back(at, 1);
        let next = at + 1;
        let counted = next < self.sent.last && self.doc.tokens[next].is_word() && {
            let word = self.low(next);
            self.doc.tokens[next].is(Flags::LOWER)
                && (word.len() > 4 && word.ends_with('s') || matches!(word.as_str(), "people" | "men" | "women" | "children"))
        };
        let led = matches!(
            before.as_str(),
            "in" | "since"
                | "until"
                | "till"
                | "during"
                | "early"
                | "late"
                | "mid"
                | "year"
                | "season"
                | "spring"
                | "summer"
                | "autumn"
                | "winter"
                | "("
                | "from"
                | "by"
                | "after"
                | "before"
                | ","
                | "between"
                | "and"
                | "to"
                | "–"
                | "-"
                | "of"
                | "the"
        ) || at > self.sent.first && (calendar::month(self.doc.text(at - 1)).is_some() || self.is_num(at - 1));
        let money = currency(&before).is_some() || currency(&self.low(next)).is_some() || self.low(next) == "%";
        led && !counted && !money && measure(&self.low(next)).is_none() && magnitude(&self.low(next)).is_none()
    }

    /// “18 May”, “12.03.2024”, “2024-03-12”, “12/03/2024”
    fn date(&mut self, at: usize, digits: &str, ending: &str) -> Option<usize> {
        if let Some(day) = self.day(at) {
            let of = usize::from(self.low(at + 1) == "of");
            let month = Some(at + 1 + of).filter(|m| self.capital(*m)).and_then(|m| self.month(m));
            // “5 May 18” is rare; “on May 5 June 7 …” rarer.
            if let Some(month) = month {
                return Some(self.push(Kind::Day, vec![f64::from(month * 100 + day)], at, at + 1 + of, false));
            }
        }
        if !ending.is_empty() {
            return None;
        }
        let mut parts: Vec<u32> = Vec::new();
        let mut last = at;
        let dotted: Vec<&str> = digits.split('.').collect();
        if dotted.len() == 3 {
            parts = dotted.iter().map(|p| p.parse().ok()).collect::<Option<_>>()?;
        } else if self.is_num(at + 2)
            && self.is_num(at + 4)
            && self.glued(at + 1)
            && self.glued(at + 2)
            && self.glued(at + 3)
            && self.glued(at + 4)
        {
            let mark = self.low(at + 1);
            if mark == self.low(at + 3) && matches!(mark.as_str(), "-" | "/") {
                parts = [at, at + 2, at + 4].iter().map(|i| self.doc.text(*i).parse().ok()).collect::<Option<_>>()?;
                last = at + 4;
            }
        }
        let [a, b, c] = parts[..] else { return None };
        let (year, pair) = if a > 1000 { (a, (c, b)) } else { (c, (a, b)) };
        let full_year = if year < 100 { 2000 + year } else { year };
        let days: Vec<f64> = [pair, (pair.1, pair.0)]
            .iter()
            .filter(|(day, month)| (1..=12).contains(month) && *day >= 1 && *day <= calendar::days_in(*month, None))
            .map(|(day, month)| f64::from(month * 100 + day))
            .collect();
        if days.is_empty() || !(1500..2200).contains(&full_year) {
            return None;
        }
        self.push(Kind::Day, days, at, last, false);
        Some(self.push(Kind::Year, vec![f64::from(full_year)], at, last, false))
    }

    fn clock(&mut self, at: usize, digits: &str, ending: &str) -> usize {
        let parts: Vec<f64> = digits.split(':').filter_map(|p| p.parse().ok()).collect();
        let [hours, minutes] = parts[..] else { return at + 1 };
        let long = digits.split(':').nth(1).is_some_and(|m| m.len() == 2);
        if !long || hours >= 25.0 || minutes >= 60.0 {
            // “2:1” is a score.
            self.push(Kind::Plain, vec![hours], at, at, false);
            return self.push(Kind::Plain, vec![minutes], at, at, false);
        }
        let half = if matches!(ending, "am" | "pm") { ending.to_owned() } else { self.low(at + 1).replace('.', "") };
        if matches!(half.as_str(), "am" | "pm") {
            let last = if ending.is_empty() { at + 1 } else { at };
            return self.half_day(hours + minutes / 60.0, &half, at, last);
        }
        self.push(Kind::Clock, vec![hours * 60.0 + minutes], at, at, hours <= 12.0)
    }

    fn half_day(&mut self, hours: f64, half: &str, first: usize, last: usize) -> usize {
        // “8.30 pm”: the stop stands between hours and minutes.
        let text = self.doc.text(first);
        let (digits, _) = figure::split_suffix(text);
        let hours = match digits.split_once('.') {
            Some((h, m)) if m.len() == 2 => h.parse::<f64>().unwrap_or(hours) + m.parse::<f64>().unwrap_or(0.0) / 60.0,
            _ => hours,
        };
        let from_noon = if half == "pm" { 12.0 } else { 0.0 };
        self.push(Kind::Clock, vec![((hours % 12.0) + from_noon) * 60.0], first, last, false)
    }

    /// Adds the magnitude and unit that stand around a number.
    fn unit(&mut self, kind: Kind, values: Vec<f64>, first: usize, last: usize, weak: bool) -> usize {
        let (mut kind, mut values, mut first, mut last) = (kind, values, first, last);
        let gap = |reader: &Self, last: usize| -> usize { last + 1 + usize::from(reader.is_hyphen(last + 1) && reader.glued(last + 1)) };
        let mut next = gap(self, last);
        for _ in 0..2 {
            let low = self.low(next);
            let size = magnitude(&low).filter(|m| (*m >= 1000.0 || low == "hundred" || low == "dozen") && low != "m" && low != "k");
            let Some(size) = size else { break };
            values = values.iter().map(|v| v * size).collect();
            last = next;
            next = gap(self, last);
        }
        let low = self.low(next);
        let after = self.low(next + 1);
        let sign = first.checked_sub(1).filter(|s| *s >= self.sent.first).map(|s| self.low(s)).unwrap_or_default();
        if low == "percentage" && after.starts_with("point") || matches!(low.as_str(), "pp" | "p.p.") {
            (kind, last) = (Kind::Points, if low == "percentage" { next + 1 } else { next });
        } else if matches!(low.as_str(), "%" | "percent" | "pct") || low == "per" && after == "cent" {
            let two = usize::from(low == "per");
            if self.low(next + two + 1).starts_with("point") {
                (kind, last) = (Kind::Points, next + two + 1);
            } else {
                (kind, last) = (Kind::Percent, next + two);
            }
        } else if let Some(code) = currency(&sign).filter(|_| sign.len() < 4 && sign != "try" && sign != "rub") {
            kind = Kind::Money(code);
            first -= 1;
        } else if let Some(code) = currency(&low) {
            (kind, last) = (Kind::Money(code), next);
        } else if let Some(code) = currency(&after).filter(|_| self.capital(next) && after.len() > 3) {
            // “5 US dollars”
            (kind, last) = (Kind::Money(code), next + 1);
        } else if let Some(unit) = measure(&low) {
            (kind, last) = (Kind::Measure(unit), next);
        } else if (low == "°" || low == "degrees")
            && let Some(unit) = measure(&after).or(match after.as_str() {
                "c" => Some("°C"),
                "f" => Some("°F"),
                _ => None,
            })
        {
            (kind, last) = (Kind::Measure(unit), next + 1);
        }
        self.push(kind, values, first, last, weak)
    }

    /// “5 to 10 percent”, “5–10 million”: what is said of the last figure may hold for the first.
    fn ranges(&mut self) {
        for i in (1..self.out.len()).rev() {
            let (left, right) = (&self.out[i - 1], &self.out[i]);
            let link = self.low(left.last + 1);
            if left.kind != Kind::Plain
                || right.first != left.last + 2
                || !matches!(link.as_str(), "to" | "and" | "or" | "-" | "–" | "—" | "‑" | "‐")
            {
                continue;
            }
            let kind = right.kind;
            let size =
                self.doc.tokens[right.first..=right.last].iter().find_map(|t| magnitude(&t.at.of(&self.doc.view.text).to_lowercase()));
            let left = &mut self.out[i - 1];
            if matches!(kind, Kind::Percent | Kind::Points | Kind::Money(_) | Kind::Measure(_)) {
                left.kind = kind;
            }
            if let Some(size) = size.filter(|s| *s >= 1000.0) {
                let more: Vec<f64> = left.values.iter().map(|v| v * size).collect();
                left.values.extend(more);
            }
        }
    }
}

/// What digits with marks may be worth.
fn values(digits: &str) -> Option<Vec<f64>> {
    let parse = |text: &str| text.replace([',', '\''], "").parse::<f64>().ok().filter(|v| v.is_finite());
    Some(match figure::read(digits) {
        Some(Shape::Certain(english)) | Some(Shape::Comma(english)) => vec![parse(&english)?],
        Some(Shape::Point { lead, tail }) => vec![parse(&format!("{lead}.{tail}"))?, parse(&format!("{lead}{tail}"))?],
        None => vec![parse(digits.trim_end_matches(['.', ',']))?],
    })
}

fn ordinal(word: &str) -> Option<f64> {
    let small = ORDINALS.iter().position(|o| *o == word).map(|v| v as f64);
    small.or_else(|| ORDINAL_TENS.iter().position(|o| *o == word).map(|v| (v as f64 + 2.0) * 10.0))
}
