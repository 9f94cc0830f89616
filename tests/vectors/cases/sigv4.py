"""SigV4: services in general (path encoded twice, dot segments removed) and S3 (once, none)."""
from . import request

CREDENTIALS = {
    "access_key": "AKIDEXAMPLE",
    "secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
}
TOKEN = dict(CREDENTIALS, session_token="AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22+wO=")
GENERAL = "https://service.us-east-1.amazonaws.com"
S3 = "https://s3.us-east-1.amazonaws.com"
# 2015-08-30T12:36:00Z, the moment of Amazon's own test suite
MOMENT = 1440938160


def case(name, about, sent, s3=False, credentials=None, unconfirmed=False, **rest):
    settings = {
        "service": "s3" if s3 else "service",
        "region": "us-east-1",
        "path_encoding": "single" if s3 else "double",
        "payload": "signed",
        "placement": "header",
    }
    settings.update(rest)
    return {
        "case": name,
        "about": about,
        "request": sent,
        "credentials": dict(credentials or CREDENTIALS),
        "settings": settings,
        "timestamp": MOMENT,
        **({"unconfirmed": True} if unconfirmed else {}),
    }


def get(name, about, target, s3=False, headers=(), **rest):
    return case(name, about, request("GET", (S3 if s3 else GENERAL) + target, headers), s3, **rest)


def path_cases():
    for name, about, path in (
        ("root", "the root", "/"),
        ("plain", "nothing to encode", "/2015-03-31/functions/"),
        ("space", "an escape is encoded a second time", "/a%20b"),
        ("slash", "an escaped slash", "/a%2Fb%2fc"),
        ("reserved", "reserved characters that stand raw are encoded", "/a:b@c!$&'()*+,;=d"),
        ("tilde", "the tilde stays, its escape is encoded again", "/~a/%7Eb"),
        ("utf8", "UTF-8 escapes", "/caf%C3%A9/%E1%88%B4"),
        ("dot-segments", "dot segments are removed before encoding", "/a/./b/../c/"),
        ("dot-segments-above-root", "dot segments cannot climb over the root", "/../../a/.."),
        ("double-slashes", "double slashes are joined", "//a//b///"),
    ):
        yield get("path-" + name, "path: " + about, path)


def query_cases():
    for name, about, query, unconfirmed in (
        ("sorted", "sorted by name", "b=2&a=1&C=3&A=0", False),
        ("duplicates", "equal names are sorted by value, as bytes", "a=2&a=10&a=1&a=1", False),
        ("valueless", "a parameter without = gets one", "lifecycle&a&b=", False),
        ("encoded-sort", "sorted by the encoded name", "a-b=1&a%2Fb=2&a=3&a0=4", False),
        ("reserved", "reserved characters that stand raw are encoded", "a=x:y@z!*'(),/?&b=~", True),
        ("encoded", "escapes that are right stay", "a=%20%2B%25%2F&e=%C3%A9", False),
        ("lower-hex", "escapes in lower case and needless ones are written anew", "a=%2f%7e%41%2d", True),
        ("empty-pairs", "empty pairs are no parameters", "&&a=1&&b=2&", True),
        ("only-first-equals", "the second = belongs to the value", "a=b%3Dc&d=%3D", False),
        ("raw-equals", "a raw = in a value is encoded", "a=b=c", True),
        ("empty-name", "an empty name is kept", "=v&a=1", True),
    ):
        yield get("query-" + name, "query: " + about, "/?" + query, unconfirmed=unconfirmed)


def header_cases():
    yield get("headers-trimmed", "values are trimmed and inner blanks made one", "/",
              headers=[("My-Header1", "  a   b  c "), ("My-Header2", '"a   b"')])
    yield get("headers-duplicates", "equal names are joined by a comma in the order sent", "/",
              headers=[("My-Header", "z"), ("my-header", "a"), ("MY-HEADER", "p")])
    yield get("headers-sorted", "sorted by the name in lower case", "/",
              headers=[("Zoo", "1"), ("aardvark", "2"), ("X-Amz-Target", "T.Op"), ("Content-Language", "en")])
    yield get("headers-user-agent", "User-Agent is not signed", "/", headers=[("User-Agent", "x/1")])
    yield get("headers-of-the-way", "what a proxy takes out or adds is not signed", "/",
              headers=[("Expect", "100-continue"), ("X-Amzn-Trace-Id", "Root=1"), ("My-Header", "1")])
    yield get("headers-empty", "an empty value leaves its colon", "/", headers=[("My-Header", "")])
    yield get("access-key-colon", "an access key is named as it is, as Swift's with its colon", "/",
              credentials=dict(CREDENTIALS, access_key="test:tester"))
    yield get("port", "a port that is not the scheme's own belongs to host", "/x").copy() | {
        "request": request("GET", "http://127.0.0.1:8080/x")
    }
    yield get("session-token", "the session token is a signed header", "/", credentials=TOKEN)


