"""The measures' part of the API."""

from __future__ import annotations

from ninja import Router

from prongsai.modules.measures.api import (
    closing,
    evidence,
    imports,
    overview,
    plans,
    proofs,
    public,
    statements,
)

router = Router()
for part in (public, plans, imports, overview, statements, proofs, evidence, closing):
    router.add_router("", part.router)
