//! Which proxy a request goes through.

use super::{Bypass, Proxy};
use crate::error::Error;
use crate::model::origin::{Origin, Protocol};
use crate::model::secret::{DeferredSecret, Secret};
use crate::sign::digest::base64;

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

    /// What a proxy is shown of who we are, and may repeat: the password alone,
    /// as Basic has it (RFC 7617), and what that is the base64 of. One that was
    /// not looked up was shown to nobody.
    pub(in crate::net) fn secrets(&self) -> Vec<Secret> {
        let of_url = |named: &Named| {
            let credentials = Proxy::parse(named.url.expose(), &named.whence).ok()?.credentials?;
            // It stands in the URL, so nothing is looked up.
            credentials.password.read().ok().map(|password| (credentials.user, password.clone()))
        };
        let of_profile = self.credentials.as_ref().and_then(|credentials| {
            let password = credentials.password.found()?.clone();
            Some((credentials.user.clone(), password))
        });
        let of_urls = [&self.http, &self.https].into_iter().flatten().filter_map(of_url);
        let known = of_urls.chain(of_profile);
        known
            .filter(|(_, password)| !password.expose().is_empty())
            .flat_map(|(user, password)| {
                let pair = basic(&user, &password);
                let encoded = Secret::new(base64(pair.expose().as_bytes()));
                [password, pair, encoded]
            })
            .collect()
    }
}

/// User and password as Basic has them (RFC 7617 section 2).
pub(super) fn basic(user: &str, password: &Secret) -> Secret {
    Secret::new(format!("{user}:{}", password.expose()))
}
