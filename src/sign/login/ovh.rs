//! OVHcloud's consumer keys: asked for by an application, allowed by a user
//! in a browser, ended by a logout.

use super::Step;
use crate::error::{Error, Kind, Result};
use crate::model::body::Body;
use crate::model::headers::{Header, Headers};
use crate::model::method::Method;
use crate::model::request::Draft;
use crate::model::response::ResponseHead;
use crate::model::secret::Secret;
use crate::sign::{Ask, Params};
use serde_json::{Value, json};

/// A call that a consumer key is to be good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    method: String,
    path: String,
}

/// A consumer key that its user has still to allow.
#[derive(Debug)]
pub struct Requested {
    /// The key.
    pub consumer_key: Secret,
    /// The page on which the user allows it.
    pub validation_url: String,
}

/// What has become of a consumer key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its user has not decided yet.
    Pending,
    /// It may be used.
    Validated,
}

/// How OVHcloud refuses a key that is not validated: the older answers by a
/// code, the newer by a message.
const NOT_YET: &[&str] = &[
    "INVALID_CREDENTIAL",
    "NOT_CREDENTIAL",
    "This credential is not valid",
    "This credential does not exist",
    "You must login first",
];

impl Rule {
    /// Reads `METHOD /path`, several methods joined by commas; a `*` in the
    /// path stands for anything.
    ///
    /// # Errors
    /// Wrong usage when it is no rule.
    pub fn parse(text: &str) -> Result<Vec<Self>> {
        let fail = || {
            Error::usage(format!("'{}' is no rule", text.escape_default()))
                .hint("write METHOD /path: --allow 'GET /me*', --allow 'GET,POST /domain/*'")
        };
        let (methods, path) = text.trim().split_once(' ').ok_or_else(fail)?;
        let path = path.trim();
        if !path.starts_with('/') || path.contains(char::is_whitespace) {
            return Err(fail().into());
        }
        let rule = |method: &str| {
            let method = method.to_ascii_uppercase();
            let is_known = ["GET", "POST", "PUT", "DELETE"].contains(&method.as_str());
            is_known.then(|| Self { method, path: path.to_owned() }).ok_or_else(|| fail().into())
        };
        methods.split(',').map(rule).collect()
    }
}

/// Asks for a consumer key that is good for these calls. It is not signed:
/// there is no consumer key yet.
///
/// # Errors
/// A config error when the profile has no application or no URL.
pub fn request(params: &Params, rules: &[Rule]) -> Result<Step<Requested>> {
    let rules: Vec<Value> =
        rules.iter().map(|rule| json!({ "method": rule.method, "path": rule.path })).collect();
    let mut draft = draft(params, Method::post(), "/auth/credential")?;
    draft.headers.push(Header::new("X-Ovh-Application", params.need("application_key")?));
    draft.headers.push(Header::new("Content-Type", "application/json"));
    draft.body = Body::bytes(json!({ "accessRules": rules }).to_string());
    Ok(Ask {
        purpose: "a consumer key",
        draft,
        sign_with: ("none", Params::new()),
        read: read_requested,
    })
}

/// Asks what has become of the consumer key among `params`.
///
/// # Errors
/// A config error when the profile has no URL.
pub fn status(params: &Params) -> Result<Step<Status>> {
    Ok(Ask {
        purpose: "the state of the consumer key",
        draft: draft(params, Method::get(), "/auth/currentCredential")?,
        sign_with: ("ovh", params.clone()),
        read: read_status,
    })
}

/// Ends the consumer key among `params`.
///
/// # Errors
/// A config error when the profile has no URL.
pub fn log_out(params: &Params) -> Result<Step<()>> {
    Ok(Ask {
        purpose: "the end of the consumer key",
        draft: draft(params, Method::post(), "/auth/logout")?,
        sign_with: ("ovh", params.clone()),
        read: read_logged_out,
    })
}

fn draft(params: &Params, method: Method, path: &str) -> Result<Draft> {
    let base = params.base().ok_or_else(|| Error::config("endpoint is not set"))?;
    let headers = [Header::new("Accept", "application/json")].into_iter().collect::<Headers>();
    Ok(Draft { method, url: base.join(path)?, headers, body: Body::none() })
}

fn read_requested(head: &ResponseHead, body: &[u8]) -> Result<Requested> {
    let answer = object(body);
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    match (text("consumerKey"), text("validationUrl")) {
        (Some(key), Some(url)) if head.is_success() => Ok(Requested {
            consumer_key: Secret::new(key),
            validation_url: web_page(url)?.to_owned(),
        }),
        _ => Err(refused(head, &answer)),
    }
}

/// What is opened in a browser begins like a page of the web, whatever the
/// server says.
fn web_page(url: &str) -> Result<&str> {
    let is_page = url.starts_with("https://") || url.starts_with("http://");
    if is_page && url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(url);
    }
    Err(Error::new(Kind::Unexpected, "the validationUrl is no URL of a page").into())
}

