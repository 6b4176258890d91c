"""Builds the demonstration through the same services as real work, each act on its own day of the year."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import transaction

from prongsai.foundation.accounts.models import User
from prongsai.foundation.accounts.services import hire
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import publish_file, store_file
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.organizations.services import add_organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.foundation.typeset import Document, Heading, Paragraph, write
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Period, Topic, Visibility
from prongsai.kernel.errors import WrongState
from prongsai.kernel.thai.dates import fiscal_year_of, long_date
from prongsai.modules.measures.models import Plan, Statement
from prongsai.modules.measures.reading import read_report
from prongsai.modules.measures.services import evidence, plans
from prongsai.modules.measures.services.closing import close_year

DATA = Path(__file__).parent
SAMPLE = "ข้อมูลตัวอย่าง"
REAL_PLAN = Path(plans.__file__).parent.parent / "examples" / "muangkae-2568.txt"
PUBLISHED = date(2024, 10, 7)
YEAR = Period.fiscal_year(2568)

# login, position, unit, roles, post
STAFF = (
    ("planner", "นักวิเคราะห์นโยบายและแผน", "สำนักปลัด", ("planner",), ""),
    ("head", "หัวหน้าสำนักปลัด", "สำนักปลัด", ("unit_head", "planner"), ""),
    ("finance", "นักวิชาการเงินและบัญชี", "กองคลัง", ("unit_officer",), ""),
    ("clerk", "ปลัดองค์การบริหารส่วนตำบล", "", ("clerk", "administrator"), "clerk"),
    ("mayor", "นายกองค์การบริหารส่วนตำบล", "", ("head",), "head"),
    ("auditor", "นักวิชาการตรวจสอบภายใน", "", ("auditor",), ""),
)


@dataclass(frozen=True)
class Office:
    """One organization of the demonstration."""

    key: str
    plan_file: Path
    story: str
    name_en: str
    website: str = ""


OFFICES = (
    Office("muangkae", REAL_PLAN, "muangkae.toml", "Mueang Kae SAO", "http://www.muangkae.go.th"),
    Office("donsai-sample", DATA / "donsai-2568.txt", "donsai.toml", "Don Sai SAO (fictional)"),
)


def require_only_demo() -> None:
    """Raises WrongState when the database holds an organization that is not the demonstration's."""
    others = Organization.objects.exclude(key__in=[office.key for office in OFFICES])
    first = others.values_list("name", flat=True).first()
    if first is not None:
        raise WrongState(f"ฐานข้อมูลนี้มีหน่วยงานอื่นอยู่แล้ว ({first}) จึงไม่ใส่ข้อมูลตัวอย่าง")


def build() -> Iterator[tuple[str, dict[str, str]]]:
    """Build what is not there yet; yields each organization's key with its new accounts and their passwords."""
    with transaction.atomic():
        require_only_demo()
    for office in OFFICES:
        if Organization.objects.filter(key=office.key).exists():
            continue
        with transaction.atomic():  # all of an office or nothing: an interrupted start begins again
            passwords = _build_office(office)
        yield office.key, passwords


def _build_office(office: Office) -> dict[str, str]:
    report = read_report(office.plan_file)
    story = tomllib.loads((DATA / office.story).read_text("utf-8"))
    with clock.at(PUBLISHED - timedelta(days=60)):
        organization = add_organization(
            actor=Actor.system(),
            key=office.key,
            name=report.organization,
            district=report.district,
            province=report.province,
            units=list(dict.fromkeys(unit for measure in report.measures for unit in measure.units)),
            name_en=office.name_en,
            website=office.website,
            is_sample=True,
        )
    with scope(organization.pk):
        people, passwords = _hire(office.key)
        plan = _publish(office, people)
        _work(plan, story, people)
        with clock.at(story["close"]):
            close_year(actor=people["mayor"], plan=plan)
        _open_this_year(plan, people)
    return passwords


def _hire(key: str) -> tuple[dict[str, Actor], dict[str, str]]:
    """Accounts with random passwords, which are told once."""
    people, passwords = {}, {}
    for login, position, unit, roles, post in STAFF:
        username = f"{login}@{key}"
        member, passwords[username] = hire(
            actor=Actor.system(),
            username=username,
            full_name=f"{position} ({SAMPLE})",
            position=position,
            unit=Unit.objects.filter(name__startswith=unit).first() if unit else None,
            roles=roles,
            post=post,
        )
        User.objects.filter(pk=member.user_id).update(must_change_password=False)  # to be tried at once
        people[login] = member.actor()
    return people, passwords


