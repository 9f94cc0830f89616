"""OAuth 1.0: RFC 5849's rules, each with the inputs on which implementations have gone wrong."""
import pathlib

from . import request

FORM = [("Content-Type", "application/x-www-form-urlencoded")]
TWO_LEGGED = {"consumer_key": "ck", "consumer_secret": "cs"}
THREE_LEGGED = {
    "consumer_key": "dpf43f3p2l4k3l03",
    "consumer_secret": "kd94hf93k423kf44",
    "token": "nnch734d00sl2jdk",
    "token_secret": "pfkkdhi9sl3r4s00",
}
RFC = {
    "consumer_key": "9djdj82h48djs9d2",
    "consumer_secret": "j49sk3j29djd",
    "token": "kkk9d7dh3k39sjv7",
    "token_secret": "dh893hdasih9",
}
KEY_FILE = pathlib.Path(__file__).with_name("rsa-test-key.pem")


def case(name, about, sent, credentials=None, timestamp=1318622958, nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgm", **rest):
    # Notes to the peer, not part of the case: Authlib refuses the request; ruby-oauth decides.
    notes = {key: rest.pop(key) for key in ("unconfirmed", "ruby") if key in rest}
    settings = {"signature_method": "HMAC-SHA1", "transmit": "header"}
    settings.update(rest)
    return {
        "case": name,
        "about": about,
        "request": sent,
        "credentials": dict(credentials or THREE_LEGGED),
        "settings": settings,
        "timestamp": timestamp,
        "nonce": nonce,
        **notes,
    }


def get(name, about, url, **rest):
    return case(name, about, request("GET", url), **rest)


def form(name, about, method, url, content, headers=None, **rest):
    return case(name, about, request(method, url, headers or FORM, content), **rest)


def url_cases():
    section = "RFC 5849 section 3.4.1.2: "
    yield get("port-80-http", section + "port 80 is dropped for http", "http://example.com:80/x")
    yield get("port-443-https", section + "port 443 is dropped for https", "https://example.com:443/x")
    yield get("port-443-http", section + "port 443 stays for http", "http://example.com:443/x")
    yield get("port-80-https", section + "port 80 stays for https", "https://example.com:80/x")
    yield get("port-other", section + "any other port stays", "http://example.com:5240/MAAS/api/2.0/machines/")
    yield get("port-ipv6", section + "an IPv6 address keeps its brackets", "http://[::1]:8080/x")
    yield get("case-of-host", section + "scheme and host lower case, path as it is", "HTTP://EXAMPLE.Com/Path/UPPER")
    yield get("path-empty", section + "an empty path is /", "http://example.com?a=1")
    yield get("path-escapes-kept", section + "escapes of the path stay byte for byte", "http://example.com/a%2Fb%2fc%7Ed")
    yield get("path-dot-segments", "dot segments and double slashes are signed as sent", "http://example.com/a/./b/../c//d/")
    yield get("path-matrix", "a matrix parameter stays in the path", "http://example.com/a;v=1/b;c=d?x=1")
    yield get("path-reserved", "reserved characters of a path", "http://example.com/a:b@c!$&'()*+,=d")
    yield get("path-utf8", "an encoded UTF-8 path", "http://example.com/caf%C3%A9/%E4%BD%A0")


def query_cases():
    section = "RFC 5849 section 3.4.1.3.1: "
    url = "http://example.com/x?"
    yield get("query-plus", section + "+ in a query is a space", url + "a=b+c&d=%2B&e=%20")
    yield get("query-escaped-percent", section + "decoded once only", url + "a=%2525&b=%253D&c=%25")
    yield get("query-empty-values", section + "a and a= are the same parameter", url + "a&b=&c=1")
    yield get("query-empty-name", section + "an empty name is kept", url + "=v&a=1")
    yield get("query-empty-pairs", section + "empty pairs are no parameters", url + "&&a=1&&b=2&")
    yield get("query-only-first-equals", section + "only the first = splits", url + "a=b=c&d==")
    yield get("query-semicolon", section + "; separates nothing", url + "a=1;b=2&c=3")
    yield get("query-reserved", "reserved characters that may stand raw in a query", url + "a=!*~'(),/?:@$&b=x", unconfirmed=True)
    yield get("query-encoded-reserved", "RFC 5849 section 3.6: only ALPHA DIGIT - . _ ~ stay", url + "a=%21%2A%27%28%29%2D%2E%5F%7E&b=%5B%5D")
    yield get("query-encoded-brackets-in-name", "names are encoded as values are", url + "ids%5B%5D=2&ids%5B%5D=1&f%5Ba%5D=x")
    yield get("query-utf8", "UTF-8 octets", url + "name=%E4%BD%A0%E5%A5%BD&caf%C3%A9=1")
    yield get("query-lower-hex", "escapes of a value are decoded and encoded anew in upper case", url + "a=%c3%a9%2f")
    yield get("query-question-mark", "a second ? belongs to the query", url + "a=b?c=d")
    yield get("query-empty", "a bare ? adds no parameter", "http://example.com/x?")


def sort_cases():
    section = "RFC 5849 section 3.4.1.3.2: "
    url = "http://example.com/x?"
    yield get("sort-encoded-names", section + "sorted by the encoded name", url + "a-b=1&a/b=2&a%2Fc=3")
    yield get("sort-name-before-value", section + "by name first, not by the joined pair", url + "a0=1&a=2&a%3D=3")
    yield get("sort-values-as-strings", section + "equal names by value, as bytes", url + "a=2&a=10&a=1")
    yield get("sort-duplicates-kept", section + "identical pairs are all kept", url + "a=1&a=1&b=2&a=1")
    yield get("sort-case", section + "upper case before lower case", url + "b=1&B=2&a=3&A=4")
    yield get("sort-around-oauth", "protocol parameters are sorted among the others", url + "oauth=1&oauthx=2&z=1&a=1&p=1&n=1")
    yield get("sort-utf8", "sorted by encoded bytes, not by code points", url + "%EF%BD%81=1&%F0%9F%98%80=2&~=3&z=4")


def body_cases():
    url = "http://example.com/x"
    pairs = "c2&a3=2+q&e=%2525&u=%C3%A9"
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        yield form("form-" + method.lower(), f"a form body is signed with {method}", method, url + "?a3=a&b=1", pairs)
    yield form("form-charset", "a parameter of the media type changes nothing", "POST", url, pairs,
               [("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")])
    yield form("form-media-type-case", "media types are compared without case", "POST", url, pairs,
               [("content-type", "Application/X-WWW-Form-URLEncoded")])
    yield form("form-duplicates", "duplicates within and across query and body", "POST", url + "?a=1&a=1", "a=1&a=2&a=1")
    yield form("form-empty", "an empty form adds no parameter", "POST", url + "?a=1", "")
    for name, media_type, content in (
        ("json", "application/json", '{"a":"b&c=d"}'),
        ("octet-stream", "application/octet-stream", b"\x00\xffa=b&c=d"),
        ("multipart", "multipart/form-data; boundary=xyz",
         '--xyz\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--xyz--\r\n'),
        ("text", "text/plain", "a=b&c=d"),
        ("form-lookalike", "application/x-www-form-urlencoded2", "a=b&c=d"),
    ):
        yield case("body-" + name, f"a body of {media_type.split(';')[0]} is not signed",
                   request("POST", url + "?q=1", [("Content-Type", media_type)], content))
    yield case("body-without-type", "a body without Content-Type is not signed",
               request("PUT", url, (), "a=b&c=d"))


def method_cases():
    url = "http://example.com/x?a=1"
    awkward = {"consumer_key": "c k/ü", "consumer_secret": "a b&c", "token": "t+k=", "token_secret": "%"}
    for method in ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"):
        name = method.lower()
        yield get(f"{name}", f"{method} with all four credentials", url, signature_method=method)
        yield get(f"{name}-no-token", "two-legged: no oauth_token, and the key keeps its &", url,
                  credentials=TWO_LEGGED, signature_method=method)
        yield get(f"{name}-awkward-secrets", "secrets and keys are encoded before they are joined", url,
                  credentials=awkward, signature_method=method)
    yield get("plaintext-maas", "MAAS: the consumer secret is always empty",
              "http://maas.example:5240/MAAS/api/2.0/machines/?hostname=a",
              credentials={"consumer_key": "vU7N3cYkQ9tTy8p2aB", "consumer_secret": "", "token": "bGm2ZkQ7xR4sW9nYtE",
                           "token_secret": "pQ8vK3mN6rT2yW5zX9cB4dF7gH1jL"},
              signature_method="PLAINTEXT")
    yield get("hmac-sha1-empty-secrets", "both secrets empty: the key is a lone &", url,
              credentials={"consumer_key": "ck", "consumer_secret": "", "token": "tk", "token_secret": ""})
    yield get("method-lower-case", "the method is signed in upper case", url)
    pem = KEY_FILE.read_text(encoding="ascii")
    for method in ("RSA-SHA1", "RSA-SHA256", "RSA-SHA512"):
        yield get(method.lower(), f"{method}: PKCS#1 v1.5 over the base string, token secret unused", url,
                  credentials={"consumer_key": "ck", "token": "tk", "token_secret": "unused", "private_key": pem},
                  signature_method=method)
    for method in ("HEAD", "OPTIONS", "PROPFIND"):
        yield case("method-" + method.lower(), f"the method {method}", request(method, url))


def protocol_cases():
    url = "http://example.com/x?a=1"
    yield get("realm", "RFC 5849 section 3.4.1.3.1: realm is sent and never signed", url, realm="Photos")
    yield get("callback", "oauth_callback is signed", "http://example.com/initiate",
              credentials=TWO_LEGGED, callback="http://client.example.net/cb?x=1")
    yield get("callback-oob", "oauth_callback of a client without a callback", "http://example.com/initiate",
              credentials=TWO_LEGGED, callback="oob")
    yield get("verifier", "oauth_verifier is signed", "http://example.com/token", verifier="hfdp7dh39dks9884")
    yield get("transmit-query", "section 3.5.3: parameters in the query", url, transmit="query")
    yield get("transmit-query-empty", "section 3.5.3 on an address without a query", "http://example.com/x",
              transmit="query", signature_method="HMAC-SHA256")
    yield form("transmit-form", "section 3.5.2: parameters in the form body", "POST", url, "b=2&c=x+y", transmit="form")
    yield case("body-hash-json", "oauth_body_hash, an extension: SHA-1 of the raw body",
               request("POST", "http://example.com/x", [("Content-Type", "application/json")], '{"a":1}'), body_hash=True)
    photos = "photos.example.net/photos?file=vacation.jpg&size=original"
    yield get("rfc-1.2", "RFC 5849 section 1.2, the last request: it holds with http only", "http://" + photos,
              timestamp=137131202, nonce="chapoH", version=False, realm="Photos")
    yield get("core-a.5", "OAuth Core 1.0 appendix A.5: the example of docs/schemes.md", "http://" + photos,
              timestamp=1191242096, nonce="kllo9940pd9333jh")
    yield form("rfc-3.4.1.1", "RFC 5849 section 3.4.1.1, the example; it sends no oauth_version", "POST",
               "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", "c2&a3=2+q",
               credentials=RFC, timestamp=137131201, nonce="7d8f3e4a", version=False, realm="Example")


def octet_cases():
    url = "http://example.com/x?"
    yield get("query-octets", "octets that are not UTF-8 stay octets", url + "a=%F8&b=%FF%2Bx", ruby="octets")


def rack_cases():
    """normalization = "rack": what Foreman signs where it leaves RFC 5849."""
    url = "https://foreman.example/api/v2/hosts"
    rack = {"ruby": "rack", "normalization": "rack", "credentials": {"consumer_key": "katello", "consumer_secret": "Zz9/+b"}}
    for name, about, query in (
        ("plain", "nothing special: as RFC 5849", "search=name%20~%20web&per_page=20"),
        ("array", "ids[] loses its brackets", "ids%5B%5D=2&ids%5B%5D=1"),
        ("array-one", "ids[] with one value", "ids%5B%5D=7&a=1"),
        ("array-valueless", "an item of an array without = is left out", "ids%5B%5D=1&ids%5B%5D&e%5B%5D&f%5Ba%5D%5B%5D&g&g%5B%5D=2"),
        ("hash", "f[a] keeps its brackets", "f%5Ba%5D=x&f%5Bb%5D=y"),
        ("duplicates", "the last of equal names counts", "a=2&a=1&b=3&a=9"),
        ("sort-decoded", "sorted by the decoded name", "a-b=1&a%2Fb=2&a=3"),
        ("semicolon", "; separates", "a=1;b=2"),
        ("empty-values", "empty values", "a=&b&c=1"),
        ("plus", "a plus is a space", "a=b+c&d=%2B"),
        ("escaped-percent", "decoded once", "a=%2525&b=%253D"),
        ("utf8", "UTF-8", "name=caf%C3%A9"),
    ):
        yield get("rack-" + name, "Foreman: " + about, url + "?" + query, **rack)
    yield case("rack-json", "Foreman: a JSON body is not signed",
               request("POST", url, [("Content-Type", "application/json")], '{"a":1}'), **rack)
    yield form("rack-form", "Foreman: a name in query and body counts once", "POST", url + "?a=1&b=2", "b=3&c=4", **rack)
    yield form("rack-form-semicolon", "Foreman: a semicolon separates in a query, not in a form", "POST", url + "?a=1;b=2", "c=3;d=4", **rack)
    yield form("rack-form-array", "Foreman: arrays in a form", "POST", url, "ids%5B%5D=2&ids%5B%5D=1", **rack)


def cases():
    groups = (url_cases, query_cases, sort_cases, body_cases, method_cases, protocol_cases, octet_cases, rack_cases)
    for group in groups:
        for one in group():
            if one["case"] == "method-lower-case":
                one["request"]["method"] = "get"
            yield one
