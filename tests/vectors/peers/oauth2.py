"""Client credentials by requests-oauthlib (oauthlib) and by Authlib, over a transport that only records."""
import json

import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from oauthlib.oauth2 import BackendApplicationClient
from requests_oauthlib import OAuth2Session

from . import Disagreement, body_bytes, version


class Recorder(requests.adapters.BaseAdapter):
    """Keeps what is sent, and answers as a token server does."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer
        self.sent = []

    def send(self, request, **_):
        self.sent.append(request)
        response = requests.Response()
        response.status_code = 200
        response.headers["Content-Type"] = "application/json"
        response._content = json.dumps(self.answer).encode()
        response.request, response.url = request, request.url
        return response

    def close(self):
        pass


def exchange(session, case, fetch):
    """What a session sends for a token, and with it."""
    recorder = Recorder(case["settings"]["answer"])
    session.mount("https://", recorder)
    session.trust_env = False
    fetch(session)
    sent = case["request"]
    session.request(sent["method"], sent["url"], headers=dict(sent["headers"]), data=body_bytes(sent))
    asked, used = recorder.sent
    body = asked.body.decode() if isinstance(asked.body, bytes) else asked.body
    return {
        "token_request": {
            "method": asked.method,
            "url": asked.url,
            "authorization": asked.headers["Authorization"],
            "content_type": asked.headers["Content-Type"].partition(";")[0],
            "form": sorted(part.split("=", 1) for part in body.split("&")),
        },
        "token": case["settings"]["answer"]["access_token"],
        "authorization": used.headers["Authorization"],
    }


def sign(case):
    credentials, settings = case["credentials"], case["settings"]
    identifier, secret = credentials["client_id"], credentials["client_secret"]
    url, scope = settings["token_url"], settings.get("scope")
    first = exchange(
        OAuth2Session(client=BackendApplicationClient(identifier, scope=scope)), case,
        lambda session: session.fetch_token(url, client_id=identifier, client_secret=secret))
    second = exchange(
        AuthlibSession(identifier, secret, scope=scope, token_endpoint_auth_method="client_secret_basic"), case,
        lambda session: session.fetch_token(url, grant_type="client_credentials"))
    if first != second:
        raise Disagreement(f"{case['case']}: requests-oauthlib {first}, Authlib {second}")
    case["expected"] = first
    case["peer"] = version("requests-oauthlib")
    case["confirmed_by"] = [version("Authlib")]
