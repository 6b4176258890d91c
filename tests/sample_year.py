"""A small invented year of บ้านทราย: every verdict, public and internal records, one file, closed or still running."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from django.db import transaction

from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import publish_file, store_file
from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Period, Topic, Visibility
from prongsai.modules.measures.models import Plan, Statement
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.services import evidence, plans
from prongsai.modules.measures.services.closing import close_year
from tests.cast import SYSTEM, banthrai

EXAMPLES = Path(plans.__file__).parent.parent / "examples"
YEAR = Period.fiscal_year(2568)
CLERK = Actor(name="สมศรี ตัวอย่าง", position="หัวหน้าสำนักปลัด", unit="สำนักปลัด", is_system=True)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
# Every so many-th record stays inside, and every so many-th is lacking: all verdicts then come up.
INTERNAL, LACKING = 4, 7


def build(*, closed: bool = False, organization: Organization | None = None) -> Organization:
    """บ้านทราย with its announced year, records, figures and words; with `closed` the report as well.

    Opens its own transaction when none is open.
    """
    with ExitStack() as stack:
        stack.enter_context(transaction.atomic())
        office = organization or banthrai()
        stack.enter_context(scope(office.pk))
        plan = announce()
        work(plan)
        if closed:
            close(plan)
        else:
            with clock.at(date(2025, 8, 14)):
                flush()
                sign_head(actor=SYSTEM)
    return office


def announce() -> Plan:
    """The sample report's measures as บ้านทราย's plan, announced in October 2567."""
    text = (EXAMPLES / "muangkae-2568.txt").read_text("utf-8").replace("เมืองแก", "บ้านทราย")
    with tempfile.TemporaryDirectory() as folder, clock.at(date(2024, 10, 7)):
        path = Path(folder) / "banthrai-2568.txt"
        path.write_text(text, "utf-8")
        plan = plans.import_plan(actor=SYSTEM, report=read_report(path), source=path.name)
        for act in (plans.submit, plans.approve, plans.publish):
            plan = act(actor=SYSTEM, plan=plan)
        flush()
    return plan


def work(plan: Plan) -> None:
    """Records for most of what the plan says, an officer's word for some, and figures that contradict one."""
    paper = _records(plan)
    with clock.at(date(2025, 7, 1)):
        for measure, number in ((1, 1), (2, 2), (3, 1)):
            said = Statement.objects.filter(
                measure__plan=plan, measure__number=measure, kind="outcome", number=number
            )
            evidence.attest(actor=CLERK, statement=said.get())
        flush()
    with clock.at(date(2025, 8, 13)):
        evidence.state_figure(
            actor=CLERK,
            indicator="complaints.received",
            period=YEAR,
            as_of=date(2025, 8, 13),
            value=Decimal(3),
            parts={"finished": Decimal(2)},
            by_topic={topic: {"value": Decimal(0)} for topic in Topic}
            | {Topic.SERVICE: {"value": Decimal(3), "finished": Decimal(2)}},
            files=[paper],
        )
        flush()


def _records(plan: Plan) -> dict[str, str | int]:
    """Facts for most of what the proofs ask for; returns the paper that most of them carry."""
    with clock.at(date(2025, 3, 3)):
        picture = store_file(actor=CLERK, content=BytesIO(PNG), name="ภาพการประชุม.png")
        paper = reference(store_file(actor=CLERK, content=BytesIO(PDF), name="หนังสือ ข้อมูลตัวอย่าง.pdf"))
        units = list(Unit.objects.values_list("name", flat=True))
        for place, (kind, about, title) in enumerate(_wanted(plan)):
            if place % LACKING == LACKING - 1:
                continue
            evidence.record_evidence(
                actor=CLERK,
                kind=kind,
                about=about,
                occurred_on=date(2024, 11, 12 + place % 10),
                about_period=YEAR,
                title=f"{title} ข้อมูลตัวอย่าง",
                document_number=f"บท 71201/{place}",
                files=[reference(picture) if place == 0 else paper],
                unit="สำนักปลัด",
                visibility=Visibility.INTERNAL if place % INTERNAL == 3 else Visibility.PUBLIC,
                details={
                    "acknowledged": 10,
                    "of": 10,
                    "channels": ["เว็บไซต์", "ป้ายประกาศ", "LINE"],
                    "units": units,
                },
            )
        publish_file(actor=CLERK, file=picture)
        flush()
    return paper


def _wanted(plan: Plan) -> list[tuple[str, str, str]]:
    """The facts that the plan's proofs ask for: kind, about, and the Thai words for both."""
    from prongsai.kernel.registry import registry

    known = registry()
    found: dict[tuple[str, str], str] = {}
    for statement in Statement.objects.filter(measure__plan=plan).prefetch_related("proofs").order_by("pk"):
        for proof in statement.proofs.all():  # type: ignore[attr-defined]
            term = proof.term
            if term.name in {"fact", "alive"} and term.about in known.abouts and term.key in known.fact_kinds:
                found[term.key, term.about] = (
                    f"{known.fact_kinds[term.key].title} {known.abouts[term.about].title}"
                )
    return [(kind, about, title) for (kind, about), title in found.items()]


def close(plan: Plan) -> None:
    """The report as it was closed in the October after the year."""
    with clock.at(date(2025, 10, 15)):
        close_year(actor=SYSTEM, plan=plan)
