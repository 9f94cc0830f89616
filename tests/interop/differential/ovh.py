"""OVHcloud against python-ovh."""
import json

from peers import ovh, ovh_node

from . import library, stages
from .words import ESCAPES, NOT_UTF8, origin_on_the_wire

PEERS = "python-ovh and node-ovh"
DEVIATIONS = []
STAGES = {"pre_image": "pre-image", "signature": "signature"}


def case(words):
    body = None if words.chance(0.4) else words.secret(200).encode()
    if body is not None and words.chance(0.5):
        # As node-ovh writes it; DEL alone is escaped by Python and not by node.
        fields = {"f" + words.graphic(): words.secret().replace("\x7f", "") for _ in range(3)}
        body = json.dumps(fields, separators=(",", ":")).encode()
    origin = words.choice(("https://eu.api.ovh.com", words.origin()))
    escapes = ESCAPES + NOT_UTF8
    drawn = words.request(origin, words.query(escapes=escapes), words.path(escapes), (), body)
    return drawn | {
        "case": "random",
        "credentials": {
            "application_key": words.graphic(),
            "application_secret": words.secret() or "s",
            "consumer_key": words.graphic(),
        },
        "settings": {"base_url": origin_on_the_wire(origin)},
        "timestamp": words.time(),
    }


def line(case):
    return library.line(case, "ovh")


def differences(case, answer):
    ovh.sign(case)
    expected = case["expected"]
    found = stages.compared(STAGES, expected, answer)
    return found + stages.unequal("headers", sorted(answer["headers"]), expected["headers"])


def answer(case):
    """What `sign_lines` would write if it were python-ovh."""
    ovh.sign(case)
    expected = case["expected"]
    return {"url": case["request"]["url"], "steps": {step: expected[member] for member, step in STAGES.items()},
            "headers": expected["headers"]}
