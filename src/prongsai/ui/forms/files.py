"""Files of a form: sent beforehand by script, or with the form itself; those that arrived stay when it comes back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.files.content import KINDS
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import MEGABYTE, store_file
from prongsai.foundation.tenancy.scope import current_organization_id
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import ProngsaiError

Reference = dict[str, str | int]
# What the script says. {done} and the like are filled in by it.
SAID = {
    "drop": _("Drop files here, or"),
    "choose": _("Choose files"),
    "photo": _("Take a picture"),
    "remove": _("Take out"),
    "cancel": _("Cancel sending"),
    "again": _("Try again"),
    "waiting": _("Waiting for its turn"),
    "sent": _("Sent {done} of {size}"),
    "seconds": _("about {n} seconds left"),
    "minutes": _("about {n} minutes left"),
    "checked": _("sent and checked"),
    "held": _("The line dropped. Sending goes on by itself"),
    "login": _("The session has ended. Sign in again in another tab, then try again"),
    "unreadable": _("The file cannot be read on this device. Choose it again"),
    "many": _("At most {most} files can be attached"),
    "safe": _("The other files are still here"),
    "sending": _("{n} files are still being sent. Saving goes on by itself once they have arrived"),
    "failed": _("{n} files could not be sent. Take them out or try again, then save"),
    "kb": _("kB"),
    "mb": _("MB"),
}
ACCEPT = ",".join(f".{extension}" for kind in KINDS for extension in kind.extensions)
PAGES = ",.html,.htm"


def file_token(given: Reference) -> str:
    """What a page holds for a file that has arrived: nobody can make one up, and no other office can use it."""
    return signing.dumps(given, salt=_salt(), compress=True)


def file_of(token: str) -> Reference | None:
    """The reference in the token, or None for one that this organization was never given."""
    try:
        return signing.loads(token, salt=_salt())
    except signing.BadSignature:
        return None


def _salt() -> str:
    return f"prongsai.files.{current_organization_id()}"


@dataclass(frozen=True)
class Sent:
    """What came with the form: files, and tokens of files that arrived before."""

    files: tuple[UploadedFile, ...] = ()
    tokens: tuple[str, ...] = ()


class FilesInput(forms.FileInput):
    template_name = "ui/forms/files.html"
    scripts = ("ui/elements.js", "ui/uploads.js")
    allow_multiple_selected = True
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, most: int = 20, pages: bool = False) -> None:
        super().__init__({"accept": ACCEPT + PAGES * pages, **(attrs or {}), "multiple": most > 1})
        self.most, self.pages = most, pages
        self.owner: int | None = None  # whose files the browser may keep for a reload

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Sent:
        return Sent(tuple(_all(files, name)), tuple(str(token) for token in _all(data, name) if token))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and name not in files

    def format_value(self, value: Any) -> list[tuple[str, Reference]]:  # type: ignore[override]
        if isinstance(value, Sent):
            found = ((token, file_of(token)) for token in value.tokens)
            return [(token, given) for token, given in found if given]
        return [(file_token(given), given) for given in value or ()]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        limit = settings.FILE_LIMIT_BYTES // MEGABYTE
        said = json.dumps({key: str(words) for key, words in SAID.items()}, ensure_ascii=False)
        kept = context["widget"]["value"]
        own = {"most": self.most, "pages": self.pages, "owner": self.owner}
        return {**context, "kept": kept, "limit": limit, "said": said, **own}


def _all(data: Any, name: str) -> Iterable[Any]:
    if hasattr(data, "getlist"):
        return data.getlist(name)
    found = data.get(name) or ()
    return found if isinstance(found, (list, tuple)) else [found]


class FilesField(forms.Field):
    """Up to `max_files` files, kept (internal) as soon as they arrive. Cleaned value: a list of file references.

    A file that cannot be kept refuses the form with a sentence naming it; the others stay. The form needs `actor`.
    With `pages` web pages are taken too and kept as plain text: for what the program itself reads.
    """

    widget = FilesInput
    default_error_messages = {
        "required": _("Attach a file"),
        "many": _("At most %(most)s files can be attached, %(given)s are here. Take some out"),
        "file": _("%(name)s: %(reason)s The other files are still here"),
        "unknown": _("A file is no longer known. Attach it again"),
    }

    def __init__(self, *, max_files: int = 20, pages: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Files"))
        super().__init__(widget=FilesInput(most=max_files, pages=pages), **kwargs)
        self.max_files, self.pages = max_files, pages
        self.actor = None
        self.arrived: list[Reference] | None = None  # set by clean(): what the page lists when it comes back

    @property
    def actor(self) -> Actor | None:
        return self._actor

    @actor.setter
    def actor(self, actor: Actor | None) -> None:
        self._actor = actor
        self.widget.owner = actor.user_id if actor else None  # type: ignore[union-attr]

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data if self.arrived is None else self.arrived

    def to_python(self, value: Any) -> list[Reference]:
        if not isinstance(value, Sent):
            return list(value or ())
        found = {str(given["sha256"]): given for given in map(file_of, value.tokens) if given}
        problems: list[ValidationError] = []
        if any(file_of(token) is None for token in value.tokens):
            problems.append(ValidationError(self.error_messages["unknown"]))
        for file in value.files:
            try:
                given = self._keep(file)
                found[str(given["sha256"])] = given
            except ProngsaiError as error:
                words = {"name": file.name, "reason": str(error)}
                problems.append(ValidationError(self.error_messages["file"], params=words))
        self.arrived = list(found.values())
        if len(found) > self.max_files:
            words = {"most": self.max_files, "given": len(found)}
            problems.append(ValidationError(self.error_messages["many"], params=words))
        if problems:
            raise ValidationError(problems)  # type: ignore[arg-type]
        return self.arrived

    def _keep(self, file: UploadedFile) -> Reference:
        if self.actor is None:
            raise ImproperlyConfigured("a form with files needs the actor: SomeForm(…, actor=request.actor)")
        kept = store_file(actor=self.actor, content=file.file, name=file.name or "", pages=self.pages)  # type: ignore[arg-type]
        return reference(kept)

    def has_changed(self, initial: Any, data: Any) -> bool:
        if not isinstance(data, Sent):
            return bool(data)
        before = {given["sha256"] for given in initial or ()}
        after = {given["sha256"] for given in map(file_of, data.tokens) if given}
        return bool(data.files) or before != after
