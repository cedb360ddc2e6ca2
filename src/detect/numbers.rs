//! Figures, sums of money, units and ordinals written in the manner of another language.

use rustc_hash::FxHashMap;

use crate::detect::place::Place;
use crate::detect::{Cx, Detector};
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::Safety;
use crate::rule::vocab::{ListId, Vocab};
use crate::text::figure::{self, Figure};
use crate::text::token::{Flags, Kind};

pub(super) struct Numbers {
    comma: Option<usize>,
    point: Option<usize>,
    space: Option<usize>,
    decimal_thousand: Option<usize>,
    myriad: Option<usize>,
    sign_after: Option<usize>,
    sign_and_name: Option<usize>,
    percent: Option<usize>,
    spaced_unit: Option<usize>,
    degree: Option<usize>,
    foreign_ordinal: Option<usize>,
    wrong_ordinal: Option<usize>,
    roman: Option<usize>,
    decade: Option<usize>,
    year_word: Option<usize>,
    lists: Lists,
}

struct Lists {
    units: ListId,
    magnitudes: ListId,
    currencies: ListId,
    counted: ListId,
    identifiers: ListId,
    function_words: ListId,
}

/// A currency sign standing by itself.
fn is_sign(text: &str) -> bool {
    matches!(text, "€" | "$" | "£" | "¥" | "₽" | "₴")
}

/// What a sign's currency is called.
fn names_of(sign: &str) -> &'static [&'static str] {
    match sign {
        "€" => &["euros"],
        "$" => &["dollars", "pesos"],
        "£" => &["pounds"],
        "¥" => &["yen", "yuan"],
        "₽" => &["rubles", "roubles"],
        _ => &["hryvnias"],
    }
}

impl Numbers {
    pub(super) fn new(vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        Self {
            comma: ids.get("decimal-comma").copied(),
            point: ids.get("point-between-thousands").copied(),
            space: ids.get("space-between-thousands").copied(),
            decimal_thousand: ids.get("thousand-after-decimal").copied(),
            myriad: ids.get("ten-thousands-counted").copied(),
            sign_after: ids.get("currency-sign-after-sum").copied(),
            sign_and_name: ids.get("currency-named-twice").copied(),
            percent: ids.get("space-before-percent-sign").copied(),
            spaced_unit: ids.get("space-inside-unit").copied(),
            degree: ids.get("ordinal-sign-for-degree").copied(),
            foreign_ordinal: ids.get("foreign-ordinal").copied(),
            wrong_ordinal: ids.get("wrong-ordinal-ending").copied(),
            roman: ids.get("roman-century").copied(),
            decade: ids.get("ordinal-decade").copied(),
            year_word: ids.get("year-after-year").copied(),
            lists: Lists {
                units: vocab.list("units-of-measure"),
                magnitudes: vocab.list("magnitudes"),
                currencies: vocab.list("currencies"),
                counted: vocab.list("counted-things"),
                identifiers: vocab.list("identifier-leads"),
                function_words: vocab.list("after-date"),
            },
        }
    }

    /// “3,5 percent”
    fn comma(&self, here: Place<'_>, right: &str, out: &mut Sink<'_>) {
        // “3,5 to 4,2 percent”: the unit of the last figure counts for the first.
        let unit = if (here.is(1, &["to", "and", "or"]) || here.is(1, &["-", "–"])) && here.kind(2) == Some(Kind::Num) { 3 } else { 1 };
        let of_money = is_sign(here.text(-1));
        let measured = here.text(unit) == "%"
            || here.is(unit, &["percent", "pct"])
            || here.is(unit, &["per"]) && here.is(unit + 1, &["cent"])
            || self.lists.any_unit(here, unit);
        let counted_by_thousand = here.is(1, &["thousand"]) && !here.is(2, &["million", "millions"]);
        // “65,00” lost a digit more likely than it took a comma.
        let short = right.ends_with(".00") && !of_money || here.text(-1) == "-" && here.glued(0);
        if !(measured || of_money) || counted_by_thousand || short || is_sign(here.text(1)) || here.on(self.lists.identifiers, -1) {
            return;
        }
        let draft = Draft::fix(format!("write “{right}”"), here.range(0, 0), right, Safety::Unsafe);
        out.report(here.doc, self.comma, here.tokens(0, 0), draft);
    }

