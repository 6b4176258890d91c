"""Several people at once, each with a connection of their own: numbers stay without gaps, the second is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection

from prongsai.foundation.casework.models import Case, CaseCounter, CaseFile, CaseMessage
from prongsai.foundation.casework.services import acknowledge, act, assign, erase_case, hear, merge, say
from prongsai.foundation.casework.tests.conftest import DAY, ERRAND, LETTER, a_case, opened
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.services import store_file
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel import clock
from prongsai.kernel.errors import ProngsaiError, Stale, WrongState
from tests.cast import SYSTEM, banthrai

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy(transactional_db: None) -> Organization:
    return banthrai()


def both(office: Organization, *works: Callable[[], object]) -> list[ProngsaiError | None]:
    """Each in a transaction of its own, begun at the same moment; what each was told, None where it went well."""
    ready = Barrier(len(works))

    def run(work: Callable[[], object]) -> ProngsaiError | None:
        try:
            with clock.at(DAY), working_for(office.pk):
                ready.wait(timeout=30)
                work()
        except ProngsaiError as told:
            return told
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result(timeout=90) for done in [pool.submit(run, work) for work in works]]


def one_was_told(told: list[ProngsaiError | None], kind: type[ProngsaiError]) -> None:
    (refused,) = [each for each in told if each is not None]
    assert isinstance(refused, kind)


def in_office(office: Organization, doing: Callable[..., Any], **said: Any) -> Any:
    with clock.at(DAY), working_for(office.pk):
        return doing(**said)


def test_four_desks_number_without_gaps_whoever_gives_up_in_between(busy: Organization) -> None:
    def desk(number: int) -> None:
        for turn in range(12):
            try:
                with clock.at(DAY), working_for(busy.pk):
                    a_case(kind=[ERRAND.key, LETTER.key][turn % 2])
                    if (turn + number) % 5 == 0:
                        raise WrongState("ยกเลิก")
            except WrongState:
                pass
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(desk, number) for number in range(4)]:
            done.result(timeout=90)
    with working_for(busy.pk):
        for kind in (ERRAND.key, LETTER.key):
            numbers = list(
                Case.objects.filter(kind=kind).order_by("sequence").values_list("sequence", flat=True)
            )
            assert numbers == list(range(1, len(numbers) + 1))
            assert len(numbers) > 15
            assert CaseCounter.objects.get(kind=kind).last == len(numbers)
        assert Entry.objects.filter(kind="errand_received").count() == Case.objects.count()


def test_a_message_delivered_twice_at_once_opens_one_case(busy: Organization) -> None:
    told = both(busy, *[lambda: opened(channel_kind="line", source_key="evt-1")] * 3)
    assert told == [None] * 3
    with working_for(busy.pk):
        assert Case.objects.get().number == "68-0001"
        assert CaseCounter.objects.get().last == 1
        assert Entry.objects.filter(kind="errand_received").count() == 1


def test_a_message_heard_twice_at_once_is_heard_once(busy: Organization) -> None:
    case = in_office(busy, a_case)
    told = both(busy, *[lambda: hear(case=case, text="x", channel_kind="line", source_key="evt-2")] * 3)
    assert told == [None] * 3
    with working_for(busy.pk):
        assert CaseMessage.objects.count() == 1


def test_a_double_click_on_an_act_is_one_act(busy: Organization) -> None:
    case = in_office(busy, lambda: acknowledge(actor=SYSTEM, case=a_case()))
    one_was_told(
        both(busy, *[lambda: act(actor=SYSTEM, case=case, act="finish", result="x")] * 2), WrongState
    )
    with working_for(busy.pk):
        assert Entry.objects.filter(kind="errand_closed").count() == 1
        assert CaseMessage.objects.count() == 1


def test_of_two_who_act_on_what_both_have_read_the_second_is_told(busy: Organization) -> None:
    case = in_office(busy, a_case)
    with working_for(busy.pk):
        unit = Unit.objects.get(name="กองคลัง")
    told = both(
        busy,
        lambda: assign(actor=SYSTEM, case=case, unit=unit, version=case.version),
        lambda: act(actor=SYSTEM, case=case, act="refuse", reason="x", version=case.version),
    )
    one_was_told(told, Stale)


def test_two_cases_merged_into_each_other_at_once_do_not_turn_in_a_circle(busy: Organization) -> None:
    first, second = in_office(busy, a_case), in_office(busy, a_case)
    told = both(
        busy,
        lambda: merge(actor=SYSTEM, case=first, into=second, reason="x"),
        lambda: merge(actor=SYSTEM, case=second, into=first, reason="x"),
    )
    one_was_told(told, WrongState)
    with working_for(busy.pk):
        assert Case.objects.filter(merged_into=None).count() == 1


def test_an_answer_and_a_message_cross_without_loss(busy: Organization) -> None:
    case = in_office(
        busy, lambda: act(actor=SYSTEM, case=acknowledge(actor=SYSTEM, case=a_case()), act="ask", message="?")
    )
    told = both(
        busy,
        lambda: hear(case=case, text="ต้นที่ ๑๒", channel_kind="web"),
        lambda: say(actor=SYSTEM, case=case, text="ต้นไหน"),
    )
    assert told == [None, None]
    with working_for(busy.pk):
        assert Case.objects.get().phase == "working"
        assert CaseMessage.objects.count() == 3


def test_a_file_comes_into_a_case_while_the_only_other_one_that_has_it_is_erased(
    busy: Organization, settings: Any, tmp_path: Path
) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "prongsai.foundation.files.storage.DurableFolder",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }
    stored, go_on = Event(), Event()

    def paper() -> StoredFile:
        return store_file(actor=SYSTEM, content=BytesIO("บันทึก (ข้อมูลตัวอย่าง)".encode()), name="บันทึก.txt")

    def closed() -> Case:
        return act(actor=SYSTEM, case=a_case(files=[paper()]), act="refuse", reason="x")

    def comes_in() -> None:
        file = paper()
        stored.set()
        go_on.wait(timeout=1)  # the other one is at it meanwhile
        a_case(title="อีกเรื่อง", files=[file])

    def is_erased() -> None:
        assert stored.wait(timeout=30)
        erase_case(actor=SYSTEM, case=first, reason="x")
        go_on.set()

    first = in_office(busy, closed)
    assert both(busy, comes_in, is_erased) == [None, None]
    with working_for(busy.pk):
        (kept,) = CaseFile.objects.select_related("file")
        assert kept.case != first
        assert storages["default"].exists(kept.file.path)
        assert Case.objects.get(pk=first.pk).erased_at is not None
