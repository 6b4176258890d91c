"""Every address that there is, generated from the URL resolver: another organization's member finds nothing, a member
without the permission is refused, and nobody reaches another organization's things through the own address.

A new kind of object in an address needs a row in OBJECTS, or in NOT_OBJECTS with the reason why it is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import models, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.crypto import get_random_string

from prongsai.foundation.accounts.models import Absence, Acting, Invitation, Membership, Role
from prongsai.foundation.accounts.permissions import EVERYBODY, permissions
from prongsai.foundation.api.models import ApiToken
from prongsai.foundation.casework.models import Case, CaseFile, CaseMessage, StandardAnswer
from prongsai.foundation.casework.services import open_case
from prongsai.foundation.channels.models import Channel, ChannelLink, Inbound, Outbound, Prober
from prongsai.foundation.files.models import StoredFile, Upload
from prongsai.foundation.ledger.models import Log, LogName, Witness
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import current_organization_id, scope
from prongsai.kernel import clock
from prongsai.modules.complaints.models import PersonConcerned, RoutingRule
from prongsai.modules.corruption.models import Attachment, Holder
from prongsai.modules.corruption.models import Report as SealedReport
from prongsai.modules.measures.models import (
    Measure,
    Plan,
    Proof,
    Remark,
    ReportVersion,
    Statement,
)
from prongsai.modules.measures.services.closing import freeze_report
from prongsai.project.api import schema
from prongsai.ui.access import PUBLIC, SIGNED_IN, permission_of
from tests.cast import SYSTEM, banthrai, donsai, member, signed_in_client
from tests.sample_year import build

pytestmark = pytest.mark.django_db

PART = re.compile(r"<(?:\w+:)?(\w+)>")
Maker = Callable[[], Any]


def row(model: type[models.Model], field: str = "pk") -> Maker:
    """A value that names an existing row of the office in scope, and of no other."""
    return lambda: getattr(model._default_manager.order_by("-pk").first(), field)


def made(model: type[models.Model], field: str = "pk", **values: Any) -> Maker:
    """The same for tables that the sample year leaves empty."""

    def make() -> Any:
        told = {name: value() if callable(value) else value for name, value in values.items()}
        return getattr(model._default_manager.create(**told), field)

    return make


def token() -> str:
    return get_random_string(40)


def someone() -> Membership:
    return Membership.objects.order_by("pk")[0]


def one_past_the_other_office() -> int:
    """The office's last evidence number. ดอนสาย has more evidence than บ้านทราย, so its last number is not one there."""
    return Log.objects.get(name=LogName.MAIN).size


NOW, TODAY = clock.now, clock.today


def sealed_report() -> SealedReport:
    """The office's sealed report; nobody can open it, and its address is not there for others all the same."""
    found = SealedReport.objects.first()
    nothing = {"public_key": b"", "reporter_public": b"", "reporter_locked": b""}
    ref = get_random_string(12).lower()
    return found or SealedReport.objects.create(
        ref=ref, code=token(), form=token(), quarter=TODAY(), **nothing
    )


def case() -> Case:
    """A case that came by telephone, in the hands of nobody yet."""
    text = {"title": "ไฟสาธารณะดับ", "body": "ไฟหน้าวัดดับ", "category": "lamp"}
    return open_case(actor=SYSTEM, kind="complaints.grievance", channel_kind="phone", **text).case


def stored() -> StoredFile:
    digest = sha256(token().encode()).hexdigest()
    named = {"content_type": "application/pdf", "name": "ก.pdf", "created_by": "ตัวอย่าง"}
    return StoredFile.objects.create(sha256=digest, size=9, created_at=NOW(), **named)


def channel() -> Channel:
    return Channel.objects.create(kind="line", name=token(), opened_on=TODAY())


