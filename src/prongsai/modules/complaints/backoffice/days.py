"""วันหยุดและวันทำการเพิ่ม: what the office and the cabinet say of single days; the last days of open cases move with them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from prongsai.foundation.casework.models import SpecialDay
from prongsai.foundation.casework.services import add_special_day, remove_special_day
from prongsai.kernel import clock
from prongsai.kernel.thai.working_days import holiday
from prongsai.modules.complaints.backoffice.desk import NAV
from prongsai.modules.complaints.backoffice.forms import DayForm, DaysFileForm
from prongsai.modules.complaints.backoffice.rules import way
from prongsai.modules.complaints.backoffice.whose import lead_of
from prongsai.modules.complaints.services.day_files import DAY, KIND, NAME, SOURCE, import_days, read_days
from prongsai.modules.complaints.workflow import READ
from prongsai.ui.access import requires
from prongsai.ui.screens import (
    Action,
    BulkAction,
    ChoiceFilter,
    Column,
    Crumb,
    Empty,
    FormScreen,
    ListScreen,
    PeriodFilter,
)

SAY = "office.manage"  # what casework asks for days of the office
TITLE = gettext_lazy("Days off and extra working days")
AHEAD = 365  # days of public holidays that are told below the list


def _remove(screen: Any, days: list[SpecialDay]) -> str:
    for day in days:
        remove_special_day(actor=screen.actor, special=day)
    return ngettext(
        "%(n)s day is as the calendar says again", "%(n)s days are as the calendar says again", len(days)
    ) % {"n": len(days)}


class Days(ListScreen):
    permission = READ
    title = TITLE
    nav = NAV
    template = "complaints/work/days.html"
    columns = (
        Column("day", gettext_lazy("Day"), kind="date", sort="day"),
        Column("name", gettext_lazy("Name")),
        Column("is_holiday", gettext_lazy("The office is"), lambda day: _("closed for the day") if day.is_holiday else _("open for work"), kind="tag"),
        Column("source", gettext_lazy("What says so")),
    )  # fmt: skip
    filters = (
        ChoiceFilter("kind", gettext_lazy("The office is"), choices=(("1", gettext_lazy("closed for the day")), ("0", gettext_lazy("open for work"))), apply=lambda rows, value: rows.filter(is_holiday=value == "1")),
        PeriodFilter("on", gettext_lazy("Day"), field="day"),
    )  # fmt: skip
    search = ("name", "source")
    actions = (
        BulkAction("remove", gettext_lazy("Take back"), _remove, SAY, danger=True, confirm=gettext_lazy("%(count)s days are again as the calendar says. Last days of open cases move")),
    )  # fmt: skip
    primary = Action(gettext_lazy("Add a day"), "complaints-day-add", SAY)
    empty = Empty(
        gettext_lazy("No day of its own yet"),
        gettext_lazy(
            "Weekends and public holidays are known. What the cabinet adds, and when the office itself is closed or open, is said here"
        ),
        Action(gettext_lazy("Add a day"), "complaints-day-add", SAY),
    )

    def lead(self) -> str:
        said = _("Days that are counted for the time limits. Weekends and public holidays are known already")
        return lead_of(self, SAY, said)

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def rows(self) -> QuerySet[SpecialDay]:
        return SpecialDay.objects.order_by("-day")

    def context(self) -> dict[str, Any]:
        may = self.may(SAY)
        return {
            "coming": coming_holidays(clock.today()),
            "import_at": self.address("complaints-days-import") if may else "",
            "example_at": self.address("complaints-days-example"),
        }


def coming_holidays(today: date) -> list[tuple[date, str]]:
    """The public holidays of the next year, as the calendar has them."""
    days = (today + timedelta(days=n) for n in range(AHEAD))
    return [(day, name) for day in days if (name := holiday(day))]


class AddDay(FormScreen):
    permission = SAY
    title = gettext_lazy("Add a day")
    nav = NAV
    form = DayForm
    submit = gettext_lazy("Add the day")
    cancel = "complaints-days"

    def crumbs(self) -> list[Crumb]:
        return way(self, (TITLE, "complaints-days"))

    def lead(self) -> str:
        return _("Last days of open cases are counted anew at once")

    def act(self, form: DayForm) -> str:
        add_special_day(actor=self.actor, **form.cleaned_data)
        return self.address("complaints-days")


class ImportDays(FormScreen):
    """All days of a file, or none: each line that cannot be read is named."""

    permission = SAY
    title = gettext_lazy("Days from a file")
    nav = NAV
    template = "complaints/work/days_import.html"
    form = DaysFileForm
    submit = gettext_lazy("Take the days over")
    cancel = "complaints-days"

    def crumbs(self) -> list[Crumb]:
        return way(self, (TITLE, "complaints-days"))

    def context(self) -> dict[str, Any]:
        return {"example_at": self.address("complaints-days-example")}

    def act(self, form: DaysFileForm) -> str:
        file = form.cleaned_data["file"]
        self.count = import_days(actor=self.actor, rows=read_days(file.file, file.name))
        return self.address("complaints-days")

    def done(self, form: DaysFileForm) -> str:
        return ngettext("%(n)s day is taken over", "%(n)s days are taken over", self.count) % {
            "n": self.count
        }


EXAMPLE = (
    (DAY, NAME, KIND, SOURCE),
    ("2/6/2568", "วันหยุดพิเศษ", "วันหยุด", "มติคณะรัฐมนตรีเมื่อวันที่ 14 พ.ค. 2568"),
    ("14/6/2568", "ทำการชดเชย", "วันทำการ", "คำสั่งสำนักงาน"),
)


@requires(READ)
@require_safe
def example(request: HttpRequest, organization: str) -> HttpResponse:
    """A file to begin with: UTF-8 with a byte order mark, as spreadsheets want it."""
    lines = "\r\n".join(",".join(row) for row in EXAMPLE)
    response = HttpResponse(f"\ufeff{lines}\r\n", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="days.csv"'
    return response
