"""A strict RFC 5849 server by oauthlib, with Candlepin's manners on demand.

Candlepin's own verifier (net.oauth) conforms to the RFC but is packaged nowhere; what is
peculiar to Candlepin are its statuses: only a wrong signature and an unknown consumer
are a 401, every other OAuth problem comes back as 200 with a displayMessage.
"""
import time

from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint
from oauthlib.oauth1.rfc5849 import utils
from oauthlib.common import urldecode
from plain import answer_json, options, serve

config = options("rules", "consumer", "secret", "token", "token-secret", "public-key")
CANDLEPIN = config.rules == "candlepin"
METHODS = ("HMAC-SHA1", "PLAINTEXT", "RSA-SHA1") if CANDLEPIN else (
    "HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT",
    "RSA-SHA1", "RSA-SHA256", "RSA-SHA512")
SKEW = 300
nonces = set()


class Validator(RequestValidator):
    enforce_ssl = False
    dummy_client = "nobody"
    allowed_signature_methods = METHODS
    # oauthlib's defaults (20 to 30 alphanumerics) are a policy, not the RFC.
    client_key_length = nonce_length = access_token_length = (1, 200)

    def check_client_key(self, client_key):
        return True

    def check_nonce(self, nonce):
        return bool(nonce)

    def check_access_token(self, access_token):
        return True

    def validate_client_key(self, client_key, request):
        return client_key == config.consumer

    def get_client_secret(self, client_key, request):
        return config.secret

    def get_access_token_secret(self, client_key, token, request):
        return config.token_secret if token == config.token else ""

    def get_rsa_key(self, client_key, request):
        with open(config.public_key, encoding="ascii") as file:
            return file.read()

    def validate_timestamp_and_nonce(self, *_, **__):
        return True  # done before, where the order of net.oauth's checks is kept


def protocol_parameters(received):
    """oauth_* from the one place where they are; a name twice is a fault of its own."""
    header = received.header("authorization")
    if header.lower().startswith("oauth "):
        listed = [(k, utils.unescape(v)) for k, v in utils.parse_authorization_header(header)]
    else:
        listed = urldecode(received.query) if received.query else []
        if received.is_form() and received.body:
            listed += urldecode(received.body.decode("utf-8"))
    listed = [pair for pair in listed if pair[0].startswith("oauth_")]
    return dict(listed), len(listed) != len(dict(listed))


def problem_of(found, twice):
    """The first of net.oauth's checks that fails, by its name there, or None."""
    if twice:
        return "parameter_rejected"
    for name in ("consumer_key", "signature_method", "signature", "timestamp", "nonce"):
        if not found.get("oauth_" + name):
            return "parameter_absent"
    if found.get("oauth_version", "1.0") != "1.0":
        return "version_rejected"
    if abs(time.time() - int(found["oauth_timestamp"])) > SKEW:
        return "timestamp_refused"
    used = tuple(found.get("oauth_" + n) for n in ("timestamp", "nonce", "consumer_key", "token"))
    if used in nonces:
        return "nonce_used"
    nonces.add(used)
    if found["oauth_signature_method"] not in METHODS:
        return "signature_method_rejected"
    return None


def refused(status, message):
    challenge = [("WWW-Authenticate", "Basic Realm=candlepin" if CANDLEPIN else "OAuth")]
    return answer_json(status, {"displayMessage": message, "requestUuid": "0"},
                       challenge if status == 401 else [])


def respond(received):
    if received.target == "/candlepin/status":
        return answer_json(200, {"mode": "NORMAL"})
    found, twice = protocol_parameters(received)
    if not found:
        return refused(401, "Invalid Credentials")
    if found.get("oauth_consumer_key") != config.consumer:
        return refused(401, "Invalid OAuth unit or secret")
    problem = problem_of(found, twice)
    if problem:
        return refused(200 if CANDLEPIN else 401,
                       "OAuth problem encountered. Internal message is: " + problem)
    headers = {name: value for name, value in received.headers.items()}
    form = received.body.decode("utf-8") if received.is_form() else None
    valid, _ = SignatureOnlyEndpoint(Validator()).validate_request(
        f"http://{received.header('host')}{received.target}", received.method, form, headers)
    if not valid:
        return refused(401, "Invalid OAuth unit or secret")
    return answer_json(200, received.echo(
        nonce=found["oauth_nonce"],
        timestamp=found["oauth_timestamp"],
        signature_method=found["oauth_signature_method"],
    ))


serve(respond)
