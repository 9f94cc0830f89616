//! The way to the server: its name, the connection, TLS.

use crate::error::Error;
use crate::model::secret::Secret;
use crate::model::time::Time;
use crate::model::url::Origin;
use crate::net::{Options, Reached, Secured, TlsOptions, TlsVersion};
use crate::out::findings::Finding;
use crate::out::mask;

/// A certificate that ends sooner than this is told of, in days.
const SOON: i64 = 14;

const DAY: i64 = 24 * 60 * 60;

/// What the steps to `origin` came to.
pub fn network(origin: &Origin, reached: &Reached, options: &Options, now: Time) -> Vec<Finding> {
    let mut findings = Vec::new();
    let secrets = options.route.secrets();
    let failed = |check: &str, error: &Error| failed(check, error, &secrets);
    let host = &reached.host;
    match &reached.resolved {
        Err(error) => findings.push(failed("name", error)),
        // A Unix domain socket has none.
        Ok(addresses) if addresses.is_empty() => {}
        Ok(addresses) => {
            let shown: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            let bare = host.trim_start_matches('[').trim_end_matches(']');
            findings.push(Finding::pass(
                "name",
                match shown.as_slice() {
                    [only] if only == bare => format!("{host} is an address"),
                    all => format!("{host} is {}", all.join(", ")),
                },
            ));
        }
    }
    match &reached.connected {
        Some(Err(error)) => {
            let finding = failed("tcp", error);
            findings.push(match host == &origin.host {
                true => finding.mend(format!("curl -v telnet://{host}:{}", origin.port)),
                false => finding,
            });
        }
        Some(Ok(address)) => findings.push(Finding::pass("tcp", format!("connected to {address}"))),
        None => {}
    }
    match &reached.secured {
        Some(Err(error)) => findings.push(failed("tls", error).mend(show_chain(origin))),
        Some(Ok(secured)) => findings.push(tls(secured, origin, &options.tls, now)),
        None => {}
    }
    findings
}

/// A proxy may repeat in its answer who we are, one of the `secrets`.
fn failed(check: &str, error: &Error, secrets: &[Secret]) -> Finding {
    let message = mask::without(&error.to_string(), secrets.iter().map(Secret::expose));
    let told = error.hints().iter().fold(Error::new(error.kind(), message), Error::hint);
    Finding::fail(check, &told.into())
}

fn tls(secured: &Secured, origin: &Origin, options: &TlsOptions, now: Time) -> Finding {
    const CHECK: &str = "tls";
    let version = match secured.version {
        TlsVersion::V1_2 => "TLS 1.2",
        TlsVersion::V1_3 => "TLS 1.3",
    };
    let Some(own) = secured.chain.first() else {
        return Finding::warn(CHECK, format!("{version}, the server's certificate is unreadable"));
    };
    let name = own.subject.as_deref().unwrap_or(&origin.host);
    let issuer = own.issuer.as_deref().unwrap_or("an issuer without a name");
    let left = own.not_after.epoch().saturating_sub(now.epoch()).div_euclid(DAY);
    let until = own.not_after.rfc3339();
    let seen = format!(
        "{version}, certificate of {name} by {issuer}, {} in the chain, valid until {until} \
         ({left} days)",
        secured.chain.len()
    );
    if options.insecure {
        return Finding::warn(CHECK, format!("{seen}, not verified: insecure"))
            .mend("leave out -k, or insecure in the profile; --cacert FILE trusts one server");
    }
    let seen = format!("{seen}, trusted by {}", trusted_by(options));
    if left < SOON {
        return Finding::warn(CHECK, seen).mend(show_chain(origin));
    }
    Finding::pass(CHECK, seen)
}

/// Whose certificates are trusted.
fn trusted_by(options: &TlsOptions) -> String {
    match (&options.cacert, &options.system_bundle) {
        (Some(own), _) => own.to_string(),
        (None, Some(file)) => file.display().to_string(),
        (None, None) => "this system".to_owned(),
    }
}

/// The command that shows what the server presents.
fn show_chain(origin: &Origin) -> String {
    let (host, port) = (&origin.host, origin.port);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let name = match bare.parse::<std::net::IpAddr>() {
        Ok(_) => String::new(),
        Err(_) => format!(" -servername {bare}"),
    };
    format!("openssl s_client -connect {host}:{port}{name} -showcerts </dev/null")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::certificates::Certificates;
    use crate::model::url::WireUrl;
    use crate::net::Shown;
    use crate::out::findings::Verdict;

    const NOW: Time = Time::from_epoch(1_700_000_000);

    fn judged(days: i64, options: &TlsOptions) -> Finding {
        let origin = WireUrl::parse("https://h.example/").unwrap().origin().clone();
        let own =
            Shown { subject: None, issuer: Some("CA".into()), not_after: NOW.plus(days * DAY) };
        let secured = Secured { version: TlsVersion::V1_3, chain: vec![own] };
        tls(&secured, &origin, options, NOW)
    }

    #[test]
    fn a_certificate_that_ends_soon_is_told_of() {
        let options = TlsOptions {
            cacert: Some(Certificates::File("/ca.pem".into())),
            ..TlsOptions::default()
        };
        let good = judged(30, &options);
        assert_eq!(good.verdict, Verdict::Pass);
        for part in ["TLS 1.3", "h.example", "by CA", "(30 days)", "trusted by /ca.pem"] {
            assert!(good.fact.contains(part), "{part}: {}", good.fact);
        }
        let soon = judged(13, &options);
        assert_eq!(soon.verdict, Verdict::Warn);
        assert!(soon.mends[0].contains("-connect h.example:443 -servername h.example"));
    }

    #[test]
    fn what_is_not_verified_does_not_pass() {
        let options = TlsOptions { insecure: true, ..TlsOptions::default() };
        assert_eq!(judged(30, &options).verdict, Verdict::Warn);
    }
}
