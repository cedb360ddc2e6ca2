//! Names in two versions: who was named, who is named now, and whether that is somebody else.

use rustc_hash::FxHashSet;
use strsim::damerau_levenshtein;

use super::align::Group;
use super::facts::{Pair, Versions, counts};
use super::words::{Stems, Words};
use super::{Change, Kind};
use crate::names::data::fold::{fold, skeleton};
use crate::names::data::pack::Kind as Form;
use crate::names::read::Reading;
use crate::names::{parts, titles};
use crate::text::calendar;
use crate::text::token::{Flags, Kind as TokenKind};

/// What the tables know a name as.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    Person(usize, u16),
    Body(usize, u16),
    Place(usize, u16),
    /// A country, its people and its adjective; also where its places lie.
    Country(String),
}

/// A run of words with capitals.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    /// Its tokens, the last one included.
    pub first: usize,
    pub last: usize,
    /// Its words (numbers in [`Words::all`]) that are no ordinary English words.
    hard: Vec<usize>,
    /// The stems of all its words with capitals.
    stems: Vec<u32>,
    known: Vec<Known>,
    /// Countries its places lie in.
    lands: Vec<String>,
    /// It is a house that stands for a government.
    seat: bool,
    /// A wrong form of a known name is among it.
    wrong: bool,
    acronym: String,
}

const PARTICLES: &[&str] =
    &["of", "de", "van", "von", "der", "den", "bin", "al", "el", "la", "le", "du", "da", "di", "dos", "del", "the", "for", "ibn"];

/// Further words with a capital that are no name: parts of offices, agencies, clocks, currencies, numerals.
const NO_NAMES: &[&str] = &[
    "prime", "vice", "state", "foreign", "interior", "defence", "defense", "finance", "saint", "lt", "sgt", "god", "internet", "photo",
    "reuters", "afp", "ap", "tass", "dpa", "bst", "gmt", "cet", "est", "utc", "read", "tv", "cfo", "mps", "pm", "fm", "kmh", "usa", "usd",
    "eur", "gbp", "rmb", "cny", "vnd", "jpy", "uah", "rub", "chf", "inr", "ok", "dna", "dvd", "gdp", "id", "it", "phd", "ii", "iii", "iv",
    "vi", "vii", "ix", "xi", "xx", "xxi", "no",
];

/// A rank or another word that one version may put to a name and the other leave out.
fn comes_and_goes(low: &str) -> bool {
    titles::RANKS.contains(&low) || NO_NAMES.contains(&low)
}

/// Seats of power that news puts for the country.
const SEATS: &[(&str, &str)] = &[
    ("kremlin", "RU"),
    ("washington", "US"),
    ("pentagon", "US"),
    ("america", "US"),
    ("americans", "US"),
    ("american", "US"),
    ("usa", "US"),
    ("us", "US"),
    ("holland", "NL"),
    ("dutch", "NL"),
    ("england", "GB"),
    ("britain", "GB"),
    ("british", "GB"),
    ("uk", "GB"),
    ("english", "GB"),
    ("london", "GB"),
    ("bundestag", "DE"),
    ("elysee", "FR"),
    ("knesset", "IL"),
    ("seoul", "KR"),
    ("moscow", "RU"),
    ("kyiv", "UA"),
    ("kiev", "UA"),
    ("paris", "FR"),
    ("berlin", "DE"),
    ("tehran", "IR"),
    ("ankara", "TR"),
    ("jerusalem", "IL"),
    ("tokyo", "JP"),
    ("beijing", "CN"),
    ("soviet", "RU"),
];

/// The names of each sentence.
pub(super) fn mentions(words: &Words<'_>, reading: &Reading<'_>, stems: &mut Stems) -> Vec<Vec<Mention>> {
    let doc = words.doc;
    let mut out = Vec::with_capacity(doc.sents.len());
    // Which people the document names in full.
    let full: FxHashSet<(usize, u16)> = reading.of(Form::Full).map(|s| (s.store, s.posting.id)).collect();
    for (number, sent) in doc.sents.iter().enumerate() {
        let mut list = Vec::new();
        // In headlines capitals say nothing.
        if !sent.title {
            let mut word = words.sents[number].start;
            while word < words.sents[number].end {
                match mention(words, reading, stems, &full, word, words.sents[number].end) {
                    Some((found, next)) => {
                        list.push(found);
                        word = next;
                    }
                    None => word += 1,
                }
            }
        }
        out.push(list);
    }
    out
}

