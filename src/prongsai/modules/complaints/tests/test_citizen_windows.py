"""What is sent is what was shown: two windows of one browser, another subject, words that come back, words that say nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import Place
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.writing import says_something
from prongsai.modules.complaints.models import CitizenDraft, DraftFile
from prongsai.modules.complaints.services import drafts
from prongsai.modules.complaints.services.course import name_of, shown_of
from prongsai.modules.complaints.services.intake import CameBy, take_in
from prongsai.modules.complaints.services.submitting import located, submit
from prongsai.modules.complaints.tests.citizen import PNG, SYSTEM, Visitor, words

FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
SERVICE = {"category": "service", "text": "เจ้าหน้าที่กองคลังพูดจาไม่ดี"}


def window(visitor: Visitor, path: str) -> dict[str, str]:
    """A page that is opened and left standing: its hidden fields."""
    response = visitor.open(path)
    assert response.status_code == 200, response
    return {name: value for name, value in FIELD.findall(response.content.decode()) if "csrf" not in name}


def case_of(visitor: Visitor) -> Case:
    visitor.submit()
    return Case.objects.get()


# --- two windows ---


def test_a_name_given_in_another_window_is_not_sent_by_one_that_shows_none(visitor: Visitor) -> None:
    visitor.report_lamp()
    standing = window(visitor, "complaints/new/check/")
    visitor.answer("contact", who="named", name="สมชาย ตัวอย่าง")
    asked = visitor.send("complaints/new/check/", standing)
    assert asked.status_code == 409
    assert not Case.objects.exists()
    page = words(visitor.page())
    assert "สมชายตัวอย่าง" in page, "what stands there now is shown"
    assert words("เปลี่ยนในหน้าต่างอื่น") in page
    again = dict(FIELD.findall(asked.content.decode()))
    assert visitor.send("complaints/new/check/", again).status_code == 302
    assert Case.objects.get().contact_name == "สมชาย ตัวอย่าง"


@pytest.mark.parametrize("change", ["text", "place", "file"])
def test_whatever_was_changed_since_the_last_look_is_shown_before_it_is_sent(
    visitor: Visitor, change: str
) -> None:
    visitor.report_lamp()
    standing = window(visitor, "complaints/new/check/")
    match change:
        case "text":
            visitor.answer("what", category="lamp", text="ไฟดับทั้งซอย", more="12")
        case "place":
            visitor.answer("where", village="5", place="หน้าโรงเรียน")
        case _:
            visitor.attach(("เสา.png", PNG))
    assert visitor.send("complaints/new/check/", standing).status_code == 409
    assert not Case.objects.exists()


def test_a_matter_begun_in_another_window_is_not_written_over(visitor: Visitor) -> None:
    standing = window(visitor, "complaints/new/what/?category=service")
    visitor.report_lamp()
    asked = visitor.send("complaints/new/what/", {**standing, **SERVICE})
    assert asked.status_code == 409
    page = words(visitor.page())
    assert words("ไฟหน้าวัดดับมาสามวัน") in page, "what else was begun is named"
    assert SERVICE["text"] in asked.content.decode(), "what was typed is still here"
    draft = CitizenDraft.objects.get()
    assert (draft.category, draft.answers["what"]["text"]) == ("lamp", "ไฟหน้าวัดดับมาสามวัน")
    lamp = case_of(visitor)
    assert visitor.send("complaints/new/what/", {**standing, **SERVICE}).status_code == 302
    visitor.answer("contact", who="anonymous")
    visitor.submit()
    service = Case.objects.exclude(pk=lamp.pk).get()
    assert (lamp.category, service.category) == ("lamp", "service")
    assert service.contact_name == service.place == service.village == ""


def test_the_page_that_began_a_matter_goes_on_with_it_when_it_is_gone_back_to(visitor: Visitor) -> None:
    standing = window(visitor, "complaints/new/what/?category=lamp")  # a browser may show it again as it was
    for text in ("ไฟดับ", "ไฟดับ", "ไฟดับทั้งซอย"):
        assert visitor.send("complaints/new/what/", {**standing, "text": text}).status_code == 302
    assert CitizenDraft.objects.get().answers["what"]["text"] == "ไฟดับทั้งซอย"
    visitor.answer("where", village="4")
    visitor.answer("contact", who="anonymous")
    case_of(visitor)
    asked = visitor.send("complaints/new/what/", {**standing, "text": "ไฟดับทั้งซอย"})
    assert asked.status_code == 409, "it was sent"
    again = dict(FIELD.findall(asked.content.decode()))
    assert visitor.send("complaints/new/what/", {**again, "text": "อีกเรื่อง"}).status_code == 302
    assert Case.objects.count() == 1


def test_the_other_matter_is_erased_only_by_who_says_so(visitor: Visitor) -> None:
    standing = window(visitor, "complaints/new/what/?category=service")
    visitor.report_lamp()
    lamp = name_of(CitizenDraft.objects.get())
    assert visitor.send("complaints/new/what/", {**standing, **SERVICE, "instead": "x"}).status_code == 409
    response = visitor.send("complaints/new/what/", {**standing, **SERVICE, "instead": lamp})
    assert response.status_code == 302
    draft = CitizenDraft.objects.get()
    assert draft.category == "service"
    assert set(draft.answers) == {"what"}


def test_a_new_beginning_is_asked_about_while_a_draft_was_not_sent(visitor: Visitor) -> None:
    visitor.report_lamp()
    for path in (
        "complaints/new/subject/?kind=complaint",
        "complaints/new/what/?category=service",
        "complaints/new/subject/?kind=information",
    ):
        assert visitor.open(path)["Location"].endswith("/complaints/"), path
    visitor.open("complaints/")
    assert words("ไฟหน้าวัดดับมาสามวัน") in words(visitor.page())
    late = visitor.send("complaints/new/subject/", {"draft": "", "kind": "complaint", "category": "service"})
    assert late["Location"].endswith("/complaints/")


def test_the_subject_is_changed_from_the_last_page_and_by_the_way_back(visitor: Visitor) -> None:
    visitor.report_lamp()
    page = visitor.open("complaints/new/check/").content.decode()
    change = re.search(r'href="([^"]+/subject/[^"]+)"', page)
    assert change
    assert visitor.client.get(change.group(1)).status_code == 200
    chosen = visitor.send("complaints/new/subject/", {"kind": "grievance", "category": "road"})
    page = visitor.client.get(chosen["Location"]).content.decode()
    assert "ไฟหน้าวัดดับมาสามวัน" in page
    back = re.search(r'class="back" href="([^"]+)"', page)
    assert back
    assert visitor.client.get(back.group(1).replace("&amp;", "&")).status_code == 200


def test_a_window_of_what_was_sent_or_erased_says_so_and_touches_no_other_matter(visitor: Visitor) -> None:
    visitor.report_lamp()
    lamp = window(visitor, "complaints/new/check/")
    visitor.send("complaints/new/discard/", {"sure": "1"})
    visitor.answer("what", **SERVICE)
    for path, more in (
        ("where/", {"village": "4"}),
        ("contact/", {"who": "named", "name": "สมชาย"}),
        ("check/", {}),
        ("discard/", {}),
        ("photos/", {"next": "1"}),
    ):
        response = visitor.send(f"complaints/new/{path}", {**lamp, **more})
        assert response.status_code == 302, path
        assert response["Location"].endswith("/complaints/?elsewhere=1"), path
    visitor.open("complaints/?elsewhere=1")
    assert words("ไม่มีอะไรถูกส่งออกไปในครั้งนี้") in words(visitor.page())
    assert set(CitizenDraft.objects.get().answers) == {"what"}
    assert not Case.objects.exists()


def test_a_question_that_another_window_took_out_of_the_way_leads_on(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")
    where = window(visitor, "complaints/new/where/")
    visitor.answer("what", **SERVICE)
    response = visitor.send("complaints/new/where/", {**where, "village": "4"})
    assert response.status_code == 302
    assert response["Location"].endswith("/contact/")
    assert "where" not in CitizenDraft.objects.get().answers


# --- another subject ---


def test_what_the_new_subject_is_not_asked_for_goes_and_is_not_sent(visitor: Visitor) -> None:
    visitor.answer("what", category="property", text="รถของหลวงจอดบ้านคน")
    visitor.answer("where", village="4", place="หน้าวัด", latitude="15.3", longitude="103.29")
    visitor.answer("contact", who="anonymous")
    visitor.answer("what", then="check", **SERVICE)
    assert "where" not in CitizenDraft.objects.get().answers
    case = case_of(visitor)
    assert (case.category, case.village, case.place, case.latitude) == ("service", "", "", None)


def test_praise_takes_no_picture_and_no_number_of_a_pole_along(visitor: Visitor) -> None:
    visitor.report_lamp()
    visitor.attach(("บ้าน.png", PNG))
    draft = CitizenDraft.objects.get()
    page = visitor.open(f"complaints/new/what/?category=road&draft={name_of(draft)}").content.decode()
    assert 'value="12"' not in page, "it answers another question"
    visitor.answer("what", category="praise", text="ขอบคุณช่างไฟ", then="check")
    assert not DraftFile.objects.exists()
    case = case_of(visitor)
    assert case.body == "ขอบคุณช่างไฟ"
    assert (case.village, case.files.count()) == ("", 0)


def test_answers_that_lie_there_from_before_are_not_sent_either(web_office: Organization) -> None:
    draft = drafts.begin(key="k" * 43, category="service")
    for question, values in {
        "what": {"text": "พูดไม่ดี", "more": "วันจันทร์"},
        "where": {"village": "4", "latitude": "15.3", "longitude": "103.29"},
        "how": {"how": "copy"},
        "contact": {"who": "anonymous"},
    }.items():
        draft = drafts.answer(draft=draft, question=question, values=values)
    case = submit(draft=draft, shown=shown_of(draft)).case
    assert case is not None
    assert (case.village, case.latitude) == ("", None)
    assert "สำเนา" not in case.body


# --- anonymous ---


def test_whoever_chooses_to_stay_anonymous_is_not_held_up_by_what_was_mistyped(visitor: Visitor) -> None:
    visitor.answer("what", **SERVICE)
    mistyped = {"name": "สมชาย", "phone": "ไม่มี", "email": "somchai@", "line": "on"}
    assert visitor.send("complaints/new/contact/", {"who": "named", **mistyped}).status_code == 422
    visitor.answer("contact", who="anonymous", **mistyped)
    kept = CitizenDraft.objects.get().answers["contact"]
    assert not any(kept.get(way) for way in ("name", "phone", "email", "line")), kept


# --- pictures ---


def test_the_script_learns_which_file_was_kept_and_which_was_there(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")

    def sent(name: str, content: bytes) -> Any:
        data = {"photos": SimpleUploadedFile(name, content)}
        return visitor.send("complaints/new/photos/", data, HTTP_ACCEPT="application/json").json()["kept"]

    (first,) = sent("ก.txt", "ก".encode())
    (second,) = sent("ข.txt", "ข".encode())
    (again,) = sent("ก.txt", "ก".encode())
    assert not first["again"]
    assert not second["again"]
    assert again == {"id": first["id"], "again": True}
    plain = visitor.attach(("ก.txt", "ก".encode()))
    visitor.last = visitor.client.get(plain["Location"])
    assert words("ไฟล์นี้แนบแล้ว") in words(visitor.page())


# --- words that say something ---

UNSEEN = ["\u200b\u200b\u2060", "\u00a0 \u3000", "\u3164", "...", "\u200e\u00ad"]


@pytest.mark.parametrize("text", UNSEEN)
def test_a_text_in_which_nothing_can_be_read_is_refused_everywhere(
    visitor: Visitor, web_office: Organization, text: str
) -> None:
    refused = visitor.send("complaints/new/what/", {"category": "lamp", "text": text})
    assert refused.status_code == 422
    assert not CitizenDraft.objects.exists()
    draft = drafts.begin(key="k" * 43, category="lamp")
    draft = drafts.answer(draft=draft, question="what", values={"text": text})
    for send in (
        lambda: submit(draft=draft),
        lambda: take_in(actor=SYSTEM, category="lamp", body=text, came=CameBy("phone")),
    ):
        with pytest.raises(InvalidInput):
            send()
    assert not Case.objects.exists()


def test_a_submission_by_the_api_says_something(web_office: Organization) -> None:
    response = Client().post(
        "/api/v1/banthrai/complaints/submissions",
        {"category": "lamp", "text": UNSEEN[0]},
        content_type="application/json",
        headers={"Idempotency-Key": "0123456789abcdef"},
    )
    assert response.status_code == 422
    assert not Case.objects.exists()


def test_a_name_in_which_nothing_can_be_read_is_none(visitor: Visitor) -> None:
    visitor.answer("what", **SERVICE)
    assert visitor.send("complaints/new/contact/", {"who": "named", "name": "\u200b"}).status_code == 422
    visitor.answer("contact", who="named", name="\u200b", phone="081 234 5678")
    case = case_of(visitor)
    assert (case.contact_name, case.contact_phone) == ("", "081 234 5678")


def test_a_message_about_a_case_says_something(visitor: Visitor) -> None:
    visitor.report_lamp()
    visitor.submit()
    code = visitor.code
    assert visitor.send(f"track/{code}/", {"text": UNSEEN[0]}).status_code == 422
    assert not CaseMessage.objects.exists()
    assert visitor.send(f"track/{code}/", {"text": "ok"})["Location"].endswith(f"/track/{code}/#said")


@pytest.mark.parametrize("text", ["ไฟดับ", "4", "๔", "ok", "а", "\u200bก"])
def test_a_letter_or_a_digit_says_something(text: str) -> None:
    assert says_something(text)


def test_a_text_that_fits_on_the_page_fits_here_whatever_its_lines_end_with(visitor: Visitor) -> None:
    lines = "\r\n".join(["ก" * 99] * 100)
    assert len(lines.replace("\r\n", "\n")) == 9_999 < 10_000 < len(lines)
    visitor.answer("what", category="lamp", text=lines)
    assert "\r" not in CitizenDraft.objects.get().answers["what"]["text"]
    too_long = {"category": "lamp", "text": "ก" * 10_001}
    assert visitor.send("complaints/new/what/", too_long).status_code == 422


# --- the language ---


@pytest.mark.parametrize(
    "path", ["new/what/?category=service", "new/subject/?kind=suggestion", "new/what/?category=information"]
)
def test_who_changes_the_language_stays_with_the_question(visitor: Visitor, path: str) -> None:
    page = visitor.open(f"complaints/{path}").content.decode()
    other = re.search(r'href="(/language/en/[^"]+)"', page)
    assert other
    there = visitor.client.get(other.group(1))["Location"]
    assert there == f"/banthrai/complaints/{path}"
    assert visitor.client.get(there).status_code == 200


def test_who_changes_the_language_on_a_refused_page_stays_with_the_subject(visitor: Visitor) -> None:
    page = visitor.send("complaints/new/what/", {"category": "service", "text": ""}).content.decode()
    other = re.search(r'href="(/language/en/[^"]+)"', page)
    assert other
    there = visitor.client.get(other.group(1))["Location"]
    assert there.endswith("/new/what/?category=service")


# --- the village ---


@pytest.mark.parametrize(
    ("typed", "place", "village", "kept"),
    [
        ("หมู่ที่ ๔ บ้านโนนสูงใหญ่เหนือ", "หน้าวัด", "4", "บ้านโนนสูงใหญ่เหนือ หน้าวัด"),
        ("ม.4", "", "4", ""),
        ("หมู่ 4 บ้านโนน", "", "4", "บ้านโนน"),
        ("หมู่ 4, บ้านโนน", "บ้านโนน ข้างวัด", "4", "บ้านโนน ข้างวัด"),
        ("4 บ้านโนน", "", "4", "บ้านโนน"),
        ("12/3", "หน้าวัด", "12/3", "หน้าวัด"),
        ("หมู่ 4-5", "", "หมู่ 4-5", ""),
        ("12 หมู่ 4", "", "12 หมู่ 4", ""),
        ("บ้านใหม่", "", "บ้านใหม่", ""),
    ],
)
def test_the_number_of_the_village_is_taken_out_of_its_name(
    typed: str, place: str, village: str, kept: str
) -> None:
    assert located(typed, place) == (village, kept)


def test_the_name_of_a_village_is_kept_and_never_cut(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")
    page = visitor.open("complaints/new/where/").content.decode()
    field = re.search(r'<input[^>]+name="village"[^>]*>', page)
    assert field
    assert 'maxlength="20"' not in field.group(), "the browser would cut what is pasted"
    too_long = {"village": "บ้านโนนสูงใหญ่เหนือทางทิศตะวันออก", "place": "หน้าวัด"}
    refused = visitor.send("complaints/new/where/", too_long)
    assert refused.status_code == 422
    assert too_long["village"] in refused.content.decode()
    assert 'href="#id_village"' in refused.content.decode()
    visitor.answer("where", village="หมู่ที่ ๔ บ้านโนนสูงใหญ่เหนือ", place="หน้าวัด")
    visitor.answer("contact", who="anonymous")
    visitor.open("complaints/new/check/")
    assert words("หมู่ที่ ๔ บ้านโนนสูงใหญ่เหนือ หน้าวัด") in words(visitor.page())
    case = case_of(visitor)
    assert (case.village, case.place) == ("4", "บ้านโนนสูงใหญ่เหนือ หน้าวัด")


def test_what_an_officer_types_beside_the_number_is_kept_too(web_office: Organization) -> None:
    where = Place("หน้าวัด", "หมู่ 4 บ้านโนน")
    case = take_in(actor=SYSTEM, category="lamp", body="ไฟดับ", came=CameBy("phone"), place=where).case
    assert (case.village, case.place) == ("4", "บ้านโนน หน้าวัด")
    with pytest.raises(InvalidInput) as refused:
        take_in(actor=SYSTEM, category="lamp", body="ไฟดับ", came=CameBy("phone"), place=Place("", "บ้าน" * 6))
    assert refused.value.field == "village"


# --- a form without its token ---


@pytest.fixture
def tokens() -> Visitor:
    """A browser whose forms have to bring their token, and that has lost it."""
    return Visitor(client=Client(enforce_csrf_checks=True))


OURS = {"HTTP_ORIGIN": "http://testserver"}
TEXT = '<script>alert(1)</script> ไฟดับ "มืด"\n\nสองบรรทัด'


def test_what_was_written_comes_back_when_the_form_has_expired_and_is_sent_by_its_button(
    visitor: Visitor, tokens: Visitor
) -> None:
    given = {"draft": "", "category": "lamp", "text": TEXT, "more": "12", "else": "x"}
    response = tokens.send("complaints/new/what/", given, **OURS)
    assert response.status_code == 403
    page = response.content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ไฟดับ" in page
    assert 'name="else"' not in page
    assert not CitizenDraft.objects.exists(), "nothing is done with it"
    token = dict(FIELD.findall(page))["csrfmiddlewaretoken"]
    sent = tokens.send("complaints/new/what/", {**given, "csrfmiddlewaretoken": token}, **OURS)
    assert sent.status_code == 302
    assert CitizenDraft.objects.get().answers["what"]["text"] == TEXT


def test_a_message_about_a_case_comes_back_too(visitor: Visitor, tokens: Visitor) -> None:
    visitor.report_lamp()
    visitor.submit()
    page = tokens.send(
        f"track/{visitor.code}/", {"text": "ยังไม่ติด", "once": "0" * 20}, **OURS
    ).content.decode()
    assert "ยังไม่ติด" in page
    assert not CaseMessage.objects.exists()


@pytest.mark.parametrize(
    ("path", "came"),
    [
        ("complaints/new/what/", {"HTTP_ORIGIN": "https://elsewhere.example"}),
        ("complaints/new/what/", {}),
        ("complaints/new/discard/", OURS),
    ],
)
def test_what_another_site_sends_is_put_before_nobody(
    visitor: Visitor, tokens: Visitor, path: str, came: dict[str, str]
) -> None:
    page = tokens.send(path, {"category": "lamp", "text": "ข้อความของคนอื่น"}, **came)
    assert page.status_code == 403
    assert "ข้อความของคนอื่น" not in page.content.decode()


# --- what the device keeps ---


def test_a_page_names_what_arrived_and_no_page_before_it_did(visitor: Visitor) -> None:
    sent = "a1b2c3d4e5f6a7b8c9d0"
    assert 'data-arrived=""' in visitor.open("complaints/new/what/?category=lamp").content.decode()
    refused = visitor.send("complaints/new/what/", {"category": "lamp", "text": "", "typed": sent})
    assert sent not in refused.content.decode()
    visitor.answer("what", category="lamp", text="ไฟดับ", typed=sent)
    for path in ("where/", "photos/", "contact/", "subject/"):
        assert f'data-arrived="{sent}"' in visitor.open(f"complaints/new/{path}").content.decode(), path
    assert f'data-arrived="{sent}"' in visitor.open("complaints/").content.decode()
    visitor.answer("what", category="lamp", text="ไฟดับ", typed='"><script>')
    assert 'data-arrived=""' in visitor.open("complaints/new/where/").content.decode()


def test_the_page_of_a_case_names_the_message_that_arrived(visitor: Visitor) -> None:
    visitor.report_lamp()
    visitor.submit()
    code, sent = visitor.code, "a1b2c3d4e5f6a7b8c9d0"
    led = visitor.send(f"track/{code}/", {"text": "ยังไม่ติด", "typed": sent})["Location"]
    assert led.endswith(f"?arrived={sent}#said")
    assert f'data-arrived="{sent}"' in visitor.client.get(led.partition("#")[0]).content.decode()
    assert 'data-arrived=""' in visitor.open(f"track/{code}/?arrived=x%22y").content.decode()
