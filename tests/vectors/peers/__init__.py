"""One module a scheme; each lets a foreign implementation sign a case and reports every stage."""
import base64
import importlib.metadata


def version(distribution):
    return {"name": distribution, "version": importlib.metadata.version(distribution)}


def body_bytes(request):
    """The exact body of a case, or None when the request has no body at all."""
    body = request.get("body")
    if body is None:
        return None
    if "base64" in body:
        return base64.b64decode(body["base64"])
    return body["utf8"].encode("utf-8")


def header(request, name):
    """The last value of a header in a case, by name without regard to case."""
    found = None
    for key, value in request["headers"]:
        if key.lower() == name.lower():
            found = value
    return found


class Disagreement(Exception):
    """Two peers, both said to be right for a case, computed different values."""
