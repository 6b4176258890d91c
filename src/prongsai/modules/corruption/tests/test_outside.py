"""The recipient outside the office: fetches one sealed file, opens it on their own computer, and says what they took over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from prongsai.kernel.errors import InvalidInput, NotPermitted, Unreadable, WrongState
from prongsai.modules.corruption.models import Holder, Report
from prongsai.modules.corruption.opening import open_bundle
from prongsai.modules.corruption.outside_keys import make_key as make_outside_key
from prongsai.modules.corruption.outside_keys import read_private
from prongsai.modules.corruption.reports import reporter_events
from prongsai.modules.corruption.sealing import Pair
from prongsai.modules.corruption.services import (
    bundle,
    bundle_for_office,
    count_parts,
    end_outside,
    reply,
    report_by_code,
    set_outside,
    take_over,
)
from prongsai.modules.corruption.stripping import Bare
from prongsai.modules.corruption.tests.conftest import OUTSIDE, PASSPHRASE, Office, collect_secret
from prongsai.modules.corruption.tests.test_handling import do
from prongsai.modules.corruption.tests.test_screens import CHANNEL, Managing
from prongsai.modules.corruption.tests.walking import words
from tests.cast import SYSTEM, member, signed_in_client

pytestmark = pytest.mark.django_db
MIB = 1 << 20


@pytest.fixture
def outside(office: Office) -> Holder:
    return office.set_outside()


def about_the_head(office: Office, outside: Holder, what: str = "นายกสั่งให้ล็อกสเปก") -> str:
    files = [Bare("txt", "text/plain; charset=utf-8", "รายการเงิน".encode())]
    return office.submit(what=what, readers=[outside.pk], concerned=("head",), labels=("นายก",), files=files)


def test_the_file_opens_for_the_authority_alone_and_shows_what_is_theirs(
    office: Office, outside: Holder
) -> None:
    office.submit(what="เรื่องของหน่วยงานเอง", nonce=b"2" * 32, readers=[office.people["somsri"].holder.pk])
    about_the_head(office, outside)
    sealed = bundle(outside)
    assert office.outside
    (found,) = open_bundle([sealed], office.outside)
    assert found.content["what"] == "นายกสั่งให้ล็อกสเปก"
    assert found.files == [("txt", "รายการเงิน".encode())]
    assert found.ref == office.last.ref
    for other in (Pair(), office.people["somsri"].pair):
        with pytest.raises(Unreadable):
            open_bundle([sealed], other)


def test_the_size_of_the_file_does_not_tell_whether_anything_is_in_it(
    office: Office, outside: Holder
) -> None:
    empty = len(bundle(outside))
    assert empty == MIB + 81
    office.submit()
    assert len(bundle(outside)) == empty
    about_the_head(office, outside)
    assert len(bundle(outside)) == empty


def test_whoever_manages_hands_the_file_over_without_reading_it(office: Office, outside: Holder) -> None:
    about_the_head(office, outside)
    with pytest.raises(NotPermitted):
        bundle_for_office(actor=office.people["somsri"].actor, holder=outside)
    manager = member("corruption.manage", username="boss").actor()
    assert office.outside
    assert len(open_bundle([bundle_for_office(actor=manager, holder=outside)], office.outside)) == 1
    with pytest.raises(WrongState):
        bundle_for_office(actor=manager, holder=office.people["somsri"].holder)


def test_the_secret_fetches_and_nothing_else_does(office: Office, outside: Holder) -> None:
    about_the_head(office, outside)
    client, address = Client(), "/banthrai/whistle/collect/"
    for wrong in ("", "x", outside.collect):
        answer = client.post(address, {"secret": wrong})
        assert answer["Content-Type"].startswith("text/html")
    answer = client.post(address, {"secret": collect_secret(office.private)})
    assert answer["Content-Type"] == "application/octet-stream"
    assert office.outside
    assert len(open_bundle([answer.content], office.outside)) == 1


def test_what_was_taken_over_is_closed_in_the_figures_and_the_reporter_is_told(
    office: Office, outside: Holder
) -> None:
    code = about_the_head(office, outside)
    client, secret = Client(), collect_secret(office.private)
    said = {"secret": secret, "refs": f"{office.last.ref} zzzzzzzzzzzz"}
    assert 'role="alert"' in client.post("/banthrai/whistle/collect/", said).content.decode()
    assert office.last.closed_quarter is None, "all or nothing"
    answer = client.post("/banthrai/whistle/collect/", {"secret": secret, "refs": office.last.ref.upper()})
    assert "1" in words(answer)
    assert office.last.closed_quarter is not None
    report, pair = report_by_code(code) or (None, None)
    assert report
    assert pair
    assert OUTSIDE in reporter_events(report, pair)[-1].text
    with pytest.raises(InvalidInput, match=f"{office.last.ref} .*ปิดเรื่องไปแล้ว"):
        take_over(holder=outside, refs=[office.last.ref])
    with pytest.raises(InvalidInput):
        take_over(holder=outside, refs=[])


def test_a_replaced_authority_still_fetches_what_was_sealed_to_it(office: Office, outside: Holder) -> None:
    about_the_head(office, outside)
    old_key, old_secret = office.outside, collect_secret(office.private)
    office.set_outside()
    about_the_head(office, Holder.objects.get(member=None, ended_on=None), what="อีกเรื่องหนึ่ง")
    answer = Client().post("/banthrai/whistle/collect/", {"secret": old_secret})
    assert old_key
    assert [report.title for report in open_bundle([answer.content], old_key)] == ["นายกสั่งให้ล็อกสเปก"]
    assert office.outside
    now = bundle(Holder.objects.get(member=None, ended_on=None))
    assert [report.title for report in open_bundle([now], office.outside)] == ["อีกเรื่องหนึ่ง"]


def test_nobody_inside_keeps_a_report_from_the_authority_by_closing_it(
    office: Office, outside: Holder
) -> None:
    somsri = office.people["somsri"].holder
    office.submit(what="เรื่องที่ส่งถึงสองที่", readers=[somsri.pk, outside.pk])
    do(office, "refuse")
    assert office.last.closed_quarter is not None
    assert office.outside
    (found,) = open_bundle([bundle(outside)], office.outside)
    assert found.title == "เรื่องที่ส่งถึงสองที่"


def test_what_the_reporter_adds_after_the_take_over_reaches_the_authority(
    office: Office, outside: Holder
) -> None:
    code = about_the_head(office, outside)
    take_over(holder=outside, refs=[office.last.ref])
    report, _pair = report_by_code(code) or (None, None)
    assert report
    reply(report=report, nonce=b"n", text="พบใบเสร็จเพิ่ม", files=[Bare("txt", "text/plain", b"more")])
    assert office.outside
    (found,) = open_bundle([bundle(outside)], office.outside)
    assert found.events[-1]["text"] == "พบใบเสร็จเพิ่ม"
    assert [content for _kind, content in found.files] == ["รายการเงิน".encode(), b"more"]


def test_whoever_manages_hands_over_what_a_former_authority_without_a_secret_was_sent(
    office: Office,
) -> None:
    """A plain PEM key has no line for fetching: the file goes through the office, also after the key was replaced."""
    private, public = make_outside_key(OUTSIDE, PASSPHRASE)
    former = set_outside(actor=SYSTEM, name=OUTSIDE, note="", public="\n".join(public.splitlines()[:-1]))
    assert former.collect == ""
    about_the_head(office, former)
    office.set_outside()
    end_outside(actor=SYSTEM)
    client, files = signed_in_client(member("corruption.manage", username="boss")), f"{CHANNEL}outside/file/"
    assert files in client.get(CHANNEL).content.decode()
    assert f"{files}{former.pk}/1/" in client.get(files).content.decode()
    answer = client.get(f"{files}{former.pk}/1/")
    assert "sealed-reports-1-of-1.bin" in answer["Content-Disposition"]
    found = open_bundle([answer.content], read_private(private, PASSPHRASE))
    assert [report.title for report in found] == ["นายกสั่งให้ล็อกสเปก"]
    somsri = office.people["somsri"].holder.pk
    for wrong in (f"{former.pk}/0", f"{former.pk}/2", f"{somsri}/1", "999999/1"):
        assert client.get(f"{files}{wrong}/").status_code == 404


def test_much_comes_in_parts_of_which_each_stays_small(
    office: Office, outside: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Smaller parts than the real ones: 100 kB. A report may lie in several, and all together are whole."""
    monkeypatch.setattr("prongsai.modules.corruption.services.collecting.PART_BYTES", 100_000)
    lines = [bytes([number]) * 40_000 for number in range(5)]
    files = [Bare("txt", "text/plain", line) for line in lines]
    office.submit(
        what="เรื่องของหน่วยงานเอง", nonce=b"2" * 32, readers=[office.people["somsri"].holder.pk], files=files
    )
    office.submit(what="นายกสั่งให้ล็อกสเปก", readers=[outside.pk], concerned=("head",), files=files)
    parts = [bundle(outside, number) for number in range(1, count_parts(outside) + 1)]
    assert len(parts) >= 6
    assert {len(part) for part in parts} == {MIB + 81}
    assert office.outside
    (found,) = open_bundle(parts, office.outside)
    assert [content for _kind, content in found.files] == lines
    assert found.content["concerned"] == ["head"]
    (torn,) = open_bundle(parts[-1:], office.outside)
    assert "ขาดบางส่วน" in torn.title
    with pytest.raises(InvalidInput):
        bundle(outside, len(parts) + 1)
    said = {"secret": collect_secret(office.private), "part": "2"}
    answer = Client().post("/banthrai/whistle/collect/", said)
    assert f"sealed-reports-2-of-{len(parts)}.bin" in answer["Content-Disposition"]
    beyond = Client().post("/banthrai/whistle/collect/", {**said, "part": "99"})
    assert beyond["Content-Type"].startswith("text/html")


