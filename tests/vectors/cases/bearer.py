"""Bearer tokens: sent as they are, whatever the request."""
from . import request

URL = "https://server.example.com/resource"
FORM = [("Content-Type", "application/x-www-form-urlencoded")]
TOKEN = "mF_9.B5f-4.1JqM"


def cases():
    for name, about, token, sent in (
        ("section-2.1", "the example of RFC 6750, section 2.1, and of docs/schemes.md", TOKEN, request("GET", URL)),
        ("alphabet", "every character of b64token", "aZ09-._~+/==", request("GET", URL)),
        ("query", "an address with a query stays as it is", TOKEN, request("GET", URL + "?b=2&a=%2f+x&a=")),
        ("form", "a form stays as it is", TOKEN, request("POST", URL, FORM, "a=1&b=2")),
        ("delete", "DELETE", TOKEN, request("DELETE", URL)),
    ):
        yield {
            "case": name,
            "about": about,
            "request": sent,
            "credentials": {"token": token},
            "settings": {},
            "timestamp": 0,
        }
