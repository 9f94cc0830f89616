//! HTTP Archives (HAR 1.2): a request and its answer as one entry of a log that
//! browsers read.

use crate::error::reason;
use crate::model::headers::Headers;
use crate::model::response::ResponseHead;
use crate::model::secret::{MASK, Secret};
use crate::out::mask::{self, Secrets};
use crate::sign::Wire;
use crate::sign::digest::base64;
use crate::sign::encode::parse_form;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::io::Read as _;
use std::time::Duration;

/// The longest body that an archive holds, in bytes.
pub const BODY_LIMIT: u64 = 1024 * 1024;

/// What stands in the place of a body that is longer.
const TOO_LONG: &str = "longer than 1 MiB, left out";

/// What an archive begins with; entries follow, with [`SEPARATOR`] between.
pub fn beginning(secrets: Secrets) -> String {
    let creator = json!({ "name": "signreq", "version": env!("CARGO_PKG_VERSION") });
    let comment = match secrets {
        Secrets::Masked => format!(",\"comment\":\"Secrets are masked: {MASK}\""),
        Secrets::Shown => String::new(),
    };
    format!("{{\"log\":{{\"version\":\"1.2\",\"creator\":{creator}{comment},\"entries\":[\n")
}

/// What stands between two entries.
pub const SEPARATOR: &str = ",\n";

/// What an archive ends with.
pub const END: &str = "\n]}}\n";

/// What an archive does not show.
#[derive(Clone, Debug)]
pub struct Hidden {
    secrets: Secrets,
    known: Vec<Secret>,
}

impl Hidden {
    /// What is named like a secret and, wherever it stands, what is `known` to
    /// be one; nothing where secrets are shown.
    pub fn new(secrets: Secrets, known: Vec<Secret>) -> Self {
        Self { secrets, known }
    }

    /// The same where these are known.
    #[must_use]
    pub fn knowing(self, known: Vec<Secret>) -> Self {
        Self { known, ..self }
    }

    /// A text without the known secrets.
    pub fn text(&self, text: &str) -> String {
        match self.secrets {
            Secrets::Masked => mask::without(text, self.known.iter().map(Secret::expose)),
            Secrets::Shown => text.to_owned(),
        }
    }

    fn body<'b>(&self, bytes: &'b [u8], content_type: Option<&str>) -> Cow<'b, [u8]> {
        if self.secrets == Secrets::Shown {
            return Cow::Borrowed(bytes);
        }
        let masked = mask::body(bytes, content_type);
        Cow::Owned(mask::without_in_bytes(&masked, self.known.iter().map(Secret::expose)))
    }

    fn headers(&self, headers: &Headers) -> Value {
        let shown = headers.iter().map(|header| {
            let value = mask::header_value(header, self.secrets);
            json!({ "name": header.name, "value": self.text(&String::from_utf8_lossy(&value)) })
        });
        shown.collect()
    }
}

/// A request, as an entry has it.
pub fn request(wire: &Wire, hidden: &Hidden) -> Value {
    let url = hidden.text(&mask::url(&wire.url().to_string(), hidden.secrets));
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query: Value = parse_form(query.as_bytes())
        .iter()
        .map(|(name, value)| {
            let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
            json!({ "name": text(name), "value": text(value) })
        })
        .collect();
    let mut request = json!({
        "method": wire.method().as_str(),
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": hidden.headers(wire.headers()),
        "queryString": query,
        "headersSize": -1,
        "bodySize": wire.body().length(),
    });
    if !wire.body().is_none() {
        request["postData"] = post_data(wire, hidden);
    }
    request
}

fn post_data(wire: &Wire, hidden: &Hidden) -> Value {
    let content_type = wire.headers().text("content-type");
    let mut data = json!({ "mimeType": content_type.as_deref().unwrap_or_default() });
    if wire.body().length() > BODY_LIMIT {
        data["comment"] = TOO_LONG.into();
        return data;
    }
    let mut bytes = Vec::new();
    let read = wire.body().open().and_then(|body| body.take(BODY_LIMIT).read_to_end(&mut bytes));
    if let Err(error) = read {
        data["comment"] = format!("could not be read again: {}", reason(&error)).into();
        return data;
    }
    // HAR 1.2 knows text alone here; readers of bodies that are none take the
    // field of answers.
    fill(&mut data, &hidden.body(&bytes, content_type.as_deref()));
    data
}

/// Adds a body to what tells of it: as text, or else in base64.
fn fill(data: &mut Value, bytes: &[u8]) {
    match std::str::from_utf8(bytes) {
        Ok(text) => data["text"] = text.into(),
        Err(_) => {
            data["text"] = base64(bytes).into();
            data["encoding"] = "base64".into();
        }
    }
}

