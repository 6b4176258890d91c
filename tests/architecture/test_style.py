"""Habits that no linter knows."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from urllib.parse import urlparse

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source import ROOT, files, name_of, tree

UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|WIP)\b")
MACHINE_PATH = re.compile(r"(?<![\w.}>])/(?:work|home|root|Users|opt)/[\w.-]+")
LOOKS_ONCE = re.compile(
    r"\bassert\b.*\b(locator|get_by_\w+)\(.*\.(is_\w+\(\)|all_inner_texts\(\) ==|count\(\) ==)"
)
# Paths of an operator's server, not of the machine that wrote them.
ALLOWED_PATHS = ("/opt/prongsai", "/home/prongsai")
TEXT = (".py", ".html", ".css", ".js", ".toml", ".typ", ".sh", ".md", ".txt", ".po", ".json", ".csv")


def test_wildcard_imports_stand_in_the_tests_settings_only() -> None:
    found = {
        name_of(path)
        for path in files(".py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    }
    assert found == {"tests/settings.py", "tests/slow/crash_settings.py"}


def test_one_place_knows_how_a_server_for_tests_is_run() -> None:
    """The pictures of the handbook have theirs, in one thread and with a clock of its own."""
    found = {
        name_of(path)
        for path in files(".py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "LiveServerThread" for alias in node.names)
    }
    assert found == {"tests/serving.py", "scripts/screenshots.py"}


def test_browser_tests_wait_for_what_they_look_for() -> None:
    """A click returns while the next page is still being drawn: `expect` looks again, an `assert` only once."""
    found = [
        f"{name_of(path)}:{number}"
        for path in files(".py", below="tests")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if LOOKS_ONCE.search(line)
    ]
    assert found == []


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in files(".py", ".html", ".css", ".js", ".typ", below="src")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "Makefile", ROOT / "conftest.py"]
    found = [
        f"{name_of(path)}: {match}"
        for path in [*files(*TEXT), *documents]
        for match in MACHINE_PATH.findall(path.read_text("utf-8"))
        if match not in ALLOWED_PATHS
    ]
    assert found == []


def skips(node: ast.AST) -> bool:
    """Whether a node is a call or mark that skips a test without saying why."""
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        words = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "reason")]
        if name in {"pytest.skip", "pytest.mark.skip", "pytest.mark.xfail", "pytest.importorskip"}:
            reasons = words[1:] if name == "pytest.importorskip" else words
            return not reasons
        if name == "pytest.mark.skipif":
            return not any(keyword.arg == "reason" for keyword in node.keywords)
    return False


def test_every_skipped_test_says_why() -> None:
    bare = re.compile(r"^\s*@pytest\.mark\.(skip|xfail)\s*$", re.M)
    found = [name_of(path) for path in files(".py") if bare.search(path.read_text("utf-8"))]
    found += [
        f"{name_of(path)}:{node.lineno}"  # type: ignore[attr-defined]
        for path in files(".py")
        for node in ast.walk(tree(path))
        if skips(node)
    ]
    assert found == []


def wanted(name: str) -> dict[str, Requirement]:
    """What requirements/<name>.in names, with what it includes."""
    found: dict[str, Requirement] = {}
    for line in (ROOT / "requirements" / f"{name}.in").read_text("utf-8").splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("-r "):
            found |= wanted(line.removeprefix("-r ").removesuffix(".in"))
        elif line:
            requirement = Requirement(line)
            found[canonicalize_name(requirement.name)] = requirement
    return found


def test_requirement_files_pin_all_that_is_asked_for_with_hashes() -> None:
    for name in ("bootstrap", "runtime", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
        blocks = re.findall(
            r"^([\w.-]+)==(\S+)[^\n]*\\\n((?: {4}--hash=sha256:[0-9a-f]{64}[^\n]*\n)+)", text, re.M
        )
        pinned = {canonicalize_name(package): version for package, version, _ in blocks}
        assert len(blocks) == len(re.findall(r"^[\w.-]+==", text, re.M)), f"{name}.txt pins without hashes"
        for key, requirement in wanted(name).items():
            assert key in pinned, f"{name}.txt lacks {key}: run `make requirements`"
            assert requirement.specifier.contains(pinned[key], prereleases=True), f"{name}.txt: {key}"


def test_what_runs_in_production_is_what_is_tested() -> None:
    def pins(name: str) -> set[str]:
        return set(
            re.findall(r"^[\w.-]+==\S+", (ROOT / "requirements" / f"{name}.txt").read_text("utf-8"), re.M)
        )

    assert pins("runtime") <= pins("dev")


def test_requirement_files_name_no_address_of_a_registry() -> None:
    for path in (ROOT / "requirements").iterdir():
        for line in path.read_text("utf-8").splitlines():
            assert not line.lstrip().startswith(("--index", "--extra-index", "--find-links", "-i ", "-f ")), (
                path.name
            )
            assert not any(urlparse(word).netloc for word in line.split()), f"{path.name}: {line}"
    assert not (ROOT / "uv.lock").exists()


def imported(path: Path) -> set[str]:
    """Top-level names that a file imports."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_every_package_that_the_product_imports_is_pinned_for_it() -> None:
    distributions = packages_distributions()
    text = (ROOT / "requirements" / "runtime.txt").read_text("utf-8")
    pinned = {canonicalize_name(name) for name in re.findall(r"^([\w.-]+)==", text, re.M)}
    offences = {
        f"{name_of(path)} imports {module}"
        for path in files(".py", below="src")
        if "tests" not in path.parts
        for module in imported(path) - set(sys.stdlib_module_names) - {"prongsai", "tests"}
        if not pinned & {canonicalize_name(name) for name in distributions.get(module, [module])}
    }
    assert offences == set()
