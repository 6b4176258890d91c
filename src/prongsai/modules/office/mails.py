"""Messages about work: the day's list for each member, and the reminder that a colleague asked for.

Each goes by the way that the member chose (`foundation.notify`) and is a job of its own: an address that a server
refuses holds up nobody else, and what was sent is not sent again when another fails. LINE and mail are outside: what a
citizen wrote is named there by kind and number alone.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from prongsai.foundation.accounts.models import Invitation, Membership
from prongsai.foundation.casework.deadlines import is_office_day
from prongsai.foundation.jobs.decorators import job
from prongsai.foundation.notify.selectors import reachable, waiting_news
from prongsai.foundation.notify.services import Told, forget_old, take_news, tell
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.thai.dates import short_date
from prongsai.modules.office.models import DailyMail, Reminder
from prongsai.modules.office.selectors import debtors, without_daily_mail
from prongsai.modules.office.work import Task, Work, item_of, work
from prongsai.ui.navigation import address

LISTED = 10  # of each sort in one message; the rest is one click away


@job()
def tell_office(*, organization_id: int, day: str) -> None:
    """Have everybody told who wants to be and has something pressing or new, and forget what is old news.

    A job that comes a day late does nothing.
    """
    today = clock.today()
    if today.isoformat() != day or not is_office_day(today):
        return
    office, silent = Organization.objects.get(pk=organization_id), without_daily_mail()
    forget_old()
    new = waiting_news()
    for member in reachable():
        if member.pk not in silent and (member.pk in new or work(member.actor(), office).pressing):
            tell_member.defer_once(organization_id=organization_id, member_id=member.pk, day=day)


@job()
def tell_member(*, organization_id: int, member_id: int, day: str) -> None:
    """Tell one member of the day's work, once, and in the same message of what is new and was not told yet.

    The mark that it is told commits with the message; a twin of this job finds it.
    """
    if clock.today().isoformat() != day or member_id in without_daily_mail():
        return
    member = next(iter(reachable(only=member_id)), None)
    if member is None:
        return
    marked = DailyMail(member=member, day=date.fromisoformat(day))
    if DailyMail.objects.filter(member=member, day=marked.day).exists():
        return
    office = Organization.objects.get(pk=organization_id)
    todays = work(member.actor(), office)
    listed = _groups(todays)
    printed = [task for group in listed for task in group["tasks"]]
    news = _not_among(take_news(member=member), printed)
    count = len(_not_among(news, todays.pressing)) + sum(len(group["all"]) for group in listed)
    if not count:
        return
    marked.save(force_insert=True)  # a twin of this job waits here, and fails instead of telling again
    with translation.override("th"):
        _send(
            member,
            f"งานของท่าน {count} เรื่อง วันที่ {short_date(marked.day)}: {office.short_name}",
            "office/told_day.txt",
            f"work:{member.pk}:{day}",
            office,
            groups=[{**group, "more": _unsaid(group, news[:LISTED])} for group in listed],
            news=news[:LISTED],
            more=len(_not_among(news[LISTED:], todays.pressing)),
            count=count,
        )


def _groups(todays: Work) -> list[dict[str, Any]]:
    """What presses, in the order of the screen; the same case once, whatever it asks of the member."""
    named = (
        ("เลยกำหนด", todays.late),
        ("ภายใน 7 วัน", todays.near),
        ("รอท่านพิจารณา", tuple(task for task in todays.approvals if task.tone)),
    )
    seen: set[str] = set()
    groups = ((title, list(_once(tasks, seen))) for title, tasks in named)
    return [{"title": title, "tasks": tasks[:LISTED], "all": tasks} for title, tasks in groups if tasks]


def _once(tasks: Iterable[Task], seen: set[str]) -> Iterable[Task]:
    for task in tasks:
        if not task.item.is_private or task.item.url not in seen:
            seen.add(task.item.url)
            yield task


def _not_among(news: Iterable[Told], tasks: Iterable[Task]) -> list[Told]:
    there = {task.item.url for task in tasks}
    return [each for each in news if each.path not in there]


def _unsaid(group: dict[str, Any], news: Iterable[Told]) -> int:
    """How many of the group's tasks the message names nowhere, neither there nor as new."""
    named = {each.path for each in news}
    return sum(task.item.url not in named for task in group["all"][LISTED:])


@job()
def send_reminder(*, organization_id: int, reminder_id: int) -> None:
    """Have everybody told who owes a piece of work that it is waited for."""
    reminder = Reminder.objects.get(pk=reminder_id)
    item = item_of(reminder.item, Organization.objects.get(pk=organization_id))
    for member in debtors(item) if item else ():
        remind_member.defer_once(
            organization_id=organization_id, reminder_id=reminder_id, member_id=member.pk
        )


@job()
def remind_member(*, organization_id: int, reminder_id: int, member_id: int) -> None:
    """Tell one who owes it, once; work that is done in the meantime, or another's by now, is not mentioned."""
    reminder = Reminder.objects.get(pk=reminder_id)
    office = Organization.objects.get(pk=organization_id)
    item = item_of(reminder.item, office)
    member = next(iter(debtors(item, only=member_id)), None) if item else None
    if item is None or member is None:
        return
    with translation.override("th"):
        _send(
            member,
            f"เตือนงาน: {item.said_outside}",
            "office/told_reminder.txt",
            f"reminder:{reminder.pk}:{member.pk}",
            office,
            task=Task(item, clock.today()),
            sender=reminder.sender,
        )


def _send(
    member: Membership, subject: str, template: str, key: str, office: Organization, **context: Any
) -> None:
    here = {
        "office": office,
        "member": member,
        "site": settings.BASE_URL,
        "my_work": address("my-work", organization=office.key),
        "profile": address("settings-me", organization=office.key),
    }
    text = render_to_string(template, here | context)
    tell(recipient=member, subject=" ".join(subject.split())[:200], text=text.strip(), key=key)


def send_invitation(invitation: Invitation, office: Organization, link: str) -> bool:
    """Mail an invitation's link; False when the mail server would not take it.

    Sent at once and by nobody else: the link is a secret, which no queue and no table may hold.
    """
    with translation.override("th"):
        text = render_to_string(
            "office/mail_invitation.txt", {"invitation": invitation, "office": office, "link": link}
        )
    subject = f"คำเชิญเข้าใช้ระบบโปร่งใสของ{office.short_name}"
    try:
        EmailMultiAlternatives(" ".join(subject.split())[:200], text, to=[invitation.email]).send()
    except (smtplib.SMTPException, OSError):
        return False
    return True
