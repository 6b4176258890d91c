"""ช่องทางแจ้งเบาะแส: who receives, who reads when somebody is concerned, the recipient outside, open or closed."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.accounts.models import Membership
from prongsai.modules.corruption.choices import ANSWER_DAYS, COMMITTEE_DAYS, FINDING_DAYS, MANAGE, RECEIVE
from prongsai.modules.corruption.conflict import readers_of
from prongsai.modules.corruption.forms import DaysForm, HolderForm, OutsideForm
from prongsai.modules.corruption.models import Holder
from prongsai.modules.corruption.sealed_file import sealed_file
from prongsai.modules.corruption.selectors import (
    concerned_choices,
    desk,
    ever_outside,
    holders,
    label,
    lately_ended,
    readers,
    receiving,
    with_ended,
)
from prongsai.modules.corruption.services import (
    bundle_for_office,
    close_channel,
    count_parts,
    end_holder,
    end_outside,
    last_day_back,
    name_holder,
    open_channel,
    set_days,
    set_outside,
    take_back_end,
)
from prongsai.ui.screens import Action, ActionView, ConfirmScreen, Crumb, FormScreen, Screen

NAV = "corruption-settings"


class OfChannel(Screen, abstract=True):
    permission = MANAGE
    nav = NAV

    def crumbs(self) -> list[Crumb]:
        return [Crumb(_("Corruption channel"), self.address("corruption-settings"))]


class Channel(OfChannel):
    title = gettext_lazy("Corruption channel")
    template = "corruption/channel.html"
    primary = Action(gettext_lazy("Name a recipient"), "corruption-holder-add", MANAGE)

    def crumbs(self) -> list[Crumb]:
        return []

    def lead(self) -> str:
        return _("Whoever manages the channel names its recipients, and reads no report by that")

    def context(self) -> dict[str, Any]:
        known = list(with_ended())
        found = [holder for holder in known if holder.ended_on is None]
        able = receiving()
        rule = readers(able)
        names = {holder.pk: label(holder) for holder in able}
        away = next((holder for holder in found if holder.is_outside), None)
        return {
            "desk": desk(),
            "holders": [(holder, label(holder)) for holder in found if not holder.is_outside],
            "ended": [(each, label(each), last_day_back(each)) for each in known if each.ended_on],
            "outside": away,
            "fingerprint": sha256(away.public).hexdigest() if away else "",
            "can_open": bool(able),
            "whistle": self.address("whistle"),
            "cases": [
                (title, [names[reader.id] for reader in readers_of(rule, [key])])
                for key, title in concerned_choices(self.organization)[:-3]
            ],
        }


class Open(OfChannel, ActionView):
    title = gettext_lazy("Open the channel")
    submit = gettext_lazy("Open the channel")
    cancel = "corruption-settings"

    def effect(self) -> list[str]:
        return [
            _("The public page takes reports from today on"),
            _("Its figures are published on a fixed day after every quarter, also when nobody wrote"),
        ]

    def act(self, form: Any) -> str:
        open_channel(actor=self.actor)
        return self.address("corruption-settings")

    def done(self, form: Any) -> str:
        return _("The channel is open")


class Close(OfChannel, ConfirmScreen):
    title = gettext_lazy("Close the channel")
    submit = gettext_lazy("Close the channel")
    cancel = "corruption-settings"

    def effect(self) -> list[str]:
        return [
            _("The public page takes no more reports and names the authorities that do"),
            _(
                "Quarters without an open channel have no figures, and “no complaints” cannot be proven for them"
            ),
        ]

    def act(self, form: Any) -> str:
        close_channel(actor=self.actor)
        return self.address("corruption-settings")

    def done(self, form: Any) -> str:
        return _("The channel is closed")


class Days(OfChannel, FormScreen):
    title = gettext_lazy("Working days for answering")
    form = DaysForm
    cancel = "corruption-settings"

    def lead(self) -> str:
        return _(
            "The first answer is due within 15 days by the decree on good governance of 2003, section 38. The others are the office's own rule"
        )

    def initial(self) -> dict[str, Any]:
        found = desk()
        if found is None:
            return {"answer": ANSWER_DAYS, "finding": FINDING_DAYS, "committee": COMMITTEE_DAYS}
        return {"answer": found.answer_days, "finding": found.finding_days, "committee": found.committee_days}

    def act(self, form: Any) -> str:
        set_days(actor=self.actor, **form.cleaned_data)
        return self.address("corruption-settings")


class AddHolder(OfChannel, FormScreen):
    title = gettext_lazy("Name a recipient")
    form = HolderForm
    submit = gettext_lazy("Name this person")
    cancel = "corruption-settings"

    def lead(self) -> str:
        return _(
            "They make a key of their own, which nobody else can open. Choose people from different units: whoever is concerned gets nothing"
        )

    def form_kwargs(self) -> dict[str, Any]:
        found = Membership.objects.with_permissions().working()
        return {"able": [member for member in found if RECEIVE in member.actor().permissions]}

    def act(self, form: Any) -> str:
        said = form.cleaned_data
        name_holder(
            actor=self.actor,
            member=said["member"],
            receives=said["receives"] == "yes",
            under_clerk=said["under_clerk"] == "yes",
        )
        return self.address("corruption-settings")

    def done(self, form: Any) -> str:
        return _("Named. They find in their work that a key is to be made")


class EndHolder(OfChannel, ConfirmScreen):
    title = gettext_lazy("End a recipient's task")
    submit = gettext_lazy("End the task")
    cancel = "corruption-settings"

    def object(self) -> Holder:
        found = holders().filter(pk=self.kwargs["holder"]).exclude(member=None).first()
        if found is None:
            raise Http404("no such recipient")
        return found

    def effect(self) -> list[str]:
        return [
            _("%(who)s gets no more reports, and cannot open those that were sealed to them")
            % {"who": label(self.thing)},
            _("The other recipients keep theirs, and all of them are told"),
            _("It can be taken back for 90 days. After that nobody opens what was sealed to them alone"),
        ]

    def act(self, form: Any) -> str:
        end_holder(actor=self.actor, holder=self.thing)
        return self.address("corruption-settings")


class TakeBackEnd(OfChannel, ConfirmScreen):
    title = gettext_lazy("Take back the end of a task")
    submit = gettext_lazy("Give the task back")
    cancel = "corruption-settings"

    def object(self) -> Holder:
        found = lately_ended().filter(pk=self.kwargs["holder"]).first()
        if found is None:
            raise Http404("no such recipient")
        return found

    def effect(self) -> list[str]:
        return [
            _("%(who)s opens again what was sealed to them, with the passphrase that they had")
            % {"who": label(self.thing)},
            _("All recipients are told"),
        ]

    def act(self, form: Any) -> str:
        take_back_end(actor=self.actor, holder=self.thing)
        return self.address("corruption-settings")


class SetOutside(OfChannel, FormScreen):
    title = gettext_lazy("Recipient outside the office")
    form = OutsideForm
    submit = gettext_lazy("Seal to this authority")
    cancel = "corruption-settings"

    def lead(self) -> str:
        return _(
            "Gets what nobody in the office may read: reports about the head, above all. Its private key never comes here"
        )

    def act(self, form: Any) -> str:
        set_outside(actor=self.actor, **form.cleaned_data)
        return self.address("corruption-settings")

    def done(self, form: Any) -> str:
        return _("Compare the fingerprint of the key with the authority, by telephone")


class EndOutside(OfChannel, ConfirmScreen):
    title = gettext_lazy("Have no recipient outside the office")
    submit = gettext_lazy("End this recipient")
    cancel = "corruption-settings"

    def effect(self) -> list[str]:
        return [
            _(
                "Reports that nobody in the office may read are not taken any more: the page names the authorities instead"
            ),
            _("What was sealed to the authority can still be fetched"),
        ]

    def act(self, form: Any) -> str:
        end_outside(actor=self.actor)
        return self.address("corruption-settings")


class OutsideFiles(OfChannel):
    """The sealed files to be handed over, also to a former recipient. Nobody can tell whether anything is in them."""

    title = gettext_lazy("Sealed file for the authority")
    template = "corruption/sealed_files.html"

    def lead(self) -> str:
        return _(
            "For an authority that cannot fetch it by itself. Hand over all parts: nobody in the office can tell what is in them"
        )

    def context(self) -> dict[str, Any]:
        return {
            "files": [
                (holder, sha256(holder.public).hexdigest(), range(1, count_parts(holder) + 1))
                for holder in ever_outside()
            ]
        }


class OutsidePart(OfChannel):
    title = gettext_lazy("Sealed file for the authority")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        holder, part = ever_outside().filter(pk=self.kwargs["holder"]).first(), self.kwargs["part"]
        of = count_parts(holder) if holder else 0
        if holder is None or not 1 <= part <= of:
            raise Http404("no such part of a sealed file")
        return sealed_file(bundle_for_office(actor=self.actor, holder=holder, part=part), part, of)
