"""Jobs happen when their transaction does, in their organization's scope, once; a killed worker loses none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from prongsai.foundation.jobs.models import FinishedJob
from prongsai.foundation.jobs.tasks import forget_old_jobs
from prongsai.foundation.jobs.tests import sample
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel import clock
from tests.cast import banthrai

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> Organization:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return banthrai()


@contextmanager
def worker(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    settings = connection.settings_dict
    host = settings["OPTIONS"].get("host") or settings["HOST"]
    url = f"postgresql://{settings['USER']}:{settings['PASSWORD']}@/{settings['NAME']}?host={host}"
    url += f"&port={settings['PORT']}" if settings["PORT"] else ""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": url,
        "SAMPLE_GATE": str(folder / "gate"),
    }
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", sample.NAME], env=environment, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def statuses() -> list[str]:
    with connection.cursor() as cursor:
        # The queue's own housekeeping may be waiting too.
        cursor.execute(
            "SELECT status::text FROM procrastinate_jobs WHERE starts_with(task_name, %s) ORDER BY id",
            [sample.NAME],
        )
        return [status for (status,) in cursor.fetchall()]


def works(office: Organization) -> list[str]:
    with working_for(office.pk):
        return [unit.name for unit in Unit.objects.all() if unit.name.startswith("งาน")]


def test_a_job_runs_after_the_commit_and_never_after_a_rollback(office: Organization, tmp_path: Path) -> None:
    with worker(tmp_path):
        with transaction.atomic():
            sample.note.defer(organization_id=office.pk, number=1)
            transaction.set_rollback(True)
        with transaction.atomic():
            sample.note.defer(organization_id=office.pk, number=2)
            time.sleep(1.0)  # the worker is up and asks twice a second
            assert works(office) == []
        until(lambda: statuses() == ["succeeded"])
        assert works(office) == ["งาน 2"]


def test_a_job_of_a_killed_worker_is_tried_again_and_done_once(office: Organization, tmp_path: Path) -> None:
    sample.hang_once.defer(organization_id=office.pk)
    with worker(tmp_path) as first:
        until((tmp_path / "gate").exists)
        first.send_signal(signal.SIGKILL)
    assert statuses() == ["doing"]
    with worker(tmp_path):
        until(lambda: statuses() == ["succeeded"])
    assert works(office) == ["งานที่สะดุด"]


def test_a_job_whose_worker_died_right_after_the_commit_is_not_done_twice(
    office: Organization, tmp_path: Path
) -> None:
    sample.die_after_commit.defer(organization_id=office.pk)
    with worker(tmp_path) as first:
        assert first.wait(30) == -signal.SIGKILL
    assert statuses() == ["doing"]
    with worker(tmp_path):
        until(lambda: statuses() == ["succeeded"])
    assert len(works(office)) == 1


def test_a_failed_try_leaves_nothing_and_is_tried_again(office: Organization, tmp_path: Path) -> None:
    sample.fail_once.defer(organization_id=office.pk)
    with worker(tmp_path):
        until(lambda: statuses() == ["succeeded"])
    assert works(office) == ["งานที่พลาด"]


def test_a_job_called_directly_works_in_the_scope(office: Organization) -> None:
    sample.note(organization_id=office.pk, number=3)
    assert works(office) == ["งาน 3"]


def test_the_same_job_waits_only_once(office: Organization) -> None:
    assert sample.note.defer_once(organization_id=office.pk, number=1)
    assert not sample.note.defer_once(organization_id=office.pk, number=1)
    assert sample.note.defer_once(organization_id=office.pk, number=2)
    assert len(statuses()) == 2


@pytest.mark.parametrize("value", ["สมศรี", "two words", "x" * 65, 1.5, None, True, {"a": 1}])
def test_only_ids_are_put_into_the_queue(office: Organization, value: object) -> None:
    with pytest.raises(TypeError, match="must be an id"):
        sample.note.defer(organization_id=office.pk, number=value)  # type: ignore[arg-type]


def test_old_finished_jobs_are_forgotten_and_failed_ones_are_not(office: Organization) -> None:
    done, failed, fresh = (sample.note.defer(organization_id=office.pk, number=n) for n in range(3))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id IN (%s, %s)", [done, fresh]
        )
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [failed])
    FinishedJob.objects.create(job=done, at=clock.now() - timedelta(days=31))
    FinishedJob.objects.create(job=fresh, at=clock.now())
    forget_old_jobs()
    assert statuses() == ["failed", "succeeded"]
    assert list(FinishedJob.objects.values_list("job", flat=True)) == [fresh]
