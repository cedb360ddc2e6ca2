//! Revises texts: edits that keep every fact, and edits that move one. The same seed gives the same edits.

/// A small generator of numbers that look random.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides.max(1)
    }
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.roll(list.len()))
    }
}

/// Words and the bytes they stand at: letters, digits, inner apostrophes, hyphens and marks of figures.
pub fn words(text: &str) -> Vec<(usize, &str)> {
    let inner = |c: char| matches!(c, '\'' | '’' | '-' | ',' | '.');
    let mut out = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (true, Some(_)) => {}
            (false, Some(from)) => {
                let next = text[at..].chars().nth(1).is_some_and(char::is_alphanumeric);
                if !(inner(c) && next) {
                    out.push((from, &text[from..at]));
                    start = None;
                }
            }
            (false, None) => {}
        }
    }
    out
}

fn replace(text: &str, at: usize, old: &str, new: &str) -> String {
    format!("{}{new}{}", &text[..at], &text[at + old.len()..])
}

/// Whether the line around holds quotation marks: between them stand somebody's own words.
fn has_speech(text: &str, at: usize) -> bool {
    let from = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let to = text[at..].find('\n').map_or(text.len(), |n| at + n);
    let line = &text[from..to];
    line.contains(['“', '"', '‘']) || line.starts_with('\'') || line.contains(" '")
}

/// Words for each other, in any news.
const SYNONYMS: &[(&str, &str)] = &[
    ("large", "big"),
    ("began", "started"),
    ("begin", "start"),
    ("help", "assist"),
    ("helped", "assisted"),
    ("show", "demonstrate"),
    ("buy", "purchase"),
    ("bought", "purchased"),
    ("however", "yet"),
    ("while", "whereas"),
    ("because", "since"),
    ("but", "yet"),
    ("also", "too"),
    ("people", "residents"),
    ("house", "home"),
    ("street", "road"),
    ("quickly", "fast"),
    ("children", "kids"),
    ("enough", "sufficient"),
    ("near", "close to"),
    ("after", "following"),
    ("before", "prior to"),
    ("get", "obtain"),
    ("need", "require"),
    ("important", "significant"),
    ("problem", "issue"),
    ("tried", "attempted"),
    ("making", "producing"),
    ("work", "labour"),
    ("old", "elderly"),
    ("town", "city"),
    ("talks", "negotiations"),
    ("war", "conflict"),
    ("asked", "requested"),
    ("end", "finish"),
    ("ended", "finished"),
    ("country", "nation"),
    ("meeting", "gathering"),
    ("officials", "authorities"),
];

pub const KEEPING: [&str; 8] =
    ["synonyms", "marks", "paragraphs moved", "paragraphs merged", "sentences moved", "contractions", "figures rewritten", "words put in"];

