"""Heads go out by real mail to a real mail server, once a month to each witness, and each is on record."""

from __future__ import annotations

import json
from datetime import date

import pytest

from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.models import Witness
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.tests.conftest import SOMSRI, recorded
from prongsai.foundation.ledger.verification import verify_since
from prongsai.foundation.ledger.witnesses import add_witness, month_of, send_heads, stop_witness
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel.contracts import Actor, Period
from prongsai.kernel.errors import InvalidInput, NotPermitted
from tests.mailbox import Mailbox, mailbox

__all__ = ["mailbox"]

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system()
NOVEMBER = date(2025, 11, 3)


@pytest.fixture
def witnessed(office: Organization, keys: object) -> Organization:
    recorded(office, 3)
    with working_for(office.pk):
        add_witness(actor=SYSTEM, name="ประธานประชาคมหมู่ 1 (ข้อมูลตัวอย่าง)", email="One@example.com")
        add_witness(actor=SYSTEM, name="สำนักงานท้องถิ่นจังหวัด (ข้อมูลตัวอย่าง)", email="two@example.com")
    return office


def test_naming_and_stopping_a_witness_is_on_record(witnessed: Organization) -> None:
    with working_for(witnessed.pk):
        first = Witness.objects.first()
        assert first is not None
        stop_witness(actor=SYSTEM, witness=first)
        stop_witness(actor=SYSTEM, witness=first)
    with working_for(witnessed.pk):
        assert facts(kind="witness_named").count() == 2
        assert facts(kind="witness_stopped").count() == 1


def send(office: Organization, month: date = NOVEMBER) -> list[tuple[str, bool]]:
    with working_for(office.pk):
        return [(sending.witness.email, sending.sent) for sending in send_heads(month)]


def test_every_witness_gets_the_signed_head_and_plain_words(
    witnessed: Organization, mailbox: Mailbox
) -> None:
    assert sorted(send(witnessed)) == [("one@example.com", True), ("two@example.com", True)]
    assert sorted(mail["To"] for mail in mailbox.mails) == ["one@example.com", "two@example.com"]
    mail = mailbox.mails[0]
    assert mail["Subject"].strip() == "หัวบันทึกหลักฐานของอบต.บ้านทราย เดือนพฤศจิกายน 2568"
    words = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    (attached,) = mail.iter_attachments()
    head = json.loads(attached.get_content())
    assert attached.get_filename() == "tree-head-banthrai-main-5.json"
    assert head["root"] in words
    assert "ประจำเดือนพฤศจิกายน 2568" in words
    recorded(witnessed, 2)
    with working_for(witnessed.pk):
        sign_head(actor=SYSTEM)
        assert verify_since(witnessed, head).problem == ""


def test_each_sending_is_on_record_and_happens_once_a_month(
    witnessed: Organization, mailbox: Mailbox
) -> None:
    send(witnessed)
    assert send(witnessed, date(2025, 11, 30)) == []
    assert len(send(witnessed, date(2025, 12, 1))) == 2
    assert len(mailbox.mails) == 4
    with working_for(witnessed.pk):
        told = list(facts(kind="tree_head_sent").with_payload())
    assert len(told) == 4
    assert told[0].period == Period(date(2025, 11, 1), date(2025, 11, 30))
    assert (told[0].content["size"], told[0].visibility) == (
        5,
        "internal",
    )  # three facts, and that two witnesses were named
    assert "@" not in told[0].label


def test_a_mail_that_failed_is_not_on_record_and_is_sent_again(
    witnessed: Organization, mailbox: Mailbox
) -> None:
    with working_for(witnessed.pk):
        add_witness(actor=SYSTEM, name="พยานที่กล่องจดหมายเต็ม", email="full@example.com")
    assert dict(send(witnessed))["full@example.com"] is False
    assert dict(send(witnessed)) == {"full@example.com": False}
    with working_for(witnessed.pk):
        assert facts(kind="tree_head_sent").count() == 2


def test_a_mail_server_that_is_away_loses_nothing(witnessed: Organization, settings) -> None:  # type: ignore[no-untyped-def]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert dict(send(witnessed)) == {"one@example.com": False, "two@example.com": False}
    with working_for(witnessed.pk):
        assert facts(kind="tree_head_sent").count() == 0


def test_who_is_no_longer_a_witness_gets_nothing(witnessed: Organization, mailbox: Mailbox) -> None:
    with working_for(witnessed.pk):
        stop_witness(actor=SYSTEM, witness=Witness.objects.get(email="one@example.com"))
    assert send(witnessed) == [("two@example.com", True)]


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [("", "a@example.com", "name"), ("ก", "no address", "email"), ("ก", "two@example.com", "email")],
)
def test_a_witness_needs_a_name_and_an_address_of_its_own(
    witnessed: Organization, name: str, email: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused, working_for(witnessed.pk):
        add_witness(actor=SYSTEM, name=name, email=email)
    assert refused.value.field == field


def test_only_who_may_names_witnesses(office: Organization) -> None:
    with pytest.raises(NotPermitted), working_for(office.pk):
        add_witness(actor=SOMSRI, name="ก", email="a@example.com")


@pytest.mark.parametrize(
    ("day", "last"), [(date(2024, 2, 10), date(2024, 2, 29)), (date(2025, 12, 31), date(2025, 12, 31))]
)
def test_a_month_ends_on_its_last_day(day: date, last: date) -> None:
    assert month_of(day) == Period(day.replace(day=1), last)
