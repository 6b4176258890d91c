"""From an address to an operation: method, content type, who calls, one savepoint, one answer for one key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.responses import Status
from ninja.utils import normalize_path, replace_path_param_notation

from prongsai.foundation.api.services import claim, keep_answer
from prongsai.ui.access import PUBLIC, permission_of, public
from prongsai.ui.api.access import SAFE, admit
from prongsai.ui.api.problems import ApiError, Kind, asked_language, problem
from prongsai.ui.api.types import Out

JSON, MULTIPART = "application/json", "multipart/form-data"
KEY = re.compile(r"[\x21-\x7e]{1,100}")
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def mounted(api: NinjaAPI) -> dict[str, list[Operation]]:
    """Every address of the API, as Django writes it, with its operations; several routers may share one."""
    found: dict[str, list[Operation]] = {}
    for bound in api._get_bound_routers():
        for below, path_view in bound.path_operations.items():
            route = normalize_path("/".join(part for part in (bound.prefix, below) if part))
            found.setdefault(replace_path_param_notation(route).lstrip("/"), []).extend(path_view.operations)
    return found


def api_patterns(api: NinjaAPI) -> list[URLPattern]:
    """The API's addresses. Raises ImproperlyConfigured for an operation that does not say who may call it."""
    views = {route: endpoint(api, operations) for route, operations in mounted(api).items()}
    return [path(route, views[route]) for route in sorted(views, key=_named_parts_first)]


def _named_parts_first(route: str) -> list[bool]:
    """`plans/import` is asked before `plans/<plan_id>`, wherever it was declared."""
    return [part.startswith("<") for part in route.split("/")]


def quick_json(view: Callable[..., Any]) -> Callable[..., Any]:
    """Have what an operation returns written as JSON in one go: a plan of 2,000 statements takes a third of the time.

    For `NinjaAPI.add_decorator`. What is no `Out` is left to django-ninja.
    """

    @wraps(view)
    def answer(request: HttpRequest, **values: Any) -> Any:
        given = view(request, **values)
        status, result = (given.status_code, given.value) if isinstance(given, Status) else (200, given)
        if not isinstance(result, Out):
            return given
        response: HttpResponse = values.get("response") or HttpResponse()
        response.status_code, response.content = status, result.model_dump_json()
        response["Content-Type"] = JSON
        return response

    return answer


def endpoint(api: NinjaAPI, operations: Sequence[Operation]) -> Callable[..., HttpResponseBase]:
    """The view of one address. All its operations are public, or none is: caches go by the address."""
    marks = {permission_of(operation.view_func) for operation in operations}
    names = ", ".join(operation.view_func.__name__ for operation in operations)
    if None in marks or (PUBLIC in marks and len(marks) > 1):
        raise ImproperlyConfigured(
            f"who may call {names}? Mark all of them public, or each with a permission"
        )
    everybody = marks == {PUBLIC}

    @csrf_exempt  # asked for where a session is used (access.py); a token needs none
    def view(request: HttpRequest, organization: str, **parameters: Any) -> HttpResponseBase:
        with translation.override(asked_language(request)):
            response = _answer(api, operations, request, parameters)
        if everybody:
            response["Access-Control-Allow-Origin"] = "*"
        else:
            response["Cache-Control"] = "no-store"
            patch_vary_headers(response, ("Authorization",))
        patch_vary_headers(response, ("Accept-Language",))
        return response

    view.__name__, view.__module__ = names, operations[0].view_func.__module__
    kept = getattr(operations[0].view_func, "kept", None)
    if kept is not None:
        view.kept = kept  # type: ignore[attr-defined]
    # To the middleware open to all: the operations ask by themselves, for a token too (access.py).
    return public(view)


def _answer(
    api: NinjaAPI, operations: Sequence[Operation], request: HttpRequest, parameters: dict[str, Any]
) -> HttpResponseBase:
    method = "GET" if request.method == "HEAD" else request.method
    operation = next((each for each in operations if method in each.methods), None)
    if operation is None:
        taken = {name for each in operations for name in each.methods}
        allowed = sorted(taken | {"HEAD"} if "GET" in taken else taken)
        return problem(Kind.METHOD, headers={"Allow": ", ".join(allowed)})
    try:
        admit(request, permission_of(operation.view_func) or "")
        _require_content(operation, request)
        if request.method in SAFE:
            return operation.run(request, **parameters)
        with transaction.atomic():
            response = _once(request, lambda: operation.run(request, **parameters))
            if response.status_code >= 400:
                transaction.set_rollback(True)  # what is refused leaves nothing behind, not even half of it
            return response
    except Exception as error:
        return api.on_exception(request, error)


def _require_content(operation: Operation, request: HttpRequest) -> None:
    """Refuse content of a kind that the operation does not read, and JSON that no operation needs so much of."""
    sources = {model.__ninja_param_source__ for model in operation.models} & {"body", "form", "file"}
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not sources or not length.isdecimal():
        return
    wanted = JSON if sources == {"body"} else MULTIPART
    if int(length) and request.content_type != wanted:
        raise ApiError(Kind.CONTENT_TYPE, wanted)
    if wanted == JSON and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise ApiError(Kind.TOO_LARGE)


def _once(request: HttpRequest, run: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Under an Idempotency-Key the act happens once: sent again, the same request gets the same answer."""
    key, member = request.headers.get("Idempotency-Key"), getattr(request, "member", None)
    if key is None or request.method != "POST" or member is None:
        return run()  # what is open to everybody knows nobody: such an operation keeps its own keys
    if not KEY.fullmatch(key):
        raise ApiError(Kind.INVALID, errors=[("Idempotency-Key", "1-100 ASCII")])
    former = claim(member=member, key=key, request=_fingerprint(request))
    if former is not None:
        headers = {**former.headers, "Idempotent-Replayed": "true"}
        return HttpResponse(former.body, status=former.status, headers=headers)
    response = run()
    if response.status_code < 400:
        headers = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
        body = response.content.decode()  # type: ignore[attr-defined]
        keep_answer(member=member, key=key, status=response.status_code, headers=headers, body=body)
    return response


def _fingerprint(request: HttpRequest) -> str:
    """What makes two requests the same: method, address and content."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != MULTIPART:
        digest.update(request.body)
        return digest.hexdigest()
    for name in sorted(request.POST):
        digest.update(repr((name, request.POST.getlist(name))).encode())
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            digest.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()