fn names_something(words: &Words<'_>, word: usize) -> bool {
    let tok = words.all[word].tok;
    let token = &words.doc.tokens[tok];
    if token.kind != TokenKind::Word || !token.is(Flags::CAP) {
        return false;
    }
    let text = words.text(word);
    let low = text.to_lowercase();
    let time = calendar::month(text).is_some() && text.len() > 3 || calendar::weekday(low.strip_suffix('s').unwrap_or(&low)).is_some();
    let function = !words.all[word].content;
    // “N15,000” is a sum, “US dollars” are no country.
    let figure = text.ends_with(|c: char| c.is_ascii_digit())
        && (text.bytes().filter(u8::is_ascii_digit).count() > 2 || matches!(words.doc.text(tok + 1), "," | "."))
        && !text.contains('-');
    if figure {
        return false;
    }
    let money = words.text(word + 1).to_lowercase().starts_with("dollar");
    !time && !money && !function && !comes_and_goes(low.trim_end_matches('.'))
}

/// The name that begins with `word`, and the word behind it.
fn mention(
    words: &Words<'_>,
    reading: &Reading<'_>,
    stems: &Stems,
    full: &FxHashSet<(usize, u16)>,
    word: usize,
    end: usize,
) -> Option<(Mention, usize)> {
    let doc = words.doc;
    if !names_something(words, word) {
        return None;
    }
    let mut members = vec![word];
    let mut at = word;
    loop {
        let mut next = at + 1;
        // A contraction has several words at one token.
        while next < end && words.all[next].tok == words.all[at].tok {
            next += 1;
        }
        let mut stepped = next;
        while stepped < end && stepped < next + 2 && PARTICLES.contains(&words.text(stepped).to_lowercase().as_str()) {
            stepped += 1;
        }
        if stepped >= end || members.len() >= 8 || !names_something(words, stepped) {
            break;
        }
        // Nothing but spaces, hyphens and the stops of initials stands between the parts of a name.
        let between = words.all[at].tok + 1..words.all[stepped].tok;
        let joined = between.clone().all(|t| {
            let text = doc.text(t);
            doc.tokens[t].kind == TokenKind::Word && !matches!(text, "'s" | "’s")
                || matches!(text, "-" | "‐" | "‑" | "&")
                || text == "." && doc.text(t - 1).chars().count() <= 2
        });
        if !joined || doc.starts_line(words.all[stepped].tok) {
            break;
        }
        members.push(stepped);
        at = stepped;
    }
    let (first, last) = (words.all[members[0]].tok, words.all[at].tok);
    let sentence_first = doc.sent_of(first).is_some_and(|s| (s.first..first).all(|i| !doc.tokens[i].is_word()));
    let mut known = Vec::new();
    let mut lands = Vec::new();
    // Token ranges of right and wrong forms: “Kingdom” may be a wrong form of something, not so in “United Kingdom”.
    let (mut right_at, mut wrong_at) = (Vec::new(), Vec::new());
    let mut persons = Vec::new();
    let mut covered = FxHashSet::default();
    for spot in reading.overlapping(first, last + 1).filter(|s| s.first >= first && s.last <= last + 1) {
        let id = spot.posting.id;
        let store = reading.store(spot);
        if spot.posting.kind.is_wrong() { &mut wrong_at } else { &mut right_at }.push(spot.first..spot.last);
        match spot.posting.kind {
            Form::Full | Form::Tail | Form::Short | Form::WrongTail | Form::WrongFull => {
                known.push(Known::Person(spot.store, id));
                let right = matches!(spot.posting.kind, Form::Full | Form::Tail | Form::Short);
                // “Court” is somebody's name, too: an ordinary word needs the full name somewhere, or a title before it.
                let titled = spot.first.checked_sub(1).is_some_and(|t| comes_and_goes(&doc.text(t).to_lowercase()));
                let ordinary = doc.entry(spot.last - 1).in_dictionary();
                if right && (spot.posting.kind == Form::Full || full.contains(&(spot.store, id)) || !ordinary && !sentence_first || titled)
                {
                    persons.push(spot.last - 1);
                }
            }
            Form::Body | Form::Acronym | Form::WrongBody | Form::ForeignAcronym => {
                known.push(Known::Body(spot.store, id));
            }
            Form::Place | Form::WrongPlace => {
                let place = store.place(id);
                known.push(Known::Place(spot.store, id));
                lands.push(place.country);
                covered.extend(spot.first..spot.last);
            }
            Form::Country => {
                let code = store.country(id).code;
                known.push(Known::Country(code.clone()));
                lands.push(code);
                covered.extend(spot.first..spot.last);
            }
            _ => {}
        }
    }
    let wrong = wrong_at.iter().any(|w| !right_at.iter().any(|r| r.start <= w.start && w.end <= r.end));
    for &member in &members {
        let folded = fold(words.text(member));
        lands.extend(SEATS.iter().filter(|(name, _)| *name == folded).map(|(_, code)| (*code).to_owned()));
    }
    let seat =
        members.iter().any(|m| ["kremlin", "pentagon", "elysee", "knesset", "bundestag", "duma"].contains(&fold(words.text(*m)).as_str()));
    known.sort();
    known.dedup();
    lands.sort();
    lands.dedup();
    let mut hard = Vec::new();
    let mut after_given = false;
    for &member in &members {
        let tok = words.all[member].tok;
        let text = words.text(member);
        let folded = fold(text);
        let upper = doc.tokens[tok].is(Flags::UPPER) && (2..=6).contains(&text.len()) && text.len() < 6;
        let initial = text.trim_end_matches('.').chars().count() < 2;
        let entry = doc.entry(tok);
        let ordinary = entry.in_dictionary();
        let respelt = !ordinary || covered.contains(&tok) || persons.contains(&tok) || after_given;
        // Capitals may only stress: “FOR”.
        if !initial && (upper && (!ordinary || !known.is_empty()) || respelt) {
            hard.push(member);
        }
        after_given = !ordinary && parts::group(&folded).is_some() && !covered.contains(&tok);
    }
    // The first word of a sentence has its capital from there.
    let mut first = first;
    if sentence_first && members.len() > 1 && !hard.contains(&members[0]) && doc.entry(first).in_dictionary() {
        first = words.all[members[1]].tok;
    }
    let acronym = members.iter().filter_map(|m| words.text(*m).chars().next()).collect();
    let mention = Mention {
        first,
        last,
        hard,
        stems: members.iter().map(|m| words.all[*m].stem).filter(|s| !stems.name(*s).is_empty()).collect(),
        known,
        lands,
        seat,
        wrong,
        acronym,
    };
    Some((mention, at + 1))
}

