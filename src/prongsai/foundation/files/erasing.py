"""What becomes of the files of a ledger entry whose content is erased (PDPA): those that nothing else names go with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import BinaryField, BooleanField, F, Func, Q, Value

from prongsai.foundation.files.models import StoredFile, Upload
from prongsai.foundation.files.services import FILE_PUBLISHED
from prongsai.foundation.files.tasks import drop_content
from prongsai.foundation.ledger.models import Entry, LogName, Payload
from prongsai.foundation.ledger.services import PendingFact, erase_payload
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel.contracts import Actor, Ref

SHOWN = 10


@dataclass(frozen=True)
class Fate:
    """A file of an entry, and what keeps it when the entry's content goes: other entries' numbers, or another use."""

    file: StoredFile
    named_by: tuple[int, ...] = ()
    used: bool = False

    @property
    def goes(self) -> bool:
        return not self.named_by and not self.used

    @property
    def shown(self) -> str:
        """The first numbers of those that name it."""
        return ", ".join(map(str, self.named_by[:SHOWN])) + (" …" if len(self.named_by) > SHOWN else "")


class _Holds(Func):
    template = "position(%(expressions)s) > 0"
    arg_joiner = " IN "
    output_field = BooleanField()  # type: ignore[assignment]


def fates(entry: Entry) -> list[Fate]:
    """The kept files that the entry names, in its order. Four queries for any number of files; reads all payloads."""
    return _fates(entry, StoredFile.objects.all())


@transaction.atomic
def erase_entry(*, actor: Actor, entry: Entry, reason: str) -> PendingFact:
    """Erase what the entry says, and its files that nothing else names: row, bytes, visitors' copy, and what the
    register says of their publishing.

    Needs ledger.erase. Raises what `erase_payload` raises. The bytes go by a job right after the transaction.
    """
    actor.require("ledger.erase")
    # Locked first: of two entries that share a file, the one erased last takes it along.
    found = _fates(entry, StoredFile.objects.select_for_update().order_by("pk"))
    fact = erase_payload(actor=actor, entry=entry, reason=reason)
    for fate in found:
        if fate.goes:
            _erase(actor, fate.file, reason)
    return fact


def _fates(entry: Entry, rows: Any) -> list[Fate]:
    named: Sequence[Mapping[str, Any]] = entry.content.get("files", ())
    digests = list(dict.fromkeys(str(file.get("sha256")) for file in named))
    kept = {file.sha256: file for file in rows.filter(sha256__in=digests)} if digests else {}
    files = [kept[sha256] for sha256 in digests if sha256 in kept]
    if not files:
        return []
    others, used = _naming(entry, files), _used(files)
    return [Fate(file, tuple(others[file.sha256]), file.pk in used) for file in files]


def _naming(entry: Entry, files: Sequence[StoredFile]) -> dict[str, list[int]]:
    """The numbers of the other entries that name each file. That it was published is told of it, and no other use."""
    anywhere = Q()
    for file in files:
        anywhere |= Q(_Holds(Value(file.sha256.encode(), output_field=BinaryField()), F("body")))
    rows = Payload.objects.filter(anywhere, entry__log=LogName.MAIN).exclude(entry=entry)
    told = {(FILE_PUBLISHED.key, str(_ref(file))) for file in files}
    found: dict[str, list[int]] = {file.sha256: [] for file in files}
    for number, kind, subject, body in rows.order_by("entry__number").values_list(
        "entry__number", "entry__kind", "entry__subject", "body"
    ):
        for sha256, numbers in found.items():
            if (kind, subject) not in told and sha256.encode() in bytes(body):
                numbers.append(number)
    return found


def _used(files: Sequence[StoredFile]) -> set[int]:
    """Those that rows of other tables point at, or that are the office's seal."""
    first, *rest = [
        model._base_manager.order_by().filter(**{f"{name}__in": files}).values_list(name, flat=True)
        for model, name in _pointing()
    ]
    used = set(first.union(*rest))
    if any(file.is_public for file in files):
        seal = Organization.objects.values_list("seal", flat=True).get(pk=current_organization_id())
        used |= {file.pk for file in files if seal and seal == file.public_sha256}
    return used


def _pointing() -> Iterator[tuple[Any, str]]:
    """Who points at kept files; an upload that has arrived does so no longer than its form."""
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if (relation.one_to_many or relation.one_to_one) and relation.auto_created:
            model, name = relation.related_model, relation.field.name  # type: ignore[attr-defined]
            if model is not Upload:
                yield model, name


def _erase(actor: Actor, file: StoredFile, reason: str) -> None:
    published = Entry.objects.filter(log=LogName.MAIN, kind=FILE_PUBLISHED.key, subject=str(_ref(file)))
    for told in published.filter(payload__body__isnull=False).with_payload():  # type: ignore[attr-defined]
        erase_payload(actor=actor, entry=told, reason=reason)
    Upload.objects.filter(file=file).delete()
    digests = {file.sha256, file.public_sha256} - {""}
    file.delete()
    for sha256 in sorted(digests):
        drop_content.defer(organization_id=current_organization_id(), sha256=sha256)


def _ref(file: StoredFile) -> Ref:
    return Ref("files", "file", file.pk)
