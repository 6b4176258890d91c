"""The two days of a case: until when the citizen must be told something, and until when it must be finished."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.modules.complaints.catalogue import terms
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, INFORMATION, SUGGESTION
from prongsai.modules.complaints.tests.desk import a_case, of, said
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db
RECEIVED = date(2026, 11, 29)


@pytest.fixture
def case(office: Organization) -> Case:
    with clock.at(RECEIVED):
        return a_case()


def test_the_page_says_both_days_and_of_each_where_it_comes_from(clerk: Client, case: Case) -> None:
    with clock.at(date(2026, 12, 1)):
        page = said(clerk.get(of(case)))
    told, _, finished = page.partition("ดำเนินการแล้วเสร็จภายใน 22 ธ.ค. 2569")
    assert "แจ้งผลหรือความคืบหน้าภายใน 14 ธ.ค. 2569" in told
    assert "มาตรา 38" in told
    assert "คู่มือ" in finished
    assert "มาตรา 38" not in finished, "the fifteen working days are not those of the decree"


def test_the_page_says_when_nothing_was_told_in_time_and_when_it_was(clerk: Client, case: Case) -> None:
    warning = "แต่ยังไม่ได้แจ้งผู้แจ้ง"
    with clock.at(date(2026, 12, 14)):
        assert warning not in said(clerk.get(of(case))), "the last day itself is in time"
    with clock.at(date(2026, 12, 15)):
        assert warning in said(clerk.get(of(case)))
        told = services.say(actor=SYSTEM, case=case, text="กำลังสั่งหลอด")
        assert warning in said(clerk.get(of(case))), "nothing can be sent to who came by telephone"
        services.settle_failure(actor=SYSTEM, message=told)
        page = said(clerk.get(of(case)))
    assert warning not in page
    assert "แจ้งแล้วเมื่อ 15 ธ.ค. 2569" in page


@pytest.mark.parametrize("kind", [GRIEVANCE, COMPLAINT, SUGGESTION, INFORMATION])
def test_what_is_said_of_each_day_agrees_with_the_source_that_the_data_name(kind: str) -> None:
    ticking, source = terms(kind).clock, terms(kind).source
    by_law = ("มาตรา 38", "มติคณะรัฐมนตรี")
    assert any(words in ticking.inform_basis and words in source for words in by_law)
    assert "มาตรา 38" not in ticking.finish_basis
    counted = "นับทุกวัน" if ticking.calendar_days else "วันทำการ"
    assert f"{ticking.days} {'วัน' if ticking.calendar_days else ''}".strip() in ticking.finish_basis
    assert counted in ticking.finish_basis
    assert counted in source
