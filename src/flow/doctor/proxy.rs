//! Proxies: those that the environment names, and those that answers name.

use crate::model::url::{Origin, Protocol};
use crate::out::findings::Finding;
use crate::out::mask::{self, Secrets};

/// The variables that name a proxy for this protocol, as curl reads them: of
/// HTTP_PROXY only the lower-case one, since CGI gives the other to anybody.
fn variables(protocol: Protocol) -> &'static [&'static str] {
    match protocol {
        Protocol::Http => &["http_proxy", "all_proxy", "ALL_PROXY"],
        Protocol::Https => &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
    }
}

/// What stands between here and `origin`: `get` reads the environment, `via`
/// is what the answer said.
pub fn proxy<'env>(
    origin: &Origin,
    get: impl Fn(&str) -> Option<&'env str>,
    via: Option<&str>,
) -> Vec<Finding> {
    const CHECK: &str = "proxy";
    let mut findings = Vec::new();
    let named = variables(origin.protocol).iter().find_map(|name| Some((*name, get(name)?)));
    if let Some((name, value)) = named.filter(|_| !origin.is_loopback()) {
        let shown = mask::url(value, Secrets::Masked);
        let fact = format!("{name} is {shown}, which is not used: connections are made directly");
        findings.push(Finding::warn(CHECK, fact));
    }
    if let Some(via) = via {
        let fact = format!("the answer came through a proxy: Via: {via}");
        findings.push(Finding::pass(CHECK, fact));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::url::WireUrl;

    #[test]
    fn only_the_variable_for_the_protocol_counts() {
        let told = |url: &str, name: &str| {
            let origin = WireUrl::parse(url).unwrap().origin().clone();
            let get = |asked: &str| (asked == name).then_some("http://u:geheim@p:3128");
            proxy(&origin, get, None).into_iter().map(|finding| finding.fact).collect::<Vec<_>>()
        };
        let told_of = told("https://h/", "HTTPS_PROXY");
        assert!(told_of[0].contains("http://***@p:3128"), "{told_of:?}");
        assert_eq!(told("http://h/", "all_proxy").len(), 1);
        for (url, name) in [
            ("http://h/", "HTTPS_PROXY"),
            ("http://h/", "HTTP_PROXY"),
            ("https://[::1]/", "https_proxy"),
        ] {
            assert!(told(url, name).is_empty(), "{url} {name}");
        }
    }
}
