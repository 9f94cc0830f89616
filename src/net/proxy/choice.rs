//! Which proxy a request goes through.

use super::{Bypass, Proxy};
use crate::error::Error;
use crate::model::origin::{Origin, Protocol};
use crate::model::secret::{DeferredSecret, Secret};

/// The proxies of a run, by the protocol of the target.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    /// For http targets.
    pub http: Option<Named>,
    /// For https targets.
    pub https: Option<Named>,
    /// Who we are at a proxy whose URL does not say it.
    pub credentials: Option<Credentials>,
    /// The hosts that none is used for.
    pub bypass: Bypass,
}

/// The URL of a proxy, which may hold a password, and what names it.
#[derive(Clone, Debug)]
pub struct Named {
    /// The URL.
    pub url: Secret,
    /// What names it, for messages: `-x`, `the variable https_proxy`.
    pub whence: String,
}

/// A user at a proxy.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The user's name.
    pub user: String,
    /// The password.
    pub password: DeferredSecret,
}

impl Proxies {
    /// The proxy for requests to `origin`; `None` when they go there straight.
    ///
    /// # Errors
    /// When the URL of the proxy is none: wrong usage.
    pub(in crate::net) fn choose(&self, origin: &Origin) -> Result<Option<Proxy>, Error> {
        let named = match origin.protocol {
            Protocol::Http => &self.http,
            Protocol::Https => &self.https,
        };
        let Some(named) = named.as_ref().filter(|_| !self.bypass.has(&origin.host)) else {
            return Ok(None);
        };
        let mut proxy = Proxy::parse(named.url.expose(), &named.whence)?;
        if proxy.credentials.is_none() {
            proxy.credentials.clone_from(&self.credentials);
        }
        Ok(Some(proxy))
    }
}
