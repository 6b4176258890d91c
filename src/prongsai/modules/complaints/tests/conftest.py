"""An office that takes complaints by its web form, and visitors at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.modules.complaints.tests.citizen import Visitor, forget_limits, open_web, with_arriving
from prongsai.modules.complaints.tests.desk import ALL
from prongsai.modules.complaints.tests.register import opened_channel
from tests.cast import banthrai, member, signed_in_client


@pytest.fixture
def web_office(db: None, settings: Any) -> Iterator[Organization]:
    """บ้านทราย, with its web form open, in scope."""
    settings.MIDDLEWARE = with_arriving(settings.MIDDLEWARE)
    forget_limits()
    office = banthrai()
    with scope(office.pk):
        open_web()
        yield office
    forget_limits()


@pytest.fixture
def visitor(web_office: Organization) -> Visitor:
    return Visitor()


@pytest.fixture
def office(db: None) -> Any:
    found = banthrai()
    with scope(found.pk):
        yield found


@pytest.fixture
def registered(db: None) -> Iterator[Organization]:
    """บ้านทราย, whose register was opened shortly before the fiscal year 2568 began; in scope."""
    found = banthrai()
    with scope(found.pk):
        opened_channel(date(2024, 9, 20))
        yield found


@pytest.fixture
def clerk(office: Organization) -> Client:
    """Somebody who may do everything with cases."""
    return signed_in_client(member(*ALL, username="pimchanok", unit="สำนักปลัด"))
