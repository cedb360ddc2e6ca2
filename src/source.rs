//! A decoded file and the positions in it.

use std::sync::OnceLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The largest file read: offsets are `u32`, and a view can be somewhat longer than its file.
pub const MAX_BYTES: usize = 1 << 30;

/// Bytes between two entries of a [`LineIndex`]'s running counts.
const STEP: usize = 1024;

/// How a file ends its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Eol {
    /// `\n`; also when there is only one line.
    Lf,
    /// `\r\n`.
    CrLf,
    /// `\r`.
    Cr,
    /// More than one of them.
    Mixed,
}

impl Eol {
    /// The line end `text` uses.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut found = None;
        for at in memchr::memchr2_iter(b'\r', b'\n', bytes) {
            let eol = match bytes[at] {
                b'\r' if bytes.get(at + 1) == Some(&b'\n') => continue,
                b'\r' => Self::Cr,
                _ if at > 0 && bytes[at - 1] == b'\r' => Self::CrLf,
                _ => Self::Lf,
            };
            match found {
                None => found = Some(eol),
                Some(other) if other != eol => return Self::Mixed,
                Some(_) => {}
            }
        }
        found.unwrap_or(Self::Lf)
    }

    /// The characters to write for a new line (`\n` where the file is mixed).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
            Self::Lf | Self::Mixed => "\n",
        }
    }
}

/// Why bytes cannot be read as text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A NUL byte in a file that is not UTF-16.
    #[error("{path}: not a text file: NUL at byte {offset}")]
    Binary {
        /// The file.
        path: String,
        /// Offset of the first NUL.
        offset: usize,
    },
    /// More than [`MAX_BYTES`].
    #[error("{path}: too large: {len} bytes, the limit is {MAX_BYTES}")]
    TooLarge {
        /// The file.
        path: String,
        /// Its size.
        len: usize,
    },
}

/// A place in a file, in every unit reports need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position {
    /// 0-based offset in the file's own bytes, byte-order mark included.
    pub byte: usize,
    /// 0-based count of Unicode scalar values before it, without the byte-order mark.
    pub char: usize,
    /// 1-based line; LF, CRLF and a lone CR each end one.
    pub line: usize,
    /// 1-based column in characters.
    pub column: usize,
}

/// What stands before a text that is a part of a larger file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Origin {
    /// Bytes, byte-order mark included.
    pub byte: usize,
    /// Unicode scalar values, without the mark.
    pub char: usize,
    /// Whole lines.
    pub line: usize,
}

/// Line starts, and running counts every 1 KiB so that no lookup scans more than that.
#[derive(Clone, Debug)]
struct LineIndex {
    /// Offset of each line's first byte; never empty.
    starts: Vec<u32>,
    /// Characters before each step; empty for ASCII text.
    chars: Vec<u32>,
    /// UTF-16 units beyond one per character before each step; empty for ASCII text.
    astral: Vec<u32>,
    /// Encoded bytes before each step (moved down to a character); only for multi-byte legacy encodings.
    encoded: Vec<u32>,
}

impl LineIndex {
    fn new(text: &str, encoding: &'static Encoding) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\r', b'\n', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(narrow(at + 1));
            }
        }
        let (mut chars, mut astral, mut encoded) = (Vec::new(), Vec::new(), Vec::new());
        if !text.is_ascii() {
            let (mut c, mut a) = (0, 0);
            for step in bytes.chunks(STEP) {
                chars.push(narrow(c));
                astral.push(narrow(a));
                c += count_chars(step);
                a += count_astral(step);
            }
            chars.push(narrow(c));
            astral.push(narrow(a));
            if is_multibyte_legacy(encoding) {
                let (mut total, mut from) = (0, 0);
                for at in (0..=bytes.len()).step_by(STEP) {
                    let at = floor_boundary(text, at);
                    total += encoding.encode(&text[from..at]).0.len();
                    from = at;
                    encoded.push(narrow(total));
                }
            }
        }
        Self { starts, chars, astral, encoded }
    }

    fn chars(&self, text: &str, offset: usize) -> usize {
        let Some(&before) = self.chars.get(offset / STEP) else { return offset };
        before as usize + count_chars(&text.as_bytes()[offset / STEP * STEP..offset])
    }

    fn utf16(&self, text: &str, offset: usize) -> usize {
        let Some(&before) = self.astral.get(offset / STEP) else { return offset };
        let astral = before as usize + count_astral(&text.as_bytes()[offset / STEP * STEP..offset]);
        self.chars(text, offset) + astral
    }

    /// 0-based line of `offset`.
    fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|&s| s as usize <= offset) - 1
    }
}

