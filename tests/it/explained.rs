//! Refusals that explain themselves: each cause provoked, in a sandbox where
//! it plays it, else at a server that answers as the system does; and the page
//! that lists them.

use crate::capture::Capture;
use crate::environment::{Pattern, TestEnvironment};
use signreq::flow::diagnose::causes;
use signreq::model::time::Time;
use signreq::sandbox::Sandbox;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

const PAGE: &str = include_str!("../../docs/refusals.md");

/// The page is what the table says.
#[test]
fn the_page_of_refusals_lists_the_table() {
    let mut table = String::from("| system | cause | shown by | is | mended by |\n");
    table.push_str("|---|---|---|---|---|\n");
    for cause in causes() {
        let systems = match cause.systems {
            [] => "any".to_owned(),
            systems => systems.join(", "),
        };
        let is = if cause.is_certain { "certain" } else { "likely" };
        let (about, evidence, mend) = (cause.about, cause.evidence, cause.mend);
        writeln!(table, "| {systems} | {about} | {evidence} | {is} | {mend} |").unwrap();
    }
    assert!(PAGE.ends_with(&table), "docs/refusals.md has to end in\n{table}");
}

/// No cause goes without a test that provokes it.
#[test]
fn every_cause_is_provoked() {
    let provoked = PLAYED.iter().map(|case| case.0).chain(ANSWERED.iter().map(|case| case.about));
    let provoked: BTreeSet<&str> = provoked.chain([CHANGED, UNSIGNED]).collect();
    let listed: BTreeSet<&str> = causes().map(|cause| cause.about).collect();
    let missing: Vec<_> = listed.difference(&provoked).collect();
    let unknown: Vec<_> = provoked.difference(&listed).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing {missing:?}, unknown {unknown:?}");
    assert!(listed.len() >= 30, "{}", listed.len());
}

const ORDER: &str = "a value stands in another's place, such as a key's parts in another order";
const EXCHANGED: &str = "the key's first two parts are exchanged, or the key was deleted";
const KEY_SET: &str = "export SIGNREQ_MAAS_KEY=…";

/// A cause, a shell line in a sandbox's world that has it, the exit code, and
/// the hints that it gets.
type Played = (&'static str, &'static str, i32, &'static [&'static str]);

