"""OAuth 1.0 against oauthlib, and Authlib where it accepts the request."""
import base64
import pathlib
import re
from urllib.parse import unquote, urlencode

from authlib.common.urls import urlencoded
from peers import oauth1

from . import library, stages
from .deviations import Deviation, body, is_utf8, path, query
from .words import FORM

METHODS = ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT")
# Rarely drawn: one takes as long as a hundred others.
RSA_METHODS = ("RSA-SHA1", "RSA-SHA256", "RSA-SHA512")
RSA_KEY = (pathlib.Path(__file__).resolve().parents[2] / "vectors" / "cases" / "rsa-test-key.pem").read_text()
PEERS = "oauthlib and Authlib"
STAGES = {
    "base_string_uri": "base string URI",
    "normalized_parameters": "normalized parameters",
    "signature_base_string": "signature base string",
    "key": "key",
    "signature": "signature",
}
DEVIATIONS = [
    Deviation("octets of a query that are no UTF-8", "oauthlib replaces them", lambda case: not is_utf8(query(case)),
              {"target": "/?a=%F8"}),
    Deviation("a parameter of the query whose name begins with oauth_", "oauthlib decodes its value twice",
              lambda case: "oauth_" in unquote(query(case)), {"target": "/?oauth_a=%2541"}),
    Deviation("a path that ends in its last segment's first semicolon", "oauthlib and Authlib drop it",
              lambda case: path(case).rpartition("/")[2].partition(";")[1:] == (";", ""), {"target": "/a;"}),
]
# Too rare to be drawn: asked in every run.
ALWAYS = [
    Deviation("oauth_signature in the query is not signed",
              "RFC 5849 section 3.4.1.3.1 excludes it wherever it stands",
              lambda case: "oauth_signature=" in unquote(query(case)), {"target": "/?oauth_signature=x"}),
]


def case(words):
    content, headers = words.body(), []
    transmits = ("header", "header", "query")
    if words.chance(0.5):
        transmits += ("form",)
        content = words.form().encode()
        headers.append(("Content-Type", words.choice((FORM, FORM + "; charset=utf-8", FORM.upper(), FORM + " ;a=b"))))
    elif words.chance(0.7):
        headers.append(("Content-Type", words.choice(("application/json", "text/plain", "multipart/form-data; boundary=x"))))
    drawn = words.request(headers=headers, body=content)
    with_token = words.chance(0.6)
    method = words.choice(RSA_METHODS if words.chance(0.06) else METHODS)
    settings = {"signature_method": method, "transmit": words.choice(transmits)}
    # oauthlib hashes texts only, and by SHA-1 whatever the method is.
    if method.endswith("SHA1") and headers[:1] and not oauth1.is_form(drawn["request"]) and words.chance(0.5):
        text = words.secret(60)
        drawn["request"]["body"] = {"utf8": text, "base64": base64.b64encode(text.encode()).decode()}
        settings["body_hash"] = True
    return drawn | {
        "case": "random",
        "credentials": {
            "consumer_key": words.secret(),
            "consumer_secret": words.secret(),
            **({"token": words.secret() or "t", "token_secret": words.secret()} if with_token else {}),
            **({"private_key": RSA_KEY} if method in RSA_METHODS else {}),
        },
        "settings": settings,
        "timestamp": words.time(),
        "nonce": words.secret(30) or "n",
    }


def line(case):
    settings = {name: "true" if value is True else value for name, value in case["settings"].items()}
    return library.line(case, "oauth1", **settings)


def is_right_in_authlib(case):
    """It takes a raw $ or apostrophe for no urlencoded text, and decodes oauth_ values twice."""
    form = body(case).decode() if oauth1.is_form(case["request"]) else ""
    values = (case["credentials"]["consumer_key"], case["credentials"].get("token", ""), case["nonce"])
    # Nor may oauth_ parameters stand in two places.
    if "oauth_" in query(case) or not set(query(case) + form) <= urlencoded:
        return False
    return not any(re.search("%[0-9A-Fa-f]{2}", value) for value in values)


def differences(case, answer):
    case["unconfirmed"] = not is_right_in_authlib(case)
    oauth1.sign(case)
    expected = case["expected"]
    found = stages.compared(STAGES, expected, answer)
    if case["settings"]["transmit"] == "header":
        sent = dict(answer["headers"]).get("Authorization", "").removeprefix("OAuth ").split(", ")
        wanted = expected["authorization"].removeprefix("OAuth ").split(", ")
        return found + stages.unequal("Authorization", sorted(sent), sorted(wanted))
    # What was there stays byte for byte; oauthlib would encode it anew.
    if case["settings"]["transmit"] == "query":
        given, sent = query(case), answer["signed_url"].partition("?")[2]
    else:
        given, sent = body(case).decode(), base64.b64decode(answer["signed_body"]).decode()
    wanted = expected["oauth_parameters"] + [["oauth_signature", expected["signature"]]]
    return found + stages.appended(given, sent, wanted) + stages.unequal("headers", answer["headers"], [])


def answer(case):
    """What `sign_lines` would write if it were oauthlib."""
    oauth1.sign(case)
    expected = case["expected"]
    answer = {"url": case["request"]["url"], "steps": {step: expected[member] for member, step in STAGES.items()}, "headers": []}
    if "authorization" in expected:
        return answer | {"headers": [["Authorization", expected["authorization"]]]}
    added = urlencode([*map(tuple, expected["oauth_parameters"]), ("oauth_signature", expected["signature"])])
    joint = "&" if query(case) else "" if "?" in case["request"]["url"] else "?"
    form = body(case)
    return answer | {"signed_url": case["request"]["url"] + joint + added,
                     "signed_body": base64.b64encode(form + (b"&" if form else b"") + added.encode()).decode()}
