"""The authorization server, proved with oauthlib's own clients: each leg, right and wrong."""
import urllib.parse

import requests
from oauthlib.oauth1 import Client
from systems.login import CLIENT, CLIENT_SECRET, CONSUMER, SECRET

from . import Prover


def prove(port, peers, report):
    prover = Prover("login", report)
    url = f"http://127.0.0.1:{port}"

    def signed(method, path, **client):
        found = Client(CONSUMER, SECRET, **client).sign(url + path, method)
        return requests.request(method, found[0], headers=found[1], timeout=20)

    def grant(verifier=None):
        """A token by all three legs, with another verifier on wish."""
        first = dict(urllib.parse.parse_qsl(signed("POST", "/initiate", callback_uri="oob").text))
        shown = requests.get(f"{url}/allow", {"oauth_token": first["oauth_token"]}, timeout=20).text
        return signed("POST", "/token", resource_owner_key=first["oauth_token"],
                      resource_owner_secret=first["oauth_token_secret"], verifier=verifier or shown)

    def used(secret=None):
        token = dict(urllib.parse.parse_qsl(grant().text))
        return signed("GET", "/photos/x", resource_owner_key=token["oauth_token"],
                      resource_owner_secret=secret or token["oauth_token_secret"])

    def bearer(secret=CLIENT_SECRET):
        quoted = (urllib.parse.quote_plus(CLIENT), urllib.parse.quote_plus(secret))
        return requests.post(f"{url}/oauth2/token", {"grant_type": "client_credentials"}, auth=quoted, timeout=20)

    def said(answer):
        return answer.status_code, answer.text

    prover.answers("three legs", 200, lambda: said(grant()))
    prover.answers("another verifier", 401, lambda: said(grant("x")))
    prover.answers("a token that was granted", 200, lambda: said(used()))
    prover.answers("its secret wrong", 401, lambda: said(used("x")))
    prover.answers("client credentials", 200, lambda: said(bearer()))
    prover.answers("client's secret wrong", 401, lambda: said(bearer("x")))
