"""Screens to read: one thing in panels, and a board of figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from prongsai.ui.screens.base import Action, Screen, Text


@dataclass(frozen=True)
class Panel:
    """A part of a page. `context(screen)` gives its template what it shows; without the permission it is not there."""

    title: Text
    template: str
    context: Callable[[Any], dict[str, Any]] = field(default=lambda screen: {})
    permission: str = ""


@dataclass(frozen=True)
class ShownPanel:
    title: Text
    template: str
    context: dict[str, Any]


@dataclass(frozen=True)
class Figure:
    """A number with its sentence; leads somewhere when it has an address."""

    value: Any
    title: Text
    url: str = ""
    late: bool = False


class DetailScreen(Screen, abstract=True):
    """One thing: `object()` finds it (Http404 when it is not there), panels show it."""

    template = "ui/detail.html"
    panels: tuple[Panel, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def shown(self) -> Any:
        """The object that the page shows."""
        return self.thing

    def parts(self) -> list[ShownPanel]:
        return [
            ShownPanel(panel.title, panel.template, panel.context(self))
            for panel in self.panels
            if self.may(panel.permission)
        ]

    def show(self, status: int = 200, **more: Any) -> Any:
        self.require_thing()  # what is not there has no panels
        links = [link for link in map(self.link, self.actions) if link]
        return super().show(status, panels=self.parts(), links=links, **more)


class DashboardScreen(DetailScreen, abstract=True):
    """Figures in a row, panels below them."""

    template = "ui/dashboard.html"

    def figures(self) -> Sequence[Figure]:
        return ()

    def show(self, status: int = 200, **more: Any) -> Any:
        return super().show(status, figures=self.figures(), **more)