    /// “1.106,41 points”, “1.250.000 people”
    fn certain(&self, here: Place<'_>, right: &str, out: &mut Sink<'_>) {
        let part_of_name = here.glued(1) && matches!(here.text(1), "-" | "/" | "‑")
            || here.glued(0) && matches!(here.text(-1), "-" | "/" | ".")
            || (-3..0).any(|by| here.on(self.lists.identifiers, by));
        if part_of_name {
            return;
        }
        let draft = Draft::fix(format!("write “{right}”"), here.range(0, 0), right, Safety::Unsafe);
        out.report(here.doc, self.point, here.tokens(0, 0), draft);
    }

    /// “25.000 euros”, “17.000 spectators”, “2.400 million”
    fn point(&self, here: Place<'_>, lead: &str, tail: &str, out: &mut Sink<'_>) {
        if (-3..0).any(|by| here.on(self.lists.identifiers, by)) || here.glued(1) && matches!(here.text(1), "/" | "-") {
            return;
        }
        let whole = format!("{lead},{tail}");
        if here.on(self.lists.magnitudes, 1) {
            if tail.ends_with("00") {
                let short = format!("{lead}.{}", tail.trim_end_matches('0'));
                let short = short.trim_end_matches('.');
                let fix = |text: String| HitFix {
                    title: format!("if so, “{text}”"),
                    edits: vec![(here.range(0, 0), text)],
                    safety: Safety::Display,
                };
                let draft = Draft { fixes: vec![fix(whole), fix(short.to_owned())], ..Draft::default() };
                out.report(here.doc, self.point, here.tokens(0, 1), draft);
            }
            return;
        }
        let long = lead.len() > 1 || tail.ends_with('0');
        let money = (is_sign(here.text(-1)) || here.on(self.lists.currencies, -1) || here.on(self.lists.currencies, 1)) && long;
        // The noun may stand behind an adjective or two.
        let plain = |by: isize| here.kind(by) == Some(Kind::Word) && here.has(by, Flags::LOWER) && !here.on(self.lists.function_words, by);
        let counted = (1..=3).take_while(|by| plain(*by)).find(|by| here.on(self.lists.counted, *by) || here.on(self.lists.units, *by));
        let counted = counted.is_some_and(|by| here.on(self.lists.counted, by));
        let round = tail == "000" && plain(1) && here.text(1).len() > 3 && here.text(1).ends_with('s') && !self.lists.any_unit(here, 1);
        if money || counted || round {
            let draft = Draft::fix(format!("write “{whole}”"), here.range(0, 0), whole, Safety::Unsafe);
            out.report(here.doc, self.point, here.tokens(0, 0), draft);
        }
    }

