"""The page of one case: where it stands, what was said, what can be done, how it came so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from prongsai.foundation.casework.kinds import shown_title
from prongsai.foundation.casework.models import Case, CaseEvent
from prongsai.foundation.casework.selectors import files_for_staff, timeline
from prongsai.foundation.casework.services import Concerned, may_answer, may_renew, may_take
from prongsai.kernel import clock
from prongsai.kernel.cases import ACKNOWLEDGE, Phase
from prongsai.ui.attachments import attachment
from prongsai.ui.cases.acts import rows_for, takes_up
from prongsai.ui.cases.base import OfCase, by_hand
from prongsai.ui.cases.due import Due
from prongsai.ui.cases.words import (
    CHANNELS,
    FOUND,
    TOPICS,
    category_title,
    event_about,
    event_title,
    kind_title,
    state_title,
)
from prongsai.ui.screens.base import Link


@dataclass(frozen=True)
class Step:
    """A line of the timeline."""

    event: CaseEvent
    title: str

    @property
    def about(self) -> str:
        """To whom it was given, what it was joined with."""
        given = [
            self.event.assignee.user.full_name if self.event.assignee else "",
            str(self.event.unit or ""),
        ]
        return " ".join(filter(None, [*given, event_about(self.event)]))


class CaseScreen(OfCase, abstract=True):
    """One case with all that belongs to it; at most six queries beside the frame's."""

    template = "ui/cases/case.html"

    def get_title(self) -> str:
        return self.case.title or _("(erased)")

    def lead(self) -> str:
        return f"{kind_title(self.case.kind)} {self.case.number}"

    def crumbs(self) -> list[Any]:
        return super().crumbs()[:1]

    # --- what is shown ---

    def timeline(self) -> list[Step]:
        events = timeline(self.case, self.actor)
        return [Step(event, event_title(event, self.kind)) for event in events]

    # --- what can be done ---

    def first(self) -> Link | None:
        """The one filled button: taking the case up, then answering it."""
        case = self.case
        if not self.may_do("handle") or case.erased_at or not case.is_open:
            return None
        if case.acknowledged_at is None or self.kind.workflow.row(case.state, ACKNOWLEDGE):
            return Link(takes_up(self), self.at("acknowledge"))
        return Link(_("Answer the citizen"), self.at("say"))

    def acts(self) -> list[Link]:
        """The rows of the table that lead on from here."""
        return [
            Link(shown_title(row), self._place_of(row.act))
            for row in rows_for(self)
            if row.act not in self.held
        ]

    @cached_property
    def held(self) -> Mapping[str, Sequence[str]]:
        """The acts for which the case has to wait, each with why; the module says so."""
        return self.desk.held(self.case)

    def why_held(self) -> list[str]:
        """Why some acts are not offered yet."""
        return list(dict.fromkeys(said for found in self.held.values() for said in found))

    def _place_of(self, act: str) -> str:
        own = self.desk.pages.get(act)
        return self.address(own, case=self.case.pk) if own else self.at("act", act=act)

    def others(self) -> list[Link]:
        """What every kind of case has, as far as the member may and the case allows."""
        case, kept = self.case, self.case.erased_at is None
        open_, merged = case.is_open and kept, case.phase == Phase.MERGED
        choices = (
            ("say", _("Answer the citizen"), "handle", kept),
            ("hear", _("Write down what the citizen said"), "handle", kept),
            ("closing", _("Write down whether the citizen is content"), "handle", may_answer(case)),
            ("note", _("Note among the staff"), "handle", kept),
            ("assign", _("Give it to somebody"), "assign", open_),
            ("attach", _("Add files"), "handle", kept),
            ("correct", _("Correct what stands there"), "handle", kept),
            ("recategorise", _("Change the category"), "handle", kept and not merged),
            ("split", _("Split off a part"), "handle", open_ and self.may_do("intake")),
            ("merge", _("Join with another case"), "handle", open_),
            ("publish", _("Show it to everybody"), "publish", kept and not case.is_public and not merged),
            ("erase", _("Erase the personal data"), "manage", kept and not case.is_open),
            ("code", _("Give out a new tracking code"), "intake", may_renew(case)),
        )
        links = [
            Link(title, self.at(name)) for name, title, what, fits in choices if fits and self.may_do(what)
        ]
        return [*self.desk.links(self), *links]

    def belonging(self) -> list[tuple[str, Case, str]]:
        """Cases that belong to this one, each with how, and where one that is joined with it is taken out again."""
        own = self.case.pk
        return [
            (how, each, self.taken_out_at(each) if each.merged_into_id == own else "")
            for how, each in self.related()
        ]

    def settle_at(self) -> str:
        """Where a message that could not be delivered is settled, without the message's number and what follows it."""
        return self.at("settle", message=0).removesuffix("0/settle/") if self.may_do("handle") else ""

    def joined(self) -> dict[str, Any]:
        """Of a case that is joined with another one: since when, and where it is taken out again."""
        case = self.case
        if case.merged_into_id is None:
            return {}
        return {"on": case.closed_on, "out_at": self.taken_out_at(case)}

    def context(self) -> dict[str, Any]:
        case = self.case
        return {
            "case": case,
            "kind": self.kind,
            "kind_title": kind_title(case.kind),
            "state": state_title(case),
            "due": self.due,
            "telling": Due.to_tell(case),
            "untold": case.is_untold(clock.today()),
            "category": category_title(case),
            "topic": TOPICS.get(case.topic, ""),
            "channel": CHANNELS.get(case.channel_kind, case.channel_kind),
            "details": self.desk.details(case),
            "found": FOUND.get(case.found, ""),
            "concerned": str(Concerned.of(case)),
            "sees_contact": self.sees_contact,
            "conversation": self.conversation(),
            "files": [each for each in self.files if each.message_id is None],  # type: ignore[attr-defined]
            "timeline": self.timeline(),
            "related": self.belonging(),
            "joined": self.joined(),
            "held": self.why_held(),
            "page_of": self.address(self.view(""), case=0).removesuffix("0/"),
            "file_at": self.at("file", case_file=0).removesuffix("0/"),
            "first": self.first(),
            "acts": self.acts() if case.erased_at is None else [],
            "others": self.others(),
            "may_take": may_take(self.actor, case),
            "may_unpublish": case.is_public and self.may_do("publish"),
            "settle_at": self.settle_at(),
            "by_hand": by_hand(case),
            "apart_at": self.at("from-message", message=0).removesuffix("0/case/")
            if self.may_do("handle") and self.may_do("intake") and case.erased_at is None
            else "",
            "sorted_at": self.at("sorted") if case.is_guessed and self.may_do("handle") else "",
            "take_up_at": self.at("acknowledge"),
            "take_at": self.at("take"),
            "unpublish_at": self.at("unpublish"),
            "print_at": {"pdf": self.at("print", format="pdf"), "docx": self.at("print", format="docx")},
        }


class CaseFileView(OfCase, abstract=True):
    """A file of the case: an attachment of which the browser runs nothing. What the citizen sent opens to those who are
    told who brought the case; 403 for others.
    """

    needs = "read"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kept = files_for_staff(self.case, self.actor).filter(pk=kwargs["case_file"]).first()
        if kept is None:
            raise Http404("no such file")
        if not self.sees_file(kept):
            raise PermissionDenied
        return attachment(kept.file, name=kept.name)
