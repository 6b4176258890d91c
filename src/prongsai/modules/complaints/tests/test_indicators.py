"""What statements are tested against: figures read from facts, and when they are not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Place, erase_case, facts, merge, recategorise
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush, withdraw
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Indicator, Origin, Period, Question, Reading, Topic
from prongsai.kernel.registry import registry
from prongsai.kernel.sharing import sharing
from prongsai.modules.complaints.indicators import INDICATORS
from prongsai.modules.complaints.selectors.figures import COUNTED, OPENED
from prongsai.modules.complaints.selectors.statistics import year_figures
from prongsai.modules.complaints.services.counting import count_due
from prongsai.modules.complaints.tests.register import again, came, done, opened_channel
from tests.cast import SYSTEM, banthrai

pytestmark = pytest.mark.django_db
YEAR = Period.fiscal_year(2568)
AFTER = date(2025, 10, 15)
KNOWN = {indicator.key: indicator for indicator in INDICATORS}


@pytest.fixture
def office(registered: Organization, monkeypatch: pytest.MonkeyPatch) -> Organization:
    """Without a sealed channel."""
    monkeypatch.delitem(registry().indicators, "corruption.received", raising=False)
    return registered


def count(on: date) -> None:
    with clock.at(on):
        count_due(actor=SYSTEM)
        flush()


def read(
    key: str = "complaints.received", *topics: Topic, on: date = AFTER, period: Period = YEAR
) -> Reading:
    with clock.at(on):
        return KNOWN[key].read(Question(period, topics=frozenset(topics)))


def said(key: str, *topics: Topic, on: date = AFTER) -> str:
    question = Question(YEAR, topics=frozenset(topics))
    with clock.at(on):
        return KNOWN[key].sentence(question, KNOWN[key].read(question))


def months() -> list[int]:
    inside = Entry.objects.filter(kind=COUNTED, about_start__gte=YEAR.start, withdrawal__isnull=True)
    return sorted(inside.values_list("number", flat=True))


def test_a_zero_rests_on_the_twelve_counted_months(office: Organization) -> None:
    came(date(2024, 11, 3), category="lamp")
    came(date(2024, 12, 3), category="praise")
    count(date(2025, 10, 1))
    found = read()
    assert (found.value, found.origin, found.note) == (Decimal(0), Origin.WORK, "")
    assert len(found.entries) == 12
    assert list(found.entries) == months()
    assert said("complaints.received") == "ไม่มีเรื่องร้องเรียน"
    assert said("complaints.received", Topic.SERVICE) == "ไม่มีเรื่องร้องเรียนเกี่ยวกับงานบริการ"


def test_complaints_are_counted_by_subject_with_what_became_of_them(office: Organization) -> None:
    done(came(date(2024, 11, 4)), date(2024, 11, 8), found="true")
    done(came(date(2024, 12, 4), channel="phone"), date(2025, 1, 20))
    came(date(2025, 9, 20))
    done(came(date(2025, 2, 4), category="property"), date(2025, 2, 6))
    count(date(2025, 10, 1))
    service = read("complaints.received", Topic.SERVICE)
    assert service.value == 3
    assert {name: int(service.parts[name]) for name in ("finished", "pending", "in_time", "found_true")} == {
        "finished": 2, "pending": 1, "in_time": 1, "found_true": 1,
    }  # fmt: skip
    assert (service.parts["channel_web"], service.parts["channel_phone"]) == (2, 1)
    assert len(service.entries) == 3  # of the months in which one came in
    assert said("complaints.received", Topic.SERVICE) == (
        "มีเรื่องร้องเรียนเกี่ยวกับงานบริการ ๓ เรื่อง ดำเนินการแล้วเสร็จ ๒ เรื่อง"
    )
    assert said("complaints.received") == "มีเรื่องร้องเรียน ๔ เรื่อง ดำเนินการแล้วเสร็จ ๓ เรื่อง"
    assert read("complaints.received", Topic.PROCUREMENT).value == 0


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("complaints.closed", "ยุติเรื่องร้องเรียน ๒ เรื่อง"),
        ("complaints.pending", "มีเรื่องร้องเรียนอยู่ระหว่างดำเนินการ ๑ เรื่อง"),
        ("complaints.found_true", "ตรวจสอบแล้วพบว่าเรื่องร้องเรียนมีมูล ๑ เรื่อง"),
        ("complaints.finished_share", "ดำเนินการเรื่องร้องเรียนแล้วเสร็จ ๒ เรื่อง จาก ๓ เรื่อง คิดเป็นร้อยละ ๖๖.๖๗"),
        ("complaints.answered_in_time", "ยุติเรื่องร้องเรียนภายในกำหนด ๑ เรื่อง จาก ๒ เรื่อง คิดเป็นร้อยละ ๕๐"),
        ("feedback.received", "ได้รับความคิดเห็นและข้อเสนอแนะ ๑ เรื่อง"),
        ("feedback.answered_share", "ตอบความคิดเห็นและข้อเสนอแนะแล้ว ๑ เรื่อง จาก ๑ เรื่อง คิดเป็นร้อยละ ๑๐๐"),
        ("grievances.received", "รับเรื่องร้องทุกข์แจ้งเหตุ ๑ เรื่อง"),
        ("grievances.finished_share", "ดำเนินการเรื่องร้องทุกข์แจ้งเหตุแล้วเสร็จ ๐ เรื่อง จาก ๑ เรื่อง คิดเป็นร้อยละ ๐"),
        ("grievances.answered_in_time", "ไม่มีข้อมูล ไม่มีเรื่องในช่วงนี้ จึงไม่มีสัดส่วนให้คิด"),
        ("information.requested", "มีคำขอข้อมูลข่าวสาร ๑ เรื่อง"),
        ("information.answered_in_time", "แจ้งผลคำขอข้อมูลข่าวสารภายในกำหนด ๑ เรื่อง จาก ๑ เรื่อง คิดเป็นร้อยละ ๑๐๐"),
    ],
)
def test_every_figure_says_itself(office: Organization, key: str, sentence: str) -> None:
    done(came(date(2024, 11, 4)), date(2024, 11, 8), found="true")
    done(came(date(2024, 12, 4)), date(2025, 1, 20))
    came(date(2025, 3, 4))
    came(date(2025, 3, 5), category="lamp")
    done(came(date(2025, 3, 6), category="idea"), date(2025, 3, 7), how="answer")
    done(came(date(2025, 3, 10), category="information"), date(2025, 3, 12), how="disclose")
    count(date(2025, 10, 1))
    assert said(key) == sentence


def test_every_figure_has_a_sentence_for_nothing(office: Organization) -> None:
    count(date(2025, 10, 1))
    for key in KNOWN:
        assert said(key).startswith(("ไม่มี",)), key


def test_what_is_merged_moved_or_opened_again_is_counted_as_it_stands(office: Organization) -> None:
    first, second = came(date(2024, 11, 4)), came(date(2024, 11, 5))
    moved = done(came(date(2024, 11, 6)), date(2024, 11, 8))
    reopened = done(came(date(2024, 11, 7)), date(2024, 11, 9))
    with clock.at(date(2024, 12, 2)):
        merge(actor=SYSTEM, case=second, into=first, reason="เรื่องเดียวกัน")
        recategorise(
            actor=SYSTEM, case=moved, category="procurement", topic=Topic.PROCUREMENT, reason="เป็นเรื่องจัดซื้อ"
        )
        flush()
    again(reopened, date(2024, 12, 3))
    count(date(2025, 10, 1))
    service, procurement = (
        read("complaints.received", Topic.SERVICE),
        read("complaints.received", Topic.PROCUREMENT),
    )
    assert (service.value, service.parts["finished"]) == (2, 0)
    assert (procurement.value, procurement.parts["finished"]) == (1, 1)
    assert read().value == 3


def test_a_zero_says_what_was_put_under_another_subject_or_another_year(office: Organization) -> None:
    moved, letter = came(date(2024, 11, 6)), came(date(2024, 11, 7), category="property")
    Case.objects.filter(pk=letter.pk).update(channel_kind="letter")
    with clock.at(date(2024, 12, 2)):
        recategorise(
            actor=SYSTEM, case=moved, category="procurement", topic=Topic.PROCUREMENT, reason="เป็นเรื่องจัดซื้อ"
        )
        facts.on_recategorised(redated(letter, date(2024, 9, 27)), SYSTEM, "แก้วันที่รับเรื่อง")
        flush()
    count(date(2025, 10, 1))
    service, assets = read("complaints.received", Topic.SERVICE), read("complaints.received", Topic.ASSETS)
    assert (service.value, service.note) == (0, "ย้ายไปด้านอื่น 1 เรื่อง")
    assert (assets.value, assets.note) == (0, "แก้วันที่รับเป็นวันนอกช่วงนี้ 1 เรื่อง")
    assert (read().value, read().note) == (1, "")
    assert read("complaints.received", Topic.PEOPLE).note == ""


def redated(case: Case, day: date) -> Case:
    """As the correction leaves it; how it is refused is tested with it."""
    case.received_on = case.clock_started_on = day
    case.save(update_fields=["received_on", "clock_started_on"])
    return case


def test_a_case_that_was_closed_twice_is_closed_once_and_by_its_last_end(office: Organization) -> None:
    twice = done(came(date(2024, 10, 7)), date(2024, 10, 10), found="untrue")
    twice = done(again(twice, date(2024, 11, 4)), date(2024, 12, 27), found="true")
    still_open = again(done(came(date(2024, 10, 8)), date(2024, 10, 11), found="true"), date(2024, 11, 5))
    lamp = done(came(date(2025, 3, 3), "lamp"), date(2025, 3, 5))
    done(again(lamp, date(2025, 4, 1)), date(2025, 4, 3))
    assert still_open.is_open
    count(date(2025, 10, 1))
    assert read("complaints.closed").value == 1
    assert read("complaints.closed", Topic.SERVICE).value == 1
    assert read("complaints.found_true").value == 1
    in_time = read("complaints.answered_in_time")
    assert (in_time.value, in_time.of) == (0, 1), "the last end was late"
    assert (read("grievances.answered_in_time").value, read("grievances.answered_in_time").of) == (1, 1)
    october = Period(date(2024, 10, 1), date(2024, 10, 31))
    assert read("complaints.closed", period=october).value == 2, "in October there were two"


def test_what_was_refused_or_withdrawn_is_closed_and_not_judged_by_its_last_day(office: Organization) -> None:
    """As the public figures have it: nobody takes up in time what they refuse."""
    done(came(date(2024, 11, 4)), date(2024, 12, 27))
    done(came(date(2024, 11, 5)), date(2024, 11, 6), how="refuse")
    done(came(date(2024, 11, 6)), date(2024, 11, 7), how="withdraw")
    count(date(2025, 10, 1))
    in_time = read("complaints.answered_in_time")
    assert (read("complaints.closed").value, in_time.value, in_time.of) == (3, 0, 1)
    assert said("complaints.answered_in_time") == ("ยุติเรื่องร้องเรียนภายในกำหนด ๐ เรื่อง จาก ๑ เรื่อง คิดเป็นร้อยละ ๐")


def test_what_was_closed_is_the_same_before_and_after_its_months_were_counted(office: Organization) -> None:
    count(date(2024, 10, 2))
    case = done(came(date(2024, 10, 7)), date(2024, 10, 10), found="true")
    done(again(case, date(2024, 10, 20)), date(2024, 10, 25), found="true")
    before = [
        read(key, on=date(2024, 10, 28)).value for key in ("complaints.closed", "complaints.found_true")
    ]
    count(date(2024, 11, 1))
    after = [read(key, on=date(2024, 11, 2)).value for key in ("complaints.closed", "complaints.found_true")]
    assert before == after == [1, 1]


def test_a_withdrawn_fact_is_not_counted_and_the_month_then_disagrees(office: Organization) -> None:
    came(date(2024, 11, 4))
    with clock.at(date(2024, 11, 5)):
        withdraw(actor=SYSTEM, entry=Entry.objects.get(kind="complaint_received"), reason="ทดสอบ")
        flush()
    count(date(2025, 10, 1))
    found = read()
    assert (found.value, found.parts["known"]) == (None, 0)
    assert found.note == "ทะเบียนเรื่องกับบันทึกหลักฐานไม่ตรงกันในเดือน พ.ย. 2567"
    assert not found.unkept  # what the office states does not stand against its own register


def test_a_month_that_nobody_counted_leaves_the_figure_unknown(office: Organization) -> None:
    count(date(2025, 8, 1))
    assert read(on=date(2025, 9, 1)).value == 0  # the night's count may come late by a day
    late = read(on=date(2025, 9, 2))
    assert (late.value, late.note) == (None, "ยังไม่ได้นับเรื่องประจำเดือน ส.ค. 2568")
    assert (
        said("complaints.received", on=date(2025, 9, 2))
        == "ไม่มีข้อมูลจำนวนเรื่องร้องเรียน ยังไม่ได้นับเรื่องประจำเดือน ส.ค. ๒๕๖๘"
    )


def test_the_month_that_runs_counts_by_its_facts(office: Organization) -> None:
    count(date(2024, 10, 1))
    done(came(date(2024, 10, 4)), date(2024, 10, 8), found="true")
    found = read(on=date(2024, 10, 9))
    assert (found.value, found.parts["finished"], found.parts["found_true"]) == (1, 1, 1)
    register = Entry.objects.get(kind=OPENED).number
    assert list(found.entries) == [register], (
        "a single complaint is cited nowhere: everybody would read its day"
    )
    assert read("complaints.received", Topic.ASSETS, on=date(2024, 10, 9)).entries == ()


def test_a_year_before_the_register_was_opened_is_not_known(office: Organization) -> None:
    count(date(2025, 10, 1))
    found = read(period=Period.fiscal_year(2567))
    assert (found.value, found.unkept) == (None, True)
    assert found.note == "รับเรื่องร้องเรียนในระบบตั้งแต่วันที่ 20 ก.ย. 2567 ก่อนหน้านั้นไม่มีข้อมูล"


def test_of_a_year_that_was_kept_in_part_it_says_no_less_than_what_is_known() -> None:
    with scope(banthrai().pk):
        opened_channel(date(2025, 2, 1))
        came(date(2025, 3, 4))
        count(date(2025, 10, 1))
        found = read()
        assert (found.value, found.unkept, found.parts["known"]) == (None, True, 1)
        assert len(found.entries) == 1


def test_an_office_without_a_register_says_nothing() -> None:
    with scope(banthrai().pk):
        found = read()
        assert (found.value, found.unkept, found.entries) == (None, True, ())
        assert found.note == "หน่วยงานยังไม่ได้รับเรื่องร้องเรียนในระบบ"


# -- the sealed channel ---------------------------------------------------------------------------------------------


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Reading], list[Question]]:
    def plug(reading: Reading) -> list[Question]:
        asked: list[Question] = []

        def answer(question: Question) -> Reading:
            asked.append(question)
            return reading

        indicator = Indicator("corruption.received", "เรื่องทุจริต", "Corruption", answer, lambda q, r: "")
        monkeypatch.setitem(registry().indicators, "corruption.received", indicator)
        return asked

    return plug


def test_the_sealed_channel_counts_in_its_subject_and_in_the_whole(
    office: Organization, sealed: Callable[[Reading], list[Question]]
) -> None:
    came(date(2024, 11, 4), category="opaque")
    count(date(2025, 10, 1))
    asked = sealed(Reading(Decimal(2), YEAR.end, entries=(901,), parts={"finished": Decimal(1)}))
    whole = read()
    assert (whole.value, whole.parts["finished"], whole.parts["channel_sealed"]) == (3, 1, 2)
    assert 901 in whole.entries
    own = read("complaints.received", Topic.ANTI_CORRUPTION, Topic.INTEGRITY)
    assert own.value == 3
    assert asked[-1].topics == {Topic.ANTI_CORRUPTION, Topic.INTEGRITY}
    assert read("complaints.received", Topic.INTEGRITY).value == 2, (
        "its reports name no subject: they count for both"
    )
    before = len(asked)
    assert read("complaints.received", Topic.SERVICE).value == 0
    assert len(asked) == before


def test_of_the_years_reports_no_more_are_finished_than_came_though_others_were_carried_over(
    office: Organization, sealed: Callable[[Reading], list[Question]]
) -> None:
    count(date(2025, 10, 1))
    parts = {"finished": Decimal(2), "pending": Decimal(0), "carried": Decimal(1)}
    sealed(Reading(Decimal(1), YEAR.end, entries=(901,), parts=parts))
    found = read()
    assert (found.value, found.parts["finished"], found.parts["pending"]) == (1, 1, 0)


def test_a_quarter_that_the_sealed_channel_did_not_publish_leaves_its_subject_unknown(
    office: Organization, sealed: Callable[[Reading], list[Question]]
) -> None:
    count(date(2025, 10, 1))
    sealed(Reading(None, YEAR.end, note="ไม่มีสถิติไตรมาสที่ 2/2568", entries=(901,), parts={"known": Decimal(0)}))
    found = read("complaints.received", Topic.ANTI_CORRUPTION)
    assert (found.value, found.unkept) == (None, False)
    assert "ไตรมาสที่ 2/2568" in found.note
    assert read().value is None
    assert read("complaints.received", Topic.SERVICE).value == 0


def test_what_was_published_stays_known_when_a_quarter_is_lacking(
    office: Organization, sealed: Callable[[Reading], list[Question]]
) -> None:
    count(date(2025, 10, 1))
    sealed(Reading(None, YEAR.end, note="ไม่มีสถิติไตรมาสที่ 2/2568", entries=(901,), parts={"known": Decimal(2)}))
    assert read().parts["known"] == 2


def test_an_office_without_a_sealed_channel_is_not_asked_for_its_figures(
    office: Organization, sealed: Callable[[Reading], list[Question]]
) -> None:
    count(date(2025, 10, 1))
    sealed(Reading(None, YEAR.end, note="ยังไม่เปิดช่องทาง", unkept=True))
    assert read().value == 0


# -- how it is asked --------------------------------------------------------------------------------------------------


def test_pending_is_whatever_came_by_the_end_of_the_year_and_was_open_then(office: Organization) -> None:
    """Carried over from before, and closed after it: neither leaves the figure by that."""
    came(date(2024, 9, 25))
    done(came(date(2024, 9, 26)), date(2024, 12, 2))
    done(came(date(2025, 9, 25), category="property"), date(2025, 10, 10))
    count(date(2025, 10, 12))
    assert read("complaints.pending").value == 2
    assert read("complaints.pending", Topic.ASSETS).value == 1
    assert said("complaints.pending", Topic.PROCUREMENT) == "ไม่มีเรื่องร้องเรียนเกี่ยวกับการจัดซื้อจัดจ้างค้างดำเนินการ"
    assert read("complaints.pending", period=Period.fiscal_year(2569)).value == 1, "now"


def test_what_the_sealed_channel_works_on_is_pending_too(
    office: Organization, sealed: Callable[[Reading], list[Question]]
) -> None:
    count(date(2025, 10, 1))
    sealed(
        Reading(Decimal(2), YEAR.end, entries=(901,), parts={"finished": Decimal(1), "pending": Decimal(1)})
    )
    assert (read("complaints.pending").value, read("complaints.pending", Topic.SERVICE).value) == (1, 0)
    sealed(Reading(None, YEAR.end, note="ไม่มีสถิติไตรมาสที่ 2/2568", entries=(901,)))
    assert read("complaints.pending").value is None


def test_no_statement_rests_on_a_single_complaint(office: Organization) -> None:
    """What a statement rests on is printed with its day, subject and unit."""
    for name in ("received", "closed", "reopened"):
        assert registry().fact_kinds[f"complaint_{name}"].private
    done(came(date(2024, 11, 4)), date(2024, 11, 6))
    for key in KNOWN:
        cited = Entry.objects.filter(number__in=read(key, on=date(2024, 11, 8)).entries)
        assert {entry.kind for entry in cited} <= {COUNTED, OPENED}, key


def test_a_figure_takes_three_queries_and_more_topics_take_none(office: Organization) -> None:
    came(date(2025, 3, 4))
    count(date(2025, 9, 1))
    for key in KNOWN:
        with clock.at(date(2025, 9, 15)), CaptureQueriesContext(connection) as queries:
            KNOWN[key].read(Question(YEAR))
        assert len(queries) <= 3, key
    with clock.at(date(2025, 9, 15)), sharing():
        first, *others = Topic
        with CaptureQueriesContext(connection) as queries:
            KNOWN["complaints.received"].read(Question(YEAR, topics=frozenset({first})))
        assert len(queries) <= 4
        with CaptureQueriesContext(connection) as queries:
            for topic in others:
                KNOWN["complaints.received"].read(Question(YEAR, topics=frozenset({topic})))
        assert len(queries) == 0


def test_a_former_day_sees_the_records_of_its_time(office: Organization) -> None:
    came(date(2025, 3, 4), received_on=date(2025, 2, 27))
    count(date(2025, 10, 1))
    assert read(on=date(2025, 3, 3)).parts.get("known", Decimal(0)) == 0
    assert read().value == 1


def test_a_case_that_was_erased_stays_in_the_figures(office: Organization) -> None:
    kept = done(
        came(date(2024, 11, 4), place=Place(text="หน้าวัดตัวอย่าง", village="3")), date(2024, 11, 8), found="true"
    )
    done(came(date(2025, 1, 6), category="lamp"), date(2025, 1, 7))
    with clock.at(AFTER):
        before = year_figures(2568)
        erase_case(actor=SYSTEM, case=kept, reason="เจ้าของข้อมูลขอให้ลบ")
        flush()
        after = year_figures(2568)
    erased = Case.objects.get(pk=kept.pk)
    assert (erased.title, erased.village, erased.details) == ("", "", {})
    assert erased.erased_at is not None
    assert after == before
    assert after.complaints.topics["service"].found_true == 1
    count(AFTER)
    assert (read().value, read("complaints.found_true").value) == (1, 1), "the register's own count stays too"
