//! Negations and hedges: whether a sentence still says that something is so, is not so, or may be so.

use rustc_hash::FxHashSet;

use super::facts::{Pair, Versions, counts, is_word};
use super::words::{Words, stem};
use super::{Change, Kind};

/// What turns a statement round.
const NEGATIONS: &[&str] = &["not", "no", "never", "without", "neither", "nor", "none", "nobody", "nothing", "nowhere", "noone"];

/// Verbs and the like that turn round what follows them.
const REVERSALS: &[&str] = &["fail", "refuse", "deny", "decline", "unable", "failure", "refusal", "denial"];

/// Words that carry a negation within; where one comes or goes, a negation may have been put in other words.
const SOFT: &[&str] = &[
    "only",
    "except",
    "unless",
    "rather",
    "instead",
    "hardly",
    "scarcely",
    "barely",
    "little",
    "few",
    "lack",
    "reject",
    "oppose",
    "against",
    "stop",
    "cease",
    "end",
    "avoid",
    "prevent",
    "exclude",
    "beyond",
    "far",
    "until",
    "miss",
    "absent",
    "absence",
    "impossible",
    "doubt",
    "false",
    "wrong",
    "cannot",
    "but",
    "other",
    "any",
    "anything",
    "anyone",
    "anybody",
    "either",
    "ban",
    "prohibit",
    "forbid",
    "ignore",
    "despite",
    "regardless",
    "remain",
    "out",
    "free",
    "lose",
    "loss",
    "block",
    "cancel",
    "halt",
    "abandon",
    "withhold",
    "zero",
    "empty",
    "less",
    "least",
    "rarely",
    "seldom",
    "different",
    "difference",
    "contrary",
    "hide",
    "keep",
    "still",
    "yet",
    "too",
    "bar",
    "short",
    "off",
    "away",
    "neglect",
    "omit",
    "half",
    "minus",
    "else",
    "alone",
    "than",
    "irrespective",
    "nevertheless",
    "however",
    "even",
    "whether",
    "exempt",
    "exception",
    "quit",
    "refrain",
    "disagree",
    "dis",
    "non",
    "anti",
    "abstain",
    "dismiss",
    "resist",
    "disapprove",
    "sceptical",
    "skeptical",
    "hesitate",
    "reluctant",
];

/// Words that say that something may not be so.
const HEDGES: &[&str] = &[
    "may",
    "might",
    "could",
    "allegedly",
    "reportedly",
    "apparently",
    "supposedly",
    "purportedly",
    "presumably",
    "perhaps",
    "maybe",
    "possibly",
    "probably",
    "likely",
    "alleged",
    "suspected",
    "purported",
    "supposed",
    "presumed",
    "unconfirmed",
    "seemingly",
    "potentially",
    "rumoured",
    "rumored",
    "ostensibly",
];

/// Phrases of the same kind; the words are stems.
const HEDGE_PHRASES: &[&[&str]] = &[
    &["according", "to"],
    &["accused", "of"],
    &["appear", "to"],
    &["seem", "to"],
    &["believed", "to"],
    &["thought", "to"],
    &["said", "to", "have"],
    &["suspected", "of"],
];

/// Words that can stand for a hedge.
const HEDGE_LIKE: &[&str] = &[
    "may",
    "might",
    "could",
    "can",
    "would",
    "should",
    "claim",
    "claimed",
    "claims",
    "allege",
    "alleged",
    "allegation",
    "allegations",
    "accuse",
    "accused",
    "accusation",
    "suspect",
    "suspected",
    "suspicion",
    "suspicions",
    "report",
    "reported",
    "reports",
    "say",
    "said",
    "says",
    "saying",
    "told",
    "tell",
    "tells",
    "appear",
    "appears",
    "appeared",
    "seem",
    "seems",
    "seemed",
    "believe",
    "believes",
    "believed",
    "think",
    "thinks",
    "thought",
    "possible",
    "possibility",
    "probable",
    "probability",
    "potential",
    "likelihood",
    "chance",
    "chances",
    "risk",
    "expect",
    "expected",
    "expects",
    "assume",
    "assumed",
    "estimate",
    "estimated",
    "indicate",
    "indicates",
    "indicated",
    "suggest",
    "suggests",
    "suggested",
    "charge",
    "charged",
    "charges",
    "announced",
    "stated",
    "states",
    "noted",
    "added",
    "according",
    "per",
    "cited",
    "citing",
    "quoted",
    "statement",
    "unlikely",
    "opinion",
    "view",
    "words",
    "explained",
    "wrote",
    "writes",
    "acknowledged",
    "if",
    "whether",
    "plan",
    "plans",
    "planned",
    "set",
    "intended",
    "able",
    "capable",
    "ability",
    "likely",
    "confirmed",
    "reporting",
    "data",
    "sources",
    "source",
    "found",
    "shows",
    "show",
    "showed",
    "revealed",
    "points",
    "will",
    "want",
    "try",
    "tried",
    "attempt",
    "hope",
    "threat",
    "threatens",
    "threatened",
    "managed",
    "unable",
    "cannot",
    "declared",
    "insisted",
    "considered",
    "described",
    "called",
    "argued",
    "fear",
    "fears",
    "feared",
    "sign",
    "signs",
    "looks",
    "looked",
    "look",
    "sounds",
    "felt",
    "feel",
    "feels",
    "concluded",
    "predicts",
    "predicted",
    "forecast",
    "forecasts",
    "calculated",
    "calculations",
    "learned",
    "learnt",
    "heard",
    "hearing",
    "mentioned",
    "admitted",
    "testified",
    "testimony",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "allow",
    "allows",
    "allowed",
    "permit",
    "permits",
    "permitted",
    "enable",
    "enables",
    "enabled",
    "opportunity",
    "opportunities",
    "prospect",
    "prospects",
    "under",
    "based",
    "cite",
    "cites",
    "quotes",
    "quoting",
    "writing",
    "reads",
    "sees",
    "saw",
    "known",
    "somewhat",
    "almost",
    "supposed",
    "presumed",
    "let",
    "potentially",
    "somehow",
    "seemingly",
];

