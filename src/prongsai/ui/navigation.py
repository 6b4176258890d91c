"""The workspace's side and masthead: what a member may go to, and how much work waits there."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from prongsai.foundation.ledger.models import Entry, Log, LogName, TreeHead
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, NavigationItem, WorkItem
from prongsai.kernel.registry import registry
from prongsai.ui.access import SIGNED_IN
from prongsai.ui.caching import Store

SECTIONS = ("top", "modules", "office")
MY_WORK = "my-work"  # the navigation item that counts the work of all modules
CASES = (
    "cases"  # the one that counts the work of modules with kinds of case; for those who may see any of them
)
WORK_LIVES = 60  # seconds: for what changes without a fact

Work = dict[str, tuple[WorkItem, ...]]  # by module


@dataclass(frozen=True)
class Line:
    """A line of the side: where it leads, how many things wait there and how many of them are overdue."""

    key: str
    title: str
    url: str
    count: int = 0
    late: int = 0


def address(name: str, *args: object, **kwargs: object) -> str:
    """The address of a named view; empty when this installation has no such view."""
    try:
        return reverse(name, args=args or None, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""


def holds(actor: Actor, permission: str) -> bool:
    """Whether the actor may do what asks for `permission`; what asks for none is for every member."""
    return permission in ("", SIGNED_IN) or actor.is_system or permission in actor.permissions


def sees_cases(actor: Actor) -> bool:
    """Whether the actor may look at any kind of case."""
    return any(holds(actor, kind.permission) for kind in registry().case_kinds.values())


@dataclass(frozen=True)
class Head:
    """The latest signed head of the register, as the foot of a page says it."""

    size: int
    root_hex: str
    time: datetime


@dataclass(frozen=True)
class Register:
    """Where the organization's register stands: with every fact it grows, with every change of its names it differs."""

    version: str
    size: int
    head: Head | None


@dataclass(frozen=True)
class Kept:
    """The work of all modules as it was when the register stood so. Worked out anew after `until`, whatever happens."""

    version: str
    size: int
    day: date
    until: float
    work: Work


# In this process itself: Django's cache would take all of it apart and together at each look. That one says whether it
# still holds, so that who clears it clears this.
OFFICES_KEPT = 200
works: Store[Kept] = Store(OFFICES_KEPT)


def read_register(organization: Organization) -> Register:
    """The register of the organization in scope; one query."""
    log, heads = Log._meta.db_table, TreeHead._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT o.xmin::text, l.size, h.size, h.root, h.time FROM {Organization._meta.db_table} AS o "
            f"LEFT JOIN {log} AS l ON l.organization_id = o.id AND l.name = %s "
            f"LEFT JOIN LATERAL (SELECT size, root, time FROM {heads} "
            "WHERE organization_id = o.id AND log = %s ORDER BY size DESC LIMIT 1) AS h ON true WHERE o.id = %s",
            [LogName.MAIN.value, LogName.MAIN.value, organization.pk],
        )
        found: tuple[Any, ...] = cursor.fetchone() or (None,) * 5
    version, size, head_size, root, time = found
    head = Head(head_size, bytes(root).hex(), time) if head_size is not None else None
    return Register(version or "", size or 0, head)


def all_work(organization: Organization, register: Register | None = None) -> Work:
    """What is due in the organization in scope, from every module, whoever owes it.

    Worked out anew when the ledger has grown, when the day is over, and after a minute. After facts that people put on
    record by hand, only the modules that say so are asked anew.
    """
    register = register or read_register(organization)
    key, now = f"work:{organization.pk}", time.time()
    kept = works.get(organization.pk) if cache.get(key) else None
    if kept and (now > kept.until or kept.day != clock.today() or kept.version != register.version):
        kept = None
    if kept and kept.size == register.size:
        return kept.work
    still = kept if kept and _only_by_hand(kept.size, register.size) else None
    work = {
        name: still.work[name] if still and not each.work_follows_evidence else tuple(each.work_items())
        for name, each in registry().modules.items()
        if each.work_items
    }
    until = still.until if still else now + WORK_LIVES
    works.put(organization.pk, Kept(register.version, register.size, clock.today(), until, work), 1)
    cache.set(key, True, WORK_LIVES)
    return work


