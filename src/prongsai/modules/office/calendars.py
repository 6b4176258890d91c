"""A member's work as a calendar that phones and mail programs subscribe to (RFC 5545)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from icalendar import Alarm, Calendar, Event

from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.modules.office.work import Task

MORNING_BEFORE = timedelta(hours=-15)  # 09.00 on the day before an all-day event
ASK_AGAIN = timedelta(hours=6)


def calendar_of(tasks: Iterable[Task], organization: Organization) -> bytes:
    """The dated tasks as all-day events. A piece of work keeps its UID from day to day, so that it moves and never doubles."""
    calendar = Calendar()
    calendar.add("prodid", "-//Prongsai//TH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"งานของฉัน {organization.short_name}")
    calendar.add("x-wr-timezone", "Asia/Bangkok")
    calendar.add("refresh-interval", ASK_AGAIN)
    calendar.add("x-published-ttl", ASK_AGAIN)
    for task in tasks:
        if task.item.due is not None:
            calendar.add_component(_event(task, organization))
    return calendar.to_ical()


def _event(task: Task, organization: Organization) -> Event:
    item, event = task.item, Event()
    assert item.due is not None
    address = settings.BASE_URL + item.url
    event.add("uid", f"{_uid(organization.key, item.key)}@prongsai")
    event.add("dtstamp", clock.now())
    event.add("dtstart", item.due)
    event.add("dtend", item.due + timedelta(days=1))
    event.add("summary", item.said_outside)
    place = "" if item.is_private else item.place  # whose calendar it is may keep it far away
    event.add("description", "\n".join(str(line) for line in (place, item.missing, address) if line))
    event.add("url", address)
    event.add("transp", "TRANSPARENT")  # the day stays free for meetings
    event.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", item.said_outside)
    alarm.add("trigger", MORNING_BEFORE)
    event.add_component(alarm)
    return event


def _uid(organization: str, key: str) -> str:
    return hashlib.sha256(f"{organization} {key}".encode()).hexdigest()[:40]
