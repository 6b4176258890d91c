"""The measures' part of the API."""

from __future__ import annotations

from ninja import Router

from prongsai.modules.measures.api.public import router as public_router

router = Router()
router.add_router("", public_router)