const PLAYED: &[Played] = &[
    (
        ORDER,
        "SIGNREQ_MAAS_KEY=SandboxConsumerKey:SandboxTokenSecretOfNoValue00001:SandboxTokenKey001 \
         signreq maas get /machines/",
        77,
        &["key: the secret stands in the middle; the order is consumer:token:secret", KEY_SET],
    ),
    (
        ORDER,
        "SIGNREQ_MAAS_KEY=SandboxTokenKey001:SandboxTokenSecretOfNoValue00001:SandboxConsumerKey \
         signreq maas get /machines/",
        77,
        &["key: the secret stands in the middle; the order is consumer:token:secret", KEY_SET],
    ),
    (
        ORDER,
        "SIGNREQ_MAAS_KEY=SandboxTokenSecretOfNoValue00001:SandboxConsumerKey:SandboxTokenKey001 \
         signreq maas get /machines/",
        77,
        &["key: the secret stands first; the order is consumer:token:secret", KEY_SET],
    ),
    (
        ORDER,
        "SIGNREQ_MAAS_KEY=SandboxTokenSecretOfNoValue00001:SandboxTokenKey001:SandboxConsumerKey \
         signreq maas get /machines/",
        77,
        &["key: the secret stands first; the order is consumer:token:secret", KEY_SET],
    ),
    (
        EXCHANGED,
        "SIGNREQ_MAAS_KEY=SandboxTokenKey001:SandboxConsumerKey:SandboxTokenSecretOfNoValue00001 \
         signreq maas get /machines/",
        77,
        &["the key's first two parts are exchanged", "sudo maas apikey --username=NAME"],
    ),
    (
        ORDER,
        "SIGNREQ_OVH_APPLICATION_KEY=SandboxAppSecretOfNoValue0000001 signreq ovh get /me",
        77,
        &["application_key: it is as long as an application secret"],
    ),
    (
        "the key's second part is not that of its first",
        "SIGNREQ_MAAS_KEY=SandboxConsumerKey:SandboxTokenKey002:SandboxTokenSecretOfNoValue00001 \
         signreq maas get /machines/",
        77,
        &["MAAS knows the key's first part, but not its second one with it", KEY_SET],
    ),
    (
        "something stands around the key's third part",
        "SIGNREQ_MAAS_KEY=\"SandboxConsumerKey:SandboxTokenKey001:'SandboxTokenSecretOfNoValue00001'\" \
         signreq maas get /machines/",
        77,
        &["the key's third part is the right one with something around it", KEY_SET],
    ),
    (
        "the key's third part is that of another key",
        "SIGNREQ_MAAS_KEY=SandboxConsumerKey:SandboxTokenKey001:SandboxTokenSecretOfNoValue00002 \
         signreq maas get /machines/",
        77,
        &["the key's first two parts are right, its third is that of another key", KEY_SET],
    ),
    (
        "MAAS does not know the signature method",
        "signreq maas get /machines/ --set signature_method=HMAC-SHA256",
        77,
        &[
            "MAAS does not know the signature method HMAC-SHA256",
            "--set signature_method=PLAINTEXT",
        ],
    ),
    (
        "a cookie was sent: a session wins over the signature",
        "signreq maas get /machines/ Cookie:sessionid=1",
        4,
        &["a cookie was sent: MAAS takes its session, not the signature"],
    ),
    (
        "the path lacks its last slash",
        "signreq maas get /machines op==power",
        4,
        &["MAAS's paths end in a slash", "signreq maas GET '/machines/?op=power'"],
    ),
    (
        "the path holds the API's prefix, which the profile's url has",
        "signreq maas get /api/2.0/machines/",
        4,
        &["the profile's url has the API's prefix already", "signreq maas GET /machines/"],
    ),
    (
        "the API has no such path",
        "signreq maas get /nothing/",
        4,
        &["MAAS's API has no path /nothing/", "signreq maas GET /describe/"],
    ),
    (
        "the time given by --timestamp is not the server's",
        "signreq --timestamp 1700000000 maas get /machines/",
        77,
        &["the time given by --timestamp is ", "the same command without --timestamp"],
    ),
    (
        "the time given by --timestamp is not the server's",
        "signreq --timestamp 4000000000 candlepin get /owners",
        77,
        &["s ahead of that of 127.0.0.1:", "the same command without --timestamp"],
    ),
    (
        "the time given by --timestamp is not the server's",
        "signreq --timestamp 1700000000 ovh get /me",
        77,
        &["s behind that of 127.0.0.1:", "the same command without --timestamp"],
    ),
    (
        "the time given by --timestamp is not the server's",
        "signreq --timestamp 1700000000 dci get /api/v1/jobs",
        77,
        &["s behind that of 127.0.0.1:", "the same command without --timestamp"],
    ),
    (
        "the time given by --timestamp is not the server's",
        "signreq --timestamp 1700000000 s3 get /",
        77,
        &["s behind that of 127.0.0.1:", "the same command without --timestamp"],
    ),
    (
        "the time given by --timestamp is not the server's",
        "signreq --timestamp 1700000000 aws get '/?Action=GetCallerIdentity&Version=2011-06-15'",
        77,
        &["s behind that of 127.0.0.1:", "the same command without --timestamp"],
    ),
    (
        "the nonce given by --nonce was used before",
        "signreq --nonce n maas get /machines/ > out; signreq --nonce n maas get /machines/",
        77,
        &["the nonce given by --nonce was used before"],
    ),
    (
        "white space, a line break or quotes are taken for a part of a key or secret",
        "SIGNREQ_FOREMAN_CONSUMER_SECRET='\"sandbox-foreman-secret\"' signreq foreman get /api/v2/hosts",
        77,
        &[
            "consumer_secret: the quotes around it are taken for a part of it",
            "export SIGNREQ_FOREMAN_CONSUMER_SECRET=…",
        ],
    ),
    (
        "white space, a line break or quotes are taken for a part of a key or secret",
        "SIGNREQ_OVH_APPLICATION_SECRET='SandboxAppSecretOfNoValue0000001\n' signreq ovh get /me",
        77,
        &["application_secret: a line break at its end is taken for a part of it"],
    ),
    (
        ORDER,
        "SIGNREQ_OVH_APPLICATION_SECRET=SandboxAppSecret signreq ovh get /me",
        77,
        &["application_secret: it is as long as an application key"],
    ),
    (
        "a key or secret is cut off or not the right one",
        "SIGNREQ_DCI_SECRET_KEY=DCI.Sandbox signreq dci get /api/v1/jobs",
        77,
        &["secret_key: usually it is 64 letters and digits"],
    ),
    (
        "nobody is named: oauth_map_users wants a FOREMAN-USER",
        "unset SIGNREQ_FOREMAN_USER; signreq foreman get /api/v2/hosts",
        77,
        &["no FOREMAN-USER was sent", "export SIGNREQ_FOREMAN_USER=LOGIN"],
    ),
    (
        "Foreman has no such user",
        "signreq foreman get /api/v2/hosts --set user=bob",
        77,
        &["Foreman has no user 'bob'", "--set user=LOGIN"],
    ),
    (
        "consumer_key or consumer_secret is not that of Foreman's settings",
        "SIGNREQ_FOREMAN_CONSUMER_SECRET=other signreq foreman get /api/v2/hosts",
        77,
        &["consumer_key or consumer_secret is not that of Foreman's settings"],
    ),
    (
        "Foreman takes only JSON for POST and PUT",
        "signreq foreman post /api/v2/hosts --form name=a",
        4,
        &["Foreman takes only JSON here, and the Content-Type is "],
    ),
    (
        "Foreman does not know the signature method",
        "signreq foreman get /api/v2/hosts --set signature_method=HMAC-SHA512",
        5,
        &[
            "Foreman does not know the signature method HMAC-SHA512",
            "--set signature_method=HMAC-SHA1",
        ],
    ),
    (
        "the user lacks a permission",
        "signreq foreman delete /api/v2/hosts/1 --set user=viewer",
        4,
        &["Foreman's user 'viewer' lacks destroy_hosts"],
    ),
    (
        "Candlepin does not know the signature method",
        "signreq candlepin get /owners --set signature_method=HMAC-SHA256",
        77,
        &["Candlepin does not know the signature method HMAC-SHA256"],
    ),
    (
        "consumer_key or consumer_secret is not that of Candlepin's settings",
        "SIGNREQ_CANDLEPIN_CONSUMER_SECRET=other signreq candlepin get /owners",
        77,
        &["candlepin.auth.oauth.consumer.sandbox-candlepin.secret is another one"],
    ),
    (
        "the application key is not known there: it was deleted, or is another region's",
        "signreq ovh get /me --set application_key=AnotherAppKey001",
        77,
        &["does not know the application key: it is another region's (ovh-eu, ovh-ca, ovh-us)"],
    ),
    (
        "the consumer key is not validated yet, expired or logged out",
        "SIGNREQ_OVH_CONSUMER_KEY=SandboxConsumerKeyOfNoValue00002 signreq ovh get /me",
        77,
        &[
            "the consumer key is not allowed in the browser yet",
            "signreq login ovh --allow 'GET /me'",
        ],
    ),
    (
        "application_secret is that of another application",
        "SIGNREQ_OVH_APPLICATION_SECRET=SandboxAppSecretOfNoValue0000002 signreq ovh get /me",
        77,
        &["application_secret is another application's"],
    ),
    (
        "the API has no such path, or its other version has it",
        "signreq ovh get /nothing",
        4,
        &["the API has no path /nothing", "signreq ovh GET /v2/nothing"],
    ),
    (
        "the type before the client's id is missing",
        "signreq dci get /api/v1/jobs --set access_key=5a4dc4f1-0000-4000-8000-000000000001",
        77,
        &[
            "the type before the client's id is missing",
            "--set access_key=remoteci/5a4dc4f1-0000-4000-8000-000000000001",
        ],
    ),
    (
        "the server does not know the client's id",
        "signreq dci get /api/v1/jobs --set access_key=remoteci/5a4dc4f1-0000-4000-8000-000000000009",
        77,
        &["does not know this client's id", "--set access_key=remoteci/UUID"],
    ),
    (
        "the API secret is that of another client, or was renewed",
        "SIGNREQ_DCI_SECRET_KEY=DCI.SandboxSecretsOfNoValue0000000000000000000000000000000000002 \
         signreq dci get /api/v1/jobs",
        77,
        &["the API secret is that of another client, or was renewed"],
    ),
    (
        "an update or deletion needs the ETag of what it changes",
        "id=$(signreq dci get /api/v1/jobs | grep -o '\"id\":\"[^\"]*' | head -1 | cut -c7-); \
         signreq dci delete /api/v1/jobs/$id",
        4,
        &["DCI wants the ETag of what is changed", " If-match:ETAG"],
    ),
    (
        "the region is another one",
        "signreq s3 get / --set region=eu-west-1",
        77,
        &["the region is us-east-1; the request is signed for eu-west-1", "--set region=us-east-1"],
    ),
    (
        "the access key is not known there: it was deleted, or is another store's",
        "signreq s3 get / --set access_key=AKIASANDBOXSANDBOX02",
        77,
        &["does not know the access key"],
    ),
    (
        "the secret is another one",
        "SIGNREQ_S3_SECRET_KEY=SandboxSecretAccessKeyOfNoValue000000002 signreq s3 get /",
        77,
        &["the server signed the same as we did: its secret_key is another one"],
    ),
    (
        "the secret is another one",
        "SIGNREQ_MAAS_KEY=SandboxConsumerKey:SandboxTokenKey001:SandboxTokenSecretOfNoValue00002 \
         signreq maas get /machines/ --set signature_method=HMAC-SHA1",
        77,
        &["the server signed the same as we did: its key is another one"],
    ),
    (
        "signed_url is not the URL that the server sees",
        "signreq candlepin get /owners --set signed_url=http://inside/candlepin",
        77,
        &["the server sees another URL than http://inside/candlepin"],
    ),
];

