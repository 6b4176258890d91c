"""The errors that services raise; each says in one sentence what happened and what to do."""

from __future__ import annotations

from collections.abc import Mapping


class ProngsaiError(Exception):
    """Anything that a person can mend; its text is shown as it stands."""


class InvalidInput(ProngsaiError):
    """The caller's data do not fit; `field` names the field or row."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotPermitted(ProngsaiError):
    """The actor lacks the named permission."""


class WrongState(ProngsaiError):
    """The act is not allowed in the present state (workflow)."""


class Stale(WrongState):
    """Somebody was faster: `present` holds what stands there now, so that nothing of either is lost."""

    def __init__(self, message: str, *, present: Mapping[str, object]) -> None:
        super().__init__(message)
        self.present = dict(present)


class Unreadable(ProngsaiError):
    """A file cannot be read as what it should be: damaged, encrypted, empty, too large."""


class NotScoped(ProngsaiError):
    """Tenant data was touched outside any organization's scope."""
