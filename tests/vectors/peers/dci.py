"""DCI by dciauth.v2, called as the control server calls it.

The peer is the server's side, not the client's: the client of the same package signs
several queries and paths in ways that its own server refuses. So the request is put
into a WSGI environment as a real HTTP server does, werkzeug parses it, and dciauth
computes from what werkzeug found. dciauth returns only digests, but logs its texts.
"""
import datetime
import io
import logging
from unittest import mock
from urllib.parse import unquote, urlsplit

import dciauth.v2.headers
import dciauth.v2.signature
from werkzeug.wrappers import Request

from . import Disagreement, body_bytes, header, version

VARIANTS = {
    "DCI2-HMAC-SHA256": ("x-dci-date", "dci2_request"),
    "AWS4-HMAC-SHA256": ("x-amz-date", "aws4_request"),
}


class Texts(logging.Handler):
    """Keeps what dciauth logs, by the first words of each message."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.found = {}

    def emit(self, record):
        for start in ("Canonical request ", "String to sign "):
            if record.getMessage().startswith(start):
                self.found[start.strip()] = record.getMessage()[len(start):]


def received(request, extra):
    """The request as werkzeug hands it to the application."""
    parts = urlsplit(request["url"])
    body = body_bytes(request) or b""
    environ = {
        "REQUEST_METHOD": request["method"],
        "SCRIPT_NAME": "",
        # PEP 3333: the decoded path's bytes, each as one latin-1 character.
        "PATH_INFO": unquote(parts.path, "latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port or 443),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
    }
    if header(request, "content-type"):
        environ["CONTENT_TYPE"] = header(request, "content-type")
    for name, value in extra.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    return Request(environ)


def verify(case, authorization):
    """What the control server's HMAC check does with the request."""
    date_header, _ = VARIANTS[case["settings"]["algorithm"]]
    moment = datetime.datetime.fromtimestamp(case["timestamp"], datetime.timezone.utc)
    stamp = moment.strftime("%Y%m%dT%H%M%SZ")
    request = received(case["request"], {date_header: stamp, "authorization": authorization})
    texts = Texts()
    logger = dciauth.v2.headers.logger
    logger.addHandler(texts)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        with mock.patch("dciauth.v2.signature.get_now", lambda: moment.replace(tzinfo=None)):
            parsed = dciauth.v2.headers.parse_headers(request.headers)
            accepted, reason = dciauth.v2.signature.is_valid(
                {
                    "method": request.method,
                    "endpoint": request.path,
                    "data": request.data,
                    "params": request.args.to_dict(flat=True),
                },
                {"secret_key": case["credentials"]["secret_key"]},
                parsed,
            )
    finally:
        logger.removeHandler(texts)
    signature = None
    if parsed is not None:
        access_key = "%s/%s" % (parsed["client_type"], parsed["client_id"])
        # is_valid has filled `parsed` with all that generate_headers needs.
        again = dciauth.v2.headers.generate_headers(
            parsed, {"access_key": access_key, "secret_key": case["credentials"]["secret_key"]}
        )
        signature = again["Authorization"]
    return accepted, reason, texts.found, signature


def sign(case):
    settings, credentials = case["settings"], case["credentials"]
    date_header, request_type = VARIANTS[settings["algorithm"]]
    moment = datetime.datetime.fromtimestamp(case["timestamp"], datetime.timezone.utc)
    scope = "/".join(
        [moment.strftime("%Y%m%d"), settings["region"], settings["service"], request_type]
    )
    # The server computes the right header from a wrong one; then it must accept it.
    blank = (
        f"{settings['algorithm']} Credential={credentials['access_key']}/{scope}, "
        f"SignedHeaders=host;{date_header}, Signature={'0' * 64}"
    )
    accepted, _, texts, authorization = verify(case, blank)
    if accepted or authorization is None:
        raise Disagreement(f"{case['case']}: the server accepted a signature of zeros")
    accepted, reason, _, _ = verify(case, authorization)
    if not accepted:
        raise Disagreement(f"{case['case']}: the server refused its own signature: {reason}")
    case["expected"] = {
        "canonical_request": texts["Canonical request"],
        "string_to_sign": texts["String to sign"],
        "signature": authorization.rsplit("Signature=", 1)[1],
        "authorization": authorization,
        "added_headers": [[date_header, moment.strftime("%Y%m%dT%H%M%SZ")]],
    }
    case["peer"] = version("dciauth")
    case["confirmed_by"] = [version("Werkzeug")]