/// An edit that keeps every fact; `None` when the text gives no occasion.
pub fn keep(kind: &str, text: &str, dice: &mut Dice) -> Option<String> {
    let paragraphs = || text.split("\n\n").map(str::to_owned).collect::<Vec<_>>();
    let out = match kind {
        "synonyms" => {
            let mut out = text.to_owned();
            for (at, word) in words(text).into_iter().rev() {
                let quoted = has_speech(text, at);
                let twin = SYNONYMS.iter().find_map(|(a, b)| (*a == word).then_some(*b).or((*b == word).then_some(*a)));
                if let Some(twin) = twin.filter(|_| !quoted && dice.roll(2) == 0) {
                    out = replace(&out, at, word, twin);
                }
            }
            out
        }
        "marks" => {
            let straight = text.replace(['“', '”'], "\"").replace('’', "'");
            straight.replace(" – ", " - ").replace(" — ", ", ").replace(";", ",")
        }
        "paragraphs moved" => {
            let mut parts = paragraphs();
            let (a, b) = (dice.roll(parts.len()), dice.roll(parts.len()));
            parts.swap(a, b);
            parts.join("\n\n")
        }
        "paragraphs merged" => text.replacen("\n\n", " ", 1 + dice.roll(3)),
        "sentences moved" => {
            let mut parts = paragraphs();
            let at = dice.roll(parts.len());
            let mut sentences: Vec<&str> = parts[at].split_inclusive(". ").collect();
            if sentences.len() < 2 || !parts[at].ends_with('.') || parts[at].contains(['“', '"', '‘']) {
                return None;
            }
            let first = sentences.remove(0);
            let rest: String = sentences.concat();
            let turned = format!("{} {}", rest.trim(), first.trim());
            parts[at] = turned;
            parts.join("\n\n")
        }
        "contractions" => {
            let mut out = text.to_owned();
            for verb in ["did", "does", "do", "is", "was", "are", "were", "has", "have", "had", "could", "would"] {
                out = out.replace(&format!(" {verb} not "), &format!(" {verb}n’t "));
            }
            out
        }
        "figures rewritten" => {
            let mut out = text.to_owned();
            for (word, digit) in [("three", "3"), ("four", "4"), ("seven", "7"), ("ten", "10"), ("twelve", "12"), ("twenty", "20")] {
                out = out.replace(&format!(" {word} "), &format!(" {digit} "));
            }
            out.replace(" per cent", "%").replace(" percent", "%").replace(" million", "m").replace(",000 ", "000 ")
        }
        _ => {
            let at = words(text)
                .into_iter()
                .filter(|(at, _)| text[..*at].ends_with(", ") && !has_speech(text, *at))
                .map(|(at, _)| at)
                .collect::<Vec<_>>();
            let at = *dice.pick(&at)?;
            let word = *dice.pick(&["meanwhile, ", "as it were, ", "in turn, ", "of course, ", "in fact, "])?;
            format!("{}{word}{}", &text[..at], &text[at..])
        }
    };
    (out != text).then_some(out)
}

pub const MOVING: [&str; 10] = [
    "digit changed",
    "figure left out",
    "name swapped",
    "name invented",
    "not put in",
    "not taken out",
    "hedge taken out",
    "hedge put in",
    "date changed",
    "quoted word changed",
];

