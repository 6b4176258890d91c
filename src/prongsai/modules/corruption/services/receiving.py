"""What comes from reporters: a report, and what they say afterwards. Sealed before anything of it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from prongsai.foundation.ledger.models import SealedPending
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput, WrongState
from prongsai.modules.corruption import workflow
from prongsai.modules.corruption.choices import ALL_FILES_BYTES, LONGEST, LONGEST_MESSAGE, MOST_FILES
from prongsai.modules.corruption.codes import code_for, code_of, locked, opener, unlocked
from prongsai.modules.corruption.models import Access, Attachment, Desk, Holder, Item, Report
from prongsai.modules.corruption.quarters import quarter_of
from prongsai.modules.corruption.sealing import (
    CONTENT,
    FILE,
    ITEM,
    WRAP_BYTES,
    Pair,
    dummy_wrap,
    is_sealed_size,
    public_key,
    seal,
    wrap,
)
from prongsai.modules.corruption.selectors import holders, open_desk, with_keys
from prongsai.modules.corruption.services.common import Told, as_bytes, new_ref, put_event, told
from prongsai.modules.corruption.services.handling import sealed_to
from prongsai.modules.corruption.services.rehearsing import rehearse
from prongsai.modules.corruption.stripping import Bare

MOST_SEALED = 256 * 1024 + 81  # bytes of what a browser sealed: the longest answers in their step
FIELDS = ("names", "what", "when", "where", "evidence", "contact")


@dataclass(frozen=True)
class SealedThere:
    """A report that the browser sealed: this installation never had the key."""

    public: bytes
    content: bytes
    wraps: Mapping[int, bytes]  # by holder
    keys: Mapping[int, str]  # the fingerprint of the key to which each was wrapped


@dataclass(frozen=True)
class Answers:
    """A report as it was typed. `concerned` are keys of conflict.py; `labels` are their titles.

    `unwanted` are recipients whom the reporter left out: the report is not shared with them either.
    """

    said: Mapping[str, str]
    concerned: Sequence[str] = ()
    labels: Sequence[str] = ()
    unwanted: Sequence[int] = ()
    language: str = "th"

    def content(self) -> dict[str, Any]:
        """What is sealed. The browser makes the same."""
        words = {name: self.said.get(name, "").strip() for name in FIELDS}
        return {
            "v": 1,
            **words,
            "concerned": list(self.concerned),
            "labels": list(self.labels),
            "unwanted": [f"reader:{pk}" for pk in self.unwanted],
            "language": self.language,
            "sealed_in": "server",
        }


@dataclass(frozen=True)
class Submission:
    """What one form brought. `nonce` is the form's own: the same sent twice is one report, another text is another."""

    nonce: bytes
    readers: Sequence[int]
    answers: Answers | None = None
    sealed: SealedThere | None = None
    files: Sequence[Bare] = field(default=())

    @property
    def own(self) -> bytes:
        """32 bytes that only this very form has. Nobody who lacks the nonce can work them out from what it says."""
        said = (
            self.sealed.content if self.sealed else as_bytes(self.answers.content()) if self.answers else b""
        )
        return _digest(
            self.nonce, said, repr(sorted(self.readers)).encode(), *(f.content for f in self.files)
        )


def _digest(*parts: bytes) -> bytes:
    """One digest of several parts, none of which can be taken for another's end."""
    return sha256(b"".join(sha256(part).digest() for part in parts)).digest()


@dataclass(frozen=True)
class _Made:
    """A report as it would be kept: everything is sealed before the first of it is written."""

    report: Report
    accesses: Sequence[Access]
    content: Item
    files: Sequence[Attachment]
    received: Told

    def keep(self) -> None:
        self.report.save()
        Access.objects.bulk_create(self.accesses)
        self.content.save()
        for file in self.files:
            file.save()
        self.received.keep()

    def rehearse(self) -> None:
        """As far as it goes without leaving anything."""
        log = SealedPending(body=self.received.logged)
        rehearse([self.report, *self.accesses, self.content, *self.files, self.received.item, log])


def receive(*, submission: Submission, is_check: bool = False) -> str:
    """Take a report; returns the reporter's code. Nobody is asked who they are.

    A self-check goes the whole way up to the writing, and leaves nothing, not even a number that was drawn. Raises
    WrongState while the channel is closed, InvalidInput for what cannot be a report, or when nobody may read it.
    """
    own = submission.own
    code, form = code_for(own), sha256(b"form" + own).hexdigest()
    try:
        with transaction.atomic():
            _alone(own)
            if not Report.objects.filter(form=form).exists():
                made = _made(submission, code, form)
                if is_check:
                    made.rehearse()
                else:
                    made.keep()
    except IntegrityError:  # the same form arrived twice at the same moment
        if not Report.objects.filter(form=form).exists():
            raise
    return code


