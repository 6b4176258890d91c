"""OpenID Connect: who somebody is at a provider counts when the provider signed it, for us, for this sign-in, and just now.

allauth asks for the id_token over TLS and leaves it at that. Here its signature is verified by the keys of the
provider's discovery document, as OpenID Connect Core 3.1.3.7 and 5.3.2 have it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

LEEWAY = 60  # seconds that the clocks of provider and office may differ
BY_KEY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
BY_SECRET = ("HS256",)  # LINE signs so for web logins: with the secret that it shares with us alone
REQUIRED = ["iss", "aud", "sub", "exp", "iat", "nonce"]


def nonce_of(verifier: str) -> str:
    """What the id_token has to repeat: it follows from the PKCE verifier, which waits in the session and tells nobody."""
    return hashlib.sha256(f"nonce {verifier}".encode()).hexdigest()


class OpenIDAdapter(OpenIDConnectOAuth2Adapter):
    """Fetches the tokens, and believes no claim that does not verify. Raises OAuth2Error, which is said in words."""

    verifier = ""

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        self.verifier = pkce_code_verifier or ""
        return super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        id_token = kwargs["response"].get("id_token")
        if not isinstance(id_token, str) or not self.verifier:
            raise OAuth2Error("the provider sent no id_token")
        claims = self.verified(app, id_token, token.token)
        data = {"id_token": claims}
        if "userinfo_endpoint" in self.openid_config:
            data["userinfo"] = self._fetch_user_info(token.token)
            if data["userinfo"].get("sub") != claims["sub"]:
                raise OAuth2Error("userinfo is about somebody else")
        return self.get_provider().sociallogin_from_response(request, data)

    def verified(self, app: SocialApp, id_token: str, access_token: str) -> dict[str, Any]:
        """The claims of an id_token that the provider signed for us, for this sign-in, and that has not expired."""
        try:
            header = jwt.get_unverified_header(id_token)
            claims = jwt.decode(
                id_token,
                self.key(app, header),
                algorithms=[str(header.get("alg"))],
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=LEEWAY,
                options={"require": REQUIRED},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error(f"the id_token does not verify: {error}") from error
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("the id_token was made for another client")
        if not hmac.compare_digest(str(claims["nonce"]), nonce_of(self.verifier)):
            raise OAuth2Error("the id_token belongs to another sign-in")
        if "at_hash" in claims and claims["at_hash"] != at_hash(str(header["alg"]), access_token):
            raise OAuth2Error("the id_token belongs to another access token")
        return claims

    def key(self, app: SocialApp, header: Mapping[str, Any]) -> Any:
        """What the token's signature is verified with. Raises OAuth2Error for an algorithm or key that is not known."""
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm in BY_SECRET and app.secret:
            return app.secret
        if algorithm not in BY_KEY or "jwks_uri" not in self.openid_config:
            raise OAuth2Error(f"the id_token is signed by {algorithm}")
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = [
                key for key in jwt.PyJWKSet.from_dict(answer.json()) if key.public_key_use in (None, "sig")
            ]
        mine = [key for key in keys if key.key_id == kid] if kid else keys
        if len(mine) != 1 or mine[0].algorithm_name not in BY_KEY:
            raise OAuth2Error(f"the provider has no key {kid}")
        return mine[0].key


def at_hash(algorithm: str, access_token: str) -> str:
    """What an id_token says of the access token that came with it: the left half of its digest."""
    digest = jwt.get_algorithm_by_name(algorithm).compute_hash_digest(access_token.encode())
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


class OpenID(OpenIDConnectProvider):
    """The provider as allauth knows it; asks for a nonce too."""

    oauth2_adapter_class = OpenIDAdapter

    def get_pkce_params(self) -> dict[str, str]:
        pkce = super().get_pkce_params()
        return {**pkce, "nonce": nonce_of(pkce["code_verifier"])}


def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Where the provider sends the browser back to."""
    try:
        return OAuth2CallbackView.adapter_view(OpenIDAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