/// One sign of either kind, as places in a [`Pair`].
struct Cue {
    first: usize,
    /// Included.
    last: usize,
}

fn low(words: &Words<'_>, list: &[usize], place: usize) -> String {
    list.get(place).map_or_else(String::new, |w| words.text(*w).to_lowercase())
}

pub(super) fn compare(v: &mut Versions<'_>, pair: &Pair) {
    if pair.alike < 0.6 || pair.old.len() > 400 || pair.new.len() > 400 {
        return;
    }
    negations(v, pair);
    hedges(v, pair);
}

/// The words of one side that turn the sentence round.
fn negative(v: &Versions<'_>, words: &Words<'_>, list: &[usize]) -> Vec<Cue> {
    let mut out = Vec::new();
    for (place, &word) in list.iter().enumerate() {
        let stem_name = v.stems.name(words.all[word].stem);
        let written = low(words, list, place);
        let next = low(words, list, place + 1);
        let before = place.checked_sub(1).map(|p| low(words, list, p)).unwrap_or_default();
        let found = if NEGATIONS.contains(&stem_name) {
            let tok = words.all[word].tok;
            let number = stem_name == "no"
                && (words.doc.text(tok + 1) == "."
                    || matches!(next.as_str(), "doubt" | "less" | "fewer" | "later" | "matter" | "wonder" | "sooner"));
            let idiom = stem_name == "not"
                && (matches!(next.as_str(), "only" | "just" | "merely" | "least" | "simply" | "to") && next != "to"
                    || before == "or"
                    || before == "why")
                || matches!(stem_name, "nothing") && next == "but";
            // “neither … nor” is one negation.
            let second = matches!(stem_name, "nor") && out.iter().any(|c: &Cue| low(words, list, c.first) == "neither");
            is_word(words.doc, tok) && !number && !idiom && !second
        } else {
            let reverses = REVERSALS.iter().any(|r| *r == stem_name || stem(r) == stem_name);
            // “declined to say”, but “prices declined”.
            reverses && (stem_name != stem("decline") || next == "to") || written == "without"
        };
        if found {
            out.push(Cue { first: place, last: place });
        }
    }
    out
}

/// `un` + word and the like, when the other side has the bare word.
fn prefixed(name: &str) -> Option<&str> {
    ["un", "in", "im", "il", "ir", "non", "dis"].iter().find_map(|p| name.strip_prefix(p)).filter(|rest| rest.len() > 3)
}

