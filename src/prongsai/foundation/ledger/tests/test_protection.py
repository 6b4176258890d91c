"""The application's role can add to the ledger and take nothing away; another scope does not even see it."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from django.db import Error, connection, transaction

from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.models import Entry, Log, Node, Payload, PublicKey, TreeHead, Withdrawal
from prongsai.foundation.ledger.services import withdraw
from prongsai.foundation.ledger.tests.conftest import SOMSRI, recorded
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope, working_for
from prongsai.kernel.contracts import Actor
from tests.cast import donsai

pytestmark = pytest.mark.django_db

APPEND_ONLY = ["ledger_entry", "ledger_node", "ledger_withdrawal", "ledger_treehead", "ledger_publickey"]
KEPT = [*APPEND_ONLY, "ledger_log", "ledger_payload"]
MODELS = [Entry, Payload, Node, TreeHead, PublicKey, Withdrawal, Log]


@pytest.fixture
def filled(office: Organization, keys: object) -> Organization:
    """An office with something in every table of its ledger."""
    first, *_ = recorded(office, 5)
    with working_for(office.pk):
        withdraw(actor=SOMSRI, entry=first, reason="ทดสอบ")
        sign_head(actor=Actor.system())
    return office


def run(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.rowcount


def refused(sql: str, office: Organization, message: str = "permission denied") -> None:
    with pytest.raises(Error, match=message), transaction.atomic(), scope(office.pk):
        run(sql)


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET organization_id = organization_id",
        "DELETE FROM {}",
        "TRUNCATE {}",
    ],
)
def test_rows_are_neither_changed_nor_removed(filled: Organization, table: str, statement: str) -> None:
    refused(statement.format(table), filled)


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON {}",
    ],
)
def test_the_tables_themselves_are_out_of_reach(filled: Organization, table: str, statement: str) -> None:
    refused(statement.format(table), filled, "must be owner")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("SET session_replication_role = replica", "permission denied"),
        ("SET ROLE prongsai_owner", "permission denied"),
        ("SET ROLE postgres", "permission denied"),
        ("CREATE OR REPLACE FUNCTION prongsai_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
         "'BEGIN RETURN OLD; END'", "must be owner|permission denied"),
    ],
)  # fmt: skip
def test_the_triggers_cannot_be_gone_round(filled: Organization, statement: str, message: str) -> None:
    refused(statement, filled, message)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE ledger_log SET size = size - 1", "only grows"),
        ("UPDATE ledger_log SET public_changes = 0", "only grows"),
        ("UPDATE ledger_log SET name = 'other'", "permission denied"),
        ("UPDATE ledger_payload SET body = 'x', salt = 'y'", "only ever erased"),
        ("UPDATE ledger_payload SET body = NULL", "only ever erased"),
        ("UPDATE ledger_payload SET entry_id = entry_id + 1", "permission denied"),
    ],
)
def test_counters_only_rise_and_payloads_are_only_erased(
    filled: Organization, statement: str, message: str
) -> None:
    refused(statement, filled, message)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_owner_is_stopped_from_accidents(filled: Organization, table: str) -> None:
    triggers = (
        "SELECT tgtype FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O'"
    )
    with connection.cursor() as cursor:
        cursor.execute(triggers, [table])
        # 1 for each row, 2 before, 8 delete, 16 update, 32 truncate
        assert {kind for (kind,) in cursor.fetchall()} == {1 + 2 + 8 + 16, 2 + 32}


@pytest.mark.parametrize("model", MODELS)
def test_another_organization_and_no_organization_see_nothing(filled: Organization, model: type) -> None:
    other = donsai()
    with scope(filled.pk):
        assert model.objects.exists()  # type: ignore[attr-defined]
    with scope(other.pk):
        assert not model.objects.exists()  # type: ignore[attr-defined]
    assert not model.objects.exists()  # type: ignore[attr-defined]


FOREIGN = {
    "ledger_log": "(organization_id, name, size, public_changes, peaks) VALUES ({}, 'sealed', 0, 0, '')",
    "ledger_entry": "(organization_id, log, number, kind, about, occurred_on, origin, subject, topic, unit, "
    "visibility, label, payload_digest, recorded_at, leaf_hash) VALUES ({}, 'main', 99, 'k', '', "
    "'2025-10-01', 'work', '', '', '', 'public', 'x', '', now(), '')",
    "ledger_payload": "(organization_id, entry_id, body, salt) VALUES ({}, 1, '', '')",
    "ledger_node": "(organization_id, log, level, position, hash) VALUES ({}, 'main', 9, 9, '')",
    "ledger_withdrawal": "(organization_id, entry_id) VALUES ({}, 2)",
    "ledger_treehead": "(organization_id, log, size, root, time, key_id, signature) "
    "VALUES ({}, 'main', 99, '', now(), '', '')",
    "ledger_publickey": "(organization_id, key_id, raw, created_at) VALUES ({}, 'x', '', now())",
    "ledger_sealedpending": "(organization_id, body) VALUES ({}, '')",
    "ledger_witness": "(organization_id, name, email, active) VALUES ({}, 'x', 'x', true)",
}


@pytest.mark.parametrize("table", FOREIGN)
@pytest.mark.parametrize("scoped", [True, False])
def test_nothing_is_written_into_another_organizations_ledger(
    filled: Organization, table: str, scoped: bool
) -> None:
    statement = f"INSERT INTO {table} " + FOREIGN[table].format(filled.pk)
    other = donsai()
    within = scope(other.pk) if scoped else nullcontext()
    with pytest.raises(Error, match="row-level security"), transaction.atomic(), within:
        run(statement)


def test_a_payload_cannot_be_hung_on_another_organizations_entry(filled: Organization) -> None:
    other = donsai()
    with scope(filled.pk):
        foreign = Entry.objects.order_by("-number").values_list("pk", flat=True)[0]
    statement = f"INSERT INTO ledger_withdrawal (organization_id, entry_id) VALUES ({other.pk}, {foreign})"
    with pytest.raises(Error, match="foreign key"), transaction.atomic(), scope(other.pk):
        run(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")
