"""The Candlepin server, proved with oauthlib's client."""
import time

from systems.candlepin import BASE, CONSUMER, SECRET

from . import Prover, send
from .oauth import Signer

FORM = "application/x-www-form-urlencoded"


def prove(port, peers, report):
    prover = Prover("candlepin", report)
    signed = Signer(port, CONSUMER, SECRET)
    target = BASE + "/owners"
    prover.answers("right", 200, lambda: signed("GET", target + "?a=2&a=10&b=&c=x+y"), '"nonce"')
    prover.answers("right with JSON", 200, lambda: signed("POST", target, '{"a":1}', "application/json"), '"nonce"')
    prover.answers("right with a form", 200, lambda: signed("PUT", target, "a=1&a=1&b=x+y", FORM), '"nonce"')
    prover.answers("wrong secret", 401, lambda: signed("GET", target, client_secret="x"), "Invalid OAuth unit or secret")
    prover.answers("unknown consumer", 401, lambda: signed("GET", target, client_key="x"), "Invalid OAuth unit or secret")
    prover.answers("other query", 401, lambda: signed("GET", target + "?a=1", sent=target + "?a=2"))
    prover.answers("other form", 401, lambda: signed("PUT", target, "a=1", FORM, sent_body="a=2"))
    prover.answers("old time", 200, lambda: signed("GET", target, age=301), "timestamp_refused")
    prover.answers("time ahead", 200, lambda: signed("GET", target, age=-400), "timestamp_refused")
    prover.answers("method of no use", 200, lambda: signed("GET", target, signature_method="HMAC-SHA256"),
                   "signature_method_rejected")

    # The pair of time and nonce is what must not come twice, so the time is pinned too.
    moment = int(time.time())

    def pinned():
        return signed("GET", target, nonce="once", age=int(time.time()) - moment)

    prover.answers("nonce, first", 200, pinned, '"nonce"')
    prover.answers("nonce, again", 200, pinned, "nonce_used")
    prover.answers("unsigned", 401, lambda: send(port, "GET", target), "Invalid Credentials")
