"""Facts are appended last, in order, without gaps, and only when what they tell of happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prongsai.foundation.ledger.models import Entry, Log
from prongsai.foundation.ledger.selectors import citation_proofs, facts, public_change_counter, root
from prongsai.foundation.ledger.services import PendingFact, erase_payload, flush, withdraw
from prongsai.foundation.ledger.tests.conftest import DAY, SOMSRI, fact, recorded
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope, working_for
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Origin, Period, Ref, Visibility
from prongsai.kernel.errors import InvalidInput, NotPermitted, NotScoped, WrongState
from tests.cast import donsai

pytestmark = pytest.mark.django_db


def numbers() -> list[int]:
    return list(facts().values_list("number", flat=True))


def test_a_fact_is_appended_when_the_outermost_scope_of_its_organization_ends(office: Organization) -> None:
    with scope(office.pk):
        with scope(office.pk):
            pending = fact()
        assert pending.entry is None
        assert numbers() == []
    assert pending.entry is not None
    with scope(office.pk):
        assert numbers() == [pending.entry.number] == [1]


def test_an_inner_scope_of_another_organization_flushes_its_own_facts_only(office: Organization) -> None:
    other = donsai()
    with scope(office.pk):
        mine = fact()
        with scope(other.pk):
            theirs = fact()
            with scope(office.pk):
                late = fact()
            assert late.entry is None
        assert (mine.entry, theirs.entry is None) == (None, False)
    assert [p.entry.number for p in (mine, late, theirs) if p.entry] == [1, 2, 1]


def recorded_and_failed(do: Callable[[], object]) -> None:
    do()
    raise ZeroDivisionError


def test_an_exception_discards_the_pending_facts(office: Organization) -> None:
    with pytest.raises(ZeroDivisionError), working_for(office.pk):
        recorded_and_failed(fact)
    with working_for(office.pk):
        assert flush() == []
        assert numbers() == []


def test_a_transaction_that_is_marked_for_rollback_appends_nothing(office: Organization) -> None:
    with transaction.atomic():
        with scope(office.pk):
            pending = fact()
            transaction.set_rollback(True)
        assert pending.entry is None


def test_a_rolled_back_savepoint_discards_its_facts_and_no_others(office: Organization) -> None:
    with working_for(office.pk):
        kept, lost = fact("คงอยู่"), list[PendingFact]()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            recorded_and_failed(lambda: lost.append(fact("หายไป")))
        last = fact("คงอยู่ด้วย")
    assert [p.entry and p.entry.number for p in (kept, *lost, last)] == [1, None, 2]


def test_a_flush_inside_a_rolled_back_savepoint_is_done_again(office: Organization) -> None:
    with working_for(office.pk):
        pending = fact()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            recorded_and_failed(flush)
        assert pending.entry is not None
        assert numbers() == []
    with working_for(office.pk):
        assert numbers() == [1]
    assert pending.entry is not None


def test_flushing_gives_numbers_in_the_order_of_recording_and_only_once(office: Organization) -> None:
    with working_for(office.pk):
        pending = [fact(f"เรื่อง {n}") for n in range(3)]
        assert flush() == [p.entry for p in pending]
        assert flush() == []
        fact()
    with working_for(office.pk):
        assert numbers() == [1, 2, 3, 4]


def test_a_fact_needs_a_scope(office: Organization) -> None:
    with pytest.raises(NotScoped):
        fact()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "no_such_kind"}, "kind"),
        ({"about": "no_such_code"}, "about"),
        ({"occurred_on": date(2999, 1, 1)}, "occurred_on"),
        ({"occurred_on": datetime(2025, 1, 1, 8)}, "occurred_on"),
        ({"unit": "ก" * 201}, "unit"),
        ({"unit": "สำนัก\0ปลัด"}, "unit"),
        ({"payload": {"score": 4.5}}, "payload"),
        ({"payload": {"day": DAY}}, "payload"),
        ({"payload": {1: "x"}}, "payload"),
        ({"payload": {"x": "\ud800"}}, "payload"),
        ({"payload": {"title": "x"}}, "payload"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_fields_name(
    office: Organization, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused, working_for(office.pk):
        fact(**changes)
    assert refused.value.field == field
    with working_for(office.pk):
        assert numbers() == []


def test_today_in_thailand_is_not_the_future(office: Organization) -> None:
    with (
        clock.at(datetime(2025, 10, 1, 18, tzinfo=clock.UTC)),
        working_for(office.pk),
    ):  # 2 October in Bangkok
        fact(occurred_on=date(2025, 10, 2))
        with pytest.raises(InvalidInput):
            fact(occurred_on=date(2025, 10, 3))


def test_an_entry_says_everything_that_was_recorded_and_its_label_names_nobody(office: Organization) -> None:
    file = {"sha256": "ab" * 32, "name": "หนังสือ.pdf", "size": 12, "type": "application/pdf"}
    with working_for(office.pk):
        fact(
            "นางสาวตัวอย่าง ยื่นคำร้อง",
            about_period=Period.fiscal_year(2569),
            subject=Ref("meetings", "meeting", 7),
            unit="กองคลัง",
            url="https://example.invalid/1",
            origin=Origin.DOCUMENT,
            payload={"files": [file], "ratio": [2, 3]},
        )
    with working_for(office.pk):
        entry = facts(subject=Ref("meetings", "meeting", 7)).with_payload().get()
        assert (entry.title, entry.url) == ("นางสาวตัวอย่าง ยื่นคำร้อง", "https://example.invalid/1")
        assert entry.content["files"] == [file]
        assert entry.content["actor"] == {
            "name": SOMSRI.name,
            "position": "นักทรัพยากรบุคคล",
            "unit": "สำนักปลัด",
        }
        assert entry.period == Period.fiscal_year(2569)
        assert (entry.origin, entry.unit, entry.label) == ("document", "กองคลัง", "ทดสอบบันทึกหลักฐาน")
        assert bytes(entry.leaf_hash) == entry.computed_leaf_hash()


def test_selectors_narrow_by_every_part_of_a_fact(office: Organization) -> None:
    recorded(office, 2)
    recorded(office, 1, visibility=Visibility.INTERNAL, occurred_on=DAY - timedelta(days=400))
    with working_for(office.pk):
        assert facts(visibility=Visibility.INTERNAL).count() == 1
        assert facts(occurred_in=Period.fiscal_year(2569)).count() == 2
        assert facts(kind="tested", origin=Origin.WORK, numbers=[1, 3, 9]).count() == 2
        assert facts(kind="another").count() == 0


def test_only_public_facts_raise_the_counter_of_public_changes(office: Organization) -> None:
    recorded(office, 2)
    recorded(office, 3, visibility=Visibility.INTERNAL)
    with working_for(office.pk):
        assert (public_change_counter(), Log.objects.get().size) == (2, 5)


def test_a_withdrawn_fact_stays_in_the_log_and_leaves_the_selectors(office: Organization) -> None:
    first, second = recorded(office, 2)
    with working_for(office.pk):
        done = withdraw(actor=SOMSRI, entry=first, reason="ลงวันที่ผิด", replaced_by=second)
    assert done.entry is not None
    with working_for(office.pk):
        assert numbers() == [2, 3]
        assert Entry.objects.count() == 3
        told = facts(kind="fact_withdrawn").with_payload().get()
        assert (told.subject, told.content["reason"], told.content["replaced_by"]) == (
            "ledger.entry:1",
            "ลงวันที่ผิด",
            2,
        )
        with pytest.raises(WrongState):
            withdraw(actor=SOMSRI, entry=first, reason="อีกครั้ง")


def test_erasing_takes_the_payload_and_leaves_the_leaf(office: Organization) -> None:
    (entry,) = recorded(office)
    with pytest.raises(NotPermitted), working_for(office.pk):
        erase_payload(actor=SOMSRI, entry=entry, reason="คำขอของเจ้าของข้อมูล")
    with pytest.raises(InvalidInput), working_for(office.pk):
        erase_payload(actor=Actor.system(), entry=entry, reason=" ")
    with working_for(office.pk):
        erase_payload(actor=Actor.system(), entry=entry, reason="คำขอของเจ้าของข้อมูล")
    with working_for(office.pk):
        erased = facts(numbers=[1]).with_payload().get()
        assert (erased.content, erased.title) == ({}, erased.label)
        assert erased.computed_leaf_hash() == bytes(entry.leaf_hash)
        with pytest.raises(WrongState):
            erase_payload(actor=Actor.system(), entry=entry, reason="อีกครั้ง")


def test_reading_a_hundred_titles_takes_one_query(office: Organization) -> None:
    recorded(office, 100)
    with working_for(office.pk), CaptureQueriesContext(connection) as queries:
        assert len({entry.title for entry in facts().with_payload()}) == 100
        assert len(queries) == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 9), min_size=1, max_size=8))
def test_batches_of_any_size_grow_the_same_tree(office: Organization, batches: list[int]) -> None:
    from prongsai.foundation.ledger import merkle

    with transaction.atomic():
        for count in batches:
            recorded(office, count)
        with scope(office.pk):
            leaves = [bytes(leaf) for leaf in Entry.objects.values_list("leaf_hash", flat=True)]
            assert [e.number for e in Entry.objects.all()] == list(range(1, sum(batches) + 1))
            with CaptureQueriesContext(connection) as queries:
                proofs = citation_proofs(range(1, len(leaves) + 1), len(leaves))
            assert len(queries) <= 2
            top = merkle.root(leaves)
            assert root(len(leaves)) == top
            for number, (index, leaf, path) in proofs.items():
                assert index == number - 1
                assert merkle.verify_inclusion(
                    bytes.fromhex(leaf), index, len(leaves), [bytes.fromhex(p) for p in path], top
                )
        transaction.set_rollback(True)
