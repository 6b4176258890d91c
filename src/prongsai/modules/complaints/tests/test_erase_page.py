"""Erasing on screen: what others say of the same people is named, and nothing that somebody typed is left."""

from __future__ import annotations

import pytest
from django.test import Client

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.desk.models import Draft
from prongsai.foundation.desk.services import keep_draft
from prongsai.foundation.organizations.models import Organization
from prongsai.modules.complaints.tests.desk import HANDLE, READ, a_case, now, of, said
from tests.cast import SYSTEM, member

pytestmark = pytest.mark.django_db


def finished(case: Case) -> Case:
    return services.act(actor=SYSTEM, case=now(case), act="finish", result="เปลี่ยนหลอดแล้ว")


@pytest.fixture
def family(office: Organization) -> tuple[Case, Case, Case]:
    """A closed case, a closed part of it and another part that is still worked on."""
    parent = a_case()
    done, running = (
        services.split(actor=SYSTEM, case=parent, title=title).case for title in ("เสาเอน", "สายขาด")
    )
    finished(done)
    services.act(actor=SYSTEM, case=now(running), act="refuse", reason="x")
    parent = finished(parent)
    running = services.act(actor=SYSTEM, case=now(running), act="reopen", reason="ยังขาด")
    return parent, now(done), running


def test_what_anybody_typed_about_a_case_goes_with_it(clerk: Client, office: Organization) -> None:
    case, other = finished(a_case()), a_case()
    colleague = member(READ, HANDLE, username="manee")
    letter = {"text": ["เรียน นายเขียว โทร 080 000 0000"]}
    clerk.post(of(case, "say"), {"text": letter["text"][0], "_draft": "1"})
    assert Draft.objects.filter(key=f"case-say:{case.pk}").exists(), "the page keeps it under this name"
    for key in (
        f"case-act:{case.pk}:finish",
        f"case-from-message:{case.pk}:3",
        f"case-forward-signed:{case.pk}",
    ):
        keep_draft(member=colleague, key=key, body=letter)
    kept = [f"case-say:{case.pk}9", f"case-say:{other.pk}", f"plan-remark:{case.pk}"]
    for key in kept:
        keep_draft(member=colleague, key=key, body=letter)
    services.erase_case(actor=SYSTEM, case=case, reason="ผู้แจ้งขอ")
    assert sorted(Draft.objects.values_list("key", flat=True)) == sorted(kept)


def test_the_page_names_the_cases_that_belong_to_it_and_leaves_them_unless_they_are_ticked(
    clerk: Client, family: tuple[Case, Case, Case]
) -> None:
    parent, done, running = family
    page = clerk.get(of(parent, "erase")).content.decode()
    assert of(done) in page
    assert of(running) in page
    clerk.post(of(parent, "erase"), {"reason": "ผู้แจ้งขอ"})
    assert now(parent).erased_at is not None
    assert now(done).erased_at is None


def test_ticked_the_closed_ones_go_too_and_what_is_worked_on_stays(
    clerk: Client, family: tuple[Case, Case, Case]
) -> None:
    parent, done, running = family
    clerk.post(of(parent, "erase"), {"reason": "ผู้แจ้งขอ", "together": "on"})
    erased = [now(each).erased_at is not None for each in (parent, done, running)]
    assert erased == [True, True, False]
    assert now(done).contact_name == ""
    assert now(running).contact_name


def test_without_others_nothing_is_offered(clerk: Client) -> None:
    page = clerk.get(of(finished(a_case()), "erase"))
    assert 'name="together"' not in page.content.decode()
    assert "ร่างข้อความของเจ้าหน้าที่ทุกคน" in said(page)
