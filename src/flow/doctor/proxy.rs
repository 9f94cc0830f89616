//! Proxies: the one that requests go through, and those that answers name.

use crate::model::url::Origin;
use crate::net::RouteOptions;
use crate::out::findings::Finding;

/// What stands between here and `origin`, by `route`; `via` is what the answer
/// said.
pub fn proxy(origin: &Origin, route: &RouteOptions, via: Option<&str>) -> Vec<Finding> {
    const CHECK: &str = "proxy";
    let mut findings = Vec::new();
    match route.proxy_to(origin) {
        Ok(None) => {}
        Ok(Some((name, whence))) => {
            let fact = format!("requests go through {name}, which {whence} names");
            findings.push(Finding::pass(CHECK, fact));
        }
        Err(error) => findings.push(Finding::fail(CHECK, &error.into())),
    }
    if let Some(via) = via {
        let fact = format!("the answer came through a proxy: Via: {via}");
        findings.push(Finding::pass(CHECK, fact));
    }
    findings
}
