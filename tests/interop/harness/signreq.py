"""Runs the built binary as a user would, shut off from this machine's own settings."""
import json
import os
import pathlib
import subprocess

REQUEST_LIMIT = 30


def toml(value):
    """JSON's strings, numbers and truth values are TOML's too; only tables differ."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


class Run:
    """One finished command."""

    def __init__(self, argv, code, stdout, stderr):
        self.argv = argv
        self.code = code
        self.stdout = stdout
        self.stderr = stderr

    @property
    def text(self):
        return self.stdout.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.stdout)

    def describe(self):
        return (
            f"  command: {' '.join(self.argv)}\n  exit code: {self.code}\n"
            f"  stdout: {self.text[:1500]}\n  stderr: {self.stderr[:1500]}"
        )


class Signreq:
    """The binary with a HOME and a config file of its own."""

    def __init__(self, binary, scratch):
        self.binary = str(binary)
        self.scratch = pathlib.Path(scratch)
        self.home = self.scratch / "home"
        self.home.mkdir()
        self.config = self.scratch / "config.toml"
        self.profiles = []
        self.secrets = set()
        # Variables of the user's session, such as the way to its bus.
        self.session = {}
        self.write()

    def profile(self, name, secrets=(), **fields):
        """Adds a profile. Values are strings, numbers, truth values or flat tables."""
        self.profiles.append((name, fields))
        self.secrets.update(fields[s] for s in secrets if len(fields[s]) > 5)
        self.write()
        return name

    def write(self):
        lines = []
        for name, fields in self.profiles:
            lines.append(f"[profile.{name}]")
            lines += [f"{key} = {toml(value)}" for key, value in fields.items()]
            lines.append("")
        descriptor = os.open(self.config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))

    def environment(self):
        """No proxy, no vendor's variables, no caches of this machine."""
        return {
            "HOME": str(self.home),
            "PATH": os.environ.get("PATH", ""),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "LC_ALL": "C.UTF-8",
            **self.session,
        }

    def __call__(self, *words, stdin=None):
        argv = [self.binary, "--config", str(self.config), *[str(word) for word in words]]
        try:
            done = subprocess.run(
                argv,
                input=stdin,
                stdin=subprocess.DEVNULL if stdin is None else None,
                capture_output=True,
                timeout=REQUEST_LIMIT,
                env=self.environment(),
                cwd=self.scratch,
            )
            code, stdout, stderr = done.returncode, done.stdout, done.stderr
        except subprocess.TimeoutExpired as late:
            code, stdout, stderr = "timed out", late.stdout or b"", late.stderr or b""
        return Run(argv[:1] + argv[3:], code, stdout, stderr.decode("utf-8", "replace"))

    def file(self, name, content):
        """A file next to the config, for `@name` items; returns its name."""
        (self.scratch / name).write_bytes(content)
        return name
