"""Draws cases, has both sides sign them, compares, and makes a failing case small."""
import concurrent.futures
import importlib
import multiprocessing
import os
import pathlib
import sys
import traceback

from . import library, shrink, stages
from .words import Words

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "vectors"))
# How many of a hundred requests each takes.
SHARES = {"oauth1": 36, "oauth1_rack": 4, "sigv4_general": 20, "sigv4_s3": 15, "dci": 15, "ovh": 10}
CHUNK = 500


def scheme(name):
    return importlib.import_module("differential." + name)


def drawn(name, seed, index):
    """The case of that number; a run of the same seed draws the same."""
    words = Words(f"{seed} {name} {index}")
    while True:
        case = scheme(name).case(words)
        if is_fed(name, case):
            return case


def is_fed(name, case):
    """Whether neither side is known to get it wrong."""
    module = scheme(name)
    return not any(known.applies(case) for known in module.DEVIATIONS)


def differences(name, case, answer):
    """What differs between the two sides, or the words of the side that refuses.

    The peers write what they find into the case.
    """
    module = scheme(name)
    refused = "error" in answer
    # Where a peer may refuse as well, it is asked.
    if refused and not getattr(module, "MAY_REFUSE", False):
        return [{"stage": "signing", "ours": answer["error"], "theirs": "signs"}]
    found = [] if refused else stages.unequal("URL on the wire", answer["url"], case["request"]["url"])
    try:
        return found + module.differences(case, answer)
    except Exception:
        return found + [{"stage": "signing", "ours": "signs", "theirs": traceback.format_exc(limit=-2)}]


def examined(executable, name, case):
    """The differences of one case."""
    return differences(name, stages.copied(case), library.sign(executable, [scheme(name).line(case)])[0])


def chunk(executable, name, seed, first, size):
    """How many agree, how many of them two peers confirm, and the first failing case made small."""
    cases = [drawn(name, seed, index) for index in range(first, first + size)]
    answers = library.sign(executable, [scheme(name).line(case) for case in cases])
    confirmed = 0
    for index, (case, answer) in enumerate(zip(cases, answers, strict=True), first):
        theirs = stages.copied(case)
        if differences(name, theirs, answer):
            small = shrink.shrunk(case, lambda candidate: is_fed(name, candidate) and examined(executable, name, candidate))
            shown = stages.shown(small, examined(executable, name, small))
            return index - first, confirmed, f"  request {index} of seed {seed}, made small:\n{shown}"
        confirmed += bool(theirs.get("confirmed_by"))
    return size, confirmed, None


def count(name, requests):
    """How many of the requests are of this scheme."""
    return -(-requests * SHARES[name] // 100)


def run(executable, seed, requests):
    """For each scheme what its chunks found, on all processors."""
    results = {name: [] for name in SHARES}
    # A fork would copy awscrt's threads half.
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as pool:
        tasks = {}
        for name in SHARES:
            total = count(name, requests)
            for first in range(0, total, CHUNK):
                tasks[pool.submit(chunk, executable, name, seed, first, min(CHUNK, total - first))] = name
        for task in concurrent.futures.as_completed(tasks):
            results[tasks[task]].append(task.result())
    return results
