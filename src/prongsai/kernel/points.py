"""Points of the map, as people write them and copy them from a telephone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from prongsai.kernel.thai.digits import to_arabic

_NUMBER = r"([-+]?[0-9]{1,3}(?:\.[0-9]+)?)"
# Also the scripts of the pages read by it: nothing in it may mean something else there.
PAIR = re.compile(rf"\(?\s*{_NUMBER}\s*°?\s*(?:[,;]|\s)\s*{_NUMBER}\s*°?\s*\)?")
SIX = Decimal("0.000001")  # degrees: ten centimetres


@dataclass(frozen=True)
class Point:
    """A place on earth, in degrees with six decimals."""

    latitude: Decimal
    longitude: Decimal

    def __str__(self) -> str:
        return f"{self.latitude},{self.longitude}"


def read_point(text: str) -> Point | None:
    """The point that `15.24, 103.30` says, latitude first, Thai digits too; None for nothing written.

    Raises ValueError for what is no point, also where longitude and latitude of Thailand have changed places.
    """
    plain = to_arabic(text).strip()
    if not plain:
        return None
    found = PAIR.fullmatch(plain)
    if found is None:
        raise ValueError(f"no point: {text}")
    return point(Decimal(found[1]), Decimal(found[2]))


def point(latitude: Decimal | float, longitude: Decimal | float) -> Point:
    """The point with six decimals. Raises ValueError for what lies beyond the poles or once around the earth."""
    known = Point(Decimal(str(latitude)).quantize(SIX), Decimal(str(longitude)).quantize(SIX))
    if abs(known.latitude) > 90 or abs(known.longitude) > 180:
        raise ValueError(f"no point: {latitude}, {longitude}")
    return known


def degrees_of(known: Point | None) -> tuple[Decimal | None, Decimal | None]:
    """Its latitude and longitude; twice None where there is none."""
    return (known.latitude, known.longitude) if known else (None, None)
