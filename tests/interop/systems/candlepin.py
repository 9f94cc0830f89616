"""Candlepin: RFC rules, cp-user or cp-consumer, and refusals that come as 200."""
import time

from systems import signed_elsewhere

CONSUMER, SECRET = "katello", "kT9/+w=c&xR4sW7nQ"
BASE = "/candlepin"


def start(servers, peers):
    return servers.python("candlepin", "oauth1.py", "--rules", "candlepin", "--consumer", CONSUMER,
                          "--secret", SECRET, "--token", "-", "--token-secret", "-",
                          "--public-key", peers.public_key)


def profiles(signreq, port):
    common = {"preset": "candlepin", "url": f"http://127.0.0.1:{port}/candlepin", "consumer_key": CONSUMER}
    signreq.profile("candlepin", ["consumer_secret"], **common, consumer_secret=SECRET, user="admin")
    signreq.profile("candlepin-consumer", **common, consumer_secret=SECRET, consumer="0d1c-uuid")
    signreq.profile("candlepin-secret", ["consumer_secret"], **common, consumer_secret=SECRET + "x", user="admin")
    signreq.profile("candlepin-key", **dict(common, consumer_key="other"), consumer_secret=SECRET, user="admin")


def checks(suite, port):
    ok = suite.accepted
    ok("get", "candlepin", "get", "/owners", target=BASE + "/owners", headers=lambda h: h.get("cp-user") == "admin")
    ok("as a consumer", "candlepin-consumer", "get", "/consumers/0d1c-uuid",
       headers=lambda h: h.get("cp-consumer") == "0d1c-uuid" and "cp-user" not in h)
    ok("get with a query", "candlepin", "get", "/pools", "page==1", "per_page==10", "order==asc")
    ok("query with escapes", "candlepin", "get", "/pools", "matches==a b&c/é%+=*!'()~")
    ok("query with duplicates and empty values", "candlepin", "get", "/pools", "a==2", "a==10", "a==1", "a==1", "b==", "a0==1")
    ok("query typed in the path", "candlepin", "get", "/pools?b=c+d&a=%2525&e&=f&&g=%c3%a9;h")
    ok("names whose order depends on encoding", "candlepin", "get", "/pools", "a-b==1", "a/b==2", "A==3", "é==4")
    ok("path with escapes", "candlepin", "get", "/owners/a b%2Fé%7E", target=BASE + "/owners/a%20b%2F%C3%A9%7E")
    ok("path with reserved characters", "candlepin", "get", "/owners/a:b@c=d;e,f(g)!'*+$&h")
    ok("post json", "candlepin", "post", "/owners", "key=a", "displayName=é",
       content_type=lambda v: v.startswith("application/json"), body=lambda v: '"displayName"' in v)
    ok("put json with a query", "candlepin", "put", "/owners/a", "x==1", "displayName=b", method="PUT")
    ok("post as form: the body is signed", "candlepin", "post", "/owners", "x==1", "--as", "form", "a=1 2", "a=1", "b=é&=", "c=")
    ok("put as form: the body is signed", "candlepin", "put", "/owners/a", "--as", "form", "a=1")
    ok("post multipart: the body is not signed", "candlepin", "post", "/owners/a/imports", "--as", "multipart", "a=1")
    ok("delete", "candlepin", "delete", "/owners/a", method="DELETE")
    ok("delete with a body", "candlepin", "delete", "/owners/a", "-d", '["x"]', body='["x"]')
    refusals(suite)
    signed_elsewhere(suite, port, "GET", BASE + "/pools?page=1", "candlepin", "get", "/pools", "page==1")
    suite.fresh_nonces()


def refusals(suite):
    problem = "OAuth problem encountered. Internal message is: "
    suite.refused("wrong secret", "candlepin-secret", "get", "/owners", says="Invalid OAuth unit or secret")
    suite.refused("wrong secret with a body", "candlepin-secret", "post", "/owners", "key=a")
    suite.refused("unknown consumer key", "candlepin-key", "get", "/owners", says="Invalid OAuth unit or secret")
    now = int(time.time())
    for name, moment in (("past", now - 4000), ("future", now + 4000)):
        suite.refused(f"time in the {name}: 200 with a problem in it", "--timestamp", str(moment),
                      "candlepin", "get", "/owners", says=problem + "timestamp_refused")
    suite.replayed("nonce replay: 200 with a problem in it", "candlepin", "get", "/owners",
                   says=problem + "nonce_used")
