"""Django settings, all from the environment; a bad value stops the start with a clear message."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from prongsai.foundation.files.storage import evidence_storage
from prongsai.kernel.registry import module_names
from prongsai.project.paths import home
from prongsai.project.postgres import APPLICATION, DATABASE, OWNER, Server

PACKAGE = Path(__file__).resolve().parent.parent
HOME = home()


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, str(default)).lower()
    if value not in {"1", "true", "yes", "0", "false", "no"}:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}")
    return value in {"1", "true", "yes"}


def kept_secret(name: str) -> str:
    """The secret from the environment, or one made at first start and kept in the data folder."""
    if name in os.environ:
        return os.environ[name]
    if not HOME.is_dir():
        return secrets.token_urlsafe(
            50
        )  # no installation here: a command that only reads a file leaves no trace
    path = HOME / "secrets" / name.lower()
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        try:
            os.link(fresh, path)  # atomic: of several processes at a first start one wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return path.read_text()


def database() -> dict[str, object]:
    """The embedded server of the data folder, or any PostgreSQL >= 15 named by DATABASE_URL.

    The migrating process (PRONGSAI_DATABASE_ROLE=owner) logs in as the owner; every other as the application.
    """
    owner = os.environ.get("PRONGSAI_DATABASE_ROLE") == "owner"
    common: dict[str, object] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }
    pool = {"min_size": 1, "max_size": int(os.environ.get("PRONGSAI_DATABASE_POOL", "4")), "timeout": 10}
    url = os.environ.get("DATABASE_OWNER_URL" if owner else "DATABASE_URL")
    if os.environ.get("DATABASE_URL") and not url:
        raise ImproperlyConfigured("DATABASE_OWNER_URL must name the owner's login beside DATABASE_URL")
    if url:
        parts = urlparse(url)
        if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
            raise ImproperlyConfigured(
                "DATABASE_URL must look like postgresql://user:password@host:5432/name"
            )
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        common |= {
            "NAME": unquote(parts.path.strip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", unquote(parts.hostname or "")),
            "PORT": str(parts.port or ""),
            "OPTIONS": query,
        }
    else:
        common |= {
            "NAME": DATABASE,
            "USER": OWNER if owner else APPLICATION,
            "HOST": str(Server(HOME).socket),
            "PORT": "5432",  # said, so that a PGPORT in the environment does not lead elsewhere
            "OPTIONS": {},
        }
    if not owner and flag("PRONGSAI_DATABASE_POOLED"):
        common["OPTIONS"] = {**common["OPTIONS"], "pool": pool}  # type: ignore[dict-item]
    return common


def login_providers() -> list[dict[str, object]]:
    """LINE and ThaID, or any OpenID Connect provider: PRONGSAI_LOGIN_LINE_ID, …_SECRET (and …_URL, …_NAME, …_SCOPE)."""
    known = {
        "LINE": ("LINE", "https://access.line.me", "openid profile email"),
        "THAID": ("ThaID", "", "openid"),
        "OIDC": ("OpenID Connect", "", "openid email"),
    }
    providers: list[dict[str, object]] = []
    for key, (name, url, scope) in known.items():
        asked = f"PRONGSAI_LOGIN_{key}_"
        client = os.environ.get(f"{asked}ID")
        if not client:
            continue
        url = os.environ.get(f"{asked}URL", url)
        if not url.startswith(("https://", "http://localhost", "http://127.0.0.1")):
            raise ImproperlyConfigured(f"{asked}URL must be the provider's https address")
        providers.append(
            {
                "provider_id": key.lower(),
                "name": os.environ.get(f"{asked}NAME", name),
                "client_id": client,
                "secret": os.environ.get(f"{asked}SECRET", ""),
                "settings": {"server_url": url, "scope": os.environ.get(f"{asked}SCOPE", scope).split()},
            }
        )
    return providers


DEBUG = False
SECRET_KEY = kept_secret("SECRET_KEY")
SETUP_TOKEN = kept_secret("SETUP_TOKEN")  # opens the first run until there is an organization
ALLOWED_HOSTS = os.environ.get("PRONGSAI_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
BASE_URL = os.environ.get("PRONGSAI_URL", "http://localhost:8000").rstrip("/")
RELEASE = "0.1.0"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "django_htmx",
    "template_partials",
    "prongsai.ui",  # before allauth: its pages have our templates
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "prongsai.foundation.tenancy",
    "prongsai.foundation.organizations",
    "prongsai.foundation.accounts",
    "prongsai.foundation.ledger",
    "prongsai.foundation.files",
    "prongsai.foundation.jobs",
    "prongsai.foundation.desk",
    "prongsai.foundation.api",
    "prongsai.foundation.channels",
    "prongsai.foundation.casework",
    "prongsai.foundation.notify",
    *(f"prongsai.modules.{name}" for name in module_names()),
    "prongsai.project",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "prongsai.ui.middleware.SecurityHeadersMiddleware",
    "prongsai.ui.middleware.LanguageMiddleware",
    "prongsai.ui.middleware.PublicCacheMiddleware",
    "prongsai.ui.uploads.PieceMiddleware",
    "prongsai.ui.arriving.ArrivingMiddleware",
    "prongsai.foundation.tenancy.middleware.ScopeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "prongsai.ui.access.AccessMiddleware",
]

CSRF_FAILURE_VIEW = "prongsai.ui.errors.token_missing"

ROOT_URLCONF = "prongsai.project.urls"
WSGI_APPLICATION = "prongsai.project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "prongsai.foundation.accounts.passwords.NotLikeOneselfValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

DATABASES = {"default": database()}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "prongsai.ui.context.page"],
        },
    }
]

LANGUAGE_CODE = "th"
LANGUAGES = [("th", _("Thai")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": evidence_storage(HOME / "files"),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000
WHITENOISE_USE_FINDERS = flag("PRONGSAI_STATIC_FINDERS")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    }
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = BASE_URL.startswith("https:")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE

SESSION_COOKIE_AGE = 12 * 3600  # a working day; the cookie itself ends with the browser
SESSION_COOKIE_SAMESITE = "Lax"

# Signing in (django-allauth). Attempts are counted by foundation/accounts/failures.py, in the database.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account-organizations"
ACCOUNT_ADAPTER = "prongsai.ui.account.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SESSION_COOKIE_SECURE else "http"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("PRONGSAI_PROXIES", "0"))
_FORMS = "prongsai.ui.account.forms"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.LoginForm",
    "change_password": f"{_FORMS}.ChangePasswordForm",
    "reset_password": f"{_FORMS}.ResetPasswordForm",
    "reset_password_from_key": f"{_FORMS}.ResetPasswordKeyForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateForm",
}
MFA_ADAPTER = "prongsai.ui.account.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1  # telephones whose clocks are half a minute off
MFA_RATE_LIMITS = False
MFA_FORMS = {
    "authenticate": f"{_FORMS}.AuthenticateForm",
    "reauthenticate": f"{_FORMS}.MfaReauthenticateForm",
    "activate_totp": f"{_FORMS}.ActivateTotpForm",
    "deactivate_totp": f"{_FORMS}.DeactivateTotpForm",
    "add_webauthn": f"{_FORMS}.AddPasskeyForm",
    "edit_webauthn": f"{_FORMS}.EditPasskeyForm",
}
SOCIALACCOUNT_ADAPTER = "prongsai.ui.account.adapters.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": login_providers(), "OAUTH_PKCE_ENABLED": True}}

# Mail to witnesses goes out through the office's own server.
EMAIL_HOST = os.environ.get("PRONGSAI_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("PRONGSAI_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("PRONGSAI_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("PRONGSAI_SMTP_PASSWORD", "")
EMAIL_USE_TLS = flag("PRONGSAI_SMTP_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("PRONGSAI_MAIL_FROM", "prongsai@localhost")

FILE_LIMIT_BYTES = 20 * 1024 * 1024
KEYS_FOLDER = Path(os.environ.get("PRONGSAI_KEYS", HOME / "keys"))
# How often one API token may call within a minute, in each web process.
API_REQUESTS_PER_MINUTE = int(os.environ.get("PRONGSAI_API_RATE", "600"))
# Map tiles (https://host/{z}/{x}/{y}.png) and whom to name for them; without, there is no map.
MAP_TILES = os.environ.get("PRONGSAI_MAP_TILES", "")
MAP_ATTRIBUTION = os.environ.get("PRONGSAI_MAP_ATTRIBUTION", "")
# Channels: services that offices connect to, and hosts inside the house that may be connected to (host or host:port).
LINE_API_URL = os.environ.get("PRONGSAI_LINE_API_URL", "https://api.line.me").rstrip("/")
LINE_DATA_URL = os.environ.get("PRONGSAI_LINE_DATA_URL", "https://api-data.line.me").rstrip("/")
GRAPH_API_URL = os.environ.get("PRONGSAI_GRAPH_API_URL", "https://graph.facebook.com/v24.0").rstrip("/")
TRAFFY_API_URL = os.environ.get(
    "PRONGSAI_TRAFFY_API_URL", "https://publicapi.traffy.in.th/exchange-api"
).rstrip("/")
OUTGOING_ALLOWED = frozenset(filter(None, os.environ.get("PRONGSAI_OUTGOING_ALLOWED", "").lower().split(",")))
ONION = os.environ.get("PRONGSAI_ONION", "").rstrip(
    "/"
)  # http://….onion: told to Tor's browser on discreet pages
