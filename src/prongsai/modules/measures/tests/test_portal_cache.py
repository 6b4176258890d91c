"""Kept pages: what changes them at once, what leaves no trace in them, and what they cost."""

from __future__ import annotations

import gzip
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prongsai.foundation.ledger.selectors import facts
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel import clock
from prongsai.kernel.contracts import Visibility
from prongsai.modules.measures.models import Statement
from prongsai.modules.measures.selectors import plan_in_force
from prongsai.modules.measures.services.evidence import record_evidence
from prongsai.ui.caching import Store, pages, states
from tests.cast import SYSTEM, donsai
from tests.golden.queries import assert_query_count
from tests.sample_year import YEAR, announce, build

pytestmark = pytest.mark.django_db(transaction=True)

HOME = "/banthrai/"
MEASURE = "/banthrai/measures/2568/2/"
DAY = date(2025, 8, 15)
MOST_QUERIES = 12
FULL = {"acknowledged": 10, "of": 10, "channels": ["เว็บไซต์", "LINE", "ป้าย"], "units": []}


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Organization:
    settings.KEYS_FOLDER = tmp_path / "keys"
    cache.clear()
    pages.clear()
    states.clear()
    return build()


@pytest.fixture
def visitor(office: Organization, client: Client) -> Client:
    return client


def queries_of(visitor: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as found:
        assert visitor.get(address).status_code == 200
    return [query["sql"] for query in found.captured_queries if query["sql"] not in {"BEGIN", "COMMIT"}]


def kept_etag(visitor: Client, address: str) -> str:
    return visitor.get(address)["ETag"]


def internal(kind: str, about: str, **more: Any) -> None:
    record_evidence(
        actor=SYSTEM,
        kind=kind,
        about=about,
        occurred_on=date(2025, 3, 1),
        title="ข้อมูลตัวอย่าง ลับ",
        **{"details": FULL} | more,
    )


def lacking(office: Organization) -> tuple[str, str]:
    """A kind and a thing whose record alone would prove a step that has no evidence yet."""
    with working_for(office.pk):
        plan = plan_in_force(2568)
        assert plan is not None
        for statement in Statement.objects.filter(measure__plan=plan, kind="step").prefetch_related("proofs"):
            terms = [proof.term for proof in statement.proofs.all()]  # type: ignore[attr-defined]
            missing = [t for t in terms if not facts(kind=t.key, about=t.about).exists()]
            if (
                len(missing) == 1
                and missing[0].name == "fact"
                and (statement.join == "all" or len(terms) == 1)
            ):
                return missing[0].key, missing[0].about
    raise AssertionError("the sample year has no such statement")


def test_a_second_visit_takes_one_query_and_gives_the_same_page(visitor: Client) -> None:
    first = visitor.get(HOME).content
    assert len(queries_of(visitor, HOME)) == 1
    assert visitor.get(HOME).content == first


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("home", HOME),
        ("year", "/banthrai/measures/2568/"),
        ("measure", MEASURE),
        ("record", "/banthrai/evidence/14/"),
        ("heads", "/banthrai/heads/"),
        ("verify", "/banthrai/verify/2568/"),
        ("offices", "/"),
    ],
)
def test_a_page_that_is_not_kept_takes_few_queries(visitor: Client, name: str, address: str) -> None:
    visitor.get(HOME)  # the verdicts are known: they are judged once for each size of the ledger
    if name == "verify":
        visitor.get(address)  # signs the register's head, which the first visit after a new record has to do
    pages.clear()
    count = len(queries_of(visitor, address))
    assert count <= MOST_QUERIES + (name == "verify") * 4
    assert_query_count(f"portal.{name}", count)


def test_a_public_fact_shows_at_once(office: Organization, visitor: Client) -> None:
    kind, about = lacking(office)
    before = kept_etag(visitor, HOME)
    with working_for(office.pk), clock.at(DAY):
        internal(kind, about, visibility=Visibility.PUBLIC, url="https://example.org/")
    assert kept_etag(visitor, HOME) != before


def test_an_internal_fact_that_changes_no_verdict_leaves_no_trace(
    office: Organization, visitor: Client
) -> None:
    addresses = (HOME, "/banthrai/measures/2568/", MEASURE, "/banthrai/evidence/14/")
    before = {address: kept_etag(visitor, address) for address in addresses}
    kept = len(pages._values)
    with working_for(office.pk), clock.at(DAY):
        internal("training_held", "ita_result")
    assert {address: kept_etag(visitor, address) for address in addresses} == before
    assert len(pages._values) == kept, "the very same kept pages answer"


