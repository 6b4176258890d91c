"""The speed of cases on the real server: sending one, the inbox over a million of them, a year's figures.

    python benchmarks/cases.py

7,850 organizations of skewed sizes: the largest has 100,000 cases over ten years, the n-th of the others 100,000 / n.
Starts PostgreSQL and granian (2 workers) in a temporary folder on the loopback, and removes both. One citizen sends and
one clerk clicks at a time; the ratios compare with the same page of a small office, measured in turns in the same run.
"""

from __future__ import annotations

import http.client
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._country import add_organizations, run  # noqa: E402 (started as a file, it finds its neighbours)
from benchmarks.workspace import Clerk, in_turns, office, p95, session_of  # noqa: E402

ORGANIZATIONS, LARGEST = 7_850, 100_000
SMALL = "banthrai7000"  # a copy of the sample office with a handful of cases
YEARS = 10
SENT, REGISTERED, COUNTED = 40, 300, 20
OPEN_SHARE = 40  # one case of so many that came long ago is open still; of the last two weeks all are
GOALS = {
    "sending_p95_ms": 80,
    "inbox_p95_ms": 50,
    "year_ms": 200,
}  # the figures of all ten years at once are told only
SEEN = {
    "open": "", "all": "state=all", "page 40": "state=all&page=40", "finished": "state=finished", "late": "due=late",
    "nobody's": "person=nobody", "unit": "unit={unit}", "kind": "kind=complaints.complaint&state=all",
    "channel": "channel=line&state=all", "words": "q=ไฟ+หน้าวัด&state=all", "number": "q=69-0042",
    "untold": "due=untold", "urgent": "mark=urgent", "heard": "mark=heard", "category": "category=road&state=all",
    "village": "village=7&state=all", "telephone": "q=080-000-0042&state=all",
    "period": "received_from=1/10/67&received_to=30/9/68&state=all",
}  # fmt: skip


def measured(server: Any) -> dict[str, Any]:
    from benchmarks.portal import serving
    from tests.sample_year import build

    build()
    add_organizations(server, 1, ORGANIZATIONS)
    count = add_cases(server)
    cookies = {key: session_of(key) for key in ("banthrai", SMALL)}
    figures, registering = counting(), registrations()
    with serving() as port:
        clerks = {key: Clerk(port, key, cookie) for key, cookie in cookies.items()}
        lists = {name: seen(clerks, query) for name, query in SEEN.items()}
        sending = submissions(port)
    return summed_up(count, figures, registering, lists, sending)


def summed_up(
    count: int,
    figures: dict[str, float],
    registering: list[float],
    lists: dict[str, tuple[list[float], list[float]]],
    sending: list[float],
) -> dict[str, Any]:
    reached = {
        "sending_p95_ms": p95(sending),
        "inbox_p95_ms": max(p95(large) for large, _ in lists.values()),
        "year_ms": max(figures["a year by everything"], figures["the public figures of a year"]),
    }
    return {
        "conditions": {
            "organizations": ORGANIZATIONS, "cases": count, "cases_of_the_largest": LARGEST,
            "cases_of_the_nth": f"{LARGEST} / n", "years": YEARS,
        },
        "sending_ms": {"median": round(statistics.median(sending), 1), "p95": round(p95(sending), 1)},
        "registering_ms": {
            "median": round(statistics.median(registering), 1), "p95": round(p95(registering), 1),
        },
        "inbox_p95_ms": {name: round(p95(large), 1) for name, (large, _) in lists.items()},
        "inbox_to_a_small_office": {
            name: round(statistics.median(large) / statistics.median(small), 2)
            for name, (large, small) in lists.items()
        },
        "figures_ms": {name: round(value, 1) for name, value in figures.items()},
        "goals": GOALS,
        "goals_met": all(reached[name] <= goal for name, goal in GOALS.items()),
    }  # fmt: skip


