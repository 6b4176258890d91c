"""One's own pages: which organization, who one is, what was kept, and the answer to an invitation."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from prongsai.foundation.accounts.models import Invitation, User
from prongsai.foundation.accounts.selectors import invitation_by_token, memberships_of, roles
from prongsai.foundation.accounts.services import accept_invitation, change_own_email
from prongsai.kernel import clock
from prongsai.kernel.errors import InvalidInput, ProngsaiError
from prongsai.ui import kept
from prongsai.ui.access import public, signed_in
from prongsai.ui.account.forms import AcceptForm, EmailForm
from prongsai.ui.navigation import address


def start_of(organization: str) -> str:
    """Where a member's work in the organization begins."""
    return address("my-work", organization=organization) or f"/{organization}/"


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@signed_in
@never_cache
def organizations(request: HttpRequest) -> HttpResponse:
    """Choose an organization; with one there is nothing to choose."""
    if kept.kept(request):
        return HttpResponseRedirect(reverse("account-kept"))
    found = memberships_of(_user(request).pk)
    if len(found) == 1:
        return HttpResponseRedirect(start_of(found[0].organization.key))
    offices = [(each.organization, each.position, start_of(each.organization.key)) for each in found]
    return render(request, "account/organizations.html", {"offices": offices})


@signed_in
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """Who one is here, and the ways to sign in."""
    return render(request, "account/profile.html", {"memberships": memberships_of(_user(request).pk)})


@signed_in
@never_cache
def change_email(request: HttpRequest) -> HttpResponse:
    """Give another e-mail address; the password is asked for, and the address before is told."""
    user = _user(request)
    form = EmailForm(request.POST or None, initial={"email": user.email})
    if request.method == "POST" and form.is_valid():
        try:
            adapter = get_adapter(request)
            if not adapter.reauthenticate(user, form.cleaned_data["password"]):
                raise InvalidInput(adapter.error_messages["incorrect_password"], field="password")
            before = user.email
            change_own_email(user=user, email=form.cleaned_data["email"])
        except Exception as error:
            _put_on_field(form, error)
        else:
            if before:
                adapter.send_mail("account/email/address_changed", before, {"user": user})
            messages.success(request, _("The new address is saved"))
            return HttpResponseRedirect(reverse("account-profile"))
    return render(request, "account/email_change.html", {"form": form})


def _put_on_field(form: AcceptForm | EmailForm, error: Exception) -> None:
    """Show what a person can mend on its field; anything else goes on as it is."""
    if isinstance(error, ProngsaiError):
        field = getattr(error, "field", "")
        form.add_error(field if field in form.fields else None, str(error))
    elif hasattr(error, "messages"):  # a ValidationError of the adapter's
        form.add_error(None, error)  # type: ignore[arg-type]
    else:
        raise error


@signed_in
@never_cache
def kept_form(request: HttpRequest) -> HttpResponse:
    """What was typed when the session had ended: send it again, or let it go."""
    found = kept.kept(request)
    if found is None or request.method == "POST":
        kept.forget(request)
        return HttpResponseRedirect(reverse("account-organizations"))
    return render(request, "account/kept.html", {"kept": found})


@public
@never_cache
def invitation(request: HttpRequest, organization: str, token: str) -> HttpResponse:
    """Follow an invitation: as who is signed in, or as somebody new."""
    found = invitation_by_token(token)
    if found is None or found.accepted_at or found.withdrawn_at or found.expires_at <= clock.now():
        return render(request, "account/invitation_gone.html", status=410)
    somebody = _user(request) if request.user.is_authenticated else None
    form = None if somebody else AcceptForm(request.POST or None)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            chosen = form.cleaned_data if form else {}
            member = accept_invitation(token=token, user=somebody, **chosen)
        except ProngsaiError as error:
            if form is None:
                messages.error(request, str(error))
                return HttpResponseRedirect(request.path)
            _put_on_field(form, error)
        else:
            if somebody:
                return HttpResponseRedirect(start_of(organization))
            return perform_login(
                request, member.user, email_verification="none", redirect_url=start_of(organization)
            )
    return render(request, "account/invitation.html", {"form": form, **_told(found)})


def _told(found: Invitation) -> dict[str, object]:
    return {"invitation": found, "roles": roles().filter(key__in=found.roles)}
