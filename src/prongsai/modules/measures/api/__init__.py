"""The measures' part of the API."""

from __future__ import annotations

from ninja import Router

from prongsai.modules.measures.api import evidence, plans, proofs, public, statements

router = Router()
for part in (public, plans, statements, proofs, evidence):
    router.add_router("", part.router)
