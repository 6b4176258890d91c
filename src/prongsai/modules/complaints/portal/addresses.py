"""Addresses of the pages on which citizens write and follow their cases."""

from __future__ import annotations

from django.urls import URLPattern, path

from prongsai.modules.complaints.portal import photos, questions, sending, start
from prongsai.ui.cases import public

HERE = "<slug:organization>/complaints/"

patterns: list[URLPattern] = [
    path(HERE, start.start, name="complaints-start"),
    path(HERE + "privacy/", start.privacy, name="complaints-privacy"),
    path(HERE + "line/", start.line, name="complaints-line"),
    path(HERE + "new/", start.resume, name="complaints-new"),
    path(HERE + "new/discard/", start.discard, name="complaints-discard"),
    path(HERE + "new/subject/", start.subject, name="complaints-subject"),
    path(HERE + "new/similar/", sending.similar, name="complaints-similar"),
    path(HERE + "new/photos/", photos.photos, name="complaints-photos"),
    path(HERE + "new/check/", sending.check, name="complaints-check"),
    path(HERE + "new/<slug:step>/", questions.Question.as_view(), name="complaints-step"),
    *public.patterns,
]