/// What came of a body.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a> {
    /// How many bytes came over the wire.
    pub transferred: u64,
    /// Its bytes, content codings undone; `None` when there are more than
    /// [`BODY_LIMIT`].
    pub content: Option<&'a [u8]>,
    /// Whether it was read to its end.
    pub is_whole: bool,
    /// Why it was not, where it failed.
    pub failure: Option<&'a str>,
}

/// An answer, as an entry has it.
pub fn response(head: &ResponseHead, body: &Body<'_>, hidden: &Hidden) -> Value {
    let content_type = head.headers.text("content-type");
    let length = body.content.map_or(body.transferred, |content| content.len() as u64);
    let mime_type = content_type.as_deref().unwrap_or_default();
    let mut content = json!({ "size": length, "mimeType": mime_type });
    match body.content {
        Some(bytes) => fill(&mut content, &hidden.body(bytes, content_type.as_deref())),
        None => content["comment"] = TOO_LONG.into(),
    }
    if !body.is_whole {
        content["comment"] = "not read to its end".into();
    }
    let location = head.headers.get("location");
    let location = location.map(|header| mask::header_value(header, hidden.secrets));
    let location = location.map(|value| hidden.text(&String::from_utf8_lossy(&value)));
    let mut response = json!({
        "status": head.status,
        "statusText": hidden.text(&head.reason),
        "httpVersion": head.version,
        "cookies": [],
        "headers": hidden.headers(&head.headers),
        "content": content,
        "redirectURL": location.unwrap_or_default(),
        "headersSize": -1,
        "bodySize": body.transferred,
    });
    if let Some(failure) = body.failure {
        response["_error"] = hidden.text(failure).into();
    }
    response
}

/// What stands in the place of an answer that never came, as browsers write it.
pub fn no_response(why: &str, hidden: &Hidden) -> Value {
    json!({
        "status": 0,
        "statusText": "",
        "httpVersion": "",
        "cookies": [],
        "headers": [],
        "content": { "size": 0, "mimeType": "" },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
        "_error": hidden.text(why),
    })
}

/// When each step of an exchange was done, counted from its start; `None` where
/// there was no such step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steps {
    /// The host name was resolved.
    pub resolve: Option<Duration>,
    /// The TCP connection stood.
    pub connect: Option<Duration>,
    /// The TLS handshake was done.
    pub tls: Option<Duration>,
    /// The request had been sent.
    pub sent: Option<Duration>,
    /// The first byte of the answer came.
    pub first_byte: Option<Duration>,
    /// All was over.
    pub end: Duration,
    /// How long signing took, before that.
    pub signing: Duration,
}

/// How long each step took, in milliseconds, -1 where there was none. `connect`
/// holds `ssl`, as HAR has it.
pub fn timings(steps: &Steps) -> Value {
    let connected = steps.tls.or(steps.connect);
    let ready = connected.or(steps.resolve).unwrap_or_default();
    let first_byte = steps.first_byte.unwrap_or(steps.end);
    // An answer may come while a body is still being sent.
    let sent = steps.sent.unwrap_or(ready).clamp(ready.min(first_byte), first_byte);
    let step = |end: Option<Duration>, begin: Option<Duration>| {
        end.map_or(-1.0, |end| between(begin.unwrap_or_default(), end))
    };
    json!({
        "blocked": -1,
        "dns": step(steps.resolve, None),
        "connect": step(connected, steps.resolve),
        "ssl": step(steps.tls, steps.connect),
        "send": between(ready, sent),
        "wait": between(sent, first_byte),
        "receive": between(first_byte, steps.end),
        "_sign": between(Duration::ZERO, steps.signing),
    })
}

/// The time between two moments, in milliseconds with three decimals.
fn between(begin: Duration, end: Duration) -> f64 {
    let micros = end.saturating_sub(begin).as_micros();
    u32::try_from(micros).map_or(f64::from(u32::MAX), f64::from) / 1000.0
}

