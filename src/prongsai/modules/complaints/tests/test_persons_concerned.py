"""Requests for official information: persons concerned object and appeal, who is refused is told their right."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.test import Client

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from prongsai.modules.complaints.catalogue import grounds, in_force
from prongsai.modules.complaints.choices import INFORMATION
from prongsai.modules.complaints.models import PersonConcerned
from prongsai.modules.complaints.provides import work_items
from prongsai.modules.complaints.selectors.concerned import holds
from prongsai.modules.complaints.services.concerned import (
    decide,
    inform,
    put_agreement,
    put_appeal,
    put_objection,
)
from prongsai.modules.complaints.tests.desk import HANDLE, READ, now, of, opened, said, word_text
from tests.cast import SYSTEM, donsai, member, signed_in_client

pytestmark = pytest.mark.django_db
DAY = date(2025, 8, 1)  # a Friday; the fifteenth day after it is Saturday the 16th
LAST = date(2025, 8, 18)
NAME = "นายสมหมาย คู่สัญญา"
TOLD = "แจ้งผู้มีประโยชน์ได้เสียแล้ว จะแจ้งผลหลังวันที่ 18 สิงหาคม 2568"


def a_request(**said: Any) -> Any:
    given = {"kind": INFORMATION, "category": "information", "title": "ขอสำเนาสัญญา", "unit": None}
    with clock.at(DAY):
        made = opened(**(given | said))
        services.acknowledge(actor=SYSTEM, case=made.case)
    return made


def informed(case: Case, **said: Any) -> PersonConcerned:
    given: dict[str, Any] = {
        "name": NAME, "about": "สัญญาจ้างก่อสร้างถนน", "how": "letter", "informed_on": DAY, "message": TOLD,
        "address": "99 หมู่ 4",
    }  # fmt: skip
    with clock.at(DAY):
        return inform(actor=SYSTEM, case=case, **(given | said))


@pytest.fixture
def case(office: Organization) -> Case:
    return now(a_request().case)


def disclosed(case: Case, on: date, act: str = "disclose", reason: str = "") -> Case:
    with clock.at(on):
        return services.act(actor=SYSTEM, case=now(case), act=act, result="มอบสำเนาแล้ว", reason=reason)


def why(case: Case, on: date, act: str = "disclose") -> list[str]:
    with clock.at(on):
        return [each.why for each in holds(now(case), act)]


# --- the periods ---


def test_periods_and_grounds_are_data_with_source_and_certainty() -> None:
    for name, section in (("objection", "มาตรา 17"), ("appeal", "มาตรา 18")):
        row = in_force(name, DAY)
        assert (row["days"], section in row["basis"], bool(row["source"])) == (15, True, True)
        assert row["certainty"] in {"high", "open"}
    exemptions = [each for each in grounds(INFORMATION) if each.basis.startswith("มาตรา 15")]
    assert [each.basis for each in exemptions] == [f"มาตรา 15 ({number})" for number in range(1, 8)]
    assert all(each.appeal for each in exemptions)


def test_they_have_fifteen_days_from_being_informed_and_never_less(case: Case) -> None:
    with pytest.raises(InvalidInput) as refused:
        informed(case, object_by=LAST - timedelta(days=1))
    assert refused.value.field == "object_by"
    person = informed(case)
    assert person.object_by == LAST, "the day after a weekend"
    case = now(case)
    assert (case.state, case.due_on) == ("consulting", date(2025, 8, 18)), "its own last day stays"
    assert case.messages.filter(direction="out", text=TOLD).exists()
    longer = informed(case, name="นางอื่น", object_by=date(2025, 9, 1))
    assert longer.object_by == date(2025, 9, 1)


def test_the_request_is_told_by_a_message_that_names_nobody(case: Case) -> None:
    with pytest.raises(InvalidInput) as refused:
        informed(case, message="แจ้งนายสมหมายแล้ว")
    assert refused.value.field == "message"
    with pytest.raises(InvalidInput):
        informed(case, message="")
    assert now(case).state == "deciding"
    assert not PersonConcerned.objects.exists()
    with pytest.raises(WrongState):
        services.act(actor=SYSTEM, case=case, act="consult", message=TOLD)
    informed(case)
    with pytest.raises(InvalidInput) as refused:
        disclosed(case, LAST + timedelta(days=1), "not_held")
        services.act(actor=SYSTEM, case=now(case), act="reopen", reason="คู่สัญญาคือนายสมหมาย")
    assert refused.value.field == "reason"


# --- what a disclosure waits for ---


def test_nothing_is_disclosed_before_the_last_day_to_object(case: Case) -> None:
    informed(case)
    assert why(case, LAST) == ["objecting"]
    for act in ("disclose", "disclose_part"):
        with pytest.raises(WrongState, match="18"):
            disclosed(case, LAST, act, "มาตรา 15 (5)")
    assert disclosed(case, LAST + timedelta(days=1)).state == "disclosed"


def test_who_agrees_is_waited_for_no_more(case: Case) -> None:
    person = informed(case)
    with clock.at(DAY + timedelta(days=2)):
        put_agreement(actor=SYSTEM, person=person, on=DAY + timedelta(days=1))
    assert disclosed(case, DAY + timedelta(days=2)).state == "disclosed"


def test_an_objection_that_is_not_followed_holds_the_disclosure_until_the_time_to_appeal_is_over(
    case: Case,
) -> None:
    person, day = informed(case), date(2025, 8, 11)
    with clock.at(day):
        put_objection(actor=SYSTEM, person=person, on=day, words="เป็นความลับทางการค้า")
        assert why(case, LAST + timedelta(days=9)) == ["objected"]
        decide(actor=SYSTEM, person=person, accepted=False, reason="เป็นสัญญาของราชการ", on=day)
    assert why(case, date(2026, 1, 5)) == ["untold"], "the time to appeal has not begun"
    with clock.at(date(2025, 8, 13)):
        told = decide(
            actor=SYSTEM, person=person, accepted=False, reason="เป็นสัญญาของราชการ", on=day, told_on=day
        )
    assert told.appeal_by == date(2025, 8, 26)
    assert why(case, date(2025, 8, 26)) == ["appealable"]
    with pytest.raises(WrongState):
        disclosed(case, date(2025, 8, 26))
    assert disclosed(case, date(2025, 8, 27)).state == "disclosed"


def test_who_appealed_is_waited_for_until_the_tribunal_decides(case: Case) -> None:
    person, day = informed(case), date(2025, 8, 11)
    with clock.at(day):
        put_objection(actor=SYSTEM, person=person, on=day, words="ก")
        with pytest.raises(WrongState):
            put_appeal(actor=SYSTEM, person=person, on=day)
        decide(actor=SYSTEM, person=person, accepted=False, reason="ข", on=day, told_on=day)
        put_appeal(actor=SYSTEM, person=person, on=day)
    assert why(case, date(2026, 1, 5)) == ["appealed"]
    with clock.at(date(2026, 1, 5)):
        ruled = put_appeal(actor=SYSTEM, person=person, on=day, ruled_on=date(2026, 1, 4), ruling="withhold")
    assert why(case, date(2026, 1, 5)) == ["accepted"]
    with clock.at(date(2026, 1, 6)):
        put_appeal(actor=SYSTEM, person=ruled, on=day, ruled_on=date(2026, 1, 4), ruling="disclose")
    assert why(case, date(2026, 1, 6)) == []


def test_an_objection_that_is_followed_leaves_the_rest_to_be_disclosed(case: Case) -> None:
    person, day = informed(case), date(2025, 8, 11)
    with clock.at(day):
        put_objection(actor=SYSTEM, person=person, on=day, words="ก")
        decide(actor=SYSTEM, person=person, accepted=True, reason="ข", on=day)
    with pytest.raises(WrongState):
        disclosed(case, day)
    assert disclosed(case, day, "disclose_part", "มาตรา 15 (6) มีกฎหมายคุ้มครอง").state == "partly"


def test_who_decides_may_withhold_and_each_day_has_come(case: Case) -> None:
    person, day = informed(case), date(2025, 8, 11)
    handler = Actor("x", frozenset({HANDLE}), user_id=1)
    with clock.at(day):
        with pytest.raises(WrongState):
            decide(actor=SYSTEM, person=person, accepted=True, reason="ข", on=day)
        put_objection(actor=handler, person=person, on=day, words="ก")
        with pytest.raises(WrongState):
            put_objection(actor=handler, person=person, on=day, words="ก")
        with pytest.raises(NotPermitted):
            decide(actor=handler, person=person, accepted=False, reason="ข", on=day)
        for wrong in (
            {"on": DAY},
            {"on": day + timedelta(days=1)},
            {"told_on": day + timedelta(days=1)},
            {"reason": " "},
        ):
            with pytest.raises(InvalidInput):
                decide(actor=SYSTEM, person=person, **({"accepted": False, "reason": "ข", "on": day} | wrong))  # type: ignore[arg-type]
        with scope(donsai().pk), pytest.raises((InvalidInput, WrongState)):
            put_agreement(actor=SYSTEM, person=person, on=day)


# --- who reads of them ---


def test_their_names_stand_with_those_who_work_on_it_and_nowhere_else(office: Organization) -> None:
    made = a_request()
    informed(made.case)
    flush()
    for entry in Entry.objects.with_payload():  # type: ignore[attr-defined]
        assert "สมหมาย" not in str(entry.content) + entry.label
    assert Entry.objects.filter(kind="information_concerned").count() == 1
    page = Client().get(f"/banthrai/track/{made.code}/").content.decode()
    assert "18 สิงหาคม" in page
    assert "สมหมาย" not in page
    worker = signed_in_client(member(READ, HANDLE, username="worker", unit="สำนักปลัด"))
    assert NAME in said(worker.get(of(made.case, "concerned")))
    reader = signed_in_client(member(READ, username="reader", unit="สำนักปลัด"))
    assert reader.get(of(made.case, "concerned")).status_code == 403
    assert "สมหมาย" not in reader.get(of(made.case)).content.decode()
    person = PersonConcerned.objects.get()
    with clock.at(DAY):
        assert not any("สมหมาย" in f"{each.title}{each.missing}" for each in work_items())
    assert worker.get(of(made.case, "concerned-paper", person=person.pk, format="exe")).status_code == 404


def test_erasing_the_case_erases_them(case: Case) -> None:
    informed(case)
    closed = disclosed(case, LAST + timedelta(days=1))
    services.erase_case(actor=SYSTEM, case=closed, reason="ผู้ขอขอให้ลบ")
    assert not PersonConcerned.objects.exists()


# --- on the desk ---


def test_the_desk_offers_no_disclosure_before_its_day_and_says_why(case: Case, clerk: Client) -> None:
    page = clerk.get(of(case)).content.decode()
    assert f'href="{of(case, "concerned-add")}"' in page, "the act of the table leads to the form"
    assert of(case, "act", act="disclose") in page
    today = clock.today()
    typed = {
        "name": NAME, "about": "สัญญาจ้าง", "how": "letter", "informed_on": today.isoformat(), "post": "head",
        "message": TOLD, "version": case.version,
    }  # fmt: skip
    assert clerk.post(of(case, "concerned-add"), typed).status_code == 302
    page = clerk.get(of(case))
    assert "ยังเปิดเผยไม่ได้" in said(page)
    assert of(case, "act", act="disclose") not in page.content.decode()
    refused = clerk.post(of(case, "act", act="disclose"), {"result": "มอบแล้ว", "version": now(case).version})
    assert "คัดค้าน" in said(refused)
    assert now(case).is_open
    person = PersonConcerned.objects.get()
    for step, words in (("objection", {"on": today.isoformat(), "words": "เป็นความลับ"}),):
        assert clerk.post(of(case, "concerned-step", person=person.pk, step=step), words).status_code == 302
    decided = {
        "accepted": "no",
        "reason": "เป็นสัญญาของราชการ",
        "on": today.isoformat(),
        "told_on": today.isoformat(),
    }
    assert clerk.get(of(case, "concerned-step", person=person.pk, step="decision")).status_code == 200
    clerk.post(of(case, "concerned-step", person=person.pk, step="decision"), decided)
    assert "อุทธรณ์ได้ถึงวันที่" in said(clerk.get(of(case, "concerned")))
    assert clerk.get(of(case, "concerned-step", person=person.pk, step="nothing")).status_code == 404


def test_work_asks_once_the_time_to_object_or_to_appeal_is_over(case: Case) -> None:
    person, day = informed(case), LAST + timedelta(days=1)

    def asked(on: date) -> list[str]:
        with clock.at(on):
            return [each.key.split(":")[-1] for each in work_items() if each.url.endswith("/concerned/")]

    assert asked(LAST) == []
    assert asked(day) == ["objection_over"]
    with clock.at(day):
        put_objection(actor=SYSTEM, person=person, on=day, words="ก")
    assert asked(day) == ["objected"]
    with clock.at(day):
        decide(actor=SYSTEM, person=person, accepted=False, reason="ข", on=day, told_on=day)
    assert asked(day) == []
    assert asked(date(2025, 9, 4)) == ["appeal_over"]


# --- the paper ---


def test_the_letter_says_what_touches_them_and_until_when_and_not_who_asks(case: Case, clerk: Client) -> None:
    person = informed(case)
    answer = clerk.get(of(case, "concerned-paper", person=person.pk, format="docx"))
    text = word_text(answer.content)
    for told in ("นายสมหมาย คู่สัญญา", "สัญญาจ้างก่อสร้างถนน", "๑๘ สิงหาคม ๒๕๖๘", "มาตรา ๑๗", "ไม่น้อยกว่า ๑๕ วัน"):
        assert told in text, told
    assert "บุญมี" not in text, "who asks is nobody's business"
    assert "สิ่งที่ส่งมาด้วย" not in text
    pdf = clerk.get(of(case, "concerned-paper", person=person.pk, format="pdf"))
    with pikepdf.open(BytesIO(pdf.content)) as document:
        assert len(document.pages) == 1
        assert "มีประโยชน์ได้เสีย" in str(document.docinfo["/Title"])


# --- what a requester is told who is refused ---


@pytest.mark.parametrize(("act", "state"), [("refuse", "refused"), ("disclose_part", "partly")])
def test_who_is_refused_reads_the_ground_and_the_right_to_appeal(
    office: Organization, act: str, state: str
) -> None:
    made = a_request()
    for reason in ("ไม่ให้", "มาตรา 15"):
        with pytest.raises(InvalidInput) as refused:
            disclosed(made.case, DAY, act, reason)
        assert refused.value.field == "reason"
    closed = disclosed(made.case, DAY, act, "เป็นข้อมูลข่าวสารส่วนบุคคล มาตรา ๑๕(๕)")
    assert closed.state == state
    page = re.sub("<[^>]+>", "", Client().get(f"/banthrai/track/{made.code}/").content.decode())
    sent = closed.messages.filter(direction="out").order_by("-id")[0].text
    for told in ("มาตรา ๑๕(๕)", "คณะกรรมการวินิจฉัยการเปิดเผยข้อมูลข่าวสาร", "ภายใน 15 วันนับแต่วันที่ได้รับแจ้ง"):
        assert told in sent, told
        assert told in page, told


def test_a_refusal_under_another_section_tells_of_the_complaint(office: Organization) -> None:
    closed = disclosed(a_request().case, DAY, "refuse", "ขอบ่อยครั้งโดยไม่มีเหตุอันสมควร มาตรา 11 วรรคหนึ่ง")
    assert "มาตรา 13" in closed.result
    assert "มาตรา 18" not in closed.result


def test_who_asks_the_wrong_agency_is_told_which_one_holds_it(case: Case, clerk: Client) -> None:
    page = said(clerk.get(of(case, "act", act="advise")))
    assert "อยู่ในความควบคุมดูแลของที่ว่าการอำเภอ" in page
    advice = "ข้อมูลข่าวสารที่ท่านขออยู่ในความควบคุมดูแลของที่ว่าการอำเภอ (มาตรา 12)"
    clerk.post(of(case, "act", act="advise"), {"result": advice, "version": case.version})
    case = now(case)
    assert (case.state, case.phase, case.result) == ("advised", "finished", advice)
    assert services.act(actor=SYSTEM, case=case, act="reopen", reason="พบที่หน่วยงาน").state == "deciding"
