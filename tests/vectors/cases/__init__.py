"""The inputs of every case, one module a scheme. Expected values never stand here."""


def body(value):
    """A case's body: text as {"utf8"}, bytes as {"base64"}, None as no body."""
    import base64

    if value is None:
        return None
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    return {"utf8": value}


def request(method, url, headers=(), content=None):
    return {
        "method": method,
        "url": url,
        "headers": [list(pair) for pair in headers],
        "body": body(content),
    }
