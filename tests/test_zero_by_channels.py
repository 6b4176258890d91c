"""A zero is proven by channels that were open: the coverage on record decides the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import (
    CITIZEN,
    acknowledge,
    confirm_kind,
    hear,
    note,
    open_case,
    recategorise,
)
from prongsai.foundation.channels.coverage import days_of
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.services import (
    count_due_months,
    handle_inbound,
    open_channel,
    receive,
    record_day,
    record_days,
    set_inbound_aside,
)
from prongsai.foundation.ledger.models import Payload
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import erase_payload, flush, withdraw
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Period, Reading, Reason, StatementKind, Topic, Verdict
from prongsai.kernel.errors import WrongState
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, SUGGESTION
from prongsai.modules.complaints.selectors.known import known
from prongsai.modules.complaints.selectors.statistics import year_figures
from prongsai.modules.complaints.services import counting
from prongsai.modules.complaints.tests.register import came
from prongsai.modules.corruption.services import count_quarters, settle
from prongsai.modules.corruption.tests.conftest import Office
from prongsai.modules.measures.evidence import load_evidence
from prongsai.modules.measures.notation import parse_terms
from prongsai.modules.measures.verdicts import Claim, Finding, facts_needed, judge
from tests.cast import SYSTEM, banthrai, member

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


def test_a_proven_zero_says_how_many_complaints_were_made_something_else() -> None:
    """The whole way: a complaint of the year that becomes praise once the year is over."""
    office = banthrai()
    with scope(office.pk):
        with clock.at(YEAR.start):
            web = open_channel(actor=MANAGER, kind="web", name="แบบฟอร์มบนเว็บ")
        with clock.at(date(2025, 3, 3)):
            case = open_case(
                actor=CITIZEN, kind=COMPLAINT, title="หัวหน้าไม่มาทำงาน", category="people", topic=Topic.PEOPLE,
                channel_kind="web",
            ).case  # fmt: skip
            flush()
        with clock.at(YEAR.end + timedelta(days=2)):
            counting.count_due(actor=SYSTEM)
            assert judged(web, down=set()).verdict is Verdict.CONTRADICTED
            recategorise(
                actor=SYSTEM, case=case, category="idea", topic=None, kind=SUGGESTION, reason="เป็นคำชม"
            )  # fmt: skip
            counting.count_due(actor=SYSTEM)
            found = judged(web, down=set())
    assert found.verdict is Verdict.PROVEN
    assert "เปลี่ยนเป็นเรื่องประเภทอื่น ๑ เรื่อง" in to_thai(found.note)


def spread(days: int, every: int) -> set[date]:
    return {YEAR.start + timedelta(days=every * number) for number in range(days)}


def test_a_zero_with_open_channels_is_proven_and_cites_the_months(web: Channel) -> None:
    found = judged(web, down=spread(18, 7))
    assert found.verdict is Verdict.PROVEN
    assert len(found.entries) == 13
    assert (
        found.note
        == "ช่องทางร้องเรียนเปิดใช้ได้ครบทุกช่องทาง ๓๔๗ วัน จาก ๓๖๕ วัน ได้แก่ แบบฟอร์มบนเว็บ ๓๔๗ วัน ขาดช่วงติดกันนานสุด ๑ วัน (แบบฟอร์มบนเว็บ ๑ วัน)"
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
    assert "เปิดใช้ได้ครบทุกช่องทางร้อยละ" in found.note


@pytest.mark.parametrize(
    ("form", "telephone", "verdict"),
    [
        # 347 of 365 days, 95.06 %, while the telephone lived all year
        (spread(18, 1), set(), Verdict.UNPROVEN),
        (spread(3, 1), set(), Verdict.PROVEN),
        (spread(3, 1), {YEAR.start + timedelta(days=40 + day) for day in range(3)}, Verdict.PROVEN),
        (spread(2, 1), {YEAR.start + timedelta(days=2 + day) for day in range(2)}, Verdict.UNPROVEN),
    ],
    ids=[
        "eighteen days of one",
        "three days of one",
        "three days of each, apart",
        "two days of one, then of the other",
    ],
)
def test_a_second_channel_hides_no_outage_of_the_first(
    web: Channel, form: set[date], telephone: set[date], verdict: Verdict
) -> None:
    with clock.at(YEAR.start):
        phone = open_channel(actor=MANAGER, kind="phone", name="โทรศัพท์", address="044 000 000")
    with clock.at(YEAR.end + timedelta(days=2)):
        for day in days_of(YEAR):
            record_day(channel=phone, day=day, state="down" if day in telephone else "up")
    found = judged(web, down=form)
    assert found.verdict is verdict
    with clock.at(YEAR.end + timedelta(days=2)):
        assert known(COMPLAINT, YEAR).is_none == (verdict is Verdict.PROVEN)


def test_the_reason_says_which_channel_was_closed_and_for_how_long(web: Channel) -> None:
    with clock.at(YEAR.start):
        phone = open_channel(actor=MANAGER, kind="phone", name="โทรศัพท์", address="044 000 000")
    with clock.at(YEAR.end + timedelta(days=2)):
        for day in days_of(YEAR):
            record_day(channel=phone, day=day, state="up")
    assert judged(web, down=spread(18, 1)).note == (
        "ไม่มีข้อมูล เพราะช่องทางร้องเรียนเปิดใช้ได้ครบทุกช่องทางร้อยละ 95.06 ของวัน ขาดช่วงติดกันนานสุด 18 วัน (แบบฟอร์มบนเว็บ 18 วัน)"
    )


# -- the sealed channel ---------------------------------------------------------------------------------------------


SEALED_TOPICS = "anti_corruption+integrity"


@pytest.fixture
def sealed() -> Iterator[Office]:
    """A form in use all year, and two who may receive what comes by the sealed channel."""
    found = Office(banthrai())
    with scope(found.organization.pk):
        with clock.at(YEAR.start):
            open_channel(actor=MANAGER, kind="web", name="แบบฟอร์มบนเว็บ")
            found.name("somsri", unit="สำนักปลัด")
            found.name("wichai", unit="กองคลัง")
        yield found


def told(on: date, topics: str = "all") -> Finding:
    """The verdict on a day, with every day of every channel open and what is due counted."""
    with clock.at(on):
        for channel in Channel.objects.all():
            days = Period(channel.opened_on, min(on - timedelta(days=1), YEAR.end))
            record_days(channel=channel, days=dict.fromkeys(days_of(days), "up"))
        count_due_months(actor=SYSTEM)
        counting.count_due(actor=SYSTEM)
        flush()
        terms = parse_terms(f"zero(topics={topics})")
        evidence = load_evidence(wanted=facts_needed(terms), period=YEAR, units=())
        claim = Claim(1, StatementKind.OUTCOME, "ข้อความ", YEAR)
        return judge(claim, terms, join="all", evidence=evidence)


def publish(*days: date) -> None:
    for day in days:
        with clock.at(day):
            count_quarters(actor=SYSTEM)
            flush()


@pytest.mark.parametrize("came", [False, True])
def test_a_zero_waits_for_the_sealed_channels_last_quarter_whatever_came_in_it(
    sealed: Office, came: bool
) -> None:
    with clock.at(YEAR.start):
        sealed.open()
    publish(date(2025, 1, 10), date(2025, 4, 10), date(2025, 7, 10))
    if came:
        with clock.at(date(2025, 8, 5)):
            sealed.submit()
    for on in (date(2025, 8, 20), date(2025, 10, 3)):
        for topics in ("all", SEALED_TOPICS, "anti_corruption"):
            found = told(on, topics)
            assert (found.verdict, found.reason, found.unkept) == (
                Verdict.UNPROVEN, Reason.NOT_KNOWN, False,
            )  # fmt: skip
            assert "ไตรมาสที่ 4/2568 จะเผยแพร่ตั้งแต่วันที่ 10 ต.ค. 2568" in found.note
    assert told(date(2025, 10, 3), "procurement").verdict is Verdict.PROVEN
    publish(date(2025, 10, 10))
    expected = Verdict.CONTRADICTED if came else Verdict.PROVEN
    assert told(date(2025, 10, 10)).verdict is expected
    assert told(date(2025, 10, 10), SEALED_TOPICS).verdict is expected


def test_the_report_of_the_year_does_not_wait_for_the_day_of_publication(sealed: Office) -> None:
    with clock.at(YEAR.start):
        sealed.open()
    publish(date(2025, 1, 10), date(2025, 4, 10), date(2025, 7, 10))
    with clock.at(date(2025, 10, 3)):
        settle(YEAR)
        flush()
    assert told(date(2025, 10, 3)).verdict is Verdict.PROVEN


@pytest.mark.parametrize("erased", [("channel_opened",), ("corruption_counted",), ("channel_opened", "corruption_counted")], ids=str)  # fmt: skip
def test_erasing_turns_no_sealed_report_into_none(sealed: Office, erased: tuple[str, ...]) -> None:
    with clock.at(YEAR.start):
        sealed.open()
    with clock.at(date(2025, 3, 5)):
        sealed.submit()
    publish(*(date(2025, month, 10) for month in (1, 4, 7, 10)))
    after = YEAR.end + timedelta(days=20)
    assert told(after).verdict is Verdict.CONTRADICTED
    for kind in (*erased, "complaints_counted", "complaints_register_opened"):
        with clock.at(after), pytest.raises(WrongState):
            erase_payload(actor=SYSTEM, entry=facts(kind=kind)[0], reason="ลบตามคำขอ")
    # And where it was erased before that was refused, it is not known.
    Payload.objects.filter(entry__kind__in=erased).update(body=None, salt=None)
    for topics in ("all", SEALED_TOPICS):
        found = told(after, topics)
        if "corruption_counted" in erased:
            assert (found.verdict, found.reason) == (Verdict.UNPROVEN, Reason.NOT_KNOWN)
            assert "ไม่มีสถิติของช่องทางแจ้งเบาะแสการทุจริต" in found.note
        else:
            assert found.verdict is Verdict.CONTRADICTED, "what was published is still there"


def test_the_figures_of_a_quarter_that_were_erased_are_not_known_with_no_channel_in_sight(
    sealed: Office,
) -> None:
    with clock.at(YEAR.start):
        sealed.open()
    publish(*(date(2025, month, 10) for month in (1, 4, 7, 10)))
    Payload.objects.filter(entry__kind="corruption_counted").update(body=None, salt=None)
    for opening in facts(kind="channel_opened").with_payload():
        if opening.content["kind"] == "sealed":
            withdraw(actor=SYSTEM, entry=opening, reason="ทดสอบ")
    found = told(YEAR.end + timedelta(days=20))
    assert (found.verdict, found.reason) == (Verdict.UNPROVEN, Reason.NOT_KNOWN)


def test_a_sealed_channel_that_began_within_the_year_lacks_no_quarter_before(sealed: Office) -> None:
    with clock.at(date(2025, 2, 10)):
        sealed.open()
    publish(date(2025, 4, 10), date(2025, 7, 10), date(2025, 10, 10))
    assert told(date(2025, 10, 12)).verdict is Verdict.PROVEN
    assert told(date(2025, 10, 12), SEALED_TOPICS).verdict is Verdict.PROVEN
    with clock.at(date(2025, 10, 12)):
        figures = year_figures(2568)
    assert (figures.said.value, figures.corruption.value) == (0, 0), "the public page says the same"


# -- what is not sorted -----------------------------------------------------------------------------------------------

MAIL = "From: x@example.com\r\nMessage-ID: <a@b>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}"


@pytest.fixture
def guessed() -> Iterator[Case]:
    """A mail that no rule could place, which became a report of trouble by the system's guess."""
    office = banthrai()
    with scope(office.pk):
        with clock.at(YEAR.start):
            open_channel(actor=MANAGER, kind="web", name="แบบฟอร์มบนเว็บ")
            mailbox = open_channel(actor=MANAGER, kind="email", name="สารบรรณ", address="a@example.go.th")
        with clock.at(date(2025, 3, 3)):
            mail = MAIL.format("ปลัดให้ญาติตัวเองมารับงานทั้งหมด ขอให้ตรวจสอบ").encode()
            held = receive(channel=mailbox, source_key="<a@b>", sender="x@example.com", raw=mail)
            handle_inbound(organization_id=office.pk, inbound_id=held.pk)
            flush()
        yield Case.objects.get()


