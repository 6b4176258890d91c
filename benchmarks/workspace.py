"""The workspace's speed on the real server: the register of 100,000 facts, the dashboard, a plan of 2,000 statements.

    python benchmarks/workspace.py

7,850 organizations of skewed sizes: the largest has 100,000 facts over ten years, the n-th of the others 100,000 / n.
Starts PostgreSQL and granian (2 workers) in a temporary folder on the loopback, and removes both. One clerk clicks at
a time; the ratios compare with the same page of a small office, measured in turns in the same run.
"""

from __future__ import annotations

import http.client
import re
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._country import add_organizations, run  # noqa: E402 (started as a file, it finds its neighbours)

ORGANIZATIONS, LARGEST = 7_850, 100_000
MEASURES, STATEMENTS = 40, 50  # of the long plan: statements of each measure
SMALL = "banthrai7000"  # a copy of the sample office with a handful of facts
CLICKS = 60
LONG_YEAR = 2571
GOALS = {"lists_p95_ms": 50, "dashboard_ms": 100, "plan_of_2000_ms": 200, "saving_ms": 80}
SEEN = {
    "newest": "", "page 40": "page=40", "kind": "kind=meeting_held", "unit": "unit=สำนักปลัด", "words": "q=ที่+77",
    "period": "occurred_from=1/10/67&occurred_to=30/9/68", "withdrawn": "standing=withdrawn",
}  # fmt: skip
CHOSEN = re.compile(r'<option value="(\d+)" selected')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')


def measured(server: Any) -> dict[str, Any]:
    from benchmarks.portal import serving
    from tests.sample_year import build

    build()
    add_organizations(server, 1, ORGANIZATIONS)
    add_facts(server)
    cookies = {key: session_of(key) for key in ("banthrai", SMALL)}
    plan, statement = long_plan("banthrai")
    with serving() as port:
        clerks = {key: Clerk(port, key, cookie) for key, cookie in cookies.items()}
        largest, little = clerks["banthrai"], clerks[SMALL]
        lists = {
            name: in_turns(largest, little, f"work/evidence/?{query}" if query else "work/evidence/")
            for name, query in SEEN.items()
        }
        dashboard = after_each_new_fact(largest, "work/dashboard/2568/")
        page = [largest.wait(plan) for _ in range(12)][2:]
        saving = savings(largest, plan, statement)
    return summed_up(lists, dashboard, page, saving)


def summed_up(
    lists: dict[str, tuple[list[float], list[float]]],
    dashboard: dict[str, list[float]],
    page: list[float],
    saving: list[float],
) -> dict[str, Any]:
    figures = {
        "lists_p95_ms": max(p95(large) for large, _ in lists.values()),
        "dashboard_ms": statistics.median(dashboard["after a new fact"]),
        "plan_of_2000_ms": statistics.median(page),
        "saving_ms": statistics.median(saving),
    }
    return {
        "conditions": {
            "organizations": ORGANIZATIONS, "facts_of_the_largest": LARGEST, "facts_of_the_nth": f"{LARGEST} / n",
            "clicks_each": CLICKS, "statements_of_the_long_plan": MEASURES * STATEMENTS,
        },
        "lists_p95_ms": {name: round(p95(large), 1) for name, (large, _) in lists.items()},
        "lists_to_a_small_office": {
            name: round(statistics.median(large) / statistics.median(small), 2)
            for name, (large, small) in lists.items()
        },
        "dashboard_ms": {name: round(statistics.median(waits), 1) for name, waits in dashboard.items()},
        "plan_of_2000_ms": round(figures["plan_of_2000_ms"], 1),
        "saving_ms": round(figures["saving_ms"], 1),
        "goals": GOALS,
        "goals_met": all(figures[name] <= goal for name, goal in GOALS.items()),
    }  # fmt: skip


def p95(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=20)[-1]