# What a part of an address names, and how to have one in the office in scope. The key is the part's name.
OBJECTS: dict[str, Maker] = {
    "absence": made(Absence, member=someone, starts_on=date(2025, 8, 13), ends_on=date(2025, 8, 14)),
    "attachment": made(
        Attachment,
        "ref",
        report=sealed_report,
        ref=lambda: get_random_string(12).lower(),
        sealed=b"",
    ),
    "holder": made(Holder, member=someone, named_on=lambda: TODAY(), named_by="ตัวอย่าง"),
    "sealed": lambda: sealed_report().ref,
    "acting": made(
        Acting, member=someone, post="clerk", mode="acting", order_number="1/2568", starts_on=date(2025, 1, 1)
    ),
    "answer": made(StandardAnswer, title="รับเรื่องแล้ว", text="กำลังดำเนินการ"),
    "case": lambda: case().pk,
    "case_id": lambda: case().pk,
    "case_file": made(CaseFile, case=case, file=stored, name="ก.pdf", at=NOW),
    "message": made(CaseMessage, case=case, direction="out", at=NOW, text="ก", delivery="failed"),
    "person": made(
        PersonConcerned,
        case=case,
        name="ก",
        about="ข",
        how="letter",
        informed_on=lambda: TODAY(),
        object_by=lambda: TODAY(),
    ),
    "rule": made(RoutingRule, position=1, category="lamp", unit=lambda: Unit.objects.order_by("pk")[0]),
    "candidate_id": lambda: freeze_report(actor=SYSTEM, plan=Plan.objects.get(status="published")).pk,
    "entry": one_past_the_other_office,
    "channel": lambda: channel().pk,
    "inbound": made(Inbound, channel=channel, source_key=token, body=dict, received_at=NOW),
    "link": made(ChannelLink, source=channel, target=channel),
    "outbound": made(
        Outbound, kind="email", recipient="a@example.org", text="ก", key=token, next_at=NOW, created_at=NOW
    ),
    "prober": made(Prober, name="ตัวอย่าง", key_id=lambda: token()[:16], secret="x", made_at=NOW),
    "invitation": made(
        Invitation,
        digest=token,
        full_name="คนใหม่ ตัวอย่าง",
        position="เจ้าหน้าที่",
        invited_by="ชุดทดสอบ",
        created_at=NOW,
        expires_at=lambda: NOW() + timedelta(days=7),
    ),
    "key": made(
        Upload,
        "key",
        key=token,
        user=lambda: someone().user,
        name="ก.pdf",
        size=9,
        created_at=NOW,
        updated_at=NOW,
    ),
    "measure": row(Measure),
    "measure_id": row(Measure),
    "member": row(Membership),
    "member_id": row(Membership),
    "plan": row(Plan),
    "plan_id": row(Plan),
    "proof": row(Proof),
    "proof_id": row(Proof),
    "remark": made(
        Remark,
        plan=lambda: Plan.objects.order_by("-pk")[0],
        place="มาตรการ ๑",
        text="ข้อสังเกต",
        by="ตัวอย่าง",
        made_at=NOW,
    ),
    "role": row(Role),
    "sha256": made(
        StoredFile,
        "sha256",
        sha256=lambda: sha256(token().encode()).hexdigest(),
        size=9,
        content_type="application/pdf",
        name="ก.pdf",
        created_at=NOW,
        created_by="ตัวอย่าง",
    ),
    "statement": row(Statement),
    "statement_id": row(Statement),
    "token": made(
        ApiToken,
        member=someone,
        name="ตัวอย่าง",
        prefix="x",
        digest=token,
        created_at=NOW,
        expires_at=lambda: NOW() + timedelta(days=7),
    ),
    "unit": row(Unit),
    "version_id": row(ReportVersion),
    "witness": made(Witness, name="พยาน ตัวอย่าง", email=lambda: f"{token()}@example.org"),
}
OBJECTS["remark_id"] = OBJECTS["remark"]
# What looks like an object and is none: the same words and numbers stand in every office's addresses.
NOT_OBJECTS: dict[str, tuple[str, Any]] = {
    "fiscal_year": ("a year", 2568),
    "format": ("a file format", "pdf"),
    "number": ("counted from one in every office", 1),
    "size": ("counted from one in every office", 1),
    "version": ("counted from one in every office", 1),
    "kind": ("a word of the program", "clerk"),
    "paper": ("a word of the program", "announcement"),
    "act": ("a word of the program", "accept"),
    "at": ("a place in the report, counted from one", 1),
    "post": ("a word of the program", "clerk"),
    "step": ("a word of the program", "name"),
    "part": ("a part of a sealed file, counted from one", 1),
    "secret": ("known to its holder only: whoever has it may", "0" * 43),
}
# Parts of addresses without an organization, and why they need no test here.
WITHOUT_OFFICE = {
    "code": "a language",
    "rest": "whatever stands below /api/",
    "key": "allauth's own one-time keys, tested with the login",
    "uidb36": "allauth's own one-time keys, tested with the login",
    "provider_id": "a login provider of the installation",
    "token": "an invitation or first run: whoever has the secret may",
    "pk": "allauth: a key of the user's own, tested with the login",
    "secret": "whoever has it may",
}


