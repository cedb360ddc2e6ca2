//! Articles in data files: nothing panics, places are true, and fixes leave the rest of the file as it was.

use copydesk::check::{Settings, check};
use copydesk::finding::Safety;
use copydesk::fix;
use copydesk::record::{self, Fields, Kind};
use copydesk::rule::Ruleset;
use copydesk::source::SourceFile;
use proptest::prelude::*;
use std::sync::LazyLock;

static SET: LazyLock<Ruleset> = LazyLock::new(Ruleset::builtin);

const KINDS: [Kind; 4] = [Kind::Json, Kind::Lines, Kind::Table, Kind::Wxr];

/// Sentences with faults, and letters that notations escape.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("They want to end the war. in Ukraine soon."),
        Just("The analytical center said \"no\" & “yes”."),
        Just("A C:\\path, a tab\tand more; 😀 é"),
        Just("\n\n"),
        Just("<b>the the</b> end <!-- x -->"),
        Just("&amp; &#233; "),
        Just(" "),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|p| p.concat())
}

fn findings(source: &SourceFile, kind: Kind) -> Vec<copydesk::finding::Finding> {
    let settings = Settings::new(&SET, true);
    let read = record::read(kind, &source.text, &Fields::default());
    read.records.iter().flat_map(|r| check(&SET, source, &r.view(&source.text), &settings, None).findings).collect()
}

/// Checks a file, mends it and gives the new text.
fn mended(kind: Kind, text: &str) -> String {
    let source = SourceFile::from_str("x", text);
    let found = findings(&source, kind);
    for finding in &found {
        assert_eq!(finding.span.of(&source.text), finding.quote);
    }
    fix::apply_verified(&source.text, &found, Safety::Unsafe, |new| findings(&SourceFile::from_str("x", new), kind)).text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn garbage_harms_nobody(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0..4usize) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for record in record::read(KINDS[kind], &text, &Fields::default()).records {
            let view = record.view(&text);
            for seg in &view.segs {
                prop_assert!(text.get(seg.src.range()).is_some());
            }
        }
    }

    #[test]
    fn near_misses_harm_nobody(body in text(), cut in 0..400usize, kind in 0..4usize) {
        let value = serde_json::json!({ "title": "News", "body": body });
        let whole = match KINDS[kind] {
            Kind::Json => serde_json::to_string_pretty(&value).unwrap(),
            Kind::Lines => format!("{value}\n{value}\n"),
            Kind::Table => format!("title,body\nNews,\"{}\"\n", body.replace('"', "\"\"")),
            Kind::Wxr => format!("<rss><item><title>x</title><content:encoded><![CDATA[{body}]]></content:encoded></item></rss>"),
        };
        let mut cut = cut.min(whole.len());
        while !whole.is_char_boundary(cut) {
            cut -= 1;
        }
        let source = SourceFile::from_str("x", &whole[..cut]);
        for finding in findings(&source, KINDS[kind]) {
            prop_assert_eq!(finding.span.of(&source.text), finding.quote);
        }
    }

    #[test]
    fn json_stays_json(body in text(), ascii in any::<bool>()) {
        let value = serde_json::json!({ "id": 7, "note": body, "body": body });
        let mut text = serde_json::to_string(&value).unwrap();
        if ascii {
            text = text.chars().map(|c| if c.is_ascii() { c.to_string() } else {
                c.encode_utf16(&mut [0; 2]).iter().map(|u| format!("\\u{u:04x}")).collect()
            }).collect();
        }
        let new = mended(Kind::Json, &text);
        let read: serde_json::Value = serde_json::from_str(&new).expect("still JSON");
        prop_assert_eq!(&read["note"], &value["note"]);
        prop_assert_eq!(new.is_ascii(), text.is_ascii());
    }

    #[test]
    fn a_table_stays_a_table(body in text()) {
        let cell = format!("\"{}\"", body.replace('"', "\"\""));
        let text = format!("id,note,body\r\n7,{cell},{cell}\r\n8,x,y\r\n");
        let new = mended(Kind::Table, &text);
        let read = record::read(Kind::Table, &new, &Fields::default());
        prop_assert!(read.faults.is_empty(), "{:?}", read.faults);
        let head = format!("id,note,body\r\n7,{cell},");
        prop_assert!(new.starts_with(&head) && new.ends_with("\r\n8,x,y\r\n"));
    }

    #[test]
    fn a_record_reads_as_its_text(body in text()) {
        use copydesk::view::{Format, View};
        let body = body.replace(['<', '&'], "");
        let json = serde_json::json!({ "body": body }).to_string();
        let record = record::read(Kind::Json, &json, &Fields::default()).records.remove(0);
        prop_assert_eq!(record.view(&json).text, View::build(Format::Plain, &body).text);
    }
}
