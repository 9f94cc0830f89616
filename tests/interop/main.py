"""The run itself: every system's server, every check, one count. Started by `run`."""
import argparse
import importlib
import os
import pathlib
import secrets
import signal
import sys
import tempfile
import traceback
import types

from cryptography.hazmat.primitives import serialization
from harness.report import Report
from harness.servers import DidNotStart, Servers
from harness.signreq import Signreq
from harness.suite import Suite

SYSTEMS = ("maas", "foreman", "candlepin", "oauth1", "dci", "s3", "ovh", "login", "keyring", "vendors", "transport", "har", "differential")


def arguments():
    parser = argparse.ArgumentParser(
        prog="tests/interop/run",
        description="Checks signreq against real verifiers on loopback.",
        epilog="--vectors and --check-vectors, as the only argument, write or check tests/vectors.",
    )
    parser.add_argument("--checkout", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--self-check", action="store_true",
                        help="prove the servers with the peers' own clients; needs no binary")
    parser.add_argument("--only", metavar="SYSTEM,...", default=",".join(SYSTEMS),
                        help="some of: " + ", ".join(SYSTEMS))
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9),
                        help="what the random requests are drawn from; printed by every run")
    parser.add_argument("--requests", type=int, default=20_000, help="how many random requests (default 20000)")
    parser.add_argument("--keep", metavar="DIR", help="keep logs and config in this empty directory")
    options = parser.parse_args()
    options.only = options.only.split(",")
    unknown = [name for name in options.only if name not in SYSTEMS]
    if unknown:
        parser.error(f"no such system: {', '.join(unknown)}")
    return options


def peers_of(options, scratch):
    """Where the installed peers lie, the key pair of the RSA methods, what is random and how much of it."""
    checkout = options.checkout
    installed = checkout / "target" / "interop"
    private_key = checkout / "tests" / "vectors" / "cases" / "rsa-test-key.pem"
    key = serialization.load_pem_private_key(private_key.read_bytes(), None)
    public_key = scratch / "rsa-public.pem"
    public_key.write_bytes(key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    return types.SimpleNamespace(
        piston=installed / "piston" / "oauth.py",
        s3s=installed / "s3s" / "bin" / "s3s-fs",
        private_key=private_key,
        public_key=public_key,
        scratch=scratch,
        checkout=checkout,
        seed=options.seed,
        requests=options.requests,
    )


def binary_of(checkout):
    binary = pathlib.Path(os.environ.get("SIGNREQ") or checkout / "target" / "release" / "signreq").absolute()
    if not os.access(binary, os.X_OK):
        sys.exit(f"{binary} is not there: build it (cargo build --release) or set SIGNREQ")
    return binary


def run_system(name, options, servers, peers, signreq, report):
    system = importlib.import_module(f"systems.{name}")
    try:
        port = system.start(servers, peers)
    except DidNotStart as reason:
        report.fail(name, "the server starts", str(reason))
        return
    try:
        if options.self_check:
            importlib.import_module(f"clients.{name}").prove(port, peers, report)
        else:
            system.profiles(signreq, port)
            system.checks(Suite(name, signreq, report), port)
    except Exception:
        report.fail(name, "the checks run to their end", traceback.format_exc())


def main():
    options = arguments()
    # A terminated run ends its servers too: the signal becomes an orderly exit.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    binary = None if options.self_check else binary_of(options.checkout)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="signreq-interop-") as temporary:
        scratch = pathlib.Path(options.keep or temporary).absolute()
        scratch.mkdir(parents=True, exist_ok=True)
        signreq = None if binary is None else Signreq(binary, scratch)
        with Servers(scratch) as servers:
            for name in options.only:
                run_system(name, options, servers, peers_of(options, scratch), signreq, report)
            if options.only == list(SYSTEMS) and not options.self_check:
                report.all_checks_ran()
            return report.finish(lambda system: [(system, servers.log(system))])


if __name__ == "__main__":
    sys.exit(main())
