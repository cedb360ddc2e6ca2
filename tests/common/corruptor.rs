//! Spoils names the way translation does, by tables of its own: nothing here comes from the code that makes wrong forms.

use copydesk::names::data::tables::{Person, Tables};

/// How a name is spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mechanism {
    RoundTrip,
    GermanSpelling,
    FrenchSpelling,
    DiacriticLost,
    Doubled,
    Dropped,
    Translated,
    GivenName,
    Inflected,
    Particle,
    Order,
    Pinyin,
}

impl Mechanism {
    pub const ALL: [Self; 12] = [
        Self::RoundTrip,
        Self::GermanSpelling,
        Self::FrenchSpelling,
        Self::DiacriticLost,
        Self::Doubled,
        Self::Dropped,
        Self::Translated,
        Self::GivenName,
        Self::Inflected,
        Self::Particle,
        Self::Order,
        Self::Pinyin,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::RoundTrip => "there and back through Cyrillic (Haass → Khas)",
            Self::GermanSpelling => "German spelling of a Cyrillic name (Selenskyj)",
            Self::FrenchSpelling => "French spelling of a Cyrillic name (Poutine)",
            Self::DiacriticLost => "a letter with a diacritic is gone (Bolaos)",
            Self::Doubled => "a letter doubled or made single (Macronn)",
            Self::Dropped => "a letter is gone (Lasho)",
            Self::Translated => "the surname translated (Pablo Churches)",
            Self::GivenName => "the given name translated (Paul Iglesias)",
            Self::Inflected => "a case ending kept (Merkelova)",
            Self::Particle => "the particle translated (of the Leyen)",
            Self::Order => "names in the wrong order (Orbán Viktor)",
            Self::Pinyin => "Mandarin reading of a name from Taiwan or Korea (Cai Yingwen)",
        }
    }

    /// The person's name spoilt; `None` when the mechanism does not apply or changes nothing. `salt` varies the place.
    pub fn spoil(self, person: &Person, tables: &Tables, salt: usize) -> Option<String> {
        let (head, tail) = person.name.rsplit_once(' ')?;
        let latin = person.native.is_empty();
        let western = latin && person.name.ends_with(&person.short) && !person.short.contains(' ');
        let spoilt = match self {
            Self::RoundTrip if western && tail.len() > 3 => format!("{head} {}", from_cyrillic(&to_cyrillic(tail))),
            Self::GermanSpelling => format!("{head} {}", spelt(cyrillic_tail(person)?, &GERMAN)),
            Self::FrenchSpelling => {
                let mut out = spelt(cyrillic_tail(person)?, &FRENCH);
                if out.ends_with("in") {
                    out.push('e');
                }
                format!("{head} {out}")
            }
            Self::DiacriticLost if latin => {
                let kept: String = tail.chars().filter(char::is_ascii).collect();
                (kept.len() > 3 && kept.len() < tail.len() && kept.starts_with(char::is_uppercase)).then(|| format!("{head} {kept}"))?
            }
            Self::Doubled if western && tail.is_ascii() && tail.len() > 4 => {
                let spots: Vec<usize> = tail.char_indices().skip(1).filter(|(_, c)| "lmnrstpk".contains(*c)).map(|(i, _)| i).collect();
                let at = *spots.get(salt % spots.len().max(1))?;
                let mut out = tail.to_owned();
                if tail.as_bytes().get(at + 1) == tail.as_bytes().get(at) {
                    out.remove(at);
                } else {
                    out.insert(at, tail.as_bytes()[at] as char);
                }
                format!("{head} {out}")
            }
            Self::Dropped if western && tail.is_ascii() && tail.len() > 5 => {
                let mut out = tail.to_owned();
                out.remove(1 + salt % (tail.len() - 2));
                format!("{head} {out}")
            }
            Self::Translated if western => {
                let row = tables.meanings.iter().find(|(surname, ..)| surname == tail)?;
                format!("{head} {}", row.2.first()?)
            }
            Self::GivenName if western => {
                let first = head.split(' ').next()?;
                let english = GIVEN.iter().find(|(own, _)| *own == first)?.1;
                format!("{}{} {tail}", english, &head[first.len()..])
            }
            Self::Inflected if western && tail.ends_with(|c: char| c.is_ascii_lowercase() && !"aeiouy".contains(c)) => {
                format!("{head} {tail}{}", ["a", "om", "as", "ovi"][salt % 4])
            }
            Self::Particle if latin => {
                let (given, rest) = PARTICLES.iter().find_map(|(p, _)| person.name.split_once(*p).filter(|(g, _)| !g.is_empty()))?;
                let english = PARTICLES.iter().find(|(p, _)| person.name.contains(p))?.1;
                format!("{given}{english}{rest}")
            }
            Self::Order => {
                let eastern = person.countries.iter().any(|c| matches!(c.as_str(), "HU" | "CN" | "KR" | "KP" | "TW"));
                (eastern && person.name.split(' ').count() == 2).then(|| format!("{tail} {head}"))?
            }
            Self::Pinyin => PINYIN.iter().find(|(name, _)| *name == person.name)?.1.to_owned(),
            _ => return None,
        };
        (spoilt.to_lowercase() != person.name.to_lowercase()).then_some(spoilt)
    }
}

const GIVEN: [(&str, &str); 26] = [
    ("Pablo", "Paul"),
    ("Jorge", "George"),
    ("Carlos", "Charles"),
    ("Guillermo", "William"),
    ("François", "Francis"),
    ("Giuseppe", "Joseph"),
    ("Pedro", "Peter"),
    ("Miguel", "Michael"),
    ("Juan", "John"),
    ("Pierre", "Peter"),
    ("Giovanni", "John"),
    ("Antonio", "Anthony"),
    ("Andrzej", "Andrew"),
    ("Alberto", "Albert"),
    ("Enrique", "Henry"),
    ("Luis", "Lewis"),
    ("Piotr", "Peter"),
    ("Paweł", "Paul"),
    ("Matteo", "Mateo"),
    ("Nicolás", "Nicholas"),
    ("Jean", "John"),
    ("Michel", "Michael"),
    ("Marek", "Mark"),
    ("Hillary", "Gillary"),
    ("Harry", "Garry"),
    ("Ursula", "Urszula"),
];

