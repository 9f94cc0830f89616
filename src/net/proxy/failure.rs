//! What goes wrong at a proxy, told apart from what goes wrong at the server
//! behind it. No connection to the server came about, whatever the reason.

use super::Proxy;
use crate::error::{Again, Error, Kind};
use crate::net::failure::{of_tls, reason, unwrap};
use std::io::{self, ErrorKind};

/// What failed on the way to the proxy, said of the proxy.
pub(in crate::net) fn on_the_way(error: &Error, proxy: &Proxy) -> Error {
    let name = proxy.name();
    let message = error.to_string();
    let message = if message.contains(&name) { message } else { format!("{name}: {message}") };
    // What is said of servers only: -k does not extend to proxies.
    let is_of_servers =
        |hint: &&String| hint.starts_with("-k") || hint.starts_with("if it speaks plain HTTP");
    let told = error
        .hints()
        .iter()
        .filter(|hint| !is_of_servers(hint))
        .fold(Error::new(error.kind(), message).sent_again(error.again()), Error::hint);
    named(told, proxy)
}

/// The proxy closed the connection, or reading or writing failed.
pub(super) fn of_io(error: io::Error, proxy: &Proxy) -> Error {
    let error = match unwrap(error) {
        Ok(ours) => return on_the_way(&ours, proxy),
        Err(theirs) => theirs,
    };
    let name = proxy.name();
    if let Some(tls) = of_tls(&error, &name) {
        return on_the_way(&tls, proxy);
    }
    let why = match error.kind() {
        ErrorKind::UnexpectedEof => "it closed the connection without an answer".to_owned(),
        _ => reason(&error),
    };
    named(Error::new(Kind::Connect, format!("{name}: {why}")), proxy)
}

/// The proxy does not connect to the server.
pub(super) fn refused(proxy: &Proxy, server: &str, why: &str) -> Error {
    let message = format!("{} made no connection to {server}: {why}", proxy.name());
    named(Error::new(Kind::Connect, message), proxy)
}

/// The proxy wants to know who we are, or does not believe it; `asked` are
/// the schemes that it named (RFC 9110 section 11.7.1).
pub(in crate::net) fn credentials(proxy: &Proxy, asked: &[String]) -> Error {
    let name = proxy.name();
    let is_basic = |scheme: &String| scheme.to_ascii_lowercase().starts_with("basic");
    if !asked.is_empty() && !asked.iter().any(is_basic) {
        let schemes: Vec<_> =
            asked.iter().filter_map(|scheme| scheme.split_whitespace().next()).collect();
        let schemes = schemes.join(" or ").escape_default().to_string();
        let why = format!("{name}: it asks for {schemes}, and only Basic is spoken here");
        return named(Error::new(Kind::Connect, why), proxy).sent_again(Again::InVain);
    }
    let why = match &proxy.credentials {
        Some(credentials) => {
            format!("it refuses the user '{}' or the password", credentials.user.escape_default())
        }
        None => "it asks for a user and a password".to_owned(),
    };
    Error::new(Kind::Connect, format!("{name}: {why}")).sent_again(Again::InVain).hint(
        "in the profile or in [defaults]: proxy_user = \"…\" and proxy_password = { command = \"…\" }",
    )
}

fn named(error: Error, proxy: &Proxy) -> Error {
    error.hint(format!("{} names this proxy; --noproxy '*' goes without it", proxy.whence))
}
