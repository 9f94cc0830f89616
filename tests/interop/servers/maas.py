"""MAAS: its verifier is piston3's oauth.py, run here unchanged.

Around it stands what MAAS and Django do before and after: which requests count as
signed, what Django makes of path and form, one nonce store, and the texts of the 401s.
"""
import importlib.util
import io

import maas_images
from plain import answer_json, answer_text, options, serve
from urllib.parse import quote, unquote
from werkzeug.formparser import parse_form_data

NEEDED = ["oauth_" + name for name in
          ("consumer_key", "token", "signature", "signature_method", "timestamp", "nonce")]

config = options("piston", "key")
spec = importlib.util.spec_from_file_location("piston_oauth", config.piston)
oauth = importlib.util.module_from_spec(spec)
spec.loader.exec_module(oauth)
CONSUMER_KEY, TOKEN_KEY, TOKEN_SECRET = config.key.split(":")
nonces = set()


class Store(oauth.OAuthDataStore):
    """One API key; MAAS gives every consumer an empty secret."""

    def lookup_consumer(self, key):
        return oauth.OAuthConsumer(key, "") if key == CONSUMER_KEY else None

    def lookup_token(self, token_type, token):
        return oauth.OAuthToken(token, TOKEN_SECRET) if token == TOKEN_KEY else None

    def lookup_nonce(self, consumer, token, nonce):
        # The time is no part of it: a nonce is used up for ever.
        used = (consumer.key, token.key, nonce)
        if used in nonces:
            return nonce
        nonces.add(used)
        return None


def form_of(received):
    """Django's request.POST: forms of both kinds, and of POST only."""
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": received.header("content-type"),
        "CONTENT_LENGTH": str(len(received.body)),
        "wsgi.input": io.BytesIO(received.body),
    }
    _, form, files = parse_form_data(environ)
    return form, files


def absolute(received):
    """Django's build_absolute_uri: the path decoded and encoded by Django's own rule."""
    path = quote(unquote(received.path), safe="/:@&+$,-_.!~*'()")
    query = "?" + received.query if received.query else ""
    return f"http://{received.header('host')}{path}{query}"


def refusal(error):
    # MAAS prints the message's repr, except for an unknown consumer.
    text = "Invalid API key." if error.message == "Invalid consumer." else repr(error.message)
    challenge = oauth.build_authenticate_header(realm="OAuth")
    return answer_text(401, "Authorization Error: " + text, challenge.items())


def respond(received):
    if received.target == "/MAAS/api/2.0/version/":
        return answer_json(200, {"version": "3.5.0", "capabilities": []})
    if not received.path.startswith("/MAAS/api/2.0/") or not received.path.endswith("/"):
        return answer_text(404, f"Unknown API endpoint: {received.path}.")
    form, files = form_of(received)
    authorization = received.header("authorization")
    posted = {k: form.getlist(k)[-1] for k in form} if received.method == "POST" else {}
    places = (authorization, received.query, posted)
    if not any(all(name in place for name in NEEDED) for place in places):
        return answer_text(401, "Forbidden")
    try:
        request = oauth.OAuthRequest.from_request(
            received.method,
            absolute(received),
            headers={"Authorization": authorization},
            parameters=dict(posted),
            query_string=received.query,
        )
        server = oauth.OAuthServer(Store())
        server.add_signature_method(oauth.OAuthSignatureMethod_PLAINTEXT())
        server.add_signature_method(oauth.OAuthSignatureMethod_HMAC_SHA1())
        server.verify_request(request)
    except oauth.OAuthError as error:
        return refusal(error)
    fields = {name: values[-1] for name, values in form.lists()}
    return maas_images.respond(received, fields) or answer_json(200, received.echo(
        nonce=request.get_parameter("oauth_nonce"),
        timestamp=request.get_parameter("oauth_timestamp"),
        signature_method=request.get_parameter("oauth_signature_method"),
        form=[[k, v] for k, v in form.items(multi=True)],
        files=[[k, f.filename, f.read().decode("latin-1")] for k, f in files.items(multi=True)],
    ))


serve(respond)
