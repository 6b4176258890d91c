"""One shape for every refusal: problem details (RFC 9457), in the language that the caller asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel, ConfigDict

from prongsai.kernel.errors import InvalidInput, NotPermitted, ProngsaiError, Stale, Unreadable, WrongState

MEDIA_TYPE = "application/problem+json"
LANGUAGES = ("th", "en")


class Kind(Enum):
    """What can be wrong: the status, the key that programs go by, and the title that people read."""

    BAD_REQUEST = (400, "bad-request", _("The request cannot be read"))
    UNAUTHENTICATED = (401, "unauthenticated", _("Sign in or send a valid token"))
    FORBIDDEN = (403, "forbidden", _("You may not do this"))
    NOT_FOUND = (404, "not-found", _("There is nothing at this address"))
    METHOD = (405, "method-not-allowed", _("This address does not take that method"))
    CONFLICT = (409, "wrong-state", _("Not possible in the present state"))
    STALE = (412, "stale", _("Somebody changed it in the meantime"))
    TOO_LARGE = (413, "too-large", _("The request is too large"))
    CONTENT_TYPE = (415, "content-type", _("This address does not take that kind of content"))
    INVALID = (422, "invalid", _("Something in the request does not fit"))
    UNREADABLE = (422, "unreadable-file", _("The file cannot be used"))
    REVISION = (428, "revision-required", _("Say which revision you saw, in If-Match"))
    TOO_MANY = (429, "too-many-requests", _("Too many requests: wait a moment"))
    FAULT = (500, "fault", _("Something went wrong on our side. Nothing was saved"))

    @property
    def status(self) -> int:
        return self.value[0]

    @property
    def key(self) -> str:
        return self.value[1]

    @property
    def title(self) -> str:
        return str(self.value[2])


class FieldProblem(BaseModel):
    """What is wrong with one field; of a nested one the way to it, as in `files.0.sha256`."""

    model_config = ConfigDict(extra="forbid")
    field: str
    message: str


class Problem(BaseModel):
    """Why a request was refused. `type` is for programs, `title` and `detail` are for people."""

    model_config = ConfigDict(extra="forbid")
    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem]


class ApiError(Exception):
    """A refusal of the API itself."""

    def __init__(
        self,
        kind: Kind,
        detail: str = "",
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or kind.key)
        self.kind, self.detail, self.errors, self.headers = kind, detail, errors, headers or {}


def problem(
    kind: Kind,
    detail: str = "",
    *,
    errors: Sequence[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer for a refusal. `detail` says what happened in this case, in one sentence."""
    body = {
        "type": f"/api/#{kind.key}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "errors": [{"field": field, "message": message} for field, message in errors],
    }
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, status=kind.status, content_type=MEDIA_TYPE, headers=dict(headers or {}))


def asked_language(request: HttpRequest) -> str:
    """Thai, unless `?lang=` or Accept-Language asks for English. A program says what it wants, a phone does not."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return asked
    for tag, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            if (variant := get_supported_language_variant(tag)) in LANGUAGES:
                return variant
        except LookupError:
            continue
    return LANGUAGES[0]


# Pydantic's own sentences are English and say too much; these are the ones that senders meet.
SENTENCES: dict[str, Any] = {
    "missing": _("This field is required"),
    "extra_forbidden": _("There is no such field"),
    "json_type": _("Not valid JSON"),
    "string_type": _("This must be text"),
    "string_too_short": _("Too short"),
    "string_too_long": _("Too long"),
    "string_pattern_mismatch": _("Characters that are not allowed here"),
    "string_unicode": _("Characters that are not allowed here"),
    "int_type": _("This must be a whole number"),
    "int_parsing": _("This must be a whole number"),
    "digits": _("This must be a whole number"),
    "greater_than_equal": _("Too small"),
    "less_than_equal": _("Too large"),
    "bool_type": _("This must be true or false"),
    "enum": _("Not one of the possible values"),
    "literal_error": _("Not one of the possible values"),
    "list_type": _("This must be a list"),
    "too_long": _("Too many"),
    "too_short": _("Too few"),
    "dict_type": _("This must be an object"),
    "model_attributes_type": _("This must be an object"),
    "model_type": _("This must be an object"),
    "iso_day": _("Write the day as YYYY-MM-DD, in the Gregorian calendar"),
    "day_range": _("The day is out of range: the year is written in the Gregorian calendar"),
    "amount": _('Write the amount as text, such as "12.50"'),
}
OTHERWISE = _("This value does not fit")


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    errors = [(_field(each["loc"]), str(SENTENCES.get(each["type"], OTHERWISE))) for each in error.errors]
    return problem(Kind.INVALID, errors=errors[:50])


def _field(place: tuple[str | int, ...]) -> str:
    """The field as the sender named it: of a body without the name that the operation gives to all of it."""
    return ".".join(str(part) for part in place[2 if place[0] == "body" else 1 :])


def _kernel(kind: Kind) -> Any:
    def answer(request: HttpRequest, error: Exception) -> HttpResponse:
        field = getattr(error, "field", "")
        return problem(kind, str(error), errors=[(field, str(error))] if field else ())

    return answer


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    kinds = {400: Kind.BAD_REQUEST, 401: Kind.UNAUTHENTICATED, 403: Kind.FORBIDDEN, 429: Kind.TOO_MANY}
    return problem(kinds.get(error.status_code, Kind.BAD_REQUEST))


def answer_problems(api: NinjaAPI) -> None:
    """Have `api` answer every refusal as a problem. What is left over is a fault of ours, and rolls back."""
    plain = {
        Http404: Kind.NOT_FOUND,
        PermissionDenied: Kind.FORBIDDEN,
        SuspiciousOperation: Kind.BAD_REQUEST,
        BadRequest: Kind.BAD_REQUEST,
        MultiPartParserError: Kind.BAD_REQUEST,
    }
    for error, kind in plain.items():
        api.add_exception_handler(error, lambda request, exc, kind=kind: problem(kind))
    said = {
        ProngsaiError: Kind.INVALID,
        InvalidInput: Kind.INVALID,
        Unreadable: Kind.UNREADABLE,
        NotPermitted: Kind.FORBIDDEN,
        WrongState: Kind.CONFLICT,
        Stale: Kind.STALE,
    }
    for error, kind in said.items():
        api.add_exception_handler(error, _kernel(kind))
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(
        ApiError,
        lambda request, exc: problem(exc.kind, exc.detail, errors=exc.errors, headers=exc.headers),  # type: ignore[union-attr]
    )
