"""What a stranger can find out of a case that is shown, by trying: nothing beyond what stands on the public list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Place, correct, open_case, publish_case
from prongsai.kernel import clock
from prongsai.modules.complaints.choices import GRIEVANCE
from prongsai.modules.complaints.selectors.duplicates import similar_cases
from prongsai.modules.complaints.tests.register import came
from prongsai.modules.complaints.tests.test_api import office
from tests.cast import SYSTEM

__all__ = ["office"]
pytestmark = pytest.mark.django_db
LIST = "/banthrai/complaints/list/"


def shown(place: Place, body: str = "ป่วยเป็นวัณโรค ไฟดับทั้งคืน", title: str = "ไฟสาธารณะดับ") -> Case:
    case = open_case(
        actor=SYSTEM, kind=GRIEVANCE, title="", body=body, category="lamp", channel_kind="phone", place=place
    ).case
    return publish_case(actor=SYSTEM, case=case, public_title=title)


def page(query: str = "") -> str:
    return Client().get(LIST + query).content.decode()


@pytest.mark.parametrize("village", ["", "4"])
def test_trying_words_finds_out_nothing_that_is_not_shown(office: Any, village: str) -> None:
    case = shown(Place(village="4"))
    by_title = similar_cases(category="lamp", village=village, text="ไฟสาธารณะดับ")
    assert [each.case for each in by_title] == [case]
    tried = [similar_cases(category="", village=village, text=text) for text in ("วัณโรค", "มะเร็ง", "ทั้งคืน")]
    assert tried == [[], [], []]


def test_moving_a_point_finds_out_no_more_than_the_map_shows(office: Any) -> None:
    """Every point that rounds to the same hundred metres gives the same answer."""
    shown(Place(latitude=14.91234, longitude=103.45678))
    for base in (14.910, 14.911, 14.912, 14.913, 14.914):
        answers = {
            len(similar_cases(category="lamp", text="xyz", point=(base + step / 10_000, 103.4567)))
            for step in (-4, -2, 0, 2, 4)
        }
        assert len(answers) == 1, base


def test_what_else_was_typed_as_a_village_is_shown_nowhere(office: Any) -> None:
    case = shown(Place(village="ป้าแดง 0812345678"))
    assert case.number in page()
    for query in ("", "?village=4", "?state=open"):
        assert "ป้าแดง" not in page(query)
    assert case.number not in page("?village=ป้าแดง 0812345678"), "nor can it be asked for"
    listed = Client().get("/api/v1/banthrai/complaints/shown").json()["items"]
    assert [each["village"] for each in listed] == [""]


def test_a_corrected_village_is_on_the_list_at_once(office: Any) -> None:
    case = shown(Place(village="4"))
    assert '<td data-l="หมู่ที่">4</td>' in page()
    correct(actor=SYSTEM, case=case, place=Place(village="7"))
    assert '<td data-l="หมู่ที่">7</td>' in page()


def test_cases_that_are_not_shown_are_compared_with_nothing(office: Any) -> None:
    came(clock.today(), category="lamp", received_on=date.today())
    assert similar_cases(category="lamp", village="4", text="ไฟดับหน้าวัด") == []