class Clerk:
    """Somebody who is signed in, one click after another on a connection that stays open."""

    def __init__(self, port: int, key: str, cookie: str) -> None:
        self.line = http.client.HTTPConnection("localhost", port, timeout=60)
        self.key, self.cookies = key, {"sessionid": cookie}

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        address = path if path.startswith("/") else f"/{self.key}/{path}"
        self.line.request("GET" if form is None else "POST", quote(address, safe="/?&=+"), body, headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, _ = value.partition(";")
                self.cookies.update([cookie.split("=", 1)])  # type: ignore[list-item]
        return answer.status, answer.getheader("Location") or "", text

    def wait(self, path: str) -> float:
        """Milliseconds until the whole page is there. Raises OSError for anything but 200."""
        started = time.perf_counter()
        status, to, _ = self.ask(path)
        waited = (time.perf_counter() - started) * 1000
        if status != 200:
            raise OSError(f"{path}: {status} {to}")
        return waited


def in_turns(largest: Clerk, little: Clerk, path: str) -> tuple[list[float], list[float]]:
    """How long both wait for the same page; the first clicks warm up and are not counted."""
    waits: tuple[list[float], list[float]] = ([], [])
    for click in range(CLICKS + 6):
        pair = largest.wait(path), little.wait(path)
        if click >= 6:
            for kept, wait in zip(waits, pair, strict=True):
                kept.append(wait)
    return waits


def after_each_new_fact(clerk: Clerk, path: str) -> dict[str, list[float]]:
    """The dashboard when everything has to be judged anew, and when nothing happened since."""
    waits: dict[str, list[float]] = {"after a new fact": [], "again": []}
    for _ in range(15):
        happens(clerk.key)
        waits["after a new fact"].append(clerk.wait(path))
        waits["again"].append(clerk.wait(path))
    return {name: found[3:] for name, found in waits.items()}


def savings(clerk: Clerk, plan: str, path: str) -> list[float]:
    """How long saving one changed statement of the long plan takes, from the click to the answer."""
    waits: list[float] = []
    for turn in range(20):
        status, to, page = clerk.ask(path)
        if status != 200:
            raise OSError(f"{path}: {status} {to}")
        form = {name: value or "" for name, value in HIDDEN.findall(page)}
        form |= {"number": CHOSEN.findall(page)[0]}  # the place in the list stays
        form |= {"text": f"ขั้นตอนที่แก้ไขครั้งที่ {turn} (ข้อมูลตัวอย่าง)", "proofs": "keep"}
        started = time.perf_counter()
        status, to, page = clerk.ask(path, form)
        waits.append((time.perf_counter() - started) * 1000)
        if status != 302:
            raise OSError(f"saving: {status} {to} {re.findall('<li>.*?</li>', page)[:3]}")
    return waits[4:]


# -- what stands in the database ------------------------------------------------------------------------------


@contextmanager
def office(key: str) -> Iterator[Any]:
    from prongsai.foundation.organizations.selectors import organization_by_key
    from prongsai.foundation.tenancy.scope import working_for

    found = organization_by_key(key)
    assert found is not None
    with working_for(found.pk):
        yield found


def session_of(key: str) -> str:
    """The session of a member who may do everything."""
    from prongsai.kernel.registry import registry
    from tests.cast import member, signed_in_client

    with office(key):
        clerk = member(*registry().permissions, username=f"bench-{key}", unit="สำนักปลัด")
        return signed_in_client(clerk).cookies["sessionid"].value


def happens(key: str) -> None:
    from prongsai.modules.measures.services.evidence import record_evidence
    from tests.cast import SYSTEM

    with office(key):
        record_evidence(
            actor=SYSTEM,
            kind="meeting_held",
            about="",
            occurred_on=date(2025, 3, 3),
            title="ประชุม (ข้อมูลตัวอย่าง)",
        )


def long_plan(key: str) -> tuple[str, str]:
    """A draft of 40 measures with 50 statements each; the keys of its page and the address of one statement's form."""
    from django.urls import reverse

    from prongsai.kernel.contracts import Period
    from prongsai.modules.measures.models import Statement
    from prongsai.modules.measures.reading.model import ParsedMeasure, ParsedReport
    from prongsai.modules.measures.services.plans import import_plan
    from tests.cast import SYSTEM

    lines = tuple(
        f"ขั้นตอนที่ {n} จัดประชุมพนักงานเพื่อกำหนดแนวทางการปฏิบัติงาน (ข้อมูลตัวอย่าง)" for n in range(1, STATEMENTS + 1)
    )
    measures = tuple(
        ParsedMeasure(
            number=n, title=f"มาตรการตัวอย่างที่ {n}", topic=None, period=Period.fiscal_year(LONG_YEAR),
            units=("สำนักปลัด",), steps=lines[:30], outputs=lines[30:40], outcomes=lines[40:],
        )
        for n in range(1, MEASURES + 1)
    )  # fmt: skip
    with office(key):
        report = ParsedReport(
            organization="", district="", province="", fiscal_year=LONG_YEAR, measures=measures, warnings=[]
        )
        plan = import_plan(actor=SYSTEM, report=report)
        statement = Statement.objects.filter(measure__plan=plan, measure__number=20).first()
        assert statement is not None
        page = reverse("plan", kwargs={"organization": key, "plan": plan.pk})
        form = reverse(
            "plan-statement-edit", kwargs={"organization": key, "plan": plan.pk, "statement": statement.pk}
        )
        return page, form


FACTS = """
INSERT INTO ledger_entry (organization_id, log, number, kind, about, occurred_on, origin, subject, topic, unit,
                          visibility, label, payload_digest, recorded_at, leaf_hash)
SELECT o.organization_id, 'main', o.size + n,
       (ARRAY['meeting_held', 'announcement_issued', 'published', 'trained', 'circular_acknowledged', 'case_closed',
              'case_closed', 'case_closed', 'case_closed', 'case_closed'])[1 + n %% 10],
       (ARRAY['service', 'assets', '', '', ''])[1 + n %% 5], date '2015-10-01' + (n %% 3650), 'work', '', '',
       (ARRAY['สำนักปลัด', 'กองคลัง', 'กองช่าง'])[1 + n %% 3], CASE WHEN n %% 4 = 0 THEN 'internal' ELSE 'public' END,
       'เรื่องของงานประจำ', '\\x00', now(), '\\x00'
FROM (SELECT organization_id, size, row_number() OVER (ORDER BY organization_id) AS place
      FROM ledger_log WHERE name = 'main') o,
     generate_series(1, (%(largest)s / o.place)::int) AS n
"""
BODIES = """
INSERT INTO ledger_payload (organization_id, entry_id, body, salt)
SELECT organization_id, id, convert_to('{"actor":{"name":"สมศรี ตัวอย่าง"},"title":"งานประจำเรื่องที่ ' || number ||
       ' (ข้อมูลตัวอย่าง)","url":""}', 'UTF8'), '\\x00'
FROM ledger_entry WHERE payload_digest = '\\x00'
"""


def add_facts(server: Any) -> None:
    """Daily work of ten years for every office, written by the superuser with triggers off."""
    with server.connect("prongsai", "postgres") as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "SELECT setval('ledger_entry_id_seq', (SELECT max(id) FROM ledger_entry)),"
            " setval('ledger_payload_id_seq', (SELECT max(id) FROM ledger_payload))"
        )
        superuser.execute(FACTS, {"largest": LARGEST})
        superuser.execute(BODIES)
        superuser.execute(
            "UPDATE ledger_log l SET size = (SELECT max(number) FROM ledger_entry e"
            " WHERE e.organization_id = l.organization_id AND e.log = 'main') WHERE l.name = 'main'"
        )
        # New facts go on from here. The tree below them is made up: nothing in this benchmark verifies it.
        superuser.execute(
            "UPDATE ledger_log SET peaks = decode(repeat('00', 32 * bit_count(size::bit(64))::int), 'hex')"
            " WHERE name = 'main'"
        )
        superuser.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    run(measured)