def test_only_a_key_that_can_be_read_is_set(office: Office) -> None:
    for wrong in ("", "no key"):
        with pytest.raises(InvalidInput):
            set_outside(actor=SYSTEM, name=OUTSIDE, note="", public=wrong)
    with pytest.raises(NotPermitted):
        set_outside(actor=office.people["somsri"].actor, name=OUTSIDE, note="", public="x")
    assert not Holder.objects.filter(member=None).exists()


class TestSealedFiles(Managing):
    url_name = "corruption-outside-file"


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """`prongsai …` as on a computer that has no installation."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DJANGO_SETTINGS_MODULE", "DATABASE_URL"}
    }
    return subprocess.run(
        [sys.executable, "-m", "prongsai.project.cli", *arguments],
        env={**clean, "PRONGSAI_HOME": str(home)}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.slow
def test_the_commands_work_without_installation_database_or_network(office: Office, tmp_path: Path) -> None:
    home, phrase = tmp_path / "nowhere", tmp_path / "phrase"
    phrase.write_text(PASSPHRASE + "\n", "utf-8")
    made = run(
        "make-sealed-key", OUTSIDE, "--to", str(tmp_path / "key"), "--passphrase-file", str(phrase), home=home
    )
    assert made.returncode == 0, made.stderr
    private, public = tmp_path / "key" / "private-key.json", tmp_path / "key" / "public-key.txt"
    assert private.stat().st_mode & 0o077 == 0
    again = run(
        "make-sealed-key", OUTSIDE, "--to", str(tmp_path / "key"), "--passphrase-file", str(phrase), home=home
    )
    assert again.returncode == 2, "no key is written over"
    outside = set_outside(actor=SYSTEM, name=OUTSIDE, note="", public=public.read_text("utf-8"))
    about_the_head(office, outside)
    sealed = tmp_path / "sealed.bin"
    sealed.write_bytes(bundle(outside))
    to = tmp_path / "opened"
    call = (
        "open-sealed",
        str(sealed),
        "--key",
        str(private),
        "--to",
        str(to),
        "--passphrase-file",
        str(phrase),
    )
    opened = run(*call, home=home)
    assert opened.returncode == 0, opened.stderr
    assert office.last.ref in opened.stdout
    folder = to / office.last.ref
    assert "นายกสั่งให้ล็อกสเปก" in (folder / "report.txt").read_text("utf-8")
    assert json.loads((folder / "report.json").read_text("utf-8"))["content"]["concerned"] == ["head"]
    assert (folder / "file-1.txt").read_text("utf-8") == "รายการเงิน"
    assert folder.stat().st_mode & 0o077 == 0
    assert not home.exists(), "and leave nothing behind"


@pytest.mark.slow
def test_the_command_writes_nothing_over_and_refuses_in_one_line(
    office: Office, outside: Holder, tmp_path: Path
) -> None:
    sealed, key, phrase, there = (tmp_path / name for name in ("sealed.bin", "key.json", "phrase", "there"))
    sealed.write_bytes(bundle(outside))
    key.write_text(office.private, "utf-8")
    phrase.write_text("ไม่ใช่รหัสนี้แน่นอน", "utf-8")
    there.mkdir()
    for to in (there, tmp_path / "fresh"):
        call = (
            "open-sealed",
            str(sealed),
            "--key",
            str(key),
            "--to",
            str(to),
            "--passphrase-file",
            str(phrase),
        )
        refused = run(*call, home=tmp_path / "nowhere")
        assert refused.returncode == 2
        assert len(refused.stderr.splitlines()) == 1
    assert not (tmp_path / "fresh").exists()


def test_a_damaged_file_is_told_in_one_line(office: Office, outside: Holder) -> None:
    sealed: Any = bytearray(bundle(outside))
    sealed[1000] ^= 1
    assert office.outside
    with pytest.raises(Unreadable):
        open_bundle([bytes(sealed)], office.outside)
    assert not Report.objects.exists()