/// Whether two names can be one.
fn one(a: &Mention, b: &Mention, words_a: &Words<'_>, words_b: &Words<'_>) -> bool {
    if a.known.iter().any(|k| b.known.contains(k))
        || a.lands.iter().any(|l| b.lands.contains(l)) && (a.seat || b.seat || !both_cities(a, b))
    {
        return true;
    }
    if a.stems.iter().any(|s| b.stems.contains(s)) && a.hard.len().min(b.hard.len()) <= 1 && a.stems.len() != b.stems.len() {
        return true;
    }
    let short = |m: &Mention, words: &Words<'_>| -> Option<String> {
        (m.first == m.last).then(|| words.doc.text(m.first).replace('.', "")).filter(|t| t.len() > 1 && t.chars().all(char::is_uppercase))
    };
    let letters = |m: &Mention, words: &Words<'_>| fold(&super::facts::text(words.doc, m.first, m.last)).replace(' ', "");
    let (x, y) = (letters(a, words_a), letters(b, words_b));
    if x == y || x.len() > 5 && y.contains(&x) || y.len() > 5 && x.contains(&y) {
        return true;
    }
    let spelt =
        |s: Option<String>, m: &Mention| s.is_some_and(|s| m.acronym.len() > 1 && (m.acronym.contains(&s) || s.contains(&m.acronym)));
    spelt(short(a, words_a), b) || spelt(short(b, words_b), a)
}

