"""Who may open a view. A view that does not say so is closed: forgetting is safe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

PUBLIC = "public"

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Anybody may open the view."""
    return requires(PUBLIC)(view)


def requires(permission: str) -> Callable[[View], View]:
    """Only an actor who holds `permission` may open the view. Fits functions and `SomeView.as_view()`."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(view: Callable[..., Any]) -> str | None:
    """What the view asks for; None when it does not say (a class-based view may say it on its class)."""
    declared = getattr(view, "permission", None)
    return declared or getattr(getattr(view, "view_class", None), "permission", None)


class AccessMiddleware:
    """Answers 403 before a view runs, unless it is public or `request.actor` holds its permission."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> None:
        permission = permission_of(view)
        if permission == PUBLIC:
            return
        actor = getattr(request, "actor", None)
        if permission is None or actor is None:
            raise PermissionDenied
        if not actor.is_system and permission not in actor.permissions:
            raise PermissionDenied
