//! Verifying: signs a received request again with the presented time and nonce
//! and compares; when that fails, looks for the cause.
//!
//! A verifier has only the signature, not the steps of whoever signed. It
//! suspects what clients, proxies and settings are known to do (a lost slash,
//! a dropped port, a body signed as a form …) and proves it: the first change
//! under which the signature holds is the cause. [`CAUSES`] lists them all.

mod case;
mod causes;
mod identity;

pub use causes::{CAUSES, Cause};

use crate::error::Result;
use crate::model::request::Received;
use crate::sign::digest::{self, Algorithm, sha256_hex};
use crate::sign::encode::parse_form;
use crate::sign::{Params, Presented, Scheme, Trace};
use anyhow::Context as _;
use case::{Case, Suspect};

/// What verifying found.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The steps as they come out for the request as received.
    pub trace: Trace,
    /// What differs; `None` when the signature holds.
    pub difference: Option<Difference>,
    /// The steps of whoever signed, where the difference tells them.
    pub theirs: Option<Trace>,
}

impl Verdict {
    /// Whether the signature holds.
    pub fn is_valid(&self) -> bool {
        self.difference.is_none()
    }
}

/// The step in which a signature differs from the one expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs: method, scheme, host, path, query, header, body, time,
    /// setting, signature or key.
    pub step: &'static str,
    /// In what way, as a sentence about the signature.
    pub explanation: String,
    /// What mends it, where that can be said.
    pub mend: Option<&'static str>,
    /// The profile's field that would make the profile sign alike.
    pub setting: Option<Setting>,
    /// Whether it was made with another key than the profile's.
    pub is_foreign: bool,
}

impl Difference {
    /// A difference that nothing more is known of.
    pub fn new(step: &'static str, explanation: impl Into<String>) -> Self {
        let explanation = explanation.into();
        Self { step, explanation, mend: None, setting: None, is_foreign: false }
    }
}

/// A field of a profile and the value it should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The field.
    pub name: &'static str,
    /// Its value; `None` for a secret, which is typed and not shown.
    pub value: Option<String>,
}

/// Verifies `received`, whose signature `scheme` read as `presented`, with
/// the fields `params`, which hold the secrets of the presented key.
///
/// # Errors
/// When the fields, or the choices the request itself made, cannot be signed
/// with.
pub fn verify(
    scheme: &dyn Scheme,
    params: &Params,
    received: &Received,
    presented: &Presented,
) -> Result<Verdict> {
    let case = Case::of(scheme, params, params.clone(), received, presented);
    let trace = case.sign()?;
    match case.holds(&trace) {
        true => {
            let difference = false_witness(received, presented)
                .or_else(|| case.signed_parts(received).and_then(Result::err).map(broken_part));
            Ok(Verdict { difference, trace, theirs: None })
        }
        false => Ok(explained(&case, trace, CAUSES)),
    }
}

/// What `received`, which we signed, would have to be for a server to sign
/// `message` in place of the base string or canonical request that we signed:
/// the server is taken for whoever signed.
///
/// # Errors
/// Those of [`verify`], and when the scheme signs no such text.
pub fn verify_message(
    scheme: &dyn Scheme,
    params: &Params,
    received: &Received,
    presented: &Presented,
    message: &str,
) -> Result<Verdict> {
    let case = Case::of(scheme, params, params.clone(), received, presented);
    let case = case.knowing(&case.sign()?);
    let theirs = case.with_message(message.to_owned()).sign()?;
    let signature = theirs.signature().context("the scheme signs no such text")?;
    let presented = Presented { signature, ..presented.clone() };
    let case = Case::of(scheme, params, params.clone(), received, &presented);
    // A setting can be mended where we sign, so it comes before all else.
    let is_setting = |cause: &&Cause| cause.step == "setting";
    let settings = CAUSES.iter().filter(is_setting);
    let others = CAUSES.iter().filter(|cause| !is_setting(cause));
    Ok(explained(&case, case.sign()?, settings.chain(others)))
}

/// [`verify`] with the fields of a profile, whose key need not be the presented
/// one: that is a difference then, whether or not the signature holds.
///
/// # Errors
/// Those of [`verify`].
pub fn verify_for_profile(
    scheme: &dyn Scheme,
    own: &Params,
    received: &Received,
    presented: &Presented,
) -> Result<Verdict> {
    let params = identity::borrowed(scheme, own, presented);
    let Some(explanation) = identity::difference(scheme, own, presented) else {
        return verify(scheme, &params, received, presented);
    };
    let case = Case::of(scheme, own, params, received, presented);
    let trace = case.sign()?;
    // Whose key it is matters more than what it signs, unless the profile's
    // own stands in another place: the first row.
    let mut verdict = explained(&case, trace, CAUSES.iter().take(1));
    if verdict.theirs.is_none() {
        verdict.difference =
            Some(Difference { is_foreign: true, ..Difference::new("key", explanation) });
    }
    let secrets = identity::told_secrets(scheme, own, presented);
    for trace in std::iter::once(&mut verdict.trace).chain(&mut verdict.theirs) {
        for step in &mut trace.steps {
            step.pieces = case::veiled(&step.pieces, &secrets);
        }
    }
    Ok(verdict)
}

