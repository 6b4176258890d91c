"""ผู้ลงนาม: who signs for the clerk and the head today, who acts in their stead, in which order and period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.accounts.models import Absence, Acting, Post
from prongsai.foundation.accounts.selectors import Signatory, members, post_title, signatories
from prongsai.foundation.accounts.services import appoint_acting, end_acting, note_absence, remove_absence
from prongsai.kernel import clock
from prongsai.modules.office.backoffice.settings import NAV, way
from prongsai.modules.office.forms import AbsenceForm, ActingForm, EndActingForm
from prongsai.ui.screens import Action, ActionView, Crumb, FormScreen, Screen

MANAGE = "office.manage"
SIGNATORIES = (gettext_lazy("Signatories"), "settings-signatories")


@dataclass(frozen=True)
class Line:
    """An order on the timeline of its post."""

    order: Acting
    today: date

    @property
    def state(self) -> str:
        """done, now or "" (to come)."""
        if self.order.ends_on and self.order.ends_on < self.today:
            return "done"
        return "now" if self.order.starts_on <= self.today else ""


@dataclass(frozen=True)
class PostLines:
    title: str
    now: Signatory | None
    holder: str
    lines: list[Line]


class Signatories(Screen):
    permission = "office.read"
    title = gettext_lazy("Signatories")
    nav = NAV
    template = "office/signatories.html"
    primary = Action(gettext_lazy("Enter an order"), "settings-acting-add", MANAGE)

    def lead(self) -> str:
        return _(
            "Papers name whoever signs on their day: the holder, or who acts for the holder by an order entered here"
        )

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def context(self) -> dict[str, Any]:
        today = clock.today()
        orders = list(Acting.objects.select_related("member__user").order_by("starts_on", "rank", "id"))
        holders = {m.post: m for m in members().filter(is_active=True).exclude(post="")}
        now = signatories(today)
        posts = [
            PostLines(
                title=post_title(post, self.organization),
                now=now[post],
                holder=holders[post].user.full_name if post in holders else "",
                lines=[Line(order, today) for order in orders if order.post == post],
            )
            for post in Post.values
        ]
        away = Absence.objects.filter(ends_on__gte=today).select_related("member__user").order_by("starts_on")
        return {"posts": posts, "absences": list(away), "may_manage": self.may(MANAGE)}


class AddActing(FormScreen):
    permission = MANAGE
    title = gettext_lazy("Enter an order")
    nav = NAV
    form = ActingForm
    submit = gettext_lazy("Enter the order")
    cancel = "settings-signatories"
    draft = "acting"

    def lead(self) -> str:
        return _("While it is in force, the person signs for the post and may do what the post's role may do")

    def crumbs(self) -> list[Crumb]:
        return way(self, SIGNATORIES)

    def act(self, form: ActingForm) -> str:
        said = dict(form.cleaned_data)
        files = said.pop("file")
        appoint_acting(actor=self.actor, file=files[0] if files else None, **said)
        return self.address("settings-signatories")


class EndActing(FormScreen):
    permission = MANAGE
    title = gettext_lazy("End the order")
    nav = NAV
    form = EndActingForm
    submit = gettext_lazy("End the order")
    cancel = "settings-signatories"

    def crumbs(self) -> list[Crumb]:
        return way(self, SIGNATORIES)

    def object(self) -> Acting:
        found = Acting.objects.filter(pk=self.kwargs["acting"]).select_related("member__user").first()
        if found is None:
            raise Http404("no such order")
        return found

    def lead(self) -> str:
        order: Acting = self.thing
        return f"{order.member.user.full_name} {order.get_mode_display()} {order.get_post_display()} {order.order_number}"  # type: ignore[attr-defined]

    def initial(self) -> dict[str, Any]:
        return {"on": clock.today()}

    def act(self, form: EndActingForm) -> str:
        end_acting(actor=self.actor, acting=self.thing, on=form.cleaned_data["on"])
        return self.address("settings-signatories")


class AddAbsence(FormScreen):
    permission = MANAGE
    title = gettext_lazy("Note an absence")
    nav = NAV
    form = AbsenceForm
    submit = gettext_lazy("Note the absence")
    cancel = "settings-signatories"

    def lead(self) -> str:
        return _("On these days the next in rank signs, if an order names one")

    def crumbs(self) -> list[Crumb]:
        return way(self, SIGNATORIES)

    def act(self, form: AbsenceForm) -> str:
        note_absence(actor=self.actor, **form.cleaned_data)
        return self.address("settings-signatories")


class RemoveAbsence(ActionView):
    permission = MANAGE
    title = gettext_lazy("Take the absence back")
    nav = NAV
    submit = gettext_lazy("Take it back")
    cancel = "settings-signatories"

    def object(self) -> Absence:
        found = Absence.objects.filter(pk=self.kwargs["absence"]).first()
        if found is None:
            raise Http404("no such absence")
        return found

    def act(self, form: Any) -> str:
        remove_absence(actor=self.actor, absence=self.thing)
        return self.address("settings-signatories")
