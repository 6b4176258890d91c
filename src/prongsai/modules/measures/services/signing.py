"""How an act was approved: on screen by the person who clicks, or on paper that somebody scanned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prongsai.foundation.files.models import StoredFile
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin
from prongsai.kernel.errors import InvalidInput
from prongsai.kernel.thai.personal import personal_data
from prongsai.modules.measures.labels import full_day
from prongsai.modules.measures.selectors.signatories import signs

FileReference = Mapping[str, Any]


TOO_EARLY = {
    "submit": gettext_lazy(
        "The day of signing, %(signed)s, is before the day of submission, %(begun)s. "
        "Check the day on the signed paper. "
        "If it was signed before that day, print the submitted version and have it signed anew"
    ),
    "freeze": gettext_lazy(
        "The day of signing, %(signed)s, is before the day on which the report was frozen, %(begun)s. "
        "Check the day on the signed paper. "
        "If it was signed before that day, print the frozen version and have it signed anew"
    ),
}


@dataclass(frozen=True)
class Begun:
    """Since when there was something to sign: nobody signs what was not put before them yet."""

    act: str
    on: date


@dataclass(frozen=True)
class Signing:
    """What the ledger fact of an approval says of its form."""

    origin: Origin
    day: date
    payload: Mapping[str, Any]

    @property
    def by(self) -> str:
        """Who approved: name and position."""
        return f"{self.payload['signatory']} {self.payload['position']}".strip()


def signing(
    actor: Actor,
    post: str,
    *,
    signed_paper: Sequence[FileReference] = (),
    signed_on: date | None = None,
    signatory: str = "",
    begun: Begun | None = None,
) -> Signing:
    """The form of an approval by `post` (clerk or head): with a signed paper its day and signatory, otherwise the actor.

    Raises InvalidInput for a day of signing that is missing, yet to come or before what was signed had `begun`, or a
    paper that is not kept here.
    """
    if not signed_paper:
        if signed_on or signatory:
            raise InvalidInput(_("Attach the signed version as a file"), field="signed_paper")
        by = {"mode": "screen", "signatory": actor.name, "position": actor.position}
        return Signing(Origin.WORK, clock.today(), by)
    if signed_on is None:
        raise InvalidInput(_("Enter the day of signing"), field="signed_on")
    if signed_on > clock.today():
        raise InvalidInput(_("The day of signing is still to come"), field="signed_on")
    if begun is not None and signed_on < begun.on:
        days = {"signed": full_day(signed_on), "begun": full_day(begun.on)}
        raise InvalidInput(str(TOO_EARLY[begun.act]) % days, field="signed_on")
    known = signs(post, signed_on)
    payload = {
        "mode": "paper",
        "signatory": (signatory or known.name).strip(),
        "position": known.acting or known.position,
        "signed_on": signed_on.isoformat(),
        **attached(signed_paper, field="signed_paper"),
    }
    if not payload["signatory"]:
        raise InvalidInput(_("Enter the name of who signed"), field="signatory")
    require_nothing_personal(signatory=payload["signatory"])
    return Signing(Origin.DOCUMENT, signed_on, payload)


def attached(files: Sequence[FileReference], *, field: str = "files") -> dict[str, Any]:
    """The payload's files. A paper counts only when it is kept here: each must name a file of this organization."""
    wanted = {str(file.get("sha256", "")) for file in files}
    kept = set(StoredFile.objects.filter(sha256__in=wanted).values_list("sha256", flat=True)) if files else ()
    if any(sha256 not in kept for sha256 in wanted):
        raise InvalidInput(
            _("The attached file is not in the system. Attach it before you save"), field=field
        )
    return {"files": [dict(file) for file in files]} if files else {}


def personal_findings(**fields: object) -> dict[str, list[str]]:
    """The identity and telephone numbers in what is to be public, by field: what services would refuse (PDPA)."""
    found = {
        name: [n for text in _texts(value) for n in personal_data(text)] for name, value in fields.items()
    }
    return {name: list(dict.fromkeys(numbers)) for name, numbers in found.items() if numbers}


def require_nothing_personal(**fields: object) -> None:
    """Raise InvalidInput on the first field that holds identity or telephone numbers."""
    for name, numbers in personal_findings(**fields).items():
        raise InvalidInput(
            _(
                "There are personal data in what is to be public: %(numbers)s. "
                "Take them out before it is published"
            )
            % {"numbers": ", ".join(numbers)},
            field=name,
        )


def reason_given(reason: str, message: str, *, field: str = "reason") -> str:
    """The reason, trimmed. Raises InvalidInput without one, and when it repeats personal data: reasons are printed."""
    if not reason.strip():
        raise InvalidInput(message, field=field)
    require_nothing_personal(**{field: reason})
    return reason.strip()


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name != "sha256":
                yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
