//! Half-open byte ranges, in two coordinate systems that do not mix.

use serde::Serialize;

/// A half-open range of bytes in [`crate::source::SourceFile::text`] (the decoded file without its BOM).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Default)]
pub struct Span {
    /// First byte, 0-based.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A half-open range of bytes in a [`crate::view::View`]'s text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ViewRange {
    /// First byte, 0-based.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

macro_rules! range_methods {
    ($name:ident) => {
        impl $name {
            /// A range; `end` below `start` is clamped to `start`.
            #[must_use]
            pub fn new(start: usize, end: usize) -> Self {
                let start = u32::try_from(start).unwrap_or(u32::MAX);
                let end = u32::try_from(end).unwrap_or(u32::MAX);
                Self { start, end: end.max(start) }
            }
            /// Length in bytes.
            #[must_use]
            pub fn len(self) -> usize {
                (self.end - self.start) as usize
            }
            /// Whether the range holds no byte.
            #[must_use]
            pub fn is_empty(self) -> bool {
                self.start == self.end
            }
            /// The range as `usize` bounds for slicing.
            #[must_use]
            pub fn range(self) -> std::ops::Range<usize> {
                self.start as usize..self.end as usize
            }
            /// The slice of `text` this range names; empty when it does not fit.
            #[must_use]
            pub fn of(self, text: &str) -> &str {
                text.get(self.range()).unwrap_or("")
            }
            /// Whether the two ranges share a byte.
            #[must_use]
            pub fn overlaps(self, other: Self) -> bool {
                self.start < other.end && other.start < self.end
            }
            /// Whether `other` lies within this range.
            #[must_use]
            pub fn contains(self, other: Self) -> bool {
                self.start <= other.start && other.end <= self.end
            }
            /// The smallest range that covers both.
            #[must_use]
            pub fn cover(self, other: Self) -> Self {
                Self { start: self.start.min(other.start), end: self.end.max(other.end) }
            }
        }
    };
}
range_methods!(Span);
range_methods!(ViewRange);
