"""The keyring, proved with secret-tool: it keeps what it is given, and nothing when locked."""
from harness.report import expect, same
from systems.keyring import start


def prove(port, peers, report):
    session = start.session

    def keeps():
        session.tool("store", "--label=x", "service", "signreq", "username", "x", typed=b"a/b")
        same("what was stored", session.look_up("x"), "a/b")
        same("what was not", session.look_up("y"), "")

    def locks():
        session.lock()
        done = session.tool("lookup", "service", "signreq", "username", "x")
        expect(done.stdout == b"", "a locked keyring gives the value out")

    report.check("keyring", "self-check: it keeps values", keeps)
    report.check("keyring", "self-check: locked, it gives none", locks)
