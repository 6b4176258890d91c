"""What a case says of itself: corrected, shown to everybody, taken back, erased."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case
from prongsai.foundation.casework.services import Contact, Place
from prongsai.kernel.errors import WrongState
from prongsai.kernel.points import degrees_of, point
from prongsai.kernel.thai.personal import name_parts
from prongsai.ui.cases.base import SEEN, SINCE, CaseForm, OfCase
from prongsai.ui.cases.forms import (
    CONCERNED,
    CorrectForm,
    EraseForm,
    PublishForm,
    concerned_in,
)
from prongsai.ui.cases.words import kind_of, state_title
from prongsai.ui.screens import ActionView, ConfirmScreen


class Correct(CaseForm, abstract=True):
    needs = "handle"
    title = gettext_lazy("Correct what stands there")
    form = CorrectForm
    submit = gettext_lazy("Save the correction")
    draft = "case-correct"

    def initial(self) -> dict[str, Any]:
        case = self.case
        apart = (SEEN, SINCE, "point", "reason", *CONCERNED)
        names = [name for name in CorrectForm.base_fields if name not in apart]
        at = None if case.latitude is None or case.longitude is None else point(case.latitude, case.longitude)
        said = {name: getattr(case, name) for name in names}
        return {**super().initial(), **said, "point": at, **self.concerned()}

    def form_kwargs(self) -> dict[str, Any]:
        may_say = any(self.may_do(what) for what in ("assign", "intake", "manage"))
        own_words = services.has_own_words(self.case)
        kept = self.keeps_from and may_say
        return {"own_words": own_words, "kept": kept, "redates": services.may_redate(self.actor, self.case)}

    def restored(self, body: Mapping[str, list[str]]) -> Any:
        """A draft of a page that did not ask yet for point and urgency leaves both as they are."""
        if "point" not in body:
            urgent = {"is_urgent": ["on"]} if self.case.is_urgent else {}
            body = {**body, "point": [str(self.initial()["point"] or "")], **urgent}
        return super().restored(body)

    def act(self, form: CorrectForm) -> str:
        given = form.cleaned_data
        case = self.case
        anonymous = case.is_anonymous and not given["contact_name"]
        contact = Contact(
            given["contact_name"],
            given["contact_phone"],
            given["contact_email"],
            case.contact_handle,
            anonymous,
        )
        place = Place(given["place"], given["village"], *degrees_of(given["point"]))
        touched = set(form.changed_data)
        services.correct(
            actor=self.actor,
            case=case,
            version=given[SEEN],
            title=given["title"] if "title" in touched else None,
            body=given.get("body") if "body" in touched else None,
            received_on=given["received_on"] if "received_on" in touched else None,
            is_urgent=given["is_urgent"] if "is_urgent" in touched else None,
            contact=contact if touched & {"contact_name", "contact_phone", "contact_email"} else None,
            place=place if touched & {"place", "village", "point"} else None,
            concerned=concerned_in(form),
            reason=given.get("reason", ""),
        )
        return self.at()


class Publish(CaseForm, abstract=True):
    """The public list shows the title that is written here, the category, the state and the days taken."""

    needs = "publish"
    title = gettext_lazy("Show it to everybody")
    form = PublishForm
    submit = gettext_lazy("Show it on the public list")
    template = "ui/cases/publish.html"

    def initial(self) -> dict[str, Any]:
        return {"public_title": self.case.public_title}

    def form_kwargs(self) -> dict[str, Any]:
        return {"names": tuple(name_parts(self.case.contact_name))}

    def act(self, form: PublishForm) -> str:
        services.publish_case(
            actor=self.actor, case=self.case, public_title=form.cleaned_data["public_title"]
        )
        return self.at()

    def done(self, form: PublishForm) -> str:
        return _("Everybody can see it now, under the title that you wrote")


class Unpublish(OfCase, ActionView, abstract=True):
    needs = "publish"
    title = gettext_lazy("Take it back from the public list")
    submit = gettext_lazy("Show it no more")

    def act(self, form: Any) -> str:
        services.unpublish_case(actor=self.actor, case=self.case)
        return self.at()


class Erase(OfCase, ConfirmScreen, abstract=True):
    """PDPA: what tells who somebody is goes; the figures stay."""

    needs = "manage"
    title = gettext_lazy("Erase the personal data?")
    submit = gettext_lazy("Erase for good")
    form = EraseForm
    template = "ui/cases/erase.html"

    @cached_property
    def others(self) -> list[tuple[str, Case]]:
        """The cases that belong to it and still say something, each with how."""
        return [(how, each) for how, each in self.related() if each.erased_at is None]

    @property
    def erasable(self) -> list[Case]:
        """Those of them that the member may erase now."""
        may = (each for _how, each in self.others if self.may(kind_of(each).permission_for("manage")))
        return [each for each in may if not each.is_open]

    def form_kwargs(self) -> dict[str, Any]:
        return {"with_others": bool(self.erasable)}

    def context(self) -> dict[str, Any]:
        page_of = self.address(self.view(""), case=0).removesuffix("0/")
        shown = [(how, each, state_title(each)) for how, each in self.others]
        return {**super().context(), "others": shown, "page_of": page_of}

    def effect(self) -> list[str]:
        return [
            _(
                "Name, telephone, address, the text of the case and all that was said are emptied, and its files with them"
            ),
            _("What anybody has typed about it and not sent yet is forgotten"),
            _("The number, the days, the category and the result of the counting stay for the statistics"),
            _("Nobody can bring it back"),
        ]

    def act(self, form: EraseForm) -> str:
        if self.case.is_open:
            raise WrongState(_("An open case is still worked on: close it first"))
        given = form.cleaned_data
        for case in (self.case, *(self.erasable if given.get("together") else ())):
            services.erase_case(actor=self.actor, case=case, reason=given["reason"])
        return self.at()

    def done(self, form: EraseForm) -> str:
        return _("The personal data are erased")
