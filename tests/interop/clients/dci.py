"""The DCI server, proved with dciauth's own client side."""
import datetime
from urllib.parse import parse_qsl, urlsplit

from dciauth.v2.headers import generate_headers
from systems.dci import CLIENT, JOBS, SECRET

from . import Prover, send


def prove(port, peers, report):
    prover = Prover("dci", report)

    def signed(method, target, body="", content_type=None, sent=None, sent_body=None, age=0, secret=SECRET, client=CLIENT):
        parts = urlsplit(target)
        moment = datetime.datetime.utcnow() - datetime.timedelta(seconds=age)
        headers = generate_headers(
            {"method": method, "endpoint": parts.path, "params": dict(parse_qsl(parts.query)), "data": body,
             "host": f"127.0.0.1:{port}", "timestamp": moment.strftime("%Y%m%dT%H%M%SZ"),
             "datestamp": moment.strftime("%Y%m%d")},
            {"access_key": client, "secret_key": secret})
        if content_type:
            headers["Content-Type"] = content_type
        body = sent_body if sent_body is not None else body
        return send(port, method, sent or target, headers, body.encode())

    json = "application/json"
    prover.answers("right", 200, lambda: signed("GET", JOBS + "?where=name:foo&limit=1"))
    prover.answers("right with JSON", 200, lambda: signed("POST", JOBS, '{"a":1}', json))
    prover.answers("wrong secret", 400, lambda: signed("GET", JOBS, secret="x"), "signature is invalid")
    prover.answers("unknown identity", 401, lambda: signed("GET", JOBS, client="remoteci/x"), "identity does not exists.")
    prover.answers("other query", 400, lambda: signed("GET", JOBS + "?a=1", sent=JOBS + "?a=2"), "signature is invalid")
    prover.answers("other path", 400, lambda: signed("GET", JOBS, sent=JOBS + "x"), "signature is invalid")
    prover.answers("other body", 400, lambda: signed("POST", JOBS, "{}", json, sent_body="[]"), "signature is invalid")
    prover.answers("old time", 400, lambda: signed("GET", JOBS, age=901), "signature is expired")
    prover.answers("unsigned", 401, lambda: send(port, "GET", JOBS), "Authorization header missing")
