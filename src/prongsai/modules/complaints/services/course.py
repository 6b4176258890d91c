"""The questions that a matter is asked, and what of the answers belongs to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from prongsai.modules.complaints.catalogue import Category, categories
from prongsai.modules.complaints.choices import INFORMATION, SUGGESTION
from prongsai.modules.complaints.models import CitizenDraft, DraftFile

SUBJECT, WHAT, WHERE, HOW, PHOTOS, CONTACT, CHECK = (
    "subject", "what", "where", "how", "photos", "contact", "check",
)  # fmt: skip
NAME_LENGTH = 16
Answers = Mapping[str, Mapping[str, Any]]


def course(category: Category) -> tuple[str, ...]:
    """The questions about a matter, in order; the last one shows everything and sends it."""
    first = () if category.kind == INFORMATION else (SUBJECT,)
    where = () if category.place == "none" else (WHERE,)
    files = () if category.kind in {INFORMATION, SUGGESTION} else (PHOTOS,)
    how = (HOW,) if category.kind == INFORMATION else ()
    return (*first, WHAT, *where, *how, *files, CONTACT, CHECK)


def category_of(draft: CitizenDraft) -> Category:
    """What the draft is about; a category that a later release no longer has counts as any other trouble."""
    return categories().get(draft.category) or categories()["trouble"]


def asked(category: Category, answers: Answers) -> dict[str, dict[str, Any]]:
    """Of the answers those that a matter of the category is asked for: nothing else is shown, and nothing else is sent."""
    steps = course(category)
    found = {question: dict(values) for question, values in answers.items() if question in steps}
    if not category.question:
        found.get(WHAT, {}).pop("more", None)
    return found


def name_of(draft: CitizenDraft) -> str:
    """How the form's own pages name the draft, so that two windows know which of them is meant. It opens nothing."""
    return draft.source[:NAME_LENGTH]


def files_of(draft: CitizenDraft) -> list[tuple[str, str]]:
    """Digest and name of each file that goes along; none where the matter is asked for none."""
    if PHOTOS not in course(category_of(draft)):
        return []
    return list(DraftFile.objects.filter(draft=draft).values_list("sha256", "name"))


def shown_of(draft: CitizenDraft, files: list[tuple[str, str]] | None = None) -> str:
    """A digest of everything that the last page shows: what is sent is what was looked at."""
    category = category_of(draft)
    kept = files_of(draft) if files is None else files
    said = json.dumps([category.key, asked(category, draft.answers), kept], sort_keys=True)
    return sha256(said.encode()).hexdigest()
