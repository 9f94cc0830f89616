"""OAuth 1.0 cases that ruby-oauth decides: Foreman's reading of a request, and raw octets."""
import atexit
import functools
import json
import pathlib
import subprocess

from oauthlib.oauth1.rfc5849 import parameters

from . import body_bytes, header

SCRIPT = pathlib.Path(__file__).with_name("oauth1_ruby.rb")


class Refused(Exception):
    """The server's code ends in an error for this request."""


@functools.cache
def process():
    """One ruby for all requests: starting it takes longer than a thousand signatures."""
    running = subprocess.Popen(["ruby", "-W0", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    atexit.register(running.kill)
    return running


def answer(request):
    running = process()
    running.stdin.write(json.dumps(request).encode() + b"\n")
    running.stdin.flush()
    line = running.stdout.readline()
    if not line:
        raise RuntimeError("ruby ended")
    return json.loads(line)


def sign(case, listed, mode):
    request, credentials = case["request"], case["credentials"]
    body = body_bytes(request)
    # The server needs an oauth_signature to parse; it takes no part in the base string.
    received = parameters.prepare_headers(listed + [("oauth_signature", "x")], {})
    stages = answer(
        {
            "mode": mode,
            "method": request["method"],
            "url": request["url"],
            "content_type": header(request, "content-type"),
            "body": None if body is None else body.decode("utf-8"),
            "authorization": received["Authorization"],
            "oauth_parameters": listed,
            "consumer_secret": credentials.get("consumer_secret", ""),
            "token_secret": credentials.get("token_secret", ""),
        }
    )
    versions = stages.pop("versions")
    if "error" in stages:
        raise Refused(stages["error"])
    case["peer"] = {"name": "ruby-oauth", "version": versions["ruby-oauth"]}
    case["confirmed_by"] = (
        [{"name": "actionpack", "version": versions["actionpack"]}] if mode == "rack" else []
    )
    signed = listed + [("oauth_signature", stages["signature"])]
    case["expected"] = {
        "oauth_parameters": [list(pair) for pair in listed],
        **stages,
        "authorization": parameters.prepare_headers(signed, {})["Authorization"],
    }
