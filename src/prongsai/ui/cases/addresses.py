"""The addresses of a module's cases: one call brings every shared screen, each with the permission of the desk."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from prongsai.ui.cases import acts, placing, record
from prongsai.ui.cases.base import OfCase
from prongsai.ui.cases.desk import CaseDesk
from prongsai.ui.cases.printing import CasePrint
from prongsai.ui.cases.screens import CaseFileView, CaseScreen

SCREENS: tuple[tuple[str, str, type[OfCase]], ...] = (
    ("", "", CaseScreen),
    ("act", "act/<slug:act>/", acts.Act),
    ("acknowledge", "acknowledge/", acts.Acknowledge),
    ("sorted", "sorted/", acts.Sorted),
    ("assign", "assign/", acts.Assign),
    ("take", "take/", acts.Take),
    ("say", "say/", acts.Say),
    ("hear", "hear/", acts.Hear),
    ("closing", "closing/", acts.Closing),
    ("note", "note/", acts.Note),
    ("settle", "messages/<int:message>/settle/", acts.Settle),
    ("from-message", "messages/<int:message>/case/", placing.FromMessage),
    ("attach", "attach/", acts.Attach),
    ("merge", "merge/", placing.Merge),
    ("unmerge", "unmerge/", placing.Unmerge),
    ("split", "split/", placing.Split),
    ("recategorise", "recategorise/", placing.Recategorise),
    ("correct", "correct/", record.Correct),
    ("publish", "publish/", record.Publish),
    ("unpublish", "unpublish/", record.Unpublish),
    ("erase", "erase/", record.Erase),
    ("file", "files/<int:case_file>/", CaseFileView),
    ("print", "print.<slug:format>", CasePrint),
)


def case_patterns(desk: CaseDesk, under: str) -> list[URLPattern]:
    """The screens of one case below `<organization>/work/<under>/<case>/`, named `<key>-case` and `<key>-case-…`."""
    base = f"<slug:organization>/work/{under}/<int:case>/"
    return [
        path(base + route, concrete(screen, desk).as_view(), name=f"{desk.key}-case-{name}".removesuffix("-"))
        for name, route, screen in SCREENS
    ]


def concrete(screen: type[OfCase], desk: CaseDesk) -> type[OfCase]:
    """The shared screen as the desk's own."""
    said: dict[str, Any] = {
        "desk": desk,
        "permission": desk.permission(screen.needs),
        "__module__": screen.__module__,
    }
    return type(f"{desk.key.title()}{screen.__name__}", (screen,), said)
