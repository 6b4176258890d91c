"""The heartbeat goes the way that a citizen goes: over HTTP, through the real form, a real mailbox and signed webhooks."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse

from prongsai.foundation.casework.models import Case
from prongsai.foundation.channels.heartbeat.looks import look_at, settle
from prongsai.foundation.channels.models import Channel, ChannelCheck, Inbound
from prongsai.foundation.channels.services import connect, handle_inbound, make_prober, open_channel
from prongsai.foundation.channels.tasks import fetch_mail
from prongsai.foundation.channels.tests.conftest import (
    MANAGER,
    SECRET,
    TOKEN,
    Desk,
    ImapServer,
    desk,
    graph_server,
    imap,
    line_server,
)
from prongsai.foundation.channels.tests.servers import GraphServer, LineServer
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel import clock
from prongsai.modules.corruption import codes, keys
from prongsai.modules.corruption.models import Holder, Report
from prongsai.modules.corruption.tests.conftest import Office as SealedOffice
from tests.cast import banthrai
from tests.insider import as_superuser
from tests.mailbox import Mailbox, mailbox
from tests.serving import serving

__all__ = ["desk", "graph_server", "imap", "line_server", "mailbox"]

pytestmark = pytest.mark.django_db(transaction=True)
broken: set[str] = set()  # parts of addresses that answer an error


class Breakage:
    """Lets addresses fail, as a server does whose disk is full."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any(part in request.path for part in broken):
            return HttpResponse("out of order", status=503)
        return self.get_response(request)


