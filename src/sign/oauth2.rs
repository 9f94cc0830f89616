//! OAuth 2.0 client credentials (RFC 6749 section 4.4): a token is asked for,
//! kept until shortly before it expires, and sent as a bearer token.

use crate::error::{Error, Kind, Result};
use crate::model::body::Body;
use crate::model::headers::{Header, Headers, Piece};
use crate::model::method::Method;
use crate::model::request::{Draft, Received};
use crate::model::response::ResponseHead;
use crate::model::secret::Secret;
use crate::model::time::Time;
use crate::model::url::WireUrl;
use crate::sign::bearer::{self, Bearer};
use crate::sign::encode::encode_strict;
use crate::sign::{
    Ask, Param, Params, Payload, PayloadNeed, Prepared, Presented, Scheme, Signed, Signer,
    SigningContext, State, Token, Unreadable,
};

/// The scheme `oauth2`.
pub struct OAuth2;

/// A token this close to its end, in seconds, is not used any more.
const MARGIN: i64 = 60;

/// How long a token is kept whose answer does not say, in seconds (RFC 6749
/// section 5.1 leaves it to the server's documentation).
const UNKNOWN_LIFETIME: i64 = 300;

/// How much of a server's own words is repeated, in characters.
const SAID_LIMIT: usize = 200;

const PARAMS: &[Param] = &[
    Param::new("token_url", "where tokens are given out"),
    Param::new("client_id", "identifies the client").required(),
    Param::new("client_secret", "the client's secret").required().secret(),
    Param::new("scope", "what the token is to allow"),
];

impl Scheme for OAuth2 {
    fn id(&self) -> &'static str {
        "oauth2"
    }

    fn about(&self) -> &'static str {
        "asks for a token with client credentials and sends it"
    }

    fn spec(&self) -> &'static str {
        "RFC 6749"
    }

    fn params(&self) -> &'static [Param] {
        PARAMS
    }

    fn shown_credential(&self) -> Option<&'static str> {
        Some("token")
    }

    fn build(&self, _params: &Params) -> Result<Box<dyn Signer>> {
        Ok(Box::new(OAuth2Signer))
    }

    fn prepare(&self, params: &Params, state: &State, now: Time) -> Result<Prepared> {
        if state.token.as_ref().is_some_and(|token| now < token.expires) {
            return Ok(Prepared::Ready);
        }
        let url = params.need("token_url")?;
        let url =
            WireUrl::parse(url).map_err(|error| Error::config(format!("token_url: {error}")))?;
        let mut form = "grant_type=client_credentials".to_owned();
        if let Some(scope) = params.get("scope") {
            form.push_str(&format!("&scope={}", encode_strict(scope.as_bytes())));
        }
        let headers: Headers = [
            Header::new("Accept", "application/json"),
            Header::new("Content-Type", "application/x-www-form-urlencoded"),
        ]
        .into_iter()
        .collect();
        // RFC 6749 section 2.3.1: both are form-encoded before Basic joins them.
        let mut credentials = Params::new();
        let encoded = |name| -> Result<String> { Ok(encode_strict(params.need(name)?.as_bytes())) };
        credentials.set("user", encoded("client_id")?);
        credentials.set("password", encoded("client_secret")?);
        Ok(Prepared::Ask(Box::new(Ask {
            purpose: "an access token",
            draft: Draft { method: Method::post(), url, headers, body: Body::bytes(form) },
            sign_with: ("basic", credentials),
            read: read_token,
        })))
    }

    fn presented(&self, received: &Received) -> std::result::Result<Presented, Unreadable> {
        Bearer.presented(received)
    }
}

