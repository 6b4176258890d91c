"""The kit that every module's API stands on: who may call, how answers and errors look, what is sent twice.

A module's `api.py` (or package `api`) holds `router`, an ordinary django-ninja router. Each operation says who may
call it, as every view does, and a public one may be kept like a page:

    @router.get("/plans", response=Plans)
    @requires("measures.read")
    def list_plans(request): ...
"""

from prongsai.ui.api.problems import ApiError, Kind
from prongsai.ui.api.types import (
    Amount,
    Body,
    Day,
    Digest,
    FiscalYear,
    IfMatch,
    Key,
    Number,
    Out,
    Serial,
    Text,
    Word,
)

__all__ = [
    "Amount",
    "ApiError",
    "Body",
    "Day",
    "Digest",
    "FiscalYear",
    "IfMatch",
    "Key",
    "Kind",
    "Number",
    "Out",
    "Serial",
    "Text",
    "Word",
]
