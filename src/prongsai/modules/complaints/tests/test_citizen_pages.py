"""The citizens' pages: one question after the other, the receipt, following a case. No scripts here."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import case_by_code
from prongsai.foundation.casework.services import open_case, publish_case
from prongsai.foundation.channels.canary import marker
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.services import close_channel, open_channel
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, INFORMATION
from prongsai.modules.complaints.models import CitizenDraft, DraftFile, MeToo
from prongsai.modules.complaints.portal.visiting import COOKIE
from prongsai.modules.complaints.tests.citizen import PNG, SYSTEM, Visitor, open_web, words
from tests.cast import donsai

# --- the way to the receipt ---


def test_a_street_light_is_reported_without_an_account_and_without_scripts(visitor: Visitor) -> None:
    assert "ไฟสาธารณะดับหรือชำรุด" in words(
        visitor.open("complaints/new/subject/?kind=grievance").content.decode()
    )
    assert (
        visitor.send("complaints/new/subject/", {"kind": "grievance", "category": "lamp"}).status_code == 302
    )
    assert visitor.last["Location"].endswith("/complaints/new/what/?category=lamp")
    visitor.report_lamp("ไฟหน้าวัดดับมาสามวัน", who="named", name="สมชาย ตัวอย่าง", phone="081 234 5678")
    visitor.open("complaints/new/check/")
    for said in ("ไฟหน้าวัดดับมาสามวัน", "หมู่ที่ ๔", "หน้าวัด", "สมชาย ตัวอย่าง", "081 234 5678"):
        assert words(said) in words(visitor.page())
    assert visitor.submit().status_code == 302
    case = case_by_code(visitor.code)
    assert case is not None
    visitor.open(f"track/{visitor.code}/receipt/")
    page = words(visitor.page())
    for said in (case.number, "ไฟสาธารณะดับหรือชำรุดหมู่ที่4", "15วันทำการ"):
        assert words(said) in page
    assert f'data-receipt="{case.number}"' in visitor.last.content.decode()
    assert '<svg class="qr"' in visitor.last.content.decode()


@pytest.mark.parametrize(
    ("kind", "category", "steps"),
    [
        ("grievance", "lamp", 6),
        ("complaint", "service", 5),
        ("complaint", "procurement", 6),
        ("suggestion", "praise", 4),
        ("information", "information", 4),
    ],
)
def test_a_matter_is_asked_only_what_belongs_to_it(
    visitor: Visitor, kind: str, category: str, steps: int
) -> None:
    visitor.answer("what", category=category, text="ข้อความ")
    number, path = 0, visitor.last["Location"]
    while not path.endswith("/check/"):
        response = visitor.client.get(path, follow=True)
        assert response.status_code == 200
        path = response.request["PATH_INFO"]
        shown = re.search(r"(?:ข้อที่|Question)\s*(\d) ", visitor.page()) if number else None
        number += 1
        step = path.rstrip("/").rpartition("/")[2]
        data = {
            "where": {"village": "4"}, "how": {"how": "copy"}, "photos": {"next": "1"}, "contact": {"who": "anonymous"},
        }[step]  # fmt: skip
        path = visitor.send(path.removeprefix("/banthrai/"), data)["Location"]
        if path.endswith("/similar/"):
            path = visitor.client.get(path)["Location"]
        assert shown is None or shown
    first = 0 if kind == "information" else 1
    assert number + 2 + first == steps
    visitor.submit()
    case = case_by_code(visitor.code)
    assert case is not None
    assert case.kind == f"complaints.{kind}"


def test_a_request_for_information_has_its_own_number_clock_and_wish(visitor: Visitor) -> None:
    with clock.at(clock.now().replace(year=2026, month=3, day=2, hour=3)):
        visitor.answer("what", category="information", text="ขอสำเนาสัญญาจ้างก่อสร้างถนนสาย ก ปี 2568")
        visitor.answer("how", how="certified")
        visitor.answer("contact", who="named", email="citizen@example.org")
        visitor.submit()
        case = case_by_code(visitor.code)
        assert case is not None
        assert case.kind == INFORMATION
        assert case.number.startswith("I69-")
        assert case.due_on is not None
        assert (case.due_on - case.received_on).days == 15, "calendar days"
        assert "สำเนาที่มีคำรับรองถูกต้อง" in case.body


def test_what_is_refused_comes_back_as_it_was_typed_with_the_error_at_its_field(visitor: Visitor) -> None:
    response = visitor.send("complaints/new/what/", {"category": "lamp", "text": "", "more": "12"})
    assert response.status_code == 422
    assert 'value="12"' in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()
    visitor.answer("what", category="lamp", text="ไฟดับ")
    refused = visitor.send("complaints/new/where/", {"village": "", "place": ""})
    assert refused.status_code == 422
    assert 'href="#id_place"' in refused.content.decode()
    visitor.answer("where", village="4")
    refused = visitor.send("complaints/new/contact/", {"who": "named", "email": "ไม่ใช่อีเมล", "name": "สมชาย"})
    assert refused.status_code == 422
    assert 'value="สมชาย"' in refused.content.decode()


def test_the_way_back_and_a_change_from_the_last_page_lose_nothing(visitor: Visitor) -> None:
    visitor.report_lamp()
    assert "ไฟหน้าวัดดับมาสามวัน" in visitor.open("complaints/new/what/?then=check").content.decode()
    response = visitor.answer("what", category="road", text="ถนนเป็นหลุม", then="check")
    assert response["Location"].endswith("/check/")
    visitor.open("complaints/new/check/")
    page = words(visitor.page())
    assert "ถนนเป็นหลุม" in page
    assert "หน้าวัด" in page
    assert "ถนนทางเท้าหรือสะพาน" in page


def test_tomorrow_the_form_goes_on_where_it_stopped(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")
    tomorrow = clock.now() + timedelta(days=1)
    with clock.at(tomorrow):
        visitor.open("complaints/")
        assert "ไฟดับ" in visitor.page()
        assert visitor.open("complaints/new/")["Location"].endswith("/where/")
        visitor.answer("where", village="4")
        visitor.answer("contact", who="anonymous")
        assert visitor.open("complaints/new/")["Location"].endswith("/check/")
        assert visitor.submit().status_code == 302


def test_another_browser_sees_nothing_of_it_and_the_key_is_no_secret_of_the_table(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับลับๆ")
    other = Visitor()
    assert "ไฟดับลับๆ" not in other.open("complaints/").content.decode()
    assert other.open("complaints/new/check/").status_code == 302
    cookie = visitor.client.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["path"] == "/banthrai/complaints/"
    assert cookie.value not in str(list(CitizenDraft.objects.values()))


def test_what_was_begun_is_erased_on_demand(visitor: Visitor) -> None:
    visitor.report_lamp()
    visitor.attach(("เสา.png", PNG))
    asked = visitor.send("complaints/new/discard/").content.decode()
    assert words("ลบที่กรอกไว้หรือไม่") in words(asked)
    assert CitizenDraft.objects.count() == DraftFile.objects.count() == 1, "a thumb slips"
    visitor.send("complaints/new/discard/", {"sure": "1"})
    assert not CitizenDraft.objects.exists()
    assert not DraftFile.objects.exists()
    assert "ไฟหน้าวัด" not in visitor.open("complaints/").content.decode()


def test_nobody_gets_to_a_later_question_without_the_first(visitor: Visitor) -> None:
    for step in ("where", "contact", "photos", "check", "similar", "how"):
        response = visitor.open(f"complaints/new/{step}/")
        assert response.status_code == 302, step
        assert response["Location"].endswith("/complaints/")
    assert visitor.open("complaints/new/nothing/").status_code == 404
    visitor.answer("what", category="lamp", text="ไฟดับ")
    assert visitor.open("complaints/new/check/")["Location"].endswith("/where/")
    assert visitor.open("complaints/new/how/").status_code == 404


def test_a_closed_web_channel_takes_nothing_and_names_the_other_ways(
    visitor: Visitor, web_office: Organization
) -> None:
    open_channel(actor=SYSTEM, kind="phone", name="โทรศัพท์งานธุรการ", address="0 4400 0000")
    close_channel(actor=SYSTEM, channel=Channel.objects.get(kind="web"), reason="ปรับปรุง")
    page = visitor.open("complaints/").content.decode()
    assert "0 4400 0000" in page
    assert "kind=grievance" not in page
    assert visitor.open("complaints/new/subject/?kind=grievance").status_code == 302
    assert visitor.send("complaints/new/what/", {"category": "lamp", "text": "ไฟดับ"}).status_code == 302
    assert not CitizenDraft.objects.exists()


def test_a_draft_begun_before_the_channel_closed_is_still_sent(
    visitor: Visitor, web_office: Organization
) -> None:
    visitor.report_lamp()
    close_channel(actor=SYSTEM, channel=Channel.objects.get(kind="web"), reason="ปรับปรุง")
    assert visitor.submit().status_code == 302
    assert Case.objects.count() == 1


def test_sent_twice_by_the_button_or_from_the_page_before_it_is_one_case(visitor: Visitor) -> None:
    visitor.report_lamp()
    first = visitor.submit()["Location"]
    assert visitor.submit()["Location"] == first
    assert Case.objects.count() == 1
    assert visitor.open("complaints/new/check/")["Location"].endswith("/complaints/")
    visitor.report_lamp("อีกเรื่อง")
    assert visitor.submit()["Location"] != first
    assert Case.objects.count() == 2


def test_corruption_is_led_to_the_sealed_channel(visitor: Visitor) -> None:
    assert "/banthrai/whistle/" in visitor.open("complaints/").content.decode()
    page = visitor.open("complaints/new/subject/?kind=complaint").content.decode()
    assert "/banthrai/whistle/" in page
    assert "ทุจริต" not in re.sub(r'<p class="kept[\s\S]*', "", page), "it is no subject of the common form"


def test_the_self_check_reaches_a_receipt_and_leaves_no_case(visitor: Visitor) -> None:
    visitor.report_lamp(marker())
    response = visitor.submit()
    assert response.status_code == 200
    assert "data-receipt=" in response.content.decode()
    assert not Case.objects.exists()
    assert not CitizenDraft.objects.exists()


# --- pictures ---


def test_files_are_kept_named_and_taken_out_without_scripts(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")
    visitor.attach(("เสา.png", PNG), ("บันทึก.txt", "ดับตั้งแต่วันจันทร์".encode()))
    page = visitor.open("complaints/new/photos/").content.decode()
    assert "เสา.png" in page
    assert "บันทึก.txt" in page
    visitor.send("complaints/new/photos/", {"remove": str(DraftFile.objects.get(name="เสา.png").pk)})
    assert [file.name for file in DraftFile.objects.all()] == ["บันทึก.txt"]


def test_a_hostile_and_a_too_large_file_are_named_and_the_others_stay(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับมาก")
    response = visitor.attach(
        ("เสา.png", PNG),
        ("รูปหลอก.jpg", b"MZ\x90\0" * 40),
        ("ใหญ่.jpg", b"\xff\xd8\xff" + b"x" * (11 << 20)),
        next="1",
    )
    assert response.status_code == 422
    page = words(visitor.page())
    assert words("รูปหลอก.jpg: ไฟล์โปรแกรมแนบไม่ได้") in page
    assert words("ใหญ่.jpg: ไฟล์ใหญ่เกิน 10 เมกะไบต์") in page
    assert [file.name for file in DraftFile.objects.all()] == ["เสา.png"]
    assert "ไฟดับมาก" in visitor.open("complaints/new/what/").content.decode()


def test_what_is_far_too_large_is_refused_unread(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")
    response = visitor.client.generic(
        "POST", visitor.at("complaints/new/photos/"), b"--b\r\n", content_type="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(500 << 20),
    )  # fmt: skip
    assert response.status_code == 413
    assert "complaints/new/photos/" in response.content.decode(), "the way back"


def test_a_line_that_drops_in_the_middle_of_a_picture_says_so(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")
    body = (
        b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        + PNG
    )
    response = visitor.client.generic(
        "POST", visitor.at("complaints/new/photos/"), body, content_type="multipart/form-data; boundary="
    )
    assert response.status_code == 400
    assert DraftFile.objects.count() == 0


def test_the_script_is_told_in_json(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")
    as_script = {"HTTP_ACCEPT": "application/json"}
    kept = visitor.send("complaints/new/photos/", {"photos": SimpleUploadedFile("เสา.png", PNG)}, **as_script)
    assert [each["name"] for each in kept.json()["files"]] == ["เสา.png"]
    refused = visitor.send(
        "complaints/new/photos/", {"photos": SimpleUploadedFile("x.exe", b"MZ\0")}, **as_script
    )
    assert refused.status_code == 422
    assert "x.exe" in refused.json()["message"]
    visitor.send("complaints/new/discard/", {"sure": "1"})
    gone = visitor.send("complaints/new/photos/", {"photos": SimpleUploadedFile("a.png", PNG)}, **as_script)
    assert gone.status_code == 410


# --- the place, and the map ---


def test_without_a_tile_server_there_is_no_map_and_the_policy_stays_closed(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")
    response = visitor.open("complaints/new/where/")
    assert "leaflet" not in response.content.decode()
    assert "img-src 'self' data:;" in response["Content-Security-Policy"]
    assert "geolocation=(self)" in response["Permissions-Policy"]
    assert "geolocation=()" in visitor.open("complaints/new/contact/")["Permissions-Policy"]


def test_the_operators_tile_server_is_let_in_on_the_map_page_alone(visitor: Visitor, settings: Any) -> None:
    settings.MAP_TILES = "https://{s}.tiles.example.org/{z}/{x}/{y}.png"
    visitor.answer("what", category="lamp", text="ไฟดับ")
    response = visitor.open("complaints/new/where/")
    assert "leaflet.js" in response.content.decode()
    assert "img-src 'self' data: https://*.tiles.example.org;" in response["Content-Security-Policy"]
    assert "tiles.example.org" not in visitor.open("complaints/new/what/")["Content-Security-Policy"]


@pytest.mark.parametrize("point", [("91", "100"), ("ก", "100"), ("15", "181"), ("nan", "1"), ("1e9999", "1")])
def test_a_place_that_is_none_is_refused(visitor: Visitor, point: tuple[str, str]) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")
    response = visitor.send(
        "complaints/new/where/", {"village": "4", "latitude": point[0], "longitude": point[1]}
    )
    assert response.status_code == 422


def test_half_a_point_is_no_point(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")
    visitor.answer("where", village="4", latitude="15.3", longitude="")
    assert CitizenDraft.objects.get().answers["where"]["latitude"] == ""


# --- the same trouble ---


@pytest.fixture
def public_case(web_office: Organization) -> Case:
    case = open_case(
        actor=SYSTEM,
        kind=GRIEVANCE,
        title="ไฟหน้าวัดดับ",
        body="ไฟหน้าวัดดับ ของนาย ก",
        category="lamp",
        channel_kind="phone",
    ).case
    return publish_case(actor=SYSTEM, case=case, public_title="ไฟสาธารณะหน้าวัดดับ")


def test_others_with_the_same_trouble_are_shown_by_their_public_title_and_can_be_joined(
    visitor: Visitor, public_case: Case
) -> None:
    visitor.answer("what", category="lamp", text="ไฟหน้าวัดดับ")
    assert visitor.answer("where", place="หน้าวัด")["Location"].endswith("/similar/")
    page = visitor.open("complaints/new/similar/").content.decode()
    assert "ไฟสาธารณะหน้าวัดดับ" in page
    assert "นาย ก" not in page
    asked = visitor.send("complaints/new/similar/", {"same": str(public_case.pk)}).content.decode()
    assert public_case.number in asked
    assert "ไฟสาธารณะหน้าวัดดับ" in asked
    assert 'href="/banthrai/complaints/new/photos/"' in asked, "one's own report can be sent instead"
    assert CitizenDraft.objects.exists(), "nothing is erased before it is said so"
    assert not MeToo.objects.exists()
    response = visitor.send("complaints/new/similar/", {"same": str(public_case.pk), "sure": "1"})
    page = response.content.decode()
    assert 'data-joined="1"' in page
    assert public_case.number in page
    assert 'href="/banthrai/complaints/list/"' in page
    assert not CitizenDraft.objects.exists()
    assert MeToo.objects.get().case == public_case
    assert Case.objects.count() == 1


def test_whoever_means_another_goes_on(visitor: Visitor, public_case: Case) -> None:
    visitor.answer("what", category="lamp", text="ไฟหน้าวัดดับ")
    visitor.answer("where", place="หน้าวัด")
    assert visitor.send("complaints/new/similar/", {"same": ""})["Location"].endswith("/photos/")
    assert visitor.send("complaints/new/similar/", {"same": "999999"}).status_code == 409
    assert CitizenDraft.objects.exists()


# --- who may ---


def test_every_page_is_open_to_all_and_none_is_kept_by_a_cache(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")
    for path in (
        "complaints/",
        "complaints/new/what/",
        "complaints/new/where/",
        "complaints/new/photos/",
        "track/",
    ):
        response = visitor.open(path)
        assert response.status_code == 200, path
        assert "no-store" in response["Cache-Control"], path
    assert visitor.open("complaints/privacy/").status_code == 200
    assert visitor.open("complaints/line/").status_code == 204


def test_complaints_about_the_office_say_what_an_anonymous_one_needs(visitor: Visitor) -> None:
    visitor.answer("what", category="service", text="เจ้าหน้าที่พูดไม่ดี")
    visitor.open("complaints/new/contact/")
    assert words("พยานหลักฐาน") in words(visitor.page()) or "evidence" in visitor.page()
    visitor.answer("contact", who="anonymous")
    visitor.submit()
    assert Case.objects.get().kind == COMPLAINT
    assert reverse("track", args=["banthrai"]) == "/banthrai/track/"


def test_nothing_of_one_office_is_reached_by_another_offices_cookie(
    visitor: Visitor, web_office: Organization
) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")
    other = donsai()
    with scope(other.pk):
        open_web()
    stranger = Client()
    stranger.cookies[COOKIE] = visitor.client.cookies[COOKIE].value
    assert "ไฟดับ" not in stranger.get("/donsai/complaints/").content.decode()