@dataclass(frozen=True)
class Place:
    """An address with one way of using it, and the permissions of which any one opens it."""

    route: str
    method: str
    permissions: tuple[str, ...]

    def parts(self) -> list[str]:
        return [name for name in PART.findall(self.route) if name != "organization"]

    def address(self, office: Organization, values: dict[str, Any]) -> str:
        known = {"organization": office.key, **values}
        return "/" + PART.sub(lambda match: str(known[match[1]]), self.route)

    def __str__(self) -> str:
        return f"{self.method} /{self.route}"


def walked(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walked(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def places() -> list[Place]:
    """Every address with an organization in it that is not open to all, by GET and by POST; the API's by operation."""
    found: list[Place] = []
    for route, view in walked(get_resolver().url_patterns):
        if "<slug:organization>" not in route:
            continue
        operations = getattr(view, "operations", None)
        if operations:
            marks = [(method, permission_of(o.view_func)) for o in operations for method in o.methods]
        else:
            marks = [(method, permission_of(view)) for method in ("GET", "POST")]
        found += [
            Place(route, method, tuple(str(mark).split("|"))) for method, mark in marks if mark != PUBLIC
        ]
    return found


def test_every_part_of_every_address_is_known() -> None:
    unknown = [
        f"{name} in /{route}: add a row to OBJECTS or NOT_OBJECTS in tests/test_isolation.py"
        for route, _ in walked(get_resolver().url_patterns)
        if "<slug:organization>" in route
        for name in PART.findall(route)
        if name != "organization" and name not in OBJECTS and name not in NOT_OBJECTS
    ]
    unknown += [
        f"{name} in /{route}: say in WITHOUT_OFFICE why it needs no test"
        for route, view in walked(get_resolver().url_patterns)
        if "<slug:organization>" not in route and permission_of(view) is not None
        for name in PART.findall(route)
        if name not in WITHOUT_OFFICE
    ]
    assert unknown == []


@dataclass
class Offices:
    """บ้านทราย and ดอนสาย with a year each, and one of every object in each."""

    own: Organization
    other: Organization
    own_values: dict[str, Any]
    other_values: dict[str, Any]

    @classmethod
    def build(cls) -> Offices:
        own, other = build(organization=banthrai()), build(closed=True, organization=donsai())
        return cls(own, other, cls._values(own), cls._values(other))

    @staticmethod
    def _values(office: Organization) -> dict[str, Any]:
        with scope(office.pk):
            member("office.read", username=f"first-{current_organization_id()}")
            same = {name: value for name, (_, value) in NOT_OBJECTS.items()}
            wanted = {name for place in places() for name in place.parts()}
            return {**same, **{name: make() for name, make in OBJECTS.items() if name in wanted}}


@pytest.fixture
def offices(tmp_path: Any, settings: Any) -> Offices:
    settings.KEYS_FOLDER = tmp_path
    return Offices.build()


def everything() -> set[str]:
    """Every permission that a view or a service asks for."""
    asked = {mark for place in places() for mark in place.permissions}
    return (asked | set(permissions())) - {SIGNED_IN}


def told(wrong: dict[str, int]) -> str:
    return "\n".join(f"{status}  {place}" for place, status in sorted(wrong.items()))


def body_of(place: Place) -> Any:
    """The least that the API takes for the operation, by its own schema: so that what refuses is not the reading."""
    described = schema()["paths"]["/" + PART.sub(r"{\1}", place.route)][place.method.lower()]
    content = described.get("requestBody", {}).get("content", {})
    return least(content["application/json"]["schema"]) if "application/json" in content else {}


def least(described: dict[str, Any]) -> Any:
    """The least value that fits a JSON schema."""
    if "$ref" in described:
        return least(schema()["components"]["schemas"][described["$ref"].rpartition("/")[2]])
    for wrapped in ("anyOf", "allOf", "oneOf"):
        if wrapped in described:
            return least(described[wrapped][0])
    for told in ("default", "const", "example"):
        if described.get(told) is not None:
            return described[told]
    if "enum" in described:
        return described["enum"][0]
    if described.get("type") == "object" or "properties" in described:
        return {name: least(described["properties"][name]) for name in described.get("required", [])}
    simple = {"integer": described.get("minimum", 1), "number": 1, "boolean": True, "array": []}
    if described.get("type") == "array" and described.get("minItems"):
        return [least(described["items"])]
    day = {"date": "2025-01-01", "date-time": "2025-01-01T00:00:00Z", "uri": "https://example.org/"}
    return simple.get(
        described.get("type", ""),
        day.get(described.get("format", ""), "ก" * max(4, described.get("minLength", 4))),
    )


def call(client: Client, place: Place, address: str) -> int:
    """The answer's status. What it changed is taken back, so that each call finds the same."""
    client.raise_request_exception = False
    sent: dict[str, Any] = {}
    if place.route.startswith("api/") and place.method != "GET":
        sent = {"data": json.dumps(body_of(place)), "content_type": "application/json"}
    with transaction.atomic():
        status = client.generic(place.method, address, **sent).status_code
        transaction.set_rollback(True)
    return status


def test_another_organizations_member_finds_nothing(offices: Offices) -> None:
    with scope(offices.other.pk):
        stranger = signed_in_client(member(*everything(), username="mana"))
    wrong = {}
    for place in places():
        status = call(stranger, place, place.address(offices.own, offices.own_values))
        if status != 404:
            wrong[str(place)] = status
    assert not wrong, told(wrong)


def without(marks: tuple[str, ...], number: int) -> Membership:
    """A member who holds everything but these permissions; those that come with any role: one without a role."""
    found = member(*(everything() - set(marks)), username=f"without-{number}")
    if set(marks) & EVERYBODY:
        found.held.all().delete()  # type: ignore[attr-defined]
    return found


def test_a_member_without_the_permission_is_refused(offices: Offices) -> None:
    with scope(offices.own.pk):
        holders = {
            marks: signed_in_client(without(marks, number))
            for number, marks in enumerate(sorted({place.permissions for place in places()}))
        }
    wrong = {}
    for place in places():
        if SIGNED_IN in place.permissions:
            continue
        address = place.address(offices.own, offices.own_values)
        status = call(holders[place.permissions], place, address)
        if status != 403:
            wrong[str(place)] = status
    assert not wrong, told(wrong)


def test_no_address_of_the_own_office_opens_anothers_things(offices: Offices) -> None:
    """Even for somebody who may do everything here, and who is told the other's numbers."""
    with scope(offices.own.pk):
        everybody = signed_in_client(member(*everything(), username="everything"))
    wrong = {}
    for place in places():
        objects = [name for name in place.parts() if name in OBJECTS]
        for name in objects:
            values = {**offices.own_values, name: offices.other_values[name]}
            status = call(everybody, place, place.address(offices.own, values))
            # 405: the view does not know the method, whatever it is asked about.
            if status not in {404, 405}:
                wrong[f"{place} with the other's {name}"] = status
    assert not wrong, told(wrong)


def test_nobody_signed_in_gets_in(offices: Offices, client: Client) -> None:
    wrong = {}
    for place in places():
        status = call(client, place, place.address(offices.own, offices.own_values))
        if status != (401 if place.route.startswith("api/") else 302):
            wrong[str(place)] = status
    assert not wrong, told(wrong)