const PARTICLES: [(&str, &str); 6] = [
    (" von der ", " of the "),
    (" van der ", " of the "),
    (" de la ", " of the "),
    (" von ", " of "),
    (" van ", " of "),
    (" Le ", " The "),
];

const PINYIN: [(&str, &str); 12] = [
    ("Tsai Ing-wen", "Cai Yingwen"),
    ("Lai Ching-te", "Lai Qingde"),
    ("Ma Ying-jeou", "Ma Yingjiu"),
    ("Hou Yu-ih", "Hou Youyi"),
    ("Ko Wen-je", "Ke Wenzhe"),
    ("Hsiao Bi-khim", "Xiao Meiqin"),
    ("Chen Shui-bian", "Chen Shuibian"),
    ("Joseph Wu", "Wu Zhaoxie"),
    ("Carrie Lam", "Lin Zhengyuee"),
    ("Terry Gou", "Guo Taiming"),
    ("Su Tseng-chang", "Su Zhenchang"),
    ("Eric Chu", "Zhu Lilun"),
];

fn cyrillic_tail(person: &Person) -> Option<&str> {
    let native = person.native.first()?;
    let tail = native.rsplit(' ').next()?;
    let all = tail.chars().all(|c| matches!(c, '\u{400}'..='\u{4ff}'));
    (all && native.contains(' ')).then_some(tail)
}

const GERMAN: [(char, &str); 33] = [
    ('в', "w"),
    ('ж', "sch"),
    ('з', "s"),
    ('й', "j"),
    ('х', "ch"),
    ('ц', "z"),
    ('ч', "tsch"),
    ('ш', "sch"),
    ('щ', "schtsch"),
    ('ю', "ju"),
    ('я', "ja"),
    ('ё', "jo"),
    ('є', "je"),
    ('ї', "ji"),
    ('а', "a"),
    ('б', "b"),
    ('г', "g"),
    ('д', "d"),
    ('е', "e"),
    ('и', "i"),
    ('і', "i"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('ы', "y"),
];

const FRENCH: [(char, &str); 33] = [
    ('в', "v"),
    ('ж', "j"),
    ('з', "z"),
    ('й', "ï"),
    ('х', "kh"),
    ('ц', "ts"),
    ('ч', "tch"),
    ('ш', "ch"),
    ('щ', "chtch"),
    ('ю', "iou"),
    ('я', "ia"),
    ('ё', "io"),
    ('є', "ie"),
    ('ї', "ï"),
    ('а', "a"),
    ('б', "b"),
    ('г', "g"),
    ('д', "d"),
    ('е', "e"),
    ('и', "i"),
    ('і', "i"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "ou"),
    ('ф', "f"),
    ('ы', "y"),
];

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

fn spelt(word: &str, table: &[(char, &str)]) -> String {
    let letters = word.to_lowercase();
    capitalised(&letters.chars().filter_map(|c| table.iter().find(|(l, _)| *l == c)).map(|(_, s)| *s).collect::<String>())
}

/// How a Russian newspaper hears a western name.
fn to_cyrillic(word: &str) -> String {
    const SOUNDS: [(&str, &str); 46] = [
        ("sch", "ш"),
        ("tch", "ч"),
        ("ch", "ч"),
        ("sh", "ш"),
        ("ph", "ф"),
        ("th", "т"),
        ("ck", "к"),
        ("gh", "г"),
        ("qu", "кв"),
        ("oo", "у"),
        ("ee", "и"),
        ("ea", "и"),
        ("ey", "и"),
        ("ay", "эй"),
        ("ai", "эй"),
        ("ei", "ей"),
        ("ou", "у"),
        ("ow", "оу"),
        ("au", "о"),
        ("a", "а"),
        ("b", "б"),
        ("c", "к"),
        ("d", "д"),
        ("e", "е"),
        ("f", "ф"),
        ("g", "г"),
        ("h", "х"),
        ("i", "и"),
        ("j", "дж"),
        ("k", "к"),
        ("l", "л"),
        ("m", "м"),
        ("n", "н"),
        ("o", "о"),
        ("p", "п"),
        ("q", "к"),
        ("r", "р"),
        ("s", "с"),
        ("t", "т"),
        ("u", "у"),
        ("v", "в"),
        ("w", "у"),
        ("x", "кс"),
        ("y", "и"),
        ("z", "з"),
        ("é", "е"),
    ];
    let lower = word.to_lowercase();
    let mut rest = lower.as_str();
    let mut out = String::new();
    while let Some(c) = rest.chars().next() {
        let found = SOUNDS.iter().find(|(latin, _)| rest.starts_with(latin));
        let (taken, sound) = found.map_or((c.len_utf8(), ""), |(latin, sound)| (latin.len(), *sound));
        if !out.ends_with(sound) || sound.is_empty() {
            out.push_str(sound);
        }
        rest = &rest[taken..];
    }
    out
}

/// How an English reader spells what stands there.
fn from_cyrillic(word: &str) -> String {
    let spelt = |c: char| match c {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "g",
        'д' => "d",
        'е' | 'э' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' => "i",
        'й' => "y",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => "kh",
        'ч' => "ch",
        'ш' => "sh",
        _ => "",
    };
    capitalised(&word.chars().map(spelt).collect::<String>())
}