#[test]
fn what_the_sandbox_plays_is_explained() {
    for (about, line, status, hints) in PLAYED {
        let environment = TestEnvironment::new();
        let ran = environment.program("signreq", &["sandbox", "--", "sh", "-c", line]);
        let output = ran.gives(*status, Pattern::Something, Pattern::holds(hints));
        assert!(is_told(about, hints[0], &output.stderr), "{about}: {}", output.stderr);
        for secret in ["TokenSecretOfNoValue", "sandbox-foreman-secret", "AppSecretOfNoValue"] {
            let told = [&output.stdout, &output.stderr].map(|text| text.contains(secret));
            assert_eq!(told, [false; 2], "{line}\n{}\n{}", output.stdout, output.stderr);
        }
    }
}

/// Whether a hint names a cause, with the certainty that the table gives it.
fn is_told(about: &str, why: &str, stderr: &str) -> bool {
    causes().filter(|cause| cause.about == about).any(|cause| {
        let label = if cause.is_certain { "hint: cause: " } else { "hint: likely: " };
        stderr.lines().any(|line| line.starts_with(label) && line.contains(why))
    })
}

/// A cause that a server tells of in words that the sandbox does not use.
struct Answered {
    about: &'static str,
    /// The profile besides its URL, as lines of TOML.
    profile: &'static str,
    words: &'static [&'static str],
    /// Status line and headers, each but the last ended by a line break.
    head: &'static str,
    body: &'static str,
    status: i32,
    hints: &'static [&'static str],
}

