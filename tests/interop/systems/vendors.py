"""The files and variables of vendors' own tools: python-ovh and botocore read them beside signreq.

No server answers here: what `profile import` takes is compared with what the vendor's own
library reads in the same home directory.
"""
import json
import os
import subprocess
import sys
import tomllib

from harness.report import expect, same

# Each prints what it reads as JSON, or ends with another code than 0.
PEERS = {
    "ovh": """
import json
from ovh.config import ConfigurationManager
config = ConfigurationManager()
endpoint = config.get("default", "endpoint")
names = ["application_key", "application_secret", "consumer_key", "client_id", "client_secret"]
values = {"endpoint": endpoint, **{name: config.get(endpoint, name) for name in names}}
print(json.dumps({name: value for name, value in values.items() if value is not None}))
""",
    "s3": """
import json
import botocore.session
session = botocore.session.Session()
keys = session.get_credentials().get_frozen_credentials()
values = {"access_key": keys.access_key, "secret_key": keys.secret_key, "session_token": keys.token or None,
          "region": session.get_config_variable("region"),
          "url": session.create_client("s3", region_name="x").meta.endpoint_url}
if values["url"].endswith(".amazonaws.com"):
    del values["url"]
print(json.dumps({name: value for name, value in values.items() if value is not None}))
""",
}

KEYS = "application_key = AK\napplication_secret = AS\nconsumer_key = CK\n"
OVH = "[default]\nendpoint = ovh-eu\n[ovh-eu]\n" + KEYS
PAIR = "aws_access_key_id = AKID\naws_secret_access_key = se/cr+et=\n"

