"""Basic authentication: a user and a password, in UTF-8, joined by a colon."""
from . import request

URL = "https://www.example.com/"


def cases():
    for name, about, user, password in (
        ("section-2", "the example of RFC 7617, section 2, and of docs/schemes.md", "Aladdin", "open sesame"),
        ("section-2.1", "the example of RFC 7617, section 2.1: UTF-8", "test", "123£"),
        ("user-utf8", "a user of two and four bytes a character", "jörg😀", "ſ"),
        ("password-colon", "only the first colon divides", "user", ":a:b:"),
        ("password-empty", "no password leaves the colon", "user", ""),
        ("user-empty", "no user leaves the colon first", "", "token"),
        ("padding", "lengths that base64 pads by one", "ab", "cd"),
        ("alphabet", "bytes that base64 writes as + and /", "û", "ÿ?~~>~"),
        ("spaces", "nothing is trimmed", " user ", " pass word "),
    ):
        yield {
            "case": name,
            "about": about,
            "request": request("GET", URL),
            "credentials": {"user": user, "password": password},
            "settings": {},
            "timestamp": 0,
        }