    /// “12 000 people”; says how many tokens the figure takes.
    fn space(&self, here: Place<'_>, out: &mut Sink<'_>) -> usize {
        let plain = |by: isize, len: std::ops::RangeInclusive<usize>| here.whole(by).is_some() && len.contains(&here.text(by).len());
        if !plain(0, 1..=3) || here.text(0).starts_with('0') {
            return 1;
        }
        let close = |by: isize| {
            let (Some(a), Some(b)) = (here.token(by - 1), here.token(by)) else { return false };
            let between = here.doc.view.text.get(a.at.end as usize..b.at.start as usize).unwrap_or("");
            let mut chars = between.chars();
            chars.next().is_some_and(|c| c != '\n' && c.is_whitespace()) && chars.next().is_none()
        };
        let mut groups = 0isize;
        while close(groups + 1) && plain(groups + 1, 3..=3) {
            groups += 1;
        }
        let last = groups + 1;
        let tail = here.text(last);
        let fraction =
            close(last) && tail.len() > 4 && tail.as_bytes().get(3) == Some(&b'.') && tail.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let end = if fraction { last } else { groups };
        if end == 0 {
            return 1;
        }
        let taken = usize::try_from(end).unwrap_or(1) + 1;
        let before_fits = match here.token(-1) {
            None => true,
            Some(t) if t.is_word() => !t.is(Flags::CAP) && !here.on(self.lists.identifiers, -1) || here.on(self.lists.currencies, -1),
            Some(t) => t.kind == Kind::Quote || is_sign(here.text(-1)) || matches!(here.text(-1), "(" | "," | "–" | "—" | "~"),
        };
        if !before_fits || here.month(-2).is_some() || here.kind(end + 1) == Some(Kind::Num) {
            return taken;
        }
        let noun = |by: isize| here.on(self.lists.counted, by) || self.lists.any_unit(here, by);
        let counted = noun(end + 1) || here.has(end + 1, Flags::LOWER) && noun(end + 2);
        // “the top 10 100 runners”
        let listed = here.is(-1, &["the", "top", "first", "last", "next", "past"]) && end == 1 && !here.text(1).starts_with('0');
        let round = here.text(end) == "000" && (here.has(end + 1, Flags::LOWER) || here.pauses(end + 1));
        if listed || !(counted || round || end > 1 || fraction || is_sign(here.text(-1)) || is_sign(here.text(end + 1))) {
            return taken;
        }
        let joined = (0..=end).map(|by| here.text(by)).collect::<Vec<_>>().join(",");
        let draft = Draft::fix(format!("write “{joined}”"), here.range(0, end), joined, Safety::Unsafe);
        out.report(here.doc, self.space, here.tokens(0, end), draft);
        taken
    }

    /// “2.6 thousand cars”, “30 ten thousand”
    fn scale(&self, here: Place<'_>, out: &mut Sink<'_>) {
        let text = here.text(0);
        let decimal = match figure::read(text) {
            Some(Figure::Comma(right)) => right,
            Some(Figure::Certain(_)) => return,
            _ => text.to_owned(),
        };
        let broken = decimal.contains('.');
        let dated = here.month(-1).is_some() || here.year(0).is_some() || here.is(-1, &["on", "in", "-", "–"]);
        if here.is(1, &["thousand"]) && broken && !here.on(self.lists.magnitudes, 2) && !here.is(2, &["dollar"]) {
            let Some(right) = figure::times_ten(&decimal, 3) else { return };
            let draft = Draft::fix(format!("write “{right}”"), here.range(0, 1), right, Safety::Unsafe);
            out.report(here.doc, self.decimal_thousand, here.tokens(0, 1), draft);
            return;
        }
        let (zeros, words) = if here.is(1, &["ten"]) && here.is(2, &["thousand"]) && here.glued(2) == here.glued(1) {
            (4, 2)
        } else if here.is(1, &["100", "hundred"]) && here.is(2, &["million"]) && broken {
            (8, 2)
        } else if here.is(1, &["10,000", "10000"]) && broken {
            (4, 1)
        } else {
            return;
        };
        if dated && !broken || here.text(words + 1) == "-" {
            return;
        }
        let Some(right) = figure::times_ten(&decimal, zeros) else { return };
        let draft = Draft::fix(format!("perhaps “{right}”"), here.range(0, words), right, Safety::Display);
        out.report(here.doc, self.myriad, here.tokens(0, words), draft);
    }

