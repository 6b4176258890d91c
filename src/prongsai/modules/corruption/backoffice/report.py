"""One report: what was told, the conversation, the fact-finding, who may read it, and each act in the sealed log."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.kinds import shown_title
from prongsai.kernel.cases import Transition
from prongsai.kernel.errors import ProngsaiError, Stale
from prongsai.modules.corruption import workflow
from prongsai.modules.corruption.backoffice.unlocked import OfReport, SecretForm
from prongsai.modules.corruption.choices import FOUND
from prongsai.modules.corruption.forms import ActForm, ShareForm, TextForm
from prongsai.modules.corruption.models import Attachment, Holder
from prongsai.modules.corruption.reports import attachment, due_of, logged_acts
from prongsai.modules.corruption.selectors import desk, holders, label
from prongsai.modules.corruption.services import act, may_share_with, may_unshare, note, say, share, unshare
from prongsai.modules.corruption.services.common import as_bytes
from prongsai.ui.attachments import SANDBOX
from prongsai.ui.screens import ConfirmScreen, Link


class ReportPage(OfReport):
    title = gettext_lazy("A report")
    template = "corruption/report.html"

    def get_title(self) -> str:
        return self.opened.title if self.pair is not None else str(self.title)

    def context(self) -> dict[str, Any]:
        if self.pair is None:
            return {}
        opened, office = self.opened, desk()
        acts = workflow.FLOW.leading_from(opened.state.key)
        known = {holder.pk: holder for holder in holders()}
        return {
            "opened": opened,
            "content": opened.content,
            "due": due_of(opened, office) if office else None,
            "acts": [Link(shown_title(row), self.here("corruption-act", act=row.act)) for row in acts],
            "events": [
                (event, workflow.FLOW.state(event.said["state"]) if "state" in event.said else None)
                for event in opened.events
            ],
            "readers": [known[pk] for pk in sorted(opened.reader_ids) if pk in known],
            "may_share": bool(may_share_with(opened)),
            "may_unshare": may_unshare(opened),
            "files": opened.report.attachments.all(),  # type: ignore[attr-defined]
            "outcome": dict(FOUND).get(opened.found, ""),
            "me": self.holder,
        }


class Words(OfReport, SecretForm, abstract=True):
    """Something written about the report."""

    form = TextForm

    def done(self, form: Any) -> str:
        return _("Sealed and kept")


class Say(Words):
    title = gettext_lazy("Write to the reporter")
    submit = gettext_lazy("Seal and send")

    def lead(self) -> str:
        return _("They read it with their code. Ask nothing that would make them known without need")

    def act(self, form: Any) -> str:
        say(actor=self.actor, opened=self.opened, text=form.cleaned_data["text"])
        return self.here("corruption-report")


class Note(Words):
    title = gettext_lazy("Note of the fact-finding")
    submit = gettext_lazy("Seal and keep")

    def lead(self) -> str:
        return _("Read by those who may read the report, never by the reporter")

    def act(self, form: Any) -> str:
        note(actor=self.actor, opened=self.opened, text=form.cleaned_data["text"])
        return self.here("corruption-report")


class Share(Words):
    title = gettext_lazy("Give somebody the report")
    form = ShareForm
    submit = gettext_lazy("Seal it to them")

    def lead(self) -> str:
        return _(
            "Members of a committee, for instance. Whoever the report is about, or works under them, is not offered"
        )

    def form_kwargs(self) -> dict[str, Any]:
        fit = may_share_with(self.opened) if self.pair is not None else []
        return {"choices": [(str(holder.pk), label(holder)) for holder in fit]}

    def act(self, form: Any) -> str:
        share(
            actor=self.actor, opened=self.opened, with_whom=[int(pk) for pk in form.cleaned_data["holders"]]
        )
        return self.here("corruption-report")


class Unshare(OfReport, SecretForm, ConfirmScreen):
    title = gettext_lazy("Take the report back from somebody")
    submit = gettext_lazy("Take the right away")

    def require_address(self) -> None:
        super().require_address()
        if not Holder.objects.filter(pk=self.kwargs["holder"]).exists():
            raise Http404("no such recipient")

    def who(self) -> Holder:
        return Holder.objects.select_related("member__user").get(pk=self.kwargs["holder"])

    def effect(self) -> list[str]:
        return [
            _("%(who)s cannot open the report any more") % {"who": label(self.who())},
            _("What they have read or copied stays known to them"),
        ]

    def act(self, form: Any) -> str:
        unshare(actor=self.actor, opened=self.opened, holder=self.who())
        return self.here("corruption-report")


class Act(Words):
    """One row of the table."""

    form = ActForm
    submit = gettext_lazy("Seal and do it")

    def row(self) -> Transition | None:
        return workflow.FLOW.row(self.opened.state.key, self.kwargs["act"]) if self.pair is not None else None

    def object(self) -> Any:
        found = super().object()
        if found is not None and workflow.FLOW.row(found.state.key, self.kwargs["act"]) is None:
            raise Http404("the table has no such act here")
        return found

    def get_title(self) -> str:
        row = self.row()
        return shown_title(row) if row else _("What was done")

    def initial(self) -> dict[str, Any]:
        return {"version": self.opened.report.version}

    def form_kwargs(self) -> dict[str, Any]:
        row = self.row()
        return {"needs": row.needs if row else frozenset()}

    def act(self, form: Any) -> str:
        said = dict(form.cleaned_data)
        version = said.pop("version")
        act(actor=self.actor, opened=self.opened, act=self.kwargs["act"], version=version, **said)
        return self.here("corruption-report")

    def _refused(self, error: ProngsaiError, token: str, form: Any = None) -> HttpResponse:
        """Somebody was faster, or the reporter has written: what was typed stays, and can be sent once that was read."""
        if isinstance(error, Stale):
            data = self.request.POST.copy()
            data["version"] = str(error.present["version"])
            form = self.built(data)
        return super()._refused(error, token, form)


class File(OfReport):
    title = gettext_lazy("A file")

    def require_address(self) -> None:
        super().require_address()
        named = {"report__ref": self.kwargs["sealed"], "ref": self.kwargs["attachment"]}
        if not Attachment.objects.filter(**named).exists():
            raise Http404("no such file")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = attachment(self.opened, self.kwargs["attachment"])
        if found is None:
            raise Http404("no such file")
        kind, content_type, content = found
        response = HttpResponse(content, content_type=content_type)
        response["Content-Disposition"] = f'attachment; filename="{self.kwargs["attachment"]}.{kind}"'
        response["Content-Security-Policy"] = SANDBOX
        return response


class Logged(OfReport):
    """Each act of the report beside its entry in the sealed log, which nobody can change."""

    title = gettext_lazy("The report in the sealed log")
    template = "corruption/logged.html"

    def context(self) -> dict[str, Any]:
        if self.pair is None:
            return {}
        opened = self.opened
        entries = {each.digest: each for each in logged_acts(opened.report, opened.pair)}
        acts = [(event, entries.get(sha256(as_bytes(event.said)).hexdigest())) for event in opened.events]
        return {"acts": acts, "in_log": sum(entry is not None for _event, entry in acts)}