/// Both name a place in the same country, and not the same one.
fn both_cities(a: &Mention, b: &Mention) -> bool {
    let city =
        |m: &Mention| m.known.iter().any(|k| matches!(k, Known::Place(..))) && !m.known.iter().any(|k| matches!(k, Known::Country(_)));
    city(a) && city(b)
}

/// Whether one word is the other, inflected or derived.
fn variant(a: &str, b: &str) -> bool {
    let (x, y) = (fold(a), fold(b));
    if x == y {
        return true;
    }
    let common = x.bytes().zip(y.bytes()).take_while(|(p, q)| p == q).count();
    let (short, long) = (x.len().min(y.len()), x.len().max(y.len()));
    // “Berlin” and “Berliner”, “Catalonia” and “Catalan”.
    let ending = |t: &str| {
        ["n", "an", "ian", "er", "ers", "ese", "i", "ish", "ns", "ans", "ians", "s", "es", "a", "ia", "e", "ic"].contains(&&t[common..])
            || t.len() == common
    };
    common >= 4 && common + 3 >= short && long - common <= 4 && x.is_ascii() && y.is_ascii() && ending(&x) && ending(&y)
}

/// Names that a version of a group has and the other has not.
fn missing<'m>(v: &Versions<'_>, mentions: &'m [Mention], others: &[Mention], old: bool, pair: &Pair) -> Vec<(&'m Mention, Vec<usize>)> {
    let (mine, theirs, list) = if old { (&v.old, &v.new, &pair.new) } else { (&v.new, &v.old, &pair.old) };
    let has = counts(theirs, list);
    let initials: String = list.iter().take(400).filter_map(|w| theirs.text(*w).chars().next()).flat_map(char::to_lowercase).collect();
    let capitals: Vec<&str> = list.iter().filter(|w| theirs.capital(**w)).map(|w| theirs.text(*w)).take(200).collect();
    mentions
        .iter()
        .take(200)
        .filter_map(|mention| {
            let gone: Vec<usize> = mention
                .hard
                .iter()
                .copied()
                .filter(|w| {
                    let text = mine.text(*w);
                    let acronym = text.len() > 1 && text.chars().all(char::is_uppercase);
                    // “AI” for “artificial intelligence”
                    let spelt_out = acronym && initials.contains(&text.to_lowercase());
                    !has.contains_key(&mine.all[*w].stem)
                        && !spelt_out
                        && !capitals.iter().any(|c| variant(text, c) && !rivals(v, text, c, mention, others))
                })
                .collect();
            if gone.is_empty() {
                return None;
            }
            let same = others.iter().any(|o| {
                let (a, b) = (mention, o);
                let shared = a.known.iter().any(|k| b.known.contains(k));
                shared && !mention.wrong && !o.wrong || !shared && one(a, b, mine, theirs)
            });
            (!same).then_some((mention, gone))
        })
        .collect()
}

/// Two names that look alike and are known to be two: Austria and Australia.
fn rivals(_: &Versions<'_>, _: &str, other: &str, mention: &Mention, others: &[Mention]) -> bool {
    let folded = fold(other);
    let theirs: Vec<&Mention> = others.iter().filter(|o| folded.len() > 3 && !o.known.is_empty() && o.first == o.last).collect();
    let countries = |m: &Mention| m.known.iter().filter(|k| matches!(k, Known::Country(_))).cloned().collect::<Vec<_>>();
    let mine = countries(mention);
    !mine.is_empty()
        && theirs.iter().any(|o| !countries(o).is_empty() && !countries(o).iter().any(|c| mine.contains(c)))
        && theirs.iter().all(|o| !countries(o).iter().any(|c| mine.contains(c)))
}

