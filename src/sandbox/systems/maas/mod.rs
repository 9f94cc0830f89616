//! MAAS: OAuth1 with a three-part key under `/MAAS/api/2.0/`.

mod authentication;
mod images;
mod machines;
mod resources;
#[cfg(test)]
mod tests;

use super::System;
use crate::sandbox::answer::Answer;
use crate::sandbox::call::Call;
use crate::sandbox::form::Fields;
use crate::sandbox::nonces::Nonces;
use images::Images;
use machines::Machines;
use resources::Resources;

/// MAAS with its state.
pub(in crate::sandbox) struct Maas {
    nonces: Nonces,
    machines: Machines,
    images: Images,
    resources: Resources,
}

impl Maas {
    /// MAAS as it is before the first request.
    pub(in crate::sandbox) fn new() -> Self {
        Self {
            nonces: Nonces::default(),
            machines: Machines::new(),
            images: Images::default(),
            resources: Resources::new(),
        }
    }

    fn route(&mut self, call: &Call<'_>, route: &[&str]) -> Answer {
        let fields = match call.fields() {
            Ok(fields) => fields,
            Err(_) => return Answer::text(400, "Bad Request"),
        };
        let request = Request { call, fields, op: call.query_value("op") };
        let answer = match route {
            ["machines", rest @ ..] => self.machines.answer(&request, rest),
            ["boot-resources", rest @ ..] => self.images.answer(&request, rest),
            _ => self.resources.answer(&request, route, &mut self.machines),
        };
        answer.unwrap_or_else(|| unknown_endpoint(call))
    }
}

/// A request to MAAS, its signature checked and its body decoded.
struct Request<'a> {
    call: &'a Call<'a>,
    fields: Fields,
    /// The operation that the query names.
    op: Option<&'a str>,
}

impl Request<'_> {
    /// piston's answer to a method or operation that a handler has not.
    fn unrecognised(&self) -> Answer {
        let op = self.op.unwrap_or("None");
        let method = self.call.method();
        Answer::text(400, format!("Unrecognised signature: method={method} op={op}"))
    }
}

impl System for Maas {
    fn answer(&mut self, call: &Call<'_>) -> Answer {
        let segments = call.segments_after(1);
        let route = match segments.as_slice() {
            ["api", "version", ""] => return Answer::text(200, "2.0"),
            ["api", "1.0", ..] => return Answer::text(410, "The 1.0 API is no longer available."),
            // Every route ends with a slash; the empty last segment says so.
            ["api", "2.0", route @ .., ""] if !route.is_empty() => route,
            _ => return unknown_endpoint(call),
        };
        if let ["version"] = route {
            return resources::version(call);
        }
        match authentication::check(call, &mut self.nonces) {
            Ok(()) => self.route(call, route),
            Err(refusal) => refusal,
        }
    }
}

/// The catch-all of MAAS's API; a missing trailing slash leads here too.
fn unknown_endpoint(call: &Call<'_>) -> Answer {
    let path = call.received.url.path();
    let answer = Answer::text(404, format!("Unknown API endpoint: {path}."));
    if path.ends_with('/') { answer } else { answer.note("path: MAAS's paths end with a slash") }
}

/// Django's answer when nothing has that name.
fn no_match(model: &str) -> Answer {
    Answer::text(404, format!("No {model} matches the given query."))
}
