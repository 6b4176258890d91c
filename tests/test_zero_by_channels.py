"""A zero is proven by channels that were open: the coverage on record decides the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from prongsai.foundation.channels.coverage import days_of
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.services import (
    count_due_months,
    handle_inbound,
    open_channel,
    receive,
    record_day,
    set_inbound_aside,
)
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Period, Reading, Reason, StatementKind, Verdict
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.complaints.choices import COMPLAINT
from prongsai.modules.complaints.selectors.known import known
from prongsai.modules.complaints.services import counting
from prongsai.modules.measures.evidence import load_evidence
from prongsai.modules.measures.notation import parse_terms
from prongsai.modules.measures.verdicts import Claim, Finding, facts_needed, judge
from tests.cast import SYSTEM, banthrai

pytestmark = pytest.mark.django_db
GROUP = b"From: x@example.com\r\nList-Id: <all.example.go.th>\r\nSubject: x\r\n\r\nx"
YEAR = Period.fiscal_year(2568)
MANAGER = Actor("สมศรี", frozenset({"channels.manage"}))


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    """A form in use all year, and a register that counted nothing."""
    counted = Reading(Decimal(0), YEAR.end, entries=(1,))
    received = registry().indicators["complaints.received"]
    own = replace(received, read=lambda question: counted, carriers=())
    monkeypatch.setitem(registry().indicators, "complaints.received", own)
    with scope(banthrai().pk):
        with clock.at(YEAR.start):
            made = open_channel(actor=MANAGER, kind="web", name="แบบฟอร์มบนเว็บ")
        yield made


def judged(web: Channel, *, down: set[date]) -> Finding:
    with clock.at(YEAR.end + timedelta(days=2)):
        for day in days_of(YEAR):
            record_day(channel=web, day=day, state="down" if day in down else "up")
        count_due_months(actor=SYSTEM)
        flush()
        claim = Claim(1, StatementKind.OUTCOME, "ไม่มีเรื่องร้องเรียน", YEAR)
        terms = parse_terms("zero(topics=all)")
        evidence = load_evidence(wanted=facts_needed(terms), period=YEAR, units=())
        return judge(claim, terms, join="all", evidence=evidence)


def test_a_zero_with_messages_that_nobody_has_looked_at_is_not_known_until_somebody_has() -> None:
    """The whole way: a form in use all year, a register that counted nothing, and a mail that a filter held."""
    office = banthrai()
    with scope(office.pk):
        with clock.at(YEAR.start):
            web = open_channel(actor=MANAGER, kind="web", name="แบบฟอร์มบนเว็บ")
            mailbox = open_channel(
                actor=MANAGER, kind="email", name="สารบรรณ", address="a@example.go.th", takes_complaints=False
            )
        with clock.at(YEAR.end):
            held = receive(channel=mailbox, source_key="<a@b>", sender="x@example.com", raw=GROUP)
            handle_inbound(organization_id=office.pk, inbound_id=held.pk)
        with clock.at(YEAR.end + timedelta(days=2)):
            counting.count_due(actor=SYSTEM)
            found = judged(web, down=set())
            assert (found.verdict, found.reason) == (Verdict.UNPROVEN, Reason.NOT_KNOWN)
            assert "มีข้อความที่เข้ามา ๑ ข้อความยังไม่มีผู้ดู" in to_thai(found.note)
            set_inbound_aside(actor=MANAGER, inbound=held, reason="จดหมายข่าว")
            flush()
            assert judged(web, down=set()).verdict is Verdict.PROVEN


def spread(days: int, every: int) -> set[date]:
    return {YEAR.start + timedelta(days=every * number) for number in range(days)}


def test_a_zero_with_open_channels_is_proven_and_cites_the_months(web: Channel) -> None:
    found = judged(web, down=spread(18, 7))
    assert found.verdict is Verdict.PROVEN
    assert len(found.entries) == 13
    assert (
        found.note
        == "ช่องทางร้องเรียนเปิดใช้ได้ครบทุกช่องทาง ๓๔๗ วัน จาก ๓๖๕ วัน ได้แก่ แบบฟอร์มบนเว็บ ๓๔๗ วัน ไม่มีช่องทางใดเปิดใช้ได้ติดต่อกันนานที่สุด ๑ วัน"
    )


@pytest.mark.parametrize("down", [spread(18, 7), spread(19, 7), spread(3, 1), spread(4, 1)])
def test_figures_and_verdicts_go_by_the_same_rule(web: Channel, down: set[date]) -> None:
    found = judged(web, down=down)
    with clock.at(YEAR.end + timedelta(days=2)):
        said = known(COMPLAINT, YEAR)
    assert said.is_none == (found.verdict is Verdict.PROVEN)
    assert said.is_none or said.sentence == to_thai(found.note)


@pytest.mark.parametrize("down", [spread(19, 7), spread(4, 1)], ids=["under 95 per cent", "four days on end"])
def test_a_zero_with_channels_that_were_closed_is_not_known(web: Channel, down: set[date]) -> None:
    found = judged(web, down=down)
    assert (found.verdict, found.reason) == (Verdict.UNPROVEN, Reason.NOT_KNOWN)
    assert "เปิดใช้ได้ร้อยละ" in found.note
