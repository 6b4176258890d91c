"""A small OpenID Connect provider over HTTP: discovery, authorization, token with a signed id_token, keys, userinfo.

What a test needs of LINE or ThaID: it checks what it is asked (client, address to come back to, PKCE) as they do.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "prongsai-test", "a secret of the tests, of 32 letters"


def at_hash(access_token: str) -> str:
    """As SHA-256 has it, which RS256 and HS256 use."""
    digest = hashlib.sha256(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


@dataclass
class Provider:
    """The provider and the one person who is signed in at it."""

    person: dict[str, Any] = field(default_factory=lambda: {"sub": "line-001"})
    refuses: bool = False  # the person says no
    broken: bool = False  # the token's address answers an error
    claims: dict[str, Any] = field(
        default_factory=dict[str, Any]
    )  # said otherwise in the id_token; None leaves out
    signs_with: Any = None  # another key than the published one
    algorithm: str = "RS256"
    kid: str | None = "1"
    told: dict[str, Any] = field(default_factory=dict[str, Any])  # said otherwise by userinfo
    answer: dict[str, Any] = field(default_factory=dict[str, Any])  # said otherwise by the token's address
    asked: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def __post_init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer_get(self)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
                provider.answer_token(self, form)

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer_get(self, handler: BaseHTTPRequestHandler) -> None:
        address = urlparse(handler.path)
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        if address.path == "/.well-known/openid-configuration":
            self.say(handler, self.configuration())
        elif address.path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            named = {"kid": "1"} if self.kid else {}
            self.say(handler, {"keys": [{**public, **named, "use": "sig", "alg": "RS256"}]})
        elif address.path == "/authorize":
            handler.send_response(302)
            handler.send_header("Location", self.authorize(query))
            handler.end_headers()
        elif address.path == "/userinfo" and handler.headers.get("Authorization") == "Bearer access":
            self.say(handler, {**self.person, **self.told})
        else:
            self.say(handler, {"error": "not found"}, 404)

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent: back, with a code or with a refusal."""
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        self.asked.append(query)
        back, state = query["redirect_uri"], query["state"]
        if self.refuses:
            return f"{back}?{urlencode({'error': 'access_denied', 'state': state})}"
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return f"{back}?{urlencode({'code': code, 'state': state})}"

    def answer_token(self, handler: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        good = (
            not self.broken
            and form["client_secret"] == SECRET
            and asked is not None
            and form["redirect_uri"] == asked["redirect_uri"]
            and challenge == asked["code_challenge"]
        )
        if asked is None or not good:
            return self.say(handler, {"error": "invalid_grant"}, 400)
        answer = {"access_token": "access", "token_type": "Bearer", "expires_in": 600}
        return self.say(handler, {**answer, "id_token": self.id_token(asked), **self.answer})

    def id_token(self, asked: dict[str, str]) -> str:
        """What the provider says of the person, signed, for who asked."""
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 600, "nonce": asked.get("nonce"),
            "at_hash": at_hash("access"), **self.person, **self.claims,
        }  # fmt: skip
        said = {name: value for name, value in claims.items() if value is not None}
        header = {"kid": self.kid} if self.kid else {}
        return jwt.encode(said, self.signs_with or self.key, algorithm=self.algorithm, headers=header)

    def say(self, handler: BaseHTTPRequestHandler, answer: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(answer).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