# A name, the files of the home directory (`work/` is the working directory) and the variables.
CASES = {
    "ovh": [
        ("the file at home", {".ovh.conf": OVH}, {}),
        ("the working directory's over the one at home, key by key",
         {".ovh.conf": OVH, "work/ovh.conf": "[ovh-eu]\nconsumer_key = own\n"}, {}),
        ("another endpoint over the one at home",
         {".ovh.conf": OVH, "work/ovh.conf": "[default]\nendpoint=ovh-ca\n[ovh-ca]\n" + KEYS.replace("K", "L")}, {}),
        ("variables over files", {".ovh.conf": OVH}, {"OVH_CONSUMER_KEY": "V", "OVH_APPLICATION_KEY": "W"}),
        ("variables alone", {}, {"OVH_ENDPOINT": "ovh-us", "OVH_APPLICATION_KEY": "A", "OVH_APPLICATION_SECRET": "B",
                                 "OVH_CONSUMER_KEY": "C"}),
        ("an OAuth2 client", {".ovh.conf": "[default]\nendpoint=ovh-eu\n[ovh-eu]\nclient_id=i\nclient_secret=s\n"}, {}),
        ("comments, colons, capitals, quotes and percent signs", {".ovh.conf":
         "# c\n[default] behind\n; c\nEndpoint: ovh-eu\n[ovh-eu]\nAPPLICATION_KEY : \"a\"\napplication_secret=%(x)s ; no\n"
         "consumer_key = a=b:c # no\n"}, {}),
        ("lines that go on", {".ovh.conf":
         "[default]\nendpoint = ovh-eu\n[ovh-eu]\napplication_key = a\n  b\n # c\n\n  d\napplication_secret = s\n"
         "consumer_key =\n    c\n"}, {}),
        ("CR LF", {".ovh.conf": OVH.replace("\n", "\r\n")}, {}),
        ("a section twice", {".ovh.conf": OVH + "[default]\nendpoint=ovh-ca\n"}, {}),
        ("a key twice", {".ovh.conf": OVH + "consumer_key = b\n"}, {}),
        ("a value above all sections", {".ovh.conf": "a = b\n" + OVH}, {}),
        ("a line that is nothing", {".ovh.conf": OVH + "nothing\n"}, {}),
    ],
    "s3": [
        ("credentials", {".aws/credentials": "[default]\n" + PAIR}, {}),
        ("a session token and a region", {".aws/credentials": f"[default]\n{PAIR}aws_session_token = T\n",
                                          ".aws/config": "[default]\nregion = eu-west-1\n"}, {}),
        ("an empty session token", {".aws/credentials": f"[default]\n{PAIR}aws_session_token =\n"}, {}),
        ("keys of the config", {".aws/config": "[default]\nregion = r\n" + PAIR}, {}),
        ("credentials over the config", {".aws/credentials": f"[default]\n{PAIR}region = c\n",
                                         ".aws/config": "[default]\nregion = r\naws_access_key_id = x\naws_secret_access_key = y\n"}, {}),
        ("AWS_PROFILE", {".aws/credentials": "[a]\naws_access_key_id=x\naws_secret_access_key=y\n[b c]\n" + PAIR,
                         ".aws/config": "[profile \"b c\"]\nregion = of-b\n"}, {"AWS_PROFILE": "b c"}),
        ("[name] in the config is no profile", {".aws/config": "[b]\n" + PAIR}, {"AWS_PROFILE": "b"}),
        ("variables over files", {".aws/credentials": f"[default]\n{PAIR}aws_session_token = T\n"},
         {"AWS_ACCESS_KEY_ID": "V", "AWS_SECRET_ACCESS_KEY": "W", "AWS_DEFAULT_REGION": "d"}),
        ("half of the variables", {".aws/credentials": "[default]\n" + PAIR}, {"AWS_ACCESS_KEY_ID": "V"}),
        ("half of a pair", {".aws/credentials": "[default]\naws_access_key_id = A\n"}, {}),
        ("other files", {"c": "[default]\n" + PAIR, "d": "[default]\nregion = d\n"},
         {"AWS_SHARED_CREDENTIALS_FILE": "~/c", "AWS_CONFIG_FILE": "~/d"}),
        ("an endpoint of the profile", {".aws/credentials": "[default]\n" + PAIR,
                                        ".aws/config": "[default]\nendpoint_url = http://p.example\n"}, {}),
        ("an endpoint of the service", {".aws/credentials": "[default]\n" + PAIR, ".aws/config":
         "[default]\nendpoint_url = http://p.example\nservices = s\n[services s]\ns3 =\n  endpoint_url = http://s.example\n"}, {}),
        ("an endpoint of variables", {".aws/credentials": "[default]\n" + PAIR},
         {"AWS_ENDPOINT_URL": "http://a.example", "AWS_ENDPOINT_URL_S3": "http://b.example"}),
        ("endpoints that are to be ignored", {".aws/credentials": "[default]\n" + PAIR},
         {"AWS_ENDPOINT_URL": "http://a.example", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}),
        ("a section twice", {".aws/credentials": f"[default]\n{PAIR}[default]\n{PAIR}"}, {}),
    ],
}


def start(servers, peers):
    return 0


def profiles(signreq, port):
    pass


def checks(suite, port):
    for vendor, cases in CASES.items():
        for number, (name, files, variables) in enumerate(cases):
            home = suite.signreq.scratch / f"vendors-{vendor}-{number}"
            suite.check(f"{vendor}: {name}", lambda v=vendor, h=home, f=files, e=variables: compare(suite, v, h, f, e))


def compare(suite, vendor, home, files, variables):
    work = home / "work"
    work.mkdir(parents=True)
    for name, content in files.items():
        path = home / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode("utf-8"))
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "LC_ALL": "C.UTF-8",
                   "AWS_EC2_METADATA_DISABLED": "true", **variables}

    def run(*words):
        return subprocess.run(words, capture_output=True, timeout=60, env=environment, cwd=work)

    theirs = run(sys.executable, "-c", PEERS[vendor])
    ours = run(suite.signreq.binary, "profile", "import", vendor)
    said = ours.stderr.decode("utf-8", "replace")
    if theirs.returncode != 0:
        expect(ours.returncode == 78, f"the vendor's library refuses it, signreq ended with {ours.returncode}", said)
        return
    same("exit code", ours.returncode, 0, said)
    written = tomllib.loads((home / ".config/signreq/config.toml").read_text(encoding="utf-8"))["profile"][vendor]
    same("preset", written.pop("preset"), vendor, said)
    same("values", written, json.loads(theirs.stdout), said)
