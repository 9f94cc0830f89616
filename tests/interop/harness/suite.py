"""The checks that every system shares: accepted, refused, replayed, fresh nonces."""
import hashlib
import time

from .report import Failed, expect, same

REFUSED = 77


class Suite:
    """One system's checks with the binary against its server."""

    def __init__(self, system, signreq, report):
        self.system = system
        self.signreq = signreq
        self.report = report
        self.nonces = []

    def check(self, name, action):
        self.report.check(self.system, name, action)

    def send(self, *words, stdin=None):
        run = self.signreq(*words, stdin=stdin)
        for secret in self.signreq.secrets:
            expect(secret not in run.stderr, "a secret stands on standard error", run.describe())
        return run

    def sent(self, *words, stdin=None):
        """A request that must be accepted; what the server saw of it."""
        run = self.send(*words, stdin=stdin)
        same("exit code", run.code, 0, run)
        try:
            echo = run.json()
        except ValueError:
            raise Failed("  the answer is no JSON\n" + run.describe()) from None
        if "nonce" in echo and "--nonce" not in words:
            self.nonces.append(echo["nonce"])
        return echo

    def accepted(self, name, *words, stdin=None, **wanted):
        """`wanted` are members of the server's echo, or functions of the member."""

        def action():
            echo = self.sent(*words, stdin=stdin)
            for key, value in wanted.items():
                found = echo.get(key)
                holds = value(found) if callable(value) else found == value
                expect(holds, f"{key}: the server saw {found!r}",
                       "" if callable(value) else f"expected {value!r}", " ".join(map(str, words)))

        self.check(name, action)

    def refused(self, name, *words, code=REFUSED, says=None, stdin=None):
        """A request that must be refused with one of the exit codes."""

        def action():
            run = self.send(*words, stdin=stdin)
            codes = code if isinstance(code, tuple) else (code,)
            expect(run.code in codes, f"exit code {run.code}, expected one of {codes}", run.describe())
            expect(run.stderr.strip(), "no line on standard error", run.describe())
            if says:
                said = run.text + run.stderr
                expect(says in said, f"{says!r} is not in the answer", run.describe())

        self.check(name, action)

    def deviation(self, name, reason, *words, code=(4, REFUSED), stdin=None):
        """A right request that the system refuses by its own fault."""

        def action():
            run = self.send(*words, stdin=stdin)
            expect(run.code in code, f"exit code {run.code}, expected one of {code}", run.describe())

        self.report.deviation(self.system, name, reason, action)

    def replayed(self, name, *words, refused=True, code=REFUSED, says=None):
        """The same nonce and time sent twice."""
        pinned = ("--nonce", hashlib.sha256(name.encode()).hexdigest()[:28],
                  "--timestamp", str(int(time.time())))

        def action():
            first = self.send(*pinned, *words)
            same("exit code of the first", first.code, 0, first)
            same("nonce as given", first.json()["nonce"], pinned[1], first)
            second = self.send(*pinned, *words)
            codes = (0,) if not refused else code if isinstance(code, tuple) else (code,)
            expect(second.code in codes, f"exit code {second.code}, expected one of {codes}", second.describe())
            if says:
                expect(says in second.text + second.stderr, f"{says!r} not said", second.describe())

        self.check(name, action)

    def fresh_nonces(self):
        """No two ordinary requests share a nonce."""

        def action():
            expect(len(self.nonces) >= 5, f"only {len(self.nonces)} nonces were seen")
            again = sorted({n for n in self.nonces if self.nonces.count(n) > 1})
            expect(not again, f"used more than once: {again}")
            short = sorted({n for n in self.nonces if len(n) < 16})
            expect(not short, f"shorter than 16 characters: {short}")

        self.check("no two requests share a nonce", action)


def sha256(content):
    return hashlib.sha256(content).hexdigest()