def _publish(office: Office, people: dict[str, Actor]) -> Plan:
    with clock.at(PUBLISHED - timedelta(days=10)):
        report = read_report(office.plan_file)
        plan = plans.import_plan(actor=people["planner"], report=report, source=office.plan_file.name)
        plan = plans.submit(actor=people["planner"], plan=plan)
    with clock.at(PUBLISHED - timedelta(days=2)):
        plan = plans.approve(actor=people["mayor"], plan=plan)
    with clock.at(PUBLISHED):
        return plans.publish(actor=people["mayor"], plan=plan)


def _work(plan: Plan, story: dict[str, Any], people: dict[str, Actor]) -> None:
    """The year's records, in the order in which they were put on record."""
    acts = [
        *((_recorded(raw), _record, raw) for raw in story.get("fact", ())),
        *((_recorded(raw), _state, raw) for raw in story.get("figure", ())),
        *((raw["on"], _attest, raw) for raw in story.get("attestation", ())),
    ]
    for day, act, raw in sorted(acts, key=lambda each: each[0]):
        with clock.at(day):
            act(plan, raw, people)
    flush()


def _recorded(raw: dict[str, Any]) -> date:
    # What was done before the plan was published is put on record afterwards.
    return raw.get("recorded") or max(raw["on"] + timedelta(days=2), PUBLISHED + timedelta(days=1))


def _record(plan: Plan, raw: dict[str, Any], people: dict[str, Actor]) -> None:
    files = [_paper(people["planner"], raw["title"], raw["on"])] if raw.get("paper", True) else []
    evidence.record_evidence(
        actor=people["planner"],
        kind=raw["kind"],
        about=raw["about"],
        occurred_on=raw["on"],
        title=f"{raw['title']} ({SAMPLE})",
        about_period=YEAR,
        document_number=raw.get("number", ""),
        files=files,
        unit=raw.get("unit", ""),
        visibility=Visibility.PUBLIC,
        details=raw.get("details"),
    )


def _state(plan: Plan, raw: dict[str, Any], people: dict[str, Actor]) -> None:
    files = [_paper(people["planner"], raw["paper"], raw["on"])] if "paper" in raw else []
    evidence.state_figure(
        actor=people["planner"],
        indicator=raw["indicator"],
        period=YEAR,
        as_of=raw["on"],
        value=Decimal(raw["value"]),
        of=Decimal(raw["of"]) if "of" in raw else None,
        by_topic={
            Topic(topic): {name: Decimal(amount) for name, amount in amounts.items()}
            for topic, amounts in raw.get("topics", {}).items()
        },
        parts={name: Decimal(amount) for name, amount in raw.get("parts", {}).items()},
        scale=raw.get("scale", ""),
        sample=raw.get("sample"),
        files=files,
        note=SAMPLE,
    )


def _attest(plan: Plan, raw: dict[str, Any], people: dict[str, Actor]) -> None:
    measure, kind, number = raw["statement"].split(".")
    statement = Statement.objects.select_related("measure__plan").get(
        measure__plan=plan, measure__number=measure, kind=kind, number=number
    )
    remark = f"{raw.get('remark', '')} ({SAMPLE})".strip()
    evidence.attest(actor=people["head"], statement=statement, text=remark)


def _paper(actor: Actor, title: str, day: date) -> dict[str, Any]:
    """A real PDF that says what it stands for and that it is a sample."""
    document = Document(
        title=f"{title} ({SAMPLE})",
        blocks=(
            Heading(title, level=1),
            Paragraph(f"{SAMPLE} เอกสารนี้สร้างขึ้นเพื่อสาธิตการทำงานของระบบ ไม่ใช่เอกสารจริงของหน่วยงาน"),
            Paragraph(f"วันที่ {long_date(day, thai_digits=True)}"),
        ),
        moment=clock.now(),
        author=SAMPLE,
        notices=(SAMPLE,),
    )
    name = f"{title[:70]} ({SAMPLE}).pdf"
    file = store_file(actor=actor, content=BytesIO(write(document, "pdf")), name=name)
    return reference(publish_file(actor=actor, file=file))


def _open_this_year(plan: Plan, people: dict[str, Actor]) -> None:
    """The current fiscal year: the same measures, announced in its first week or today if that is later."""
    this_year = fiscal_year_of(clock.today())
    if this_year == plan.fiscal_year:
        return
    start = Period.fiscal_year(this_year).start
    with clock.at(min(clock.today(), start + timedelta(days=6))):
        clone = plans.clone_plan(actor=people["planner"], plan=plan, fiscal_year=this_year)
        clone = plans.submit(actor=people["planner"], plan=clone)
        clone = plans.approve(actor=people["mayor"], plan=clone)
        plans.publish(actor=people["mayor"], plan=clone)
