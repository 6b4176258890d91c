"""A recipient's own key: made, proved by its paper, replaced by whoever has it, lost and found again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from prongsai.foundation.ledger.sealed import append_sealed_batch
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput, NotPermitted, WrongState
from prongsai.modules.corruption.keys import WrongSecret
from prongsai.modules.corruption.models import Access, Holder
from prongsai.modules.corruption.reports import logged_of_channel
from prongsai.modules.corruption.sealing import Pair
from prongsai.modules.corruption.services import (
    confirm_key,
    make_key,
    may_share_with,
    name_holder,
    open_channel,
    share,
    unlock,
)
from prongsai.modules.corruption.tests.conftest import OUTSIDE, PASSPHRASE, Office
from prongsai.modules.corruption.tests.walking import words
from tests.cast import SYSTEM, member, signed_in_client

pytestmark = pytest.mark.django_db
INBOX = "/banthrai/work/corruption/"


def test_a_key_is_used_once_its_paper_was_typed_back(office: Office) -> None:
    fresh = office.name("fresh", unit="กองช่าง", key=False)
    recovery = make_key(actor=fresh.actor, holder=fresh.holder, passphrase=PASSPHRASE)
    with pytest.raises(WrongState):
        unlock(actor=fresh.actor, holder=fresh.holder, passphrase=PASSPHRASE)
    office.submit()
    with pytest.raises(InvalidInput):
        confirm_key(actor=fresh.actor, holder=fresh.holder, recovery="0000" * 7)
    confirm_key(actor=fresh.actor, holder=fresh.holder, recovery=recovery)
    assert fresh.reports() == [], "what came before was not sealed to it"
    assert Access.objects.filter(holder=fresh.holder).count() == 1, "but has its row"


def test_a_key_in_use_is_replaced_by_its_passphrase_or_its_paper_and_by_nothing_else(office: Office) -> None:
    """Whoever signs in as the recipient, an administrator who set their password anew for instance, has neither."""
    office.submit()
    somsri = office.people["somsri"]
    before = somsri.holder.public
    with pytest.raises(WrongState):
        make_key(actor=somsri.actor, holder=somsri.holder, passphrase="ของผู้ดูแลระบบเอง")
    for wrong in ("ไม่ใช่", office.people["wichai"].recovery):
        with pytest.raises(WrongSecret):
            make_key(actor=somsri.actor, holder=somsri.holder, passphrase="ของผู้ดูแลระบบเอง", former=wrong)
    assert len(somsri.reports()) == 1
    for right in (PASSPHRASE, somsri.recovery, somsri.recovery.lower()):
        recovery = make_key(actor=somsri.actor, holder=somsri.holder, passphrase="อีกสี่คำใหม่หมด", former=right)
        assert len(somsri.reports()) == 1, "the former key holds until the paper of the new one is typed back"
        assert somsri.holder.public == before
    with pytest.raises(InvalidInput):
        confirm_key(actor=somsri.actor, holder=somsri.holder, recovery=somsri.recovery)
    office.submit("เรื่องที่สอง", nonce=b"\2" * 32)
    with clock.at(clock.now() + timedelta(days=3)):
        for _ in range(2):  # sent twice it happens once
            confirm_key(actor=somsri.actor, holder=somsri.holder, recovery=recovery)
        assert Holder.objects.get(pk=somsri.holder.pk).key_on == clock.today()
    with pytest.raises(WrongSecret):
        unlock(actor=somsri.actor, holder=somsri.holder, passphrase=PASSPHRASE)
    unlock(actor=somsri.actor, holder=somsri.holder, passphrase="อีกสี่คำใหม่หมด")
    somsri.holder.refresh_from_db()
    assert somsri.holder.public != before
    assert somsri.holder.fingerprint != ""


def test_whoever_lost_everything_gets_open_reports_again_from_the_others(office: Office) -> None:
    office.submit()
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    assert may_share_with(somsri.reports()[0]) == []
    recovery = make_key(
        actor=wichai.actor, holder=wichai.holder, passphrase=PASSPHRASE, former=wichai.recovery
    )
    confirm_key(actor=wichai.actor, holder=wichai.holder, recovery=recovery)
    assert wichai.reports() == []
    share(actor=somsri.actor, opened=somsri.reports()[0], with_whom=[wichai.holder.pk])
    assert may_share_with(somsri.reports()[0]) == []
    assert [report.title for report in wichai.reports()] == [somsri.reports()[0].title]


def test_only_whoever_manages_names_recipients_and_only_those_who_may_receive(office: Office) -> None:
    plain = member("office.read", username="plain")
    able = member("corruption.receive", username="able")
    with pytest.raises(NotPermitted):
        name_holder(actor=able.actor(), member=able, receives=True)
    with pytest.raises(NotPermitted):
        open_channel(actor=able.actor())
    with pytest.raises(InvalidInput):
        name_holder(actor=SYSTEM, member=plain, receives=True)
    with pytest.raises(InvalidInput):
        name_holder(actor=SYSTEM, member=office.people["somsri"].member, receives=True)


# --- through the pages -------------------------------------------------------------------------------------


def test_the_page_asks_for_the_former_secret_and_counts_wrong_ones(office: Office) -> None:
    somsri = office.people["somsri"]
    browser = signed_in_client(somsri.member)
    new = "อีกสี่คำที่ไม่เกี่ยวกัน"
    said = {"passphrase": new, "again": new, "anew": "on"}
    assert 'name="former"' in browser.get(INBOX + "key/").content.decode()
    for former in ({}, {"former": ""}, {"former": "ไม่ใช่"}):
        answer = browser.post(INBOX + "key/", {**said, **former})
        assert 'role="alert"' in answer.content.decode()
        assert "data-recovery" not in answer.content.decode()
    assert len(Holder.objects.get(pk=somsri.holder.pk).next_key) == 0
    shown = browser.post(INBOX + "key/", {**said, "former": somsri.recovery}).content.decode()
    recovery = re.search(r'data-recovery="([^"]+)"', shown)
    assert recovery
    assert browser.post(INBOX + "unlock/", {"passphrase": PASSPHRASE}).status_code == 302, "not in use yet"
    assert browser.post(INBOX + "key/confirm/", {"recovery": recovery[1]}).status_code == 302
    assert browser.post(INBOX + "unlock/", {"passphrase": new}).status_code == 302
    for _ in range(12):
        last = browser.post(INBOX + "key/", {**said, "former": "ไม่ใช่"})
    assert "รอ" in words(last)


def test_recipients_read_in_their_inbox_whose_key_changed_and_in_the_log_by_whom(office: Office) -> None:
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    with clock.at(clock.now() + timedelta(days=1)):
        recovery = make_key(
            actor=wichai.actor, holder=wichai.holder, passphrase=PASSPHRASE, former=PASSPHRASE
        )
        confirm_key(actor=wichai.actor, holder=wichai.holder, recovery=recovery)
        office.set_outside()
        append_sealed_batch(clock.today())
        wichai.holder.refresh_from_db()
        browser = signed_in_client(somsri.member)
        assert "wichai" not in words(browser.get(INBOX + "log/")), "nothing before the key is open"
        browser.post(INBOX + "unlock/", {"passphrase": PASSPHRASE})
        inbox, log = words(browser.get(INBOX)), words(browser.get(INBOX + "log/"))
    shown = f"{wichai.holder.fingerprint[:4]} {wichai.holder.fingerprint[4:8]}"
    assert shown in inbox
    assert OUTSIDE in inbox
    assert shown in log
    assert log.count("wichai ตัวอย่าง") >= 2, "whose it is, and who did it"
    acts = [each.act for each in logged_of_channel(somsri.pair)]
    assert acts.count("key_changed") == 1
    assert "outside_set" in acts
    assert logged_of_channel(Pair()) == []
