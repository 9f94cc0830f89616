//! Which way connections take: names, addresses, proxies.

use super::{TransportArgs, choice, of_profile};
use crate::context::Environment;
use crate::error::{Error, Result};
use crate::model::secret::DeferredSecret;
use crate::model::secret::Secret;
use crate::net::{
    Bypass, ConnectTo, Credentials, Family, Named, Proxies, Resolve, RouteOptions, has_password,
};
use crate::profile::{Profile, Provenance, Settings};
use anyhow::Context as _;
use std::net::IpAddr;

pub(super) fn options(
    arguments: &TransportArgs,
    profile: &Profile,
    environment: &Environment,
) -> Result<RouteOptions> {
    let settings = &profile.settings;
    if arguments.unix_socket.is_some() && arguments.proxy.is_some() {
        return Err(Error::usage("--proxy and --unix-socket lead to different places")
            .hint("leave one of them out")
            .into());
    }
    Ok(RouteOptions {
        resolve: choices(
            profile,
            ("--resolve", &arguments.resolve),
            ("resolve", &settings.resolve),
            Resolve::parse,
        )?,
        connect_to: choices(
            profile,
            ("--connect-to", &arguments.connect_to),
            ("connect_to", &settings.connect_to),
            ConnectTo::parse,
        )?,
        family: family(arguments, settings)?,
        unix_socket: match arguments.proxy {
            // An option wins over the profile, whatever the two lead to.
            Some(_) => None,
            None => arguments.unix_socket.clone().or_else(|| settings.unix_socket.clone()),
        },
        interface: choice(
            profile,
            ("--interface", arguments.interface.as_deref()),
            ("interface", settings.interface.as_deref()),
            own_address,
        )?,
        proxies: proxies(arguments, profile, environment)?,
    })
}

/// What an option says each time it is given, else what the profile's field
/// lists.
fn choices<T>(
    profile: &Profile,
    (option, asked): (&str, &[String]),
    (field, configured): (&str, &[String]),
    parse: impl Fn(&str) -> Result<T>,
) -> Result<Vec<T>> {
    if !asked.is_empty() {
        let parsed = asked.iter().map(|text| parse(text));
        return parsed.collect::<Result<_>>().with_context(|| option.to_owned());
    }
    let parsed = configured.iter().map(|text| parse(text));
    parsed.collect::<Result<_>>().map_err(|error| of_profile(profile, field, error))
}

fn family(arguments: &TransportArgs, settings: &Settings) -> Result<Option<Family>> {
    match (arguments.ipv4, arguments.ipv6) {
        (_, true) => return Ok(Some(Family::V6)),
        (true, _) => return Ok(Some(Family::V4)),
        (false, false) => {}
    }
    match (settings.ipv4, settings.ipv6) {
        (true, true) => Err(Error::config(
            "ipv4 and ipv6 are both set in the profile: no address is of both kinds",
        )
        .into()),
        (true, false) => Ok(Some(Family::V4)),
        (false, true) => Ok(Some(Family::V6)),
        (false, false) => Ok(None),
    }
}

fn own_address(text: &str) -> Result<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse().map_err(|_| {
        let shown = text.escape_default();
        Error::usage(format!(
            "'{shown}' is no IP address; a network device is named by one of its own"
        ))
        .hint(format!("ip -brief address show dev {shown}"))
        .into()
    })
}

/// The proxies: the option's or the profile's for all targets, else those of
/// the environment, as curl has it. An empty text is none.
fn proxies(
    arguments: &TransportArgs,
    profile: &Profile,
    environment: &Environment,
) -> Result<Proxies> {
    let settings = &profile.settings;
    let bypass = arguments.noproxy.as_ref().or(settings.noproxy.as_ref());
    let bypass = match bypass {
        Some(list) => list.clone(),
        None => {
            variable(environment, &["no_proxy", "NO_PROXY"]).map_or_else(String::new, |it| it.1)
        }
    };
    let (http, https) = match named(arguments, profile)? {
        Some(named) => {
            let named = Some(named).filter(|named| !named.url.expose().is_empty());
            (named.clone(), named)
        }
        // HTTP_PROXY is what a CGI program is told of the header Proxy, so
        // nobody reads it (CVE-2016-5385).
        None => (
            of_environment(environment, &["http_proxy", "all_proxy", "ALL_PROXY"]),
            of_environment(environment, &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
        ),
    };
    let credentials = settings.proxy_user.clone().map(|user| Credentials {
        user,
        password: settings
            .proxy_password
            .clone()
            .unwrap_or_else(|| DeferredSecret::new(|| Ok(Secret::default()))),
    });
    Ok(Proxies { http, https, credentials, bypass: Bypass::new(bypass) })
}

/// The one proxy of the command line or of the profile.
fn named(arguments: &TransportArgs, profile: &Profile) -> Result<Option<Named>> {
    const HINT: &str = "in the profile or in [defaults]: proxy_user = \"…\" and proxy_password = { command = \"…\" }";
    if let Some(url) = &arguments.proxy {
        if has_password(url) {
            let why = "--proxy: a password on the command line can be seen by others";
            return Err(Error::usage(why).hint(HINT).into());
        }
        return Ok(Some(Named { url: Secret::new(url.clone()), whence: "--proxy".to_owned() }));
    }
    let Some(url) = &profile.settings.proxy else { return Ok(None) };
    let whence = match profile.origins.get("proxy") {
        Some(Provenance::Environment(name)) => format!("the variable {name}"),
        _ if has_password(url) => {
            let error = Error::config("a proxy's password has a field of its own").hint(HINT);
            return Err(of_profile(profile, "proxy", error.into()));
        }
        Some(origin) => format!("proxy ({origin})"),
        None => "proxy".to_owned(),
    };
    Ok(Some(Named { url: Secret::new(url.clone()), whence }))
}

fn of_environment(environment: &Environment, names: &[&str]) -> Option<Named> {
    let (name, url) = variable(environment, names)?;
    Some(Named { url: Secret::new(url), whence: format!("the variable {name}") })
}

/// The first of these variables that has a value.
fn variable(environment: &Environment, names: &[&str]) -> Option<(String, String)> {
    names.iter().find_map(|name| Some(((*name).to_owned(), environment.get(name)?.to_owned())))
}
