"""SigV4 by awscrt (Amazon's own C library), confirmed by botocore.

awscrt has no function that returns the canonical request or the string to sign, but it
writes both to its log; that log is read here, so the stages are its own words.
"""
import atexit
import ctypes
import datetime
import io
import os
import re
import tempfile
import time
from unittest import mock
from urllib.parse import unquote_to_bytes, urlsplit, urlunsplit

import awscrt.auth
import awscrt.http
import awscrt.io
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import percent_encode

from . import Disagreement, body_bytes, version

_log = None


def log_path():
    """awscrt's logger can be started only once in a process."""
    global _log
    if _log is None:
        handle, _log = tempfile.mkstemp(prefix="awscrt-", suffix=".log")
        os.close(handle)
        atexit.register(os.unlink, _log)
        awscrt.io.init_logging(awscrt.io.LogLevel.Info, _log)
    return _log


def stages(start):
    """Canonical request and string to sign written to the log after byte `start`."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        # The log is written by a thread of its own, through C's buffered stdio.
        ctypes.CDLL(None).fflush(None)
        with open(log_path(), encoding="utf-8") as log:
            log.seek(start)
            text = log.read()
        canonical = re.search(r"built canonical request .*?with contents \n(.*?)\n\n\[", text, re.S)
        to_sign = re.search(r"built string-to-sign .*?with contents \n(.*?)\n\n\[", text, re.S)
        if canonical and to_sign and "built final authorization value" in text:
            return canonical.group(1), to_sign.group(1)
        time.sleep(0.005)
    raise RuntimeError("awscrt did not log its canonical request")


def strict_s3_url(url):
    """The URL whose path is encode(decode(path)), made with botocore's encoder.

    S3 servers canonicalise what they decoded; awscrt and botocore take an S3 path as it
    stands and leave that work to the caller, so the caller is played here.
    """
    parts = urlsplit(url)
    path = percent_encode(unquote_to_bytes(parts.path), safe="/~")
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def sign(case):
    request, credentials, settings = case["request"], case["credentials"], case["settings"]
    s3 = settings["path_encoding"] == "single"
    url = strict_s3_url(request["url"]) if s3 else request["url"]
    parts = urlsplit(url)
    target = parts.path + ("?" + parts.query if parts.query else "")
    presign = settings.get("placement") == "query"
    unsigned = settings.get("payload") == "unsigned"
    body = body_bytes(request)

    config = awscrt.auth.AwsSigningConfig(
        credentials_provider=awscrt.auth.AwsCredentialsProvider.new_static(
            credentials["access_key"], credentials["secret_key"], credentials.get("session_token")
        ),
        region=settings["region"],
        service=settings["service"],
        date=datetime.datetime.fromtimestamp(case["timestamp"], datetime.timezone.utc),
        use_double_uri_encode=not s3,
        should_normalize_uri_path=not s3,
        signed_body_value="UNSIGNED-PAYLOAD" if unsigned else None,
        signed_body_header_type=awscrt.auth.AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA_256
        if s3 and not presign
        else awscrt.auth.AwsSignedBodyHeaderType.NONE,
        signature_type=awscrt.auth.AwsSignatureType.HTTP_REQUEST_QUERY_PARAMS
        if presign
        else awscrt.auth.AwsSignatureType.HTTP_REQUEST_HEADERS,
        expiration_in_seconds=settings.get("expires"),
    )
    given = [("Host", parts.netloc)] + [tuple(pair) for pair in request["headers"]]
    draft = awscrt.http.HttpRequest(
        request["method"],
        target,
        awscrt.http.HttpHeaders(given),
        io.BytesIO(body) if body is not None else None,
    )
    log_path()
    ctypes.CDLL(None).fflush(None)
    start = os.path.getsize(log_path())
    awscrt.auth.aws_sign_request(draft, config).result(timeout=10)
    canonical_request, string_to_sign = stages(start)

    added = {name.lower(): value for name, value in list(draft.headers)[len(given):]}
    if presign:
        signature = re.search(r"X-Amz-Signature=([0-9a-f]{64})", draft.path).group(1)
    else:
        signature = re.search(r"Signature=([0-9a-f]{64})", added["authorization"]).group(1)
    case["expected"] = {
        "canonical_request": canonical_request,
        "string_to_sign": string_to_sign,
        "signature": signature,
    }
    if presign:
        case["expected"]["url"] = f"{parts.scheme}://{parts.netloc}{draft.path}"
    else:
        case["expected"]["authorization"] = added.pop("authorization")
        case["expected"]["added_headers"] = [[k, v] for k, v in sorted(added.items())]
    case["peer"] = version("awscrt")
    case["confirmed_by"] = confirm(case, url, given, body, s3, presign, unsigned)


def confirm(case, url, given, body, s3, presign, unsigned):
    """botocore's three values for the same request.

    It signs a URL's query as it stands, so cases whose query is not in canonical form
    already say `unconfirmed`; its presigner sorts and encodes on its own.
    """
    if case.pop("unconfirmed", False) or presign:
        return []
    credentials, settings, expected = case["credentials"], case["settings"], case["expected"]
    request = AWSRequest(method=case["request"]["method"], url=url, data=body or b"")
    for name, value in given:
        if name != "Host":
            request.headers.add_header(name, value)
    request.context["payload_signing_enabled"] = not unsigned
    if unsigned:
        request.context["client_config"] = mock.Mock(s3={"payload_signing_enabled": False})
    signer = (botocore.auth.S3SigV4Auth if s3 else botocore.auth.SigV4Auth)(
        Credentials(
            credentials["access_key"], credentials["secret_key"], credentials.get("session_token")
        ),
        settings["service"],
        settings["region"],
    )
    moment = datetime.datetime.fromtimestamp(case["timestamp"], datetime.timezone.utc)
    with mock.patch("botocore.auth.get_current_datetime", lambda *a, **k: moment):
        signer.add_auth(request)
    if request.headers["Authorization"] != expected["authorization"]:
        theirs = signer.canonical_request(request)
        raise Disagreement(
            f"{case['case']}: awscrt\n{expected['canonical_request']}\nbotocore\n{theirs}"
        )
    return [version("botocore")]
