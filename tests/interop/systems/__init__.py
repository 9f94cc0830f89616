"""One module a system: how its server starts and what signreq must manage against it."""
import http.client

from harness.report import same


def send_signed(suite, port, method, path, *words, body=None):
    """`signreq sign` prints headers; another client sends them. Returns (status, body)."""
    run = suite.send("sign", *words)
    same("exit code of sign", run.code, 0, run)
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    client.putrequest(method, path, skip_accept_encoding=True)
    for line in run.text.splitlines():
        name, _, value = line.partition(": ")
        client.putheader(name, value)
    if body is not None:
        client.putheader("Content-Length", str(len(body)))
    client.endheaders(body)
    answer = client.getresponse()
    content = answer.read()
    client.close()
    return answer.status, content


def signed_elsewhere(suite, port, method, path, *words, body=None):
    """A check that what `sign` prints is accepted when another client sends it."""

    def action():
        status, content = send_signed(suite, port, method, path, *words, body=body)
        same("status", (status, content[:300] if status != 200 else b""), (200, b""))

    suite.check(f"headers printed by sign, sent by another client: {method}", action)
