"""OVHcloud: no server of its own can be had, so python-ovh, a client, is the oracle.

What came over the wire is given to python-ovh's Client with the clock set to the
request's own timestamp; the signature that it would send must be the one received. The
same is computed from the documented formula over raw bytes, which also covers bodies
that python-ovh cannot hold; both must agree wherever both exist.
"""
import hashlib
import time
from unittest import mock

import ovh.client
from plain import answer_json, options, serve

config = options("application-key", "application-secret", "consumer-key", "offset")
OFFSET = int(config.offset)


def oracle(received, base, timestamp):
    """python-ovh's signature for this request, or None when the body is no UTF-8."""
    try:
        body = received.body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    client = ovh.client.Client(
        endpoint="ovh-eu",
        application_key=config.application_key,
        application_secret=config.application_secret,
        consumer_key=config.consumer_key,
    )
    client._endpoint = base
    client._time_delta = 0
    client._session = mock.Mock()
    # python-ovh makes JSON of its argument; here the body is JSON already.
    as_it_is = mock.Mock(dumps=lambda data, **_: data)
    with mock.patch("ovh.client.time.time", lambda: timestamp), \
            mock.patch.object(ovh.client, "json", as_it_is):
        client.raw_call(received.method, received.target, body or None)
    return client._session.request.call_args.kwargs["headers"]["X-Ovh-Signature"]


def formula(received, base, timestamp):
    """`$1$` and SHA-1 over the six parts joined by `+`, from raw bytes."""
    parts = (
        config.application_secret.encode(), config.consumer_key.encode(),
        received.method.encode(), (base + received.target).encode("latin-1"),
        received.body, str(timestamp).encode(),
    )
    return "$1$" + hashlib.sha1(b"+".join(parts)).hexdigest()


def refused(status, code, message):
    text = {400: "400 Bad Request", 403: "403 Forbidden"}[status]
    return answer_json(status, {"errorCode": code, "httpCode": text, "message": message})


def respond(received):
    if received.method == "GET" and received.target == "/1.0/auth/time":
        return answer_json(200, int(time.time()) + OFFSET)
    if received.header("x-ovh-application") != config.application_key:
        return refused(403, "INVALID_KEY", "This application key is invalid")
    if received.header("x-ovh-consumer") != config.consumer_key:
        return refused(403, "INVALID_CREDENTIAL", "This credential does not exist")
    protocol = received.header("x-forwarded-proto") or "http"
    base = f"{protocol}://{received.header('host')}"
    timestamp = received.header("x-ovh-timestamp")
    if not timestamp.isdigit():
        return refused(400, "INVALID_SIGNATURE", "Invalid signature")
    expected = formula(received, base, int(timestamp))
    theirs = oracle(received, base, int(timestamp))
    if theirs not in (None, expected):
        raise RuntimeError(f"python-ovh {theirs}, formula {expected}")
    if received.header("x-ovh-signature") != expected:
        return refused(400, "INVALID_SIGNATURE", "Invalid signature")
    return answer_json(200, received.echo(
        timestamp=timestamp,
        clock=int(time.time()) + OFFSET,
        oracle=theirs is not None,
    ))


serve(respond)
