"""Installations of the tests' own, removed with their servers afterwards; and the demonstration, built once for a file."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from prongsai.project.demo.build import build
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


@pytest.fixture(scope="module")
def built(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureDef[object],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, dict[str, str]]]:
    """The demonstration's offices by their keys, with what is told of their accounts; taken back after the file."""
    folder: Path = tmp_path_factory.mktemp("demo")
    storage = {"BACKEND": "prongsai.foundation.files.storage.DurableFolder", "OPTIONS": {"location": folder / "files"}}  # fmt: skip
    here = override_settings(KEYS_FOLDER=folder / "keys", STORAGES={**settings.STORAGES, "default": storage})
    with here, django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield dict(build())
        transaction.set_rollback(True)
