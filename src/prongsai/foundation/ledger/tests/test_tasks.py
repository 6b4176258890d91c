"""The daily and monthly duties, done for each organization and only once."""

from __future__ import annotations

import pytest
from django.test import override_settings

from prongsai.foundation.ledger import tasks
from prongsai.foundation.ledger.sealed import sealed_days
from prongsai.foundation.ledger.selectors import latest_head, log_size
from prongsai.foundation.tenancy.scope import scope
from tests.cast import banthrai, donsai

pytestmark = pytest.mark.django_db


def test_closing_the_day_signs_and_seals_and_a_second_time_changes_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    office = banthrai()
    with override_settings(KEYS_FOLDER=tmp_path):
        for _ in range(2):
            tasks.close_day(organization_id=office.pk)
        with scope(office.pk):
            assert len(sealed_days()) == 1
            head = latest_head()
            assert head is None or head.size == log_size()


def test_every_organization_gets_its_own_job() -> None:
    from django.db import connection

    offices = {banthrai().pk, donsai().pk}
    tasks.close_every_day()
    tasks.close_every_day()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'organization_id' FROM procrastinate_jobs WHERE task_name = %s",
            [tasks.close_day.name],
        )
        waiting = [int(value) for (value,) in cursor.fetchall()]
    assert sorted(waiting) == sorted(offices)
