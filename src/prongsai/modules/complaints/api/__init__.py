"""The complaints' part of the API: cases for programs with a token, figures and a way in for everybody."""

from __future__ import annotations

from ninja import Router

from prongsai.modules.complaints.api import acts, cases, public, tracking

router = Router()
for part in (public, tracking, cases, acts):
    router.add_router("", part.router)
