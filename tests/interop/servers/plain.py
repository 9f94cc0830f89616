"""A loopback HTTP server that hands a verifier the request as it came over the wire.

Frameworks decode, join and reorder before an application sees a request; a verifier of
signatures must not depend on that, so target, headers and body are given here raw.
"""
import argparse
import hashlib
import http.server
import json
import sys
import threading
import traceback


class Received:
    def __init__(self, method, target, headers, body):
        self.method = method
        self.target = target
        self.path, _, self.query = target.partition("?")
        self.headers = headers
        self.body = body

    def header(self, name):
        """A header's value, or '' when there is none."""
        return self.headers.get(name) or ""

    def is_form(self):
        media_type = self.header("content-type").split(";")[0].strip().lower()
        return media_type == "application/x-www-form-urlencoded"

    def echo(self, **more):
        """What the client sent, for the checks to look at. Never the Authorization."""
        return {
            "method": self.method,
            "target": self.target,
            "content_type": self.header("content-type"),
            "headers": {
                name.lower(): value
                for name, value in self.headers.items()
                if name.lower() != "authorization"
            },
            "body_length": len(self.body),
            "body_sha256": hashlib.sha256(self.body).hexdigest(),
            "body": self.body.decode("utf-8", "replace") if len(self.body) < 4096 else None,
            **more,
        }


def answer_json(status, value, headers=()):
    body = json.dumps(value).encode("utf-8")
    return status, [("Content-Type", "application/json; charset=utf-8"), *headers], body


def answer_text(status, text, headers=()):
    return status, [("Content-Type", "text/plain; charset=utf-8"), *headers], text.encode("utf-8")


def serve(respond):
    """Serves `respond(Received) -> (status, headers, body)` until killed."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def read_chunked(self):
            body = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                if size == 0:
                    while self.rfile.readline().strip():
                        pass
                    return body
                body += self.rfile.read(size)
                self.rfile.readline()

        def handle_one(self):
            if (self.headers.get("transfer-encoding") or "").lower() == "chunked":
                body = self.read_chunked()
            else:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
            received = Received(self.command, self.path, self.headers, body)
            try:
                status, headers, content = respond(received)
            except Exception:
                traceback.print_exc()
                status, headers, content = answer_text(500, "the verifier failed")
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)
            if status >= 400:
                print(f"  refused with {status}: {content[:400]!r}", file=sys.stderr, flush=True)

        def log_message(self, form, *values):
            print(form % values, file=sys.stderr, flush=True)

    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        setattr(Handler, "do_" + method, Handler.handle_one)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(f"listening {server.server_address[1]}", flush=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    thread.join()


def options(*names):
    """--name VALUE for each of the names; all are required."""
    parser = argparse.ArgumentParser()
    for name in names:
        parser.add_argument("--" + name, required=True)
    return parser.parse_args()
