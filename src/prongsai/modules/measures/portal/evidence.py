"""One record and its proof, the signed heads, the public keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from prongsai.foundation.ledger import merkle
from prongsai.foundation.ledger.keys import public_keys
from prongsai.foundation.ledger.models import Entry, PublicKey, TreeHead
from prongsai.foundation.ledger.selectors import citation_proofs, latest_head
from prongsai.foundation.ledger.signatures import is_signed, public_pem
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.kernel.thai.digits import to_arabic
from prongsai.modules.measures.models import Plan
from prongsai.modules.measures.portal import reads, shown, words
from prongsai.modules.measures.portal.words import Words
from prongsai.ui.access import public
from prongsai.ui.caching import kept

HEADS_SHOWN = 100


@dataclass(frozen=True)
class Proof:
    """Why an entry is in the log that a head covers: leaf, audit path and root, computed again here."""

    index: int
    size: int
    leaf: str
    path: tuple[str, ...]
    root: str
    holds: bool
    signed: bool


@dataclass(frozen=True)
class CitedBy:
    """A statement that rests on the entry."""

    year: int
    measure: int
    anchor: str
    place: Words
    number: int
    text: str
    verdict: str


@public
@kept(state=reads.verdict_state)
@require_safe
def record(request: HttpRequest, organization: str, number: int) -> HttpResponse:
    """One record: public ones with all that their leaf is made of, internal ones with label and dates only, and those of
    one citizen's matter with nothing but their number."""
    entry = reads.entry(number)
    plans = reads.plans_in_force()
    context: dict[str, object] = {
        "here": "heads",
        "year": plans[0].fiscal_year if plans else None,
        "entry": entry,
    }
    if not entry.is_public:
        context["kind"] = words.fact_title(entry.kind, entry.about, fallback=entry.label)
        context["private"] = registry().is_private(entry.kind)
        context["erased"] = entry.payload.body is None  # type: ignore[attr-defined]
        return render(request, "measures/record_internal.html", context)
    head = latest_head()
    context |= {
        "record": shown.record_of(entry, reads.file_addresses([entry])),
        "inputs": sorted(entry.leaf_fields().items()),
        "withdrawn": hasattr(entry, "withdrawal"),
        "head": head,
        "register_head": head,
        "proof": proof_of(entry, head) if head and head.size >= entry.number else None,
        "cited": cited_by(entry, plans),
    }
    return render(request, "measures/record.html", context)


def proof_of(entry: Entry, head: TreeHead) -> Proof:
    """The entry's audit path under `head`, verified from the entry's own fields and the head's signature."""
    index, _, path = citation_proofs([entry], head.size)[entry.number]
    leaf = entry.computed_leaf_hash()
    steps = [bytes.fromhex(step) for step in path]
    keys = {key.key_id: bytes(key.raw) for key in public_keys()}
    raw = keys.get(head.key_id, b"")
    head.organization = entry.organization  # spares a query: both are of the organization in scope
    return Proof(
        index=index,
        size=head.size,
        leaf=leaf.hex(),
        path=path,
        root=head.root_hex,
        holds=merkle.verify_inclusion(leaf, index, head.size, steps, bytes(head.root)),
        signed=is_signed(raw, bytes(head.signature), head.message()),
    )


def cited_by(entry: Entry, plans: Sequence[Plan]) -> list[CitedBy]:
    """The statements that cite the entry, in the years that its dates and period touch."""
    years = {fiscal_year_of(entry.occurred_on)}
    if entry.period:
        years |= {fiscal_year_of(entry.period.start), fiscal_year_of(entry.period.end)}
    contents = [reads.year_of(plan).content for plan in plans if plan.fiscal_year in years]
    return [
        CitedBy(
            content.fiscal_year, s.measure, shown.anchor(s.kind, s.number), words.ONE_OF_KIND[s.kind], s.number,
            s.text, s.verdict.value,
        )
        for content in contents
        for s in content.statements()
        if any(c.entry == entry.number for c in s.citations)
    ]  # fmt: skip


@public
@require_safe
def find_record(request: HttpRequest, organization: str) -> HttpResponse:
    """`?number=214`: to the record, or the form again with what was wrong."""
    asked = to_arabic(request.GET.get("number", "")).strip()
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 12 else 0
    if number and Entry.objects.filter(log="main").numbered([number]).exists():
        return HttpResponseRedirect(f"/{organization}/evidence/{number}/")
    context = {"here": "heads", "year": reads.newest_year(), "asked": asked[:40], "last": latest_head()}
    return render(request, "measures/find_record.html", context, status=404 if asked else 200)


@public
@require_safe
def heads(request: HttpRequest, organization: str) -> HttpResponse:
    """The register's signed heads, newest first, and the keys that signed them."""
    found = list(TreeHead.objects.filter(log="main").order_by("-size")[:HEADS_SHOWN])
    context = {
        "here": "heads",
        "year": reads.newest_year(),
        "heads": found,
        "keys": key_rows(public_keys()),
        "register_head": found[0] if found else None,
    }
    return render(request, "measures/heads.html", context)


def key_rows(keys: Sequence[PublicKey]) -> list[tuple[str, str, object]]:
    """Each public key: its name, its PEM, and since when it signs; the one in use first."""
    return [(key.key_id, public_pem(bytes(key.raw)), key.created_at) for key in reversed(keys)]


@public
@require_safe
def latest_head_json(request: HttpRequest, organization: str) -> HttpResponse:
    """The latest head as `prongsai verify --since` takes it."""
    return _head_json(TreeHead.objects.filter(log="main").order_by("-size"))


@public
@require_safe
def head_json(request: HttpRequest, organization: str, size: int) -> HttpResponse:
    """The head that covers exactly `size` entries."""
    return _head_json(TreeHead.objects.filter(log="main", size=size))


def _head_json(found) -> HttpResponse:
    head = found.select_related("organization").first()
    if head is None:
        raise Http404("no such head")
    return JsonResponse(head.as_json(), json_dumps_params={"indent": 1})


@public
@require_safe
def key_pem(request: HttpRequest, organization: str) -> HttpResponse:
    """The public keys, oldest first, as `prongsai verify --key` takes them."""
    pem = "".join(public_pem(bytes(key.raw)) for key in public_keys())
    if not pem:
        raise Http404("nothing was signed yet")
    return HttpResponse(pem, content_type="application/x-pem-file")
