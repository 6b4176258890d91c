"""What anybody may read: the same as the portal shows, no more, and checkable without this program."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.test import Client

from prongsai.foundation.ledger import merkle
from prongsai.foundation.ledger.models import Entry
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Verdict
from prongsai.modules.measures.models import Plan
from prongsai.modules.measures.papers.record import canonical_statements_from_json
from prongsai.modules.measures.selectors import public_content
from tests import sample_year
from tests.api.conftest import BELOW


def close(office: Organization) -> None:
    """Close the office's year."""
    with scope(office.pk):
        sample_year.close(Plan.objects.get(fiscal_year=2568))


def get(address: str, **query: Any) -> Any:
    answer = Client().get(BELOW + address, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_year_says_what_the_portal_says(office: Organization) -> None:
    with scope(office.pk):
        content = public_content(2568)
    assert content is not None
    year = get("years/2568")
    assert year["counts"]["proven"] == content.count(Verdict.PROVEN) > 0
    said = [(s["text"], s["verdict"], s["printed"]) for m in year["measures"] for s in m["statements"]]
    assert said == [(s.text, s.verdict.value, s.printed) for s in content.statements()]
    assert get("years/2568/measures/2") == year["measures"][1]
    assert get("organization")["years"] == [2568]


def test_an_internal_record_says_only_number_days_and_label(office: Organization) -> None:
    with scope(office.pk):
        entry = Entry.objects.filter(
            visibility="internal", kind__in=["meeting_held", "circular_issued"]
        ).first()
        entry = entry or Entry.objects.filter(visibility="internal", origin="document").first()
        assert entry is not None
        title, number, label = entry.title, entry.number, entry.label
    record = get(f"records/{number}")
    assert record["title"] == label != title
    assert (record["files"], record["unit"], record["recorded_by"], record["document_number"]) == (
        [],
        "",
        "",
        "",
    )
    assert record["about_period"] is None
    listed = {each["number"] for each in get("records")["items"]}
    assert number not in listed
    assert title not in json.dumps(get("records"), ensure_ascii=False)


def test_records_come_page_by_page_and_none_is_missing(
    office: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prongsai.modules.measures.api.public.ROWS", 7)
    seen, cursor = [], None
    while True:
        page = get("records", **({"cursor": cursor} if cursor else {}))
        seen += [each["number"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    with scope(office.pk):
        public = Entry.objects.filter(log="main", visibility="public").valid().order_by("-number")
        assert seen == list(public.values_list("number", flat=True))


def test_inclusion_and_consistency_proofs_verify(office: Organization) -> None:
    head = get("heads/latest")
    proof = get("proofs/inclusion", number=3, size=head["size"])
    path = [bytes.fromhex(step) for step in proof["path"]]
    root = bytes.fromhex(head["root"])
    assert merkle.verify_inclusion(bytes.fromhex(proof["leaf"]), proof["index"], head["size"], path, root)
    grown = get("proofs/consistency", first=5, second=head["size"])
    assert grown["second_root"] == head["root"]
    assert merkle.verify_consistency(
        5,
        head["size"],
        bytes.fromhex(grown["first_root"]),
        root,
        [bytes.fromhex(step) for step in grown["path"]],
    )


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("proofs/inclusion?number=3&size=999999", 404),
        ("proofs/inclusion?number=9&size=3", 422),
        ("proofs/consistency?first=9&second=3", 422),
        ("proofs/inclusion?number=0&size=3", 422),
        ("records/999999", 404),
        ("years/2600", 404),
        ("years/2025", 422),
        ("reports/2568/1", 404),
        ("heads/3", 404),
        ("records?cursor=x", 422),
    ],
)
def test_what_is_not_there_is_said(office: Organization, address: str, status: int) -> None:
    answer = Client().get(BELOW + address)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_a_closed_report_is_the_paper_whose_digest_stands_in_the_ledger(office: Organization) -> None:
    close(office)
    report = get("reports")["items"][0]
    paper = get(f"reports/{report['fiscal_year']}/{report['version']}")
    assert hashlib.sha256(canonical_statements_from_json(paper)).hexdigest() == report["digest"]
    record = get(f"records/{report['number']}")
    assert record["kind"] == "report_closed"


def test_public_reads_are_open_to_other_sites_and_staff_ones_are_not(
    office: Organization, program: Client
) -> None:
    assert Client().get(BELOW + "years")["Access-Control-Allow-Origin"] == "*"
    assert not program.get(BELOW + "plans").has_header("Access-Control-Allow-Origin")
    assert program.get(BELOW + "plans")["Cache-Control"] == "no-store"
    assert Client().get("/api/openapi.json")["Access-Control-Allow-Origin"] == "*"


def test_head_is_answered_like_get(office: Organization) -> None:
    assert Client().head(BELOW + "years").status_code == 200


def test_an_unknown_office_and_an_unknown_address_are_problems_too(office: Organization) -> None:
    for path in ("/api/v1/nowhere/years", "/api/v1/banthrai/nothing", "/api/v2/banthrai/years", "/api/x"):
        answer = Client().get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json"), path
