"""signreq's library, driven through `examples/sign_lines.rs`."""
import json
import os
import subprocess


def build(checkout):
    """The example's path. With the tests' own profile, so that after `cargo test` it is there."""
    command = ["cargo", "build", "--locked", "--quiet", "--example", "sign_lines", "--message-format", "json"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, timeout=1200, check=False)
    for line in done.stdout.splitlines():
        message = json.loads(line)
        if message.get("target", {}).get("name") == "sign_lines" and message.get("executable"):
            return message["executable"]
    raise RuntimeError("sign_lines was not built\n" + done.stderr.decode("utf-8", "replace"))


def sign(executable, lines):
    """One answer for each line, in order."""
    text = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run([executable], input=text.encode(), capture_output=True, timeout=600,
                          env={"PATH": os.environ.get("PATH", "")}, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def line(case, scheme, **params):
    """A case as `sign_lines` reads it."""
    request = case["request"]
    body = request["body"]
    return {
        "scheme": scheme,
        "params": {**{name: value for name, value in case["credentials"].items() if value is not None}, **params},
        "method": request["method"],
        "url": case["typed_url"],
        "headers": request["headers"],
        "body": None if body is None else body["base64"],
        "time": case["timestamp"],
        "nonce": case.get("nonce", ""),
        "expires": case["settings"].get("expires"),
    }
