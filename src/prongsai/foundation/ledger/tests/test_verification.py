"""Whatever is changed behind the application's back, verification names it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from prongsai.foundation.ledger import verification
from prongsai.foundation.ledger.findings import FileReference, Finding, Findings, Part, file_checks
from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.keys import rotate_key, sign
from prongsai.foundation.ledger.models import Entry, TreeHead
from prongsai.foundation.ledger.selectors import latest_head
from prongsai.foundation.ledger.services import erase_payload, withdraw
from prongsai.foundation.ledger.tests.conftest import SOMSRI, recorded
from prongsai.foundation.ledger.verification import verify_log, verify_since
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel import clock
from prongsai.kernel.contracts import Actor, Visibility
from prongsai.kernel.errors import InvalidInput
from tests.cast import donsai
from tests.insider import behind_the_back

pytestmark = pytest.mark.django_db(transaction=True)

FILE = {"sha256": "ab" * 32, "name": "คำสั่ง.pdf", "size": 10, "type": "application/pdf"}
FLIP = "set_byte({0}, {1}, get_byte({0}, {1}) # 1)"  # one bit of one byte


@pytest.fixture
def filled(transactional_db: None, office: Organization, keys: object) -> Organization:
    """20 entries: 1 withdrawn, 2 erased, heads at 11 and 20 by two keys, 12 with a file, 15 internal."""
    system = Actor.system()
    first, second, *_ = recorded(office, 8)
    with working_for(office.pk):
        withdraw(actor=SOMSRI, entry=first, reason="ทดสอบ")
        erase_payload(actor=system, entry=second, reason="ทดสอบ")
    with working_for(office.pk):
        rotate_key(actor=system)
        sign_head(actor=system)
        rotate_key(actor=system)
    recorded(office, 1, payload={"files": [FILE]})
    recorded(office, 6)
    recorded(office, 1, visibility=Visibility.INTERNAL)
    with working_for(office.pk):
        sign_head(actor=system)
    return office


def verified(office: Organization, log: str = "main") -> Findings:
    with transaction.atomic():
        return verify_log(office, log)


def named(office: Organization) -> set[tuple[str, int]]:
    return {(finding.part.value, finding.entry) for finding in verified(office).findings}


def test_an_untouched_log_verifies_and_says_what_was_erased(filled: Organization) -> None:
    found = verified(filled)
    assert found.findings == []
    assert (found.size, found.heads, found.covered, found.erased) == (20, 2, 20, [2])
    with working_for(filled.pk):
        head = latest_head()
        assert head is not None
        assert found.root == head.root_hex


def test_a_log_without_any_entry_verifies(office: Organization) -> None:
    assert (verified(office).ok, verified(office, "sealed").ok) == (True, True)


COLUMNS = {
    "kind": "'fact_of_another_kind'", "about": "'x'", "occurred_on": "occurred_on - 1", "about_start": "'2025-01-01'",
    "about_end": "'2025-01-01'", "origin": "'document'", "subject": "'a.b:1'", "topic": "'service'",
    "unit": "'กองคลัง'", "visibility": "'internal'", "label": "label || '.'",
    "recorded_at": "recorded_at + interval '1 microsecond'", "payload_digest": FLIP.format("payload_digest", 31),
    "leaf_hash": FLIP.format("leaf_hash", 0),
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_column_of_an_entry_is_named(filled: Organization, column: str) -> None:
    behind_the_back(f"UPDATE ledger_entry SET {column} = {COLUMNS[column]} WHERE number = 13")
    assert ("entry", 13) in named(filled)


def test_an_entry_rewritten_with_a_fitting_leaf_is_named_by_node_and_head(filled: Organization) -> None:
    behind_the_back("UPDATE ledger_entry SET unit = 'กองคลัง' WHERE number = 13")
    with working_for(filled.pk):
        leaf = Entry.objects.select_related("organization").get(number=13).computed_leaf_hash().hex()
    behind_the_back(rf"UPDATE ledger_entry SET leaf_hash = '\x{leaf}' WHERE number = 13")
    assert {("node", 14), ("node", 16), ("head", 20)} <= named(filled)
    assert ("head", 11) not in named(filled)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (f"UPDATE ledger_payload p SET body = {FLIP.format('body', 5)} FROM ledger_entry e "
         "WHERE e.id = p.entry_id AND e.number = 13", ("payload", 13)),
        (f"UPDATE ledger_payload p SET salt = {FLIP.format('salt', 5)} FROM ledger_entry e "
         "WHERE e.id = p.entry_id AND e.number = 13", ("payload", 13)),
        ("UPDATE ledger_payload p SET body = NULL, salt = NULL FROM ledger_entry e "
         "WHERE e.id = p.entry_id AND e.number = 13", ("payload", 13)),
        ("DELETE FROM ledger_payload p USING ledger_entry e WHERE e.id = p.entry_id AND e.number = 13",
         ("payload", 13)),
        ("UPDATE ledger_payload p SET body = '{}', salt = '' FROM ledger_entry e "
         "WHERE e.id = p.entry_id AND e.number = 2", ("payload", 2)),
        ("UPDATE ledger_payload p SET body = convert_to(replace(convert_from(body, 'UTF8'), 'abab', 'abac'), 'UTF8') "
         "FROM ledger_entry e WHERE e.id = p.entry_id AND e.number = 13", ("payload", 13)),
        (f"UPDATE ledger_node SET hash = {FLIP.format('hash', 31)} WHERE level = 2 AND position = 1", ("node", 8)),
        ("DELETE FROM ledger_node WHERE level = 1 AND position = 3", ("node", 8)),
        ("INSERT INTO ledger_node (organization_id, log, level, position, hash) "
         "SELECT organization_id, log, 9, 9, hash FROM ledger_node LIMIT 1", ("node", 0)),
        ("INSERT INTO ledger_node (organization_id, log, level, position, hash) "
         "SELECT organization_id, log, 1, 10, hash FROM ledger_node LIMIT 1", ("node", 0)),
        ("DELETE FROM ledger_entry WHERE number = 13", ("entry", 13)),
        ("DELETE FROM ledger_entry WHERE number = 20", ("entry", 20)),
        ("UPDATE ledger_log SET size = 19", ("log", 20)),
        ("UPDATE ledger_log SET size = 19", ("head", 20)),
        ("DELETE FROM ledger_log", ("log", 20)),
        ("UPDATE ledger_log SET public_changes = public_changes + 1", ("log", 0)),
        (f"UPDATE ledger_log SET peaks = {FLIP.format('peaks', 40)}", ("log", 20)),
        ("UPDATE ledger_log SET peaks = '\\x00'", ("log", 20)),
        (f"UPDATE ledger_treehead SET root = {FLIP.format('root', 0)} WHERE size = 11", ("head", 11)),
        (f"UPDATE ledger_treehead SET signature = {FLIP.format('signature', 0)} WHERE size = 11", ("head", 11)),
        ("UPDATE ledger_treehead SET size = 12 WHERE size = 11", ("head", 12)),
        ("UPDATE ledger_treehead SET time = time - interval '1 second' WHERE size = 11", ("head", 11)),
        ("UPDATE ledger_treehead SET key_id = 'ffffffffffffffff' WHERE size = 11", ("head", 11)),
        (f"UPDATE ledger_publickey SET raw = {FLIP.format('raw', 0)}", ("key", 0)),
        ("DELETE FROM ledger_publickey", ("head", 11)),
        ("DELETE FROM ledger_withdrawal", ("withdrawal", 1)),
        ("UPDATE ledger_withdrawal w SET entry_id = e.id FROM ledger_entry e WHERE e.number = 13",
         ("withdrawal", 13)),
    ],
)  # fmt: skip
def test_any_other_change_is_named(filled: Organization, change: str, expected: tuple[str, int]) -> None:
    behind_the_back(change)
    assert expected in named(filled)


def test_a_log_from_before_the_edge_was_kept_goes_on_growing(filled: Organization) -> None:
    behind_the_back("UPDATE ledger_log SET peaks = ''")
    assert verified(filled).ok
    recorded(filled, 3)
    assert verified(filled).ok


def test_a_single_changed_byte_is_named_as_what_it_is_and_nothing_else(filled: Organization) -> None:
    behind_the_back("UPDATE ledger_entry SET label = label || '.' WHERE number = 13")
    assert named(filled) == {("entry", 13)}
    behind_the_back(
        "UPDATE ledger_entry SET label = left(label, -1) WHERE number = 13",
        f"UPDATE ledger_node SET hash = {FLIP.format('hash', 31)} WHERE level = 2 AND position = 1",
    )
    assert named(filled) == {("node", 8)}


def test_a_head_that_goes_back_in_time_is_named(filled: Organization) -> None:
    with working_for(filled.pk):
        head = latest_head()
        assert head is not None
        head.time = datetime(2020, 1, 1, tzinfo=clock.UTC)
        signature = sign(b"", head.message())
    behind_the_back(
        f"UPDATE ledger_treehead SET time = '2020-01-01 00:00Z', signature = '\\x{signature.signature.hex()}' "
        "WHERE size = 20"
    )
    assert named(filled) == {("head", 20)}


@pytest.fixture
def missing_files() -> Iterator[list[FileReference]]:
    asked: list[FileReference] = []

    def check(references: list[FileReference]) -> list[Finding]:
        asked.extend(references)
        return [Finding(Part.FILE, reference.entry, "ไม่พบแฟ้ม") for reference in references]

    file_checks.append(check)
    yield asked
    file_checks.remove(check)


def test_files_are_checked_by_whoever_keeps_them(
    filled: Organization, missing_files: list[FileReference]
) -> None:
    found = verified(filled)
    assert missing_files == [FileReference(13, "ab" * 32, "คำสั่ง.pdf", 10, "application/pdf")]
    assert [(f.part, f.entry) for f in found.findings] == [(Part.FILE, 13)]
    assert found.files == 1


def test_a_long_log_is_verified_in_pieces_with_the_same_result(
    filled: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = verified(filled)
    for size in (1, 3, 8, 19, 20):
        monkeypatch.setattr(verification, "CHUNK", size)
        assert verified(filled) == whole
    behind_the_back("UPDATE ledger_entry SET label = 'x' WHERE number IN (1, 9, 20)")
    monkeypatch.setattr(verification, "CHUNK", 7)
    assert named(filled) == {("entry", 1), ("entry", 9), ("entry", 20)}


def test_verifying_takes_few_queries(filled: Organization) -> None:
    with CaptureQueriesContext(connection) as queries:
        verified(filled)
    assert len(queries) < 20


# -- what grew ------------------------------------------------------------------------------------------------


def kept_heads(office: Organization) -> list[dict[str, object]]:
    with working_for(office.pk):
        heads = TreeHead.objects.select_related("organization")
        return [json.loads(json.dumps(head.as_json())) for head in heads]


def grown_since(office: Organization, old: dict[str, object]) -> str:
    with transaction.atomic():
        return verify_since(office, old).problem


def test_the_log_only_grew_since_every_kept_head(filled: Organization) -> None:
    for head in kept_heads(filled):
        assert grown_since(filled, head) == ""


def test_a_rewritten_past_does_not_extend_a_kept_head(filled: Organization) -> None:
    old, _ = kept_heads(filled)
    behind_the_back("DELETE FROM ledger_treehead WHERE size = 20")
    assert "สั้นกว่า" not in grown_since(filled, old)
    behind_the_back(
        f"UPDATE ledger_node SET hash = {FLIP.format('hash', 31)} WHERE level = 1 AND position = 4",
    )
    with working_for(filled.pk):
        sign_head(actor=Actor.system())
    assert "แก้ไขหรือลบ" in grown_since(filled, old)


def test_a_shortened_log_does_not_extend_a_kept_head(filled: Organization) -> None:
    _, latest = kept_heads(filled)
    behind_the_back("DELETE FROM ledger_treehead WHERE size = 20")
    assert "สั้นกว่า" in grown_since(filled, latest)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"organization": "donsai"}, "ของหน่วยงาน"),
        ({"size": 10}, "ลายมือชื่อ"),
        ({"root": "00" * 32}, "ลายมือชื่อ"),
        ({"log": "sealed"}, "ลายมือชื่อ"),
        ({"signature": base64.b64encode(b"\0" * 64).decode()}, "ลายมือชื่อ"),
        ({"key_id": "0" * 16}, "ลายมือชื่อ"),
    ],
)
def test_a_head_that_the_organization_did_not_sign_proves_nothing(
    filled: Organization, changes: dict[str, object], problem: str
) -> None:
    old, _ = kept_heads(filled)
    assert problem in grown_since(filled, old | changes)


@pytest.mark.parametrize(
    "changes",
    [{"size": None}, {"root": "x"}, {"time": "yesterday"}, {"signature": 5}, {"time": "2025-10-01"}],
)
def test_a_file_that_is_no_head_is_refused(filled: Organization, changes: dict[str, object]) -> None:
    old, _ = kept_heads(filled)
    with pytest.raises(InvalidInput):
        grown_since(filled, old | changes)


def test_another_organizations_log_is_verified_apart(filled: Organization) -> None:
    other = donsai()
    recorded(other, 3)
    behind_the_back(f"UPDATE ledger_entry SET label = 'x' WHERE organization_id = {other.pk} AND number = 2")
    assert verified(filled).ok
    assert named(other) == {("entry", 2)}


def test_recording_goes_on_after_a_year(filled: Organization) -> None:
    with clock.at(clock.now() + timedelta(days=365)):
        recorded(filled, 1)
        with working_for(filled.pk):
            sign_head(actor=Actor.system())
    assert verified(filled).ok
