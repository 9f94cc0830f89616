//! A signature in the query: a URL that holds for some time.

use super::settings::HashHeader;
use super::{SigV4Signer, Signature, ToSign, UNSIGNED_PAYLOAD, names};
use crate::error::{Error, Result};
use crate::model::headers::Piece;
use crate::model::request::Draft;
use crate::sign::encode::encode_strict;
use crate::sign::{Patch, Payload, Signed, Tracing};
use std::borrow::Cow;

/// How long a URL holds when it is not said, in seconds.
pub(super) const DEFAULT_EXPIRES: u64 = 900;
/// A week, in seconds: AWS's limit.
const MAXIMUM_EXPIRES: u64 = 604_800;

impl SigV4Signer {
    /// Signs in the query: a URL that holds for some time.
    pub(super) fn sign_query(
        &self,
        draft: &Draft,
        payload: &Payload,
        timestamp: &str,
        expires: u64,
        tracing: Tracing,
    ) -> Result<Signed> {
        if !(1..=MAXIMUM_EXPIRES).contains(&expires) {
            let why =
                format!("a signed URL can hold from 1 to {MAXIMUM_EXPIRES} s, not {expires} s");
            return Err(Error::usage(why).hint("--expires 15m").into());
        }
        let prefix = self.settings.query_prefix()?;
        let date = self.scope_date(timestamp);
        let (key, scope) = (self.signing_key(date), self.scope(date));
        let headers = self.settings.headers_to_sign(draft, &[], self.signed_headers.as_deref());
        let names_of_headers: Vec<&str> = headers.iter().map(|header| &*header.name).collect();
        let mut parameters = vec![
            ("Algorithm", self.settings.algorithm.clone()),
            ("Credential", format!("{}/{scope}", self.access_key)),
            ("Date", timestamp.to_owned()),
            ("Expires", expires.to_string()),
            ("SignedHeaders", names_of_headers.join(";")),
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
            HashHeader::Sent => Cow::Borrowed(UNSIGNED_PAYLOAD),
            HashHeader::NotSent => self.payload_hash(draft, payload),
        };
        let to_sign = ToSign {
            draft,
            query: &query,
            headers: &headers,
            payload_hash: &payload_hash,
            timestamp,
            scope: &scope,
            tracing,
        };
        let Signature { hex, trace, .. } = self.signature(&to_sign, &key);
        push(&mut query, "Signature", &hex);
        let covered = names(headers);
        Ok(Signed { patch: Patch { covered, query: Some(query), ..Patch::default() }, trace })
    }
}
