"""The pages for reporters: one question each, without scripts, cookies or a session."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from PIL import Image

from prongsai.foundation.channels.canary import marker
from prongsai.foundation.channels.heartbeat.walker import walk
from prongsai.foundation.ledger.models import SealedPending
from prongsai.kernel import clock
from prongsai.modules.corruption.models import Access, Attachment, Item, Report
from prongsai.modules.corruption.sealing import dummy_wrap
from prongsai.modules.corruption.services import close_channel, say
from prongsai.modules.corruption.tests.conftest import OUTSIDE, Office
from prongsai.modules.corruption.tests.walking import Walker, heading, upload, words
from tests.cast import SYSTEM, member, signed_in_client

pytestmark = pytest.mark.django_db
WHAT = "เจ้าหน้าที่เรียกรับเงินก่อนออกใบอนุญาต"


def photo() -> bytes:
    """A photograph that tells its camera and its maker."""
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010F], exif[0x013B] = "กล้องของสมชาย", "SOMCHAI-THE-WITNESS"
    Image.new("RGB", (64, 48), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_the_first_page_says_what_is_protected_and_what_is_not(office: Office) -> None:
    page = words(Client().get("/banthrai/whistle/"))
    for said in (
        "Unreadable at rest",
        "What this does not protect from",
        "not an administrator",
        "somsri",
        "wichai",
    ):
        assert said in page or said in words(Client().get("/banthrai/whistle/?lang=en")), said


def test_a_report_goes_from_question_to_question_and_reaches_its_readers(office: Office) -> None:
    walker = Walker()
    code = walker.report(
        WHAT, names="ผู้ขายรายหนึ่ง", contact="โทร 08 0000 0000", files=(upload("สมชาย.jpg", photo()),)
    )
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", code)
    (found,) = office.people["somsri"].reports()
    assert found.content["what"] == WHAT
    assert found.content["names"] == "ผู้ขายรายหนึ่ง"
    assert found.content["contact"] == "โทร 08 0000 0000"
    assert found.content["sealed_in"] == "server"
    assert found.reader_ids == {p.holder.pk for p in office.people.values()}
    assert [each.title for each in office.people["wichai"].reports()] == [found.title]


def test_anonymous_is_what_one_gets_without_choosing(office: Office) -> None:
    walker = Walker()
    walker.begin()
    walker.go()
    walker.go(readers=walker.readers())
    walker.go(what=WHAT)
    walker.go()
    walker.go()
    assert re.search(r'value="no"[^>]*checked', walker.answer.content.decode())
    walker.go(known="no", contact="พิมพ์ไว้แล้วเปลี่ยนใจ")
    assert "พิมพ์ไว้แล้วเปลี่ยนใจ" not in walker.answer.content.decode()
    walker.go()
    assert office.people["somsri"].reports()[0].content["contact"] == ""


def test_what_is_missing_is_asked_for_and_what_was_typed_stays(office: Office) -> None:
    walker = Walker()
    walker.begin()
    walker.go(names="ใครคนหนึ่ง")
    walker.go()
    assert 'role="alert"' in walker.answer.content.decode(), "nobody would read it"
    walker.go(readers=walker.offered())
    walker.go(what="   ")
    assert 'role="alert"' in walker.answer.content.decode()
    walker.go(what="ก" * 20_001)
    assert "ก" * 20_001 in walker.answer.content.decode(), "what was typed is still there"
    walker.go(what=WHAT)
    walker.go(go="back")
    assert WHAT in walker.answer.content.decode()
    walker.go(what=WHAT)
    walker.go()
    walker.go()
    walker.go(known="yes", contact="")
    assert 'role="alert"' in walker.answer.content.decode()
    walker.go(known="no")
    assert WHAT in walker.answer.content.decode(), "everything stands on the last page"
    walker.go(to="concerned")
    assert "ใครคนหนึ่ง" in walker.answer.content.decode()


def test_no_page_sets_a_cookie_opens_a_session_or_is_kept(office: Office) -> None:
    walker = Walker()
    code = walker.report(WHAT)
    answers = [walker.answer]
    for place in ("", "report/", "inbox/", "collect/"):
        answers.append(walker.client.get(walker.base + place))
    answers.append(walker.client.post(walker.base + "inbox/", {"code": code}))
    for answer in answers:
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "Content-Encoding" not in answer, "a packed page's length tells of its words"
    assert not walker.client.cookies
    assert not Session.objects.exists()


def test_somebody_who_is_signed_in_is_nobody_here(office: Office) -> None:
    """An officer who reports from the browser in which they work leaves nothing that leads to them."""
    browser = signed_in_client(member("office.read", username="insider"))
    before = list(Session.objects.values_list("session_key", "session_data", "expire_date"))
    walker = Walker(client=browser)
    walker.report(WHAT)
    assert list(Session.objects.values_list("session_key", "session_data", "expire_date")) == before
    assert "insider" not in walker.answer.content.decode()


def test_every_address_on_the_pages_is_relative(office: Office) -> None:
    """So that the pages work behind any proxy and as an onion service: no host, no scheme of our own."""
    onion = Client(headers={"host": "localhost"})
    pages = [onion.get(f"/banthrai/whistle/{place}").content.decode() for place in ("", "report/", "inbox/")]
    for page in pages:
        addresses = re.findall(r'(?:href|src|action)="([^"]+)"', page)
        outside = [a for a in addresses if not a.startswith(("/", "#", "tel:"))]
        assert all(a.startswith(("https://www.tmd.go.th/", "https://wbs.nacc.go.th")) for a in outside), (
            outside
        )
        assert not re.findall(r'src="(?!/)', page), "no resource of a third party"
        assert "http://testserver" not in page
        assert "localhost" not in page


def test_the_onion_address_is_told_where_there_is_one(office: Office, settings: Any) -> None:
    settings.ONION = "http://example.onion"
    answer = Client().get("/banthrai/whistle/report/")
    assert answer["Onion-Location"] == "http://example.onion/banthrai/whistle/report/"


def test_the_button_for_leaving_is_a_plain_link_on_every_page(office: Office) -> None:
    walker = Walker()
    walker.begin()
    for said in ({}, {"readers": [str(p.holder.pk) for p in office.people.values()]}, {"what": WHAT}):
        assert re.search(
            r'<a class="btn leave" href="https://[^"]+" rel="noreferrer noopener"',
            walker.answer.content.decode(),
        )
        walker.go(**said)


def test_a_form_on_another_site_is_refused(office: Office) -> None:
    assert (
        Client(headers={"sec-fetch-site": "cross-site"}).post("/banthrai/whistle/report/").status_code == 403
    )
    assert Client(headers={"sec-fetch-site": "cross-site"}).get("/banthrai/whistle/").status_code == 200


def test_a_page_that_was_open_for_too_long_says_so(office: Office) -> None:
    walker = Walker()
    walker.begin()
    with clock.at(clock.now() + timedelta(hours=25)):
        for state in (walker.hidden()["state"], "x", ""):
            answer = walker.client.post(walker.base + "report/", {"state": state})
            assert (answer.status_code, "report/" in answer.content.decode()) == (400, True)


def test_a_state_of_another_office_or_of_another_page_is_none(office: Office) -> None:
    from prongsai.foundation.tenancy.scope import scope
    from prongsai.modules.corruption.tokens import Expired, read_state, sealed_state
    from tests.cast import donsai

    mine = sealed_state({"a": 1}, "report")
    assert read_state(mine, "report")["a"] == 1
    with pytest.raises(Expired):
        read_state(mine, "ticket")
    with scope(donsai().pk), pytest.raises(Expired):
        read_state(mine, "report")


# --- conflict of interest ----------------------------------------------------------------------------------


def test_whoever_is_concerned_is_not_offered_and_gets_nothing(office: Office) -> None:
    unit = office.people["wichai"].member.unit_id
    walker = Walker()
    walker.report(WHAT, concerned=(f"unit:{unit}",))
    assert [r.title for r in office.people["somsri"].reports()] == [WHAT]
    assert office.people["wichai"].reports() == []
    assert Access.objects.count() == 2, "the table shows a row for both"


def test_a_name_in_the_text_is_asked_about(office: Office) -> None:
    wichai = office.people["wichai"]
    wichai.member.user.full_name = "นายวิชัย ดีมาก"
    wichai.member.user.save()
    walker = Walker()
    walker.begin()
    walker.go(names="คุณวิชัย")
    assert "วิชัย" in words(walker.answer)
    assert f'name="about-reader-{wichai.holder.pk}"' in walker.answer.content.decode()
    walker.go()
    assert 'role="alert"' in walker.answer.content.decode(), "it has to be answered"
    walker.go(**{f"about-reader-{wichai.holder.pk}": "yes"})
    assert walker.offered() == [str(office.people["somsri"].holder.pk)]
    walker.go(readers=walker.readers())
    walker.go(what="ปลัดรู้เรื่องนี้ด้วย")
    assert 'name="about-clerk"' in walker.answer.content.decode(), "and in what is told"
    walker.go(**{"about-clerk": "no"})
    for said in ({}, {}, {"known": "no"}, {}):
        walker.go(**said)
    walker.code()
    assert len(office.people["somsri"].reports()) == 1
    assert wichai.reports() == []


def test_a_reader_can_be_left_out_without_a_reason(office: Office) -> None:
    walker = Walker()
    walker.begin()
    walker.go()
    walker.go(readers=[str(office.people["somsri"].holder.pk)])
    for said in ({"what": WHAT}, {}, {}, {"known": "no"}, {}):
        walker.go(**said)
    assert office.people["wichai"].reports() == []
    assert len(office.people["somsri"].reports()) == 1


def test_a_report_about_the_head_goes_outside_alone(office: Office) -> None:
    outside = office.set_outside()
    walker = Walker()
    walker.begin()
    walker.go(concerned=["head"])
    assert walker.offered() == [str(outside.pk)]
    assert OUTSIDE in words(walker.answer)
    walker.go(readers=walker.readers())
    for said in ({"what": WHAT}, {}, {}, {"known": "no"}, {}):
        walker.go(**said)
    walker.code()
    assert [person.reports() for person in office.people.values()] == [[], []]
    assert Access.objects.count() == 3


def test_without_an_outside_recipient_a_report_about_the_head_is_not_taken(office: Office) -> None:
    walker = Walker()
    walker.begin()
    walker.go(concerned=["head"], names="ชื่อของนายก")
    page = words(walker.answer)
    assert "1205" in page
    assert "wbs.nacc.go.th" in page
    assert not Report.objects.exists()
    walker.go(to="concerned")
    assert "ชื่อของนายก" in walker.answer.content.decode(), "one can change one's mind"


def test_an_office_without_a_channel_names_the_authorities_and_takes_nothing(office: Office) -> None:
    walker = Walker()
    walker.begin()
    close_channel(actor=SYSTEM)
    for answer in (
        walker.client.get(walker.base),
        walker.begin(),
        walker.client.post(walker.base + "report/", {"state": "x"}),
    ):
        assert "1205" in words(answer)
    assert not Report.objects.exists()


def test_a_hand_made_form_cannot_seal_to_somebody_who_is_no_recipient(office: Office) -> None:
    helper = office.name("helper", receives=False, unit="กองช่าง")
    walker = Walker()
    walker.begin()
    walker.go()
    walker.go(readers=[str(helper.holder.pk)])
    assert 'role="alert"' in walker.answer.content.decode()
    assert str(helper.holder.pk) not in walker.offered()


# --- sending -----------------------------------------------------------------------------------------------


def test_a_form_sent_twice_is_one_report_and_another_text_is_another(office: Office) -> None:
    walker = Walker()
    walker.begin()
    walker.go()
    walker.go(readers=walker.readers())
    for said in ({"what": WHAT}, {}, {}, {"known": "no"}):
        walker.go(**said)
    last = walker.answer
    walker.go()
    first = walker.code()
    walker.answer = last
    walker.go()
    assert walker.code() == first, "a dropped line, and sent again: the same code"
    assert Report.objects.count() == 1
    walker.answer = last
    walker.go(to="what")
    walker.go(what=f"{WHAT} แก้ไขแล้ว")
    for said in ({}, {}, {"known": "no"}, {}):
        walker.go(**said)
    assert walker.code() != first, "gone back and written differently: nothing is lost"
    assert Report.objects.count() == 2


def test_files_lose_their_names_and_their_makers_before_they_are_sealed(office: Office) -> None:
    walker = Walker()
    walker.report(WHAT, files=(upload("ใบเสร็จของสมชาย.jpg", photo()),))
    somsri = office.people["somsri"]
    found = somsri.reports()[0]
    from prongsai.modules.corruption.reports import attachment

    (kept,) = found.report.attachments.all()  # type: ignore[attr-defined]
    kind, content_type, content = attachment(found, kept.ref) or ("", "", b"")
    assert (kind, content_type) == ("jpg", "image/jpeg")
    assert Image.open(BytesIO(content)).size == (64, 48)
    assert b"SOMCHAI" not in content
    assert not Image.open(BytesIO(content)).getexif()


def test_a_file_that_cannot_be_kept_is_named_and_the_report_waits(office: Office) -> None:
    walker = Walker()
    walker.begin()
    walker.go()
    walker.go(readers=walker.readers())
    for said in ({"what": WHAT}, {}, {}, {"known": "no"}):
        walker.go(**said)
    walker.go(files=[upload("a.docx", b"PK\3\4 nothing"), upload("b.jpg", photo())])
    assert 'role="alert"' in walker.answer.content.decode()
    assert not Report.objects.exists()
    walker.go(files=[upload("b.jpg", photo())])
    walker.code()
    assert Attachment.objects.count() == 1


def test_why_a_file_is_refused_is_said_in_the_readers_language(office: Office) -> None:
    walker = Walker()
    walker.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    walker.begin()
    walker.go()
    walker.go(readers=walker.readers())
    for said in ({"what": WHAT}, {}, {}, {"known": "no"}):
        walker.go(**said)
    pdf, locked = pikepdf.new(), BytesIO()
    pdf.add_blank_page()
    pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    for name, content, why in (
        ("a.csv.docx", b"PK\3\4 nothing", "The file is damaged or was cut off on its way"),
        ("b.pdf", locked.getvalue(), "The PDF has a password. Save it without one"),
        ("c.jpg", photo()[:200], "The picture is damaged"),
    ):
        walker.go(files=[upload(name, content)])
        alert = re.search(r'role="alert".*?</div>', walker.answer.content.decode(), re.S)
        assert alert, name
        said = re.sub("<[^>]+>", "", alert.group())
        assert why in " ".join(said.split())
        assert not re.search("[ก-๛]", said)


def test_a_self_check_goes_the_whole_way_and_leaves_nothing(office: Office) -> None:
    class Answer:
        def __init__(self, answer: Any) -> None:
            self.status, self.text = answer.status_code, answer.content.decode()
            self.headers: dict[str, str] = {}
            self.cookies = tuple(str(cookie.OutputString()) for cookie in answer.cookies.values())

    def fetch(
        url: str, *, method: str, body: bytes | None, headers: dict[str, str], redirects: int
    ) -> Answer:
        path = url.removeprefix("http://testserver")
        said = {k: v for k, v in headers.items() if k != "Content-Type"}
        return Answer(
            Client(headers=said).generic(method, path, body or b"", headers.get("Content-Type", ""))
        )

    before = SealedPending.objects.count()
    walked = walk("http://testserver/banthrai/whistle/report/", marker(), fetch)
    assert walked.ok, walked.note
    assert (Report.objects.count(), Item.objects.count(), SealedPending.objects.count()) == (0, 0, before)
    pages = walked.pages
    real = walk("http://testserver/banthrai/whistle/report/", "เรื่องจริง", fetch)
    assert (real.ok, real.pages) == (True, pages)
    assert Report.objects.count() == 1


# --- the inbox of the reporter -----------------------------------------------------------------------------


def test_the_code_opens_a_conversation_both_ways(office: Office) -> None:
    walker = Walker()
    code = walker.report(WHAT)
    somsri = office.people["somsri"]
    say(actor=somsri.actor, opened=somsri.reports()[0], text="ขอทราบวันที่โดยประมาณ")
    thai = code.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    walker.answer = walker.client.post(walker.base + "inbox/", {"code": thai})
    page = words(walker.answer)
    assert "ขอทราบวันที่โดยประมาณ" in page
    assert WHAT not in page, "who finds the code does not read the report"
    assert "somsri" not in page, "and learns no name"
    walker.go("inbox/", text="กลางเดือนมกราคม", files=[upload("x.jpg", photo())])
    assert "กลางเดือนมกราคม" in words(walker.answer)
    found = somsri.reports()[0]
    assert [event.text for event in found.conversation] == ["ขอทราบวันที่โดยประมาณ", "กลางเดือนมกราคม"]
    assert found.awaits_answer
    assert Attachment.objects.count() == 1


def test_a_message_sent_twice_is_one_message_and_an_empty_one_is_none(office: Office) -> None:
    walker = Walker()
    code = walker.report(WHAT)
    walker.answer = walker.client.post(walker.base + "inbox/", {"code": code})
    same = {**walker.hidden(), "text": "เพิ่มเติม"}
    for _ in range(2):
        walker.client.post(walker.base + "inbox/", same)
    walker.client.post(walker.base + "inbox/", {**same, "text": "กลับไปแก้แล้วส่ง"})
    walker.go("inbox/", text="  ")
    assert 'role="alert"' in walker.answer.content.decode()
    said = [e.text for e in office.people["somsri"].reports()[0].conversation]
    assert said == ["เพิ่มเติม", "กลับไปแก้แล้วส่ง"]


@pytest.mark.parametrize("typed", ["1234", "0000 0000 0000 0000", "abcd", "' OR 1=1"])
def test_another_code_opens_nothing_and_says_the_same(office: Office, typed: str) -> None:
    Walker().report(WHAT)
    answer = Client().post("/banthrai/whistle/inbox/", {"code": typed})
    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (200, True)


def test_a_ticket_lapses_and_another_is_none(office: Office) -> None:
    walker = Walker()
    code = walker.report(WHAT)
    walker.answer = walker.client.post(walker.base + "inbox/", {"code": code})
    ticket = walker.hidden()["ticket"]
    for wrong in ("", "x", ticket[:-4] + "AAAA"):
        page = walker.client.post(walker.base + "inbox/", {"ticket": wrong, "text": "x"})
        assert 'name="code"' in page.content.decode()
    with clock.at(clock.now() + timedelta(minutes=31)):
        page = walker.client.post(walker.base + "inbox/", {"ticket": ticket, "text": "x"})
    assert 'name="code"' in page.content.decode()
    assert office.people["somsri"].reports()[0].conversation == []


def test_a_report_whose_row_was_tampered_with_opens_for_nobody(office: Office) -> None:
    Walker().report(WHAT)
    access = Access.objects.get(holder=office.people["somsri"].holder)
    access.wrapped = dummy_wrap()
    access.save()
    assert office.people["somsri"].reports() == []


def test_titles_say_nothing_to_whoever_looks_over_the_shoulder(office: Office) -> None:
    for place in ("", "report/", "inbox/"):
        page = Client().get(f"/banthrai/whistle/{place}").content.decode()
        title = re.search(r"<title>(.*?)</title>", page, re.S)
        assert title
        assert "ทุจริต" not in title[1]
        assert "corruption" not in title[1].lower()
    assert heading(Client().get("/banthrai/whistle/"))
