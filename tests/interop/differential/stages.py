"""Comparing two sides stage by stage."""
import copy
import json
from urllib.parse import parse_qsl

copied = copy.deepcopy


def unequal(stage, ours, theirs):
    """A list of one difference, or of none."""
    return [] if ours == theirs else [{"stage": stage, "ours": ours, "theirs": theirs}]


SIGV4 = {"canonical_request": "canonical request", "string_to_sign": "string to sign", "signature": "signature"}


def compared(names, expected, answer):
    """The stages that both sides have; the signature always."""
    found = []
    for member, step in names.items():
        ours, theirs = answer["steps"].get(step), expected.get(member)
        if member == "signature" or (ours is not None and theirs is not None):
            found += unequal(step, ours, theirs)
    return found


def appended(given, sent, pairs):
    """A query or form stays byte for byte, and the pairs follow in any order."""
    found = unequal("what was there before", sent[:len(given)], given)
    added = parse_qsl(sent[len(given):].removeprefix("&"), keep_blank_values=True)
    return found + unequal("added parameters", sorted(map(tuple, added)), sorted(map(tuple, pairs)))


def sigv4(expected, answer, given=""):
    """The stages of the SigV4 family, and the headers it adds, or what it adds to the `given` query."""
    found = compared(SIGV4, expected, answer)
    if "url" in expected:
        # awscrt writes what was there anew, in canonical form.
        theirs = [pair for pair in parse_qsl(expected["url"].partition("?")[2]) if pair[0].startswith("X-Amz-")]
        return found + appended(given, answer["signed_url"].partition("?")[2], theirs) + unequal("headers", answer["headers"], [])
    added = {name.lower(): value for name, value in answer["headers"]}
    found += unequal("Authorization", added.pop("authorization"), expected["authorization"])
    return found + unequal("added headers", sorted(map(list, added.items())), expected["added_headers"])


def sigv4_answer(case):
    """What `sign_lines` would write if it were the peer that signed this case."""
    expected = case["expected"]
    answer = {"url": case["request"]["url"], "steps": {step: expected[member] for member, step in SIGV4.items()}}
    if "url" in expected:
        return answer | {"headers": [], "signed_url": expected["url"]}
    return answer | {"headers": [*expected["added_headers"], ["Authorization", expected["authorization"]]]}


def shown(case, differences):
    """A failing case whole, and what either side made of it."""
    lines = ["  " + json.dumps(case, ensure_ascii=True)]
    for difference in differences:
        lines.append(f"  {difference['stage']}\n    ours   {difference['ours']!r}\n    theirs {difference['theirs']!r}")
    return "\n".join(lines)
