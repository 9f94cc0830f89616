//! OAuth 1.0's redirection-based authorization (RFC 5849 section 2): temporary
//! credentials, the user's consent, token credentials.

use super::Step;
use crate::error::{Error, Kind, Result};
use crate::model::body::Body;
use crate::model::headers::{Header, Headers};
use crate::model::method::Method;
use crate::model::request::Draft;
use crate::model::response::ResponseHead;
use crate::model::secret::Secret;
use crate::model::url::WireUrl;
use crate::sign::encode::{encode_strict, parse_form};
use crate::sign::{Ask, Params};

/// The callback of a client that cannot be called back (section 2.1).
pub const OUT_OF_BAND: &str = "oob";

/// A token and its shared secret: temporary credentials or token credentials.
#[derive(Debug)]
pub struct Credentials {
    /// The token.
    pub token: Secret,
    /// Its secret.
    pub secret: Secret,
    /// Whether the server said that it knows the callback.
    pub callback_confirmed: bool,
}

/// Asks for temporary credentials (section 2.1).
///
/// # Errors
/// A config error when the profile does not say where.
pub fn temporary(params: &Params, callback: &str) -> Result<Step<Credentials>> {
    let extra = format!("oauth_callback={}", encode_strict(callback.as_bytes()));
    step(params, "request_token_url", "temporary credentials", None, &extra)
}

/// The page on which the user consents (section 2.2).
///
/// # Errors
/// A config error when the profile does not say which, or it is no URL.
pub fn authorization_page(params: &Params, temporary: &Credentials) -> Result<String> {
    let page = url(params, "authorize_url")?;
    let token = encode_strict(temporary.token.expose().as_bytes());
    let query = match page.query() {
        Some(query) if !query.is_empty() => format!("{query}&oauth_token={token}"),
        _ => format!("oauth_token={token}"),
    };
    Ok(page.with_query(Some(query)).to_string())
}

/// Asks for token credentials (section 2.3).
///
/// # Errors
/// A config error when the profile does not say where.
pub fn token(
    params: &Params,
    temporary: &Credentials,
    verifier: &str,
) -> Result<Step<Credentials>> {
    let extra = format!("oauth_verifier={}", encode_strict(verifier.as_bytes()));
    let step = step(params, "access_token_url", "token credentials", Some(temporary), &extra)?;
    Ok(Ask { read: read_token, ..step })
}

/// The verifier in the query with which a browser comes back (section 2.2);
/// `None` when it is not for this token.
pub fn verifier(query: &str, temporary: &Credentials) -> Option<Secret> {
    let pairs = parse_form(query.as_bytes());
    let get = |name: &[u8]| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let is_ours = get(b"oauth_token").is_some_and(|t| t == temporary.token.expose().as_bytes());
    let verifier = get(b"oauth_verifier").filter(|_| is_ours)?;
    String::from_utf8(verifier.clone()).ok().filter(|text| !text.is_empty()).map(Secret::new)
}

fn step(
    params: &Params,
    field: &'static str,
    purpose: &'static str,
    temporary: Option<&Credentials>,
    extra: &str,
) -> Result<Step<Credentials>> {
    let mut own = params.clone();
    // Section 3.4.1.1: what the profile has of an earlier grant is not signed.
    own.set("token", temporary.map_or("", |temporary| temporary.token.expose()));
    own.set("token_secret", temporary.map_or("", |temporary| temporary.secret.expose()));
    own.set("transmit", "header");
    own.set("extra_parameters", extra);
    let headers: Headers = [Header::new("Accept", "*/*")].into_iter().collect();
    Ok(Ask {
        purpose,
        draft: Draft {
            method: Method::post(),
            url: url(params, field)?,
            headers,
            body: Body::none(),
        },
        sign_with: ("oauth1", own),
        read: read_credentials,
    })
}

fn url(params: &Params, field: &str) -> Result<WireUrl> {
    let text = params.need(field)?;
    WireUrl::parse(text).map_err(|error| Error::config(format!("{field}: {error}")).into())
}

/// The key was good for the step before: what is new is the verifier.
fn read_token(head: &ResponseHead, body: &[u8]) -> Result<Credentials> {
    read(head, body, "the verifier may be mistyped, or too old: log in again")
}

fn read_credentials(head: &ResponseHead, body: &[u8]) -> Result<Credentials> {
    read(head, body, "check consumer_key, consumer_secret, signature_method and the three URLs")
}

/// A form, whatever the answer's Content-Type says (section 2.1).
fn read(head: &ResponseHead, body: &[u8], hint: &str) -> Result<Credentials> {
    let pairs = parse_form(body.trim_ascii());
    let get = |name: &str| {
        let value = pairs.iter().find(|(key, _)| key == name.as_bytes());
        value.and_then(|(_, value)| String::from_utf8(value.clone()).ok())
    };
    if head.is_success()
        && let (Some(token), Some(secret)) = (get("oauth_token"), get("oauth_token_secret"))
        && !token.is_empty()
    {
        return Ok(Credentials {
            token: Secret::new(token),
            secret: Secret::new(secret),
            callback_confirmed: get("oauth_callback_confirmed").as_deref() == Some("true"),
        });
    }
    // What servers call oauth_problem is a word that says why.
    let problem = get("oauth_problem").or_else(|| get("error"));
    let said: String = problem.map(|word| format!(": {word}")).unwrap_or_default();
    let said: String = said.chars().take(200).collect();
    let kind = match head.status {
        400 | 401 | 403 => Kind::Refused,
        500.. => Kind::ServerError,
        _ => Kind::Unexpected,
    };
    Err(Error::new(kind, format!("the answer is {} and holds no oauth_token{said}", head.status))
        .hint(hint)
        .into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::kind_of;

    fn head(status: u16) -> ResponseHead {
        ResponseHead { version: "HTTP/1.1", status, reason: "".into(), headers: Headers::new() }
    }

    /// The answers of RFC 5849 section 1.2.
    #[test]
    fn credentials_are_read_as_the_rfc_shows() {
        let body = b"oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&\
            oauth_callback_confirmed=true";
        let temporary = read_credentials(&head(200), body).unwrap();
        assert_eq!(temporary.token.expose(), "hh5s93j4hdidpola");
        assert!(temporary.callback_confirmed && !format!("{temporary:?}").contains("hdhd"));
        let query = "oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884";
        assert_eq!(verifier(query, &temporary).unwrap().expose(), "hfdp7dh39dks9884");
        let foreign = "oauth_token=other&oauth_verifier=hfdp7dh39dks9884";
        assert!(verifier(foreign, &temporary).is_none());
        let mut params = Params::new();
        params.set("authorize_url", "https://photos.example.net/authorize");
        assert_eq!(
            authorization_page(&params, &temporary).unwrap(),
            "https://photos.example.net/authorize?oauth_token=hh5s93j4hdidpola"
        );
    }

    #[test]
    fn refusals_say_why() {
        let kind = |status, body: &[u8]| {
            let error = read_credentials(&head(status), body).unwrap_err();
            (kind_of(&error), error.to_string())
        };
        let (refused, told) = kind(401, b"oauth_problem=nonce_used");
        assert_eq!(refused, Kind::Refused);
        assert!(told.contains("nonce_used"), "{told}");
        assert_eq!(kind(200, b"<html>").0, Kind::Unexpected);
        assert_eq!(kind(502, b"").0, Kind::ServerError);
    }
}
