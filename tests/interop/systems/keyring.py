"""GNOME's keyring over a session bus of the run's own, beside libsecret's secret-tool.

No server answers here: what signreq stores and reads is compared with what secret-tool
reads and stores.
"""
import os
import signal
import subprocess
import time

from harness.report import expect, same
from harness.servers import DidNotStart

SECRET = "g3heim=/+%7E"
# A bus that would start no keyring when it is asked for one.
BARE_BUS = """<busconfig><type>session</type><listen>unix:dir={scratch}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
"""


class Session:
    """A bus and, but for a bare one, a keyring that is unlocked."""

    def __init__(self, servers, name, has_keyring=True):
        self.home = servers.scratch / name
        self.home.mkdir(mode=0o700)
        config = ["--session"]
        if not has_keyring:
            file = self.home / "bus.conf"
            file.write_text(BARE_BUS.format(scratch=self.home), encoding="ascii")
            config = [f"--config-file={file}"]
        self.environment = {
            "PATH": os.environ.get("PATH", ""), "HOME": str(self.home), "LC_ALL": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(self.home), "XDG_DATA_HOME": str(self.home / "data"),
        }
        servers.launch(f"{name}-bus", ["dbus-daemon", "--nofork", "--print-address", *config], self.environment)
        self.address = wait(lambda: servers.log(f"{name}-bus").partition("unix:")[2].partition("\n")[0])
        self.address = "unix:" + self.address
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.address
        if has_keyring:
            words = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
            self.daemon = servers.launch(f"{name}-daemon", words, self.environment, typed=b"the keyring's own")
            wait(lambda: self.tool("store", "--label=first", "ready", "yes", typed=b"yes").returncode == 0)

    def tool(self, *words, typed=b""):
        return subprocess.run(["secret-tool", *words], input=typed, capture_output=True, timeout=20, env=self.environment)

    def look_up(self, name):
        return self.tool("lookup", "service", "signreq", "username", name).stdout.decode("utf-8")

    def lock(self):
        done = subprocess.run(
            ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets",
             "org.freedesktop.Secret.Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login"],
            capture_output=True, timeout=20, env=self.environment)
        same("locking", done.returncode, 0)


def wait(found):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.05)
    raise DidNotStart("the session bus or its keyring did not start within 20 s")


def start(servers, peers):
    start.session = Session(servers, "keyring")
    start.bare = Session(servers, "keyring-bare", has_keyring=False)


def profiles(signreq, port):
    bearer = {"scheme": "bearer", "url": "http://127.0.0.1:9"}
    signreq.profile("kept", **bearer)
    signreq.profile("shared", **bearer, token={"keyring": "of secret-tool"})
    signreq.secrets.add(SECRET)


def checks(suite, port):
    session = start.session
    signreq = suite.signreq
    signreq.session["DBUS_SESSION_BUS_ADDRESS"] = session.address

    def signed(profile, secret):
        run = signreq("sign", profile, "/x")
        same("standard output", run.text, f"Authorization: Bearer {secret}\n", run)

    def fails(says, *words, within=10):
        began = time.monotonic()
        run = suite.send(*words, stdin=b"another")
        same("exit code", run.code, 78, run)
        expect(says in run.stderr, f"{says!r} is not said", run.describe())
        expect(time.monotonic() - began < within, f"it took {time.monotonic() - began:.1f} s")

    def stored():
        run = suite.send("profile", "set", "kept", "token", "--keyring", stdin=SECRET.encode() + b"\n")
        same("exit code", run.code, 0, run)
        same("what secret-tool reads", session.look_up("kept.token"), SECRET)
        config = signreq.config.read_text(encoding="utf-8")
        expect('token = { keyring = "kept.token" }' in config and SECRET not in config, config)
        signed("kept", SECRET)

    def replaced():
        run = suite.send("profile", "set", "kept", "token", "--keyring", stdin=b"another")
        same("exit code", run.code, 0, run)
        found = session.tool("search", "--all", "service", "signreq").stdout.decode()
        same("entries", found.count("secret = "), 1)
        signed("kept", "another")

    def theirs():
        fails("is not there", "sign", "shared", "/x")
        words = ("--label=x", "service", "signreq", "username", "of secret-tool")
        same("secret-tool", session.tool("store", *words, typed=SECRET.encode()).returncode, 0)
        signed("shared", SECRET)

    def another():
        words = ("--label=x", "service", "signreq", "username", "new.token")
        session.tool("store", *words, typed=b"somebody's")
        fails("is there already", "profile", "add", "new", "--scheme", "bearer", "url=http://h", "token=-", "--keyring")
        same("the entry", session.look_up("new.token"), "somebody's")
        expect("[profile.new]" not in signreq.config.read_text(encoding="utf-8"), "the profile was written")

    def put_back():
        os.chmod(signreq.config, 0o400)
        held = subprocess.Popen(["flock", "--no-fork", str(signreq.config), "sleep", "20"], stdout=subprocess.DEVNULL)
        try:
            time.sleep(0.3)
            fails("has been changing it", "profile", "set", "kept", "token", "--keyring", within=20)
        finally:
            held.kill()
            os.chmod(signreq.config, 0o600)
        same("the entry", session.look_up("kept.token"), "another")

    def locked():
        session.lock()
        fails("it is locked, and there is no screen", "sign", "shared", "/x")
        fails("it is locked, and there is no screen", "profile", "set", "shared", "token", "--keyring")

    def frozen():
        session.daemon.send_signal(signal.SIGSTOP)
        try:
            fails("it does not answer", "sign", "shared", "/x")
        finally:
            session.daemon.send_signal(signal.SIGCONT)

    def missing():
        signreq.session["DBUS_SESSION_BUS_ADDRESS"] = start.bare.address
        try:
            fails("no keyring runs in this session", "sign", "shared", "/x")
            fails("no keyring runs in this session", "profile", "set", "shared", "token", "--keyring")
        finally:
            signreq.session["DBUS_SESSION_BUS_ADDRESS"] = session.address

    def removed():
        run = suite.send("profile", "remove", "kept", "--yes", "--keyring")
        same("exit code", run.code, 0, run)
        same("what secret-tool reads", session.look_up("kept.token"), "")

    suite.check("what is stored, secret-tool reads", stored)
    suite.check("a new value takes the place of the old", replaced)
    suite.check("what secret-tool stores signs", theirs)
    suite.check("another's entry is not written over", another)
    suite.check("a config that cannot be written leaves the old value", put_back)
    suite.check("removed with its profile", removed)
    suite.check("no service on the bus", missing)
    suite.check("a service that does not answer", frozen)
    # The last: it stays so.
    suite.check("locked, with nobody to ask", locked)
    signreq.session.clear()
