//! XML as values: an element with others in it is an object, one that holds
//! text a string, several of a name an array.

use crate::error::Result;
use jaq_json::{Map, Val};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// How deep elements may nest.
const DEPTH_LIMIT: usize = 512;

/// An element that is open.
struct Element {
    name: String,
    members: Map<Val, Val>,
    text: String,
}

/// The root element's content.
///
/// # Errors
/// Why the text is no XML.
pub(super) fn parse(text: &str) -> Result<Val, String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open = Vec::new();
    loop {
        let event = reader
            .read_event()
            .map_err(|why| format!("at byte {}: {}", reader.error_position(), why))?;
        match event {
            Event::Start(_) if open.len() == DEPTH_LIMIT => {
                return Err("its elements nest more than 512 deep".to_owned());
            }
            Event::Start(start) => open.push(begin(&start)),
            Event::End(_) => {
                let Some(ended) = open.pop() else { continue };
                let Element { name, members, text } = ended;
                let value = match members.is_empty() {
                    true => Val::from(text),
                    false => Val::Obj(members.into()),
                };
                match open.last_mut() {
                    Some(around) => insert(&mut around.members, name, value),
                    None => return Ok(value),
                }
            }
            Event::Eof => return Err("it ends before its root element does".to_owned()),
            content => {
                if let Some(element) = open.last_mut() {
                    append(&content, &mut element.text)?;
                }
            }
        }
    }
}

fn begin(start: &BytesStart<'_>) -> Element {
    let name = start.local_name().as_ref().to_owned();
    let mut members = Map::default();
    for attribute in start.attributes().flatten() {
        let key = attribute.key.as_ref();
        // What a namespace is called is not content.
        if key != "xmlns" && !key.starts_with("xmlns:") {
            insert(&mut members, format!("@{key}"), Val::from(attribute.value.into_owned()));
        }
    }
    Element { name, members, text: String::new() }
}

fn append(content: &Event<'_>, text: &mut String) -> Result<(), String> {
    match content {
        Event::Text(piece) => text.push_str(&piece.xml10_content()),
        Event::CData(piece) => text.push_str(&piece.xml10_content()),
        Event::GeneralRef(reference) => text.push_str(&resolved(reference)?),
        _ => {}
    }
    Ok(())
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Ok(character.to_string());
    }
    let name = reference.xml10_content();
    let known = resolve_predefined_entity(&name).map(str::to_owned);
    known.ok_or_else(|| format!("nobody says what &{name}; is"))
}

/// A second member of a name makes an array of both.
fn insert(members: &mut Map<Val, Val>, name: String, value: Val) {
    let name = Val::from(name);
    match members.get_mut(&name) {
        None => {
            members.insert(name, value);
        }
        Some(Val::Arr(elements)) => std::rc::Rc::make_mut(elements).push(value),
        Some(one) => {
            let first = std::mem::take(one);
            *one = Val::Arr(vec![first, value].into());
        }
    }
}
