//! What figures written in the manner of another language may mean.

/// The shape of a figure that does not follow English usage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// `1.106,41` or `1.250.000`: it can be read in one way only; written in English.
    Certain(String),
    /// `25.000`: a stop before three digits.
    Point {
        /// The digits before the stop.
        lead: String,
        /// The three digits after it.
        tail: String,
    },
    /// `3,5`: a comma before one or two digits, or after a lone zero.
    Comma(String),
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether `parts` are the groups of a figure: one to three digits without a leading zero, then three each.
fn grouped(parts: &[&str]) -> bool {
    let Some((first, rest)) = parts.split_first() else { return false };
    let head = digits(first) && first.len() <= 3 && !first.starts_with('0');
    head && rest.iter().all(|p| digits(p) && p.len() == 3)
}

/// Looks at the shape of `text`.
#[must_use]
pub fn read(text: &str) -> Option<Figure> {
    if !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',')) {
        return None;
    }
    match text.split(',').collect::<Vec<_>>()[..] {
        [whole] => {
            let parts: Vec<&str> = whole.split('.').collect();
            if !grouped(&parts) {
                return None;
            }
            match parts[..] {
                [_] => None,
                [lead, tail] => Some(Figure::Point { lead: lead.to_owned(), tail: tail.to_owned() }),
                // Four groups below 256 are an address on a network.
                [..] if parts.len() == 4 && parts.iter().all(|p| p.parse::<u8>().is_ok()) => None,
                [..] => Some(Figure::Certain(parts.join(","))),
            }
        }
        [whole, fraction] if digits(fraction) => {
            let parts: Vec<&str> = whole.split('.').collect();
            if parts.len() > 1 {
                return grouped(&parts).then(|| Figure::Certain(format!("{}.{fraction}", parts.join(","))));
            }
            let short = digits(whole) && whole.len() <= 4 && fraction.len() <= 2 && (!whole.starts_with('0') || whole == "0");
            (short || whole == "0").then(|| Figure::Comma(format!("{whole}.{fraction}")))
        }
        _ => None,
    }
}

/// The digits of a whole number with commas between its thousands.
#[must_use]
pub fn with_commas(plain: &str) -> String {
    let mut out = String::new();
    let count = plain.chars().count();
    for (i, c) in plain.chars().enumerate() {
        if i > 0 && (count - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// `text` (`2.6`, `1,168`) times ten to the power of `zeros`, in English; `None` when it is no whole number then.
#[must_use]
pub fn times_ten(text: &str, zeros: usize) -> Option<String> {
    let text = text.replace(',', "");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let sound = digits(whole) && (fraction.is_empty() || digits(fraction)) && whole.len() <= 9 && zeros <= 12;
    if !sound || fraction.trim_end_matches('0').len() > zeros {
        return None;
    }
    let fraction: String = fraction.chars().take(zeros).collect();
    let all = format!("{whole}{fraction:0<zeros$}");
    let plain = all.trim_start_matches('0');
    (!plain.is_empty()).then(|| with_commas(plain))
}

/// The value of a Roman number from 1 to 39, written as usual.
#[must_use]
pub fn roman(text: &str) -> Option<u32> {
    (1..40).find(|n| to_roman(*n) == text)
}

fn to_roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 5] = [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut rest = number;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            out.push_str(sign);
            rest -= value;
        }
    }
    out
}

/// The ending of the ordinal of `number`.
#[must_use]
pub fn ordinal_ending(number: u32) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

/// A number token cut into its digits and marks, and the letters at its end: `26ème` → `26`, `ème`.
#[must_use]
pub fn split_suffix(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | ':'))).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        assert_eq!(read("1.106,41"), Some(Figure::Certain("1,106.41".into())));
        assert_eq!(read("1.250.000"), Some(Figure::Certain("1,250,000".into())));
        assert_eq!(read("25.000"), Some(Figure::Point { lead: "25".into(), tail: "000".into() }));
        assert_eq!(read("3,5"), Some(Figure::Comma("3.5".into())));
        assert_eq!(read("0,125"), Some(Figure::Comma("0.125".into())));
    }

    #[test]
    fn english_figures_and_other_things() {
        for plain in
            ["1,250", "1,250.5", "3.5", "1,250,000", "192.168.100.100", "1.2.3", "0.500", "2024", "", ",", "1,", "12.03.2024", "٣,٥"]
        {
            assert_eq!(read(plain), None, "{plain}");
        }
    }

    #[test]
    fn magnitudes() {
        assert_eq!(times_ten("2.6", 3).as_deref(), Some("2,600"));
        assert_eq!(times_ten("1,168", 3).as_deref(), Some("1,168,000"));
        assert_eq!(times_ten("0.5", 3).as_deref(), Some("500"));
        assert_eq!(times_ten("3.2", 8).as_deref(), Some("320,000,000"));
        assert_eq!(times_ten("30", 4).as_deref(), Some("300,000"));
        assert_eq!(times_ten("2.1234", 3), None);
        assert_eq!(times_ten("0", 3), None);
        assert_eq!(times_ten("1.2.3", 3), None);
    }

    #[test]
    fn romans_and_ordinals() {
        assert_eq!(roman("XXI"), Some(21));
        assert_eq!(roman("XIX"), Some(19));
        assert_eq!(roman("IIX"), None);
        assert_eq!(roman("C"), None);
        let ends: Vec<_> = [1, 2, 3, 4, 11, 12, 13, 21, 22, 111].map(ordinal_ending).to_vec();
        assert_eq!(ends, ["st", "nd", "rd", "th", "th", "th", "th", "st", "nd", "th"]);
    }

    #[test]
    fn suffixes() {
        assert_eq!(split_suffix("26ème"), ("26", "ème"));
        assert_eq!(split_suffix("2º"), ("2", "º"));
        assert_eq!(split_suffix("13:25"), ("13:25", ""));
    }
}