def _only_by_hand(before: int, size: int) -> bool:
    """Whether the register grew from `before` by facts alone that people put on record by hand."""
    kinds = [key for key, kind in registry().fact_kinds.items() if kind.provisional]
    others = Entry.objects.filter(log=LogName.MAIN, number__gt=before).exclude(kind__in=kinds)
    return size > before and not others.exists()


def concerns(item: WorkItem, actor: Actor) -> bool:
    """Whether the item is the actor's to do: none is that is about them."""
    return not item.is_about(actor) and (
        holds(actor, item.permission)
        and item.unit in ("", actor.unit)
        and item.user_id in (None, actor.user_id)
    )


def own(items: Iterable[WorkItem], actor: Actor) -> list[WorkItem]:
    """The actor's items among a module's: of several that stand for the same overdue thing the gravest alone."""
    mine = [item for item in items if concerns(item, actor)]
    lesser = frozenset[str]().union(*(item.instead_of for item in mine))
    return [item for item in mine if item.key not in lesser]


def work_of(actor: Actor, organization: Organization) -> list[WorkItem]:
    """The actor's work in the organization in scope: what is due first comes first, of one day what is urgent; what has
    no date comes last."""
    work = all_work(organization)
    mine = [item for items in work.values() for item in own(items, actor)]
    return sorted(mine, key=lambda item: (item.due or date.max, not item.is_urgent, item.title))


class Workspace:
    """What the frame of a member's page shows. Nothing is asked for before the template does."""

    def __init__(self, request: HttpRequest) -> None:
        self.organization: Organization = request.organization  # type: ignore[attr-defined]
        self.actor: Actor = request.actor  # type: ignore[attr-defined]

    @cached_property
    def register(self) -> Register:
        return read_register(self.organization)

    @cached_property
    def work(self) -> dict[str, list[WorkItem]]:
        return {
            module: own(items, self.actor)
            for module, items in all_work(self.organization, self.register).items()
        }

    @cached_property
    def sections(self) -> dict[str, list[Line]]:
        """The lines that the member may open, by section."""
        items = sorted(registry().navigation.values(), key=lambda item: (item.order, item.key))
        counted = _counted(items)
        lines: dict[str, list[Line]] = {section: [] for section in SECTIONS}
        for item in items:
            url = address(item.url_name, organization=self.organization.key)
            if url and holds(self.actor, item.permission) and (item.key != CASES or sees_cases(self.actor)):
                lines[item.section].append(self._line(item, url, counted.get(item.key, ())))
        return lines

    def _line(self, item: NavigationItem, url: str, modules: Iterable[str]) -> Line:
        waiting = [work for module in modules for work in self.work.get(module, [])]
        return Line(item.key, item.title, url, len(waiting), _late(waiting))

    @cached_property
    def alarm(self) -> Line | None:
        """The bell: what is overdue and what waits for the member's decision. None without a page for it."""
        url = address(MY_WORK, organization=self.organization.key)
        items = [item for waiting in self.work.values() for item in waiting]
        late, decisions = _late(items), sum(item.approval for item in items)
        return Line(MY_WORK, "", url, decisions + late, late) if url else None

    @cached_property
    def addresses(self) -> dict[str, str]:
        """The links of the masthead; those that the installation does not have are empty."""
        key = self.organization.key
        return {
            "start": address(MY_WORK, organization=key) or f"/{key}/",
            "search": address("evidence-list", organization=key),
            "profile": address("account-profile"),
            "organizations": address("account-organizations"),
            "logout": address("account_logout"),
        }


def _late(items: Iterable[WorkItem]) -> int:
    today = clock.today()
    return sum(item.due is not None and item.due < today for item in items)


def _counted(items: list[NavigationItem]) -> dict[str, tuple[str, ...]]:
    """Which modules' work each line counts: a module's own line, or its first; "my work" counts all, "cases" those that
    have cases."""
    with_cases = tuple(dict.fromkeys(kind.module for kind in registry().case_kinds.values()))
    found: dict[str, tuple[str, ...]] = {MY_WORK: tuple(registry().modules), CASES: with_cases}
    for name, provides in registry().modules.items():
        own = {item.key for item in provides.navigation if item.section == "modules"}
        first = next((item.key for item in items if item.key in own), "")
        if first:
            found[name if name in own else first] = (name,)
    return found
