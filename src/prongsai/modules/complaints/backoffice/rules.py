"""กติกาส่งเรื่อง: who gets what, in order; and a try-out that says where a matter would go."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.foundation.casework.kinds import shown_title
from prongsai.modules.complaints import catalogue
from prongsai.modules.complaints.backoffice.desk import DESK, HOME, NAV, category_choices
from prongsai.modules.complaints.backoffice.forms import RuleForm, TryForm
from prongsai.modules.complaints.backoffice.whose import lead_of
from prongsai.modules.complaints.models import RoutingRule
from prongsai.modules.complaints.services.routing import Matter, Route, route
from prongsai.modules.complaints.services.rules import add_rule, change_rule, move_rule, remove_rule
from prongsai.modules.complaints.workflow import MANAGE, READ
from prongsai.ui.screens import Action, BulkAction, Column, Crumb, Empty, FormScreen, ListScreen

TITLE = gettext_lazy("Rules of who gets what")
TRIED = ("category", "village", "place", "text")


def way(screen: Any, *more: tuple[Any, str]) -> list[Crumb]:
    """The crumbs of a page below the desk: each title with the name of its view."""
    return [Crumb(title, screen.address(name)) for title, name in ((DESK.title, HOME), *more)]


def category_title(key: str) -> str:
    found = catalogue.categories().get(key)
    return shown_title(found) if found else key


def conditions(rule: RoutingRule) -> str:
    """What has to hold, in words."""
    parts = [category_title(rule.category)] if rule.category else []
    if rule.places:
        parts.append(_("place: %(places)s") % {"places": ", ".join(named(place) for place in rule.places)})
    if rule.words:
        parts.append(_("words: %(words)s") % {"words": ", ".join(rule.words)})
    return "; ".join(parts) or _("every case")


def named(place: str) -> str:
    """A number is a village."""
    return _("Village %(number)s") % {"number": place} if place.isdecimal() else place


def leads_to(rule: RoutingRule) -> str:
    person = rule.assignee.user.full_name if rule.assignee else ""
    unit = rule.unit.name if rule.unit else ""
    return " ".join(filter(None, [person, unit, _("(urgent)") if rule.is_urgent else ""]))


def _move(screen: Any, rules: list[RoutingRule], *, up: bool) -> str:
    for rule in sorted(rules, key=lambda each: (each.position, each.pk), reverse=not up):
        move_rule(actor=screen.actor, rule=rule, up=up)
    return _("The order is changed")


def _remove(screen: Any, rules: list[RoutingRule]) -> str:
    for rule in rules:
        remove_rule(actor=screen.actor, rule=rule)
    return ngettext("%(n)s rule is removed", "%(n)s rules are removed", len(rules)) % {"n": len(rules)}


class Rules(ListScreen):
    permission = READ
    title = TITLE
    nav = NAV
    template = "complaints/work/rules.html"
    columns = (
        Column("position", gettext_lazy("Order"), kind="number"),
        Column("when", gettext_lazy("When"), conditions, link=lambda screen, rule: _edit(screen, rule)),
        Column("to", gettext_lazy("Goes to"), leads_to),
        Column("state", gettext_lazy("State"), lambda rule: _("in use") if rule.is_active else _("not in use"), kind="tag"),
    )  # fmt: skip
    actions = (
        BulkAction("up", gettext_lazy("Move up"), lambda s, rules: _move(s, rules, up=True), MANAGE),
        BulkAction("down", gettext_lazy("Move down"), lambda s, rules: _move(s, rules, up=False), MANAGE),
        BulkAction("remove", gettext_lazy("Remove"), _remove, MANAGE, danger=True, confirm=gettext_lazy("%(count)s rules are removed. Cases that they led stay where they are")),
    )  # fmt: skip
    primary = Action(gettext_lazy("Add a rule"), "complaints-rule-add", MANAGE)
    empty = Empty(
        gettext_lazy("No rule yet"),
        gettext_lazy(
            "Without a rule a case goes to the unit that the category names. A rule sends some of them elsewhere: by village, by words, to one person"
        ),
        Action(gettext_lazy("Add a rule"), "complaints-rule-add", MANAGE),
    )

    def lead(self) -> str:
        return lead_of(
            self, MANAGE, _("The first rule that fits decides. Where none fits, the category does")
        )

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def rows(self) -> QuerySet[RoutingRule]:
        return RoutingRule.objects.select_related("unit", "assignee__user").order_by("position", "id")

    def context(self) -> dict[str, Any]:
        asked = any(self.request.GET.get(name) for name in TRIED)
        form = TryForm(self.request.GET if asked else None, category_choices=category_choices())
        return {"try_form": form, "route": self.tried(form) if asked and form.is_valid() else None}

    def tried(self, form: TryForm) -> tuple[Route, str]:
        """Where the matter would go, and why."""
        given = form.cleaned_data
        category = catalogue.categories().get(given["category"])
        matter = Matter(
            category.kind if category else "",
            given["category"],
            given["village"],
            given["place"],
            given["text"],
        )
        led = route(matter)
        if led.rule is not None:
            return led, _("by rule %(number)s: %(conditions)s") % {
                "number": led.rule.position,
                "conditions": conditions(led.rule),
            }
        return led, _("no rule fits, so the category decides")


def _edit(screen: Any, rule: RoutingRule) -> str:
    return screen.address("complaints-rule", rule=rule.pk) if screen.may(MANAGE) else ""


class AddRule(FormScreen):
    permission = MANAGE
    title = gettext_lazy("Add a rule")
    nav = NAV
    form = RuleForm
    submit = gettext_lazy("Add the rule")
    cancel = "complaints-rules"

    def crumbs(self) -> list[Crumb]:
        return way(self, (TITLE, "complaints-rules"))

    def initial(self) -> dict[str, Any]:
        return {"category": self.request.GET.get("category", "")[:60]}

    def form_kwargs(self) -> dict[str, Any]:
        return {"category_choices": category_choices()}

    def act(self, form: RuleForm) -> str:
        given = {name: value for name, value in form.cleaned_data.items() if name != "is_active"}
        add_rule(actor=self.actor, **given)
        return self.address("complaints-rules")


class EditRule(AddRule):
    permission = MANAGE
    title = gettext_lazy("Change the rule")
    submit = gettext_lazy("Save the rule")

    def object(self) -> RoutingRule:
        found = RoutingRule.objects.select_related("unit", "assignee").filter(pk=self.kwargs["rule"]).first()
        if found is None:
            raise Http404("no such rule")
        return found

    def initial(self) -> dict[str, Any]:
        rule: RoutingRule = self.thing
        names = ("category", "places", "words", "is_urgent", "is_active")
        return {name: getattr(rule, name) for name in names} | {
            "unit": rule.unit_id,
            "assignee": rule.assignee_id,
        }  # type: ignore[attr-defined]

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "unit": self.thing.unit}

    def act(self, form: RuleForm) -> str:
        change_rule(actor=self.actor, rule=self.thing, **form.cleaned_data)
        return self.address("complaints-rules")
