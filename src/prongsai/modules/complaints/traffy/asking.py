"""Asking for tickets: what webhooks missed, within the month's calls."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from prongsai.kernel import clock
from prongsai.modules.complaints.models import TraffyLink, TraffyTicket
from prongsai.modules.complaints.traffy.arrivals import from_list
from prongsai.modules.complaints.traffy.budget import next_month, next_question
from prongsai.modules.complaints.traffy.exchange import Exchange, QuotaSpent, Unanswered, WrongAccount
from prongsai.modules.complaints.traffy.taking import keep

A_DAY = timedelta(hours=20)  # `today` looks 24 hours back
AFTER_FAILURE, AFTER_REFUSAL = timedelta(hours=1), timedelta(hours=12)


@transaction.atomic
def ask() -> int:
    """Ask what happened since the last time; how many news were kept. What fails stands in the link, and is tried later."""
    link = (
        TraffyLink.objects.select_for_update(of=("self",))
        .select_related("channel")
        .filter(is_on=True)
        .first()
    )
    if link is None:
        return 0
    now = clock.now()
    if link.month != clock.today().replace(day=1):
        link.balance = link.quota  # the first call of a month says how many it really has
    recent = link.polled_at is not None and link.polled_at > now - A_DAY
    news = 0
    try:
        found = Exchange(link).issues("today" if recent else "3days")
    except QuotaSpent as error:
        link.failure, link.next_at = str(error)[:300], next_month(now)
    except Unanswered as error:
        pause = AFTER_REFUSAL if isinstance(error, WrongAccount) else AFTER_FAILURE
        link.failure, link.next_at = str(error)[:300], now + pause
    else:
        seen = dict(TraffyTicket.objects.values_list("ticket_id", "seen"))
        for raw in found:
            try:
                arrival = from_list(raw, seen)
            except ValueError:
                continue
            if arrival is not None:
                keep(link, arrival)
                news += 1
        link.failure, link.polled_at, link.next_at = "", now, next_question(now, link.balance)
    link.save()
    return news
