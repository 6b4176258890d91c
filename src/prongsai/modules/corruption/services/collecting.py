"""What the recipient outside the office fetches: one sealed file, of which nobody here can tell what it holds.

It has every open report with the outside recipient's row of `Access`, which opens for them or opens nothing; the office
knows neither. The file is padded to whole powers of two of at least 1 MiB.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from django.db import transaction

from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.modules.corruption.choices import MANAGE
from prongsai.modules.corruption.models import Access, Attachment, Holder, Item, Report
from prongsai.modules.corruption.outside_keys import digest_of
from prongsai.modules.corruption.quarters import quarter_of
from prongsai.modules.corruption.sealing import BUNDLE, seal
from prongsai.modules.corruption.selectors import outside
from prongsai.modules.corruption.services.common import put_event
from prongsai.modules.corruption.workflow import FORWARDED

SMALLEST_BUNDLE = 1 << 20
FILLING = "filling"
MOST_REFS = 200


def holder_by_secret(secret: str) -> Holder | None:
    """The outside recipient, present or former, who was given this secret."""
    return (
        Holder.objects.filter(member=None, collect=digest_of(secret)).order_by("-id").first()
        if secret
        else None
    )


def bundle_for_office(*, actor: Actor) -> bytes:
    """The sealed file for the present outside recipient, to be handed over. Needs corruption.manage."""
    actor.require(MANAGE)
    holder = outside()
    if holder is None:
        raise WrongState("ยังไม่ได้กำหนดผู้รับเรื่องภายนอก")
    return bundle(holder)


def bundle(holder: Holder) -> bytes:
    """All open reports for the holder, sealed to their key as one file."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        accesses = Access.objects.filter(holder=holder, report__erased=False, report__closed_quarter=None)
        for number, access in enumerate(accesses.select_related("report").order_by("report_id")):
            _add(archive, f"{number:06d}", access)
        _fill(archive, held)
    return seal(held.getvalue(), holder.public, BUNDLE)


def _add(archive: zipfile.ZipFile, folder: str, access: Access) -> None:
    """A report by its place in the file: its reference stands inside, sealed, for those who may read it."""
    _write(archive, f"{folder}/public", access.report.public)
    _write(archive, f"{folder}/wrapped", bytes(access.wrapped))
    for number, item in enumerate(Item.objects.filter(report=access.report).order_by("id")):
        _write(archive, f"{folder}/items/{number:06d}", bytes(item.sealed))
    for number, file in enumerate(Attachment.objects.filter(report=access.report).order_by("id")):
        _write(archive, f"{folder}/files/{number:06d}", bytes(file.sealed))


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
        raise InvalidInput("พิมพ์เลขอ้างอิงของเรื่อง บรรทัดละเรื่อง", field="refs")
    found = Report.objects.select_for_update().filter(
        ref__in=wanted, accesses__holder=holder, erased=False, closed_quarter=None
    )
    reports = list(found)
    if len(reports) != len(wanted):
        raise InvalidInput("มีเลขอ้างอิงที่ไม่มีในรายการ ตรวจแล้วส่งใหม่ทั้งหมด", field="refs")
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