@pytest.fixture
def office(transactional_db: None, settings: Any) -> Iterator[Organization]:
    """บ้านทราย, and the whole product behind a web server whose addresses can break."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    settings.MIDDLEWARE = [f"{__name__}.Breakage", *settings.MIDDLEWARE]
    settings.ALLOWED_HOSTS = ["localhost"]
    with serving() as address:
        settings.BASE_URL = address
        yield banthrai()
        broken.clear()


def opened(office: Organization, kind: str, **more: Any) -> Channel:
    with working_for(office.pk):
        made = open_channel(actor=MANAGER, kind=kind, name=f"ช่องทาง {kind}", address=more.pop("address", ""))
        if more:
            made = connect(
                actor=MANAGER, channel=made, settings=more.get("settings", {}), secrets=more["secrets"]
            )
        return Channel.objects.select_related("organization").get(pk=made.pk)


def looked(channel: Channel) -> ChannelCheck | None:
    """One look, with the jobs that it leaves behind."""
    office = channel.organization.pk
    look_at(organization_id=office, channel_id=channel.pk)
    if channel.settings.get("imap_host"):
        fetch_mail(organization_id=office, channel_id=channel.pk)
    with working_for(office):
        waiting = list(Inbound.objects.filter(handled_at=None).values_list("pk", flat=True))
    for number in waiting:
        handle_inbound(organization_id=office, inbound_id=number)
    settle(organization_id=office, channel_id=channel.pk)
    with working_for(office):
        return ChannelCheck.objects.filter(channel=channel).order_by("-id").first()


def facts(office: Organization) -> list[str]:
    with working_for(office.pk):
        return list(Entry.objects.order_by("number").values_list("kind", flat=True))


def test_the_public_form_is_walked_to_its_receipt_and_leaves_no_case_and_no_fact(
    office: Organization,
) -> None:
    web = opened(office, "web")
    before = facts(office)
    check = looked(web)
    assert check is not None
    assert (check.ok, check.note, check.how) == (True, "", "canary")
    assert check.took_ms
    assert facts(office) == before
    with working_for(office.pk):
        assert not Case.objects.exists()


@pytest.mark.parametrize("part", ["/complaints/new/", "/complaints/"])
def test_a_form_that_fails_anywhere_on_the_way_is_an_outage_at_once(office: Organization, part: str) -> None:
    web = opened(office, "web")
    broken.add(part)
    check = looked(web)
    assert check is not None
    assert (check.ok, "503" in check.note) == (False, True)
    assert facts(office)[-1] == "channel_down"
    broken.clear()
    assert looked(web).ok  # type: ignore[union-attr]
    assert facts(office)[-1] == "channel_up"


def test_a_marked_mail_goes_out_and_comes_in_by_the_mailbox(
    office: Organization, imap: ImapServer, mailbox: Mailbox, desk: Desk
) -> None:
    said = {"imap_host": "127.0.0.1", "imap_port": imap.port, "imap_security": "none", "imap_user": "saraban"}
    channel = opened(
        office, "email", address="saraban@banthrai.example.go.th", settings=said,
        secrets={"imap_password": "mail-password"},
    )  # fmt: skip
    delivering(mailbox, imap)
    check = looked(channel)
    assert check is not None
    assert (check.ok, check.note) == (True, "")
    assert check.took_ms is not None
    assert [message.is_check for message in desk.got] == [True]
    mailbox.mails.clear()
    delivering(mailbox, None)  # the office's server takes mail and delivers nothing
    with clock.at(clock.now() + timedelta(hours=1)):
        check = looked(channel)
    assert check is not None
    assert (check.ok, "ยังไม่เข้ามา" in check.note) == (False, True)


@pytest.fixture
def sealed(office: Organization, monkeypatch: pytest.MonkeyPatch) -> Channel:
    """The sealed channel of an office with one recipient."""
    for place in (keys, codes):
        monkeypatch.setattr(place, "COST", keys.Cost(rounds=1, memory=1))
    with working_for(office.pk):
        desk = SealedOffice(office)
        desk.name("somsri")
        desk.open()
        return Channel.objects.select_related("organization").get(kind="sealed")


def test_the_sealed_form_is_walked_to_its_receipt_and_leaves_not_even_a_number(
    office: Organization, sealed: Channel
) -> None:
    before = numbers_taken()
    check = looked(sealed)
    assert check is not None
    assert (check.ok, check.note) == (True, "")
    assert numbers_taken() == before, "not even a number that would date the reports around it"
    with working_for(office.pk):
        assert not Report.objects.exists()
    broken.add("/whistle/report/")
    assert "503" in looked(sealed).note  # type: ignore[union-attr]


def test_a_sealing_that_does_not_work_is_a_failed_look(office: Organization, sealed: Channel) -> None:
    """Every question is asked as ever; only what is sent at the end cannot be sealed to the recipient."""
    with working_for(office.pk):
        right = Holder.objects.get().public
        Holder.objects.update(public_key=b"\4" + bytes(64))
    assert not looked(sealed).ok  # type: ignore[union-attr]
    with working_for(office.pk):
        Holder.objects.update(public_key=right)
    assert looked(sealed).ok  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "table",
    [
        "corruption_report",
        pytest.param("corruption_item", marks=pytest.mark.slow),
        pytest.param("ledger_sealedpending", marks=pytest.mark.slow),
    ],
)
def test_a_table_that_takes_no_report_is_a_failed_look(
    office: Organization, sealed: Channel, table: str
) -> None:
    as_superuser(f"REVOKE INSERT ON {table} FROM prongsai")
    try:
        assert not looked(sealed).ok  # type: ignore[union-attr]
    finally:
        as_superuser(f"GRANT INSERT ON {table} TO prongsai")
    assert looked(sealed).ok  # type: ignore[union-attr]


def numbers_taken() -> int:
    """How many numbers of the sealed channel's tables, and of what waits for the sealed log, were ever given out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(last_value), 0) FROM pg_sequences"
            " WHERE sequencename LIKE 'corruption\\_%' OR sequencename LIKE 'ledger\\_sealed%'"
        )
        (taken,) = cursor.fetchone() or (0,)
    return int(taken)


def delivering(mailbox: Mailbox, imap: ImapServer | None) -> None:
    """Every mail that the server takes is laid into the mailbox."""

    class Laid(list[EmailMessage]):
        def append(self, mail: EmailMessage) -> None:
            super().append(mail)
            if imap is not None:
                imap.lay(mail)
                time.sleep(0.05)

    mailbox.mails = Laid()


def test_a_marked_delivery_comes_in_by_lines_own_way(
    office: Organization, line_server: LineServer, desk: Desk
) -> None:
    channel = opened(office, "line", secrets={"channel_secret": SECRET, "access_token": TOKEN})
    check = looked(channel)
    assert check is not None
    assert (check.ok, check.note) == (True, "")
    assert "GET /v2/bot/info" in line_server.paths()
    broken.add("/hooks/line/")
    assert "503" in looked(channel).note  # type: ignore[union-attr]
    broken.clear()
    line_server.access = "renewed"
    check = looked(channel)
    assert check is not None
    assert (check.ok, check.note) == (False, "LINE ไม่รับรหัสเข้าถึง (access token)")
    assert TOKEN not in check.note


