"""Where the outside delivers: webhooks of mail, LINE and Facebook, and the reports of the second prober.

Each is signed by its sender; what is not is refused before anything of it is read. What is taken is kept in the same
transaction, and looked at by a job afterwards.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from prongsai.foundation.channels.canary import marker
from prongsai.foundation.channels.connectors import connector_of
from prongsai.foundation.channels.connectors.base import Forged
from prongsai.foundation.channels.connectors.facebook import Facebook
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.channels.selectors import channels_open
from prongsai.foundation.channels.services import report_looks
from prongsai.foundation.channels.services.inbound import receive_arrival
from prongsai.foundation.channels.services.probers import prober_of
from prongsai.kernel.errors import ProngsaiError
from prongsai.ui.access import public

MEGABYTE = 1 << 20
EVENTS, MAIL = MEGABYTE, 30 * MEGABYTE  # bytes of one delivery


class TooLarge(Exception):
    """More than a delivery of this kind holds."""


def _content(request: HttpRequest, limit: int) -> bytes:
    announced = request.headers.get("Content-Length", "0")
    if announced.isdecimal() and int(announced) > limit:
        raise TooLarge
    content = request.read(limit + 1)
    if len(content) > limit:
        raise TooLarge
    return content


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _connected(kind: str, channel: int) -> Channel:
    found = Channel.objects.filter(pk=channel, kind=kind, is_connected=True, closed_on=None)
    known = found.select_related("organization").first()
    if known is None:
        raise Http404("no such channel")
    return known


def _taken(request: HttpRequest, kind: str, channel: int, limit: int) -> HttpResponse:
    known, connector = _connected(kind, channel), connector_of(kind)
    assert connector is not None
    try:
        arrivals = list(connector.arrivals(known, _headers(request), _content(request, limit)))
    except TooLarge:
        return HttpResponse(status=413)
    except Forged:
        return HttpResponse(status=403)
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
    ):  # signed, and nonsense all the same
        return HttpResponse(status=400)
    for arrival in arrivals:
        receive_arrival(known, arrival)
    return HttpResponse("OK", content_type="text/plain")


@public
@csrf_exempt
@never_cache
@require_POST
def line(request: HttpRequest, organization: str, channel: int) -> HttpResponse:
    """A delivery of LINE's Messaging API."""
    return _taken(request, "line", channel, EVENTS)


@public
@csrf_exempt
@never_cache
@require_POST
def email(request: HttpRequest, organization: str, channel: int) -> HttpResponse:
    """One mail as it is, handed over by a mail server."""
    return _taken(request, "email", channel, MAIL)


@public
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def facebook(request: HttpRequest, organization: str, channel: int) -> HttpResponse:
    """A delivery of a page's webhook, or the question whether the address is ours."""
    if request.method == "POST":
        return _taken(request, "facebook", channel, EVENTS)
    try:
        challenge = Facebook().challenged(
            _connected("facebook", channel), {name: request.GET[name] for name in request.GET}
        )
    except Forged:
        return HttpResponse(status=403)
    return HttpResponse(challenge, content_type="text/plain")


@public
@csrf_exempt
@never_cache
@require_POST
def probe(request: HttpRequest, organization: str) -> HttpResponse:
    """A prober asks for a mark to put into its test message, or reports what it found."""
    try:
        content = _content(request, EVENTS)
    except TooLarge:
        return HttpResponse(status=413)
    prober = prober_of(_headers(request), content)
    if prober is None:
        return JsonResponse({"detail": "unknown key, wrong signature or a clock that is off"}, status=403)
    try:
        told: Any = json.loads(content)
        if told.get("ask") == "marker":
            return JsonResponse({"marker": marker(), "channels": _listed()})
        return JsonResponse({"taken": report_looks(prober=prober, looks=list(told["looks"]))})
    except ProngsaiError as error:
        return JsonResponse({"detail": str(error)}, status=400)
    except (ValueError, TypeError, KeyError, AttributeError):
        return JsonResponse({"detail": "not a report"}, status=400)


def _listed() -> list[dict[str, Any]]:
    return [{"id": c.pk, "kind": c.kind, "name": c.name} for c in channels_open() if c.is_listed]
