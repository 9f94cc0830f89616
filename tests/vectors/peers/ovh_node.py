"""OVH by node-ovh, for the requests that it signs as the API wants them."""
import atexit
import functools
import json
import pathlib
import subprocess
import typing

from . import body_bytes

SCRIPT = pathlib.Path(__file__).with_name("ovh_node.js")
INSTALLED = pathlib.Path(__file__).resolve().parents[3] / "target" / "interop" / "node"


class Deviation(typing.NamedTuple):
    name: str
    reason: str
    applies: typing.Callable
    # A request that has it: method, address, body.
    example: tuple


def body(case):
    content = body_bytes(case["request"])
    return None if content is None else content.decode("utf-8", "replace")


def written_anew(text):
    """A body as node-ovh would write it, or None where it is no JSON object with members."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return json.dumps(document, separators=(",", ":")) if isinstance(document, dict) and document else None


def is_rewritten(case):
    return body(case) is not None and case["request"]["method"] in ("PUT", "POST") and written_anew(body(case)) != body(case)


HTTPS = "https://h"
DEVIATIONS = [
    Deviation("an address that is not https or has a port", "it signs https and the bare host whatever it asks",
              lambda case: not case["request"]["url"].startswith("https://") or ":" in host(case),
              ("GET", HTTPS + ":8080/1.0/me", None)),
    Deviation("a path with /auth in it", "it signs none of them, though only /auth/time goes unsigned",
              lambda case: "/auth" in case["request"]["url"], ("GET", HTTPS + "/1.0/auth/currentCredential", None)),
    Deviation("a method in lower case", "it signs and sends it as it is written",
              lambda case: not case["request"]["method"].isupper(), ("get", HTTPS + "/1.0/me", None)),
    Deviation("a body that is no JSON as it writes it", "it takes fields, not bytes, and escapes what is not ASCII",
              is_rewritten, ("POST", HTTPS + "/1.0/me", '{ "a": "é" }')),
    Deviation("a body of methods other than PUT and POST", "it puts the fields into the query",
              lambda case: body(case) is not None and case["request"]["method"] not in ("PUT", "POST"),
              ("DELETE", HTTPS + "/1.0/me", '{"a":1}')),
]


def host(case):
    return case["request"]["url"].partition("://")[2].replace("?", "/").partition("/")[0]


@functools.cache
def process():
    running = subprocess.Popen(["node", str(SCRIPT), str(INSTALLED)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(running.kill)
    return running


@functools.cache
def version():
    package = json.loads((INSTALLED / "node_modules" / "ovh" / "package.json").read_text(encoding="utf-8"))
    return {"name": "ovh (npm)", "version": package["version"]}


def sent(case):
    """What node-ovh sends for a case: method, target, body and headers."""
    request = {name: case["request"][name] for name in ("method", "url")}
    line = json.dumps({**request, **case["credentials"], "body": body(case), "timestamp": case["timestamp"]})
    running = process()
    running.stdin.write(line.encode() + b"\n")
    running.stdin.flush()
    answer = running.stdout.readline()
    if not answer:
        raise RuntimeError(f"node ended: {case['case']}")
    return json.loads(answer)


def signature(case):
    """Its signature of the case, or None where it deviates."""
    if any(known.applies(case) for known in DEVIATIONS):
        return None
    return sent(case)["headers"]["X-Ovh-Signature"]
