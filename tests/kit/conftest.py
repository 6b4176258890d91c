"""The sample screens are addressed in these tests only."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from tests.cast import banthrai


def with_kit(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.kit.urls"
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [str(Path(__file__).parent / "templates")]
    settings.TEMPLATES = templates


@pytest.fixture(scope="class", autouse=True)
def kit() -> Iterator[None]:
    """Before a class makes its office (tests/screens.py), and for tests outside classes."""
    with override_settings():
        with_kit(settings)
        yield


@pytest.fixture
def office(db: None) -> Iterator[Organization]:
    """บ้านทราย, in scope."""
    made = banthrai()
    with scope(made.pk):
        yield made
