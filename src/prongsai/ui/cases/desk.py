"""Where and by whom a module's cases are worked on: what the shared screens have to know of the module."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prongsai.foundation.casework.models import Case
from prongsai.foundation.organizations.models import Unit
from prongsai.kernel.cases import CaseKind
from prongsai.kernel.contracts import Topic
from prongsai.kernel.registry import registry
from prongsai.ui.cases.words import Words

if TYPE_CHECKING:
    from prongsai.ui.cases.base import OfCase
    from prongsai.ui.screens.base import Link


@dataclass(frozen=True)
class Category:
    """A category that a case may stand in: of which kind of case, about which topic."""

    key: str
    title: str
    kind: str
    topic: Topic | None = None


@dataclass(frozen=True)
class Wording:
    """A text that may be chosen instead of writing it."""

    key: str
    title: str
    text: str


@dataclass(frozen=True)
class Part:
    """What is split off a case, as a case of its own."""

    title: str
    body: str
    category: Category
    unit: Unit | None = None

    def topic_in(self, case: Case) -> Topic | None:
        """Its category's topic; that of the whole where the category is the same."""
        return None if self.category.key == case.category else self.category.topic


def _no_links(screen: OfCase) -> Sequence[Link]:
    return ()


def _no_wordings(case: Case, act: str) -> Sequence[Wording]:
    return ()


@dataclass(frozen=True)
class CaseDesk:
    """A module's desk. Its views are called `<key>-case`, `<key>-case-say` …; its permissions are `<module>.read`,
    `.handle` (work on a case, and see who brought it), `.assign`, `.manage`, `.publish`.

    `home` is the view that the way back leads to, `nav` the line of the side that is current on a case's page.
    `links` are what the module adds to the page of a case, `details` the lines that only its kinds have.
    `wordings` are texts that it offers for an act beside the office's standard answers; an act in `pages` is done on
    a page of the module's own (a view that takes the case). `guess` says by its words which category a text fits.
    `held` says for which acts a case has to wait, and why: these are not offered until then.
    `split` makes a case of a part, and says which address then tells its tracking code, or shows it.
    """

    module: str
    title: Words
    home: str
    nav: str
    categories: Callable[[], Sequence[Category]]
    split: Callable[[OfCase, Part], tuple[Case, str]]
    links: Callable[[OfCase], Sequence[Link]] = _no_links
    details: Callable[[Case], Sequence[tuple[Words, str]]] = field(default=lambda case: ())
    wordings: Callable[[Case, str], Sequence[Wording]] = _no_wordings
    pages: Mapping[str, str] = field(default_factory=dict[str, str])
    guess: Callable[[str], str] = field(default=lambda text: "")
    held: Callable[[Case], Mapping[str, Sequence[str]]] = field(default=lambda case: {})

    @property
    def key(self) -> str:
        return self.module

    def permission(self, what: str) -> str:
        """The permission that opens the screens of `what`: read, handle, assign, manage, publish."""
        return f"{self.module}.{what}"

    @property
    def kinds(self) -> tuple[CaseKind, ...]:
        return tuple(kind for kind in registry().case_kinds.values() if kind.module == self.module)

    def category(self, key: str) -> Category | None:
        """The category called `key`; None for one that is no longer in use."""
        return next((each for each in self.categories() if each.key == key), None)

    def categories_of(self, kind: str) -> list[Category]:
        return [each for each in self.categories() if each.kind == kind]
