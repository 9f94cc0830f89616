//! Causes that the sandbox plays: the table of shell lines that have them.

const ORDER: &str = "a value stands in another's place, such as a key's parts in another order";
const EXCHANGED: &str = "the key's first two parts are exchanged, or the key was deleted";
const METHOD: &str = "the METHOD is none of HTTP's, and near to one";
const PREFIX: &str = "the path lacks the API's prefix";
const KEY_SET: &str = "export SIGNREQ_MAAS_KEY=…";

/// A cause, a shell line in a sandbox's world that has it, the exit code, and
/// the hints that it gets.
pub(super) type Played = (&'static str, &'static str, i32, &'static [&'static str]);

pub(super) const PLAYED: &[Played] = &[
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
        "MAAS gives its events by the operation query only",
        "signreq maas get /events/ limit==5",
        4,
        &[
            "MAAS gives its events by the operation query only",
            "signreq maas GET '/events/?limit=5' 'op==query'",
        ],
    ),
    (
        "the resource has no such operation for this method",
        "signreq maas get /events/ op==quary",
        4,
        &["this path has no such operation for this method", "signreq maas GET /describe/"],
    ),
    (
        METHOD,
        "signreq maas gett /machines/ status==ready",
        4,
        &[
            "GETT is no method of HTTP; GET may be meant",
            "signreq maas GET '/machines/?status=ready'",
        ],
    ),
    (
        METHOD,
        "signreq s3 DELTE /backups/x",
        4,
        &["DELTE is no method of HTTP; DELETE may be meant", "signreq s3 DELETE /backups/x"],
    ),
    (
        PREFIX,
        "signreq foreman get /v3/hosts",
        4,
        &[
            "Foreman's API is below /api/v2, which the path lacks",
            "signreq foreman GET /api/v3/hosts",
        ],
    ),
    (
        PREFIX,
        "signreq foreman get /API/v2/hosts",
        4,
        &[
            "Foreman's API is below /api/v2, which the path lacks",
            "signreq foreman GET /api/v2/hosts",
        ],
    ),
    (
        PREFIX,
        "signreq foreman get /hosts per_page==1",
        4,
        &[
            "Foreman's API is below /api/v2, which the path lacks",
            "signreq foreman GET '/api/v2/hosts?per_page=1'",
        ],
    ),
    (
        PREFIX,
        "signreq dci get /jobs",
        4,
        &["DCI's API is below /api/v1, which the path lacks", "signreq dci GET /api/v1/jobs"],
    ),
    (
        "Candlepin is not running, or the profile's url is not its own",
        "signreq candlepin get /owners --set url=${SIGNREQ_CANDLEPIN_URL%/candlepin}",
        4,
        &["as the profile's url lacks /candlepin", "url=http://127.0.0.1:", "/candlepin\n"],
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
