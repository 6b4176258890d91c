"""Two people report the same: the office deals with it as one case, and neither reads what the other wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services.telling import tell_merged
from prongsai.foundation.channels.models import Outbound
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.modules.complaints.tests.citizen import PNG, SYSTEM, Visitor
from prongsai.modules.complaints.tests.desk import now, of, said


@dataclass
class Reporter(Visitor):
    """Who has reported a lamp, and keeps the receipt."""

    secret: str = ""

    @classmethod
    def of(cls, name: str = "", photo: str = "") -> Reporter:
        made = cls()
        made.answer("what", category="lamp", text="ไฟหน้าวัดดับมาสามวัน", more="12")
        made.answer("where", village="๔", place="หน้าวัด")
        if photo:
            made.attach((photo, PNG))
        made.answer("photos", next="1")
        known = {"who": "named", "name": f"{name} ตัวอย่าง", "email": f"{name}@example.org"}
        made.answer("contact", **(known if name else {"who": "anonymous"}))
        made.submit()
        made.secret = made.code
        return made

    def at_case(self, below: str = "") -> str:
        return f"track/{self.secret}/{below}"

    def seen(self) -> str:
        return self.open(self.at_case()).content.decode()


PRIVATE = "สามีข่มขู่ไม่ให้ร้องเรียน"


@pytest.fixture
def office(web_office: Organization) -> Organization:
    """The staff are those of the office whose web form is open."""
    return web_office


@pytest.fixture
def two(visitor: Visitor) -> tuple[Reporter, Reporter]:
    """Somsak's case, and Malee's, which is joined with it."""
    first, second = Reporter.of("somsak"), Reporter.of("malee")
    into, case = Case.objects.order_by("pk")
    services.merge(actor=SYSTEM, case=case, into=into, reason="เสาเดียวกัน")
    return first, second


def cases() -> tuple[Case, Case]:
    into, case = Case.objects.order_by("pk")
    return into, case


# -- what one writes --------------------------------------------------------------------------------------------


def test_neither_reads_what_the_other_wrote_and_the_staff_read_both(
    two: tuple[Reporter, Reporter], clerk: Client
) -> None:
    first, second = two
    sent = {"text": "บ้านดิฉันเลขที่ 99", "files": [SimpleUploadedFile("บ้านมาลี.png", PNG)]}
    assert second.send(second.at_case(), sent).status_code == 302
    into, case = cases()
    file = StoredFile.objects.get(name="บ้านมาลี.png").sha256
    assert "บ้านดิฉันเลขที่ 99" in second.seen()
    assert second.open(second.at_case(f"files/{file}/")).status_code == 200
    assert "บ้านดิฉัน" not in first.seen()
    assert "บ้านมาลี" not in first.seen()
    assert first.open(first.at_case(f"files/{file}/")).status_code == 404
    told = Client().post(
        "/api/v1/banthrai/complaints/tracking", {"code": first.secret}, content_type="application/json"
    )
    assert "บ้านดิฉัน" not in told.content.decode()
    page = clerk.get(of(into))
    assert "บ้านดิฉันเลขที่ 99" in said(page)
    assert case.number in said(page).split("บ้านดิฉันเลขที่ 99")[0].split("การติดต่อ")[-1]
    (address,) = set(re.findall(rf'href="({of(into)}files/\d+/)"[^>]*>บ้านมาลี', page.content.decode()))
    assert clerk.get(address).status_code == 200
    assert of(case) in page.content.decode(), "from here the other one is answered"
    assert now(into).heard_at is not None
    clerk.post(of(case, "say"), {"text": "ถึงคุณมาลี", "version": now(case).version})
    assert "ถึงคุณมาลี" in second.seen()
    assert "ถึงคุณมาลี" not in first.seen()
    assert now(into).heard_at is None


# -- who wants no more of it ------------------------------------------------------------------------------------


def test_a_withdrawal_ends_the_citizens_own_part_and_why_stays_with_the_staff(
    two: tuple[Reporter, Reporter], clerk: Client
) -> None:
    first, second = two
    before = figures()
    assert "ผู้อื่น" in first.open(first.at_case("withdraw/")).content.decode()
    first.send(first.at_case("withdraw/"), {"reason": PRIVATE})
    into, case = cases()
    assert (into.is_open, into.result) == (True, "")
    assert into.withdrawn_at is not None
    assert into.heard_at is not None, "the staff have something to read"
    assert figures() == before
    assert PRIVATE in said(clerk.get(of(into)))
    assert "ขอยุติในส่วนของตนแล้ว" in said(clerk.get(of(into)))
    assert PRIVATE not in second.seen()
    page = first.seen()
    assert 'href="/banthrai/' + first.at_case("withdraw/") not in page
    assert first.open(first.at_case("withdraw/")).status_code == 302
    assert page.count(PRIVATE) == 1, "as what they said themselves"
    assert not Outbound.objects.filter(text__contains=PRIVATE).exists()
    mails = Outbound.objects.filter(recipient="somsak@example.org").count()
    services.act(actor=SYSTEM, case=into, act="finish", result="เปลี่ยนหลอดแล้ว")
    tell_merged(organization_id=into.organization_id, case_id=into.pk)
    assert "เปลี่ยนหลอดแล้ว" in second.seen()
    assert Outbound.objects.filter(recipient="malee@example.org", text__contains="เปลี่ยนหลอดแล้ว").exists()
    assert Outbound.objects.filter(recipient="somsak@example.org").count() == mails, "they want no more of it"
    assert 'name="satisfied"' not in first.seen()


def figures() -> list[str]:
    """What stands in the ledger of reports of trouble, of which figures are made."""
    flush()
    return sorted(Entry.objects.valid().filter(kind__startswith="grievance_").values_list("kind", flat=True))


def test_whoever_writes_again_is_told_again(two: tuple[Reporter, Reporter]) -> None:
    first, _ = two
    first.send(first.at_case("withdraw/"), {"reason": PRIVATE})
    first.send(first.at_case(), {"text": "ขอทราบผลด้วยครับ"})
    services.act(actor=SYSTEM, case=now(cases()[0]), act="finish", result="เปลี่ยนหลอดแล้ว")
    assert Outbound.objects.filter(recipient="somsak@example.org", text__contains="เปลี่ยนหลอดแล้ว").exists()


def test_an_officer_who_ends_a_case_at_its_citizens_wish_ends_their_part_alone(
    two: tuple[Reporter, Reporter], clerk: Client
) -> None:
    _, second = two
    into, _ = cases()
    services.act(actor=SYSTEM, case=into, act="ask", message="เสาใด")
    page = clerk.get(of(into, "act", act="withdraw")).content.decode()
    assert "ผู้แจ้งอ่านตามที่เขียนไว้" not in page
    clerk.post(of(into, "act", act="withdraw"), {"reason": PRIVATE, "version": now(into).version})
    assert (now(into).is_open, now(into).phase) == (True, "working")
    assert PRIVATE not in second.seen()
    assert of(into, "act", act="withdraw") not in clerk.get(of(into)).content.decode(), "it has ended"


def test_a_withdrawn_case_takes_in_no_other(visitor: Visitor, clerk: Client) -> None:
    """Nobody works on it any more, so whoever is joined with it would wait for ever."""
    reporter = Reporter.of()
    reporter.send(reporter.at_case("withdraw/"), {"reason": PRIVATE})
    Reporter.of()
    into, case = cases()
    typed = {"into": into.number, "reason": "เสาเดียวกัน", "version": case.version}
    assert "ยุติตามที่ผู้แจ้งขอ" in said(clerk.post(of(case, "merge"), typed))
    assert now(case).is_open


# -- a case of one's own ----------------------------------------------------------------------------------------


def test_why_a_citizen_withdraws_is_no_result_and_nothing_is_asked(visitor: Visitor, clerk: Client) -> None:
    reporter = Reporter.of("somchai")
    reporter.send(reporter.at_case("withdraw/"), {"reason": PRIVATE})
    case = Case.objects.get()
    assert (case.state, case.result) == ("withdrawn", "")
    page = reporter.seen()
    assert page.count(PRIVATE) == 1
    assert "is-out" not in page, "the office has said nothing"
    assert 'name="satisfied"' not in page
    assert of(case, "closing") not in clerk.get(of(case)).content.decode()
    message = CaseMessage.objects.get(case=case)
    assert (message.direction, message.text) == ("in", PRIVATE)


def test_an_officer_says_how_the_citizen_asked_to_end_it_and_the_citizen_is_told(
    visitor: Visitor, clerk: Client
) -> None:
    reporter = Reporter.of("somchai")
    case = Case.objects.get()
    clerk.post(of(case, "act", act="withdraw"), {"reason": "", "version": case.version})
    assert now(case).is_open, "how and when they asked is to be said"
    clerk.post(
        of(case, "act", act="withdraw"), {"reason": "โทรมาเมื่อเช้า เสียงเหมือนเมา", "version": case.version}
    )
    assert now(case).state == "withdrawn"
    page = reporter.seen()
    assert "ตามที่ท่านแจ้งขอยุติเรื่อง" in page
    assert "หากท่านไม่ได้ขอ" in page
    assert "เสียงเหมือนเมา" not in page
    assert 'name="satisfied"' not in page
    assert Outbound.objects.filter(text__contains="หากท่านไม่ได้ขอ").exists()
    clerk.post(of(case, "act", act="reopen"), {"reason": "", "version": now(case).version})
    assert not now(case).is_open, "why it is opened again is to be said"
    clerk.post(of(case, "act", act="reopen"), {"reason": "ผู้แจ้งบอกว่าไม่ได้ขอ", "version": now(case).version})
    assert now(case).is_open
    assert "ผู้แจ้งบอกว่าไม่ได้ขอ" not in reporter.seen()


def test_an_answer_that_is_written_before_the_citizen_writes_again_comes_back_beside_it(
    visitor: Visitor, clerk: Client
) -> None:
    reporter = Reporter.of()
    case = Case.objects.get()
    version = re.search(r'name="version" value="(\d+)"', clerk.get(of(case, "say")).content.decode())
    assert version
    reporter.send(reporter.at_case(), {"text": "มีเด็กโดนไฟดูด"})
    typed = {"text": "ยังไม่มีกำหนด", "version": version[1]}
    page = clerk.post(of(case, "say"), typed)
    assert "ยังไม่มีกำหนด" in page.content.decode(), "what was typed"
    assert "มีเด็กโดนไฟดูด" in said(page), "what is new"
    assert not CaseMessage.objects.filter(direction="out").exists()
    assert now(case).heard_at is not None
    clerk.post(of(case, "say"), {"text": "กำลังไป", "version": now(case).version})
    assert now(case).heard_at is None


def test_the_citizen_finds_place_and_pictures_under_their_first_words(visitor: Visitor) -> None:
    reporter = Reporter.of(photo="เสา.png")
    page = reporter.seen()
    first = page.split('<ul class="talk">')[1].split("</li>")[0]
    assert Case.objects.get().place in first
    (address,) = re.findall(r'href="/banthrai/(track/[^"]+/files/\w+/)"', first)
    assert "เสา.png" in first
    assert reporter.open(address)["Content-Disposition"].startswith("attachment")


def test_a_part_that_is_split_off_reaches_who_is_responsible_and_the_citizen_its_number(
    visitor: Visitor, clerk: Client
) -> None:
    reporter = Reporter.of()
    case = Case.objects.get()
    page = clerk.get(of(case, "split")).content.decode()
    assert re.search(r'<option value="lamp"[^>]* selected', page), "the category of the whole"
    typed = {"title": "ถนนยุบ", "body": "หน้าวัด", "category": "road", "unit": ""}
    done = clerk.post(of(case, "split"), typed)
    part = Case.objects.newest()[0]
    assert (part.category, part.parent) == ("road", case)
    assert part.unit is not None, "the office's rules say whose it is"
    assert done["Location"] == of(part, "receipt")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", said(clerk.get(done["Location"])))
    assert code, "its code is told here"
    assert Client().get(f"/banthrai/track/{code[0]}/").status_code == 200
    assert part.number in reporter.seen()
    assert code[0] not in reporter.seen()
    refused = reporter.send(reporter.at_case("withdraw/"), {"reason": ""})
    assert part.number in said(refused), "not while the part is open"
    assert now(case).is_open
    services.act(actor=SYSTEM, case=part, act="refuse", reason="ซ้ำ")
    assert reporter.send(reporter.at_case("withdraw/"), {"reason": ""}).status_code == 302
    assert now(case).state == "withdrawn", "nobody has to say why"