def test_an_internal_fact_that_flips_a_verdict_shows_at_once(office: Organization, visitor: Client) -> None:
    kind, about = lacking(office)
    before = kept_etag(visitor, HOME)
    with working_for(office.pk), clock.at(DAY):
        internal(kind, about, url="https://example.org/")
    after = visitor.get(HOME)
    assert after["ETag"] != before
    assert "ลับ" not in after.content.decode()


def test_another_organization_never_gets_the_page(visitor: Client) -> None:
    with working_for(donsai().pk):
        announce()
    ours, theirs = visitor.get(HOME).content.decode(), visitor.get("/donsai/").content.decode()
    assert "ดอนสาย" in theirs
    assert "ดอนสาย" not in ours
    assert "ดอนสาย" in visitor.get("/donsai/").content.decode()


def test_languages_are_kept_apart(visitor: Client) -> None:
    thai, english = visitor.get(HOME), visitor.get(HOME, {"lang": "en"})
    assert (thai["Content-Language"], english["Content-Language"]) == ("th", "en")
    answer = visitor.get("/language/en/", {"next": MEASURE})
    assert (answer.status_code, answer["Location"]) == (302, MEASURE)
    assert visitor.get(HOME).content == english.content
    assert "Cookie" in thai["Vary"]


@pytest.mark.parametrize(
    "target", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)"]
)
def test_the_language_switch_leads_nowhere_else(client: Client, target: str) -> None:
    assert client.get("/language/en/", {"next": target})["Location"] == "/"


def test_a_browser_that_has_the_page_is_told_so(visitor: Client) -> None:
    answer = visitor.get(MEASURE)
    again = visitor.get(MEASURE, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    assert answer["Cache-Control"] == "public, no-cache"


def test_pages_come_packed_and_unpack_to_the_same(visitor: Client) -> None:
    plain = visitor.get(MEASURE)
    packed = visitor.get(MEASURE, headers={"Accept-Encoding": "gzip"})
    tighter = visitor.get(MEASURE, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert gzip.decompress(packed.content) == brotli.decompress(tighter.content) == plain.content
    assert len(tighter.content) < len(packed.content) < len(plain.content) / 3
    assert len({plain["ETag"], packed["ETag"], tighter["ETag"]}) == 3
    assert "Accept-Encoding" in plain["Vary"]
    assert visitor.get(MEASURE, headers={"Accept-Encoding": "br;q=0, gzip;q=0"}).content == plain.content


def test_what_the_view_does_not_read_makes_no_further_copies(visitor: Client) -> None:
    visitor.get(HOME)
    kept = len(pages._values)
    for tail in ("?utm_source=x", "?page=2", "?fbclid=1&a=b"):
        visitor.get(HOME + tail)
    assert len(pages._values) == kept


def test_the_next_day_makes_a_new_page(visitor: Client) -> None:
    with clock.at(DAY):
        first = visitor.get(HOME).content.decode()
    with clock.at(DAY + timedelta(days=1)):
        second = visitor.get(HOME).content.decode()
    assert "เหลือ 47 วัน" in first
    assert "เหลือ 46 วัน" in second


def test_a_new_name_of_the_office_shows_at_once(office: Organization, visitor: Client) -> None:
    visitor.get(HOME)
    Organization.objects.filter(pk=office.pk).update(website="https://example.org/banthrai")
    assert "https://example.org/banthrai" in visitor.get(HOME).content.decode()


def test_pages_that_do_not_exist_are_not_kept(visitor: Client) -> None:
    for _ in range(2):
        assert visitor.get("/banthrai/evidence/9999/").status_code == 404
    assert not pages._values


def test_reading_the_key_leaves_no_organization_in_the_connection(visitor: Client) -> None:
    visitor.get(HOME)
    visitor.get(HOME)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('prongsai.organization', true)")
        assert not cursor.fetchone()[0]


def test_the_store_drops_what_was_not_used_for_longest() -> None:
    store: Store[str] = Store(100)
    for name in "abc":
        store.put(name, name, 40)
    assert (store.get("a"), store.get("b"), store.get("c")) == (None, "b", "c")
    store.get("b")
    store.put("d", "d", 40)
    assert (store.get("c"), store.get("b"), store.used) == (None, "b", 80)
    store.put("e", "e", 101)
    assert store.get("e") is None


def test_the_closed_report_is_made_once_whatever_happens_around_it(
    settings: Any, tmp_path: Path, client: Client
) -> None:
    settings.KEYS_FOLDER = tmp_path / "keys"
    office = build(closed=True)
    address = "/banthrai/measures/2568/report.pdf"
    first = client.get(address)
    assert "banthrai-2568-v1.pdf" in first["Content-Disposition"]
    with working_for(office.pk):
        internal("training_held", "ita_result", about_period=YEAR, visibility=Visibility.PUBLIC)
    assert client.get(address).content == first.content, "sealing anew would give other bytes"