def officer() -> Actor:
    who = member("complaints.handle", "complaints.assign", "complaints.intake", username="somying")
    return who.actor()


@pytest.mark.parametrize("act", ["confirm", "acknowledge", "note", "another kind", "complaint"])
def test_a_zero_with_a_case_that_nobody_has_sorted_is_not_known_until_an_officer_acts(
    guessed: Case, act: str
) -> None:
    assert (guessed.kind, guessed.is_guessed) == (GRIEVANCE, True)
    for on in (date(2025, 3, 20), date(2025, 10, 2)):  # its month is not over, and counted
        found = told(on)
        assert (found.verdict, found.reason) == (Verdict.UNPROVEN, Reason.NOT_KNOWN)
        if on > YEAR.end:
            assert "มี 1 เรื่องที่ระบบคาดประเภทจากข้อความ" in found.note
    assert (
        "และมี 1 เรื่องที่ยังไม่มีเจ้าหน้าที่ตรวจประเภท"
        in facts(kind="complaints_counted").get(about_start=date(2025, 3, 1)).title
    )
    with clock.at(date(2025, 10, 2)):
        who = officer()
        match act:
            case "confirm":
                confirm_kind(actor=who, case=guessed)
            case "acknowledge":
                acknowledge(actor=who, case=guessed)
            case "note":
                note(actor=who, case=guessed, text="โทรถามแล้ว")
            case "another kind":
                recategorise(actor=who, case=guessed, category="praise", topic=None, kind=SUGGESTION)
            case _:
                recategorise(actor=who, case=guessed, category="people", topic=Topic.PEOPLE, kind=COMPLAINT)
        flush()
    guessed.refresh_from_db()
    assert not guessed.is_guessed
    expected = Verdict.CONTRADICTED if act == "complaint" else Verdict.PROVEN
    assert told(date(2025, 10, 2)).verdict is expected
    counted = facts(kind="complaints_counted").get(about_start=date(2025, 3, 1))
    assert "ยังไม่มีเจ้าหน้าที่ตรวจประเภท" not in counted.title


