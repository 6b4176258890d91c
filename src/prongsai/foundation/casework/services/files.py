"""Files of a case: attached once each, by the citizen or the office."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.casework import rights
from prongsai.foundation.casework.models import Case, CaseFile, CaseMessage
from prongsai.foundation.casework.services import common
from prongsai.foundation.files.models import StoredFile
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput

MOST_FILES = 100  # of one case


def attach_all(
    case: Case, files: Sequence[StoredFile], *, from_citizen: bool, message: CaseMessage | None = None
) -> int:
    """Attach those that the case does not have yet; returns how many it got. Raises InvalidInput for too many.

    What the staff had among themselves and now send with `message` is the citizen's to read from then on.
    """
    if not files:
        return 0
    before = case.files.count()
    if message is not None and message.direction == CaseMessage.Direction.OUT:
        own = case.files.filter(file__in=files, from_citizen=False)
        own.exclude(message__direction=CaseMessage.Direction.OUT).update(message=message)
    CaseFile.objects.bulk_create(
        [
            CaseFile(
                case=case,
                message=message,
                file=file,
                name=file.name,
                from_citizen=from_citizen,
                at=clock.now(),
            )
            for file in files
        ],
        ignore_conflicts=True,
    )
    after = case.files.count()
    if after > MOST_FILES:
        refused = _("At most %(most)s files can be attached to a case")
        raise InvalidInput(refused % {"most": MOST_FILES}, field="files")
    return after - before


@transaction.atomic
def attach(*, actor: Actor, case: Case, file: StoredFile, from_citizen: bool = False) -> CaseFile:
    """Put a file into the case, once. Needs `<module>.handle`. Raises WrongState when the case was erased."""
    current = common.locked(case)
    rights.require_to(actor, current, "handle")
    common.require_kept(current)
    if attach_all(current, [file], from_citizen=from_citizen):
        common.note_event(current, "attached", actor=actor)
    return CaseFile.objects.get(case=current, file=file)
