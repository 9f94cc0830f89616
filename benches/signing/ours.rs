//! Signing with signreq.

use signreq::model::body::Body;
use signreq::model::headers::Headers;
use signreq::model::method::Method;
use signreq::model::request::Draft;
use signreq::model::time::Time;
use signreq::model::url::WireUrl;
use signreq::sign::{Params, Payload, Placement, Signed, Signer, SigningContext, Tracing, scheme};

/// A signer and what it signs.
pub struct Ours {
    signer: Box<dyn Signer>,
    draft: Draft,
    context: SigningContext,
}

impl Ours {
    /// Signs a GET of `url` by a scheme with these fields.
    pub fn new(
        id: &str,
        fields: &[(&str, &str)],
        url: &str,
        (time, nonce): (i64, &str),
        tracing: Tracing,
    ) -> Self {
        let mut params = Params::new();
        for (name, value) in fields {
            params.set(name, *value);
        }
        Self {
            signer: scheme(id).expect("known").build(&params).expect("complete"),
            draft: Draft {
                method: Method::get(),
                url: WireUrl::parse(url).expect("a URL"),
                headers: Headers::new(),
                body: Body::none(),
            },
            context: SigningContext {
                time: Time::from_epoch(time),
                nonce: nonce.to_owned(),
                placement: Placement::Own,
                token: None,
                tracing,
            },
        }
    }

    /// Signs once.
    pub fn sign(&self) -> Signed {
        self.signer.sign(&self.draft, &Payload::None, &self.context).expect("signable")
    }

    /// Reads this URL and signs once.
    pub fn sign_url(&mut self, url: &str) -> Signed {
        self.draft.url = WireUrl::parse(url).expect("a URL");
        self.sign()
    }

    /// The Authorization header.
    pub fn authorization(&self) -> String {
        let headers = self.sign().patch.headers;
        let found = headers.iter().find(|header| header.is("authorization"));
        found.expect("signed").text()
    }
}
