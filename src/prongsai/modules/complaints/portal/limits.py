"""How many drafts and how many bytes one line may begin, before a question is asked of it, and after.

A village hall with its sixty telephones passes unasked; who sends more than people do is asked a small sum, and people
behind the same line answer it and go on. A draft that was begun once is never stopped: it opens one case.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.modules.complaints.services import question
from prongsai.ui.limits import Buckets, line_of

unasked = Buckets(burst=60, per_minute=12)  # drafts of one line without a question
of_office = Buckets(burst=300, per_minute=60)  # drafts of one office without a question, from wherever
answered = Buckets(burst=120, per_minute=30)  # drafts of one line with the question answered
megabytes = Buckets(burst=400, per_minute=40)  # files of one line


@dataclass(frozen=True)
class Pass:
    """Whether a draft may begin. Where it may not: whether a question has to be answered, or some time has to pass."""

    granted: bool
    asked: bool = False
    wait: int = 0  # seconds


def keys(request: HttpRequest) -> tuple[str, str]:
    office = current_organization_id()
    return f"{office}:{line_of(request)}", str(office)


def must_answer(request: HttpRequest) -> bool:
    """Whether a draft that begins now needs the question."""
    line, office = keys(request)
    return unasked.left(line) < 1 or of_office.left(office) < 1


def may_begin(request: HttpRequest) -> Pass:
    """Count one draft that begins, with the answer that came with the form."""
    line, office = keys(request)
    if not must_answer(request) and unasked.take(line) and of_office.take(office):
        return Pass(True)
    if answered.left(line) < 1:
        return Pass(False, wait=answered.wait(line))
    if question.answered(request.POST.get("human_token", ""), request.POST.get("human", "")):
        return Pass(answered.take(line))
    return Pass(False, asked=True)
