//! Words, sentences and inflections of English, as far as rules need them.

pub mod calendar;
pub mod figure;
pub mod inflect;
pub mod sentence;
pub mod token;

/// Case-folds `word` into `out`; ASCII without allocation beyond `out`.
pub fn fold_into(word: &str, out: &mut String) {
    out.clear();
    if word.is_ascii() {
        out.push_str(word);
        out.make_ascii_lowercase();
        return;
    }
    for c in word.chars() {
        match c {
            '’' | '‘' | 'ʼ' => out.push('\''),
            '\u{ad}' => {}
            _ => out.extend(c.to_lowercase()),
        }
    }
}

/// `word` with its first letter in upper case.
#[must_use]
pub fn capitalise(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// `word` with its first letter in lower case.
#[must_use]
pub fn uncapitalise(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

/// A title as it stands before a name: `assistant secretary of defense` with capitals.
#[must_use]
pub fn title_case(title: &str) -> String {
    let small = |w: &str| matches!(w, "of" | "for" | "the" | "and" | "to" | "in" | "on");
    title.split(' ').map(|w| if small(w) { w.to_owned() } else { capitalise(w) }).collect::<Vec<_>>().join(" ")
}

/// Gives `text` the letter case of `model`: all capitals, an initial capital, or as written.
#[must_use]
pub fn copy_case(model: &str, text: &str) -> String {
    let letters = model.chars().filter(|c| c.is_alphabetic());
    if letters.clone().count() > 1 && letters.clone().all(char::is_uppercase) {
        return text.to_uppercase();
    }
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return capitalise(text);
    }
    text.to_owned()
}

/// The indefinite article that goes before `text`: `a` or `an`; `None` where its sound is not known.
#[must_use]
pub fn article_before(text: &str) -> Option<&'static str> {
    let word: String = text.chars().skip_while(|c| !c.is_alphanumeric()).take_while(|c| c.is_alphanumeric()).collect();
    let first = word.chars().next()?;
    if first.is_ascii_digit() {
        // Eight, eleven, eighteen and their thousands begin with a vowel.
        let spoken = word.trim_end_matches(|c: char| !c.is_ascii_digit());
        let eleven = matches!(spoken, "11" | "18")
            || spoken.len() > 3 && spoken.len() % 3 == 2 && (spoken.starts_with("11") || spoken.starts_with("18"));
        return Some(if first == '8' || eleven { "an" } else { "a" });
    }
    if word.chars().count() > 1 && word.chars().all(char::is_uppercase) {
        // Spelled or spoken? Nobody knows.
        return None;
    }
    let folded = word.to_lowercase();
    let starts = |list: &[&str]| list.iter().any(|p| folded.starts_with(p));
    if starts(&["hour", "honest", "honor", "honour", "heir"]) {
        return Some("an");
    }
    let like_you =
        starts(&["uni", "use", "usu", "usa", "uti", "ura", "ure", "uk", "eu", "ewe", "ubiq"]) && !starts(&["unim", "unin", "unid", "unis"]);
    if like_you || starts(&["one", "once"]) && !starts(&["oner"]) {
        return Some("a");
    }
    first.is_alphabetic().then(|| if matches!(first.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u') { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::article_before;

    #[test]
    fn articles() {
        for word in
            ["hour", "honest man", "apple", "umbrella", "uninvited guest", "8-year-old", "18th", "11,000", "“open” door", "undersecretary"]
        {
            assert_eq!(article_before(word), Some("an"), "{word}");
        }
        for word in ["union", "European", "one-off", "house", "use", "110", "1800", "campaign", "university", "user"] {
            assert_eq!(article_before(word), Some("a"), "{word}");
        }
        assert_eq!(article_before("NATO"), None);
        assert_eq!(article_before("…"), None);
    }
}
