"""The checks against radosgw. Started by `run`."""
import datetime
import http.client
import os
import pathlib
import re
import signal
import socket
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from cluster import Cluster  # noqa: E402
from harness.report import Report, expect, same  # noqa: E402
from harness.servers import Servers  # noqa: E402
from harness.signreq import Signreq  # noqa: E402
from harness.suite import Suite  # noqa: E402
from systems import s3  # noqa: E402

NAME, DOMAIN, REGION = "radosgw", "localhost", "default"
ROLE = "arn:aws:iam:::role/reader"
ANYBODY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam:::user/owner"]},"Action":["sts:AssumeRole"]}]}'
MAY_ASK = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:GetSessionToken"],"Resource":["*"]}]}'
ALL_OF_S3 = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":"arn:aws:s3:::*"}]}'


def credentials(suite, *words):
    """(access key, secret key, session token) of an answer of STS."""
    answer = s3.done(suite, *words).text
    found = [re.search(f"<{name}>([^<]+)</{name}>", answer) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")]
    expect(all(found), "the answer holds no credentials", answer[:1000])
    return [match[1] for match in found]


def sessions(suite, cluster, right):
    """Tokens that radosgw itself issues, in the header and in a signed URL."""
    cluster.admin("role", "create", "--role-name", "reader", "--assume-role-policy-doc", ANYBODY)
    cluster.admin("role-policy", "put", "--role-name", "reader", "--policy-name", "all", "--policy-doc", ALL_OF_S3)
    cluster.admin("caps", "add", "--uid", "owner", "--caps", "user-policy=*")
    suite.check("IAM: a policy for a user", lambda: s3.done(
        suite, "iam", "post", "/", "--as", "form", "Version=2010-05-08", "Action=PutUserPolicy", "UserName=owner",
        "PolicyName=may-ask", "PolicyDocument=" + MAY_ASK))
    sts = ("sts", "post", "/", "--as", "form", "Version=2011-06-15")
    for name, asked in (
        ("AssumeRole", ("Action=AssumeRole", "RoleArn=" + ROLE, "RoleSessionName=session", "DurationSeconds=900")),
        ("GetSessionToken", ("Action=GetSessionToken", "DurationSeconds=900")),
    ):
        def issued(name=name, asked=asked):
            access, secret, token = credentials(suite, *sts, *asked)
            fields = dict(right, access_key=access, secret_key=secret, session_token=token)
            suite.signreq.profile(name, ["secret_key", "session_token"], **fields)
            suite.signreq.profile(name + "-without", ["secret_key"],
                                  **{field: value for field, value in fields.items() if field != "session_token"})
            changed = token[:-8] + ("A" if token[-8] != "A" else "B") + token[-7:]
            suite.signreq.profile(name + "-changed", ["secret_key"], **dict(fields, session_token=changed))

        def used(name=name):
            s3.done(suite, name, "put", "/bucket/by session", "-d", "@object")
            same("stored", s3.done(suite, name, "get", "/bucket/by session").stdout, b"x")

        def signed_url(name=name):
            run = s3.done(suite, "presign", name, "get", "/bucket/by session", "--expires", "5m")
            same("answer", s3.fetch(run.text.strip()), (200, b"x"))

        suite.check(f"STS {name} issues credentials", issued)
        suite.check(f"{name}: put and get with the session token", used)
        suite.check(f"{name}: a signed URL with the session token", signed_url)
        suite.refused(f"{name}: without its token", name + "-without", "get", "/bucket/by session", code=(4, 77))
        suite.refused(f"{name}: with another token", name + "-changed", "get", "/bucket/by session", code=(4, 77))


def expired_token(suite):
    """radosgw issues no token for less than 15 minutes: what expires here is a URL signed with one."""
    def expired():
        run = s3.done(suite, "presign", "GetSessionToken", "get", "/bucket/by session", "--expires", "1s")
        time.sleep(2)
        status, answer = s3.fetch(run.text.strip())
        expect(status == 403, f"status {status}", answer[:300])

    suite.check("a signed URL with a session token, expired", expired)


def double_slashes(suite):
    for key in ("a//b", "/leading", "trailing//", "a/./b", "a/../b"):
        suite.check(f"put, get and delete a key with slashes and dots: {key}", lambda key=key: s3.round_trip(suite, key))


def virtual_host(suite, port):
    """The bucket in the host's name; where that does not resolve, another client sends what was signed."""
    host, path = f"bucket.{DOMAIN}", "/virtual%20%3D%2B%C3%A9"

    def sent(method, *words, body=None):
        run = s3.done(suite, "sign", "virtual", method, "/bucket/virtual =+é", *words)
        headers = dict(line.split(": ", 1) for line in run.text.splitlines())
        return exchanged(method.upper(), path, headers, body)

    def exchanged(method, target, headers, body=None):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        client.request(method, target, body, {"Host": f"{host}:{port}", **headers})
        answer = client.getresponse()
        return answer.status, answer.read()

    def by_name():
        s3.done(suite, "virtual", "put", "/bucket/virtual =+é", "-d", "@object")
        same("by name", s3.done(suite, "virtual", "get", "/bucket/virtual =+é").stdout, b"x")

    def by_another():
        same("put", sent("put", "-d", "@object", body=b"x"), (200, b""))
        same("get", sent("get"), (200, b"x"))
        same("by path", s3.done(suite, "s3", "get", "/bucket/virtual =+é").stdout, b"x")

    def signed_url():
        address = s3.done(suite, "presign", "virtual", "get", "/bucket/virtual =+é", "--expires", "5m").text.strip()
        start = f"http://{host}:{port}"
        expect(address.startswith(start + "/"), "the bucket is not in the host", address)
        same("get", exchanged("GET", address.removeprefix(start), {}), (200, b"x"))

    if can_resolve(host):
        suite.check(f"virtual-host style: {host}", by_name)
    else:
        print(f"      {host} does not resolve here: what signreq signs for it is sent by another client", flush=True)
    suite.check("virtual-host style: headers printed by sign, put and get", by_another)
    suite.check("virtual-host style: a signed URL", signed_url)


def can_resolve(host):
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        return False
    return True


def checks(suite, cluster):
    port = cluster.ports["rgw"]
    s3.profiles(suite.signreq, port)
    right = {"preset": "s3", "url": f"http://127.0.0.1:{port}", "access_key": s3.ACCESS, "secret_key": s3.SECRET,
             "region": REGION}
    suite.signreq.profile("virtual", ["secret_key"], **dict(right, url=f"http://{DOMAIN}:{port}", path_style=False))
    s3.checks(suite, port, no_trailers="radosgw 16 knows no trailers behind chunks")
    double_slashes(suite)
    suite.signreq.file("object", b"x")
    virtual_host(suite, port)
    right["url"] = f"http://127.0.0.1:{cluster.ports['sts']}"
    for service in ("iam", "sts"):
        suite.signreq.profile(service, ["secret_key"], **dict(right, preset="aws", service=service))
    sessions(suite, cluster, right)
    expired_token(suite)


def main():
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    checkout = HERE.parents[2]
    binary = pathlib.Path(os.environ.get("SIGNREQ") or checkout / "target" / "release" / "signreq").absolute()
    if not os.access(binary, os.X_OK):
        sys.exit(f"{binary} is not there: build it (cargo build --release) or set SIGNREQ")
    report = Report()
    # A socket's path may have 107 bytes: a short name.
    with tempfile.TemporaryDirectory(prefix="rgw-") as temporary:
        scratch = pathlib.Path(temporary)
        signreq = Signreq(binary, scratch)
        with Servers(scratch) as servers:
            try:
                began = time.monotonic()
                cluster = Cluster(servers, scratch / "ceph", DOMAIN)
                cluster.user("owner", s3.ACCESS, s3.SECRET)
                cluster.start_gateways()
                print(f"{datetime.date.today()}, {signreq('--version').text.strip()}, {cluster.version()}, "
                      f"started in {time.monotonic() - began:.0f} s", flush=True)
                checks(Suite(NAME, signreq, report), cluster)
            except Exception:
                report.fail(NAME, "the checks run to their end", traceback.format_exc())
            return report.finish(lambda _: [(name, servers.log(name)) for name in servers.running])


if __name__ == "__main__":
    sys.exit(main())
