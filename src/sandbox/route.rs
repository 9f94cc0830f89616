//! Which system a request is for.
//!
//! One port serves them all, so that `--listen` can name one address. S3 owns
//! the root of the path, hence its requests are known by the credential scope
//! of their signature, like those of AWS's other services; the rest goes by
//! the path.

use super::answer::Answer;
use super::call::Call;
use super::server::Clock;
use super::systems::{System, aws, candlepin, dci, echo, foreman, maas, ovh, s3};
use crate::model::request::Received;
use crate::model::time::Time;
use crate::sign::encode::parse_form;
use std::sync::{Mutex, PoisonError};

/// Every system with its state.
pub(super) struct World {
    clock: Clock,
    maas: Mutex<maas::Maas>,
    foreman: Mutex<foreman::Foreman>,
    candlepin: Mutex<candlepin::Candlepin>,
    ovh: Mutex<ovh::Ovh>,
    dci: Mutex<dci::Dci>,
    aws: Mutex<aws::Aws>,
    s3: Mutex<s3::S3>,
}

impl World {
    /// The world as it is before the first request.
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            maas: Mutex::new(maas::Maas::new()),
            foreman: Mutex::new(foreman::Foreman::new()),
            candlepin: Mutex::new(candlepin::Candlepin::new()),
            ovh: Mutex::new(ovh::Ovh::new()),
            dci: Mutex::new(dci::Dci::new()),
            aws: Mutex::new(aws::Aws),
            s3: Mutex::new(s3::S3::new(clock())),
            clock,
        }
    }

    /// The sandbox's time.
    pub(super) fn now(&self) -> Time {
        (self.clock)()
    }

    /// Answers a request.
    pub(super) fn answer(&self, received: &Received) -> Answer {
        let call = Call::new(received, self.now());
        match owner(received) {
            Owner::Maas => ask(&self.maas, &call),
            Owner::Foreman => ask(&self.foreman, &call),
            Owner::Candlepin => ask(&self.candlepin, &call),
            Owner::Ovh => ask(&self.ovh, &call),
            Owner::Dci => ask(&self.dci, &call),
            Owner::Aws => ask(&self.aws, &call),
            Owner::S3 => ask(&self.s3, &call),
            Owner::Echo => echo::answer(&call),
            Owner::Nobody => nobody(),
        }
    }
}

fn ask(system: &Mutex<impl System>, call: &Call<'_>) -> Answer {
    system.lock().unwrap_or_else(PoisonError::into_inner).answer(call)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Maas,
    Foreman,
    Candlepin,
    Ovh,
    Dci,
    Aws,
    S3,
    Echo,
    Nobody,
}

/// The systems by their first segments of the path. DCI stands before
/// Foreman, whose paths begin alike.
const PATHS: &[(&str, Owner)] = &[
    ("/MAAS", Owner::Maas),
    ("/candlepin", Owner::Candlepin),
    ("/1.0", Owner::Ovh),
    ("/v1", Owner::Ovh),
    ("/v2", Owner::Ovh),
    ("/auth", Owner::Ovh),
    ("/api/v1", Owner::Dci),
    ("/api", Owner::Foreman),
    ("/echo", Owner::Echo),
];

fn owner(received: &Received) -> Owner {
    let service = aws_service(received);
    if service.as_deref().is_some_and(|service| service.starts_with("s3")) {
        return Owner::S3;
    }
    let path = received.url.path();
    let begins = |prefix: &str| {
        path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let by_path = PATHS.iter().find(|(prefix, _)| begins(prefix)).map(|(_, owner)| *owner);
    match (by_path, service) {
        (Some(owner), _) => owner,
        (None, Some(_)) => Owner::Aws,
        (None, None) => Owner::Nobody,
    }
}

/// The service in the credential scope of an AWS4 signature, its last part
/// but one.
fn aws_service(received: &Received) -> Option<String> {
    let scope = scope_in_header(received).or_else(|| scope_in_query(received))?;
    scope.rsplit('/').nth(1).map(str::to_owned)
}

fn scope_in_header(received: &Received) -> Option<String> {
    let authorization = received.headers.text("authorization")?;
    let rest = authorization.strip_prefix("AWS4-HMAC-SHA256")?;
    rest.split_once("Credential=")?.1.split([',', ' ']).next().map(str::to_owned)
}

/// That of a signed URL.
fn scope_in_query(received: &Received) -> Option<String> {
    let pairs = parse_form(received.url.query()?.as_bytes());
    let (_, scope) = pairs.into_iter().find(|(name, _)| name == b"X-Amz-Credential")?;
    String::from_utf8(scope).ok()
}

fn nobody() -> Answer {
    Answer::text(
        404,
        "signreq sandbox: no system lives at this path.\n\
         \n\
         /MAAS/api/2.0/   MAAS\n\
         /api/v2/         Foreman\n\
         /candlepin/      Candlepin\n\
         /1.0/ /v1/ /v2/  OVHcloud\n\
         /api/v1/         DCI\n\
         /echo            answers what it was asked\n\
         \n\
         S3 and other AWS services are known by the AWS4-HMAC-SHA256 signature\n\
         in the Authorization header or the query, at every other path.\n",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::testing::received;

    #[test]
    fn requests_find_their_system() {
        let s3 = "Authorization: AWS4-HMAC-SHA256 Credential=A/20250101/us-east-1/s3/aws4_request";
        let sts =
            "Authorization: AWS4-HMAC-SHA256 Credential=A/20250101/us-east-1/sts/aws4_request";
        for (target, header, expected) in [
            ("/MAAS/api/2.0/machines/", None, Owner::Maas),
            ("/MAASx", None, Owner::Nobody),
            ("/api/v2/hosts?a", None, Owner::Foreman),
            ("/api/status", None, Owner::Foreman),
            ("/api/v1/jobs", None, Owner::Dci),
            ("/api/v1/jobs", Some(sts), Owner::Dci),
            ("/v2/iam/policy", None, Owner::Ovh),
            ("/api/v2/hosts", Some(s3), Owner::S3),
            ("/", Some(s3), Owner::S3),
            ("/", Some(sts), Owner::Aws),
            ("/a?X-Amz-Credential=A%2F20250101%2Fr%2Fs3%2Faws4_request", None, Owner::S3),
            ("/a?X-Amz-Credential=A/20250101/r/sts/aws4_request", None, Owner::Aws),
            ("/?X-Amz-Credential=%ff", None, Owner::Nobody),
            ("/", None, Owner::Nobody),
        ] {
            let headers: Vec<&str> = header.into_iter().collect();
            assert_eq!(owner(&received("GET", target, &headers, "")), expected, "{target}");
        }
    }
}
