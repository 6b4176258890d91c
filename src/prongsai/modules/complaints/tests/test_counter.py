"""At the counter and on the telephone: a new tracking code, and what the citizen says of the result, both on record."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case, CaseEvent, CaseMessage
from prongsai.foundation.casework.selectors import case_by_code
from prongsai.foundation.casework.services import Contact
from prongsai.foundation.channels.models import Outbound
from prongsai.foundation.channels.selectors import failed_outbound
from prongsai.foundation.channels.services.outbound import deliver
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput, NotPermitted, Stale, WrongState
from prongsai.modules.complaints.tests.desk import (
    HANDLE,
    INTAKE,
    READ,
    a_case,
    closed_case,
    now,
    of,
    opened,
    said,
)
from tests.cast import SYSTEM, member, signed_in_client
from tests.mailbox import Mailbox, mailbox

__all__ = ["mailbox"]

pytestmark = pytest.mark.django_db
WHY = "ทำใบรับเรื่องหาย มาขอด้วยตนเองที่สำนักงาน"


def facts_of(case: Case) -> list[Entry]:
    flush()
    return list(Entry.objects.filter(subject=str(case.ref)).with_payload().order_by("number"))  # type: ignore[attr-defined]


def asked(client: Client, case: Case, **more: str) -> str:
    """The page behind the form, once a new code was given out."""
    form = client.get(of(case, "code")).content.decode()
    typed = dict(re.findall(r'name="(version|since|_once|_form)" value="([^"]*)"', form))
    answer = client.post(of(case, "code"), {"checked": "id_card", "reason": WHY, **typed, **more})
    assert answer.status_code == 302, answer.content.decode()
    return client.get(answer["Location"]).content.decode()


# --- a new code ---


def test_a_citizen_who_lost_the_paper_gets_a_new_code_and_the_former_one_opens_nothing(
    clerk: Client, client: Client
) -> None:
    before = opened()
    page = asked(clerk, before.case)
    found = re.search(r'class="code">([0-9A-Z]{4}-[0-9A-Z]{4})<', page)
    assert found, page
    code = found.group(1)
    assert code != before.code
    assert case_by_code(code) == before.case
    assert case_by_code(before.code) is None
    assert client.get(f"/banthrai/track/{code}/").status_code == 200
    assert client.get(f"/banthrai/track/{before.code}/").status_code == 404


def test_a_browser_that_had_opened_the_case_is_let_in_by_the_former_code_no_more(
    clerk: Client, client: Client
) -> None:
    before = opened()
    assert client.get(f"/banthrai/track/{before.code}/").status_code == 200
    asked(clerk, before.case)
    assert client.get(f"/banthrai/track/{before.code}/").status_code == 404


def test_who_gave_a_code_to_whom_and_why_stands_on_record_without_the_code(clerk: Client) -> None:
    case = a_case()
    page = asked(clerk, case)
    code = re.search(r'class="code">([0-9A-Z]{4}-[0-9A-Z]{4})<', page)
    assert code
    (event,) = CaseEvent.objects.filter(case=case, event="code_renewed")
    assert (event.actor, event.about, event.is_public) == ("pimchanok ตัวอย่าง", "id_card", True)
    assert case.messages.get(direction="note").text == WHY
    (fact,) = [each for each in facts_of(case) if each.kind == "case_code_renewed"]
    assert (fact.content["number"], fact.content["checked"]) == (case.number, "id_card")
    assert fact.visibility == "internal"
    for kept in (str(fact.content), WHY, *CaseMessage.objects.values_list("text", flat=True)):
        assert code.group(1) not in kept
    assert not Outbound.objects.filter(text__contains=code.group(1)).exists()
    assert code.group(1) not in said(clerk.get(of(case))), "the case's page shows it to nobody"


def test_the_code_is_shown_to_whoever_gave_it_out_and_to_nobody_else(clerk: Client) -> None:
    case = a_case()
    asked(clerk, case)
    other = signed_in_client(member(READ, INTAKE, username="other"))
    assert 'class="code"' not in other.get(of(case, "receipt")).content.decode()


def test_a_paper_with_the_former_code_is_not_printed_again(clerk: Client) -> None:
    case = a_case()
    asked(clerk, case)
    services.renew_code(actor=SYSTEM, case=case, checked="id_card", reason=WHY)
    assert 'class="code"' not in clerk.get(of(case, "receipt")).content.decode()


def test_the_citizen_is_told_where_they_can_be_reached_and_an_old_receipt_is_not_sent_late(
    office: Organization, mailbox: Mailbox
) -> None:
    before = opened(channel_kind="email", contact=Contact("นายบุญมี ตัวอย่าง", "", "boonmee@example.com"))
    assert before.code in Outbound.objects.get().text
    renewed = services.renew_code(actor=SYSTEM, case=before.case, checked="contact", reason=WHY)
    for outbound in Outbound.objects.filter(state="waiting"):
        deliver(organization_id=office.pk, outbound_id=outbound.pk)
    (mail,) = mailbox.mails
    told = str(mail.get_content())
    assert mail["To"] == "boonmee@example.com"
    assert "รหัสเดิมใช้ไม่ได้อีก" in told
    assert before.code not in told
    assert renewed.code not in told


def test_a_receipt_that_failed_asks_nobody_any_more_once_there_is_a_new_code(office: Organization) -> None:
    """Without its text nobody could send it, and it would stand among what did not arrive for ever."""
    before = opened(channel_kind="email", contact=Contact("นายบุญมี ตัวอย่าง", "", "boonmee@example.com"))
    Outbound.objects.update(state="failed")
    services.renew_code(actor=SYSTEM, case=before.case, checked="contact", reason=WHY)
    assert not failed_outbound().exists()
    assert not Outbound.objects.filter(text__contains=before.code).exists()


def test_a_warning_to_who_wrote_in_public_holds_no_code(office: Organization) -> None:
    case = a_case(channel_kind="facebook", contact=Contact("มานะ ตัวอย่าง", handle="comment:9_1"))
    renewed = services.renew_code(actor=SYSTEM, case=case, checked="contact", reason=WHY)
    assert not Outbound.objects.filter(text__contains=renewed.code).exists()


def test_that_a_code_is_new_does_not_count_as_telling_how_the_case_stands(office: Organization) -> None:
    case = a_case(contact=Contact("นายบุญมี ตัวอย่าง", "", "boonmee@example.com"))
    services.renew_code(actor=SYSTEM, case=case, checked="id_card", reason=WHY)
    assert now(case).informed_at is None


@pytest.mark.parametrize(
    ("contact", "ways"),
    [
        (Contact("นายบุญมี ตัวอย่าง", "081 000 0000"), ("id_card", "contact")),
        (Contact("นายบุญมี ตัวอย่าง"), ("id_card",)),
        (Contact(phone="081 000 0000", anonymous=True), ("contact",)),
        (Contact(anonymous=True), ("details",)),
    ],
)
def test_what_the_case_knows_of_its_citizen_says_how_an_officer_makes_sure(
    office: Organization, contact: Contact, ways: tuple[str, ...]
) -> None:
    case = a_case(contact=contact)
    assert services.ways_to_check(case) == ways
    for way in {"id_card", "contact", "details", ""} - set(ways):
        with pytest.raises(InvalidInput) as refused:
            services.renew_code(actor=SYSTEM, case=case, checked=way, reason=WHY)
        assert refused.value.field == "checked"
    with pytest.raises(InvalidInput) as refused:
        services.renew_code(actor=SYSTEM, case=case, checked=ways[0], reason=" ")
    assert refused.value.field == "reason"
    assert not CaseEvent.objects.filter(event="code_renewed").exists()


def test_only_who_takes_cases_in_gives_out_a_code(office: Organization) -> None:
    case = a_case()
    handler = member(READ, HANDLE, username="handler")
    assert signed_in_client(handler).get(of(case, "code")).status_code == 403
    with pytest.raises(NotPermitted):
        services.renew_code(actor=handler.actor(), case=case, checked="id_card", reason=WHY)


def test_an_erased_case_and_one_that_changed_meanwhile_get_none(office: Organization) -> None:
    case = closed_case()
    with pytest.raises(Stale):
        services.renew_code(actor=SYSTEM, case=case, checked="id_card", reason=WHY, version=case.version - 1)
    services.erase_case(actor=SYSTEM, case=case, reason="ครบกำหนด")
    with pytest.raises(WrongState):
        services.renew_code(actor=SYSTEM, case=now(case), checked="details", reason=WHY)


# --- what the citizen says of the result ---


def recorded(client: Client, case: Case, satisfied: str, **more: str) -> None:
    form = client.get(of(case, "closing")).content.decode()
    typed = dict(re.findall(r'name="(version|since|_once|_form)" value="([^"]*)"', form))
    typed |= {"channel_kind": "phone", "satisfied": satisfied, "note": "", **more}
    answer = client.post(of(case, "closing"), typed)
    assert answer.status_code == 302, answer.content.decode()


def test_what_the_citizen_says_on_the_telephone_counts_and_says_who_wrote_it_down(clerk: Client) -> None:
    case = closed_case()
    assert "closing/" in clerk.get(of(case)).content.decode()
    recorded(clerk, case, "yes", note="ขอบคุณช่าง")
    kept = now(case)
    assert (kept.satisfied, kept.satisfaction_note, kept.state) == (True, "ขอบคุณช่าง", "finished")
    message = case.messages.get(direction="in")
    assert (message.author, message.channel_kind) == ("pimchanok ตัวอย่าง", "phone")
    assert message.text == "พอใจกับผลการดำเนินการ\nขอบคุณช่าง"
    (event,) = CaseEvent.objects.filter(case=case, event="answered")
    assert (event.actor, event.about) == ("pimchanok ตัวอย่าง", "satisfied")
    (fact,) = [each for each in facts_of(case) if each.kind == "case_answer_recorded"]
    assert (fact.content["actor"]["name"], fact.content["satisfied"], fact.content["channel_kind"]) == (
        "pimchanok ตัวอย่าง", 1, "phone",
    )  # fmt: skip
    assert "ขอบคุณ" not in str(fact.content)


def test_an_unhappy_citizen_on_the_telephone_opens_the_case_again(clerk: Client) -> None:
    case = closed_case()
    recorded(clerk, case, "no", note="ยังดับอยู่")
    kept = now(case)
    assert (kept.satisfied, kept.phase, kept.reopened) == (False, "working", 1)
    assert kept.heard_at is not None
    assert "closing/" not in clerk.get(of(case)).content.decode(), "it is asked once after each closing"


def test_the_citizen_reads_that_an_officer_wrote_their_answer_down(clerk: Client, client: Client) -> None:
    known = opened()
    services.act(actor=SYSTEM, case=known.case, act="finish", result="เปลี่ยนหลอดแล้ว")
    recorded(clerk, known.case, "yes")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = said(client.get(f"/banthrai/track/{known.code}/"))
    assert "You were satisfied" in page
    assert "As an officer wrote it down" in page


def test_an_answer_is_recorded_once_in_time_and_by_who_works_on_cases(office: Organization) -> None:
    case = closed_case()
    told = {"case": case, "satisfied": True, "channel_kind": "phone"}
    reader = member(READ, username="reader")
    with pytest.raises(NotPermitted):
        services.record_closing_answer(actor=reader.actor(), **told)
    with pytest.raises(InvalidInput):
        services.record_closing_answer(actor=SYSTEM, case=case, satisfied=True, channel_kind="dream")
    with clock.at(clock.today().replace(year=clock.today().year + 1)), pytest.raises(WrongState):
        services.record_closing_answer(actor=SYSTEM, **told)
    services.record_closing_answer(actor=SYSTEM, **told)
    with pytest.raises(WrongState):
        services.record_closing_answer(actor=SYSTEM, **told)
    with pytest.raises(WrongState):
        services.answer_closing(case=case, satisfied=False)


@pytest.mark.parametrize("page", ["closing", "code"])
def test_pages_of_acts_that_are_gone_lead_to_the_case(clerk: Client, page: str) -> None:
    case = closed_case()
    services.erase_case(actor=SYSTEM, case=case, reason="ครบกำหนด")
    assert clerk.get(of(case, page))["Location"] == of(case)
