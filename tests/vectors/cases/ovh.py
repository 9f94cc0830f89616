"""OVHcloud: the address exactly as sent, the body exactly as sent, nothing sorted."""
from . import request

CREDENTIALS = {
    "application_key": "7kbG7Bk7S9Nt7ZSV",
    "application_secret": "EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF",
    "consumer_key": "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1",
}
BASE = "https://eu.api.ovh.com/1.0"
JSON = [("Content-Type", "application/json")]
MOMENT = 1366560945


def case(name, about, sent, base=BASE):
    return {
        "case": name,
        "about": about,
        "request": sent,
        "credentials": dict(CREDENTIALS),
        "settings": {"base_url": base},
        "timestamp": MOMENT,
    }


def cases():
    for name, about, path in (
        ("get", "the plain call", "/me"),
        ("first-steps", "the example of the vendor's first steps and of docs/schemes.md", "/domains/"),
        ("query-order", "a query is signed as sent, never sorted", "/domain/zone/example.com/record?subDomain=www&fieldType=A"),
        ("query-plus", "an encoding style is signed as sent", "/x?a=b+c&d=e%20f&g=%2B"),
        ("query-duplicates", "duplicates and empty values stay", "/x?b=2&a=1&a=1&c=&d"),
        ("path-escaped-slash", "%2F stays", "/ip/127.0.0.1%2F29/reverse"),
        ("path-escapes", "escapes stay as written, needless and lower-case ones too", "/x/%7Ea/%c3%a9"),
        ("path-dot-segments", "dot segments stay", "/a/./b/../c"),
        ("path-utf8", "a name in UTF-8, encoded", "/domain/zone/ex%C3%A4mple.com"),
        ("path-space", "a space, encoded, is signed encoded", "/domain/zone/a%20b"),
        ("query-utf8", "a value in UTF-8, encoded", "/x?q=%C3%A9&r=%c3%a9"),
        ("query-empty", "a query of nothing keeps its question mark", "/me?"),
        ("path-auth", "a path with /auth in it is signed as any other", "/auth/currentCredential"),
    ):
        yield case(name, about, request("GET", BASE + path))
    url = BASE + "/domain/zone/example.com/record"
    yield case("post-json", "the body's bytes are signed",
               request("POST", url, JSON, '{"fieldType":"A","target":"192.0.2.1","ttl":60}'))
    yield case("post-json-utf8", "raw UTF-8 in JSON", request("POST", url, JSON, '{"target":"é 你 😀"}'))
    yield case("post-json-escaped", "escaped JSON is other bytes", request("POST", url, JSON, '{"target":"\\u00e9"}'))
    yield case("post-json-spaces", "white space of the body counts", request("POST", url, JSON, '{ "a" : 1 }\n'))
    yield case("post-empty", "a POST without a body", request("POST", BASE + "/domain/zone/example.com/refresh"))
    yield case("put-json", "PUT", request("PUT", url + "/1", JSON, '{"ttl":0}'))
    yield case("delete", "DELETE", request("DELETE", url + "/1"))
    yield case("delete-body", "DELETE with a body", request("DELETE", url + "/1", JSON, '{"why":"x"}'))
    yield case("method-lower-case", "the method is signed in upper case", request("get", BASE + "/me"))
    yield case("headers-unsigned", "no header is signed: pages, batches and types are free", request(
        "GET", BASE + "/dedicated/server/a,b",
        [("X-Ovh-Batch", ","), ("X-Pagination-Mode", "CachedObjectList-Pages"), ("X-Pagination-Number", "2")]))
    yield case("v1", "/v1 takes the place of /1.0", request("GET", "https://eu.api.ovh.com/v1/me"))
    yield case("v2", "API v2 takes the place of /1.0", request("GET", "https://eu.api.ovh.com/v2/iam/policy"))
    yield case("loopback", "a base address of one's own, with its port",
               request("GET", "http://127.0.0.1:8080/1.0/me"), base="http://127.0.0.1:8080/1.0")
