"""Erasing takes what a case says of people, everywhere, and leaves every figure as it was."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection

from prongsai.foundation.casework.models import Case, CaseEvent, CaseFile
from prongsai.foundation.casework.services import (
    Contact,
    Place,
    acknowledge,
    act,
    answer_closing,
    attach,
    correct,
    erase_case,
    hear,
    note,
    publish_case,
    say,
)
from prongsai.foundation.casework.services.nightly import erase_due, purge_checks, years_before
from prongsai.foundation.casework.statistics import statistics
from prongsai.foundation.casework.tasks import tend_cases
from prongsai.foundation.casework.tests.conftest import LETTER, a_case, opened, recorded
from prongsai.foundation.channels.models import Channel, Inbound, Outbound
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import publish_file, store_file
from prongsai.foundation.files.tasks import drop_content
from prongsai.foundation.files.uploads import append_chunk, finish_upload, start_upload
from prongsai.foundation.ledger.services import flush, record
from prongsai.foundation.ledger.verification import verify_log
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Period
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from tests.cast import SYSTEM

SECRET = "นายลับเฉพาะ"
SHOWN = "บ้านหลังเขียว"  # what a public title told all the same
YEAR = Period.fiscal_year(2568)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.KEYS_FOLDER = tmp_path / "keys"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "prongsai.foundation.files.storage.DurableFolder",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }


def kept(text: str) -> StoredFile:
    return store_file(actor=SYSTEM, content=io.BytesIO(text.encode()), name=f"{SECRET}.txt")


def full_case(officer: Actor) -> Case:
    """A closed case that has the secret name in everything that can hold words."""
    channel = Channel.objects.create(kind="email", name="อีเมล", opened_on=date(2025, 1, 1))
    case = a_case(
        title=f"ไฟดับหน้าบ้าน{SECRET}", body=SECRET, channel=channel, channel_kind="email",
        source_key=f"<{SECRET}@example.com>", details={"ชื่อ": SECRET}, place=Place(f"บ้าน{SECRET}", "3", 15, 103),
        contact=Contact(SECRET, "0812345678", "secret@example.com"), files=[kept(SECRET)],
    )  # fmt: skip
    Inbound.objects.create(
        channel=channel, source_key="1", sender="secret@example.com", body={"text": SECRET}, received_at=clock.now(),
        handled_at=clock.now(), handled_as=f"case:{case.pk}",
    )  # fmt: skip
    case = acknowledge(actor=officer, case=case)
    say(actor=officer, case=case, text=f"เรียน {SECRET}", files=[kept(f"ตอบ {SECRET}")])
    heard = hear(case=case, text=SECRET, channel_kind="email", source_key=f"<2.{SECRET}@example.com>")
    Inbound.objects.create(
        channel=channel, source_key="2", sender="secret@example.com", body={"text": SECRET}, raw=SECRET.encode(),
        received_at=clock.now(), handled_as=f"message:{heard.pk}",
    )  # fmt: skip
    note(actor=officer, case=case, text=SECRET)
    case = act(actor=officer, case=case, act="finish", result=f"พบ{SECRET}แล้ว", found="true")
    publish_case(actor=officer, case=case, public_title=f"ไฟดับ {SHOWN}")
    return answer_closing(case=case, satisfied=True, note=SECRET)


def everything() -> str:
    """All rows of all tables that hold words of cases, as the office in scope sees them."""
    flush()
    said: list[str] = []
    with connection.cursor() as cursor:
        for table in (
            "casework_case", "casework_caseevent", "casework_casemessage", "casework_casefile", "files_storedfile",
            "channels_inbound", "channels_outbound", "ledger_entry",
        ):  # fmt: skip
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} AS t")
            said += cursor.fetchone()
        cursor.execute("SELECT coalesce(string_agg(convert_from(body, 'UTF8'), ' '), '') FROM ledger_payload")
        said += cursor.fetchone()
        cursor.execute("SELECT count(*) FROM channels_inbound WHERE raw IS NOT NULL")
        said += [str(count) if (count := cursor.fetchone()[0]) else ""]
    return " ".join(said)


def test_erasing_takes_every_word_and_leaves_every_figure(office: Organization, officer: Actor) -> None:
    case = full_case(officer)
    before = statistics(YEAR)
    assert SECRET in (said := everything())
    assert SHOWN in said
    erased = erase_case(actor=officer, case=case, reason="ผู้แจ้งขอให้ลบ")
    left = everything()
    for word in (SECRET, SECRET[3:], SHOWN, "0812345678", "secret@example.com"):
        assert word not in left
    assert statistics(YEAR) == before
    assert statistics(YEAR).total.finished == 1
    assert (erased.number, erased.category, erased.topic, erased.found) == (
        "68-0001",
        "lamp",
        "service",
        "true",
    )
    assert not erased.is_public
    assert [fact.kind for fact in recorded(erased)][-1] == "case_erased"
    assert CaseEvent.objects.filter(case=case, event="erased").exists()
    assert verify_log(office).ok


def bytes_are_removed() -> None:
    """What the jobs do right after the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name LIKE '%drop_content' ORDER BY id")
        waiting = [json.loads(args) for (args,) in cursor.fetchall()]
    for args in waiting:
        drop_content(**args)


