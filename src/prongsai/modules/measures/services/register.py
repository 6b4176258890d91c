"""What happens to records after they are in the register: withdrawn, replaced, published. None goes away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.services import publish_file
from prongsai.foundation.ledger.models import Entry, LogName
from prongsai.foundation.ledger.services import (
    PendingFact,
    claim_withdrawal,
    flush,
    record,
    withdraw,
)
from prongsai.kernel.contracts import Actor, Origin, Topic, Visibility
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.models import Proof
from prongsai.modules.measures.selectors.evidence import by_hand
from prongsai.modules.measures.services.evidence import record_evidence
from prongsai.modules.measures.services.signing import reason_given, require_nothing_personal
from prongsai.modules.measures.workflow import permit

# What people said: taken back and said anew, not put better.
SAID = {"figure_stated", "statement_attested"}


def _entry(number: int) -> Entry:
    found = Entry.objects.filter(log=LogName.MAIN, number=number).with_payload().first()
    if found is None:
        raise InvalidInput(
            _("Evidence %(number)s is not in the register") % {"number": number}, field="number"
        )
    return found


def _mine(actor: Actor, number: int) -> Entry:
    """The record, if the actor may take it back. Raises WrongState for what the system itself recorded."""
    entry = _entry(number)
    permit(actor, "attest" if entry.kind == "statement_attested" else "record")
    if not by_hand(entry):
        raise WrongState(
            _(
                "Evidence %(number)s comes from work in the system and cannot be withdrawn or corrected "
                "by hand"
            )
            % {"number": number}
        )
    return entry


@transaction.atomic
def withdraw_evidence(*, actor: Actor, number: int, reason: str) -> PendingFact:
    """ถอน: the record stays in the register and proves nothing any more.

    Raises InvalidInput without a reason or with personal data in it, WrongState for what was not recorded by hand
    or is withdrawn already.
    """
    entry = _mine(actor, number)
    return withdraw(
        actor=actor, entry=entry, reason=reason_given(reason, _("Say why the evidence is withdrawn"))
    )


@transaction.atomic
def replace_evidence(*, actor: Actor, number: int, reason: str, **corrected: Any) -> PendingFact:
    """The record is withdrawn and another, with the arguments of `record_evidence`, takes its place: each names the other.

    Proofs that picked the old number pick the new one, in years that are not closed.
    """
    old = _mine(actor, number)
    if old.kind in SAID:
        raise WrongState(
            _("Evidence %(number)s cannot be replaced. Withdraw it, then state or attest it again")
            % {"number": number}
        )
    reason = reason_given(reason, _("Say why the evidence is corrected"))
    fresh = record_evidence(actor=actor, replaces=number, **corrected)
    _take_place(actor, old, fresh, reason)
    return fresh


@transaction.atomic
def publish_evidence(*, actor: Actor, number: int, files: bool = True) -> PendingFact:
    """Publish a record that was internal, by an act of its own; with `files` its files too (needs files.publish).

    An entry is never changed: a public one of the same content and day takes its place. Raises InvalidInput when
    it holds personal data, WrongState when it is public, withdrawn or erased.
    """
    actor.require("files.publish")
    old = _mine(actor, number)
    if old.is_public:
        raise WrongState(_("Evidence %(number)s is public already") % {"number": number})
    content = old.content
    if not content:
        raise WrongState(
            _("The content of evidence %(number)s is erased, so it cannot be published") % {"number": number}
        )
    title, url = content.pop("title"), content.pop("url", "")
    content.pop("actor", None)
    require_nothing_personal(title=title, url=url, details=content)
    fresh = record(
        actor=actor,
        kind=old.kind,
        about=old.about,
        occurred_on=old.occurred_on,
        about_period=old.period,
        origin=Origin(old.origin),
        topic=Topic(old.topic) if old.topic else None,
        unit=old.unit,
        visibility=Visibility.PUBLIC,
        title=title,
        url=url,
        payload={**content, "replaces": number},
    )
    _take_place(actor, old, fresh, "เผยแพร่เป็นรายการสาธารณะ")
    if files:
        publish_files(actor=actor, files=content.get("files", ()))
    return fresh


@transaction.atomic
def publish_files(*, actor: Actor, files: Sequence[Mapping[str, Any]]) -> None:
    """Let anybody read the files that a record names. Needs files.publish."""
    actor.require("files.publish")
    wanted = [str(file.get("sha256", "")) for file in files]
    for file in StoredFile.objects.filter(sha256__in=wanted):
        publish_file(actor=actor, file=file)


def _take_place(actor: Actor, old: Entry, fresh: PendingFact, reason: str) -> None:
    claim_withdrawal(old)
    flush()  # the new record's number is needed
    assert fresh.entry is not None
    withdraw(actor=actor, entry=old, reason=reason, replaced_by=fresh.entry, claimed=True)
    past = [PlanStatus.CLOSED, PlanStatus.SUPERSEDED, PlanStatus.DISCARDED]
    picked = Proof.objects.filter(expression=f"entry({old.number})").exclude(
        statement__measure__plan__status__in=past
    )
    picked.update(expression=f"entry({fresh.entry.number})")
