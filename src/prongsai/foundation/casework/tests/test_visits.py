"""Trying codes leads nowhere, and nobody is kept from their case by somebody who tries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.translation import override

from prongsai.foundation.accounts.models import LoginFailure
from prongsai.foundation.casework.codes import fresh_code, number_from
from prongsai.foundation.casework.services import NumberNeeded, TooManyTries, find_case, visits
from prongsai.foundation.casework.tests.conftest import opened
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from tests.cast import donsai
from tests.golden.queries import counted_queries

HERE, THERE = "203.0.113.7", "198.51.100.9"


def fail(times: int, address: str = HERE, number: str = "") -> None:
    for _ in range(times):
        assert find_case(code=fresh_code(), number=number, address=address) is None


def test_a_code_opens_its_case(office: Organization) -> None:
    made = opened()
    with counted_queries("casework.find_case"):
        assert find_case(code=made.code, address=HERE) == made.case
    assert find_case(code=made.code, number="68-0001", address=HERE) == made.case
    assert not LoginFailure.objects.exists()


def test_from_an_address_that_fails_often_the_number_is_asked_for_too(office: Organization) -> None:
    made = opened()
    fail(visits.ADDRESS_AN_HOUR)
    with pytest.raises(NumberNeeded):
        find_case(code=made.code, address=HERE)
    assert find_case(code=made.code, number="68-0001", address=HERE) == made.case, "a neighbour gets in"
    assert find_case(code=made.code, address=THERE) == made.case
    with clock.at(clock.now() + timedelta(hours=1)):
        assert find_case(code=made.code, address=HERE) == made.case


def test_many_addresses_together_use_up_the_codes_of_an_office(
    office: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "CODES_AN_HOUR", 30)
    made = opened()
    for number in range(30):
        fail(1, address=f"2001:db8:{number:x}::1")
    with pytest.raises(NumberNeeded):
        find_case(code=made.code, address=THERE)
    assert find_case(code=made.code, number="68-0001", address=THERE) == made.case
    with scope(donsai().pk):
        other = opened()
        assert find_case(code=other.code, address=THERE) == other.case, "another office is not concerned"


@pytest.mark.parametrize("everywhere", [False, True])
def test_number_and_code_open_the_case_however_many_wrong_ones_were_tried(
    office: Organization, everywhere: bool
) -> None:
    """Numbers are no secret: whoever tries codes with one is told that they are many, and shuts nobody out."""
    made = opened()
    fail(visits.NUMBER_AN_HOUR, number="68-0001")
    with pytest.raises(TooManyTries):
        find_case(code=fresh_code(), number="680001", address=HERE)
    if everywhere:
        for number in range(30):
            fail(visits.NUMBER_AN_HOUR, address=f"2001:db8:{number:x}::1", number="68-0001")
    for address in (HERE, THERE):
        for typed in ("68-0001", "๖๘๐๐๐๑"):
            assert find_case(code=made.code, number=typed, address=address) == made.case
    assert find_case(code=made.code, address=HERE) == made.case, "by the code alone too"


def test_a_number_opens_no_other_case_than_its_own(office: Organization) -> None:
    made, other = opened(), opened()
    fail(visits.ADDRESS_AN_HOUR)
    assert find_case(code=made.code, number=other.case.number, address=HERE) is None


def test_both_refusals_speak_the_language_of_the_page(office: Organization) -> None:
    for error in (NumberNeeded, TooManyTries):
        with override("en"):
            assert str(error()).isascii()
        with override("th"):
            assert not str(error()).isascii()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("700006", "70-0006"),
        ("๗๐๐๐๐๖", "70-0006"),
        (" c70 0006", "C70-0006"),
        ("70 – 6", "70-0006"),
        ("70-12345", "70-12345"),
        ("ทดสอบ-K7QM", "ทดสอบ-K7QM"),
        ("706", "706"),
    ],
)
def test_a_number_is_read_however_it_was_typed(typed: str, number: str) -> None:
    assert number_from(typed) == number


def test_no_address_can_be_read_from_what_is_counted(office: Organization) -> None:
    fail(1)
    rows = list(LoginFailure.objects.values_list("key", flat=True))
    assert len(rows) == 2
    assert not any(HERE in row or len(row) != 64 for row in rows)
