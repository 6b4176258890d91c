"""Requests by the thousand, made from the schema: none is answered otherwise than the schema says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from prongsai.project.api import schema
from tests.api.conftest import Live

SECONDS = 80
# What the services know and no schema can say: that a day lies in the future, a plan is published, a file missing.
UNKNOWN_TO_SCHEMAS = "positive_data_acceptance"
# Ids that exist in the sample, and one that does not.
PLACES = {"type": "integer", "enum": [1, 2, 3, 999_999_999]}


def narrowed() -> dict[str, Any]:
    """The schema with addresses that lead somewhere: requests then reach the services."""
    whole: dict[str, Any] = json.loads(json.dumps(schema()))
    for methods in whole["paths"].values():
        for described in methods.values():
            for parameter in described["parameters"]:
                if parameter["name"] == "organization":
                    parameter["schema"] = {"type": "string", "enum": ["banthrai"]}
                elif parameter["in"] == "path" and parameter["name"] == "fiscal_year":
                    parameter["schema"] = {"type": "integer", "enum": [2568, 2569, 2600]}
                elif parameter["in"] == "path" and parameter["schema"].get("type") == "integer":
                    parameter["schema"] = PLACES
    return whole


def run(live: Live, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    path = folder / "openapi.json"
    path.write_text(json.dumps(narrowed()), "utf-8")
    command = [str(Path(sys.executable).with_name("st")), "run", str(path), "--url", live.address]
    fixed = ["--seed", "1", "--no-color", "--exclude-checks", UNKNOWN_TO_SCHEMAS, "--max-time", str(SECONDS)]
    return subprocess.run(
        [*command, *fixed, *options], capture_output=True, text=True, cwd=folder, timeout=280, check=False
    )


@pytest.mark.slow
def test_a_stranger_gets_what_the_schema_says(live: Live, tmp_path: Path) -> None:
    done = run(live, tmp_path)
    assert done.returncode == 0, done.stdout[-20_000:]


@pytest.mark.slow
def test_a_token_with_all_permissions_gets_what_the_schema_says(live: Live, tmp_path: Path) -> None:
    done = run(live, tmp_path, "--header", f"Authorization: Bearer {live.secret}")
    assert done.returncode == 0, done.stdout[-20_000:]
