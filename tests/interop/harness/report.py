"""Counts checks and says what failed. A check that raises has failed; none is skipped.

A check of something that signreq does not offer yet stands in not-yet.txt. It is run all
the same, counts as neither passed nor failed and is listed at the end; once it holds,
the run fails until its line is taken off, so that the file can only shrink.
"""
import pathlib
import traceback

NOT_YET = pathlib.Path(__file__).resolve().parent.parent / "not-yet.txt"


class Failed(Exception):
    """A check's expectation did not hold."""


class Report:
    def __init__(self):
        self.passed = 0
        self.failures = []
        self.deviations = []
        lines = NOT_YET.read_text(encoding="utf-8").splitlines()
        self.awaited = {line for line in lines if line and not line.startswith("#")}
        self.later = []
        self.seen = set()

    def check(self, system, name, action):
        """Runs one check: `action` returns when it holds and raises when it does not."""
        self.seen.add(f"{system}: {name}")
        try:
            action()
        except Failed as failure:
            self.does_not_hold(system, name, str(failure))
            return False
        except Exception:
            self.does_not_hold(system, name, traceback.format_exc())
            return False
        if f"{system}: {name}" in self.awaited:
            self.fail(system, name, "  this holds now: take its line off not-yet.txt")
            return False
        self.passed += 1
        print(f"ok    {system}: {name}", flush=True)
        return True

    def does_not_hold(self, system, name, detail):
        if f"{system}: {name}" in self.awaited:
            self.later.append(f"{system}: {name}")
            print(f"later {system}: {name}", flush=True)
        else:
            self.fail(system, name, detail)

    def deviation(self, system, name, reason, action):
        """A request that the system refuses by a fault of its own; it must be refused."""
        if self.check(system, f"{name} (refused: {reason})", action):
            self.deviations.append(f"{system}: {name}: {reason}")

    def all_checks_ran(self):
        """Whatever not-yet.txt names must be a check."""
        for line in sorted(self.awaited - self.seen):
            self.fail("not-yet.txt", line, "  there is no such check")

    def fail(self, system, name, detail):
        self.failures.append((system, name))
        print(f"FAIL  {system}: {name}\n{detail}", flush=True)

    def finish(self, logs):
        """Prints logs of systems with failures, the deviations and the count; exit code."""
        for system in sorted({system for system, _ in self.failures}):
            for name, text in logs(system):
                print(f"\n--- the last of {name}'s log\n{text[-6000:]}")
        if self.deviations:
            print("\nRefused by a system's own deviation, as expected:")
        for line in self.deviations:
            print("  " + line)
        if self.later:
            print("\nNot offered by signreq yet (not-yet.txt):")
        for line in self.later:
            print("  " + line)
        if self.failures:
            print("\nFailed:")
            for system, name in self.failures:
                print(f"  {system}: {name}")
        print(f"\n{self.passed} passed, {len(self.failures)} failed", flush=True)
        return 1 if self.failures or not self.passed else 0


def expect(holds, *explanation):
    if not holds:
        raise Failed("  " + "\n  ".join(str(part) for part in explanation))


def same(what, found, wanted, run=None):
    if found != wanted:
        detail = "\n" + run.describe() if run is not None else ""
        raise Failed(f"  {what}: found {found!r}, expected {wanted!r}{detail}")
