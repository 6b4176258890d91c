"""The office's rules of who gets a new case. Each change is on record; the rules name units and posts, nobody's name."""

from __future__ import annotations

from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.hands import all_hands
from prongsai.foundation.casework.services import refuse_elsewhere
from prongsai.foundation.ledger.services import record
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Ref
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.choices import KINDS
from prongsai.modules.complaints.models import RoutingRule
from prongsai.modules.complaints.workflow import MANAGE, ROUTING_CHANGED

MOST_RULES = 200
MOST_WORDS = 50
LONGEST_WORD = 60


class Says(TypedDict, total=False):
    """What a rule asks, and where it leads."""

    kind: str
    category: str
    places: list[str]
    words: list[str]
    unit: Unit | None
    assignee: Membership | None
    is_urgent: bool


@transaction.atomic
def add_rule(*, actor: Actor, **said: Unpack[Says]) -> RoutingRule:
    """Add a rule behind the others. Needs complaints.manage. Raises InvalidInput by field, WrongState over 200 rules."""
    actor.require(MANAGE)
    if RoutingRule.objects.count() >= MOST_RULES:
        raise WrongState(
            _("There can be at most %(most)s rules. Remove rules that are not used first")
            % {"most": MOST_RULES}
        )
    last = RoutingRule.objects.aggregate(last=Max("position"))["last"] or 0
    rule = RoutingRule(position=last + 1)
    _fill(rule, said)
    rule.save()
    _on_record(actor, rule, "เพิ่มกติกาส่งเรื่อง")
    return rule


@transaction.atomic
def change_rule(
    *, actor: Actor, rule: RoutingRule, is_active: bool = True, **said: Unpack[Says]
) -> RoutingRule:
    """Say anew what a rule asks and where it leads; what is left out stays. Needs complaints.manage. Raises InvalidInput."""
    actor.require(MANAGE)
    rule = RoutingRule.objects.select_for_update().get(pk=rule.pk)
    _fill(rule, said)
    rule.is_active = is_active
    rule.save()
    _on_record(actor, rule, "แก้ไขกติกาส่งเรื่อง")
    return rule


@transaction.atomic
def move_rule(*, actor: Actor, rule: RoutingRule, up: bool) -> None:
    """Exchange a rule's place with that of its neighbour; at the end of the list nothing happens. Needs complaints.manage."""
    actor.require(MANAGE)
    ordered = list(RoutingRule.objects.select_for_update().order_by("position", "id"))
    here = next(at for at, each in enumerate(ordered) if each.pk == rule.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(ordered):
        return
    ordered[here], ordered[there] = ordered[there], ordered[here]
    for position, each in enumerate(ordered, start=1):
        each.position = position
    RoutingRule.objects.bulk_update(ordered, ["position"])
    _on_record(actor, rule, "เลื่อนลำดับกติกาส่งเรื่อง")


@transaction.atomic
def remove_rule(*, actor: Actor, rule: RoutingRule) -> None:
    """Take a rule away; cases that it led stay where they are. Needs complaints.manage."""
    actor.require(MANAGE)
    rule = RoutingRule.objects.select_for_update().get(pk=rule.pk)
    _on_record(actor, rule, "ลบกติกาส่งเรื่อง")
    rule.delete()


def _fill(rule: RoutingRule, said: Says) -> None:
    for name, value in said.items():
        setattr(rule, name, value)
    if rule.kind and rule.kind not in KINDS:
        raise InvalidInput(_("This kind of case is not known"), field="kind")
    if rule.category and rule.category not in categories():
        raise InvalidInput(_("This category is not known"), field="category")
    if rule.category and rule.kind and categories()[rule.category].kind != rule.kind:
        raise InvalidInput(
            _("The category is not one of the chosen kind of case, so this rule would never apply"),
            field="category",
        )
    if rule.unit is None and rule.assignee is None and not rule.is_urgent:
        raise InvalidInput(_("Choose which unit or who gets the case"), field="unit")
    refuse_elsewhere(rule.unit, rule.assignee)
    own = rule.kind or (categories()[rule.category].kind if rule.category else "")
    if rule.assignee is not None and rule.assignee.pk not in all_hands().members([own] if own else KINDS):
        raise InvalidInput(
            _("%(name)s cannot work on such cases: their roles do not permit it. Choose somebody else")
            % {"name": rule.assignee.user.full_name},
            field="assignee",
        )
    rule.places, rule.words = _listed(rule.places, "places"), _listed(rule.words, "words")


def _listed(given: list[str], field: str) -> list[str]:
    found = list(dict.fromkeys(" ".join(each.replace("\0", "").split()) for each in given))
    found = [each for each in found if each]
    if len(found) > MOST_WORDS or any(len(each) > LONGEST_WORD for each in found):
        raise InvalidInput(
            _("At most %(most)s of them, each of at most %(letters)s letters")
            % {"most": MOST_WORDS, "letters": LONGEST_WORD},
            field=field,
        )
    return found


def _on_record(actor: Actor, rule: RoutingRule, title: str) -> None:
    record(
        actor=actor,
        kind=ROUTING_CHANGED,
        occurred_on=clock.today(),
        origin=Origin.WORK,
        subject=Ref("complaints", "rule", rule.pk),
        unit=rule.unit.name if rule.unit else "",
        title=title,
        payload={
            "position": rule.position,
            "category": rule.category,
            "case_kind": rule.kind,
            "places": list(rule.places),
            "words": list(rule.words),
            "urgent": int(rule.is_urgent),
            "active": int(rule.is_active),
        },
    )
