"""The API of the installation: every module's operations under `/api/v1/<organization>/`, and a page about them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from prongsai.kernel.registry import module_names
from prongsai.ui.access import public
from prongsai.ui.api.dispatch import api_patterns, quick_json
from prongsai.ui.api.openapi import openapi
from prongsai.ui.api.problems import Kind, answer_problems, problem

VERSION = "1"
DESCRIPTION = (
    "What the office does with its measures, evidence and cases, and open reads of everything that is public. "
    "Thai local governments run their integrity measures with it and prove them from records."
)


class Plain(JSONRenderer):
    """Thai stays legible."""

    json_dumps_params = {"ensure_ascii": False}


class ModulesApi(NinjaAPI):
    """Operations are called as their functions are."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


def make_api() -> NinjaAPI:
    """The API with the `router` of every module that has one."""
    api = ModulesApi(
        title="Prongsai",
        version=VERSION,
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        renderer=Plain(),
    )
    answer_problems(api)
    api.add_decorator(quick_json)
    for name in module_names():
        if find_spec(f"prongsai.modules.{name}.api"):
            router = import_module(f"prongsai.modules.{name}.api").router
            api.add_router("/{slug:organization}", router)
    return api


api = make_api()


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI schema; it does not change while the process lives."""
    return openapi(api)


@public
@require_safe
def schema_json(request: HttpRequest) -> HttpResponse:
    """The schema for programs."""
    response = JsonResponse(schema(), json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=300"
    return response


@public
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The schema for people: every operation with what it takes and needs."""
    shown = {"sections": sections(), "kinds": list(Kind), "base": settings.BASE_URL}
    return render(request, "ui/api.html", shown)


TITLES = {
    "public": _("Open to everybody"),
    "office": _("The office"),
    "plans": _("Plans"),
    "statements": _("Measures and statements"),
    "proofs": _("Proofs"),
    "evidence": _("Evidence"),
    "closing": _("Closing the year"),
    "complaints": _("Complaints"),
}


def sections() -> list[dict[str, Any]]:
    """The operations by subject, in the order of their addresses."""
    calls: dict[str, list[dict[str, Any]]] = {}
    for address, methods in schema()["paths"].items():
        for method, described in methods.items():
            calls.setdefault(described["tags"][0], []).append(_shown(method, address, described))
    order = [*(tag for tag in TITLES if tag in calls), *sorted(calls.keys() - TITLES.keys())]
    return [{"key": tag, "title": TITLES.get(tag, tag), "calls": calls[tag]} for tag in order]


def _shown(method: str, address: str, described: dict[str, Any]) -> dict[str, Any]:
    content = described.get("requestBody", {}).get("content", {})
    return {
        "method": method.upper(),
        "address": address,
        "anchor": described["operationId"],
        "text": described["description"],
        "permission": described.get("x-permission"),
        "parameters": [each for each in described["parameters"] if each["in"] == "query"],
        "media": next(iter(content), ""),
        "body": _names(content),
    }


def _names(content: dict[str, Any]) -> list[str]:
    """The fields of a request's content; required ones first."""
    for media in content.values():
        described = media["schema"]
        name = described.get("$ref", "").rpartition("/")[2]
        described = schema()["components"]["schemas"][name] if name else described
        required = described.get("required", [])
        fields = list(described.get("properties", {}))
        return [*(f for f in fields if f in required), *(f"({f})" for f in fields if f not in required)]
    return []


@public
@csrf_exempt  # there is nothing to forge
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """An address below /api/ that is none."""
    return problem(Kind.NOT_FOUND)


def patterns() -> list[URLPattern | URLResolver]:
    """Below `/api/`."""
    return [
        path("", reference, name="api"),
        path("openapi.json", schema_json, name="openapi"),
        path("v1/", include(api_patterns(api))),
        path("<path:rest>", nothing_here),
    ]
