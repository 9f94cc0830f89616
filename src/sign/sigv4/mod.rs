//! The AWS Signature Version 4 family, signed in the Authorization header.
//!
//! One parametrised core: what AWS, S3, DCI2 and their kin do differently is
//! in [`settings::Settings`], a row of data a variant.

mod canonical;
mod presented;
mod settings;

use crate::error::{Error, Result};
use crate::model::headers::{Header, Piece};
use crate::model::request::{Draft, Received};
use crate::model::time::Time;
use crate::sign::{
    Param, Params, Patch, Payload, PayloadNeed, Presented, Scheme, Signed, Signer, SigningContext,
    Trace, Unreadable, digest,
};
use settings::{HashHeader, Settings};

/// The scheme `sigv4`.
pub struct SigV4;

/// The header that carries the hash of the payload where a service wants it.
const CONTENT_SHA256: &str = "X-Amz-Content-Sha256";
const SECURITY_TOKEN: &str = "X-Amz-Security-Token";
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
const SPECIFICATION: &str = "AWS Signature Version 4";

impl Scheme for SigV4 {
    fn id(&self) -> &'static str {
        "sigv4"
    }

    fn about(&self) -> &'static str {
        "signs with AWS Signature Version 4 and its variants"
    }

    fn spec(&self) -> &'static str {
        SPECIFICATION
    }

    fn params(&self) -> &'static [Param] {
        settings::PARAMS
    }

    fn build(&self, params: &Params) -> Result<Box<dyn Signer>> {
        let access_key = params.need("access_key")?;
        // The key stands in a list separated by commas, before a slash-separated scope.
        if access_key.is_empty() || !access_key.bytes().all(|b| b.is_ascii_graphic() && b != b',') {
            let why = "access_key is empty or holds a space, comma or line break";
            return Err(Error::config(why).into());
        }
        Ok(Box::new(SigV4Signer {
            settings: Settings::read(params)?,
            access_key: access_key.to_owned(),
            secret_key: Piece::secret(params.need("secret_key")?),
            session_token: params.get("session_token").map(Piece::secret),
            region: scope_part(params, "region")?,
            service: scope_part(params, "service")?,
            signed_headers: params
                .get("signed_headers_list")
                .map(|list| list.split(';').map(str::to_owned).collect()),
        }))
    }

    fn presented(&self, received: &Received) -> std::result::Result<Presented, Unreadable> {
        presented::read(received)
    }
}

/// A part of the credential scope, which joins its parts by slashes.
fn scope_part(params: &Params, name: &str) -> Result<String> {
    let value = params.need(name)?;
    if value.is_empty() || !value.bytes().all(|b| b.is_ascii_graphic() && !b"/,".contains(&b)) {
        let why = format!("{name} '{}' is no word without '/' and ','", value.escape_default());
        return Err(Error::config(why).into());
    }
    Ok(value.to_owned())
}

struct SigV4Signer {
    settings: Settings,
    access_key: String,
    secret_key: Piece,
    session_token: Option<Piece>,
    region: String,
    service: String,
    /// The names a received request says it signed; `None` when signing anew.
    signed_headers: Option<Vec<String>>,
}

impl SigV4Signer {
    /// The time to sign with: a date header in the draft sets it.
    fn time(&self, draft: &Draft, context: &SigningContext) -> Result<Time> {
        if let Some(text) = draft.headers.text(&self.settings.date_header) {
            let name = &self.settings.date_header;
            return Time::parse_iso8601_basic(&text).ok_or_else(|| {
                Error::usage(format!("{name} '{}' is no timestamp", text.escape_default()))
                    .hint(format!("write it like '{name}:{}'", context.time.iso8601_basic()))
                    .into()
            });
        }
        let date = draft.headers.text("date").and_then(|text| Time::parse_http_date(&text));
        Ok(date.unwrap_or(context.time))
    }