/// A text file as read: its text, and what is needed to write it back unchanged.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path as given, with `/`.
    pub path: String,
    /// The decoded text without its byte-order mark.
    pub text: String,
    /// The encoding the file is in.
    pub encoding: &'static Encoding,
    /// Length of the byte-order mark in bytes; 0 without one.
    pub bom: usize,
    /// Whether encoding `text` again gives the file's bytes.
    pub round_trips: bool,
    /// How lines end.
    pub eol: Eol,
    /// What stands before `text`; nothing but for parts of files that are read piece by piece.
    pub origin: Origin,
    index: OnceLock<LineIndex>,
}

impl SourceFile {
    /// Reads `bytes` as text: byte-order mark, else valid UTF-8, else the charset an HTML `<meta>` declares, else a guess.
    ///
    /// # Errors
    /// When the bytes hold a NUL and are not UTF-16, or are too many.
    pub fn decode(path: &str, bytes: Vec<u8>, forced: Option<&'static Encoding>) -> Result<Self, DecodeError> {
        let path = path.replace('\\', "/");
        if bytes.len() > MAX_BYTES {
            return Err(DecodeError::TooLarge { path, len: bytes.len() });
        }
        let mark = Encoding::for_bom(&bytes);
        let (encoding, bom) = match (forced, mark) {
            (Some(forced), Some((marked, len))) if forced == marked => (forced, len),
            (Some(forced), _) => (forced, 0),
            (None, Some(found)) => found,
            (None, None) => (bare_utf16(&bytes).unwrap_or(UTF_8), 0),
        };
        let is_utf16 = encoding == UTF_16LE || encoding == UTF_16BE;
        if !is_utf16 && let Some(offset) = memchr::memchr(0, &bytes) {
            return Err(DecodeError::Binary { path, offset });
        }
        if encoding == UTF_8 {
            let checked = if bom == 0 { String::from_utf8(bytes) } else { String::from_utf8(bytes[bom..].to_vec()) };
            return Ok(match checked {
                Ok(text) => Self::new(path, text, UTF_8, bom, true),
                Err(error) if bom > 0 || forced.is_some() => {
                    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                    Self::new(path, text, UTF_8, bom, false)
                }
                Err(error) => {
                    let bytes = error.into_bytes();
                    let encoding = declared_charset(&bytes).unwrap_or_else(|| guess(&bytes));
                    Self::decode_as(path, &bytes, encoding, 0)
                }
            });
        }
        Ok(Self::decode_as(path, &bytes, encoding, bom))
    }

    fn decode_as(path: String, bytes: &[u8], encoding: &'static Encoding, bom: usize) -> Self {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[bom..]);
        let mut file = Self::new(path, text.into_owned(), encoding, bom, true);
        file.round_trips = file.encode(&file.text).is_some_and(|again| again == bytes);
        file
    }

    /// A UTF-8 file that is not on disk: standard input, an editor's buffer, a test.
    #[must_use]
    #[allow(clippy::should_implement_trait)]
    pub fn from_str(path: &str, text: &str) -> Self {
        let bare = text.strip_prefix('\u{feff}');
        let bom = if bare.is_some() { 3 } else { 0 };
        Self::new(path.replace('\\', "/"), bare.unwrap_or(text).to_owned(), UTF_8, bom, true)
    }

