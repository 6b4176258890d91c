"""What somebody is told whose form did not arrive: in words, in the shape that they asked for."""

from __future__ import annotations

import pytest
from django.test import Client

from prongsai.ui.arriving import BUSY, LATE, UNREAD
from tests.cast import banthrai

pytestmark = pytest.mark.django_db
FORM = "/banthrai/complaints/new/what/"


@pytest.fixture(autouse=True)
def office() -> None:
    banthrai()


@pytest.mark.parametrize(("why", "words"), [(LATE, "สัญญาณหลุด"), (BUSY, "รอหนึ่งนาที")])
@pytest.mark.parametrize("path", [FORM, "/banthrai/whistle/report/", "/banthrai/track/", "/no-such-page/"])
def test_whose_form_did_not_arrive_reads_why_and_that_nothing_is_lost(
    path: str, why: int, words: str
) -> None:
    answer = Client().post(path, **{UNREAD: why})
    assert answer.status_code == why
    page = answer.content.decode()
    assert words in page
    assert "ยังอยู่" in page
    assert ("Retry-After" in answer) == (why == BUSY)


@pytest.mark.parametrize("why", [LATE, BUSY])
def test_a_script_reads_the_same_words(why: int) -> None:
    answer = Client().post(FORM, headers={"Accept": "application/json"}, **{UNREAD: why})
    assert (
        answer.status_code,
        "ส่งอีกครั้ง" in answer.json()["message"] or "ส่งใหม่" in answer.json()["message"],
    ) == (why, True)
    piece = Client().patch("/banthrai/work/uploads/x/", **{UNREAD: why})
    assert piece.json() == answer.json()


@pytest.mark.parametrize(("why", "status"), [(LATE, 400), (BUSY, 429)])
def test_a_program_is_answered_as_by_the_rest_of_the_api(why: int, status: int) -> None:
    answer = Client().post("/api/v1/banthrai/complaints/submissions", **{UNREAD: why})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
