"""Whom nothing can be sent to is informed once somebody called them, or they looked themselves; not before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Contact
from prongsai.foundation.casework.work import work_items_of
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import WorkItem
from prongsai.modules.complaints.choices import GRIEVANCE
from prongsai.modules.complaints.tests.desk import a_case, now, of, said
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db
CALL = "โทร 081 000 0000"
TOLD = "แจ้งทางโทรศัพท์หรือด้วยตนเองแล้ว"


def calls() -> list[WorkItem]:
    return [item for item in work_items_of([GRIEVANCE]) if ":undelivered:" in item.key]


def test_the_officer_is_told_to_call_and_says_that_they_did(clerk: Client) -> None:
    case = a_case()
    assert CALL in said(clerk.get(of(case, "say")))
    sent = clerk.post(of(case, "say"), {"text": "ช่างไปพรุ่งนี้", "version": case.version}, follow=True)
    page = said(sent)
    assert CALL in page
    assert "ยังไม่ได้ส่ง" in page
    assert TOLD in page
    assert now(case).informed_at is None
    assert calls()[0].missing == f"ยังไม่ได้ส่ง {CALL}"
    message = case.messages.get(direction="out")
    clerk.post(of(case, "settle", message=message.pk))
    assert now(case).informed_at is not None
    assert calls() == []
    page = said(clerk.get(of(case)))
    assert "ยังไม่ได้ส่ง" not in page
    assert "แจ้งผู้แจ้งทางโทรศัพท์หรือด้วยตนเอง" in page, "the history has who told them"


def test_a_result_that_nobody_told_yet_stays_work_after_the_end(clerk: Client) -> None:
    case = a_case()
    services.say(actor=SYSTEM, case=case, text="ช่างไปพรุ่งนี้")
    typed = {"version": now(case).version, "result": "เปลี่ยนหลอดแล้ว", "answer": ""}
    page = said(clerk.post(of(case, "act", act="finish"), typed, follow=True))
    assert CALL in page
    assert not now(case).is_open
    assert len(calls()) == 1, "one call tells both"
    services.settle_failure(actor=SYSTEM, message=case.messages.filter(direction="out").last())  # type: ignore[arg-type]
    assert calls() == []


def test_whoever_looks_with_the_code_knows(office: Organization) -> None:
    case = a_case()
    services.note_visit(case=case)
    services.say(actor=SYSTEM, case=case, text="ช่างไปพรุ่งนี้")
    assert now(case).informed_at is None, "they looked before it was written"
    services.note_visit(case=case)
    assert now(case).informed_at is not None
    assert calls() == []


@pytest.mark.parametrize(
    ("given", "informed"),
    [
        ({"channel_kind": "web"}, True),
        ({"channel_kind": "web", "details": {"answer_by": "phone"}}, False),
        ({"details": {"answer_by": "page"}}, True),
        ({"channel_kind": "letter", "contact": Contact("นายบุญมี ตัวอย่าง")}, False),
        ({"channel_kind": "box", "contact": Contact(anonymous=True)}, True),
        ({"contact": Contact("นายบุญมี ตัวอย่าง", "081 000 0000", "b@example.com")}, True),
    ],
)
def test_only_whom_somebody_has_to_call_is_not_informed_by_what_is_written(
    office: Organization, given: dict[str, Any], informed: bool
) -> None:
    case = a_case(**given)
    services.say(actor=SYSTEM, case=case, text="ช่างไปพรุ่งนี้")
    assert (now(case).informed_at is not None) is informed


def test_they_are_counted_as_told_nothing_until_then(office: Organization) -> None:
    case = a_case()
    services.say(actor=SYSTEM, case=case, text="ช่างไปพรุ่งนี้")
    with clock.at(clock.now() + timedelta(days=20)):
        assert Case.objects.get(pk=case.pk).is_untold(clock.today())
