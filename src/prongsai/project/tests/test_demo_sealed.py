"""The fictional office's sealed reports: every state, read with the sample passphrase alone, and figures that agree with a recount.

The offices are built once for this file; its tests only read, or write in a transaction of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.ledger.models import Entry, LogName, SealedPending
from prongsai.foundation.ledger.sealed import sealed_body
from prongsai.foundation.ledger.verification import verify_log
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Period, Question
from prongsai.kernel.registry import registry
from prongsai.modules.complaints.tests.recount import docx_tables, page_tables, pdf_text, workbook
from prongsai.modules.corruption import keys, workflow
from prongsai.modules.corruption.models import Attachment, Holder, Report
from prongsai.modules.corruption.quarters import counting_day, next_quarter, period_of, quarter_of
from prongsai.modules.corruption.reports import OpenReport, attachment, reporter_events, reports_of
from prongsai.modules.corruption.services import report_by_code
from prongsai.modules.corruption.tests.recount import Four, by_plain_sql
from tests.cast import signed_in_client

SAMPLE, KEY = "ข้อมูลตัวอย่าง", "donsai-sample"
TABLE = "สถิติเรื่องร้องเรียนการทุจริตและประพฤติมิชอบ"
YEAR = Period.fiscal_year(2568)
QUARTERS = [date(2024, 10, 1), date(2025, 1, 1), date(2025, 4, 1), date(2025, 7, 1)]

pytestmark = pytest.mark.slow  # the office's years are made first


@dataclass
class Opened:
    """The office, the passphrases that its builder tells, and what they open."""

    organization: Organization
    told: dict[str, str]
    reports: list[OpenReport]


@pytest.fixture
def donsai(built: dict[str, dict[str, str]]) -> Iterator[Opened]:
    office = Organization.objects.get(key=KEY)
    with transaction.atomic(), scope(office.pk):
        holder = auditor()
        told = built[KEY]
        pair = keys.opened_by_passphrase(bytes(holder.by_passphrase), told[f"auditor@{KEY} (กล่องลับตัวอย่าง)"])
        yield Opened(office, told, [*reports_of(holder, pair), *reports_of(holder, pair, closed=True)])
        transaction.set_rollback(True)


def auditor() -> Holder:
    return Holder.objects.get(member__user__username=f"auditor@{KEY}")


def test_the_years_exercise_every_state_of_the_sealed_channel(donsai: Opened) -> None:
    assert len(donsai.reports) == Report.objects.count() >= 8
    visited = {str(e.said["state"]) for each in donsai.reports for e in each.events if "state" in e.said}
    assert visited == workflow.FLOW.keys
    acts = {str(e.said["act"]) for each in donsai.reports for e in each.events if "act" in e.said}
    assert acts == {row.act for row in workflow.FLOW.transitions}, "every row of the table"
    kinds = {event.kind for each in donsai.reports for event in each.events}
    assert kinds == {"received", "act", "message_in", "message_out", "note", "shared"}
    assert {each.state.key for each in donsai.reports if each.is_open} >= {
        workflow.RECEIVED, workflow.WAITING, workflow.COMMITTEE,
    }  # fmt: skip
    assert verify_log(donsai.organization, LogName.SEALED).findings == []


def test_all_of_them_are_labelled(donsai: Opened) -> None:
    for report in donsai.reports:
        said = [report.content[name] for name in ("what", "names", "when", "where", "evidence")]
        said += [event.said[name] for event in report.events if event.kind != "shared"
                 for name in ("text", "reason", "result", "members") if name in event.said]  # fmt: skip
        assert all(SAMPLE in words for words in said if words), report.title
    papers = [
        found
        for report in donsai.reports
        for kept in Attachment.objects.filter(report=report.report)
        if (found := attachment(report, kept.ref))
    ]
    assert len(papers) == 2
    assert all(SAMPLE in pdf_text(content) for _, _, content in papers)


def test_the_told_passphrase_opens_the_inbox_and_nothing_else_does(donsai: Opened) -> None:
    browser = signed_in_client(Membership.objects.get(user__username=f"auditor@{KEY}"))
    inbox = f"/{KEY}/work/corruption/"
    words = next(report for report in donsai.reports if report.state.key == workflow.RECEIVED).title
    browser.post(inbox + "unlock/", {"passphrase": donsai.told[f"auditor@{KEY}"]})
    assert words not in browser.get(inbox).content.decode(), "the password for signing in is another"
    browser.post(inbox + "unlock/", {"passphrase": donsai.told[f"auditor@{KEY} (กล่องลับตัวอย่าง)"]})
    assert words[:20] in without_breaks(browser.get(inbox).content)
    with pytest.raises(keys.WrongSecret):
        keys.opened_by_passphrase(bytes(auditor().by_passphrase), donsai.told[f"auditor@{KEY}"])


def test_the_committees_sample_passphrase_opens_what_was_shared_with_it(donsai: Opened) -> None:
    clerk = Holder.objects.get(member__user__username=f"clerk@{KEY}")
    pair = keys.opened_by_passphrase(bytes(clerk.by_passphrase), donsai.told[f"clerk@{KEY} (กล่องลับตัวอย่าง)"])
    found = [*reports_of(clerk, pair), *reports_of(clerk, pair, closed=True)]
    assert {each.state.key for each in found} == {workflow.COMMITTEE, workflow.FINISHED}


def test_the_told_code_opens_the_conversation_of_its_report(donsai: Opened) -> None:
    (code,) = (told for name, told in donsai.told.items() if "รหัสผู้แจ้งตัวอย่าง" in name)
    found = report_by_code(code)
    assert found is not None
    kinds = [event.kind for event in reporter_events(*found)]
    assert "message_out" in kinds
    page = Client().post(f"/{KEY}/whistle/inbox/", {"code": code})
    assert "มีผู้อื่นถูกขอเงินด้วย" in without_breaks(page.content)


def without_breaks(content: bytes) -> str:
    text = content.decode().replace('<span class="nb">', "").replace("</span>", "")
    return text.replace("<wbr>", "")


# -- the figures ----------------------------------------------------------------------------------------------------


def by_sql() -> dict[date, Four]:
    return {quarter: by_plain_sql(quarter) for quarter in QUARTERS}


def by_reading(reports: list[OpenReport]) -> dict[date, Four]:
    """The same from what was sealed: the days on which reports came, were closed and were opened again."""
    counted = {each.report.ref: closed_in(each) for each in reports}
    found: dict[date, Four] = {}
    for quarter in QUARTERS:
        received = sum(quarter_of(each.received_on) == quarter for each in reports)
        came = [each for each in reports if quarter_of(each.received_on) <= quarter]
        closed = sum(of == quarter for of in counted.values())
        pending = sum((counted[each.report.ref] or date.max) > quarter for each in came)
        found[quarter] = (pending + closed - received, received, closed, pending)
    return found


def closed_in(found: OpenReport) -> date | None:
    """The first quarter on whose day of counting the report had been closed in it, and had not been opened again."""
    quarter = quarter_of(found.received_on)
    while counting_day(quarter) <= clock.today() - timedelta(days=1):
        known = [e for e in found.events if "state" in e.said and e.day and e.day < counting_day(quarter)]
        last = known[-1] if known else None
        if (
            last
            and last.said["state"] in workflow.CLOSED
            and (last.day or date.max) <= period_of(quarter).end
        ):
            return quarter
        quarter = next_quarter(quarter)
    return None


def test_the_figures_agree_with_the_reports_themselves(donsai: Opened) -> None:
    told = by_sql()
    assert told == by_reading(donsai.reports)
    assert told == {
        QUARTERS[0]: (0, 1, 0, 1), QUARTERS[1]: (1, 2, 3, 0), QUARTERS[2]: (0, 1, 1, 0), QUARTERS[3]: (0, 1, 0, 1),
    }  # fmt: skip
    again = next(each for each in donsai.reports if any(e.said.get("act") == "reopen" for e in each.events))
    assert (again.report.counted_quarter, again.report.closed_quarter) == (QUARTERS[1], QUARTERS[2])


def test_page_papers_and_statistics_agree_with_a_recount_by_sql(donsai: Opened) -> None:
    told = by_sql()
    rows = [told[quarter] for quarter in QUARTERS]
    whole = (rows[0][0], sum(row[1] for row in rows), sum(row[2] for row in rows), rows[-1][3])
    assert whole[0] + whole[1] == whole[2] + whole[3]
    browser, own, general = Client(), f"/{KEY}/whistle/statistics/", f"/{KEY}/complaints/statistics/2568/"

    page = page_tables(browser.get(own).content)
    (year,) = (table for caption, table in page.items() if caption.endswith("2568"))
    assert [tuple(map(int, cells[:4])) for cells in year.values()] == [*rows, whole]
    sheets = workbook(browser.get(f"{own}2568/xlsx/").content)
    assert [row[2:6] for row in sheets["สถิติ 2568"]] == [*rows, whole]
    lines = browser.get(f"{own}2568/csv/").content.decode("utf-8-sig").splitlines()
    assert [tuple(map(int, line.split(",")[2:6])) for line in lines[-5:]] == [*rows, whole]
    paper = pdf_text(browser.get(f"{own}2568/pdf/").content)
    printed = re.findall(r"–\d+\D+\d{4}(\d{4})|รวม(\d{4})", paper)  # after the day on which a quarter ends
    assert ["".join(found) for found in printed] == ["".join(map(str, row)) for row in (*rows, whole)]

    reading = registry().indicators["corruption.received"].read(Question(YEAR))
    assert (reading.value, reading.parts["finished"], reading.parts["pending"]) == whole[1:]

    public = page_tables(browser.get(general).content)
    sealed = public["ช่องทางแจ้งเบาะแสการทุจริต"]
    assert [tuple(map(int, cells)) for cells in sealed.values()] == [row[1:] for row in rows]
    oit = next(
        table
        for table in docx_tables(browser.get(general + "report.docx").content)
        if table[0][0] == "ไตรมาส"
    )
    assert [tuple(int(cell) for cell in row[1:4]) for row in oit[1:]] == [
        *(row[1:] for row in rows),
        whole[1:],
    ]
    book = workbook(browser.get(general + "report.xlsx").content)
    assert [row[4:7] for row in book["การทุจริต"]] == [*(row[1:] for row in rows), whole[1:]]
    printed = pdf_text(browser.get(general + "report.pdf").content)
    assert "".join(f"ไตรมาสที่{n}{a}{b}{c}" for n, (_, a, b, c) in enumerate(rows, 1)) in printed


def test_the_sealed_log_of_the_real_office_holds_what_was_done_to_its_channel(
    built: dict[str, dict[str, str]],
) -> None:
    """Nothing waits for a night that the sample years did not have."""
    office = Organization.objects.get(key="muangkae")
    with scope(office.pk):
        assert verify_log(office, LogName.SEALED).findings == []
        logged = [entry for entry in Entry.objects.filter(log=LogName.SEALED) if sealed_body(entry)]
        assert len(logged) == 3, "somebody was named and made a key, and the channel was opened"
        assert {entry.occurred_on for entry in logged} == {date(2024, 8, 31)}
        assert not SealedPending.objects.exists()
