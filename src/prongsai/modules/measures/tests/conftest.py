"""An office with a planner, a clerk and a head, each at a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.modules.measures.tests.people import Person
from tests.cast import banthrai, member


@pytest.fixture
def staffed(settings: Any, tmp_path: Path) -> Iterator[Organization]:
    settings.KEYS_FOLDER = tmp_path / "keys"
    found = banthrai()
    with scope(found.pk):
        yield found


@pytest.fixture
def planner(staffed: Organization) -> Person:
    permissions = ("measures.draft", "measures.submit", "evidence.record")
    return Person(staffed, member(*permissions, username="planner", position="นักวิเคราะห์นโยบายและแผน"))


@pytest.fixture
def clerk(staffed: Organization) -> Person:
    return Person(
        staffed, member("measures.review", "measures.remark", username="clerk", position="ปลัด อบต.")
    )


@pytest.fixture
def head(staffed: Organization) -> Person:
    return Person(
        staffed, member("measures.approve", "measures.publish", username="head", position="นายก อบต.")
    )
