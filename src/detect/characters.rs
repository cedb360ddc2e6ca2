//! Characters that do not belong into English text, and debris of markup and of translation programs.

use rustc_hash::FxHashMap;

use crate::detect::{Cx, Detector};
use crate::doc::Doc;
use crate::engine::sink::{Draft, HitFix, Sink};
use crate::finding::Safety;
use crate::rule::vocab::Vocab;
use crate::span::ViewRange;
use crate::text::token::Flags;
use crate::view::BlockKind;

pub(super) struct Characters {
    invisible: Option<usize>,
    homoglyph: Option<usize>,
    apostrophe: Option<usize>,
    wide: Option<usize>,
    digits: Option<usize>,
    flag: Option<usize>,
    entity: Option<usize>,
    markup: Option<usize>,
    subword: Option<usize>,
    citation: Option<usize>,
    fence: Option<usize>,
    placeholder: Option<usize>,
}

/// Punctuation of other scripts and what English writes for it.
fn narrow(c: char) -> Option<&'static str> {
    Some(match c {
        '，' | '、' | '،' | '﹐' => ",",
        '。' | '｡' | '．' | '۔' => ".",
        '；' | '؛' => ";",
        '：' => ":",
        '？' | '؟' => "?",
        '！' => "!",
        '（' => "(",
        '）' => ")",
        '％' | '٪' => "%",
        '～' => "~",
        '＆' => "&",
        _ => return None,
    })
}

/// The value of a digit of another script.
fn digit(c: char) -> Option<char> {
    let zero = match c {
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        '०'..='९' => '०',
        '০'..='৯' => '০',
        '０'..='９' => '０',
        _ => return None,
    };
    char::from_digit(c as u32 - zero as u32, 10)
}

/// The Latin letter that a Cyrillic or Greek one looks like.
fn look_alike(c: char) -> Option<char> {
    const PAIRS: &[(char, char)] = &[
        ('А', 'A'),
        ('В', 'B'),
        ('Е', 'E'),
        ('К', 'K'),
        ('М', 'M'),
        ('Н', 'H'),
        ('О', 'O'),
        ('Р', 'P'),
        ('С', 'C'),
        ('Т', 'T'),
        ('У', 'Y'),
        ('Х', 'X'),
        ('І', 'I'),
        ('Ѕ', 'S'),
        ('Ј', 'J'),
        ('а', 'a'),
        ('е', 'e'),
        ('о', 'o'),
        ('р', 'p'),
        ('с', 'c'),
        ('у', 'y'),
        ('х', 'x'),
        ('і', 'i'),
        ('ѕ', 's'),
        ('ј', 'j'),
        ('ԁ', 'd'),
        ('һ', 'h'),
        ('Α', 'A'),
        ('Β', 'B'),
        ('Ε', 'E'),
        ('Ζ', 'Z'),
        ('Η', 'H'),
        ('Ι', 'I'),
        ('Κ', 'K'),
        ('Μ', 'M'),
        ('Ν', 'N'),
        ('Ο', 'O'),
        ('Ρ', 'P'),
        ('Τ', 'T'),
        ('Υ', 'Y'),
        ('Χ', 'X'),
        ('ο', 'o'),
        ('ν', 'v'),
    ];
    PAIRS.iter().find(|(other, _)| *other == c).map(|(_, latin)| *latin)
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'
            ..='\u{202e}' | '\u{fffc}'
    )
}

