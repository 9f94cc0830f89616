//! The AWS Signature Version 4 family, signed in the Authorization header or
//! in the query.
//!
//! One parametrised core: what AWS, S3, DCI2 and their kin do differently is
//! in [`settings::Settings`], a row of data a variant.

mod canonical;
mod chunked;
mod presented;
mod settings;

use crate::error::{Error, Result};
use crate::model::body::Body;
use crate::model::headers::{Header, Piece};
use crate::model::request::{Draft, Received};
use crate::model::time::Time;
use crate::sign::digest::Algorithm;
use crate::sign::encode::encode_strict;
use crate::sign::{
    Param, Params, Patch, Payload, PayloadNeed, Placement, Presented, Scheme, Signed, Signer,
    SigningContext, Trace, Unreadable, digest,
};
use chunked::{ChunkSigner, ChunkedBody, Trailer};
use settings::{HashHeader, PayloadMode, Settings};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The scheme `sigv4`.
pub struct SigV4;

/// The header that carries the hash of the payload where a service wants it.
const CONTENT_SHA256: &str = "X-Amz-Content-Sha256";
const SECURITY_TOKEN: &str = "X-Amz-Security-Token";
const DECODED_LENGTH: &str = "X-Amz-Decoded-Content-Length";
/// A week, in seconds: AWS's limit.
const MAXIMUM_EXPIRES: u64 = 604_800;
const DEFAULT_EXPIRES: u64 = 900;
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

    fn signs_time(&self) -> bool {
        true
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

/// What is signed, once it is known what the signature adds to the request.
struct ToSign<'a> {
    draft: &'a Draft,
    /// The query, with what a signature in it adds.
    query: &'a str,
    headers: &'a [(String, canonical::HeaderValue)],
    signed_headers: &'a str,
    payload_hash: &'a str,
    timestamp: &'a str,
    scope: &'a str,
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
        format!("{date}/{}/{}/{}", self.region, self.service, self.settings.terminator)
    }

    /// What stands for the payload in the canonical request.
    fn payload_hash(&self, draft: &Draft, payload: &Payload) -> String {
        if let Some(given) = draft.headers.text(CONTENT_SHA256) {
            return given;
        }
        match (payload, self.settings.payload_mode) {
            (Payload::Digest(hash), _) => digest::hex(hash),
            (_, PayloadMode::Unsigned) => UNSIGNED_PAYLOAD.to_owned(),
            _ => digest::sha256_hex(b""),
        }
    }

    /// AWS: "kSecret", then an HMAC for each part of the scope.
    fn signing_key(&self, date: &str) -> Zeroizing<Vec<u8>> {
        let secret = Piece::exposed(std::slice::from_ref(&self.secret_key));
        let first = Zeroizing::new(format!("{}{secret}", self.settings.key_prefix));
        let key = [date, &self.region, &self.service, &self.settings.terminator]
            .iter()
            .fold(first.as_bytes().to_vec(), |key, part| {
                Algorithm::Sha256.hmac(&Zeroizing::new(key), part.as_bytes())
            });
        Zeroizing::new(key)
    }

    /// From the canonical request to the signature, each step in the trace.
    fn signature(&self, to_sign: &ToSign<'_>, key: &[u8]) -> (String, Trace) {
        let canonical_pieces = canonical::Request {
            method: to_sign.draft.method.as_str(),
            uri: self.settings.path_encoding.canonical_uri(to_sign.draft.url.path()),
            query: self.settings.query_rule.canonical_query(to_sign.query),
            headers: to_sign.headers,
            signed_headers: to_sign.signed_headers,
            payload_hash: to_sign.payload_hash,
        }
        .pieces();
        let canonical_request = Piece::exposed(&canonical_pieces);
        let hash = digest::sha256_hex(canonical_request.as_bytes());
        let (algorithm, timestamp, scope) =
            (&self.settings.algorithm, to_sign.timestamp, to_sign.scope);
        let string_to_sign = format!("{algorithm}\n{timestamp}\n{scope}\n{hash}");
        let signature = digest::hex(&Algorithm::Sha256.hmac(key, string_to_sign.as_bytes()));

        let mut trace = Trace::default();
        trace.pieces("canonical request", SPECIFICATION, canonical_pieces);
        trace.text("string to sign", SPECIFICATION, string_to_sign);
        trace.pieces("signing key", SPECIFICATION, vec![Piece::secret(digest::hex(key))]);
        trace.text("signature", SPECIFICATION, signature.clone());
        (signature, trace)
    }

    /// Signs in the Authorization header.
    fn sign_header(&self, draft: &Draft, payload: &Payload, timestamp: &str) -> Result<Signed> {
        let date = timestamp.get(..8).unwrap_or_default();
        let (key, scope) = (self.signing_key(date), self.scope(date));
        let chunked = self.chunked(draft)?;
        let payload_hash = match &chunked {
            Some((name, _)) => name.clone(),
            None => self.payload_hash(draft, payload),
        };
        let text = |name: &str, value: &str| Header::from_pieces(name, &[Piece::text(value)]);
        let mut added = vec![text(&self.settings.date_header, timestamp)];
        if self.settings.hash_header == HashHeader::Sent {
            added.push(text(CONTENT_SHA256, &payload_hash));
        }
        if chunked.is_some() {
            added.push(text(DECODED_LENGTH, &draft.body.length().to_string()));
        }
        if let Some(token) = &self.session_token {
            added.push(Header::from_pieces(SECURITY_TOKEN, std::slice::from_ref(token)));
        }
        // What the user gave is signed as it stands, in its place.
        added.retain(|header| !draft.headers.has(&header.name));
        let mut draft_as_sent = draft.clone();
        if chunked.is_some() {
            let before = draft.headers.text("content-encoding");
            let coding =
                before.map_or("aws-chunked".to_owned(), |own| format!("aws-chunked,{own}"));
            draft_as_sent.headers.remove("content-encoding");
            added.push(text("Content-Encoding", &coding));
        }

        let listed = self.signed_headers.as_deref();
        let headers = self.settings.headers_to_sign(&draft_as_sent, &added, listed);
        let signed_headers = joined_names(&headers);
        let (signature, trace) = self.signature(
            &ToSign {
                draft,
                query: draft.url.query().unwrap_or_default(),
                headers: &headers,
                signed_headers: &signed_headers,
                payload_hash: &payload_hash,
                timestamp,
                scope: &scope,
            },
            &key,
        );
        let algorithm = &self.settings.algorithm;
        let authorization = format!(
            "{algorithm} Credential={}/{scope}, SignedHeaders={signed_headers}, Signature={signature}",
            self.access_key
        );
        added.push(text("Authorization", &authorization));
        let body = chunked.map(|(_, trailer)| {
            Body::source(ChunkedBody {
                inner: draft.body.clone(),
                signer: Arc::new(ChunkSigner {
                    algorithm: algorithm.clone(),
                    timestamp: timestamp.to_owned(),
                    scope: scope.clone(),
                    key: key.clone(),
                }),
                seed: signature,
                trailer,
            })
        });
        let covered = headers.into_iter().map(|(name, _)| name).collect();
        Ok(Signed { patch: Patch { headers: added, covered, body, query: None }, trace })
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
        let end = if trailer.is_some() { "-TRAILER" } else { "" };
        Ok(Some((format!("STREAMING-{}-PAYLOAD{end}", self.settings.algorithm), trailer)))
    }

    /// Signs in the query: a URL that holds for some time.
    fn sign_query(
        &self,
        draft: &Draft,
        payload: &Payload,
        timestamp: &str,
        expires: u64,
    ) -> Result<Signed> {
        if !(1..=MAXIMUM_EXPIRES).contains(&expires) {
            let why =
                format!("a signed URL can hold from 1 to {MAXIMUM_EXPIRES} s, not {expires} s");
            return Err(Error::usage(why).hint("--expires 15m").into());
        }
        let prefix = self.settings.query_prefix()?;
        let date = timestamp.get(..8).unwrap_or_default();
        let (key, scope) = (self.signing_key(date), self.scope(date));
        let headers = self.settings.headers_to_sign(draft, &[], self.signed_headers.as_deref());
        let signed_headers = joined_names(&headers);
        let mut parameters = vec![
            ("Algorithm", self.settings.algorithm.clone()),
            ("Credential", format!("{}/{scope}", self.access_key)),
            ("Date", timestamp.to_owned()),
            ("Expires", expires.to_string()),
            ("SignedHeaders", signed_headers.clone()),
        ];
        if let Some(token) = &self.session_token {
            let token = Piece::exposed(std::slice::from_ref(token));
            parameters.push(("Security-Token", token));
        }
        let mut query = draft.url.query().unwrap_or_default().to_owned();
        let push = |query: &mut String, name: &str, value: &str| {
            let gap = if query.is_empty() { "" } else { "&" };
            let value = encode_strict(value.as_bytes());
            query.push_str(&format!("{gap}{prefix}-{name}={value}"));
        };
        for (name, value) in &parameters {
            push(&mut query, name, value);
        }
        // S3: whoever holds the URL decides on the body.
        let payload_hash = match self.settings.hash_header {
            HashHeader::Sent => UNSIGNED_PAYLOAD.to_owned(),
            HashHeader::NotSent => self.payload_hash(draft, payload),
        };
        let (signature, trace) = self.signature(
            &ToSign {
                draft,
                query: &query,
                headers: &headers,
                signed_headers: &signed_headers,
                payload_hash: &payload_hash,
                timestamp,
                scope: &scope,
            },
            &key,
        );
        push(&mut query, "Signature", &signature);
        let covered = headers.into_iter().map(|(name, _)| name).collect();
        Ok(Signed { patch: Patch { covered, query: Some(query), ..Patch::default() }, trace })
    }
}

fn joined_names(headers: &[(String, canonical::HeaderValue)]) -> String {
    headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";")
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
            Placement::Own => self.sign_header(draft, payload, &timestamp),
            Placement::Query { expires } => {
                self.sign_query(draft, payload, &timestamp, expires.unwrap_or(DEFAULT_EXPIRES))
            }
        }
    }
}
