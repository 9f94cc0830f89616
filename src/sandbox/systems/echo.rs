//! `/echo`: answers what it was asked, unsigned, for tries of the command
//! line itself.

use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sign::digest::base64;
use serde_json::{Value, json};

/// Method, target, headers and body as they were received.
pub(in crate::sandbox) fn answer(call: &Call<'_>) -> Answer {
    let received = call.received;
    let headers: Vec<Value> =
        received.headers.iter().map(|header| json!([header.name, header.text()])).collect();
    let mut echo = json!({
        "method": received.method.as_str(),
        "target": received.url.target(),
        "headers": headers,
    });
    match std::str::from_utf8(&received.body) {
        Ok(text) => echo["body"] = text.into(),
        Err(_) => echo["body_base64"] = base64(&received.body).into(),
    }
    Answer::json(200, &echo)
}
