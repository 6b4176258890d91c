"""What the database itself holds: history for ever, and every case in its own office."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import Error, connection, transaction

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.casework.codes import number_from
from prongsai.foundation.casework.models import Case, CaseEvent, CaseMessage
from prongsai.foundation.casework.selectors import conversation, inbox, timeline
from prongsai.foundation.casework.services import assign, note, say, split
from prongsai.foundation.casework.statistics import statistics
from prongsai.foundation.casework.tests.conftest import a_case
from prongsai.foundation.casework.work import work_items_of
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.fields import TenantModel
from prongsai.foundation.tenancy.scope import scope
from prongsai.kernel.contracts import Actor, Period
from tests.cast import SYSTEM, donsai

TABLES = sorted(model._meta.db_table for model in apps.get_app_config("casework").get_models())


def filled(officer: Actor, somsri: Membership) -> Case:
    case = a_case()
    assign(actor=officer, case=case, assignee=somsri)
    say(actor=officer, case=case, text="ก")
    note(actor=officer, case=case, text="ข")
    return split(actor=officer, case=case, title="เรื่องย่อย").case


@pytest.mark.parametrize(
    "sql", ["UPDATE casework_caseevent SET actor = 'x'", "DELETE FROM casework_caseevent"]
)
def test_nobody_changes_or_removes_history(office: Organization, sql: str) -> None:
    a_case()
    with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert CaseEvent.objects.count() == 1


def test_another_office_sees_and_reaches_nothing(
    office: Organization, officer: Actor, somsri: Membership
) -> None:
    case = filled(officer, somsri)
    with scope(donsai().pk):
        for table in TABLES:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (0,), table
        assert list(inbox(Actor.system())) == []
        assert list(timeline(case, SYSTEM)) == []
        assert list(conversation(case, reader=SYSTEM)) == []
        assert not Case.objects.numbered(case.number).exists()
        assert work_items_of(["testing.errand"]) == []
        assert statistics(Period.fiscal_year(2568)).total.received == 0


@pytest.mark.parametrize(
    "model", list(apps.get_app_config("casework").get_models()), ids=lambda m: m.__name__
)
def test_every_table_belongs_to_an_office(model: type) -> None:
    assert issubclass(model, TenantModel)


def test_no_reference_leads_into_another_office(office: Organization, officer: Actor) -> None:
    with scope(donsai().pk):
        foreign = a_case()
    with pytest.raises(Error, match="_tenant"), transaction.atomic():
        CaseMessage.objects.create(case_id=foreign.pk, direction="in", at=foreign.received_at, text="x")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_case_and_its_parts_are_found_by_number_by_staff(office: Organization) -> None:
    case = a_case()
    assert Case.objects.numbered(number_from("๖๘-๐๐๐๑")).get() == case
    assert not Case.objects.numbered("68-9999").exists()
    assert Case.objects.open().get() == case