def seen(clerks: dict[str, Clerk], query: str) -> tuple[list[float], list[float]]:
    """How long the clerks of the largest and of the small office wait for the same list."""
    if "{unit}" in query:
        query = query.format(unit=first_unit("banthrai"))
    return in_turns(clerks["banthrai"], clerks[SMALL], f"work/cases/?{query}" if query else "work/cases/")


def first_unit(key: str) -> int:
    from prongsai.foundation.organizations.models import Unit

    with office(key):
        return Unit.objects.values_list("pk", flat=True)[0]


# -- a citizen sends ------------------------------------------------------------------------------------------


@dataclass
class Answer:
    """What the walker of the form wants to know of an answer."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Phone:
    """A line to the server that notes how long each sent page took."""

    port: int
    waits: list[tuple[str, float]] = field(default_factory=list)

    def __call__(self, url: str, *, method: str, body: bytes | None, headers: Any, redirects: int) -> Answer:
        line = http.client.HTTPConnection("localhost", self.port, timeout=60)
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        started = time.perf_counter()
        line.request(method, path, body, dict(headers))
        got = line.getresponse()
        content = got.read()
        if method == "POST":
            self.waits.append((parts.path, (time.perf_counter() - started) * 1000))
        named = {name.lower(): value for name, value in got.getheaders()}
        cookies = tuple(value for name, value in got.getheaders() if name.lower() == "set-cookie")
        line.close()
        return Answer(got.status, named, content, cookies)


def submissions(port: int) -> list[float]:
    """Milliseconds from the last button of the public form to the answer. Raises OSError when the form ends elsewhere."""
    from prongsai.foundation.channels.heartbeat.walker import walk
    from prongsai.foundation.channels.models import Channel
    from prongsai.foundation.channels.services import open_channel
    from tests.cast import SYSTEM

    with office("banthrai"):
        if not Channel.objects.filter(kind="web").exists():
            open_channel(actor=SYSTEM, kind="web", name="แบบฟอร์มบนเว็บ")
    waits: list[float] = []
    for number in range(SENT + 3):
        phone = Phone(port)
        text = f"ไฟทางหน้าวัดดับ ต้นที่ {number} ขอให้มาซ่อม (ข้อมูลตัวอย่าง)"
        walked = walk(f"http://localhost:{port}/banthrai/complaints/", text, phone)
        if not walked.ok:
            raise OSError(f"the form: {walked.note} at {walked.pages[-1]}")
        if number >= 3:
            waits.append(phone.waits[-1][1])
    return waits


def registrations() -> list[float]:
    """Milliseconds to register a case in a transaction of its own, its number, history and fact included."""
    from prongsai.foundation.casework.services import CITIZEN, open_case
    from prongsai.kernel.contracts import Topic
    from prongsai.kernel.registry import registry

    kind = next(iter(registry().case_kinds))

    def register() -> None:
        with office("banthrai"):
            open_case(
                actor=CITIZEN, kind=kind, title="ไฟทางดับ (ข้อมูลตัวอย่าง)", body="หน้าวัด", category="lamp",
                topic=Topic.SERVICE, channel_kind="web",
            )  # fmt: skip

    return timed(register, REGISTERED)


def counting() -> dict[str, float]:
    """Milliseconds for the figures of the largest office: of one year, and of all its cases at once."""
    from prongsai.foundation.casework.statistics import crossed
    from prongsai.foundation.casework.statistics import statistics as counted
    from prongsai.kernel import clock
    from prongsai.kernel.contracts import Period
    from prongsai.kernel.thai.dates import fiscal_year_of
    from prongsai.modules.complaints.selectors.statistics import year_figures

    year = Period.fiscal_year(fiscal_year_of(clock.today()) - 1)
    ever = Period(date(2000, 1, 1), clock.today())
    asked: dict[str, Callable[[], object]] = {
        "a year by everything": lambda: counted(year),
        "a year by month and topic": lambda: crossed(year, "month", "topic"),
        "the public figures of a year": lambda: year_figures(fiscal_year_of(clock.today()) - 1),
        "all years by everything": lambda: counted(ever),
        "all years by month and topic": lambda: crossed(ever, "month", "topic"),
    }
    with office("banthrai"):
        return {name: statistics.median(timed(ask, COUNTED)) for name, ask in asked.items()}


def timed(doing: Callable[[], object], times: int) -> list[float]:
    waits = []
    for turn in range(times + 3):
        started = time.perf_counter()
        doing()
        if turn >= 3:
            waits.append((time.perf_counter() - started) * 1000)
    return waits


# -- what stands in the database ------------------------------------------------------------------------------

MADE_UP = {
    "organization_id": "o.organization_id",
    "fiscal_year": "extract(year FROM day + interval '3 months')::int + 543",
    "sequence": "1000000 + n",
    "number": "substr((extract(year FROM day + interval '3 months')::int + 543)::text, 3) || '-' || lpad(n::text, 4, '0')",
    "secret": "md5(o.organization_id || ':' || n) || md5(n::text)",
    "title": "t.title || ' ที่ ' || n",
    "source_key": "''",
    "category": "(ARRAY['lamp', 'road', 'water', 'waste', 'noise', 'staff', 'tax', 'other'])[1 + n % 8]",
    "topic": "(ARRAY['service', 'service', 'assets', 'disclosure', 'people', 'procurement', 'integrity'])[1 + n % 7]",
    "channel_kind": "(ARRAY['web', 'line', 'phone', 'walk_in', 'facebook'])[1 + n % 5]",
    "village": "(1 + n % 12)::text",
    "unit_id": "CASE WHEN n % 9 = 0 THEN NULL ELSE o.units[1 + n % array_length(o.units, 1)] END",
    "received_at": "day + time '09:00'",
    "received_on": "day",
    "clock_started_on": "day",
    "acknowledged_at": "day + interval '1 day'",
    "due_on": "day + 21",
    "inform_by": "day + 15",
    "informed_at": "CASE WHEN t.closed_on IS NULL AND n % 3 = 0 THEN NULL ELSE day + interval '2 days' END",
    "is_urgent": "n % 40 = 0",
    "heard_at": "CASE WHEN t.closed_on IS NULL AND n % 7 = 0 THEN day + interval '3 days' END",
    "contact_phone": "'08' || lpad(n::text, 8, '0')",
    "waiting_since": "CASE WHEN t.phase = 'waiting' THEN day + 1 END",
    "closed_on": "CASE WHEN t.closed_on IS NULL THEN NULL ELSE least(day + 1 + n % 29, current_date) END",
    "closed_at": "CASE WHEN t.closed_on IS NULL THEN NULL ELSE least(day + 1 + n % 29, current_date) + time '15:00' END",
    "days_taken": "CASE WHEN t.closed_on IS NULL THEN NULL ELSE n % 23 END",
    "found": "(ARRAY['', '', 'true', 'untrue', 'partly'])[1 + n % 5]",
    "satisfied": "CASE WHEN t.closed_on IS NULL OR n % 3 = 0 THEN NULL ELSE n % 7 > 0 END",
    "reopened": "CASE WHEN n % 50 = 0 THEN 1 ELSE 0 END",
}  # fmt: skip
CASES = f"""
INSERT INTO casework_case ({{names}})
SELECT {{values}}
FROM (SELECT u.organization_id, array_agg(u.id) AS units, row_number() OVER (ORDER BY u.organization_id) AS place
      FROM organizations_unit u GROUP BY 1) AS o,
  LATERAL (SELECT greatest(1, (%(largest)s / o.place)::int) AS many) AS size,
  generate_series(1, many) AS n,
  LATERAL (SELECT current_date - ((many - n) * {YEARS * 365 - 1} / many)::int AS day) AS came,
  casework_case AS t
