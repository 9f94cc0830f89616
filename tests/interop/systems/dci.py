"""DCI: both algorithms, and every request whose path, query or body the server bends."""
import time

from harness.suite import sha256
from systems import signed_elsewhere

CLIENT = "remoteci/9dd94b70-1707-46c5-a2bb-661e8d5d4212"
SECRET = "DCI.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWX"
ALGORITHMS = {"dci": "DCI2-HMAC-SHA256", "dci-aws4": "AWS4-HMAC-SHA256"}
JOBS = "/api/v1/jobs"


def start(servers, peers):
    return servers.python("dci", "dci.py", "--client", CLIENT, "--secret", SECRET)


def profiles(signreq, port):
    common = {"preset": "dci", "url": f"http://127.0.0.1:{port}"}
    signreq.profile("dci", ["secret_key"], **common, access_key=CLIENT, secret_key=SECRET)
    signreq.profile("dci-aws4", **common, access_key=CLIENT, secret_key=SECRET, algorithm="AWS4-HMAC-SHA256")
    signreq.profile("dci-secret", ["secret_key"], **common, access_key=CLIENT, secret_key=SECRET[:-1] + "Y")
    signreq.profile("dci-nobody", **common, access_key="remoteci/00000000-0000-0000-0000-000000000000", secret_key=SECRET)


def checks(suite, port):
    blob = bytes(range(256)) * 40
    suite.signreq.file("blob", blob)
    suite.signreq.file("log.txt", b"a=b&c=d\n")
    for profile, algorithm in ALGORITHMS.items():
        addresses(suite, profile, algorithm)
        bodies(suite, profile, algorithm, blob)
        signed_elsewhere(suite, port, "GET", JOBS + "?where=name%3Afoo", profile, "get", JOBS, "where==name:foo")
    refusals(suite)


def addresses(suite, profile, algorithm):
    def ok(name, *words, **wanted):
        suite.accepted(f"{algorithm} {name}", profile, *words, **wanted)

    ok("get", "get", JOBS, target=JOBS, scheme=algorithm)
    ok("get with a filter", "get", JOBS, "where==name:foo", target=JOBS + "?where=name%3Afoo")
    ok("get with a raw filter", "get", JOBS + "?where=name:foo,state:active&limit=20&offset=0&sort=-created_at")
    ok("get with the newer filter", "get", JOBS, "query==and(eq(name,foo),eq(state,active))")
    ok("query unsorted", "get", JOBS, "b==2", "a==1", "C==3")
    ok("query with duplicates", "get", JOBS, "a==2", "a==1", "b==x", "a==3")
    ok("query with empty values", "get", JOBS + "?a=&b&&c=1")
    ok("query with escapes", "get", JOBS, "name==a b&c/é%+=;,:@!*'()~")
    ok("query with a plus", "get", JOBS + "?a=b+c&d=%2B&e=%20")
    ok("query with an escaped percent", "get", JOBS + "?a=%2541&b=%25")
    ok("query with a semicolon and a second =", "get", JOBS + "?a=1;b=2&c=d=e")
    ok("path with a space and UTF-8", "get", "/api/v1/a bé", target="/api/v1/a%20b%C3%A9")
    ok("path with reserved characters", "get", "/api/v1/a:b@c=d;e,f(g)!'*+$&h")
    ok("path that is decoded twice", "get", "/api/v1/%2541/%2525/%25")
    ok("path with an escaped slash", "get", "/api/v1/a%2Fb%7E")
    ok("path with a trailing slash", "get", JOBS + "/")
    ok("the root", "get", "/")
    ok("another region and service", "--set", "region=us-east-1", "--set", "service=rhdl", "get", JOBS)


def bodies(suite, profile, algorithm, blob):
    def ok(name, *words, **wanted):
        suite.accepted(f"{algorithm} {name}", profile, *words, **wanted)

    ok("post json", "post", JOBS, "name=é", "n:=1", body=lambda v: '"name"' in v,
       content_type=lambda v: v.startswith("application/json"))
    ok("post json with a query", "post", JOBS, "a==2", "a==1", "name=x")
    ok("put with If-match", "put", JOBS + "/1", "If-match:abc", "name=x", headers=lambda h: h.get("if-match") == "abc")
    ok("post without a body", "post", JOBS, body_length=0)
    ok("post raw bytes", "post", "/api/v1/files", "-d", "@blob", "Content-Type:application/octet-stream",
       "DCI-NAME:blob", body_length=len(blob), body_sha256=sha256(blob))
    ok("put raw bytes", "put", "/api/v1/files/1/content", "-d", "@blob", "Content-Type:text/plain",
       body_sha256=sha256(blob))
    ok("post as form", "post", JOBS, "--as", "form", "a=1 2", "b=é&=", form=[["a", "1 2"], ["b", "é&="]])
    ok("put as form with a query", "put", JOBS + "/1", "x==1", "--as", "form", "a=1", form=[["a", "1"]])
    ok("post multipart with a file", "post", "/api/v1/files", "--as", "multipart", "a=1", "f@log.txt",
       form=[["a", "1"]], files=[["f", "log.txt", "a=b&c=d\n"]])
    ok("delete with If-match", "delete", JOBS + "/1", "If-match:abc", method="DELETE")
    ok("delete with a body", "delete", JOBS + "/1", "-d", '{"a":1}', body='{"a":1}')


def refusals(suite):
    suite.refused("wrong secret", "dci-secret", "get", JOBS, says="HmacMechanism failed: signature is invalid")
    suite.refused("wrong secret with a body", "dci-secret", "post", JOBS, "name=x")
    suite.refused("unknown identity", "dci-nobody", "get", JOBS, says="identity does not exists.")
    for name, seconds in (("past", -2000), ("future", 2000)):
        suite.refused(f"time in the {name}", "--timestamp", str(int(time.time()) + seconds), "dci", "get", JOBS,
                      says="HmacMechanism failed: signature is expired")

    def replay():
        pinned = ("--timestamp", str(int(time.time())), "dci", "get", JOBS)
        first, second = suite.sent(*pinned), suite.sent(*pinned)
        assert first["date"] == second["date"], (first["date"], second["date"])

    suite.check("a replay is accepted: DCI keeps no nonces", replay)
