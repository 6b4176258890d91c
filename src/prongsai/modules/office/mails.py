"""Messages about work: the day's list for each member, and the reminder that a colleague asked for.

Each message is a job of its own: one address that a mail server refuses holds up nobody else, and what was sent is
not sent again when another fails.
"""

from __future__ import annotations

import smtplib
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from prongsai.foundation.accounts.models import Invitation, Membership
from prongsai.foundation.accounts.selectors import members
from prongsai.foundation.jobs.decorators import job
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.modules.office.models import DailyMail, Reminder
from prongsai.modules.office.selectors import debtors, with_address, without_daily_mail
from prongsai.modules.office.work import Task, item_of, work
from prongsai.ui.navigation import address


@job()
def tell_office(*, organization_id: int, day: str) -> None:
    """Have everybody told who wants to be and has something pressing. A job that comes a day late does nothing."""
    if clock.today().isoformat() != day:
        return
    office, silent = Organization.objects.get(pk=organization_id), without_daily_mail()
    for member in with_address():
        if member.pk not in silent and work(member.actor(), office).pressing:
            tell_member.defer_once(organization_id=organization_id, member_id=member.pk, day=day)


@job()
def tell_member(*, organization_id: int, member_id: int, day: str) -> None:
    """Mail one member the day's work, once. The mark that it is sent commits after the mail server took it."""
    if clock.today().isoformat() != day:
        return
    member = (
        members().filter(pk=member_id, is_active=True, user__is_active=True).exclude(user__email="").first()
    )
    if member is None or member.pk in without_daily_mail():
        return
    marked = DailyMail(member=member, day=date.fromisoformat(day))
    if DailyMail.objects.filter(member=member, day=marked.day).exists():
        return
    office = Organization.objects.get(pk=organization_id)
    todays = work(member.actor(), office)
    if not todays.pressing:
        return
    marked.save(force_insert=True)  # a twin of this job waits here, and fails instead of sending again
    with translation.override("th"):
        subject = f"งานของท่าน {len(todays.pressing)} เรื่อง: {office.short_name}"
        decisions = [task for task in todays.approvals if task.tone]
        _send(member, subject, "office/mail_day", office, work=todays, decisions=decisions)


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
    """Mail one who owes it; work that is done in the meantime, or another's by now, is not mentioned."""
    reminder = Reminder.objects.get(pk=reminder_id)
    office = Organization.objects.get(pk=organization_id)
    item = item_of(reminder.item, office)
    member = next((each for each in debtors(item) if each.pk == member_id), None) if item else None
    if item is None or member is None:
        return
    with translation.override("th"):
        _send(
            member,
            f"เตือนงาน: {item.title}",
            "office/mail_reminder",
            office,
            task=Task(item, clock.today()),
            sender=reminder.sender,
        )


def _send(member: Membership, subject: str, template: str, office: Organization, **context: Any) -> None:
    here = {
        "office": office,
        "member": member,
        "site": settings.BASE_URL,
        "my_work": address("my-work", organization=office.key),
        "profile": address("settings-me", organization=office.key),
    }
    text, html = (render_to_string(f"{template}.{form}", here | context) for form in ("txt", "html"))
    mail = EmailMultiAlternatives(" ".join(subject.split())[:200], text, to=[member.user.email])
    mail.attach_alternative(html, "text/html")
    mail.send()


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
