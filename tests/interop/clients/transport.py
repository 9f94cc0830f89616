"""The servers and proxies on the way, proved with curl."""
import subprocess

from systems import transport

from . import Prover


def prove(port, peers, report):
    prover = Prover("transport", report)
    scratch, ports = peers.scratch, transport.start.ports

    def curl(url, *words):
        done = subprocess.run(
            ["curl", "-q", "-sS", "-o", "-", "-w", "\n%{http_code} %{http_connect}", *map(str, words), url],
            capture_output=True, text=True, errors="replace", timeout=30, env={"PATH": "/usr/bin:/bin"})
        body, _, codes = done.stdout.rpartition("\n")
        answered, connected = (int(code) for code in codes.split())
        return answered or connected, body + done.stderr

    squid, asking = (f"http://127.0.0.1:{ports[name]}" for name in ("squid", "squid-auth"))
    named = f"http://{transport.HOST}:{port}/1.0/auth/time"
    who = f"https://localhost:{ports['nginx']}/who"
    tls = ("--cacert", scratch / "ca.pem")
    certificate = ("--cert", scratch / "client.pem", "--key", scratch / "client.key")
    user = f"{transport.USER}:{transport.PASSWORD}"
    prover.answers("squid forwards", 200, lambda: curl(named, "-x", squid))
    prover.answers("squid asks for a user", 407, lambda: curl(named, "-x", asking))
    prover.answers("squid knows the user", 200, lambda: curl(named, "-x", asking, "-U", user))
    prover.answers("squid knows the password", 407, lambda: curl(named, "-x", asking, "-U", user + "x"))
    prover.answers("dante connects", 200,
                   lambda: curl(f"http://127.0.0.1:{port}/1.0/auth/time", "-x", f"socks5h://127.0.0.1:{ports['dante']}"))
    prover.answers("nginx sees a certificate", 200, lambda: curl(who, *tls, *certificate), "CN=client")
    prover.answers("nginx sees none", 200, lambda: curl(who, *tls), '"who": ""')
    prover.answers("nginx keeps strangers out", 403, lambda: curl(who.replace("/who", "/1.0/me"), *tls))
    store = f"https://localhost:{ports['store']}/image"
    prover.answers("the store serves parts", 206, lambda: curl(store, *tls, "-r", "5-9"))
    prover.answers("the store takes no credential", 400, lambda: curl(store, *tls, "-u", "a:b"))
    prover.answers("the store takes no certificate", 400, lambda: curl(store, *tls, *certificate))