const MAAS: &str = "preset = 'maas'\n\
    key = 'aaaaaaaaaaaaaaaaaa:bbbbbbbbbbbbbbbbbb:cccccccccccccccccccccccccccccccc'\n";
const FOREMAN: &str = "preset = 'foreman'\nconsumer_key = 'k'\nconsumer_secret = 'geheim-s'\n";
const CANDLEPIN: &str = "preset = 'candlepin'\nconsumer_key = 'k'\nconsumer_secret = 'geheim-s'\n";
const OVH: &str = "preset = 'ovh'\napplication_key = 'aaaaaaaaaaaaaaaa'\n\
    application_secret = 'geheimbbbbbbbbbbbbbbbbbbbbbbbbbb'\n\
    consumer_key = 'geheimcccccccccccccccccccccccccc'\n";
const DCI: &str = "preset = 'dci'\naccess_key = 'remoteci/5a4dc4f1-0000-4000-8000-000000000001'\n\
    secret_key = 'geheimbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'\n";
const S3: &str =
    "preset = 's3'\nregion = 'us-east-1'\naccess_key = 'AK'\nsecret_key = 'geheim-s'\n";
const AWS: &str = "preset = 'aws'\nregion = 'us-east-1'\nservice = 'sts'\n\
    access_key = 'AKIAIOSFODNN7EXAMPLE'\nsecret_key = 'geheimEMI/K7MDENG/bPxRfiCYEXAMPLEKEYxxxx'\n";

const HMAC: &str = "signature_method=HMAC-SHA1";

const REFUSED: &str = "HTTP/1.1 403 Forbidden";
const UNAUTHORIZED: &str = "HTTP/1.1 401 Unauthorized";

