"""What a program can send in place of a report: it shuts nobody's inbox, and can be refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prongsai.kernel.errors import WrongState
from prongsai.modules.corruption.models import Holder
from prongsai.modules.corruption.opening import open_bundle
from prongsai.modules.corruption.reports import broken_of, inbox_of, reporter_events
from prongsai.modules.corruption.sealing import CONTENT, Pair, seal, wrap
from prongsai.modules.corruption.services import (
    SealedThere,
    Submission,
    act,
    bundle,
    receive,
    refuse_broken,
    report_by_code,
)
from prongsai.modules.corruption.tests.conftest import Office
from prongsai.modules.corruption.tests.test_screens import INBOX, OfAReport, opened
from prongsai.modules.corruption.tests.walking import words

pytestmark = pytest.mark.django_db
GOOD: dict[str, Any] = {"v": 1, "what": "เรื่องจริง", "concerned": [], "labels": []}


def said(**changed: Any) -> bytes:
    return json.dumps({**GOOD, **changed}).encode()


CONTENTS = {
    "no json": b"\xff\xfe",
    "no object": b"[1]",
    "nothing": b"",
    "a number for a list": said(concerned=5),
    "numbers in a list of words": said(concerned=[5]),
    "an object for words": said(what={"a": 1}),
    "no story": said(what="  "),
    "half a letter": b'{"what": "\\ud800", "concerned": [], "labels": []}',
    "something deep": b'{"what": "x", "more": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "too deep to be read": b"[" * 100_000 + b"]" * 100_000,
    "a number of a million digits": b'{"what": "x", "v": ' + b"9" * 100_000 + b"}",
}


def send(readers: list[Holder], content: bytes, *, secret: bytes | None = None, nonce: bytes = b"b") -> str:
    """A report as a program sends it; `secret` is wrapped in place of the report's own."""
    own = Pair()
    there = SealedThere(
        public=own.public,
        content=seal(content, own.public, CONTENT),
        wraps={r.pk: wrap(own.secret if secret is None else secret, r.public, own.public) for r in readers},
        keys={r.pk: r.fingerprint for r in readers},
    )
    return receive(submission=Submission(nonce, readers=(), sealed=there))


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_content_that_no_form_makes_hides_no_other_report(office: Office, content: bytes) -> None:
    somsri = office.people["somsri"]
    outside = office.set_outside()
    office.submit(readers=[somsri.holder.pk, outside.pk])
    send([somsri.holder, outside], content)
    found = inbox_of(somsri.holder, somsri.pair)
    assert [report.title for report in found.reports] == ["เห็นการเรียกรับเงินค่าใบอนุญาต"]
    assert found.broken == [office.last]
    assert somsri.report(office.last.ref) is None
    assert office.outside
    good, broken = open_bundle([bundle(outside)], office.outside)
    assert (good.title, good.broken) == ("เห็นการเรียกรับเงินค่าใบอนุญาต", "")
    assert "เปิดอ่านไม่ได้" in broken.text()
    assert broken.ref == office.last.ref, "so that it can be taken over"


@pytest.mark.parametrize("secret", [bytes(32), b"\xff" * 32, Pair().secret], ids=["zeros", "none", "another"])
def test_a_wrapped_key_that_is_not_the_reports_own_hides_no_other_report(
    office: Office, secret: bytes
) -> None:
    somsri = office.people["somsri"]
    outside = office.set_outside()
    office.submit(readers=[somsri.holder.pk, outside.pk])
    send([somsri.holder, outside], said(), secret=secret)
    found = inbox_of(somsri.holder, somsri.pair)
    assert (len(found.reports), found.broken) == (1, [office.last])
    assert office.outside
    assert [bool(report.broken) for report in open_bundle([bundle(outside)], office.outside)] == [False, True]


def test_the_inbox_shows_what_cannot_be_opened_and_a_recipient_refuses_it(office: Office) -> None:
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    code = send([somsri.holder], CONTENTS["a number for a list"])
    send([wichai.holder], said(), nonce=b"c", secret=bytes(32))
    client, base = opened(office), INBOX
    page = client.get(base)
    assert page.status_code == 200
    (broken,) = inbox_of(somsri.holder, somsri.pair).broken
    address = f"{base}reports/{broken.ref}/broken/"
    assert address in page.content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    assert broken.ref not in words(client.get(base))
    broken.refresh_from_db()
    assert broken.closed_quarter is not None
    report, pair = report_by_code(code) or (None, None)
    assert report
    assert pair
    events = reporter_events(report, pair)
    assert "โปรดแจ้งใหม่" in events[-2].text
    assert events[-1].said["state"] == "refused"
    assert client.get(f"{base}reports/{office.last.ref}/broken/").status_code == 404, "another's"


def test_a_report_that_can_be_read_is_not_refused_this_way(office: Office) -> None:
    office.submit()
    somsri = office.people["somsri"]
    ref = office.last.ref
    assert broken_of(somsri.holder, somsri.pair, ref) is None
    with pytest.raises(WrongState):
        refuse_broken(actor=somsri.actor, holder=somsri.holder, pair=somsri.pair, ref=ref)


def test_whoever_can_read_it_opens_again_what_another_could_not_read(office: Office) -> None:
    """A program that wraps the key rightly for one and wrongly for the other closes nothing for good."""
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    own = Pair()
    wraps = {
        somsri.holder.pk: wrap(own.secret, somsri.holder.public, own.public),
        wichai.holder.pk: wrap(bytes(32), wichai.holder.public, own.public),
    }
    keys = {each.holder.pk: each.holder.fingerprint for each in (somsri, wichai)}
    there = SealedThere(own.public, seal(said(), own.public, CONTENT), wraps, keys)
    receive(submission=Submission(b"d", readers=(), sealed=there))
    refuse_broken(actor=wichai.actor, holder=wichai.holder, pair=wichai.pair, ref=office.last.ref)
    found = somsri.report(office.last.ref)
    assert found
    assert found.state.key == "refused"
    act(actor=somsri.actor, opened=found, act="reopen", reason="อ่านได้")
    assert office.last.closed_quarter is None


class TestRefuseBroken(OfAReport):
    url_name = "corruption-broken"