fn is_flag(c: char) -> bool {
    ('\u{1f1e6}'..='\u{1f1ff}').contains(&c)
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// Where a debris pattern starts and how long it is, for the characters it may start with.
type Shape = fn(&str) -> Option<usize>;

/// `&amp;`, `&#8217;`
fn entity(rest: &str) -> Option<usize> {
    const NAMES: [&str; 22] = [
        "amp", "quot", "lt", "gt", "nbsp", "apos", "mdash", "ndash", "rsquo", "lsquo", "ldquo", "rdquo", "hellip", "eacute", "laquo",
        "raquo", "euro", "pound", "oacute", "iacute", "aacute", "ntilde",
    ];
    let body = rest.strip_prefix('&')?;
    let end = body.bytes().take(9).position(|b| b == b';')?;
    let name = &body[..end];
    let numeric = name.strip_prefix('#').is_some_and(|n| {
        let n = n.strip_prefix(['x', 'X']).unwrap_or(n);
        !n.is_empty() && n.bytes().all(|b| b.is_ascii_hexdigit())
    });
    (numeric || NAMES.contains(&name)).then_some(end + 2)
}

/// `<br/>`, `</ strong>`, `< p>`, `[/url]`
fn tag(rest: &str) -> Option<usize> {
    const NAMES: [&str; 25] = [
        "p",
        "br",
        "b",
        "i",
        "u",
        "a",
        "em",
        "strong",
        "span",
        "div",
        "img",
        "h1",
        "h2",
        "h3",
        "li",
        "ul",
        "ol",
        "td",
        "tr",
        "table",
        "quote",
        "url",
        "figure",
        "iframe",
        "blockquote",
    ];
    let close = match rest.as_bytes().first()? {
        b'<' => '>',
        b'[' => ']',
        _ => return None,
    };
    let limit = rest.char_indices().take(200).find(|(_, c)| *c == close || *c == '\n').filter(|(_, c)| *c == close)?.0;
    let inner = rest[1..limit].trim();
    let slashed = inner.starts_with('/');
    let name = inner.trim_start_matches('/').trim_start();
    let word = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("").to_ascii_lowercase();
    let after = &name[word.len().min(name.len())..];
    let attributes = after.trim().is_empty() || after.trim() == "/" || after.contains('=');
    // “[b]” may be a note's letter; “[/b]” is not.
    let sure = close == '>' || slashed || word == "url" || word == "img";
    (NAMES.contains(&word.as_str()) && attributes && sure).then_some(limit + 1)
}

/// What editors and page builders leave behind.
fn leftover(rest: &str) -> Option<usize> {
    const NEEDLES: [&str; 9] = [
        "(tagsToTranslate)",
        "::after{",
        "::before{",
        "{display:",
        "!important;",
        "(adsbygoogle",
        "[caption id=",
        "[embed]",
        "[gallery ids=",
    ];
    NEEDLES.iter().find(|n| rest.starts_with(**n)).map(|n| n.len())
}

/// `▁the`, `trans@@ lated`, `<unk>`
fn subword(rest: &str) -> Option<usize> {
    for mark in ["▁", "@@ ", "<unk>", "<UNK>", "[UNK]", "<pad>", "</s>", "<s>", "⁇", "@-@"] {
        if rest.starts_with(mark) {
            return Some(mark.trim_end().len());
        }
    }
    None
}

/// Marks that assistants put where they name a source.
fn citation(rest: &str) -> Option<usize> {
    if let Some(inner) = rest.strip_prefix('【') {
        let end = inner.find('】').filter(|e| *e < 40)?;
        return inner[..end].contains('†').then_some('【'.len_utf8() + end + '】'.len_utf8());
    }
    for mark in [":contentReference[oaicite:", "[oaicite:", "[citation needed]", "[source needed]"] {
        if let Some(behind) = rest.strip_prefix(mark) {
            let tail = behind.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b']' | b'{' | b'}' | b'=')).count();
            return Some(mark.len() + tail);
        }
    }
    None
}

/// `{{name}}`, `{0}`, `__TERM_3__`, `%1$s`, `XX_1`
fn placeholder(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    if rest.starts_with("{{") {
        let end = rest.bytes().take(60).collect::<Vec<_>>().windows(2).position(|w| w == b"}}")?;
        return Some(end + 2);
    }
    if bytes[0] == b'{' {
        let digits = bytes[1..].iter().take_while(|b| b.is_ascii_digit()).count();
        return (digits > 0 && bytes.get(1 + digits) == Some(&b'}')).then_some(digits + 2);
    }
    if rest.starts_with("__") {
        let body = bytes[2..].iter().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_').count();
        let name = &rest[2..2 + body];
        return (name.ends_with("__") && name.len() > 4 && name.bytes().any(|b| b.is_ascii_uppercase())).then_some(body + 2);
    }
    if bytes[0] == b'%' {
        let digits = bytes[1..].iter().take_while(|b| b.is_ascii_digit()).count();
        return (digits > 0 && rest[1 + digits..].starts_with("$s")).then_some(digits + 3);
    }
    None
}

/// How far another piece of the same debris reaches that stands right behind one, at most a few spaces away.
fn following(rest: &str, shape: Shape) -> Option<usize> {
    let gap = rest.bytes().take(4).take_while(|b| *b == b' ').count();
    shape(&rest[gap..]).map(|len| gap + len)
}

impl Characters {
    pub(super) fn new(_vocab: &Vocab, ids: &FxHashMap<String, usize>) -> Self {
        let rule = |id: &str| ids.get(id).copied();
        Self {
            invisible: rule("invisible-character"),
            homoglyph: rule("look-alike-letter"),
            apostrophe: rule("wrong-apostrophe"),
            wide: rule("foreign-punctuation"),
            digits: rule("foreign-digits"),
            flag: rule("flag-for-full-stop"),
            entity: rule("character-entity"),
            markup: rule("markup-debris"),
            subword: rule("sub-word-mark"),
            citation: rule("citation-mark"),
            fence: rule("code-fence"),
            placeholder: rule("unfilled-placeholder"),
        }
    }

