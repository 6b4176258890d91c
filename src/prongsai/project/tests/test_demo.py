"""The demonstration: a real plan with labelled sample evidence, and a fictional office that contradicts itself.

It is built once for this file; its tests only read, or write in a transaction of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client

from prongsai.foundation.casework.codes import digest, fresh_code
from prongsai.foundation.casework.kinds import case_kind
from prongsai.foundation.casework.models import Case, CaseEvent, CaseMessage
from prongsai.foundation.channels.models import Channel
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.verification import verify_log
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Origin, Question, StatementKind, Verdict
from prongsai.kernel.few import FEW
from prongsai.kernel.registry import registry
from prongsai.kernel.thai.dates import fiscal_year_of
from prongsai.modules.complaints.choices import COMPLAINT, GRIEVANCE, KINDS
from prongsai.modules.complaints.tests import recount as sql
from prongsai.modules.complaints.tests.recount import NAMES, PARTS
from prongsai.modules.corruption.models import Item as SealedItem
from prongsai.modules.corruption.models import Report
from prongsai.modules.corruption.quarters import quarters_in
from prongsai.modules.corruption.tests.recount import by_plain_sql
from prongsai.modules.measures.choices import PlanStatus
from prongsai.modules.measures.content import ReportContent, StatementResult
from prongsai.modules.measures.evidence import load_evidence
from prongsai.modules.measures.notation import parse_terms
from prongsai.modules.measures.selectors import closed_content, latest_report, plan_in_force
from prongsai.modules.measures.verdicts import Claim, Finding, facts_needed, judge
from prongsai.project.demo.build import YEAR, build

SAMPLE = "ข้อมูลตัวอย่าง"
# Of the fictional office: its five sealed reports, of which one was still looked into at the year's end.
CORRUPTION = (
    "มีเรื่องร้องเรียนเกี่ยวกับการทุจริตและการปฏิบัติงานที่ไม่โปร่งใสและเกี่ยวกับคุณธรรมและความโปร่งใสของหน่วยงาน ๕ เรื่อง "
    "ดำเนินการแล้วเสร็จ ๔ เรื่อง"
)
# The statements of the real plan that say "no complaints" and nothing else, and the one that says it among others.
NO_COMPLAINTS = ("1.outcome.2", "2.outcome.1", "3.outcome.1", "4.outcome.3", "5.output.2", "5.outcome.3", "6.outcome.3", "7.output.2")  # fmt: skip
AMONG_OTHERS = "7.outcome.1"
# What they speak of.
TOPICS = ("all", "anti_corruption+integrity", "service", "assets", "procurement", "people")

pytestmark = pytest.mark.slow  # both offices' years are made first


@pytest.fixture
def demo(built: dict[str, dict[str, str]]) -> Iterator[dict[str, dict[str, str]]]:
    with transaction.atomic():
        yield built
        transaction.set_rollback(True)


@pytest.fixture
def muangkae(demo: dict[str, dict[str, str]]) -> Iterator[Organization]:
    office = Organization.objects.get(key="muangkae")
    with scope(office.pk):
        yield office


@pytest.fixture
def donsai(demo: dict[str, dict[str, str]]) -> Iterator[Organization]:
    office = Organization.objects.get(key="donsai-sample")
    with scope(office.pk):
        yield office


def closed() -> ReportContent:
    report = latest_report(2568)
    assert report is not None
    return closed_content(report)


def by_code(content: ReportContent) -> dict[str, StatementResult]:
    return {
        f"{measure.number}.{each.kind}.{each.number}": each
        for measure in content.measures
        for each in measure.statements
    }


def test_the_real_plan_is_closed_with_labelled_evidence_of_every_origin(muangkae: Organization) -> None:
    assert muangkae.is_sample
    content = closed()
    assert len(list(content.statements())) == 55
    assert content.count(Verdict.CONTRADICTED) == 0  # invented failures belong to nobody real
    assert content.count(Verdict.UNPROVEN) >= 10
    assert {s.origin for s in content.statements()} >= {Origin.WORK, Origin.DOCUMENT, Origin.WORD}
    by_hand = Entry.objects.filter(origin__in=["document", "word"]).with_payload()
    assert by_hand
    for entry in by_hand:
        assert SAMPLE in str(entry.content), entry
    assert verify_log(muangkae).findings == []


def test_the_current_fiscal_year_is_open(muangkae: Organization) -> None:
    plan = plan_in_force()
    assert plan is not None
    assert (plan.fiscal_year, plan.status) == (fiscal_year_of(clock.today()), PlanStatus.PUBLISHED)


# -- no complaints ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", NO_COMPLAINTS)
def test_no_complaints_is_proven_by_work_and_says_through_which_channels(
    muangkae: Organization, code: str
) -> None:
    statement = by_code(closed())[code]
    assert (statement.verdict, statement.origin) == (Verdict.PROVEN, Origin.WORK)
    assert statement.note.startswith(
        "ช่องทางร้องเรียนเปิดใช้ได้ครบทุกช่องทางที่ตรวจสอบได้ ๓๖๔ วัน จาก ๓๖๕ วัน ได้แก่ แบบฟอร์มบนเว็บไซต์ ๓๖๔ วัน"
    )
    assert statement.note.endswith(
        "ส่วน กลุ่มไลน์ผู้นำชุมชน หนังสือและไปรษณีย์ สายด่วน ๑๑๑๑ และศูนย์ดำรงธรรม ไม่มีการตรวจสอบรายวัน"
    )
    assert ("ช่องทางแจ้งเบาะแสการทุจริต" in statement.note) == (
        code not in {"2.outcome.1", "5.output.2", "6.outcome.3"}
    )


def test_the_ninth_waits_for_a_register_of_ita_results_alone(muangkae: Organization) -> None:
    statement = by_code(closed())[AMONG_OTHERS]
    assert (statement.verdict, statement.note) == (Verdict.ATTESTED, "ตัวเลขที่หน่วยงานแจ้ง")
    assert zero("all").verdict is Verdict.PROVEN


@pytest.mark.parametrize("topics", TOPICS)
def test_no_complaints_about_any_subject_in_the_real_office(muangkae: Organization, topics: str) -> None:
    found = zero(topics)
    assert (found.verdict, found.origin) == (Verdict.PROVEN, Origin.WORK)
    assert len(found.entries) >= 24  # twelve months of the register, twelve of the ways in


@pytest.mark.parametrize(
    ("topics", "sentence"),
    [
        ("all", "มีเรื่องร้องเรียน ๑๑ เรื่อง ดำเนินการแล้วเสร็จ ๘ เรื่อง"),
        ("service", "มีเรื่องร้องเรียนเกี่ยวกับงานบริการ ๓ เรื่อง ดำเนินการแล้วเสร็จ ๒ เรื่อง"),
        ("assets", "มีเรื่องร้องเรียนเกี่ยวกับการใช้ทรัพย์สินของราชการ ๒ เรื่อง ดำเนินการแล้วเสร็จ ๑ เรื่อง"),
        ("people", "มีเรื่องร้องเรียนเกี่ยวกับการใช้อำนาจและการบริหารงานบุคคล ๑ เรื่อง ดำเนินการแล้วเสร็จ ๑ เรื่อง"),
        ("procurement", ""),
        ("anti_corruption+integrity", CORRUPTION),
    ],
)
def test_no_complaints_in_the_fictional_office(donsai: Organization, topics: str, sentence: str) -> None:
    found = zero(topics)
    assert found.sentence == sentence
    assert found.verdict is (Verdict.CONTRADICTED if sentence else Verdict.UNPROVEN)


def zero(topics: str) -> Finding:
    """What "no complaints" about these subjects comes to in the year."""
    terms = parse_terms(f"zero(topics={topics})")
    evidence = load_evidence(wanted=facts_needed(terms), period=YEAR, units=())
    return judge(Claim(1, StatementKind.OUTCOME, "ข้อความ", YEAR), terms, join="all", evidence=evidence)


def test_the_fictional_office_is_contradicted_and_prints_the_truth(donsai: Organization) -> None:
    statements = by_code(closed())
    assert sum(each.verdict is Verdict.CONTRADICTED for each in statements.values()) >= 3
    told = {
        "1.outcome.1": CORRUPTION,
        "2.outcome.1": "มีเรื่องร้องเรียนเกี่ยวกับงานบริการ ๓ เรื่อง ดำเนินการแล้วเสร็จ ๒ เรื่อง",
        "3.outcome.1": "มีเรื่องร้องเรียน ๑๑ เรื่อง ดำเนินการแล้วเสร็จ ๘ เรื่อง",
    }
    for code, words in told.items():
        assert (statements[code].verdict, statements[code].printed) == (Verdict.CONTRADICTED, words)
    unknown = statements["3.output.1"]
    assert unknown.verdict is Verdict.UNPROVEN
    assert unknown.note.startswith(
        "ไม่มีข้อมูล เพราะช่องทางร้องเรียนเปิดใช้ได้ครบทุกช่องทางร้อยละ 96.43 ของวัน ขาดช่วงติดกันนานสุด 13 วัน (แบบฟอร์มบนเว็บไซต์ 5 วัน"
    )
    assert unknown.note.endswith("โทรศัพท์สำนักงาน 13 วัน)")


# -- the cases ----------------------------------------------------------------------------------------------------


def test_the_years_exercise_every_state_of_every_kind(demo: dict[str, dict[str, str]]) -> None:
    visited: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for key in demo:
        with scope(Organization.objects.get(key=key).pk):
            for kind, state in CaseEvent.objects.exclude(target="").values_list("case__kind", "target"):
                visited[kind].add(state)
    for kind in KINDS:
        assert visited[kind] == {state.key for state in case_kind(kind).workflow.states}, kind


def test_nobody_complains_about_the_real_office_and_everything_is_labelled(muangkae: Organization) -> None:
    assert not Case.objects.filter(kind=COMPLAINT).exists()
    assert Case.objects.count() >= 40
    for case in Case.objects.all():
        assert SAMPLE in case.title
        assert SAMPLE in case.body
    by_itself = ("มีผู้แจ้งเรื่องเดียวกัน", "รวมกับเรื่อง", "เจ้าหน้าที่ยุติเรื่องเลขที่")  # what the system says
    written = CaseMessage.objects.exclude(text__regex=f"^({'|'.join(by_itself)})")
    assert written.exists()
    assert [each.text for each in written.exclude(text__contains=SAMPLE)] == []


def test_nobody_reports_corruption_of_the_real_office(muangkae: Organization) -> None:
    """The reports of the fictional one are looked at in test_demo_sealed.py."""
    assert not Report.objects.exists()
    assert not SealedItem.objects.exists()
    reading = registry().indicators["corruption.received"].read(Question(YEAR))
    assert (reading.value, len(reading.entries)) == (0, 4), "published, and nothing"


@pytest.mark.parametrize("key", ["muangkae", "donsai-sample"])
def test_nothing_of_it_can_go_out(demo: dict[str, dict[str, str]], key: str) -> None:
    with scope(Organization.objects.get(key=key).pk):
        assert not Case.objects.exclude(contact_phone="", contact_email="", contact_handle="").exists()
        assert not Channel.objects.filter(is_connected=True).exists()


@pytest.mark.parametrize("key", ["muangkae", "donsai-sample"])
def test_tracking_statistics_and_oit_report_agree_with_a_recount_by_sql(
    demo: dict[str, dict[str, str]], key: str
) -> None:
    counted = recount(key)
    with scope(Organization.objects.get(key=key).pk):
        for kind in KINDS:
            for part in filter(lambda part: sql.whole(kind, part)[0], PARTS):
                found = sql.english(lambda query: year(key, query), kind, part)
                if kind == COMPLAINT and part:  # of few complaints the year alone is broken down
                    assert "By subject" not in found, part
                else:
                    assert sql.page_says(found, kind) == sql.page_should_say(kind, part), (kind, part)
            assert sql.whole(kind, "")[:3] == counted[kind]
        assert sql.whole(COMPLAINT, "")[0] < FEW
        assert (
            registry().indicators["complaints.received"].read(Question(YEAR)).value
            == counted[COMPLAINT][0] + sealed_reports()
        )
    assert tracked(key) == counted


@pytest.mark.parametrize("key", ["muangkae", "donsai-sample"])
def test_every_sheet_and_the_paper_agree_with_a_recount_by_sql(
    demo: dict[str, dict[str, str]], key: str
) -> None:
    sheets = sql.workbook(year(key, "report.xlsx"))
    assert set(sheets) == {
        "รายเดือน", "รายไตรมาส", "ตามด้าน", "ตามเรื่อง", "ตามช่องทาง", "ตามสถานะ", "ระยะเวลา", "การทุจริต",
        "ยกมาและคงค้าง",
    }  # fmt: skip
    tables, text = sql.docx_tables(year(key, "report.docx")), sql.pdf_text(year(key, "report.pdf"))
    assert sql.not_in_pdf(tables, text) == []
    with scope(Organization.objects.get(key=key).pk):
        assert [row[1:5] for row in sheets["ยกมาและคงค้าง"]] == [sql.books(kind) for kind in KINDS]
        for kind in KINDS:
            for part in PARTS:
                if sql.whole(kind, part)[0] and (kind != COMPLAINT or not part):
                    found = sql.sheets_say(sheets, kind, part)
                    assert found == sql.sheets_should_say(kind, part), (kind, part)
        months = [part for part in PARTS if part[:1] == "2"]
        wholes = [sql.whole(kind, part) for kind in KINDS for part in months]
        assert [row[2:] for row in sheets["รายเดือน"]] == wholes
        for kind, parts in ((COMPLAINT, ("",)), (GRIEVANCE, ("q1", "q2", "q3", "q4", ""))):
            if sql.whole(kind, "")[0]:
                assert sql.docx_by_quarter(tables, kind, parts) == sql.by_quarter(kind, parts), kind
                subjects = sql.FIRST[sql.subject_of(kind)]
                heads = [subjects, "จำนวนเรื่องทั้งหมด", "ดำเนินการแล้วเสร็จ", "อยู่ระหว่างดำเนินการ", "ยุติภายในกำหนด"]
                (of_year,) = (table[1:] for table in tables if table[0] == heads)
                fours = sorted(sql.split(kind, "", sql.subject_of(kind)).values())
                assert sorted(tuple(map(int, row[1:])) for row in of_year) == fours
        by_month = [table for table in tables if table[0][0] == "เดือน"]
        kinds = [kind for kind in (COMPLAINT, GRIEVANCE) if kind == COMPLAINT or sql.whole(kind, "")[0]]
        for kind, table in zip(kinds, by_month, strict=True):
            rows = {row[0]: tuple(map(int, row[1:])) for row in table[1:]}
            parts = (*months, "q1", "q2", "q3", "q4")
            assert {NAMES[part]: sql.whole(kind, part) for part in parts} == {
                name: four for name, four in rows.items() if name != "รวมทั้งปี"
            }
            assert rows["รวมทั้งปี"] == sql.whole(kind, "")


def year(key: str, query: str) -> bytes:
    answer = Client().get(f"/{key}/complaints/statistics/2568/{query}")
    assert answer.status_code == 200
    return answer.content


def words(content: bytes) -> str:
    text = re.sub(r'</?span(?: class="nb")?>', "", content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def sealed_reports() -> int:
    """Of the organization in scope, in the year's quarters."""
    return sum(by_plain_sql(quarter)[1] for quarter in quarters_in(YEAR))


