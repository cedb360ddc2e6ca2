//! Files as readers see them: text blocks, with a map from every byte back to the file.

use crate::span::{Span, ViewRange};

/// What kind of text a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// A headline or crosshead.
    Heading,
    /// Running text.
    Para,
    /// A list item.
    Item,
    /// A block quotation.
    Quote,
    /// A table cell.
    Cell,
    /// A figure caption.
    Caption,
    /// An `alt` or `title` attribute.
    Alt,
    /// Front-matter text such as a title.
    Meta,
    /// Code; never checked.
    Code,
}

/// A run of view text that belongs together; sentences never cross blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Its bytes in the view, trimmed of white space.
    pub view: ViewRange,
    /// Lower-cased `class` and `id` words of the nearest HTML elements, space-separated (furniture hints).
    pub hints: String,
}

/// How a run of view bytes relates to the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SegKind {
    /// Byte for byte the same as the file.
    Verbatim,
    /// One decoded unit (`&eacute;`): maps only as a whole.
    Atomic,
    /// Bytes of the view with no counterpart in the file (block separators); the span is empty.
    Gap,
}

/// A run of the view; sorted by `view`, its length runs to the next segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seg {
    /// First byte in the view.
    pub view: u32,
    /// The bytes of the file it came from.
    pub src: Span,
    /// How the two relate.
    pub kind: SegKind,
}

/// How replacement text is written into the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Escape {
    /// As it is.
    Plain,
    /// Backslashes before characters that would become markup.
    Markdown,
    /// `&amp;`, `&lt;`, `&gt;`, `&quot;`.
    Html,
}

/// A comment of the markup, where stet directives live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The whole comment with its delimiters, in file bytes.
    pub span: Span,
    /// The text between the delimiters, trimmed.
    pub text: String,
    /// Index of the first block after it (may equal `blocks.len()`).
    pub next_block: usize,
}

/// A file's readable text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// All blocks' text, separated by `"\n\n"`.
    pub text: String,
    /// The map back to the file.
    pub segs: Vec<Seg>,
    /// Blocks in text order.
    pub blocks: Vec<Block>,
    /// Markup comments in file order.
    pub comments: Vec<Comment>,
    /// How to write text back.
    pub escape: Escape,
}

/// A file's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Plain text.
    Plain,
    /// Markdown.
    Markdown,
    /// HTML page or fragment.
    Html,
}

impl Format {
    /// The format an extension names (`md`, `markdown`, `html`, `htm`, `xhtml`, `txt`, `text`), lower case, no dot.
    #[must_use]
    pub fn from_extension(ext: &str) -> Option<Self> {
        match ext.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Plain),
            "md" | "markdown" | "mdown" | "mkd" => Some(Self::Markdown),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            _ => None,
        }
    }
}
