"""The vendors' own libraries, proved to read what they are given."""
import json
import os
import subprocess
import sys

from harness.report import same
from systems.vendors import OVH, PAIR, PEERS


def prove(port, peers, report):
    home = peers.scratch / "vendors"
    (home / ".aws").mkdir(parents=True)
    (home / ".ovh.conf").write_text(OVH, encoding="utf-8")
    (home / ".aws/credentials").write_text("[default]\n" + PAIR, encoding="utf-8")
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"}
    wanted = {
        "ovh": {"endpoint": "ovh-eu", "application_key": "AK", "application_secret": "AS", "consumer_key": "CK"},
        "s3": {"access_key": "AKID", "secret_key": "se/cr+et="},
    }

    def reads(vendor):
        done = subprocess.run([sys.executable, "-c", PEERS[vendor]], capture_output=True, timeout=60, env=environment,
                              cwd=home)
        same("values", json.loads(done.stdout), wanted[vendor])

    for vendor in PEERS:
        report.check("vendors", f"self-check: {vendor}", lambda vendor=vendor: reads(vendor))
