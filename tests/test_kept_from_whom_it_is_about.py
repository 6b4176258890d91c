"""Whom a complaint is about walks every address of the workspace, holding every permission, and learns nothing of it.

A new screen or operation is walked by itself: what it shows of cases has to be narrowed to what its reader may look at.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework import services
from prongsai.foundation.casework.models import Case, CaseFile, CaseMessage
from prongsai.foundation.casework.services import Concerned, Contact
from prongsai.foundation.channels.models import Outbound
from prongsai.foundation.files.models import StoredFile
from prongsai.foundation.files.services import store_file
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.ledger.services import flush
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel import clock
from prongsai.kernel.contracts import Topic
from prongsai.kernel.thai.digits import to_thai
from prongsai.modules.complaints.tests.desk import a_complaint
from prongsai.ui.screens import ListScreen
from tests.cast import SYSTEM, banthrai, member, signed_in_client
from tests.sample_year import PDF, PNG, build
from tests.test_isolation import NOT_OBJECTS, OBJECTS, PART, Place, everything, places, walked

pytestmark = pytest.mark.django_db
KEEPS = {"complaints.intake", "complaints.manage"}
OF_CASES = {"case", "case_id", "case_file", "message", "sha256", "number", "entry", "outbound"}
WRITER = Contact("นางสาวซ่อนกลิ่น ตัวอย่าง", "0899990000", "sonklin@example.org")
WORDS = ("ซองเหลืองในลิ้นชัก", "รับเงินใต้โต๊ะ", "ใบเสร็จปลอม", "ซ่อนกลิ่น", "0899990000", "sonklin@example.org")


@dataclass
class Secret:
    """Cases of which the accused must learn nothing, and one beside them that they may read."""

    cases: list[Case]
    beside: Case
    files: list[StoredFile]
    entries: list[int] = field(default_factory=list[int])

    @property
    def needles(self) -> list[str]:
        """What nothing that they are answered may say."""
        numbers = [number for case in self.cases for number in (case.number, to_thai(case.number))]
        return [*numbers, *WORDS, *(file.sha256 for file in self.files), *(file.name for file in self.files)]

    def values(self) -> list[dict[str, Any]]:
        """What the parts of an address may name of them."""
        found: list[dict[str, Any]] = []
        entries = itertools.cycle(self.entries)
        walked = [self.cases[0], self.cases[-1], self.beside]
        for case, file in zip(walked, itertools.cycle(self.files), strict=False):
            said, kept = CaseMessage.objects.filter(case=case), CaseFile.objects.filter(case__in=self.cases)
            entry = next(entries)
            found.append({
                "case": case.pk, "case_id": case.pk, "sha256": file.sha256, "number": entry, "entry": entry,
                "message": (said.first() or CaseMessage.objects.filter(case=self.cases[0]).first()).pk,
                "case_file": (kept.filter(case=case).first() or kept.first()).pk,
                "outbound": Outbound.objects.get(subject_ref=f"casework.case:{self.cases[0].pk}", state="failed").pk,
            })  # fmt: skip
        return found


def kept(content: bytes, name: str) -> StoredFile:
    """A file whose content nobody else has."""
    return store_file(actor=SYSTEM, content=BytesIO(content + b"\n% of this case alone"), name=name)


def complained(concerned: Concerned, title: str, **more: Any) -> Case:
    given = {
        "unit": None,
        "contact": WRITER,
        "title": title,
        "body": "หัวหน้ารับเงินใต้โต๊ะ",
        "concerned": concerned,
    }
    return a_complaint(**(given | more))


def told(concerned: Concerned) -> Secret:
    """A complaint with all that comes of it: words, files, a part, a case of a message, one that was joined with it, one
    that was joined before it was said whom that is about, and facts that were withdrawn."""
    with clock.at(date(2025, 8, 4)):
        files = [kept(PNG, "ซองเหลืองในลิ้นชัก.png"), kept(PDF, "ใบเสร็จปลอม.pdf")]
        case = complained(concerned, "ซองเหลืองในลิ้นชัก", files=files[:1])
        services.acknowledge(actor=SYSTEM, case=case)
        services.hear(case=case, text="มีใบเสร็จปลอมด้วย", channel_kind="web", files=files[1:])
        services.note(actor=SYSTEM, case=case, text="ขอดูซองเหลืองในลิ้นชัก")
        part = services.split(actor=SYSTEM, case=case, title="ใบเสร็จปลอม", body="ใบเสร็จปลอมสามใบ").case
        message = CaseMessage.objects.filter(case=case, direction="in").latest("pk")
        lamp = {"kind": "complaints.grievance", "category": "lamp", "title": "ใบเสร็จปลอมอีกใบ"}
        risen = services.from_message(actor=SYSTEM, message=message, **lamp).case
        joined = complained(concerned, "ใบเสร็จปลอมเดียวกัน")
        services.merge(actor=SYSTEM, case=joined, into=case, reason="ใบเสร็จปลอม")
        beside, later = a_complaint(unit=None, title="รอนาน"), complained(Concerned(), "รอนานเพราะรับเงินใต้โต๊ะ")
        services.hear(case=later, text="เขารับเงินใต้โต๊ะ", channel_kind="web", files=files[1:])
        services.merge(actor=SYSTEM, case=later, into=beside, reason="เรื่องเดียวกัน")
        services.note(actor=SYSTEM, case=beside, text=f"ดูเรื่อง {case.number}")
        # As it stands in offices that joined them before they had to be about the same.
        Case.objects.filter(pk=later.pk).update(
            concerned_unit=concerned.unit, concerned_member=concerned.member
        )
        services.recategorise(
            actor=SYSTEM,
            case=case,
            category="people",
            topic=Topic.INTEGRITY,
            reason=f"ด้านอื่นของ {case.number}",
        )
        Outbound.objects.create(
            kind="email", recipient=WRITER.email, text=f"เรื่อง {case.number} ซองเหลืองในลิ้นชัก", key="secret", state="failed",
            failure=WRITER.email, next_at=clock.now(), created_at=clock.now(), subject_ref=f"casework.case:{case.pk}",
        )  # fmt: skip
        flush()
    secret = Secret([case, part, risen, joined, later], beside, files)
    subjects = [f"complaints.case:{each.pk}" for each in secret.cases]
    facts = list(Entry.objects.filter(subject__in=subjects).values_list("number", flat=True))
    after = Entry.objects.filter(subject__in=[f"ledger.entry:{number}" for number in facts])
    secret.entries = [facts[0], *after.values_list("number", flat=True)[:1], *facts[-2:]]
    assert after.exists()
    return secret


@pytest.fixture
def office(tmp_path: Any, settings: Any) -> Organization:
    settings.KEYS_FOLDER = tmp_path
    return build(organization=banthrai())


def read(client: Client, address: str) -> tuple[int, str]:
    """What the address answers; what looking at it changed is taken back."""
    client.raise_request_exception = False
    with transaction.atomic():
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    return answer.status_code, body.decode("utf-8", "replace") + str(dict(answer.headers))


def addresses(office: Organization, secret: Secret) -> set[str]:
    """Every address that is read, with every object of the secret that it can name; lists also as a file and searched."""
    same = {name: value for name, (_, value) in NOT_OBJECTS.items()}
    reads: list[Place] = [place for place in places() if place.method == "GET"]
    wanted = {part for place in reads for part in place.parts()}
    any_ = same | {name: make() for name, make in OBJECTS.items() if name in wanted}
    found: set[str] = set()
    views = {
        route: getattr(view, "view_class", object) for route, view in walked(get_resolver().url_patterns)
    }
    lists = {
        route for route, view in views.items() if issubclass(view, ListScreen) and not PART.findall(route)[1:]
    }
    for place in reads:
        about = secret.values() if OF_CASES.intersection(place.parts()) else [{}]
        found |= {place.address(office, any_ | values) for values in about}
        if place.route in lists:
            bare = place.address(office, any_)
            found |= {f"{bare}?format=csv", f"{bare}?standing=acts"}
    return found


@pytest.mark.parametrize("by", ["person", "unit"])
def test_they_learn_nothing_of_it_at_any_address(office: Organization, by: str) -> None:
    with scope(office.pk):
        unit = Unit.objects.get(name="สำนักปลัด")
        member("complaints.read", *KEEPS, username="keeper")
        held = everything() if by == "person" else everything() - KEEPS
        accused = member(*held, username="accused", unit=unit.name)
        secret = told(Concerned(None, accused) if by == "person" else Concerned(unit))
        wanted, needles = sorted(addresses(office, secret)), secret.needles
        client, others = signed_in_client(accused), reader(unit)
        wrong: list[str] = []
        opened, seen = 0, set[str]()
        for address in wanted:
            status, body = read(client, address)
            opened += status == 200
            wrong += [f"{address} says {each}" for each in needles if each in body and each not in address]
        for address in wanted:
            if "/complaints/" in address or "/evidence/" in address:
                _, body = read(others, address)
                seen |= {each for each in needles if each in body}
    assert not wrong, "\n".join(wrong)
    assert opened > 100, "the walk opens what there is"
    assert {secret.cases[0].number, *WORDS[:3]} <= seen, "somebody else finds it at the same addresses"


def reader(unit: Unit) -> Client:
    """Somebody of another unit who may do everything."""
    who: Membership = member(*everything(), username="other", unit="กองคลัง")
    assert who.unit != unit
    return signed_in_client(who)