    /// “900 €”, “$5 dollars”
    fn money(&self, here: Place<'_>, out: &mut Sink<'_>) {
        let short_scale = match here.text(1) {
            "M" | "Mio" if is_sign(here.text(2)) => Some("million"),
            "Mrd" | "bn" | "mld" if is_sign(here.text(2)) => Some("billion"),
            _ => None,
        };
        let scaled = isize::from(here.on(self.lists.magnitudes, 1) || short_scale.is_some());
        let sign = 1 + scaled;
        let figure = |from: isize| {
            let grouped: Vec<&str> = (from..=0).map(|by| here.text(by)).collect();
            match figure::read(here.text(0)) {
                Some(Figure::Comma(right) | Figure::Certain(right)) if from == 0 => right,
                _ => grouped.join(","),
            }
        };
        if is_sign(here.text(sign)) && !is_sign(here.text(-1)) {
            let named = here.is(sign + 1, &["sign", "signs", "bill", "bills", "note", "notes"]);
            let opens_sum = named || here.kind(sign + 1) == Some(Kind::Num) && here.glued(sign + 1);
            let from = -isize::from(here.whole(-1).is_some() && here.text(-1).len() <= 3 && here.text(0).len() == 3);
            let (_, suffix) = figure::split_suffix(here.text(0));
            if opens_sum || !suffix.is_empty() || is_sign(here.text(from - 1)) {
                return;
            }
            let scale = if scaled == 1 { format!(" {}", short_scale.unwrap_or(here.text(1))) } else { String::new() };
            let right = format!("{}{}{scale}", here.text(sign), figure(from));
            let gap = if here.kind(sign + 1) == Some(Kind::Word) && here.glued(sign + 1) { " " } else { "" };
            let draft = Draft::fix(format!("write “{right}”"), here.range(from, sign), format!("{right}{gap}"), Safety::Unsafe);
            out.report(here.doc, self.sign_after, here.tokens(from, sign), draft);
        } else if is_sign(here.text(-1))
            && here.is(sign, &["euros", "dollars", "pounds", "rubles", "roubles", "pesos", "yen", "yuan", "hryvnias"])
        {
            let name = here.text(sign).to_ascii_lowercase();
            let kept = here.range(-1, sign - 1).of(&here.doc.view.text);
            let same = names_of(here.text(-1)).contains(&name.as_str());
            // “$200 pounds of rice” weighs something.
            if !same && here.is(sign + 1, &["of"]) {
                return;
            }
            let named = here.range(0, sign).of(&here.doc.view.text);
            let fix = |text: &str, safety| HitFix {
                title: format!("write “{text}”"),
                edits: vec![(here.range(-1, sign), text.to_owned())],
                safety,
            };
            let fixes = if same { vec![fix(kept, Safety::Unsafe)] } else { vec![fix(kept, Safety::Display), fix(named, Safety::Display)] };
            out.report(here.doc, self.sign_and_name, here.tokens(-1, sign), Draft { fixes, ..Draft::default() });
        }
    }

    /// “5 %”
    fn percent(&self, here: Place<'_>, out: &mut Sink<'_>) {
        if here.text(1) == "%" && here.has(1, Flags::SPACE) && !here.doc.starts_line(here.at + 1) {
            let right = format!("{}%", here.text(0));
            let draft = Draft::fix("close the space", here.range(0, 1), right, Safety::Unsafe);
            out.report(here.doc, self.percent, here.tokens(0, 1), draft);
        }
    }