    fn look(&self, doc: &Doc<'_>, first: usize, at: ViewRange, draft: Draft, rule: Option<usize>, out: &mut Sink<'_>) {
        let token = doc.tokens.partition_point(|t| t.at.end <= at.start).max(first).min(doc.tokens.len() - 1);
        out.report(doc, rule, (token, token + 1), Draft { at: Some(at), ..draft });
    }

    /// Beyond ASCII: invisible, look-alike and foreign characters of one word.
    fn word(&self, doc: &Doc<'_>, i: usize, out: &mut Sink<'_>) {
        let token = &doc.tokens[i];
        let text = doc.text(i);
        if text.is_ascii() {
            return;
        }
        let latin = text.chars().filter(|c| is_latin(*c)).count();
        let report = |out: &mut Sink<'_>, rule, right: String| {
            let fix = HitFix { title: format!("write “{right}”"), edits: vec![(token.at, right)], safety: Safety::Safe };
            out.report(doc, rule, (i, i + 1), Draft { fixes: vec![fix], ..Draft::default() });
        };
        if latin > 0 && text.chars().any(is_invisible) {
            report(out, self.invisible, text.chars().filter(|c| !is_invisible(*c)).collect());
        } else if latin > 0 && text.chars().any(|c| look_alike(c).is_some()) {
            let alike = |c: char| is_latin(c) || !c.is_alphabetic() || look_alike(c).is_some();
            // Signs such as “μm” and “β-blocker” mix scripts on purpose, with letters that look like no Latin one.
            if text.chars().all(alike) && text.chars().count() > 2 {
                report(out, self.homoglyph, text.chars().map(|c| look_alike(c).unwrap_or(c)).collect());
            }
        } else if text.contains('ʼ') && latin > 0 {
            report(out, self.apostrophe, text.replace('ʼ', "’"));
        } else if !text.is_empty()
            && text.chars().any(|c| digit(c).is_some())
            && text.chars().all(|c| digit(c).is_some() || !c.is_alphabetic())
        {
            report(out, self.digits, text.chars().map(|c| digit(c).unwrap_or(c)).collect());
        }
    }

    /// A zero-width space that cuts a word in two.
    fn split(&self, doc: &Doc<'_>, i: usize, out: &mut Sink<'_>) {
        let (Some(before), token) = (i.checked_sub(1).map(|b| &doc.tokens[b]), &doc.tokens[i]) else { return };
        let gap = ViewRange { start: before.at.end, end: token.at.start };
        // A gap of one byte is a blank.
        let hidden = gap.len() > 1 && gap.of(&doc.view.text).chars().all(is_invisible);
        if hidden && before.is_word() && token.is_word() && token.is(Flags::LOWER) && doc.sent_of(i) == doc.sent_of(i - 1) {
            let fix = HitFix { title: "delete the invisible character".into(), edits: vec![(gap, String::new())], safety: Safety::Safe };
            out.report(doc, self.invisible, (i - 1, i + 1), Draft { fixes: vec![fix], ..Draft::default() });
        }
    }

    /// Foreign punctuation and flags between Latin words.
    fn mark(&self, doc: &Doc<'_>, i: usize, out: &mut Sink<'_>) {
        let token = &doc.tokens[i];
        let text = doc.text(i);
        let Some(c) = text.chars().next().filter(|c| !c.is_ascii()) else { return };
        let near = |j: Option<usize>| {
            j.and_then(|j| doc.tokens.get(j))
                .is_some_and(|_| doc.text(j.unwrap_or(0)).starts_with(|c: char| is_latin(c) || c.is_ascii_digit()))
        };
        let other = |j: Option<usize>| j.is_some_and(|j| doc.text(j).starts_with(|c: char| c.is_alphabetic() && !is_latin(c)));
        let before = i.checked_sub(1);
        if let Some(right) = narrow(c) {
            if !(near(before) || near(Some(i + 1))) || other(before) || other(Some(i + 1)) || token.is(Flags::QUOTED) && c == '～' {
                return;
            }
            let tight = doc.tokens.get(i + 1).is_some_and(|t| !t.is(Flags::SPACE) && t.is_word());
            let right = if tight && matches!(right, "," | "." | ";" | ":" | "?" | "!") { format!("{right} ") } else { right.to_owned() };
            let fix = HitFix { title: format!("write “{}”", right.trim()), edits: vec![(token.at, right)], safety: Safety::Safe };
            out.report(doc, self.wide, (i, i + 1), Draft { fixes: vec![fix], ..Draft::default() });
        } else if c == 'ʼ' || c == '´' {
            // “Presidentʼ s”, “the minister´s”
            let fits = before.is_some_and(|b| doc.tokens[b].is_word())
                && !token.is(Flags::SPACE)
                && matches!(doc.text(i + 1), "s" | "t" | "re" | "ve" | "ll");
            if fits {
                let fix = HitFix { title: "write “’”".into(), edits: vec![(token.at, "’".into())], safety: Safety::Safe };
                out.report(doc, self.apostrophe, (i, i + 1), Draft { fixes: vec![fix], ..Draft::default() });
            }
        } else if is_flag(c) {
            let worded = before.is_some_and(|b| doc.tokens[b].is_word() && doc.tokens[b].is(Flags::LOWER));
            let second = doc.text(i + 1).starts_with(is_flag);
            let next = i + 1 + usize::from(second);
            let ends = doc
                .tokens
                .get(next)
                .is_none_or(|t| t.is(Flags::CAP) || doc.sent_of(next).map(|s| s.block) != doc.sent_of(i).map(|s| s.block));
            if worded && ends && token.is(Flags::SPACE) {
                let last = if second { i + 1 } else { i };
                let gone = ViewRange { start: doc.tokens[i - 1].at.end, end: doc.tokens[last].at.end };
                let fix = HitFix { title: "write a full stop".into(), edits: vec![(gone, ".".into())], safety: Safety::Unsafe };
                let draft = Draft { at: Some(gone), fixes: vec![fix], ..Draft::default() };
                out.report(doc, self.flag, (i, i + 1), draft);
            }
        }
    }

    /// Debris that starts like a word.
    fn needles(&self, doc: &Doc<'_>, out: &mut Sink<'_>) {
        for (needle, rule) in [
            ("data-mce-", self.markup),
            ("window.adsbygoogle", self.markup),
            ("document.write(", self.markup),
            ("oai_citation", self.citation),
            ("turn0search", self.citation),
        ] {
            for at in memchr::memmem::find_iter(doc.view.text.as_bytes(), needle) {
                if !doc.tokens.is_empty() {
                    self.look(doc, 0, ViewRange::new(at, at + needle.len()), Draft::default(), rule, out);
                }
            }
        }
    }

    /// Debris in ASCII (and a few signs): looked for where its first character stands.
    fn debris(&self, doc: &Doc<'_>, block: ViewRange, first: usize, out: &mut Sink<'_>) {
        let text = block.of(&doc.view.text);
        let shapes: [(&[char], Option<usize>, Shape); 7] = [
            (&['&'], self.entity, entity),
            (&['<', '['], self.markup, tag),
            (&['(', ':', '{', '!', '['], self.markup, leftover),
            (&['▁', '@', '<', '[', '⁇'], self.subword, subword),
            (&['【', ':', '['], self.citation, citation),
            (&['{', '_', '%'], self.placeholder, placeholder),
            (&['`'], self.fence, |rest| rest.starts_with("```").then_some(3)),
        ];
        let mut done = 0;
        for (at, byte) in text.bytes().enumerate() {
            if !STARTS[byte as usize] || at < done {
                continue;
            }
            let Some(c) = text[at..].chars().next() else { break };
            for (starts, rule, shape) in &shapes {
                if !starts.contains(&c) {
                    continue;
                }
                if let Some(mut len) = shape(&text[at..]) {
                    // A row of tags is one fault.
                    while let Some(more) = following(&text[at + len..], *shape) {
                        len += more;
                    }
                    let start = block.start as usize + at;
                    let place = ViewRange::new(start, start + len);
                    let read = htmlize::unescape(&text[at..at + len]);
                    let draft = if c == '&' && read.len() < len {
                        Draft::fix(format!("write “{read}”"), place, read, Safety::Safe)
                    } else {
                        Draft::default()
                    };
                    self.look(doc, first, place, draft, *rule, out);
                    done = at + len;
                    break;
                }
            }
        }
    }
}

/// The first bytes of what may start debris.
const STARTS: [bool; 256] = {
    let mut starts = [false; 256];
    let bytes = b"&<[(:{!@_%`\xe2\xe3";
    let mut i = 0;
    while i < bytes.len() {
        starts[bytes[i] as usize] = true;
        i += 1;
    }
    starts
};

impl Detector for Characters {
    fn check(&self, cx: &Cx<'_>, out: &mut Sink<'_>) {
        let doc = cx.doc;
        let ascii = doc.view.text.is_ascii();
        self.needles(doc, out);
        for (number, sents) in doc.block_sents.iter().enumerate() {
            let block = &doc.view.blocks[number];
            let (Some(head), false) = (doc.sents.get(sents.start), sents.is_empty()) else { continue };
            if block.kind == BlockKind::Code {
                continue;
            }
            self.debris(doc, block.view, head.first, out);
            if ascii || block.view.of(&doc.view.text).is_ascii() {
                continue;
            }
            let last = doc.sents[sents.end - 1].last;
            for i in head.first..last {
                self.split(doc, i, out);
                if doc.tokens[i].at.of(&doc.view.text).is_ascii() {
                    continue;
                }
                self.word(doc, i, out);
                self.mark(doc, i, out);
            }
        }
    }
}
