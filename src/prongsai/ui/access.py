"""Who may open a view. A view that does not say so is closed: forgetting is safe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext

from prongsai.foundation.accounts.selectors import member_of
from prongsai.kernel.contracts import Actor
from prongsai.ui.kept import forget_when_sent, keep

PUBLIC = "public"
SIGNED_IN = "signed_in"
# What one may do before choosing a password of one's own.
BEFORE_NEW_PASSWORD = {"account_change_password", "account_logout"}

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Anybody may open the view."""
    return requires(PUBLIC)(view)


def signed_in(view: View) -> View:
    """Any member of the organization in the address may open the view; where it names none, any user."""
    return requires(SIGNED_IN)(view)


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
    """Answers before a view runs, unless it is public or its permission is held.

    Nobody signed in: to the login page (401 for scripts). No member of the organization in the address: 404, as if
    there were nothing there. A member without the permission: 403. Otherwise the view has `request.actor` and
    `request.member` (None where the address names no organization).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "actor", None) is not None:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        permission = permission_of(view)
        if permission == PUBLIC:
            return None
        if permission is None:
            raise PermissionDenied
        if not hasattr(request, "actor"):
            answer = identify(request, view, in_organization="organization" in kwargs)
            if answer is not None:
                return answer
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if not actor.is_system and permission != SIGNED_IN and permission not in actor.permissions:
            raise PermissionDenied
        return None


def identify(request: HttpRequest, view: Callable[..., Any], *, in_organization: bool) -> HttpResponse | None:
    """Set `request.member` and `request.actor`; an answer instead, when nobody is signed in.

    Also when the password is one that somebody else chose: then it is changed before anything else. Raises Http404
    for a user who is no active member of the organization in the address.
    """
    user = getattr(request, "user", None)
    if user is None:
        raise PermissionDenied
    if not user.is_authenticated:
        return _to_login(request, view, in_organization=in_organization)
    if user.must_change_password and request.resolver_match.view_name not in BEFORE_NEW_PASSWORD:  # type: ignore[union-attr]
        after = request.get_full_path() if request.method == "GET" else reverse("account-organizations")
        return HttpResponseRedirect(f"{reverse('account_change_password')}?{urlencode({'next': after})}")
    if not in_organization:
        request.member = None  # type: ignore[attr-defined]
        request.actor = Actor(name=user.full_name, user_id=user.pk)  # type: ignore[attr-defined]
        return None
    member = member_of(user)
    if member is None:
        raise Http404("not a member of this organization")
    request.member = member  # type: ignore[attr-defined]
    request.actor = member.actor()  # type: ignore[attr-defined]
    forget_when_sent(request)
    return None


def _to_login(request: HttpRequest, view: Callable[..., Any], *, in_organization: bool) -> HttpResponse:
    if request.headers.get("HX-Request") or "json" in request.headers.get("Accept", ""):
        return JsonResponse({"detail": gettext("Your session has ended. Sign in again")}, status=401)
    # An address that takes no token from our pages may be called by another site: nothing of it is kept. Nor what is
    # sent to a view that says `never_kept`: a passphrase, or words that stand sealed or nowhere.
    secret = getattr(view, "never_kept", False) or getattr(
        getattr(view, "view_class", None), "never_kept", False
    )
    ours = in_organization and not getattr(view, "csrf_exempt", False) and not secret
    after = reverse("account-kept") if ours and keep(request) else request.get_full_path()
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': after})}")