const ANSWERED: &[Answered] = &[
    Answered {
        about: "this machine's clock is wrong",
        profile: CANDLEPIN,
        words: &["--no-clock-fix", "p", "/owners"],
        head: "HTTP/1.1 200 OK\r\nDate: Wed, 01 Jan 2020 00:00:00 GMT",
        body: r#"{"displayMessage":"OAuth problem encountered. Internal message is: timestamp_refused"}"#,
        status: 77,
        hints: &["this machine's clock is ", "without --no-clock-fix", "timedatectl set-ntp true"],
    },
    Answered {
        about: "something on the way sends requests twice",
        profile: MAAS,
        words: &["p", "/machines/"],
        head: UNAUTHORIZED,
        body: "Authorization Error: 'Nonce already used: x'",
        status: 77,
        hints: &["the nonce is new: something on the way sends requests twice", "--noproxy '*'"],
    },
    Answered {
        about: "no Authorization header arrived, or MAAS's users log in elsewhere",
        profile: MAAS,
        words: &["p", "/machines/"],
        head: UNAUTHORIZED,
        body: "Forbidden",
        status: 77,
        hints: &["a proxy took the Authorization header away"],
    },
    Answered {
        about: "the profile's url lacks /MAAS",
        profile: MAAS,
        words: &["p", "/machines/"],
        head: "HTTP/1.1 404 Not Found\r\nContent-Type: text/html",
        body: "<h1>404</h1>",
        status: 4,
        hints: &[
            "the profile's url lacks /MAAS",
            "signreq profile set p url=http://127.0.0.1:",
            "/MAAS\n",
        ],
    },
    Answered {
        about: "the resource has no such operation for this method",
        profile: MAAS,
        words: &["p", "/machines/", "op==nothing"],
        head: "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain",
        body: "Unrecognised signature: method=GET op=nothing",
        status: 4,
        hints: &["op==NAME names one", "signreq p GET /describe/"],
    },
    Answered {
        about: "Foreman locked this address out after 30 failures in five minutes",
        profile: FOREMAN,
        words: &["p", "/api/v2/hosts"],
        head: UNAUTHORIZED,
        body: r#"{"error":{"message":"Too many tries, please try again in a few minutes."}}"#,
        status: 77,
        hints: &["Foreman locked this address out for five minutes", "sleep 300; signreq doctor p"],
    },
    Answered {
        about: "the user is disabled",
        profile: FOREMAN,
        words: &["p", "/api/v2/hosts", "--set", "user=bob"],
        head: UNAUTHORIZED,
        body: r#"{"error":{"message":"User account is disabled, please contact your administrator"}}"#,
        status: 77,
        hints: &["Foreman's user 'bob' is disabled", "--set user=LOGIN"],
    },
    Answered {
        about: "brackets in the query are signed otherwise there",
        profile: FOREMAN,
        words: &["p", "/api/v2/hosts", "ids[]==1", "--set", "normalization=rfc5849"],
        head: UNAUTHORIZED,
        body: r#"{"error":{"message":"Unable to authenticate user "}}"#,
        status: 77,
        hints: &[
            "signs brackets in a query as no specification has it",
            "--set normalization=rack",
        ],
    },
    Answered {
        about: "Foreman's setting oauth_active is off",
        profile: FOREMAN,
        words: &["p", "/api/v2/hosts", "--set", "user=admin"],
        head: UNAUTHORIZED,
        body: r#"{"error":{"message":"Unable to authenticate user "}}"#,
        status: 77,
        hints: &["Foreman's setting oauth_active is off", "foreman-rake config -- -k oauth_active"],
    },
    Answered {
        about: "a part of the Authorization header was lost on the way",
        profile: CANDLEPIN,
        words: &["p", "/owners"],
        head: "HTTP/1.1 200 OK",
        body: r#"{"displayMessage":"OAuth problem encountered. Internal message is: parameter_absent"}"#,
        status: 77,
        hints: &["a part of the Authorization header was lost on the way"],
    },
    Answered {
        about: "Candlepin's OAuth is off",
        profile: CANDLEPIN,
        words: &["p", "/owners"],
        head: UNAUTHORIZED,
        body: r#"{"displayMessage":"Invalid Credentials","requestUuid":"x"}"#,
        status: 77,
        hints: &["Candlepin's OAuth is off", "candlepin.auth.oauth.enable"],
    },
    Answered {
        about: "Candlepin takes credentials by https only",
        profile: CANDLEPIN,
        words: &["p", "/owners"],
        head: "HTTP/1.1 400 Bad Request",
        body: r#"{"displayMessage":"Please use SSL when accessing protected resources"}"#,
        status: 4,
        hints: &[
            "Candlepin takes credentials by https only",
            "signreq profile set p url=https://127.0.0.1:8443/candlepin",
        ],
    },
    Answered {
        about: "the consumer was deleted",
        profile: CANDLEPIN,
        words: &["p", "/consumers/u"],
        head: "HTTP/1.1 410 Gone",
        body: r#"{"displayMessage":"Unit u has been deleted","deletedId":"u","requestUuid":"x"}"#,
        status: 4,
        hints: &["the consumer that was asked for, or acted as, is deleted"],
    },
    Answered {
        about: "nobody is named by cp-user",
        profile: CANDLEPIN,
        words: &["p", "/owners"],
        head: REFUSED,
        body: r#"{"displayMessage":"Insufficient permissions","requestUuid":"x"}"#,
        status: 4,
        hints: &["no cp-user was sent", "signreq profile set p user=LOGIN"],
    },
    Answered {
        about: "Candlepin is not running, or the profile's url is not its own",
        profile: CANDLEPIN,
        words: &["p", "/owners"],
        head: "HTTP/1.1 404 Not Found\r\nContent-Type: text/html",
        body: "<html><h1>HTTP Status 404</h1></html>",
        status: 4,
        hints: &["this is not Candlepin's own 404"],
    },
    Answered {
        about: "no consumer key arrived",
        profile: OVH,
        words: &["--timestamp", "1700000000", "p", "/me"],
        head: REFUSED,
        body: r#"{"errorCode":"NOT_CREDENTIAL","httpCode":"403 Forbidden","message":"You must login first"}"#,
        status: 77,
        hints: &["no consumer key arrived", "signreq login p --allow 'GET /me'"],
    },
    Answered {
        about: "the consumer key has no right to this call",
        profile: OVH,
        words: &["--timestamp", "1700000000", "p", "delete", "/domain/zone/a.example"],
        head: REFUSED,
        body: r#"{"errorCode":"NOT_GRANTED_CALL","httpCode":"403 Forbidden","message":"This call has not been granted"}"#,
        status: 77,
        hints: &[
            "the consumer key has no right to this call",
            "signreq p GET /auth/currentCredential",
            "signreq login p --allow 'DELETE /domain/zone/a.example'",
        ],
    },
    Answered {
        about: "the consumer key has no right to this call",
        profile: OVH,
        words: &["--timestamp", "1700000000", "p", "/me"],
        head: REFUSED,
        body: r#"{"class":"Client::Forbidden","message":"User not granted for this request","details":{"unauthorizedActionsByAuthentication":"account:apiovh:me/get"}}"#,
        status: 77,
        hints: &["the consumer key has no right to this call", "--allow 'GET /me'"],
    },
    Answered {
        about: "an IAM policy of the account forbids the call",
        profile: OVH,
        words: &["--timestamp", "1700000000", "p", "/me"],
        head: REFUSED,
        body: r#"{"class":"Client::Forbidden","message":"User not granted for this request","details":{"unauthorizedActionsByIAM":"account:apiovh:me/get"}}"#,
        status: 77,
        hints: &["an IAM policy of the account forbids account:apiovh:me/get"],
    },
    Answered {
        about: "the client's team is inactive",
        profile: DCI,
        words: &["p", "/api/v1/jobs"],
        head: "HTTP/1.1 412 Precondition Failed",
        body: r#"{"status_code":412,"message":"The team of the identity is inactive","payload":{}}"#,
        status: 4,
        hints: &["the client's team is inactive", "signreq p GET /api/v1/identity"],
    },
    Answered {
        about: "RHDL's server signs for AWS4 and us-east-1",
        profile: DCI,
        words: &["p", "/api/v1/jobs", "--connect-to", "rhdl.example:80:HERE"],
        head: "HTTP/1.1 400 Bad Request",
        body: r#"{"status_code":400,"message":"HmacMechanism failed: signature is invalid","payload":{}}"#,
        status: 77,
        hints: &[
            "RHDL's server takes AWS4-HMAC-SHA256 and the region us-east-1",
            "region=us-east-1",
        ],
    },
    Answered {
        about: "the region is another one",
        profile: S3,
        words: &["p", "/bucket/a"],
        head: "HTTP/1.1 301 Moved Permanently\r\nx-amz-bucket-region: eu-west-1",
        body: "<Error><Code>PermanentRedirect</Code><Message>Use the endpoint.</Message></Error>",
        status: 3,
        hints: &["the region is eu-west-1", "signreq profile set p region=eu-west-1"],
    },
    Answered {
        about: "the service's signing name is another one",
        profile: AWS,
        words: &["p", "/"],
        head: REFUSED,
        body: r#"{"__type":"InvalidSignatureException","message":"Credential should be scoped to correct service: 'execute-api'. "}"#,
        status: 77,
        hints: &[
            "the service's signing name is execute-api",
            "signreq profile set p service=execute-api",
        ],
    },
    Answered {
        about: "a temporary access key lacks its session token",
        profile: S3,
        words: &["p", "/", "--set", "access_key=ASIAIOSFODNN7EXAMPLE"],
        head: REFUSED,
        body: "<Error><Code>InvalidAccessKeyId</Code><Message>No such key.</Message></Error>",
        status: 77,
        hints: &["the access key is a temporary one", "signreq profile set p session_token=-"],
    },
    Answered {
        about: "the session token has expired",
        profile: AWS,
        words: &["p", "/"],
        head: REFUSED,
        body: r#"{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"The security token included in the request is expired"}"#,
        status: 77,
        hints: &["the session token has expired", "session_token=-", "aws sso login"],
    },
    Answered {
        about: "the session token is that of another access key",
        profile: S3,
        words: &["p", "/"],
        head: "HTTP/1.1 400 Bad Request",
        body: "<Error><Code>InvalidToken</Code><Message>The token is malformed.</Message></Error>",
        status: 77,
        hints: &["the session token is cut off, or that of another access key"],
    },
    Answered {
        about: "the body was changed on the way",
        profile: S3,
        words: &["p", "put", "/b/a", "--data-raw", "x"],
        head: "HTTP/1.1 400 Bad Request",
        body: "<Error><Code>XAmzContentSHA256Mismatch</Code><Message>No match.</Message></Error>",
        status: 77,
        hints: &["the body that arrived is not the one that was sent"],
    },
    Answered {
        about: "secret_key is that of another access key",
        profile: AWS,
        words: &["p", "/"],
        head: REFUSED,
        body: r#"{"__type":"InvalidSignatureException","message":"The request signature we calculated does not match."}"#,
        status: 77,
        hints: &["secret_key is that of another access key", "secret_key=-"],
    },
    Answered {
        about: "the API has no such path or method",
        profile: AWS,
        words: &["p", "/none"],
        head: "HTTP/1.1 403 Forbidden\r\nX-Amzn-ErrorType: MissingAuthenticationTokenException",
        body: r#"{"message":"Missing Authentication Token"}"#,
        status: 77,
        hints: &["API Gateway answers so where it has no GET /none"],
    },
    Answered {
        about: CHANGED,
        profile: AWS,
        words: &["--timestamp", "1440938160", "--connect-to", "rhdl.example:80:HERE", "p", "/a b"],
        head: REFUSED,
        body: "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>GET\n/a%20b\n\n\
            host:rhdl.example\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n\
            e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855</CanonicalRequest>\
            </Error>",
        status: 77,
        hints: &[
            "the server takes the request for one signed with path_encoding",
            "signreq profile set p path_encoding=",
        ],
    },
    Answered {
        about: CHANGED,
        profile: MAAS,
        words: &["--connect-to", "rhdl.example:80:HERE", "p", "/machines/", "--set", HMAC],
        head: UNAUTHORIZED,
        body: "Authorization Error: 'Invalid signature. Expected signature base string: \
            GET&https%3A%2F%2Frhdl.example%2Fapi%2F2.0%2Fmachines%2F&a%3D1'",
        status: 77,
        hints: &["signed", "signreq profile set p signed_url=https://rhdl.example/api/2.0"],
    },
    Answered {
        about: CHANGED,
        profile: MAAS,
        words: &["--connect-to", "rhdl.example:80:HERE", "p", "/machines/", "--set", HMAC],
        head: UNAUTHORIZED,
        body: "Authorization Error: 'Invalid signature. Expected signature base string: \
            GET&http%3A%2F%2Frhdl.example%3A5240%2Fapi%2F2.0%2Fmachines%2F&a%3D1'",
        status: 77,
        hints: &["signed", "signreq profile set p signed_url=http://rhdl.example:5240/api/2.0"],
    },
    Answered {
        about: CHANGED,
        profile: MAAS,
        words: &["--connect-to", "rhdl.example:80:HERE", "p", "/machines/", "--set", HMAC],
        head: UNAUTHORIZED,
        body: "Authorization Error: 'Invalid signature. Expected signature base string: \
            GET&http%3A%2F%2Fregion.example%2Fapi%2F2.0%2Fmachines%2F&a%3D1'",
        status: 77,
        hints: &["signed", "signreq profile set p signed_url=http://region.example/api/2.0"],
    },
    Answered {
        about: CHANGED,
        profile: MAAS,
        words: &["--connect-to", "rhdl.example:80:HERE", "p", "/machines/", "--set", HMAC],
        head: UNAUTHORIZED,
        body: "Authorization Error: 'Invalid signature. Expected signature base string: \
            GET&http%3A%2F%2Frhdl.example%2FMAAS%2Fapi%2F2.0%2Fmachines%2F&a%3D1'",
        status: 77,
        hints: &["signed", "signreq profile set p signed_url=http://rhdl.example/MAAS/api/2.0"],
    },
    Answered {
        about: "the server wants https",
        profile: MAAS,
        words: &["p", "/machines/"],
        head: "HTTP/1.1 301 Moved Permanently\r\nLocation: https://127.0.0.1:5443/api/2.0/machines/",
        body: "",
        status: 3,
        hints: &["the server wants https", "signreq profile set p url=https://127.0.0.1:5443/"],
    },
    Answered {
        about: "a proxy changed the URL that was signed",
        profile: FOREMAN,
        words: &["p", "/api/v2/hosts", "--set", "user=admin"],
        head: "HTTP/1.1 401 Unauthorized\r\nVia: 1.1 gate",
        body: r#"{"error":{"message":"Unable to authenticate user "}}"#,
        status: 77,
        hints: &["a proxy (1.1 gate) changed what was signed", "signed_url=URL"],
    },
];

