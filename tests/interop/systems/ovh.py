"""OVHcloud: the address and the body exactly as sent, and the server's own clock."""
import time

from harness.report import expect
from systems import signed_elsewhere

APPLICATION = "7kbG7Bk7S9Nt7ZSV"
SECRET = "EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF"
CONSUMER = "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1"
# The server's clock is wrong by this much; only /auth/time can tell the client so.
OFFSET = 1234
RECORD = "/domain/zone/example.com/record"


def start(servers, peers):
    return servers.python("ovh", "ovhcloud.py", "--application-key", APPLICATION, "--application-secret", SECRET,
                          "--consumer-key", CONSUMER, "--offset", OFFSET)


def profiles(signreq, port):
    right = {"preset": "ovh", "endpoint": f"http://127.0.0.1:{port}/1.0", "application_key": APPLICATION,
             "application_secret": SECRET, "consumer_key": CONSUMER}
    signreq.profile("ovh", ["application_secret", "consumer_key"], **right)
    signreq.profile("ovh-secret", **dict(right, application_secret=SECRET[:-1] + "G"))
    signreq.profile("ovh-consumer", **dict(right, consumer_key=CONSUMER[:-1] + "2"))
    signreq.profile("ovh-application", **dict(right, application_key=APPLICATION[:-1] + "W"))


def checks(suite, port):
    blob = bytes(range(256)) * 40
    suite.signreq.file("blob", blob)
    addresses(suite)
    bodies(suite, blob)
    clock(suite)
    suite.refused("wrong secret", "ovh-secret", "get", "/me", says="Invalid signature")
    suite.refused("wrong secret with a body", "ovh-secret", "post", RECORD, "a=1", says="Invalid signature")
    suite.refused("unknown consumer key", "ovh-consumer", "get", "/me", says="This credential does not exist")
    suite.refused("unknown application", "ovh-application", "get", "/me", says="This application key is invalid")
    signed_elsewhere(suite, port, "GET", "/1.0/me?a=1", "ovh", "get", "/me", "a==1")


def addresses(suite):
    def ok(name, *words, **wanted):
        # The oracle took part in each of these: python-ovh computed the same signature.
        suite.accepted(name, "ovh", *words, oracle=True, **wanted)

    ok("get", "get", "/me", target="/1.0/me", headers=lambda h: h.get("x-ovh-application") == APPLICATION)
    ok("a query is not sorted", "get", RECORD, "subDomain==www", "fieldType==A",
       target="/1.0" + RECORD + "?subDomain=www&fieldType=A")
    ok("query with escapes", "get", "/x", "a==b c&d/é%+=", target="/1.0/x?a=b%20c%26d%2F%C3%A9%25%2B%3D")
    ok("query with duplicates and empty values", "get", "/x?b=2&a=1&a=1&c=&d&&e=f+g", target="/1.0/x?b=2&a=1&a=1&c=&d&&e=f+g")
    ok("an escaped slash", "get", "/ip/127.0.0.1%2F29/reverse", target="/1.0/ip/127.0.0.1%2F29/reverse")
    ok("a name in UTF-8", "get", "/domain/zone/exämple.com", target="/1.0/domain/zone/ex%C3%A4mple.com")
    ok("a space and a needless escape", "get", "/x y%7E", target="/1.0/x%20y%7E")
    ok("dot segments stay", "get", "/a/./b/../c", target="/1.0/a/./b/../c")
    ok("reserved characters stay", "get", "/a:b@c=d;e,f(g)!'*+$&h", target="/1.0/a:b@c=d;e,f(g)!'*+$&h")
    ok("a path with /auth is signed too", "get", "/auth/currentCredential")
    ok("API v2 takes the place of /1.0", "get", "/v2/iam/policy", target="/v2/iam/policy")
    ok("head of a batch: unsigned headers are free", "get", "/me", "X-Ovh-Batch:,", "X-Pagination-Mode:CachedObjectList-Pages")


def bodies(suite, blob):
    def ok(name, *words, oracle=True, **wanted):
        suite.accepted(name, "ovh", *words, oracle=oracle, **wanted)

    json = {"content_type": lambda v: v.startswith("application/json")}
    ok("post json", "post", RECORD, "fieldType=A", "target=192.0.2.1", "ttl:=60", body=lambda v: '"ttl"' in v, **json)
    ok("post json in UTF-8", "post", RECORD, "target=é 你 😀", **json)
    ok("post bytes as given", "post", RECORD, "-d", '{ "a" : "\\u00e9" }', body='{ "a" : "\\u00e9" }', **json)
    ok("post without a body", "post", RECORD, body_length=0)
    ok("put json", "put", RECORD + "/1", "ttl:=0", method="PUT", **json)
    ok("delete", "delete", RECORD + "/1", body_length=0)
    ok("delete with a body", "delete", RECORD + "/1", "-d", '{"a":1}', body='{"a":1}')
    ok("delete with a query and a body", "delete", RECORD + "/1", "a==1", "why=x", body_length=lambda n: n > 0)
    # python-ovh can only sign text; these are held against the formula alone.
    ok("put bytes that are no text", "put", "/x", "-d", "@blob", "Content-Type:application/octet-stream",
       oracle=False, body_length=len(blob))


def clock(suite):
    def follows():
        echo = suite.sent("ovh", "get", "/me")
        away = abs(int(echo["timestamp"]) - echo["clock"])
        expect(away <= 5, f"X-Ovh-Timestamp is {away} s from the server's clock")

    def pinned():
        moment = str(int(time.time()) - 100)
        echo = suite.sent("--timestamp", moment, "ovh", "get", "/me")
        expect(echo["timestamp"] == moment, f"sent {echo['timestamp']}, pinned to {moment}")

    suite.check("the time follows the server's clock", follows)
    suite.check("a pinned time is sent as given", pinned)
