"""MAAS's uploaded images (maasserver/api/boot_resources.py), as far as a client meets them.

An image is announced with its size and hash; its bytes are then appended as they come.
"""
import hashlib
import json

from plain import answer_json, answer_text

BASE = "/MAAS/api/2.0/"
images = []


class Image:
    def __init__(self, number, fields):
        self.number = number
        self.name = fields["name"].removeprefix("custom/")
        self.architecture = fields["architecture"]
        self.sha256 = fields["sha256"]
        self.size = int(fields["size"])
        self.title = fields.get("title", "")
        self.content = b""
        # What becomes of the second piece, once.
        self.trouble = {"503 once": answer_text(503, "Service Unavailable"),
                        "refused once": answer_text(400, "Missing data.")}.get(self.title)

    @property
    def uri(self):
        return f"{BASE}boot-resources/{self.number}/"

    def summary(self):
        return {"id": self.number, "type": "Uploaded", "name": self.name, "architecture": self.architecture,
                "resource_uri": self.uri, "title": self.title}

    def described(self):
        complete = len(self.content) == self.size
        progress = 100.0 * len(self.content) / self.size
        file = {"filename": "root-dd", "filetype": "root-dd", "sha256": self.sha256, "size": self.size,
                "complete": complete}
        if not complete:
            file |= {"progress": progress, "upload_uri": f"{self.uri}upload/1/"}
        version = {"version": "20261127", "size": self.size, "label": "uploaded", "complete": complete,
                   "progress": progress, "files": {"root-dd": file}}
        return {**self.summary(), "sets": {"20261127": version}}

    def append(self, piece):
        if self.trouble and self.content:
            trouble, self.trouble = self.trouble, None
            return trouble
        if not piece:
            return answer_text(400, "Missing data.")
        if len(self.content) + len(piece) > self.size:
            return answer_text(400, "Too much data received.")
        self.content += piece
        if len(self.content) == self.size and hashlib.sha256(self.content).hexdigest() != self.sha256:
            return answer_text(400, "Saved content does not match given SHA256 value.")
        return answer_text(200, "OK")


def respond(received, fields):
    """The answer to a verified request, or None where it is about no image."""
    path = received.path.removeprefix(BASE)
    if path == "regioncontrollers/":
        return answer_json(200, [{"hostname": "region"}])
    if path == "boot-resources/" and received.method == "GET":
        return answer_json(200, [image.summary() for image in images])
    if path == "boot-resources/" and received.method == "POST":
        missing = [name for name in ("name", "architecture", "sha256", "size") if name not in fields]
        if missing:
            return answer_json(400, {name: ["This field is required."] for name in missing})
        images.append(Image(len(images) + 1, fields))
        return answer_json(201, images[-1].described())
    for image in images:
        if received.path == image.uri and received.method == "GET":
            return answer_json(200, image.described())
        if received.path == f"{image.uri}upload/1/" and received.method == "PUT":
            if received.header("content-type") != "application/octet-stream":
                return answer_text(400, f"unexpected type: {json.dumps(received.header('content-type'))}")
            return image.append(received.body)
    return None
