"""Who there is to work on cases: everybody whose membership and login run, by what their roles permit today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.cases import CaseKind
from prongsai.kernel.contracts import Actor

GIVERS = (
    "assign",
    "intake",
    "manage",
)  # who gives out what nobody can work on: the first of these that anybody may


@dataclass(frozen=True)
class Hand:
    """Somebody who works in the office, by the ids of membership and unit."""

    member: int
    unit: int | None
    actor: Actor


@dataclass(frozen=True)
class Hands:
    """All of them. It asks the database nothing."""

    all: Sequence[Hand]
    _able: dict[str, list[Hand]] = field(default_factory=dict[str, list[Hand]], compare=False)

    def able(self, kind: CaseKind) -> list[Hand]:
        """Those who can open a case of the kind and work on it."""
        if kind.key not in self._able:
            self._able[kind.key] = [hand for hand in self.all if needed_for(kind) <= hand.actor.permissions]
        return self._able[kind.key]

    def can(self, member: Membership, kind: CaseKind) -> bool:
        return any(hand.member == member.pk for hand in self.able(kind))

    def can_in(self, unit: Unit, kind: CaseKind) -> bool:
        """Whether somebody in the unit can work on cases of the kind."""
        return any(hand.unit == unit.pk for hand in self.able(kind))

    def members(self, kinds: Iterable[str]) -> set[int]:
        """The ids of the memberships of those who can work on cases of any of the kinds."""
        return {hand.member for key in kinds for hand in self.able(case_kind(key))}

    def giving(self, kind: CaseKind) -> str:
        """The permission of those who give out cases of the kind that nobody can work on."""
        asked = [kind.permission_for(what) for what in GIVERS]
        opening = (each.actor.permissions for each in self.all if kind.permission in each.actor.permissions)
        held = frozenset[str]().union(*opening)
        return next((each for each in asked if each in held), asked[0])

    def stranded(self, kinds: Iterable[str]) -> Q:
        """The cases of these kinds that have a unit or a person, neither of which can work on them."""
        found = Q(pk__in=[])
        for key in kinds:
            kind = case_kind(key)
            given = Q(unit__isnull=False) | Q(assignee__isnull=False)
            people = sorted(self.members([key]))
            units = sorted({hand.unit for hand in self.able(kind) if hand.unit is not None})
            found |= Q(kind=key) & given & ~Q(assignee__in=people) & ~Q(unit__in=units)
        return found


def all_hands() -> Hands:
    """Everybody of the organization in scope who works there; one query, and one more for those who may act for a post."""
    people = {each.pk: each for each in Membership.objects.with_roles().working()}
    acting = [pk for pk, each in people.items() if each.may_act]  # type: ignore[attr-defined]
    for each in people.values():
        each.acting_posts = []  # type: ignore[attr-defined]
    if acting:
        people |= {each.pk: each for each in Membership.objects.with_permissions().filter(pk__in=acting)}
    return Hands([Hand(each.pk, each.unit_id, each.actor()) for each in people.values()])  # type: ignore[attr-defined]


def can_work(member: Membership, kind: CaseKind) -> bool:
    """Whether the member can open cases of the kind and work on them, today; one query at most."""
    return needed_for(kind) <= member.actor().permissions


def needed_for(kind: CaseKind) -> set[str]:
    """What it takes to open cases of the kind and work on them."""
    return {kind.permission, kind.permission_for("handle")}
