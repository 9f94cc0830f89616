"""Every OAuth 1.0 method and transmission against a strict RFC 5849 server."""
CONSUMER, SECRET = "ck/é b", "c s&%+/=Q7xR4sW"
TOKEN, TOKEN_SECRET = "tk=+ü", "t%s&é/yW5zX9c"
METHODS = ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512")


def start(servers, peers):
    start.peers = peers
    return servers.python("oauth1", "oauth1.py", "--rules", "rfc", "--consumer", CONSUMER, "--secret", SECRET,
                          "--token", TOKEN, "--token-secret", TOKEN_SECRET, "--public-key", peers.public_key)


def profiles(signreq, port):
    common = {"scheme": "oauth1", "url": f"http://127.0.0.1:{port}/api", "consumer_key": CONSUMER}
    with open(start.peers.private_key, encoding="ascii") as file:
        pem = file.read()
    for method in METHODS:
        secrets = {"private_key": pem} if method.startswith("RSA") else {"consumer_secret": SECRET}
        signreq.profile("oauth1-" + method.lower(), **common, **secrets, signature_method=method,
                        token=TOKEN, token_secret=TOKEN_SECRET)
    both = {"consumer_secret": SECRET, "token": TOKEN, "token_secret": TOKEN_SECRET}
    signreq.profile("oauth1-no-token", **common, consumer_secret=SECRET)
    signreq.profile("oauth1-query", **common, **both, transmit="query")
    signreq.profile("oauth1-form", **common, **both, transmit="form")
    signreq.profile("oauth1-realm", **common, **both, realm="Photos")
    signreq.profile("oauth1-hash", **common, **both, body_hash=True)
    signreq.profile("oauth1-secret", **common, consumer_secret="wrong secret", token=TOKEN, token_secret=TOKEN_SECRET)
    signreq.secrets |= {SECRET, TOKEN_SECRET}


def checks(suite, port):
    ok = suite.accepted
    odd = ("a-b==1", "a/b==2", "a==10", "a==2", "b==", "é==%25 +&=*!'()~")
    for method in METHODS:
        profile = "oauth1-" + method.lower()
        ok(f"{method} get", profile, "get", "/x", *odd, signature_method=method)
        ok(f"{method} post as form", profile, "post", "/x y", "q==1", "--as", "form", "a=1 2", "a=é&=", "c=")
        ok(f"{method} put json", profile, "put", "/x", "a=1")
        ok(f"{method} delete", profile, "delete", "/x", method="DELETE")
    ok("without a token", "oauth1-no-token", "get", "/x", *odd)
    ok("with a realm", "oauth1-realm", "get", "/x", *odd)
    ok("with a body hash", "oauth1-hash", "post", "/x", "a=1")
    ok("in the query", "oauth1-query", "get", "/x", *odd, target=lambda t: "oauth_signature=" in t)
    ok("in the query of an address without one", "oauth1-query", "get", "/x")
    ok("in the form", "oauth1-form", "post", "/x", "q==1", "--as", "form", "a=1 2", "b=é&=",
       body=lambda b: "oauth_signature=" in b and b.startswith("a=1"))
    # Without a preset a refusal may be known by its status alone.
    suite.refused("wrong secret", "oauth1-secret", "get", "/x", code=(4, 77))
    suite.replayed("nonce replay", "oauth1-hmac-sha256", "get", "/x", code=(4, 77))
    ok("raw brackets of a query are sent encoded", "oauth1-hmac-sha1", "get", "/x?a[]=1", target="/api/x?a%5B%5D=1")
    suite.deviation("octets that are no UTF-8", "oauthlib replaces them", "oauth1-hmac-sha1", "get", "/x?a=%F8")
    suite.fresh_nonces()
