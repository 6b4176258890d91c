"""The ways in, for everybody: what each is, whether it works, on which days it did, and which outages there were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from prongsai.foundation.channels import kinds
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.selectors import days_of, last_signatures, listed_days, listed_in
from prongsai.foundation.channels.services.checks import needs_signature
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import facts
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period, Visibility
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.modules.office.channel_charts import days_chart, legend
from prongsai.modules.office.channel_words import kind_title, local, span, state_of, state_title
from prongsai.ui.access import public
from prongsai.ui.charts import Chart

MOST_OUTAGES = 40
CURRENT = "public, max-age=60"


@dataclass(frozen=True)
class Way:
    """A channel as the public page shows it."""

    channel: Channel
    kind: str
    url: str
    state: str
    state_title: str
    by_hand: bool
    signed_at: datetime | None
    chart: Chart | None


@dataclass(frozen=True)
class Outage:
    """From when to when a channel was down, and the records that say so."""

    name: str
    since: datetime
    until: datetime | None
    lasted: str
    number: int


@public
@require_safe
def channels(request: HttpRequest, organization: str) -> HttpResponse:
    """The list with each channel's fiscal year; `?year=2568` shows an earlier one."""
    today = clock.today()
    this_year = fiscal_year_of(today)
    asked = request.GET.get("year", "")
    if asked and not (asked.isascii() and asked.isdecimal() and 2500 < int(asked[:4]) <= this_year):
        raise Http404("no such year")
    year = int(asked[:4]) if asked else this_year
    period = Period.fiscal_year(year)
    shown = [channel for channel in listed_in(period) if channel.is_listed]
    shown.sort(key=lambda channel: (not channel.is_open, channel.position, channel.pk))
    context = {
        "here": "channels",
        "fiscal_year": year,
        "years": _years(this_year),
        "ways": _ways(shown, period, organization, current=year == this_year),
        "outages": _outages(period),
        "current": year == this_year,
        "legend": legend(),
    }
    response = render(request, "office/channels_public.html", context)
    response["Cache-Control"] = CURRENT
    return response


def _years(this_year: int) -> list[int]:
    first = (
        Channel.objects.filter(is_listed=True)
        .order_by("opened_on")
        .values_list("opened_on", flat=True)
        .first()
    )
    return list(range(this_year, (fiscal_year_of(first) if first else this_year) - 1, -1))[:10]


def _ways(shown: list[Channel], period: Period, organization: str, *, current: bool) -> list[Way]:
    days, signed, today = days_of(period, shown), last_signatures(), clock.today()
    ways: list[Way] = []
    for channel in shown:
        state, listed = state_of(channel), listed_days(channel, period)
        judged = channel.is_digital or channel.is_by_hand or bool(days[channel.pk])
        chart = days_chart(channel.name, period, days[channel.pk], listed, today=today) if judged else None
        ways.append(
            Way(
                channel, kind_title(channel.kind), _url(channel, organization), state, state_title(state),
                needs_signature(channel), signed.get(channel.pk), chart,
            )
        )  # fmt: skip
    return [way for way in ways if current or way.chart]


def _url(channel: Channel, organization: str) -> str:
    """Where a press on the channel's address leads; empty where there is nothing to open."""
    told = channel.address
    match channel.kind:
        case "web":
            return told if told.startswith("https://") else f"/{organization}/complaints/new/"
        case "sealed":
            return f"/{organization}/whistle/"
        case "email":
            return f"mailto:{told}" if told else ""
        case "phone" | "hotline":
            return f"tel:{told.replace(' ', '')}" if told else ""
        case "line":
            return f"https://line.me/R/ti/p/{told}" if told.startswith("@") else _web(told)
        case _:
            return _web(told)


def _web(told: str) -> str:
    return told if told.startswith("https://") else ""


def _outages(period: Period) -> list[Outage]:
    """The latest public outages of the period, an open one first. One query."""
    turns = facts(occurred_in=period, visibility=Visibility.PUBLIC).filter(kind__in=[kinds.DOWN, kinds.UP])
    open_ones: dict[Any, Entry] = {}
    found: list[Outage] = []
    for entry in turns.order_by("number").with_payload():
        told = entry.content
        if entry.kind == kinds.DOWN:
            open_ones[told["channel"]] = entry
            continue
        began = open_ones.pop(told["channel"], entry)
        minutes = int(told.get("minutes") or 0)
        since = local(told["since"])
        until = since + timedelta(minutes=minutes)
        found.append(Outage(told["name"], since, until, span(minutes), began.number))
    for entry in open_ones.values():
        told = entry.content
        found.append(Outage(told["name"], local(told["since"]), None, "", entry.number))
    return sorted(found, key=lambda each: (each.until is None, each.since), reverse=True)[:MOST_OUTAGES]