Three = tuple[int, int, int]


def recount(key: str) -> dict[str, Three]:
    """All, finished, still open of each kind: by plain SQL, without any code of ours."""
    with scope(Organization.objects.get(key=key).pk), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.kind, count(*), count(c.closed_on), count(*) - count(c.closed_on) FROM casework_case c "
            "JOIN organizations_organization o ON o.id = c.organization_id WHERE o.key = %s "
            "AND NOT c.is_check AND c.merged_into_id IS NULL AND c.received_on BETWEEN '2024-10-01' AND '2025-09-30' "
            "GROUP BY c.kind",
            [key],
        )
        found = {kind: (total, finished, pending) for kind, total, finished, pending in cursor.fetchall()}
    return {kind: found.get(kind, (0, 0, 0)) for kind in KINDS}


def tracked(key: str) -> dict[str, Three]:
    """The same, by what each case's own tracking page says."""
    counts: dict[str, Three] = {}
    office = Organization.objects.get(key=key)
    for kind in KINDS:
        states = {state.title: state.phase for state in case_kind(kind).workflow.states}
        shown: list[str] = []
        for pk, code in coded(office, kind):
            page = Client().get(f"/{key}/track/{code}/").content
            heading = re.search(r"<h1>(.*?)</h1>", page.decode(), re.DOTALL)
            assert heading is not None, pk
            shown.append(states[words(heading[1].encode())].value)
        kept = [phase for phase in shown if phase != "merged"]
        finished = sum(phase in {"finished", "refused"} for phase in kept)
        counts[kind] = (len(kept), finished, len(kept) - finished)
    return counts


def coded(office: Organization, kind: str) -> list[tuple[int, str]]:
    """The year's cases with new codes; the ones that were told to the citizens nobody knows."""
    found: list[tuple[int, str]] = []
    with scope(office.pk):
        for case in Case.objects.filter(kind=kind, received_on__range=(YEAR.start, YEAR.end)):
            code = fresh_code()
            Case.objects.filter(pk=case.pk).update(secret=digest(code))
            found.append((case.pk, code))
    return found


def test_passwords_are_random_and_told_once(demo: dict[str, dict[str, str]]) -> None:
    passwords = [password for accounts in demo.values() for password in accounts.values()]
    assert len(set(passwords)) == len(passwords) == 19
    assert list(build()) == []