/// Tries each of the causes; the secret is to blame when none of them helps.
/// The steps of the one that fits are those of whoever signed.
fn explained<'c>(
    case: &Case<'_>,
    trace: Trace,
    causes: impl IntoIterator<Item = &'c Cause>,
) -> Verdict {
    let case = case.knowing(&trace);
    let mut budget = case.budget();
    for cause in causes.into_iter().filter(|cause| cause.is_met_with(&case)) {
        for Suspect { how, setting, case } in cause.suspects(&case) {
            let Some(left) = budget.checked_sub(1) else { break };
            budget = left;
            let Some(theirs) = case.sign().ok().filter(|theirs| case.holds(theirs)) else {
                continue;
            };
            let difference = Difference {
                mend: Some(cause.mend),
                setting,
                ..Difference::new(cause.step, format!("it was made {how}"))
            };
            return Verdict { trace, difference: Some(difference), theirs: Some(theirs) };
        }
    }
    let difference = causes::absent_header(&case).unwrap_or_else(|| {
        if let Some(what) = case.scheme.shown_credential() {
            let why = format!("it shows another {what} than the profile's");
            let mend = Some("signreq sign PROFILE … prints the header with the profile's own");
            return Difference { mend, ..Difference::new("key", why) };
        }
        let why = "no known change of the request explains the signature: \
                   it was made with another secret, or for another path, query or body";
        Difference::new("key", why)
    });
    Verdict { trace, difference: Some(difference), theirs: None }
}

/// What a signature that holds says wrongly: SigV4 signs the hash a header
/// announces, OAuth1 its `oauth_body_hash`, whatever the body is; and the date
/// of a SigV4 scope is written apart from the time.
fn false_witness(received: &Received, presented: &Presented) -> Option<Difference> {
    let scope_date = presented.chosen.iter().find(|(name, _)| *name == "scope_date");
    if let (Some((_, scope)), Some(time)) = (scope_date, presented.time)
        && time.iso8601_basic().get(..8) != Some(scope.as_str())
    {
        let (scope, time) = (scope.escape_default(), time.iso8601_basic());
        return Some(Difference {
            mend: Some("take both dates from one reading of the clock, in UTC"),
            ..Difference::new(
                "time",
                format!("its scope has the date {scope}, its time is {time}: servers refuse that"),
            )
        });
    }
    let mend = Some("sign the bytes and the Content-Type that are sent");
    let difference = |name: &str, like: Option<String>| Difference {
        mend,
        ..Difference::new(
            "body",
            format!(
                "the body received has another hash than {name} says{}",
                like.map_or_else(String::new, |how| format!(", which is that of the body {how}"))
            ),
        )
    };
    let alike = |has_hash: &dyn Fn(&[u8]) -> bool| {
        let mut bodies = causes::body::alternatives(&received.body).into_iter();
        bodies.find(|(_, body)| has_hash(body)).map(|(how, _)| how)
    };
    let announced = received.headers.text("x-amz-content-sha256").unwrap_or_default();
    if announced.len() == 64 && announced.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let has_hash = |body: &[u8]| sha256_hex(body).eq_ignore_ascii_case(&announced);
        let is_false = !has_hash(&received.body);
        return is_false.then(|| difference("x-amz-content-sha256", alike(&has_hash)));
    }
    let announced = announced_body_hash(presented)?;
    // The draft hashes by SHA-1, later clients by the hash of their method.
    let has_hash = |body: &[u8]| {
        [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]
            .iter()
            .any(|algorithm| digest::base64(&algorithm.hash(body)) == announced)
    };
    (!has_hash(&received.body)).then(|| difference("oauth_body_hash", alike(&has_hash)))
}

/// A part of the body whose own signature does not hold.
fn broken_part(explanation: String) -> Difference {
    let mend = Some("send each chunk as it was signed, in the order in which it was signed");
    Difference { mend, ..Difference::new("body", explanation) }
}

/// The `oauth_body_hash` that a signature covers.
fn announced_body_hash(presented: &Presented) -> Option<String> {
    let (_, extra) = presented.chosen.iter().find(|(name, _)| *name == "extra_parameters")?;
    let pairs = parse_form(extra.as_bytes());
    let (_, hash) = pairs.into_iter().find(|(name, _)| name == b"oauth_body_hash")?;
    Some(String::from_utf8_lossy(&hash).into_owned())
}
