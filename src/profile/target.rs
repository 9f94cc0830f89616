//! A profile's URL, and the URLs that can be asked for with it.

use crate::error::{Error, Result};
use crate::model::url::{Origin, Protocol, WireUrl};
use crate::profile::names::suggestion;
use crate::profile::preset::UrlRule;
use crate::profile::{Profile, Provenance, amazon};
use crate::sign::Params;
use std::net::Ipv4Addr;

/// Reads the URL that a profile gives, or the name that stands for one.
///
/// # Errors
/// When it is neither, or holds a query.
pub(super) fn configured_url(rule: Option<&UrlRule>, text: &str) -> Result<WireUrl> {
    let names = rule.map(|rule| rule.names.as_slice()).unwrap_or_default();
    let named = names.iter().find(|(name, _)| name == text).map(|(_, url)| url.as_str());
    if named.is_none() && !names.is_empty() && !text.contains("://") {
        let suggestion = suggestion(text, names.iter().map(|(name, _)| name.as_str()));
        let text = text.escape_default();
        let message = format!("'{text}' is neither a known name nor a URL{suggestion}");
        return Err(Error::config(message).into());
    }
    let url = WireUrl::parse(named.unwrap_or(text))?;
    if url.query().is_some() {
        return Err(Error::config("paths are joined to it, so it cannot hold a query").into());
    }
    Ok(url)
}

/// Checks what is given for a profile's URL.
///
/// # Errors
/// When it is no URL and no name that stands for one, or holds a query.
pub fn check_url(rule: Option<&UrlRule>, text: &str) -> Result<()> {
    configured_url(rule, text).map(drop)
}

/// The base of all paths under `url`.
fn base_of(rule: Option<&UrlRule>, url: &WireUrl) -> Result<WireUrl> {
    match rule.and_then(|rule| rule.append.as_deref()) {
        Some(append) if !names_api_version(url.path()) => url.join(append),
        _ => Ok(url.clone()),
    }
}

