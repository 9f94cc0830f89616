"""The strict server, proved with oauthlib's client for every method."""
from systems.oauth1 import CONSUMER, METHODS, SECRET, TOKEN, TOKEN_SECRET

from . import Prover
from .oauth import Signer


def prove(port, peers, report):
    prover = Prover("oauth1", report)
    pem = peers.private_key.read_text(encoding="ascii")
    for method in METHODS:
        signed = Signer(port, CONSUMER, SECRET, TOKEN, TOKEN_SECRET, method, pem)
        prover.answers(f"{method} right", 200, lambda: signed("GET", "/api/x?a=2&a=10&b="))
        if method != "PLAINTEXT":
            prover.answers(f"{method} other path", 401, lambda: signed("GET", "/api/x", sent="/api/y"))
    signed = Signer(port, CONSUMER, SECRET, TOKEN, TOKEN_SECRET)
    prover.answers("wrong secret", 401, lambda: signed("GET", "/api/x", client_secret="x"))
    prover.answers("wrong token secret", 401, lambda: signed("GET", "/api/x", resource_owner_secret="x"))
    plain = Signer(port, CONSUMER, SECRET, TOKEN, TOKEN_SECRET, "PLAINTEXT")
    prover.answers("PLAINTEXT wrong secret", 401, lambda: plain("GET", "/api/x", client_secret="x"))
