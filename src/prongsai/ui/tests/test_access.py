"""Who gets which answer from a member's page, and what was typed when the session had ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth import urls as allauth_urls
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import get_resolver, include, path, reverse

from prongsai.foundation.accounts.models import Membership
from prongsai.foundation.accounts.services import deactivate, invite
from prongsai.foundation.organizations.models import Organization
from prongsai.foundation.tenancy.scope import scope
from prongsai.ui.access import PUBLIC, SIGNED_IN, permission_of, requires, signed_in
from prongsai.ui.account.urls import ANONYMOUS, OWN
from tests.architecture.test_views import views
from tests.cast import PASSWORD, SYSTEM, banthrai, donsai, member, signed_in_client

pytestmark = pytest.mark.django_db


def said(request: HttpRequest, organization: str) -> HttpResponse:
    actor: Any = request.actor  # type: ignore[attr-defined]
    return HttpResponse(f"{actor.name}|{request.POST.get('text', '')}")


@requires("measures.draft")
def drafts(request: HttpRequest, organization: str) -> HttpResponse:
    return said(request, organization)


@signed_in
def anyone(request: HttpRequest, organization: str) -> HttpResponse:
    return said(request, organization)


urlpatterns = [
    path("<slug:organization>/work/drafts/", drafts),
    path("<slug:organization>/work/anyone/", anyone),
    path("", include("prongsai.project.urls")),
]
DRAFTS, ANYONE = "/banthrai/work/drafts/", "/banthrai/work/anyone/"


@pytest.fixture(autouse=True)
def own_addresses() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def office() -> Organization:
    return banthrai()


@pytest.fixture
def somsri(office: Organization) -> Membership:
    with scope(office.pk):
        return member("measures.draft")


def test_nobody_signed_in_is_sent_to_sign_in_and_back(office: Organization) -> None:
    answer = Client().get(DRAFTS + "?year=2568")
    assert answer.status_code == 302
    assert answer["Location"] == "/account/login/?next=%2Fbanthrai%2Fwork%2Fdrafts%2F%3Fyear%3D2568"


@pytest.mark.parametrize("header", [{"HTTP_HX_REQUEST": "true"}, {"HTTP_ACCEPT": "application/json"}])
def test_scripts_are_told_so(office: Organization, header: dict[str, str]) -> None:
    assert Client().get(DRAFTS, **header).status_code == 401  # type: ignore[arg-type]


def test_a_member_with_the_permission_comes_in(somsri: Membership) -> None:
    answer = signed_in_client(somsri).get(DRAFTS)
    assert answer.text == "somsri ตัวอย่าง|"
    assert answer["Cache-Control"] == "private, no-cache"


def test_a_member_without_it_may_not(office: Organization) -> None:
    with scope(office.pk):
        mana = member("audit.read", username="mana")
    client = signed_in_client(mana)
    assert client.get(DRAFTS).status_code == 403
    assert client.get(ANYONE).status_code == 200


def test_another_organization_looks_as_if_it_were_not_there(somsri: Membership) -> None:
    with scope(donsai().pk):
        mana = member("measures.draft", username="mana")
    client = signed_in_client(mana)
    assert client.get(DRAFTS).status_code == 404
    assert client.get(ANYONE).status_code == 404
    assert client.get("/nowhere/work/drafts/").status_code == 404
    assert client.get("/donsai/work/drafts/").status_code == 200


def test_an_ended_membership_ends_at_the_next_click(office: Organization, somsri: Membership) -> None:
    client = signed_in_client(somsri)
    with scope(office.pk):
        deactivate(actor=SYSTEM, member=somsri)
    client.force_login(somsri.user)  # even with a session that was overlooked
    assert client.get(ANYONE).status_code == 404


def test_a_page_asks_who_it_is_in_three_queries(somsri: Membership, django_assert_num_queries: Any) -> None:
    client = signed_in_client(somsri)
    client.get(DRAFTS)
    # beside the three: the transaction's savepoint, the organization, its scope and the end of these
    with django_assert_num_queries(8) as seen:
        client.get(DRAFTS)
    asked = [q["sql"] for q in seen.captured_queries if 'FROM "' in q["sql"]]
    assert len(asked) == 4, asked


# --- a session that ends while somebody types


def expired(member_: Membership, **extra: Any) -> Client:
    client = signed_in_client(member_, **extra)
    client.session.flush()
    client.cookies.pop("sessionid")
    return client


def sign_in(client: Client, next_: str, username: str = "somsri") -> str:
    answer = client.post("/account/login/", {"login": username, "password": PASSWORD, "next": next_})
    assert answer.status_code == 302
    return answer["Location"]


def test_what_was_typed_is_kept_through_signing_in_and_sent_again(somsri: Membership) -> None:
    client = expired(somsri)
    text = 'บันทึกการประชุมที่พิมพ์ไว้ยาวมาก\nบรรทัดที่สอง "มีเครื่องหมาย" <b>'
    moment = "2026-11-29T14:54:00.182731+00:00"
    answer = client.post(DRAFTS, {"text": text, "tag": ["a", "b"], "since": moment})
    assert answer["Location"] == "/account/login/?next=%2Faccount%2Fkept%2F"
    assert "ข้อความที่พิมพ์ไว้ยังอยู่" in client.get(answer["Location"]).text
    assert sign_in(client, "/account/kept/") == "/account/kept/"
    page = client.get("/account/kept/")
    assert "บรรทัดที่สอง &quot;มีเครื่องหมาย&quot; &lt;b&gt;" in page.text
    assert f'action="{DRAFTS}"' in page.text
    assert page.text.count('name="tag"') == 2
    assert page.text.count("2026-11-29") == 1, "what nobody typed goes along, and is not read out"
    assert client.post(DRAFTS, {"text": text}).text == f"somsri ตัวอย่าง|{text}"
    assert client.get("/account/kept/").status_code == 302, "sent, and forgotten"


def test_it_can_be_let_go(somsri: Membership) -> None:
    client = expired(somsri)
    client.post(DRAFTS, {"text": "ก"})
    sign_in(client, "/account/kept/")
    assert client.get("/account/")["Location"] == "/account/kept/", "it is offered on the way in"
    client.post("/account/kept/")
    assert client.get("/account/")["Location"].startswith("/banthrai/")


def test_somebody_else_on_the_same_computer_does_not_see_it(office: Organization, somsri: Membership) -> None:
    with scope(office.pk):
        member(username="mana")
    client = expired(somsri)
    client.post(DRAFTS, {"text": "ความลับของสมศรี ที่คนอื่นไม่ควรเห็น"})
    sign_in(client, "/account/kept/", "mana")
    answer = client.get("/account/kept/", follow=True)
    assert "ความลับ" not in answer.text


def test_strangers_and_forms_without_a_token_keep_nothing(somsri: Membership) -> None:
    stranger = Client()
    assert stranger.post(DRAFTS, {"text": "x"})["Location"].endswith("drafts%2F")
    assert "sessionid" not in stranger.cookies
    forged = expired(somsri, enforce_csrf_checks=True)
    assert forged.post(DRAFTS, {"text": "x"}).status_code == 403
    assert "sessionid" not in forged.cookies


def test_what_is_too_long_is_not_kept(somsri: Membership) -> None:
    client = expired(somsri)
    assert client.post(DRAFTS, {"text": "ก" * 70_000})["Location"].endswith("drafts%2F")


def test_files_are_said_to_be_attached_again(somsri: Membership) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = expired(somsri)
    client.post(DRAFTS, {"text": "ก", "file": SimpleUploadedFile("ก.pdf", b"%PDF")})
    sign_in(client, "/account/kept/")
    assert "แนบใหม่" in client.get("/account/kept/").text


# --- invitations


def link(office: Organization, **changed: Any) -> str:
    details: dict[str, Any] = {"full_name": "มาลี ตัวอย่าง", "position": "นิติกร", "roles": ["planner"]}
    with scope(office.pk):
        _, token = invite(actor=SYSTEM, **(details | changed))
    return reverse("account-invitation", kwargs={"organization": office.key, "token": token})


def test_an_invited_person_chooses_a_password_and_is_in(office: Organization, client: Client) -> None:
    address = link(office)
    page = client.get(address).text
    assert "มาลี" in page
    assert "นักวิเคราะห์นโยบายและแผน" in page
    wrong = client.post(address, {"username": "malee", "password": "สั้น"})
    assert wrong.status_code == 200
    assert 'aria-invalid="true"' in wrong.text
    answer = client.post(address, {"username": "malee", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get(DRAFTS).text.startswith("มาลี")
    again = Client().get(address)
    assert again.status_code == 410
    assert "ใช้ไม่ได้แล้ว" in again.text


def test_who_is_signed_in_accepts_with_that_account(office: Organization, somsri: Membership) -> None:
    second = donsai()
    client = signed_in_client(somsri)
    address = link(second, roles=["auditor"])
    assert "somsri" in client.get(address).text
    assert client.post(address)["Location"].startswith("/donsai/")
    assert client.get("/donsai/work/anyone/").status_code == 200


def test_a_link_opens_nothing_in_another_organization(office: Organization) -> None:
    donsai()
    assert Client().get(link(office).replace("banthrai", "donsai")).status_code == 410


# --- what is open to everybody


def test_the_pages_below_account_that_anybody_may_open_are_the_known_ones() -> None:
    below = [
        (a, v)
        for a, v in views(get_resolver("prongsai.project.urls").url_patterns)
        if a.startswith("account/")
    ]
    assert {permission_of(view) for _, view in below} == {PUBLIC, SIGNED_IN}
    assert {address for address, view in below if permission_of(view) == PUBLIC} == {
        "account/2fa/authenticate/",
        "account/2fa/webauthn/login/",
        "account/3rdparty/login/cancelled/",
        "account/3rdparty/login/error/",
        "account/3rdparty/signup/",
        "account/inactive/",
        "account/invitations/<slug:organization>/<str:token>/",
        "account/login/",
        "account/logout/",
        "account/oidc/^(?P<provider_id>[^/]+)/login/",
        "account/oidc/^(?P<provider_id>[^/]+)/login/callback/",
        "account/password/reset/",
        "account/password/reset/done/",
        "account/password/reset/key/done/",
        "account/signup/",
        r"account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    }


def test_every_page_that_we_use_of_allauth_is_there() -> None:
    known = set(_names(allauth_urls.urlpatterns))
    assert known >= ANONYMOUS | OWN
    assert (
        known - ANONYMOUS - OWN
        == {  # what we have no use for; what is new is looked at before it is opened
            "account_email",
            "account_email_verification_sent",
            "account_confirm_email",
            "account_confirm_login_code",
            "account_set_password",
            None,
        }
    )


def _names(patterns: Any) -> Iterator[str | None]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _names(pattern.url_patterns)
        else:
            yield pattern.name
