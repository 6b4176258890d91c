"""From last year's report to a draft: upload, look at what was read beside what stands in the file, correct, save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.casework.kept import may_open
from prongsai.foundation.desk.models import SentForm
from prongsai.foundation.files.selectors import reference, stored_file
from prongsai.foundation.files.services import open_file
from prongsai.kernel.errors import InvalidInput, Unreadable
from prongsai.modules.measures.backoffice.plan_base import NAV, PlansScreen
from prongsai.modules.measures.backoffice.plan_list import free_year
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.forms.plan import ImportForm, UploadForm
from prongsai.modules.measures.models import Plan, Proof, Statement
from prongsai.modules.measures.services import import_desk as desk
from prongsai.modules.measures.services.importing import preview_import
from prongsai.ui.screens import ConfirmScreen, Crumb, FormScreen


class PlanImport(PlansScreen, FormScreen):
    """Choose a file: a new one, or with `?file=` one that is kept already. Whatever cannot be read says why."""

    permission = "measures.draft"
    title = gettext_lazy("Begin with last year's report")
    form = UploadForm
    template = "measures/office/plan_import.html"
    submit = gettext_lazy("Read the file")
    cancel = "plan-list"

    def initial(self) -> dict[str, Any]:
        file = stored_file(self.request.GET.get("file", "")[:64])
        return {"file": [reference(file)]} if file and may_open(self.actor, file) else {}

    def context(self) -> dict[str, Any]:
        return {"reading": desk.reading_of(self.member)}

    def act(self, form: Any) -> str:
        [given] = form.cleaned_data["file"]
        file = stored_file(str(given["sha256"]))
        if file is None:
            raise InvalidInput(_("The file is no longer there. Attach it again"), field="file")
        try:
            with open_file(file) as content:
                preview = preview_import(content.read(), str(given["name"]))
        except Unreadable as error:
            raise InvalidInput(str(error), field="file") from error
        self.reading = desk.start(member=self.member, preview=preview, file=given)
        return self.address("plan-import-check")

    def done(self, form: Any) -> str:
        lines = self.reading.lines
        counts = {"measures": len(lines), "texts": sum(line.statements for line in lines)}
        return (
            _("Read %(measures)s measures and %(texts)s texts. Nothing is saved before you say so") % counts
        )


class Checking(PlansScreen, FormScreen, abstract=True):
    """A screen of a report that was read. With nothing on the desk, it leads to the upload."""

    permission = "measures.draft"
    nav = NAV

    @cached_property
    def found(self) -> desk.Reading | None:
        return desk.reading_of(self.member)

    @property
    def reading(self) -> desk.Reading:
        if self.found is None:
            raise Http404
        return self.found

    def elsewhere(self) -> HttpResponseBase | None:
        if self.found is not None:
            return None
        # A form that is sent a second time, after it cleared the desk, leads where it led the first time.
        sent = SentForm.objects.filter(token=self.request.POST.get("once") or None).first()
        return HttpResponseRedirect((sent and sent.url) or self.address("plan-import"))

    def crumbs(self) -> Sequence[Crumb]:
        return (*super().crumbs(), Crumb(_("Begin with last year's report"), self.address("plan-import")))

    def progress(self) -> str:
        """`ตรวจแล้ว 3 จาก 7 มาตรการ`."""
        counts = {"checked": self.reading.checked, "all": len(self.reading.lines)}
        return _("%(checked)s of %(all)s measures checked") % counts


class PlanImportCheck(Checking):
    """What was read, a measure a line; and saving it as a draft."""

    title = gettext_lazy("Check what was read")
    form = ImportForm
    template = "measures/office/plan_import_check.html"
    submit = gettext_lazy("Save as a draft of the measures")
    cancel = "plan-list"

    def initial(self) -> dict[str, Any]:
        return {"fiscal_year": max(self.reading.preview.fiscal_year or 0, free_year())}

    def context(self) -> dict[str, Any]:
        reading = self.reading
        unbound = sum(line.unbound for line in reading.lines if not line.left_out)
        year = self.initial()["fiscal_year"]
        taken = Plan.objects.filter(fiscal_year=year).exclude(status=PlanStatus.DISCARDED).first()
        return {
            "reading": reading,
            "progress": self.progress(),
            "unbound": unbound,
            "taken": taken,
            "statements": sum(line.statements for line in reading.lines if not line.left_out),
        }

    def act(self, form: Any) -> str:
        year = form.cleaned_data["fiscal_year"]
        self.made = desk.finish(actor=self.actor, member=self.member, fiscal_year=year)
        return self.address("plan", plan=self.made.pk)

    def done(self, form: Any) -> str:
        statements = Statement.objects.filter(measure__plan=self.made)
        bound = Proof.objects.filter(statement__in=statements).values("statement").distinct().count()
        words = _(
            "The draft of %(year)s is saved: %(measures)s measures, %(texts)s texts, %(bound)s of them with evidence to look for"
        )
        return words % {
            "year": self.made.fiscal_year,
            "measures": self.made.measures.count(),  # type: ignore[attr-defined]
            "texts": statements.count(),
            "bound": bound,
        }


class PlanImportDrop(Checking, ConfirmScreen):
    """Forget what was read."""

    title = gettext_lazy("Put away what was read?")
    template = "ui/confirm.html"
    submit = gettext_lazy("Put it away")
    cancel = "plan-import-check"

    def effect(self) -> list[str]:
        return [
            self.reading.preview.name,
            _("Your corrections are lost. The uploaded file stays among the office's files"),
        ]

    def act(self, form: Any) -> str:
        desk.drop(member=self.member)
        return self.address("plan-import")

    def done(self, form: Any) -> str:
        return _("Put away. Choose another file")