fn negations(v: &mut Versions<'_>, pair: &Pair) {
    let (old_cues, new_cues) = (negative(v, &v.old, &pair.old), negative(v, &v.new, &pair.new));
    let stems = |words: &Words<'_>, list: &[usize]| -> FxHashSet<String> {
        list.iter().map(|w| v.stems.name(words.all[*w].stem).to_owned()).collect()
    };
    let (old_has, new_has) = (stems(&v.old, &pair.old), stems(&v.new, &pair.new));
    // “unlikely” beside “likely”.
    let turned =
        |mine: &Words<'_>, list: &[usize], stayed: &[Option<usize>], theirs: &FxHashSet<String>, own: &FxHashSet<String>| -> Vec<usize> {
            (0..list.len())
                .filter(|i| stayed[*i].is_none())
                .filter(|i| {
                    let name = v.stems.name(mine.all[list[*i]].stem);
                    prefixed(name).is_some_and(|rest| theirs.contains(rest) && !own.contains(rest) && !theirs.contains(name))
                })
                .collect()
        };
    let old_turned = turned(&v.old, &pair.old, &pair.to_new, &new_has, &old_has);
    let new_turned = turned(&v.new, &pair.new, &pair.to_old, &old_has, &new_has);
    let (olds, news) = (old_cues.len() + old_turned.len(), new_cues.len() + new_turned.len());
    if olds.abs_diff(news) != 1 {
        return;
    }
    let lost = olds > news;
    // The side that has one less may have put it in another way.
    let (mine, list, fixed, other) =
        if lost { (&v.new, &pair.new, &pair.to_old, &old_has) } else { (&v.old, &pair.old, &pair.to_new, &new_has) };
    let soft = (0..list.len()).any(|i| {
        let name = v.stems.name(mine.all[list[i]].stem);
        let written = mine.text(list[i]).to_lowercase();
        fixed[i].is_none()
            && !other.contains(name)
            && (SOFT.iter().any(|s| *s == written || *s == name || stem(s) == name)
                || ["un", "non", "dis", "in", "im", "ir", "mis", "anti"]
                    .iter()
                    .any(|p| name.len() > p.len() + 4 && name.starts_with(p) && lost)
                || name.ends_with("les") && name.len() > 6
                || written.ends_with("less"))
    });
    if soft {
        return;
    }
    let (cues, turned) = if lost { (&old_cues, &old_turned) } else { (&new_cues, &new_turned) };
    let (words, list, fixed) = if lost { (&v.old, &pair.old, &pair.to_new) } else { (&v.new, &pair.new, &pair.to_old) };
    if let &[place] = &turned[..] {
        // The bare word stands on the other side.
        let rest = prefixed(v.stems.name(words.all[list[place]].stem)).unwrap_or("").to_owned();
        let (others, places) = if lost { (&v.new, &pair.new) } else { (&v.old, &pair.old) };
        let Some(bare) = (0..places.len()).find(|i| v.stems.name(others.all[places[*i]].stem) == rest) else { return };
        let (old, new) = if lost { (place, bare) } else { (bare, place) };
        push(v, pair, Kind::NegationChanged, (old, old), (new, new), true);
        return;
    }
    let free: Vec<&Cue> = cues.iter().filter(|c| fixed[c.first].is_none()).collect();
    let [cue] = free[..] else { return };
    // The word it turns round stayed, and so did what stands before it.
    let Some(head) = (cue.last + 1..list.len().min(cue.last + 5)).find(|i| words.all[list[*i]].content) else { return };
    let Some(stayed) = fixed[head] else { return };
    if (cue.last + 1..head).any(|i| NEGATIONS.contains(&v.stems.name(words.all[list[i]].stem))) {
        return;
    }
    // Little else moved there: what stood between the last word that stayed and the head.
    let gap = if lost { pair.gap_of_old[cue.first] } else { pair.gap_of_new[cue.first] };
    let Some((gone, come)) = gap.map(|g| pair.gaps[g].clone()) else { return };
    // Words that only stand elsewhere now have not moved a fact.
    let content = |words: &Words<'_>, list: &[usize], range: std::ops::Range<usize>, has: &FxHashSet<String>| {
        range.filter(|i| words.all[list[*i]].content && !has.contains(v.stems.name(words.all[list[*i]].stem))).count()
    };
    let reversal = usize::from(words.all[list[cue.first]].content);
    if content(&v.old, &pair.old, gone, &new_has) + content(&v.new, &pair.new, come, &old_has) > reversal {
        return;
    }
    if lost {
        push(v, pair, Kind::NegationChanged, (cue.first, head), (stayed, stayed), false);
    } else {
        push(v, pair, Kind::NegationChanged, (stayed, stayed), (cue.first, head), false);
    }
}

fn push(v: &mut Versions<'_>, pair: &Pair, kind: Kind, old: (usize, usize), new: (usize, usize), word: bool) {
    let old_tok = |place: usize| v.old.all[pair.old[place]].tok;
    let new_tok = |place: usize| v.new.all[pair.new[place]].tok;
    // “did not attend” begins with its auxiliary.
    let lead = |words: &Words<'_>, list: &[usize], place: usize| {
        let helps = |p: usize| {
            let text = low(words, list, p);
            matches!(
                text.as_str(),
                "did"
                    | "do"
                    | "does"
                    | "is"
                    | "was"
                    | "are"
                    | "were"
                    | "has"
                    | "have"
                    | "had"
                    | "will"
                    | "would"
                    | "can"
                    | "could"
                    | "should"
                    | "must"
                    | "be"
                    | "been"
            )
        };
        let most = if word { 0 } else { 3 };
        place - (1..=most.min(place)).take_while(|by| helps(place - by)).count()
    };
    let (mut old, mut new) = (old, new);
    if kind == Kind::NegationChanged {
        old.0 = lead(&v.old, &pair.old, old.0);
        new.0 = lead(&v.new, &pair.new, new.0);
    }
    let was = v.old_text(old_tok(old.0), old_tok(old.1));
    let at = v.clip(new_tok(new.0), new_tok(new.1));
    // What was uncertain is so again with its hedge; a source needs its own place.
    let back =
        kind == Kind::NegationChanged || kind == Kind::HedgeDropped && old.1 - old.0 < 4 && low(&v.old, &pair.old, old.0) != "according";
    let restore = back.then(|| was.clone());
    v.out.push(Change { kind, new: at, was, what: String::new(), old: Some((old_tok(old.0), old_tok(old.1))), restore });
}