impl Versions<'_> {
    /// Whether a mention names somebody the other version does not know at all, and is surely a name.
    pub(super) fn is_unknown(&self, old: bool, mention: &Mention) -> bool {
        let (words, has, lists) =
            if old { (&self.old, &self.new_has, &self.new_names) } else { (&self.new, &self.old_has, &self.old_names) };
        let sure = !mention.known.is_empty()
            || mention.hard.len() >= 2
            || mention
                .hard
                .iter()
                .any(|w| parts::group(&fold(words.text(*w))).is_some() || words.doc.tokens[words.all[*w].tok].is(Flags::UPPER));
        if mention.hard.is_empty() || !sure || mention.hard.iter().any(|w| has.contains(&words.all[*w].stem)) {
            return false;
        }
        let other = if old { &self.new } else { &self.old };
        let alike = |m: &Mention| {
            one(mention, m, words, other)
                || mention.hard.iter().any(|a| {
                    m.hard.iter().any(|b| {
                        let (a, b) = (fold(words.text(*a)), fold(other.text(*b)));
                        variant(&a, &b) || sounds_like(&a, &b)
                    })
                })
        };
        // Looking a name up walks over the whole text.
        !lists.iter().flatten().take(2_000).any(alike)
    }

    /// Whether a name in either version holds both words: they are one person's.
    fn together(&self, a: u32, b: u32) -> bool {
        self.old_names.iter().chain(&self.new_names).flatten().take(4_000).any(|m| m.stems.contains(&a) && m.stems.contains(&b))
    }
}

/// A name that was respelt rather than replaced.
fn sounds_like(a: &str, b: &str) -> bool {
    let long = a.len().max(b.len());
    if parts::group(a).is_some_and(|group| parts::group(b) == Some(group)) {
        return true;
    }
    if long < 3 {
        return false;
    }
    let distance = damerau_levenshtein(a, b);
    distance <= 1 && long > 3 || distance * 3 <= long && long > 4 || skeleton(a) == skeleton(b) && long > 4 && distance * 2 <= long
}

fn respelt(a: (&Mention, &[usize]), b: (&Mention, &[usize]), old: &Words<'_>, new: &Words<'_>) -> bool {
    if a.0.known.iter().any(|k| b.0.known.contains(k)) {
        return true;
    }
    let join = |words: &Words<'_>, list: &[usize]| list.iter().map(|w| fold(words.text(*w))).collect::<Vec<_>>();
    let (x, y) = (join(old, a.1), join(new, b.1));
    // “Alexander” and “Aleksandr”, whoever of that name is known.
    if x.iter().any(|p| parts::group(p).is_some_and(|group| y.iter().any(|q| parts::group(q) == Some(group)))) {
        return true;
    }
    let known = |m: &Mention| !m.known.is_empty() && !m.wrong;
    if known(a.0) && known(b.0) {
        return false;
    }
    x.iter().any(|p| y.iter().any(|q| sounds_like(p, q))) || sounds_like(&x.concat(), &y.concat())
}

