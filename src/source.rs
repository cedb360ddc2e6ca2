//! stand-in
#![allow(missing_docs)]
pub struct SourceFile {
    pub path: String,
    pub text: String,
}
impl SourceFile {
    #[must_use]
    pub fn from_str(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}
