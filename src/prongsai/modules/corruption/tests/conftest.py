"""An office with a channel: สมศรี is the clerk, วิชัย works in กองคลัง, อารี is the head, and ดำรง sits outside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.modules.corruption import keys
from prongsai.modules.corruption.limits import asking, sending
from prongsai.modules.corruption.models import Holder, Report
from prongsai.modules.corruption.outside_keys import make_key as make_outside_key
from prongsai.modules.corruption.outside_keys import read_private
from prongsai.modules.corruption.reports import OpenReport, report_of, reports_of
from prongsai.modules.corruption.sealing import Pair
from prongsai.modules.corruption.services import (
    Answers,
    Submission,
    confirm_key,
    make_key,
    name_holder,
    open_channel,
    receive,
    set_outside,
)
from tests.cast import SYSTEM, banthrai, member

FIRST_DAY = date(2025, 10, 1)  # of fiscal year 2569
PASSPHRASE = "ม้าลาย กระดุม ทะเล หน้าต่าง"
OUTSIDE = "สำนักงาน ป.ป.ช. จังหวัดตัวอย่าง"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, settings: Any) -> Iterator[None]:
    """Argon2id as cheap as it may be, and fresh limits."""
    settings.KEYS_FOLDER = tmp_path / "keys"
    monkeypatch.setattr(keys, "COST", keys.Cost(rounds=1, memory=1))
    monkeypatch.setattr("prongsai.modules.corruption.codes.COST", keys.Cost(rounds=1, memory=1))
    sending.clear()
    asking.clear()
    yield
    sending.clear()
    asking.clear()


@dataclass
class Person:
    """A member who was named, with the paper that they printed."""

    member: Membership
    holder: Holder
    recovery: str = ""

    @property
    def actor(self) -> Actor:
        return self.member.actor()

    @property
    def pair(self) -> Pair:
        self.holder.refresh_from_db()
        return keys.opened_by_passphrase(bytes(self.holder.by_passphrase), PASSPHRASE)

    def reports(self) -> list[OpenReport]:
        self.holder.refresh_from_db()
        return reports_of(self.holder, self.pair)

    def report(self, ref: str) -> OpenReport | None:
        self.holder.refresh_from_db()
        return report_of(self.holder, self.pair, ref)


@dataclass
class Office:
    """What the tests of the channel work with."""

    organization: Organization
    people: dict[str, Person] = field(default_factory=dict[str, Person])
    outside: Pair | None = None
    private: str = ""

    def name(
        self, who: str, *, receives: bool = True, under_clerk: bool = True, key: bool = True, **how: Any
    ) -> Person:
        """Make a member with the permission, name them, and let them make and print a key."""
        post = how.pop("post", "")
        made = member("corruption.receive", username=who, **how)
        made.user.full_name = how.get("full_name", f"{who} ตัวอย่าง")
        if post:
            made.post = post
            made.save()
        holder = name_holder(actor=SYSTEM, member=made, receives=receives, under_clerk=under_clerk)
        person = self.people[who] = Person(made, holder)
        if key:
            person.recovery = make_key(actor=person.actor, holder=holder, passphrase=PASSPHRASE)
            confirm_key(actor=person.actor, holder=holder, recovery=person.recovery)
            holder.refresh_from_db()
        return person

    def set_outside(self) -> Holder:
        self.private, public = make_outside_key(OUTSIDE, PASSPHRASE)
        self.outside = read_private(self.private, PASSPHRASE)
        return set_outside(actor=SYSTEM, name=OUTSIDE, note="โทร 0 0000 0000", public=public)

    def open(self) -> None:
        open_channel(actor=SYSTEM)

    def submit(self, what: str = "เห็นการเรียกรับเงินค่าใบอนุญาต", nonce: bytes = b"\1" * 32, **how: Any) -> str:
        """A report as it was typed, to these readers (all who receive, unless said). Returns the code."""
        said = {"what": what, **how.pop("said", {})}
        readers = how.pop("readers", None)
        if readers is None:
            readers = [p.holder.pk for p in self.people.values() if p.holder.receives]
        answers = Answers(
            said=said, **{name: how.pop(name) for name in ("concerned", "labels", "unwanted") if name in how}
        )
        return receive(submission=Submission(nonce, readers=readers, answers=answers, **how))

    @property
    def last(self) -> Report:
        return Report.objects.order_by("-pk")[0]


def collect_secret(private: str) -> str:
    """The secret for fetching that stands in a private file."""
    return json.loads(private)["collect"]


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    """บ้านทราย with two recipients in different units, and an open channel."""
    found = Office(banthrai())
    with scope(found.organization.pk):
        found.name("somsri", unit="สำนักปลัด", position="นิติกร")
        found.name("wichai", unit="กองคลัง", position="นักวิชาการเงินและบัญชี")
        found.open()
        yield found


@pytest.fixture
def named_office(db: None) -> Iterator[Office]:
    """บ้านทราย with the same recipients since the first day of fiscal year 2569, and no channel yet."""
    found = Office(banthrai())
    with scope(found.organization.pk):
        with clock.at(FIRST_DAY):
            found.name("somsri", unit="สำนักปลัด", position="นิติกร")
            found.name("wichai", unit="กองคลัง", position="นักวิชาการเงินและบัญชี")
        yield found
