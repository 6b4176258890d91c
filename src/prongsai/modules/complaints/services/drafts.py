"""What a citizen has answered and not sent: kept for a week, on a shared table under a key that only their browser has.

No actor and no ledger facts: a draft is nobody's record, and nobody in the office can read one.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import tempfile
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.files import content as contents
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput, Unreadable, WrongState
from prongsai.modules.complaints.catalogue import categories
from prongsai.modules.complaints.models import CitizenDraft, DraftFile
from prongsai.modules.complaints.selectors.drafts import digest_of, stale
from prongsai.modules.complaints.services.course import NAME_LENGTH, PHOTOS, WHAT, asked, course

MEGABYTE = 1 << 20
LONGEST = 10_000  # letters of one answer
FILE_LIMIT = 10 * MEGABYTE  # bytes of one file: a telephone's picture has three to six million
FILES_LIMIT = 30 * MEGABYTE  # of all files of a draft
MOST_FILES = 6
CHUNK = 1 << 16
NAME = re.compile(rf"[0-9a-f]{{{NAME_LENGTH}}}")


def fresh_key() -> str:
    """A key for a browser's cookie."""
    return secrets.token_urlsafe(32)


def fresh_name() -> str:
    """How the pages of a matter call it that is not begun yet: sent twice from one page it is begun once."""
    return secrets.token_hex(NAME_LENGTH // 2)


@transaction.atomic
def begin(*, key: str, category: str, name: str = "") -> CitizenDraft:
    """A new draft under `key`, called `name` (`fresh_name`) by the page that it was begun on.

    Raises InvalidInput for a category that there is not.
    """
    _known(category)
    name = name if NAME.fullmatch(name) else fresh_name()
    now = clock.now()
    return CitizenDraft.objects.create(
        digest=digest_of(key),
        source=name + secrets.token_hex(12),
        category=category,
        created_at=now,
        updated_at=now,
    )


@transaction.atomic
def answer(*, draft: CitizenDraft, question: str, values: dict[str, Any], category: str = "") -> CitizenDraft:
    """Keep the answer to one question, and the category when it changes; all other answers that it is asked for stay.

    What the new category is not asked for goes, files too: it would be sent unseen. Raises WrongState once the draft is sent, InvalidInput for a text over 10,000 letters.
    """
    draft = locked(draft)
    for name, value in values.items():
        if isinstance(value, str) and len(value) > LONGEST:
            refused = _(
                "The text is longer than %(most)s characters. Make it shorter, or attach it as a file"
            )
            raise InvalidInput(refused % {"most": f"{LONGEST:,}"}, field=name)
    if category and category != draft.category:
        _known(category)
        _turn_to(draft, category)
    draft.answers = {**draft.answers, question: values}
    draft.updated_at = clock.now()
    draft.save(update_fields=["answers", "category", "updated_at"])
    return draft


def _turn_to(draft: CitizenDraft, category: str) -> None:
    """Another subject: answers and files that belong to the former one alone are dropped."""
    chosen = categories()[category]
    draft.category, draft.answers = category, asked(chosen, draft.answers)
    draft.answers.get(WHAT, {}).pop("more", None)  # it answered the former subject's question
    if PHOTOS not in course(chosen):
        draft.files.all().delete()  # type: ignore[attr-defined]


@transaction.atomic
def add_file(*, draft: CitizenDraft, content: IO[bytes], name: str) -> DraftFile:
    """Keep a picture or paper with the draft; the same content twice is kept once.

    Raises Unreadable (too large, empty, no accepted kind, damaged), WrongState when there are too many or the draft is
    sent already. At most FILE_LIMIT bytes are read.
    """
    draft = locked(draft)
    with tempfile.TemporaryFile() as received:
        sha256, size = _read(content, received)
        kind = contents.judge(received, name)
        received.seek(0)
        body = received.read()
    present = list(draft.files.defer("content"))  # type: ignore[attr-defined]
    for file in present:
        if file.sha256 == sha256:
            return file
    if len(present) >= MOST_FILES:
        refused = _("At most %(most)s files can be attached. Take another out first")
        raise WrongState(refused % {"most": MOST_FILES})
    if sum(file.size for file in present) + size > FILES_LIMIT:
        refused = _("Together the files are larger than %(most)s MB. Take another out first")
        raise WrongState(refused % {"most": FILES_LIMIT // MEGABYTE})
    kept = DraftFile.objects.create(
        draft=draft,
        name=contents.clean_name(name, kind),
        content_type=kind.content_type,
        size=size,
        sha256=sha256,
        content=body,
        at=clock.now(),
    )
    _touch(draft)
    return kept


def _read(content: IO[bytes], received: Any) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(CHUNK):
        size += len(chunk)
        if size > FILE_LIMIT:
            raise too_large()
        digest.update(chunk)
        received.write(chunk)
    return digest.hexdigest(), size


def too_large(size: int = 0) -> Unreadable:
    """What is said of a file over FILE_LIMIT; `size` in bytes where it is known."""
    limit = FILE_LIMIT // MEGABYTE
    if size:
        said = _(
            "The file has %(size)s MB, more than %(most)s MB: make it smaller or take a new picture, then attach it again"
        )
        return Unreadable(said % {"size": -(-size // MEGABYTE), "most": limit})
    said = _(
        "The file is larger than %(most)s MB: make it smaller or take a new picture, then attach it again"
    )
    return Unreadable(said % {"most": limit})


@transaction.atomic
def drop_file(*, draft: CitizenDraft, file: int) -> None:
    """Take a file out of the draft; nothing happens when it is gone. Raises WrongState once the draft is sent."""
    draft = locked(draft)
    draft.files.filter(pk=file).delete()  # type: ignore[attr-defined]
    _touch(draft)


@transaction.atomic
def discard(*, draft: CitizenDraft) -> None:
    """Forget the draft with all that was answered; nothing happens when it is gone."""
    DraftFile.objects.filter(draft=draft).delete()
    CitizenDraft.objects.filter(pk=draft.pk).delete()


@transaction.atomic
def forget_old() -> int:
    """Remove the drafts of the organization in scope that nobody touched for a week; how many there were."""
    old = stale(CitizenDraft.objects.all())
    ids = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True))
    DraftFile.objects.filter(draft__in=ids).delete()
    CitizenDraft.objects.filter(pk__in=ids).delete()
    return len(ids)


def locked(draft: CitizenDraft) -> CitizenDraft:
    """The draft as it stands now, for this transaction alone. Raises WrongState when it is sent, or gone."""
    found = CitizenDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if found is None:
        raise WrongState(_("What you had filled in is erased. Begin again"))
    if found.case_id is not None:  # type: ignore[attr-defined]
        raise WrongState(_("This was sent already"))
    return found


def _touch(draft: CitizenDraft) -> None:
    draft.updated_at = clock.now()
    draft.save(update_fields=["updated_at"])


def _known(category: str) -> None:
    if category not in categories():
        raise InvalidInput(_("Choose what your matter is about"), field="category")
