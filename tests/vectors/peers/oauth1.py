"""OAuth 1.0 by oauthlib, confirmed by Authlib wherever Authlib accepts the request.

oauthlib's Client.sign is not used for the stages: it refuses a Content-Type with
parameters and adds oauth_body_hash of its own accord. Its functions for the single
steps of RFC 5849 section 3.4 are called instead, in the order that Client uses.
"""
import os
from urllib.parse import urlsplit

from oauthlib.common import Request, urldecode, urlencode
from oauthlib.oauth1 import Client
from oauthlib.oauth1.rfc5849 import parameters, signature

from . import Disagreement, body_bytes, header, oauth1_ruby, version

# Authlib refuses http:// to anything but loopback unless told that this is a test.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
from authlib.oauth1.rfc5849 import signature as authlib_signature  # noqa: E402
from authlib.oauth1.rfc5849.wrapper import OAuth1Request  # noqa: E402

FORM = "application/x-www-form-urlencoded"


def is_form(request):
    content_type = header(request, "content-type") or ""
    return content_type.split(";")[0].strip().lower() == FORM


def protocol_parameters(case, client):
    """The oauth_* parameters without the signature, as oauthlib's client lists them."""
    request = case["request"]
    settings = case["settings"]
    # body_hash is oauthlib's own work: it hashes when it sees a body that is no form.
    hashed = settings.get("body_hash") and not is_form(request)
    draft = Request(
        request["url"],
        request["method"],
        request["body"]["utf8"] if hashed and request["body"] else None,
        {"Content-Type": header(request, "content-type")} if hashed else {},
    )
    listed = client.get_oauth_params(draft)
    if settings.get("version", True) is False:
        listed = [(k, v) for k, v in listed if k != "oauth_version"]
    return listed


def sign(case):
    request, credentials, settings = case["request"], case["credentials"], case["settings"]
    client = Client(
        credentials["consumer_key"],
        client_secret=credentials.get("consumer_secret", ""),
        resource_owner_key=credentials.get("token"),
        resource_owner_secret=credentials.get("token_secret", ""),
        signature_method=settings["signature_method"],
        rsa_key=credentials.get("private_key"),
        realm=settings.get("realm"),
        callback_uri=settings.get("callback"),
        verifier=settings.get("verifier"),
        nonce=case["nonce"],
        timestamp=str(case["timestamp"]),
    )
    url = request["url"]
    form = (body_bytes(request) or b"").decode("utf-8") if is_form(request) else ""
    listed = protocol_parameters(case, client)
    ruby_mode = case.pop("ruby", None)
    if ruby_mode:
        return oauth1_ruby.sign(case, listed, ruby_mode)

    # Where the parameters travel never changes what is signed (RFC 5849 section 3.5),
    # so they are collected from a header in every case.
    unsigned_header = parameters.prepare_headers(listed, {}, realm=settings.get("realm"))
    collected = signature.collect_parameters(
        uri_query=urlsplit(url).query, body=form, headers=unsigned_header
    )
    normalized = signature.normalize_parameters(collected)
    base_uri = signature.base_string_uri(url)
    base_string = signature.signature_base_string(request["method"], base_uri, normalized)
    value = client.SIGNATURE_METHODS[settings["signature_method"]](base_string, client)

    signed = listed + [("oauth_signature", value)]
    expected = {
        "oauth_parameters": [list(pair) for pair in listed],
        "base_string_uri": base_uri,
        "normalized_parameters": normalized,
        "signature_base_string": base_string,
        # PLAINTEXT's signature is the key of the HMAC methods, word for word.
        "key": None
        if settings["signature_method"].startswith("RSA")
        else signature.sign_plaintext(client.client_secret, client.resource_owner_secret),
        "signature": value,
    }
    transmit = settings.get("transmit", "header")
    if transmit == "header":
        sent = parameters.prepare_headers(signed, {}, realm=settings.get("realm"))
        expected["authorization"] = sent["Authorization"]
    elif transmit == "query":
        expected["url"] = parameters.prepare_request_uri_query(signed, url)
    else:
        joined = parameters.prepare_form_encoded_body(signed, urldecode(form))
        expected["body"] = {"utf8": urlencode(joined)}
    case["expected"] = expected
    case["peer"] = version("oauthlib")
    case["confirmed_by"] = confirm(case, form, unsigned_header, base_string, value)


def confirm(case, form, unsigned_header, base_string, value):
    """Authlib's base string and signature for the same request, or an empty list."""
    if case.pop("unconfirmed", False):
        return []
    request, credentials, settings = case["request"], case["credentials"], case["settings"]
    theirs = OAuth1Request(
        request["method"], request["url"], form or None, dict(unsigned_header)
    )
    found = authlib_signature.generate_signature_base_string(theirs)
    if found != base_string:
        raise Disagreement(f"{case['case']}: oauthlib {base_string!r}, Authlib {found!r}")
    secrets = (credentials.get("consumer_secret", ""), credentials.get("token_secret", ""))
    if settings["signature_method"] == "HMAC-SHA1":
        again = authlib_signature.hmac_sha1_signature(base_string, *secrets)
    elif settings["signature_method"] == "PLAINTEXT":
        again = authlib_signature.plaintext_signature(*secrets)
    elif settings["signature_method"] == "RSA-SHA1":
        again = authlib_signature.rsa_sha1_signature(base_string, credentials["private_key"])
    else:
        again = value
    if again != value:
        raise Disagreement(f"{case['case']}: signature {value!r}, Authlib {again!r}")
    return [version("Authlib")]