WHERE t.organization_id = %(template)s
  AND t.sequence = CASE WHEN day > current_date - 14 OR n %% {OPEN_SHARE} = 0 THEN 1 + n %% %(open)s
                        ELSE %(open)s + 1 + n %% %(closed)s END
"""


def add_cases(server: Any) -> int:
    """Cases of ten years for every office, written by the superuser with triggers off; returns how many there are."""
    from prongsai.foundation.organizations.selectors import organization_by_key

    banthrai = organization_by_key("banthrai")
    assert banthrai is not None
    open_ones, closed_ones = add_templates()
    with server.connect("prongsai", "postgres") as superuser:
        superuser.execute("SET session_replication_role = replica")
        columns = [c.name for c in superuser.execute("SELECT * FROM casework_case LIMIT 0").description]
        columns.remove("id")
        names = ", ".join(f'"{column}"' for column in columns)
        values = ", ".join(MADE_UP.get(column, f't."{column}"').replace("%", "%%") for column in columns)
        superuser.execute(
            CASES.format(names=names, values=values),
            {"largest": LARGEST, "template": banthrai.pk, "open": open_ones, "closed": closed_ones},
        )
        superuser.execute("DELETE FROM casework_case WHERE sequence < 1000000")
        superuser.execute("UPDATE casework_case SET sequence = sequence - 1000000")
        superuser.execute(
            "INSERT INTO casework_casecounter (organization_id, kind, fiscal_year, last)"
            " SELECT organization_id, kind, fiscal_year, max(sequence) FROM casework_case GROUP BY 1, 2, 3"
        )
        superuser.commit()
        superuser.autocommit = True
        superuser.execute("VACUUM (FULL, ANALYZE) casework_case")
        superuser.execute("VACUUM ANALYZE")
        ((count,),) = superuser.execute("SELECT count(*) FROM casework_case").fetchall()
        return count


def add_templates() -> tuple[int, int]:
    """A case of each kind in each open and each closed state, after which the others are made; how many of each."""
    from prongsai.foundation.casework.models import Case
    from prongsai.kernel import clock
    from prongsai.kernel.registry import registry

    states = [(kind, state) for kind in registry().case_kinds.values() for state in kind.workflow.states]
    open_ones = [each for each in states if each[1].phase.is_open]
    closed_ones = [each for each in states if not each[1].phase.is_open]
    today = clock.today()
    with office("banthrai"):
        Case.objects.bulk_create(
            Case(
                kind=kind.key, fiscal_year=2500, sequence=number, number=f"t{number}", secret=f"t{number}",
                state=state.key, phase=state.phase.value, title="ไฟทางดับหน้าวัด (ข้อมูลตัวอย่าง)",
                body="ไฟทางหน้าวัดดับมาสามคืนแล้ว ขอให้มาซ่อมแซม เพราะเป็นทางโค้งและมืดมาก (ข้อมูลตัวอย่าง) " * 3,
                channel_kind="web", contact_name="ผู้แจ้ง ตัวอย่าง", contact_phone="0800000000", place="หน้าวัด",
                received_at=clock.now(), received_on=today, clock_started_on=today,
                closed_on=None if state.phase.is_open else today + timedelta(days=1),
                result="" if state.phase.is_open else "เปลี่ยนหลอดไฟแล้ว (ข้อมูลตัวอย่าง)",
            )
            for number, (kind, state) in enumerate([*open_ones, *closed_ones], start=1)
        )  # fmt: skip
    return len(open_ones), len(closed_ones)


@contextmanager
def smaller(organizations: int, largest: int) -> Iterator[None]:
    """A smaller country, to try the benchmark itself."""
    global ORGANIZATIONS, LARGEST, SMALL
    before = ORGANIZATIONS, LARGEST, SMALL
    ORGANIZATIONS, LARGEST, SMALL = organizations, largest, f"banthrai{organizations - 1}"
    try:
        yield
    finally:
        ORGANIZATIONS, LARGEST, SMALL = before


if __name__ == "__main__":
    if len(sys.argv) == 3:
        with smaller(int(sys.argv[1]), int(sys.argv[2])):
            run(measured)
    run(measured)