fn read_status(head: &ResponseHead, body: &[u8]) -> Result<Status> {
    let answer = object(body);
    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
    if head.is_success() {
        return match text("status") {
            "validated" => Ok(Status::Validated),
            "pendingValidation" => Ok(Status::Pending),
            other => {
                let why = format!("the consumer key is '{}'", other.escape_default());
                Err(Error::new(Kind::Refused, why).into())
            }
        };
    }
    let says = [text("errorCode"), text("message")];
    match head.status == 403 && NOT_YET.iter().any(|known| says.contains(known)) {
        true => Ok(Status::Pending),
        false => Err(refused(head, &answer)),
    }
}

fn read_logged_out(head: &ResponseHead, body: &[u8]) -> Result<()> {
    let answer = object(body);
    let says = ["errorCode", "message"].map(|name| answer.get(name).and_then(Value::as_str));
    // A key that does not hold any more is what was asked for.
    let is_over = NOT_YET.iter().any(|known| says.contains(&Some(known)));
    match head.is_success() || (head.status == 403 && is_over) {
        true => Ok(()),
        false => Err(refused(head, &answer)),
    }
}

fn object(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}

fn refused(head: &ResponseHead, answer: &Value) -> anyhow::Error {
    let message = answer.get("message").and_then(Value::as_str).unwrap_or("without a reason");
    let message: String = message.chars().take(200).collect();
    let kind = match head.status {
        400 | 401 | 403 => Kind::Refused,
        404 => Kind::ClientError,
        500.. => Kind::ServerError,
        _ => Kind::Unexpected,
    };
    Error::new(kind, format!("the answer is {}: {message}", head.status))
        .hint("check endpoint, application_key and application_secret: signreq doctor PROFILE")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::kind_of;
    use crate::model::url::WireUrl;

    fn head(status: u16) -> ResponseHead {
        ResponseHead { version: "HTTP/1.1", status, reason: "".into(), headers: Headers::new() }
    }

    /// The exchange that OVHcloud's documents show.
    #[test]
    fn a_key_is_asked_for_as_the_first_steps_show() {
        let mut params = Params::new();
        params.set("application_key", "7kbG7Bk7S9Nt7ZSV");
        params.set_base(WireUrl::parse("https://eu.api.ovh.com/1.0").unwrap());
        let rules = Rule::parse("get,POST /me*").unwrap();
        let step = request(&params, &rules).unwrap();
        assert_eq!(step.draft.url.to_string(), "https://eu.api.ovh.com/1.0/auth/credential");
        assert_eq!(step.draft.headers.text("x-ovh-application").unwrap(), "7kbG7Bk7S9Nt7ZSV");
        assert_eq!(
            String::from_utf8(step.draft.body.read_all().unwrap()).unwrap(),
            r#"{"accessRules":[{"method":"GET","path":"/me*"},{"method":"POST","path":"/me*"}]}"#
        );
        let body = br#"{"validationUrl":"https://eu.api.ovh.com/auth/?credentialToken=t",
            "consumerKey":"MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1","state":"pendingValidation"}"#;
        let requested = read_requested(&head(200), body).unwrap();
        assert_eq!(requested.consumer_key.expose(), "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1");
        assert!(!format!("{requested:?}").contains("MtSwSr"));
    }

    #[test]
    fn only_a_key_that_waits_is_waited_for() {
        let status = |code, body: &str| read_status(&head(code), body.as_bytes());
        assert_eq!(status(200, r#"{"status":"validated"}"#).unwrap(), Status::Validated);
        for waiting in [
            r#"{"errorCode":"INVALID_CREDENTIAL","message":"This credential is not valid"}"#,
            r#"{"errorCode":"NOT_CREDENTIAL","message":"x"}"#,
            r#"{"class":"Client::Forbidden","message":"This credential does not exist"}"#,
        ] {
            assert_eq!(status(403, waiting).unwrap(), Status::Pending, "{waiting}");
        }
        for (code, body, kind) in [
            (200, r#"{"status":"expired"}"#, Kind::Refused),
            (400, r#"{"errorCode":"INVALID_SIGNATURE","message":"m"}"#, Kind::Refused),
            (403, r#"{"errorCode":"INVALID_KEY","message":"m"}"#, Kind::Refused),
            (503, "<html>", Kind::ServerError),
        ] {
            assert_eq!(kind_of(&status(code, body).unwrap_err()), kind, "{body}");
        }
    }

    #[test]
    fn what_is_no_rule_or_no_page_is_refused() {
        for bad in ["", "GET", "/me", "GET me", "GET,FETCH /me", "GET /a b"] {
            assert_eq!(kind_of(&Rule::parse(bad).unwrap_err()), Kind::Usage, "{bad}");
        }
        for bad in ["file:///etc/passwd", "-x", "https://h/ a", ""] {
            let body = json!({ "consumerKey": "k", "validationUrl": bad }).to_string();
            assert!(read_requested(&head(200), body.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_key_that_is_over_already_is_logged_out() {
        let over = br#"{"errorCode":"INVALID_CREDENTIAL","message":"m"}"#;
        assert!(read_logged_out(&head(403), over).is_ok());
        assert!(read_logged_out(&head(200), b"null").is_ok());
        assert!(read_logged_out(&head(400), br#"{"errorCode":"INVALID_SIGNATURE"}"#).is_err());
    }
}
