"""The S3 server, proved with botocore."""
import datetime
from unittest import mock

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from systems.s3 import ACCESS, SECRET

from . import Prover, send


def prove(port, peers, report):
    prover = Prover("s3", report)

    def signed(method, target, body=b"", sent=None, sent_body=None, access=ACCESS, secret=SECRET, age=0, presign=None):
        request = AWSRequest(method=method, url=f"http://127.0.0.1:{port}{target}", data=body)
        credentials = Credentials(access, secret)
        moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=age)
        with mock.patch("botocore.auth.get_current_datetime", lambda *a, **k: moment):
            if presign:
                S3SigV4QueryAuth(credentials, "s3", "us-east-1", expires=presign).add_auth(request)
                target = request.url[len(f"http://127.0.0.1:{port}"):]
            else:
                S3SigV4Auth(credentials, "s3", "us-east-1").add_auth(request)
        return send(port, method, sent or target, request.headers, sent_body or body)

    prover.answers("create a bucket", 200, lambda: signed("PUT", "/proof"))
    prover.answers("put", 200, lambda: signed("PUT", "/proof/a%3Db%20c", b"content"))
    prover.answers("get", 200, lambda: signed("GET", "/proof/a%3Db%20c"), "content")
    prover.answers("get, escapes sent raw", 200, lambda: signed("GET", "/proof/a%3Db%20c", sent="/proof/a=b%20c"), "content")
    prover.answers("list", 200, lambda: signed("GET", "/proof?list-type=2&prefix=a"), "a=b c")
    prover.answers("presigned", 200, lambda: signed("GET", "/proof/a%3Db%20c", presign=60), "content")
    prover.answers("presigned and expired", 403, lambda: signed("GET", "/proof/a%3Db%20c", presign=60, age=120))
    prover.answers("wrong secret", 403, lambda: signed("GET", "/proof/a%3Db%20c", secret="x"), "SignatureDoesNotMatch")
    prover.answers("unknown access key", 403, lambda: signed("GET", "/proof/a%3Db%20c", access="x"))
    prover.answers("other path", 403, lambda: signed("GET", "/proof/a", sent="/proof/b"), "SignatureDoesNotMatch")
    prover.answers("other query", 403, lambda: signed("GET", "/proof?list-type=2", sent="/proof?list-type=2&prefix=a"))
    # s3s-fs finds the wrong hash while it stores, too late for a better status.
    prover.answers("other body", 500, lambda: signed("PUT", "/proof/x", b"one", sent_body=b"two"), "InternalError")
    prover.answers("old time", 403, lambda: signed("GET", "/proof/a", age=1000), "RequestTimeTooSkewed")
    prover.answers("unsigned", 403, lambda: send(port, "GET", "/proof/a%3Db%20c"))
