"""oauthlib's client for the three OAuth 1.0 servers that speak Python."""
import time

from oauthlib.oauth1 import Client

from . import send


class Signer:
    """Credentials, and requests signed with them."""

    def __init__(self, port, key, secret, token=None, token_secret=None, method="HMAC-SHA1", rsa_key=None):
        self.port = port
        self.settings = {
            "client_key": key, "client_secret": secret, "resource_owner_key": token,
            "resource_owner_secret": token_secret, "signature_method": method, "rsa_key": rsa_key,
        }

    def __call__(self, method, target, body=None, content_type=None, sent=None, nonce=None,
                 age=0, extra=(), sent_body=None, **changes):
        """Signs `target` and sends `sent` in its place when that is given."""
        client = Client(**{**self.settings, **changes}, nonce=nonce, timestamp=str(int(time.time()) - age))
        headers = {"Content-Type": content_type} if content_type else {}
        form = content_type == "application/x-www-form-urlencoded"
        _, signed, _ = client.sign(
            f"http://127.0.0.1:{self.port}{target}", method, body if form else None, headers if form else {})
        headers.update(signed)
        headers.update(dict(extra))
        body = sent_body if sent_body is not None else body
        return send(self.port, method, sent or target, headers, None if body is None else body.encode())
