//! S3: SigV4 at the root of the path, buckets and objects in memory.

mod authentication;
mod listing;
mod objects;
#[cfg(test)]
mod tests;

use super::System;
use super::dates::date_and_clock;
use super::xml::element;
use crate::model::headers::Header;
use crate::model::request::Received;
use crate::model::time::Time;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sign::encode::decode;
use objects::Object;
use std::collections::BTreeMap;

/// The identifier of every request to the sandbox.
const REQUEST_ID: &str = "SANDBOX0000000001";
/// S3's XML namespace.
const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// S3 with its state.
pub(in crate::sandbox) struct S3 {
    buckets: BTreeMap<String, Bucket>,
}

/// A bucket with its objects by their keys.
struct Bucket {
    made: Time,
    objects: BTreeMap<String, Object>,
}

impl Bucket {
    fn new(made: Time) -> Self {
        Self { made, objects: BTreeMap::new() }
    }
}

impl S3 {
    /// S3 as it is before the first request, its buckets made at `now`.
    pub(in crate::sandbox) fn new(now: Time) -> Self {
        let mut backups = Bucket::new(now);
        for (key, text) in [
            ("readme.txt", "A bucket of the sandbox.\n"),
            ("2025/01/db-01.sql", "-- January\n"),
            ("2025/02/db-01.sql", "-- February\n"),
            ("2025/03/db-01.sql", "-- March\n"),
            ("with space & (signs).txt", "Its key needs encoding.\n"),
        ] {
            backups.objects.insert(key.into(), Object::new(text.into(), "text/plain", now));
        }
        let buckets = [("backups".to_owned(), backups), ("empty".to_owned(), Bucket::new(now))];
        Self { buckets: buckets.into() }
    }

    fn route(&mut self, call: &Call<'_>) -> Answer {
        let path = decode(call.received.url.path().as_bytes());
        let path = String::from_utf8_lossy(&path).into_owned();
        let path = path.strip_prefix('/').unwrap_or(&path);
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        match (bucket, key) {
            ("", _) if call.method() == "GET" => listing::buckets(&self.buckets),
            ("", _) => not_allowed(call),
            (name, "") => self.bucket(call, name),
            (name, key) => match self.buckets.get_mut(name) {
                Some(bucket) => objects::answer(call, &mut bucket.objects, key),
                None => no_bucket(call, name),
            },
        }
    }

    fn bucket(&mut self, call: &Call<'_>, name: &str) -> Answer {
        if call.method() == "PUT" {
            return self.create(call, name);
        }
        let Some(bucket) = self.buckets.get(name) else { return no_bucket(call, name) };
        match call.method() {
            "HEAD" => Answer::empty(200),
            "GET" if call.query_value("location").is_some() => {
                // The first region has no name of its own here.
                Answer::xml(200, &format!("<LocationConstraint xmlns=\"{NAMESPACE}\"/>"))
            }
            "GET" => listing::objects(call, name, &bucket.objects),
            "DELETE" if bucket.objects.is_empty() => {
                self.buckets.remove(name);
                Answer::empty(204)
            }
            "DELETE" => {
                let message = "The bucket you tried to delete is not empty";
                error(call, 409, "BucketNotEmpty", message, &element("BucketName", name))
            }
            _ => not_allowed(call),
        }
    }

    fn create(&mut self, call: &Call<'_>, name: &str) -> Answer {
        let is_letter =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
        if !(3..=63).contains(&name.len()) || !name.bytes().all(is_letter) {
            let message = "The specified bucket is not valid.";
            return error(call, 400, "InvalidBucketName", message, &element("BucketName", name));
        }
        if self.buckets.contains_key(name) {
            let message = "Your previous request to create the named bucket succeeded and you \
                           already own it.";
            let more = element("BucketName", name);
            return error(call, 409, "BucketAlreadyOwnedByYou", message, &more);
        }
        self.buckets.insert(name.to_owned(), Bucket::new(call.now));
        Answer::empty(200).header("Location", format!("/{name}"))
    }
}

impl System for S3 {
    fn answer(&mut self, call: &Call<'_>) -> Answer {
        let answer = match authentication::check(call) {
            Ok(None) => self.route(call),
            Ok(Some(data)) => self.route(&Call::new(&without_frames(call, data), call.now)),
            Err(refusal) => refusal,
        };
        answer.header("x-amz-request-id", REQUEST_ID)
    }
}

/// The request as it would be without chunks: `aws-chunked` is no coding of the
/// object's.
fn without_frames(call: &Call<'_>, data: Vec<u8>) -> Received {
    let mut received = Received { body: data, ..call.received.clone() };
    let codings = call.header("content-encoding").unwrap_or_default();
    let others = codings.split(',').map(str::trim).filter(|coding| *coding != "aws-chunked");
    let others: Vec<&str> = others.collect();
    received.headers.remove("content-encoding");
    if !others.is_empty() {
        received.headers.set(Header::new("Content-Encoding", others.join(",")));
    }
    received
}

/// A time as S3's XML has it.
fn stamp(time: Time) -> String {
    let (date, clock) = date_and_clock(time);
    format!("{date}T{clock}.000Z")
}

/// S3's one shape of errors; `more` are elements of this error alone.
fn error(call: &Call<'_>, status: u16, code: &str, message: &str, more: &str) -> Answer {
    let elements = [
        element("Code", code),
        element("Message", message),
        more.to_owned(),
        element("Resource", call.received.url.path()),
        element("RequestId", REQUEST_ID),
    ];
    Answer::xml(status, &format!("<Error>{}</Error>", elements.concat()))
}

fn no_bucket(call: &Call<'_>, name: &str) -> Answer {
    let message = "The specified bucket does not exist";
    error(call, 404, "NoSuchBucket", message, &element("BucketName", name))
}

fn not_allowed(call: &Call<'_>) -> Answer {
    let message = "The specified method is not allowed against this resource.";
    error(call, 405, "MethodNotAllowed", message, &element("Method", call.method()))
}