/// Rows that need a proxy or a redirect, see below.
const CHANGED: &str = "the request was changed on the way: Host, port, scheme, path, query, a header \
                       or the body";
const UNSIGNED: &str = "a redirect led to where the profile does not sign";

/// A world with a profile for a server that gives this answer.
fn answering(head: &str, body: &str, profile: &str) -> (TestEnvironment, Capture) {
    let length = body.len();
    let answer = format!("{head}\r\nContent-Length: {length}\r\n\r\n{body}");
    let capture = Capture::answering(&[answer.as_bytes()]);
    let environment = TestEnvironment::new();
    let field = if profile.contains("'ovh'") { "endpoint" } else { "url" };
    environment.config(&format!("[profile.p]\n{field} = '{}'\n{profile}", capture.url()));
    (environment, capture)
}

#[test]
fn what_other_servers_say_is_explained() {
    for case in ANSWERED {
        let (environment, capture) = answering(case.head, case.body, case.profile);
        let words: Vec<String> =
            case.words.iter().map(|word| word.replace("HERE", &capture.authority())).collect();
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        if words.contains(&"--connect-to") {
            words.extend(["--set", "url=http://rhdl.example"]);
        }
        let ran = environment.signreq(&words);
        // MAAS's quotation may be the secret itself, so it is never shown.
        let quoting = "signature base string: ";
        let shown = match case.body.split_once(quoting) {
            Some((before, _)) => format!("{before}{quoting}***"),
            None => case.body.to_owned(),
        };
        let output = ran.gives(case.status, shown, Pattern::holds(case.hints));
        assert!(is_told(case.about, case.hints[0], &output.stderr), "{}", output.stderr);
        assert!(!output.stderr.contains("geheim"), "{}", output.stderr);
    }
}

