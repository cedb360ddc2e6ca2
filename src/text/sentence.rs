//! Where sentences end. A suspicious break is kept as evidence, neither repaired nor believed.

use crate::text::token::{Flags, Kind, Token};

/// What a stop in running text turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// The sentence ends here.
    Firm,
    /// A stop with white space after it, but the text goes on in lower case.
    Suspect,
    /// Part of an abbreviation, initial, number or address.
    None,
}

/// What the splitter needs to know about words.
pub trait Words {
    /// Whether a stop after this token belongs to it (`Mr`, `Sen`, `No`).
    fn is_abbreviation(&self, token: &Token) -> bool;
    /// Whether this token often starts a sentence (`The`, `He`), so that an abbreviation may end one before it.
    fn is_starter(&self, token: &Token) -> bool;
    /// The token's text.
    fn text(&self, token: &Token) -> &str;
}

/// Judges the token at `at`, and says which token is the last of the sentence (closing marks included).
pub fn judge(tokens: &[Token], at: usize, words: &impl Words) -> (Break, usize) {
    let mark = words.text(&tokens[at]);
    let first = mark.chars().next().unwrap_or(' ');
    let is_stop = matches!(first, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '۔' | '؟');
    if tokens[at].kind != Kind::Punct || !is_stop {
        return (Break::None, at);
    }
    let mut last = at;
    while let Some(next) = tokens.get(last + 1) {
        let closer = match next.kind {
            Kind::Quote => next.is(Flags::CLOSES) || (!next.is(Flags::SPACE) && !next.is(Flags::OPENS)),
            Kind::Punct => matches!(words.text(next), ")" | "]" | "." | "!" | "?" | "…") && !next.is(Flags::SPACE),
            _ => false,
        };
        if !closer {
            break;
        }
        last += 1;
    }
    let Some(next) = tokens.get(last + 1) else { return (Break::Firm, last) };
    if matches!(first, '。' | '！' | '？') {
        return (Break::Firm, last);
    }
    if !next.is(Flags::SPACE) {
        return (Break::None, at);
    }
    let single_stop = mark == ".";
    let previous = at.checked_sub(1).map(|i| &tokens[i]).filter(|_| !tokens[at].is(Flags::SPACE));
    if single_stop
        && last == at
        && let Some(previous) = previous
    {
        let text = words.text(previous);
        let initial = previous.is(Flags::CAP) && text.chars().count() == 1 && text != "I";
        if initial {
            return (Break::None, at);
        }
        if words.is_abbreviation(previous) && !(next.is(Flags::CAP) && words.is_starter(next)) {
            return (Break::None, at);
        }
    }
    if next.is_word() && next.is(Flags::LOWER) {
        let quoted_tail = last > at || !single_stop;
        return (if quoted_tail { Break::None } else { Break::Suspect }, at);
    }
    (Break::Firm, last)
}

/// Marks quotation marks as opening or closing and the tokens between them as quoted.
/// Returns the indices of double marks that found no partner.
pub fn pair_quotes(tokens: &mut [Token], text: impl Fn(&Token) -> char) -> Vec<usize> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut lonely = Vec::new();
    let mut doubles = 0usize;
    for i in 0..tokens.len() {
        if doubles > 0 {
            tokens[i].flags.set(Flags::QUOTED);
        }
        if tokens[i].kind != Kind::Quote {
            continue;
        }
        let mark = text(&tokens[i]);
        let spaced_before = tokens[i].is(Flags::SPACE) || i > 0 && matches!(tokens[i - 1].kind, Kind::Quote | Kind::Punct);
        let touches_next = tokens.get(i + 1).is_some_and(|n| !n.is(Flags::SPACE));
        let single = matches!(mark, '\'' | '’' | '‘' | '‚' | '‹' | '›');
        let top = open.iter().rposition(|(_, m)| matches!(m, '\'' | '‘' | '‚' | '‹' | '’' | '›') == single);
        let opens = match mark {
            '“' => top.is_none_or(|t| open[t].1 != '„'),
            '„' | '‟' | '«' | '‘' | '‚' | '‹' | '「' | '『' => true,
            '”' | '»' | '›' | '」' | '』' => false,
            '’' | '\'' => top.is_none() && spaced_before && touches_next && tokens.get(i + 1).is_some_and(Token::is_word),
            _ => top.is_none() || (spaced_before && touches_next && open[top.unwrap_or(0)].1 != mark),
        };
        if opens {
            tokens[i].flags.set(Flags::OPENS);
            open.push((i, mark));
            if !single {
                doubles += 1;
            }
        } else if let Some(top) = top {
            tokens[i].flags.set(Flags::CLOSES);
            for (at, m) in open.drain(top..) {
                let is_single = matches!(m, '\'' | '‘' | '‚' | '‹' | '’' | '›');
                if !is_single {
                    doubles -= 1;
                    if single {
                        lonely.push(at);
                    }
                }
            }
        } else {
            tokens[i].flags.set(Flags::CLOSES);
            if !single {
                lonely.push(i);
            }
        }
    }
    lonely.extend(open.iter().filter(|(_, m)| !matches!(m, '\'' | '‘' | '‚' | '‹' | '’' | '›')).map(|(i, _)| *i));
    lonely.sort_unstable();
    lonely
}
