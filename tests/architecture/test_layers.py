"""Imports run downward and modules do not know one another, by import and by string."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from django.apps import apps
from importlinter.cli import lint_imports

from tests.architecture.source import (
    PACKAGE,
    ROOT,
    files,
    layer_of,
    may_know,
    module_of,
    name_of,
    strings,
    tree,
)

RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField", "TenantForeignKey", "TenantOneToOneField"}
TEMPLATE_NAME = re.compile(r"{%\s*(?:include|extends|partial)\s+[\"']([^\"'#]+)")


def test_the_import_contracts_are_kept() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_logo=True) == 0


def test_there_are_contracts_for_layers_for_modules_and_for_the_inside_of_modules() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    assert [contract["type"] for contract in contracts] == ["layers", "independence", "layers"]
    assert not any("ignore_imports" in contract for contract in contracts)


def test_every_package_has_its_layer() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert folders == {"kernel", "foundation", "ui", "modules", "project"}


def labels() -> dict[str, Path]:
    """Every app label of our own and the folder that it stands for."""
    return {
        config.label: Path(config.path)
        for config in apps.get_app_configs()
        if config.name.startswith("prongsai.")
    }


def is_allowed(path: Path, folder: Path) -> bool:
    """Whether `path` may name something that belongs to the app in `folder`."""
    inside = folder / "x"
    return may_know(path, layer_of(inside), module_of(inside))


def named_models(path: Path) -> list[tuple[int, str]]:
    """App labels that a file names in string references and in apps.get_model()."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0]
        if called not in RELATIONS | {"get_model", "get_app_config"} or not isinstance(first, ast.Constant):
            continue
        found.append((node.lineno, str(first.value).split(".")[0]))
    return found


def test_no_string_names_a_model_of_another_module() -> None:
    known = labels()
    offences = [
        f"{name_of(path)}:{line} names {label}"
        for path in files(".py", below="src")
        if "migrations" not in path.parts
        for line, label in named_models(path)
        if label in known and not is_allowed(path, known[label])
    ]
    assert offences == []


def test_no_sql_names_a_table_of_another_module() -> None:
    owners = {
        model._meta.db_table: Path(model._meta.app_config.path)
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("prongsai.modules.")
    }
    pattern = re.compile(rf"\b({'|'.join(owners) or 'no_tables_yet'})\b")
    offences = [
        f"{name_of(path)}:{line} names the table {table}"
        for path in files(".py", below="src")
        if "tests" not in path.parts
        for line, text in strings(path)
        for table in pattern.findall(text)
        if not is_allowed(path, owners[table])
    ]
    assert offences == []


def templates() -> dict[str, Path]:
    """Every template's name as Django finds it, and its file."""
    found = {}
    for path in PACKAGE.rglob("templates/**/*"):
        if path.is_file():
            folder = next(parent for parent in path.parents if parent.name == "templates")
            found[path.relative_to(folder).as_posix()] = path
    return found


def test_no_template_draws_on_another_module() -> None:
    known = templates()
    offences = [
        f"{name_of(path)} draws on {name}"
        for path in known.values()
        for name in TEMPLATE_NAME.findall(path.read_text("utf-8"))
        if name in known and not may_know(path, layer_of(known[name]), module_of(known[name]))
    ]
    assert offences == []


def test_templates_stand_in_a_folder_named_after_their_app() -> None:
    strays = [name for name in templates() if "/" not in name and not re.fullmatch(r"\d{3}\.html", name)]
    assert strays == []


def test_no_python_file_names_a_template_of_another_module() -> None:
    known = templates()
    offences = [
        f"{name_of(path)}:{line} names {text}"
        for path in files(".py", below="src")
        for line, text in strings(path)
        if text in known and not may_know(path, layer_of(known[text]), module_of(known[text]))
    ]
    assert offences == []
