"""DCI: what the control server's own parsing makes of a request decides what is signed."""
from . import request

CREDENTIALS = {
    "access_key": "remoteci/9dd94b70-1707-46c5-a2bb-661e8d5d4212",
    "secret_key": "DCI.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWX",
}
FEEDER = dict(CREDENTIALS, access_key="feeder/9dd94b70-1707-46c5-a2bb-661e8d5d4212")
BASE = "https://api.distributed-ci.io"
JSON = [("Content-Type", "application/json")]
FORM = [("Content-Type", "application/x-www-form-urlencoded")]
MULTIPART = [("Content-Type", "multipart/form-data; boundary=xyz")]
ALGORITHMS = ("DCI2-HMAC-SHA256", "AWS4-HMAC-SHA256")
MOMENT = 1710505845  # 2024-03-15T12:30:45Z


def case(name, about, sent, algorithm="DCI2-HMAC-SHA256", credentials=None, region="BHS3", service="api"):
    return {
        "case": name,
        "about": about,
        "request": sent,
        "credentials": dict(credentials or CREDENTIALS),
        "settings": {"algorithm": algorithm, "region": region, "service": service},
        "timestamp": MOMENT,
    }


def path_cases():
    for name, about, path in (
        ("plain", "nothing to decode", "/api/v1/jobs"),
        ("root", "the root", "/"),
        ("trailing-slash", "a trailing slash stays", "/api/v1/jobs/"),
        ("space", "the path is signed decoded", "/api/v1/a%20b"),
        ("reserved", "reserved characters stand as they are", "/api/v1/a:b@c!$&'()*+,;=d"),
        ("slash", "an escaped slash is a slash", "/api/v1/a%2Fb"),
        ("utf8", "escapes of UTF-8", "/api/v1/caf%C3%A9"),
        ("decoded-twice", "the HTTP server decodes, then the verifier again", "/api/v1/%2541/%2525/%25"),
        ("plus", "a plus of a path is a plus", "/api/v1/a+b%2Bc"),
        ("dot-segments", "dot segments stay", "/api/v1/./a/../b"),
        ("double-slashes", "double slashes stay, but one begins the path", "//api//v1/jobs"),
        ("octets", "what is not UTF-8 is replaced at each decoding", "/api/v1/%FF%C3%28/%25FF"),
    ):
        yield case("path-" + name, "path: " + about, request("GET", BASE + path))


def query_cases():
    for name, about, query in (
        ("where", "the usual filter, raw", "where=name:foo,state:active&limit=20&offset=0&sort=-created_at"),
        ("where-encoded", "the usual filter, encoded", "where=name%3Afoo%2Cstate%3Aactive&limit=20"),
        ("function", "the newer filter", "query=and(eq(name,foo),eq(state,active))"),
        ("sorted", "sorted by name", "b=2&a=1&C=3&A=0"),
        ("plus", "a plus is a space", "a=b+c&d=%2B&e=%20"),
        ("duplicates", "the first value of a name", "a=2&a=1&b=x&a=3"),
        ("empty-values", "blank values are kept", "a=&b&c=1"),
        ("empty-pairs", "empty pairs are no parameters", "&&a=1&&b=2&"),
        ("escaped-percent", "a query is decoded once", "a=%2541&b=%25"),
        ("utf8", "UTF-8", "name=caf%C3%A9"),
        ("reserved", "reserved characters are encoded", "a=x:y@z!*'(),/?&b=~"),
        ("semicolon", "; separates nothing", "a=1;b=2"),
        ("only-first-equals", "only the first = splits", "a=b=c"),
        ("sort-decoded", "sorted by the encoded name", "a-b=1&a%2Fb=2&a=3&a0=4"),
    ):
        yield case("query-" + name, "query: " + about, request("GET", BASE + "/api/v1/jobs?" + query))


def body_cases():
    url = BASE + "/api/v1/jobs"
    multipart = '--xyz\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--xyz--\r\n'
    yield case("post-json", "a JSON body is hashed", request("POST", url, JSON, '{"name":"é"}'))
    yield case("put-json", "a PUT with If-match, which is not signed",
               request("PUT", url + "/1", JSON + [("If-match", "abc")], '{"name":"x"}'))
    yield case("delete", "a DELETE without a body", request("DELETE", url + "/1", [("If-match", "abc")]))
    yield case("delete-json", "a DELETE with a body", request("DELETE", url + "/1", JSON, "{}"))
    yield case("post-empty", "a POST without a body", request("POST", url))
    yield case("post-binary", "bytes that are no text", request(
        "POST", BASE + "/api/v1/files", [("Content-Type", "application/octet-stream"), ("DCI-NAME", "f")], bytes(range(256))))
    yield case("post-without-type", "a body without Content-Type is hashed", request("POST", url, (), "a=b"))
    yield case("post-form", "the server reads a form itself: the hash of nothing", request("POST", url, FORM, "a=b"))
    yield case("post-form-charset", "a form with a charset", request(
        "POST", url, [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")], "a=b"))
    yield case("post-multipart", "multipart is read by the server too", request("POST", url, MULTIPART, multipart))


def setting_cases():
    url = BASE + "/api/v1/jobs?limit=1"
    yield case("feeder", "a feeder's key", request("GET", url), credentials=FEEDER)
    yield case("region", "another region and service", request("GET", url), region="us-east-1", service="rhdl")
    yield case("headers-unsigned", "only host and the date are signed", request(
        "GET", url, JSON + [("X-Dci-Team-Id", "9dd94b70-1707-46c5-a2bb-661e8d5d4212"), ("Client-Version", "python-dciclient_4")]))
    yield case("port", "a port of its own belongs to host", request("GET", "http://127.0.0.1:5000/api/v1/jobs"))
    for sent, name in (
        (request("GET", url), "get"),
        (request("POST", BASE + "/api/v1/jobs", JSON, '{"a":1}'), "post-json"),
        (request("POST", BASE + "/api/v1/jobs", FORM, "a=b"), "post-form"),
        (request("GET", BASE + "/api/v1/%2541?a=2&a=1&b="), "odd"),
    ):
        yield case("aws4-" + name, "the other algorithm: x-amz-date and aws4_request", sent, "AWS4-HMAC-SHA256")


def cases():
    for group in (path_cases, query_cases, body_cases, setting_cases):
        yield from group()