/// A proxy before a sandbox that replaces a text in each head that it hands
/// on; its address.
fn rewriting(sandbox: &Sandbox, from: &str, to: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, backend) = (listener.local_addr().unwrap(), sandbox.address());
    let front = address.to_string();
    let (from, to) = (from.replace("FRONT", &front), to.replace("FRONT", &front));
    std::thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && client.read_exact(&mut byte).is_ok() {
                head.extend(byte);
            }
            let head = String::from_utf8(head).unwrap();
            assert!(head.contains(&from), "{from} is not in {head}");
            let head =
                head.replacen(&from, &to, 1).replacen("\r\n", "\r\nConnection: close\r\n", 1);
            let mut server = TcpStream::connect(backend).unwrap();
            server.write_all(head.as_bytes()).unwrap();
            let mut answer = Vec::new();
            server.read_to_end(&mut answer).unwrap();
            // A client that has gone away is the test's business.
            let _ = client.write_all(&answer);
        }
    });
    address
}

/// What a proxy changes, in front of the systems whose answers quote what they
/// signed.
#[test]
fn what_a_proxy_changes_is_told_from_the_servers_own_words() {
    let clock = || Time::from_epoch(crate::world::now());
    let sandbox = Sandbox::start(None, Arc::new(clock)).unwrap();
    for (system, words, from, to, why, mend) in [
        (
            "maas",
            &["get", "/machines/"][..],
            "Host: FRONT",
            "Host: inside",
            "/MAAS/api/2.0/machines/', the server 'http://inside/MAAS/api/2.0/machines/'",
            "export SIGNREQ_MAAS_SIGNED_URL=http://inside/MAAS/api/2.0",
        ),
        (
            "maas",
            &["get", "/machines/"],
            "Host: FRONT",
            "Host: inside:8080",
            "we signed the URL 'http://127.0.0.1:",
            "export SIGNREQ_MAAS_SIGNED_URL=http://inside:8080/MAAS/api/2.0",
        ),
        (
            "maas",
            &["get", "/machines/", "op==power_parameters"],
            "?op=power_parameters",
            "?op=power_parameters&via=gate",
            "we signed the parameters '', the server 'via=gate'",
            "a proxy has to hand on what was signed",
        ),
        (
            "s3",
            &["get", "/backups"],
            "Host: FRONT",
            "Host: inside",
            "the server 'host:inside'",
            "a proxy has to hand on what was signed",
        ),
        (
            "s3",
            &["get", "/backups"],
            "GET /backups",
            "GET /store/backups",
            "we signed the path '/backups', the server '/store/backups'",
            "a proxy has to hand on what was signed",
        ),
        (
            "s3",
            &["get", "/backups", "x-amz-meta-a:1"],
            "x-amz-meta-a: 1",
            "x-amz-meta-a: 2",
            "we signed the header x-amz-meta-a 'x-amz-meta-a:1', the server 'x-amz-meta-a:2'",
            "hint: signreq explain",
        ),
    ] {
        let front = rewriting(&sandbox, from, to);
        let mut environment = TestEnvironment::new();
        for (name, value) in signreq::sandbox::environment(front) {
            environment.set(&name, value);
        }
        environment.set("SIGNREQ_MAAS_SIGNATURE_METHOD", "HMAC-SHA1");
        let words = [&[system], words].concat();
        let ran = environment.signreq(&words);
        let output = ran.gives(77, Pattern::Something, Pattern::holds(&[why, mend]));
        assert!(is_told(CHANGED, why, &output.stderr), "{}", output.stderr);
    }
}

