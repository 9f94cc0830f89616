"""An authorization server by oauthlib: OAuth 1.0's three legs and OAuth 2.0's client credentials.

`/allow?oauth_token=…` stands for the page on which a user consents: visiting it consents.
It sends the browser back to the client's callback, or shows the verifier where there is none.
"""
import base64
import json
import secrets
import urllib.parse

from oauthlib import oauth1, oauth2
from plain import answer_json, answer_text, options, serve

config = options("consumer", "secret", "client", "client-secret")
temporary, tokens, verifiers, bearers = {}, {}, {}, {}


class Legs(oauth1.RequestValidator):
    """What an OAuth 1.0 server remembers; what oauthlib asks it."""
    enforce_ssl = False
    dummy_client = dummy_request_token = dummy_access_token = "nobody"
    # oauthlib's defaults (20 to 30 alphanumerics) are a policy, not the RFC.
    client_key_length = nonce_length = access_token_length = request_token_length = verifier_length = (1, 200)

    def __init__(self):
        super().__init__()
        self.used = set()

    # A string of any letters is a key; the bounds above are for alphanumerics only.
    def check_client_key(self, client_key):
        return True

    check_request_token = check_access_token = check_verifier = check_client_key

    def check_nonce(self, nonce):
        return bool(nonce)

    def validate_client_key(self, client_key, request):
        return client_key == config.consumer

    def get_client_secret(self, client_key, request):
        return config.secret

    def validate_timestamp_and_nonce(self, client_key, timestamp, nonce, request,
                                     request_token=None, access_token=None):
        use = (client_key, timestamp, nonce, request_token, access_token)
        is_new = use not in self.used
        self.used.add(use)
        return is_new

    def get_default_realms(self, client_key, request):
        return []

    def validate_requested_realms(self, client_key, realms, request):
        return True

    def validate_redirect_uri(self, client_key, redirect_uri, request):
        host = urllib.parse.urlsplit(redirect_uri).hostname
        return redirect_uri == "oob" or host == "127.0.0.1"

    def save_request_token(self, token, request):
        temporary[token["oauth_token"]] = (token["oauth_token_secret"], request.redirect_uri)

    def verify_request_token(self, token, request):
        return token in temporary

    def validate_request_token(self, client_key, token, request):
        return token in temporary

    def get_request_token_secret(self, client_key, token, request):
        return temporary.get(token, ("",))[0]

    def get_realms(self, token, request):
        return []

    def get_redirect_uri(self, token, request):
        return temporary[token][1]

    def save_verifier(self, token, verifier, request):
        verifiers[token] = verifier["oauth_verifier"]

    def validate_verifier(self, client_key, token, verifier, request):
        return bool(verifier) and verifiers.get(token) == verifier

    def save_access_token(self, token, request):
        tokens[token["oauth_token"]] = token["oauth_token_secret"]

    def invalidate_request_token(self, client_key, request_token, request):
        temporary.pop(request_token)

    def validate_access_token(self, client_key, token, request):
        return token in tokens

    def get_access_token_secret(self, client_key, token, request):
        return tokens.get(token, "")

    def validate_realms(self, client_key, token, request, uri=None, realms=None):
        return True


class Clients(oauth2.RequestValidator):
    """The same of OAuth 2.0 with client credentials (RFC 6749 section 4.4)."""

    def authenticate_client(self, request, *_, **__):
        given = (request.headers.get("Authorization") or "").partition(" ")[2]
        client, _, secret = base64.b64decode(given).decode("utf-8").partition(":")
        # Section 2.3.1: both are encoded as in a form.
        found = (urllib.parse.unquote_plus(client), urllib.parse.unquote_plus(secret))
        if found != (config.client, config.client_secret):
            return False
        request.client = type("Client", (), {"client_id": client})()
        return True

    def validate_grant_type(self, client_id, grant_type, client, request, *_, **__):
        return grant_type == "client_credentials"

    def get_default_scopes(self, client_id, request, *_, **__):
        return ["read"]

    def validate_scopes(self, client_id, scopes, client, request, *_, **__):
        return set(scopes) <= {"read", "write"}

    def save_bearer_token(self, token, request, *_, **__):
        bearers[token["access_token"]] = token["scope"].split()

    def validate_bearer_token(self, token, scopes, request):
        return token in bearers and set(scopes) <= set(bearers[token])


legs = oauth1.WebApplicationServer(Legs())
backend = oauth2.BackendApplicationServer(Clients())


def respond(received):
    url = f"http://{received.header('host')}{received.target}"
    form = received.body.decode("utf-8") if received.is_form() else None
    request = (url, received.method, form, dict(received.headers.items()))
    match received.path:
        case "/initiate":
            headers, body, status = legs.create_request_token_response(*request)
        case "/allow":
            headers, body, status = legs.create_authorization_response(*request, realms=[])
            if status == 200:
                return answer_text(200, urllib.parse.parse_qs(body)["oauth_verifier"][0])
        case "/token":
            headers, body, status = legs.create_access_token_response(*request)
        case "/oauth2/token":
            headers, body, status = backend.create_token_response(*request)
        case path if path.startswith("/oauth2/"):
            scope = ["write"] if received.method == "POST" else ["read"]
            valid, _ = backend.verify_request(*request, scopes=scope)
            return answer_json(200, received.echo()) if valid else answer_json(401, {"error": "invalid_token"})
        case _:
            valid, _ = legs.validate_protected_resource_request(*request)
            return answer_json(200, received.echo()) if valid else answer_json(401, {"error": "refused"})
    body = body or ""
    return status, list(headers.items()), body.encode("utf-8")


serve(respond)
