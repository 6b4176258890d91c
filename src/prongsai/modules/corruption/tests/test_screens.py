"""The recipients' screens: closed without the key, and telling nothing to anybody else."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prongsai.foundation.channels.models import Channel
from prongsai.foundation.desk.models import Draft, SentForm
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.modules.corruption.choices import MANAGE, RECEIVE, RHYTHM_DAYS
from prongsai.modules.corruption.models import Attachment, Desk, Holder, Report
from prongsai.modules.corruption.provides import work_items
from prongsai.modules.corruption.services import Submission, receive, reply, report_by_code
from prongsai.modules.corruption.stripping import Bare
from prongsai.modules.corruption.tests.conftest import PASSPHRASE, Office
from prongsai.modules.corruption.tests.walking import heading, words
from tests.cast import banthrai, member, signed_in_client
from tests.screens import ScreenTests

INBOX = "/banthrai/work/corruption/"
CHANNEL = INBOX + "channel/"


class Receiving(ScreenTests):
    """What every screen of recipients does; without a key it shows that the key is missing."""

    permission = RECEIVE


class Managing(ScreenTests):
    permission = MANAGE


class OfAReport(Receiving):
    def build(self) -> Organization:
        return banthrai()

    def kwargs(self) -> dict[str, Any]:
        Report.objects.create(
            ref="abcdefgh2345", public_key=b"", reporter_public=b"", reporter_locked=b"", code="c", form="f",
            quarter=clock.today(),
        )  # fmt: skip
        return {"sealed": "abcdefgh2345"}


def holder() -> Holder:
    return Holder.objects.create(
        member=member(RECEIVE, username="named"), named_on=clock.today(), named_by="ตัวอย่าง"
    )


class TestInbox(Receiving):
    url_name = "corruption-inbox"


class TestClosed(Receiving):
    url_name = "corruption-closed"


class TestChannelLog(Receiving):
    url_name = "corruption-channel-log"


class TestUnlock(Receiving):
    url_name = "corruption-unlock"


class TestLock(Receiving):
    url_name = "corruption-lock"


class TestMakeKey(Receiving):
    url_name = "corruption-key"


class TestConfirmKey(Receiving):
    url_name = "corruption-key-confirm"


class TestRecover(Receiving):
    url_name = "corruption-recover"


class TestReport(OfAReport):
    url_name = "corruption-report"


class TestSay(OfAReport):
    url_name = "corruption-say"


class TestNote(OfAReport):
    url_name = "corruption-note"


class TestShare(OfAReport):
    url_name = "corruption-share"


class TestUnshare(OfAReport):
    url_name = "corruption-unshare"

    def kwargs(self) -> dict[str, Any]:
        return {**super().kwargs(), "holder": holder().pk}


class TestAct(OfAReport):
    url_name = "corruption-act"

    def kwargs(self) -> dict[str, Any]:
        return {**super().kwargs(), "act": "accept"}


class TestLogged(OfAReport):
    url_name = "corruption-log"


class TestChannel(Managing):
    url_name = "corruption-settings"


class TestOpen(Managing):
    url_name = "corruption-open"


class TestClose(Managing):
    url_name = "corruption-close"


class TestDays(Managing):
    url_name = "corruption-days"


class TestAddHolder(Managing):
    url_name = "corruption-holder-add"


class TestEndHolder(Managing):
    url_name = "corruption-holder-end"

    def kwargs(self) -> dict[str, Any]:
        return {"holder": holder().pk}


class TestTakeBackEnd(Managing):
    url_name = "corruption-holder-back"

    def kwargs(self) -> dict[str, Any]:
        found = holder()
        Holder.objects.filter(pk=found.pk).update(ended_on=clock.today(), by_recovery=b"kept")
        return {"holder": found.pk}


class TestOutside(Managing):
    url_name = "corruption-outside"


class TestEndOutside(Managing):
    url_name = "corruption-outside-end"


# --- with a key --------------------------------------------------------------------------------------------


def opened(office: Office, who: str = "somsri") -> Client:
    """A browser in which the recipient has opened the inbox."""
    browser = signed_in_client(office.people[who].member)
    answer = browser.post(INBOX + "unlock/", {"passphrase": PASSPHRASE})
    assert answer.status_code == 302, words(answer)
    return browser


@pytest.mark.django_db
def test_before_the_key_is_open_a_page_tells_nothing(office: Office) -> None:
    office.submit("ความลับของเรื่อง")
    browser = signed_in_client(office.people["somsri"].member)
    for place in ("", "closed/", f"reports/{office.last.ref}/", f"reports/{office.last.ref}/log/"):
        answer = browser.get(INBOX + place)
        assert answer.status_code == 200
        assert "ความลับ" not in answer.content.decode()
        assert "unlock/" in answer.content.decode()
    answer = browser.post(f"{INBOX}reports/{office.last.ref}/note/", {"text": "ความลับ"})
    assert (answer.status_code, "unlock" in answer["Location"]) == (302, True)


@pytest.mark.django_db
def test_a_report_is_worked_on_from_the_first_look_to_the_end(office: Office) -> None:
    office.submit("เรียกรับเงิน", files=[Bare("txt", "text/plain", b"evidence")])
    browser, ref = opened(office), office.last.ref
    assert "เรียกรับเงิน" in words(browser.get(INBOX))
    page = browser.get(f"{INBOX}reports/{ref}/")
    assert heading(page) == "เรียกรับเงิน"
    title = re.search(r"<title>(.*?)</title>", page.content.decode(), re.S)
    assert title
    assert "เรียกรับเงิน" not in title[1], "the browser keeps titles in its history"
    assert page["Cache-Control"] == "private, no-store"
    file = browser.get(f"{INBOX}reports/{ref}/files/{Attachment.objects.get().ref}/")
    assert (file.content, file["Content-Security-Policy"]) == (b"evidence", "sandbox; default-src 'none'")
    assert file["Content-Disposition"].startswith("attachment")
    report = f"{INBOX}reports/{ref}/"
    assert browser.post(report + "say/", {"text": "ขอบคุณที่แจ้ง"}).status_code == 302
    assert browser.post(report + "note/", {"text": "สอบพยานแล้ว"}).status_code == 302
    assert browser.post(report + "note/", {"text": " "}).status_code == 200
    assert browser.post(report + "act/accept/", {"version": 0}).status_code == 302
    assert browser.get(report + "act/accept/").status_code == 404, "the table has it no more"
    stale = browser.post(
        report + "act/finish/", {"version": 0, "result": "ก", "found": "true", "message": "ข"}
    )
    assert 'role="alert"' in stale.content.decode()
    assert re.search(r'name="version" value="1"', stale.content.decode()), (
        "what was typed can be sent after all"
    )
    said = {"version": 1, "result": "พบว่าจริง", "found": "true", "message": "ตรวจสอบแล้ว"}
    assert 'role="alert"' in browser.post(report + "act/finish/", {**said, "message": ""}).content.decode()
    assert browser.post(report + "act/finish/", said).status_code == 302
    page = words(browser.get(report))
    for each in ("ขอบคุณที่แจ้ง", "สอบพยานแล้ว", "พบว่าจริง", "ดำเนินการเสร็จสิ้น"):
        assert each in page
    assert "เรียกรับเงิน" in words(browser.get(INBOX + "closed/"))
    assert "เรียกรับเงิน" not in words(browser.get(INBOX))
    assert browser.get(report + "log/").status_code == 200


@pytest.mark.django_db
def test_a_closed_report_comes_back_to_the_inbox_when_its_reporter_writes(office: Office) -> None:
    code = office.submit("เรียกรับเงิน")
    browser, report = opened(office), f"{INBOX}reports/{office.last.ref}/"
    browser.post(report + "act/refuse/", {"version": 0, "reason": "ก", "message": "ข"})
    assert "เรียกรับเงิน" not in words(browser.get(INBOX))
    found, _ = report_by_code(code) or (None, None)
    assert found
    reply(report=found, nonce=b"r", text="มีหลักฐานใหม่")
    page = words(browser.get(INBOX))
    assert "เรียกรับเงิน" in page
    assert "ไม่มีกำหนด" not in page, "and has a day by which it is answered"
    browser.post(report + "say/", {"text": "รับทราบ"})
    assert "เรียกรับเงิน" not in words(browser.get(INBOX))


@pytest.mark.django_db
def test_a_form_sent_twice_acts_once_and_leaves_no_digest_of_its_words(office: Office) -> None:
    office.submit()
    browser, ref = opened(office), office.last.ref
    page = browser.get(f"{INBOX}reports/{ref}/note/").content.decode()
    token = re.search(r'name="once" value="([^"]+)"', page)
    assert token
    for _ in range(2):
        assert (
            browser.post(f"{INBOX}reports/{ref}/note/", {"text": "บันทึก", "once": token[1]}).status_code == 302
        )
    assert len(office.people["somsri"].reports()[0].notes) == 1
    (sent,) = SentForm.objects.all()
    assert (sent.content, sent.url) == ("", INBOX), "neither what was written nor about which report"
    moment = sent.sent_at.astimezone(clock.BANGKOK)
    assert (moment.date(), moment.time()) == (clock.today(), time()), "the day alone"
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_somebody_whom_it_concerns_finds_nothing_under_its_address(office: Office) -> None:
    office.submit("บ่อทรายหลังวัด", readers=[office.people["somsri"].holder.pk])
    browser, ref = opened(office, "wichai"), office.last.ref
    assert "บ่อทรายหลังวัด" not in words(browser.get(INBOX))
    for place in ("", "say/", "note/", "share/", "log/", "act/accept/"):
        assert browser.get(f"{INBOX}reports/{ref}/{place}").status_code == 404
        assert browser.post(f"{INBOX}reports/{ref}/{place}", {"text": "x"}).status_code in {404, 405}


@pytest.mark.django_db
def test_the_head_and_the_administrator_read_nothing_by_their_posts(office: Office) -> None:
    office.submit("บ่อทรายหลังวัด")
    for who, permissions in {
        "head": (MANAGE,), "admin": ("office.manage", "people.manage", "audit.read"), "both": (MANAGE, RECEIVE),
    }.items():  # fmt: skip
        browser = signed_in_client(member(*permissions, username=who))
        for place in ("", f"reports/{office.last.ref}/"):
            answer = browser.get(INBOX + place)
            assert answer.status_code in {200, 403}
            assert "บ่อทรายหลังวัด" not in answer.content.decode()


@pytest.mark.django_db
def test_a_wrong_passphrase_is_counted_and_the_right_one_opens(office: Office) -> None:
    browser = signed_in_client(office.people["somsri"].member)
    wrong = browser.post(INBOX + "unlock/", {"passphrase": "ไม่ใช่"})
    assert 'role="alert"' in wrong.content.decode()
    answer = browser.post(f"{INBOX}unlock/?next={INBOX}closed/", {"passphrase": PASSPHRASE})
    assert answer["Location"] == INBOX + "closed/"
    cookie = answer.cookies["corruption"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (
        INBOX,
        True,
        "Strict",
        "",
    )
    for evil in ("//evil.example/", "https://evil.example/", "/banthrai/work/", f"{INBOX}//evil.example"):
        onward = browser.post(f"{INBOX}unlock/?next={evil}", {"passphrase": PASSPHRASE})
        assert onward["Location"] == INBOX
    for _ in range(12):
        last = browser.post(INBOX + "unlock/", {"passphrase": "ไม่ใช่"})
    assert "รอ" in words(last)
    assert browser.post(INBOX + "unlock/", {"passphrase": PASSPHRASE}).status_code == 200, "for a while"


@pytest.mark.django_db
def test_locking_closes_it_everywhere(office: Office) -> None:
    office.submit("บ่อทรายหลังวัด")
    one, other = opened(office), opened(office)
    one.post(INBOX + "lock/")
    for browser in (one, other):
        assert "บ่อทรายหลังวัด" not in words(browser.get(INBOX))


@pytest.mark.django_db
def test_a_key_is_made_printed_and_typed_back_through_the_pages(office: Office) -> None:
    fresh = office.name("fresh", unit="กองช่าง", key=False)
    browser = signed_in_client(fresh.member)
    assert "key/" in browser.get(INBOX).content.decode()
    short = browser.post(INBOX + "key/", {"passphrase": "สั้น", "again": "สั้น"})
    assert 'role="alert"' in short.content.decode()
    other = browser.post(INBOX + "key/", {"passphrase": PASSPHRASE, "again": PASSPHRASE + "x"})
    assert 'role="alert"' in other.content.decode()
    page = browser.post(INBOX + "key/", {"passphrase": PASSPHRASE, "again": PASSPHRASE})
    shown = re.search(r'data-recovery="([^"]+)"', page.content.decode())
    assert shown
    assert page["Cache-Control"] == "private, no-store"
    assert shown[1] not in browser.get(INBOX + "key/").content.decode()
    assert 'role="alert"' in browser.post(INBOX + "key/confirm/", {"recovery": "x"}).content.decode()
    assert browser.post(INBOX + "key/confirm/", {"recovery": shown[1].lower()}).status_code == 302
    browser.post(INBOX + "unlock/", {"passphrase": PASSPHRASE})
    office.submit(readers=[fresh.holder.pk])
    assert "เรียกรับเงิน" in words(browser.get(INBOX))
    new = {"recovery": shown[1], "passphrase": "อีกสี่คำที่ไม่เกี่ยวกัน", "again": "อีกสี่คำที่ไม่เกี่ยวกัน"}
    assert browser.post(INBOX + "key/recover/", new).status_code == 302
    assert browser.post(INBOX + "unlock/", {"passphrase": new["passphrase"]}).status_code == 302


@pytest.mark.django_db
def test_the_password_for_signing_in_is_no_passphrase(office: Office) -> None:
    from tests.cast import PASSWORD

    fresh = office.name("fresh", key=False)
    answer = signed_in_client(fresh.member).post(INBOX + "key/", {"passphrase": PASSWORD, "again": PASSWORD})
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.django_db
def test_a_committee_is_given_the_report_through_the_pages(office: Office) -> None:
    helper = office.name("helper", receives=False, unit="กองช่าง")
    office.submit("บ่อทรายหลังวัด")
    browser, ref = opened(office), office.last.ref
    browser.post(f"{INBOX}reports/{ref}/share/", {"holders": [helper.holder.pk]})
    theirs = opened(office, "helper")
    assert "บ่อทรายหลังวัด" in words(theirs.get(INBOX))
    asked = browser.get(f"{INBOX}reports/{ref}/share/{helper.holder.pk}/end/")
    assert "helper" in words(asked)
    browser.post(f"{INBOX}reports/{ref}/share/{helper.holder.pk}/end/")
    assert "บ่อทรายหลังวัด" not in words(theirs.get(INBOX))


# --- the channel -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_channel_is_set_up_through_its_page(db: None) -> None:
    from prongsai.foundation.tenancy.scope import scope

    organization = banthrai()
    with scope(organization.pk):
        boss = signed_in_client(member(MANAGE, username="boss"))
        able = member(RECEIVE, username="able", unit="กองคลัง")
        assert 'role="alert"' in boss.post(CHANNEL + "open/").content.decode(), "nobody could read"
        said = {"member": able.pk, "receives": "yes", "under_clerk": "yes"}
        assert boss.post(CHANNEL + "recipients/add/", said).status_code == 302
        assert 'role="alert"' in boss.post(CHANNEL + "recipients/add/", said).content.decode()
        browser = signed_in_client(able)
        page = browser.post(INBOX + "key/", {"passphrase": PASSPHRASE, "again": PASSPHRASE}).content.decode()
        shown = re.search(r'data-recovery="([^"]+)"', page)
        assert shown
        browser.post(INBOX + "key/confirm/", {"recovery": shown[1]})
        assert boss.post(CHANNEL + "open/").status_code == 302
        assert boss.post(CHANNEL + "days/", {"answer": 7, "finding": 20, "committee": 40}).status_code == 302
        assert Desk.objects.get().answer_days == 7
        entered = Channel.objects.get(kind="sealed")
        assert (entered.closed_on, entered.address.endswith("/banthrai/whistle/")) == (None, True)
        page = words(boss.get(CHANNEL))
        assert "able" in page
        assert (
            'role="alert"' in boss.post(CHANNEL + "outside/", {"name": "ก", "public": "x"}).content.decode()
        )
        holder = Holder.objects.get()
        assert 'role="alert"' in boss.post(f"{CHANNEL}recipients/{holder.pk}/end/").content.decode(), (
            "the last one"
        )
        assert boss.post(CHANNEL + "close/").status_code == 302
        assert Channel.objects.get(kind="sealed").closed_on == clock.today()
        assert boss.post(f"{CHANNEL}recipients/{holder.pk}/end/").status_code == 302


@pytest.mark.django_db
def test_the_page_shows_who_reads_when_somebody_is_concerned(office: Office) -> None:
    boss = signed_in_client(member(MANAGE, username="boss"))
    page = boss.get(CHANNEL).content.decode()
    rows = dict(
        re.findall(
            r'<th scope="row" class="key">([^<]*(?:<[^>]*>[^<]*)*?)</th><td data-l="[^"]*">(.*?)</td>', page
        )
    )
    told = {re.sub(r"<[^>]+>", "", key): re.sub(r"<[^>]+>", " ", value) for key, value in rows.items()}
    assert "somsri" not in told["คนในสำนักปลัด"]
    assert "wichai" in told["คนในสำนักปลัด"]
    assert "hole" in page, "nobody reads about the head"
    office.set_outside()
    page = boss.get(CHANNEL).content.decode()
    assert "hole" not in page
    assert boss.get(CHANNEL + "outside/").status_code == 200
    assert boss.post(CHANNEL + "outside/end/").status_code == 302


# --- the rhythm --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_work_of_a_recipient_is_the_same_with_and_without_reports(office: Office) -> None:
    before = list(work_items())
    assert [item.due for item in before] == [clock.today() + timedelta(days=RHYTHM_DAYS)] * 2
    office.submit(readers=[office.people["somsri"].holder.pk])
    assert list(work_items()) == before, "nobody learns from a reminder that a report came"
    with clock.at(clock.now() + timedelta(days=5)):
        assert list(work_items()) == before
        browser = opened(office)
        assert browser.get(INBOX).status_code == 200
        due = {item.user_id: item.due for item in work_items()}
        assert due[office.people["somsri"].member.user.pk] == clock.today() + timedelta(days=RHYTHM_DAYS)
    office.name("fresh", key=False)
    assert {item.key.split(":")[1] for item in work_items()} == {"open", "key"}


@pytest.mark.django_db
def test_the_inbox_takes_as_many_queries_for_many_reports_as_for_few(office: Office) -> None:
    from prongsai.modules.corruption.services import Answers

    def more(count: int) -> None:
        for number in range(count):
            said = Answers(said={"what": f"เรื่อง {number}"})
            readers = [office.people["somsri"].holder.pk]
            receive(submission=Submission(f"{count}:{number}".encode(), readers=readers, answers=said))

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            assert browser.get(INBOX).status_code == 200
        return len(context)

    more(2)
    browser = opened(office)
    queries()
    few = queries()
    more(20)
    assert queries() == few
