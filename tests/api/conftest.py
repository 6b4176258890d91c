"""The API as a program meets it: บ้านทราย with a running year, ดอนสาย beside it, members and their tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, TransactionTestCase, override_settings

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.accounts.permissions import permissions
from prongsai.foundation.api.services import create_token
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope, working_for
from prongsai.project.api import api
from prongsai.ui.access import PUBLIC, SIGNED_IN, permission_of
from prongsai.ui.api.dispatch import mounted
from tests.cast import donsai, member
from tests.sample_year import build
from tests.serving import serving

BELOW = "/api/v1/banthrai/"


def everything() -> list[str]:
    """Every permission that a token may have, and every one that an operation asks for."""
    asked = {part for operation in operations() for part in operation.permissions}
    return sorted(asked | set(permissions()))


@dataclass(frozen=True)
class Called:
    """An operation: how it is called, and any one of which permissions suffices (none: any member, or everybody)."""

    name: str
    method: str
    address: str
    permissions: tuple[str, ...]
    public: bool


def operations() -> list[Called]:
    """Every operation of the API, as its address and method lead to it."""
    found: list[Called] = []
    for route, mounted_there in mounted(api).items():
        for operation in mounted_there:
            mark = permission_of(operation.view_func) or ""
            named = () if mark in {PUBLIC, SIGNED_IN} else tuple(mark.split("|"))
            address = "/api/v1/" + re.sub("<(?:[a-z]+:)?([a-z0-9_]+)>", r"{\1}", route)
            for method in operation.methods:
                name = operation.view_func.__name__
                found.append(Called(name, method, address, named, mark == PUBLIC))
    return found


def token(organization: Organization, *scopes: str, username: str = "somsri") -> tuple[Membership, str]:
    """A member with these permissions and the secret of a token with all of them."""
    with scope(organization.pk):
        who = member(*scopes, username=username)
        permitted = who.actor().permissions
        _, secret = create_token(actor=who.actor(), member=who, name="ชุดทดสอบ", scopes=permitted, days=30)
    return who, secret


def bearer(secret: str) -> Client:
    """A program that sends the token with every request."""
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture(scope="module")
def sample(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Organization]:
    """บ้านทราย's year, made once for all tests of a module in a transaction that is rolled back at its end."""
    keys = override_settings(KEYS_FOLDER=tmp_path_factory.mktemp("keys"))
    with django_db_blocker.unblock(), keys, transaction.atomic():
        organization = build()
        connection.run_on_commit.clear()  # what was recorded stands in the log: nothing is pending
        yield organization
        transaction.set_rollback(True)


@pytest.fixture
def office(sample: Organization) -> Iterator[Organization]:
    """บ้านทราย as it was made, whatever the test before did."""
    cache.clear()
    with transaction.atomic():
        yield sample
        transaction.set_rollback(True)


@pytest.fixture
def program(office: Organization) -> Client:
    """A program that may do everything in บ้านทราย."""
    return bearer(token(office, *everything())[1])


@dataclass(frozen=True)
class Live:
    """A server that listens: its address, and the secret of a token that permits everything."""

    address: str
    secret: str


@pytest.fixture(scope="module")
def live(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """The API on a port of this machine, with committed data and the product's whole middleware."""
    folder = tmp_path_factory.mktemp("live")
    changed = override_settings(
        KEYS_FOLDER=folder / "keys", ALLOWED_HOSTS=["localhost"], API_REQUESTS_PER_MINUTE=10**9
    )
    with django_db_blocker.unblock(), changed:
        organization = build()
        build(closed=True, organization=donsai())
        with working_for(organization.pk):
            _, secret = token(organization, *everything())
        connection.close()
        with serving() as address:
            yield Live(address, secret)
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type] (conftest.py empties the tables)
