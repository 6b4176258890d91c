"""Golden files: what may only change on purpose. `make golden` rewrites them; the difference is then reviewed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def updating() -> bool:
    """Whether golden files are to be rewritten instead of compared."""
    return os.environ.get("UPDATE_GOLDEN") == "1"


def kept(name: str, default: Any) -> Any:
    """The value of a golden file, or `default` where there is none yet."""
    path = FOLDER / f"{name}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else default


def keep(name: str, value: Any) -> None:
    (FOLDER / f"{name}.json").write_text(
        json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
    )


def golden(name: str, present: Any) -> Any:
    """The kept value of `name`; with UPDATE_GOLDEN=1 it becomes `present` first."""
    if updating():
        keep(name, present)
    return kept(name, type(present)())
