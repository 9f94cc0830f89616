"""The MAAS server, proved with oauthlib, which MAAS's own command line signs with."""
from systems.maas import API, KEY

from . import Prover, send
from .oauth import Signer

FORM = "application/x-www-form-urlencoded"
PARTS = '--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nx\r\n--b--\r\n'


def prove(port, peers, report):
    prover = Prover("maas", report)
    consumer, token, secret = KEY.split(":")
    target = API + "/machines/"
    plain = Signer(port, consumer, "", token, secret, "PLAINTEXT")
    hmac = Signer(port, consumer, "", token, secret)
    prover.answers("right", 200, lambda: plain("GET", target + "?hostname=a&b=&b="))
    prover.answers("right with multipart", 200, lambda: plain(
        "POST", target, PARTS, "multipart/form-data; boundary=b"), '"form": [["name", "x"]]')
    prover.answers("wrong secret", 401, lambda: plain("GET", target, resource_owner_secret="x"), "Invalid signature")
    prover.answers("unknown token", 401, lambda: plain("GET", target, resource_owner_key="x"), "'Invalid access token: x'")
    prover.answers("unknown consumer", 401, lambda: plain("GET", target, client_key="x"), "Error: Invalid API key.")
    prover.answers("old time", 401, lambda: plain("GET", target, age=301), "'Expired timestamp: given")
    prover.answers("time ahead", 200, lambda: plain("GET", target, age=-4000))
    prover.answers("nonce, first", 200, lambda: plain("GET", target, nonce="once"))
    prover.answers("nonce, again", 401, lambda: plain("GET", target, nonce="once"), "'Nonce already used: once'")
    prover.answers("unsigned", 401, lambda: send(port, "GET", target))
    prover.answers("HMAC-SHA1 right", 200, lambda: hmac("GET", target + "?b=2&a=x%20y"))
    prover.answers("HMAC-SHA1 right with a form", 200, lambda: hmac("POST", target, "a=1&b=x+y", FORM))
    prover.answers("HMAC-SHA1 other query", 401, lambda: hmac("GET", target + "?a=1", sent=target + "?a=2"))
    prover.answers("HMAC-SHA1 other form", 401, lambda: hmac("POST", target, "a=1", FORM, sent_body="a=2"))
    prover.answers("HMAC-SHA1 empty value, MAAS's fault", 401, lambda: hmac("GET", target + "?a="))
