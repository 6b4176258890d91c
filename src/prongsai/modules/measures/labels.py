"""How pages and forms name the kinds and places of statements and the subjects of measures, in the page's language."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from prongsai.kernel.contracts import StatementKind, Topic
from prongsai.modules.measures.choices import CandidateStatus, PlanStatus, RemarkStatus
from prongsai.ui.templatetags.prongsai import long_day, numeral

Words = str | Promise


class Version(Protocol):
    """A plan, as far as its name goes."""

    fiscal_year: Any
    version: Any


KINDS: dict[StatementKind, Words] = {
    StatementKind.STEP: _("Steps or procedure"),
    StatementKind.OUTPUT: _("Outputs"),
    StatementKind.OUTCOME: _("Outcomes"),
}
ONE_OF_KIND: dict[StatementKind, Words] = {
    StatementKind.STEP: _("Step"),
    StatementKind.OUTPUT: _("Output"),
    StatementKind.OUTCOME: _("Outcome"),
}
TOPICS: dict[Topic, Words] = {
    Topic.ANTI_CORRUPTION: _("Preventing corruption"),
    Topic.SERVICE: _("Service to the public"),
    Topic.DISCLOSURE: _("Disclosure of information"),
    Topic.ASSETS: _("Public property"),
    Topic.PROCUREMENT: _("Procurement and budget"),
    Topic.PEOPLE: _("Personnel"),
    Topic.INTEGRITY: _("Integrity of the office"),
}
PLAN_STATES: dict[PlanStatus, Words] = {
    PlanStatus.DRAFT: _("Draft"),
    PlanStatus.SUBMITTED: _("Submitted"),
    PlanStatus.REVIEWED: _("Agreed to by the clerk"),
    PlanStatus.APPROVED: _("Approved"),
    PlanStatus.PUBLISHED: _("Announced to the public"),
    PlanStatus.CLOSED: _("Closed"),
    PlanStatus.SUPERSEDED: _("Replaced by a newer version"),
    PlanStatus.DISCARDED: _("Draft discarded"),
}
CANDIDATE_STATES: dict[CandidateStatus, Words] = {
    CandidateStatus.FROZEN: _("Waiting for approval"),
    CandidateStatus.APPROVED: _("Approved and waiting for publication"),
    CandidateStatus.SENT_BACK: _("Sent back to be mended"),
    CandidateStatus.PUBLISHED: _("Published"),
}
REMARK_STATES: dict[RemarkStatus, Words] = {
    RemarkStatus.OPEN: _("Waits for an answer"),
    RemarkStatus.ANSWERED: _("Answered by the unit"),
    RemarkStatus.SETTLED: _("Remark settled"),
}


def plan_state(status: str) -> str:
    return str(PLAN_STATES[PlanStatus(status)])


def candidate_state(status: str) -> str:
    return str(CANDIDATE_STATES[CandidateStatus(status)])


def remark_state(status: str) -> str:
    return str(REMARK_STATES[RemarkStatus(status)])


def plan_title(plan: Version) -> str:
    """What the plan is called in a sentence; records call it by its Thai name, whatever the page's language."""
    words = {"year": plan.fiscal_year, "version": plan.version}
    return gettext("Plan of fiscal year %(year)s, version %(version)s") % words


def full_day(on: date) -> str:
    """`14 สิงหาคม 2568` as words of a sentence, in English `14 August 2025`."""
    return strip_tags(long_day(on))


def topic_title(key: str) -> Words:
    """The subject of a measure; nothing for a plan that names none."""
    return TOPICS[Topic(key)] if key in set(Topic) else ""


def place(measure: int, kind: str, number: int) -> str:
    """มาตรการ ๖ ขั้นตอน ๓, in English Measure 6 Step 3."""
    words = {"measure": numeral(measure), "kind": ONE_OF_KIND[StatementKind(kind)], "number": numeral(number)}
    return gettext("Measure %(measure)s %(kind)s %(number)s") % words
