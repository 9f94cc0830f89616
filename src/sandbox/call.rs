//! A received request as a system's routes read it.

use super::form::{self, Fields};
use crate::model::headers::media_type;
use crate::model::request::Received;
use crate::model::time::Time;
use crate::sign::encode::{decode, parse_form};
use serde_json::Value;

/// A request with its path and query taken apart.
pub(super) struct Call<'a> {
    pub(super) received: &'a Received,
    /// The sandbox's time.
    pub(super) now: Time,
    /// The segments of the path, each decoded; the last is empty when the
    /// path ends with a slash.
    pub(super) segments: Vec<String>,
    /// The query parameters, decoded, in their order.
    pub(super) query: Vec<(String, String)>,
}

impl<'a> Call<'a> {
    /// Takes a request apart.
    pub(super) fn new(received: &'a Received, now: Time) -> Self {
        let path = received.url.path();
        let query = received.url.query().unwrap_or_default();
        Self {
            received,
            now,
            segments: path.split('/').skip(1).map(|part| text(&decode(part.as_bytes()))).collect(),
            query: parse_form(query.as_bytes())
                .iter()
                .map(|(name, value)| (text(name), text(value)))
                .collect(),
        }
    }

    /// The method.
    pub(super) fn method(&self) -> &str {
        self.received.method.as_str()
    }

    /// The method that a route is chosen by: Rack, RESTEasy and Flask answer
    /// HEAD as GET, and leave the body out.
    pub(super) fn route_method(&self) -> &str {
        match self.method() {
            "HEAD" => "GET",
            method => method,
        }
    }

    /// The segments after the first `count`, an empty last one included.
    pub(super) fn segments_after(&self, count: usize) -> Vec<&str> {
        self.segments.iter().skip(count).map(String::as_str).collect()
    }

    /// The same without the empty last one of a trailing slash.
    pub(super) fn route_after(&self, count: usize) -> Vec<&str> {
        let mut route = self.segments_after(count);
        if route.last() == Some(&"") {
            route.pop();
        }
        route
    }

    /// The first value of a query parameter.
    pub(super) fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// A query parameter that is a number; `None` when it is none.
    pub(super) fn query_number(&self, name: &str) -> Option<usize> {
        self.query_value(name)?.parse().ok()
    }

    /// A header's text.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        self.received.headers.text(name)
    }

    /// The media type of the body, empty when none is given.
    pub(super) fn media_type(&self) -> String {
        media_type(&self.header("content-type").unwrap_or_default())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// Where it stops to be JSON.
    pub(super) fn json(&self) -> Result<Value, String> {
        serde_json::from_slice(&self.received.body).map_err(|error| error.to_string())
    }

    /// The fields of a form, multipart or JSON body.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn fields(&self) -> Result<Fields, String> {
        let content_type = self.header("content-type").unwrap_or_default();
        form::read(&content_type, &self.received.body)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
