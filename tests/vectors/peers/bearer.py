"""Bearer tokens by oauthlib's client and by Authlib's."""
from authlib.oauth2.auth import TokenAuth
from oauthlib.oauth2 import Client

from . import Disagreement, body_bytes, version


def sign(case):
    sent, token = case["request"], case["credentials"]["token"]
    body = body_bytes(sent)
    client = Client("client", token_type="Bearer", access_token=token)
    url, headers, unchanged = client.add_token(sent["url"], sent["method"], body, dict(sent["headers"]))
    again = TokenAuth({"token_type": "bearer", "access_token": token})
    url_again, headers_again, unchanged_again = again.prepare(sent["url"], dict(sent["headers"]), body)
    if (url, unchanged) != (sent["url"], body) or (url_again, unchanged_again) != (sent["url"], body):
        raise Disagreement(f"{case['case']}: more than a header changed")
    if headers["Authorization"] != headers_again["Authorization"]:
        raise Disagreement(f"{case['case']}: oauthlib {headers['Authorization']}, Authlib {headers_again['Authorization']}")
    case["expected"] = {"token": token, "authorization": headers["Authorization"]}
    case["peer"] = version("oauthlib")
    case["confirmed_by"] = [version("Authlib")]
