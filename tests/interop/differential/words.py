"""Random texts for requests: few distinct ones where collisions matter, odd ones elsewhere."""
import base64
import random
import re
import string

UNRESERVED = "abcXYZ019-._~"
# What RFC 3986 lets stand raw in a path or query besides the unreserved.
SUB_DELIMS = "!$&'()*+,;=:@/?"
# What a client has to encode before it sends; '#' is refused, not encoded.
FORBIDDEN = " \"<>\\^[]{|}`\x01\t\x7fé\u00a0ü你😀\u0301\uffff"
ESCAPES = ("%41", "%7E", "%7e", "%2F", "%2f", "%25", "%2525", "%252f", "%20", "%26", "%3D", "%2B", "%3B",
           "%23", "%00", "%0A", "%5B%5D", "%C3%A9", "%c3%a9", "%F0%9F%98%80")
NOT_UTF8 = ("%F8", "%ff", "%C3", "%E4%BD", "%80")
NAMES = ("a", "A", "a0", "a-b", "a/b", "a%2Fb", "a+b", "a%20b", "é", "%C3%A9", "ids[]", "ids%5b%5D", "b", "", "_", "~", "%7E")
METHODS = ("GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "get", "Post", "PROPFIND", "M-SEARCH")
HOSTS = ("example.com", "EXAMPLE.Com", "h", "127.0.0.1", "[::1]", "a-b.c_d.example", "xn--exmple-cua.com")
PORTS = ("", "", "", ":80", ":443", ":8080", ":65535")
FORM = "application/x-www-form-urlencoded"


class Words:
    """The words of one case. Equal seeds give equal cases."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.choice = self.random.choice

    def chance(self, probability):
        return self.random.random() < probability

    def many(self, most, one, joint=""):
        """Up to `most` of what `one` gives, few more often than many."""
        count = min(self.random.randint(0, most), self.random.randint(0, most))
        return joint.join(one() for _ in range(count))

    def secret(self, most=40):
        """Any characters at all but NUL, which no environment or file of keys can hold."""
        return self.many(most, lambda: chr(self.random.choice((
            self.random.randint(0x20, 0x7E), self.random.randint(0x20, 0x7E), self.random.randint(1, 0xFF),
            self.random.randint(0x100, 0xD7FF), self.random.randint(0x10000, 0x1FFFF)))))

    def graphic(self, without="", most=24):
        """One or more visible ASCII characters: what fits into any header."""
        visible = [chr(code) for code in range(0x21, 0x7F) if chr(code) not in without]
        return self.choice(visible) + self.many(most, lambda: self.choice(visible))

    def time(self):
        return self.random.randint(1_000_000_000, 4_102_444_800)

    def piece(self, raw, escapes):
        kind = self.random.random()
        if kind < 0.55:
            return self.choice(UNRESERVED)
        if kind < 0.75:
            return self.choice(raw)
        if kind < 0.85:
            return self.choice(FORBIDDEN)
        if kind < 0.97:
            return self.choice(escapes)
        return "%"

    def path(self, escapes=ESCAPES):
        def segment():
            if self.chance(0.2):
                return self.choice((".", "..", "", ";a=b", "..."))
            return self.many(8, lambda: self.piece(SUB_DELIMS.replace("/", "").replace("?", ""), escapes))

        return self.many(6, lambda: "/" + segment())

    def query(self, raw=SUB_DELIMS, escapes=ESCAPES):
        """None, or the text after the question mark."""
        if self.chance(0.2):
            return None

        def text():
            return self.many(8, lambda: self.piece(raw.replace("&", ""), escapes))

        def pair():
            if self.chance(0.05):
                return ""
            name = self.choice(NAMES) if self.chance(0.7) else text()
            name = "".join(c for c in name if c not in SUB_DELIMS or c in raw)
            if self.chance(0.15):
                return name
            return name + "=" + (self.choice(("", "1", "10", "2")) if self.chance(0.3) else text())

        return self.many(7, pair, "&")

    def form(self, raw=SUB_DELIMS):
        """A urlencoded body: every octet but the safe ones escaped, hex in either case."""
        safe = string.ascii_letters + string.digits + "-._~" + "".join(c for c in raw if c not in "&=+")

        def encoded(text):
            out = ""
            for character in text:
                if character == " " and self.chance(0.5):
                    out += "+"
                elif character in safe and self.chance(0.95):
                    out += character
                else:
                    hexadecimal = "%02x" if self.chance(0.3) else "%02X"
                    out += "".join("%" + hexadecimal % octet for octet in character.encode())
            return out

        def pair():
            name = encoded(self.choice(("a", "A", "a b", "é", "ids[]", "", "b&=")) if self.chance(0.6) else self.secret(8))
            return name if self.chance(0.1) else name + "=" + encoded(self.secret(12))

        return self.many(6, pair, "&")

    def origin(self):
        return self.choice(("http", "https", "HTTP")) + "://" + self.choice(HOSTS) + self.choice(PORTS)

    def body(self):
        """None, or any bytes."""
        if self.chance(0.4):
            return None
        return self.random.randbytes(self.choice((0, 1, 5, 60, 500)))

    def request(self, origin=None, query=..., path=..., headers=(), body=None, method=None):
        """A case's request, and what the user types for it."""
        origin = origin or self.origin()
        target = self.path() if path is ... else path
        query = self.query() if query is ... else query
        if query is not None:
            target += "?" + query
        return {
            "typed_url": origin + target,
            "request": {
                "method": (method or self.choice(METHODS)).upper(),
                "url": origin_on_the_wire(origin) + target_on_the_wire(target),
                "headers": [list(pair) for pair in headers],
                "body": None if body is None else {"base64": base64.b64encode(body).decode()},
            },
        }


def origin_on_the_wire(origin):
    """Lower case, without the scheme's own port."""
    scheme, _, authority = origin.lower().partition("://")
    default = {"http": ":80", "https": ":443"}[scheme]
    return scheme + "://" + authority.removesuffix(default)


def target_on_the_wire(target):
    """What RFC 3986 allows nowhere is encoded, all else stays byte for byte."""
    target = re.sub("%(?![0-9A-Fa-f]{2})", "%25", target)
    target = re.sub(r"[^!-~]|[\"<>\\^\[\]{|}`]", lambda found: "".join("%%%02X" % octet for octet in found[0].encode()), target)
    return target if target.startswith("/") else "/" + target
