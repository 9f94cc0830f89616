"""DCI: dciauth.v2 under Flask, called with what the control server calls it with.

Method, decoded path, request.data and request.args.to_dict(flat=True): the last two are
why a form's body counts as empty and why only a name's first value is signed.
"""
import hashlib
import logging
import socket
import sys

import flask
from dciauth.v2.headers import parse_headers
from dciauth.v2.signature import is_valid
from plain import options
from werkzeug.serving import make_server

config = options("client", "secret")
app = flask.Flask(__name__)
app.url_map.strict_slashes = False


def refused(status, message):
    print(f"  refused with {status}: {message}", file=sys.stderr, flush=True)
    answer = flask.jsonify({"status_code": status, "message": message, "payload": {}})
    answer.status_code = status
    return answer


def authenticate(request):
    """None, or the answer of a refusal with the control server's texts."""
    if "authorization" not in request.headers:
        return refused(401, "Authorization header missing")
    scheme = request.headers["authorization"].split(" ", 1)[0]
    if scheme not in ("DCI-HMAC-SHA256", "DCI2-HMAC-SHA256", "AWS4-HMAC-SHA256"):
        return refused(401, "Authorization scheme %s unknown" % scheme)
    parsed = parse_headers(request.headers)
    if not parsed:
        return refused(400, "HmacMechanism failed: bad or incomplete headers.")
    if f"{parsed['client_type']}/{parsed['client_id']}" != config.client:
        return refused(401, "identity does not exists.")
    valid, reason = is_valid(
        {
            "method": request.method,
            "endpoint": request.path,
            "data": request.data,
            "params": request.args.to_dict(flat=True),
        },
        {"secret_key": config.secret},
        parsed,
    )
    return None if valid else refused(400, "HmacMechanism failed: %s" % reason)


@app.route("/", defaults={"path": ""}, methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
@app.route("/<path:path>", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
def answer(path):
    request = flask.request
    refusal = authenticate(request)
    if refusal is not None:
        return refusal
    return {
        "method": request.method,
        "target": request.environ["RAW_URI"],
        "content_type": request.headers.get("content-type", ""),
        "headers": {k.lower(): v for k, v in request.headers if k.lower() != "authorization"},
        "body_length": len(request.data),
        "body_sha256": hashlib.sha256(request.data).hexdigest(),
        "body": request.data.decode("utf-8", "replace") if len(request.data) < 4096 else None,
        "form": [[k, v] for k, v in request.form.items(multi=True)],
        "files": [[k, f.filename, f.read().decode("latin-1")] for k, f in request.files.items(multi=True)],
        "scheme": request.headers["authorization"].split(" ", 1)[0],
        "date": request.headers.get("x-dci-date") or request.headers.get("x-amz-date"),
    }


logging.getLogger("werkzeug").setLevel(logging.INFO)
listener = socket.create_server(("127.0.0.1", 0))
print(f"listening {listener.getsockname()[1]}", flush=True)
make_server("127.0.0.1", listener.getsockname()[1], app, threaded=True, fd=listener.fileno()).serve_forever()
