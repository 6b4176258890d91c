"""What a date or an amount that somebody typed means, or the sentence that says what is wrong with it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS as WORLD_MONTHS
from django.utils.dates import MONTHS_3
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

from prongsai.kernel import clock
from prongsai.kernel.contracts import Period
from prongsai.kernel.thai.dates import BUDDHIST_ERA, MONTHS, SHORT_MONTHS, fiscal_year_of
from prongsai.kernel.thai.digits import to_arabic
from prongsai.kernel.thai.parse_dates import date_parts, full_year

Day = date | Callable[[], date] | None

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_COMMON_ERA = re.compile(r"(?<!\d)(?:1[89]\d\d|2[01]\d\d)(?!\d)")
_SAYS_SO = re.compile(r"ค\.?\s*ศ\.?|\b(?:a\.?d|c\.?e)\b\.?", re.IGNORECASE)
_SPACED = re.compile(r"(\d{1,2})\s+(\d{1,2})\s+(\d{2,4})")
_FIGURES = re.compile(r"\d{1,2}")
NEAR = 10  # years: "25" may then be meant as 2025


@dataclass(frozen=True)
class Typed:
    """What stands in the three inputs; `day` may hold a whole date."""

    day: str = ""
    month: str = ""
    year: str = ""

    def __bool__(self) -> bool:
        return bool(self.day or self.month or self.year)

    @classmethod
    def of(cls, day: date) -> Typed:
        return cls(str(day.day), str(day.month), str(day.year + BUDDHIST_ERA))


@dataclass(frozen=True)
class Rules:
    """Which days may be given, and the period about which the field says whether a day lies in it.

    `inside` and `outside` are added to what it says: "อยู่ในปีงบประมาณ 2568" + "ใช้พิสูจน์ได้". Days outside the period are
    told, and refused only with `refuse_outside`.
    """

    not_before: Day = None
    not_after: Day = None
    period: Period | None = None
    refuse_outside: bool = False
    inside: str | Promise = ""
    outside: str | Promise = ""

    @property
    def first(self) -> date | None:
        return self.not_before() if callable(self.not_before) else self.not_before

    @property
    def last(self) -> date | None:
        return self.not_after() if callable(self.not_after) else self.not_after

    def refusal(self, day: date) -> str:
        """Why the day may not be given; empty when it may."""
        first, last = self.first, self.last
        if last and day > last:
            if last == clock.today():
                return gettext("%(day)s is yet to come") % {"day": said(day)}
            return gettext("%(day)s is after %(last)s, the last day that counts here") % {
                "day": said(day),
                "last": said(last),
            }
        if first and day < first:
            return gettext("%(day)s is before %(first)s, the first day that counts here") % {
                "day": said(day),
                "first": said(first),
            }
        if self.refuse_outside and self.period and day not in self.period:
            return self.about(said(day), inside=False)
        return ""

    def about(self, day: str, *, inside: bool) -> str:
        """The line below the field: whether the day lies in the period, and what follows from it."""
        assert self.period is not None
        if inside:
            fact = gettext("Lies in %(period)s") % {"period": period_name(self.period)}
        else:
            fact = gettext("%(day)s lies outside %(period)s") % {
                "day": day,
                "period": period_name(self.period),
            }
        return f"{fact} {self.inside if inside else self.outside}".rstrip()


def is_thai() -> bool:
    return get_language() == "th"


def month_names(*, short: bool = False) -> list[str]:
    if is_thai():
        return list(SHORT_MONTHS if short else MONTHS)
    names = MONTHS_3 if short else WORLD_MONTHS
    return [str(names[number]).capitalize() for number in range(1, 13)]


def said(day: date) -> str:
    """`5 ต.ค. 2568`; in English `5 Oct B.E. 2568`, as the field asks for it."""
    era = "" if is_thai() else "B.E. "
    return f"{day.day} {month_names(short=True)[day.month - 1]} {era}{day.year + BUDDHIST_ERA}"


def period_name(period: Period) -> str:
    """`ปีงบประมาณ 2568`, or the two days of any other period."""
    year = fiscal_year_of(period.start)
    if period == Period.fiscal_year(year):
        return gettext("fiscal year %(year)s") % {"year": year}
    return gettext("%(first)s to %(last)s") % {"first": said(period.start), "last": said(period.end)}


def read_date(typed: Typed) -> date:
    """The day that was typed. Raises ValidationError with the exact reason."""
    day = to_arabic(typed.day).strip()
    if day and not _FIGURES.fullmatch(day):
        return _whole(day, typed.day.strip())
    month, year = to_arabic(typed.month).strip(), to_arabic(typed.year).strip()
    parts = {gettext("day"): day, gettext("month"): month, gettext("year"): year}
    missing = [name for name, value in parts.items() if not value]
    if missing:
        raise ValidationError(
            gettext("The date is not complete: %(parts)s missing") % {"parts": ", ".join(missing)}
        )
    if not month.isdigit():
        raise ValidationError(gettext("Choose a month"))
    return _existing(int(day), int(month), read_year(year))


def read_year(text: str) -> int:
    """A year of the Buddhist Era. Raises ValidationError for one of the common era, and for no year at all."""
    year = re.sub(r"^(พ\.?\s*ศ\.?|b\.?\s*e\.?)\s*", "", to_arabic(text).strip(), flags=re.IGNORECASE)
    if not re.fullmatch(r"\d{2}|\d{4}", year):
        raise ValidationError(
            gettext("The year has four digits, for example %(year)s") % {"year": this_year()}
        )
    if len(year) == 2:
        meant = 2000 + int(year) + BUDDHIST_ERA
        if abs(meant - this_year()) <= NEAR and this_year() - (2500 + int(year)) > NEAR:
            raise ValidationError(_question(year, meant))
    elif 1800 <= int(year) < 2200:
        raise ValidationError(_question(year, int(year) + BUDDHIST_ERA))
    full = full_year(year)
    if not 2400 <= full < 2700:
        raise ValidationError(
            gettext("The year has four digits, for example %(year)s") % {"year": this_year()}
        )
    return full


def this_year() -> int:
    return clock.today().year + BUDDHIST_ERA


def _question(written: str, meant: int) -> str:
    return gettext("%(written)s is a year of the common era. Is B.E. %(meant)s meant?") % {
        "written": written,
        "meant": meant,
    }


def _whole(arabic: str, written: str) -> date:
    """A date that was written into one box."""
    text = _SPACED.sub(r"\1/\2/\3", arabic)
    iso, common = _ISO.fullmatch(text), _COMMON_ERA.search(text)
    if common and not iso:
        meant = str(int(common.group()) + BUDDHIST_ERA)
        if not _SAYS_SO.search(text):
            raise ValidationError(_question(common.group(), int(meant)))
        text = _SAYS_SO.sub("", text).replace(common.group(), meant)
    parts = date_parts(text)
    if parts is None:
        raise ValidationError(
            gettext("“%(text)s” cannot be read as a date. Write it like 13/8/2568 or 13 ส.ค. 2568")
            % {"text": written[:40]}
        )
    short = re.search(r"[/.-](\d\d)$", text)
    if short and not iso:
        read_year(short.group(1))
    return _existing(*parts)


def _existing(day: int, month: int, year: int) -> date:
    if not 1 <= month <= 12:
        raise ValidationError(gettext("There is no month %(month)s") % {"month": month})
    last = monthrange(year - BUDDHIST_ERA, month)[1]
    if not 1 <= day <= last:
        raise ValidationError(
            gettext("%(month)s %(year)s has %(last)s days: there is no day %(day)s")
            % {"month": month_names()[month - 1], "year": year, "last": last, "day": day}
        )
    return date(year - BUDDHIST_ERA, month, day)
