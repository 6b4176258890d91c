"""The project's own text files, for the tests that read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "prongsai"
LAYERS = ("kernel", "foundation", "ui", "modules", "project")


@cache
def files(*suffixes: str, below: str = "") -> tuple[Path, ...]:
    """Files of the named kinds in src, tests, scripts and benchmarks (or below one folder)."""
    tops = [ROOT / below] if below else [ROOT / name for name in ("src", "tests", "scripts", "benchmarks")]
    found = [path for top in tops for suffix in suffixes for path in top.rglob(f"*{suffix}")]
    return tuple(sorted(path for path in found if "__pycache__" not in path.parts))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def layer_of(path: Path) -> str:
    """kernel, foundation, ui, modules or project; empty outside the package."""
    parts = path.relative_to(PACKAGE).parts if path.is_relative_to(PACKAGE) else ("",)
    return parts[0] if parts[0] in LAYERS else ""


def module_of(path: Path) -> str:
    """The module that a file belongs to; empty outside prongsai.modules."""
    parts = path.relative_to(PACKAGE).parts if path.is_relative_to(PACKAGE) else ()
    return parts[1] if len(parts) > 2 and parts[0] == "modules" else ""


def may_know(path: Path, layer: str, module: str) -> bool:
    """Whether a file may name something of `layer` (and of `module` there): downward, and never sideways."""
    own = layer_of(path)
    if not own:
        return True
    if own == layer == "modules":
        return module_of(path) == module
    return LAYERS.index(layer) <= LAYERS.index(own)


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Every string constant of a Python file with its line, docstrings aside."""
    module = tree(path)
    docs = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def missing_test(node_id: str) -> str:
    """What is wrong with a test's node id (path::name or path::Class::name); empty when the test exists."""
    name, _, rest = node_id.partition("::")
    path = ROOT / name
    if not path.is_file() or not rest:
        return f"{node_id}: no such file" if rest else f"{node_id}: no test named"
    body: list[ast.stmt] = tree(path).body
    for part in rest.split("[")[0].split("::"):
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        found = next((node for node in body if isinstance(node, kinds) and node.name == part), None)
        if found is None:
            return f"{node_id}: {part} is not in {name}"
        body = found.body
    return ""
