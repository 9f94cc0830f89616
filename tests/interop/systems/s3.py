"""S3: s3s-fs verifies, stores and gives back; odd keys are where clients fail."""
import time
import urllib.error
import urllib.request

from harness.report import expect, same
from harness.servers import free_port
from systems import send_signed

ACCESS, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
KEYS = {
    "plain": "key",
    "nested": "a/b/c.txt",
    "equals": "a=b",
    "parentheses": "a(1)",
    "plus": "a+b",
    "colon and at": "a:b@c",
    "comma and semicolon": "a,b;c",
    "asterisk, exclamation mark, apostrophe": "a*b!c'd",
    "dollar and ampersand": "a$b&c",
    "spaces": "a b  c",
    "UTF-8": "é/你好/😀",
    "escaped equals": "a%3Db2",
    "escaped slash": "a%2Fd",
    "escaped tilde": "a%7Eb",
    "raw tilde": "c~d",
    "needless escape in lower case": "a%41%2b%c3%a9",
    "escaped percent": "100%25",
    "brackets": "a[1]{2}|^",
}


def start(servers, peers):
    root = servers.scratch / "s3"
    root.mkdir()
    port = free_port()
    return servers.start("s3", [peers.s3s, "--host", "127.0.0.1", "--port", port,
                                "--access-key", ACCESS, "--secret-key", SECRET, root], port)


def profiles(signreq, port):
    right = {"preset": "s3", "url": f"http://127.0.0.1:{port}", "access_key": ACCESS,
             "secret_key": SECRET, "region": "us-east-1"}
    signreq.profile("s3", ["secret_key"], **right)
    signreq.profile("s3-secret", ["secret_key"], **dict(right, secret_key=SECRET[:-1] + "X"))
    signreq.profile("s3-access", **dict(right, access_key="AKIDNOBODY"))
    signreq.profile("s3-unsigned", **dict(right, payload="unsigned"))
    signreq.profile("s3-chunked", **dict(right, payload="chunked"))


def checks(suite, port, no_trailers=None):
    """`no_trailers` is the reason for which a server refuses them."""
    suite.check("create a bucket", lambda: done(suite, "s3", "put", "/bucket"))
    suite.check("list the buckets", lambda: holds(suite, b"<Name>bucket</Name>", "s3", "get", "/"))
    for name, key in KEYS.items():
        suite.check(f"put, get and delete a key with: {name}", lambda key=key: round_trip(suite, key))
    payloads(suite, no_trailers)
    listings(suite)
    headers(suite)
    refusals(suite)
    addresses(suite, port)


def done(suite, *words, stdin=None):
    run = suite.send(*words, stdin=stdin)
    same("exit code", run.code, 0, run)
    return run


def holds(suite, part, *words):
    run = done(suite, *words)
    expect(part in run.stdout, f"{part!r} is not in the answer", run.describe())


def round_trip(suite, key):
    content = f"content of {key}\n".encode()
    suite.signreq.file("object", content)
    path = "/bucket/" + key
    done(suite, "s3", "put", path, "-d", "@object")
    same("what was put", done(suite, "s3", "get", path).stdout, content)
    done(suite, "s3", "delete", path)
    run = suite.send("s3", "get", path)
    same("exit code of get after delete", run.code, 4, run)


def payloads(suite, no_trailers):
    large = bytes(range(256)) * 4096 * 5 + b"tail"
    suite.signreq.file("large", large)
    suite.signreq.file("empty", b"")
    for name, words in {
        "5 MiB from a file": ("s3", "put", "/bucket/large", "-d", "@large"),
        "by -T": ("s3", "put", "/bucket/large", "-T", "large"),
        "unsigned payload": ("s3-unsigned", "put", "/bucket/large", "-d", "@large"),
        "signed chunks": ("s3-chunked", "put", "/bucket/large", "-d", "@large"),
        "signed chunks, a checksum behind them": ("s3-chunked", "put", "/bucket/large", "-d", "@large",
                                                  "X-Amz-Trailer:x-amz-checksum-sha256"),
    }.items():
        def whole(words=words):
            done(suite, *words)
            same("what is stored", done(suite, "s3", "get", "/bucket/large").stdout == large, True)
            done(suite, "s3", "delete", "/bucket/large")

        if no_trailers and "checksum" in name:
            suite.deviation("put " + name, no_trailers, *words)
        else:
            suite.check("put " + name, whole)

    def piped():
        done(suite, "s3", "put", "/bucket/piped", "-d", "@-", stdin=large)
        same("what is stored", done(suite, "s3", "get", "/bucket/piped").stdout == large, True)

    def empty():
        done(suite, "s3", "put", "/bucket/empty", "-d", "@empty")
        same("what is stored", done(suite, "s3", "get", "/bucket/empty").stdout, b"")

    suite.check("put standard input", piped)
    suite.check("put an empty object", empty)
    suite.check("get to a file", lambda: to_file(suite, large))


