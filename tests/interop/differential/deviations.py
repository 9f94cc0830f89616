"""What a peer gets wrong: never drawn, but shown once a run, so that the list stays true."""
import base64
import typing
from urllib.parse import unquote_to_bytes

from .stages import copied
from .words import origin_on_the_wire, target_on_the_wire


class Deviation(typing.NamedTuple):
    name: str
    reason: str
    # Whether a case has it.
    applies: typing.Callable
    # A request that has it, for `example`.
    request: dict


def example(case, target="/", method="GET", headers=(), body=None, origin="http://h"):
    """The case with another request."""
    case = copied(case)
    case["typed_url"] = origin + target
    case["request"] = {
        "method": method,
        "url": origin_on_the_wire(origin) + target_on_the_wire(target),
        "headers": [list(pair) for pair in headers],
        "body": None if body is None else {"base64": base64.b64encode(body).decode()},
    }
    if "base_url" in case["settings"]:
        case["settings"]["base_url"] = origin_on_the_wire(origin)
    return case


def target(case):
    return "/" + case["request"]["url"].split("/", 3)[3]


def path(case):
    return target(case).partition("?")[0]


def query(case):
    return case["request"]["url"].partition("?")[2]


def body(case):
    given = case["request"]["body"]
    return b"" if given is None else base64.b64decode(given["base64"])


def is_utf8(text):
    try:
        unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return False
    return True


def header_names(case):
    return {name.lower() for name, _ in case["request"]["headers"]}
