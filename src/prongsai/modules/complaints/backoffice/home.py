"""เรื่องร้องเรียน: what is late, due today and this week, and the way to everything that the module has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.selectors import inbox
from prongsai.kernel import clock
from prongsai.kernel.cases import Phase
from prongsai.modules.complaints.backoffice.desk import DESK, NAV
from prongsai.modules.complaints.choices import GRIEVANCE
from prongsai.modules.complaints.selectors.statistics import public_cases
from prongsai.modules.complaints.selectors.unshown import unshown
from prongsai.modules.complaints.workflow import INTAKE, PUBLISH, READ
from prongsai.ui.cases.due import Due, end_of_week
from prongsai.ui.cases.words import Words, kind_title, state_title
from prongsai.ui.navigation import address
from prongsai.ui.screens import Action, DashboardScreen, Figure

LISTED = 15
INBOX = "cases"  # the office's list of all cases


@dataclass(frozen=True)
class Topic:
    """A line of what else the module has."""

    url_name: str
    title: Words
    text: Words
    permission: str


TOPICS = (
    Topic("complaints-publish", gettext_lazy("Show several cases to everybody"), gettext_lazy("With titles that are suggested; who reports the same trouble is shown them first"), PUBLISH),
    Topic("complaints-rules", gettext_lazy("Rules of who gets what"), gettext_lazy("By category, place and words; try where a case would go"), READ),
    Topic("complaints-categories", gettext_lazy("Categories"), gettext_lazy("What cases can be about, and which unit gets each"), READ),
    Topic("complaints-answers", gettext_lazy("Standard answers"), gettext_lazy("Texts to choose from when a citizen is answered"), READ),
    Topic("complaints-days", gettext_lazy("Days off and extra working days"), gettext_lazy("Of the office and by the cabinet; last days of open cases move with them"), READ),
    Topic("complaints-settings", gettext_lazy("Time limits and keeping"), gettext_lazy("How many days each kind may take, and how long personal data are kept"), READ),
    Topic("complaints-traffy", gettext_lazy("Traffy Fondue"), gettext_lazy("Reports that people make there come in as cases, and how they stand goes back"), READ),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A case among those that are due first."""

    case: Case
    due: Due
    url: str
    kind: str
    state: str


class Desk(DashboardScreen):
    permission = READ
    title = DESK.title
    nav = NAV
    template = "complaints/work/desk.html"
    primary = Action(gettext_lazy("Take in a case"), "complaints-intake", INTAKE)

    def lead(self) -> str:
        return _("Reports of trouble, complaints, suggestions and requests for information")

    @cached_property
    def cases(self) -> Any:
        kinds = [kind.key for kind in DESK.kinds]
        return inbox(self.actor).filter(kind__in=kinds, closed_on__isnull=True)

    @cached_property
    def counts(self) -> dict[str, int]:
        """Of the open cases that do not wait for the citizen; one query."""
        today = clock.today()
        running = self.cases.exclude(phase=Phase.WAITING.value)
        return running.order_by().aggregate(
            late=_count(due_on__lt=today),
            today=_count(due_on=today),
            week=_count(due_on__gte=today, due_on__lte=end_of_week(today)),
            fresh=_count(acknowledged_at__isnull=True),
            heard=_count(heard_at__isnull=False),
        )

    def figures(self) -> list[Figure]:
        counts = self.counts
        late = counts["late"] > 0
        return [
            Figure(counts["late"], _("Overdue"), self._inbox("due=late"), late=late),
            Figure(counts["today"], _("Due today"), self._inbox("due=today")),
            Figure(counts["week"], _("Due this week"), self._inbox("due=week")),
            Figure(counts["fresh"], _("Not taken up yet"), self._inbox("mark=fresh")),
            Figure(counts["heard"], _("The citizen wrote"), self._inbox("mark=heard")),
        ]

    def _inbox(self, query: str) -> str:
        at = address(INBOX, organization=self.organization.key)
        return f"{at}?{query}" if at else ""

    def unshown(self) -> int:
        """How many cases the page of showing several offers, while the public list has no report of trouble."""
        if not self.may(PUBLISH) or public_cases([GRIEVANCE]).exists():
            return 0
        return unshown(self.actor).count()

    def context(self) -> dict[str, Any]:
        first = list(self.cases.pressing()[:LISTED])
        topics = [(each, self.address(each.url_name)) for each in TOPICS if self.may(each.permission)]
        return {
            "unshown": self.unshown(),
            "publish": self.address("complaints-publish"),
            "lines": [
                Line(
                    case,
                    Due.of(case),
                    self.address("complaints-case", case=case.pk),
                    kind_title(case.kind),
                    state_title(case),
                )
                for case in first
            ],
            "inbox": address(INBOX, organization=self.organization.key),
            "topics": topics,
        }


def _count(**conditions: Any) -> Count:
    return Count("pk", filter=Q(**conditions))
