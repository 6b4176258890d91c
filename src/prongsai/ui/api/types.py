"""The values that the API takes and gives. What does not fit is refused with the field's name, never guessed at."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from ninja.params.models import Header
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictStr, WithJsonSchema
from pydantic_core import PydanticCustomError

LARGEST = 2**53 - 1  # what every JSON reader keeps exactly
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = re.compile(r"[0-9]{1,16}")
_AMOUNT = r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$"
FIRST_DAY, LAST_DAY = date(1957, 1, 1), date(2156, 12, 31)  # พ.ศ. 2500 to 2699


class Out(BaseModel):
    """What the API gives: exactly the named fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Body(BaseModel):
    """What the API takes as JSON: a field that nobody knows is a mistake of the sender, and is said."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _iso_day(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("iso_day", "not a day as YYYY-MM-DD")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("iso_day", "not a day as YYYY-MM-DD") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise PydanticCustomError("day_range", "a day out of range")
    return day


def _from_digits(value: Any) -> Any:
    """Numbers in addresses are digits and nothing else: no signs, spaces, fractions or underscores."""
    if isinstance(value, str):
        if not _DIGITS.fullmatch(value):
            raise PydanticCustomError("digits", "not a whole number")
        return int(value)
    return value


def _from_text(value: Any) -> Any:
    """Amounts are text, so that no fraction is lost on the way."""
    if isinstance(value, str) and re.fullmatch(_AMOUNT, value):
        return Decimal(value)
    raise PydanticCustomError("amount", "not an amount as text")


# In addresses and queries
Number = Annotated[int, Field(ge=1, le=LARGEST), BeforeValidator(_from_digits)]
FiscalYear = Annotated[int, Field(ge=2400, le=2699, description="พ.ศ."), BeforeValidator(_from_digits)]
Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
# In bodies
Serial = Annotated[int, Field(strict=True, ge=1, le=LARGEST)]
Text = Annotated[StrictStr, Field(max_length=10_000, pattern=r"^[^\x00]*$")]
Digest = Annotated[StrictStr, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of a kept file")]
Key = Annotated[StrictStr, Field(max_length=100, pattern=r"^[a-z0-9_.-]*$")]
Day = Annotated[
    date, BeforeValidator(_iso_day), WithJsonSchema({"type": "string", "format": "date", "title": "Day"})
]
Amount = Annotated[
    Decimal,
    BeforeValidator(_from_text),
    WithJsonSchema({"type": "string", "pattern": _AMOUNT, "title": "Amount"}),
]
# In headers
IfMatch = Annotated[
    str | None,
    Header(None, alias="If-Match", pattern=r'^"[0-9]{1,9}"$', description='The revision that you saw: "3"'),
]
