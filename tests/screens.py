"""What every screen of the workspace must do, inherited.

    class TestRegister(ScreenTests):
        url_name = "evidence-list"
        permission = "measures.read"

        def kwargs(self) -> dict[str, Any]:  # in scope of บ้านทราย; makes what the address names
            return {}

Four tests come with it: nobody signed in, no permission, another organization, and the page itself in few queries, whose
number is kept in tests/golden/query_counts.json.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from prongsai.foundation.accounts.permissions import EVERYBODY
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.ui.access import SIGNED_IN
from tests.cast import banthrai, donsai, member, signed_in_client
from tests.golden.queries import assert_query_count

MOST_QUERIES = 12


def served(queries: list[dict[str, str]]) -> int:
    """How many of a test request's queries a request in service makes.

    Outside a test the savepoint around it is the transaction itself, and the scope ends with that without a query.
    """
    control = ("SAVEPOINT", "RELEASE SAVEPOINT")
    return sum(not query["sql"].startswith(control) for query in queries) - 1


@contextmanager
def kept_open() -> Iterator[None]:
    """Nobody closes the connection meanwhile."""
    wrapper = connections[connection.alias]
    wrapper.close = lambda: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        del wrapper.close


@pytest.mark.django_db
class ScreenTests:
    """Inherit as `Test…`; `url_name` and `permission` are required."""

    url_name: ClassVar[str]
    most_queries: ClassVar[int] = MOST_QUERIES
    permission: ClassVar[str]
    also: ClassVar[tuple[str, ...]] = ()  # further permissions that the page's usual reader holds
    unit: ClassVar[str] = ""  # the usual reader's
    query: ClassVar[str] = ""

    office: Organization

    def kwargs(self) -> dict[str, Any]:
        """What the address names beside the organization."""
        return {}

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _in_the_office(cls, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
        """Made once for the class; each test takes back what it did to it, the class all of it.

        A test's own transaction is a savepoint in this one, which would end with the connection that Django closes
        after each test.
        """
        made = cls()
        with django_db_blocker.unblock(), transaction.atomic(), kept_open():
            made.office = made.build()
            with scope(made.office.pk):
                made.address = reverse(
                    made.url_name, kwargs={"organization": made.office.key, **made.kwargs()}
                ) + (f"?{made.query}" if made.query else "")
                for name, value in vars(made).items():
                    setattr(cls, name, value)
                yield
            transaction.set_rollback(True)
        cache.clear()

    @pytest.fixture(autouse=True)
    def _nothing_kept(self) -> None:
        cache.clear()  # what was worked out in another test's transaction

    def build(self) -> Organization:
        """The office in which the page is opened."""
        return banthrai()

    def test_nobody_signed_in_is_led_to_the_login_page(self, client: Any) -> None:
        answer = client.get(self.address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/?next=")

    def test_a_member_without_the_permission_may_not_open_it(self) -> None:
        other = member("something.else", username="nobody")
        if self.permission in EVERYBODY:  # comes with any role
            other.held.all().delete()  # type: ignore[attr-defined]
        answer = signed_in_client(other).get(self.address)
        assert answer.status_code == (200 if self.permission == SIGNED_IN else 403)

    def test_another_organizations_member_finds_nothing(self) -> None:
        with scope(donsai().pk):
            stranger = member(self.permission, *self.also, username="mana")
        assert signed_in_client(stranger).get(self.address).status_code == 404

    def test_it_opens_in_few_queries(self) -> None:
        reader = member(self.permission, *self.also, username="reader", unit=self.unit)
        client = signed_in_client(reader)
        assert client.get(self.address).status_code == 200
        with CaptureQueriesContext(connection) as context:  # the second time: the work that waits is known
            client.get(self.address)
        count = served(context.captured_queries)
        assert count <= self.most_queries
        assert_query_count(f"work.{self.url_name}", count)
