"""The schema is a promise: it changes only on purpose, and says of every operation what it needs."""

from __future__ import annotations

import json
from pathlib import Path

from openapi_spec_validator import validate

from prongsai.project.api import TITLES, schema
from tests.api.conftest import operations
from tests.golden.files import updating

PATH = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"


def test_the_schema_is_the_one_that_is_written_down() -> None:
    text = json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
    if updating():
        PATH.write_text(text, "utf-8")
    assert PATH.read_text("utf-8") == text, "the API changed: if that is meant, `make openapi`"


def test_the_schema_is_valid() -> None:
    validate(schema())


def test_every_operation_says_what_it_does_and_who_may_call_it() -> None:
    described = {
        each["operationId"]: each for methods in schema()["paths"].values() for each in methods.values()
    }
    assert set(described) == {operation.name for operation in operations()}
    for operation in operations():
        said = described[operation.name]
        assert said.get("description"), operation.name
        assert ("security" in said) is not operation.public, operation.name
        assert said.get("x-permission", "") == "|".join(operation.permissions), operation.name


def test_every_subject_has_a_title_on_the_page_of_the_api() -> None:
    calls = [each for methods in schema()["paths"].values() for each in methods.values()]
    assert {tag for each in calls for tag in each["tags"]} == set(TITLES)


def test_every_answer_has_its_shape() -> None:
    """No operation answers with anything: success has a schema, refusals are problems."""
    loose: list[str] = []
    for methods in schema()["paths"].values():
        for each in methods.values():
            for status, response in each["responses"].items():
                if not ("$ref" in response or status == "204" or response.get("content")):
                    loose.append(f"{each['operationId']} {status}")
    assert loose == []
