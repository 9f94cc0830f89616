"""OAuth 1.0 as ruby-oauth over ActionDispatch verifies it: Foreman's reading of a query or form.

Both sides may refuse a request; then both must.
"""
import re
from urllib.parse import unquote_plus

from peers import oauth1, oauth1_ruby

from . import library, oauth1 as rfc, stages
from .deviations import Deviation, body, is_utf8, query
from .words import ESCAPES, FORM

PEERS = "ruby-oauth"
MAY_REFUSE = True
DEVIATIONS = [
    Deviation("a list of anything but texts, and brackets that name nothing",
              "ruby-oauth signs how Ruby would print the hash; signreq refuses it",
              lambda case: any(set("[]") & set(name) and not NESTED.fullmatch(name) for name in names(case)),
              {"target": "/?l[][n]=1"}),
    Deviation("octets that are no UTF-8", "Rails answers 400 before anything is verified",
              lambda case: not is_utf8(query(case)), {"target": "/?a=%F8"}),
]
NESTED = re.compile(r"[^\[\]]+(\[[^\[\]]+\])*(\[\])?")
NAMES = ("a", "A", "b", "a-b", "a/b", "a%2Fb", "é", "a+b", "ids[]", "ids%5B%5D", "h[x]", "h[y]", "h[x][y]", "h[l][]", "")


def names(case):
    """The names of query and form, decoded."""
    form = body(case).decode() if oauth1.is_form(case["request"]) else ""
    parts = re.split("[&;] *", query(case)) + re.split("& *", form)
    return [unquote_plus(part.partition("=")[0]) for part in parts]


def pairs(words):
    """A query or form with nested names and duplicates."""
    def text():
        return words.many(6, lambda: words.piece("!$'()*+,:@/?;", ESCAPES))

    def pair():
        name = words.choice(NAMES)
        return name if words.chance(0.1) else name + "=" + (words.choice(("", "1", "10")) if words.chance(0.3) else text())

    return words.many(6, pair, "&")


def case(words):
    body, headers = None, []
    if words.chance(0.4):
        body = words.form().encode()
        headers.append(("Content-Type", words.choice((FORM, FORM + "; charset=utf-8"))))
    elif words.chance(0.3):
        body = b'{"a":1}'
        headers.append(("Content-Type", "application/json"))
    drawn = words.request(words.choice(("http://h", "https://foreman.example", "http://127.0.0.1:8080")),
                          pairs(words) if words.chance(0.8) else None,
                          "/api/v2/" + words.choice(("hosts", "a%20b", "a%2Fb", "")), headers, body,
                          words.choice(("GET", "POST", "PUT", "DELETE")))
    return drawn | {
        "case": "random",
        "credentials": {"consumer_key": words.graphic(), "consumer_secret": words.secret()},
        "settings": {"signature_method": "HMAC-SHA1", "transmit": "header", "normalization": "rack"},
        "timestamp": words.time(),
        "nonce": words.graphic(),
    }


def line(case):
    return library.line(case, "oauth1", **case["settings"])


def differences(case, answer):
    case["ruby"] = "rack"
    try:
        oauth1.sign(case)
    except oauth1_ruby.Refused as reason:
        return [] if "error" in answer else [{"stage": "signing", "ours": "signs", "theirs": str(reason)}]
    if "error" in answer:
        return [{"stage": "signing", "ours": answer["error"], "theirs": "signs"}]
    return stages.compared(rfc.STAGES, case["expected"], answer)