#[test]
fn a_redirect_to_where_nothing_is_signed_is_told() {
    let there = Capture::answering(&[b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"]);
    let head = format!("HTTP/1.1 302 Found\r\nLocation: {}/x", there.url());
    let (environment, _here) = answering(&head, "", FOREMAN);
    let why = format!("the redirect led to {}, where profile p does not sign", there.url());
    let ran = environment.signreq(&["-L", "p", "/x"]);
    let hint = format!("--allow-origin {}", there.url());
    let output = ran.gives(4, "", Pattern::holds(&[&why, &hint]));
    assert!(is_told(UNSIGNED, &why, &output.stderr), "{}", output.stderr);
}

/// What is wrong before anything is sent.
#[test]
fn a_maas_key_of_two_parts_is_not_sent() {
    let mut environment = TestEnvironment::new();
    environment.set("SIGNREQ_MAAS_URL", "http://127.0.0.1:1/MAAS");
    environment.set("SIGNREQ_MAAS_KEY", "consumer:geheim");
    let told = ["key has 2 parts, MAAS keys have 3 (consumer:token:secret)", "maas apikey"];
    let output = environment.signreq(&["maas", "/machines/"]).gives(78, "", Pattern::holds(&told));
    assert!(!output.stderr.contains("geheim"), "{}", output.stderr);
}
