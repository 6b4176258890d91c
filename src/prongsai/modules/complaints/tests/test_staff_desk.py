"""The staff's desk: taking in, rules, letters to other agencies, answers, days off."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from prongsai.foundation.accounts.models import Membership, Post
from prongsai.foundation.casework import services
from prongsai.foundation.casework.deadlines import is_office_day
from prongsai.foundation.casework.models import Case, CaseMessage, SpecialDay, StandardAnswer
from prongsai.foundation.casework.selectors import case_by_code
from prongsai.foundation.casework.services import Place
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.complaints.models import RoutingRule
from prongsai.modules.complaints.selectors.forwarding import Letter, letter_of
from prongsai.modules.complaints.selectors.rules import plain_rules
from prongsai.modules.complaints.services.day_files import read_days
from prongsai.modules.complaints.services.forwarding import draw_up, put_signed
from prongsai.modules.complaints.services.rules import add_rule
from prongsai.modules.complaints.tests.desk import (
    ALL,
    CITIZEN,
    HANDLE,
    READ,
    a_case,
    at,
    now,
    of,
    paper,
    picture,
    said,
    word_text,
)
from prongsai.ui.forms.files import file_token
from tests.cast import SYSTEM, member, signed_in_client

pytestmark = pytest.mark.django_db


# -- intake -------------------------------------------------------------------------------------------------


def intake(**more: Any) -> dict[str, Any]:
    day = clock.today() - timedelta(days=3)
    return {
        "channel_kind": "letter", "received_on_d": str(day.day), "received_on_m": str(day.month), "received_on_y": str(day.year + 543),
        "received_number": "123/2568", "category": "lamp", "body": "ไฟหน้าวัดดับ", "village": "๔",
        "contact_name": "นายบุญมี ตัวอย่าง", "contact_phone": "081 000 0000",
    } | more  # fmt: skip


def test_a_letter_is_taken_in_with_its_own_day_scan_and_number(clerk: Client) -> None:
    scan = file_token(reference(paper("หนังสือร้องเรียน.pdf")))
    answer = clerk.post(at("complaints-intake"), intake(files=scan))
    case = Case.objects.get()
    assert answer["Location"] == of(case, "receipt")
    assert case.received_on == clock.today() - timedelta(days=3)
    assert (case.channel_kind, case.village, case.category) == ("letter", "4", "lamp")
    assert case.title == "ไฟสาธารณะดับหรือชำรุด หมู่ที่ 4"
    assert [file.name for file in case.files.all()] == ["หนังสือร้องเรียน.pdf"]
    assert "123/2568" in said(clerk.get(of(case)))


def test_the_receipt_tells_the_code_for_an_hour_and_then_never_again(
    clerk: Client, office: Organization
) -> None:
    clerk.post(at("complaints-intake"), intake())
    case = Case.objects.get()
    page = clerk.get(of(case, "receipt")).content.decode()
    (code,) = re.findall(r'class="code">([0-9A-Z-]{9})<', page)
    assert case_by_code(code) == case
    assert code in clerk.get(of(case, "receipt")).content.decode(), "it can be printed once more"
    other = signed_in_client(member(*ALL, username="other"))
    assert code not in other.get(of(case, "receipt")).content.decode(), (
        "who did not take it in does not learn it"
    )
    session = clerk.session
    session[f"case-receipt-{case.pk}"] = {"code": code, "at": 0}
    session.save()
    assert code not in clerk.get(of(case, "receipt")).content.decode()


def test_what_another_office_passed_on_is_taken_in_once(clerk: Client) -> None:
    passed = intake(channel_kind="hotline", sent_by="สายด่วนรัฐบาล 1111", sent_by_number="01680012345")
    clerk.post(at("complaints-intake"), passed)
    again = clerk.post(at("complaints-intake"), passed | {"sent_by": "สายด่วนรัฐบาล  1111"})
    assert Case.objects.count() == 1
    assert Case.objects.get().number in said(again), "it says which case it is"
    nameless = clerk.post(at("complaints-intake"), intake(channel_kind="hotline"))
    assert 'id="id_sent_by_error"' in nameless.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"sent_by_number": "บร 0017.3/1234"},
        {"sent_by_number": "บร๐๐๑๗.๓ / ๑๒๓๔", "sent_by": "ศูนย์ดำรงธรรม จังหวัด"},
        {"channel_kind": "letter"},
    ],
)
def test_however_its_number_is_typed_and_its_way_is_called_it_is_the_same(
    clerk: Client, typed: dict[str, str]
) -> None:
    passed = {"channel_kind": "hotline", "sent_by": "ศูนย์ดำรงธรรมจังหวัด", "sent_by_number": "บร ๐๐๑๗.๓/๑๒๓๔"}
    clerk.post(at("complaints-intake"), intake(**passed))
    again = clerk.post(at("complaints-intake"), intake(**(passed | typed)))
    assert Case.objects.get().number in said(again)
    clerk.post(at("complaints-intake"), intake(**(passed | {"sent_by_number": "บร ๐๐๑๗.๓/๑๒๓๕"})))
    assert Case.objects.count() == 2


def test_whoever_does_not_wish_to_be_named_may_be_called_back(clerk: Client) -> None:
    clerk.post(at("complaints-intake"), intake(anonymous="on", contact_email="a@example.com"))
    case = Case.objects.get()
    assert (case.is_anonymous, case.contact_name) == (True, "")
    assert (case.contact_phone, case.contact_email) == ("081 000 0000", "a@example.com")
    page = said(clerk.get(of(case)))
    assert "081 000 0000" in page
    assert "นายบุญมี" not in page
    assert "ไม่เก็บเฉพาะชื่อ" in said(clerk.get(at("complaints-intake")))


def test_the_receipt_names_what_is_likely_the_same_to_whoever_may_see_it(
    clerk: Client, office: Organization
) -> None:
    known = a_case(title="ไฟหน้าวัดดับ", body="ไฟหน้าวัดดับ")
    elsewhere = a_case(title="ท่อประปาแตก", body="น้ำท่วมถนนหน้าโรงเรียน", category="water", place=Place("", "9"))
    clerk.post(at("complaints-intake"), intake())
    receipt = clerk.get(of(Case.objects.latest("pk"), "receipt")).content.decode()
    assert of(known) in receipt
    assert of(elsewhere) not in receipt


def test_going_back_and_pressing_once_more_asks_before_it_makes_a_second_case(clerk: Client) -> None:
    first = clerk.post(at("complaints-intake"), intake(once="ก่อน".encode().hex()))
    again = clerk.post(at("complaints-intake"), intake(once="หลัง".encode().hex()))
    case = Case.objects.get()
    assert f'href="{first["Location"]}"' in again.content.decode()
    assert "ไฟหน้าวัดดับ" in again.content.decode(), "nothing typed is lost"
    hidden = dict(re.findall(r'type="hidden" name="(once|_again)" value="([^"]+)"', again.content.decode()))
    assert clerk.post(at("complaints-intake"), intake(**hidden))["Location"] != first["Location"]
    assert Case.objects.exclude(pk=case.pk).get().body == case.body, (
        "two lamps may be told of in the same words"
    )


def test_whoever_says_nothing_of_themselves_is_anonymous(clerk: Client) -> None:
    clerk.post(at("complaints-intake"), intake(contact_name="", contact_phone=""))
    assert Case.objects.get().is_anonymous
    clerk.post(at("complaints-intake"), intake(anonymous="on", body="อีกเรื่อง"))
    assert Case.objects.latest("pk").contact_name == ""


def test_a_case_goes_where_the_rules_lead_unless_the_clerk_says_where(
    clerk: Client, office: Organization
) -> None:
    finance, head = Unit.objects.get(name="กองคลัง"), Unit.objects.get(name="สำนักปลัด")
    manee = member(READ, HANDLE, username="manee", unit="กองคลัง")
    add_rule(actor=SYSTEM, category="lamp", places=["4"], unit=finance, assignee=manee, is_urgent=True)
    clerk.post(at("complaints-intake"), intake())
    led = Case.objects.latest("pk")
    assert (led.unit, led.assignee) == (finance, manee)
    assert "เร่งด่วน" in said(clerk.get(of(led)))
    clerk.post(at("complaints-intake"), intake(unit=head.pk, body="อีกเรื่อง"))
    chosen = Case.objects.latest("pk")
    assert (chosen.unit, chosen.assignee) == (head, None)


# -- rules and categories -----------------------------------------------------------------------------------


def test_the_try_out_says_where_a_matter_would_go_and_why(clerk: Client) -> None:
    add_rule(actor=SYSTEM, category="lamp", places=["4"], words=["วัด"], unit=Unit.objects.get(name="กองคลัง"))
    led = said(clerk.get(at("complaints-rules") + "?category=lamp&village=๐๔&text=ไฟหน้าวัด"))
    assert "ตามกติกาข้อ 1" in led
    assert Case.objects.count() == 0, "trying leaves nothing"
    elsewhere = said(clerk.get(at("complaints-rules") + "?category=lamp&village=5&text=ไฟหน้าวัด"))
    assert "ตามกติกาข้อ" not in elsewhere


def test_rules_are_written_moved_and_removed_on_screen(clerk: Client) -> None:
    unit = Unit.objects.get(name="กองคลัง")
    for word in ("ไฟ", "น้ำ"):
        clerk.post(
            at("complaints-rule-add"), {"words": f"{word}\n{word}ดับ", "unit": unit.pk, "is_active": "on"}
        )
    first, second = RoutingRule.objects.order_by("position")
    assert first.words == ["ไฟ", "ไฟดับ"]
    nowhere = clerk.post(at("complaints-rule-add"), {"words": "ถนน"})
    assert 'id="id_unit_error"' in nowhere.content.decode()
    clerk.post(at("complaints-rules"), {"_bulk": "up", "chosen": second.pk})
    assert [rule.pk for rule in RoutingRule.objects.order_by("position")] == [second.pk, first.pk]
    clerk.post(at("complaints-rule", rule=first.pk), {"words": "ไฟ", "unit": unit.pk})
    assert not RoutingRule.objects.get(pk=first.pk).is_active
    clerk.post(at("complaints-rules"), {"_bulk": "remove", "chosen": first.pk, "_confirmed": "1"})
    assert list(RoutingRule.objects.values_list("pk", flat=True)) == [second.pk]


def test_units_of_all_categories_are_said_on_one_page(clerk: Client) -> None:
    finance, head = Unit.objects.get(name="กองคลัง"), Unit.objects.get(name="สำนักปลัด")
    add_rule(actor=SYSTEM, category="lamp", places=["9"], unit=head)
    clerk.post(at("complaints-units"), {"lamp": finance.pk, "road": finance.pk})
    assert {key: rule.unit for key, rule in plain_rules().items()} == {"lamp": finance, "road": finance}
    clerk.post(at("complaints-units"), {"lamp": head.pk})
    assert {key: rule.unit for key, rule in plain_rules().items()} == {"lamp": head}
    assert RoutingRule.objects.count() == 2, "the rule of a place is left alone"
    assert "สำนักปลัด" in said(clerk.get(at("complaints-categories") + "?q=ไฟ"))


# -- letters ------------------------------------------------------------------------------------------------


@pytest.fixture
def head_of_office(office: Organization) -> Membership:
    person = member("office.read", username="prasert", position="นายกองค์การบริหารส่วนตำบล")
    person.user.full_name = "นายประเสริฐ ตัวอย่าง"
    person.user.save()
    person.post = Post.HEAD.value
    person.save()
    return person


LETTER = {
    "agency": "highways", "subject": "ขอส่งเรื่องร้องทุกข์", "cause": "ด้วยได้รับเรื่องจากประชาชน", "wish": "จึงเรียนมาเพื่อโปรดพิจารณา",
    "post": "head", "number": "", "dated_d": "", "dated_m": "", "dated_y": "",
}  # fmt: skip


def test_a_case_is_passed_on_by_a_letter_that_is_printed_signed_and_scanned(
    clerk: Client, head_of_office: Membership
) -> None:
    case = a_case()
    assert clerk.get(of(case, "act", act="forward"))["Location"] == of(case, "forward")
    begun = clerk.get(of(case, "forward")).content.decode()
    assert to_thai(case.number) in begun, "the letter begins with what is known"
    clerk.post(of(case, "forward"), LETTER | {"version": case.version})
    assert now(case).is_open, "a letter that is drawn up passes nothing on yet"
    printed = word_text(clerk.get(of(case, "letter-paper", format="docx")).content)
    for part in (
        "ผู้อำนวยการแขวงทางหลวง",
        "ขอแสดงความนับถือ",
        "นายประเสริฐ ตัวอย่าง",
        "นายกองค์การบริหารส่วนตำบลบ้านทราย",
        to_thai(case.number),
    ):
        assert part in printed
    assert clerk.get(of(case, "letter-paper", format="pdf")).content[:5] == b"%PDF-"
    page = clerk.get(of(case, "letter")).content.decode()
    assert "?who=no" in page, "the copy does not say who brought the case, since the agency is not told"
    today = clock.today()
    signed = {
        "version": now(case).version, "number": "ตย 71001/123", "signatory": "นายประเสริฐ ตัวอย่าง", "result": "ส่งให้แขวงทางหลวงแล้ว",
        "signed_on_d": str(today.day), "signed_on_m": str(today.month), "signed_on_y": str(today.year + 543),
    }  # fmt: skip
    bare = clerk.post(of(case, "letter-signed"), signed)
    assert now(case).is_open, "without the scan nothing is passed on"
    assert "id_files_error" in bare.content.decode()
    clerk.post(of(case, "letter-signed"), signed | {"files": file_token(reference(paper("ลงนามแล้ว.pdf")))})
    fresh = now(case)
    assert (fresh.state, fresh.result) == ("forwarded", "ส่งให้แขวงทางหลวงแล้ว")
    assert [file.name for file in fresh.files.all()] == ["ลงนามแล้ว.pdf"]
    letter = letter_of(fresh)
    assert letter is not None
    assert (letter.number, letter.sent_on) == ("ตย 71001/123", today)
    assert "ตย 71001/123" in said(clerk.get(of(case)))


def test_where_the_texts_name_who_brought_the_case_is_said_before_the_letter_goes(clerk: Client) -> None:
    signed = "ไฟหน้าวัดดับ\nด้วยความนับถือ\nบุญมี ตัวอย่าง โทร ๐๘๑-๐๐๐-๐๐๐๐"
    plain, told = a_case(), a_case(body=signed)
    pages = []
    for case, more in ((plain, {}), (told, {}), (told, {"with_contact": "on"})):
        clerk.post(of(case, "forward"), LETTER | more | {"version": now(case).version})
        pages.append(clerk.get(of(case, "letter")).content.decode())
    warned = ["เนื้อเรื่องอาจมีชื่อผู้แจ้ง" in page for page in pages]
    assert warned == [True, True, False], "an agency that is told may read it"
    assert ["๐๘๑-๐๐๐-๐๐๐๐" in page for page in pages] == [False, True, False]
    assert "?who=told" in pages[2], "its copy says who brought the case, and no more of the office's own"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"files": []}, "files"), ({"number": " "}, "number"), ({"signed_on": date(2999, 1, 1)}, "signed_on")],
)
def test_nothing_is_passed_on_without_a_letter_that_was_signed(
    office: Organization, wrong: dict[str, Any], field: str
) -> None:
    case = draw_up(actor=SYSTEM, case=a_case(), letter=Letter("แขวงทางหลวง", "ผู้อำนวยการ", "ขอส่งเรื่อง", "", ""))
    put: dict[str, Any] = {"files": [paper()], "number": "1/2568", "signed_on": clock.today()}
    with pytest.raises(InvalidInput) as refused:
        put_signed(actor=SYSTEM, case=case, signatory="", result="ส่งต่อแล้ว", **(put | wrong))
    assert refused.value.field == field
    assert now(case).is_open
    put_signed(actor=SYSTEM, case=now(case), signatory="", result="ส่งต่อแล้ว", **put)
    assert now(case).state == "forwarded"


def test_the_letter_goes_when_the_personal_data_go(clerk: Client) -> None:
    case = a_case()
    clerk.post(of(case, "forward"), LETTER | {"version": case.version})
    services.act(actor=SYSTEM, case=now(case), act="finish", result="แก้เอง")
    services.erase_case(actor=SYSTEM, case=now(case), reason="ครบกำหนด")
    assert letter_of(now(case)) is None
    assert clerk.get(of(case, "letter")).status_code == 404


def test_another_agency_needs_its_name_and_to_whom(clerk: Client) -> None:
    case = a_case()
    refused = clerk.post(of(case, "forward"), LETTER | {"agency": "other", "version": case.version})
    page = refused.content.decode()
    assert 'id="id_other_agency_error"' in page
    assert 'id="id_other_attention_error"' in page
    named = {
        "agency": "other",
        "other_agency": "ชลประทาน",
        "other_attention": "ผู้อำนวยการ",
        "version": case.version,
    }
    clerk.post(of(case, "forward"), LETTER | named)
    letter = letter_of(now(case))
    assert letter is not None
    assert (letter.agency, letter.attention) == ("ชลประทาน", "ผู้อำนวยการ")


# -- answers ------------------------------------------------------------------------------------------------


def test_an_office_begins_with_texts_that_come_with_the_program_and_makes_them_its_own(clerk: Client) -> None:
    clerk.post(at("complaints-answers-start"))
    count = StandardAnswer.objects.count()
    assert count > 3
    clerk.post(at("complaints-answers-start"))
    assert StandardAnswer.objects.count() == count, "twice is once"
    one = StandardAnswer.objects.order_by("pk")[0]
    clerk.post(
        at("complaints-answer", answer=one.pk),
        {"title": one.title, "text": "ใหม่", "kind": "", "category": "", "phase": ""},
    )
    assert StandardAnswer.objects.get(pk=one.pk).text == "ใหม่"
    clerk.post(at("complaints-answers"), {"_bulk": "retire", "chosen": one.pk, "_confirmed": "1"})
    assert one.title not in clerk.get(at("complaints-answers")).content.decode()


# -- days ---------------------------------------------------------------------------------------------------

CSV = "วันที่,ชื่อวัน,ประเภท,ที่มา\n2/6/2568,วันหยุดพิเศษ,วันหยุด,มติคณะรัฐมนตรี\n๑๔ มิ.ย. ๒๕๖๘,ทำการชดเชย,วันทำการ,คำสั่ง\n\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp874"])
def test_days_are_taken_over_from_a_csv_in_the_encodings_that_offices_have(
    clerk: Client, encoding: str
) -> None:
    file = SimpleUploadedFile("วันหยุด.csv", CSV.encode(encoding))
    assert clerk.post(at("complaints-days-import"), {"file": file}).status_code == 302
    assert list(SpecialDay.objects.order_by("day").values_list("day", "name", "is_holiday", "source")) == [
        (date(2025, 6, 2), "วันหยุดพิเศษ", True, "มติคณะรัฐมนตรี"),
        (date(2025, 6, 14), "ทำการชดเชย", False, "คำสั่ง"),
    ]
    assert not is_office_day(date(2025, 6, 2))
    assert is_office_day(date(2025, 6, 14))


def test_days_are_taken_over_from_a_workbook(clerk: Client) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["กำหนดวันหยุด ปี 2568"])
    sheet.append(["ลำดับ", "วันที่", "ชื่อวัน"])
    sheet.append([1, date(2025, 8, 11), "วันหยุดพิเศษ"])
    out = BytesIO()
    book.save(out)
    clerk.post(at("complaints-days-import"), {"file": SimpleUploadedFile("วันหยุด.xlsx", out.getvalue())})
    assert SpecialDay.objects.get().day == date(2025, 8, 11)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe\x00not a table\x00", "CSV"),
        ("ก,ข\n1,2\n".encode(), "หัวคอลัมน์"),
        ("วันที่,ชื่อวัน\nสามสิบกุมภา,ก\n30/2/2568,ข\n1/6/2568,\n".encode(), "บรรทัด 2"),
        ("วันที่,ชื่อวัน\n".encode(), "ไม่พบวัน"),
        (b"PK\x03\x04broken", "Excel"),
    ],
)
def test_a_file_that_cannot_be_read_names_what_is_wrong_and_leaves_nothing(
    clerk: Client, content: bytes, told: str
) -> None:
    answer = clerk.post(at("complaints-days-import"), {"file": SimpleUploadedFile("วัน.csv", content)})
    assert told in said(answer)
    assert not SpecialDay.objects.exists()


def test_a_day_of_the_file_that_is_no_day_is_not_guessed() -> None:
    with pytest.raises(InvalidInput, match="บรรทัด 2"):
        read_days(BytesIO("วันที่,ชื่อวัน\n32/13/2568,ก\n".encode()), "วัน.csv")


def test_a_day_off_moves_the_last_days_of_open_cases(clerk: Client) -> None:
    case = a_case()
    assert case.due_on is not None
    day = next(d for d in (clock.today() + timedelta(days=n) for n in range(1, 10)) if is_office_day(d))
    sent = {
        "day_d": str(day.day),
        "day_m": str(day.month),
        "day_y": str(day.year + 543),
        "is_holiday": "1",
        "name": "วันหยุดพิเศษ",
    }
    clerk.post(at("complaints-day-add"), sent)
    moved = now(case).due_on
    assert moved is not None
    assert moved > case.due_on
    special = SpecialDay.objects.get()
    clerk.post(at("complaints-days"), {"_bulk": "remove", "chosen": special.pk, "_confirmed": "1"})
    assert now(case).due_on == case.due_on


# -- the ledger ---------------------------------------------------------------------------------------------


def test_no_name_of_a_citizen_reaches_the_ledger_by_what_the_staff_do(clerk: Client) -> None:
    clerk.post(at("complaints-intake"), intake(category="service", body="นายบุญมีรอนาน"))
    case = Case.objects.get()
    clerk.post(of(case, "acknowledge"), {"version": case.version})
    clerk.post(
        of(case, "act", act="finish"), {"version": now(case).version, "result": "ขออภัยคุณบุญมี", "found": "true"}
    )
    clerk.post(of(case, "publish"), {"public_title": "รอนานที่กองคลัง", "checked": "on"})
    flush()
    entries = Entry.objects.all().with_payload()
    kinds = {entry.kind for entry in entries}
    assert {"complaint_received", "complaint_closed", "case_published"} <= kinds
    assert not any("บุญมี" in str(entry.content) or "บุญมี" in entry.label for entry in entries)


def test_messages_that_staff_write_are_kept_with_their_files(clerk: Client) -> None:
    case = a_case(contact=CITIZEN, place=Place("หน้าวัด", "4"))
    clerk.post(of(case, "say"), {"text": "กำลังไป", "files": file_token(reference(picture("ช่าง.png")))})
    clerk.post(of(case, "note"), {"text": "หลอดหมด"})
    directions = list(CaseMessage.objects.filter(case=case).values_list("direction", "text"))
    assert directions == [("out", "กำลังไป"), ("note", "หลอดหมด")]
    page = clerk.get(of(case))
    assert "ช่าง.png" in said(page)
    (address,) = set(re.findall(rf'href="({of(case)}files/\d+/)"', page.content.decode()))
    assert clerk.get(address)["Content-Disposition"].startswith("attachment")


def test_a_message_that_did_not_arrive_is_settled_by_telling_in_another_way(clerk: Client) -> None:
    case = a_case()
    message = services.say(actor=SYSTEM, case=case, text="กำลังไป")
    CaseMessage.objects.filter(pk=message.pk).update(delivery="failed")
    settle = of(case, "settle", message=message.pk)
    assert settle in clerk.get(of(case)).content.decode()
    assert clerk.post(of(a_case(), "settle", message=message.pk)).status_code == 404, "of another case"
    clerk.post(settle)
    assert settle not in clerk.get(of(case)).content.decode()
