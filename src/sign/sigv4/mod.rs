//! The AWS Signature Version 4 family, signed in the Authorization header or
//! in the query.
//!
//! One parametrised core: what AWS, S3, DCI2 and their kin do differently is
//! in [`settings::Settings`], a row of data a variant.

mod canonical;
mod chunked;
mod frames;
mod presented;
mod presigned;
mod settings;

use crate::error::{Error, Result};
use crate::model::body::Body;
use crate::model::headers::{Header, Piece};
use crate::model::request::{Draft, Received};
use crate::model::time::Time;
use crate::sign::digest::Algorithm;
use crate::sign::{
    Param, Params, Patch, Payload, PayloadNeed, Placement, Presented, Scheme, Signed, Signer,
    SigningContext, Trace, Tracing, Unreadable, digest,
};
use canonical::{CanonicalRequest, SignedHeader};
use chunked::{ChunkSigner, ChunkedBody, Trailer};
use settings::{HashHeader, PayloadMode, Settings};
use std::borrow::Cow;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The scheme `sigv4`.
pub struct SigV4;

/// The header that carries the hash of the payload where a service wants it.
const CONTENT_SHA256: &str = "X-Amz-Content-Sha256";
const SECURITY_TOKEN: &str = "X-Amz-Security-Token";
const DECODED_LENGTH: &str = "X-Amz-Decoded-Content-Length";
/// FIPS 180-4: the SHA-256 of an empty message.
const SHA256_OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
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

    fn identifiers(&self) -> &'static [&'static str] {
        &["access_key", "session_token"]
    }

    fn signs_time(&self) -> bool {
        true
    }

    fn signs_nonce(&self) -> bool {
        false
    }

    fn build(&self, params: &Params) -> Result<Box<dyn Signer>> {
        let access_key = params.need("access_key")?;
        // The key stands in a list separated by commas, before a slash-separated scope.
        if access_key.is_empty() || !access_key.bytes().all(|b| b.is_ascii_graphic() && b != b',') {
            let why = "access_key is empty or holds a space, comma or line break";
            return Err(Error::config(why).into());
        }
        let settings = Settings::read(params)?;
        Ok(Box::new(SigV4Signer {
            access_key: access_key.to_owned(),
            first_key: Zeroizing::new(format!(
                "{}{}",
                settings.key_prefix,
                params.need("secret_key")?
            )),
            settings,
            session_token: params.get("session_token").map(Piece::secret),
            region: scope_part(params, "region")?,
            service: scope_part(params, "service")?,
            scope_date: params.get("scope_date").map(str::to_owned),
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
    /// AWS: "kSecret", what the signing key is derived from.
    first_key: Zeroizing<String>,
    session_token: Option<Piece>,
    region: String,
    service: String,
    /// The date a received request puts into the scope; `None` when signing anew.
    scope_date: Option<String>,
    /// The names a received request says it signed; `None` when signing anew.
    signed_headers: Option<Vec<String>>,
}

/// What is signed, once it is known what the signature adds to the request.
struct ToSign<'a> {
    draft: &'a Draft,
    /// The query, with what a signature in it adds.
    query: &'a str,
    headers: &'a [SignedHeader<'a>],
    payload_hash: &'a str,
    timestamp: &'a str,
    scope: &'a str,
    tracing: Tracing,
}

/// A signature, and what the request has to tell of how it was made.
struct Signature {
    hex: String,
    canonical_request: CanonicalRequest,
    trace: Trace,
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

    /// `date/region/service/terminator`.
    fn scope(&self, date: &str) -> String {
        [date, &self.region, &self.service, &self.settings.terminator].join("/")
    }

    /// What stands for the payload in the canonical request.
    fn payload_hash(&self, draft: &Draft, payload: &Payload) -> Cow<'static, str> {
        if let Some(given) = draft.headers.text(CONTENT_SHA256) {
            return Cow::Owned(given);
        }
        match (payload, self.settings.payload_mode) {
            (Payload::Digest(hash), _) => Cow::Owned(digest::hex(hash)),
            (_, PayloadMode::Unsigned) => Cow::Borrowed(UNSIGNED_PAYLOAD),
            _ => Cow::Borrowed(SHA256_OF_NOTHING),
        }
    }

    /// AWS: an HMAC for each part of the scope.
    fn signing_key(&self, date: &str) -> Zeroizing<[u8; 32]> {
        let first = digest::hmac_sha256(self.first_key.as_bytes(), date.as_bytes());
        [&self.region, &self.service, &self.settings.terminator]
            .iter()
            .fold(Zeroizing::new(first), |key, part| {
                Zeroizing::new(digest::hmac_sha256(&*key, part.as_bytes()))
            })
    }

    /// The string to sign of a canonical request, and the signature.
    fn sign_text(
        &self,
        canonical_request: &str,
        timestamp: &str,
        scope: &str,
        key: &[u8; 32],
    ) -> (String, String) {
        let mut string_to_sign = [&self.settings.algorithm, timestamp, scope, ""].join("\n");
        digest::push_hex(&mut string_to_sign, &digest::sha256(canonical_request.as_bytes()));
        let hex = digest::hex(&digest::hmac_sha256(key, string_to_sign.as_bytes()));
        (string_to_sign, hex)
    }

    /// The date of the scope: that of the time, unless a received request says
    /// otherwise.
    fn scope_date<'a>(&'a self, timestamp: &'a str) -> &'a str {
        self.scope_date.as_deref().unwrap_or_else(|| timestamp.get(..8).unwrap_or_default())
    }

    /// From the canonical request to the signature.
    fn signature(&self, to_sign: &ToSign<'_>, key: &[u8; 32]) -> Signature {
        let canonical_request = CanonicalRequest::new(
            to_sign.draft.method.as_str(),
            &self.settings.path_encoding.canonical_uri(to_sign.draft.url.path()),
            &self.settings.query_rule.canonical_query(to_sign.query),
            to_sign.headers,
            to_sign.payload_hash,
        );
        let (string_to_sign, hex) =
            self.sign_text(canonical_request.as_str(), to_sign.timestamp, to_sign.scope, key);
        let trace = to_sign.tracing.trace(|trace| {
            trace.pieces("canonical request", SPECIFICATION, canonical_request.pieces());
            trace.text("string to sign", SPECIFICATION, string_to_sign);
            trace.pieces("signing key", SPECIFICATION, vec![Piece::secret(digest::hex(key))]);
            trace.text("signature", SPECIFICATION, hex.clone());
        });
        Signature { hex, canonical_request, trace }
    }

    /// Signs in the Authorization header.
    fn sign_header(
        &self,
        draft: &Draft,
        payload: &Payload,
        timestamp: &str,
        tracing: Tracing,
    ) -> Result<Signed> {
        let date = self.scope_date(timestamp);
        let (key, scope) = (self.signing_key(date), self.scope(date));
        let chunked = self.chunked(draft)?;
        let payload_hash = match &chunked {
            Some((name, _)) => Cow::Borrowed(name.as_str()),
            None => self.payload_hash(draft, payload),
        };
        let mut added = Vec::with_capacity(4);
        added.push(Header::public(self.settings.date_header.as_str(), timestamp));
        if self.settings.hash_header == HashHeader::Sent {
            added.push(Header::public(CONTENT_SHA256, &*payload_hash));
        }
        if chunked.is_some() {
            added.push(Header::public(DECODED_LENGTH, draft.body.length().to_string()));
        }
        if let Some(token) = &self.session_token {
            added.push(Header::from_pieces(SECURITY_TOKEN, std::slice::from_ref(token)));
        }
        // What the user gave is signed as it stands, in its place.
        added.retain(|header| !draft.headers.has(&header.name));
        let mut draft_as_sent = Cow::Borrowed(draft);
        if chunked.is_some() {
            let before = draft.headers.text("content-encoding");
            let coding =
                before.map_or("aws-chunked".to_owned(), |own| format!("aws-chunked,{own}"));
            draft_as_sent.to_mut().headers.remove("content-encoding");
            added.push(Header::public("Content-Encoding", coding));
        }

        let listed = self.signed_headers.as_deref();
        let headers = self.settings.headers_to_sign(&draft_as_sent, &added, listed);
        let to_sign = ToSign {
            draft,
            query: draft.url.query().unwrap_or_default(),
            headers: &headers,
            payload_hash: &payload_hash,
            timestamp,
            scope: &scope,
            tracing,
        };
        let Signature { hex, canonical_request, trace } = self.signature(&to_sign, &key);
        let covered = names(headers);
        let algorithm = &self.settings.algorithm;
        let authorization = [
            algorithm,
            " Credential=",
            &self.access_key,
            "/",
            &scope,
            ", SignedHeaders=",
            canonical_request.signed_headers(),
            ", Signature=",
            &hex,
        ]
        .concat();
        added.push(Header::public("Authorization", authorization));
        let body = chunked.map(|(_, trailer)| {
            Body::source(ChunkedBody {
                inner: draft.body.clone(),
                signer: Arc::new(self.chunk_signer(timestamp)),
                seed: hex,
                trailer,
            })
        });
        Ok(Signed { patch: Patch { headers: added, covered, body, query: None }, trace })
    }

    /// What signs the chunks of a request of that time.
    fn chunk_signer(&self, timestamp: &str) -> ChunkSigner {
        let date = self.scope_date(timestamp);
        ChunkSigner {
            algorithm: self.settings.algorithm.clone(),
            timestamp: timestamp.to_owned(),
            scope: self.scope(date),
            key: Zeroizing::new(self.signing_key(date).to_vec()),
        }
    }

    /// The name of a chunked payload, without or with lines behind it.
    fn streaming(&self, has_trailer: bool) -> String {
        let end = if has_trailer { "-TRAILER" } else { "" };
        format!("STREAMING-{}-PAYLOAD{end}", self.settings.algorithm)
    }

    /// What a chunked payload is called in place of its hash, and the checksum
    /// that follows it; `None` when the payload is not chunked.
    fn chunked(&self, draft: &Draft) -> Result<Option<(String, Option<Trailer>)>> {
        let is_chunked = self.settings.payload_mode == PayloadMode::Chunked;
        if !is_chunked || draft.body.is_none() || draft.headers.has(CONTENT_SHA256) {
            return Ok(None);
        }
        let trailer =
            draft.headers.text("x-amz-trailer").as_deref().map(Trailer::parse).transpose()?;
        Ok(Some((self.streaming(trailer.is_some()), trailer)))
    }
}

