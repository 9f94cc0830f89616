//! What went wrong on the network, in words: each failure with its kind, what
//! it happened to, why, and what to do.

use crate::error::{self, Again, Error, Kind};
use crate::net::call::{Call, Phase};
use crate::net::route::Way;
use crate::net::tls::trust::{Remedy, Untrusted};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// Which time limit ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expired {
    /// The limit of this phase.
    Phase(Phase, Duration),
    /// `--max-time`, in this phase.
    Total(Phase, Duration),
}

/// An error that a body's reader gave, as the one it was made of.
///
/// Readers speak [`io::Error`]; one made by this module holds an [`Error`],
/// which this takes out, so that its kind and hints are found. Any other is
/// handed on as it is.
pub fn typed(error: io::Error) -> anyhow::Error {
    match unwrap(error) {
        Ok(ours) => ours.into(),
        Err(theirs) => theirs.into(),
    }
}

/// Our own error out of an I/O error, or the I/O error back.
pub(super) fn unwrap(error: io::Error) -> Result<Error, io::Error> {
    error.downcast::<Error>()
}

/// Our own error in the one form that ureq hands through untouched.
pub(super) fn through_ureq(error: Error) -> ureq::Error {
    ureq::Error::Io(io::Error::other(error))
}

/// What an I/O error says, to stand behind a colon.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error::reason(error);
    let text = text.strip_prefix("failed to lookup address information: ").unwrap_or(&text);
    let mut letters = text.chars();
    match letters.next() {
        // "No route to host", but not "DNS …".
        Some(first) if !letters.as_str().starts_with(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// A time limit that ran out.
pub(super) fn timed_out(peer: &str, expired: Expired) -> Error {
    let (phase, limit) = match expired {
        Expired::Phase(phase, limit) | Expired::Total(phase, limit) => (phase, limit),
    };
    let what = match phase {
        Phase::Resolving => "the host name was not resolved",
        Phase::Connecting => "no connection was made",
        Phase::Handshaking => "the TLS handshake was not finished",
        Phase::Sending => "the server took no more of the request",
        Phase::Waiting => "no complete answer head came",
        Phase::Body => "no more of the answer's body came",
    };
    let longer = shown(limit.saturating_mul(3));
    let limit = shown(limit);
    let is_before = matches!(phase, Phase::Resolving | Phase::Connecting | Phase::Handshaking);
    let again = if is_before { Again::Unsent } else { Again::ByKind };
    let error = match expired {
        Expired::Total(..) => {
            Error::new(Kind::TimedOut, format!("{peer}: {what} before --max-time {limit} was up"))
                .hint(format!("--max-time {longer}"))
        }
        Expired::Phase(..) if is_before => {
            Error::new(Kind::TimedOut, format!("{peer}: {what} within {limit}"))
                .hint(format!("--connect-timeout {longer}"))
        }
        Expired::Phase(..) => Error::new(Kind::TimedOut, format!("{peer}: {what} for {limit}")),
    };
    error.sent_again(again)
}

/// A duration as options write it.
fn shown(duration: Duration) -> String {
    if duration.subsec_millis() == 0 && duration.as_secs() > 0 {
        format!("{}s", duration.as_secs())
    } else {
        format!("{}ms", duration.as_millis())
    }
}

/// A host name that could not be resolved.
pub(super) fn unresolved(host: &str, why: &str) -> Error {
    Error::new(Kind::Resolve, format!("host {host} could not be resolved: {why}"))
        .hint(format!("getent hosts {host}"))
}

/// No address of a host could be connected to.
pub(super) fn unconnected(peer: &str, attempts: &[(SocketAddr, io::Error)]) -> Error {
    if let [(address, error)] = attempts
        && address.to_string() == peer
    {
        return hinted(format!("could not connect to {peer}: {}", reason(error)), attempts);
    }
    let each: Vec<String> =
        attempts.iter().map(|(address, error)| format!("{address}: {}", reason(error))).collect();
    hinted(format!("could not connect to {peer} ({})", each.join("; ")), attempts)
}

/// A Unix domain socket could not be connected to.
#[cfg(unix)]
pub(super) fn unconnected_socket(path: &std::path::Path, error: &io::Error) -> Error {
    let message = format!("could not connect to {}: {}", path.display(), reason(error));
    Error::new(Kind::Connect, message).hint("the path is that of --unix-socket")
}

fn hinted(message: String, attempts: &[(SocketAddr, io::Error)]) -> Error {
    let error = Error::new(Kind::Connect, message);
    let refused =
        |(_, error): &(SocketAddr, io::Error)| error.kind() == io::ErrorKind::ConnectionRefused;
    if attempts.iter().all(refused) {
        error.hint("nothing listens there: check the port, and that the service runs")
    } else {
        error
    }
}

/// The TLS handshake failed with an I/O error.
pub(super) fn of_handshake(error: io::Error, peer: &str) -> Error {
    let error = match unwrap(error) {
        Ok(ours) => return ours,
        Err(theirs) => theirs,
    };
    if let Some(tls) = of_tls(&error, peer) {
        return tls;
    }
    let why = match error.kind() {
        io::ErrorKind::UnexpectedEof => "the server closed the connection".to_owned(),
        _ => reason(&error),
    };
    Error::new(Kind::Handshake, format!("{peer}: the TLS handshake failed: {why}"))
}

/// An alert in place of an answer: in TLS 1.3 a server judges the client's
/// certificate when the client takes the handshake for done (RFC 8446 section
/// 2). Whatever else is wrong with TLS by then is a failure to receive.
pub(super) fn of_late_alert(error: &io::Error, call: &Call) -> Option<Error> {
    let inner = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    let is_late = matches!(inner, rustls::Error::AlertReceived(_)) && call.received_bytes() == 0;
    is_late.then(|| of_rustls(inner, &call.peer))
}

/// The error of an I/O error that TLS made; `None` when it did not.
pub(super) fn of_tls(error: &io::Error, peer: &str) -> Option<Error> {
    let inner = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    Some(of_rustls(inner, peer))
}

/// What TLS says.
pub(super) fn of_rustls(error: &rustls::Error, peer: &str) -> Error {
    use rustls::{AlertDescription as Alert, CertificateError, Error as Tls};
    let handshake =
        |why: &str| Error::new(Kind::Handshake, format!("{peer}: the TLS handshake failed: {why}"));
    match error {
        Tls::InvalidCertificate(why) => {
            let untrusted = match why {
                CertificateError::Other(other) => other.0.downcast_ref::<Untrusted>(),
                _ => None,
            };
            let message = match untrusted {
                Some(untrusted) => format!("{peer}: {untrusted}"),
                None => format!("{peer}: its certificate is not accepted"),
            };
            let error = Error::new(Kind::Certificate, message);
            const BLINDLY: &str = "-k sends without knowing to whom; only for tests";
            match untrusted.map(|untrusted| &untrusted.remedy) {
                Some(Remedy::Pin(key)) => {
                    error.hint(format!("--pinnedpubkey {key}, if the server's key has changed"))
                }
                Some(Remedy::NameIssuer) => error
                    .hint("--cacert FILE, with the certificate of its issuer, or its own")
                    .hint(BLINDLY),
                _ => error.hint(BLINDLY),
            }
        }
        Tls::InvalidMessage(_) => handshake("what the server speaks on this port is not TLS")
            .hint(format!("if it speaks plain HTTP: http://{peer}/")),
        Tls::PeerIncompatible(_)
        | Tls::AlertReceived(
            Alert::HandshakeFailure | Alert::ProtocolVersion | Alert::InsufficientSecurity,
        ) => handshake("no TLS version and cipher in common")
            .hint("spoken here are TLS 1.2 and 1.3, unless --tls-max or --tlsv1.3 say otherwise"),
        Tls::AlertReceived(Alert::CertificateRequired) => {
            handshake("the server asks for a client certificate")
                .hint("--cert FILE --key FILE, or client_cert and client_key in the profile")
        }
        Tls::AlertReceived(alert) if of_client_certificate(*alert).is_some() => {
            let why = of_client_certificate(*alert).unwrap_or_default();
            handshake(&format!("the server refuses the client certificate: {why}"))
                .hint("--cert FILE --key FILE, with a certificate that the server trusts")
        }
        Tls::AlertReceived(Alert::UnrecognisedName) => {
            handshake("the server does not know this host name")
        }
        Tls::AlertReceived(Alert::NoApplicationProtocol) | Tls::NoApplicationProtocol => {
            handshake("the server does not speak HTTP/1.1")
        }
        other => handshake(&other.to_string()),
    }
}

/// Why a server refuses the certificate of a client (RFC 8446 section 6.2).
fn of_client_certificate(alert: rustls::AlertDescription) -> Option<&'static str> {
    use rustls::AlertDescription as Alert;
    Some(match alert {
        Alert::UnknownCA => "it does not know its issuer",
        Alert::CertificateExpired => "it has expired",
        Alert::CertificateRevoked => "it is revoked",
        Alert::AccessDenied => "its holder may not come in",
        Alert::BadCertificate | Alert::UnsupportedCertificate | Alert::CertificateUnknown => {
            "it does not accept it"
        }
        _ => return None,
    })
}

/// What ureq reports instead of an answer.
pub(super) fn of_exchange(error: ureq::Error, call: &Call) -> Error {
    match error {
        ureq::Error::Io(error) => match unwrap(error) {
            Ok(ours) => ours,
            Err(theirs) => of_io(&theirs, call),
        },
        ureq::Error::Protocol(error) => not_http(&error.to_string(), call),
        ureq::Error::LargeResponseHeader(_, limit) => Error::new(
            Kind::Receive,
            format!("{}: the head of the answer is larger than {} KiB", call.peer, limit / 1024),
        ),
        other => Error::new(Kind::Internal, format!("{}: {other}", call.peer)),
    }
}

/// The connection failed or ended before the head of an answer was complete.
fn of_io(error: &io::Error, call: &Call) -> Error {
    let peer = &call.peer;
    if call.received_bytes() > 0 {
        let why = match error.kind() {
            io::ErrorKind::UnexpectedEof => "the connection was closed".to_owned(),
            _ => reason(error),
        };
        return Error::new(
            Kind::Receive,
            format!("{peer}: the head of the answer is incomplete: {why}"),
        );
    }
    let failure = if let Some(why) = call.broken() {
        Error::new(
            Kind::Send,
            format!("{peer}: the request could not be sent: {why}, and no answer came"),
        )
    } else if error.kind() == io::ErrorKind::UnexpectedEof {
        Error::new(
            Kind::EmptyAnswer,
            format!("{peer}: the connection was closed without an answer"),
        )
    } else {
        Error::new(Kind::Receive, format!("{peer}: no answer could be received: {}", reason(error)))
    };
    match call.is_reused() {
        true => failure.sent_again(Again::Stale),
        false => failure,
    }
}

/// Nothing but interim answers came.
pub(super) fn no_final_answer(call: &Call) -> Error {
    Error::new(
        Kind::Receive,
        format!(
            "{}: {} KiB of interim answers (1xx) came, and no final one",
            call.peer,
            call.received_bytes() / 1024
        ),
    )
}

/// The framing of a body has no end.
pub(super) fn endless_framing(call: &Call, why: &str) -> Error {
    Error::new(Kind::Receive, format!("{}: the body is malformed: {why}", call.peer))
}

/// What follows the answer is no longer HTTP/1.1 (RFC 9110 section 15.2.2).
pub(super) fn switched(call: &Call) -> Error {
    let why = "the server switches to another protocol (101), and only HTTP/1.1 is spoken here";
    Error::new(Kind::Receive, format!("{}: {why}", call.peer))
}

/// The answer is not HTTP.
fn not_http(why: &str, call: &Call) -> Error {
    let opening = call.opening();
    let begins = if opening.is_empty() {
        String::new()
    } else {
        format!("; it begins with '{}'", opening.escape_ascii())
    };
    let error =
        Error::new(Kind::Receive, format!("{}: the answer is not HTTP: {why}{begins}", call.peer));
    // RFC 8446 section 5.1: a TLS alert record.
    if opening.starts_with(&[0x15, 0x03]) {
        return match call.way() {
            Way::Forward(proxy) => {
                error.hint(format!("the proxy speaks TLS: https://{}:{}", proxy.host, proxy.port))
            }
            _ => error.hint(format!("the server speaks TLS: https://{}/", call.peer)),
        };
    }
    error
}

/// Reading the answer's body failed after `received` of `expected` bytes.
pub(super) fn of_body(
    error: io::Error,
    call: &Call,
    received: u64,
    expected: Option<u64>,
) -> Error {
    let error = match unwrap(error) {
        Ok(ours) => return ours,
        Err(theirs) => theirs,
    };
    if error.kind() == io::ErrorKind::UnexpectedEof {
        let why = call.cut_reason().unwrap_or_else(|| "the connection was closed".to_owned());
        return ended_early(call, received, expected, &why);
    }
    let peer = &call.peer;
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>());
    match inner {
        Some(ureq::Error::BodyStalled) => {
            ended_early(call, received, expected, "the connection was closed")
        }
        Some(ureq::Error::Protocol(why)) => Error::new(
            Kind::Receive,
            format!("{peer}: the body is malformed after {received} bytes: {why}"),
        ),
        _ => Error::new(
            Kind::Receive,
            format!("{peer}: receiving failed after {received} bytes: {}", reason(&error)),
        ),
    }
}

/// The answer's body ended before its end.
pub(super) fn ended_early(call: &Call, received: u64, expected: Option<u64>, why: &str) -> Error {
    let peer = &call.peer;
    let message = match expected {
        Some(all) => format!("{peer}: the body ended after {received} of {all} bytes: {why}"),
        None => format!("{peer}: the body ended early, after {received} bytes: {why}"),
    };
    Error::new(Kind::EndedEarly, message)
}

/// The request's body could not be read from where it comes from.
pub(super) fn unreadable(error: io::Error) -> Error {
    match unwrap(error) {
        Ok(ours) => ours,
        Err(theirs) => Error::new(
            Kind::Read,
            format!("the request's body could not be read: {}", reason(&theirs)),
        ),
    }
}
