"""The Foreman server, proved with ruby-oauth's client, which Foreman's own clients use."""
import pathlib
import subprocess

from systems.foreman import CONSUMER, HOSTS, SECRET, USER

from . import Prover, send

SCRIPT = pathlib.Path(__file__).with_name("foreman.rb")


def prove(port, peers, report):
    prover = Prover("foreman", report)

    def signed(method, target, body="", key=CONSUMER, secret=SECRET, user=USER, sent=""):
        done = subprocess.run(
            ["ruby", "-W0", str(SCRIPT), str(port), method, target, body, key, secret, user, sent],
            capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            return 0, done.stderr
        status, _, text = done.stdout.partition("\n")
        return int(status), text

    refusal = "Unable to authenticate user "
    prover.answers("right", 200, lambda: signed("GET", HOSTS + "?search=a%20b&per_page=20"), '"nonce"')
    prover.answers("right with JSON", 200, lambda: signed("POST", HOSTS, '{"a":1}'), '"nonce"')
    prover.answers("wrong secret", 401, lambda: signed("GET", HOSTS, secret="x"), refusal)
    prover.answers("unknown key", 401, lambda: signed("GET", HOSTS, key="x"), refusal)
    prover.answers("unknown user", 401, lambda: signed("GET", HOSTS, user="x"), refusal)
    prover.answers("no user", 401, lambda: signed("GET", HOSTS, user=""), refusal)
    prover.answers("other query", 401, lambda: signed("GET", HOSTS + "?a=1", sent=HOSTS + "?a=2"), refusal)
    prover.answers("other path", 401, lambda: signed("GET", HOSTS, sent=HOSTS + "x"), refusal)
    prover.answers("ids[], Foreman's fault", 401, lambda: signed("GET", HOSTS + "?ids%5B%5D=2&ids%5B%5D=1"), refusal)
    prover.answers("unsigned", 401, lambda: send(port, "GET", HOSTS), refusal)
