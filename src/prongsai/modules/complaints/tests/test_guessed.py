"""A case whose kind was guessed from a message: its page asks whether it is right, and my work tells of it."""

from __future__ import annotations

import pytest
from django.test import Client

from prongsai.foundation.casework.models import Case, CaseEvent
from prongsai.foundation.casework.work import work_items_of
from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.registry import registry
from prongsai.modules.complaints.choices import KINDS, UNSORTED
from prongsai.modules.complaints.tests.desk import ASSIGN, HANDLE, READ, a_case, now, of, said
from tests.cast import banthrai, member

pytestmark = pytest.mark.django_db


def at_desk(*permissions: str) -> Client:
    made = member(*permissions, username=f"who{len(permissions)}", unit="สำนักปลัด")
    client = Client()
    client.force_login(made.user)
    return client


def test_the_page_asks_whether_the_guess_is_right_and_one_button_says_so() -> None:
    with scope(banthrai().pk):
        case = a_case(is_guessed=True, channel_kind="email")
        flush()
        (standing,) = facts(kind=UNSORTED)
        assert standing.visibility == "internal"
        officer, reader = at_desk(READ, HANDLE, ASSIGN), at_desk(READ)
        (asked,) = work_items_of(KINDS)
        assert "ระบบคาดประเภท" in str(asked.missing)
        page = said(officer.get(of(case)))
        assert "ระบบคาดว่าเป็น" in page
        assert registry().case_kinds[case.kind].title in page
        assert "ประเภทถูกต้อง" in page
        seen = said(reader.get(of(case)))
        assert "ระบบคาดว่าเป็น" in seen
        assert "ประเภทถูกต้อง" not in seen
        assert reader.post(of(case, "sorted"), {"version": case.version}).status_code == 403
        assert now(case).is_guessed
        officer.post(of(case, "sorted"), {"version": case.version})
        assert not now(case).is_guessed
        assert "ระบบคาดว่าเป็น" not in said(officer.get(of(case)))
        assert CaseEvent.objects.filter(case=case, event="sorted").count() == 1
        assert not facts(kind=UNSORTED).exists()
        (asked,) = work_items_of(KINDS)
        assert "ระบบคาดประเภท" not in str(asked.missing)


def test_what_a_person_took_in_or_chose_is_no_guess() -> None:
    with scope(banthrai().pk):
        case = a_case()
        flush()
        assert not Case.objects.get(pk=case.pk).is_guessed
        assert not facts(kind=UNSORTED).exists()
