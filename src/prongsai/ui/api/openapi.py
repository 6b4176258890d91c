"""The schema (OpenAPI 3.1) of all operations: django-ninja's, with what the kit adds to each of them."""

from __future__ import annotations

import json
from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation

from prongsai.ui.access import PUBLIC, SIGNED_IN, permission_of
from prongsai.ui.api.dispatch import mounted
from prongsai.ui.api.problems import MEDIA_TYPE, FieldProblem, Kind, Problem

PREFIX = "/api/v1/"
REFERENCE = "#/components/{place}/{name}"
ORGANIZATION = {
    "in": "path",
    "name": "organization",
    "required": True,
    "description": "The office's key, as in its addresses.",
    "schema": {"type": "string", "pattern": "^[a-z0-9-]{1,60}$"},
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "A key of your own. The same request sent again under it acts once and gets the same answer.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
}
ALWAYS = (Kind.BAD_REQUEST, Kind.NOT_FOUND, Kind.METHOD, Kind.INVALID)
MEMBERS = (Kind.UNAUTHENTICATED, Kind.FORBIDDEN, Kind.TOO_MANY)
WRITING = (Kind.CONFLICT, Kind.TOO_LARGE, Kind.CONTENT_TYPE)
REVISED = (Kind.STALE, Kind.REVISION)


def openapi(api: NinjaAPI) -> dict[str, Any]:
    """The whole schema as plain values, the same at every call."""
    schema: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX), default=str))
    for route, operations in mounted(api).items():
        address = PREFIX + "/".join(_braces(part) for part in route.split("/"))
        for operation in operations:
            for method in operation.methods:
                _complete(schema["paths"][address][method.lower()], operation, method)
    components = schema["components"]
    components.setdefault("schemas", {}).update(_problem_schemas())
    components["responses"] = {
        kind.key: {
            "description": f"{kind.status} {kind.key}",
            "content": {MEDIA_TYPE: {"schema": {"$ref": REFERENCE.format(place="schemas", name="Problem")}}},
        }
        for kind in Kind
    }
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A personal token (prongsai_…)."}
    }
    schema["paths"] = dict(sorted(schema["paths"].items()))
    components["schemas"] = dict(sorted(components["schemas"].items()))
    return schema


def _braces(part: str) -> str:
    """`<slug:organization>` as `{organization}`."""
    return "{" + part.strip("<>").split(":")[-1] + "}" if part.startswith("<") else part


def _complete(described: dict[str, Any], operation: Operation, method: str) -> None:
    permission = permission_of(operation.view_func)
    parameters = [_simple(each) for each in described.get("parameters", [])]
    described["parameters"] = [ORGANIZATION, *parameters]
    kinds: list[Kind] = list(ALWAYS)
    if permission != PUBLIC:
        kinds += MEMBERS
        described["security"] = [{"token": []}]
        described["x-permission"] = "" if permission == SIGNED_IN else permission
    if method != "GET":
        kinds += WRITING if permission != PUBLIC else (*WRITING, Kind.TOO_MANY)
    if method == "POST" and permission != PUBLIC:  # what is open to everybody keeps keys of its own, if any
        described["parameters"].append(IDEMPOTENCY_KEY)
    if any(each["name"].lower() == "if-match" for each in parameters):
        kinds += REVISED
    for kind in kinds:
        described["responses"].setdefault(
            str(kind.status), {"$ref": REFERENCE.format(place="responses", name=kind.key)}
        )
    described["responses"] = dict(sorted(described["responses"].items()))


def _simple(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is not null: there is no null in an address."""
    schema = parameter["schema"]
    options = [each for each in schema.pop("anyOf", []) if each != {"type": "null"}]
    if len(options) == 1:
        schema.update(options[0])
    elif options:
        schema["anyOf"] = options
    return parameter


def _problem_schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = {}
    for model in (Problem, FieldProblem):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    return schemas
