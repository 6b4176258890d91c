"""The product's addresses, and one that writes as services do: a file, a fact that cites it, a job."""

from __future__ import annotations

import io

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import store_file
from prongsai.foundation.ledger.services import record
from prongsai.kernel import clock
from prongsai.kernel.contracts import Origin
from prongsai.project.urls import handler403, handler404, handler500, urlpatterns
from prongsai.ui.access import public
from tests.slow.tasks import SYSTEM, follow_up

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


@csrf_exempt
@public
def write(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    paper = store_file(actor=SYSTEM, content=io.BytesIO(f"หลักฐาน {number}".encode()), name=f"{number}.txt")
    record(
        actor=SYSTEM, kind="plan_edited", occurred_on=clock.today(), origin=Origin.WORK,
        title=f"write {number}", payload={"files": [reference(paper)]},
    )  # fmt: skip
    follow_up.defer(organization_id=request.organization.pk, number=number)  # type: ignore[attr-defined]
    return HttpResponse(status=201)


urlpatterns = [*urlpatterns, path("crash-test/<slug:organization>/<int:number>/", write)]
