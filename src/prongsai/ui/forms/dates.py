"""Dates, periods and fiscal years as an office writes them: day, month by name, พ.ศ."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from prongsai.kernel import clock
from prongsai.kernel.contracts import Period
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.ui.forms.base import Text
from prongsai.ui.forms.reading import Day, Rules, Typed, is_thai, month_names, read_date, said


class ThaiDateWidget(forms.Widget):
    """Three inputs, and by script a calendar. The first also takes a whole date; so does the bare name in the data."""

    template_name = "ui/forms/date.html"
    scripts = ("ui/elements.js", "ui/dates.js")
    use_fieldset = True
    marks_invalid = True

    def __init__(self, attrs: dict[str, Any] | None = None, rules: Rules | None = None) -> None:
        super().__init__(attrs)
        self.rules = rules or Rules()

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_d" if id_ else ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed | None:
        day, month, year = (str(data.get(f"{name}_{part}") or "") for part in "dmy")
        return Typed(day or str(data.get(name) or ""), month, year) or None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(key in data for key in (name, *(f"{name}_{part}" for part in "dmy")))

    def format_value(self, value: Any) -> Typed:  # type: ignore[override]
        return as_typed(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed, day = context["widget"]["value"], _readable(context["widget"]["value"])
        line, inside = "", False
        if day:
            context["widget"]["value"] = typed = Typed.of(day)
        if day and self.rules.period and not self.rules.refusal(day):
            inside = day in self.rules.period
            line = self.rules.about(said(day), inside=inside)
        months = [(str(n), month, str(n) == typed.month) for n, month in enumerate(month_names(), 1)]
        return {**context, "months": months, "line": line, "inside": inside, "calendar": self._calendar()}

    def _calendar(self) -> str:
        """What the script has to know, in the language of the page."""
        rules, period = self.rules, self.rules.period
        facts = {
            "first": rules.first and rules.first.isoformat(),
            "last": rules.last and rules.last.isoformat(),
            "today": clock.today().isoformat(),
            "period": period and [period.start.isoformat(), period.end.isoformat()],
            "refuse": rules.refuse_outside,
            "inside": rules.about("{day}", inside=True) if period else "",
            "outside": rules.about("{day}", inside=False) if period else "",
            "months": month_names(),
            "short": month_names(short=True),
            "days": [[str(short), str(full)] for short, full in WEEKDAYS],
            "words": {
                "choose": gettext("Choose the date"),
                "before": gettext("The month before"),
                "after": gettext("The month after"),
                "future": gettext("Days yet to come cannot be chosen. The gold frame is today"),
                "limited": gettext("Days that do not count here cannot be chosen. The gold frame is today"),
                "free": gettext("The gold frame is today"),
                "yet": gettext("%(day)s is yet to come") % {"day": "{day}"},
                "outside": gettext("does not count here"),
                "is_today": gettext("today"),
                "era": "" if is_thai() else "B.E. ",
            },
        }
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


WEEKDAYS = (
    (pgettext_lazy("weekday, two letters", "Su"), _("Sunday")),
    (pgettext_lazy("weekday, two letters", "Mo"), _("Monday")),
    (pgettext_lazy("weekday, two letters", "Tu"), _("Tuesday")),
    (pgettext_lazy("weekday, two letters", "We"), _("Wednesday")),
    (pgettext_lazy("weekday, two letters", "Th"), _("Thursday")),
    (pgettext_lazy("weekday, two letters", "Fr"), _("Friday")),
    (pgettext_lazy("weekday, two letters", "Sa"), _("Saturday")),
)


def as_typed(value: Any) -> Typed:
    if isinstance(value, Typed):
        return value
    return Typed.of(value) if isinstance(value, date) else Typed(day=str(value or ""))


def _readable(typed: Typed) -> date | None:
    try:
        return read_date(typed) if typed else None
    except ValidationError:
        return None


class ThaiDateField(forms.Field):
    """A day. Cleaned value: `date` or None.

    `not_after` and `not_before` are days or functions (`clock.today`). With `period` a line below says whether the
    day lies in it, followed by `inside` or `outside`; `refuse_outside` makes it an error. A form may narrow a
    field for its occasion: `self.fields["day"].within(period)`.
    """

    widget = ThaiDateWidget
    default_error_messages = {"required": _("Fill in the date")}

    def __init__(
        self,
        *,
        not_after: Day = None,
        not_before: Day = None,
        period: Period | None = None,
        refuse_outside: bool = False,
        inside: Text = "",
        outside: Text = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rules = Rules(not_before, not_after, period, refuse_outside, inside, outside)

    @property
    def rules(self) -> Rules:
        return self.widget.rules  # type: ignore[union-attr]

    @rules.setter
    def rules(self, rules: Rules) -> None:
        self.widget.rules = rules  # type: ignore[union-attr]

    def within(
        self, period: Period | None, *, refuse: bool = False, inside: Text = "", outside: Text = ""
    ) -> None:
        """Tell of this period whether the day lies in it; with `refuse`, take no other days."""
        self.rules = replace(
            self.rules,
            period=period,
            refuse_outside=refuse,
            inside=inside or self.rules.inside,
            outside=outside or self.rules.outside,
        )

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date):
            return value
        typed = as_typed(value)
        return read_date(typed) if typed else None

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and (refusal := self.rules.refusal(value)):
            raise ValidationError(refusal)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


def fiscal_years(first: int | None = None, last: int | None = None) -> list[tuple[str, str]]:
    """Choices, the newest first: from five years ago to next year unless said otherwise."""
    now = fiscal_year_of(clock.today())
    years = range(last or now + 1, (first or now - 5) - 1, -1)
    return [(str(year), gettext("fiscal year %(year)s") % {"year": year}) for year in years]


class FiscalYearField(forms.TypedChoiceField):
    """A fiscal year (พ.ศ.) from a list. Cleaned value: int or None."""

    def __init__(self, *, first: int | None = None, last: int | None = None, **kwargs: Any) -> None:
        def choices() -> list[tuple[str, str]]:
            return [*([] if self.required else [("", "–")]), *fiscal_years(first, last)]

        kwargs.setdefault("initial", lambda: fiscal_year_of(clock.today()))
        super().__init__(choices=choices, coerce=int, empty_value=None, **kwargs)
        self.widget.attrs.setdefault("class", "in-m")


class PeriodWidget(forms.Widget):
    """A whole fiscal year, or two days. The bare name in the data may hold a period in words."""

    template_name = "ui/forms/period.html"
    scripts = ("ui/elements.js", "ui/dates.js")
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.day = ThaiDateWidget()

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_kind_0" if id_ else ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        return {
            "text": str(data.get(name) or ""),
            "kind": str(data.get(f"{name}_kind") or ""),
            "year": str(data.get(f"{name}_year") or ""),
            "start": self.day.value_from_datadict(data, files, f"{name}_start"),
            "end": self.day.value_from_datadict(data, files, f"{name}_end"),
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_kind" not in data

    def format_value(self, value: Any) -> dict[str, Any]:  # type: ignore[override]
        if isinstance(value, Period):
            year = fiscal_year_of(value.start)
            whole = value == Period.fiscal_year(year)
            return {
                "kind": "year" if whole else "days",
                "year": str(year),
                "start": value.start,
                "end": value.end,
            }
        return value if isinstance(value, dict) else {}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given, id_ = context["widget"]["value"], context["widget"]["attrs"].get("id", name)
        ends = [
            (
                label,
                f"{id_}_{end}",
                self.day.get_context(f"{name}_{end}", given.get(end), {"id": f"{id_}_{end}"}),
            )
            for end, label in (("start", _("From")), ("end", _("To")))
        ]
        chosen = given.get("year") or str(fiscal_year_of(clock.today()))
        years = [(year, title, year == chosen) for year, title in fiscal_years()]
        if given.get("year") and not any(here for _year, _title, here in years):
            years.append((chosen, gettext("fiscal year %(year)s") % {"year": chosen}, True))
        return {**context, "kind": given.get("kind", ""), "years": years, "ends": ends}


class PeriodField(forms.Field):
    """A span of days: a whole fiscal year or any two days. Cleaned value: kernel `Period` or None."""

    widget = PeriodWidget
    default_error_messages = {
        "required": _("Choose a whole fiscal year or two dates"),
        "order": _("The last day is before the first day"),
        "text": _("“%(text)s” cannot be read as a period"),
        "longest": _("The period is longer than ten years: look at the years again"),
    }
    longest = timedelta(days=3660)

    def to_python(self, value: Any) -> Period | None:
        from prongsai.kernel.thai.parse_dates import parse_period

        if isinstance(value, Period) or not value:
            return value or None
        kind = value.get("kind")
        if kind == "year" and value.get("year"):
            year = int(value["year"]) if str(value["year"]).isdigit() else 0
            if not 2400 < year < 2700:
                raise ValidationError(self.error_messages["required"])
            return Period.fiscal_year(year)
        if kind == "days":
            return self._days(value.get("start"), value.get("end"))
        if value.get("text"):
            period = parse_period(value["text"])
            if period is None:
                raise ValidationError(self.error_messages["text"], params={"text": value["text"][:40]})
            return period
        return None

    def _days(self, start: Typed | None, end: Typed | None) -> Period | None:
        if not start and not end:
            return None
        problems, days = [], []
        for label, typed in ((_("First day"), start), (_("Last day"), end)):
            try:
                days.append(read_date(typed or Typed()))
            except ValidationError as error:
                problems += [f"{label}: {message}" for message in error.messages]
        if problems:
            raise ValidationError(problems)
        if days[1] < days[0]:
            raise ValidationError(self.error_messages["order"])
        if days[1] - days[0] > self.longest:
            raise ValidationError(self.error_messages["longest"])
        return Period(days[0], days[1])
