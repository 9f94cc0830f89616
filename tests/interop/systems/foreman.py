"""Foreman: JSON bodies, FOREMAN-USER, and ruby-oauth's reading of queries (rack)."""
from systems import signed_elsewhere

CONSUMER, SECRET, USER = "katello", "Zz9/+b=c&dQ7xR4sW", "ares"
HOSTS = "/api/v2/hosts"


def start(servers, peers):
    return servers.ruby("foreman", "foreman.rb", CONSUMER, SECRET, USER)


def profiles(signreq, port):
    common = {"preset": "foreman", "url": f"http://127.0.0.1:{port}", "consumer_key": CONSUMER}
    signreq.profile("foreman", ["consumer_secret"], **common, consumer_secret=SECRET, user=USER)
    signreq.profile("foreman-secret", ["consumer_secret"], **common, consumer_secret=SECRET + "x", user=USER)
    signreq.profile("foreman-nobody", **common, consumer_secret=SECRET, user="nobody")
    signreq.profile("foreman-no-user", **common, consumer_secret=SECRET)
    signreq.profile("foreman-key", **dict(common, consumer_key="other"), consumer_secret=SECRET, user=USER)
    # The same server by the RFC's rules alone, for what Foreman then refuses.
    signreq.profile("foreman-rfc", scheme="oauth1", url=common["url"], consumer_key=CONSUMER,
                    consumer_secret=SECRET, headers={"FOREMAN-USER": USER})
    signreq.profile("foreman-plaintext", scheme="oauth1", url=common["url"], consumer_key=CONSUMER,
                    consumer_secret=SECRET, signature_method="PLAINTEXT", headers={"FOREMAN-USER": USER})


def checks(suite, port):
    requests(suite)
    rack(suite)
    refusals(suite)
    deviations(suite)
    signed_elsewhere(suite, port, "GET", HOSTS + "?search=a%20b", "foreman", "get", HOSTS, "search==a b")
    suite.fresh_nonces()


def requests(suite):
    ok = suite.accepted
    ok("get", "foreman", "get", HOSTS, target=HOSTS, user=USER, signature_method="HMAC-SHA1")
    ok("get with a query", "foreman", "get", HOSTS, "search==os = Debian", "per_page==100",
       target=HOSTS + "?search=os%20%3D%20Debian&per_page=100")
    ok("query with escapes", "foreman", "get", HOSTS, "search==name ~ a&b/é%+;,=",
       target=HOSTS + "?search=name%20~%20a%26b%2F%C3%A9%25%2B%3B%2C%3D")
    ok("query with an escaped percent", "foreman", "get", HOSTS + "?a=%2525&b=%253D")
    ok("query with raw reserved characters", "foreman", "get", HOSTS + "?search=a!*'(),/?:@$&b=c+d")
    ok("path with escapes", "foreman", "get", HOSTS + "/a b%2Fé%7E", target=HOSTS + "/a%20b%2F%C3%A9%7E")
    ok("path with reserved characters", "foreman", "get", HOSTS + "/a:b@c=d,e(f)!'*+$")
    ok("post json", "foreman", "post", HOSTS, "name=x", "build:=true",
       content_type=lambda v: v.startswith("application/json"), body=lambda v: '"name"' in v and "true" in v)
    ok("post nested json", "foreman", "post", HOSTS, "host[name]=é", "host[puppetclass_ids][]:=1",
       body=lambda v: '"host"' in v and '"puppetclass_ids"' in v)
    ok("post a body from a string", "foreman", "post", HOSTS, "-d", '{"a":"b&c=d"}', body='{"a":"b&c=d"}',
       content_type=lambda v: v.startswith("application/json"))
    ok("post with a query", "foreman", "post", HOSTS, "organization_id==1", "name=x")
    ok("put json", "foreman", "put", HOSTS + "/1", "name=y", method="PUT")
    ok("delete", "foreman", "delete", HOSTS + "/1", method="DELETE", body_length=0)
    ok("delete with a body", "foreman", "delete", HOSTS + "/1", "-d", '{"a":1}', body='{"a":1}')
    ok("PLAINTEXT", "foreman-plaintext", "get", HOSTS, "a==1", signature_method="PLAINTEXT")
    suite.replayed("a replay is accepted: Foreman keeps no nonces", "foreman", "get", HOSTS, refused=False)


def rack(suite):
    """The preset signs what Foreman will read, so none of these is refused."""
    ok = suite.accepted
    ok("ids[] in the query", "foreman", "get", HOSTS, "ids[]==2", "ids[]==1")
    ok("f[a] in the query", "foreman", "get", HOSTS, "f[a]==x", "f[b]==y")
    ok("duplicates in the query", "foreman", "get", HOSTS, "a==2", "a==1", "b==3")
    ok("names whose order depends on encoding", "foreman", "get", HOSTS, "a-b==1", "a/b==2")
    ok("; in the query", "foreman", "get", HOSTS + "?a=1;b=2")
    ok("empty values in the query", "foreman", "get", HOSTS + "?a=&c=1")


def refusals(suite):
    says = "Unable to authenticate user"
    suite.refused("wrong secret", "foreman-secret", "get", HOSTS, says=says)
    suite.refused("wrong secret with a body", "foreman-secret", "post", HOSTS, "name=x", says=says)
    suite.refused("unknown consumer key", "foreman-key", "get", HOSTS, says=says)
    suite.refused("unknown FOREMAN-USER", "foreman-nobody", "get", HOSTS, says=says)
    suite.refused("no FOREMAN-USER", "foreman-no-user", "get", HOSTS, code=(77, 78))
    suite.refused("post as form: 415, not an authentication fault", "foreman", "post", HOSTS, "--as", "form", "a=1",
                  code=4, says="Media type in 'Content-Type")


def deviations(suite):
    base = ("foreman-rfc", "get", HOSTS)
    known = suite.deviation
    known("RFC rules: ids[]", "Rack takes the brackets off", *base, "ids[]==2", "ids[]==1")
    known("RFC rules: duplicates", "Rack keeps the last value", *base, "a==2", "a==1")
    known("RFC rules: order of names", "ruby-oauth sorts by the decoded name", *base, "a-b==1", "a/b==2")
    known("RFC rules: ; in a query", "Rack 2 splits at ;", "foreman-rfc", "get", HOSTS + "?a=1;b=2")
    known("octets that are no UTF-8", "ActionDispatch raises", "foreman", "get", HOSTS + "?a=%F8", code=(4, 5, 77))
    known("a realm with a comma", "ruby-oauth splits the header at every , = &", "--set", "realm=a,b",
          "foreman-rfc", "get", HOSTS, code=(4, 5, 77))
