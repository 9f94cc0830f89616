"""The schema itself: it takes a right archive and refuses wrong ones."""
import json

from harness.report import Failed
from systems import har

RIGHT = {"log": {"version": "1.2", "creator": {"name": "n", "version": "1"}, "entries": [{
    "startedDateTime": "2026-01-02T03:04:05.678Z", "time": 1, "cache": {},
    "timings": {"send": 0, "wait": 1, "receive": 0},
    "request": {"method": "GET", "url": "http://h/", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [],
                "queryString": [], "headersSize": -1, "bodySize": 0},
    "response": {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [],
                 "content": {"size": 0, "mimeType": ""}, "redirectURL": "", "headersSize": -1, "bodySize": 0},
}]}}


def prove(port, peers, report):
    har.start.peers = peers
    path = peers.scratch / "right.har"

    def verdict(archive):
        path.write_text(json.dumps(archive), encoding="utf-8")
        har.validate(path)

    report.check("har", "a right archive", lambda: verdict(RIGHT))

    def wrong(change):
        archive = json.loads(json.dumps(RIGHT))
        change(archive["log"]["entries"][0])
        try:
            verdict(archive)
        except Failed:
            return
        raise Failed("  the schema found nothing wrong")

    report.check("har", "no time", lambda: wrong(lambda entry: entry.pop("time")))
    report.check("har", "a date that is none", lambda: wrong(lambda entry: entry.update(startedDateTime="today")))
    report.check("har", "a status that is text", lambda: wrong(lambda entry: entry["response"].update(status="200")))
