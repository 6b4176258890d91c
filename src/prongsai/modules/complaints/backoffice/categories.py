"""ประเภทเรื่อง: what cases can be about, and which unit gets each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from prongsai.foundation.casework.hands import Hands, all_hands
from prongsai.foundation.casework.kinds import case_kind, shown_title
from prongsai.foundation.casework.models import Case
from prongsai.foundation.organizations.models import Unit
from prongsai.modules.complaints import catalogue
from prongsai.modules.complaints.backoffice.desk import NAV
from prongsai.modules.complaints.backoffice.forms import UnitsForm
from prongsai.modules.complaints.backoffice.rules import way
from prongsai.modules.complaints.backoffice.whose import lead_of
from prongsai.modules.complaints.models import RoutingRule
from prongsai.modules.complaints.selectors.rules import plain_rules
from prongsai.modules.complaints.services.category_units import set_category_units
from prongsai.modules.complaints.services.routing import unit_by_name, unit_of
from prongsai.modules.complaints.workflow import CASE_KINDS, MANAGE, READ
from prongsai.ui.cases.words import TOPICS, kind_title
from prongsai.ui.forms import Section
from prongsai.ui.screens import Action, ChoiceFilter, Column, Crumb, FormScreen, ListScreen

TITLE = gettext_lazy("Categories")


@dataclass(frozen=True)
class Row:
    """A category, and who gets it now."""

    pk: int
    key: str
    title: str
    kind: str
    topic: Any
    unit: str
    open_cases: int

    @property
    def kind_title(self) -> str:
        return kind_title(self.kind)


class Categories(ListScreen):
    """The categories are the program's: figures of all offices can then be laid beside each other."""

    permission = READ
    title = TITLE
    nav = NAV
    columns = (
        Column("title", gettext_lazy("Category")),
        Column("kind", gettext_lazy("Kind of case"), "kind_title"),
        Column("topic", gettext_lazy("Subject area")),
        Column("unit", gettext_lazy("Goes to")),
        Column("open_cases", gettext_lazy("Open cases"), kind="number"),
    )
    filters = (
        ChoiceFilter("kind", gettext_lazy("Kind of case"), choices=lambda screen: [(kind.key, shown_title(kind)) for kind in CASE_KINDS]),
    )  # fmt: skip
    search = ("title",)
    primary = Action(gettext_lazy("Say which unit gets each"), "complaints-units", MANAGE)

    def lead(self) -> str:
        said = _(
            "A category belongs to a kind of case and, where it is about the office, to a subject area of the measures"
        )
        return lead_of(self, MANAGE, said)

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def rows(self) -> Sequence[Row]:
        rules = list(RoutingRule.objects.filter(is_active=True).select_related("unit"))
        units, hands = list(Unit.objects.active()), all_hands()
        counts = dict(Case.objects.open().order_by().values_list("category").annotate(number=Count("pk")))
        return [
            Row(
                at,
                each.key,
                shown_title(each),
                each.kind,
                TOPICS[each.topic] if each.topic else "",
                self._unit(each, rules, units, hands),
                counts.get(each.key, 0),
            )
            for at, each in enumerate(catalogue.categories().values(), 1)
        ]

    @staticmethod
    def _unit(category: catalogue.Category, rules: list[RoutingRule], units: list[Unit], hands: Hands) -> str:
        """The unit's name, and whether nobody there can work on such cases: they go on to whoever assigns."""
        found = unit_of(category, rules, units)
        if found is None or hands.can_in(found, case_kind(category.kind)):
            return found.name if found else ""
        return _("%(unit)s (nobody there can work on it)") % {"unit": found.name}


class Units(FormScreen):
    """ส่วนราชการที่รับเรื่องแต่ละประเภท, all on one page."""

    permission = MANAGE
    title = gettext_lazy("Which unit gets each category")
    nav = NAV
    form = UnitsForm
    submit = gettext_lazy("Save the units")
    cancel = "complaints-categories"

    def lead(self) -> str:
        return _(
            "What is left open goes by the name of the unit. Rules of places and words go before what stands here"
        )

    def crumbs(self) -> list[Crumb]:
        return way(self, (TITLE, "complaints-categories"))

    @cached_property
    def titles(self) -> dict[str, str]:
        return {each.key: shown_title(each) for each in catalogue.categories().values()}

    def initial(self) -> dict[str, Any]:
        return {key: rule.unit_id for key, rule in plain_rules().items()}  # type: ignore[attr-defined]

    def form_kwargs(self) -> dict[str, Any]:
        units = list(Unit.objects.active())
        found = {key: unit_by_name(units, key) for key in self.titles}
        named = {key: _("by its name: %(unit)s") % {"unit": unit.name} for key, unit in found.items() if unit}
        return {"titles": self.titles, "named": named, "units": units}

    def built(self, *data: Any, **more: Any) -> UnitsForm:
        form = super().built(*data, **more)
        kinds = {kind.key: shown_title(kind) for kind in CASE_KINDS}
        form.sections = [
            Section(title, [each.key for each in catalogue.categories_of(kind)])
            for kind, title in kinds.items()
        ]
        return form

    def act(self, form: UnitsForm) -> str:
        self.changed = set_category_units(actor=self.actor, units=form.said)
        return self.address("complaints-categories")

    def done(self, form: UnitsForm) -> str:
        return ngettext(
            "%(n)s category goes elsewhere now", "%(n)s categories go elsewhere now", self.changed
        ) % {"n": self.changed}
