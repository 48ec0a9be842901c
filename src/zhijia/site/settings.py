"""Django settings. Everything an operator may change is an environment variable, named here and nowhere else."""

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.private import read_private

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
    return read_private(path)


_LINE = {"connect_timeout": "5", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3"}
"""A server that vanishes without a word (a cut cable, a frozen host) is noticed after half a minute."""


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = {**_LINE, **{name: value for name, value in parse_qsl(parts.query) if name != "host"}}
    # Whoever finds no line in time is told so at once; a lost server is looked for again by whoever asks next.
    wait = float(os.environ.get("ZHIJIA_POOL_WAIT", "3"))
    pool = {
        "min_size": 1, "max_size": int(os.environ.get("ZHIJIA_POOL", "8")), "timeout": wait, "reconnect_timeout": wait,
    }  # fmt: skip
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
"""Hex, 32 bytes: the master key that wraps the vault's data keys; several with commas, the last one wraps."""
VAULT_MASTERS = os.environ.get("ZHIJIA_VAULT_MASTERS", "")
VAULT_KMS_TOKEN = (
    read_private(Path(os.environ["ZHIJIA_KMS_TOKEN_FILE"])) if "ZHIJIA_KMS_TOKEN_FILE" in os.environ else ""
)
"""Other places for master keys, by purpose, and the token for a key-management service (docs/guides/keys.md)."""
VAULT_ALGORITHM = os.environ.get("ZHIJIA_VAULT_ALGORITHM", "SM4_GCM")
"""SM4_GCM or AES_256_GCM: how values are sealed from now on; what is there opens either way."""
VOUCHER_KEY = _secret("voucher_key")
"""Hex, 32 bytes: what signs voucher codes and seals their challenges (see modules/vouchers/keys.py)."""
SUBJECT_KEY = _secret("subject_key")
"""Hex, 32 bytes, never rotated: makes the name by which each partner knows a person (see kernel/people/consents.py)."""
AUDIT_KEY = os.environ.get("ZHIJIA_AUDIT_KEY", "")
AUDIT_KEY_FILE = HOME / "keys" / "audit_key"
"""What signs the roots of the audit trail, and where it stands when it is not given (see kernel/audit/signing.py)."""
ROOTS = os.environ.get("ZHIJIA_ROOTS", "")
"""A folder outside this machine's reach, into which every signed root is copied (docs/guides/audit.md)."""
SECURITY_DAYS = int(os.environ.get("ZHIJIA_SECURITY_DAYS", "184"))
"""Days for which the security log is kept; never fewer than six months."""
BACKUPS = os.environ.get("ZHIJIA_BACKUPS", "")
BACKUPS_KEPT = int(os.environ.get("ZHIJIA_BACKUPS_KEPT", "14"))
"""The folder for nightly backups, if there shall be any, and how many of them are kept (docs/guides/backup.md)."""
FILES_HOST = os.environ.get("ZHIJIA_FILES_HOST", "")
"""Another host name under which files that people sent are served, and nothing else (docs/guides/uploads.md)."""
ALLOWED_HOSTS = os.environ.get("ZHIJIA_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
ALLOWED_HOSTS += [FILES_HOST.partition(":")[0]] if FILES_HOST else []
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ZHIJIA_ORIGINS", "").split(",") if o]
DEMO = os.environ.get("ZHIJIA_DEMO", "") == "1"
"""Show the demonstration accounts on the sign-in page and the codes that a real installation would send by SMS."""
HOTLINE_EXCHANGE = os.environ.get("ZHIJIA_EXCHANGE", "")
"""The adapter to the telephone exchange as "module:Class"; without one, agents lift their receivers by hand."""
HOTLINE_EXCHANGE_SECRET = os.environ.get("ZHIJIA_EXCHANGE_SECRET", "")
"""Signs what the exchange reports; empty: nothing is taken."""

KERNEL = [
    "base", "rules", "audit", "events", "org", "people", "files", "ledger", "sheets", "cases", "deadlines", "documents",
    "notify", "indicators", "retention",
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
    "zhijia.faces.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zhijia.faces.compress.Compress",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhijia.faces.outage.OutagePages",  # before whatever asks the database
    "zhijia.faces.web.account.guard.Guard",
    "zhijia.faces.web.design.sending.Sending",
    "zhijia.faces.limits.Routes",
    "zhijia.faces.web.uploads.Limits",
    "zhijia.faces.refusals.Refusals",
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
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "zhijia.faces.web.oidc.hashing.RandomSecretHasher",  # secrets of partners only
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"zhijia.kernel.people.passwords.{check}"}
    for check in ("LongEnough", "NotCommon", "NotAboutYou", "NotLeaked")
]
LEAKED_PASSWORDS = os.environ.get("ZHIJIA_LEAKED_PASSWORDS", "")
"""A file of leaked passwords, sorted lines of SHA-1:COUNT as Have I Been Pwned gives it out; none is part of Zhijia."""
STAFF_SECOND_FACTOR = os.environ.get("ZHIJIA_STAFF_SECOND_FACTOR", "0" if DEMO or TESTING else "1") == "1"
"""Whoever holds a post signs in with a passkey or an authenticator app, or sets one up first."""
PASSKEY_DOMAIN = os.environ.get("ZHIJIA_PASSKEY_DOMAIN", "")
"""The domain that passkeys are bound to, for an installation with several hosts below it; else each host by itself."""
TRUSTED_PROXIES = [p for p in os.environ.get("ZHIJIA_PROXIES", "").split(",") if p]
"""Networks (10.0.0.0/8) whose X-Forwarded-For is believed. Without it all that comes through a proxy is one address,
and is limited as one."""
LIMIT_FACTOR = int(os.environ.get("ZHIJIA_LIMIT_FACTOR", "1"))
"""Multiplies how often routes may be asked (faces/limits.py): for load tests from one machine."""
AUTHENTICATION_BACKENDS = ["zhijia.kernel.people.auth.Backend"]
LOGIN_URL = "/sign-in/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("ZHIJIA_HTTPS", "") == "1"
if SESSION_COOKIE_SECURE:  # bound to this very host: no neighbour on the domain can plant one
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
_MINUTE, _DAY = 60, 24 * 3600
SESSION_IDLE_STAFF = int(os.environ.get("ZHIJIA_IDLE_STAFF", 0 if TESTING else 30 * _MINUTE))
SESSION_LONGEST_STAFF = int(os.environ.get("ZHIJIA_LONGEST_STAFF", 0 if TESTING else 12 * 60 * _MINUTE))
SESSION_IDLE_WORKER = int(os.environ.get("ZHIJIA_IDLE_WORKER", 0 if TESTING else 30 * _DAY))
SESSION_LONGEST_WORKER = int(os.environ.get("ZHIJIA_LONGEST_WORKER", 0 if TESTING else 180 * _DAY))
"""Seconds after which a session ends: when nothing was done, and at the latest; 0: never."""
SESSION_COOKIE_AGE = 180 * _DAY
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "zhijia.faces.refusals.forged"
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
OAUTH2_PROVIDER = {
    "SCOPES": {
        "cases": "File and follow cases", "openid": "Know the person again", "profile": "Know the person's name",
        "posts": "Know the posts of union staff",
    },
    "SCOPES_BACKEND_CLASS": "zhijia.faces.web.oidc.server.Scopes",
    "OAUTH2_VALIDATOR_CLASS": "zhijia.faces.web.oidc.server.Validator",
    "CLIENT_SECRET_HASHER": "random_secret",
    "OIDC_ENABLED": True,
    "OIDC_ISS_ENDPOINT": (CSRF_TRUSTED_ORIGINS or [""])[0],
    "PKCE_REQUIRED": True,
    "ALLOW_URI_WILDCARDS": False,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 30 * 24 * 3600,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}  # fmt: skip
"""Partners sign people in with us: docs/guides/sign-in-with.md. Tokens are stored as checksums only."""
OIDC_KEYS = Path(os.environ.get("ZHIJIA_OIDC_KEYS", HOME / "keys" / "oidc"))
"""The folder of the keys that sign what we tell partners; the same one for every host of an installation."""
OIDC_PRIVATE_HOSTS = [host for host in os.environ.get("ZHIJIA_OIDC_PRIVATE_HOSTS", "").split(",") if host]
"""Identity providers inside the own network: any other name that leads to a private address is refused."""
OIDC_CA = os.environ.get("ZHIJIA_OIDC_CA", "")
"""A file of certificates that identity providers are believed by, instead of the public ones."""

PROCRASTINATE_IMPORT_PATHS = ["zhijia.site.tasks"]

LANGUAGE_CODE = "zh-hans"
LOCALE_PATHS = [
    PACKAGE / "kernel" / "base" / "locale",
    PACKAGE / "kernel" / "service" / "locale",
    PACKAGE / "faces" / "locale",
    PACKAGE / "faces" / "api" / "locale",
    PACKAGE / "faces" / "cli" / "locale",
    PACKAGE / "faces" / "web" / "desk" / "locale",
    PACKAGE / "faces" / "web" / "audit" / "locale",
    PACKAGE / "faces" / "web" / "board" / "locale",
    PACKAGE / "faces" / "web" / "vouchers" / "locale",
    PACKAGE / "faces" / "web" / "admin" / "locale",
    PACKAGE / "faces" / "web" / "design" / "locale",
    PACKAGE / "faces" / "web" / "calculators" / "locale",
    PACKAGE / "faces" / "paper" / "locale",
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
FILE_UPLOAD_HANDLERS = ["zhijia.faces.web.uploads.OnDisk"]
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
UPLOADS_A_DAY = int(os.environ.get("ZHIJIA_UPLOADS_A_DAY", "500")) * 2**20
"""Bytes that one account may send in a day; the setting counts megabytes."""
IMAGE_PIXELS = int(os.environ.get("ZHIJIA_IMAGE_PIXELS", "50")) * 10**6
"""Pixels of a picture that are decoded; the setting counts millions."""
FILE_CIPHER = os.environ.get("ZHIJIA_FILE_CIPHER", "SM4_GCM")
"""What seals the chunks of files: SM4_GCM or AES_256_GCM (see kernel/files/cipher.py)."""
CLAMAV = os.environ.get("ZHIJIA_CLAMAV", "")
SCAN = os.environ.get("ZHIJIA_SCAN", "auto")
"""Where clamd listens ("/a/socket", "host:port", "off"; found by itself at the usual socket), and whether files are
refused while nothing scans them ("required")."""

_LOG = os.environ.get("ZHIJIA_LOG", "WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler", "level": _LOG}},
    "root": {"handlers": ["console"], "level": _LOG},
}
