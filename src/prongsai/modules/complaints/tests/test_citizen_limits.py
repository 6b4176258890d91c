"""Who sends more than people do is asked a little sum; people answer it and go on."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from prongsai.foundation.channels.canary import marker
from prongsai.modules.complaints.models import CitizenDraft
from prongsai.modules.complaints.portal import limits
from prongsai.modules.complaints.services import question
from prongsai.modules.complaints.services.question import ENGLISH, THAI, answered, ask
from prongsai.modules.complaints.tests.citizen import Visitor, words
from prongsai.modules.complaints.tests.test_citizen_at_once import question_on


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person has read the question."""
    monkeypatch.setattr(question, "READING", 0)


def right(asked: question.Question) -> int:
    return THAI.index(asked.one) + THAI.index(asked.other)


@pytest.mark.usefixtures("later")
def test_the_answer_counts_once_in_digits_of_either_kind_or_in_words() -> None:
    with override("th"):
        first, second, third = ask(), ask(), ask()
    assert not answered(first.token, str(right(first) + 1))
    assert answered(first.token, f" {right(first)} ")
    assert not answered(first.token, str(right(first))), "used"
    assert answered(second.token, str(right(second)).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")))
    assert answered(third.token, question._in_words(right(third)))


def test_no_answer_is_right_before_a_person_could_have_read_the_question() -> None:
    with override("th"):
        asked = ask()
    assert not answered(asked.token, str(right(asked)))


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("token", ["", "x", "W10:abc", "ก" * 200])
def test_a_made_up_question_has_no_answer(token: str) -> None:
    assert not answered(token, "7")


def test_the_question_is_asked_in_the_language_of_the_page() -> None:
    with override("en"):
        assert ask().one in ENGLISH
    with override("th"):
        assert ask().one in THAI


def drain(visitor: Visitor) -> None:
    """As after a flood from this visitor's line."""
    visitor.open("complaints/new/what/?category=lamp")
    line = next(iter(limits.unasked._found), None)
    if line is None:
        visitor.send("complaints/new/what/", {"category": "lamp", "text": "แรก"})
        line = next(iter(limits.unasked._found))
    while limits.unasked.take(line):
        pass


@pytest.mark.usefixtures("later")
def test_after_a_flood_a_person_answers_and_goes_on_and_nothing_typed_is_lost(visitor: Visitor) -> None:
    drain(visitor)
    other = Visitor()
    held = other.send("complaints/new/what/", {"category": "lamp", "text": "ไฟดับจริงๆ"})
    assert held.status_code == 429
    page = held.content.decode()
    assert "ไฟดับจริงๆ" in page
    wrong = other.send(
        "complaints/new/what/", {"category": "lamp", "text": "ไฟดับจริงๆ", **question_on(page), "human": "99"}
    )
    assert wrong.status_code == 429
    other.answer("what", category="lamp", text="ไฟดับจริงๆ", **question_on(wrong.content.decode()))
    assert CitizenDraft.objects.filter(answers__what={"text": "ไฟดับจริงๆ", "more": ""}).exists(), (
        "the sum is no answer"
    )


@pytest.mark.usefixtures("later")
def test_a_draft_begun_before_the_flood_is_not_asked_any_more(visitor: Visitor) -> None:
    visitor.report_lamp()
    drain(visitor)
    assert 'name="human"' not in visitor.open("complaints/new/what/").content.decode()
    visitor.answer("what", category="lamp", text="แก้ข้อความ", then="check")
    assert visitor.submit().status_code == 302


@pytest.mark.usefixtures("later")
def test_when_even_answers_come_in_floods_the_page_says_until_when_to_wait(visitor: Visitor) -> None:
    drain(visitor)
    line = next(iter(limits.unasked._found))
    while limits.answered.take(line):
        pass
    other = Visitor()
    held = other.send("complaints/new/what/", {"category": "lamp", "text": "ไฟดับ"})
    assert held.status_code == 429
    assert int(held["Retry-After"]) > 0
    assert "ไฟดับ" in held.content.decode()


def test_the_self_check_is_never_held_up(visitor: Visitor) -> None:
    drain(visitor)
    other = Visitor()
    assert other.send("complaints/new/what/", {"category": "lamp", "text": marker()}).status_code == 302


def test_files_of_one_line_are_counted_by_their_size(visitor: Visitor) -> None:
    visitor.answer("what", category="lamp", text="ไฟดับ")
    visitor.attach(("ก.txt", "ข้อความ".encode()))
    line = next(iter(limits.megabytes._found))
    while limits.megabytes.take(line, 10):
        pass
    while limits.megabytes.take(line, 0.1):
        pass
    refused = visitor.attach(("ใหญ่.txt", "ข้อความ".encode() * 100_000))
    assert refused.status_code == 422
    assert "ใหญ่.txt:" in words(visitor.page())
