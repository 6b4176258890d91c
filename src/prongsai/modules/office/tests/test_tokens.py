"""The screens for tokens: made, shown once, revoked; nobody sees or ends another's without managing people."""

from __future__ import annotations

import re

from django.test import Client

from prongsai.foundation.api.models import ApiToken
from prongsai.ui.access import SIGNED_IN
from tests.cast import member, signed_in_client
from tests.screens import ScreenTests


class TestTokens(ScreenTests):
    url_name = "settings-tokens"
    permission = SIGNED_IN

    def form(self, client: Client, **more: object) -> dict[str, object]:
        page = client.get(f"{self.address}add/").content.decode()
        once = re.search(r'name="once" value="([^"]+)"', page)
        assert once is not None
        return {"once": once[1], "name": "ระบบสารบรรณ", "scopes": ["evidence.record"], "days": "90", **more}

    def test_a_token_is_shown_once_and_opens_the_api(self) -> None:
        client = signed_in_client(member("evidence.record"))
        answer = client.post(f"{self.address}add/", self.form(client), follow=True)
        secret = re.search(r"prongsai_[\w-]{43}", answer.content.decode())
        assert secret is not None
        assert secret[0] not in client.get(f"{self.address}new/").content.decode()
        called = Client(headers={"Authorization": f"Bearer {secret[0]}"}).get("/api/v1/banthrai/me").json()
        assert called["permissions"] == ["evidence.record"]
        listed = client.get(self.address).content.decode()
        assert "ระบบสารบรรณ" in listed
        assert secret[0] not in listed

    def test_only_ones_own_permissions_are_offered(self) -> None:
        client = signed_in_client(member("evidence.record"))
        answer = client.post(f"{self.address}add/", self.form(client, scopes=["measures.approve"]))
        assert answer.status_code == 200
        assert not ApiToken.objects.exists()

    def test_another_members_token_is_seen_and_ended_by_who_manages_people(self) -> None:
        client = signed_in_client(member("evidence.record"))
        client.post(f"{self.address}add/", self.form(client))
        token = ApiToken.objects.get()
        other = signed_in_client(member("evidence.record", username="mani"))
        assert "ระบบสารบรรณ" not in other.get(self.address).content.decode()
        self.revoke(other, token)
        token.refresh_from_db()
        assert token.revoked_at is None
        manager = signed_in_client(member("people.manage", username="boss"))
        page = manager.get(self.address).content.decode()
        assert "ระบบสารบรรณ" in page
        self.revoke(manager, token)
        token.refresh_from_db()
        assert token.revoked_at is not None

    def revoke(self, client: Client, token: ApiToken) -> None:
        """As a person does who has seen what it does."""
        act = {"_bulk": "revoke", "chosen": [token.pk], "_confirmed": "1", "once": "a" * 20}
        client.post(self.address, act)
