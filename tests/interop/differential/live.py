"""Random requests through the built binary to the peers' servers.

The same words as for the library, but as a user types them: the address in full, or its
parameters as items, a body from a file. Left out is what the servers' HTTP layers, not the
verifiers, treat in ways of their own.
"""
import hashlib
from urllib.parse import parse_qsl, quote, unquote

from harness.report import expect, same
from harness.servers import free_port

from . import deviations, engine
from .words import FORM, Words, target_on_the_wire

REQUESTS = 100
UPLOADS = 40
# Around the 64 KiB of a chunk, where one more chunk begins.
SIZES = (0, 1, 65535, 65536, 65537, 131072)
REGION, ACCESS = "us-east-1", "AKIDEXAMPLE"
IDENTITY = "remoteci/9dd94b70-1707-46c5-a2bb-661e8d5d4212"


def printable(words):
    """A secret of characters that can be an argument of a server."""
    return "s" + "".join(c for c in words.secret(60) if c.isprintable()) + "x"


def start(servers, peers):
    """Each server with credentials of its own, drawn; their ports and the credentials."""
    words = Words(f"{peers.seed} live")
    keys = {name: printable(words) for name in ("consumer", "secret", "token", "token_secret", "dci", "ovh", "s3")}
    keys |= {name: words.graphic().replace("-", "_") for name in ("application", "ovh_consumer")}
    root = servers.scratch / "differential-s3"
    root.mkdir()
    port = free_port()
    # `--name=value`, since a value may begin with a dash.
    return keys, {
        "oauth1": servers.python(
            "differential-oauth1", "oauth1.py", "--rules=rfc", "--consumer=" + keys["consumer"], "--secret=" + keys["secret"],
            "--token=" + keys["token"], "--token-secret=" + keys["token_secret"], f"--public-key={peers.public_key}"),
        "dci": servers.python("differential-dci", "dci.py", "--client=" + IDENTITY, "--secret=" + keys["dci"]),
        "ovh": servers.python(
            "differential-ovh", "ovhcloud.py", "--application-key=" + keys["application"],
            "--application-secret=" + keys["ovh"], "--consumer-key=" + keys["ovh_consumer"], "--offset=0"),
        "sigv4_s3": servers.start("differential-s3", [
            peers.s3s, "--host", "127.0.0.1", "--port", port, "--access-key", ACCESS, "--secret-key=" + keys["s3"], root], port),
    }


def profiles(signreq, keys, ports):
    signreq.profile("live-dci", preset="dci", url=f"http://127.0.0.1:{ports['dci']}", access_key=IDENTITY, secret_key=keys["dci"])
    signreq.profile("live-ovh", preset="ovh", endpoint=f"http://127.0.0.1:{ports['ovh']}/1.0", application_key=keys["application"],
                    application_secret=keys["ovh"], consumer_key=keys["ovh_consumer"])
    signreq.profile("live-sigv4_s3", preset="s3", url=f"http://127.0.0.1:{ports['sigv4_s3']}", access_key=ACCESS,
                    secret_key=keys["s3"], region=REGION)
    signreq.profile("live-chunked", preset="s3", url=f"http://127.0.0.1:{ports['sigv4_s3']}", access_key=ACCESS,
                    secret_key=keys["s3"], region=REGION, payload="chunked")
    for method in ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"):
        signreq.profile("live-oauth1-" + method, scheme="oauth1", url=f"http://127.0.0.1:{ports['oauth1']}",
                        signature_method=method, consumer_key=keys["consumer"], consumer_secret=keys["secret"],
                        token=keys["token"], token_secret=keys["token_secret"])


def typed(words, name, origin):
    """(the words of a request, its method, its target on the wire, its body or None)."""
    path = "/live" + words.path()
    query = words.query()
    target = path if query is None else path + "?" + query
    method = words.choice(("get", "post", "put", "delete"))
    arguments, body = [], None
    if name == "sigv4_s3":
        method = "get"
    elif method != "get" and words.chance(0.7):
        form = words.chance(0.5)
        body = words.form().encode() if form or name == "ovh" else words.random.randbytes(words.random.randint(0, 300))
        arguments += ["-d", "@body", "Content-Type:" + (FORM if form else "application/octet-stream")]
    on_the_wire = target_on_the_wire(target)
    if words.chance(0.3):
        value = words.secret(12).replace("\\", "")
        escaped = "".join("\\" + c if c in ":=@;" else c for c in value)
        arguments.append("item==" + escaped)
        # An item follows the typed query, if there is one that is not empty.
        joint = "?" if query is None else "&" if query else ""
        on_the_wire += joint + "item=" + quote(value, safe="-._~")
    return [method, origin + target, *arguments], method.upper(), on_the_wire, body


