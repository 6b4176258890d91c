"""What the recipient outside the office fetches: one sealed file, of which nobody here can tell what it holds.

It has every report of which something is kept, open or closed, with the outside recipient's row of `Access`, which opens
for them or opens nothing; the office knows neither. So nobody inside can keep a report from them by closing it, and what the
reporter adds later comes with the next fetch. It comes in parts, each padded to a power of two of at least 1 MiB.
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.modules.corruption.choices import MANAGE
from prongsai.modules.corruption.models import Access, Attachment, Holder, Item, Report
from prongsai.modules.corruption.outside_keys import digest_of
from prongsai.modules.corruption.quarters import quarter_of
from prongsai.modules.corruption.sealing import BUNDLE, seal
from prongsai.modules.corruption.services.common import put_event
from prongsai.modules.corruption.workflow import FORWARDED

SMALLEST_BUNDLE = 1 << 20
PART_BYTES = 31 << 20  # what a part holds, unless a single file is larger: with its padding 32 MiB
OVERHEAD_BYTES = 600  # of a piece in the archive, with what opens its report
FILLING = "filling"
MOST_REFS = 200


def holder_by_secret(secret: str) -> Holder | None:
    """The outside recipient, present or former, who was given this secret."""
    return (
        Holder.objects.filter(member=None, collect=digest_of(secret)).order_by("-id").first()
        if secret
        else None
    )


def bundle_for_office(*, actor: Actor, holder: Holder, part: int = 1) -> bytes:
    """A part of the sealed file for an outside recipient, present or former, to be handed over. Needs corruption.manage."""
    actor.require(MANAGE)
    if not holder.is_outside:
        raise WrongState(_("This is not a recipient outside the office"))
    return bundle(holder, part)


@dataclass(frozen=True)
class Piece:
    """An item or a file of a report, by its place: references stand inside, sealed, for those who may read them."""

    report: int
    name: str
    kind: type[Item] | type[Attachment]
    pk: int
    size: int


def count_parts(holder: Holder) -> int:
    """In how many parts the holder's sealed file comes. Two queries."""
    return len(_parts(holder))


def bundle(holder: Holder, part: int = 1) -> bytes:
    """One part of the sealed file for the holder, numbered from 1. Raises InvalidInput when there is none of that number.

    One part is in memory at a time, however much the office keeps.
    """
    parts = _parts(holder)
    if not 1 <= part <= len(parts):
        refused = _("The file has %(count)s parts: there is no part %(part)s")
        raise InvalidInput(refused % {"count": len(parts), "part": part}, field="part")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        _write_part(archive, holder, parts[part - 1])
        _fill(archive, held)
    return seal(held.getvalue(), holder.public, BUNDLE)


def _parts(holder: Holder) -> list[list[Piece]]:
    """All that is kept of the reports that came in the holder's time, whether they can open them or not, in parts."""
    parts: list[list[Piece]] = [[]]
    room = PART_BYTES
    for piece in _pieces(holder):
        if piece.size > room and parts[-1]:
            parts.append([])
            room = PART_BYTES
        parts[-1].append(piece)
        room -= piece.size + OVERHEAD_BYTES
    return parts


def _pieces(holder: Holder) -> Iterator[Piece]:
    found: dict[int, list[Piece]] = defaultdict(list)
    for kind, folder in ((Item, "items"), (Attachment, "files")):
        kept = kind.objects.filter(report__accesses__holder=holder, report__erased=False)
        number, before = 0, None
        for report, pk, size in kept.order_by("report_id", "id").values_list(
            "report_id", "pk", Length("sealed")
        ):
            number, before = (number + 1 if report == before else 0), report
            found[report].append(Piece(report, f"{folder}/{number:06d}", kind, pk, size))
    for report in sorted(found):
        yield from found[report]


def _write_part(archive: zipfile.ZipFile, holder: Holder, pieces: Sequence[Piece]) -> None:
    """Each report of the part has what opens it, or opens nothing; its pieces may go on in the next part."""
    folders = {pk: f"{number:06d}" for number, pk in enumerate(dict.fromkeys(p.report for p in pieces))}
    accesses = Access.objects.filter(holder=holder, report__in=folders).select_related("report")
    for access in accesses.order_by("report_id"):
        folder = folders[access.report.pk]
        _write(archive, f"{folder}/public", access.report.public)
        _write(archive, f"{folder}/wrapped", bytes(access.wrapped))
    for kind in (Item, Attachment):
        names = {p.pk: f"{folders[p.report]}/{p.name}" for p in pieces if p.kind is kind}
        found = kind.objects.filter(pk__in=names).values_list("pk", "sealed")
        for pk, sealed in found.order_by("pk").iterator(chunk_size=20):
            _write(archive, names[pk], bytes(sealed))


def _fill(archive: zipfile.ZipFile, held: io.BytesIO) -> None:
    """So that an office without a report hands over as much as one with some."""
    lacking = SMALLEST_BUNDLE // 2 - held.tell()
    if lacking > 0:
        _write(archive, FILLING, bytes(lacking))


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name), content)  # without a time


@transaction.atomic
def take_over(*, holder: Holder, refs: Sequence[str]) -> int:
    """The outside recipient says which reports they have: the office's figures count these as closed. Returns how many.

    Only who opened the report knows its reference. Raises InvalidInput when one is not among the open reports.
    """
    wanted = {ref.strip().lower() for ref in refs if ref.strip()}
    if not wanted or len(wanted) > MOST_REFS:
        raise InvalidInput(_("Write the reports' references, one a line"), field="refs")
    found = Report.objects.select_for_update().filter(
        ref__in=wanted, accesses__holder=holder, erased=False, closed_quarter=None
    )
    reports = list(found)
    if len(reports) != len(wanted):
        strange = ", ".join(sorted(wanted - {report.ref for report in reports}))
        refused = _(
            "%(refs)s is not in the list, or closed already. Leave it out and send all the others again"
        )
        raise InvalidInput(refused % {"refs": strange}, field="refs")
    for report in reports:
        report.closed_quarter = quarter_of(clock.today())
        report.version += 1
        report.save(update_fields=["closed_quarter", "version"])
        put_event(
            report,
            "act",
            actor=Actor(holder.name),
            to_reporter=True,
            act="taken_over",
            state=FORWARDED,
            text=f"{holder.name} รับเรื่องไว้ดำเนินการแล้ว",
        )
    return len(reports)
