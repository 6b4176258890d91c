"""ไฟล์: every file that the office keeps, who put it there, which records name it, and whether it is still what it was."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from prongsai.foundation.casework.kept import apart_from_cases, entries_told, may_open
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.selectors import check_files, reference, stored_file
from prongsai.kernel.contracts import Visibility
from prongsai.kernel.errors import WrongState
from prongsai.modules.office.backoffice.audit import kind_title
from prongsai.modules.office.backoffice.settings import NAV, way
from prongsai.modules.office.register import citing
from prongsai.modules.office.words import VISIBILITIES
from prongsai.ui.access import requires
from prongsai.ui.attachments import attachment
from prongsai.ui.screens import (
    Action,
    BulkAction,
    ChoiceFilter,
    Column,
    Crumb,
    DetailScreen,
    Empty,
    ListScreen,
    Panel,
    PeriodFilter,
)
from prongsai.ui.templatetags.prongsai import file_size

SHORT_TYPES = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "image/heic": "HEIC",
}


def type_of(file: StoredFile) -> str:
    """PDF, DOCX …: what people call it."""
    return SHORT_TYPES.get(file.content_type) or file.name.rpartition(".")[2].upper()[:8]


def _check(screen: Any, files: list[StoredFile]) -> str:
    troubles = list(check_files(reference(file) for file in files))
    if troubles:
        raise WrongState("; ".join(str(trouble) for trouble in troubles))
    return ngettext("%(n)s file is what it was", "%(n)s files are what they were", len(files)) % {
        "n": len(files)
    }


class Files(ListScreen):
    permission = "audit.read"
    title = gettext_lazy("Files")
    nav = NAV
    columns = (
        Column("name", gettext_lazy("Name"), sort="name", link=lambda screen, file: screen.address("settings-file", sha256=file.sha256)),
        Column("type", gettext_lazy("Type"), type_of),
        Column("size", gettext_lazy("Size"), lambda file: file_size(file.size), sort="size", align="end"),
        Column("visibility", gettext_lazy("Seen by"), lambda file: VISIBILITIES[file.visibility]),
        Column("created_by", gettext_lazy("By")),
        Column("created_at", gettext_lazy("Kept since"), kind="date"),
        Column("sha256", gettext_lazy("Fingerprint"), shown=False),
    )  # fmt: skip
    filters = (
        ChoiceFilter("visibility", gettext_lazy("Seen by"), choices=lambda screen: [(v.value, VISIBILITIES[v.value]) for v in Visibility]),
        PeriodFilter("kept", gettext_lazy("Kept since"), field="created_at__date"),
    )  # fmt: skip
    search = ("name", "created_by", "sha256")
    actions = (BulkAction("check", gettext_lazy("Check that they are what they were"), _check),)
    empty = Empty(
        gettext_lazy("No file yet"),
        gettext_lazy(
            "Files come with evidence, orders and reports. Each content is kept once, under its fingerprint"
        ),
    )

    def lead(self) -> str:
        return _("Files of cases are opened from the case, by those who may look at it")

    def crumbs(self) -> list[Crumb]:
        return way(self)

    def rows(self) -> QuerySet[StoredFile]:
        return StoredFile.objects.filter(apart_from_cases()).order_by("-id")


def _cited(screen: Any) -> dict[str, Any]:
    return {
        "cited": [
            (entry, kind_title(entry.kind))
            for entry in citing(screen.thing.sha256, entries_told(screen.actor))
        ]
    }


class FilePage(DetailScreen):
    permission = "audit.read"
    nav = NAV
    template = "office/entry.html"
    panels = (
        Panel(
            gettext_lazy("The file"),
            "office/file.html",
            lambda screen: {
                "file": screen.thing,
                "type": type_of(screen.thing),
                "visibility": VISIBILITIES[screen.thing.visibility],
            },
        ),
        Panel(gettext_lazy("Records that name it"), "office/file_cited.html", _cited),
    )
    primary = Action(
        gettext_lazy("Download"),
        lambda screen: screen.address("settings-file-content", sha256=screen.thing.sha256),
    )

    def object(self) -> StoredFile:
        found = stored_file(self.kwargs["sha256"])
        if found is None or not may_open(self.actor, found):
            raise Http404("no such file")
        return found

    def get_title(self) -> str:
        return self.thing.name

    def crumbs(self) -> list[Crumb]:
        return way(self, (gettext_lazy("Files"), "settings-files"))

    def context(self) -> dict[str, Any]:
        trouble = next(check_files([reference(self.thing)]), None)
        return {
            "checked": str(trouble) if trouble else "",
            "said": _("The file is what it was when it was kept"),
        }


@requires("audit.read")
@require_safe
def content(request: HttpRequest, organization: str, sha256: str) -> HttpResponseBase:
    """A kept file as an attachment: whatever is in it, the browser runs nothing of it here. One of a case is there for
    those alone who may open it in the case."""
    file = stored_file(sha256)
    if file is not None and not may_open(request.actor, file):  # type: ignore[attr-defined]
        raise Http404("no such file")
    response = attachment(file)
    response["Cache-Control"] = "private, no-store"
    return response
