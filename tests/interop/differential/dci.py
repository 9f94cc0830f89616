"""DCI: the signature must be what dciauth's verifier behind Werkzeug computes, and pass it."""
from urllib.parse import unquote

from peers import dci

from . import library, stages
from .deviations import Deviation, is_utf8, path, query
from .words import ESCAPES, FORM, NOT_UTF8

PEERS = "dciauth's verifier"
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n%s\r\n--x--\r\n'
DEVIATIONS = [
    Deviation("octets of a query that are no UTF-8",
              "Werkzeug 3 keeps them escaped, the older ones that servers run replace them",
              lambda case: not is_utf8(query(case)), {"target": "/?a=%F8"}),
]
# Too rare to be drawn: asked in every run.
ALWAYS = [
    Deviation("a path that begins with two slashes", "Werkzeug makes them one after its decoding",
              lambda case: unquote(path(case)).startswith("//"), {"target": "/%2Fa"}),
]


def case(words):
    body, headers = words.body(), []
    kind = words.random.random()
    if kind < 0.3:
        body = words.form().encode()
        headers.append(("Content-Type", words.choice((FORM, FORM + "; charset=utf-8", FORM.upper()))))
    elif kind < 0.5:
        body = MULTIPART % words.form().encode()
        headers.append(("Content-Type", "multipart/form-data; boundary=x"))
    elif kind < 0.8:
        headers.append(("Content-Type", words.choice(("application/json", "text/plain", "application/octet-stream"))))
    method = words.choice(("GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "post"))
    drawn = words.request(path=words.path(ESCAPES + NOT_UTF8), headers=headers, body=body, method=method)
    return drawn | {
        "case": "random",
        "credentials": {
            "access_key": words.choice(("remoteci", "feeder")) + "/" + words.graphic(without="/,"),
            "secret_key": words.secret() or "s",
        },
        "settings": {
            "algorithm": words.choice(tuple(dci.VARIANTS)),
            "region": words.choice(("BHS3", "us-east-1", words.graphic(without="/,"))),
            "service": words.choice(("api", words.graphic(without="/,"))),
        },
        "timestamp": words.time(),
    }


def line(case):
    return library.line(case, "sigv4", **case["settings"], path_encoding="decoded-twice", query_rule="first",
                        payload_rule="no-forms", signed_headers="date-only")


def differences(case, answer):
    authorization = dict(answer["headers"])["Authorization"]
    accepted, reason, texts, theirs = dci.verify(case, authorization)
    date_header, _ = dci.VARIANTS[case["settings"]["algorithm"]]
    found = stages.unequal("canonical request", answer["steps"]["canonical request"], texts.get("Canonical request"))
    found += stages.unequal("string to sign", answer["steps"]["string to sign"], texts.get("String to sign"))
    found += stages.unequal("Authorization", authorization, theirs)
    found += stages.unequal("signature", answer["steps"]["signature"], (theirs or "").rpartition("Signature=")[2])
    stamp = texts.get("String to sign", "\n").split("\n")[1]
    added = [[name.lower(), value] for name, value in answer["headers"] if name != "Authorization"]
    found += stages.unequal("added headers", added, [[date_header, stamp]])
    return found + stages.unequal("verdict", (True, ""), (accepted, reason))


def answer(case):
    """What `sign_lines` would write if it were dciauth."""
    dci.sign(case)
    return stages.sigv4_answer(case)
