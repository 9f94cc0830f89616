"""The OVH server, proved with python-ovh talking to it over HTTP."""
import ovh.client
import ovh.exceptions
from systems.ovh import APPLICATION, CONSUMER, OFFSET, RECORD, SECRET

from . import Prover, send


def prove(port, peers, report):
    prover = Prover("ovh", report)

    def client(**changes):
        settings = {"application_key": APPLICATION, "application_secret": SECRET, "consumer_key": CONSUMER}
        made = ovh.client.Client(endpoint="ovh-eu", **{**settings, **changes})
        made._endpoint = f"http://127.0.0.1:{port}/1.0"
        made._session.trust_env = False
        return made

    def call(method, path, data=None, **changes):
        answer = client(**changes).raw_call(method, path, data)
        return answer.status_code, answer.text

    prover.answers("right", 200, lambda: call("GET", "/me?b=2&a=1"), '"oracle": true')
    prover.answers("right with JSON", 200, lambda: call("POST", RECORD, {"target": "é", "ttl": 60}))
    prover.answers("right DELETE with a body", 200, lambda: call("DELETE", RECORD + "/1", {"a": 1}))
    prover.answers("the clock", 200, lambda: (200 if abs(client().time_delta - OFFSET) <= 2 else 0, ""))
    prover.answers("wrong secret", 400, lambda: call("GET", "/me", application_secret="x"), "INVALID_SIGNATURE")
    prover.answers("unknown consumer key", 403, lambda: call("GET", "/me", consumer_key="x"), "INVALID_CREDENTIAL")
    prover.answers("unknown application", 403, lambda: call("GET", "/me", application_key="x"), "INVALID_KEY")
    # requests rewrites this path after python-ovh has signed it: a fault of that client.
    prover.answers("signed and sent differ", 400, lambda: call("GET", "/a/../b"), "INVALID_SIGNATURE")
    prover.answers("unsigned", 403, lambda: send(port, "GET", "/1.0/me"))