    /// “2º”, “26ème”, “1990er”, “23th”, “15-th”
    fn ordinal(&self, here: Place<'_>, out: &mut Sink<'_>) {
        let text = here.text(0);
        let (number, suffix) = figure::split_suffix(text);
        let Some(value) = number.parse::<u32>().ok().filter(|_| number.len() <= 4 && number.bytes().all(|b| b.is_ascii_digit())) else {
            return;
        };
        let degrees = suffix.starts_with('º') && (suffix.len() > 'º'.len_utf8() || here.is(1, &["C", "F"]));
        if degrees {
            if matches!(suffix, "º" | "ºC" | "ºF") {
                let right = text.replace('º', "°");
                out.report(
                    here.doc,
                    self.degree,
                    here.tokens(0, 0),
                    Draft::fix("write a degree sign", here.range(0, 0), right, Safety::Unsafe),
                );
            }
            return;
        }
        let ordinal = format!("{number}{}", figure::ordinal_ending(value));
        let lower = suffix.to_lowercase();
        let decade = matches!(lower.as_str(), "er" | "ern") && number.len() == 4 && number.ends_with('0') && (1800..2040).contains(&value);
        let foreign = matches!(lower.as_str(), "º" | "ª" | "ème" | "ième" | "éme" | "ère") || lower == "er" && value == 1;
        if decade {
            let right = format!("{number}s");
            let end = isize::from(here.is(1, &["years"]));
            let draft = Draft::fix(format!("write “{right}”"), here.range(0, end), right, Safety::Unsafe);
            out.report(here.doc, self.foreign_ordinal, here.tokens(0, end), draft);
        } else if foreign && !here.is(1, &["cru", "grand", "arrondissement"]) {
            let draft = Draft::fix(format!("write “{ordinal}”"), here.range(0, 0), ordinal, Safety::Unsafe);
            out.report(here.doc, self.foreign_ordinal, here.tokens(0, 0), draft);
        } else if matches!(lower.as_str(), "st" | "nd" | "rd" | "th")
            && lower != figure::ordinal_ending(value)
            && !matches!(here.text(-1), "/" | ".")
        {
            self.mend_ordinal(here, 0, ordinal, out);
        } else if suffix.is_empty() && here.text(1) == "-" && here.glued(1) && here.glued(2) && here.is(2, &["st", "nd", "rd", "th"]) {
            self.mend_ordinal(here, 2, ordinal, out);
        }
    }

    fn mend_ordinal(&self, here: Place<'_>, end: isize, right: String, out: &mut Sink<'_>) {
        let draft = Draft::fix(format!("write “{right}”"), here.range(0, end), right, Safety::Unsafe);
        out.report(here.doc, self.wrong_ordinal, here.tokens(0, end), draft);
    }

    /// “in the 1990th years”, “August of the 2006th”
    fn decade(&self, here: Place<'_>, out: &mut Sink<'_>) {
        let (number, suffix) = figure::split_suffix(here.text(0));
        let Some(value) = number.parse::<u32>().ok() else { return };
        let short = (50..100).contains(&value) && value % 10 == 0 && suffix == "th" && here.is(-1, &["the"]) && here.is(1, &["years"]);
        if short {
            let right = format!("{}s", 1900 + value);
            let draft = Draft::fix(format!("perhaps “{right}”"), here.range(0, 1), right, Safety::Display);
            out.report(here.doc, self.decade, here.tokens(0, 1), draft);
        }
        if number.len() != 4 || !(1800..2100).contains(&value) {
            return;
        }
        if suffix != "th" || !here.is(-1, &["the", "early", "late", "mid", "since"]) {
            return;
        }
        let years = here.is(1, &["years"]);
        let dated = here
            .is(-2, &["in", "of", "from", "since", "until", "by", "to", "before", "after", "middle", "beginning", "end", "start"])
            || here.month(-2).is_some()
            || here.kind(-2) == Some(Kind::Num) && here.month(-3).is_some();
        let free = here.pauses(1) || here.on(self.lists.function_words, 1) && !here.is(1, &["of"]);
        if !(years || dated && free) {
            return;
        }
        let decade = value % 10 == 0;
        let (from, right) = match (decade, here.is(-1, &["the"])) {
            (true, _) => (0, format!("{number}s")),
            (false, the) => (-isize::from(the), number.to_owned()),
        };
        let end = isize::from(years);
        let draft = Draft::fix(format!("perhaps “{right}”"), here.range(from, end), right, Safety::Display);
        out.report(here.doc, self.decade, here.tokens(from, end), draft);
    }

