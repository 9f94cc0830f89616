"""nginx as what stands before an API: TLS, redirects, ranges, compression.

It passes what is signed on to the OVHcloud server, whose oracle sees whether it holds.
A second server of it is another origin, which takes no request that shows a credential:
so stores behave that are handed presigned addresses.
"""
import os

from harness.report import expect, same
from systems import ovh

PASSPHRASE = "let me in, please"
CONTENT = os.urandom(1 << 20) * 3
IDENTITY = ("http_authorization", "http_cookie", "http_x_ovh_application", "http_x_ovh_consumer",
            "http_x_ovh_signature", "http_x_ovh_timestamp")


def start(servers, scratch, public, target, port, store):
    """Two origins, at `port` and `store`; `target` is the OVHcloud server's port."""
    (public / "files").mkdir()
    (public / "files" / "image").write_bytes(CONTENT)
    passed_on = """proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto https;
                    proxy_set_header Accept-Encoding "";"""
    strangers = "\n".join(f"if (${name}) {{ return 400; }}" for name in IDENTITY)
    tls = f"""ssl_certificate {scratch}/server.pem; ssl_certificate_key {scratch}/server.key;
                ssl_client_certificate {scratch}/ca.pem; ssl_verify_client optional;
                ssl_protocols TLSv1.2 TLSv1.3; server_name localhost;"""
    config = scratch / "nginx.conf"
    config.write_text(f"""
        user root; daemon off; pid {scratch}/nginx.pid; error_log stderr; worker_processes 1;
        events {{ }}
        http {{
            access_log off; client_body_temp_path {scratch}/nginx-body; proxy_temp_path {scratch}/nginx-proxy;
            fastcgi_temp_path {scratch}/f; uwsgi_temp_path {scratch}/u; scgi_temp_path {scratch}/s;
            default_type application/octet-stream;
            gzip on; gzip_types application/json; gzip_proxied any; gzip_min_length 20;
            server {{
                listen 127.0.0.1:{port} ssl; {tls}
                location /who {{ default_type application/json;
                    return 200 '{{"who": "$ssl_client_s_dn", "protocol": "$ssl_protocol"}}'; }}
                location /1.0/moved {{ return 307 /1.0/me?b=2&a=%41; }}
                location /1.0/image {{ auth_request /verified; try_files /nowhere @stored; }}
                location @stored {{ return 302 https://localhost:{store}/image?token=of-the-store; }}
                location /verified {{ internal; proxy_pass http://127.0.0.1:{target}$request_uri; {passed_on}
                    proxy_pass_request_body off; proxy_set_header Content-Length ""; }}
                location / {{
                    if ($ssl_client_verify != SUCCESS) {{ return 403; }}
                    proxy_pass http://127.0.0.1:{target}; {passed_on} }}
            }}
            server {{
                listen 127.0.0.1:{store} ssl; {tls} root {public}/files;
                {strangers}
                if ($ssl_client_verify = SUCCESS) {{ return 400; }}
                location /slow/ {{ alias {public}/files/; limit_rate 500k; }}
                location / {{ }}
            }}
        }}""", encoding="utf-8")
    servers.start("nginx", ["nginx", "-c", config, "-p", scratch], port)


def profiles(signreq, scratch, port, store):
    tls = {"cacert": str(scratch / "ca.pem")}
    shown = dict(tls, client_cert=str(scratch / "client.pem"), client_key=str(scratch / "client.p8"),
                 client_key_password=PASSPHRASE)
    origin = f"https://localhost:{port}"
    signreq.profile("nginx", ["client_key_password"], scheme="none", url=origin, **shown)
    signreq.profile("nginx-nobody", scheme="none", url=origin, **tls)
    signreq.profile("nginx-store", scheme="none", url=f"https://localhost:{store}", **tls)
    keys = {"preset": "ovh", "endpoint": f"{origin}/1.0", "application_key": ovh.APPLICATION,
            "application_secret": ovh.SECRET, **shown}
    signreq.profile("nginx-ovh", ["application_secret", "consumer_key"], **keys, consumer_key=ovh.CONSUMER)
    signreq.profile("nginx-wrong", **keys, consumer_key="x" * 32)


def checks(suite):
    suite.accepted("signed to nginx", "nginx-ovh", "get", "/me", "a==é &+", oracle=True)
    suite.accepted("nginx's redirect within its origin, signed afresh", "nginx-ovh", "-L", "get", "/moved",
                   oracle=True, target="/1.0/me?b=2&a=%41")
    suite.refused("nginx's redirect, not followed", "nginx-ovh", "get", "/moved", code=3, says="/1.0/me?b=")
    suite.refused("nginx asks who verifies", "nginx-wrong", "-L", "get", "/image", code=(4, 77))
    suite.check("a redirect that a signature earns, to a store that takes none", lambda: redirected(suite))
    suite.check("a download that is gone on with", lambda: gone_on_with(suite))
    suite.check("a part of what has changed meanwhile is the whole", lambda: changed(suite))
    suite.check("nginx's gzip", lambda: compressed(suite))


def read(suite, name):
    return (suite.signreq.scratch / name).read_bytes()


def redirected(suite):
    run = suite.send("nginx-ovh", "-L", "get", "/image", "-o", "redirected")
    same("exit code", run.code, 0, run)
    expect(read(suite, "redirected") == CONTENT, "the file is another", run.describe())


def begun(suite, name):
    """A part of the file, from a download for which there was too little time."""
    run = suite.send("nginx-store", "get", "/slow/image", "-C", "-", "-o", name, "-m", "2")
    same("exit code of a run that is too short", run.code, 28, run)
    length = len(read(suite, name))
    expect(0 < length < len(CONTENT), f"{length} bytes of {len(CONTENT)} are there", run.describe())
    return length


def gone_on_with(suite):
    begun(suite, "begun")
    run = suite.send("nginx-store", "get", "/image", "-C", "-", "-o", "begun", "-w", "%{http_code}")
    same("exit code and status", (run.code, run.text), (0, "206"), run)
    expect(read(suite, "begun") == CONTENT, "the file is another", run.describe())
    run = suite.send("nginx-store", "get", "/image", "-C", "-", "-o", "begun", "-w", "%{http_code}")
    same("exit code and status of a run for nothing", (run.code, run.text), (0, "416"), run)
    expect(read(suite, "begun") == CONTENT, "the file is another", run.describe())


def changed(suite):
    run = suite.send("nginx-store", "get", "/image", 'If-Range:"another"', "Range:bytes=5-", "-o", "whole",
                     "-w", "%{http_code}")
    same("exit code and status", (run.code, run.text), (0, "200"), run)
    expect(read(suite, "whole") == CONTENT, "the file is another", run.describe())


def compressed(suite):
    run = suite.send("nginx-ovh", "-i", "get", "/me")
    same("exit code", run.code, 0, run)
    head, _, body = run.text.replace("\r\n", "\n").partition("\n\n")
    expect("content-encoding: gzip" in head.lower(), "nginx did not compress", run.describe())
    expect('"target"' in body, "the body is not decoded", run.describe())
    for words, encoded in ((["Accept-Encoding:gzip"], True), (["--compressed"], False), ([], False)):
        run = suite.send("nginx-ovh", "get", "/me", "-o", "answer", *words)
        same("exit code", run.code, 0, run)
        is_gzip = read(suite, "answer").startswith(b"\x1f\x8b")
        expect(is_gzip == encoded, f"{words}: in the file gzip is {is_gzip}", run.describe())
