"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast

from tests.architecture.source import files, name_of, tree

LONGEST_FILE = 500
LONGEST_FUNCTION = 40
# "path" or "path::function": why it may be longer. Empty is best.
EXCEPTIONS: dict[str, str] = {}


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code: the signature and the docstring are the promise, not the work."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def too_long() -> dict[str, str]:
    """Everything over the limits: its name and a sentence."""
    found: dict[str, str] = {}
    for path in files(".py", ".html", ".css", ".js", ".typ", ".sh"):
        lines = len(path.read_text("utf-8").splitlines())
        if lines > LONGEST_FILE and "vendor" not in path.parts:
            found[name_of(path)] = f"{lines} lines"
    for path in files(".py"):
        for node in ast.walk(tree(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = body_lines(node)
                if lines > LONGEST_FUNCTION:
                    found[f"{name_of(path)}::{node.name}"] = f"{lines} lines"
    return found


def test_no_file_and_no_function_is_too_long() -> None:
    assert {name: size for name, size in too_long().items() if name not in EXCEPTIONS} == {}


def test_every_exception_is_still_needed_and_says_why() -> None:
    assert all(EXCEPTIONS.values())
    assert set(EXCEPTIONS) <= set(too_long())
