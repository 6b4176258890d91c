"""Breaks the code in known ways, one at a time, in a copy: the tests named for each must turn red.

`make sabotage`, or `python scripts/sabotage.py NAME…` for some. The breakages stand in
tests/sabotage/breakages.toml. A breakage that no test notices, whose place in the code has gone, or that ends in
an error (of import, set-up, collection) instead of a failed test makes the command fail.
"""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "sabotage" / "breakages.toml"
WORKERS = 2
IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", ".hypothesis")
CANNOT_RUN = ("ImportError", "ModuleNotFoundError", "NameError", "SyntaxError", "IndentationError")
COPIED = ("src", "tests", "docs", "benchmarks", "scripts", "requirements")


@dataclass(frozen=True)
class Breakage:
    """One fault: `find` stands exactly once in `file`, and with `replace` in its place all `tests` fail."""

    name: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]
    fresh_server: bool = False  # for faults in what a server is given at its first start


def breakages() -> list[Breakage]:
    entries = tomllib.loads(LIST.read_text("utf-8"))["breakage"]
    return [Breakage(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]


def places(breakage: Breakage, root: Path = ROOT) -> int:
    """How often the text to break stands in its file (it must be once)."""
    path = root / breakage.file
    return path.read_text("utf-8").count(breakage.find) if path.exists() else 0


class Copy:
    """A copy of the tree with a data folder and a database server of its own."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        self.homes = folder / "homes"
        self.home = self.homes / "0"
        self.results = folder / "results.xml"
        for name in COPIED:
            if (ROOT / name).exists():
                shutil.copytree(ROOT / name, self.tree / name, ignore=IGNORED)
        for path in ROOT.iterdir():
            if path.is_file():
                shutil.copy(path, self.tree / path.name)
        folder.chmod(0o755)  # the server's own user must reach its data

    def test(self, tests: tuple[str, ...]) -> dict[str, set[str]]:
        """Run tests; for each node id (without parameters) what came of it: passed, failed, error, skipped."""
        self.results.unlink(missing_ok=True)
        environment = os.environ | {
            "PRONGSAI_HOME": str(self.home),
            "PYTHONPATH": str(self.tree / "src"),  # before the installed one
            "PYTHONDONTWRITEBYTECODE": "1",  # a change within the same second would run the old code
        }
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
        command += ["--timeout=120", f"--junitxml={self.results}", "-o", "junit_family=xunit1", *tests]
        done = subprocess.run(
            command, cwd=self.tree, env=environment, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.output = done.stdout
        return outcomes(self.results) if self.results.exists() else {}

    def try_out(self, breakage: Breakage) -> str:
        """What came of the breakage: "noticed", or what went wrong."""
        count = places(breakage, self.tree)
        if count != 1:
            return f"its place stands {count} times in {breakage.file}"
        path = self.tree / breakage.file
        before = path.read_text("utf-8")
        path.write_text(before.replace(breakage.find, breakage.replace), "utf-8")
        if breakage.fresh_server:
            self.home = self.homes / breakage.name
        try:
            found = self.test(breakage.tests)
        finally:
            path.write_text(before, "utf-8")
            self.home = self.homes / "0"
        wrong = [
            f"{test}: {tell(found.get(test, set()))}" for test in breakage.tests if not red(found.get(test))
        ]
        return "; ".join(wrong) or "noticed"

    def stop(self) -> None:
        """Stop the database servers of this copy."""
        sys.path.insert(0, str(ROOT / "src"))
        from prongsai.project.postgres import Server

        for home in self.homes.glob("*"):
            Server(home).stop()


def red(found: set[str] | None) -> bool:
    """A failed assertion, in at least one of the test's parameters, and no error of another sort."""
    return bool(found) and "failed" in found and "error" not in found


def tell(found: set[str]) -> str:
    if "error" in found:
        return "ended in an error, not in a failed test"
    return "NOT NOTICED" if found else "was not run"


def outcomes(results: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for case in ElementTree.parse(results).iter("testcase"):  # noqa: S314 (our own file)
        node = f"{case.get('file')}::{str(case.get('name')).split('[')[0]}"
        found.setdefault(node, set()).add(outcome_of(case))
    return found


def outcome_of(case: ElementTree.Element) -> str:
    """What came of one test; code that cannot even be read or imported is no failed test."""
    for child in case:
        if child.tag == "failure":
            message = child.get("message") or ""
            return "error" if message.startswith(CANNOT_RUN) else "failed"
        if child.tag in {"error", "skipped"}:
            return child.tag
    return "passed"


def not_green(copy: Copy, chosen: list[Breakage]) -> set[str]:
    """Tests that are not green without any breakage: their red would prove nothing."""
    tests = tuple(sorted({test for breakage in chosen for test in breakage.tests}))
    found = copy.test(tests)
    if not found:
        sys.stdout.write(copy.output)
    return {test for test in tests if found.get(test) != {"passed"}}


def main(names: list[str]) -> int:
    chosen = [breakage for breakage in breakages() if not names or breakage.name in names]
    if unknown := set(names) - {breakage.name for breakage in chosen}:
        sys.stdout.write(f"sabotage: no breakage is called {', '.join(sorted(unknown))}\n")
        return 2
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="prongsai-sabotage-") as folder:
        Path(folder).chmod(0o755)
        copies = [Copy(Path(folder) / str(number)) for number in range(WORKERS)]
        try:
            failed = run_all(copies, chosen, not_green(copies[0], chosen))
        finally:
            for copy in copies:
                copy.stop()
    seconds = time.monotonic() - started
    sys.stdout.write(
        f"sabotage: {len(chosen) - failed} of {len(chosen)} breakages noticed in {seconds:.0f} s\n"
    )
    return 1 if failed else 0


def run_all(copies: list[Copy], chosen: list[Breakage], bad: set[str]) -> int:
    """Try every breakage, two at a time; prints a line for each and returns how many went unnoticed."""
    free: queue.Queue[Copy] = queue.Queue()
    for copy in copies:
        free.put(copy)

    def one(breakage: Breakage) -> str:
        if useless := bad & set(breakage.tests):
            return f"not green to begin with: {', '.join(sorted(useless))}"
        copy = free.get()
        try:
            return copy.try_out(breakage)
        finally:
            free.put(copy)

    width = max(len(breakage.name) for breakage in chosen)
    failed = 0
    with ThreadPoolExecutor(len(copies)) as pool:
        for breakage, result in zip(chosen, pool.map(one, chosen), strict=True):
            sys.stdout.write(f"{breakage.name:<{width}}  {result}\n")
            sys.stdout.flush()
            failed += result != "noticed"
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
