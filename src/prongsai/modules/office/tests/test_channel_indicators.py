"""What the ledger says of channels, read and said as the report prints it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prongsai.foundation.channels.coverage import days_of
from prongsai.foundation.channels.models import Channel, ChannelCheck, ChannelDay, ChannelLink
from prongsai.foundation.channels.services import (
    change_channel,
    count_due_months,
    link_channels,
    look_at_links,
    open_channel,
    record_check,
    record_day,
    sign_week,
)
from prongsai.foundation.channels.tests.conftest import MANAGER, office
from prongsai.foundation.channels.tests.servers import Server
from prongsai.foundation.channels.tests.servers import page as page_of
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization
from prongsai.kernel import clock
from prongsai.kernel.contracts import Origin, Period, Question, Reading, Topic
from prongsai.kernel.zero import why_not_zero
from prongsai.modules.office.indicators import (
    read_alive,
    read_coverage,
    read_links,
    say_alive,
    say_coverage,
    say_links,
)
from tests.cast import SYSTEM

__all__ = ["office"]

pytestmark = pytest.mark.django_db
YEAR = Period.fiscal_year(2568)
DAY = timedelta(days=1)
NEXT = YEAR.end + 6 * DAY


@pytest.fixture
def year(office: Organization) -> dict[str, Channel]:
    """A form, a box signed every week and village leaders; the form was down for two days in May."""
    made: dict[str, Channel] = {}
    with clock.at(YEAR.start):
        for kind, name in (("web", "แบบฟอร์มบนเว็บ"), ("box", "ตู้หน้าสำนักงาน"), ("leaders", "ผู้นำชุมชน")):
            made[kind] = open_channel(actor=MANAGER, kind=kind, name=name)
    down = {date(2025, 5, 10), date(2025, 5, 11)}
    for day in days_of(YEAR):
        with clock.at(day):
            record_day(channel=made["web"], day=day, state="down" if day in down else "up")
            if (day - YEAR.start).days % 7 == 0:
                sign_week(actor=MANAGER, channel=made["box"])
                sign_week(actor=MANAGER, channel=made["leaders"])
            if day.day == 1 and day > YEAR.start:
                count_due_months(actor=SYSTEM)
                flush()
    with clock.at(NEXT):
        count_due_months(actor=SYSTEM)
        flush()
    ChannelDay.objects.all().delete()
    ChannelCheck.objects.all().delete()
    return made


def read(indicator: Callable[[Question], Reading], *topics: Topic, on: date = NEXT) -> Reading:
    with clock.at(on), CaptureQueriesContext(connection) as queries:
        found = indicator(Question(YEAR, topics=frozenset(topics)))
    assert len(queries) <= 3
    return found


def test_coverage_is_read_from_facts_and_says_through_which_channels(year: dict[str, Channel]) -> None:
    found = read(read_coverage)
    assert (found.value, found.of, found.origin) == (Decimal(363), Decimal(365), Origin.WORK)
    assert found.parts["longest_gap_days"] == 2
    assert found.as_of == YEAR.end
    assert say_coverage(Question(YEAR), found) == (
        "ช่องทางร้องเรียนเปิดใช้ได้ครบทุกช่องทางที่ตรวจสอบได้ ๓๖๓ วัน จาก ๓๖๕ วัน ได้แก่ แบบฟอร์มบนเว็บ ๓๖๓ วัน ตู้หน้าสำนักงาน ๓๖๕ วัน"
        " ขาดช่วงติดกันนานสุด ๒ วัน (แบบฟอร์มบนเว็บ ๒ วัน) ส่วน ผู้นำชุมชน ไม่มีการตรวจสอบรายวัน"
    )


def test_a_zero_that_is_not_known_names_the_ways_in_that_nobody_can_check(year: dict[str, Channel]) -> None:
    found = read(read_coverage)
    few = replace(found, value=Decimal(300))
    assert why_not_zero(few).startswith(
        "ไม่มีข้อมูล เพราะช่องทางร้องเรียนเปิดใช้ได้ครบทุกช่องทางที่ตรวจสอบได้ร้อยละ 82.19 ของวัน"
    )
    assert why_not_zero(few).endswith("ส่วน ผู้นำชุมชน ไม่มีการตรวจสอบรายวัน")
    assert why_not_zero(found) == ""


def test_the_gap_is_said(office: Organization) -> None:
    reading = Reading(Decimal(300), YEAR.end, of=Decimal(365), parts={"longest_gap_days": Decimal(5)})
    assert say_coverage(Question(YEAR), reading).endswith(" ๓๖๕ วัน ขาดช่วงติดกันนานสุด ๕ วัน")


def test_the_sealed_channel_counts_where_people_would_use_it(office: Organization) -> None:
    with clock.at(YEAR.start):
        web = open_channel(actor=MANAGER, kind="web", name="เว็บ")
        open_channel(actor=MANAGER, kind="sealed", name="แจ้งเบาะแส", by_its_desk=True)
    for day in days_of(Period(YEAR.start, date(2024, 10, 31))):
        with clock.at(day):
            record_day(channel=web, day=day, state="up")
    on = date(2024, 11, 3)
    with clock.at(on):
        count_due_months(actor=SYSTEM)
        flush()
    values = [
        read(read_coverage, *topics, on=on).value
        for topics in ((), (Topic.ANTI_CORRUPTION,), (Topic.SERVICE,))
    ]
    assert values == [0, 0, 31]


def test_a_channel_that_took_complaints_for_a_part_of_the_time_is_told_with_its_part(
    office: Organization,
) -> None:
    with clock.at(YEAR.start):
        web = open_channel(actor=MANAGER, kind="web", name="เว็บ")
        box = open_channel(actor=MANAGER, kind="box", name="ตู้")
    for day in days_of(Period(YEAR.start, date(2024, 11, 30))):
        with clock.at(day):
            if day == date(2024, 10, 31):
                change_channel(actor=MANAGER, channel=box, takes_complaints=False)
                flush()
            record_day(channel=web, day=day, state="up")
            record_day(channel=box, day=day, state="up" if day.month == 10 and day.day != 5 else "down")
    on = date(2024, 12, 3)
    with clock.at(on):
        count_due_months(actor=SYSTEM)
        flush()
    found = read(read_coverage, on=on)
    assert (found.value, found.of) == (60, 61)
    assert "ได้แก่ เว็บ ๖๑ วัน ตู้ ๓๐ วัน จาก ๓๑ วันที่รับเรื่อง ขาดช่วง" in say_coverage(Question(YEAR), found)


def test_where_days_and_outages_contradict_each_other_the_sentence_says_so(office: Organization) -> None:
    """The days were rewritten before the month was counted; what everybody could read at once stands."""
    october = Period(YEAR.start, date(2024, 10, 31))
    with clock.at(YEAR.start):
        web = open_channel(actor=MANAGER, kind="web", name="เว็บ")
    for day, ok in ((3, False), (20, True)):
        with clock.at(datetime(2024, 10, day, 0, 7, tzinfo=clock.BANGKOK)):
            record_check(channel=web, how="canary", ok=ok)
    on = date(2024, 11, 3)
    with clock.at(on):
        for day in days_of(october):
            record_day(channel=web, day=day, state="up")
        count_due_months(actor=SYSTEM)
        flush()
    found = read(read_coverage, on=on)
    assert (found.value, found.of) == (15, 31)
    said = "บันทึกว่าใช้ได้ทั้งที่มีบันทึกเหตุขัดข้อง (เว็บ {} วัน)"
    assert said.format("๑๖") in say_coverage(Question(YEAR), found)
    assert said.format("16") in why_not_zero(found)


def test_without_a_register_nothing_is_known_and_why(office: Organization) -> None:
    for indicator in (read_coverage, read_alive, read_links):
        found = read(indicator)
        assert (found.value, found.entries) == (None, ())
        assert found.note
    assert "ยังไม่มีเดือน" in read(read_coverage, on=date(2024, 10, 20)).note


def test_channels_alive_are_those_found_working_at_the_end(year: dict[str, Channel]) -> None:
    found = read(read_alive)
    assert (found.value, found.of) == (Decimal(3), Decimal(3))
    assert "๓ ช่องทาง ได้แก่ แบบฟอร์มบนเว็บ" in say_alive(Question(YEAR), found)
    with clock.at(YEAR.end):
        record_check(channel=year["web"], how="canary", ok=False)
        flush()
    assert read(read_alive).value == 2


def test_channels_of_one_name_are_told_apart(office: Organization) -> None:
    with clock.at(YEAR.start):
        made = [open_channel(actor=MANAGER, kind=kind, name="อบต.บ้านทราย") for kind in ("web", "box")]
    for day in days_of(YEAR):
        with clock.at(day):
            record_day(channel=made[0], day=day, state="up")
            record_day(channel=made[1], day=day, state="down" if day.month == 5 else "up")
    with clock.at(YEAR.end):
        record_check(channel=made[0], how="canary", ok=False)
        record_check(channel=made[1], how="officer", ok=False)
        record_check(channel=made[1], how="officer", ok=True)
        flush()
    with clock.at(NEXT):
        count_due_months(actor=SYSTEM)
        flush()
    assert "ได้แก่ อบต.บ้านทราย (แบบฟอร์มบนเว็บ) ๓๖๕ วัน อบต.บ้านทราย (ตู้รับเรื่องร้องเรียน) ๓๓๔ วัน" in say_coverage(
        Question(YEAR), read(read_coverage)
    )
    alive = read(read_alive)
    assert (alive.value, alive.of) == (1, 2), "the outage of one does not hide behind the other"
    assert "อบต.บ้านทราย (ตู้รับเรื่องร้องเรียน)" in say_alive(Question(YEAR), alive)


def test_links_are_seen_on_pages_or_only_stated(office: Organization, settings: Any) -> None:
    html = '<a href="https://line.me/R/ti/p/%40banthrai">LINE</a> โทร ๐๔๔-๐๐๐-๐๐๐ <a href="https://www.facebook.com/banthrai">เพจ</a>'
    server = Server(lambda asked: page_of(html))
    settings.OUTGOING_ALLOWED = {"127.0.0.1"}
    with clock.at(date(2025, 6, 1)):
        web = open_channel(actor=MANAGER, kind="web", name="เว็บไซต์", address=server.url)
        made = [
            open_channel(actor=MANAGER, kind=kind, name=kind, address=address)
            for kind, address in (
                ("phone", "044 000 000"),
                ("line", "@banthrai"),
                ("facebook", "https://www.facebook.com/banthrai"),
                ("email", "saraban@banthrai.example.go.th"),
            )
        ]
        link_channels(actor=MANAGER, source=made[3], target=made[0])
        Channel.objects.filter(kind="facebook").update(address="https://127.0.0.1:1/banthrai")
        Channel.objects.filter(kind="line").update(
            settings={"basic_id": "@banthrai"}, address="http://127.0.0.1:1/"
        )
        settings.BASE_URL = "http://127.0.0.1:1"
        Channel.objects.filter(kind="facebook").update(
            address="https://www.facebook.com/banthrai", is_listed=True
        )
        Channel.objects.filter(kind="facebook").update(address="https://127.0.0.1:1/banthrai")
        html_links = html.replace("https://www.facebook.com/banthrai", "https://127.0.0.1:1/banthrai")
        server.answer = lambda asked: page_of(
            html_links.replace("facebook.com", "x") + " facebook.com/banthrai"
        )
        assert look_at_links(actor=MANAGER) == 3
        flush()
    server.close()
    found = read(read_links)
    assert (found.value, found.of, found.parts) == (Decimal(4), Decimal(5), {"stated": Decimal(1)})
    assert say_links(Question(YEAR), found) == "มีช่องทางที่เชื่อมโยงถึงกัน ๔ ช่องทาง จากทั้งหมด ๕ ช่องทาง"
    assert ChannelLink.objects.filter(source=web, how="seen").count() == 3


# -- the public list -------------------------------------------------------------------------------------------------


def test_everybody_sees_the_ways_in_their_days_and_the_outages(office: Organization) -> None:
    with clock.at(date(2025, 8, 1)):
        web = open_channel(actor=MANAGER, kind="web", name="แบบฟอร์มบนเว็บ")
        hidden = open_channel(
            actor=MANAGER, kind="phone", name="สายภายใน", address="044 000 000", is_listed=False
        )
        open_channel(actor=MANAGER, kind="leaders", name="ผู้นำชุมชน")
    with clock.at(date(2025, 8, 14)):
        for number in range(1, 13):
            record_day(channel=web, day=date(2025, 8, number), state="down" if number == 5 else "up")
        record_check(channel=hidden, how="officer", ok=False)
        record_check(channel=web, how="canary", ok=False, at=clock.now() - timedelta(hours=3))
        flush()
        open_page = Client().get("/banthrai/channels/").content.decode()
        record_check(channel=web, how="canary", ok=True)
        flush()
        answer = Client().get("/banthrai/channels/")
        page = answer.content.decode()
    assert answer["Cache-Control"] == "public, max-age=60"
    assert "สายภายใน" not in page
    assert "ยังใช้ไม่ได้" in open_page
    assert page.count("data-channel=") == 2
    assert 'class="c-day-down"' in page
    assert "/banthrai/evidence/" in page
    assert re.search(r">3 (ชั่วโมง|hours?)<", page)
    for cells in ('<td class="num">11</td><td class="num">1</td><td class="num">1</td>',):
        assert cells in page
    assert Client().get("/banthrai/channels/?year=2400").status_code == 404
    assert Client().get("/banthrai/channels/?year=x").status_code == 404
    with clock.at(date(2026, 2, 1)):
        assert Client().get("/banthrai/channels/?year=2568").status_code == 200


def test_an_office_without_channels_says_so(office: Organization) -> None:
    assert Client().get("/banthrai/channels/").status_code == 200
    assert Client().get("/nowhere/channels/").status_code == 404
