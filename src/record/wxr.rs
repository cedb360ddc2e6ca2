//! WordPress exports (WXR) and other RSS: an article is an `<item>`.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::select::Key;
use super::{Fault, Fields, Read, Record, format_of, identity, is_headline, span};
use crate::view::{Format, Notation, Part};

/// What is no article in an export.
const OTHER: [&str; 9] = [
    "attachment",
    "nav_menu_item",
    "revision",
    "custom_css",
    "customize_changeset",
    "wp_global_styles",
    "wp_navigation",
    "wp_template",
    "wp_template_part",
];

/// An open `<item>`.
#[derive(Default)]
struct Item {
    parts: Vec<Part>,
    meta: Vec<(String, String)>,
    post_type: String,
}

pub(super) fn read(text: &str, fields: &Fields) -> Read {
    let mut out = Read::default();
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    let mut item: Option<Item> = None;
    let mut items = 0;
    let mut pieces = Vec::new();
    loop {
        let from = position(&reader);
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                out.faults.push(Fault { at: position(&reader).min(text.len()) as u32, message: format!("not XML: {error}") });
                break;
            }
        };
        let to = position(&reader).min(text.len());
        match event {
            Event::Eof => {
                if let Some(open) = path.last() {
                    out.faults.push(Fault { at: text.len() as u32, message: format!("not XML: <{open}> has no end") });
                }
                break;
            }
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                if name == "item" && item.is_none() {
                    item = Some(Item::default());
                    items += 1;
                }
                path.push(name);
                pieces.clear();
            }
            Event::Text(_) | Event::GeneralRef(_) if item.is_some() => pieces.push((span(from, to), Notation::Xml)),
            Event::CData(_) if item.is_some() => {
                let inner = (from + "<![CDATA[".len()).min(to);
                pieces.push((span(inner, to.saturating_sub("]]>".len()).max(inner)), Notation::Cdata));
            }
            Event::End(_) => {
                let name = path.pop().unwrap_or_default();
                if name == "item" {
                    if let Some(done) = item.take() {
                        finish(&mut out, done, items);
                    }
                } else if let Some(open) = &mut item
                    && path.last().is_some_and(|p| p == "item")
                {
                    value(&mut out, open, fields, &name, std::mem::take(&mut pieces), text);
                }
            }
            _ => {}
        }
    }
    if items == 0 && out.faults.is_empty() {
        out.faults.push(Fault { at: 0, message: "no article: expected a WordPress export or another RSS, with an <item> for each".into() });
    }
    out
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// Takes in a value of an item.
fn value(out: &mut Read, item: &mut Item, fields: &Fields, name: &str, pieces: Vec<(crate::span::Span, Notation)>, text: &str) {
    let raw: String = pieces.iter().map(|(at, _)| at.of(text)).collect();
    match name {
        "wp:post_type" => item.post_type = raw.trim().to_owned(),
        "wp:post_id" => item.meta.push(("id".into(), raw.trim().to_owned())),
        "wp:post_date" | "pubDate" => item.meta.push(("date".into(), raw.trim().to_owned())),
        "guid" | "link" => item.meta.push((name.into(), raw.trim().to_owned())),
        _ => {}
    }
    let bare = name.strip_suffix(":encoded").unwrap_or(name);
    if raw.contains(' ') {
        out.names.insert(bare.to_owned());
    }
    let Some(format) = fields.choose(&[Key::Name(name)]).or_else(|| fields.choose(&[Key::Name(bare)])) else { return };
    let blank = pieces.iter().all(|(at, _)| at.of(text).trim().is_empty());
    if blank {
        return;
    }
    let encoded = bare != name;
    let format =
        format.unwrap_or_else(|| if encoded { Format::Html } else { format_of(bare, &raw.replace("&lt;", "<").replace("&amp;", "&")) });
    let loose = encoded && format == Format::Html && !raw.contains("<p>") && !raw.contains("<p ");
    item.parts.push(Part { name: bare.to_owned(), pieces, format, heading: is_headline(bare), loose });
}

fn finish(out: &mut Read, item: Item, number: usize) {
    if item.parts.is_empty() || OTHER.contains(&item.post_type.as_str()) {
        return;
    }
    let mut meta = item.meta;
    let id = identity(&mut meta);
    out.records.push(Record { key: format!("item {number}"), id, parts: item.parts, meta });
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPORT: &str = "<?xml version=\"1.0\"?>\n<rss version=\"2.0\" xmlns:content=\"x\" xmlns:wp=\"y\"><channel><title>Site of news</title>\
<item><title>Tom &amp; Jerry&#8217;s</title><guid>g1</guid><wp:post_id>17</wp:post_id><wp:post_type>post</wp:post_type>\
<content:encoded><![CDATA[First <b>one</b>.\n\nSecond ]]]]><![CDATA[> end.]]></content:encoded></item>\
<item><title>menu of it</title><wp:post_type><![CDATA[nav_menu_item]]></wp:post_type></item>\
<item><title><![CDATA[Third]]></title><content:encoded><![CDATA[<p>x</p>]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded></item>\
</channel></rss>";

    #[test]
    fn items() {
        let read = read(EXPORT, &Fields::default());
        let got: Vec<_> = read.records.iter().map(|r| (r.key.as_str(), r.id.as_deref(), r.view(EXPORT).text)).collect();
        let want = "Tom & Jerry’s\n\nFirst one.\n\nSecond ]]> end.".to_owned();
        assert_eq!(got, [("item 1", Some("17"), want), ("item 3", None, "Third\n\nx".to_owned())]);
        assert!(read.faults.is_empty(), "{:?}", read.faults);
    }

    #[test]
    fn faults() {
        let told = |text: &str| super::read(text, &Fields::default()).faults.remove(0).message;
        assert!(told("<a></b>").starts_with("not XML: "), "{}", told("<a></b>"));
        assert!(told("<rss><item><title>x").starts_with("not XML: "));
        assert!(told("<feed></feed>").starts_with("no article"));
    }
}
