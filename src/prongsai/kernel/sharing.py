"""What many questions need is read once: inside `sharing()`, a function marked `@shared` remembers its answers.

    with sharing():          # one judgement of a plan
        judge(...)           # asks an indicator for six topics; the figures behind it are read once

Outside of it every call reads anew. Arguments must be hashable; one block belongs to one organization and one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_answers: ContextVar[dict[Hashable, object] | None] = ContextVar("shared_answers", default=None)


@contextmanager
def sharing() -> Generator[None]:
    """Begin with nothing remembered, and forget it all at the end; an inner block remembers for itself."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def shared(read: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Have `read` asked once for the same arguments inside a `sharing()` block."""

    @wraps(read)
    def ask(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        answers = _answers.get()
        if answers is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(sorted(kwargs.items())))
        if key not in answers:
            answers[key] = read(*args, **kwargs)
        return answers[key]  # type: ignore[return-value]

    return ask
