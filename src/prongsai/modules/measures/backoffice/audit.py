"""The auditor's walk: one citation after another, with its record, its files and what was remarked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.kept import entries_told
from prongsai.foundation.desk import services as desk
from prongsai.foundation.ledger.models import Entry, LogName
from prongsai.kernel.contracts import Origin
from prongsai.modules.measures import labels
from prongsai.modules.measures.backoffice.closing import OneOfClosing
from prongsai.modules.measures.forms.remarks import RemarkForm
from prongsai.modules.measures.models import Remark, Statement
from prongsai.modules.measures.portal.words import ORIGINS
from prongsai.modules.measures.selectors.remarks import remarks_of
from prongsai.modules.measures.selectors.states import StatementState, statement_states
from prongsai.modules.measures.services.remarks import remark
from prongsai.modules.measures.words import about_title, kind_title
from prongsai.ui.screens import FormScreen

LOOKED = "_looked"  # the button that only says: looked at


@dataclass(frozen=True)
class Stop:
    """One citation of one statement; without a number: a statement on which nothing stands."""

    state: StatementState
    entry: int | None

    @property
    def key(self) -> str:
        return f"{self.state.statement_id}.{self.entry or 0}"


def stops(states: Sequence[StatementState]) -> list[Stop]:
    """All citations in the order of the report; statements that cite nothing are stops too."""
    return [
        Stop(state, entry)
        for state in states
        if state.withdrawn_on is None
        for entry in (state.citations or (None,))
    ]


class ClosingAudit(OneOfClosing, FormScreen):
    """A citation: its statement, its record, its files, the remarks; on to the next one."""

    permission = "measures.read"
    template = "measures/office/closing_audit.html"
    form = RemarkForm
    submit = gettext_lazy("Leave the remark and go on")

    @cached_property
    def stops(self) -> list[Stop]:
        return stops(statement_states(self.plan))

    @property
    def at(self) -> int:
        return self.kwargs.get("at", 1)

    @cached_property
    def stop(self) -> Stop:
        if not 1 <= self.at <= len(self.stops):
            raise Http404("no such citation")
        return self.stops[self.at - 1]

    @cached_property
    def seen(self) -> set[str]:
        """The stops that the member has looked at; their own note, no fact."""
        draft = desk.draft(self.member, self._desk_key())
        return set(draft.body.get("seen", ())) if draft else set()

    def _desk_key(self) -> str:
        return f"audit:{self.plan.pk}"

    def get_title(self) -> str:
        return _("Citation %(at)s of %(of)s") % {"at": self.at, "of": len(self.stops)}

    def url_of(self, at: int) -> str:
        year = self.plan.fiscal_year
        return self.address("closing-audit-at", fiscal_year=year, at=at) if 1 <= at <= len(self.stops) else ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.stops:
            self.template = "measures/office/closing_audit_empty.html"
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        if not self.stops:
            return {}
        stop = self.stop
        entry = self._entry(stop.entry)
        content = entry.content if entry else {}
        found = remarks_of(self.plan)
        return {
            "stop": stop,
            "place": labels.place(stop.state.measure, stop.state.kind, stop.state.number),
            "entry": entry,
            "content": content,
            "kind": kind_title(entry.kind) if entry else "",
            "about": about_title(entry.about) if entry and entry.about else "",
            "origin": ORIGINS[Origin(entry.origin)] if entry else "",
            "remarks": [each for each in found if self._here(each, stop)],
            "before": self.url_of(self.at - 1),
            "after": self.url_of(self.at + 1),
            "seen_count": len(self.seen & {each.key for each in self.stops}),
            "of": len(self.stops),
            "is_seen": stop.key in self.seen,
            "unseen": self._first_unseen(),
            "looked": LOOKED,
            "may_remark": self.may_do("remark"),
            "may_answer": self.may_do("answer"),
        }

    def _entry(self, number: int | None) -> Entry | None:
        if number is None:
            return None
        told = Entry.objects.filter(entries_told(self.actor), log=LogName.MAIN, number=number)
        return told.with_payload().first()

    def _here(self, each: Remark, stop: Stop) -> bool:
        if each.entry is not None:
            return each.entry == stop.entry
        return each.statement_id == stop.state.statement_id  # type: ignore[attr-defined]

    def _first_unseen(self) -> str:
        left = (at for at, each in enumerate(self.stops, 1) if each.key not in self.seen and at != self.at)
        return self.url_of(next(left, 0))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if LOOKED in request.POST:
            self._mark()
            return HttpResponseRedirect(self.url_of(self.at + 1) or self.url_of(self.at))
        return super().post(request, *args, **kwargs)

    def _mark(self) -> None:
        body = {"seen": sorted(self.seen | {self.stop.key})}
        desk.keep_draft(member=self.member, key=self._desk_key(), body=body)

    def act(self, form: RemarkForm) -> str:
        stop = self.stop
        statement = Statement.objects.select_related("measure__plan").get(pk=stop.state.statement_id)
        remark(
            actor=self.actor,
            plan=self.plan,
            text=form.cleaned_data["text"],
            statement=statement,
            entry=stop.entry,
        )
        self._mark()
        return self.url_of(self.at + 1) or self.url_of(self.at)

    def done(self, form: RemarkForm) -> str:
        return _("The remark is on record")