    fn new(path: String, text: String, encoding: &'static Encoding, bom: usize, round_trips: bool) -> Self {
        let eol = Eol::of(&text);
        Self { path, text, encoding, bom, round_trips, eol, origin: Origin::default(), index: OnceLock::new() }
    }

    /// `new_text` as bytes in this file's encoding, byte-order mark included.
    ///
    /// `None` when the encoding lacks a character of it, or when the file itself did not survive
    /// decoding, so that writing would change bytes nobody meant to change.
    #[must_use]
    pub fn encode(&self, new_text: &str) -> Option<Vec<u8>> {
        if !self.round_trips {
            return None;
        }
        let encoding = self.encoding;
        if encoding == UTF_16LE || encoding == UTF_16BE {
            let little = encoding == UTF_16LE;
            let mut out = Vec::with_capacity(new_text.len() * 2 + 2);
            let mark = (self.bom > 0).then_some(0xfeff);
            for unit in mark.into_iter().chain(new_text.encode_utf16()) {
                out.extend(if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
            }
            return Some(out);
        }
        if encoding.output_encoding() != encoding {
            return None;
        }
        let (bytes, _, unmappable) = encoding.encode(new_text);
        if unmappable {
            return None;
        }
        if self.bom == 0 {
            return Some(bytes.into_owned());
        }
        let mut out = b"\xef\xbb\xbf".to_vec();
        out.extend_from_slice(&bytes);
        Some(out)
    }

    fn index(&self) -> &LineIndex {
        self.index.get_or_init(|| LineIndex::new(&self.text, self.encoding))
    }

    /// `offset` moved into the text and down to a character boundary.
    fn snap(&self, offset: u32) -> usize {
        floor_boundary(&self.text, offset as usize)
    }

    /// Where byte `offset` of `text` stands. Past the end means the end; inside a character means its start.
    ///
    /// In a file that does not round-trip, `byte` is where it would be had the file been well formed.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let offset = self.snap(offset);
        let index = self.index();
        let line = index.line(offset);
        let char = index.chars(&self.text, offset);
        let column = char - index.chars(&self.text, index.starts[line] as usize) + 1;
        let Origin { byte, char: before, line: above } = self.origin;
        Position { byte: byte + self.bom + self.encoded_len(offset), char: before + char, line: above + line + 1, column }
    }

    /// What stands before a text that follows this one; this one ends with a line end.
    #[must_use]
    pub fn next_origin(&self) -> Origin {
        let end = self.position(narrow(self.text.len()));
        Origin { byte: end.byte, char: end.char, line: end.line - 1 }
    }

    fn encoded_len(&self, offset: usize) -> usize {
        let (index, text) = (self.index(), &self.text);
        if self.encoding == UTF_16LE || self.encoding == UTF_16BE {
            2 * index.utf16(text, offset)
        } else if self.encoding == UTF_8 || index.chars.is_empty() {
            offset
        } else if self.encoding.is_single_byte() {
            index.chars(text, offset)
        } else if let Some(&before) = index.encoded.get(offset / STEP) {
            let from = floor_boundary(text, offset / STEP * STEP);
            before as usize + self.encoding.encode(&text[from..offset]).0.len()
        } else {
            self.encoding.encode(&text[..offset]).0.len()
        }
    }

    /// 0-based column of `offset` in UTF-16 units, as the Language Server Protocol counts.
    #[must_use]
    pub fn utf16_column(&self, offset: u32) -> usize {
        let offset = self.snap(offset);
        let index = self.index();
        let start = index.starts[index.line(offset)] as usize;
        index.utf16(&self.text, offset) - index.utf16(&self.text, start)
    }

    /// 1-based column of `offset` in UTF-8 bytes of the decoded text, as reviewdog counts.
    #[must_use]
    pub fn byte_column(&self, offset: u32) -> usize {
        let offset = self.snap(offset);
        let index = self.index();
        offset - index.starts[index.line(offset)] as usize + 1
    }