    /// What stands for the payload in the canonical request, and whether it
    /// was told to us rather than computed.
    fn payload_hash(&self, draft: &Draft, payload: &Payload) -> String {
        if let Some(given) = draft.headers.text(CONTENT_SHA256) {
            return given;
        }
        match payload {
            Payload::Sha256(hash) => hash.clone(),
            _ if self.settings.unsigned_payload => UNSIGNED_PAYLOAD.to_owned(),
            _ => digest::sha256_hex(b""),
        }
    }

    /// AWS: "kSecret", then an HMAC for each part of the scope.
    fn signing_key(&self, date: &str) -> Vec<u8> {
        let secret = Piece::exposed(std::slice::from_ref(&self.secret_key));
        let first = zeroize::Zeroizing::new(format!("{}{secret}", self.settings.key_prefix));
        [date, &self.region, &self.service, &self.settings.terminator]
            .iter()
            .fold(first.as_bytes().to_vec(), |key, part| digest::hmac_sha256(&key, part.as_bytes()))
    }
}

impl Signer for SigV4Signer {
    fn payload(&self, draft: &Draft) -> PayloadNeed {
        let told = draft.headers.has(CONTENT_SHA256) || self.settings.unsigned_payload;
        if told || draft.body.is_none() || self.settings.hides_body(draft) {
            PayloadNeed::None
        } else {
            PayloadNeed::Sha256
        }
    }

    fn sign(&self, draft: &Draft, payload: &Payload, context: &SigningContext) -> Result<Signed> {
        let timestamp = self.time(draft, context)?.iso8601_basic();
        let date = timestamp.get(..8).unwrap_or_default();
        let payload_hash = self.payload_hash(draft, payload);

        let mut added =
            vec![Header::from_pieces(&self.settings.date_header, &[Piece::text(&timestamp)])];
        if self.settings.hash_header == HashHeader::Sent && !draft.headers.has(CONTENT_SHA256) {
            added.push(Header::from_pieces(CONTENT_SHA256, &[Piece::text(&payload_hash)]));
        }
        if let Some(token) = &self.session_token {
            added.push(Header::from_pieces(SECURITY_TOKEN, std::slice::from_ref(token)));
        }
        // A date that the user gave is signed as it stands, in its place.
        added.retain(|header| !draft.headers.has(&header.name));

        let headers = self.settings.headers_to_sign(draft, &added, self.signed_headers.as_deref());
        let signed_headers =
            headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");
        let canonical_request = canonical::Request {
            method: draft.method.as_str(),
            uri: self.settings.path_encoding.canonical_uri(draft.url.path()),
            query: self.settings.query_rule.canonical_query(draft.url.query().unwrap_or_default()),
            headers: &headers,
            signed_headers: &signed_headers,
            payload_hash: &payload_hash,
        };
        let canonical_pieces = canonical_request.pieces();
        let canonical_request = Piece::exposed(&canonical_pieces);
        let scope = format!("{date}/{}/{}/{}", self.region, self.service, self.settings.terminator);
        let algorithm = &self.settings.algorithm;
        let hash = digest::sha256_hex(canonical_request.as_bytes());
        let string_to_sign = format!("{algorithm}\n{timestamp}\n{scope}\n{hash}");
        let key = self.signing_key(date);
        let signature = digest::hex(&digest::hmac_sha256(&key, string_to_sign.as_bytes()));

        let mut trace = Trace::default();
        trace.pieces("canonical request", SPECIFICATION, canonical_pieces);
        trace.text("string to sign", SPECIFICATION, string_to_sign);
        trace.pieces("signing key", SPECIFICATION, vec![Piece::secret(digest::hex(&key))]);
        trace.text("signature", SPECIFICATION, signature.clone());

        let authorization = format!(
            "{algorithm} Credential={}/{scope}, SignedHeaders={signed_headers}, Signature={signature}",
            self.access_key
        );
        let covered = headers.into_iter().map(|(name, _)| name).collect();
        added.push(Header::from_pieces("Authorization", &[Piece::text(authorization)]));
        Ok(Signed { patch: Patch { headers: added, covered }, trace })
    }
}
