//! `file:` addresses and paths.

use std::path::{Path, PathBuf};

/// The path of a `file:` address; `None` for buffers that are no file.
pub(super) fn to_path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file:")?;
    let rest = match rest.strip_prefix("//") {
        Some(rest) => {
            let (host, path) = rest.split_at(rest.find('/')?);
            if host.is_empty() || host.eq_ignore_ascii_case("localhost") { path.to_owned() } else { format!("//{host}{path}") }
        }
        None => rest.to_owned(),
    };
    let path = decode(rest.split(['?', '#']).next().unwrap_or(&rest))?;
    // `/c:/news` is `c:/news`.
    let bytes = path.as_bytes();
    let drive = bytes.len() > 2 && bytes[0] == b'/' && bytes[1].is_ascii_alphabetic() && bytes[2] == b':';
    Some(PathBuf::from(if drive { &path[1..] } else { &path }))
}

/// The `file:` address of an absolute path.
pub(super) fn from_path(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let mut out = "file://".to_owned();
    if !path.starts_with('/') {
        out.push('/');
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The name at the end of any address, for people and for its extension.
pub(super) fn name(uri: &str) -> String {
    let path = uri.split(['?', '#']).next().unwrap_or(uri);
    let last = path.rsplit(['/', ':']).next().unwrap_or(path);
    decode(last).unwrap_or_else(|| last.to_owned())
}

/// `%20` is a space; `None` when what comes out is no UTF-8.
fn decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = |i: usize| bytes.get(i).and_then(|b| char::from(*b).to_digit(16));
        match (byte, hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for path in ["/news/a b.txt", "/ñews/50%.md", "/a#b?c/[d].html", "/"] {
            assert_eq!(to_path(&from_path(Path::new(path))), Some(PathBuf::from(path)), "{path}");
        }
        assert_eq!(from_path(Path::new("/a b/é.txt")), "file:///a%20b/%C3%A9.txt");
        assert_eq!(to_path("file:///c%3A/news/a.txt"), Some(PathBuf::from("c:/news/a.txt")));
        assert_eq!(to_path("file://localhost/a"), Some(PathBuf::from("/a")));
        assert_eq!(to_path("file:/a"), Some(PathBuf::from("/a")));
        assert_eq!(to_path("untitled:Untitled-1"), None);
        assert_eq!(to_path("file:///%ff"), None);
        assert_eq!(to_path("file:///100%/%2"), Some(PathBuf::from("/100%/%2")));
        assert_eq!([name("untitled:Untitled-1"), name("vscode-vfs://github/a/b%20c.md?x"), name("x:")], ["Untitled-1", "b c.md", ""]);
    }
}
