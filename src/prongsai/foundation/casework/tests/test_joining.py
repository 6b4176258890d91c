"""Merging and splitting, correcting and recategorising, publishing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import connection

from prongsai.foundation.casework.models import Case, CaseMessage
from prongsai.foundation.casework.services import (
    Contact,
    Place,
    acknowledge,
    act,
    correct,
    erase_case,
    from_message,
    hear,
    merge,
    publish_case,
    recategorise,
    say,
    split,
    unpublish_case,
)
from prongsai.foundation.casework.services.telling import tell_merged
from prongsai.foundation.casework.tests.conftest import ERRAND, LETTER, a_case, a_file, recorded
from prongsai.foundation.channels.models import Channel, Inbound, Outbound
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.selectors import public_change_counter
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Topic
from prongsai.kernel.errors import InvalidInput, NotPermitted, Stale, WrongState


def test_a_merged_case_is_counted_where_it_is_merged(office: Organization, officer: Actor) -> None:
    first, second = a_case(), a_case()
    merged = merge(actor=officer, case=second, into=first, reason="เสาเดียวกัน")
    assert (merged.phase, merged.merged_into, merged.days_taken) == ("merged", first, None)
    assert merged.closed_on is not None
    assert [fact.kind for fact in recorded(merged)] == ["errand_merged"]
    withdrawn = Entry.objects.with_payload().get(kind="fact_withdrawn")  # type: ignore[attr-defined]
    assert withdrawn.content["reason"] == f"รวมกับ {first.number}"
    assert [fact.kind for fact in recorded(first)] == ["errand_received"]
    assert first.events.filter(event="took_in", about=second.number).exists()
    assert first.number in merged.messages.get(direction="out").text


def test_a_merged_case_takes_its_whole_course_out_of_the_figures(
    office: Organization, officer: Actor
) -> None:
    first = a_case()
    second = act(actor=officer, case=acknowledge(actor=officer, case=a_case()), act="finish", result="x")
    second = act(actor=officer, case=second, act="reopen")
    merge(actor=officer, case=second, into=first, reason="x")
    assert [fact.kind for fact in recorded(second)] == ["errand_merged"]


def test_merging_goes_to_the_end_of_the_chain_and_never_in_a_circle(
    office: Organization, officer: Actor
) -> None:
    first, second, third = a_case(), a_case(), a_case()
    merge(actor=officer, case=second, into=first, reason="x")
    assert merge(actor=officer, case=third, into=second, reason="x").merged_into == first
    for into in (first, second, third):
        with pytest.raises(WrongState, match="ตัวเอง"):
            merge(actor=officer, case=first, into=into, reason="x")
    with pytest.raises(WrongState):
        merge(actor=officer, case=second, into=a_case(), reason="x")


def test_merging_needs_a_reason_the_permission_and_the_newest_version(
    office: Organization, officer: Actor
) -> None:
    first, second = a_case(), a_case()
    with pytest.raises(InvalidInput) as refused:
        merge(actor=officer, case=second, into=first, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(NotPermitted):
        merge(actor=Actor("x", user_id=5), case=second, into=first, reason="x")
    with pytest.raises(Stale):
        merge(actor=officer, case=second, into=first, reason="x", version=9)


def test_whoever_reported_the_same_is_told_the_result_too(office: Organization, officer: Actor) -> None:
    first, second, late = a_case(), a_case(contact=Contact(email="a@example.com")), a_case()
    merge(actor=officer, case=second, into=first, reason="x")
    done = act(
        actor=officer, case=acknowledge(actor=officer, case=first), act="finish", result="เปลี่ยนหลอดแล้ว"
    )
    tell_merged(organization_id=office.pk, case_id=done.pk)
    told = second.messages.order_by("-id")[0]
    assert "เปลี่ยนหลอดแล้ว" in told.text
    assert told.delivery == "waiting"
    merge(actor=officer, case=late, into=done, reason="x")
    assert "เปลี่ยนหลอดแล้ว" in late.messages.get(direction="out").text, "merged into one that is closed"


def test_a_child_has_number_code_and_clock_of_its_own_and_the_parent_waits_for_it(
    office: Organization, officer: Actor
) -> None:
    parent = a_case(contact=Contact(email="a@example.com"), place=Place(village="3"))
    unit = Unit.objects.get(name="กองคลัง")
    made = split(actor=officer, case=parent, title="ค่าเสียหาย", unit=unit, topic=Topic.ASSETS)
    child = Case.objects.get(pk=made.case.pk)
    assert made.code
    assert (child.number, child.parent, child.unit, child.village) == ("68-0002", parent, unit, "3")
    assert (child.topic, child.category, child.contact_email) == ("assets", "lamp", "a@example.com")
    assert [e.about for e in child.events.filter(event="split_from")] == ["68-0001"]
    told = parent.messages.get(direction="out")
    assert child.number in told.text, "the citizen is told where the part is"
    assert made.code not in told.text, "its code is a secret"
    parent = acknowledge(actor=officer, case=parent)
    with pytest.raises(WrongState, match="68-0002"):
        act(actor=officer, case=parent, act="finish", result="x")
    for each in ("refuse", "finish"):
        with pytest.raises(WrongState, match="68-0002"):
            act(actor=officer, case=parent, act=each, result="x", reason="x")
    with pytest.raises(WrongState, match="68-0002"):
        merge(actor=officer, case=parent, into=a_case(), reason="x")
    act(actor=officer, case=child, act="refuse", reason="x")
    parent = act(actor=officer, case=parent, act="finish", result="x")
    with pytest.raises(WrongState):
        split(actor=officer, case=parent, title="อีกเรื่อง")


# --- another matter in a message ---


def test_another_matter_in_a_message_to_a_closed_case_becomes_a_case_of_its_own(
    office: Organization, officer: Actor
) -> None:
    case = a_case(contact=Contact("บุญมี ตัวอย่าง", email="a@example.com"))
    case = act(actor=officer, case=case, act="refuse", reason="x")
    said = hear(case=case, text="นายช่างใช้รถหลวง", channel_kind="email", files=[a_file()])
    with clock.at(date(2025, 10, 3)):
        made = from_message(
            actor=officer, message=said, kind=LETTER.key, title="ใช้รถหลวง", category="car", topic=Topic.ASSETS
        )
    fresh = Case.objects.get(pk=made.case.pk)
    assert (fresh.kind, fresh.body, fresh.topic, fresh.received_on) == (
        LETTER.key, "นายช่างใช้รถหลวง", "assets", date(2025, 8, 14),
    )  # fmt: skip
    assert (fresh.parent, fresh.contact_email, fresh.channel_kind) == (None, "a@example.com", "email")
    assert fresh.files.get().file == a_file()
    assert Outbound.objects.filter(key=f"casework.receipt:{fresh.pk}", recipient="a@example.com").exists()
    assert case.events.filter(event="gave_rise", about=fresh.number).exists()
    case.refresh_from_db()
    assert (case.is_open, case.heard_at) == (False, None)
    again = from_message(actor=officer, message=said, kind=LETTER.key, title="ใช้รถหลวง")
    assert (again.case, again.code) == (fresh, ""), "one case of one message"


def test_what_came_before_the_end_of_the_year_and_was_read_after_it_counts_before(
    office: Organization, officer: Actor
) -> None:
    channel = Channel.objects.create(kind="line", name="LINE", opened_on=date(2025, 1, 1))
    case = a_case(contact=Contact("บุญมี ตัวอย่าง", handle="U1"), channel_kind="line")
    came = datetime(2025, 9, 30, 23, 50, tzinfo=clock.BANGKOK)
    with clock.at(date(2025, 10, 3)):
        said = hear(case=case, text="อีกเรื่อง", channel_kind="line")
        Inbound.objects.create(
            channel=channel,
            source_key="1",
            sender="U1",
            body={},
            received_at=came,
            handled_as=f"message:{said.pk}",
        )
        made = from_message(actor=officer, message=said, kind=ERRAND.key, title="อีกเรื่อง").case
    assert (made.received_on, made.received_at) == (date(2025, 9, 30), came)
    assert (made.contact_name, made.contact_handle) == ("บุญมี ตัวอย่าง", "U1")


def test_whoever_cannot_be_reached_reads_the_new_number_where_they_wrote(
    office: Organization, officer: Actor
) -> None:
    case = a_case()
    said = hear(case=case, text="อีกเรื่อง", channel_kind="web")
    made = from_message(actor=officer, message=said, kind=ERRAND.key, title="อีกเรื่อง")
    assert made.case.number in case.messages.get(direction="out").text


def test_a_message_of_somebody_whose_case_was_joined_is_not_taken_for_anothers(
    office: Organization, officer: Actor
) -> None:
    into = a_case(contact=Contact("บุญมี ตัวอย่าง", "081 000 0000", "a@example.com"))
    merged = merge(actor=officer, case=a_case(), into=into, reason="x")
    said = hear(case=merged, text="อีกเรื่อง", channel_kind="web")
    made = from_message(actor=officer, message=said, kind=ERRAND.key, title="อีกเรื่อง").case
    assert (made.contact_name, made.contact_phone, made.contact_email) == ("", "", "")


def test_only_what_a_citizen_wrote_becomes_a_case_and_only_by_whoever_may_take_cases_in(
    office: Organization, officer: Actor
) -> None:
    case = a_case()
    ours, theirs = say(actor=officer, case=case, text="x"), hear(case=case, text="y", channel_kind="web")
    with pytest.raises(InvalidInput):
        from_message(actor=officer, message=ours, kind=ERRAND.key, title="x")
    for may in ("testing.handle", "testing.intake"):
        with pytest.raises(NotPermitted):
            from_message(
                actor=Actor("x", frozenset({may}), user_id=1), message=theirs, kind=ERRAND.key, title="x"
            )
    assert Case.objects.count() == 1


# --- correcting ---


def test_another_topic_is_recorded_anew_on_the_same_day(office: Organization, officer: Actor) -> None:
    case = a_case(received_on=date(2025, 8, 1))
    case = act(actor=officer, case=acknowledge(actor=officer, case=case), act="finish", result="x")
    with clock.at(date(2025, 9, 1)):
        case = recategorise(actor=officer, case=case, category="money", topic=Topic.PROCUREMENT)
        standing = recorded(case)
    assert [(f.kind, f.topic, f.occurred_on, f.content["category"]) for f in standing] == [
        ("errand_received", "procurement", date(2025, 8, 1), "money"),
        ("errand_closed", "procurement", date(2025, 8, 14), "money"),
        ("errand_recategorised", "procurement", date(2025, 9, 1), "money"),
    ]
    assert standing[1].content["in_time"] == 1
    assert Entry.objects.filter(kind="fact_withdrawn").count() == 2
    recategorise(actor=officer, case=case, category="money", topic=Topic.PROCUREMENT)
    assert Entry.objects.filter(kind="fact_withdrawn").count() == 2


def test_a_merged_case_has_no_category_of_its_own(office: Organization, officer: Actor) -> None:
    merged = merge(actor=officer, case=a_case(), into=a_case(), reason="x")
    with pytest.raises(WrongState):
        recategorise(actor=officer, case=merged, category="x", topic=None)


def test_what_was_typed_wrongly_is_corrected_and_the_history_says_which_fields(
    office: Organization, officer: Actor
) -> None:
    case = correct(
        actor=officer, case=a_case(channel_kind="phone"), title="ไฟดับ", body="หน้าวัด", contact=Contact("ก", anonymous=True),
        place=Place("วัด"), details={"a": 1},
    )  # fmt: skip
    case.refresh_from_db()
    assert (case.title, case.body, case.place, case.details) == ("ไฟดับ", "หน้าวัด", "วัด", {"a": 1})
    assert (case.is_anonymous, case.contact_name) == (True, "")
    event = case.events.get(event="corrected")
    assert "contact_name" in event.about
    assert "ไฟดับ" not in event.about
    before = case.version
    assert correct(actor=officer, case=case).version == before


def test_what_a_case_said_before_stays_among_the_notes_until_it_is_erased(
    office: Organization, officer: Actor
) -> None:
    case = a_case("ไฟดับ", body="หน้าวัด", channel_kind="phone")
    case = correct(actor=officer, case=case, title="ไฟทางดับ", body="หน้าโรงเรียน")
    kept = case.messages.get(direction="note")
    assert "ไฟดับ" in kept.text
    assert "หน้าวัด" in kept.text
    correct(actor=officer, case=case, title="ไฟทางดับ", body="หน้าโรงเรียน")
    assert case.messages.count() == 1, "nothing was changed"
    closed = act(actor=officer, case=case, act="refuse", reason="x")
    erase_case(actor=officer, case=closed, reason="ผู้แจ้งขอ")
    kept.refresh_from_db()
    assert kept.text == ""


@pytest.mark.parametrize("way", ["web", "line", "facebook", "email"])
def test_what_the_citizen_wrote_themselves_cannot_be_written_over(
    office: Organization, officer: Actor, way: str
) -> None:
    case = a_case(body="ไฟหน้าวัดดับ", channel_kind=way)
    with pytest.raises(InvalidInput) as refused:
        correct(actor=officer, case=case, body="อย่างอื่น")
    assert refused.value.field == "body"
    assert correct(actor=officer, case=case, title="ไฟดับ", body="ไฟหน้าวัดดับ").title == "ไฟดับ"
    typed_in = a_case(body="ไฟหน้าวัดดับ", channel_kind=way, actor=officer)
    assert correct(actor=officer, case=typed_in, body="ไฟหน้าวัดใหญ่ดับ").body == "ไฟหน้าวัดใหญ่ดับ"
    written = hear(case=typed_in, text="ท่อแตกด้วย", channel_kind=way)
    of_message = from_message(actor=officer, message=written, kind=ERRAND.key, title="ท่อแตก").case
    with pytest.raises(InvalidInput):
        correct(actor=officer, case=of_message, body="อย่างอื่น")


def test_another_day_of_receipt_moves_the_last_day_and_the_fact(office: Organization, officer: Actor) -> None:
    case = a_case(actor=officer)
    with pytest.raises(InvalidInput) as refused:
        correct(actor=officer, case=case, received_on=date(2025, 8, 1))
    assert refused.value.field == "reason"
    case = correct(actor=officer, case=case, received_on=date(2025, 8, 1), reason="ตราประทับรับหนังสือ")
    note = CaseMessage.objects.get(case=case)
    assert "ตราประทับรับหนังสือ" in note.text
    assert "4 ส.ค. 2568" in note.text, "the former day stays to be read"
    assert (case.received_on, case.due_on, case.inform_by) == (
        date(2025, 8, 1), date(2025, 8, 26), date(2025, 8, 18),
    )  # fmt: skip
    received = next(fact for fact in recorded(case) if fact.kind == "errand_received")
    assert received.occurred_on == date(2025, 8, 1)
    with pytest.raises(InvalidInput):
        correct(actor=officer, case=case, received_on=date(2025, 8, 15), reason="x")
    with pytest.raises(InvalidInput, match="สิบปี"):
        correct(actor=officer, case=case, received_on=date(2013, 8, 1), reason="x")
    closed = act(actor=officer, case=case, act="refuse", reason="x")
    with pytest.raises(WrongState):
        correct(actor=officer, case=closed, received_on=date(2025, 8, 2), reason="x")


def test_who_works_on_a_case_does_not_move_its_day_and_nobody_one_that_the_system_noted(
    office: Organization, officer: Actor
) -> None:
    """A complaint that came by the web in March is of March, whoever would rather have it in another year."""
    handler = replace(officer, permissions=frozenset({"testing.read", "testing.handle"}))
    with pytest.raises(NotPermitted):
        correct(actor=handler, case=a_case(actor=officer), received_on=date(2025, 8, 1), reason="x")
    came = a_case(body="ไฟหน้าวัดดับ", channel_kind="web")
    message = hear(case=came, text="ท่อแตกด้วย", channel_kind="web")
    of_message = from_message(actor=officer, message=message, kind=ERRAND.key, title="ท่อแตก").case
    part = split(actor=officer, case=came, title="อีกเรื่อง").case
    for case in (came, of_message, part):
        with pytest.raises(WrongState):
            correct(actor=officer, case=case, received_on=date(2025, 8, 1), reason="x")


def test_a_day_after_the_case_was_entered_is_no_day_of_receipt(office: Organization, officer: Actor) -> None:
    case = a_case(actor=officer)
    with clock.at(date(2025, 8, 20)), pytest.raises(InvalidInput) as refused:
        correct(actor=officer, case=case, received_on=date(2025, 8, 18), reason="x")
    assert refused.value.field == "received_on"


# --- publishing ---


def test_a_case_is_published_by_a_title_of_its_own_and_taken_back(
    office: Organization, officer: Actor
) -> None:
    case = a_case(title="ไฟดับหน้าบ้านนายดำ")
    flush()
    before = public_change_counter()
    case = publish_case(actor=officer, case=case, public_title="ไฟทางดับ หมู่ 3")
    assert case.is_public
    fact = recorded(case)[-1]
    assert (fact.kind, fact.visibility) == ("case_published", "public")
    assert "นายดำ" not in str(fact.content)
    assert public_change_counter() == before + 1
    case = unpublish_case(actor=officer, case=case)
    assert (case.is_public, case.public_title) == (False, "")
    assert recorded(case)[-1].kind == "case_unpublished"


@pytest.mark.parametrize("title", ["", "โทร 081-234-5678", "เลข 1-1017-00230-70-8", "บ้านของสมหมาย"])
def test_a_title_that_names_somebody_is_not_published(
    office: Organization, officer: Actor, title: str
) -> None:
    case = a_case(contact=Contact("นายสมหมาย ตัวอย่าง"))
    with pytest.raises(InvalidInput) as refused:
        publish_case(actor=officer, case=case, public_title=title)
    assert refused.value.field == "public_title"


# --- what is counted elsewhere stays by itself ---


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"kind": LETTER.key}, "ชนิดเดียวกัน"),
        ({"topic": Topic.ASSETS}, "ด้านต่างกัน"),
        ({"topic": None}, "ด้านต่างกัน"),
        ({"received_on": date(2024, 9, 30)}, "คนละปีงบประมาณ"),
    ],
)
def test_a_case_that_counts_elsewhere_cannot_be_merged_and_is_told_why(
    office: Organization, officer: Actor, other: dict[str, object], why: str
) -> None:
    into, case = a_case(), a_case(**other)
    with pytest.raises(InvalidInput, match=why) as refused:
        merge(actor=officer, case=case, into=into, reason="x")
    assert refused.value.field == "into"
    case.refresh_from_db()
    assert case.is_open
    assert [fact.kind for fact in recorded(case)] == ["errand_received"], "it still counts"


def test_what_has_taken_others_in_is_not_moved_to_another_year(office: Organization, officer: Actor) -> None:
    into = a_case(actor=officer)
    merge(actor=officer, case=a_case(), into=into, reason="x")
    moved = correct(actor=officer, case=into, received_on=date(2025, 8, 1), reason="x")
    assert moved.received_on == date(2025, 8, 1)
    with pytest.raises(WrongState, match="คนละปีงบประมาณ"):
        correct(actor=officer, case=into, received_on=date(2024, 9, 1), reason="x")


def test_an_earlier_case_is_not_joined_into_a_later_one(office: Organization, officer: Actor) -> None:
    """What is overdue would be so no more, and a quarter that was told would lose one."""
    first = a_case()
    with clock.at(date(2025, 9, 8)):
        later = a_case()
        with pytest.raises(InvalidInput, match=later.number) as refused:
            merge(actor=officer, case=first, into=later, reason="x")
        assert refused.value.field == "into"
        assert merge(actor=officer, case=later, into=first, reason="x").merged_into == first


def test_a_merged_case_is_shown_to_the_public_no_more(office: Organization, officer: Actor) -> None:
    case = publish_case(actor=officer, case=a_case(), public_title="ไฟทางดับ หมู่ 3")
    merged = merge(actor=officer, case=case, into=a_case(), reason="x")
    merged.refresh_from_db()
    assert (merged.is_public, merged.public_title) == (False, "")
    assert "case_unpublished" in [fact.kind for fact in recorded(merged)]


def test_everybody_down_a_chain_of_merging_is_told_the_result(office: Organization, officer: Actor) -> None:
    first, second, third, fourth = a_case(), a_case(), a_case(), a_case()
    merge(actor=officer, case=first, into=second, reason="x")
    merge(actor=officer, case=second, into=third, reason="x")
    merge(actor=officer, case=fourth, into=third, reason="x")
    third = act(
        actor=officer, case=acknowledge(actor=officer, case=third), act="finish", result="เปลี่ยนหลอดแล้ว"
    )
    tell_merged(organization_id=office.pk, case_id=third.pk)
    for case in (first, second, fourth):
        told = [message.text for message in case.messages.filter(direction="out")]
        assert sum("เปลี่ยนหลอดแล้ว" in text for text in told) == 1, case.number
    low, middle = a_case(), a_case()
    merge(actor=officer, case=low, into=middle, reason="x")
    merge(actor=officer, case=middle, into=third, reason="x")
    assert _asked_to_tell() == [(third.pk, 0), (third.pk, middle.pk)]
    tell_merged(organization_id=office.pk, case_id=third.pk, under=middle.pk)
    assert "เปลี่ยนหลอดแล้ว" in low.messages.order_by("-id")[0].text
    assert middle.messages.filter(direction="out").count() == 1, "who was told in joining is not told again"


def _asked_to_tell() -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args->>'case_id')::int, coalesce((args->>'under')::int, 0) FROM procrastinate_jobs "
            "WHERE task_name LIKE '%tell_merged' ORDER BY id"
        )
        return cursor.fetchall()


def test_nobody_else_learns_who_brought_the_case_that_theirs_is_joined_with(
    office: Organization, officer: Actor
) -> None:
    who = Contact("นางสาวบุญมี ใจงาม", "081 234 5678", "boonmee@example.com")
    first, early, late = a_case(contact=who), a_case(), a_case()
    merge(actor=officer, case=early, into=first, reason="x")
    said = "เรียน นางสาวบุญมี ใจงาม\n\nเปลี่ยนหลอดแล้ว คุณบุญมีโทรแจ้งจาก ๐๘๑-๒๓๔-๕๖๗๘ และ boonmee@example.com"
    first = act(actor=officer, case=acknowledge(actor=officer, case=first), act="finish", result=said)
    tell_merged(organization_id=office.pk, case_id=first.pk)
    merge(actor=officer, case=late, into=first, reason="x")
    assert "บุญมี" in first.messages.filter(direction="out").order_by("-id")[0].text, "to whom it was written"
    for case in (early, late):
        told = case.messages.filter(direction="out").order_by("-id")[0].text
        assert "เปลี่ยนหลอดแล้ว" in told
        for piece in ("บุญมี", "ใจงาม", "๕๖๗๘", "boonmee"):
            assert piece not in told


def test_a_self_check_takes_no_case_with_it_when_it_is_removed(office: Organization, officer: Actor) -> None:
    check, case = a_case(is_check=True), a_case()
    for one, other in ((case, check), (check, case)):
        with pytest.raises(InvalidInput, match="เรื่องทดสอบ"):
            merge(actor=officer, case=one, into=other, reason="เรื่องเดียวกัน")
