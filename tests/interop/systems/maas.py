"""MAAS: PLAINTEXT by the preset; HMAC-SHA1 by a profile of its own, where MAAS can."""
import time

from harness.report import same
from harness.suite import sha256
from systems import signed_elsewhere

KEY = "vU7N3cYkQ9tTy8p2aB:bGm2ZkQ7xR4sW9nYtE:pQ8vK3mN6rT2yW5zX9cB4dF7gH1jL"
WRONG = "vU7N3cYkQ9tTy8p2aB:bGm2ZkQ7xR4sW9nYtE:pQ8vK3mN6rT2yW5zX9cB4dF7gH1jM"
API = "/MAAS/api/2.0"
# A profile without a preset has nobody to recognise MAAS's own words, only the status.
REFUSED_WITHOUT_PRESET = (4, 77)


def start(servers, peers):
    return servers.python("maas", "maas.py", "--piston", peers.piston, "--key", KEY)


def profiles(signreq, port):
    url = f"http://127.0.0.1:{port}/MAAS"
    consumer, token, secret = KEY.split(":")
    signreq.profile("maas", preset="maas", url=url, key=KEY)
    signreq.profile("maas-secret", preset="maas", url=url, key=WRONG)
    signreq.profile("maas-token", preset="maas", url=url, key=f"{consumer}:nobody:{secret}")
    signreq.profile("maas-consumer", preset="maas", url=url, key=f"nobody:{token}:{secret}")
    for name, method in (("maas-hmac", "HMAC-SHA1"), ("maas-hmac256", "HMAC-SHA256")):
        signreq.profile(name, scheme="oauth1", url=url + "/api/2.0", signature_method=method,
                        consumer_key=consumer, consumer_secret="", token=token, token_secret=secret)
    signreq.secrets |= {secret, WRONG.split(":")[2]}


def checks(suite, port):
    blob = bytes(range(256)) * 40
    suite.signreq.file("blob", blob)
    suite.signreq.file("commissioning.sh", b"#!/bin/sh\ntrue\n")
    plaintext(suite, blob)
    refusals(suite)
    hmac(suite)
    deviations(suite)
    images(suite)
    signed_elsewhere(suite, port, "GET", API + "/machines/?hostname=a",
                     "maas", "get", "/machines/", "hostname==a")
    signed_elsewhere(suite, port, "DELETE", API + "/machines/x/", "maas", "delete", "/machines/x/")
    suite.fresh_nonces()


def plaintext(suite, blob):
    ok = suite.accepted
    ok("get", "maas", "get", "/machines/", target=API + "/machines/", signature_method="PLAINTEXT")
    ok("get without a method", "maas", "/machines/", method="GET")
    ok("get with a query", "maas", "get", "/machines/", "hostname==a", target=API + "/machines/?hostname=a")
    ok("query with escapes", "maas", "get", "/machines/", "name==a b&c/é%+=",
       target=API + "/machines/?name=a%20b%26c%2F%C3%A9%25%2B%3D")
    ok("query with duplicates and empty values", "maas", "get", "/machines/", "id==2", "id==1", "id==1", "a==",
       target=API + "/machines/?id=2&id=1&id=1&a=")
    ok("query typed in the path", "maas", "get", "/machines/?op=query&b=%2f+x&&c",
       target=API + "/machines/?op=query&b=%2f+x&&c")
    ok("path with escapes", "maas", "get", "/x y/%2F%7Eé/", target=API + "/x%20y/%2F%7E%C3%A9/")
    ok("a resource_uri as path", "maas", "get", API + "/machines/abc/", target=API + "/machines/abc/")
    ok("post: multipart is the default", "maas", "post", "/tags/", "name=x", "comment=é & %",
       content_type=lambda v: v.startswith("multipart/form-data; boundary="),
       form=[["name", "x"], ["comment", "é & %"]])
    ok("post with an operation in the query", "maas", "post", "/machines/x/", "op==deploy", "distro=jammy",
       target=API + "/machines/x/?op=deploy", form=[["distro", "jammy"]])
    ok("post a file part", "maas", "post", "/scripts/", "name=c", "script@commissioning.sh",
       form=[["name", "c"]], files=[["script", "commissioning.sh", "#!/bin/sh\ntrue\n"]])
    ok("post as form, with duplicates", "maas", "post", "/tags/", "--as", "form", "a=1", "a=2", "b=x y&z", "c=",
       content_type=lambda v: v.startswith("application/x-www-form-urlencoded"),
       form=[["a", "1"], ["a", "2"], ["b", "x y&z"], ["c", ""]])
    ok("post as json", "maas", "post", "/tags/", "--as", "json", "name=x", "n:=1",
       content_type=lambda v: v.startswith("application/json"), body=lambda v: '"name"' in v and '"n"' in v)
    ok("post without a body", "maas", "post", "/machines/x/", "op==release", body_length=0)
    ok("put: multipart", "maas", "put", "/machines/x/", "hostname=y", form=[["hostname", "y"]])
    ok("put as form", "maas", "put", "/machines/x/", "--as", "form", "hostname=y", form=[["hostname", "y"]])
    ok("put raw bytes", "maas", "put", "/x/", "-d", "@blob",
       "Content-Type:application/octet-stream", body_length=len(blob), body_sha256=sha256(blob))
    ok("delete", "maas", "delete", "/machines/x/", method="DELETE", body_length=0)
    ok("a time ahead is accepted", "--timestamp", str(int(time.time()) + 4000), "maas", "get", "/machines/")