def _alone(own: bytes) -> None:
    """Let the same form wait until its first coming is kept: what the database refuses, its log may tell.

    The number of the lock is worked out apart: it leads to nothing that is stored.
    """
    number = int.from_bytes(_digest(b"alone", own)[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _made(submission: Submission, code: str, form: str) -> _Made:
    desk = open_desk()
    if desk is None:
        raise WrongState(_("The office has not opened this channel"))
    able = with_keys()
    content, public, wraps = _sealed(submission, able)
    reporter = Pair()
    found = opener(code, bytes(desk.salt))
    report = Report(
        ref=new_ref(),
        public_key=public,
        reporter_public=reporter.public,
        reporter_locked=locked(reporter, found),
        code=found.digest,
        form=form,
        quarter=quarter_of(clock.today()),
    )
    accesses = [
        Access(report=report, holder=holder, wrapped=wraps.get(holder.pk) or dummy_wrap())
        for holder in holders().filter(confirmed=True)
    ]
    first = Item(report=report, sealed=content, for_reporter=seal(b"", reporter.public, ITEM))
    received = told(
        report,
        "received",
        to_reporter=True,
        state=workflow.FLOW.initial,
        ref=report.ref,
        files=len(submission.files),
        **sealed_to(holder for holder in able if holder.pk in wraps),
    )
    return _Made(report, accesses, first, _attached(report, submission.files), received)


def _sealed(submission: Submission, able: Sequence[Holder]) -> tuple[bytes, bytes, dict[int, bytes]]:
    """The content, sealed; the report's public key; and its private one wrapped for each reader."""
    known = {holder.pk: holder for holder in able if holder.receives or holder.is_outside}
    if submission.sealed is not None:
        there = submission.sealed
        # Sealed to a key that is not in use any more, it would open for nobody: the others get it, and may share it.
        wraps = {
            pk: wrapped
            for pk, wrapped in there.wraps.items()
            if pk in known and there.keys.get(pk) == known[pk].fingerprint
        }
        if not wraps:
            raise InvalidInput(_("The recipients or their keys have changed. Begin again"), field="keys")
        public_key(there.public)
        fits = is_sealed_size(len(there.content)) and len(there.content) <= MOST_SEALED
        if not fits or any(len(wrapped) != WRAP_BYTES for wrapped in wraps.values()):
            raise InvalidInput(_("What was sealed did not come whole. Send it again"), field="sealed")
        return there.content, there.public, wraps
    if submission.answers is None:
        raise InvalidInput(_("There is nothing to report yet"), field="what")
    _check(submission.answers)
    pair = Pair()
    wraps = {pk: wrap(pair.secret, known[pk].public, pair.public) for pk in submission.readers if pk in known}
    if not wraps:
        raise InvalidInput(_("There is nobody yet who could read this"), field="readers")
    content = seal(as_bytes(submission.answers.content()), pair.public, CONTENT)
    return content, pair.public, wraps


def _too_long(most: int) -> str:
    return _("Longer than %(most)s characters") % {"most": f"{most:,}"}


def _check(answers: Answers) -> None:
    if not answers.said.get("what", "").strip():
        raise InvalidInput(_("Tell what happened"), field="what")
    for name, most in LONGEST.items():
        if len(answers.said.get(name, "")) > most:
            raise InvalidInput(_too_long(most), field=name)


def _attached(report: Report, files: Sequence[Bare]) -> list[Attachment]:
    """The files, sealed. Raises InvalidInput for too many."""
    if len(files) > MOST_FILES or sum(len(file.content) for file in files) > ALL_FILES_BYTES:
        most = {"count": MOST_FILES, "size": ALL_FILES_BYTES >> 20}
        refused = _("At most %(count)s files can be attached, together at most %(size)s MB") % most
        raise InvalidInput(refused, field="files")
    heads = (as_bytes({"kind": file.kind, "type": file.content_type}) + b"\n" for file in files)
    return [
        Attachment(report=report, ref=new_ref(), sealed=seal(head + file.content, report.public, FILE))
        for head, file in zip(heads, files, strict=True)
    ]


# --- the conversation --------------------------------------------------------------------------------------


def report_by_code(typed: str) -> tuple[Report, Pair] | None:
    """The report that a code opens, with the reporter's key; None for any other text. Slow on purpose."""
    desk: Desk | None = Desk.objects.first()
    code = code_of(typed)
    if desk is None or not code:
        return None
    found = opener(code, bytes(desk.salt))
    report = Report.objects.filter(code=found.digest, erased=False).first()
    if report is None:
        return None
    return report, unlocked(bytes(report.reporter_locked), bytes(report.reporter_public), found)


@transaction.atomic
def reply(*, report: Report, nonce: bytes, text: str, files: Sequence[Bare] = ()) -> None:
    """What the reporter adds. The same form sent twice is one message. Raises InvalidInput for one without anything in it."""
    report = Report.objects.select_for_update().get(pk=report.pk)
    form = _digest(b"reply", nonce, text.encode(), *(file.content for file in files)).hex()
    if report.answered == form:
        return
    if not text.strip() and not files:
        raise InvalidInput(_("Write a message, or attach a file"), field="text")
    if len(text) > LONGEST_MESSAGE:
        raise InvalidInput(_too_long(LONGEST_MESSAGE), field="text")
    for file in _attached(report, files):
        file.save()
    put_event(report, "message_in", to_reporter=True, text=text.strip(), files=len(files))
    report.answered = form
    report.version += 1  # whoever acts without having seen it is told
    report.save(update_fields=["answered", "version"])