fn names(headers: Vec<SignedHeader<'_>>) -> Vec<String> {
    headers.into_iter().map(|header| header.name.into_owned()).collect()
}

impl Signer for SigV4Signer {
    fn payload(&self, draft: &Draft) -> PayloadNeed {
        let is_told = draft.headers.has(CONTENT_SHA256);
        let is_signed = self.settings.payload_mode == PayloadMode::Signed;
        if is_told || !is_signed || draft.body.is_none() || self.settings.hides_body(draft) {
            PayloadNeed::None
        } else {
            PayloadNeed::Digest(Algorithm::Sha256)
        }
    }

    fn sign(&self, draft: &Draft, payload: &Payload, context: &SigningContext) -> Result<Signed> {
        let timestamp = self.time(draft, context)?.iso8601_basic();
        match context.placement {
            Placement::Own => self.sign_header(draft, payload, &timestamp, context.tracing),
            Placement::Query { expires } => {
                let expires = expires.unwrap_or(presigned::DEFAULT_EXPIRES);
                self.sign_query(draft, payload, &timestamp, expires, context.tracing)
            }
        }
    }

    fn read_parts(
        &self,
        received: &Received,
        presented: &Presented,
    ) -> Option<std::result::Result<Vec<u8>, String>> {
        let name = received.headers.text(CONTENT_SHA256)?;
        let has_trailer = [false, true].into_iter().find(|has| self.streaming(*has) == name)?;
        let signer = self.chunk_signer(&presented.time?.iso8601_basic());
        let read = || {
            let data = frames::read(&received.body, &signer, &presented.signature, has_trailer)?;
            match received.headers.text(DECODED_LENGTH) {
                Some(length) if length != data.len().to_string() => Err(format!(
                    "the body received holds {} bytes of data, {DECODED_LENGTH} says {}",
                    data.len(),
                    length.escape_default()
                )),
                _ => Ok(data),
            }
        };
        Some(read())
    }

    fn sign_message(
        &self,
        message: &str,
        _: Option<&str>,
        draft: &Draft,
        context: &SigningContext,
    ) -> Option<String> {
        let timestamp = self.time(draft, context).ok()?.iso8601_basic();
        let date = self.scope_date(&timestamp);
        let (key, scope) = (self.signing_key(date), self.scope(date));
        Some(self.sign_text(message, &timestamp, &scope, &key).1)
    }
}