pub(super) fn compare(v: &mut Versions<'_>, group: &Group, pair: &Pair) {
    let collect = |lists: &[Vec<Mention>], sents: &[usize]| -> Vec<Mention> { sents.iter().flat_map(|s| lists[*s].clone()).collect() };
    let (olds, news) = (collect(&v.old_names, &group.old), collect(&v.new_names, &group.new));
    let gone = missing(v, &olds, &news, true, pair);
    let come = missing(v, &news, &olds, false, pair);
    let mut found: Vec<(i32, usize, usize)> = Vec::new();
    for (i, (old, old_hard)) in gone.iter().enumerate() {
        for (j, (new, new_hard)) in come.iter().enumerate() {
            let score = likeness(v, pair, (old, old_hard), (new, new_hard), gone.len() == 1 && come.len() == 1);
            if score >= 3 {
                found.push((-score, i, j));
            }
        }
    }
    found.sort_unstable();
    let (mut used_old, mut used_new) = (vec![false; gone.len()], vec![false; come.len()]);
    let mut out = Vec::new();
    for (_, i, j) in found {
        if used_old[i] || used_new[j] {
            continue;
        }
        (used_old[i], used_new[j]) = (true, true);
        let ((old, old_hard), (new, new_hard)) = (&gone[i], &come[j]);
        let alias = old_hard.iter().any(|a| new_hard.iter().any(|b| v.together(v.old.all[*a].stem, v.new.all[*b].stem)));
        let same = respelt((old, old_hard), (new, new_hard), &v.old, &v.new);
        if alias && !same {
            continue;
        }
        let was = v.old_text(old.first, old.last);
        let now = v.new_text(new.first, new.last);
        if fold(&was) == fold(&now) {
            continue;
        }
        let kind = if same { Kind::NameRespelt } else { Kind::NameChanged };
        out.push(Change {
            kind,
            new: v.clip(new.first, new.last),
            restore: Some(was.clone()),
            was,
            what: String::new(),
            old: Some((old.first, old.last)),
        });
    }
    for (i, (old, hard)) in gone.iter().enumerate() {
        if !used_old[i] && hard.len() == old.hard.len() && v.is_unknown(true, old) && v.told.insert(hard_stems(&v.old, hard)) {
            let at = v.place(pair, old.first);
            let was = v.old_text(old.first, old.last);
            out.push(Change {
                kind: Kind::NameDropped,
                new: at,
                was,
                what: String::new(),
                old: Some((old.first, old.last)),
                restore: None,
            });
        }
    }
    for (j, (new, hard)) in come.iter().enumerate() {
        if !used_new[j] && hard.len() == new.hard.len() && v.is_unknown(false, new) && v.told.insert(hard_stems(&v.new, hard)) {
            let at = v.clip(new.first, new.last);
            let old = v.beside(at.0);
            out.push(Change { kind: Kind::NameAdded, new: at, was: String::new(), what: String::new(), old, restore: None });
        }
    }
    v.out.extend(out);
}

fn hard_stems(words: &Words<'_>, hard: &[usize]) -> Vec<u32> {
    // The family name stands last and stands for the whole.
    hard.last().map(|w| words.all[*w].stem).into_iter().collect()
}

/// How likely one name came in place of another; from 3 on they are taken for one fact.
fn likeness(v: &Versions<'_>, pair: &Pair, old: (&Mention, &[usize]), new: (&Mention, &[usize]), only: bool) -> i32 {
    let (from, to) = (pair.old_place(&v.old, v.old.all[old.1[0]].tok), pair.new_place(&v.new, v.new.all[new.1[0]].tok));
    let mut score = 0;
    let gap = pair.gap_of_old.get(from).copied().flatten();
    if gap.is_some() && gap == pair.gap_of_new.get(to).copied().flatten() {
        score += 2;
        // A gap of a word or two each holds nothing but the names.
        let (o, n) = &pair.gaps[gap.unwrap_or(0)];
        if o.len() <= 3 && n.len() <= 3 {
            score += 1;
        }
    }
    if respelt(old, new, &v.old, &v.new) {
        score += 2;
    }
    // What stands around both stayed.
    let stayed = |a: Option<usize>, b: Option<usize>| match (a, b) {
        (Some(a), Some(b)) => pair.to_new.get(a).copied().flatten() == Some(b),
        (None, None) => true,
        _ => false,
    };
    let after = |words: &Words<'_>, mention: &Mention, old: bool| {
        Some(if old { pair.old_place(words, mention.last + 1) } else { pair.new_place(words, mention.last + 1) })
    };
    if stayed(from.checked_sub(1), to.checked_sub(1)) {
        score += 1;
    }
    if stayed(after(&v.old, old.0, true), after(&v.new, new.0, false)) {
        score += 1;
    }
    if only && pair.alike >= 0.5 {
        score += 1;
    }
    // Kinds of names that cannot stand for one another.
    let land = |m: &Mention| m.known.iter().any(|k| matches!(k, Known::Country(_) | Known::Place(..)));
    let person = |m: &Mention| !m.known.is_empty() && m.known.iter().all(|k| matches!(k, Known::Person(..)));
    if land(old.0) && person(new.0) || person(old.0) && land(new.0) {
        score -= 2;
    }
    score
}
