//! OVHcloud: its own `$1$` signature under `/1.0`, `/v1` and `/v2`.

mod authentication;
mod credentials;
mod data;
mod routes;
#[cfg(test)]
mod tests;

use super::System;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use credentials::Credentials;
use routes::Routes;
use serde_json::json;

/// OVHcloud with its state.
pub(in crate::sandbox) struct Ovh {
    credentials: Credentials,
    routes: Routes,
    answered: u64,
}

impl Ovh {
    /// OVHcloud as it is before the first request.
    pub(in crate::sandbox) fn new() -> Self {
        Self { credentials: Credentials::new(), routes: Routes::new(), answered: 0 }
    }

    fn route(&mut self, call: &Call<'_>) -> Answer {
        let route = match call.route_after(0).as_slice() {
            // The page that a user visits to allow an application in.
            ["auth", ..] => return self.credentials.validate(call),
            [_, route @ ..] => route.to_vec(),
            [] => Vec::new(),
        };
        match (call.method(), route.as_slice()) {
            ("GET", ["auth", "time"]) => {
                return Answer::json(200, &call.now.epoch().into());
            }
            ("POST", ["auth", "credential"]) => return self.credentials.request(call),
            _ => {}
        }
        let consumer_key = match authentication::check(call, &self.credentials) {
            Ok(consumer_key) => consumer_key,
            Err(refusal) => return refusal,
        };
        match (call.method(), route.as_slice()) {
            ("GET", ["auth", "currentCredential"]) => self.credentials.current(&consumer_key),
            ("POST", ["auth", "logout"]) => self.credentials.log_out(&consumer_key),
            _ => self.routes.answer(call, &route),
        }
    }
}

impl System for Ovh {
    fn answer(&mut self, call: &Call<'_>) -> Answer {
        self.answered += 1;
        let id = format!("SANDBOX.ext-1.{:08x}.{}", call.now.epoch(), self.answered);
        self.route(call).header("X-Ovh-QueryID", id)
    }
}

/// The newer shape of OVHcloud's errors: a class and a message.
fn error(status: u16, class: &str, message: &str) -> Answer {
    Answer::json(status, &json!({"class": class, "message": message}))
}

fn invalid_url() -> Answer {
    error(404, "Client::NotFound", "Got an invalid (or empty) URL")
}

fn missing(name: &str) -> Answer {
    let message = format!("The requested object ({name}) does not exist");
    error(404, "Client::NotFound", &message)
}
