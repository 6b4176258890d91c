"""`prongsai verify` on the installation's own logs: words, JSON and exit codes."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from prongsai.foundation.ledger.heads import sign_head
from prongsai.foundation.ledger.tests.conftest import _registry_of_the_tests, keys, recorded
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import working_for
from prongsai.kernel.contracts import Actor
from tests.cast import banthrai, donsai
from tests.insider import behind_the_back

__all__ = ["_registry_of_the_tests", "keys"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(transactional_db: None, keys: Path) -> Organization:
    """Five entries, a head that covers them, and a sixth entry (the key's own)."""
    office = banthrai()
    recorded(office, 5)
    with working_for(office.pk):
        sign_head(actor=Actor.system())
    return office


@pytest.fixture
def old_head(office: Organization, tmp_path: Path) -> Path:
    """The head as a witness keeps it; the log grew since."""
    path = tmp_path / "head.json"
    with working_for(office.pk):
        path.write_text(json.dumps(sign_head(actor=Actor.system()).as_json()))
    recorded(office, 4)
    with working_for(office.pk):
        sign_head(actor=Actor.system())
    return path


def verify(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("verify", *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_all_organizations_are_verified_and_named(office: Organization) -> None:
    recorded(donsai(), 2)
    code, out, _ = verify()
    assert code == 0
    assert "(banthrai)" in out
    assert "(donsai)" in out
    assert "6 รายการ · ตรวจครบทุกรายการ ถูกต้อง · หัวบันทึกที่ลงนามล่าสุดครอบคลุม 5 รายการ" in out


def test_one_organization_is_verified_alone(office: Organization) -> None:
    recorded(donsai(), 2)
    assert "(donsai)" not in verify("--organization", "banthrai")[1]


def test_what_was_changed_is_named_and_the_exit_code_is_1(office: Organization) -> None:
    behind_the_back("UPDATE ledger_entry SET unit = 'x' WHERE number = 3")
    code, out, _ = verify("--organization", "banthrai")
    assert code == 1
    assert "✗ รายการ (รายการที่ 3): เนื้อหาไม่ตรงกับแฮชของรายการ" in out
    code, out, _ = verify("--json")
    assert code == 1
    main, sealed = json.loads(out)
    assert main["findings"] == [{"part": "entry", "entry": 3, "message": "เนื้อหาไม่ตรงกับแฮชของรายการ"}]
    assert (main["verifies"], sealed["verifies"]) == (False, True)


def test_an_unknown_organization_is_bad_input(office: Organization) -> None:
    code, out, err = verify("--organization", "nobody")
    assert (code, out, len(err.splitlines())) == (2, "", 1)


def test_an_empty_installation_says_so(db: None) -> None:
    assert verify() == (0, "ยังไม่มีหน่วยงานในระบบ\n", "")


def test_the_log_only_grew_since_a_kept_head(old_head: Path) -> None:
    code, out, _ = verify("--since", str(old_head))
    assert code == 0
    assert "✓ บันทึกมีแต่เพิ่มขึ้น" in out
    code, out, _ = verify("--since", str(old_head), "--organization", "banthrai", "--json")
    said: dict[str, Any] = json.loads(out)
    assert (code, said["only_grew"], said["latest_head"]["size"]) == (0, True, 10)
    assert all(len(step) == 64 for step in said["proof"])


def test_a_rewritten_log_does_not_extend_a_kept_head(old_head: Path) -> None:
    behind_the_back(
        "UPDATE ledger_node SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1) WHERE level = 2",
        "UPDATE ledger_treehead SET size = 3 WHERE size = 10",
    )
    code, out, _ = verify("--since", str(old_head))
    assert code == 1
    assert "✗" in out


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"organization": "banthrai"}'])
def test_a_file_that_is_no_head_is_bad_input(office: Organization, tmp_path: Path, text: str) -> None:
    path = tmp_path / "head.json"
    path.write_text(text)
    code, _, err = verify("--since", str(path))
    assert (code, len(err.splitlines())) == (2, 1)


def test_a_report_goes_to_the_offline_verifier(office: Organization, tmp_path: Path) -> None:
    code, _, err = verify(str(tmp_path / "none.json"), "--key", str(tmp_path / "none.pem"))
    assert (code, len(err.splitlines())) == (2, 1)
