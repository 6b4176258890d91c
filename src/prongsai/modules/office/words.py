"""How the office's screens name origins, who sees something, and what an entry says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from prongsai.kernel.contracts import Origin, Visibility
from prongsai.ui.cases.words import Words

ORIGINS: dict[str, Words] = {
    Origin.WORK.value: _("An act inside the system"),
    Origin.DOCUMENT.value: _("Recorded with a document"),
    Origin.WORD.value: _("An officer's word"),
}
VISIBILITIES: dict[str, Words] = {
    Visibility.PUBLIC.value: _("Everybody"),
    Visibility.INTERNAL.value: _("Staff only"),
}
SHORT_ORIGINS: dict[str, Words] = {
    Origin.WORK.value: _("act"),
    Origin.DOCUMENT.value: _("document"),
    Origin.WORD.value: _("word"),
}
# What is told of an entry's payload, besides title, maker and files: the names of its fields.
FIELDS: dict[str, Words] = {
    "document_number": _("Document no."),
    "remark": _("Remark"),
    "reason": _("Reason"),
    "note": _("Remark"),
    "text": _("Text"),
    "statement": _("Statement"),
    "statements": _("Statements"),
    "measure": _("Measure"),
    "measures": _("Measures"),
    "fiscal_year": _("Fiscal year"),
    "version": _("Version"),
    "revision": _("Version"),
    "source": _("Read from"),
    "channels": _("Channels"),
    "units": _("Units"),
    "acknowledged": _("Acknowledged"),
    "of": _("Out of"),
    "value": _("Value"),
    "parts": _("Parts"),
    "by_topic": _("By topic"),
    "indicator": _("Indicator"),
    "as_of": _("As of"),
    "scale": _("Scale"),
    "sample": _("Answers"),
    "score": _("Score"),
    "verdicts": _("Verdicts"),
    "signatory": _("Signatory"),
    "signed_on": _("Signed on"),
    "entry": _("Entry"),
    "replaces": _("Replaces entry"),
    "replaced_by": _("Replaced by entry"),
    "before": _("Before"),
    "after": _("Afterwards"),
    "name": _("Name"),
    "short_name": _("Short name"),
    "order": _("Order"),
    "position": _("Position"),
    "roles": _("Roles"),
    "permissions": _("Permissions"),
    "post": _("Post"),
    "mode": _("How"),
    "rank": _("Rank"),
    "order_number": _("Number of the order"),
    "starts_on": _("From"),
    "ends_on": _("Until"),
    "last_day": _("Last day"),
    "key_id": _("Key"),
    "public_key": _("Public key"),
    "witness": _("Witness"),
    "email": _("E-mail"),
    "size": _("Up to number"),
    "root": _("Fingerprint"),
    "tree_size": _("Up to number"),
    "digest": _("Fingerprint"),
    "item": _("Work"),
    "people": _("People"),
}
