//! Consumer keys: asked for, validated, logged out.

use super::authentication::refused;
use super::error;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::credentials::ovh::{APPLICATION_KEY, CONSUMER_KEY};
use serde_json::{Value, json};

/// Whether a consumer key may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Its user has not allowed it yet.
    Pending,
    Validated,
    Expired,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Pending => "pendingValidation",
            Self::Validated => "validated",
            Self::Expired => "expired",
        }
    }
}

/// A consumer key and what it is good for.
pub(super) struct Credential {
    consumer_key: String,
    pub(super) status: Status,
    /// Methods and path patterns.
    rules: Vec<(String, String)>,
}

impl Credential {
    /// Whether a rule allows this call.
    pub(super) fn allows(&self, method: &str, path: &str) -> bool {
        // Every credential may look at itself and end itself.
        path.starts_with("/auth/")
            || self.rules.iter().any(|(allowed, pattern)| allowed == method && fits(pattern, path))
    }
}

/// Whether a path fits a pattern, in which `*` stands for anything.
fn fits(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((start, rest)) => path.strip_prefix(start).is_some_and(|tail| {
            let ends = tail.char_indices().map(|(at, _)| at).chain([tail.len()]);
            ends.into_iter().any(|at| fits(rest, &tail[at..]))
        }),
    }
}

/// All consumer keys.
pub(super) struct Credentials(Vec<Credential>);

impl Credentials {
    pub(super) fn new() -> Self {
        let methods = ["GET", "POST", "PUT", "DELETE"];
        let rules = methods.map(|method| (method.to_owned(), "/*".to_owned())).into();
        let consumer_key = CONSUMER_KEY.to_owned();
        Self(vec![Credential { consumer_key, status: Status::Validated, rules }])
    }

    pub(super) fn find(&self, consumer_key: &str) -> Option<&Credential> {
        self.0.iter().find(|credential| credential.consumer_key == consumer_key)
    }

    /// `POST /auth/credential`: unsigned, for whoever knows the application.
    pub(super) fn request(&mut self, call: &Call<'_>) -> Answer {
        if call.header("x-ovh-application").as_deref() != Some(APPLICATION_KEY) {
            let note = "key: X-Ovh-Application is another one";
            return refused(403, "INVALID_KEY", "This application key is invalid", note);
        }
        let body = call.json().unwrap_or_default();
        let rules = body["accessRules"].as_array().map(Vec::as_slice).unwrap_or_default();
        let text = |rule: &Value, name: &str| rule[name].as_str().unwrap_or_default().to_owned();
        let rules: Vec<(String, String)> =
            rules.iter().map(|rule| (text(rule, "method"), text(rule, "path"))).collect();
        if rules.is_empty() {
            return error(400, "Client::BadRequest", "Missing parameter : accessRules");
        }
        let consumer_key = format!("SandboxConsumerKeyRequested{:05}", self.0.len());
        let origin = call.received.url.origin();
        let answer = json!({
            "state": Status::Pending.name(),
            "consumerKey": consumer_key,
            "validationUrl": format!("{origin}/auth/?credentialToken={consumer_key}"),
        });
        self.0.push(Credential { consumer_key, status: Status::Pending, rules });
        Answer::json(200, &answer)
    }

    /// The page of `validationUrl`: whoever visits it allows the application
    /// in.
    pub(super) fn validate(&mut self, call: &Call<'_>) -> Answer {
        let token = call.query_value("credentialToken").unwrap_or_default();
        let pending = self.0.iter_mut().find(|credential| credential.consumer_key == token);
        match pending {
            Some(credential) if credential.status == Status::Pending => {
                credential.status = Status::Validated;
                Answer::text(200, "The application is allowed in.\n")
            }
            _ => Answer::text(404, "There is nothing to allow here.\n"),
        }
    }

    /// `GET /auth/currentCredential`.
    pub(super) fn current(&self, consumer_key: &str) -> Answer {
        let Some(credential) = self.find(consumer_key) else { return super::missing("credential") };
        let rule = |(method, path): &(String, String)| json!({"method": method, "path": path});
        let rules: Vec<Value> = credential.rules.iter().map(rule).collect();
        Answer::json(
            200,
            &json!({"credentialId": 1, "applicationId": 1, "status": credential.status.name(),
                "rules": rules, "ovhSupport": false, "allowedIPs": null, "expiration": null}),
        )
    }

    /// `POST /auth/logout`.
    pub(super) fn log_out(&mut self, consumer_key: &str) -> Answer {
        for credential in self.0.iter_mut().filter(|c| c.consumer_key == consumer_key) {
            credential.status = Status::Expired;
        }
        Answer::json(200, &Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, path, expected) in [
            ("/*", "/me", true),
            ("/me", "/me", true),
            ("/me", "/me/api", false),
            ("/domain/zone/*", "/domain/zone/a/record", true),
            ("/domain/zone/*", "/domain/zone", false),
            ("/sms/*/jobs", "/sms/1/jobs", true),
            ("/sms/*/jobs", "/sms/1/jobs/2", false),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }
}
