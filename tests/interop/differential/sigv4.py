"""SigV4 against awscrt, and botocore where the query is already in canonical form.

General services (path encoded twice, dot segments removed) and S3 (neither).
"""
from urllib.parse import quote, unquote_to_bytes

from peers import sigv4

from . import deviations, library, stages
from .deviations import Deviation, header_names, query
from .words import ESCAPES, FORM, NOT_UTF8

PEERS = "awscrt and botocore"
HOP_BY_HOP = {"connection", "upgrade"}
DEVIATIONS = [
    Deviation("a raw plus in a query", "awscrt signs it as %2B, servers read a space", lambda case: "+" in query(case),
              {"target": "/?a=b+c"}),
    Deviation("Connection", "awscrt signs it, though proxies remove it", lambda case: HOP_BY_HOP & header_names(case),
              {"headers": [("Connection", "close")]}),
    Deviation("a target whose first colon stands before a slash", "awscrt reads what is before it as a URL's scheme",
              # S3's path is given to it with every colon escaped; then the query's is the first.
              lambda case: any(text.partition(":")[2].startswith("/") for text in (deviations.target(case), query(case))),
              {"target": "/a?:/b"}),
]
HEADERS = ("X-Amz-Target", "x-amz-meta-a", "X-AMZ-Meta-B", "My-Header", "my-header", "Range", "If-Match", "Accept",
           "Content-Language", "a", "Zoo", "User-Agent", "X-Amzn-Trace-Id", "Cache-Control")


PLACEMENTS = ({"placement": "header"}, {"placement": "header"}, {"placement": "query", "expires": 1},
              {"placement": "query", "expires": 604800})


def header_value(words):
    return words.many(12, lambda: words.choice("ab12 \t  ,;=\"/'()%+é"))


def canonical_query(words):
    """A query as botocore wants it: it signs what stands there, sorted."""
    def pair():
        value = "" if words.chance(0.2) else quote(words.secret(10), safe="-_.~")
        return quote(words.choice(("a", "A", "a0", "a-b", "a/b", "é", "")) or "b", safe="-_.~") + "=" + value

    return words.many(6, pair, "&")


def is_canonical(text):
    """Whether botocore signs this query as servers do: it takes names and values as they stand."""
    pairs = text.split("&") if text else []
    return all("=" in pair and all(quote(unquote_to_bytes(part), safe="-_.~") == part for part in pair.split("=", 1))
               for pair in pairs)


def drawn(words, s3):
    headers = [(words.choice(HEADERS), header_value(words)) for _ in range(words.random.choice((0, 0, 1, 2, 5)))]
    body = words.body()
    if words.chance(0.3):
        body = words.form().encode()
    if body is not None and words.chance(0.7):
        headers.append(("Content-Type", words.choice((FORM, "application/json", "text/plain;  charset=utf-8"))))
    escapes = ESCAPES + NOT_UTF8
    placement = words.choice(PLACEMENTS)
    # S3 signs no body with an address.
    unsigned = s3 and (placement["placement"] == "query" or words.chance(0.3))
    target = canonical_query(words) if words.chance(0.5) else words.query(escapes=escapes)
    return words.request(words.origin(), target, words.path(escapes), headers, body) | {
        "case": "random",
        "credentials": {
            "access_key": words.graphic(without=","),
            "secret_key": words.secret() or "s",
            "session_token": words.graphic(most=60) if words.chance(0.3) else None,
        },
        "settings": {
            "service": "s3" if s3 else words.choice(("service", "iam", "execute-api", "x" + words.graphic(without="/,"))),
            "region": words.choice(("us-east-1", "eu-central-1", words.graphic(without="/,"))),
            "path_encoding": "single" if s3 else "double",
            "payload": "unsigned" if unsigned else "signed",
            **placement,
        },
        "timestamp": words.time(),
    }


def line(case):
    settings = case["settings"]
    return library.line(case, "sigv4", service=settings["service"], region=settings["region"], payload=settings["payload"])


def expected(case):
    """The peers' values, which stand in the case then."""
    case["unconfirmed"] = not is_canonical(query(case))
    sigv4.sign(case)
    return case["expected"]


def differences(case, answer):
    return stages.sigv4(expected(case), answer, query(case))


def answer(case):
    """What `sign_lines` would write if it were awscrt."""
    expected(case)
    return stages.sigv4_answer(case)
