"""Following a case without an account: the code, what was said, the closing question, the receipt."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import act, erase_case, merge, note, open_case, say, tracking_url
from prongsai.foundation.files.models import StoredFile
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.modules.complaints.choices import GRIEVANCE, SUGGESTION
from prongsai.modules.complaints.tests.citizen import PNG, SYSTEM, Visitor, words
from tests.cast import donsai
from tests.golden.queries import counted_queries


@pytest.fixture
def sent(visitor: Visitor) -> Case:
    visitor.report_lamp(who="named", name="สมชาย ตัวอย่าง", email="somchai@example.org")
    visitor.submit()
    return Case.objects.get()


def test_a_case_is_found_by_number_and_code_however_they_are_typed(visitor: Visitor, sent: Case) -> None:
    code = visitor.code
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("-", "")):
        response = visitor.send("track/", {"number": sent.number, "code": typed})
        assert response.status_code == 302, typed
        assert visitor.client.get(response["Location"]).status_code == 200
    wrong = visitor.send("track/", {"number": sent.number, "code": "0000-0000"})
    assert wrong.status_code == 422
    assert sent.number in wrong.content.decode()
    assert visitor.send("track/", {"number": "69-9999", "code": code}).status_code == 422


def test_the_code_opens_the_case_and_nothing_else_does(visitor: Visitor, sent: Case) -> None:
    stranger = Client()
    response = stranger.get(f"/banthrai/track/{visitor.code}/")
    assert response.status_code == 200
    assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "same-origin"
    assert stranger.get("/banthrai/track/AAAA-AAAA/").status_code == 404
    assert stranger.get(f"/banthrai/track/{sent.number}/").status_code == 404


def test_a_code_of_one_office_opens_nothing_in_another(visitor: Visitor, sent: Case) -> None:
    donsai()
    assert Client().get(f"/donsai/track/{visitor.code}/").status_code == 404


def test_who_tries_many_codes_is_asked_for_the_number_and_the_owner_still_gets_in(
    visitor: Visitor, sent: Case
) -> None:
    for number in range(60):
        visitor.open(f"track/AAAA-{number:04d}/")
    code = visitor.client.post(visitor.at("track/"), {"number": sent.number, "code": "0000-0000"})
    assert code.status_code == 422
    secret = sent_code(visitor, sent)
    elsewhere = Visitor()
    response = elsewhere.open(f"track/{secret}/")
    assert response.status_code == 429
    assert f'value="{secret}"' in response.content.decode(), "the code is not typed once more"
    assert "เลขที่เรื่อง" in response.content.decode()
    asked = elsewhere.send("track/", {"code": secret, "needed": "1"})
    assert asked.status_code == 422
    page = elsewhere.page()
    assert "กรอกเลขที่เรื่องด้วย" in words(page)
    assert "(ถ้ามี)" not in page, "it is needed, and not said to be optional"
    given = {"number": sent.number, "code": secret.lower().replace("-", " "), "needed": "1"}
    opened = elsewhere.send("track/", given)
    assert opened.status_code == 302
    page = elsewhere.client.get(opened["Location"])
    assert page.status_code == 200, "number and code lead to the case, not back to the question"
    assert sent.number in page.content.decode()
    assert elsewhere.send(f"track/{secret}/", {"text": "ยังดับอยู่"}).status_code == 302
    assert CaseMessage.objects.filter(direction="in").count() == 1


def test_the_link_of_a_receipt_and_number_and_code_open_the_case_beside_somebody_who_tries_both(
    visitor: Visitor, sent: Case
) -> None:
    secret = sent_code(visitor, sent)
    for number in range(60):
        Visitor().open(f"track/AAAA-{number:04d}/")
    wrong = {"number": sent.number, "code": "0000-0000"}
    for _ in range(21):
        told = Visitor().send("track/", wrong)
    assert told.status_code == 429
    assert "ดูใบรับเรื่องอีกครั้ง" in words(told.content.decode())
    assert Visitor().send("track/", {"number": sent.number, "code": secret}).status_code == 302
    link = tracking_url(sent, secret).removeprefix(settings.BASE_URL)
    assert Visitor().client.get(link).status_code == 200
    assert Visitor().client.get(link.replace(secret, "0000-0000")).status_code == 404


def test_who_sends_a_case_while_codes_are_tried_sees_number_and_code(visitor: Visitor) -> None:
    for number in range(60):
        Client().get(f"/banthrai/track/AAAA-{number:04d}/")
    visitor.report_lamp()
    visitor.submit()
    receipt = visitor.client.get(visitor.last["Location"])
    assert receipt.status_code == 200
    assert visitor.code in receipt.content.decode()
    assert Case.objects.get().number in receipt.content.decode()


def test_a_browser_that_has_opened_a_case_opens_that_one_alone(visitor: Visitor, sent: Case) -> None:
    secret = visitor.code
    other = open_case(actor=SYSTEM, kind=GRIEVANCE, title="ถนนยุบ", channel_kind="phone", category="road")
    browser = Visitor()
    assert browser.open(f"track/{secret}/").status_code == 200
    kept = browser.last.cookies["prongsai_cases"]
    assert (kept["httponly"], kept["samesite"], kept["path"]) == (True, "Lax", "/banthrai/track/")
    assert secret not in kept.value
    for number in range(60):
        browser.open(f"track/AAAA-{number:04d}/")
    assert browser.open(f"track/{secret}/").status_code == 200, "it does not ask for what it has shown"
    assert browser.open(f"track/{other.code}/").status_code == 429
    browser.client.cookies["prongsai_cases"] = kept.value[:-2] + "xx"
    assert browser.open(f"track/{secret}/").status_code == 429, "a forged cookie opens nothing"


def sent_code(visitor: Visitor, case: Case) -> str:
    """The code on the receipt that this browser still has."""
    visitor.submit()
    return visitor.code


def test_the_citizen_sees_what_was_said_to_them_and_no_note_and_no_officer(
    visitor: Visitor, sent: Case
) -> None:
    officer = Actor("วิชัย ตัวอย่าง", is_system=True)
    note(actor=officer, case=sent, text="ผู้แจ้งร้องบ่อย")
    say(actor=officer, case=sent, text="ช่างจะไปดูวันศุกร์")
    page = visitor.client.get(f"/banthrai/track/{visitor.code}/").content.decode()
    assert "ช่างจะไปดูวันศุกร์" in page
    assert "ผู้แจ้งร้องบ่อย" not in page
    assert "วิชัย" not in page


def test_the_citizen_answers_with_files_and_a_waiting_case_goes_on(visitor: Visitor, sent: Case) -> None:
    path = f"track/{visitor.code}/"
    act(actor=SYSTEM, case=sent, act="ask", message="เสาต้นไหน")
    assert "เสาต้นไหน" in visitor.open(path).content.decode()
    once = re.search(r'name="once" value="([^"]+)"', visitor.last.content.decode())
    assert once
    data = {"text": "ต้นที่สอง", "once": once.group(1)}
    assert visitor.send(path, {**data, "files": [SimpleUploadedFile("เสา.png", PNG)]}).status_code == 302
    assert visitor.send(path, {**data}).status_code == 302, "sent again"
    sent.refresh_from_db()
    assert sent.state == "working"
    said = CaseMessage.objects.get(direction="in")
    assert said.text == "ต้นที่สอง"
    assert [file.name for file in said.files.all()] == ["เสา.png"]
    sha256 = StoredFile.objects.get(name="เสา.png").sha256
    answer = visitor.open(f"{path}files/{sha256}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert visitor.open(f"{path}files/{'0' * 64}/").status_code == 404


def test_a_refused_file_of_a_message_is_named_and_the_text_stays(visitor: Visitor, sent: Case) -> None:
    path = f"track/{visitor.code}/"
    response = visitor.send(
        path, {"text": "ข้อความยาวที่พิมพ์ไว้", "files": [SimpleUploadedFile("a.exe", b"MZ\0\0")]}
    )
    assert response.status_code == 422
    assert "ข้อความยาวที่พิมพ์ไว้" in response.content.decode()
    assert "a.exe" in response.content.decode()
    assert not CaseMessage.objects.filter(direction="in").exists()
    assert visitor.send(path, {"text": " "}).status_code == 422


def test_the_closing_question_is_asked_once_and_not_satisfied_opens_the_case_again(
    visitor: Visitor, sent: Case
) -> None:
    path = f"track/{visitor.code}/"
    act(actor=SYSTEM, case=sent, act="finish", result="เปลี่ยนหลอดแล้ว")
    page = visitor.open(path).content.decode()
    assert "เปลี่ยนหลอดแล้ว" in page
    assert 'name="satisfied"' in page
    visitor.send(f"{path}answer/", {"satisfied": "no", "note": "ยังดับอยู่"})
    sent.refresh_from_db()
    assert (sent.state, sent.satisfied, sent.reopened) == ("working", False, 1)
    assert 'name="satisfied"' not in visitor.open(path).content.decode()
    act(actor=SYSTEM, case=sent, act="finish", result="ซ่อมใหม่แล้ว")
    assert visitor.send(f"{path}answer/", {})["Location"].endswith("?choose=1#closing")
    assert "เลือก" in visitor.client.get(visitor.last["Location"]).content.decode().split('class="errsum"')[1]
    answered = visitor.send(f"{path}answer/", {"satisfied": "yes", "note": "สว่างดีแล้ว"})
    sent.refresh_from_db()
    assert sent.satisfied is True
    page = visitor.client.get(answered["Location"]).content.decode()
    assert words("ขอบคุณ") in words(page)
    assert "สว่างดีแล้ว" in visitor.open(path).content.decode(), "the answer that was given stands there"
    assert visitor.send(f"{path}answer/", {"satisfied": "yes"}).status_code == 409
    assert visitor.send(f"{path}answer/", {}).status_code == 302


def test_nobody_is_promised_a_second_look_where_there_is_none(visitor: Visitor, sent: Case) -> None:
    """A suggestion is answered once; and a closing may say that it is final."""
    asked = open_case(actor=SYSTEM, kind=SUGGESTION, title="ขอม้านั่ง", channel_kind="phone", category="idea")
    act(actor=SYSTEM, case=asked.case, act="answer", result="ตั้งงบปีหน้า")
    act(actor=SYSTEM, case=sent, act="finish", result="เปลี่ยนหลอดแล้ว")
    for code, promised in ((asked.code, False), (visitor.code, True)):
        page = visitor.open(f"track/{code}/").content.decode()
        assert 'name="satisfied"' in page
        assert (words("พิจารณาอีกครั้ง") in words(page)) is promised


def test_the_citizen_ends_their_own_case_after_one_more_question(visitor: Visitor, sent: Case) -> None:
    path = f"track/{visitor.code}/"
    assert "withdraw" in visitor.open(path).content.decode()
    assert visitor.open(f"{path}withdraw/").status_code == 200
    sent.refresh_from_db()
    assert sent.state == "received"
    visitor.send(f"{path}withdraw/", {"reason": "ไฟติดแล้ว"})
    sent.refresh_from_db()
    assert sent.state == "withdrawn"
    assert visitor.open(f"{path}withdraw/").status_code == 302


def test_merged_and_erased_cases_say_so(visitor: Visitor, sent: Case) -> None:
    path = f"track/{visitor.code}/"
    other = open_case(actor=SYSTEM, kind=GRIEVANCE, title="ไฟดับ", channel_kind="phone", category="lamp").case
    merge(actor=SYSTEM, case=sent, into=other, reason="เรื่องเดียวกัน")
    assert words("รวมกับเรื่องอื่นแล้ว") in words(visitor.open(path).content.decode())
    act(actor=SYSTEM, case=other, act="finish", result="ซ่อมแล้ว")
    erase_case(actor=SYSTEM, case=sent, reason="ครบกำหนด")
    page = visitor.open(path).content.decode()
    assert "ไฟหน้าวัดดับมาสามวัน" not in page
    assert "<textarea" not in page


def test_withheld_information_names_the_way_of_appeal(visitor: Visitor) -> None:
    visitor.answer("what", category="information", text="ขอสำเนาสัญญา")
    visitor.answer("how", how="look")
    visitor.answer("contact", who="anonymous")
    visitor.submit()
    case = Case.objects.get()
    act(actor=SYSTEM, case=case, act="refuse", reason="มาตรา 15 (5) ข้อมูลส่วนบุคคล")
    visitor.open(f"track/{visitor.code}/")
    page = words(visitor.page())
    assert "มาตรา15(5)" in page
    assert "อุทธรณ์" in page
    assert "มาตรา18" in page


def test_the_receipt_promises_the_days_of_the_clock(visitor: Visitor) -> None:
    with clock.at(clock.now().replace(year=2025, month=8, day=14, hour=4)):
        visitor.report_lamp()
        visitor.submit()
        visitor.open(f"track/{visitor.code}/receipt/")
    page = words(visitor.page())
    assert "4กันยายน2568" in page, "15 working days after 14 August 2568"
    assert "15ส.ค.2568" in page, "looked at by the next working day"
    assert "29ส.ค.2568" in page, "told how it stands within 15 days"


def test_the_form_and_the_tracking_page_take_few_queries(visitor: Visitor, sent: Case) -> None:
    for number in range(6):
        say(actor=SYSTEM, case=sent, text=f"ครั้งที่ {number}")
    other = Visitor()
    other.report_lamp()
    with counted_queries("complaints.start"):
        Client().get("/banthrai/complaints/")
    with counted_queries("complaints.what"):
        other.open("complaints/new/what/")
    with counted_queries("complaints.check"):
        other.open("complaints/new/check/")
    with counted_queries("complaints.track"):
        Client().get(f"/banthrai/track/{visitor.code}/")
    with counted_queries("complaints.receipt"):
        Client().get(f"/banthrai/track/{visitor.code}/receipt/")
