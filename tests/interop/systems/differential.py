"""The random requests and Amazon's suite: see tests/interop/differential."""
from differential import amazon, deviations, engine, library, live
import itertools

from cases import ovh as ovh_cases
from harness.report import Failed, expect
from peers import ovh, ovh_node


def start(servers, peers):
    start.peers = peers
    start.keys, ports = live.start(servers, peers)
    return ports


def profiles(signreq, ports):
    live.profiles(signreq, start.keys, ports)


def checks(suite, ports):
    seed = start.peers.seed
    start.executable = library.build(start.peers.checkout)
    print(f"differential: seed {seed} (the same requests again: --only differential --seed {seed})", flush=True)
    amazons(suite)
    known(suite)
    live.known(suite)
    for name in ports:
        suite.check(f"{name}: {live.REQUESTS} random requests of the binary are accepted",
                    lambda name=name: live.accepted(suite, name, seed, ports[name]))
    suite.check(f"sigv4_s3: {live.UPLOADS} random bodies are stored in signed chunks", lambda: live.uploaded(suite, seed))
    for name, found in engine.run(start.executable, seed, start.peers.requests).items():
        suite.check(f"{name}: random requests are signed as by {engine.scheme(name).PEERS}",
                    lambda name=name, found=found: agree(name, found))


def agree(name, found):
    """No chunk failed, and none was left out."""
    compared, confirmed = sum(chunk[0] for chunk in found), sum(chunk[1] for chunk in found)
    failures = [failure for _, _, failure in found if failure]
    if failures:
        raise Failed("\n".join(failures))
    expect(compared == engine.count(name, start.peers.requests), f"only {compared} were compared")
    by_two = f", {confirmed} of them confirmed by the second peer" if confirmed else ""
    print(f"      {compared} requests{by_two}", flush=True)


def amazons(suite):
    def holds(location):
        folders = amazon.folders(start.peers.checkout, location)
        expect(len(folders) >= 38, f"only {len(folders)} cases")
        total, failures = 0, []
        for folder in folders:
            compared, found = amazon.differences(start.executable, folder, location)
            total += compared
            failures += [f"{folder.name}: {difference}" for difference in found]
        expect(not failures, *failures)
        print(f"      {len(folders)} cases, {total} stages", flush=True)

    suite.check("Amazon's signing test suite, headers", lambda: holds("header"))
    suite.check("Amazon's signing test suite, query", lambda: holds("query"))


def is_plain(case):
    """Whether every stage of it can differ: PLAINTEXT signs no request."""
    settings = case["settings"]
    return settings.get("signature_method", "HMAC-SHA1") == "HMAC-SHA1" and not settings.get("body_hash")


def known(suite):
    """What is not drawn: the peers' deviations still are, and what signreq gets wrong is awaited."""
    shown = set()
    for name in engine.SHARES:
        module = engine.scheme(name)
        plain = next(case for case in (engine.drawn(name, "plain", index) for index in itertools.count()) if is_plain(case))
        for deviation in module.DEVIATIONS:
            def differs(name=name, case=deviations.example(plain, **deviation.request), deviation=deviation):
                expect(deviation.applies(case), "the example is not what it is for")
                expect(engine.examined(start.executable, name, case), "the peer agrees now: take the deviation off and draw it")

            # General services and S3 share a peer.
            if (module.PEERS, deviation.name) not in shown:
                suite.report.deviation("differential", f"{name}: {deviation.name}", deviation.reason, differs)
            shown.add((module.PEERS, deviation.name))
        for always in getattr(module, "ALWAYS", []):
            def agrees(name=name, case=deviations.example(plain, **always.request)):
                found = engine.examined(start.executable, name, case)
                expect(not found, *[f"{one['stage']}: ours {one['ours']!r}, theirs {one['theirs']!r}" for one in found])

            suite.check(f"{name}: {always.name}", agrees)
    for deviation in ovh_node.DEVIATIONS:
        def rewrites(deviation=deviation):
            method, address, body = deviation.example
            case = {"case": deviation.name, "timestamp": 1366560945, "credentials": dict(ovh_cases.CREDENTIALS),
                    "settings": {"base_url": address.rpartition("/1.0/")[0] + "/1.0"},
                    "request": ovh_cases.request(method, address, (), body)}
            expect(deviation.applies(case), "the example is not what it is for")
            theirs = ovh_node.sent(case)["headers"].get("X-Ovh-Signature")
            ovh.sign(case)
            expect(theirs != case["expected"]["signature"], "node-ovh agrees now: take the deviation off")

        suite.report.deviation("differential", f"node-ovh: {deviation.name}", deviation.reason, rewrites)
