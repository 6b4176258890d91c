"""Somebody is told once, by the channel that they chose and have shown to be theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.channels.models import Channel, Outbound
from prongsai.foundation.channels.services import disconnect
from prongsai.foundation.channels.tests.conftest import (
    MANAGER,
    Desk,
    desk,
    graph_server,
    line,
    line_server,
    office,
)
from prongsai.foundation.channels.tests.servers import LineServer
from prongsai.foundation.channels.tests.test_line import event, handled
from prongsai.foundation.notify.selectors import preference_of
from prongsai.foundation.notify.services import Address, choose, start_linking, tell, unlink
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from tests.cast import member

__all__ = ["desk", "graph_server", "line", "line_server", "office"]


@pytest.fixture
def somsri(office: Organization) -> Membership:
    made = member("office.read")
    made.user.email = "somsri@example.go.th"
    made.user.save()
    return made


def own(membership: Membership) -> Actor:
    return Actor("สมศรี", user_id=membership.user.pk)


def said(recipient: Any, key: str = "k") -> tuple[str, str, str] | None:
    outbound = tell(recipient=recipient, subject="งานครบกำหนด", text="เรื่อง 69-0001", key=key)
    return (outbound.kind, outbound.recipient, outbound.text) if outbound else None


def test_who_never_chose_is_told_by_mail_and_who_has_none_by_nothing(somsri: Membership) -> None:
    assert said(somsri) == ("email", "somsri@example.go.th", "เรื่อง 69-0001")
    said(somsri)
    assert Outbound.objects.count() == 1
    somsri.user.email = ""
    somsri.user.save()
    assert said(somsri, "k2") is None


def test_a_citizen_is_told_by_the_channel_of_the_case(office: Organization) -> None:
    assert said(Address("email", "mana@example.com")) == ("email", "mana@example.com", "เรื่อง 69-0001")


def test_line_is_chosen_by_a_code_that_comes_from_it(
    somsri: Membership, line: Channel, line_server: LineServer, desk: Desk
) -> None:
    with pytest.raises(InvalidInput):
        choose(actor=own(somsri), member=somsri, how="line")
    code = start_linking(actor=own(somsri), member=somsri)
    handled(line, event(1, text="LINK-AAAAAAAA"), event(2, text=f" {code.lower()} "), event(3, text=code))
    assert desk.got == [], "no case is made of a code"
    assert preference_of(somsri).line_user == "U4af4980629e3f0c5"
    assert said(somsri) == ("line", "U4af4980629e3f0c5", "งานครบกำหนด\nเรื่อง 69-0001")
    unlink(actor=own(somsri), member=somsri)
    assert said(somsri, "k2") == ("email", "somsri@example.go.th", "เรื่อง 69-0001")


def test_a_code_is_worth_nothing_after_half_an_hour(somsri: Membership, line: Channel, desk: Desk) -> None:
    code = start_linking(actor=own(somsri), member=somsri)
    with clock.at(clock.now() + timedelta(minutes=31)):
        handled(line, event(1, text=code))
    assert preference_of(somsri).line_user == ""


def test_without_the_offices_account_mail_takes_over(somsri: Membership, line: Channel, desk: Desk) -> None:
    code = start_linking(actor=own(somsri), member=somsri)
    handled(line, event(1, text=code))
    disconnect(actor=MANAGER, channel=line)
    assert said(somsri) == ("email", "somsri@example.go.th", "เรื่อง 69-0001")
    with pytest.raises(WrongState):
        start_linking(actor=own(somsri), member=somsri)


def test_nobody_chooses_for_another(somsri: Membership) -> None:
    for act in (lambda: choose(actor=Actor("อื่น", user_id=0), member=somsri, how="email"),
                lambda: start_linking(actor=Actor.system(), member=somsri)):  # fmt: skip
        with pytest.raises(NotPermitted):
            act()
