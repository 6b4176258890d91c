"""Points of the map: however they are written, latitude comes first."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prongsai.kernel.points import point, read_point

# The pin on the map reads them alike: tests/e2e/test_maps_staff.py.
READ = (
    "15.24, 103.3",
    "15.24 103.3",
    "(15.240000,103.300000)",
    "๑๕.๒๔, ๑๐๓.๓",
    " 15.24° , 103.3° ",
    "15.24;103.3",
    "015.24 103.3",
    "15.24, +103.3",
)
REFUSED = (
    "103.3, 15.24",
    "15.24",
    "หน้าวัด",
    "15.24, 181",
    "1 2 3",
    "nan, nan",
    "15,24,103,3",
    "15.24°103.3",
    "lat 15.24, 103.3 E",
    "15.24,,103.3",
    "１５.２４, １０３.３",
    "໑໕.໒໔, ໑໐໓.໓",
)


@pytest.mark.parametrize("text", READ)
def test_a_point_is_read_as_people_write_it(text: str) -> None:
    assert str(read_point(text)) == "15.240000,103.300000"


def test_nothing_written_is_no_point() -> None:
    assert read_point("  ") is None


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no point"):
        read_point(text)


@given(
    st.decimals(-90, 90, places=6, allow_nan=False),
    st.decimals(-180, 180, places=6, allow_nan=False),
)
def test_what_is_written_out_is_read_back(latitude: Decimal, longitude: Decimal) -> None:
    known = point(latitude, longitude)
    assert read_point(str(known)) == known
