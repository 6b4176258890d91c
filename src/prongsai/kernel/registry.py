"""Collects what the modules provide; refuses duplicate keys. Keys are permanent (golden/registry.json)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from prongsai.kernel.cases import CaseKind
from prongsai.kernel.contracts import (
    About,
    FactKind,
    FirstStep,
    Indicator,
    NavigationItem,
    Permission,
    Provides,
    PublicLink,
    Report,
    Suggestion,
)


@dataclass
class Registry:
    """What is plugged in. Tests make their own; the product uses `registry()`."""

    fact_kinds: dict[str, FactKind] = field(default_factory=dict[str, FactKind])
    abouts: dict[str, About] = field(default_factory=dict[str, About])
    indicators: dict[str, Indicator] = field(default_factory=dict[str, Indicator])
    stated: dict[str, Indicator] = field(
        default_factory=dict[str, Indicator]
    )  # provisional ones that gave way
    suggestions: dict[str, Suggestion] = field(default_factory=dict[str, Suggestion])
    reports: dict[str, Report] = field(default_factory=dict[str, Report])
    permissions: dict[str, Permission] = field(default_factory=dict[str, Permission])
    navigation: dict[str, NavigationItem] = field(default_factory=dict[str, NavigationItem])
    public_links: dict[str, PublicLink] = field(default_factory=dict[str, PublicLink])
    first_steps: dict[str, FirstStep] = field(default_factory=dict[str, FirstStep])
    case_kinds: dict[str, CaseKind] = field(default_factory=dict[str, CaseKind])
    modules: dict[str, Provides] = field(default_factory=dict[str, Provides])

    def plug(self, provides: Provides) -> None:
        """Add one module. Raises ValueError for a key that is taken, leaving the registry as it was."""
        if provides.module in self.modules:
            raise ValueError(f"module {provides.module} is plugged in already")
        stores = (
            (self.fact_kinds, provides.fact_kinds),
            (self.abouts, provides.abouts),
            (self.indicators, provides.indicators),
            (self.suggestions, provides.suggestions),
            (self.reports, provides.reports),
            (self.permissions, provides.permissions),
            (self.navigation, provides.navigation),
            (self.public_links, provides.public_links),
            (self.first_steps, provides.first_steps),
            (self.case_kinds, provides.case_kinds),
        )
        for store, items in stores:
            seen: set[str] = set()
            for item in items:
                taken = item.key in store and not (_provisional(item) or _provisional(store[item.key]))
                if taken or item.key in seen:
                    raise ValueError(f"{provides.module} provides the key {item.key}, which is taken")
                seen.add(item.key)
        self._keep_stated(provides.indicators)
        for store, items in stores:
            for item in items:
                if item.key not in store or _provisional(store[item.key]):
                    store[item.key] = item  # type: ignore[assignment]
        self.modules[provides.module] = provides

    def _keep_stated(self, indicators: tuple[Indicator, ...]) -> None:
        """Where a module reads a figure from records, offices that do not work in it go on stating theirs."""
        for fresh in indicators:
            known = self.indicators.get(fresh.key)
            if known is not None and known.provisional != fresh.provisional:
                self.stated[fresh.key] = known if known.provisional else fresh

    def is_private(self, kind: str) -> bool:
        """Whether a fact of this kind is one citizen's matter."""
        return kind in self.fact_kinds and self.fact_kinds[kind].private

    def keys(self) -> Iterator[str]:
        """Every key with its store, for the golden file."""
        names = ("fact_kinds", "abouts", "indicators", "suggestions", "reports", "permissions", "case_kinds")
        for name in names:
            for key in sorted(getattr(self, name)):
                yield f"{name}:{key}"


def _provisional(item: object) -> bool:
    """Whether a definition only holds the place until a module provides it."""
    return getattr(item, "provisional", False)


def module_names() -> list[str]:
    """The packages below prongsai.modules: a module is a folder, and nothing else registers it."""
    package = import_module("prongsai.modules")
    return sorted(m.name for m in iter_modules(package.__path__) if m.ispkg)


_registry: Registry | None = None


def registry() -> Registry:
    """The product's registry, filled from every module's `provides.py` at first use."""
    global _registry
    if _registry is None:
        filled = Registry()
        for name in module_names():
            path = f"prongsai.modules.{name}.provides"
            if find_spec(path):
                filled.plug(import_module(path).PROVIDES)
        _registry = filled
    return _registry
