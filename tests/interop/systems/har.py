"""Archives of --har against the published schema of HAR 1.2; what `verify` finds in them."""
import json
import subprocess

from harness.report import expect, same

# Prints what the schema finds wrong with the archive at a path.
VALIDATOR = """
const schemas = require("har-schema");
const Ajv = require("ajv");
const ajv = new Ajv({ allErrors: true });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-06.json"));
ajv.addSchema(Object.values(schemas));
const archive = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
if (!ajv.validate("har.json#", archive)) {
    console.log(ajv.errorsText());
    process.exit(1);
}
"""

CONSUMER, SECRET = "ck", "c s&%+/=Q7xR4sW"
TOKEN, TOKEN_SECRET = "tk", "t%s&yW5zX9c"


def start(servers, peers):
    start.peers = peers
    return servers.python("har", "oauth1.py", "--rules", "rfc", "--consumer", CONSUMER, "--secret", SECRET,
                          "--token", TOKEN, "--token-secret", TOKEN_SECRET, "--public-key", peers.public_key)


def profiles(signreq, port):
    fields = {"scheme": "oauth1", "consumer_key": CONSUMER, "consumer_secret": SECRET,
              "token": TOKEN, "token_secret": TOKEN_SECRET}
    for method in ("HMAC-SHA256", "PLAINTEXT"):
        signreq.profile("har-" + method.lower(), url=f"http://127.0.0.1:{port}/api", signature_method=method, **fields)
    signreq.profile("har-nobody", url="http://127.0.0.1:1/api", **fields)
    signreq.secrets |= {SECRET, TOKEN_SECRET}


def validate(path):
    """The archive, when the schema finds nothing wrong with it."""
    node = start.peers.checkout / "target" / "interop" / "node"
    done = subprocess.run(["node", "-e", VALIDATOR, str(path)], cwd=node, capture_output=True, text=True, timeout=60)
    same("the schema's verdict", (done.returncode, done.stdout + done.stderr), (0, ""))
    with open(path, encoding="utf-8") as file:
        text = file.read()
    return text, json.loads(text)["log"]["entries"]


def checks(suite, port):
    path = suite.signreq.scratch / "run.har"

    def archive(name, *words, code=0, entries=1, sandbox=False, verdict=0):
        def action():
            run = suite.send(*words, "--har", path)
            same("exit code", run.code, code, run)
            text, found = validate(path)
            same("entries", len(found), entries, run)
            expect(not any(secret in text for secret in suite.signreq.secrets), "a secret stands in the archive")
            if sandbox or verdict is None:
                return
            run = suite.send(*words, "--har", path, "--show-secrets")
            validate(path)
            for number in range(1, entries + 1):
                run = suite.send("verify", words[0], path, "--entry", str(number))
                same("what verify finds", run.code, verdict, run)

        suite.check(name, action)

    for profile in ("har-hmac-sha256", "har-plaintext"):
        archive(f"{profile}: a query", profile, "get", "/x y", "a==1 2", "é==%25 +&=*", "b==")
        archive(f"{profile}: JSON", profile, "post", "/x", "a=1", "password=x y")
        archive(f"{profile}: a form", profile, "post", "/x", "--as", "form", "a=1 2", "b=é&=", "b=+")
        archive(f"{profile}: a multipart body", profile, "post", "/x", "--as", "multipart", "a=1", "b=2")
        archive(f"{profile}: an empty body", profile, "put", "/x", "-d", "")
    archive("nobody listens", "har-nobody", "get", "/x", code=7)
    archive("HEAD", "har-hmac-sha256", "head", "/x")
    archive("pages", "--sandbox", "foreman", "get", "/api/v2/hosts", "per_page==10", "--paginate", entries=3, sandbox=True)
    archive("what is asked before", "--sandbox", "ovh", "get", "/me", entries=2, sandbox=True)
    archive("an error answer", "--sandbox", "maas", "get", "/machines", code=4, sandbox=True)
    archive("XML", "--sandbox", "s3", "get", "/backups", sandbox=True)
