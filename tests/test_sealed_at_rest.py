"""After a report: the whole database, the files and the logs are searched for its words, its names and its sender.

Each place is searched where it really lies, and shown to be searched: by something harmless that stands there, and by a
word that is put there on purpose. The reporter's files are rows of the database; they are searched for in every place.
"""

from __future__ import annotations

import base64
import logging
import os
import re
import secrets
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.files.services import store_file
from prongsai.foundation.ledger.sealed import append_sealed_batch
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel import clock
from prongsai.modules.corruption import codes, keys
from prongsai.modules.corruption.models import Attachment, Report
from prongsai.modules.corruption.reports import OpenReport, attachment, reports_of
from prongsai.modules.corruption.services import (
    Answers,
    Submission,
    act,
    confirm_key,
    make_key,
    name_holder,
    note,
    open_channel,
    receive,
    say,
    unlock,
)
from prongsai.modules.corruption.tests.walking import Walker, upload
from prongsai.project.postgres import BINARIES, SUPERUSER, Server
from tests.cast import SYSTEM, banthrai, member, signed_in_client
from tests.insider import as_superuser

WORDS = {
    "what": "เรียกเงินสามหมื่นก่อนออกใบอนุญาตก่อสร้าง",
    "names": "นายสมมุติ ผู้ถูกร้องเรียน",
    "contact": "โทร 08 1234 5678 ยายแมว",
    "place": "ศาลากลางหมู่เก้า",
    "reply": "เมื่อวานเขามาหาที่บ้านอีก",
    "answer": "ขอให้เก็บใบเสร็จไว้",
    "note": "สอบปากคำพยานปากเอกแล้ว",
    "result": "มีมูลตามที่แจ้ง",
    "camera": "SLIP-OF-THE-WITNESS",  # in a picture's metadata, which go
    "file": "คำให้การของยายแมวเป็นลายลักษณ์อักษร",  # in a file that is kept as it is
    "later file": "ภาพถ่ายหน้าจอที่ส่งตามมา",
    "file name": "ใบเสร็จของยายแมว",
    "passphrase": "กระดุม ม้าลาย ทะเล หน้าต่าง",
}
HARMLESS = "ประกาศวันหยุดของสำนักงาน"  # stands in every place that is searched
ADDRESS, AGENT, COOKIE = "203.0.113.77", "Telltale/7.3 (Witness Phone)", "telltale-cookie-value"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    settings.KEYS_FOLDER = tmp_path / "keys"
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    monkeypatch.setattr(keys, "COST", keys.Cost(rounds=1, memory=1))
    monkeypatch.setattr(codes, "COST", keys.Cost(rounds=1, memory=1))


def picture() -> bytes:
    out, exif = BytesIO(), Image.Exif()
    exif[0x010E] = WORDS["camera"]
    Image.new("RGB", (32, 32), "blue").save(out, "JPEG", exif=exif)
    return out.getvalue()


def written(word: str) -> SimpleUploadedFile:
    """A file of text, of which baring leaves every letter."""
    return upload(f"{WORDS['file name']}.txt", WORDS[word].encode(), "text/plain")


