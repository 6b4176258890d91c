"""kill -9 of the web server, the job worker and PostgreSQL during 1,000 writes: nothing acknowledged is lost."""

from __future__ import annotations

import itertools
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator

import pytest

from prongsai.project.postgres import Server
from prongsai.project.tests.installation import Installation, Up, until
from tests.slow.dying import dies, lasting

WRITES, CLIENTS = 1_000, 6
# After so many acknowledged writes, this one dies.
DEATHS = {
    120: "web",
    260: "worker",
    400: "database",
    540: "web worker",
    680: "database",
    820: "worker",
    900: "web",
}

# What the installation holds when all is over, read by the application itself.
READ = """
import json
from prongsai.foundation.files.selectors import check_files
from prongsai.foundation.ledger.models import Entry, Log
from prongsai.foundation.ledger.verification import verify_log
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from procrastinate.contrib.django.models import ProcrastinateJob
with working_for(Organization.objects.get(key="banthrai").pk):
    entries = list(Entry.objects.filter(log="main").with_payload())
    print(json.dumps({
        "titles": [entry.title for entry in entries],
        "numbers": [entry.number for entry in entries],
        "size": Log.objects.get(name="main").size,
        "findings": [str(f) for f in verify_log(Organization.objects.get(key="banthrai")).findings],
        "troubles": [str(t) for entry in entries for t in check_files(entry.content.get("files", []))],
        "waiting": ProcrastinateJob.objects.exclude(status="succeeded").count(),
    }))
"""
WAITING = """
import json
from procrastinate.contrib.django.models import ProcrastinateJob
print(json.dumps(ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).count()))
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture
def installation() -> Iterator[Installation]:
    yield from lasting({"DJANGO_SETTINGS_MODULE": "tests.slow.crash_settings"})


class Clients:
    """Several clients that write, each number once, until enough writes were acknowledged."""

    def __init__(self, up: Up) -> None:
        self.up, self.numbers, self.acknowledged = up, itertools.count(1), set[int]()
        self.statuses = Counter[int]()  # 0: no answer
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(CLIENTS)]

    def work(self) -> None:
        while len(self.acknowledged) < WRITES:
            number = next(self.numbers)
            request = urllib.request.Request(f"{self.up.url}/crash-test/banthrai/{number}/", method="POST")
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    if answer.status == 201:
                        self.acknowledged.add(number)
            except urllib.error.HTTPError as error:
                self.statuses[error.code] += 1
                time.sleep(0.05)
            except OSError:
                self.statuses[0] += 1
                time.sleep(0.05)


def test_no_acknowledged_write_is_lost_whatever_dies(installation: Installation) -> None:
    installation.add("banthrai")
    begin = time.monotonic()
    with installation.up() as up:
        clients = Clients(up)
        for thread in clients.threads:
            thread.start()
        for count, name in DEATHS.items():
            until(lambda: len(clients.acknowledged) >= count, f"{count} writes {clients.statuses}", 60)  # noqa: B023
            dies(up, name)
        for thread in clients.threads:
            thread.join()
        written = time.monotonic()
        until(lambda: installation.python(WAITING) == 0, "the last job", 120)
        assert Server(installation.home).alive()
        found = installation.python(READ)
    assert isinstance(found, dict)
    writes = [int(title.split()[1]) for title in found["titles"] if title.startswith("write ")]
    jobs = [int(title.split()[1]) for title in found["titles"] if title.startswith("job ")]
    print(
        f"{len(clients.acknowledged)} acknowledged, not {dict(clients.statuses)}, {len(writes)} kept; "
        f"{len(DEATHS)} deaths; {written - begin:.0f} s of writing, {time.monotonic() - written:.0f} s for the jobs"
    )
    assert clients.acknowledged <= set(writes), "an acknowledged write is lost"
    assert len(writes) == len(set(writes)), "a write happened twice"
    assert sorted(jobs) == sorted(writes), "each write's job is done exactly once"
    assert found["numbers"] == list(range(1, len(found["titles"]) + 1)), "the ledger has gaps"
    assert found["size"] == len(found["titles"])
    assert found["findings"] == []
    assert found["troubles"] == []
    assert found["waiting"] == 0