def test_a_marked_delivery_comes_in_by_facebooks_own_way(
    office: Organization, graph_server: GraphServer, desk: Desk
) -> None:
    secrets = {"page_token": "page-token", "app_secret": "app-secret", "verify_token": "verify-me"}
    channel = opened(office, "facebook", settings={"page_id": "100200"}, secrets=secrets)
    assert looked(channel).ok  # type: ignore[union-attr]
    graph_server.token = "renewed"
    assert not looked(channel).ok  # type: ignore[union-attr]


def test_a_message_that_no_job_handles_is_a_failed_look(
    office: Organization, line_server: LineServer, desk: Desk
) -> None:
    channel = opened(office, "line", secrets={"channel_secret": SECRET, "access_token": TOKEN})
    look_at(organization_id=office.pk, channel_id=channel.pk)
    settle(organization_id=office.pk, channel_id=channel.pk)
    with working_for(office.pk):
        check = ChannelCheck.objects.get()
    assert (check.ok, "ยังไม่เข้ามา" in check.note) == (False, True)


# -- from another machine --------------------------------------------------------------------------------------------


def probed(folder: Path, *arguments: str, key: str = "") -> subprocess.CompletedProcess[str]:
    """`prongsai probe` on a machine that has nothing: no data folder, no database."""
    environment = {
        "PATH": os.environ["PATH"],
        "PRONGSAI_HOME": str(folder / "nothing"),
        "PRONGSAI_PROBE_KEY": key,
    }
    command = [sys.executable, "-m", "prongsai.project.cli", "probe", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.slow
def test_a_machine_elsewhere_looks_and_reports(office: Organization, tmp_path: Path) -> None:
    web = opened(office, "web")
    with working_for(office.pk):
        key = make_prober(actor=MANAGER, name="ที่ว่าการอำเภอ").key
    url, spool = f"{web.webhook_url.split('/hooks/')[0]}/", str(tmp_path / "spool")
    alone = probed(tmp_path, url)
    assert (alone.returncode, "ใช้ได้" in alone.stdout) == (0, True), alone.stdout + alone.stderr
    through = probed(tmp_path, url, "--report", key=key)
    assert (through.returncode, "รายงานแล้ว 1 รายการ" in through.stdout) == (0, True), through.stderr
    broken.add("/complaints/")
    broken.add("/hooks/")
    down = probed(tmp_path, url, "--report", "--spool", spool, key=key)
    assert down.returncode == 1
    assert "ขัดข้อง" in down.stdout
    assert "เก็บไว้ใน" in down.stderr
    broken.clear()
    back = probed(tmp_path, url, "--report", "--spool", spool, key=key)
    assert (back.returncode, "รายงานแล้ว 2 รายการ" in back.stdout) == (0, True), back.stderr
    assert not (tmp_path / "nothing").exists()
    with working_for(office.pk):
        assert list(ChannelCheck.objects.order_by("id").values_list("how", "ok")) == [
            ("probe", True),
            ("probe", False),
            ("probe", True),
        ]
        assert not Case.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "key", "code", "said"),
    [
        (["https://example.go.th/"], "", 2, "ระบุที่อยู่เว็บของหน่วยงาน"),
        (["ftp://example.go.th/x/"], "", 2, "ระบุที่อยู่เว็บของหน่วยงาน"),
        (["http://127.0.0.1:1/banthrai/", "--report"], "", 2, "ต้องมีกุญแจ"),
        (["http://127.0.0.1:1/banthrai/", "--key-file", "none"], "", 2, "อ่านไฟล์กุญแจไม่ได้"),
        (["http://127.0.0.1:1/banthrai/"], "", 1, "ขัดข้อง"),
        (["http://127.0.0.1:1/banthrai/"], "a.b", 1, "ขอข้อความตรวจไม่ได้"),
    ],
)
def test_what_it_cannot_do_it_says_in_one_line(
    tmp_path: Path, arguments: list[str], key: str, code: int, said: str
) -> None:
    done = probed(tmp_path, *arguments, key=key)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
