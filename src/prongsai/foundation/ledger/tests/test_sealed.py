"""The sealed log tells a day and a padded count, and nothing of what came when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from prongsai.foundation.ledger.models import Entry, LogName, SealedPending
from prongsai.foundation.ledger.sealed import (
    BATCH,
    BLOCK,
    LONGEST,
    append_sealed_batch,
    record_sealed,
    sealed_body,
    sealed_days,
)
from prongsai.foundation.ledger.selectors import facts, latest_head, log_size, public_change_counter
from prongsai.foundation.ledger.services import erase_payload, withdraw
from prongsai.foundation.ledger.tests.conftest import recorded
from prongsai.foundation.ledger.verification import verify_log
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor
from prongsai.kernel.errors import InvalidInput, NotScoped, WrongState

pytestmark = pytest.mark.django_db

DAY = date(2025, 10, 15)


@pytest.fixture(autouse=True)
def _keys(keys: object) -> None:
    """A key folder for every test here."""


def batch(office: Organization, day: date, *bodies: bytes) -> int:
    with working_for(office.pk):
        for body in bodies:
            record_sealed(body=body)
    with working_for(office.pk):
        return append_sealed_batch(day)


def sealed(office: Organization) -> list[Entry]:
    with working_for(office.pk):
        return list(Entry.objects.filter(log=LogName.SEALED).with_payload())


def test_a_day_with_acts_and_a_day_without_look_the_same(office: Organization) -> None:
    assert batch(office, DAY, b"a" * 100, b"b" * 900) == BATCH
    assert batch(office, DAY + timedelta(days=1)) == BATCH
    with working_for(office.pk):
        assert sealed_days() == [(DAY, BATCH), (DAY + timedelta(days=1), BATCH)]
    entries = sealed(office)
    assert len({len(bytes(e.payload.body)) for e in entries}) == 1  # type: ignore[attr-defined]
    shown = {(e.kind, e.about, e.label, e.unit, e.subject, e.visibility, e.origin) for e in entries}
    assert len(shown) == 1


def test_the_bodies_are_all_there_and_in_no_order_of_arrival(office: Organization) -> None:
    bodies = [f"act {n}".encode() for n in range(40)]
    assert batch(office, DAY, *bodies) == 40
    stored = [sealed_body(entry) for entry in sealed(office)]
    assert sorted(filter(None, stored)) == sorted(bodies)
    assert stored != bodies  # one chance in 40! that this is luck
    with working_for(office.pk):
        assert not SealedPending.objects.exists()


def test_entries_and_head_tell_the_day_and_no_time(office: Organization) -> None:
    batch(office, DAY, b"x")
    with working_for(office.pk):
        head = latest_head(LogName.SEALED)
    assert head is not None
    moments = {e.recorded_at for e in sealed(office)} | {head.time}
    assert [m.astimezone(clock.BANGKOK).isoformat() for m in moments] == ["2025-10-15T00:00:00+07:00"]


def test_a_second_batch_for_a_day_or_an_earlier_one_appends_nothing(office: Organization) -> None:
    batch(office, DAY, b"x")
    assert batch(office, DAY, b"late") == 0
    assert batch(office, DAY - timedelta(days=1)) == 0
    assert batch(office, DAY + timedelta(days=1)) == BATCH  # which takes the late one along
    assert [b for b in map(sealed_body, sealed(office)) if b] == [b"x", b"late"]


def test_the_main_log_shows_no_trace(office: Organization) -> None:
    recorded(office, 2)
    with working_for(office.pk):
        before = public_change_counter(), facts().exclude(kind="signing_key_made").count()
    batch(office, DAY, b"x")
    with working_for(office.pk):
        after = public_change_counter(), facts().exclude(kind="signing_key_made").count()
        assert after == before
        assert log_size(LogName.SEALED) == BATCH
        assert verify_log(office, LogName.SEALED).ok
        assert verify_log(office, LogName.MAIN).ok


def test_nine_acts_fill_two_batches(office: Organization) -> None:
    assert batch(office, DAY, *[b"x"] * (BATCH + 1)) == 2 * BATCH


@pytest.mark.parametrize(("length", "blocks"), [(1, 1), (BLOCK - 4, 1), (BLOCK - 3, 2), (LONGEST - 4, 64)])
def test_bodies_are_padded_to_whole_blocks_and_come_back_whole(
    office: Organization, length: int, blocks: int
) -> None:
    batch(office, DAY, b"z" * length)
    (mine,) = [e for e in sealed(office) if sealed_body(e)]
    assert sealed_body(mine) == b"z" * length
    assert len(bytes(mine.payload.body)) == blocks * BLOCK  # type: ignore[attr-defined]


@pytest.mark.parametrize("body", [b"", b"z" * (LONGEST - 3)])
def test_an_empty_or_too_long_body_is_refused(office: Organization, body: bytes) -> None:
    with pytest.raises(InvalidInput), working_for(office.pk):
        record_sealed(body=body)


def test_sealing_needs_a_scope_and_a_day_that_has_come(office: Organization) -> None:
    with pytest.raises(NotScoped):
        record_sealed(body=b"x")
    with pytest.raises(InvalidInput), working_for(office.pk):
        append_sealed_batch(clock.today() + timedelta(days=1))


def test_sealed_entries_are_neither_withdrawn_nor_erased(office: Organization) -> None:
    batch(office, DAY, b"x")
    entry = sealed(office)[0]
    with pytest.raises(WrongState), transaction.atomic(), working_for(office.pk):
        withdraw(actor=Actor.system(), entry=entry, reason="x")
    with pytest.raises(WrongState), transaction.atomic(), working_for(office.pk):
        erase_payload(actor=Actor.system(), entry=entry, reason="x")
