"""The settings do what they say: through the pages, as a member would."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.accounts.models import Absence, Acting, Invitation, Membership, Role, User
from prongsai.foundation.accounts.services import invite
from prongsai.foundation.channels.services import open_channel
from prongsai.foundation.files.services import store_file
from prongsai.foundation.ledger.models import Entry, PublicKey, Witness
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.modules.office.models import Wishes
from prongsai.modules.office.steps import complaints_can_come
from prongsai.modules.office.tests.conftest import Mailbox
from tests.cast import PASSWORD, SYSTEM, banthrai, member, signed_in_client
from tests.sample_year import PDF, PNG

pytestmark = pytest.mark.django_db
ALL = ("office.manage", "people.manage", "audit.read", "office.remind")
SETTINGS = "/banthrai/work/settings/"


@pytest.fixture
def office(tmp_path, settings) -> Iterator[Organization]:  # type: ignore[no-untyped-def]
    settings.KEYS_FOLDER = tmp_path
    office = banthrai()
    with scope(office.pk):
        yield office


@pytest.fixture
def browser(office: Organization) -> Client:
    return signed_in_client(member(*ALL, username="admin"))


def facts() -> list[str]:
    flush()
    return list(Entry.objects.filter(log="main").values_list("kind", flat=True))


def words(answer) -> str:  # type: ignore[no-untyped-def]
    return re.sub(r"</?(span|wbr)[^>]*>", "", answer.content.decode())


def test_the_profile_is_changed_and_what_is_wrong_stays_typed(browser: Client, office: Organization) -> None:
    said = {"name": office.name, "district": "ตัวอย่าง", "province": "ตัวอย่าง", "document_code": "บท 72501"}
    answer = browser.post(SETTINGS + "profile/", said | {"postcode": "12"})
    assert answer.status_code == 200
    assert "รหัสไปรษณีย์มี 5 หลัก" in words(answer)
    assert "บท 72501" in words(answer)
    assert browser.post(SETTINGS + "profile/", said | {"postcode": "31150"}).status_code == 302
    office.refresh_from_db()
    assert (office.document_code, office.postcode) == ("บท 72501", "31150")
    assert facts() == ["office_profile_changed"]


def test_a_seal_is_uploaded_and_shown(browser: Client, office: Organization) -> None:
    picture = BytesIO(PNG)
    picture.name = "ตรา.png"
    assert browser.post(SETTINGS + "seal/", {"seal": picture}).status_code == 302
    office.refresh_from_db()
    page = browser.get(SETTINGS + "profile/").content.decode()
    (address,) = re.findall(r'<img src="([^"]+)"', page)
    shown = Client().get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")


def test_units_are_added_moved_and_retired_from_the_list(browser: Client, office: Organization) -> None:
    browser.post(SETTINGS + "units/add/", {"name": "กองช่าง"})
    unit = Unit.objects.get(name="กองช่าง")
    browser.post(SETTINGS + "units/", {"_bulk": "up", "chosen": [unit.pk]})
    assert [u.name for u in Unit.objects.active()] == ["สำนักปลัด", "กองช่าง", "กองคลัง"]
    asked = browser.post(SETTINGS + "units/", {"_bulk": "retire", "chosen": [unit.pk]})
    assert "1 แห่งจะไม่มีให้เลือกอีก" in words(asked)
    browser.post(SETTINGS + "units/", {"_bulk": "retire", "chosen": [unit.pk], "_confirmed": "1"})
    assert [u.name for u in Unit.objects.active()] == ["สำนักปลัด", "กองคลัง"]
    everybody = Unit.objects.values_list("pk", flat=True)
    told = browser.post(
        SETTINGS + "units/", {"_bulk": "retire", "chosen": list(everybody), "_confirmed": "1"}, follow=True
    )
    assert "ต้องมีส่วนราชการที่ใช้อยู่อย่างน้อยหนึ่งแห่ง" in words(told)
    assert Unit.objects.active().count() == 2, "refused as a whole"


def test_an_invitation_shows_its_link_once_and_can_be_renewed_and_taken_back(
    browser: Client, office: Organization, mailbox: Mailbox
) -> None:
    said = {
        "full_name": "นางมานี ตัวอย่าง",
        "position": "นักวิชาการ",
        "roles": ["unit_officer"],
        "email": "m@example.com",
    }
    answer = browser.post(SETTINGS + "people/invite/", said)
    (link,) = re.findall(
        r"http://localhost:8000(/account/invitations/\S+?/)<",
        browser.get(answer["Location"]).content.decode(),
    )
    assert "แสดงไปแล้วครั้งหนึ่ง" in words(browser.get(answer["Location"]))
    assert Client().get(link).status_code == 200
    assert link in mailbox.mails[0].get_content()
    first = Invitation.objects.get()
    browser.post(f"{SETTINGS}people/invitations/{first.pk}/resend/")
    first.refresh_from_db()
    assert first.withdrawn_at is not None
    second = Invitation.objects.exclude(pk=first.pk).get()
    assert second.roles == ["unit_officer"]
    browser.post(f"{SETTINGS}people/invitations/{second.pk}/withdraw/")
    assert browser.post(f"{SETTINGS}people/invitations/{second.pk}/withdraw/").status_code == 404


def test_an_invitation_whose_mail_fails_says_so_and_shows_the_link(
    browser: Client, office: Organization, mailbox: Mailbox
) -> None:
    said = {"full_name": "ก", "position": "ข", "roles": ["planner"], "email": "full@example.com"}
    answer = browser.post(SETTINGS + "people/invite/", said, follow=True)
    assert "ส่งอีเมลถึง full@example.com ไม่สำเร็จ" in words(answer)
    assert "/account/invitations/" in words(answer)


def test_a_login_made_by_hand_shows_its_password_once(browser: Client, office: Organization) -> None:
    said = {"full_name": "นายชูใจ ตัวอย่าง", "position": "เจ้าพนักงาน", "roles": ["planner"], "username": "chujai"}
    page = browser.post(SETTINGS + "people/hire/", said, follow=True).content.decode()
    (password,) = re.findall(r'<code class="secret">((?:[a-z0-9]{4}-){3}[a-z0-9]{4})</code>', page)
    user = User.objects.get(username="chujai")
    assert user.check_password(password)
    assert user.must_change_password


def test_who_gets_another_address_is_told_at_the_former_one(
    browser: Client, office: Organization, django_capture_on_commit_callbacks: Any, mailbox: Mailbox
) -> None:
    manee = member("office.read", username="manee", unit="กองคลัง")
    said = {"position": "นักวิชาการ", "unit": manee.unit_id, "roles": ["unit_officer"], "full_name": "มานี"}  # type: ignore[attr-defined]
    for address in ("m@example.com", "m@example.com", "other@example.com"):
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(f"{SETTINGS}people/{manee.pk}/", said | {"email": address})
    until = time.monotonic() + 5
    while not mailbox.mails and time.monotonic() < until:
        time.sleep(0.02)
    (mail,) = mailbox.mails
    assert mail["To"] == "m@example.com"
    assert "ที่อยู่ใหม่" in mail.get_content()


def test_a_person_is_changed_ended_reopened_and_helped_in(browser: Client, office: Organization) -> None:
    manee = member("office.read", username="manee", unit="กองคลัง")
    place = f"{SETTINGS}people/{manee.pk}/"
    said = {"position": "หัวหน้ากองคลัง", "unit": manee.unit_id, "roles": ["unit_head"], "post": "clerk"}  # type: ignore[attr-defined]
    assert browser.post(place, said | {"full_name": "มานี ใจดี", "email": "m@example.com"}).status_code == 302
    manee = Membership.objects.select_related("user").get(pk=manee.pk)
    assert (manee.position, manee.post, manee.user.full_name) == ("หัวหน้ากองคลัง", "clerk", "มานี ใจดี")
    assert "measures.attest" in manee.actor().permissions
    browser.post(place + "reset/")
    assert not User.objects.get(pk=manee.user.pk).check_password(PASSWORD)
    browser.post(place + "end/")
    assert not Membership.objects.get(pk=manee.pk).is_active
    assert "ปิดบัญชีแล้ว" in words(browser.get(SETTINGS + "people/?state=0"))
    browser.post(place + "reopen/")
    assert Membership.objects.get(pk=manee.pk).is_active


def test_nobody_ends_their_own_membership(browser: Client, office: Organization) -> None:
    own = Membership.objects.get(user__username="admin")
    answer = browser.post(f"{SETTINGS}people/{own.pk}/end/")
    assert answer.status_code == 200
    assert Membership.objects.get(pk=own.pk).is_active


def test_a_role_is_made_of_permissions_in_plain_words(browser: Client, office: Organization) -> None:
    assert "ยกร่างมาตรการ" in words(browser.get(SETTINGS + "roles/"))
    said = {"name": "ผู้ช่วยตรวจ", "description": "ช่วยผู้ตรวจสอบ", "permissions": ["audit.read"]}
    page = browser.post(SETTINGS + "roles/add/", said, follow=True)
    assert "ดูบันทึกหลักฐานทั้งหมดและไฟล์ทั้งหมด" in words(page)
    role = Role.objects.get(name="ผู้ช่วยตรวจ")
    browser.post(f"{SETTINGS}roles/{role.pk}/edit/", said | {"permissions": []})
    assert Role.objects.get(pk=role.pk).permissions == []
    browser.post(f"{SETTINGS}roles/{role.pk}/remove/")
    assert not Role.objects.filter(pk=role.pk).exists()
    planner = Role.objects.get(key="planner")
    assert "ลบไม่ได้" in words(browser.post(f"{SETTINGS}roles/{planner.pk}/remove/"))


def test_who_signs_follows_orders_and_absences(browser: Client, office: Organization) -> None:
    manee = member("office.read", username="manee", position="รองปลัด")
    today = clock.today()
    day = {"starts_on": f"{today.day}/{today.month}/{today.year + 543}"}
    said = {"post": "clerk", "member": manee.pk, "mode": "acting", "rank": "1", "order_number": "ที่ 12/2568"}
    assert browser.post(SETTINGS + "signatories/add/", said | day).status_code == 302
    page = words(browser.get(SETTINGS + "signatories/"))
    assert "รองปลัด รักษาราชการแทน" in page
    order = Acting.objects.get()
    browser.post(SETTINGS + "absences/add/", day | {"member": manee.pk, "ends_on": day["starts_on"]})
    assert "วันนี้ยังไม่มีผู้ลงนามในตำแหน่งนี้" in words(browser.get(SETTINGS + "signatories/"))
    browser.post(f"{SETTINGS}absences/{Absence.objects.get().pk}/remove/")
    assert not Absence.objects.exists()
    browser.post(f"{SETTINGS}signatories/{order.pk}/end/", {"on": day["starts_on"]})
    assert Acting.objects.get().ends_on == today


def test_witnesses_are_named_stopped_and_sent_to_by_a_job(browser: Client, office: Organization) -> None:
    assert "ยังไม่มีพยาน" in words(browser.get(SETTINGS + "keys/"))
    assert "ยังไม่มีพยาน" in words(browser.post(SETTINGS + "keys/send/"))
    browser.post(SETTINGS + "witnesses/add/", {"name": "ประชาคม", "email": "w@example.com"})
    again = browser.post(SETTINGS + "witnesses/add/", {"name": "อีกคน", "email": "w@example.com"})
    assert "มีพยานที่ใช้อีเมล" in words(again)
    assert browser.post(SETTINGS + "keys/send/").status_code == 302
    witness = Witness.objects.get()
    browser.post(f"{SETTINGS}witnesses/{witness.pk}/stop/")
    assert not Witness.objects.get().active
    assert browser.get(f"{SETTINGS}witnesses/{witness.pk}/stop/").status_code == 404


def test_a_new_key_retires_the_old_one(browser: Client, office: Organization) -> None:
    browser.post(SETTINGS + "keys/rotate/")
    browser.post(SETTINGS + "keys/rotate/")
    assert PublicKey.objects.count() == 2
    page = words(browser.get(SETTINGS + "keys/"))
    assert (page.count("ใช้อยู่"), page.count("เลิกใช้แล้ว")) == (1, 1)


def test_a_file_says_who_names_it_and_comes_as_an_attachment(browser: Client, office: Organization) -> None:
    picture, paper = (
        store_file(actor=SYSTEM, content=BytesIO(content), name=name)
        for content, name in ((PNG, "ตรา.png"), (PDF, "หนังสือ.pdf"))
    )
    browser.post(SETTINGS + "seal/", {"seal": BytesIO(PNG)})
    flush()
    page = words(browser.get(f"{SETTINGS}files/{picture.sha256}/"))
    assert "ไฟล์ตรงกับที่เก็บไว้" in page
    assert words(browser.get(f"{SETTINGS}files/{paper.sha256}/")).count("หลักฐาน <b>") == 0
    answer = browser.get(f"{SETTINGS}files/{paper.sha256}/content/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"].startswith("sandbox")
    told = browser.post(SETTINGS + "files/", {"_bulk": "check", "chosen": [paper.pk]}, follow=True)
    assert "ตรวจแล้ว 1 ไฟล์" in words(told)


def test_the_register_is_found_by_number_word_person_and_kind(browser: Client, office: Organization) -> None:
    browser.post(SETTINGS + "units/add/", {"name": "กองช่าง"})
    browser.post(SETTINGS + "units/add/", {"name": "กองการศึกษา"})
    invite(actor=SYSTEM, full_name="ก", position="ข", roles=["planner"])
    flush()

    def numbers(query: str) -> list[str]:
        return re.findall(r"<b>(\d+)</b></a>", browser.get(f"{SETTINGS}register/?{query}").content.decode())

    assert numbers("") == ["3", "2", "1"]
    assert numbers("q=2") == ["2"]
    assert numbers("q=การศึกษา") == ["2"]
    assert numbers("q=ไม่มีคำนี้") == []
    assert numbers("who=admin ตัวอย่าง") == ["2", "1"]
    assert numbers("kind=unit_added&unit=กองช่าง") == ["1"]
    assert numbers("visibility=public") == []
    assert numbers("occurred_from=1/1/2500&occurred_to=2/1/2500") == []
    exported = browser.get(f"{SETTINGS}register/?format=csv&kind=unit_added").content.decode("utf-8-sig")
    assert exported.count("เพิ่มส่วนราชการ กอง") == 2
    assert browser.get(f"{SETTINGS}register/?format=xlsx")["Content-Type"].endswith("sheet")


def test_an_entry_shows_payload_leaf_and_what_came_later(browser: Client, office: Organization) -> None:
    browser.post(SETTINGS + "units/add/", {"name": "กองช่าง", "short_name": "กช."})
    (entry,) = flush()
    page = words(browser.get(f"{SETTINGS}register/{entry.number}/"))
    assert "กช." in page
    assert " ".join(re.findall("....", bytes(entry.leaf_hash).hex())) in page
    assert "ยังไม่มี จะลงนามคืนนี้" in page
    assert browser.get(f"{SETTINGS}register/99/").status_code == 404


def test_morning_mail_and_calendar_are_the_members_own(browser: Client, office: Organization) -> None:
    browser.post(SETTINGS + "me/", {"how": "email"})
    assert Wishes.objects.get().daily_mail is False
    answer = browser.post(SETTINGS + "me/calendar/renew/")
    (link,) = re.findall(
        r"http://localhost:8000(/\S+?\.ics)<", browser.get(answer["Location"]).content.decode()
    )
    assert Client().get(link).status_code == 200
    assert "แสดงไปแล้วครั้งหนึ่ง" in words(browser.get(answer["Location"]))
    browser.post(SETTINGS + "me/calendar/stop/")
    assert Client().get(link).status_code == 404


def test_first_steps_are_done_one_by_one(browser: Client, office: Organization) -> None:
    before = words(browser.get("/banthrai/work/start/"))
    browser.post(SETTINGS + "witnesses/add/", {"name": "ประชาคม", "email": "w@example.com"})
    invite(actor=SYSTEM, full_name="ก", position="ข", roles=["planner"])
    after = words(browser.get("/banthrai/work/start/"))
    assert after.count('class="done"') == before.count('class="done"') + 2


def test_a_step_that_is_somebody_elses_says_whose(browser: Client, office: Organization) -> None:
    """Who set the office up may not open its ways in: the page says who does."""
    page = words(browser.get("/banthrai/work/start/"))
    step = page.split("เปิดช่องทางรับเรื่อง")[1].split("</li>")[0]
    assert "ผู้ทำขั้นนี้ได้: เจ้าหน้าที่รับเรื่องร้องเรียน, ปลัด" in step
    keeper = signed_in_client(member("office.read", "channels.manage", username="keeper"))
    own = words(keeper.get("/banthrai/work/start/")).split("เปิดช่องทางรับเรื่อง")[1].split("</li>")[0]
    assert "ผู้ทำขั้นนี้ได้" not in own
    assert "/banthrai/work/settings/channels/" in own
    assert not complaints_can_come()
    opened_by = Actor("สมศรี", frozenset({"channels.manage"}))
    open_channel(actor=opened_by, kind="sealed", name="แจ้งเบาะแส", by_its_desk=True)
    assert not complaints_can_come(), "the corruption channel takes no complaints"
    open_channel(actor=opened_by, kind="web", name="แบบฟอร์มบนเว็บ")
    assert complaints_can_come()


def test_who_may_only_look_is_offered_nothing_to_change(office: Organization) -> None:
    looker = signed_in_client(member("office.read", username="looker"))
    page = words(looker.get(SETTINGS + "units/")) + words(looker.get(SETTINGS + "people/"))
    page += words(looker.get(SETTINGS + "keys/")) + words(looker.get(SETTINGS + "signatories/"))
    assert "settings/units/add/" not in page
    assert "settings/people/invite/" not in page
    assert "เพิ่มพยาน" not in page
    assert looker.get(SETTINGS).content.decode().count("<li><h2>") < 9