def is_unordered(case):
    """Whether the query has a name twice, its values not in order."""
    query = parse_qsl(deviations.query(case), keep_blank_values=True)
    # SigV4 sorts them encoded, the slash too.
    pairs = [(quote(name, safe=""), quote(value, safe="")) for name, value in query]
    return sorted(pairs) != sorted(pairs, key=lambda pair: pair[0])


def is_no_file(path):
    """s3s-fs has verified the signature when it fails at these, or falls silent."""
    return {"", ".", ".."} & set(path.split("/")[1:]) or not path.isprintable()


def is_sent(name, address):
    """Whether verifier and HTTP layer are both known to take it."""
    case = {"typed_url": address, "request": {"url": address, "headers": [], "body": None}}
    path = unquote(deviations.path(case))
    # Flask answers these before anything is verified: with a redirect, and with 404.
    if name == "dci" and ("//" in path or "\n" in path):
        return False
    if name == "sigv4_s3" and (is_no_file(path) or is_unordered(case) or not deviations.is_utf8(address)):
        return False
    return engine.is_fed(name, case)


def requests(name, seed, origin):
    """The drawn requests of one server."""
    index = 0
    for _ in range(REQUESTS):
        while True:
            index += 1
            words = Words(f"{seed} live {name} {index}")
            arguments, method, target, body = typed(words, name, origin)
            if is_sent(name, origin + target):
                yield words, arguments, method, target, body
                break


def uploaded(suite, seed):
    """Random bodies in signed chunks, half of them with a signed checksum behind: what is stored is what was sent."""
    same("exit code", suite.send("live-sigv4_s3", "put", "/chunks").code, 0)
    for index in range(UPLOADS):
        words = Words(f"{seed} chunked {index}")
        size = words.choice(SIZES) if words.chance(0.5) else words.random.randint(0, 300_000)
        content = words.random.randbytes(size)
        suite.signreq.file("body", content)
        path = f"/chunks/{index}-" + words.many(8, lambda: words.choice("ab=()+:@,;*!' ~é%"))
        trailer = ("X-Amz-Trailer:x-amz-checksum-sha256",) if words.chance(0.5) else ()
        run = suite.send("live-chunked", "put", path, "-d", "@body", *trailer)
        same("exit code", run.code, 0, run)
        run = suite.send("live-sigv4_s3", "get", path)
        same("stored", (run.code, run.stdout == content), (0, True))


def known(suite):
    """What a server gets wrong and is not sent."""
    suite.deviation("sigv4_s3: a name twice in the query, its values not in order", "s3s-fs sorts by the name alone",
                    "live-sigv4_s3", "get", "/live/x?a=2&a=1", code=(77,))
    suite.deviation("sigv4_s3: octets that are no UTF-8", "s3s-fs replaces them",
                    "live-sigv4_s3", "get", "/live/x?a=%F8", code=(77,))


def accepted(suite, name, seed, port):
    """Every one of the requests is accepted, and the server saw the target and the body that were meant."""
    for words, arguments, method, target, body in requests(name, seed, f"http://127.0.0.1:{port}"):
        if body is not None:
            suite.signreq.file("body", body)
        profile = "live-" + name
        if name == "oauth1":
            profile += "-" + words.choice(("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"))
        run = suite.send(profile, *arguments)
        if name == "sigv4_s3":
            # Nothing is stored under a drawn name; only the signature is in question.
            expect(run.code == 4 and b"Signature" not in run.stdout, "refused", run.describe())
            continue
        same("exit code", run.code, 0, run)
        echo = run.json()
        same("target", echo["target"], target, run)
        same("method", echo["method"], method, run)
        if body is not None and not echo.get("form"):
            same("body", echo["body_sha256"], hashlib.sha256(body).hexdigest(), run)