def test_bytes_of_a_file_that_nobody_else_uses_are_gone(office: Organization, officer: Actor) -> None:
    case = full_case(officer)
    paths = [file.path for file in StoredFile.objects.all()]
    assert len(paths) == 2
    assert all(storages["default"].exists(path) for path in paths)
    erase_case(actor=officer, case=case, reason="x")
    assert not StoredFile.objects.exists()
    bytes_are_removed()
    assert not any(storages["default"].exists(path) for path in paths)


def test_a_content_that_comes_again_before_its_bytes_are_removed_keeps_them(
    office: Organization, officer: Actor
) -> None:
    case = full_case(officer)
    erase_case(actor=officer, case=case, reason="x")
    again = kept(SECRET)
    bytes_are_removed()
    assert storages["default"].exists(again.path)


def test_a_content_that_somebody_else_uses_stays(office: Organization, officer: Actor) -> None:
    names = ("ledger", "public", "case", "upload", "alone")
    files = {name: kept(f"เนื้อหา {name}") for name in names}
    case = act(actor=officer, case=a_case(files=list(files.values())), act="refuse", reason="x")
    record(
        actor=SYSTEM, kind="errand_closed", occurred_on=clock.today(), origin=Origin.DOCUMENT,
        payload={"files": [reference(files["ledger"])]},
    )  # fmt: skip
    publish_file(actor=SYSTEM, file=files["public"])
    attach(actor=officer, case=a_case(), file=files["case"])
    upload = start_upload(actor=officer, name="x.txt", size=len("เนื้อหา upload".encode()))
    append_chunk(actor=officer, key=upload.key, offset=0, content="เนื้อหา upload".encode())
    finish_upload(actor=officer, key=upload.key)
    flush()
    erase_case(actor=officer, case=case, reason="x")
    bytes_are_removed()
    assert not CaseFile.objects.filter(case=case).exists()
    there = {name for name, file in files.items() if StoredFile.objects.filter(pk=file.pk).exists()}
    assert there == set(names) - {"alone"}
    assert {name for name, file in files.items() if storages["default"].exists(file.path)} == there


def test_only_a_closed_case_is_erased_once_by_whoever_may_and_says_why(
    office: Organization, officer: Actor
) -> None:
    case = a_case()
    with pytest.raises(WrongState):
        erase_case(actor=officer, case=case, reason="x")
    case = act(actor=officer, case=case, act="refuse", reason="x")
    with pytest.raises(InvalidInput):
        erase_case(actor=officer, case=case, reason=" ")
    with pytest.raises(NotPermitted):
        erase_case(actor=Actor("x", frozenset({"testing.handle"}), user_id=1), case=case, reason="x")
    erase_case(actor=officer, case=case, reason="x")
    for again in (
        lambda: erase_case(actor=officer, case=case, reason="x"),
        lambda: say(actor=officer, case=case, text="x"),
        lambda: note(actor=officer, case=case, text="x"),
        lambda: hear(case=case, text="x", channel_kind="web"),
        lambda: correct(actor=officer, case=case, title="x"),
        lambda: publish_case(actor=officer, case=case, public_title="x"),
    ):
        with pytest.raises(WrongState):
            again()


def test_what_waits_to_be_sent_to_an_erased_citizen_is_not_sent(office: Organization, officer: Actor) -> None:
    case = a_case(contact=Contact(email="a@example.com"))
    case = act(actor=officer, case=case, act="refuse", reason="x")
    assert Outbound.objects.count() == 2
    erase_case(actor=officer, case=case, reason="x")
    assert not Outbound.objects.exists()


def test_texts_go_when_the_years_of_their_kind_are_over(office: Organization, officer: Actor) -> None:
    case = act(actor=officer, case=a_case(title=SECRET), act="refuse", reason="x")
    open_one, letter = a_case(), act(actor=officer, case=a_case(kind=LETTER.key), act="refuse", reason="x")
    with clock.at(date(2030, 8, 14)):
        assert erase_due() == 0
    with clock.at(date(2030, 8, 15)):
        tend_cases(organization_id=office.pk)
        assert erase_due() == 0
    for each, erased in ((case, True), (letter, True), (open_one, False)):
        each.refresh_from_db()
        assert (each.erased_at is not None) == erased
    assert case.title == ""


def test_five_years_before_the_29th_of_february() -> None:
    assert years_before(date(2028, 2, 29), 5) == date(2023, 2, 28)
    assert years_before(date(2028, 3, 1), 4) == date(2024, 3, 1)


def test_self_checks_are_gone_after_two_days_with_all_they_brought(office: Organization) -> None:
    check = opened(is_check=True, files=[kept("ตรวจ")]).case
    hear(case=check, text="x", channel_kind="web")
    a_case()
    with clock.at(clock.now() + timedelta(days=2)):
        assert purge_checks() == 0
    with clock.at(clock.now() + timedelta(days=2, seconds=1)):
        assert purge_checks() == 1
    assert [case.number for case in Case.objects.all()] == ["68-0001"]
    assert not StoredFile.objects.exists()
