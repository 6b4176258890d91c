"""The end of a recipient's task: nobody destroys by it what others sealed, and nobody is left out unnoticed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from prongsai.foundation.channels.models import Outbound
from prongsai.kernel import clock
from prongsai.kernel.errors import WrongState
from prongsai.modules.corruption.models import Access, Holder
from prongsai.modules.corruption.reports import reports_of
from prongsai.modules.corruption.selectors import lately_ended
from prongsai.modules.corruption.services import (
    confirm_key,
    end_holder,
    forget_ended,
    last_day_back,
    make_key,
    name_holder,
    take_back_end,
)
from prongsai.modules.corruption.services.ending import KEPT_DAYS
from prongsai.modules.corruption.tests.conftest import PASSPHRASE, Office
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db


def test_a_manager_who_ends_every_recipient_for_a_friend_destroys_nothing(office: Office) -> None:
    """The reports that the friend cannot read are there again when the end is taken back."""
    office.submit("เรื่องของผู้จัดการช่องทาง")
    friend = office.name("friend", receives=True, unit="กองช่าง")
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    for each in (somsri, wichai):
        pair = each.pair
        end_holder(actor=SYSTEM, holder=each.holder)
        assert reports_of(each.holder, pair) == []
    assert friend.reports() == []
    office.submit("มาระหว่างนั้น")
    with clock.at(clock.today() + timedelta(days=KEPT_DAYS)):
        forget_ended()
        take_back_end(actor=SYSTEM, holder=somsri.holder)
        assert [each.content["what"] for each in somsri.reports()] == ["เรื่องของผู้จัดการช่องทาง"]
        rows = {each.pk: each.accesses.count() for each in Holder.objects.filter(ended_on=None)}  # type: ignore[attr-defined]
        assert len(set(rows.values())) == 1, "as many rows as everybody else"


def test_after_the_time_the_keys_are_worth_nothing(office: Office) -> None:
    office.submit()
    wichai = office.people["wichai"]
    end_holder(actor=SYSTEM, holder=wichai.holder)
    before = bytes(Access.objects.get(holder=wichai.holder).wrapped)
    with clock.at(clock.today() + timedelta(days=KEPT_DAYS + 1)):
        assert forget_ended() == 1
        assert forget_ended() == 0
        with pytest.raises(WrongState):
            take_back_end(actor=SYSTEM, holder=wichai.holder)
    assert bytes(Access.objects.get(holder=wichai.holder).wrapped) != before
    assert not bytes(Holder.objects.get(pk=wichai.holder.pk).by_passphrase)
    assert not lately_ended().exists()


def test_whoever_was_named_anew_has_one_task(office: Office) -> None:
    wichai = office.people["wichai"]
    end_holder(actor=SYSTEM, holder=wichai.holder)
    again = name_holder(actor=SYSTEM, member=wichai.member, receives=True)
    recovery = make_key(actor=wichai.actor, holder=again, passphrase=PASSPHRASE)
    confirm_key(actor=wichai.actor, holder=again, recovery=recovery)
    with pytest.raises(WrongState):
        take_back_end(actor=SYSTEM, holder=wichai.holder)
    ended = Holder.objects.get(pk=wichai.holder.pk)
    assert last_day_back(ended) == clock.today() + timedelta(days=KEPT_DAYS)


def test_all_recipients_are_told_and_nothing_of_any_report_is_in_it(office: Office) -> None:
    office.submit("ความลับของเรื่อง")
    for each in office.people.values():
        each.member.user.email = f"{each.member.user.username}@example.org"
        each.member.user.save()
    end_holder(actor=SYSTEM, holder=office.people["wichai"].holder)
    told = list(Outbound.objects.filter(key__startswith="corruption:ended:"))
    assert {each.recipient for each in told} == {each.member.user.email for each in office.people.values()}
    assert not any("ความลับ" in each.text for each in told)
    connection.run_on_commit.clear()
