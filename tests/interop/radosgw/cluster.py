"""A Ceph cluster: a monitor, a storage daemon in memory, and two gateways.

One gateway is as it comes. The other issues and takes session tokens, and then says
AccessDenied of a signature where the first says SignatureDoesNotMatch.
"""
import json
import os
import pathlib
import subprocess
import time
import uuid

from harness.servers import free_port

CONFIGURATION = """\
[global]
fsid = {fsid}
mon host = v1:127.0.0.1:{monitor}
public network = 127.0.0.0/8
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
run dir = {root}
admin socket = {root}/$name.asok
log file = {root}/$name.log
crash dir = {root}
keyring = {root}/none
[mon]
mon data = {root}/mon
[osd]
osd data = {root}/osd
osd objectstore = memstore
memstore device bytes = 512M
[client]
rgw dns name = {domain}
rgw thread pool size = 16
[client.rgw]
rgw data = {root}/rgw
rgw frontends = beast endpoint=127.0.0.1:{gateway}
[client.sts]
rgw data = {root}/sts
rgw frontends = beast endpoint=127.0.0.1:{sts}
rgw s3 auth use sts = true
rgw sts key = abcdefghijklmnop
"""
START_LIMIT = 90


class Cluster:
    """Used as a context: leaving it ends the daemons."""

    def __init__(self, servers, root, domain):
        self.servers = servers
        self.root = pathlib.Path(root)
        self.ports = {"rgw": free_port(), "sts": free_port()}
        self.config = self.root / "ceph.conf"
        monitor, fsid = free_port(), str(uuid.uuid4())
        for name in ("mon", "osd", *self.ports):
            (self.root / name).mkdir(parents=True)
        self.config.write_text(CONFIGURATION.format(
            fsid=fsid, monitor=monitor, gateway=self.ports["rgw"], sts=self.ports["sts"], root=self.root, domain=domain))
        address = f"[v1:127.0.0.1:{monitor}]"
        self.run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", address, self.root / "monmap", config=False)
        self.run("ceph-mon", "--mkfs", "-i", "a", "--monmap", self.root / "monmap")
        servers.start("ceph-mon", ["ceph-mon", "-c", self.config, "-i", "a", "-f"], monitor)
        number = self.run("ceph", "osd", "create").strip()
        self.run("ceph-osd", "-i", number, "--mkfs")
        # It listens on ports of its own choice: that the monitor sees it is what counts.
        servers.start("ceph-osd", ["ceph-osd", "-c", self.config, "-i", number, "-f"], monitor)
        self.await_storage()

    def start_gateways(self):
        for name, port in self.ports.items():
            command = ["radosgw", "-c", self.config, "-n", "client." + name, "-f"]
            self.servers.start("radosgw-" + name, command, port, START_LIMIT)

    def run(self, program, *words, config=True):
        words = [str(word) for word in words]
        given = ["-c", str(self.config)] if config else []
        deadline = time.monotonic() + START_LIMIT
        while True:
            done = subprocess.run([program, *given, *words], capture_output=True, text=True, timeout=START_LIMIT,
                                  env=dict(os.environ, CEPH_CONF=str(self.config)))
            if done.returncode == 0:
                return done.stdout
            # What a monitor answers that is still forming its quorum.
            if "problem getting command descriptions" not in done.stderr or time.monotonic() > deadline:
                raise RuntimeError(f"{program} {' '.join(words)} ended with {done.returncode}\n{done.stderr}")
            time.sleep(0.5)

    def admin(self, *words):
        return self.run("radosgw-admin", "-n", "client.rgw", *words)

    def await_storage(self):
        deadline = time.monotonic() + START_LIMIT
        while json.loads(self.run("ceph", "osd", "stat", "--format", "json"))["num_up_osds"] < 1:
            if time.monotonic() > deadline:
                raise RuntimeError("the storage daemon did not come up")
            time.sleep(0.5)

    def user(self, name, access, secret):
        self.admin("user", "create", "--uid", name, "--display-name", name, "--access-key", access, "--secret-key", secret)

    def version(self):
        return self.run("radosgw", "--version", config=False).split(" (")[0]
