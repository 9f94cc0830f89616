//! Lists of buckets and of objects (ListObjectsV2, and its first version).

use super::objects::Object;
use super::{Bucket, NAMESPACE, error, stamp};
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::systems::xml::element;
use crate::sign::digest::{base64, from_base64};
use crate::sign::encode::encode_strict;
use std::collections::BTreeMap;

/// The most keys of one answer.
const MAX_KEYS: usize = 1000;

/// `GET /`.
pub(super) fn buckets(buckets: &BTreeMap<String, Bucket>) -> Answer {
    let entry = |(name, bucket): (&String, &Bucket)| {
        let made = element("CreationDate", &stamp(bucket.made));
        format!("<Bucket>{}{made}</Bucket>", element("Name", name))
    };
    let entries: String = buckets.iter().map(entry).collect();
    let owner = "<Owner><ID>sandbox</ID><DisplayName>sandbox</DisplayName></Owner>";
    Answer::xml(
        200,
        &format!(
            "<ListAllMyBucketsResult xmlns=\"{NAMESPACE}\">{owner}<Buckets>{entries}</Buckets>\
             </ListAllMyBucketsResult>"
        ),
    )
}

/// What a list holds: an object, or a prefix that several have in common.
enum Entry<'a> {
    Object(&'a str, &'a Object),
    Prefix(&'a str),
}

impl<'a> Entry<'a> {
    fn name(&self) -> &'a str {
        match self {
            Self::Object(name, _) | Self::Prefix(name) => name,
        }
    }
}

/// `GET /BUCKET`.
pub(super) fn objects(call: &Call<'_>, bucket: &str, all: &BTreeMap<String, Object>) -> Answer {
    let value = |name: &str| call.query_value(name).unwrap_or_default();
    let (prefix, delimiter) = (value("prefix"), value("delimiter"));
    let is_encoded = value("encoding-type") == "url";
    let shown = |text: &str| {
        if is_encoded {
            encode_strict(text.as_bytes()).replace("%2F", "/")
        } else {
            text.to_owned()
        }
    };
    let invalid = |message: &str| error(call, 400, "InvalidArgument", message, "");
    let max_keys = match call.query_value("max-keys").map(str::parse::<usize>) {
        None => MAX_KEYS,
        Some(Ok(number)) => number.min(MAX_KEYS),
        Some(Err(_)) => return invalid("Provided max-keys not an integer or within integer range"),
    };
    let is_second = value("list-type") == "2";
    let token = call.query_value("continuation-token").filter(|_| is_second);
    let after = match token {
        None if is_second => value("start-after").to_owned(),
        None => value("marker").to_owned(),
        Some(token) => match from_base64(token).and_then(|bytes| String::from_utf8(bytes).ok()) {
            Some(name) => name,
            None => return invalid("The continuation token provided is incorrect"),
        },
    };

    let mut entries: Vec<Entry<'_>> = Vec::new();
    for (key, object) in all.iter().filter(|(key, _)| key.starts_with(prefix)) {
        let common = (!delimiter.is_empty())
            .then(|| key[prefix.len()..].find(delimiter))
            .flatten()
            .map(|at| &key[..prefix.len() + at + delimiter.len()]);
        match common {
            Some(common) if entries.last().is_some_and(|last| last.name() == common) => {}
            Some(common) => entries.push(Entry::Prefix(common)),
            None => entries.push(Entry::Object(key, object)),
        }
    }
    entries.retain(|entry| entry.name() > after.as_str());
    let is_truncated = entries.len() > max_keys;
    entries.truncate(max_keys);

    let mut document = format!("<ListBucketResult xmlns=\"{NAMESPACE}\">");
    document.push_str(&element("Name", bucket));
    document.push_str(&element("Prefix", &shown(prefix)));
    if !delimiter.is_empty() {
        document.push_str(&element("Delimiter", &shown(delimiter)));
    }
    document.push_str(&element("MaxKeys", &max_keys.to_string()));
    if is_second {
        document.push_str(&element("KeyCount", &entries.len().to_string()));
    } else {
        document.push_str(&element("Marker", &shown(&after)));
    }
    document.push_str(&element("IsTruncated", if is_truncated { "true" } else { "false" }));
    if is_encoded {
        document.push_str(&element("EncodingType", "url"));
    }
    if let Some(last) =
        entries.last().filter(|_| is_truncated && !is_second && !delimiter.is_empty())
    {
        // Without a delimiter the last key says as much.
        document.push_str(&element("NextMarker", &shown(last.name())));
    }
    if let Some(last) = entries.last().filter(|_| is_truncated && is_second) {
        let token = base64(last.name().as_bytes());
        document.push_str(&element("NextContinuationToken", &token));
    }
    for entry in &entries {
        let text = match entry {
            Entry::Object(key, object) => [
                "<Contents>".to_owned(),
                element("Key", &shown(key)),
                element("LastModified", &stamp(object.modified)),
                element("ETag", &object.etag),
                element("Size", &object.content.len().to_string()),
                element("StorageClass", "STANDARD"),
                "</Contents>".to_owned(),
            ]
            .concat(),
            Entry::Prefix(prefix) => {
                format!("<CommonPrefixes>{}</CommonPrefixes>", element("Prefix", &shown(prefix)))
            }
        };
        document.push_str(&text);
    }
    document.push_str("</ListBucketResult>");
    Answer::xml(200, &document)
}
