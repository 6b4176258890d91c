"""A list, declared: columns, filters, search, saved views, bulk actions, export. Fast however long it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy

from prongsai.foundation.desk import services as desk
from prongsai.kernel.errors import ProngsaiError
from prongsai.ui.exports import exported
from prongsai.ui.paging import turning
from prongsai.ui.screens.base import Screen, Text
from prongsai.ui.screens.columns import BulkAction, Column, Empty, Filter, Rows, follow
from prongsai.ui.screens.sending import claim, fresh_token, sent_token

COUNTED = 10_000  # rows are counted, and turned page by page, up to here; beyond it filters lead further
LONGEST_QUERY = 200
STAND_IN = 987_654_321_987
NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Cell:
    """What stands at one place of the table."""

    column: Column
    value: Any
    url: str = ""


@dataclass(frozen=True)
class Row:
    pk: Any
    cells: list[Cell]


class ListScreen(Screen, abstract=True):
    """A page of rows. `rows()` is a queryset (of tenants' tables, in an order that an index gives) or a sequence.

    It takes at most three queries beside the frame's: the count, the rows, the member's saved views. What `rows()`
    joins or prefetches comes on top.
    """

    template = "ui/list.html"
    columns: ClassVar[tuple[Column, ...]] = ()
    filters: tuple[Filter, ...] = ()
    actions: tuple[BulkAction, ...] = ()
    search: tuple[str, ...] = ()  # the fields in which the search box looks
    per_page: int = 50
    counted: int = COUNTED
    empty: Empty = Empty(gettext_lazy("Nothing here yet"))
    caption: Text = ""
    formats: tuple[str, ...] = ("csv", "xlsx")

    def rows(self) -> Rows:
        raise NotImplementedError

    def lean(self, rows: Rows) -> Rows:
        """The rows of a page without the fields that no cell shows; exports and bulk actions get them whole."""
        return rows

    def searched(self, rows: Rows, words: str) -> Rows:
        """The rows that hold every word in one of the `search` fields."""
        for word in words.split():
            if isinstance(rows, QuerySet):
                fields = [name.replace(".", "__") for name in self.search]
                rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in fields)))
            else:
                rows = [
                    row
                    for row in rows
                    if any(word.lower() in str(follow(row, name) or "").lower() for name in self.search)
                ]
        return rows

    # --- what the address says ---

    @cached_property
    def query(self) -> QueryDict:
        """The parameters that the list reads, and no others."""
        names = {"q", "sort", "page", *(name for each in self.filters for name in each.names)}
        kept = QueryDict(mutable=True)
        for name in sorted(names & set(self.request.GET)):
            value = self.request.GET[name].strip()[:LONGEST_QUERY]
            if value and "\0" not in value:
                kept[name] = value
        return kept

    def address_with(self, **changes: Any) -> str:
        """This list's address with some parameters changed; None takes one away. The page falls back to the first."""
        query = {**self.query.dict(), "page": None, **changes}
        text = urlencode({name: value for name, value in query.items() if value not in (None, "")})
        return f"{self.request.path}?{text}" if text else self.request.path

    @cached_property
    def narrowed(self) -> tuple[Rows, dict[str, str]]:
        """The rows that filters and search leave, ordered; and what was wrong with a filter, by its key."""
        rows, problems = self.rows(), {}
        for each in self.filters:
            rows, problem = each.narrowed(rows, self)
            if problem:
                problems[each.key] = problem
        if self.search and "q" in self.query:
            rows = self.searched(rows, self.query["q"])
        return self._sorted(rows), problems

    @property
    def is_narrowed(self) -> bool:
        return "q" in self.query or self.is_filtered

    @property
    def is_filtered(self) -> bool:
        return any(name in self.query for each in self.filters for name in each.names)

    def _sorted(self, rows: Rows) -> Rows:
        asked = self.query.get("sort", "")
        field = asked.removeprefix("-")
        column = next((column for column in self.columns if column.sort and column.key == field), None)
        if column is None:
            return rows
        down = asked.startswith("-")
        if isinstance(rows, QuerySet):
            sign = "-" if down else ""
            return rows.order_by(f"{sign}{column.sort.replace('.', '__')}", f"{sign}pk")

        def key(row: Any) -> tuple[bool, Any]:
            value = follow(row, column.sort)
            return value is None, value if value is not None else 0

        return sorted(rows, key=key, reverse=down)

    # --- pages ---

    @cached_property
    def count(self) -> int:
        """How many rows there are; more than `counted` are not counted further."""
        rows = self.narrowed[0]
        if not isinstance(rows, QuerySet):
            return len(rows)
        if self._first is not None and len(self._first) <= self.per_page:
            return len(self._first)
        return rows.order_by()[: self.counted + 1].count()

    @cached_property
    def _first(self) -> list[Any] | None:
        """The rows of the first page and one more, when that is the page to show: what it holds is not counted again."""
        if self.query.get("page", "1") != "1" or self.request.GET.get("format"):
            return None
        return list(self.lean(self.narrowed[0])[: self.per_page + 1])

    @cached_property
    def page(self) -> int:
        asked = self.query.get("page", "1")
        return min(max(int(asked), 1), self.pages) if NUMBER.fullmatch(asked) else 1

    @property
    def previous(self) -> int:
        return self.page - 1

    @property
    def next(self) -> int:
        return self.page + 1

    @property
    def pages(self) -> int:
        return max(1, -(-min(self.count, self.counted) // self.per_page))

    def turning(self) -> list[int | None]:
        """The page numbers to offer; None is a gap."""
        return turning(self.page, self.pages)

    @cached_property
    def shown(self) -> list[Row]:
        if not self.count:
            return []  # words that stand nowhere are looked for once
        columns = [column for column in self.columns if column.shown]
        return [
            Row(
                follow(row, "pk"),
                [Cell(column, column.value_of(row), self._link(column, row)) for column in columns],
            )
            for row in self._of_page()
        ]

    def _of_page(self) -> Rows:
        rows, start = self.narrowed[0], (self.page - 1) * self.per_page
        if isinstance(rows, QuerySet) and self._first is not None:
            return self._first[: self.per_page]
        return self.lean(rows)[start : min(start + self.per_page, self.counted)]

    def _link(self, column: Column, row: Any) -> str:
        if column.link is None:
            return ""
        if callable(column.link):
            return column.link(self, row)
        before, after = self._link_shapes[column.link]
        return f"{before}{follow(row, 'pk')}{after}"

    @cached_property
    def _link_shapes(self) -> dict[str, list[str]]:
        """What stands before and after the row's number in each view's address: looked up once, not for each row."""
        names = {column.link for column in self.columns if isinstance(column.link, str)}
        return {n: reverse(n, args=[self.organization.key, STAND_IN]).split(str(STAND_IN)) for n in names}

    # --- answers ---

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_thing()
        wanted = request.GET.get("format", "")
        return exported(self, wanted) if wanted in self.files() else self.show()

    def files(self) -> list[str]:
        """The formats that the list can be saved in. A workbook of a very long list would take minutes: CSV has it."""
        return [format for format in self.formats if format == "csv" or self.count <= self.counted]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_thing()  # nothing is done to what is not there
        try:
            if "_keep_view" in request.POST:
                query = urlencode({k: v for k, v in self.query.items() if k != "page"})
                desk.save_view(
                    member=self.member, screen=self.key, name=request.POST["_keep_view"], query=query
                )
            elif NUMBER.fullmatch(dropped := request.POST.get("_drop_view", "")):
                desk.drop_view(member=self.member, view=int(dropped))
            else:
                return self._bulk(request)
        except ProngsaiError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(request.get_full_path())

    @property
    def key(self) -> str:
        """Under which name views of this list are kept."""
        match = self.request.resolver_match
        return match.view_name if match else type(self).__qualname__

    def offered(self) -> list[BulkAction]:
        return [action for action in self.actions if self.may(action.permission)]

    def _bulk(self, request: HttpRequest) -> HttpResponseBase:
        action = next((each for each in self.actions if each.key == request.POST.get("_bulk")), None)
        if action is None:
            return HttpResponseBadRequest()
        if not self.may(action.permission):
            raise PermissionDenied
        chosen = self._chosen(request.POST.getlist("chosen"))
        back = request.get_full_path()
        if not chosen:
            messages.error(request, gettext_lazy("Tick at least one row first"))
            return HttpResponseRedirect(back)
        if action.confirm and "_confirmed" not in request.POST:
            return self._ask(action, chosen)
        if claim(request) is None:
            token = sent_token(request)
            try:
                with transaction.atomic():
                    said = action.act(self, chosen)
            except ProngsaiError:
                desk.give_back(token)
                raise
            desk.remember_sent(token, back)
            if said:
                messages.success(request, said)
        return HttpResponseRedirect(back)

    def _chosen(self, numbers: Sequence[str]) -> list[Any]:
        """The ticked rows, of those that the list holds at all."""
        known = {int(number) for number in numbers if NUMBER.fullmatch(number)}
        rows = self.rows()
        if isinstance(rows, QuerySet):
            return list(rows.filter(pk__in=known))
        return [row for row in rows if follow(row, "pk") in known]

    def _ask(self, action: BulkAction, chosen: list[Any]) -> HttpResponse:
        self.template = "ui/bulk.html"
        return self.show(
            action=action,
            question=str(action.confirm) % {"count": len(chosen)},
            chosen=[follow(row, "pk") for row in chosen],
            back=self.request.get_full_path(),
            once=fresh_token(),
        )

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        """The page; what was wrong with a filter stands at it, and the rows are shown without it."""
        if "action" in more:
            return super().show(status, **more)
        rows, problems = self.narrowed
        parts = {
            "rows": self.shown,
            "problems": problems,
            "count": self.count,
            "more_than": self.counted if self.count > self.counted else 0,
            "views": desk.views_of(self.member, self.key),
            "empty_link": self.link(self.empty.action),
            "once": fresh_token() if self.actions else "",
        }
        return super().show(status, **parts, **more)
