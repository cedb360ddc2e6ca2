//! stand-in
use super::*;
impl View {
    #[must_use]
    pub fn build(_f: Format, text: &str) -> View {
        let mut blocks = Vec::new();
        let mut pos = 0;
        for chunk in text.split('\n') {
            let s = pos;
            pos += chunk.len() + 1;
            let t = chunk.trim();
            if t.is_empty() {
                continue;
            }
            let a = s + (chunk.len() - chunk.trim_start().len());
            let kind = if t.split(' ').count() <= 16 && !t.ends_with(['.', '!', '?', ':', ';', ',', '…', '”', '"', ')']) {
                BlockKind::Heading
            } else {
                BlockKind::Para
            };
            blocks.push(Block { kind, view: ViewRange::new(a, a + t.len()), hints: String::new() });
        }
        View {
            text: text.into(),
            segs: vec![Seg { view: 0, src: Span::new(0, text.len()), kind: SegKind::Verbatim }],
            blocks,
            comments: vec![],
            escape: Escape::Plain,
        }
    }
    #[must_use]
    pub fn to_src(&self, r: ViewRange) -> Span {
        Span { start: r.start, end: r.end }
    }
    #[must_use]
    pub fn fixable(&self, _r: ViewRange) -> bool {
        true
    }
    #[must_use]
    pub fn escape_text(&self, t: &str) -> String {
        t.into()
    }
}
