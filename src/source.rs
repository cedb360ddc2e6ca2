//! A decoded file and the positions in it.

/// A decoded text file.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path as given, with `/`.
    pub path: String,
    /// The decoded text without a BOM.
    pub text: String,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// 0-based byte of the original file.
    pub byte: usize,
    /// 0-based character.
    pub char: usize,
    /// 1-based line.
    pub line: usize,
    /// 1-based column in characters.
    pub column: usize,
}

impl SourceFile {
    /// A file from text that is already decoded.
    #[must_use]
    pub fn from_str(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }
    /// Where a byte of `text` stands.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let mut byte = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let before = &self.text[..byte];
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        Position {
            byte,
            char: before.chars().count(),
            line: before.matches('\n').count() + 1,
            column: before[start..].chars().count() + 1,
        }
    }
}