/// An edit that moves one fact, and the place in the new text; `None` when the text gives no occasion.
pub fn change(kind: &str, text: &str, dice: &mut Dice) -> Option<(String, usize)> {
    let all = words(text);
    let lower = |w: &str| w.chars().next().is_some_and(char::is_lowercase);
    let in_prose = |at: usize| {
        let line = text[..at].rfind('\n').map_or(0, |n| n + 1);
        let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
        text[line..end].split(' ').count() > 8
    };
    let quoted = |at: usize| {
        let line = text[..at].rfind('\n').map_or(0, |n| n + 1);
        text[line..at].rfind('“').is_some_and(|o| text[line..at].rfind('”').is_none_or(|c| c < o))
            && text[at..].find('”').is_some_and(|c| text[at..].find('\n').is_none_or(|n| c < n))
    };
    let choose = |dice: &mut Dice, fits: &dyn Fn(usize) -> bool| -> Option<(usize, &str)> {
        let list: Vec<usize> = (0..all.len()).filter(|i| in_prose(all[*i].0) && fits(*i)).collect();
        dice.pick(&list).map(|i| all[*i])
    };
    const AUXILIARIES: &[&str] = &["is", "was", "are", "were", "will", "would", "can", "could", "should", "has", "have", "had", "must"];
    const HEDGES: &[&str] = &["may", "might", "allegedly", "reportedly", "apparently", "possibly", "probably", "likely", "perhaps"];
    const NAMES: &[&str] = &["Ramírez", "Kowalski", "Tanaka", "Okafor", "Lindqvist", "Estonia", "Bolivia", "Nairobi", "UNESCO", "Osaka"];
    let name = |i: usize| {
        let (at, w) = all[i];
        let first = text[..at].trim_end().ends_with(['.', '!', '?', '\n', '“', '”', '"', '’', ':', '‘']) || at == 0;
        let months =
            ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
        let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        let entry = copydesk::lang::lexicon::lookup(&w.to_lowercase());
        w.len() > 3
            && !first
            && w.chars().next().is_some_and(char::is_uppercase)
            && !months.contains(&w)
            && !days.contains(&w)
            && !entry.in_dictionary()
            && w.chars().all(char::is_alphabetic)
    };
    match kind {
        "digit changed" => {
            let (at, w) = choose(dice, &|i| all[i].1.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.') && all[i].1.len() > 1)?;
            let place = w.bytes().position(|b| b.is_ascii_digit() && b != b'0')?;
            let digit = w.as_bytes()[place] - b'0';
            let new = (digit - 1 + 1 + u8::try_from(dice.roll(7)).unwrap_or(0)) % 9 + 1;
            let new = if new == digit { digit % 9 + 1 } else { new };
            Some((replace(text, at, w, &format!("{}{new}{}", &w[..place], &w[place + 1..])), at))
        }
        "figure left out" => {
            let (at, w) = choose(dice, &|i| {
                let next = all.get(i + 1);
                all[i].1.bytes().all(|b| b.is_ascii_digit() || b == b',')
                    && all[i].1.len() > 1
                    && next.is_some_and(|n| lower(n.1))
                    && text[..all[i].0].ends_with(' ')
            })?;
            Some((replace(text, at, &text[at..at + w.len() + 1], ""), at))
        }
        "name swapped" => {
            let (at, w) = choose(dice, &name)?;
            let new = *dice.pick(NAMES)?;
            (new != w).then(|| (replace(text, at, w, new), at))
        }
        "name invented" => {
            let (at, w) =
                choose(dice, &|i| matches!(all[i].1, "said" | "told" | "met" | "added") && i > 0 && text[..all[i].0].ends_with(' '))?;
            let new = *dice.pick(NAMES)?;
            Some((replace(text, at, w, &format!("with {new} {w}")), at))
        }
        "not put in" => {
            let (at, w) = choose(dice, &|i| AUXILIARIES.contains(&all[i].1) && all.get(i + 1).is_some_and(|n| lower(n.1) && n.1 != "not"))?;
            Some((replace(text, at, w, &format!("{w} not")), at))
        }
        "not taken out" => {
            let (at, w) = choose(dice, &|i| all[i].1 == "not" && i > 0 && AUXILIARIES.contains(&all[i - 1].1))?;
            Some((replace(text, at, &text[at..at + w.len() + 1], ""), at))
        }
        "hedge taken out" => {
            let (at, w) = choose(dice, &|i| HEDGES.contains(&all[i].1) && all.get(i + 1).is_some_and(|n| lower(n.1)))?;
            Some((replace(text, at, &text[at..at + w.len() + 1], ""), at))
        }
        "hedge put in" => {
            let (at, w) =
                choose(dice, &|i| matches!(all[i].1, "is" | "was" | "were" | "had" | "has") && all.get(i + 1).is_some_and(|n| lower(n.1)))?;
            let hedge = *dice.pick(&["allegedly", "reportedly", "apparently"])?;
            Some((replace(text, at, w, &format!("{w} {hedge}")), at))
        }
        "date changed" => {
            let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
            let months = ["January", "February", "April", "June", "July", "August", "September", "October", "November", "December"];
            let (at, w) = choose(dice, &|i| days.contains(&all[i].1) || months.contains(&all[i].1))?;
            let list: &[&str] = if days.contains(&w) { &days } else { &months };
            let new = *dice.pick(list)?;
            (new != w).then(|| (replace(text, at, w, new), at))
        }
        _ => {
            let (at, w) =
                choose(dice, &|i| quoted(all[i].0) && lower(all[i].1) && all[i].1.len() > 5 && all[i].1.chars().all(char::is_alphabetic))?;
            let new = *dice.pick(&["mountain", "yellow", "kitchen", "whisper", "bitter"])?;
            Some((replace(text, at, w, new), at))
        }
    }
}
