"""OVH by python-ovh, confirmed by node-ovh where that is right: the Client of python-ovh signs with a fixed clock and a transport that only records.

The pre-image is what python-ovh feeds to SHA-1, overheard at hashlib.
"""
import hashlib
import json
from unittest import mock

import ovh.client

from . import Disagreement, body_bytes, ovh_node, version


class Overheard:
    """hashlib for ovh.client, keeping the text of the last digest."""

    def __init__(self):
        self.text = None

    def sha1(self):
        keeper, real = self, hashlib.sha1()

        class Digest:
            def update(self, data):
                keeper.text = data.decode("utf-8")
                real.update(data)

            def hexdigest(self):
                return real.hexdigest()

        return Digest()


def sign(case):
    request, credentials = case["request"], case["credentials"]
    client = ovh.client.Client(
        endpoint="ovh-eu",
        application_key=credentials["application_key"],
        application_secret=credentials["application_secret"],
        consumer_key=credentials["consumer_key"],
    )
    # python-ovh knows endpoints only by name; the case's own base URL is put in its place.
    client._endpoint = case["settings"]["base_url"]
    client._time_delta = 0
    client._session = mock.Mock()
    overheard = Overheard()

    body = body_bytes(request)
    # The peer makes JSON of its argument; a body that is given as bytes passes unchanged.
    as_given = mock.patch.object(
        ovh.client, "json", mock.Mock(dumps=lambda data, **_: data, wraps=json)
    )
    path = request["url"][len(client._endpoint):]
    if not request["url"].startswith(client._endpoint):
        # An API v2 address replaces the "/1.0" of the base (python-ovh's own rule).
        path = request["url"][len(client._endpoint.removesuffix("/1.0")):]
    with mock.patch("ovh.client.time.time", lambda: case["timestamp"]), mock.patch.object(
        ovh.client, "hashlib", overheard
    ), as_given:
        client.raw_call(
            request["method"],
            path,
            None if body is None else body.decode("utf-8"),
            headers=dict(request["headers"]),
        )
    (method, target), sent = client._session.request.call_args
    assert target == request["url"], (target, request["url"])
    assert method == request["method"]
    assert dict(request["headers"]).items() <= sent["headers"].items()
    case["expected"] = {
        "pre_image": overheard.text,
        "signature": sent["headers"]["X-Ovh-Signature"],
        "headers": sorted(
            [name, value]
            for name, value in sent["headers"].items()
            if name.startswith("X-Ovh") and name not in dict(request["headers"])
        ),
    }
    case["peer"] = version("ovh")
    again = ovh_node.signature(case)
    if again not in (None, case["expected"]["signature"]):
        raise Disagreement(f"{case['case']}: python-ovh {case['expected']['signature']}, node-ovh {again}")
    case["confirmed_by"] = [] if again is None else [ovh_node.version()]