def to_file(suite, wanted):
    done(suite, "s3", "get", "/bucket/piped", "-o", "fetched")
    same("the file", (suite.signreq.scratch / "fetched").read_bytes() == wanted, True)


def listings(suite):
    suite.signreq.file("object", b"x")

    def prepare():
        for key in ("list/a b", "list/c+d", "list/e=f"):
            done(suite, "s3", "put", "/bucket/" + key, "-d", "@object")

    suite.check("put objects to list", prepare)
    for name, words, part in (
        ("list", ("/bucket", "list-type==2"), b"<Key>list/a b</Key>"),
        ("list with a prefix and a space", ("/bucket", "list-type==2", "prefix==list/a b"), b"<Key>list/a b</Key>"),
        ("list with a plus in the prefix", ("/bucket", "prefix==list/c+", "list-type==2"), b"<Key>list/c+d</Key>"),
        ("list with = and a delimiter", ("/bucket", "prefix==list/e=", "list-type==2", "delimiter==/"), b"<Key>list/e=f</Key>"),
        ("a plus typed in the path's query is a space", ("/bucket?prefix=list/a+b&list-type=2",), b"<Key>list/a b</Key>"),
        ("query unsorted, with empty and missing values", ("/bucket?prefix=list%2f&list-type=2&start-after=&encoding-type",), b"list/e=f"),
        ("a subresource without a value", ("/bucket?location",), b"LocationConstraint"),
    ):
        suite.check(name, lambda words=words, part=part: holds(suite, part, "s3", "get", *words))


def headers(suite):
    def ranged():
        same("four bytes", done(suite, "s3", "get", "/bucket/list/a b", "Range:bytes=0-0").stdout, b"x")

    def metadata():
        done(suite, "s3", "put", "/bucket/meta", "-d", "@object", "x-amz-meta-a:two   words", "Content-Type:text/plain")

    suite.check("get with a signed Range", ranged)
    suite.check("put with metadata and a Content-Type", metadata)
    suite.check("head", lambda: done(suite, "-I", "s3", "/bucket/list/a b"))


def refusals(suite):
    suite.refused("wrong secret", "s3-secret", "get", "/bucket/list/a b", says="SignatureDoesNotMatch")
    suite.refused("wrong secret with a body", "s3-secret", "put", "/bucket/no", "-d", "@object",
                  says="SignatureDoesNotMatch")
    # s3s answers with a code of its own (NotSignedUp), which no preset need know.
    suite.refused("unknown access key", "s3-access", "get", "/bucket/list/a b", code=(4, 77))
    for name, seconds in (("past", -4000), ("future", 4000)):
        suite.refused(f"time in the {name}", "--timestamp", str(int(time.time()) + seconds),
                      "s3", "get", "/bucket/list/a b", says="RequestTimeTooSkewed")
    suite.refused("no such key", "s3", "get", "/bucket/nothing", code=4, says="NoSuchKey")


def fetch(address, method="GET", data=None):
    request = urllib.request.Request(address, data=data, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()


def addresses(suite, port):
    """Presigned addresses and printed headers, used by other clients."""

    def presigned(*words, method="GET", data=None):
        run = done(suite, *words)
        return fetch(run.text.strip(), method, data)

    def get():
        same("answer", presigned("presign", "s3", "get", "/bucket/list/e=f", "--expires", "15m"), (200, b"x"))

    def get_space():
        same("answer", presigned("presign", "s3", "get", "/bucket/list/a b", "--expires", "15m"), (200, b"x"))

    def put():
        status, _ = presigned("presign", "s3", "put", "/bucket/presigned", "--expires", "15m", method="PUT", data=b"p")
        same("status", status, 200)
        same("stored", done(suite, "s3", "get", "/bucket/presigned").stdout, b"p")

    def expired():
        status, answer = presigned("--timestamp", str(int(time.time()) - 600), "presign", "s3", "get",
                                   "/bucket/list/e=f", "--expires", "1m")
        expect(status == 403, f"status {status}", answer[:300])

    def by_hand():
        status, content = send_signed(suite, port, "GET", "/bucket/list/e=f", "s3", "get", "/bucket/list/e=f")
        same("answer", (status, content), (200, b"x"))

    suite.check("presigned get", get)
    suite.check("presigned get of a key with a space", get_space)
    suite.check("presigned put", put)
    suite.check("presigned address that has expired", expired)
    suite.check("headers printed by sign, sent by another client: GET", by_hand)
