"""Every call of the API's reference runs as it stands there, against the sample year."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.modules.measures.models import Plan, Statement
from prongsai.ui.api.problems import Kind
from tests.api.conftest import everything, token
from tests.sample_year import PDF, build

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"
SITE = "http://testserver"


def calls() -> list[str]:
    """The curl commands of the page."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("curl ")]


def curl(command: str, secret: str) -> Any:
    """What curl would send: -H, -d and -F, as the page uses them."""
    words = shlex.split(command.replace("$SITE", SITE).replace("$TOKEN", secret))[1:]
    headers: dict[str, str] = {}
    data: Any = None
    address = ""
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = words.pop(0)
        elif word == "-F":
            name, _, value = words.pop(0).partition("=@")
            data = {name: SimpleUploadedFile(value, PDF)}
        else:
            address = word.removeprefix(SITE)
    client = Client()
    if data is None:
        return client.get(address, headers=headers)
    kind = {"content_type": headers.pop("Content-Type")} if "Content-Type" in headers else {}
    return client.post(address, data, headers=headers, **kind)


def with_numbers_of(organization: Organization, command: str) -> str:
    """The page's plan 1 and statement 1 are examples: a database gives numbers of its own to what it holds."""
    with scope(organization.pk):
        plan = Plan.objects.get(fiscal_year=2568)
        statement = Statement.objects.filter(measure__plan=plan).earliest("pk")
    command = command.replace("/plans/1", f"/plans/{plan.pk}")
    return command.replace("/statements/1/", f"/statements/{statement.pk}/")


@pytest.mark.django_db
def test_every_call_of_the_page_succeeds(settings: Any, tmp_path: Path) -> None:
    settings.KEYS_FOLDER = tmp_path / "keys"
    organization = build()
    _, secret = token(organization, *everything())
    assert len(calls()) > 15
    for command in calls():
        answer = curl(with_numbers_of(organization, command), secret)
        assert answer.status_code in {200, 201}, f"{command}\n{answer.content.decode()}"
        assert answer.json()


def test_the_page_names_every_kind_of_refusal() -> None:
    text = PAGE.read_text("utf-8")
    rows = dict(re.findall(r"^\| (\d{3}) \| (.+?) \|", text, re.MULTILINE))
    for kind in Kind:
        assert f"`{kind.key}`" in rows[str(kind.status)], kind
