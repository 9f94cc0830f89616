"""Basic authentication by requests, which is given UTF-8, and by Werkzeug."""
import requests
from werkzeug.datastructures import Authorization

from . import Disagreement, version


def sign(case):
    user, password = case["credentials"]["user"], case["credentials"]["password"]
    # Text would be encoded as Latin-1, which RFC 7617 leaves to both ends; bytes pass.
    auth = requests.auth.HTTPBasicAuth(user.encode("utf-8"), password.encode("utf-8"))
    sent = requests.Request(case["request"]["method"], case["request"]["url"], auth=auth).prepare()
    authorization = sent.headers["Authorization"]
    again = Authorization("basic", {"username": user, "password": password})
    if again.to_header() != authorization:
        raise Disagreement(f"{case['case']}: requests {authorization}, Werkzeug {again.to_header()}")
    read = Authorization.from_header(authorization)
    if (read.username, read.password) != (user, password):
        raise Disagreement(f"{case['case']}: Werkzeug reads {read.username!r} and {read.password!r}")
    case["expected"] = {"credentials": authorization.removeprefix("Basic "), "authorization": authorization}
    case["peer"] = version("requests")
    case["confirmed_by"] = [version("Werkzeug")]
