"""What all screens of one case have: the case, its desk, the way to it, and what somebody is told who came second."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from prongsai.foundation.casework import rights
from prongsai.foundation.casework.models import Case, CaseEvent, CaseFile
from prongsai.foundation.casework.selectors import files_for_staff, shown_to, timeline
from prongsai.foundation.casework.services import told_by_hand
from prongsai.kernel import clock
from prongsai.kernel.cases import CaseKind
from prongsai.kernel.errors import ProngsaiError, Stale
from prongsai.ui.cases.desk import CaseDesk
from prongsai.ui.cases.due import Due
from prongsai.ui.cases.talk import Said, conversation_of
from prongsai.ui.cases.words import event_title, kind_of, state_title
from prongsai.ui.screens import Crumb, FormScreen, Screen

SEEN, SINCE = "version", "since"
MOST_EVENTS = 10


class OfCase(Screen, abstract=True):
    """A screen of one case of the desk's module, named by its id; 404 for a case of another module or office, and for
    one that the member may not look at; 403 where the member may look at it and not do with it what the screen does.
    """

    desk: ClassVar[CaseDesk]
    needs: ClassVar[str] = "read"  # of the desk's permissions, the one that opens the screen

    def object(self) -> Case:
        found = (
            Case.objects.with_people()
            .select_related("channel", "concerned_unit", "concerned_member__user")
            .filter(shown_to(self.actor, self.kinds), pk=self.kwargs["case"])
            .first()
        )
        if found is None:
            raise Http404("no such case")
        if self.needs != "read" and not rights.may_do(self.actor, found, self.needs):
            raise PermissionDenied
        return found

    @property
    def kinds(self) -> list[str]:
        """The desk's kinds of case."""
        return [kind.key for kind in self.desk.kinds]

    @property
    def case(self) -> Case:
        return self.thing

    @cached_property
    def kind(self) -> CaseKind:
        return kind_of(self.case)

    @property
    def due(self) -> Due:
        return Due.of(self.case)

    def may_do(self, what: str) -> bool:
        """Whether the member may do `what` with this case: handle, assign, intake, manage, publish."""
        return rights.may_do(self.actor, self.case, what)

    @property
    def sees_contact(self) -> bool:
        """Who brought a case is told to those who work on it, and to those who took it in."""
        return rights.told_contact(self.actor, self.case)

    @property
    def keeps_from(self) -> bool:
        """Whether it can be said whom the case is about, or that it is about nobody any more."""
        case = self.case
        said = case.concerned_unit_id is not None or case.concerned_member_id is not None
        return self.kind.kept_to_unit or said

    def concerned(self) -> dict[str, int | None]:
        """Whom the case is about, as forms begin."""
        return {
            "concerned_unit": self.case.concerned_unit_id,
            "concerned_member": self.case.concerned_member_id,
        }

    def sees_file(self, file: CaseFile) -> bool:
        """What the citizen sent shows faces and names: it is for those who may know who brought the case."""
        return self.sees_contact or not file.from_citizen

    @cached_property
    def files(self) -> list[CaseFile]:
        """The case's files that the member may open, in the order of their coming."""
        return [each for each in files_for_staff(self.case, self.actor) if self.sees_file(each)]

    def conversation(self) -> list[Said]:
        """What was said; who brought the case by name for those who may know."""
        contact = self.case.contact_name if self.sees_contact else ""
        found = conversation_of(self.case, self.files, contact, self.actor)
        others = {said.other.pk for said in found if said.other}
        if not others:
            return found
        seen = Case.objects.filter(shown_to(self.actor, self.kinds), pk__in=others).values_list(
            "pk", flat=True
        )
        at = {pk: self.address(self.view(""), case=pk) for pk in seen}
        return [replace(said, address=at.get(said.other.pk, "")) if said.other else said for said in found]

    def related(self) -> list[tuple[str, Case]]:
        """Cases that belong to this one and that the member may look at, each with how."""
        case = self.case
        above = [pk for pk in (case.parent_id, case.merged_into_id) if pk is not None]
        belongs = Q(pk__in=above) | Q(parent=case) | Q(merged_into=case)
        people = ("concerned_unit", "concerned_member")
        others = Case.objects.with_people().select_related(*people)
        others = others.filter(shown_to(self.actor, self.kinds), belongs).order_by("id")
        return sorted(
            ((self._how(each), each) for each in others), key=lambda found: found[1].pk not in above
        )

    def taken_out_at(self, other: Case) -> str:
        """Where a case that is joined with another one is taken out again; "" where the member may not, or nobody can."""
        joined = other.merged_into_id is not None and other.erased_at is None
        may = joined and rights.may_do(self.actor, other, "handle")
        return self.address(self.view("unmerge"), case=other.pk) if may else ""

    def _how(self, other: Case) -> str:
        case = self.case
        if other.pk == case.parent_id:
            return _("Split off from")
        if other.pk == case.merged_into_id:
            return _("Joined with")
        return _("Took in") if other.merged_into_id == case.pk else _("Part of it")

    def view(self, name: str) -> str:
        """The name of one of the desk's views of a case."""
        return f"{self.desk.key}-case-{name}" if name else f"{self.desk.key}-case"

    def at(self, name: str = "", **kwargs: Any) -> str:
        """The address of one of the case's views."""
        return self.address(self.view(name), case=self.case.pk, **kwargs)

    def cancel_url(self) -> str:
        """Where an act on the case leads back to that is not done."""
        return self.at()

    @property
    def nav(self) -> str:  # type: ignore[override]
        return self.desk.nav

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.desk.title, self.address(self.desk.home)), Crumb(said_of(self.case), self.at())]