/// RFC 6749 sections 5.1 and 5.2.
fn read_token(head: &ResponseHead, body: &[u8], now: Time, state: &mut State) -> Result<()> {
    let answer: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| answer.get(name).and_then(serde_json::Value::as_str);
    let Some(access_token) = text("access_token").filter(|_| head.is_success()) else {
        // What follows is the server's text: some words of it will do.
        let said: String = ["error", "error_description"]
            .iter()
            .filter_map(|name| text(name))
            .map(|words| format!(": {}", words.chars().take(SAID_LIMIT).collect::<String>()))
            .collect();
        let refused = matches!(head.status, 400 | 401 | 403);
        let kind = if refused { Kind::Refused } else { Kind::Unexpected };
        let told = format!("the answer is {} and holds no access_token{said}", head.status);
        return Err(Error::new(kind, told).hint("check client_id, client_secret and scope").into());
    };
    let is_bearer = text("token_type").is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
    if !is_bearer {
        let why = "the token is of another type than bearer";
        return Err(Error::new(Kind::Unexpected, why).into());
    }
    if access_token.is_empty() || !access_token.bytes().all(|byte| byte.is_ascii_graphic()) {
        let why = "the token is empty or holds what fits into no header";
        return Err(Error::new(Kind::Unexpected, why).into());
    }
    // Some servers write the number as a string.
    let lifetime = answer.get("expires_in").and_then(|value| match value {
        serde_json::Value::String(digits) => digits.parse().ok(),
        other => other.as_i64(),
    });
    let lifetime = lifetime.unwrap_or(UNKNOWN_LIFETIME).clamp(0, i64::from(u32::MAX));
    state.token = Some(Token {
        access_token: Secret::new(access_token),
        expires: now.plus((lifetime - MARGIN).max(1)),
    });
    Ok(())
}

struct OAuth2Signer;

impl Signer for OAuth2Signer {
    fn payload(&self, _draft: &Draft) -> PayloadNeed {
        PayloadNeed::None
    }

    fn sign(&self, _: &Draft, _: &Payload, context: &SigningContext) -> Result<Signed> {
        let token = context.token.as_ref().ok_or_else(|| {
            Error::config("no access token is cached, and nothing is sent to get one")
                .hint("signreq sign PROFILE … fetches one")
        })?;
        bearer::signed(&Piece::Secret(token.clone()), context.tracing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::kind_of;

    const NOW: Time = Time::from_epoch(1_700_000_000);

    fn params() -> Params {
        let mut params = Params::new();
        for (name, value) in [
            ("token_url", "https://www.ovh.com/auth/oauth2/token"),
            ("client_id", "EU.0f:1"),
            ("client_secret", "s e c"),
            ("scope", "all"),
        ] {
            params.set(name, value);
        }
        params
    }

    fn read(status: u16, body: &str) -> Result<State> {
        let head = ResponseHead {
            version: "HTTP/1.1",
            status,
            reason: "".into(),
            headers: Headers::new(),
        };
        let mut state = State::default();
        read_token(&head, body.as_bytes(), NOW, &mut state)?;
        Ok(state)
    }

    #[test]
    fn a_token_is_asked_for_as_rfc6749_section_4_4_2_shows() {
        let prepared = OAuth2.prepare(&params(), &State::default(), NOW).unwrap();
        let Prepared::Ask(ask) = prepared else { panic!("no question") };
        assert_eq!(ask.draft.method, Method::post());
        let body = ask.draft.body.read_all().unwrap();
        assert_eq!(body, b"grant_type=client_credentials&scope=all");
        let (scheme, credentials) = ask.sign_with;
        assert_eq!(scheme, "basic");
        assert_eq!(credentials.get("user"), Some("EU.0f%3A1"));
        assert_eq!(credentials.get("password"), Some("s%20e%20c"));
    }

    #[test]
    fn a_token_is_used_until_a_minute_before_it_expires() {
        let state = read(200, r#"{"access_token":"t","token_type":"Bearer","expires_in":3599}"#);
        let state = state.unwrap();
        assert_eq!(state.token.as_ref().unwrap().expires, NOW.plus(3539));
        let is_ready =
            |now: Time| matches!(OAuth2.prepare(&params(), &state, now), Ok(Prepared::Ready));
        assert!(is_ready(NOW.plus(3538)));
        assert!(!is_ready(NOW.plus(3539)));
    }

    #[test]
    fn refusals_and_nonsense_are_told_apart() {
        let kind = |status, body| kind_of(&read(status, body).unwrap_err());
        assert_eq!(kind(401, r#"{"error":"invalid_client"}"#), Kind::Refused);
        assert_eq!(kind(400, r#"{"error":"invalid_scope"}"#), Kind::Refused);
        assert_eq!(kind(200, "<html>"), Kind::Unexpected);
        assert_eq!(kind(503, ""), Kind::Unexpected);
        assert_eq!(kind(200, r#"{"access_token":"t","token_type":"mac"}"#), Kind::Unexpected);
        assert_eq!(kind(200, r#"{"access_token":"a\r\nb"}"#), Kind::Unexpected);
        let long = format!(r#"{{"error":"e","error_description":"{}"}}"#, "x".repeat(9999));
        assert!(read(400, &long).unwrap_err().to_string().len() < 400);
    }
}