    /// Offset in `text` of a 0-based UTF-16 column of a 1-based line; takes [`Self::utf16_column`] back.
    ///
    /// Behind the last line means the end of the text, behind the end of a line its end, inside a character its start.
    #[must_use]
    pub fn at_utf16_column(&self, line: usize, column: usize) -> u32 {
        self.at_column(line, column, char::len_utf16)
    }

    /// Offset in `text` of a 1-based column in UTF-8 bytes of a 1-based line; takes [`Self::byte_column`] back.
    ///
    /// Behind the last line means the end of the text, behind the end of a line its end, inside a character its start.
    #[must_use]
    pub fn at_byte_column(&self, line: usize, column: usize) -> u32 {
        self.at_column(line, column.saturating_sub(1), char::len_utf8)
    }

    fn at_column(&self, line: usize, column: usize, width: impl Fn(char) -> usize) -> u32 {
        let (Some(start), Some(body)) = (self.line_start(line), self.line_text(line)) else {
            return if line == 0 { 0 } else { narrow(self.text.len()) };
        };
        let mut units = 0;
        for (at, c) in body.char_indices() {
            units += width(c);
            if units > column {
                return start + narrow(at);
            }
        }
        start + narrow(body.len())
    }

    /// How many lines there are; text that ends with a line end has an empty last line.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.index().starts.len()
    }

    /// Offset in `text` of the first byte of a 1-based line of it.
    #[must_use]
    pub fn line_start(&self, line: usize) -> Option<u32> {
        self.index().starts.get(line.checked_sub(1)?).copied()
    }

    /// A 1-based line of `text` without its line end.
    #[must_use]
    pub fn line_text(&self, line: usize) -> Option<&str> {
        let start = self.line_start(line)? as usize;
        let end = self.line_start(line + 1).map_or(self.text.len(), |e| e as usize);
        let body = &self.text[start..end];
        let body = body.strip_suffix('\n').unwrap_or(body);
        Some(body.strip_suffix('\r').unwrap_or(body))
    }
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b & 0xc0 != 0x80).count()
}

fn count_astral(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b >= 0xf0).count()
}

/// Stateless multi-byte encodings, whose encoded length is the sum of its parts.
fn is_multibyte_legacy(encoding: &'static Encoding) -> bool {
    !encoding.is_single_byte() && encoding != UTF_8 && encoding != encoding_rs::ISO_2022_JP && encoding.output_encoding() == encoding
}

/// UTF-16 without a mark: of the first bytes, at least two in five of one parity are NUL and none of the other.
fn bare_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096)];
    if bytes.len() < 8 || !bytes.len().is_multiple_of(2) || memchr::memchr(0, head).is_none() {
        return None;
    }
    let even = head.iter().step_by(2).filter(|&&b| b == 0).count();
    let odd = head.iter().skip(1).step_by(2).filter(|&&b| b == 0).count();
    let enough = head.len() / 5;
    match (even, odd) {
        (0, n) if n >= enough => Some(UTF_16LE),
        (n, 0) if n >= enough => Some(UTF_16BE),
        _ => None,
    }
}