def moment_of(text: str) -> datetime | None:
    """The moment that a page was opened, as its form says it; None for what is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def by_hand(case: Case) -> str:
    """What is to be done of a message that cannot be sent to the citizen; "" where it goes out, or is read on the page."""
    if not told_by_hand(case):
        return ""
    if case.contact_phone:
        return _("The system cannot send it. Call %(phone)s, then say here that you did") % {
            "phone": case.contact_phone
        }
    return _("The system cannot send it. Tell the citizen by letter or in person, then say here that you did")


def said_of(case: Case) -> str:
    """เรื่องที่ 69-0127."""
    return _("Case %(number)s") % {"number": case.number}


class CaseForm(OfCase, FormScreen, abstract=True):
    """A form about one case.

    Of two people who act at once the second loses nothing: the page comes back with what was typed, says what
    happened meanwhile, and its next press is judged against that.
    """

    template = "ui/cases/form.html"
    shows: ClassVar[str] = "matter"  # what stands above the form: the matter, or the whole conversation

    def fits(self) -> bool:
        """Whether the form fits the case as it is now; if not, the page leads back to the case."""
        return True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.fits():
            return HttpResponseRedirect(self.at())
        return super().get(request, *args, **kwargs)

    def lead(self) -> str:
        return f"{said_of(self.case)} {self.case.title}".strip()

    def initial(self) -> dict[str, Any]:
        return {SEEN: self.case.version, SINCE: clock.now().isoformat()}

    def context(self) -> dict[str, Any]:
        talks = self.shows == "conversation"
        return {
            "case": self.case,
            "shows": self.shows,
            "conversation": self.conversation() if talks else (),
            "file_at": self.at("file", case_file=0).removesuffix("0/") if talks else "",
            "due": self.due,
            "state": state_title(self.case),
        }

    def _refused(self, error: ProngsaiError, token: str, form: Any = None) -> HttpResponse:
        if isinstance(error, Stale):
            self.meanwhile = self._happened(form)
        return super()._refused(error, token, form)

    meanwhile: list[tuple[CaseEvent, str]] = []

    def _happened(self, form: Any) -> list[tuple[CaseEvent, str]]:
        """What others did since the page was opened; the form is made to know the case as it is now."""
        since = moment_of(form.cleaned_data.get(SINCE, "")) if form is not None else None
        for name in ("thing", "kind", "files"):
            self.__dict__.pop(name, None)
        if form is not None:
            form.data = form.data.copy()
            form.data[SEEN], form.data[SINCE] = self.case.version, clock.now().isoformat()
        events = timeline(self.case, self.actor).order_by("-id")
        shown = list((events.filter(at__gte=since) if since else events)[:MOST_EVENTS])
        return [(event, event_title(event, self.kind)) for event in reversed(shown)]

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        return super().show(status, meanwhile=self.meanwhile, **more)
