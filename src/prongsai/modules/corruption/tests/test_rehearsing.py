"""A self-check goes the whole way of a report up to the writing, and nothing that is kept tells that, or when, it came."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DataError, connection, transaction

from prongsai.foundation.channels.canary import marker
from prongsai.foundation.ledger.models import SealedPending
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput
from prongsai.modules.corruption.limits import Answer, sending
from prongsai.modules.corruption.models import Access, Item, Report
from prongsai.modules.corruption.services import Answers, Submission, receive
from prongsai.modules.corruption.services.rehearsing import rehearse
from prongsai.modules.corruption.stripping import Bare
from prongsai.modules.corruption.tests.conftest import Office
from prongsai.modules.corruption.tests.test_limits import answer_of
from prongsai.modules.corruption.tests.walking import Walker, heading
from tests.cast import banthrai

FILE = Bare("txt", "text/plain; charset=utf-8", "บันทึก".encode())


def form(office: Office, nonce: bytes = b"\5" * 32) -> Submission:
    readers = [person.holder.pk for person in office.people.values()]
    return Submission(nonce, readers=readers, answers=Answers(said={"what": "ก"}), files=[FILE])


def traces() -> tuple[int | None, dict[str, int]]:
    """The number of this transaction, if writing has given it one; and every number that a sequence has given out.

    Without a number a transaction has written no row anywhere, not even one that was taken back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned()::text")
        (number,) = cursor.fetchone() or (None,)
        cursor.execute("SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences")
        return number, dict(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_a_self_check_writes_no_row_and_draws_no_number() -> None:
    organization = banthrai()
    with working_for(organization.pk):
        office = Office(organization)
        office.name("somsri", unit="สำนักปลัด")
        office.name("wichai", unit="กองคลัง")
        office.open()
    with working_for(organization.pk):
        before = traces()
        assert before[0] is None
        assert receive(submission=form(office), is_check=True)
        assert traces() == before
    with working_for(organization.pk):
        receive(submission=form(office))
        after = traces()
    assert after[0] is not None, "a report does leave them"
    moved = {name for name in after[1] if after[1][name] != before[1].get(name, 0)}
    assert moved == {
        "corruption_report_id_seq", "corruption_access_id_seq", "corruption_item_id_seq",
        "corruption_attachment_id_seq", "ledger_sealedpending_id_seq",
    }  # fmt: skip


@pytest.mark.django_db
def test_what_a_report_would_be_refused_for_a_self_check_is_refused_for(office: Office) -> None:
    nobody = Submission(b"\6" * 32, readers=[], answers=Answers(said={"what": "ก"}))
    with pytest.raises(InvalidInput):
        receive(submission=nobody, is_check=True)
    with pytest.raises(DataError), transaction.atomic():
        rehearse([Report(ref="ยาวเกินที่เก็บได้" * 3, public_key=b"", reporter_public=b"", reporter_locked=b"", quarter=clock.today())])  # fmt: skip
    rehearse([Item(sealed=b"", for_reporter=b""), Access(wrapped=b""), SealedPending(body=b"x")])
    assert not Report.objects.exists()


@pytest.mark.django_db
def test_a_self_check_comes_through_where_people_do_who_answer_the_question(office: Office) -> None:
    """A flood is no outage of the channel as long as people get through it."""
    walker = Walker()
    stranger = walker.client.get("/banthrai/whistle/").wsgi_request.stranger
    while sending.ask(stranger, answered=False) is Answer.YES:
        pass
    assert walker.report(marker())
    assert Walker().begin().status_code == 200
    while sending.ask(stranger, answered=True) is Answer.YES:
        pass
    with pytest.raises(AssertionError):
        Walker().report(marker())
    assert not Report.objects.exists()


@pytest.mark.django_db
def test_a_mark_that_is_worth_nothing_makes_no_report(office: Office) -> None:
    """A prober whose clock stands, or a mark of another office: hourly reports that nobody wrote."""
    with clock.at(clock.now() - timedelta(hours=3)):
        old = marker()
    walker = Walker()
    with pytest.raises(AssertionError):
        walker.report(old)
    assert (walker.answer.status_code, bool(heading(walker.answer))) == (400, True)
    assert not Report.objects.exists()


@pytest.mark.django_db
def test_a_mark_that_grew_too_old_before_the_question_was_answered_makes_no_report(office: Office) -> None:
    walker = Walker()
    stranger = walker.client.get("/banthrai/whistle/").wsgi_request.stranger
    while sending.ask(stranger, answered=True) is Answer.YES:
        pass
    now = clock.now()
    with clock.at(now), pytest.raises(AssertionError):
        walker.report(marker())
    assert walker.answer.status_code == 429
    sending.clear()
    with clock.at(now + timedelta(hours=3)):
        walker.go(answer=answer_of(walker.answer.content.decode()))
    assert walker.answer.status_code == 400
    assert not Report.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [0, 3])
def test_a_report_that_quotes_a_mark_is_kept(office: Office, hours: int) -> None:
    with clock.at(clock.now() - timedelta(hours=hours)):
        quoted = f"มีคนส่งข้อความนี้ถึงผู้รับเหมาทุกชั่วโมง\n{marker()}\nเพื่อกลบเรื่องที่เรียกรับเงิน"
    assert Walker().report(quoted)
    somsri = office.people["somsri"].report(office.last.ref)
    assert somsri
    assert somsri.content["what"].replace("\r", "") == quoted
