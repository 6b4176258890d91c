"""The verification page, and the check of a file that somebody sends."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from prongsai.foundation.ledger.keys import public_keys
from prongsai.kernel import clock
from prongsai.kernel.contracts import StatementKind, Verdict
from prongsai.modules.measures.portal import checks, reads, words
from prongsai.modules.measures.portal.evidence import key_rows
from prongsai.modules.measures.portal.pages import organization_of, page_number, pager
from prongsai.modules.measures.verify_report import NotAReport, Result, read_json, verify_report
from prongsai.ui.access import public

ROWS = 20
UPLOAD_LIMIT = 5 * 1024 * 1024  # bytes; the JSON of a large year has about one million


@public
@never_cache
@require_safe
def verify(request: HttpRequest, organization: str, fiscal_year: int) -> HttpResponse:
    """Checks the year's report now, against the register, and says what that means. Never kept: it is a test."""
    found = reads.year(fiscal_year)
    result = checks.verify_year(organization_of(request), found)
    pages = max(1, -(-len(result.records) // ROWS))
    page = min(page_number(request.GET.get("page", "1")), pages)
    shown = result.records[(page - 1) * ROWS : page * ROWS] if page else []
    context = {
        "here": "verify",
        "year": found.number,
        "report": found.report,
        "result": result,
        "now": clock.now(),
        "records": [(r, [(m, words.ONE_OF_KIND[StatementKind(k)], n) for m, k, n in r.uses]) for r in shown],
        "page": page,
        "numbers": pager(page, pages),
        "pages": pages,
        "attested": found.content.count(Verdict.ATTESTED),
        "unproven": found.content.count(Verdict.UNPROVEN),
        "keys": key_rows(result.keys),
        "file_name": f"{organization}-{found.number}.json",
    }
    return render(request, "measures/verify.html", context)


class _Limited(FileUploadHandler):
    """Stops reading as soon as more comes than any report has; nothing is written anywhere."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > UPLOAD_LIMIT:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


@public
@never_cache
@csrf_exempt  # the limit must be in place before the token is looked for, which reads the body
@require_http_methods(["GET", "HEAD", "POST"])
def verify_file(request: HttpRequest, organization: str) -> HttpResponse:
    """A report's JSON paper is checked like `prongsai verify` does, and thrown away."""
    if request.method == "POST":
        request.upload_handlers.insert(0, _Limited(request))
    return _verify_file(request)


@csrf_protect
def _verify_file(request: HttpRequest) -> HttpResponse:
    context: dict[str, Any] = {"here": "verify", "year": reads.newest_year()}
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise NotAReport("")
            context |= {"name": file.name, "result": _checked(file.read())}
        except NotAReport:
            context["refused"] = True
    return render(request, "measures/verify_file.html", context, status=400 if "refused" in context else 200)


def _checked(data: bytes) -> Result:
    with tempfile.NamedTemporaryFile(suffix=".json") as kept:
        kept.write(data)
        kept.flush()
        paper = read_json(Path(kept.name))
    return verify_report(paper, {key.key_id: bytes(key.raw) for key in public_keys()})
