"""Bytes of files that nothing names any more are removed; the same content may be somebody else's evidence."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db import connection
from django.db.models.fields.reverse_related import ForeignObjectRel

from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.tasks import drop_content
from prongsai.foundation.ledger.models import Payload
from prongsai.foundation.tenancy.fields import TenantModel

IN_LEDGER = f"""
SELECT DISTINCT found[1] FROM {Payload._meta.db_table},
  regexp_matches(convert_from(body, 'UTF8'), '"sha256":"([0-9a-f]{{64}})"', 'g') AS found
WHERE body IS NOT NULL AND position('"sha256":"'::bytea IN body) > 0
"""


def drop_contents(organization_id: int, files: Iterable[int]) -> list[str]:
    """Remove those of the files, rows and bytes, that nothing in the organization in scope names; returns their digests.

    Kept is what is published, what a row of any table points at or names by its digest, and what an entry of the
    ledger names. The bytes go by a job right after the transaction, unless somebody has kept the same content again.
    """
    candidates = {file.sha256: file for file in _unreferenced(set(files))}
    if candidates:
        for sha256 in _named_elsewhere(set(candidates)):
            candidates.pop(sha256, None)
    dropped = sorted(candidates)
    StoredFile.objects.filter(pk__in=[file.pk for file in candidates.values()]).delete()
    for sha256 in dropped:
        drop_content.defer(organization_id=organization_id, sha256=sha256)
    return dropped


def _unreferenced(ids: set[int]) -> list[StoredFile]:
    """Internal files that no row points at. Locked before it is looked: who keeps one of them anew waits, or is seen."""
    if not ids:
        return []
    internal = StoredFile.objects.filter(pk__in=ids, visibility="internal")
    locked = list(internal.select_for_update().order_by("pk"))
    used: set[int] = set()
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            name = relation.field.attname
            rows = relation.related_model._default_manager.filter(**{f"{name}__in": ids})
            used |= set(rows.values_list(name, flat=True))
    return [file for file in locked if file.pk not in used]


def _named_elsewhere(digests: set[str]) -> set[str]:
    """Which of the digests stand in the ledger, or in a column of that name in any table of the organization."""
    with connection.cursor() as cursor:
        cursor.execute(IN_LEDGER)
        named = {sha256 for (sha256,) in cursor.fetchall()} & digests
    for model in apps.get_models():
        if issubclass(model, TenantModel) and model is not StoredFile:
            columns = {field.name for field in model._meta.concrete_fields}
            if "sha256" in columns:
                rows = model._default_manager.filter(sha256__in=digests)
                named |= set(rows.values_list("sha256", flat=True))
    return named
