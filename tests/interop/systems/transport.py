"""The way to a server: nginx before it, squid and dante between.

Behind each proxy stands the OVHcloud server, whose oracle sees whether what was signed
is what arrived. The host has a name that nobody can resolve but the proxy, where that
can be had.
"""
import atexit
import pathlib
import shutil
import subprocess
import tempfile

from harness.servers import free_port
from systems import nginx, ovh

HOST = "api.interop.example"
USER, PASSWORD = "ares", "open:sesame 7"


def start(servers, peers):
    start.scratch = peers.scratch
    start.public = public_directory()
    start.ports = {name: free_port() for name in ("nginx", "store", "squid", "squid-auth", "dante")}
    certificates(peers.scratch)
    start.target = ovh.start(servers, peers)
    nginx.start(servers, peers.scratch, start.public, start.target, start.ports["nginx"], start.ports["store"])
    squid(servers, "squid", start.ports["squid"], asks=False)
    squid(servers, "squid-auth", start.ports["squid-auth"], asks=True)
    dante(servers, start.ports["dante"])
    return start.target


def public_directory():
    """Squid gives root up and must still read these files."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="signreq-interop-squid-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    directory.chmod(0o755)
    (directory / "hosts").write_text(f"127.0.0.1 {HOST} localhost\n")
    hashed = subprocess.run(["openssl", "passwd", "-apr1", PASSWORD], check=True, capture_output=True,
                            text=True, timeout=30).stdout
    (directory / "passwords").write_text(f"{USER}:{hashed}")
    return directory


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=30)


def certificates(scratch):
    """An authority, a server's certificate of it, and a client's with an encrypted key."""
    new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl(*new, "-x509", "-days", "2", "-subj", "/CN=Interop", "-keyout", scratch / "ca.key",
            "-out", scratch / "ca.pem", "-addext", "basicConstraints=critical,CA:true")
    for name, extension in (("server", "subjectAltName=DNS:localhost"), ("client", "extendedKeyUsage=clientAuth")):
        openssl(*new, "-subj", f"/CN={name}", "-keyout", scratch / f"{name}.key", "-out", scratch / f"{name}.csr")
        (scratch / f"{name}.ext").write_text(extension + "\n")
        openssl("x509", "-req", "-days", "2", "-in", scratch / f"{name}.csr", "-CA", scratch / "ca.pem",
                "-CAkey", scratch / "ca.key", "-CAcreateserial", "-extfile", scratch / f"{name}.ext",
                "-out", scratch / f"{name}.pem")
    openssl("pkcs8", "-topk8", "-in", scratch / "client.key", "-out", scratch / "client.p8",
            "-passout", f"pass:{nginx.PASSPHRASE}")


def squid(servers, name, port, asks):
    config = start.scratch / f"{name}.conf"
    authentication = f"""
        auth_param basic program /usr/lib/squid/basic_ncsa_auth {start.public}/passwords
        auth_param basic children 1
        auth_param basic realm interop
        acl known proxy_auth REQUIRED
        http_access deny !known
        """ if asks else ""
    config.write_text(f"""
        http_port 127.0.0.1:{port}
        {authentication}
        http_access allow localhost
        http_access deny all
        cache deny all
        access_log none
        cache_log /dev/null
        pid_filename none
        netdb_filename none
        coredump_dir /tmp
        shutdown_lifetime 0 seconds
        hosts_file {start.public}/hosts
        """, encoding="utf-8")
    # A name of its own keeps its shared memory apart from that of other squids.
    servers.start(name, ["squid", "-N", "-n", f"interop{port}", "-d", "1", "-f", config], port)


def dante(servers, port):
    config = start.scratch / "dante.conf"
    config.write_text(f"""
        logoutput: stderr
        internal: 127.0.0.1 port = {port}
        external: lo
        clientmethod: none
        socksmethod: none
        user.unprivileged: nobody
        client pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}
        socks pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}
        """, encoding="utf-8")
    servers.start("dante", ["danted", "-f", config], port)


def profiles(signreq, port):
    ports, scratch = start.ports, start.scratch
    right = {"preset": "ovh", "application_key": ovh.APPLICATION, "application_secret": ovh.SECRET,
             "consumer_key": ovh.CONSUMER}
    secrets = ["application_secret", "consumer_key"]
    named = dict(right, endpoint=f"http://{HOST}:{port}/1.0")
    signreq.profile("squid", secrets, **named, proxy=f"http://127.0.0.1:{ports['squid']}")
    asking = dict(named, proxy=f"http://127.0.0.1:{ports['squid-auth']}", proxy_user=USER)
    signreq.profile("squid-auth", [*secrets, "proxy_password"], **asking, proxy_password=PASSWORD)
    signreq.profile("squid-wrong", secrets, **asking, proxy_password="wrong")
    signreq.profile("dante", secrets, **dict(right, endpoint=f"http://127.0.0.1:{port}/1.0"),
                    proxy=f"socks5h://127.0.0.1:{ports['dante']}")
    nginx.profiles(signreq, scratch, ports["nginx"], ports["store"])


def checks(suite, port):
    ports = start.ports
    odd = "/x/a%2Fb//c/../d?b=%41&a=1&a=&c"
    for name in ("squid", "squid-auth", "dante"):
        suite.accepted(f"signed through {name}", name, "get", "/me", oracle=True)
        suite.accepted(f"an odd address through {name}", name, "get", odd, oracle=True, target="/1.0" + odd)
        suite.accepted(f"a body through {name}", name, "post", ovh.RECORD, "target=é", oracle=True)
    suite.refused("a wrong password at squid", "squid-wrong", "get", "/me", code=7, says="refuses the user 'ares'")
    suite.refused("no password at squid", "squid", "-x", f"http://127.0.0.1:{ports['squid-auth']}", "get", "/me",
                  code=7, says="asks for a user and a password")
    suite.accepted("an address as squid has it, by a tunnel", "squid", "--connect-to", f"::127.0.0.1:{port}",
                   "get", "/me", oracle=True)
    suite.refused("a tunnel to nobody", "squid", "--connect-to", "::127.0.0.1:1", "get", "/me", code=7, says="503")
    suite.accepted("nginx sees the certificate", "nginx", "get", "/who", who="CN=client")
    suite.accepted("nginx sees none", "nginx-nobody", "get", "/who", who="")
    suite.refused("nginx lets nobody in without", "nginx-nobody", "get", "/1.0/me", code=4)
    for version, words in (("TLSv1.3", ["--tlsv1.3"]), ("TLSv1.2", ["--tls-max", "1.2"])):
        suite.accepted(f"{version} to nginx", "nginx", *words, "get", "/who", protocol=version, who="CN=client")
    for name, url in (("squid", "http://127.0.0.1:{squid}"), ("dante", "socks5h://127.0.0.1:{dante}")):
        suite.accepted(f"TLS through {name}", "nginx", "-x", url.format(**ports), "get", "/who", who="CN=client")
    key = subprocess.run("openssl x509 -in server.pem -noout -pubkey | openssl pkey -pubin -outform der "
                         "| openssl dgst -sha256 -binary | base64", shell=True, check=True, capture_output=True,
                         text=True, timeout=30, cwd=start.scratch).stdout.strip()
    suite.accepted("nginx's key, pinned", "nginx", "--pinnedpubkey", "sha256//" + key, "get", "/who", who="CN=client")
    suite.refused("another key, pinned", "nginx", "--pinnedpubkey", "sha256//" + "A" * 43 + "=", "get", "/who",
                  code=60, says="not pinned")
    nginx.checks(suite)
