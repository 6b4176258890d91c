"""What the staff do with cases on screen: nothing is lost, nobody sees more than they may, each act does what it says."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import translation

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Contact, Place, save_answer
from prongsai.foundation.casework.tests.conftest import recorded
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.modules.complaints.tests.desk import (
    HANDLE,
    INTAKE,
    READ,
    a_case,
    a_complaint,
    closed_case,
    footers,
    now,
    of,
    paper,
    said,
    word_text,
)
from prongsai.ui.cases.words import event_about
from prongsai.ui.forms.files import file_token
from tests.cast import SYSTEM, member, signed_in_client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("ends", "said_"), [("refuse", "reason"), ("answer", "result"), ("note_down", "")])
def test_a_suggestion_that_was_closed_by_mistake_is_opened_again(
    clerk: Client, ends: str, said_: str
) -> None:
    case = a_case(kind="complaints.suggestion", category="idea", title="ขอม้านั่ง")
    typed = {"version": case.version, said_: "ขออภัย" if said_ else "", "answer": ""}
    clerk.post(of(case, "act", act=ends), typed)
    assert not now(case).is_open
    assert of(case, "act", act="reopen") in clerk.get(of(case)).content.decode()
    typed = {"version": now(case).version, "reason": "กดผิด", "answer": ""}
    clerk.post(of(case, "act", act="reopen"), typed)
    assert (now(case).state, now(case).is_open) == ("received", True)
    kinds = [entry.kind for entry in recorded(now(case))]
    assert kinds == ["feedback_received", "feedback_answered", "feedback_reopened"]


# -- two at once --------------------------------------------------------------------------------------------


def test_the_second_of_two_is_told_what_happened_and_loses_nothing(clerk: Client) -> None:
    case = a_case()
    seen = case.version
    services.act(actor=SYSTEM, case=case, act="finish", result="เปลี่ยนหลอดแล้ว")
    typed = {"version": seen, "message": "เสาต้นใดแน่", "answer": ""}
    answer = clerk.post(of(case, "act", act="ask"), typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "เสาต้นใดแน่" in page, "what was typed is still there"
    assert "ดำเนินการแล้วเสร็จ แจ้งผล" in said(answer), "and what the other did"
    assert f'name="version" value="{now(case).version}"' in page, (
        "the next press is judged against what stands now"
    )
    assert now(case).state == "finished"


def test_an_act_that_the_second_may_still_do_goes_through_at_the_next_press(clerk: Client) -> None:
    case = a_case()
    seen = case.version
    services.assign(actor=SYSTEM, case=case, unit=Unit.objects.get(name="กองคลัง"))
    typed = {"version": seen, "result": "เปลี่ยนหลอดแล้ว", "answer": ""}
    told = clerk.post(of(case, "act", act="finish"), typed)
    assert told.status_code == 200
    assert now(case).is_open
    again = clerk.post(of(case, "act", act="finish"), typed | {"version": now(case).version})
    assert again.status_code == 302
    assert now(case).state == "finished"


# -- who sees what ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("permissions", "seen"), [((READ,), False), ((READ, HANDLE), True), ((READ, INTAKE), True)]
)
def test_who_brought_a_case_is_told_to_who_works_on_it(
    office: Organization, permissions: tuple[str, ...], seen: bool
) -> None:
    case = a_case()
    services.hear(case=case, text="ยังดับอยู่", channel_kind="web")
    client = signed_in_client(member(*permissions, username="reader", unit="สำนักปลัด"))
    page = client.get(of(case)).content.decode()
    assert ("บุญมี" in page) is seen
    assert ("081 000 0000" in page) is seen


def test_the_print_for_another_agency_does_not_say_who_brought_the_case(clerk: Client) -> None:
    case = a_case()
    services.note(actor=SYSTEM, case=case, text="ช่างลา")
    for query, told, inward in (("", True, True), ("?who=no", False, False), ("?who=told", True, False)):
        paper_ = clerk.get(of(case, "print", format="docx") + query)
        text = word_text(paper_.content)
        assert ("บุญมี" in text) is told
        assert ("ช่างลา" in text) is inward, "nor what the staff noted"
        assert ("ลำดับการดำเนินการ" in text) is inward, "nor what the office did about it"
        assert ("ใช้ภายในหน่วยงาน" in footers(paper_.content)) is inward, "it goes out of the office"
        assert "ไฟหน้าวัดดับมาสามคืน" in text
        assert "ข้อมูลตัวอย่าง" in footers(paper_.content)


def test_a_row_of_the_table_asks_for_its_own_permission(office: Organization) -> None:
    case = a_case(kind="complaints.information", category="information")
    client = signed_in_client(member(READ, HANDLE, username="reader", unit="สำนักปลัด"))
    assert client.get(of(case, "act", act="disclose")).status_code == 200
    assert client.get(of(case, "act", act="refuse")).status_code == 403, "to withhold is not everybody's"
    assert client.get(of(case, "act", act="nothing")).status_code == 404
    assert client.post(of(case, "act", act="merge")).status_code == 404, "merging has a page of its own"


def test_a_case_of_another_module_is_not_there(clerk: Client) -> None:
    case = a_case()
    Case.objects.filter(pk=case.pk).update(kind="elsewhere.loan")
    assert clerk.get(of(case)).status_code == 404


# -- acts ---------------------------------------------------------------------------------------------------


def test_a_standard_answer_is_put_into_the_text_and_nothing_is_sent(clerk: Client) -> None:
    case = a_case()
    answer = save_answer(
        actor=SYSTEM, title="เปลี่ยนหลอดแล้ว", text="เรียน {ผู้แจ้ง} เรื่อง {เลขที่} {ไม่รู้จัก}", phase="finished"
    )
    file = file_token(reference(paper()))
    typed = {"result": "ช่างเข้าแล้ว", "version": case.version, "files": file, "_answer": f"office-{answer.pk}"}
    page = clerk.post(of(case, "act", act="finish"), typed).content.decode()
    assert f"ช่างเข้าแล้ว\n\nเรียน นายบุญมี ตัวอย่าง เรื่อง {case.number} {{ไม่รู้จัก}}" in page
    assert "หนังสือ.pdf" in page, "attached files stay"
    assert now(case).is_open


def test_a_ground_for_not_taking_up_is_offered_and_told_to_the_citizen(clerk: Client) -> None:
    case = a_case()
    page = clerk.get(of(case, "act", act="refuse")).content.decode()
    assert "เป็นข้อพิพาทระหว่างเอกชน" in page
    chosen = clerk.post(of(case, "act", act="refuse"), {"_answer": "ground-private", "version": case.version})
    assert "มาตรา" in said(chosen) or "ระเบียบ" in said(chosen)
    clerk.post(of(case, "act", act="refuse"), {"reason": "เป็นเรื่องระหว่างเอกชน", "version": case.version})
    assert now(case).state == "refused"
    assert now(case).result == "เป็นเรื่องระหว่างเอกชน"


def test_what_the_row_needs_is_asked_for_at_its_field(clerk: Client) -> None:
    case = a_complaint()
    services.acknowledge(actor=SYSTEM, case=case)
    answer = clerk.post(of(case, "act", act="finish"), {"result": "", "version": now(case).version})
    page = answer.content.decode()
    assert 'id="id_result_error"' in page
    assert 'id="id_found_error"' in page
    assert now(case).is_open


def test_two_cases_of_one_matter_are_joined_by_number(clerk: Client) -> None:
    into, case = a_case(), a_case(title="ไฟหน้าวัดไม่ติด")
    page = clerk.get(of(case, "merge")).content.decode()
    assert into.number in page, "the likely one is offered"
    wrong = clerk.post(of(case, "merge"), {"into": "68-9999", "reason": "ก", "version": case.version})
    assert "68-9999" in said(wrong)
    thai = into.number.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    typed = {"into": thai, "reason": "จุดเดียวกัน", "version": case.version}
    first = clerk.post(of(case, "merge"), typed)
    page = said(first)
    for told in (into.number, into.title, "หน้าวัดบ้านทราย", "รับเรื่องแล้ว"):
        assert told in page, "what it is joined with is looked at first"
    assert now(case).is_open
    looked_at = re.search(r'name="looked_at" value="(\d+)"', first.content.decode())
    assert looked_at
    another = a_case(title="ไฟหน้าวัดกะพริบ")
    clerk.post(of(case, "merge"), typed | {"looked_at": looked_at[1], "into": another.number})
    assert now(case).is_open, "another number is looked at anew"
    done = clerk.post(of(case, "merge"), typed | {"looked_at": looked_at[1]})
    assert done["Location"].endswith(f"/{into.pk}/")
    assert now(case).merged_into_id == into.pk
    assert case.number in clerk.get(of(into)).content.decode()
    page = clerk.get(of(case)).content.decode()
    for gone in ("publish", "recategorise"):
        assert f'href="{of(case, gone)}"' not in page, "nothing is offered that can only fail"
    assert f'href="{of(case, "say")}"' in page


def test_what_was_said_on_the_telephone_ends_the_waiting(clerk: Client) -> None:
    case = a_case()
    services.act(actor=SYSTEM, case=case, act="ask", message="เสาใด")
    clerk.post(of(case, "hear"), {"channel_kind": "phone", "text": "เสาที่สาม"})
    assert now(case).phase == "working"
    page = said(clerk.get(of(case)))
    assert "เสาที่สาม" in page
    assert "pimchanok ตัวอย่าง" in page, "who wrote it down stands there"


def test_a_title_that_names_somebody_is_not_published(clerk: Client) -> None:
    case = a_case()
    for title in ("ไฟดับหน้าบ้านนายบุญมี", "โทร 081-234-5678 ไฟดับ"):
        refused = clerk.post(of(case, "publish"), {"public_title": title, "checked": "on"})
        assert refused.status_code == 200
        assert not now(case).is_public
    unread = clerk.post(of(case, "publish"), {"public_title": "ไฟสาธารณะดับ หมู่ที่ 4"})
    assert not now(case).is_public
    assert 'id="id_checked_error"' in unread.content.decode()
    clerk.post(of(case, "publish"), {"public_title": "ไฟสาธารณะดับ หมู่ที่ 4", "checked": "on"})
    assert now(case).public_title == "ไฟสาธารณะดับ หมู่ที่ 4"
    clerk.post(of(case, "unpublish"))
    assert not now(case).is_public


def test_a_correction_changes_what_was_touched_and_nothing_else(clerk: Client) -> None:
    case = a_case(contact=Contact("นายบุญมี ตัวอย่าง", "081 000 0000", "boonmee@example.com", "U1"))
    form = {
        "version": case.version, "title": case.title, "body": "ไฟดับสี่คืน", "contact_name": "นายบุญมี ตัวอย่าง",
        "contact_phone": "082 000 0000", "contact_email": "boonmee@example.com", "place": case.place, "village": "4",
        "received_on": case.received_on.strftime("%d/%m/") + str(case.received_on.year + 543),
    }  # fmt: skip
    assert clerk.post(of(case, "correct"), form).status_code == 302
    fresh = now(case)
    assert (fresh.body, fresh.contact_phone, fresh.contact_handle) == ("ไฟดับสี่คืน", "082 000 0000", "U1")
    event = fresh.events.get(event="corrected")
    assert "place" not in event.about.split()
    assert "received_on" not in event.about.split()


def test_the_history_names_what_was_corrected_in_the_readers_language(clerk: Client) -> None:
    case = a_case()
    place = Place("หน้าโรงเรียน", "4")
    services.correct(actor=SYSTEM, case=case, title="ไฟทางดับ", body="ดับสี่คืน", place=place)
    page = said(clerk.get(of(case)))
    assert "เนื้อหาของเรื่อง" in page
    assert "body title" not in page
    assert "latitude" not in page
    with translation.override("en"):
        about = event_about(case.events.get(event="corrected"))
    assert about == "What the case says, Matter, Where it is"


def test_the_page_for_corrections_leaves_a_citizens_own_words_alone(clerk: Client) -> None:
    own, typed = a_case(channel_kind="web", actor=services.CITIZEN), a_case()
    page = clerk.get(of(own, "correct"))
    assert 'name="body"' not in page.content.decode()
    assert "เนื้อหาที่ผู้แจ้งเขียนเองแก้ไม่ได้" in said(page)
    assert 'name="body"' in clerk.get(of(typed, "correct")).content.decode()
    form = {
        "version": own.version, "title": "ไฟทางดับ", "body": "อย่างอื่น", "contact_name": own.contact_name,
        "contact_phone": own.contact_phone, "place": own.place, "village": "4",
        "received_on": own.received_on.strftime("%d/%m/") + str(own.received_on.year + 543),
    }  # fmt: skip
    assert clerk.post(of(own, "correct"), form).status_code == 302
    assert (now(own).title, now(own).body) == ("ไฟทางดับ", own.body)


def test_erasing_asks_first_and_leaves_the_page_readable(clerk: Client) -> None:
    case = closed_case()
    services.say(actor=SYSTEM, case=case, text="ขอบคุณคุณบุญมี")
    open_one = a_case()
    assert clerk.post(of(open_one, "erase"), {"reason": "ครบกำหนด"}).status_code == 200, (
        "not while it is worked on"
    )
    assert now(open_one).erased_at is None
    assert clerk.get(of(case, "erase")).status_code == 200
    clerk.post(of(case, "erase"), {"reason": "ครบกำหนดเก็บ"})
    page = clerk.get(of(case)).content.decode()
    assert "บุญมี" not in page
    assert case.number in page


def test_a_case_is_moved_to_another_category_and_counts_under_its_topic(clerk: Client) -> None:
    case = a_complaint()
    to = {"category": "procurement", "topic": "", "version": case.version}
    refused = clerk.post(of(case, "recategorise"), to)
    assert now(case).topic == "service"
    assert "ระบุว่าทำไมจึงเป็นเรื่องด้านอื่น" in refused.content.decode().replace("\u2060", "")
    clerk.post(of(case, "recategorise"), to | {"reason": "ร้องเรียนการสอบราคา"})
    assert (now(case).category, now(case).topic) == ("procurement", "procurement")
    clerk.post(
        of(case, "recategorise"),
        {"category": "procurement", "topic": "assets", "version": now(case).version, "reason": "ใช้รถราชการ"},
    )
    assert now(case).topic == "assets"
    worker = signed_in_client(member(READ, HANDLE, username="worker", unit=now(case).unit))
    worker.post(of(case, "recategorise"), to | {"version": now(case).version, "reason": "ไม่ใช่เรื่องของเรา"})
    assert now(case).topic == "assets", "whoever works on it may be close to whom it is about"


def test_a_title_that_was_made_of_the_category_follows_it(clerk: Client) -> None:
    made, written = a_case(title="ไฟสาธารณะดับหรือชำรุด หมู่ที่ 4"), a_case(title="ไฟหน้าวัดดับ")
    for case in (made, written):
        clerk.post(of(case, "recategorise"), {"category": "road", "version": case.version})
    assert now(made).title == "ถนน ทางเท้า หรือสะพาน หมู่ที่ 4"
    assert now(written).title == "ไฟหน้าวัดดับ", "what somebody wrote stays"
    clerk.post(of(made, "recategorise"), {"category": "service", "version": now(made).version})
    assert (now(made).kind, now(made).title[:6]) == ("complaints.complaint", "การให้"), (
        "into another kind as well"
    )


def test_taking_up_says_the_state_that_follows(clerk: Client) -> None:
    case = a_case()
    told = said(clerk.post(of(case, "acknowledge"), {"version": case.version}, follow=True))
    assert "“อยู่ระหว่างดำเนินการ”" in told


def test_another_matter_that_was_written_into_a_closed_case_becomes_a_case(clerk: Client) -> None:
    case = closed_case()
    message = services.hear(case=case, text="นายช่างใช้รถ อบต. ไปรับลูกทุกวัน", channel_kind="web")
    at = of(case, "from-message", message=message.pk)
    assert at in clerk.get(of(case)).content.decode()
    page = clerk.get(at)
    assert "นายช่างใช้รถ อบต. ไปรับลูกทุกวัน" in page.content.decode()
    told = {"category": "property", "title": "ใช้รถส่วนกลางเรื่องส่วนตัว", "unit": ""}
    done = clerk.post(at, told)
    fresh = Case.objects.newest()[0]
    assert done["Location"].endswith(f"/{fresh.pk}/")
    assert (fresh.kind, fresh.topic, fresh.body) == ("complaints.complaint", "assets", message.text)
    assert now(case).heard_at is None
    assert not now(case).is_open
    reader = signed_in_client(member(READ, HANDLE, username="reader"))
    assert at not in reader.get(of(case)).content.decode(), "only for whoever may take cases in"
    ours = services.say(actor=SYSTEM, case=case, text="x")
    assert clerk.get(of(case, "from-message", message=ours.pk)).status_code == 404
