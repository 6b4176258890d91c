"""Several clients at once: no gaps, no deadlock, one head per size, one first key."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.models import Entry, Log, PublicKey, TreeHead
from prongsai.foundation.ledger.tests.conftest import fact
from prongsai.foundation.ledger.verification import verify_log
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel.contracts import Actor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy(transactional_db: None, office: Organization, keys: object) -> Organization:
    return office


def at_once(*works: Callable[[], object]) -> None:
    """Run each in a thread with a connection of its own; raise what any of them raised."""

    def closing(work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(closing, work) for work in works]:
            done.result(timeout=60)


def test_four_clients_number_without_gaps(busy: Organization) -> None:
    def client() -> None:
        for n in range(25):
            with working_for(busy.pk):
                for _ in range(n % 3 + 1):
                    fact()

    at_once(client, client, client, client)
    with working_for(busy.pk):
        numbers = list(Entry.objects.values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) == 4 * sum(n % 3 + 1 for n in range(25))
        assert verify_log(busy).ok


def test_recording_before_or_after_a_shared_change_does_not_deadlock(busy: Organization) -> None:
    met = Barrier(2)

    def records_first() -> None:
        with working_for(busy.pk):
            fact()
            met.wait(timeout=20)
            Unit.objects.select_for_update().get(name="กองคลัง")

    def records_last() -> None:
        with working_for(busy.pk):
            Unit.objects.select_for_update().get(name="กองคลัง")
            met.wait(timeout=20)
            fact()

    for _ in range(5):
        at_once(records_first, records_last)
    with working_for(busy.pk):
        assert Entry.objects.count() == 10


def test_clients_that_sign_at_once_make_one_key_and_one_head_per_size(busy: Organization) -> None:
    met = Barrier(4)

    def client() -> None:
        met.wait(timeout=20)
        with working_for(busy.pk):
            fact()
            sign_head(actor=Actor.system())

    at_once(client, client, client, client)
    with working_for(busy.pk):
        assert PublicKey.objects.count() == 1
        heads = list(TreeHead.objects.all())
        assert len({head.size for head in heads}) == len(heads)
        assert [h.time for h in heads] == sorted(h.time for h in heads)
        assert verify_log(busy).ok


def test_asking_for_the_head_of_a_quiet_log_keeps_nobody_from_recording(busy: Organization) -> None:
    def locks_at_once() -> None:
        with working_for(busy.pk):
            Log.objects.select_for_update(nowait=True).get(name="main")

    for _ in range(2):  # the first signature makes the key, which is a fact of its own
        with working_for(busy.pk):
            signed = sign_head(actor=Actor.system())
    with working_for(busy.pk):
        assert sign_head(actor=Actor.system()) == signed
        at_once(locks_at_once)


def test_what_a_failed_client_recorded_leaves_no_gap(busy: Organization) -> None:
    def fails() -> None:
        with transaction.atomic(), working_for(busy.pk):
            fact()
            transaction.set_rollback(True)

    def works() -> None:
        with working_for(busy.pk):
            fact()

    at_once(fails, works, fails, works)
    with working_for(busy.pk):
        assert list(Entry.objects.values_list("number", flat=True)) == [1, 2]