def body_cases():
    post = "https://service.us-east-1.amazonaws.com/"
    yield case("post-form", "a form body is hashed like any other", request(
        "POST", post, [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
        "Action=ListUsers&Version=2010-05-08"))
    yield case("post-json", "a JSON body", request(
        "POST", post, [("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "DynamoDB_20120810.ListTables")], "{}"))
    yield case("post-empty", "a POST without a body", request("POST", post))
    yield case("put-binary", "a body that is no text", request("PUT", post + "blob", (), bytes(range(256))))
    yield case("delete-body", "DELETE with a body", request("DELETE", post + "x", (), "why"))
    yield case("iam-list-users", "ListUsers, AWS's example of the signing process and that of docs/schemes.md",
               request("GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
                       [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]), service="iam")
    yield case("iam", "another service and region", request("GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"),
               service="iam", region="eu-central-1")


def s3_cases():
    for name, about, path in (
        ("root", "the list of buckets", "/"),
        ("plain", "nothing to encode", "/bucket/key"),
        ("raw-reserved", "reserved characters sent raw are signed encoded", "/bucket/a=b(c)+d:e@f,g;h*i!j'k$l&m"),
        ("encoded-reserved", "the same characters sent encoded", "/bucket/a%3Db%28c%29%2Bd%3Ae%40f%2Cg%3Bh%2Ai%21j%27k%24l%26m"),
        ("space", "a space is %20 and encoded once", "/bucket/a%20b"),
        ("plus", "a plus of a path is a plus, not a space", "/bucket/a+b"),
        ("slash-escaped", "an escaped slash is the same slash", "/bucket/a%2Fb"),
        ("tilde-escaped", "a needless escape is undone", "/bucket/a%7Eb%41"),
        ("lower-hex", "escapes in lower case are written in upper case", "/bucket/%c3%a9%2b"),
        ("percent", "a percent sign of the key", "/bucket/100%25"),
        ("utf8", "a key in UTF-8", "/bucket/%E4%BD%A0%E5%A5%BD/%F0%9F%98%80"),
        ("dot-segments", "dot segments belong to the key", "/bucket/a/./b/../c"),
        ("double-slashes", "double slashes belong to the key", "/bucket//a///b/"),
    ):
        yield get("s3-path-" + name, "S3 path: " + about, path, s3=True)
    yield get("s3-query-list", "a listing", "/bucket?list-type=2&prefix=a%2Fb%20c&delimiter=%2F&max-keys=10", s3=True)
    yield get("s3-query-subresource", "a subresource without a value", "/bucket?uploads", s3=True)
    yield get("s3-session-token", "the session token is a signed header", "/bucket/key", s3=True, credentials=TOKEN)
    yield case("s3-put", "the hash of the body is sent and signed",
               request("PUT", S3 + "/bucket/key", [("Content-Type", "text/plain")], "hello"), True)
    yield case("s3-put-meta", "metadata headers are signed",
               request("PUT", S3 + "/bucket/key", [("x-amz-meta-a", "  two   words "), ("x-amz-storage-class", "STANDARD_IA")], "x"), True)
    yield case("s3-put-unsigned", "UNSIGNED-PAYLOAD in place of the hash",
               request("PUT", S3 + "/bucket/key", (), "hello"), True, payload="unsigned")
    yield case("s3-delete", "DELETE of one version", request("DELETE", S3 + "/bucket/key?versionId=abc"), True)
    yield case("s3-virtual-host", "the bucket in the host's name",
               request("GET", "https://bucket.s3.us-east-1.amazonaws.com/a=b"), True)


def presign_cases():
    yield get("presign", "signature in the query: the hash of no body", "/?b=2&a=1", placement="query", expires=900)
    yield get("presign-session-token", "the token is a signed parameter", "/x", placement="query", expires=60, credentials=TOKEN)
    yield get("s3-presign", "S3 signs UNSIGNED-PAYLOAD into an address", "/bucket/a%20b", s3=True,
              placement="query", expires=604800, payload="unsigned")
    yield get("s3-presign-raw-key", "the address carries the key in strict form", "/bucket/a=b+c", s3=True,
              placement="query", expires=3600, payload="unsigned")
    yield case("s3-presign-put", "PUT", request("PUT", S3 + "/bucket/key"), True,
               placement="query", expires=3600, payload="unsigned", credentials=TOKEN)


def cases():
    for group in (path_cases, query_cases, header_cases, body_cases, s3_cases, presign_cases):
        yield from group()
