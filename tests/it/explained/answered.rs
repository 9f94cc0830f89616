//! Causes that a server tells of in words that the sandbox does not use: the
//! table of answers, as each system writes them.

use super::CHANGED;

/// A cause that a server tells of in words that the sandbox does not use.
pub(super) struct Answered {
    pub(super) about: &'static str,
    /// The profile besides its URL, as lines of TOML.
    pub(super) profile: &'static str,
    pub(super) words: &'static [&'static str],
    /// Status line and headers, each but the last ended by a line break.
    pub(super) head: &'static str,
    pub(super) body: &'static str,
    pub(super) status: i32,
    pub(super) hints: &'static [&'static str],
}

const MAAS: &str = "preset = 'maas'\n\
    key = 'aaaaaaaaaaaaaaaaaa:bbbbbbbbbbbbbbbbbb:cccccccccccccccccccccccccccccccc'\n";
pub(super) const FOREMAN: &str =
    "preset = 'foreman'\nconsumer_key = 'k'\nconsumer_secret = 'geheim-s'\n";
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

pub(super) const ANSWERED: &[Answered] = &[
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
        about: "the path lacks the API's prefix",
        profile: FOREMAN,
        words: &["p", "/v2/hosts"],
        head: "HTTP/1.1 302 Found\r\nLocation: /users/login",
        body: "",
        status: 3,
        hints: &["Foreman's API is below /api/v2", "signreq p GET /api/v2/hosts\n"],
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
