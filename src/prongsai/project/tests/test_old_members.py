"""Members of the first release, who had permissions of their own, keep these as roles."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from prongsai.project.postgres import DATABASE, OWNER, Server
from prongsai.project.tests.installation import FAST, Installation

PEOPLE = (
    # organization, username, position, unit, permissions
    ("banthrai", "malee", "นิติกร", "สำนักปลัด", ["measures.draft"]),
    ("banthrai", "mana", "นิติกร", "กองที่ไม่มีในทะเบียน", ["measures.draft", "evidence.record"]),
    ("banthrai", "manee", "นิติกร", "", ["measures.draft"]),
    ("donsai", "MALEE", "ปลัด", "", []),
)
AFTER = """
import json
from django.db import transaction
from prongsai.foundation.accounts.models import Membership, Role
from prongsai.foundation.organizations.models import Organization, Unit
from prongsai.foundation.tenancy.scope import scope
found = {}
with transaction.atomic():
    for organization in Organization.objects.all():
        with scope(organization.pk):
            found[organization.key] = {
                "roles": list(Role.objects.order_by("id").values_list("name", flat=True)),
                "units": list(Unit.objects.values_list("name", flat=True)),
                "people": {
                    m.user.username: [
                        list(m.held.values_list("role__name", flat=True)), sorted(m.actor().permissions), m.actor().unit
                    ]
                    for m in Membership.objects.order_by("id")
                },
            }
print(json.dumps(found))
"""


@pytest.mark.slow
def test_permissions_of_the_first_release_become_roles(installation: Installation) -> None:
    server = Server(installation.home, options=FAST)
    server.ensure()
    for key in ("banthrai", "donsai"):
        installation.add(key)
    installation.run("migrate", "accounts", "0001", "--verbosity", "0")
    with server.connect(DATABASE, OWNER) as owner:
        for key, username, position, unit, permissions in PEOPLE:
            (organization,) = owner.execute(
                "SELECT id FROM organizations_organization WHERE key = %s", [key]
            ).fetchone() or (None,)
            owner.execute("SELECT set_config('prongsai.organization', %s, false)", [str(organization)])
            owner.execute(
                "WITH u AS (INSERT INTO accounts_user (password, username, full_name, email, is_active) "
                "VALUES ('x', %s, %s, 'one@example.go.th', true) RETURNING id) "
                "INSERT INTO accounts_membership (position, unit, permissions, is_active, user_id) "
                "SELECT %s, %s, %s, true, id FROM u",
                [username, username, position, unit, json.dumps(permissions)],
            )
    installation.run("migrate", "--verbosity", "0")
    found = cast(Any, installation.python(AFTER))
    basic = ["measures.read", "office.read"]
    assert found["banthrai"]["people"] == {
        "malee": [["นิติกร"], ["measures.draft", *basic], "สำนักปลัด"],
        "mana": [["นิติกร (2)"], ["evidence.record", "measures.draft", *basic], "กองที่ไม่มีในทะเบียน"],
        "manee": [["นิติกร"], ["measures.draft", *basic], ""],
    }
    assert found["banthrai"]["roles"][-2:] == ["นิติกร", "นิติกร (2)"]
    assert len(found["donsai"]["roles"]) == 8
    (again,) = found["donsai"]["people"]
    assert again.startswith("MALEE-"), "names that differ in case alone are told apart"
    assert found["donsai"]["people"][again] == [[], [], ""]