/// The charset a `<meta>` in the first 1024 bytes declares, unless it is one the bytes cannot be in.
fn declared_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(1024)].to_ascii_lowercase();
    for meta in memchr::memmem::find_iter(&head, b"<meta") {
        let tag = &head[meta..];
        let tag = &tag[..memchr::memchr(b'>', tag).unwrap_or(tag.len())];
        let Some(at) = memchr::memmem::find(tag, b"charset") else { continue };
        let value = tag[at + b"charset".len()..].trim_ascii_start();
        let Some(value) = value.strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
        let end = value.iter().position(|b| b" \t\r\n\"';/".contains(b)).unwrap_or(value.len());
        let declared = Encoding::for_label_no_replacement(&value[..end])?;
        return (declared.is_ascii_compatible() && declared != UTF_8).then_some(declared);
    }
    None
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes, compares text and encoding, and demands that encoding gives the bytes back.
    fn check(bytes: &[u8], expect: (&str, &'static Encoding, usize)) {
        let file = SourceFile::decode("a\\b.txt", bytes.to_vec(), None).expect("decodes");
        assert_eq!((file.text.as_str(), file.encoding, file.bom), expect);
        assert_eq!(file.path, "a/b.txt");
        assert!(file.round_trips);
        assert_eq!(file.encode(&file.text).as_deref(), Some(bytes));
    }

    #[test]
    fn decodes_and_encodes() {
        check(b"", ("", UTF_8, 0));
        check("Größe".as_bytes(), ("Größe", UTF_8, 0));
        check(b"\xef\xbb\xbfGr\xc3\xb6\xc3\x9fe", ("Größe", UTF_8, 3));
        check(b"\xff\xfea\0\n\0=\xd8\0\xde", ("a\n😀", UTF_16LE, 2));
        check(b"\xfe\xff\0a\0\xe9", ("aé", UTF_16BE, 2));
        check(b"a\0b\0\xe9\0\n\0", ("abé\n", UTF_16LE, 0));
        check(b"Die Gr\xf6\xdfe der Stra\xdfe \x96 \x84nein\x93", ("Die Größe der Straße – „nein“", encoding_rs::WINDOWS_1252, 0));
        check(
            b"<meta charset=\"windows-1251\"><p>\xcf\xf0</p>",
            ("<meta charset=\"windows-1251\"><p>Пр</p>", encoding_rs::WINDOWS_1251, 0),
        );
        check(
            b"<META http-equiv=x content='text/html; charset=shift_jis'>\x93\xfa\x96{",
            ("<META http-equiv=x content='text/html; charset=shift_jis'>日本", encoding_rs::SHIFT_JIS, 0),
        );
    }

    #[test]
    fn refuses_binary() {
        let error = SourceFile::decode("x.txt", b"ab\0c".to_vec(), None).unwrap_err();
        assert_eq!(error.to_string(), "x.txt: not a text file: NUL at byte 2");
    }

    #[test]
    fn never_writes_what_it_could_not_read() {
        let broken = SourceFile::decode("x", b"\xff\xfea\0\0\xd8".to_vec(), None).unwrap();
        assert!(!broken.round_trips);
        assert_eq!(broken.encode("a"), None);
        let latin = SourceFile::decode("x", b"caf\xe9".to_vec(), Some(encoding_rs::WINDOWS_1252)).unwrap();
        assert_eq!(latin.encode("café –").as_deref(), Some(&b"caf\xe9 \x96"[..]));
        assert_eq!(latin.encode("東"), None);
    }

    #[test]
    fn line_ends() {
        for (text, eol) in [("", Eol::Lf), ("a\nb", Eol::Lf), ("a\r\nb\r\n", Eol::CrLf), ("a\rb\r", Eol::Cr), ("a\r\nb\n", Eol::Mixed)] {
            assert_eq!(Eol::of(text), eol, "{text:?}");
        }
    }

    #[test]
    fn positions() {
        let at = |file: &SourceFile, needle: &str| {
            let p = file.position(narrow(file.text.find(needle).unwrap()));
            (p.byte, p.char, p.line, p.column)
        };
        let text = "é\r\nb\rc😀d\n";
        assert_eq!(at(&SourceFile::from_str("x", text), "d"), (11, 7, 3, 3));
        assert_eq!(at(&SourceFile::from_str("x", &format!("\u{feff}{text}")), "d"), (14, 7, 3, 3));
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let wide = SourceFile::decode("x", bytes, None).unwrap();
        assert_eq!(at(&wide, "d"), (18, 7, 3, 3));
        assert_eq!(wide.utf16_column(narrow(text.find('d').unwrap())), 3);
        assert_eq!((wide.line_count(), wide.line_text(2), wide.line_text(4), wide.line_text(5)), (4, Some("b"), Some(""), None));
        let sjis = SourceFile::decode("x", b"\x93\xfa\x96{\nd".to_vec(), Some(encoding_rs::SHIFT_JIS)).unwrap();
        assert_eq!(at(&sjis, "d"), (5, 3, 2, 1));
    }
}
