"""The table of access rows does not tell with whom a report was shared, not even by the places of its rows."""

from __future__ import annotations

import pytest
from django.db import connection

from prongsai.modules.corruption.models import Report
from prongsai.modules.corruption.services import share, unshare
from prongsai.modules.corruption.tests.conftest import Office

pytestmark = pytest.mark.django_db


def places(report: Report) -> dict[int, str]:
    """Where each row of the report lies in the table's file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, ctid::text FROM corruption_access WHERE report_id = %s", [report.pk])
        return dict(cursor.fetchall())


def test_sharing_moves_every_row_of_the_report(office: Office) -> None:
    helper = office.name("helper", receives=False, unit="กองช่าง")
    for number in range(6):
        office.name(f"other{number}", receives=False, unit="กองศึกษา")
    office.submit()
    somsri = office.people["somsri"]
    found = somsri.report(office.last.ref)
    assert found
    before = places(found.report)
    assert len(before) == 9
    share(actor=somsri.actor, opened=found, with_whom=[helper.holder.pk])
    shared = places(found.report)
    assert shared.keys() == before.keys()
    assert not {pk for pk in before if before[pk] == shared[pk]}, "a row that stayed was not meant"
    assert len(helper.reports()) == 1
    found = somsri.report(office.last.ref)
    assert found
    unshare(actor=somsri.actor, opened=found, holder=helper.holder)
    taken = places(found.report)
    assert not {pk for pk in before if shared[pk] == taken[pk]}
    assert helper.reports() == []
