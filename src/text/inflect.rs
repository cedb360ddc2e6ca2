//! Regular English inflection, with the irregular words that news rules use.

use serde::{Deserialize, Serialize};

/// Which inflected form of a word this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Form {
    /// As in a dictionary.
    Base,
    /// Plural, or third person singular.
    S,
    /// Past tense or participle.
    Past,
    /// The -ing form.
    Ing,
}

/// base, -s, past, participle, -ing
pub(crate) const IRREGULAR: &[[&str; 5]] = &[
    ["be", "is", "was", "been", "being"],
    ["have", "has", "had", "had", "having"],
    ["do", "does", "did", "done", "doing"],
    ["go", "goes", "went", "gone", "going"],
    ["make", "makes", "made", "made", "making"],
    ["take", "takes", "took", "taken", "taking"],
    ["give", "gives", "gave", "given", "giving"],
    ["get", "gets", "got", "got", "getting"],
    ["say", "says", "said", "said", "saying"],
    ["see", "sees", "saw", "seen", "seeing"],
    ["come", "comes", "came", "come", "coming"],
    ["become", "becomes", "became", "become", "becoming"],
    ["hold", "holds", "held", "held", "holding"],
    ["keep", "keeps", "kept", "kept", "keeping"],
    ["leave", "leaves", "left", "left", "leaving"],
    ["lead", "leads", "led", "led", "leading"],
    ["find", "finds", "found", "found", "finding"],
    ["think", "thinks", "thought", "thought", "thinking"],
    ["tell", "tells", "told", "told", "telling"],
    ["write", "writes", "wrote", "written", "writing"],
    ["speak", "speaks", "spoke", "spoken", "speaking"],
    ["win", "wins", "won", "won", "winning"],
    ["lose", "loses", "lost", "lost", "losing"],
    ["put", "puts", "put", "put", "putting"],
    ["throw", "throws", "threw", "thrown", "throwing"],
    ["fall", "falls", "fell", "fallen", "falling"],
    ["bring", "brings", "brought", "brought", "bringing"],
    ["begin", "begins", "began", "begun", "beginning"],
    ["mean", "means", "meant", "meant", "meaning"],
    ["meet", "meets", "met", "met", "meeting"],
    ["pay", "pays", "paid", "paid", "paying"],
    ["send", "sends", "sent", "sent", "sending"],
    ["sit", "sits", "sat", "sat", "sitting"],
    ["stand", "stands", "stood", "stood", "standing"],
    ["run", "runs", "ran", "run", "running"],
    ["rise", "rises", "rose", "risen", "rising"],
    ["bear", "bears", "bore", "borne", "bearing"],
    ["draw", "draws", "drew", "drawn", "drawing"],
    ["know", "knows", "knew", "known", "knowing"],
    ["break", "breaks", "broke", "broken", "breaking"],
    ["build", "builds", "built", "built", "building"],
    ["cut", "cuts", "cut", "cut", "cutting"],
    ["set", "sets", "set", "set", "setting"],
    ["hit", "hits", "hit", "hit", "hitting"],
    ["lay", "lays", "laid", "laid", "laying"],
    ["sell", "sells", "sold", "sold", "selling"],
    ["buy", "buys", "bought", "bought", "buying"],
    ["spend", "spends", "spent", "spent", "spending"],
    ["lend", "lends", "lent", "lent", "lending"],
    ["strike", "strikes", "struck", "struck", "striking"],
    ["man", "men", "man", "man", "man"],
    ["woman", "women", "woman", "woman", "woman"],
    ["person", "people", "person", "person", "person"],
    ["child", "children", "child", "child", "child"],
    ["half", "halves", "half", "half", "half"],
    ["crisis", "crises", "crisis", "crisis", "crisis"],
    ["basis", "bases", "basis", "basis", "basis"],
];

/// The forms of `lemma` (lower case), without duplicates.
#[must_use]
pub fn forms(lemma: &str) -> Vec<(String, Form)> {
    let mut out: Vec<(String, Form)> = Vec::with_capacity(5);
    let mut push = |word: String, form| {
        if !out.iter().any(|(w, _)| *w == word) {
            out.push((word, form));
        }
    };
    push(lemma.to_owned(), Form::Base);
    if let Some(row) = IRREGULAR.iter().find(|row| row[0] == lemma) {
        push(row[1].to_owned(), Form::S);
        push(row[2].to_owned(), Form::Past);
        push(row[3].to_owned(), Form::Past);
        push(row[4].to_owned(), Form::Ing);
        return out;
    }
    push(with_s(lemma), Form::S);
    for past in regular(lemma, "ed") {
        push(past, Form::Past);
    }
    for ing in regular(lemma, "ing") {
        push(ing, Form::Ing);
    }
    out
}

/// `lemma` in `form`, the first spelling where two exist.
#[must_use]
pub fn inflect(lemma: &str, form: Form) -> String {
    forms(lemma).into_iter().find(|(_, f)| *f == form).map_or_else(|| lemma.to_owned(), |(word, _)| word)
}

fn with_s(lemma: &str) -> String {
    let consonant_y = lemma.ends_with('y') && !ends_in_vowel_then(lemma);
    if consonant_y {
        format!("{}ies", &lemma[..lemma.len() - 1])
    } else if ["s", "x", "z", "ch", "sh"].iter().any(|end| lemma.ends_with(end)) {
        format!("{lemma}es")
    } else {
        format!("{lemma}s")
    }
}

/// Whether the letter before the last is a vowel.
fn ends_in_vowel_then(lemma: &str) -> bool {
    let bytes = lemma.as_bytes();
    bytes.len() >= 2 && b"aeiou".contains(&bytes[bytes.len() - 2])
}

fn regular(lemma: &str, ending: &str) -> Vec<String> {
    let bytes = lemma.as_bytes();
    let Some(&last) = bytes.last() else { return Vec::new() };
    if !lemma.is_ascii() {
        return vec![format!("{lemma}{ending}")];
    }
    let stem = &lemma[..lemma.len() - 1];
    if last == b'e' && !lemma.ends_with("ee") {
        return vec![format!("{stem}{ending}")];
    }
    if last == b'y' && ending == "ed" && !ends_in_vowel_then(lemma) {
        return vec![format!("{stem}ied")];
    }
    let mut out = vec![format!("{lemma}{ending}")];
    let doubles = bytes.len() >= 3
        && b"bdgklmnprt".contains(&last)
        && b"aeiou".contains(&bytes[bytes.len() - 2])
        && !b"aeiou".contains(&bytes[bytes.len() - 3]);
    if doubles {
        out.push(format!("{lemma}{}{ending}", last as char));
        if bytes.len() <= 4 {
            out.swap(0, 1);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lemma: &str, expect: &str) {
        let words: Vec<String> = forms(lemma).into_iter().map(|(w, _)| w).collect();
        assert_eq!(words.join(" "), expect);
    }

    #[test]
    fn regular_and_irregular() {
        check("center", "center centers centered centerred centering centerring");
        check("party", "party parties partied partying");
        check("hold", "hold holds held holding");
        check("stop", "stop stops stopped stoped stopping stoping");
        check("propose", "propose proposes proposed proposing");
        assert_eq!(inflect("tank", Form::S), "tanks");
        assert_eq!(inflect("counteroffensive", Form::Base), "counteroffensive");
    }
}
