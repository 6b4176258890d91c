"""From last year's report to this year's draft: in one step, or read first, corrected, and then written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, UploadedFile
from ninja.params.models import Form
from ninja.responses import Status
from pydantic import JsonValue

from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import store_file
from prongsai.foundation.files.uploads import sent_whole
from prongsai.modules.measures.api import plan_shapes as shapes
from prongsai.modules.measures.api.found import actor_of, kept_files
from prongsai.modules.measures.models import Plan
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.selectors import measure_tree
from prongsai.modules.measures.services import plans as services
from prongsai.modules.measures.services.importing import ImportPreview, import_preview, preview_import
from prongsai.ui.access import requires
from prongsai.ui.api import Body, Digest, FiscalYear, Out

router = Router(tags=["plans"])


class PreviewOut(Out):
    """What a file would become, for a person to correct. Give `preview` back to POST …/plans/from-preview."""

    source_file: str
    preview: dict[str, JsonValue]


class PreviewIn(Body):
    preview: dict[str, JsonValue]
    source_file: Digest | None = None
    fiscal_year: shapes.Year | None = None


@router.post("/plans/import", response={201: shapes.PlanDetailOut})
@requires("measures.draft")
def import_plan(
    request: HttpRequest, file: UploadedFile, fiscal_year: Annotated[FiscalYear | None, Form(None)] = None
):
    """A draft from a report file (PDF, DOCX, XLSX, HTML, CSV, text): its statements with the proofs that they suggest.

    The file is kept with the draft. Without `fiscal_year` the report's own year is taken.
    """
    kept = _kept(request, file)
    with _on_disk(file, kept) as path:
        report = read_report(path)
    plan = services.import_plan(
        actor=actor_of(request),
        report=report,
        fiscal_year=fiscal_year,
        source=kept.name,
        source_file=reference(kept),
    )
    return Status(201, _whole(plan))


@router.post("/plans/preview", response=PreviewOut)
@requires("measures.draft")
def preview_plan(request: HttpRequest, file: UploadedFile):
    """Read a report file without drafting anything: its rows with what stands in the file, warnings, suggested proofs."""
    kept = _kept(request, file)
    sent_whole(actor=actor_of(request), file=kept)
    with _on_disk(file, kept) as path:
        preview = preview_import(path, kept.name)
    return PreviewOut(source_file=kept.sha256, preview=preview.to_json())


@router.post("/plans/from-preview", response={201: shapes.PlanDetailOut})
@requires("measures.draft")
def draft_from_preview(request: HttpRequest, body: PreviewIn):
    """A draft from a preview as it was corrected."""
    files = kept_files(actor_of(request), [body.source_file] if body.source_file else [], field="source_file")
    plan = import_preview(
        actor=actor_of(request),
        preview=ImportPreview.from_json(body.preview),
        fiscal_year=body.fiscal_year,
        source_file=files[0] if files else None,
    )
    return Status(201, _whole(plan))


def _kept(request: HttpRequest, file: UploadedFile) -> StoredFile:
    return store_file(actor=actor_of(request), content=file.file, name=file.name or "", pages=True)  # type: ignore[arg-type]


@contextmanager
def _on_disk(file: UploadedFile, kept: StoredFile) -> Iterator[Path]:
    """The upload as a file with the ending that its content has."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"report{Path(kept.name).suffix.lower()}"
        file.seek(0)
        with path.open("wb") as copy:
            copy.writelines(file.chunks())
        yield path


def _whole(plan: Plan) -> shapes.PlanDetailOut:
    return shapes.PlanDetailOut.whole(plan, plan.written or measure_tree(plan))