/// Whether a path holds a segment `api` and after it one that begins with a
/// digit, as MAAS's own client looks for.
fn names_api_version(path: &str) -> bool {
    path.split("/api/").skip(1).any(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
}

/// Whether `target` begins with `segment` as a whole segment.
fn begins_with_segment(target: &str, segment: &str) -> bool {
    target.strip_prefix(segment).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

impl Profile {
    /// Sets the URL as configured and the base it makes, and what of the
    /// scheme's fields they tell.
    pub(super) fn set_url(&mut self, url: Option<WireUrl>) -> Result<()> {
        let rule = self.preset.as_ref().map(|preset| &preset.url);
        let base = match (&url, rule) {
            (Some(url), rule) => Some(base_of(rule, url)?),
            (None, Some(rule)) => filled_template(rule, &self.params)?,
            (None, None) => None,
        };
        self.url = url;
        self.base = base;
        if let Some(base) = &self.base {
            let base = base.clone();
            self.params = self.params_for(&base)?;
            self.params.set_base(base);
        }
        Ok(())
    }

    /// The URL of a PATH or URL as typed.
    ///
    /// A full URL must be of an origin that the profile signs for, or of one
    /// in `allowed_origins`. A path that begins with that of the profile's URL
    /// or base is taken from the origin as it is; others are joined to the
    /// base.
    ///
    /// # Errors
    /// Wrong usage when it is of another origin, or a path where there is
    /// nothing to join it to.
    pub fn target(&self, word: &str, allowed_origins: &[Origin]) -> Result<WireUrl> {
        if has_scheme(word) {
            let url = WireUrl::parse(word)?;
            let origin = url.origin();
            if self.signs_for(origin) || allowed_origins.contains(origin) {
                return Ok(url);
            }
            return Err(self.foreign(origin).into());
        }
        let Some(base) = &self.base else {
            return Err(Error::usage(format!(
                "profile {} has no url to join the path '{}' to",
                self.name,
                word.escape_default()
            ))
            .hint("give a full URL: https://SERVICE.REGION.amazonaws.com/…")
            .hint("or set both: --set service=… --set region=…")
            .into());
        };
        let rooted = if word.starts_with('/') { word.to_owned() } else { format!("/{word}") };
        let is_own = |url: &WireUrl| url.path_begins(&rooted);
        if is_own(base) || self.url.as_ref().is_some_and(is_own) {
            return self.addressed(WireUrl::from_target(base.origin(), &rooted)?);
        }
        let rule = self.preset.as_ref().map(|preset| &preset.url);
        if let Some(suffix) = rule.and_then(|rule| rule.root_suffix.as_deref()) {
            let is_rooted = rule.is_some_and(|rule| {
                rule.root_paths.iter().any(|p| begins_with_segment(&rooted, p))
            });
            if let Some(root) = base.path().trim_end_matches('/').strip_suffix(suffix)
                && is_rooted
            {
                return base.with_path(format!("{root}/")).join(&rooted);
            }
        }
        self.addressed(base.join(word)?)
    }

    /// The URL with the bucket where the profile wants it: in the path as it
    /// was typed, or before the host.
    fn addressed(&self, url: WireUrl) -> Result<WireUrl> {
        let rest = url.path().trim_start_matches('/');
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        if !self.settings.bucket_in_host || bucket.is_empty() {
            return Ok(url);
        }
        // Amazon's rules for bucket names, which are those of host names.
        let is_letter =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
        let origin = url.origin();
        let is_name = bucket.len() >= 3 && bucket.bytes().all(is_letter);
        let has_names = !origin.host.starts_with('[') && origin.host.parse::<Ipv4Addr>().is_err();
        if !is_name || !has_names {
            let (bucket, host) = (bucket.escape_default(), &origin.host);
            let why = format!("the bucket '{bucket}' cannot be put before the host {host}");
            return Err(Error::usage(why).hint("--set path_style=true").into());
        }
        let host = format!("{bucket}.{}", origin.host);
        let path = format!("/{key}");
        Ok(url.with_path(path).with_origin(Origin { host, ..origin.clone() }))
    }

    /// Whether the profile's credential may be used on requests to `origin`.
    pub fn signs_for(&self, origin: &Origin) -> bool {
        let is_amazon = self.takes_amazon_hosts()
            && origin.protocol == Protocol::Https
            && origin.port == Protocol::Https.default_port()
            && amazon::is_host(&origin.host);
        let Some(base) = &self.base else { return is_amazon };
        let rule = self.preset.as_ref().map(|preset| &preset.url);
        let own = base.origin();
        let is_bucket = || {
            rule.is_some_and(|rule| rule.bucket_hosts)
                && (self.settings.bucket_in_host || amazon::is_host(&own.host))
                && origin.protocol == own.protocol
                && origin.port == own.port
                && origin.host.strip_suffix(&own.host).is_some_and(|rest| rest.ends_with('.'))
        };
        own == origin || is_amazon || is_bucket()
    }

    /// The PATH or URL of the preset's check call; `None` when there is none
    /// for this profile: no preset, or a service without such a call.
    pub fn check_target(&self) -> Option<String> {
        let check = &self.preset.as_ref()?.check;
        let own = self.base.is_some();
        match &check.service {
            None => own.then(|| check.path.clone()),
            Some(service) if own && self.params.get("service") == Some(service) => {
                Some(check.path.clone())
            }
            // Not at the profile's own service, but with its credential.
            Some(service) if self.takes_amazon_hosts() => Some(match self.params.get("region") {
                Some(region) => {
                    let suffix = amazon::dns_suffix(region);
                    format!("https://{service}.{region}.{suffix}{}", check.path)
                }
                None => format!("https://{service}.{}{}", amazon::dns_suffix(""), check.path),
            }),
            Some(_) => None,
        }
    }

    /// Whether any URL at Amazon is taken: the profile has no url of its own,
    /// service and region only make one for paths.
    fn takes_amazon_hosts(&self) -> bool {
        self.url.is_none() && self.preset.as_ref().is_some_and(|preset| preset.url.amazon_hosts)
    }

    /// The scheme's fields for a request to `url`: where the preset is
    /// Amazon's, service and region are read from the host when the profile
    /// leaves them open.
    ///
    /// # Errors
    /// A config error when they are open and the host does not tell them.
    pub fn params_for(&self, url: &WireUrl) -> Result<Params> {
        let mut params = self.params.clone();
        let rule = match &self.preset {
            Some(preset) if preset.url.template.is_some() => &preset.url,
            _ => return Ok(params),
        };
        let host = url.origin().host.as_str();
        let scope = amazon::scope(host);
        // A full URL says where the request goes; a region that the profile
        // has for all requests does not contradict it.
        let is_own = |base: &WireUrl| base.origin() == url.origin();
        let host_wins = self.takes_amazon_hosts() && !self.base.as_ref().is_some_and(is_own);
        let is_open = |params: &Params, name: &str| {
            let insisted = self.origins.get(name) == Some(&Provenance::CommandLine);
            params.get(name).is_none() || (host_wins && !insisted)
        };
        if let Some(scope) = scope {
            for (name, value) in [("service", scope.service), ("region", scope.region)] {
                if is_open(&params, name) {
                    params.set(name, value);
                }
            }
        }
        if let (None, Some(region)) = (params.get("region"), &rule.region_default) {
            params.set("region", region.clone());
        }
        for name in ["service", "region"] {
            if params.get(name).is_none() {
                return Err(Error::config(format!(
                    "{name} is not set and the host {host} does not tell it"
                ))
                .hint(format!("--set {name}=…"))
                .into());
            }
        }
        Ok(params)
    }

    fn foreign(&self, origin: &Origin) -> Error {
        let own = match &self.base {
            Some(base) if !self.takes_amazon_hosts() => {
                format!("profile {} signs only for {}", self.name, base.origin())
            }
            _ => format!("profile {} signs only for hosts of Amazon over https", self.name),
        };
        Error::usage(format!("{own}, not for {origin}"))
            .hint(format!("--allow-origin {origin}, if its credential may go there"))
    }
}

/// Whether a word is a full URL rather than a path: it begins with a scheme
/// (RFC 3986 section 3.1), one that is not spoken included.
fn has_scheme(word: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    word.split_once("://").is_some_and(|(scheme, _)| {
        scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && scheme.bytes().all(allowed)
    })
}

/// The URL that a preset makes of service and region, to be shown; `None`
/// when it makes none of them.
pub(super) fn endpoint(
    rule: &UrlRule,
    service: Option<&str>,
    region: Option<&str>,
) -> Option<String> {
    let mut params = Params::new();
    for (name, value) in [("service", service), ("region", region)] {
        if let Some(value) = value {
            params.set(name, value);
        }
    }
    filled_template(rule, &params).ok().flatten().map(|url| url.to_string())
}

/// The URL that a preset makes of service and region; `None` when they are
/// not given and full URLs can be asked for instead.
fn filled_template(rule: &UrlRule, params: &Params) -> Result<Option<WireUrl>> {
    let Some(template) = &rule.template else { return Ok(None) };
    let mut url = template.clone();
    for name in ["service", "region"] {
        let place = format!("{{{name}}}");
        if !url.contains(&place) {
            continue;
        }
        let Some(value) = params.get(name) else {
            if rule.amazon_hosts {
                return Ok(None);
            }
            return Err(Error::config(format!("{} and {name} are not set", rule.field))
                .hint(format!("--set {name}=… for Amazon's endpoint, else give {}", rule.field))
                .into());
        };
        if !value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            let value = value.escape_default();
            return Err(Error::config(format!("{name} '{value}' is no part of a host name")).into());
        }
        url = url.replace(&place, value);
    }
    let region = params.get("region").unwrap_or_default();
    WireUrl::parse(&url.replace("{dns_suffix}", amazon::dns_suffix(region))).map(Some)
}
