"""Django settings. Everything an operator may change is an environment variable, named here and nowhere else."""

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("ZHIJIA_HOME", ".run")).resolve()
"""Where this installation keeps its database, keys and uploads."""
TESTING = os.environ.get("ZHIJIA_TESTING", "") == "1"
"""Under the test suite: static files straight from their apps, one plain connection instead of a pool."""


def _secret(name: str) -> str:
    """A secret from the environment, or from a file under HOME that is made (mode 600) on first use."""
    if value := os.environ.get(f"ZHIJIA_{name.upper()}"):
        return value
    path = HOME / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(os.urandom(32).hex())
        with suppress(FileExistsError):  # two processes may start at once: the first whole key wins
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = {name: value for name, value in parse_qsl(parts.query) if name != "host"}
    pool = {"min_size": 1, "max_size": int(os.environ.get("ZHIJIA_POOL", "8")), "timeout": 30}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "zhijia",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or dict(parse_qsl(parts.query)).get("host", "")),
        "PORT": str(parts.port or ""),
        "OPTIONS": {**options, **({} if TESTING else {"pool": pool})},
    }


DEBUG = os.environ.get("ZHIJIA_DEBUG", "") == "1"
SECRET_KEY = _secret("django_secret")
VAULT_KEY = _secret("vault_key")
"""Hex, 32 bytes: the master key from which the vault derives its versions (see kernel/people/vault.py)."""
VOUCHER_KEY = _secret("voucher_key")
"""Hex, 32 bytes: what signs voucher codes and seals their challenges (see modules/vouchers/keys.py)."""
ALLOWED_HOSTS = os.environ.get("ZHIJIA_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ZHIJIA_ORIGINS", "").split(",") if o]
DEMO = os.environ.get("ZHIJIA_DEMO", "") == "1"
"""Show the demonstration accounts on the sign-in page and the codes that a real installation would send by SMS."""

KERNEL = [
    "base", "rules", "audit", "events", "org", "people", "ledger", "sheets", "cases", "deadlines", "documents",
    "notify", "indicators",
]  # fmt: skip
MODULES = sorted(path.parent.name for path in (PACKAGE / "modules").glob("*/module.py"))
"""Every folder under modules/ that says what it is: nothing else has to name a new one."""
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "csp",
    "oauth2_provider",
    "procrastinate.contrib.django",
    *(f"zhijia.kernel.{name}" for name in KERNEL),
    *(f"zhijia.modules.{name}" for name in MODULES),
    "zhijia.faces.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhijia.faces.web.pages.ErrorPages",
]
ROOT_URLCONF = "zhijia.site.urls"
WSGI_APPLICATION = "zhijia.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
        },
    }
]

DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/zhijia"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["zhijia.kernel.people.auth.Backend"]
LOGIN_URL = "/sign-in/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("ZHIJIA_HTTPS", "") == "1"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "zhijia.faces.web.pages.stale_form"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
OAUTH2_PROVIDER = {"SCOPES": {"cases": "File and follow cases"}, "ACCESS_TOKEN_EXPIRE_SECONDS": 3600}

PROCRASTINATE_IMPORT_PATHS = ["zhijia.site.tasks"]

LANGUAGE_CODE = "zh-hans"
LOCALE_PATHS = [
    PACKAGE / "kernel" / "base" / "locale",
    PACKAGE / "kernel" / "service" / "locale",
    PACKAGE / "faces" / "locale",
    PACKAGE / "faces" / "api" / "locale",
    PACKAGE / "faces" / "cli" / "locale",
    PACKAGE / "faces" / "web" / "desk" / "locale",
    PACKAGE / "faces" / "web" / "board" / "locale",
    PACKAGE / "faces" / "web" / "vouchers" / "locale",
]
"""Translations of packages that are no Django apps of their own."""
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG or TESTING:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
FONTS = os.environ.get("ZHIJIA_FONTS", "")
LETTERHEAD = os.environ.get("ZHIJIA_LETTERHEAD", "")
"""Fonts of letters (docs/guides/letters.md), and a .docx that replaces the letterhead of those made for Word."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
"""Bytes of one form without its files; a longer body is refused before it is parsed."""

_LOG = os.environ.get("ZHIJIA_LOG", "WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler", "level": _LOG}},
    "root": {"handlers": ["console"], "level": _LOG},
}
