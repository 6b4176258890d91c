"""งานของฉัน: the first page of a working day, and the button that reminds others."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.modules.office.services import remind
from prongsai.modules.office.work import Task, Work, work
from prongsai.ui.access import SIGNED_IN
from prongsai.ui.forms import Form
from prongsai.ui.navigation import address
from prongsai.ui.screens import ActionView, Screen

LISTED = 30  # pieces of work in one group; the rest is one click away
LISTED_FAR = 5
RECORD_EVIDENCE = "evidence-new"  # whichever module has it


class MyWork(Screen):
    """What is due, for whom, why it matters, and one button to do it."""

    permission = SIGNED_IN
    title = gettext_lazy("My work")
    nav = "my-work"
    template = "office/my_work.html"

    @cached_property
    def work(self) -> Work:
        return work(self.actor, self.organization)

    def context(self) -> dict[str, Any]:
        todays, whole = self.work, self.request.GET.get("all", "")
        far = len(todays.far) if whole == "far" else LISTED_FAR
        most = {name: None if whole == name else LISTED for name in ("late", "near", "approvals")}
        record = address(RECORD_EVIDENCE, organization=self.organization.key)
        return {
            "work": todays,
            "weekday": date_format(todays.today, "l"),
            "groups": [
                Group("late", _("Overdue"), todays.late, most["late"]),
                Group("near", _("Within 7 days"), todays.near, most["near"]),
                Group("far", _("Before the fiscal year ends"), todays.far, far),
            ],
            "decisions": Group(
                "approvals", _("Waiting for your decision"), todays.approvals, most["approvals"]
            ),
            "start": self.address("start") if self.may("office.manage") else "",
            "record": record if record and self.may("evidence.record") else "",
        }


class Group:
    """A heading with its tasks, of which the first `most` are listed."""

    def __init__(self, key: str, title: str, tasks: tuple[Task, ...], most: int | None) -> None:
        self.key, self.title, self.count = key, title, len(tasks)
        self.listed = tasks if most is None else tasks[:most]

    @property
    def left(self) -> int:
        return self.count - len(self.listed)

    @property
    def says(self) -> str:
        """5 งาน แสดง 2."""
        counted = ngettext("%(n)s task", "%(n)s tasks", self.count) % {"n": self.count}
        if not self.left:
            return counted
        # Not inside the f-string: there the extraction does not look.
        shown = _("showing %(n)s") % {"n": len(self.listed)}
        return f"{counted} {shown}"


class RemindForm(Form):
    item = forms.CharField(widget=forms.HiddenInput, max_length=200)
    next = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)


class Remind(ActionView):
    """เตือน: the unit that owes a piece of work is told by mail or LINE; from the dashboard or any list of work."""

    permission = "office.remind"
    title = gettext_lazy("Remind those who owe this work")
    submit = gettext_lazy("Send the reminder")
    form = RemindForm
    cancel = "my-work"

    def initial(self) -> dict[str, Any]:
        return {"item": self.request.GET.get("item", "")[:200], "next": self.request.GET.get("next", "")}

    def effect(self) -> list[str]:
        return [_("Everybody in the unit who owes it gets one message by e-mail or LINE, today only once")]

    def act(self, form: RemindForm) -> str:
        self.told = remind(actor=self.actor, organization=self.organization, key=form.cleaned_data["item"])
        back = form.cleaned_data["next"]
        safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return back if safe else self.address("my-work")

    def done(self, form: RemindForm) -> str:
        return ngettext("%(n)s person is being told", "%(n)s people are being told", self.told) % {
            "n": self.told
        }