def everything_happens() -> str:
    """A channel, a report with files, answers on both sides, a result. Returns the reporter's code."""
    office = banthrai()
    with working_for(office.pk):
        store_file(actor=SYSTEM, content=BytesIO(HARMLESS.encode()), name="ประกาศ.txt")
        somsri = member("corruption.receive", username="somsri", unit="สำนักปลัด")
        holder = name_holder(actor=SYSTEM, member=somsri, receives=True)
        actor = somsri.actor()
        recovery = make_key(actor=actor, holder=holder, passphrase=WORDS["passphrase"])
        confirm_key(actor=actor, holder=holder, recovery=recovery)
        open_channel(actor=SYSTEM)
    walker = reporter()
    code = walker.report(
        f"{WORDS['what']} ที่{WORDS['place']}",
        names=WORDS["names"],
        contact=WORDS["contact"],
        files=(upload(f"{WORDS['file name']}.jpg", picture()), written("file")),
    )
    with working_for(office.pk):
        unlock(actor=actor, holder=holder, passphrase=WORDS["passphrase"])
        holder.refresh_from_db()
        pair = keys.opened_by_passphrase(bytes(holder.by_passphrase), WORDS["passphrase"])
        (found,) = reports_of(holder, pair)
        assert WORDS["what"] in found.content["what"], "the recipient does read it"
        assert WORDS["file"].encode() in read_files(found), "and its files"
        say(actor=actor, opened=found, text=WORDS["answer"])
        note(actor=actor, opened=found, text=WORDS["note"])
        act(actor=actor, opened=found, act="accept")
    walker.answer = walker.client.post(walker.base + "inbox/", {"code": code})
    assert WORDS["answer"] in walker.answer.content.decode(), "the reporter does read the answer"
    walker.go("inbox/", text=WORDS["reply"], files=[written("later file")])
    worked_on_through_the_pages(somsri, found.report.ref)
    with working_for(office.pk):
        (found,) = reports_of(holder, pair)
        assert WORDS["later file"].encode() in read_files(found)
        said = {"result": WORDS["result"], "found": "true", "message": WORDS["answer"]}
        act(actor=actor, opened=found, act="finish", **said)
        append_sealed_batch(clock.today())
    return code


def read_files(found: OpenReport) -> bytes:
    refs = Attachment.objects.filter(report=found.report).values_list("ref", flat=True)
    return b"".join(content for ref in refs for _, _, content in [attachment(found, ref) or ("", "", b"")])


def worked_on_through_the_pages(who: Membership, ref: str) -> None:
    """A note and a message as the recipient's browser sends them, with the tokens of their forms."""
    browser, inbox = signed_in_client(who), "/banthrai/work/corruption/"
    browser.post(inbox + "unlock/", {"passphrase": WORDS["passphrase"]})
    for place, text in (("note/", WORDS["note"]), ("say/", WORDS["answer"])):
        page = browser.get(f"{inbox}reports/{ref}/{place}").content.decode()
        token = re.search(r'name="once" value="([^"]+)"', page)
        assert token
        said = {"text": text, "once": token[1]}
        assert browser.post(f"{inbox}reports/{ref}/{place}", said).status_code == 302


def reporter() -> Walker:
    client = Client(REMOTE_ADDR=ADDRESS, headers={"user-agent": AGENT, "accept-language": "xx-telltale"})
    client.cookies["sessionid"] = COOKIE
    client.cookies["device"] = COOKIE
    return Walker(client=client)


def spellings(word: str) -> Iterator[bytes]:
    """How a word can stand in a dump: as it is, in other encodings, as hex and as base64 at any offset."""
    for raw in (word.encode(), word.encode("utf-16-le"), word.encode("unicode_escape")):
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
    raw = word.encode()
    for shift in range(3):
        yield base64.b64encode(b"\0" * shift + raw)[4:-4]


def found_in(content: bytes, *more: str) -> list[str]:
    wanted = {**WORDS, "address": ADDRESS, "agent": AGENT, "cookie": COOKIE, "language": "xx-telltale"}
    wanted |= {f"more {number}": word for number, word in enumerate(more)}
    return [name for name, word in wanted.items() if any(spelling in content for spelling in spellings(word))]


def dump() -> bytes:
    """Everything in the test's database, by the server's own pg_dump and its superuser."""
    server = Server(Path(os.environ["PRONGSAI_HOME"]))
    command = [
        str(BINARIES / "pg_dump"), "--host", str(server.socket), "--port", "5432", "--username", SUPERUSER,
        "--no-password", connection.settings_dict["NAME"],
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=True, **_as(server))
    return done.stdout


