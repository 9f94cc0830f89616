//! Parameters as ruby-oauth normalizes them behind Rack: Foreman's verifier.
//!
//! Rack reads the query into nested values before ruby-oauth sees it, which
//! departs from RFC 5849: of duplicates the last wins, `ids[]=1&ids[]=2` is
//! signed as `ids=1&ids=2`, `;` separates in queries, names sort decoded, and a name in
//! both query and form counts once. Rails then takes items without a `=` out
//! of lists. Read from ruby-oauth 0.5.4 (`helper.rb`,
//! `rack_request.rb`) and Rack 2 (`query_parser.rb`).

use crate::error::{Error, Result};
use crate::sign::encode::{decode, encode_strict};
use crate::sign::oauth1::parameters::ProtocolParameter;

/// Deeper nesting is refused by Rack.
const DEPTH_LIMIT: usize = 32;

/// A value as Rack reads it.
#[derive(Clone, Debug)]
enum Value {
    Text(Vec<u8>),
    /// Ruby's nil, where no `=` stands.
    Nothing,
    List(Vec<Value>),
    Map(Map),
}

type Map = Vec<(Vec<u8>, Value)>;

/// The normalized parameters of query, form and the protocol's own.
///
/// # Errors
/// Wrong usage when Rack or ruby-oauth would fail on them.
pub(super) fn normalized_parameters(
    query: &[u8],
    form: &[u8],
    protocol_parameters: &[&ProtocolParameter<'_>],
) -> Result<String> {
    let mut merged = parse(form, IN_FORM)?;
    for (name, value) in parse(query, IN_QUERY)? {
        set(&mut merged, name, value);
    }
    for parameter in protocol_parameters {
        let value = Value::Text(parameter.value.plain().to_vec());
        set(&mut merged, parameter.name.plain().to_vec(), value);
    }
    merged.retain(|(name, _)| name != b"oauth_signature");
    merged.sort_by(|one, other| one.0.cmp(&other.0));
    let mut pairs = Vec::new();
    for (name, value) in &merged {
        match value {
            Value::Text(text) => pairs.push(pair(name, text)),
            Value::List(items) => pairs.extend(list_pairs(name, items)?),
            // A map of empty lists leaves an empty pair.
            Value::Map(map) => pairs.push(nested_pairs(map, name).join("&")),
            Value::Nothing => pairs.push(pair(name, b"")),
        }
    }
    Ok(pairs.join("&"))
}

fn pair(name: &[u8], value: &[u8]) -> String {
    format!("{}={}", encode_strict(name), encode_strict(value))
}

/// A list's brackets are lost, its values sort as texts; an empty one keeps
/// its name.
fn list_pairs(name: &[u8], items: &[Value]) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for item in items.iter().filter(is_something) {
        match item {
            Value::Text(text) => texts.push(text.as_slice()),
            Value::Nothing | Value::List(_) | Value::Map(_) => return Err(not_signable(name)),
        }
    }
    if texts.is_empty() {
        texts.push(b"");
    }
    texts.sort_unstable();
    Ok(texts.into_iter().map(|text| pair(name, text)).collect())
}

/// A map's pairs keep their brackets and sort encoded.
fn nested_pairs(map: &Map, prefix: &[u8]) -> Vec<String> {
    let mut pairs = Vec::new();
    for (name, value) in map {
        let name = [prefix, b"[", name, b"]"].concat();
        pairs.extend(value_pairs(value, &name));
    }
    pairs.sort();
    pairs
}

fn value_pairs(value: &Value, name: &[u8]) -> Vec<String> {
    match value {
        Value::Text(text) => vec![pair(name, text)],
        Value::Nothing => vec![pair(name, b"")],
        Value::Map(map) => nested_pairs(map, name),
        Value::List(items) => {
            let name = [name, b"[]"].concat();
            let mut pairs: Vec<String> = items
                .iter()
                .filter(is_something)
                .flat_map(|item| value_pairs(item, &name))
                .collect();
            pairs.sort();
            pairs
        }
    }
}

fn is_something(value: &&Value) -> bool {
    !matches!(value, Value::Nothing)
}

fn not_signable(name: &[u8]) -> anyhow::Error {
    let name = String::from_utf8_lossy(name);
    Error::usage(format!("the parameter '{name}' cannot be signed as ruby-oauth verifies it"))
        .hint("put it into the JSON body, which is not signed")
        .into()
}

/// What separates the pairs of a query in Rack 2, and of a form.
const IN_QUERY: &[u8] = b"&;";
const IN_FORM: &[u8] = b"&";