def refusals(suite):
    suite.refused("wrong secret", "maas-secret", "get", "/machines/",
                  says="Authorization Error: 'Invalid signature.")
    suite.refused("wrong secret with a body", "maas-secret", "post", "/tags/", "name=x")
    suite.refused("unknown token", "maas-token", "get", "/machines/",
                  says="Authorization Error: 'Invalid access token: nobody'")
    suite.refused("unknown consumer", "maas-consumer", "get", "/machines/",
                  says="Authorization Error: Invalid API key.")
    suite.refused("time in the past", "--timestamp", str(int(time.time()) - 4000), "maas", "get", "/machines/",
                  says="Authorization Error: 'Expired timestamp: given")
    suite.replayed("nonce replay", "maas", "get", "/machines/", says="'Nonce already used: ")
    suite.refused("no trailing slash is added", "maas", "get", "/machines", code=4, says="Unknown API endpoint")


def hmac(suite):
    ok = suite.accepted
    ok("HMAC-SHA1 get", "maas-hmac", "get", "/machines/", signature_method="HMAC-SHA1")
    ok("HMAC-SHA1 get with a query", "maas-hmac", "get", "/machines/", "b==x y/é", "a-b==1", "a==2")
    ok("HMAC-SHA1 post as form", "maas-hmac", "post", "/tags/", "--as", "form", "name=x y", "b=é&=",
       form=[["name", "x y"], ["b", "é&="]])
    ok("HMAC-SHA1 post as json", "maas-hmac", "post", "/tags/", "--as", "json", "name=x")
    ok("HMAC-SHA1 put multipart", "maas-hmac", "put", "/tags/x/", "--as", "multipart", "name=x")
    ok("HMAC-SHA1 put raw bytes", "maas-hmac", "put", "/x/", "-d", "@blob", "Content-Type:application/octet-stream")
    ok("HMAC-SHA1 delete", "maas-hmac", "delete", "/machines/x/")
    suite.replayed("HMAC-SHA1 nonce replay", "maas-hmac", "get", "/machines/", code=REFUSED_WITHOUT_PRESET)


def images(suite):
    """More than two pieces of 4 MiB; the server holds them against their hash."""
    content = bytes(range(251)) * 40_000
    suite.signreq.file("disk.img", content)

    def upload(name, *more, profile="maas"):
        return suite.send("upload", profile, "/boot-resources/", f"name=custom/{name}",
                          "architecture=amd64/generic", "filetype=ddraw", "content@disk.img", *more)

    def is_whole(run):
        same("exit code", run.code, 0, run)
        (version,) = run.json()["sets"].values()
        (file,) = version["files"].values()
        same("complete, size and SHA-256", (file["complete"], file["size"], file["sha256"]),
             (True, len(content), sha256(content)), run)

    def broken_off():
        run = upload("broken", "title=refused once")
        same("exit code of the first run", run.code, 4, run)
        is_whole(upload("broken", "title=refused once"))

    def refused():
        run = upload("refused", profile="maas-secret")
        same("exit code", run.code, 77, run)

    suite.check("an image in signed pieces", lambda: is_whole(upload("web")))
    suite.check("an image that is there already", lambda: is_whole(upload("web")))
    suite.check("an image past a 503", lambda: is_whole(upload("trouble", "title=503 once")))
    suite.check("an image that was broken off", broken_off)
    suite.check("an image with a wrong secret", refused)


def deviations(suite):
    base = ("maas-hmac", "get", "/machines/")
    known = suite.deviation
    known("HMAC-SHA1 with an empty value", "piston drops blank values from the base string", *base, "a==")
    known("HMAC-SHA1 with an escaped percent", "piston decodes values twice", *base, "a==%25")
    known("HMAC-SHA1 with duplicates", "piston keeps one value of a name", *base, "a==1", "a==2")
    known("HMAC-SHA1 put as form", "piston signs forms of POST only", "maas-hmac", "put", "/tags/x/", "--as", "form", "a=1")
    known("HMAC-SHA1 post multipart", "piston signs the fields of multipart bodies",
          "maas-hmac", "post", "/tags/", "--as", "multipart", "name=x")
    known("HMAC-SHA1 with a matrix parameter", "Django writes ; of a path as %3B", "maas-hmac", "get", "/x;v=1/")
    known("HMAC-SHA256", "piston knows PLAINTEXT and HMAC-SHA1 only", "maas-hmac256", "get", "/machines/")
