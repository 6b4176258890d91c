"""กำหนดเวลาและการเก็บข้อมูล: how many days each kind of case may take, by which law, and how long personal data are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.kinds import shown_title
from prongsai.foundation.casework.models import Case
from prongsai.kernel import clock
from prongsai.modules.complaints import catalogue
from prongsai.modules.complaints.backoffice.desk import NAV
from prongsai.modules.complaints.backoffice.rules import way
from prongsai.modules.complaints.workflow import CASE_KINDS, READ
from prongsai.ui.screens import Crumb, Screen

SOON = timedelta(days=90)


@dataclass(frozen=True)
class KindTerms:
    """What holds for a kind of case today."""

    title: str
    terms: catalogue.Terms
    kept: int  # closed cases whose personal data are still there
    soon: int  # of them those whose data go within 90 days


class Settings(Screen):
    """The figures come with the program, each with what says so: an office cannot give itself more time."""

    permission = READ
    title = gettext_lazy("Time limits and keeping")
    nav = NAV
    template = "complaints/work/settings.html"

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def lead(self) -> str:
        return _("Each with the law or the practice that it comes from")

    def context(self) -> dict[str, Any]:
        closed = Case.objects.real().filter(closed_on__isnull=False, erased_at=None)
        rows = closed.order_by().values_list("kind", "closed_on").annotate(number=Count("pk"))
        counts = [(kind, day, number) for kind, day, number in rows.iterator()]
        today = clock.today()
        found = []
        for kind in CASE_KINDS:
            until = today + SOON
            mine = [(day, number) for key, day, number in counts if key == kind.key]
            soon = sum(n for day, n in mine if day and _after(day, kind.retention_years) <= until)
            title = shown_title(kind)
            found.append(KindTerms(title, catalogue.terms(kind.key), sum(n for _d, n in mine), soon))
        return {"kinds": found}


def _after(day: Any, years: int) -> Any:
    """The same day so many years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
