"""The peers' own clients against the servers: each must accept what is right and refuse
what is wrong, or a check of signreq against it would prove nothing."""
import http.client

from harness.report import expect


def send(port, method, target, headers=(), body=None):
    """One request, its target untouched. Returns (status, text)."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    client.putrequest(method, target, skip_accept_encoding=True)
    for name, value in dict(headers).items():
        if name.lower() != "host":
            client.putheader(name, value)
    if body is not None:
        client.putheader("Content-Length", str(len(body)))
    client.endheaders(body)
    answer = client.getresponse()
    text = answer.read().decode("utf-8", "replace")
    client.close()
    return answer.status, text


class Prover:
    def __init__(self, system, report):
        self.system = system
        self.report = report

    def answers(self, name, wanted, answer, says=""):
        """`answer` is a function that sends and returns (status, text)."""

        def action():
            status, text = answer()
            expect(status == wanted and says in text, f"status {status}, expected {wanted} with {says!r}", text[:600])

        self.report.check(self.system, "self-check: " + name, action)
