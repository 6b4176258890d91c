"""What a browser sealed: kept for those who can open it, and never asked for again in vain."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from prongsai.modules.corruption.models import Access, Holder, Report
from prongsai.modules.corruption.sealing import CONTENT, Pair, seal, wrap
from prongsai.modules.corruption.services import confirm_key, end_holder, make_key, may_share_with
from prongsai.modules.corruption.services.common import as_bytes
from prongsai.modules.corruption.tests.conftest import PASSPHRASE, Office
from prongsai.modules.corruption.tests.walking import Walker, words
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db
WHAT = "เรียกรับเงินก่อนออกใบอนุญาต"


def sealed_in_a_browser(*readers: Holder, **content: Any) -> dict[str, str]:
    """The fields that the page's script sends."""
    own = Pair()
    said = {"v": 1, "what": WHAT, "concerned": [], "labels": [], "sealed_in": "browser", **content}
    wraps = {each.pk: b64encode(wrap(own.secret, each.public, own.public)).decode() for each in readers}
    return {
        "sealed": b64encode(seal(as_bytes(said), own.public, CONTENT)).decode(),
        "key": b64encode(own.public).decode(),
        "wraps": json.dumps(wraps),
        "keys": json.dumps({each.pk: each.fingerprint for each in readers}),
    }


def new_key(office: Office, who: str) -> None:
    person = office.people[who]
    recovery = make_key(
        actor=person.actor, holder=person.holder, passphrase=PASSPHRASE, former=person.recovery
    )
    confirm_key(actor=person.actor, holder=person.holder, recovery=recovery)


def test_a_key_made_while_the_reporter_wrote_leaves_the_report_to_the_others_who_can_share_it(
    office: Office,
) -> None:
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    walker = Walker()
    walker.begin()
    sent = sealed_in_a_browser(somsri.holder, wichai.holder)
    new_key(office, "wichai")
    walker.go(**sent)
    walker.code()
    (found,) = somsri.reports()
    assert found.reader_ids == {somsri.holder.pk}, "nobody is said to read what was sealed to a former key"
    assert wichai.reports() == []
    assert Access.objects.count() == 2
    assert [holder.pk for holder in may_share_with(found)] == [wichai.holder.pk]


@pytest.mark.parametrize("gone", ["another key", "ended"])
def test_what_nobody_can_open_is_not_kept_and_the_page_says_to_begin_anew(office: Office, gone: str) -> None:
    """The words are sealed: the same page sent again could only be refused again."""
    wichai = office.people["wichai"]
    walker = Walker()
    walker.begin()
    sent = sealed_in_a_browser(wichai.holder)
    if gone == "ended":
        end_holder(actor=SYSTEM, holder=wichai.holder)
    else:
        new_key(office, "wichai")
    walker.go(**sent)
    assert walker.answer.status_code == 400
    assert 'href="/banthrai/whistle/report/"' in walker.answer.content.decode()
    assert 'name="state"' not in walker.answer.content.decode(), "nothing offers to send it again"
    assert not Report.objects.exists()


def test_a_sealed_report_without_the_keys_fingerprints_is_not_taken(office: Office) -> None:
    walker = Walker()
    walker.begin()
    sent = sealed_in_a_browser(office.people["somsri"].holder)
    for keys in ("{}", "[]", "x"):
        walker.go(**{**sent, "keys": keys})
        assert walker.answer.status_code == 400
        walker.begin()
    assert not Report.objects.exists()


def test_what_is_sent_for_those_who_are_left_out_opens_nothing(office: Office) -> None:
    """The page sends as much for each recipient, whoever may read: who watches the line cannot count them."""
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    walker = Walker()
    walker.begin()
    sent = sealed_in_a_browser(somsri.holder)
    nobodys = b64encode(wrap(Pair().secret, Pair().public, b"")).decode()
    wraps, keys = (json.loads(sent[name]) for name in ("wraps", "keys"))
    left_out = str(wichai.holder.pk)
    walker.go(**{
        **sent,
        "wraps": json.dumps({**wraps, left_out: nobodys}),
        "keys": json.dumps({**keys, left_out: "-" * len(wichai.holder.fingerprint)}),
    })  # fmt: skip
    walker.code()
    (found,) = somsri.reports()
    assert found.reader_ids == {somsri.holder.pk}
    assert wichai.reports() == []


def test_whom_the_reporter_left_out_in_the_browser_is_not_given_the_report(office: Office) -> None:
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    walker = Walker()
    walker.begin()
    walker.go(**sealed_in_a_browser(somsri.holder, unwanted=[f"reader:{wichai.holder.pk}"]))
    walker.code()
    assert may_share_with(somsri.reports()[0]) == []


def test_whom_the_reporter_left_out_page_by_page_is_not_given_the_report(office: Office) -> None:
    somsri, wichai = office.people["somsri"], office.people["wichai"]
    walker = Walker()
    walker.begin()
    walker.go()
    walker.go(readers=[str(somsri.holder.pk)])
    for said in ({"what": WHAT}, {}, {}, {"known": "no"}, {}):
        walker.go(**said)
    walker.code()
    (found,) = somsri.reports()
    assert found.content["unwanted"] == [f"reader:{wichai.holder.pk}"]
    assert may_share_with(found) == []


def test_the_first_page_tells_since_when_each_key_is_in_use(office: Office) -> None:
    """A key that somebody else has put in the place of a recipient's shows by its day and its digits."""
    wichai = office.people["wichai"]
    before = wichai.holder.fingerprint
    page = words(Walker().client.get("/banthrai/whistle/"))
    assert f"{before[:4]} {before[4:8]} … {before[-4:]}" in page
    new_key(office, "wichai")
    wichai.holder.refresh_from_db()
    after = wichai.holder.fingerprint
    page = words(Walker().client.get("/banthrai/whistle/"))
    assert f"{before[:4]} {before[4:8]}" not in page
    assert f"{after[:4]} {after[4:8]} … {after[-4:]}" in page
