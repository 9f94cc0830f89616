"""Client credentials: the request for a token, the server's answer, the request with the token.

Client identifiers and secrets here are those that form encoding (RFC 6749 section 2.3.1)
leaves alone: neither peer encodes them. tests/interop asks oauthlib's server about others.
"""
from . import request

ANSWER = {"access_token": "2YotnFZFEjr1zCsicMWpAA", "token_type": "Bearer", "expires_in": 3600}


def cases():
    for name, about, scope, answer, sent in (
        ("section-4.4", "the client and token of RFC 6749, section 4.4, and of docs/schemes.md", None, ANSWER,
         request("GET", "https://api.example.com/resource/1")),
        ("scope", "a scope of one word", "all", ANSWER, request("GET", "https://api.example.com/resource/1?a=1&b=%20")),
        ("scopes", "a scope of several words with characters that a form encodes", "account:read https://a.example/x&y=é",
         ANSWER, request("DELETE", "https://api.example.com/resource/1")),
        ("token-type", "the type of a token is compared without regard to case", None, ANSWER | {"token_type": "bEARER"},
         request("GET", "https://api.example.com/")),
        ("body", "a body stays as it is", None, ANSWER | {"access_token": "a-._~+/=="},
         request("POST", "https://api.example.com/x", [("Content-Type", "application/json")], '{"a": "é"}')),
    ):
        settings = {"token_url": "https://server.example.com/token", "answer": answer}
        if scope is not None:
            settings["scope"] = scope
        yield {
            "case": name,
            "about": about,
            "request": sent,
            "credentials": {"client_id": "s6BhdRkqt3", "client_secret": "gX1fBat3bV"},
            "settings": settings,
            "timestamp": 1440938160,
        }
