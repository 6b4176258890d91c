"""The address at which Traffy Fondue delivers. They sign nothing: the address itself holds a key that only they are told."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from prongsai.modules.complaints.traffy.arrivals import from_webhook
from prongsai.modules.complaints.traffy.link import by_key
from prongsai.modules.complaints.traffy.taking import keep
from prongsai.ui.access import public

LARGEST = 1 << 18  # bytes of one delivery; pictures come as addresses


@public
@csrf_exempt
@never_cache
@require_http_methods(["POST", "PATCH"])
def traffy(request: HttpRequest, organization: str, key: str) -> HttpResponse:
    """A delivery: a new ticket, a status, something said. Kept at once, looked at by a job."""
    link = by_key(key)
    if link is None:
        raise Http404("no such address")
    content = request.read(LARGEST + 1)
    if len(content) > LARGEST:
        return HttpResponse(status=413)
    try:
        raw = json.loads(content)
        if not isinstance(raw, dict):
            raise ValueError("no object")
        arrival = from_webhook(request.method or "", raw)
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    keep(link, arrival)
    return JsonResponse({"status": "success"})
