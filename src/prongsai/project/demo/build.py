"""Builds the demonstration through the same services as real work, each act on its own day of the year."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prongsai.foundation.accounts.models import User
from prongsai.foundation.accounts.services import hire
from prongsai.foundation.files.selectors import reference
from prongsai.foundation.files.services import publish_file, store_file
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
from prongsai.project.demo.complaints import SAMPLE, Act, Register, at, live
from prongsai.project.demo.sealed import SealedReports

DATA = Path(__file__).parent
REAL_PLAN = Path(plans.__file__).parent.parent / "examples" / "muangkae-2568.txt"
PUBLISHED = date(2024, 10, 7)
YEAR_NUMBER = 2568
YEAR = Period.fiscal_year(YEAR_NUMBER)

# login, position, unit, roles, post
STAFF = (
    ("planner", "นักวิเคราะห์นโยบายและแผน", "สำนักปลัด", ("planner",), ""),
    ("head", "หัวหน้าสำนักปลัด", "สำนักปลัด", ("unit_head", "planner"), ""),
    ("finance", "นักวิชาการเงินและบัญชี", "กองคลัง", ("unit_officer",), ""),
    ("works", "นายช่างโยธา", "กองช่าง", ("unit_officer",), ""),
    ("complaints", "เจ้าหน้าที่รับเรื่องร้องเรียน", "สำนักปลัด", ("complaints_officer",), ""),
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
    complaints: str
    name_en: str
    website: str = ""
    sealed: str = ""  # reports to the corruption channel


OFFICES = (
    Office(
        "muangkae",
        REAL_PLAN,
        "muangkae.toml",
        "muangkae-complaints.toml",
        "Mueang Kae SAO",
        "http://www.muangkae.go.th",
    ),
    Office(
        "donsai-sample",
        DATA / "donsai-2568.txt",
        "donsai.toml",
        "donsai-complaints.toml",
        "Don Sai SAO (fictional)",
        sealed="donsai-sealed.toml",
    ),
)


def require_only_demo() -> None:
    """Raises WrongState when the database holds an organization that is not the demonstration's."""
    others = Organization.objects.exclude(key__in=[office.key for office in OFFICES])
    first = others.values_list("name", flat=True).first()
    if first is not None:
        raise WrongState(
            _("This database holds another office (%(name)s), so no sample data are put in") % {"name": first}
        )


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
        with clock.at(PUBLISHED - timedelta(days=60)):
            people, passwords = _hire(office.key)
        year = _Year(office, _story(office.story), people)
        yesterday = clock.today() - timedelta(days=1)
        register = Register(people, _story(office.complaints), yesterday)
        sealed = SealedReports(register, _story(office.sealed)) if office.sealed else None
        live([*year.acts(), *register.acts(), *(sealed.acts() if sealed else ())])
        for login, passphrase in register.passphrases.items():
            passwords[f"{login}@{office.key} (กล่องลับตัวอย่าง)"] = passphrase
        for name, code in (sealed.told if sealed else {}).items():
            passwords[f"{name}@{office.key} (รหัสผู้แจ้งตัวอย่าง)"] = code
    return passwords


def _story(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text("utf-8"))


def _hire(key: str) -> tuple[dict[str, Actor], dict[str, str]]:
    """Accounts with random passwords, which are told once; in the units that the office has."""
    people, passwords = {}, {}
    for login, position, unit, roles, post in STAFF:
        own = Unit.objects.filter(name__startswith=unit).first() if unit else None
        if unit and own is None:
            continue
        username = f"{login}@{key}"
        member, passwords[username] = hire(
            actor=Actor.system(),
            username=username,
            full_name=f"{position} ({SAMPLE})",
            position=position,
            unit=own,
            roles=roles,
            post=post,
        )
        User.objects.filter(pk=member.user_id).update(must_change_password=False)  # to be tried at once
        people[login] = member.actor()
    return people, passwords


@dataclass
class _Year:
    """The plan's year: announced, worked on, closed, and the present year opened after it."""

    office: Office
    story: dict[str, Any]
    people: dict[str, Actor]
    plan: Plan | None = None

    def acts(self) -> Iterator[Act]:
        """Everything that happens, each with its moment."""
        yield at(PUBLISHED - timedelta(days=10)), self._import
        yield at(PUBLISHED - timedelta(days=2)), lambda: self._bring(plans.approve)
        yield at(PUBLISHED), lambda: self._bring(plans.publish)
        for raw in self.story.get("fact", ()):
            yield at(_recorded(raw)), lambda raw=raw: _record(raw, self.people)
        for raw in self.story.get("figure", ()):
            yield at(_recorded(raw)), lambda raw=raw: _state(raw, self.people)
        for raw in self.story.get("attestation", ()):
            yield at(raw["on"]), lambda raw=raw: _attest(self.current, raw, self.people)
        yield at(self.story["close"]), self._close
        this_year = fiscal_year_of(clock.today())
        if this_year != YEAR_NUMBER:
            start = Period.fiscal_year(this_year).start + timedelta(days=6)
            yield at(min(clock.today() - timedelta(days=1), start)), lambda: self._open(this_year)

    @property
    def current(self) -> Plan:
        assert self.plan is not None
        return self.plan

    def _import(self) -> None:
        report = read_report(self.office.plan_file)
        source = self.office.plan_file.name
        plan = plans.import_plan(actor=self.people["planner"], report=report, source=source)
        self.plan = plans.submit(actor=self.people["planner"], plan=plan)

    def _bring(self, act: Callable[..., Plan]) -> None:
        self.plan = act(actor=self.people["mayor"], plan=self.current)

    def _close(self) -> None:
        close_year(actor=self.people["mayor"], plan=self.current)

    def _open(self, fiscal_year: int) -> None:
        """The current fiscal year: the same measures, announced in its first week or yesterday if that is later."""
        clone = plans.clone_plan(actor=self.people["planner"], plan=self.current, fiscal_year=fiscal_year)
        clone = plans.submit(actor=self.people["planner"], plan=clone)
        clone = plans.approve(actor=self.people["mayor"], plan=clone)
        plans.publish(actor=self.people["mayor"], plan=clone)


def _recorded(raw: dict[str, Any]) -> date:
    # What was done before the plan was published is put on record afterwards.
    return raw.get("recorded") or max(raw["on"] + timedelta(days=2), PUBLISHED + timedelta(days=1))


def _record(raw: dict[str, Any], people: dict[str, Actor]) -> None:
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


def _state(raw: dict[str, Any], people: dict[str, Actor]) -> None:
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
