"""The ledger's speed: durable appends, verifying a whole log, proofs in a long one. Medians of five.

    python benchmarks/ledger.py

Starts a PostgreSQL server of its own in a temporary folder (fsync on, local socket only) and removes both.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

CLIENTS = 4
SECONDS = 2.5
ROUNDS = 5
LONG, VERIFIED = 1_000_000, 100_000
PROOFS = 200
GOALS = {"appends_per_second": 500, "verify_100k_seconds": 3.0, "inclusion_proof_ms": 5.0}


def main() -> None:
    home = Path(tempfile.mkdtemp(prefix="prongsai-bench-"))
    os.environ.update(PRONGSAI_HOME=str(home), DJANGO_SETTINGS_MODULE="prongsai.project.settings")
    os.environ.pop("DATABASE_URL", None)
    from prongsai.project.postgres import Server

    server = Server(home)
    try:
        server.ensure()
        owner = {**os.environ, "PRONGSAI_DATABASE_ROLE": "owner"}
        migrate = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, env=owner, check=True)
        results = measure(server)
    finally:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
        shutil.rmtree(server.socket, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
    print(json.dumps(results, indent=2))
    sys.exit(0 if results["goals_met"] else 1)


def measure(server: Any) -> dict[str, Any]:
    import django

    django.setup()
    with server.connect("prongsai", "postgres") as superuser:
        superuser.execute("CREATE TABLE bench_raw (id bigserial PRIMARY KEY, body bytea)")
        superuser.execute("GRANT INSERT ON bench_raw TO prongsai")
        superuser.execute("GRANT USAGE ON SEQUENCE bench_raw_id_seq TO prongsai")
    raw, appended = append_rates(add_office("bench"))
    results: dict[str, Any] = {
        "appends_per_second": round(statistics.median(appended)),
        "raw_inserts_per_second": round(statistics.median(raw)),
        "ratio_to_raw": round(statistics.median(a / r for a, r in zip(appended, raw, strict=True)), 2),
        "clients": CLIENTS,
    }
    results["verify_100k_seconds"] = round(verify_time(server), 2)
    results |= proof_times(server)
    results["goals_met"] = (
        results["appends_per_second"] >= GOALS["appends_per_second"]
        and results["verify_100k_seconds"] <= GOALS["verify_100k_seconds"]
        and results["inclusion_proof_ms"] <= GOALS["inclusion_proof_ms"]
    )
    return results | {"goals": GOALS}


def add_office(key: str) -> int:
    from prongsai.foundation.organizations.services import add_organization
    from prongsai.kernel.contracts import Actor

    return add_organization(
        actor=Actor.system(), key=key, name=f"หน่วยงานวัดความเร็ว {key}", district="อำเภอตัวอย่าง",
        province="จังหวัดตัวอย่าง", is_sample=True,
    ).pk  # fmt: skip


# -- durable appends ------------------------------------------------------------------------------------------


def append_rates(organization: int) -> tuple[list[float], list[float]]:
    """Commits per second of all clients together: raw inserts, and facts. Turn about, so that a busy moment
    of the machine touches both."""
    command = [sys.executable, __file__, "client", str(organization)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(command, **pipes) for _ in range(CLIENTS)]

    def together(kind: str) -> float:
        for process in running:
            assert process.stdin is not None
            process.stdin.write(f"{kind}\n")
            process.stdin.flush()
        return sum(int(process.stdout.readline()) for process in running if process.stdout) / SECONDS

    try:
        together("raw"), together("append")  # warm up: every process imports, connects and plans
        rates = [(together("raw"), together("append")) for _ in range(ROUNDS)]
    finally:
        for process in running:
            process.communicate()
    return [raw for raw, _ in rates], [appended for _, appended in rates]


def client(organization: int) -> None:
    """Work as told on standard input, a round a line, and tell how often."""
    import django

    django.setup()
    works = {"raw": raw_insert(), "append": one_fact(organization)}
    for line in sys.stdin:
        work, done, end = works[line.strip()], 0, time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            work()
            done += 1
        print(done, flush=True)


def raw_insert() -> Callable[[], object]:
    """The same database and role doing the least that is durable: one insert and its commit."""
    from django.db import connection, transaction

    body = secrets.token_bytes(300)

    def work() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_raw (body) VALUES (%s)", [body])

    return work


def one_fact(organization: int) -> Callable[[], object]:
    from prongsai.foundation.ledger.kinds import add_kinds
    from prongsai.foundation.ledger.services import record
    from prongsai.foundation.tenancy.scope import working_for
    from prongsai.kernel.contracts import Actor, FactKind, Origin, Visibility

    add_kinds(FactKind("measured", "วัดความเร็ว", "Measured"))
    actor = Actor(name="สมศรี ใจซื่อ", position="นักทรัพยากรบุคคล", unit="สำนักปลัด")

    def work() -> None:
        with working_for(organization):
            record(
                actor=actor, kind="measured", occurred_on=date(2025, 10, 1), origin=Origin.WORK,
                visibility=Visibility.PUBLIC, title="ประชุมคณะทำงาน ครั้งที่ 1 (ข้อมูลตัวอย่าง)", unit="สำนักปลัด",
                payload={"files": [{"sha256": "ab" * 32, "name": "a.pdf", "size": 1, "type": "application/pdf"}]},
            )  # fmt: skip

    return work


# -- long logs ------------------------------------------------------------------------------------------------


def load(server: Any, key: str, size: int, *, payloads: bool) -> int:
    """Fill a log of `size` entries by COPY, as the superuser with the triggers off."""
    from prongsai.foundation.ledger import merkle

    organization = add_office(key)
    tree, nodes = merkle.Tree(), list[tuple[Any, ...]]()
    with server.connect("prongsai", "postgres") as superuser:
        superuser.execute("SET session_replication_role = replica")
        (first,) = superuser.execute("SELECT coalesce(max(id), 0) FROM ledger_entry").fetchone()
        entries = [*made(key, organization, size, first)]
        for entry, _ in entries:
            nodes += [(organization, "main", *node) for node in tree.add(entry[-1])]
        copy(superuser, "ledger_entry (id, organization_id, log, number, kind, about, occurred_on, origin, subject, "
             "topic, unit, visibility, label, payload_digest, recorded_at, leaf_hash)", (e for e, _ in entries))  # fmt: skip
        copy(superuser, "ledger_node (organization_id, log, level, position, hash)", nodes)
        if payloads:
            copy(superuser, "ledger_payload (organization_id, entry_id, body, salt)", (p for _, p in entries))
        superuser.execute(
            "INSERT INTO ledger_log (organization_id, name, size, public_changes, peaks) VALUES (%s, 'main', %s, %s, %s)",
            [organization, size, size, tree.edge()],
        )
        superuser.execute("SELECT setval('ledger_entry_id_seq', %s)", [first + size])
        superuser.execute("ANALYZE ledger_entry, ledger_node, ledger_payload")
    return organization


def made(
    key: str, organization: int, size: int, first: int
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    from types import SimpleNamespace

    from prongsai.foundation.ledger.leaf import canonical, leaf_fields, leaf_hash_of, payload_digest
    from prongsai.kernel import clock

    moment, day = clock.now(), date(2025, 10, 1)
    for number in range(1, size + 1):
        salt = number.to_bytes(32, "big")
        body = canonical({"title": f"เรื่องที่ {number} (ข้อมูลตัวอย่าง)", "url": "", "actor": {"name": "สมศรี ใจซื่อ"}})
        row = SimpleNamespace(
            number=number, kind="measured", about="", occurred_on=day, about_start=None, about_end=None,
            origin="work", subject=f"testing.case:{number}", topic="", unit="สำนักปลัด", visibility="public",
            label="วัดความเร็ว", payload_digest=payload_digest(salt, body), recorded_at=moment,
        )  # fmt: skip
        leaf = leaf_hash_of(canonical(leaf_fields(key, "main", row)))
        yield (
            (first + number, organization, "main", number, row.kind, "", day, row.origin, row.subject, "", row.unit,
             row.visibility, row.label, row.payload_digest, moment, leaf),
            (organization, first + number, body, salt),
        )  # fmt: skip


def copy(superuser: Any, table: str, rows: Any) -> None:
    with superuser.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as into:
        for row in rows:
            into.write_row(row)


def verify_time(server: Any) -> float:
    from django.db import transaction

    from prongsai.foundation.ledger.heads import sign_head
    from prongsai.foundation.ledger.verification import verify_log
    from prongsai.foundation.organizations.models import Organization
    from prongsai.foundation.tenancy.scope import working_for
    from prongsai.kernel.contracts import Actor

    organization = Organization.objects.get(pk=load(server, "verified", VERIFIED, payloads=True))
    with working_for(organization.pk):
        sign_head(actor=Actor.system())
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        with transaction.atomic():
            found = verify_log(organization)
        times.append(time.perf_counter() - start)
        assert found.ok, found.findings[:3]
        assert found.covered >= VERIFIED
    return statistics.median(times)


def proof_times(server: Any) -> dict[str, float]:
    from prongsai.foundation.ledger import merkle
    from prongsai.foundation.ledger.selectors import citation_proofs, root
    from prongsai.foundation.tenancy.scope import working_for

    organization = load(server, "long", LONG, payloads=False)
    medians, worst = [], []
    with working_for(organization):
        top = root(LONG)
        for _ in range(ROUNDS):
            times = []
            for number in random.sample(range(1, LONG + 1), PROOFS):
                start = time.perf_counter()
                index, leaf, path = citation_proofs([number], LONG)[number]
                times.append((time.perf_counter() - start) * 1000)
                steps = [bytes.fromhex(step) for step in path]
                assert merkle.verify_inclusion(bytes.fromhex(leaf), index, LONG, steps, top)
            medians.append(statistics.median(times))
            worst.append(statistics.quantiles(times, n=20)[-1])
    return {
        "inclusion_proof_ms": round(statistics.median(medians), 2),
        "inclusion_proof_p95_ms": round(statistics.median(worst), 2),
        "log_entries": LONG,
    }


if __name__ == "__main__":
    client(int(sys.argv[2])) if len(sys.argv) == 3 else main()
