"""Counts checks and says what failed. A check that raises has failed; none is skipped."""
import traceback


class Failed(Exception):
    """A check's expectation did not hold."""


class Report:
    def __init__(self):
        self.passed = 0
        self.failures = []
        self.deviations = []

    def check(self, system, name, action):
        """Runs one check: `action` returns when it holds and raises when it does not."""
        try:
            action()
        except Failed as failure:
            self.fail(system, name, str(failure))
        except Exception:
            self.fail(system, name, traceback.format_exc())
        else:
            self.passed += 1
            print(f"ok    {system}: {name}", flush=True)

    def deviation(self, system, name, reason, action):
        """A request that the system refuses by a fault of its own; it must be refused."""
        before = len(self.failures)
        self.check(system, f"{name} (refused: {reason})", action)
        if len(self.failures) == before:
            self.deviations.append(f"{system}: {name}: {reason}")

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
