"""Peer servers as child processes: started with a time limit, always ended, logs kept."""
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

START_LIMIT = 30
HERE = pathlib.Path(__file__).resolve().parent.parent / "servers"


class DidNotStart(Exception):
    pass


def free_port():
    """For a server that must be told its port; one that picks its own is better."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Servers:
    """All servers of a run. Used as a context: leaving it ends every one of them."""

    def __init__(self, scratch):
        self.scratch = pathlib.Path(scratch)
        self.running = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process, _ in self.running.values():
            end(process)

    def log(self, name):
        path = self.scratch / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def start(self, name, argv, port=None, limit=START_LIMIT):
        """Starts a server and returns its port: the given one, or the one it prints."""
        environment = dict(os.environ, PYTHONUNBUFFERED="1", PYTHONDONTWRITEBYTECODE="1")
        process = self.launch(name, argv, environment)
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise DidNotStart(f"{name} ended with {process.returncode}\n{self.log(name)}")
            found = port if port is not None else printed_port(self.log(name))
            if found and answers(found):
                return found
            time.sleep(0.05)
        raise DidNotStart(f"{name} did not listen within {limit} s\n{self.log(name)}")

    def launch(self, name, argv, environment, typed=None):
        """Starts what listens on no port of ours, and types something into it."""
        log = self.scratch / f"{name}.log"
        with open(log, "wb") as output:
            process = subprocess.Popen(
                [str(word) for word in argv],
                stdin=subprocess.DEVNULL if typed is None else subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.scratch,
                env=environment,
                start_new_session=True,
            )
        self.running[name] = (process, log)
        if typed is not None:
            process.stdin.write(typed)
            process.stdin.close()
        return process

    def python(self, name, script, *options):
        return self.start(name, [sys.executable, HERE / script, *options])

    def ruby(self, name, script, *options):
        return self.start(name, ["ruby", "-W0", HERE / script, *options])


def printed_port(log):
    for line in log.splitlines():
        if line.startswith("listening "):
            return int(line.split()[1])
    return None


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def end(process):
    """The server and whatever it started: each leads a process group of its own."""
    for how, patience in ((signal.SIGTERM, 3), (signal.SIGKILL, 3)):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            pass
        try:
            process.wait(timeout=patience)
            return
        except subprocess.TimeoutExpired:
            continue
