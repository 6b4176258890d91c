"""What is kept of cases outside them, entries of the register and files, and who reads those.

Whoever may not look at a case does not read about it elsewhere: neither its number, its unit and its minute in the
register, nor what its citizen sent in the list of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import (
    BigIntegerField,
    BinaryField,
    BooleanField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models import Case as Choice
from django.db.models.functions import Cast, Concat, Left, Substr
from django.db.models.lookups import Exact

from prongsai.foundation.casework.kinds import kinds_of_module
from prongsai.foundation.casework.models import Case, CaseFile
from prongsai.foundation.casework.selectors import (
    about_them,
    contact_told,
    kinds_open_to,
    shown_to,
    within_reach,
)
from prongsai.foundation.files.models import StoredFile, Upload
from prongsai.foundation.ledger.models import Entry, LogName, Payload
from prongsai.kernel.contracts import Actor, Visibility
from prongsai.kernel.registry import registry

ALL = "audit.read"  # reads the whole register, but what is about them
OF_ENTRY = "ledger.entry:"


class _Holds(Func):
    """Whether bytes stand in others."""

    template = "position(%(expressions)s) > 0"
    arg_joiner = " IN "
    output_field = BooleanField()  # type: ignore[assignment]


def entries_told(actor: Actor) -> Q:
    """Of the register's entries those that the actor may read: what is public, and all else but the facts of cases that
    they may not look at, with what was recorded about these facts later. Whoever audits reads all but what is about them.
    """
    if actor.is_system:
        return Q()
    audits, of_cases = ALL in actor.permissions, Q()
    for module in sorted({kind.module for kind in registry().case_kinds.values()}):
        words, kinds = f"{module}.case:", kinds_of_module(module)
        case = Q(pk=_number_in("subject", words), kind__in=kinds)
        if audits:
            hidden = Q(Exists(about_them(actor).filter(case)))
        elif set(kinds_open_to(actor)).isdisjoint(kinds):
            hidden = Q()
        else:
            hidden = ~Q(Exists(within_reach(actor).filter(case)))
        of_cases |= Q(subject__startswith=words) & hidden
    of_cases &= Q(visibility=Visibility.INTERNAL.value)
    named = Entry.objects.filter(of_cases, log=LogName.MAIN, number=_number_in("subject", OF_ENTRY))
    return ~of_cases & ~(Q(subject__startswith=OF_ENTRY) & Q(Exists(named)))


def _number_in(field: str, words: str) -> Choice:
    """The number after these words in a field of the row that is asked about, or nothing: looked up row by row, by an index,
    since few rows have it, while all that is hidden may be much."""
    said: Any = OuterRef(field)
    number = Cast(Substr(said, len(words) + 1), BigIntegerField())
    begins = Left(said, len(words))
    return Choice(When(Exact(begins, Value(words)), then=number), default=None)


def _named(words: str, number: str) -> Concat:
    return Concat(Value(words), Cast(number, TextField()), output_field=TextField())


def messages_told(actor: Actor) -> Q:
    """Of the messages to citizens those that are not about a case that is about the actor."""
    if actor.is_system:
        return Q()
    return ~Q(subject_ref__in=about_them(actor).values(said_as=_named("casework.case:", "pk")))


def apart_from_cases() -> Q:
    """Of the files those that everybody may see or no case names: what a case names is opened from the case."""
    return Q(visibility=Visibility.PUBLIC.value) | ~Q(pk__in=CaseFile.objects.order_by().values("file"))


def may_open(actor: Actor, file: StoredFile) -> bool:
    """Whether the actor may read a kept file, by whatever address; see `openable`."""
    return bool(openable(actor, [file]))


def openable(actor: Actor, files: Sequence[StoredFile]) -> list[StoredFile]:
    """Those of the files that the actor may read, and so may use: what is public, what they sent themselves, what no case
    names, and what a case or an entry names that they may look at (of what a citizen sent: where they are told who that
    is). To know a file's digest opens nothing. Three queries, and one for each file that only the register may open."""
    shut = {file.pk: file for file in files if not file.is_public} if not actor.is_system else {}
    if shut:
        naming = CaseFile.objects.filter(file__in=shut).values_list("file", flat=True)
        _drop(shut, set(shut).difference(naming))
    if shut and actor.user_id is not None:
        sent = Upload.objects.filter(user_id=actor.user_id, file__in=shut)
        _drop(shut, sent.values_list("file", flat=True))
    if shut:
        kinds = kinds_open_to(actor)
        seen = Case.objects.filter(shown_to(actor, kinds))
        told = seen.filter(contact_told(actor, kinds))
        read = Q(case__in=told.values("pk")) | Q(from_citizen=False, case__in=seen.values("pk"))
        _drop(shut, CaseFile.objects.filter(read, file__in=shut).values_list("file", flat=True))
    return [file for file in files if file.pk not in shut or _on_record(actor, file)]


def _drop(files: dict[int, StoredFile], ids: Iterable[int]) -> None:
    for pk in set(ids):
        files.pop(pk, None)


def _on_record(actor: Actor, file: StoredFile) -> bool:
    """Whether an entry that the actor may read names the file."""
    naming = Payload.objects.filter(
        _Holds(Value(f'"sha256":"{file.sha256}"'.encode(), output_field=BinaryField()), F("body"))
    )
    return naming.filter(
        entry__in=Entry.objects.filter(entries_told(actor), log=LogName.MAIN).values("pk")
    ).exists()
