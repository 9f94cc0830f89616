"""Amazon's signing test suite, read from the package of the crate aws-sigv4 in cargo's registry.

It has one file a stage. The suite encodes paths once, whatever the service; cases that
`normalize` have nothing to encode, those that do not are signed by S3's path rule. The two
cases that AWS added for encoding twice hold fewer files.
"""
import base64
import datetime
import hashlib
import json
import pathlib
import subprocess

from . import stages
from .library import sign

STAGES = {"canonical-request": "canonical request", "string-to-sign": "string to sign", "signature": "signature"}
DOUBLE = {"double-encode-path", "double-url-encode"}


def suite(checkout):
    """The folder of the v4 cases; cargo downloads the package when it has to."""
    manifest = pathlib.Path(checkout) / "tests" / "interop" / "amazon" / "Cargo.toml"
    done = subprocess.run(["cargo", "metadata", "--locked", "--quiet", "--format-version", "1", "--manifest-path", manifest],
                          capture_output=True, timeout=300, check=True)
    (package,) = [p for p in json.loads(done.stdout)["packages"] if p["name"] == "aws-sigv4"]
    return pathlib.Path(package["manifest_path"]).parent / "aws-signing-test-suite" / "v4"


def folders(checkout, location):
    """The cases of that place of transmission."""
    return sorted(path.parent for path in suite(checkout).glob(f"*/{location}-canonical-request.txt"))


def request(text):
    """(method, target, headers, body) of a request file; a folded value is one line again."""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    first, *lines = head.rstrip("\n").split("\n")
    method, _, target = first.removesuffix(" HTTP/1.1").partition(" ")
    headers = []
    for line in lines:
        if line[:1] in (" ", "\t"):
            headers[-1][1] += " " + line.strip()
        else:
            name, _, value = line.partition(":")
            headers.append([name, value.strip()])
    return method, target, headers, body.removesuffix("\n")


def context(folder, expected):
    """The case's settings; where the added cases have none, those their expectations name."""
    path = folder / "context.json"
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    date = next(line for line in expected["canonical-request"].split("\n") if line.startswith("x-amz-date:"))
    moment = datetime.datetime.strptime(date, "x-amz-date:%Y%m%dT%H%M%SZ")
    scope = expected.get("string-to-sign", "\n\n20210511/us-east-1/service/aws4_request").split("\n")[2].split("/")
    return {
        "credentials": {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "-"},
        "region": scope[1], "service": scope[2], "sign_body": False, "normalize": True,
        "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def case(folder, location):
    """A line for `sign_lines`, and the stages that the suite's files hold."""
    files = {stage: folder / f"{location}-{stage}.txt" for stage in STAGES}
    expected = {stage: path.read_text(encoding="utf-8").rstrip("\n") for stage, path in files.items() if path.exists()}
    told = context(folder, expected)
    method, target, headers, body = request((folder / "request.txt").read_text(encoding="utf-8"))
    host = next(value for name, value in headers if name.lower() == "host")
    headers = [pair for pair in headers if pair[0].lower() not in ("host", "x-amz-date")]
    # An address has the hash of the body signed, but no header that tells it.
    if told["sign_body"] and location == "header":
        headers.append(["X-Amz-Content-Sha256", hashlib.sha256(body.encode()).hexdigest()])
    credentials = told["credentials"]
    nothing_to_encode = told["normalize"] and "%" not in target and target.isascii()
    params = {
        "access_key": credentials["access_key_id"], "secret_key": credentials["secret_access_key"],
        "region": told["region"], "service": told["service"],
        "path_encoding": "double" if folder.name in DOUBLE or nothing_to_encode else "s3",
    }
    # A token that is added after signing is no part of any stage.
    if "token" in credentials and not told.get("omit_session_token"):
        params["session_token"] = credentials["token"]
    moment = datetime.datetime.fromisoformat(told["timestamp"].replace("Z", "+00:00"))
    line = {
        "scheme": "sigv4", "params": params, "method": method, "url": f"https://{host}{target}", "headers": headers,
        "body": base64.b64encode(body.encode()).decode() if body else None, "time": int(moment.timestamp()), "nonce": "",
        "expires": told["expiration_in_seconds"] if location == "query" else None,
    }
    return line, expected


def differences(executable, folder, location):
    """(how many stages were compared, what differs)."""
    line, expected = case(folder, location)
    (answer,) = sign(executable, [line])
    if "error" in answer:
        return 0, [{"stage": "signing", "ours": answer["error"], "theirs": "signs"}]
    found = []
    for stage, wanted in expected.items():
        found += stages.unequal(STAGES[stage], answer["steps"].get(STAGES[stage]), wanted)
    return len(expected), found
