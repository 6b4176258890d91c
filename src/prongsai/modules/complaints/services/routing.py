"""Who gets a new case: the office's own rules first, then what the category says of units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.hands import all_hands, can_work
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.services import RULES, Concerned, Opened, assign
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.thai.digits import to_arabic
from prongsai.modules.complaints.catalogue import Category, categories
from prongsai.modules.complaints.models import RoutingRule

NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Matter:
    """What is known of a case when it comes in."""

    kind: str
    category: str = ""
    village: str = ""
    place: str = ""
    text: str = ""


@dataclass(frozen=True)
class Route:
    """Where a case goes. `rule` is the office's rule that said so; None when the category alone did."""

    unit: Unit | None = None
    assignee: Membership | None = None
    is_urgent: bool = False
    rule: RoutingRule | None = None


def fits(rule: RoutingRule, matter: Matter) -> bool:
    """Whether every condition of the rule holds; of several places or words one is enough."""
    if rule.kind and rule.kind != matter.kind:
        return False
    if rule.category and rule.category != matter.category:
        return False
    if rule.places and not any(_at(place, matter) for place in rule.places):
        return False
    return not rule.words or any(_plain(word) in _plain(matter.text) for word in rule.words if word.strip())


def _at(place: str, matter: Matter) -> bool:
    """A number names the village of that number (04 and ๔ are 4); words are looked for in what was said of the place."""
    wanted = _plain(place)
    if not wanted:
        return False
    if wanted.isdecimal():
        return _number(matter.village) == int(wanted)
    return wanted in _plain(matter.place) or wanted == _plain(matter.village)


def _number(text: str) -> int | None:
    found = NUMBER.search(to_arabic(text))
    return int(found.group()) if found else None


def _plain(text: str) -> str:
    """Without gaps, in one case, with Arabic digits: people write as they like."""
    return "".join(to_arabic(text).lower().split())


def first_that_fits(rules: Iterable[RoutingRule], matter: Matter) -> RoutingRule | None:
    """The first rule in the given order that fits."""
    return next((rule for rule in rules if fits(rule, matter)), None)


def route(matter: Matter) -> Route:
    """Where a case goes, in two queries, and one for a rule's person. A rule's retired unit, and a person who cannot
    work on such cases any more, are passed over; the rest of it holds."""
    rules = RoutingRule.objects.filter(is_active=True).select_related(
        "unit", "assignee__user", "assignee__unit"
    )
    units = list(Unit.objects.active().order_by("position", "id"))
    rule = first_that_fits(rules, matter)
    fallback = unit_by_name(units, matter.category)
    if rule is None:
        return Route(unit=fallback)
    unit = rule.unit if rule.unit and rule.unit.is_active else None
    assignee = rule.assignee if rule.assignee and _can_work(rule.assignee, matter.kind) else None
    own = assignee.unit if assignee and assignee.unit and assignee.unit.is_active else None
    return Route(unit=unit or own or fallback, assignee=assignee, is_urgent=rule.is_urgent, rule=rule)


def _can_work(member: Membership, kind: str) -> bool:
    return can_work(member, case_kind(kind)) if kind else member.is_active


def apart_from(concerned: Concerned, route: Route) -> Route:
    """The same way, but for one that leads to whom the case is about, or to the unit of the person that it is about:
    that leads to nobody."""
    led = {route.unit, route.assignee.unit if route.assignee else None} - {None}
    about = {concerned.unit, concerned.member.unit if concerned.member else None} - {None}
    theirs = concerned.member is not None and route.assignee == concerned.member
    return replace(route, unit=None, assignee=None) if led & about or theirs else route


def hand_on(opened: Opened, led: Route) -> None:
    """Give a case that was opened just now to the person to whom the rules lead it, unless it went to another unit."""
    if opened.code and led.assignee is not None and opened.case.unit == led.unit:
        assign(actor=RULES, case=opened.case, unit=led.unit, assignee=led.assignee)


def unit_by_name(units: Sequence[Unit], category: str) -> Unit | None:
    """The office's unit that deals with a category, by its name; its first unit where none is named so."""
    known = categories().get(category)
    for part in known.units if known else ():
        for unit in units:
            if part in unit.name:
                return unit
    return units[0] if units else None


def unit_of(category: Category, rules: Sequence[RoutingRule], units: Sequence[Unit]) -> Unit | None:
    """The unit that gets a category, where nothing else is known of the case: by the active rules, else by its name."""
    rule = first_that_fits(rules, Matter(category.kind, category.key))
    led = rule.unit if rule else None
    return led if led is not None and led.is_active else unit_by_name(units, category.key)


def every_category_is_worked_on() -> bool:
    """Whether in each unit that gets a category somebody can work on it. Three queries."""
    rules = list(RoutingRule.objects.filter(is_active=True).select_related("unit"))
    units, hands = list(Unit.objects.active()), all_hands()
    led = [(each, unit_of(each, rules, units)) for each in categories().values()]
    return all(unit is not None and hands.can_in(unit, case_kind(each.kind)) for each, unit in led)
