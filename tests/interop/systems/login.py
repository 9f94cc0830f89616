"""Credentials that `login` gets, from oauthlib's own authorization server."""
import http.client
import re
import subprocess
import threading
import time

from harness.report import expect, same

CONSUMER, SECRET = "photos-é", "kd94&hf93 k423%kf44"
CLIENT, CLIENT_SECRET = "cli ent", "s3cr%t:+/="


def start(servers, peers):
    return servers.python("login", "login.py", "--consumer", CONSUMER, "--secret", SECRET,
                          "--client", CLIENT, "--client-secret", CLIENT_SECRET)


def profiles(signreq, port):
    url = f"http://127.0.0.1:{port}"
    legs = {"request_token_url": f"{url}/initiate", "authorize_url": f"{url}/allow", "access_token_url": f"{url}/token"}
    for name in ("login-oob", "login-callback"):
        signreq.profile(name, scheme="oauth1", url=f"{url}/photos", consumer_key=CONSUMER, consumer_secret=SECRET, **legs)
    signreq.profile("login-stranger", scheme="oauth1", url=url, consumer_key="x", consumer_secret=SECRET, **legs)
    oauth2 = {"scheme": "oauth2", "url": f"{url}/oauth2", "token_url": f"{url}/oauth2/token", "client_id": CLIENT}
    signreq.profile("login-oauth2", **oauth2, client_secret=CLIENT_SECRET, scope="read")
    signreq.profile("login-oauth2-wrong", **oauth2, client_secret="another")
    signreq.secrets |= {SECRET, CLIENT_SECRET}


class Login:
    """A login that waits for its user: what it says on standard error, and its end."""

    def __init__(self, signreq, *words):
        self.signreq = signreq
        self.process = subprocess.Popen(
            [signreq.binary, "login", "--config", str(signreq.config), *words], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=signreq.environment(), cwd=signreq.scratch)
        self.said = b""
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while line := self.process.stderr.readline():
            self.said += line

    def page(self):
        """The page that it tells, once it does."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            found = re.search(rb"this page: http://127\.0\.0\.1:(\d+)(\S+)", self.said)
            if found:
                return int(found[1]), found[2].decode()
            time.sleep(0.01)
        self.process.kill()
        raise AssertionError(f"no page was told: {self.said!r}")

    def end(self, typed=b""):
        try:
            self.process.stdin.write(typed)
            self.process.stdin.close()
            self.process.wait(timeout=20)
        finally:
            self.process.kill()
        self.reader.join()
        return self.process.returncode, self.process.stdout.read(), self.said.decode()


def visit(port, target):
    """What a browser gets: the status, where it is sent on, the text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location"), answer.read().decode()
    finally:
        connection.close()


def checks(suite, port):
    signreq = suite.signreq

    def stored(profile, code, stdout, said):
        same("exit code", code, 0)
        same("standard output", stdout, b"")
        expect(f"token and token_secret stored in profile {profile}" in said, said)
        suite.sent(profile, "get", "/x", "a==1")
        shown = suite.send("profile", "show", profile)
        expect('token_secret = "***"' in shown.text, shown.describe())

    def by_hand():
        login = Login(signreq, "login-oob", "--verifier")
        status, _, verifier = visit(*login.page())
        same("status of the page", status, 200)
        stored("login-oob", *login.end(verifier.encode() + b"\n"))

    def by_callback():
        login = Login(signreq, "login-callback", "--callback")
        status, location, _ = visit(*login.page())
        same("status of the page", status, 302)
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)(/callback\?\S+)", location)
        expect(found, f"the browser is sent to {location}")
        same("status of the callback", visit(int(found[1]), found[2])[0], 200)
        stored("login-callback", *login.end())

    def wrong_verifier():
        login = Login(signreq, "login-oob", "--verifier", "--print")
        visit(*login.page())
        code, stdout, said = login.end(b"none\n")
        same("exit code", code, 77)
        same("standard output", stdout, b"")
        expect("the answer is 401" in said and "the verifier may be mistyped" in said, said)

    suite.refused("before the login", "login-oob", "get", "/x", code=(4, 77))
    suite.check("three legs, the verifier by hand", by_hand)
    suite.check("three legs, the browser comes back", by_callback)
    suite.check("a verifier that is none", wrong_verifier)
    suite.refused("a consumer that is none", "login", "login-stranger", "--verifier")

    def again():
        run = suite.send("login", "login-oob", "--verifier")
        expect(run.code == 26, run.describe())

    suite.check("no verifier", again)

    def forgotten():
        same("exit code", suite.send("logout", "login-oob").code, 0)
        expect(suite.send("login-oob", "get", "/x").code in (4, 77), "the token still signs")

    suite.check("logout forgets the token", forgotten)

    def fetched():
        first = suite.send("login", "login-oauth2", "--print")
        same("exit code", first.code, 0, first)
        expect(len(first.text.strip()) > 20, first.describe())
        echo = suite.sent("login-oauth2", "get", "/x")
        same("method", echo["method"], "GET")

    suite.check("client credentials", fetched)
    suite.refused("a scope that the token lacks", "login-oauth2", "post", "/x", "a=1", code=(4, 77))
    suite.refused("a client's secret that is wrong", "login", "login-oauth2-wrong")