/// One entry. `started` is when sending began, as RFC 3339 has it.
pub fn entry(
    started: &str,
    request: &Value,
    response: &Value,
    steps: &Steps,
    address: Option<std::net::IpAddr>,
) -> String {
    let timings = timings(steps);
    let parts = ["dns", "connect", "send", "wait", "receive"];
    let spans = parts.iter().filter_map(|part| timings[part].as_f64());
    let total: f64 = spans.filter(|span| *span > 0.0).sum();
    let mut entry = json!({
        "startedDateTime": started,
        "time": (total * 1000.0).round() / 1000.0,
        "request": request,
        "response": response,
        "cache": {},
        "timings": timings,
    });
    if let Some(address) = address {
        entry["serverIPAddress"] = address.to_string().into();
    }
    entry.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::body::Body as RequestBody;
    use crate::model::headers::Header;
    use crate::out::request::sample;

    fn hidden(secrets: Secrets) -> Hidden {
        Hidden::new(secrets, vec![Secret::new("geheim+"), Secret::new("abc")])
    }

    fn head(fields: &[(&str, &str)]) -> ResponseHead {
        let headers = fields.iter().map(|(name, value)| Header::new(*name, *value)).collect();
        ResponseHead { version: "HTTP/1.1", status: 200, reason: "OK".into(), headers }
    }

    #[test]
    fn a_request_is_masked_by_names_and_by_what_is_known() {
        let body = RequestBody::bytes(&b"{\"a\":\"geheim+ geheim%2B abc\",\"token\":\"x\"}"[..]);
        let url = "https://h/geheim%2B?q=a+b%20c&token=t";
        let wire = sample::wire("POST", url, Some("application/json"), body);
        let entry = request(&wire, &hidden(Secrets::Masked));
        assert_eq!(entry["url"], "https://h/***?q=a+b%20c&token=***");
        let query = json!([
            { "name": "q", "value": "a b c" },
            { "name": "token", "value": "***" },
        ]);
        assert_eq!(entry["queryString"], query);
        assert_eq!(entry["postData"]["text"], "{\"a\":\"*** *** abc\",\"token\":\"***\"}");
        assert_eq!(entry["postData"]["mimeType"], "application/json");
        assert_eq!(entry["bodySize"], 41);
        let whole = request(&wire, &hidden(Secrets::Shown));
        assert_eq!(whole["url"], url);
        assert!(whole["postData"]["text"].as_str().unwrap().contains("geheim%2B abc"));
    }

    #[test]
    fn bodies_that_are_no_text_or_too_long_are_told_apart() {
        let data = |bytes: Vec<u8>| {
            let wire = sample::wire("PUT", "https://h/", None, RequestBody::bytes(bytes));
            request(&wire, &hidden(Secrets::Masked))["postData"].clone()
        };
        let binary = json!({ "mimeType": "", "text": "/w==", "encoding": "base64" });
        assert_eq!(data(vec![0xff]), binary);
        assert_eq!(data(Vec::new()), json!({ "mimeType": "", "text": "" }));
        let limit = usize::try_from(BODY_LIMIT).unwrap();
        assert_eq!(data(vec![b'x'; limit])["text"].as_str().unwrap().len(), limit);
        let long = data(vec![b'x'; limit + 1]);
        assert_eq!(long, json!({ "mimeType": "", "comment": TOO_LONG }));
        let none = request(&sample::get(), &hidden(Secrets::Masked));
        assert!(none.get("postData").is_none() && none["bodySize"] == 0);
    }

    #[test]
    fn an_answer_tells_what_came_of_it() {
        let fields = [("Location", "https://h/?code=c"), ("Set-Cookie", "c"), ("Date", "d")];
        let body =
            Body { transferred: 3, content: None, is_whole: false, failure: Some("geheim+") };
        let entry = response(&head(&fields), &body, &hidden(Secrets::Masked));
        assert_eq!(entry["redirectURL"], "https://h/?code=***");
        assert_eq!(entry["headers"][1]["value"], "***");
        assert_eq!(entry["headers"][2]["value"], "d");
        assert_eq!(entry["_error"], "***");
        assert_eq!(entry["content"]["comment"], "not read to its end");
        let content = Some(&b"text"[..]);
        let body = Body { transferred: 9, content, is_whole: true, failure: None };
        let entry = response(&head(&[]), &body, &hidden(Secrets::Masked));
        assert_eq!(entry["content"], json!({ "size": 4, "mimeType": "", "text": "text" }));
        assert_eq!((&entry["bodySize"], entry.get("_error")), (&json!(9), None));
    }

    #[test]
    fn steps_become_spans() {
        let at = |milliseconds| Some(Duration::from_millis(milliseconds));
        let steps = Steps {
            resolve: at(1),
            connect: at(3),
            tls: at(7),
            sent: at(8),
            first_byte: at(20),
            end: Duration::from_micros(21_500),
            signing: Duration::from_micros(250),
        };
        let expected = json!({
            "blocked": -1, "dns": 1.0, "connect": 6.0, "ssl": 4.0, "send": 1.0, "wait": 12.0,
            "receive": 1.5, "_sign": 0.25,
        });
        assert_eq!(timings(&steps), expected);
        let text = entry("2026-01-02T03:04:05.678Z", &json!({}), &json!({}), &steps, None);
        let entry: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(entry["time"], 21.5);
        // A connection that was there, and an answer that came before all was sent.
        let steps = Steps { sent: at(30), first_byte: at(20), ..Steps::default() };
        let spans = timings(&Steps { end: Duration::from_millis(30), ..steps });
        assert_eq!((&spans["connect"], &spans["ssl"]), (&json!(-1.0), &json!(-1.0)));
        assert_eq!((&spans["send"], &spans["wait"]), (&json!(20.0), &json!(0.0)));
    }
}
