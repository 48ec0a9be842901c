"""The peer: django-helpdesk from the package index, in an environment of its own, on the same database server.

`helpdesk(...)` gives a running instance, served as we are (granian, 2 workers of 4 threads), with a signed-in member of
staff. Its settings are its defaults, with e-mail switched off.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

VERSION = "2.6.1"
DATABASE = "helpdesk_peer"

_SETTINGS = """
from os import environ
from urllib.parse import unquote, urlsplit
url = urlsplit(environ["PEER_DATABASE_URL"])
SECRET_KEY = "peer"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                  "django.contrib.sites", "django.contrib.admin", "django.contrib.humanize", "django.contrib.messages",
                  "django.contrib.staticfiles", "rest_framework", "helpdesk"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
              "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
              "django.contrib.auth.middleware.AuthenticationMiddleware",
              "django.contrib.messages.middleware.MessageMiddleware",
              "django.middleware.clickjacking.XFrameOptionsMiddleware"]
ROOT_URLCONF = "peer_urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
    "context_processors": ["django.template.context_processors.debug", "django.template.context_processors.request",
                           "django.contrib.auth.context_processors.auth",
                           "django.contrib.messages.context_processors.messages"]}}]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:],
                         "USER": unquote(url.username or ""),
                         "PASSWORD": unquote(url.password or ""), "HOST": url.hostname, "PORT": url.port,
                         "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}}}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
LOGIN_URL = "/login/"
MEDIA_ROOT = "media"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_ACTIVATE_API_ENDPOINT = True
"""
_URLS = """
from django.urls import include, path
urlpatterns = [path("", include("helpdesk.urls"))]
"""
_WSGI = """
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""
_FILL = """
import json, random, sys
from datetime import timedelta
import django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from helpdesk.models import Queue, Ticket
tickets, stories = int(sys.argv[1]), json.load(open("stories.json"))
call_command("migrate", interactive=False, verbosity=0)
chance, now = random.Random(12351), timezone.now()
user = get_user_model().objects.create_superuser("staff", "staff@example.org", "staff")
queues = [Queue(title=f"第{i + 1}总工会", slug=f"q{i + 1}", allow_public_submission=True) for i in range(300)]
for queue in queues:
    queue.save()
for start in range(0, tickets, 5000):
    rows = []
    for i in range(start, min(start + 5000, tickets)):
        title, story = chance.choice(stories)
        age = timedelta(days=730 * (1 - i / tickets))
        opened = chance.random() < (0.9 if age.days < 60 else 0.01)
        rows.append(Ticket(title=title[:200], description=story, queue=chance.choice(queues), created=now - age,
                           modified=now - age, submitter_email="w@example.org", priority=3,
                           status=Ticket.OPEN_STATUS if opened else Ticket.CLOSED_STATUS,
                           due_date=now - age + timedelta(days=20)))
    Ticket.objects.bulk_create(rows)
with connection.cursor() as cursor:
    cursor.execute("VACUUM ANALYZE")
session = SessionStore()
session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print("session", session.session_key)
"""


class Missing(Exception):
    """The peer cannot run here; the text says why."""


@dataclass(frozen=True)
class Helpdesk:
    """A running django-helpdesk."""

    address: str
    cookie: str
    """The Cookie header of a signed-in superuser."""
    tickets: int


@contextmanager
def helpdesk(
    database_url: str,
    *,
    tickets: int,
    stories: Sequence[tuple[str, str]] = (("工资", "公司拖欠工资。"),),
    workers: int = 2,
) -> Iterator[Helpdesk]:
    """Install, fill with `tickets` of these stories (title, text) and serve it; everything is gone afterwards.

    `database_url` is any database of the server to run on; its user must be allowed to create one. Raises Missing with
    the reason when the package cannot be installed or does not start.
    """
    from zhijia.faces.cli import serve
    from zhijia.site.postgres import free_port

    folder = Path(tempfile.mkdtemp(prefix="helpdesk-peer-"))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "peer_settings",
    }
    environment |= {name: value for name, value in os.environ.items() if name.startswith(("UV_", "PIP_", "SSL_"))}
    environment |= {"PYTHONPATH": str(folder)}
    url = urlunsplit(urlsplit(database_url)._replace(path=f"/{DATABASE}"))
    python, server = folder / "venv" / "bin" / "python", None
    try:
        _checked(
            "install", [sys.executable, "-m", "uv", "venv", "--quiet", "--python", sys.executable, str(folder / "venv")]
        )
        _checked("install", [
            sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python),
            f"django-helpdesk=={VERSION}", f"Django=={version('django')}",
            f"granian=={version('granian')}", "psycopg[binary,pool]",
        ])  # fmt: skip
        environment["PEER_DATABASE_URL"] = url
        files = {"peer_settings": _SETTINGS, "peer_urls": _URLS, "peer_wsgi": _WSGI, "peer_fill": _FILL}
        for name, text in files.items():
            (folder / f"{name}.py").write_text(text)
        (folder / "stories.json").write_text(json.dumps(list(stories)))
        _database(database_url, create=True)
        said = _checked("start", [str(python), "peer_fill.py", str(tickets)], cwd=folder, env=environment)
        port = free_port()
        server = subprocess.Popen(
            [str(python), "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
             "--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--http", "1", "--log-level", "critical",
             "peer_wsgi:application"], cwd=folder, env=environment, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        serve.await_answer(server, "127.0.0.1", port)
        yield Helpdesk(f"http://127.0.0.1:{port}", f"sessionid={said.split()[-1]}", tickets)
    finally:
        if server:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:  # its REST page does not end by itself
                server.kill()
                server.wait()
        _database(database_url, create=False)
        shutil.rmtree(folder, ignore_errors=True)


def _checked(what: str, command: list[str], **options: object) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, **options)  # type: ignore[call-overload]
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise Missing(f"django-helpdesk {VERSION} could not {what}: {' '.join(last)}")
    return str(done.stdout)


def _database(server_url: str, *, create: bool) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        name = sql.Identifier(DATABASE)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        if create:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
