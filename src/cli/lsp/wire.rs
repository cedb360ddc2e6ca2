//! Messages between the editor and us: a `Content-Length` header and JSON.

use std::io::{self, BufRead, Read as _, Write};

use crossbeam_channel::Sender;
use lsp_server::Message;

/// More than any editor sends; a wrong length must not ask for memory that is not there.
const MOST: u64 = 1 << 30;

/// What stands between two headers.
pub(super) enum Incoming {
    Message(Message),
    /// JSON that is no message; the next one may be.
    Broken(String),
    /// Nothing more can be read.
    Lost(io::Error),
}

/// Reads messages until the stream ends, an `exit` comes or nobody listens.
pub(super) fn read(input: &mut impl BufRead, to: &Sender<Incoming>) {
    loop {
        let incoming = match frame(input) {
            Ok(None) => return,
            Ok(Some(bytes)) => match serde_json::from_slice::<Message>(&bytes) {
                Ok(message) => Incoming::Message(message),
                Err(error) => Incoming::Broken(format!("expected a JSON-RPC message: {error}")),
            },
            Err(error) => Incoming::Lost(error),
        };
        let last = match &incoming {
            Incoming::Message(Message::Notification(n)) => n.method == "exit",
            Incoming::Lost(_) => true,
            _ => false,
        };
        if to.send(incoming).is_err() || last {
            return;
        }
    }
}

/// The bytes of one message; `None` at the end of the stream.
fn frame(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let broken = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
    let mut length = None;
    loop {
        let mut line = Vec::new();
        // No header is as long as this.
        input.by_ref().take(4096).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else {
            return Err(broken(format!("expected a header such as “Content-Length: 52”, found {line:?}")));
        };
        if name.trim().eq_ignore_ascii_case("content-length") {
            let bytes = value.trim().parse().ok().filter(|n| *n <= MOST);
            length = Some(bytes.ok_or_else(|| broken(format!("expected a length of at most {MOST} bytes, found {:?}", value.trim())))?);
        }
    }
    let length = length.ok_or_else(|| broken("a message came without Content-Length".into()))?;
    let mut bytes = Vec::new();
    input.by_ref().take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the stream ended within a message"));
    }
    Ok(Some(bytes))
}

/// The answer to what could not be read, which nobody can be told the number of.
pub(super) fn write_parse_error(out: &mut impl Write, message: &str) -> io::Result<()> {
    let error = serde_json::json!({ "code": lsp_server::ErrorCode::ParseError as i32, "message": message });
    let text = serde_json::json!({ "jsonrpc": "2.0", "id": null, "error": error }).to_string();
    write!(out, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(bytes: &[u8]) -> Vec<String> {
        let (to, from) = crossbeam_channel::unbounded();
        read(&mut io::Cursor::new(bytes), &to);
        drop(to);
        from.iter()
            .map(|incoming| match incoming {
                Incoming::Message(Message::Notification(n)) => n.method,
                Incoming::Message(_) => "message".into(),
                Incoming::Broken(why) => format!("broken: {why}"),
                Incoming::Lost(why) => format!("lost: {why}"),
            })
            .collect()
    }

    #[test]
    fn frames() {
        let note = |method: &str| {
            let text = format!(r#"{{"jsonrpc":"2.0","method":"{method}"}}"#);
            format!("Content-Length: {}\r\n\r\n{text}", text.len())
        };
        let two = format!("{}Content-Type: x\r\n{}", note("a"), note("exit"));
        assert_eq!(read_all((two + &note("b")).as_bytes()), ["a", "exit"]);
        let found = read_all(format!("content-length:5\r\n\r\n{{\"a\":{}", note("b")).as_bytes());
        assert!(found[0].starts_with("broken: expected a JSON-RPC message: EOF"), "{found:?}");
        assert_eq!(found[1], "b");
        assert_eq!(read_all(b""), [""; 0]);
        assert_eq!(read_all(b"Content-Length: 9\r\n\r\n{}"), ["lost: the stream ended within a message"]);
        assert!(read_all(b"Content-Length: 18446744073709551615\r\n\r\n{}")[0].starts_with("lost: expected a length of at most"));
        assert!(read_all(b"hello\r\n\r\n")[0].starts_with("lost: expected a header such as"));
        assert!(read_all(b"A: b\r\n\r\n")[0].starts_with("lost: a message came without Content-Length"));
        assert!(read_all(&[b'x'; 10_000])[0].starts_with("lost: expected a header"));
    }
}
