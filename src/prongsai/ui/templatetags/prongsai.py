"""Tags and filters of every page: Thai line breaks, dates in two calendars, marks, icons, fingerprints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache, lru_cache

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.context import Context
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from prongsai.foundation.organizations.models import Organization, OrganizationKind
from prongsai.foundation.typeset.lines import clean, runs
from prongsai.foundation.typeset.qr import qr_svg
from prongsai.kernel.clock import BANGKOK
from prongsai.kernel.thai.dates import clock_time, long_date, short_date
from prongsai.kernel.thai.digits import to_thai
from prongsai.ui.public import Line, lines_at

register = template.Library()

# What is kept on one line must fit a telephone of 320 px at the size of a page's heading: about ten letters' widths.
ROOM, SIZE = 38.0, 10.5


@lru_cache(20_000)
def _thai(text: str) -> SafeString:
    pieces = (
        f'<span class="nb">{escape(run.text)}</span>' if run.whole else escape(run.text)
        for run in runs(clean(text), room=ROOM, size=SIZE, words=False)
    )
    return mark_safe("".join(pieces))  # noqa: S308 (each run is escaped above)


@register.filter
def thai(text: object) -> SafeString:
    """Text in which no line breaks inside a kept word, a date, or between a number and its unit."""
    if isinstance(text, SafeString):
        return text
    return _thai(str(text))


@register.filter
def office_name(organization: Organization) -> SafeString:
    """The official name, which may break before the place's own name and nowhere inside it."""
    kind = OrganizationKind(organization.kind).label
    place = organization.name.removeprefix(kind)
    if not place or place == organization.name:
        return thai(organization.name)
    return format_html('{}<wbr><span class="nb">{}</span>', kind, place)


@register.filter
def whereabouts(organization: Organization) -> SafeString:
    """`อำเภอสตึก จังหวัดบุรีรัมย์`."""
    capital = organization.province in {"กรุงเทพมหานคร", "กรุงเทพฯ"}
    district = _named("เขต" if capital else "อำเภอ", organization.district)
    province = organization.province if capital else _named("จังหวัด", organization.province)
    return format_html('<span class="nb">{}</span> <span class="nb">{}</span>', district, province)


def _named(kind: str, name: str) -> str:
    return name if not name or name.startswith(kind) else kind + name


def _is_thai() -> bool:
    return get_language() == "th"


def _day(moment: date | datetime) -> date:
    return moment.astimezone(BANGKOK).date() if isinstance(moment, datetime) else moment


@register.filter
def day(moment: date | datetime | None) -> SafeString | str:
    """`14 ส.ค. 2568`, in English `14 Aug 2025`; a time is taken as the day in Thailand."""
    if moment is None:
        return "–"
    return _short(_day(moment), _is_thai())


@lru_cache(4096)  # a list has a hundred of them, mostly the same
def _short(on: date, is_thai: bool) -> SafeString:
    text = short_date(on) if is_thai else date_format(on, "j M Y")
    return format_html('<time class="nb" datetime="{}">{}</time>', on.isoformat(), text)


@register.filter
def long_day(moment: date | datetime | None) -> SafeString | str:
    """`14 สิงหาคม 2568`, in English `14 August 2025`."""
    if moment is None:
        return "–"
    on = _day(moment)
    text = long_date(on) if _is_thai() else date_format(on, "j F Y")
    return format_html('<time class="nb" datetime="{}">{}</time>', on.isoformat(), text)


@register.filter
def moment(value: datetime) -> SafeString:
    """`14 สิงหาคม 2568 เวลา 10.12 น.`, in English `14 August 2025, 10:12`."""
    return format_html(
        '{} <span class="nb">{}</span>', long_day(value), gettext("at %(time)s") % {"time": hour(value)}
    )


@register.filter
def hour(value: datetime) -> str:
    """`15.40 น.`, in English `15:40`; always Thai time."""
    return clock_time(value) if _is_thai() else f"{value.astimezone(BANGKOK):%H:%M}"


@register.filter
def numeral(number: object) -> str:
    """The number of a measure or statement: Thai digits in Thai, as the plan prints it."""
    return to_thai(number) if _is_thai() else str(number)


@register.simple_tag
def mark(key: str, tone: str = "") -> SafeString:
    """A sign of the sprite, hidden from readers, which hear the word beside it."""
    tone = tone or key
    return format_html('<svg class="mark v-{}" aria-hidden="true"><use href="#m-{}"/></svg>', tone, key)


@register.simple_tag
def strip(groups: Iterable[Sequence[str]], label: str, css: str = "marks") -> SafeString:
    """One mark for each statement, in groups; readers hear the counts in one sentence."""
    inner = "".join(
        "<span>" + "".join(mark(str(key)) for key in group) + "</span>"
        for group in groups
        if css == "marks" or group
    )
    return format_html('<span class="{}" role="img" aria-label="{}">{}</span>', css, label, mark_safe(inner))  # noqa: S308


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html('<svg class="ic" aria-hidden="true"><use href="#i-{}"/></svg>', name)


def _fours(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]


@register.filter
def fingerprint(text: str) -> SafeString:
    """All digits in groups of four."""
    return format_html('<span class="fp">{}</span>', " ".join(_fours(text)))


@register.filter
def fingerprint_short(text: str) -> SafeString:
    """The first eight and the last four digits."""
    fours = _fours(text)
    shown = " ".join(fours) if len(fours) < 5 else f"{fours[0]} {fours[1]} … {fours[-1]}"
    return format_html('<span class="fp nb">{}</span>', shown)


@register.filter
def file_size(size: int) -> str:
    """`412 กิโลไบต์`, `1.1 เมกะไบต์`."""
    if size < 1_000_000:
        return gettext("%(size)s kB") % {"size": max(1, round(size / 1000))}
    return gettext("%(size)s MB") % {"size": f"{size / 1_000_000:.1f}"}


@register.simple_tag
def qr(address: str) -> SafeString:
    """The address as a QR code, for a telephone pointed at the screen or the paper."""
    svg = qr_svg(address)
    return mark_safe(svg.replace("<svg ", '<svg class="qr" aria-hidden="true" ', 1))  # noqa: S308 (our own drawing)


@register.simple_tag
@cache
def asset(name: str) -> str:
    """The address of a static file: with its digest once collected, plain before that."""
    try:
        return static(name)
    except ValueError:  # the manifest does not know it: nothing was collected yet
        return (staticfiles_storage.base_url or "/static/") + name


@register.filter
def joined(parts: Iterable[object]) -> SafeString:
    """`สำนักปลัด, กองคลัง`, each part on one line."""
    return format_html_join(", ", "{}", ((thai(part),) for part in parts))


@register.simple_tag(takes_context=True)
def public_links(context: Context, *places: str) -> list[Line]:
    """What the modules put at these places of the public pages, in order. An address that nobody has is left out."""
    return lines_at(context["organization"].key, context["request"].path, *places)
