"""Finding what an address names, in the organization in scope. What is not there, or is another's, is 404."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from prongsai.foundation.casework.kept import entries_told, openable
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.ledger.models import Entry
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.measures.api.plan_shapes import SignedIn
from prongsai.modules.measures.models import Measure, Plan, Statement
from prongsai.modules.measures.selectors import measure_tree
from prongsai.ui.api import ApiError, Kind


def actor_of(request: HttpRequest) -> Actor:
    """Who calls, with what this call is permitted."""
    return request.actor  # type: ignore[attr-defined]


def plan_of(pk: int) -> Plan:
    return get_object_or_404(Plan, pk=pk)


def plan_of_year(fiscal_year: int) -> Plan:
    """The plan of a year that is in force."""
    plan = Plan.objects.filter(fiscal_year=fiscal_year, status__in=("published", "closed")).first()
    if plan is None:
        raise Http404("no plan of that year is in force")
    return plan


def measure_of(pk: int) -> Measure:
    return get_object_or_404(Measure.objects.select_related("plan"), pk=pk)


def whole_measure(measure: Measure) -> Measure:
    """The measure with all of its parts, read anew."""
    return next(each for each in measure_tree(measure.plan) if each.pk == measure.pk)


def statement_of(pk: int) -> Statement:
    return get_object_or_404(Statement.objects.select_related("measure__plan"), pk=pk)


def revision_seen(if_match: str | None) -> int:
    """The revision that the caller names in If-Match. 428 without one: nobody overwrites what they did not see."""
    if if_match is None:
        raise ApiError(Kind.REVISION)
    return int(if_match.strip('"'))


def kept_files(actor: Actor, digests: Sequence[str], *, field: str = "files") -> list[dict[str, Any]]:
    """References of the kept files with these digests, in their order. Raises InvalidInput for one that is not kept, or
    that the caller neither sent nor may open."""
    if not digests:
        return []
    found = list(StoredFile.objects.filter(sha256__in=set(digests)))
    known = {file.sha256: reference(file) for file in openable(actor, found)}
    missing = [digest for digest in digests if digest not in known]
    if missing:
        raise InvalidInput(
            _("The file %(file)s… is not in the system. Send the file before you save")
            % {"file": missing[0][:12]},
            field=field,
        )
    return [known[digest] for digest in dict.fromkeys(digests)]


def require_entry(number: int, actor: Actor) -> None:
    """Raise Http404 unless the main log has a record of this number that the caller may read."""
    if not Entry.objects.filter(entries_told(actor), log="main", number=number).exists():
        raise Http404("no such record")


def signed(actor: Actor, body: SignedIn) -> dict[str, Any]:
    """How an act was signed, as services take it."""
    return {
        "signed_paper": kept_files(actor, body.signed_paper, field="signed_paper"),
        "signed_on": body.signed_on,
        "signatory": body.signatory,
    }
