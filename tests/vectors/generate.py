#!/usr/bin/env python3
"""Writes tests/vectors/<scheme>/<case>.json from the inputs in cases/ and the peers in peers/.

    generate.py           writes every file and removes those whose case is gone
    generate.py --check   writes nothing; fails when a file differs from what would be written

Runs under the interpreter that has the peers: `tests/interop/run --vectors` and
`tests/interop/run --check-vectors` prepare it. Expected values come only from peers.
"""
import argparse
import importlib
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
SCHEMES = ("oauth1", "oauth2", "sigv4", "dci", "ovh", "bearer", "basic")
STRING = r'"(?:[^"\\]|\\.)*"'
ORDER = (
    "case", "about", "scheme", "peer", "confirmed_by",
    "request", "credentials", "settings", "timestamp", "nonce", "expected",
)


def text(case, scheme):
    case["scheme"] = scheme
    ordered = {key: case[key] for key in ORDER if key in case}
    left = set(case) - set(ordered)
    if left:
        raise ValueError(f"{scheme}/{case['case']}: unknown members {sorted(left)}")
    indented = json.dumps(ordered, indent=2, ensure_ascii=False) + "\n"
    # A pair of strings on one line: headers and parameters read as the list that they are.
    return re.sub(rf"\[\s+({STRING}),\s+({STRING})\s+\]", r"[\1, \2]", indented)


def generate(scheme):
    inputs = importlib.import_module(f"cases.{scheme}")
    peer = importlib.import_module(f"peers.{scheme}")
    files = {}
    for case in inputs.cases():
        name = case["case"] + ".json"
        if name in files:
            raise ValueError(f"{scheme}: two cases are called {case['case']}")
        peer.sign(case)
        files[name] = text(case, scheme)
    return files


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("schemes", nargs="*", default=SCHEMES)
    options = parser.parse_args()
    stale = []
    for scheme in options.schemes:
        folder = HERE / scheme
        folder.mkdir(exist_ok=True)
        files = generate(scheme)
        for old in sorted(folder.glob("*.json")):
            if old.name not in files:
                stale.append(f"{scheme}/{old.name} has no case")
                if not options.check:
                    old.unlink()
        for name, content in files.items():
            path = folder / name
            if not path.exists() or path.read_text(encoding="utf-8") != content:
                stale.append(f"{scheme}/{name} differs")
                if not options.check:
                    path.write_text(content, encoding="utf-8")
        print(f"{scheme}: {len(files)} cases")
    for line in stale:
        print(line if options.check else line.replace("differs", "written").replace("has no case", "removed"))
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
