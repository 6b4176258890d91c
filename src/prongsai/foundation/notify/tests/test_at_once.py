"""Two workers with the same piece of news, each with a connection of its own: one of them tells, the other has nothing to say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.services import assign
from prongsai.foundation.casework.tests.conftest import (
    STAFF,
    _registry_of_the_tests,  # pyright: ignore[reportPrivateUsage]
    a_case,
)
from prongsai.foundation.casework.tests.test_at_once import both, busy, in_office
from prongsai.foundation.channels.models import Outbound
from prongsai.foundation.notify.models import News
from prongsai.foundation.notify.services import note_news, take_news, tell_news
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from tests.cast import SYSTEM, member

__all__ = ["_registry_of_the_tests", "busy"]

pytestmark = pytest.mark.django_db(transaction=True)


def _given(office: Organization) -> Membership:
    """A member with an address to whom a case was given half an hour ago."""

    def give() -> Membership:
        manee = member(*STAFF, username="manee", unit="กองคลัง")
        manee.user.email = "manee@example.go.th"
        manee.user.save()
        case = a_case()
        with clock.at(clock.now() - timedelta(hours=1)):
            assign(actor=SYSTEM, case=case, assignee=manee)
            since = int(clock.now().timestamp())
            note_news(organization_id=office.pk, case_id=case.pk, what="assigned", by=0, since=since)
        return manee

    return in_office(office, give)


@pytest.mark.parametrize("turn", range(3))
def test_of_two_workers_one_tells(busy: Organization, turn: int) -> None:
    manee = _given(busy)

    def work() -> None:
        tell_news(organization_id=busy.pk, member_id=manee.pk)

    assert both(busy, work, work, work) == [None] * 3
    assert in_office(busy, Outbound.objects.filter(recipient="manee@example.go.th").count) == 1


def test_the_mornings_list_and_the_message_of_the_day_share_what_is_new(busy: Organization) -> None:
    manee, taken = _given(busy), list[int]()

    def list_of_the_morning() -> None:
        taken.append(len(take_news(member=manee)))

    def message_of_the_day() -> None:
        tell_news(organization_id=busy.pk, member_id=manee.pk)

    both(busy, list_of_the_morning, message_of_the_day)
    told = in_office(busy, Outbound.objects.filter(recipient="manee@example.go.th").count)
    assert told + taken[0] == 1
    assert in_office(busy, News.objects.filter(told_at=None).count) == 0
