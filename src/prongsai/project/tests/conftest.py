"""Installations of the tests' own, removed with their servers afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from prongsai.project.tests.installation import Installation, scratch


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder that the database's own user can reach (pytest's are closed to all but one)."""
    folder = Path(tempfile.mkdtemp(dir=scratch()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def installation(place: Path) -> Iterator[Installation]:
    """A new installation that nobody has used yet, with a data folder of its own and all tables."""
    made = Installation(place / "home").with_tables()
    yield made
    made.remove()


@pytest.fixture
def nothing(place: Path) -> Iterator[Installation]:
    """An installation before its first command."""
    made = Installation(place / "home")
    yield made
    made.remove()
