//! What the host names of Amazon Web Services say: service and region.

/// The domains of the endpoints, each with the beginning of its regions'
/// names; the first has all regions that no other has.
const DOMAINS: &[(&str, &str)] = &[("amazonaws.com", ""), ("amazonaws.com.cn", "cn-")];

/// The services whose one endpoint without a region signs for us-east-1.
const GLOBAL: &[&str] = &["cloudfront", "iam", "organizations", "route53", "s3", "sts"];

/// Labels that stand after the region, each with its service's signing name.
const AFTER_REGION: &[(&str, &str)] = &[("aoss", "aoss"), ("es", "es"), ("queue", "sqs")];

/// Labels that differ from the signing name of their service.
const SIGNING_NAMES: &[(&str, &str)] = &[
    ("bedrock-agent", "bedrock"),
    ("bedrock-agent-runtime", "bedrock"),
    ("bedrock-runtime", "bedrock"),
    ("email", "ses"),
    ("git-codecommit", "codecommit"),
    ("s3-accesspoint", "s3"),
    ("s3-control", "s3"),
];

/// A service, by its signing name, and a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The service's signing name.
    pub service: String,
    /// The region.
    pub region: String,
}

/// The domain of a region's endpoints.
pub(super) fn dns_suffix(region: &str) -> &'static str {
    let own = DOMAINS.iter().find(|(_, start)| !start.is_empty() && region.starts_with(start));
    own.map_or(DOMAINS[0].0, |domain| domain.0)
}

/// Whether a host is one of Amazon's.
pub(super) fn is_host(host: &str) -> bool {
    labels(host).is_some()
}

/// The service and region of an endpoint: `SERVICE.REGION.amazonaws.com` with
/// anything before it, and the older forms; `None` when the host does not
/// tell both.
pub fn scope(host: &str) -> Option<Scope> {
    let labels = labels(host)?;
    let scope = |service: &str, region: &str| {
        Some(Scope { service: signing_name(service), region: region.to_owned() })
    };
    match labels.as_slice() {
        // A VPC endpoint: BUCKET.vpce-ID.SERVICE.REGION.vpce
        [.., service, region, "vpce"] if is_region(region) => scope(service, region),
        [.., thing, "iot", region] if is_region(region) => scope(
            if thing.contains("data") || thing.ends_with("-ats") { "iotdata" } else { "iot" },
            region,
        ),
        [.., service, "dualstack", region] if is_region(region) => scope(service, region),
        [.., service, region] if is_region(region) => scope(service, region),
        [.., region, after] if is_region(region) => {
            scope(AFTER_REGION.iter().find(|(label, _)| label == after)?.1, region)
        }
        // S3 of old: s3-REGION and BUCKET.s3-REGION.
        [.., last] if last.strip_prefix("s3-").is_some_and(is_region) => {
            scope("s3", last.strip_prefix("s3-")?)
        }
        [.., "s3"] => scope("s3", "us-east-1"),
        [service] if GLOBAL.contains(service) && !host.ends_with(".cn") => {
            scope(service, "us-east-1")
        }
        _ => None,
    }
}

/// The labels before the domain.
fn labels(host: &str) -> Option<Vec<&str>> {
    let before =
        DOMAINS.iter().find_map(|(domain, _)| host.strip_suffix(domain)?.strip_suffix('.'))?;
    (!before.is_empty()).then(|| before.split('.').collect())
}

/// `us-east-1`, `ap-southeast-2`, `us-gov-west-1`: letters in groups, then a
/// number.
fn is_region(label: &str) -> bool {
    let groups: Vec<_> = label.split('-').collect();
    let Some((number, words)) = groups.split_last() else { return false };
    let is_number = (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let is_word = |word: &&str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase());
    is_number && (2..=3).contains(&words.len()) && words.iter().all(is_word) && words[0].len() <= 4
}

fn signing_name(label: &str) -> String {
    let label = label.strip_suffix("-fips").unwrap_or(label);
    let own = SIGNING_NAMES.iter().find(|(other, _)| *other == label);
    own.map_or(label, |(_, name)| name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hosts as AWS's documentation of service endpoints lists them.
    #[test]
    fn service_and_region_are_read_from_hosts() {
        for (host, service, region) in [
            ("ec2.eu-west-1.amazonaws.com", "ec2", "eu-west-1"),
            ("ec2.cn-north-1.amazonaws.com.cn", "ec2", "cn-north-1"),
            ("sts.us-gov-west-1.amazonaws.com", "sts", "us-gov-west-1"),
            ("abc123.execute-api.ap-southeast-2.amazonaws.com", "execute-api", "ap-southeast-2"),
            ("s3.eu-central-1.amazonaws.com", "s3", "eu-central-1"),
            ("my.bucket.s3.eu-central-1.amazonaws.com", "s3", "eu-central-1"),
            ("b.s3.dualstack.us-west-2.amazonaws.com", "s3", "us-west-2"),
            ("b.s3-eu-west-1.amazonaws.com", "s3", "eu-west-1"),
            ("b.s3.amazonaws.com", "s3", "us-east-1"),
            ("s3-fips.us-east-1.amazonaws.com", "s3", "us-east-1"),
            ("123.s3-control.us-east-1.amazonaws.com", "s3", "us-east-1"),
            ("vpce-1.s3.us-east-1.vpce.amazonaws.com", "s3", "us-east-1"),
            ("iam.amazonaws.com", "iam", "us-east-1"),
            ("email.us-east-1.amazonaws.com", "ses", "us-east-1"),
            ("bedrock-runtime.us-east-1.amazonaws.com", "bedrock", "us-east-1"),
            ("search-x.eu-west-1.es.amazonaws.com", "es", "eu-west-1"),
            ("a1-ats.iot.eu-west-1.amazonaws.com", "iotdata", "eu-west-1"),
            ("iot.eu-west-1.amazonaws.com", "iot", "eu-west-1"),
            ("dynamodb-fips.us-east-1.amazonaws.com", "dynamodb", "us-east-1"),
            ("streams.dynamodb.us-east-1.amazonaws.com", "dynamodb", "us-east-1"),
        ] {
            let expected = Scope { service: service.to_owned(), region: region.to_owned() };
            assert_eq!(scope(host), Some(expected), "{host}");
        }
    }

    #[test]
    fn what_hosts_do_not_tell_is_not_guessed() {
        for host in [
            "amazonaws.com",
            "ec2.amazonaws.com",
            "iam.amazonaws.com.cn",
            "foo.bar.amazonaws.com",
            "x.eu-west-1.unheard.amazonaws.com",
            "eu-west-1.amazonaws.com",
            "ec2.eu-west-1.amazonaws.com.evil.example",
            "ec2.eu-west-1.notamazonaws.com",
        ] {
            assert_eq!(scope(host), None, "{host}");
        }
        assert!(!is_host("notamazonaws.com") && !is_host("amazonaws.com.evil.example"));
    }

    #[test]
    fn china_has_a_domain_of_its_own() {
        assert_eq!(dns_suffix("cn-northwest-1"), "amazonaws.com.cn");
        assert_eq!(dns_suffix("us-east-1"), "amazonaws.com");
    }
}
