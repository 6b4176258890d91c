"""Of one case each person gets one thing to do, however many posts and rights they have."""

from __future__ import annotations

from datetime import date

import pytest

from prongsai.foundation.accounts.models import Membership, MembershipRole
from prongsai.foundation.casework.services import assign
from prongsai.foundation.casework.tests.conftest import (
    ERRAND,
    STAFF,
    _registry_of_the_tests,  # pyright: ignore[reportPrivateUsage]
    a_case,
    office,
    officer,
    somsri,
)
from prongsai.foundation.casework.work import work_items_of
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.ui.navigation import own
from tests.cast import member

__all__ = ["_registry_of_the_tests", "office", "officer", "somsri"]
pytestmark = pytest.mark.django_db


def asked(who: Membership | Actor) -> list[str]:
    actor = who if isinstance(who, Actor) else who.actor()
    return [item.key.split(":", 2)[2] for item in own(work_items_of([ERRAND.key]), actor)]


def test_who_gives_out_a_late_case_that_nobody_can_work_on_gets_one_item(
    office: Organization, officer: Actor
) -> None:
    assign(actor=officer, case=a_case(), unit=Unit.objects.create(name="กองสาธารณสุข", position=5))
    with clock.at(date(2025, 9, 10)):
        assert asked(officer) == ["nobody"]
        clerk = member(*STAFF, username="clerk", unit="กองสาธารณสุข", position="ปลัด")
        Membership.objects.filter(pk=clerk.pk).update(post="clerk")
        assert asked(clerk) == ["late:clerk"], "now somebody can"
        MembershipRole.objects.filter(membership=clerk).delete()
        head = member("testing.read", "testing.assign", username="head", unit="กองสาธารณสุข")
        assert asked(head) == ["nobody"]