/// Splits at the separators, each with the spaces behind it, and nests.
fn parse(text: &[u8], separators: &[u8]) -> Result<Map> {
    let mut map = Map::new();
    for (index, part) in text.split(|byte| separators.contains(byte)).enumerate() {
        let start = match index {
            0 => 0,
            _ => part.iter().position(|byte| *byte != b' ').unwrap_or(part.len()),
        };
        let part = &part[start..];
        let (name, value) = match part.iter().position(|byte| *byte == b'=') {
            Some(at) => (&part[..at], Some(unescape(&part[at + 1..]))),
            None => (part, None),
        };
        insert(&mut map, &unescape(name), value, DEPTH_LIMIT)?;
    }
    Ok(map)
}

fn unescape(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> =
        text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    decode(&spaced)
}

/// Rack's `normalize_params`: `a`, `a[]`, `a[b]`, `a[][b]` and deeper. `value`
/// is none where no `=` stands.
fn insert(map: &mut Map, name: &[u8], value: Option<Vec<u8>>, depth: usize) -> Result<()> {
    let is_bracket = |byte: &u8| matches!(byte, b'[' | b']');
    let Some(start) = name.iter().position(|byte| !is_bracket(byte)) else {
        // Nothing but brackets is no name: dropped.
        return Ok(());
    };
    if depth == 0 {
        return Err(not_signable(name));
    }
    let end = name[start..].iter().position(is_bracket).map_or(name.len(), |at| start + at);
    let key = name[start..end].to_vec();
    let closed = name[end..].iter().take_while(|byte| **byte == b']').count();
    let after = &name[end + closed..];
    match after {
        b"" => set(map, key, value.map_or(Value::Nothing, Value::Text)),
        b"[" => set(map, name.to_vec(), value.map_or(Value::Nothing, Value::Text)),
        b"[]" => list(map, &key, name)?.push(value.map_or(Value::Nothing, Value::Text)),
        _ if after.starts_with(b"[]") => {
            let child = child_key(&after[2..]);
            let items = list(map, &key, name)?;
            match items.last_mut() {
                Some(Value::Map(last)) if !has_key(last, &child) => {
                    insert(last, &child, value, depth - 1)?;
                }
                _ => {
                    let mut item = Map::new();
                    insert(&mut item, &child, value, depth - 1)?;
                    items.push(Value::Map(item));
                }
            }
        }
        _ => match entry(map, &key, || Value::Map(Map::new())) {
            Value::Map(inner) => insert(inner, after, value, depth - 1)?,
            Value::Text(_) | Value::Nothing | Value::List(_) => return Err(not_signable(name)),
        },
    }
    Ok(())
}

/// `[b]` alone is `b`; what is deeper stays as it is.
fn child_key(text: &[u8]) -> Vec<u8> {
    let inner = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]"));
    match inner {
        Some(inner) if !inner.iter().any(|byte| matches!(byte, b'[' | b']')) => inner.to_vec(),
        _ => text.to_vec(),
    }
}

fn list<'a>(map: &'a mut Map, key: &[u8], name: &[u8]) -> Result<&'a mut Vec<Value>> {
    match entry(map, key, || Value::List(Vec::new())) {
        Value::List(items) => Ok(items),
        Value::Text(_) | Value::Nothing | Value::Map(_) => Err(not_signable(name)),
    }
}

fn entry<'a>(map: &'a mut Map, key: &[u8], make: impl Fn() -> Value) -> &'a mut Value {
    let at = map.iter().position(|(name, _)| name == key).unwrap_or_else(|| {
        map.push((key.to_vec(), make()));
        map.len() - 1
    });
    // `||=` takes nil for nothing there.
    if !is_something(&&map[at].1) {
        map[at].1 = make();
    }
    &mut map[at].1
}

fn set(map: &mut Map, key: Vec<u8>, value: Value) {
    match map.iter_mut().find(|(name, _)| *name == key) {
        Some(found) => found.1 = value,
        None => map.push((key, value)),
    }
}

/// Whether the path of names that `key` is leads to a value in `map`.
fn has_key(map: &Map, key: &[u8]) -> bool {
    if key.windows(2).any(|pair| pair == b"[]") {
        return false;
    }
    let mut here = map;
    let mut names =
        key.split(|byte| matches!(byte, b'[' | b']')).filter(|name| !name.is_empty()).peekable();
    while let Some(name) = names.next() {
        match here.iter().find(|(other, _)| other == name) {
            None => return false,
            Some((_, Value::Map(inner))) => here = inner,
            Some(_) => return names.peek().is_none(),
        }
    }
    true
}
