"""A member's work as a calendar, opened by programs that cannot sign in: the address is the secret."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from prongsai.foundation.organizations.models import Organization
from prongsai.modules.office.calendars import calendar_of
from prongsai.modules.office.selectors import member_of_calendar
from prongsai.modules.office.services import digest_of
from prongsai.modules.office.work import work
from prongsai.ui.access import public


@public
@require_safe
def feed(request: HttpRequest, organization: str, secret: str) -> HttpResponse:
    """The dated work of whoever holds the secret; 404 for a secret that was renewed, and once the member has left."""
    member = member_of_calendar(digest_of(secret))
    if member is None:
        raise Http404("no such calendar")
    office: Organization = request.organization  # type: ignore[attr-defined]
    own = work(member.actor(), office)
    tasks = sorted((*own.late, *own.near, *own.far, *own.approvals), key=lambda task: task.item.key)
    response = HttpResponse(calendar_of(tasks, office), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
