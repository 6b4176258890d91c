"""A flood is slowed; the village behind the same address is not."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from prongsai.kernel import clock
from prongsai.modules.corruption.limits import Answer, Gate, Lane, sending
from prongsai.modules.corruption.portal.frame import is_answer, numbers, sum_asked
from prongsai.modules.corruption.tests.conftest import Office
from prongsai.modules.corruption.tests.walking import Walker, upload, words
from prongsai.ui.discreet import daily_key
from prongsai.ui.limits import Buckets

WHAT = "เรียกรับเงินค่าบริการ"


class Clock:
    """The limits' seconds, as the test wants them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        monkeypatch.setattr("prongsai.ui.limits.time.monotonic", lambda: self.now)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def gate() -> Gate:
    def lane(burst: int, per_minute: int, all_burst: int, all_per_minute: int) -> Lane:
        return Lane(
            Buckets(burst=burst, per_minute=per_minute), Buckets(burst=all_burst, per_minute=all_per_minute)
        )

    return Gate(free=lane(30, 6, 120, 30), answered=lane(40, 20, 200, 90))


def test_a_village_at_once_is_asked_nothing(seconds: Clock) -> None:
    found = gate()
    assert [found.ask("village", answered=False) for _ in range(30)] == [Answer.YES] * 30
    assert found.ask("village", answered=False) is Answer.ASK


def test_a_blind_flood_gets_little_and_takes_nothing_from_those_who_answer(seconds: Clock) -> None:
    """500 a minute for ten minutes from one address, and every half minute one person behind it."""
    found, flood, people = gate(), Counter[Answer](), Counter[Answer]()
    for number in range(5_000):
        seconds.now += 60 / 500
        flood[found.ask("village", answered=False)] += 1
        if number % 250 == 0:
            people[found.ask("village", answered=True)] += 1
    assert flood[Answer.YES] <= 30 + 10 * 6 + 1, "what it gets through in ten minutes"
    assert people == {Answer.YES: 20}


def test_who_answers_by_machine_is_held_too_and_others_elsewhere_are_not(seconds: Clock) -> None:
    found, flood = gate(), Counter[Answer]()
    for _ in range(500):
        seconds.now += 60 / 500
        flood[found.ask("machine", answered=True)] += 1
    assert flood[Answer.YES] <= 40 + 20 + 1
    assert found.ask("elsewhere", answered=False) is Answer.YES


def test_a_flood_from_everywhere_asks_everybody_and_locks_out_nobody(seconds: Clock) -> None:
    found = gate()
    for number in range(1_000):
        found.ask(f"address {number}", answered=False)
    assert found.ask("a person", answered=False) is Answer.ASK
    assert found.ask("a person", answered=True) is Answer.YES


def test_places_come_back_with_time(seconds: Clock) -> None:
    found = gate()
    while found.ask("village", answered=False) is Answer.YES:
        pass
    seconds.now += 11
    assert found.ask("village", answered=False) is Answer.YES


def test_the_key_of_addresses_changes_every_day_and_is_new_in_every_process() -> None:
    today = daily_key.today()
    assert daily_key.today() == today
    with clock.at(clock.now() + timedelta(days=1)):
        assert daily_key.today() != today
    assert type(daily_key)().today() != daily_key.today()


def test_the_question_is_answered_by_any_digits_or_by_the_word() -> None:
    asked, right = sum_asked()
    assert asked
    for typed in (
        str(right),
        f" {right} ",
        str(right).translate(str.maketrans("123456789", "๑๒๓๔๕๖๗๘๙")),
        numbers()[right],
    ):
        assert is_answer(typed, right), typed
    for typed in ("", str(right + 1), "x", "10 bananas"):
        assert not is_answer(typed, right)


# --- through the form --------------------------------------------------------------------------------------


def answer_of(page: str) -> str:
    """What a person answers who reads the question."""
    found = re.search(r'<p class="asked">(.*?)</p>', page, re.S)
    assert found
    text = re.sub(r"<[^>]+>", "", found[1])
    known = numbers()
    terms = [
        known.index(word)
        for word in sorted(known, key=len, reverse=True)
        if re.search(rf"(?<!\w){word}(?!\w)", text)
    ]
    return str(sum(terms) if len(terms) == 2 else 2 * terms[0])


def ready(**extra: Any) -> Walker:
    """A reporter on the last page."""
    walker = Walker(client=Client(**extra))
    walker.begin()
    walker.go()
    walker.go(readers=walker.readers())
    for said in ({"what": WHAT}, {}, {}, {"known": "no"}):
        walker.go(**said)
    return walker


@pytest.mark.django_db
def test_nothing_that_was_written_is_lost_by_the_question(office: Office) -> None:
    while sending.ask("x", answered=False) is Answer.YES:
        pass
    walker = ready()
    while (
        sending.ask(walker.client.get("/banthrai/whistle/").wsgi_request.stranger, answered=False)
        is Answer.YES
    ):
        pass
    walker.go()
    assert walker.answer.status_code == 429
    walker.go(answer="99")
    assert 'role="alert"' in walker.answer.content.decode()
    walker.go(answer=answer_of(walker.answer.content.decode()))
    walker.code()
    assert office.people["somsri"].reports()[0].content["what"] == WHAT


def _use_up(walker: Walker, *, answered: bool) -> None:
    stranger = walker.client.get("/banthrai/whistle/").wsgi_request.stranger
    while sending.ask(stranger, answered=answered) is Answer.YES:
        pass


@pytest.mark.django_db
def test_files_are_not_looked_at_before_the_limit_was_asked(office: Office) -> None:
    """Baring a file takes memory and time: a file that would be refused is not even refused."""
    wrong = {"files": [upload("a.docx", b"PK\3\4 nothing")]}
    walker = ready()
    _use_up(walker, answered=False)
    assert walker.go(**wrong).status_code == 429
    assert "ไฟล์ที่ 1" not in words(walker.answer)
    walker.go(answer="99", files=[upload("a.docx", b"PK\3\4 nothing")])
    assert "ไฟล์ที่ 1" not in words(walker.answer)
    right = answer_of(walker.answer.content.decode())
    walker.go(answer=right, files=[upload("a.docx", b"PK\3\4 nothing")])
    assert "ไฟล์ที่ 1" in words(walker.answer)
    walker.go(answer=answer_of(walker.answer.content.decode()))
    code = walker.code()
    walker.go("inbox/", code=code)
    _use_up(walker, answered=True)
    walker.go("inbox/", text="เพิ่มเติม", files=[upload("a.docx", b"PK\3\4 nothing")])
    assert walker.answer.status_code == 429
    assert "ไฟล์ที่ 1" not in words(walker.answer)


@pytest.mark.django_db
def test_codes_cannot_be_tried_without_end(office: Office) -> None:
    code = ready().go() and ""
    assert not code
    client = Client(REMOTE_ADDR="203.0.113.10")
    statuses = Counter(
        client.post("/banthrai/whistle/inbox/", {"code": f"{n:016d}"}).status_code for n in range(40)
    )
    assert statuses[429] >= 15
    page = client.post("/banthrai/whistle/inbox/", {"code": "1" * 16}).content.decode()
    question = re.search(r'name="question" value="([^"]+)"', page)
    assert question
    said = {"code": "1" * 16, "question": question[1], "answer": answer_of(page)}
    assert client.post("/banthrai/whistle/inbox/", said).status_code == 200
    elsewhere = Client(REMOTE_ADDR="203.0.113.11")
    assert elsewhere.post("/banthrai/whistle/inbox/", {"code": "2" * 16}).status_code == 200
