//! Where a redirect leads, and what of the request goes there.
//!
//! Pure: [`Hop::next`] reads an answer's head and gives the next request, or
//! why there is none. `engine` sends it.

use crate::error;
use crate::model::body::Body;
use crate::model::headers::{Header, Headers};
use crate::model::method::Method;
use crate::model::reference;
use crate::model::request::Draft;
use crate::model::response::ResponseHead;
use crate::model::url::{Origin, Protocol, WireUrl};
use std::fmt;

const EXPECT: &str = "expect";

/// How many redirects are followed unless `--max-redirs` says otherwise, as
/// in curl.
pub const USUAL_LIMIT: u32 = 50;

/// The headers that another origin gets: those that say how to answer, not
/// who asks. Any other may hold a credential under a name of its own.
const GO_ANYWHERE: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "pragma",
    "range",
    "user-agent",
];

/// The headers that say something of the body and go with it (RFC 9110
/// section 15.4), those beginning with `content-` aside.
const OF_THE_BODY: &[&str] = &["digest", "expect", "repr-digest", "x-amz-content-sha256"];

/// Which requests a redirect may lead to.
pub struct Rules<'a> {
    /// Whether the credential may be used at an origin.
    pub signs_for: &'a dyn Fn(&Origin) -> bool,
    /// Whether what is sent can be read by whoever reads the connection.
    pub sends_secret: bool,
    /// Whether another signed request can be made: not with a given nonce.
    pub can_sign_again: bool,
}

/// A request on its way along redirects.
#[derive(Clone, Debug)]
pub struct Hop {
    /// The request as the profile's own origin gets it.
    draft: Draft,
    /// Whether it is signed: the profile signs for its origin.
    pub is_signed: bool,
}

/// Why a redirect was not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfollowed {
    /// Nobody asked for it.
    NotAsked,
    /// It has no Location.
    NoLocation,
    /// It has several, which differ.
    SeveralLocations,
    /// Its Location cannot be asked for: why.
    Unreadable(String),
    /// It leads to another origin, which gets neither body nor any method
    /// that changes something.
    KeptHere(Method, Origin),
    /// It leads from https to http.
    Cleartext(Origin),
    /// It would have to be signed with a nonce that has been used.
    UsedNonce,
    /// As many were followed as are allowed.
    TooMany(u32),
}

impl Hop {
    /// The request that the user asked for.
    pub fn first(draft: Draft) -> Self {
        Self { draft, is_signed: true }
    }

    /// The request as its origin gets it.
    pub fn request(&self) -> Draft {
        let mut draft = self.draft.clone();
        if !self.is_signed {
            let may_go = |header: &&Header| GO_ANYWHERE.iter().any(|name| header.is(name));
            draft.headers = draft.headers.iter().filter(may_go).cloned().collect();
        }
        draft
    }

    /// Whether the server is asked before the body is sent.
    pub fn expects(&self) -> bool {
        self.draft.headers.get(EXPECT).is_some_and(|header| header.by_default)
    }

    /// The same without asking the server before.
    #[must_use]
    pub fn without_expectation(&self) -> Self {
        let mut hop = self.clone();
        hop.draft.headers.remove(EXPECT);
        hop
    }

    /// The method it is sent with.
    pub fn method(&self) -> &Method {
        &self.draft.method
    }

    /// The URL it is sent to.
    pub fn url(&self) -> &WireUrl {
        &self.draft.url
    }

    /// The request that an answer to this one redirects to.
    ///
    /// # Errors
    /// Why there is none.
    pub fn next(&self, head: &ResponseHead, rules: &Rules<'_>) -> Result<Self, Unfollowed> {
        let url = leads_to(self.url(), head)?;
        let (from, to) = (self.url().origin(), url.origin());
        if rules.sends_secret && from.protocol == Protocol::Https && to.protocol == Protocol::Http {
            return Err(Unfollowed::Cleartext(to.clone()));
        }
        let mut draft = Draft { url, ..self.draft.clone() };
        if becomes_get(head.status, &draft.method) {
            draft.method = Method::get();
            draft.body = Body::none();
            draft.headers = without_body(&draft.headers);
        }
        let is_signed = (rules.signs_for)(draft.url.origin());
        if is_signed && !rules.can_sign_again {
            return Err(Unfollowed::UsedNonce);
        }
        let is_harmless = draft.method.is_bodyless() && draft.body.is_none();
        if !is_signed && !is_harmless {
            return Err(Unfollowed::KeptHere(draft.method, draft.url.origin().clone()));
        }
        if from != draft.url.origin() {
            // A Host given by the user was for the first origin.
            draft.headers.remove("host");
        }
        Ok(Self { draft, is_signed })
    }
}

/// Whether an answer of this status leads elsewhere (RFC 9110 section 15.4):
/// not 304, and not 305, which nobody speaks any more.
pub fn is_redirect(status: u16) -> bool {
    matches!(status, 300..=303 | 307 | 308)
}

/// The URL that an answer to a request for `base` leads to.
///
/// # Errors
/// Why it leads nowhere.
pub fn leads_to(base: &WireUrl, head: &ResponseHead) -> Result<WireUrl, Unfollowed> {
    let mut locations = head.headers.iter().filter(|header| header.is("location"));
    let first = locations.next().filter(|first| !first.value.is_empty());
    let first = first.ok_or(Unfollowed::NoLocation)?;
    if locations.any(|other| other.value != first.value) {
        return Err(Unfollowed::SeveralLocations);
    }
    reference::resolve(base, &first.value)
        .map_err(|error| Unfollowed::Unreadable(error::one_line(&error)))
}

/// As curl and browsers change methods: 303 asks for GET, and after 301 and
/// 302 a POST becomes one (RFC 9110 sections 15.4.2 to 15.4.4). This does not
/// depend on how the method was given; curl's -X would stay.
fn becomes_get(status: u16, method: &Method) -> bool {
    match status {
        301 | 302 => method.as_str() == "POST",
        303 => !method.is_bodyless(),
        _ => false,
    }
}

fn without_body(headers: &Headers) -> Headers {
    let is_of_body = |header: &Header| {
        let name = header.name.to_ascii_lowercase();
        name.starts_with("content-") || OF_THE_BODY.contains(&name.as_str())
    };
    headers.iter().filter(|header| !is_of_body(header)).cloned().collect()
}

impl fmt::Display for Unfollowed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAsked => formatter.write_str("-L follows it"),
            Self::NoLocation => formatter.write_str("it names no place to go to"),
            Self::SeveralLocations => formatter.write_str("it names several places to go to"),
            Self::Unreadable(why) => write!(formatter, "it cannot be followed: {why}"),
            Self::KeptHere(method, origin) => {
                write!(formatter, "it is not followed: {method} would go to {origin}, and to ")?;
                formatter.write_str("another origin go only GET and HEAD without a body")
            }
            Self::Cleartext(origin) => {
                write!(formatter, "it is not followed: it leads from https to {origin}, ")?;
                formatter.write_str("where the credential could be read on its way")
            }
            Self::UsedNonce => formatter.write_str(
                "it is not followed: --nonce allows one signed request, and it was sent",
            ),
            Self::TooMany(limit) => write!(formatter, "{limit} redirects were followed"),
        }
    }
}

#[cfg(test)]
mod tests;
