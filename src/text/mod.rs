//! Words, sentences and inflections of English, as far as rules need them.

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
