"""Makes a failing case smaller for as long as it still fails."""
import base64

from .stages import copied
from .words import origin_on_the_wire, target_on_the_wire

ATTEMPTS = 400


def texts(text, least=""):
    """Shorter texts, the boldest first."""
    half = len(text) // 2
    candidates = [least, text[:half], text[half:]]
    candidates += [text[:at] + text[at + 1:] for at in range(len(text))]
    return [candidate for candidate in candidates if len(candidate) < len(text)]


def split(typed_url):
    scheme, _, rest = typed_url.partition("://")
    end = min([rest.find(mark) for mark in "/?" if mark in rest], default=len(rest))
    return scheme + "://" + rest[:end], rest[end:]


def with_url(case, origin, target):
    case = copied(case)
    case["typed_url"] = origin + target
    case["request"]["url"] = origin_on_the_wire(origin) + target_on_the_wire(target)
    if "base_url" in case["settings"]:
        case["settings"]["base_url"] = origin_on_the_wire(origin)
    return case


def candidates(case):
    """Cases a little simpler than this one."""
    def changed(change):
        simpler = copied(case)
        change(simpler)
        return simpler

    body = case["request"]["body"]
    if body is not None:
        yield changed(lambda simpler: simpler["request"].update(body=None))
        for shorter in texts(base64.b64decode(body["base64"]), b""):
            encoded = {"base64": base64.b64encode(shorter).decode()}
            yield changed(lambda simpler, encoded=encoded: simpler["request"].update(body=encoded))
    for at, (name, value) in enumerate(case["request"]["headers"]):
        yield changed(lambda simpler, at=at: simpler["request"]["headers"].pop(at))
        for shorter in texts(value) if name.lower() != "content-type" else ():
            yield changed(lambda simpler, at=at, name=name, shorter=shorter:
                          simpler["request"]["headers"].__setitem__(at, [name, shorter]))
    origin, target = split(case["typed_url"])
    if origin != "http://h":
        yield with_url(case, "http://h", target)
    for shorter in texts(target):
        if shorter[:1] in ("", "/", "?"):
            yield with_url(case, origin, shorter)
    for name, value in case["credentials"].items():
        # An access key may have a form of its own, as DCI's has.
        for shorter in texts(value or "", "a") if "secret" in name or "token" in name else ():
            if shorter:
                yield changed(lambda simpler, name=name, shorter=shorter:
                              simpler["credentials"].update({name: shorter}))


def shrunk(case, fails):
    """`fails` says whether a case still fails."""
    attempts = 0
    while attempts < ATTEMPTS:
        for simpler in candidates(case):
            attempts += 1
            if attempts >= ATTEMPTS or fails(simpler):
                break
        else:
            return case
        if attempts < ATTEMPTS:
            case = simpler
    return case