def test_what_the_system_does_by_itself_sorts_nothing(guessed: Case) -> None:
    with clock.at(date(2025, 4, 2)):
        note(actor=Actor.system("Traffy Fondue"), case=guessed, text="ส่งต่อ")
        hear(case=guessed, text="มีใครอ่านไหม", channel_kind="email")
        flush()
    guessed.refresh_from_db()
    assert guessed.is_guessed
    assert told(date(2025, 10, 2)).verdict is Verdict.UNPROVEN


def test_a_complaint_without_a_subject_leaves_the_zero_of_each_subject_unknown(web_alone: Channel) -> None:
    case = came(date(2025, 3, 3), category="office")
    for topics in ("service", "procurement", SEALED_TOPICS):
        found = told(date(2025, 10, 2), topics)
        assert (found.verdict, found.reason) == (Verdict.UNPROVEN, Reason.NOT_KNOWN)
        assert "มีเรื่องร้องเรียน 1 เรื่องที่ยังไม่ได้ระบุด้าน" in found.note
    assert told(date(2025, 10, 2)).verdict is Verdict.CONTRADICTED
    with clock.at(date(2025, 10, 2)):
        recategorise(actor=SYSTEM, case=case, category="service", topic=Topic.SERVICE, reason="เป็นงานบริการ")
        flush()
    assert told(date(2025, 10, 2), "service").verdict is Verdict.CONTRADICTED
    assert told(date(2025, 10, 2), "procurement").verdict is Verdict.PROVEN


@pytest.fixture
def web_alone() -> Iterator[Channel]:
    with scope(banthrai().pk):
        with clock.at(YEAR.start):
            made = open_channel(actor=MANAGER, kind="web", name="แบบฟอร์มบนเว็บ")
        yield made