/// The hedges of one side.
fn doubts(v: &Versions<'_>, words: &Words<'_>, list: &[usize]) -> Vec<Cue> {
    let mut out: Vec<Cue> = Vec::new();
    for place in 0..list.len() {
        let written = low(words, list, place);
        let capital = words.capital(list[place]) && place > 0;
        // “May” is a month; “may” at the end of nothing hedges nothing.
        if HEDGES.contains(&written.as_str()) && !(written == "may" && (capital || words.capital(list[place]))) {
            let before = place.checked_sub(1).map(|p| low(words, list, p)).unwrap_or_default();
            // “as … as possible”, “the most likely”, “supposed to” and “likely to” are other things or the same.
            let other = before == "most" && written == "likely" || before == "un";
            if !other {
                out.push(Cue { first: place, last: place });
            }
            continue;
        }
        for phrase in HEDGE_PHRASES {
            let fits = phrase.iter().enumerate().all(|(n, want)| {
                let here = low(words, list, place + n);
                here == *want || list.get(place + n).is_some_and(|w| v.stems.name(words.all[*w].stem) == *want)
            });
            if fits {
                out.push(Cue { first: place, last: place + phrase.len() - 1 });
                break;
            }
        }
    }
    out
}

fn hedges(v: &mut Versions<'_>, pair: &Pair) {
    let (olds, news) = (doubts(v, &v.old, &pair.old), doubts(v, &v.new, &pair.new));
    for lost in [true, false] {
        let (mine, list, fixed, cues, others, places, back, rivals) = if lost {
            (&v.old, &pair.old, &pair.to_new, &olds, &v.new, &pair.new, &pair.to_old, &news)
        } else {
            (&v.new, &pair.new, &pair.to_old, &news, &v.old, &pair.old, &pair.to_new, &olds)
        };
        let free: Vec<&Cue> = cues.iter().filter(|c| (c.first..=c.last).all(|i| fixed[i].is_none()) || fixed[c.first].is_none()).collect();
        let [cue] = free[..] else { continue };
        if rivals.len() >= cues.len() {
            continue;
        }
        // Another word that came hedges as well.
        let month = |i: usize| others.capital(places[i]) && low(others, places, i) == "may";
        let like =
            (0..places.len()).filter(|i| back[*i].is_none()).any(|i| HEDGE_LIKE.contains(&low(others, places, i).as_str()) && !month(i));
        if like {
            continue;
        }
        let attribution = low(mine, list, cue.first) == "according";
        if attribution {
            // Who said it may stand elsewhere in the sentence.
            let has = counts(others, places);
            let speaks = ["say", "tell", "report", "announce", "state", "claim", "write"]
                .iter()
                .any(|verb| has.keys().any(|stem_of| v.stems.name(*stem_of) == stem(verb)));
            // Whoever is still named there is still the source.
            let named = (cue.last + 1..list.len().min(cue.last + 4)).find(|i| mine.all[list[*i]].content || mine.text(list[*i]).len() < 4);
            if speaks
                || named.is_some_and(|i| {
                    has.contains_key(&mine.all[list[i]].stem) && !matches!(low(mine, list, i).as_str(), "the" | "a" | "an")
                })
            {
                continue;
            }
        }
        // “could possibly” doubts once.
        if cues.iter().any(|c| c.first != cue.first && c.first.abs_diff(cue.first) <= 4) {
            continue;
        }
        let content = |i: &usize| mine.all[list[*i]].content;
        let Some(head) = (cue.last + 1..list.len().min(cue.last + 5)).find(content) else { continue };
        let kept = |i: &usize| fixed[*i].is_some() && content(i);
        let near =
            if attribution { (head..list.len().min(head + 12)).find(kept).or_else(|| (0..cue.first).rev().find(kept)) } else { None };
        let Some(stayed) = fixed[head].or(near.and_then(|n| fixed[n])) else { continue };
        let first = cue.first;
        let last = if attribution { cue.last } else { head };
        if lost {
            push(v, pair, Kind::HedgeDropped, (first, last), (stayed, stayed), true);
        } else {
            push(v, pair, Kind::HedgeAdded, (stayed, stayed), (first, cue.last), true);
        }
    }
}