    /// “in 1979 year”, “January 31, 2014 years”
    fn year_word(&self, here: Place<'_>, out: &mut Sink<'_>) {
        if here.year(0).is_none() || !here.is(1, &["year", "years"]) || here.glued(1) {
            return;
        }
        let dated = here.month(-1).is_some()
            || here.text(-1) == "," && here.day(-2).is_some() && here.month(-3).is_some()
            || here.day(-1).is_some() && here.month(-2).is_some();
        let led = here.is(-1, &["in", "of", "since", "until", "by", "from"]) && here.is(1, &["year"]);
        let free =
            here.pauses(2) || here.on(self.lists.function_words, 2) && !here.is(2, &["on", "over", "to", "by", "after", "upon", "as"]);
        if (dated || led) && free {
            let right = here.text(0);
            let draft = Draft::fix(format!("delete “{}”", here.text(1)), here.range(0, 1), right, Safety::Unsafe);
            out.report(here.doc, self.year_word, here.tokens(0, 1), draft);
        }
    }

    /// “the XXI century”
    fn century(&self, here: Place<'_>, out: &mut Sink<'_>) {
        if here.text(1) != "century" && here.text(1) != "centuries" {
            return;
        }
        // “World War II century” and “Louis XIV century furniture” name something else.
        if here.has(-1, Flags::CAP) && !here.on(self.lists.function_words, -1) {
            return;
        }
        let Some(value) = figure::roman(here.text(0)).filter(|v| *v <= 21) else { return };
        let right = format!("{value}{}", figure::ordinal_ending(value));
        let draft = Draft::fix(format!("write “{right}”"), here.range(0, 0), right, Safety::Unsafe);
        out.report(here.doc, self.roman, here.tokens(0, 0), draft);
    }

    /// “km / h”, “° C”
    fn spaced_unit(&self, here: Place<'_>, out: &mut Sink<'_>) {
        if !here.has(1, Flags::SPACE) {
            return;
        }
        let speed = here.is(0, &["km", "m"]) && here.text(1) == "/" && here.is(2, &["h", "s"]);
        let degrees = here.text(0) == "°" && matches!(here.text(1), "C" | "F");
        if !speed && !degrees {
            return;
        }
        let end = if speed { 2 } else { 1 };
        let right: String = (0..=end).map(|by| here.text(by)).collect();
        let draft = Draft::fix("close the space", here.range(0, end), right, Safety::Unsafe);
        out.report(here.doc, self.spaced_unit, here.tokens(0, end), draft);
    }
}

impl Lists {
    /// A unit of measure, currency or magnitude.
    fn any_unit(&self, here: Place<'_>, by: isize) -> bool {
        here.on(self.units, by) || here.on(self.currencies, by) || here.on(self.magnitudes, by)
    }
}

impl Detector for Numbers {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        for sent in &doc.sents {
            let mut grouped_until = sent.first;
            for at in sent.first..sent.last {
                let here = Place { doc, sent, at };
                match doc.tokens[at].kind {
                    Kind::Num => {
                        match figure::read(here.text(0)) {
                            Some(Figure::Comma(right)) => self.comma(here, &right, out),
                            Some(Figure::Certain(right)) => self.certain(here, &right, out),
                            Some(Figure::Point { lead, tail }) => self.point(here, &lead, &tail, out),
                            None => {}
                        }
                        if at >= grouped_until {
                            grouped_until = at + self.space(here, out);
                        }
                        self.scale(here, out);
                        self.money(here, out);
                        self.percent(here, out);
                        self.ordinal(here, out);
                        self.decade(here, out);
                        self.year_word(here, out);
                    }
                    Kind::Word if doc.tokens[at].is(Flags::CAP) => self.century(here, out),
                    _ => {}
                }
                if at > sent.first && doc.tokens[at - 1].kind == Kind::Num {
                    self.spaced_unit(here, out);
                }
            }
        }
    }
}