def _as(server: Server) -> dict[str, Any]:
    return {"user": server.os_user} if os.geteuid() == 0 else {}


def files() -> bytes:
    """All that the installation's storage holds, by names and content."""
    folder = Path(default_storage.path(""))
    assert folder.is_dir(), "a folder that is not there would be searched in vain"
    kept = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\0".join(part for path in kept for part in (str(path).encode(), path.read_bytes()))


class Places:
    """Every place at rest, from a moment on."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        self.caplog = caplog
        self.log = Server(Path(os.environ["PRONGSAI_HOME"])).log
        self.before = self.log.stat().st_size

    def contents(self) -> dict[str, bytes]:
        with self.log.open("rb") as written:
            written.seek(self.before)
            of_the_database = written.read()
        return {
            "database": dump(),
            "files": files(),
            "log": self.caplog.text.encode(),
            "log of the database": of_the_database,
        }

    def searched(self, *more: str) -> dict[str, list[str]]:
        """What was found, where something was."""
        found = {place: found_in(content, *more) for place, content in self.contents().items()}
        return {place: names for place, names in found.items() if names}


def put_into(place: str, word: str) -> None:
    """What a fault of ours would do: leave a word in the place."""
    match place:
        case "database":
            as_superuser("UPDATE organizations_organization SET address = %s", word)
        case "files":
            with working_for(Organization.objects.get(key="banthrai").pk):
                store_file(actor=SYSTEM, content=BytesIO(word.encode()), name="ก.txt")
        case "log":
            logging.getLogger("prongsai.anything").debug("%s", word)
        case _:
            as_superuser(f"DO $$ BEGIN RAISE LOG '{word}'; END $$")


PLACES = ("database", "files", "log", "log of the database")


@pytest.mark.django_db(transaction=True)
def test_database_files_and_logs_hold_nothing_of_a_report(caplog: pytest.LogCaptureFixture) -> None:
    places = Places(caplog)
    code = everything_happens()
    for place in PLACES:
        if place != "files":  # there it stands by everything_happens
            put_into(place, HARMLESS)
    contents = places.contents()
    assert tuple(contents) == PLACES
    for place, content in contents.items():
        assert HARMLESS.encode() in content, f"{place}: nothing was searched"
    for table in (b"report", b"item", b"attachment", b"access"):
        assert re.search(rb"^COPY public\.corruption_" + table + rb" .*\n\d", contents["database"], re.M), (
            table
        )
    assert places.searched(code, code.replace(" ", "")) == {}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", PLACES)
def test_the_search_would_find_a_word_in_each_place(caplog: pytest.LogCaptureFixture, place: str) -> None:
    """The same search, after one word was put where no word may stand."""
    places = Places(caplog)
    everything_happens()
    word = f"คำที่วางไว้{secrets.token_hex(8)}"
    put_into(place, word)
    assert places.searched(word) == {place: ["more 0"]}


@pytest.mark.django_db(transaction=True)
def test_the_search_would_find_what_is_written_in_the_clear() -> None:
    """In the database: as text, as digits, and in the columns of bytes where content and files are kept."""
    everything_happens()
    as_superuser("UPDATE organizations_organization SET address = %s", WORDS["what"])
    as_superuser("UPDATE organizations_organization SET website = %s", WORDS["names"].encode().hex())
    as_superuser("UPDATE organizations_organization SET phone = %s", ADDRESS)
    as_superuser("UPDATE corruption_item SET sealed = %s", b"x" + WORDS["note"].encode())
    as_superuser("UPDATE corruption_attachment SET sealed = %s", b"txt\n" + WORDS["file"].encode())
    assert found_in(dump()) == ["what", "names", "note", "file", "address"]


@pytest.mark.django_db(transaction=True)
def test_no_moment_of_a_report_stands_in_the_tables_of_the_channel() -> None:
    """A column with a time, or with a day of a report, would tell when somebody wrote."""
    everything_happens()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_name LIKE 'corruption_%%' "
            "AND data_type IN ('date', 'timestamp with time zone', 'timestamp without time zone')"
        )
        found = set(cursor.fetchall())
    assert found == {
        ("corruption_desk", "opened_on"), ("corruption_desk", "closed_on"), ("corruption_desk", "counted"),
        ("corruption_holder", "named_on"), ("corruption_holder", "key_on"),
        ("corruption_holder", "opened_on"), ("corruption_holder", "ended_on"), ("corruption_unlocked", "began_at"),
        ("corruption_unlocked", "expires_at"), ("corruption_report", "quarter"), ("corruption_report", "closed_quarter"),
        ("corruption_report", "counted_quarter"),
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_nothing_outside_the_channel_tells_which_report_was_worked_on_or_at_what_moment() -> None:
    """What is remembered of forms that were sent, so that they act once, is kept for a week and stands in backups."""
    everything_happens()
    refs = [ref for (ref,) in as_superuser("SELECT ref FROM corruption_report")]
    wanted = "SELECT sent_at AT TIME ZONE 'Asia/Bangkok' FROM desk_sentform WHERE url LIKE '%/corruption/%'"
    moments = [moment for (moment,) in as_superuser(wanted)]
    assert refs
    assert moments
    assert {moment.time() for moment in moments} == {time()}
    parts = re.split(rb"^COPY public\.", dump(), flags=re.M)
    named = {part.split(b" ", 1)[0] for part in parts if any(ref.encode() in part for ref in refs)}
    assert named == {b"corruption_report"}


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twice_at_the_same_moment_is_one_report_and_the_database_refuses_nothing() -> None:
    """A double tap on a slow telephone."""
    office = banthrai()
    with working_for(office.pk):
        somsri = member("corruption.receive", username="somsri", unit="สำนักปลัด")
        holder = name_holder(actor=SYSTEM, member=somsri, receives=True)
        recovery = make_key(actor=somsri.actor(), holder=holder, passphrase=WORDS["passphrase"])
        confirm_key(actor=somsri.actor(), holder=holder, recovery=recovery)
        open_channel(actor=SYSTEM)
    form = Submission(b"\7" * 32, readers=[holder.pk], answers=Answers(said={"what": WORDS["what"]}))
    together = threading.Barrier(4)

    def tap(_: int) -> str:
        try:
            with working_for(office.pk):
                together.wait()
                return receive(submission=form)
        finally:
            connection.close()

    log = Server(Path(os.environ["PRONGSAI_HOME"])).log
    before = log.stat().st_size
    with ThreadPoolExecutor(4) as taps:
        codes_told = set(taps.map(tap, range(4)))
    assert len(codes_told) == 1
    with working_for(office.pk):
        assert Report.objects.count() == 1
    with log.open("rb") as written:
        written.seek(before)
        assert b"corruption_" not in written.read()


@pytest.mark.django_db(transaction=True)
def test_an_error_report_to_the_operator_tells_nothing(
    monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Even where the operator has errors mailed to them, with the request that went wrong."""
    caplog.set_level(logging.DEBUG)
    everything_happens()
    settings.ADMINS = [("operator", "operator@example.org")]

    def broken(**how: Any) -> str:
        raise RuntimeError("something in the machine room")

    monkeypatch.setattr("prongsai.modules.corruption.portal.report.receive", broken)
    walker = reporter()
    walker.client.raise_request_exception = False
    walker.begin()
    walker.go(names=WORDS["names"])
    walker.go(readers=walker.readers())
    for said in ({"what": WORDS["what"]}, {}, {}, {"known": "no"}):
        walker.go(**said)
    answer = walker.go()
    assert answer.status_code == 500
    (sent,) = mail.outbox
    assert "something in the machine room" in sent.body
    assert found_in(sent.message().as_bytes()) == []
    assert found_in(sent.body.encode()) == []
    assert found_in(caplog.text.encode()) == []
