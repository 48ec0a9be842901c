"""What the tests of faults share: a cluster of their own that may be killed, and processes of ours on it."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from zhijia.faces.cli import freshness
from zhijia.site.postgres import Server

ROOT = Path(__file__).resolve().parents[2]


def own_cluster(server: Server) -> str:
    """A cluster that nobody else uses, with everything migrated: a copy of the suite's, which takes a second, or one
    made anew where the suite runs on somebody's server. Commits are in the operating system's hands when they are
    acknowledged, which is all that kill -9 asks for. Gives its URL."""
    suite = urlsplit(os.environ["DATABASE_URL"])
    template = f"zhijia_template_{freshness.migrations_fingerprint()}"
    if os.environ.get("TEST_DATABASE_URL"):
        run('from django.core.management import call_command\ncall_command("migrate", verbosity=0)', server.start())
        return server.url()
    server.home.mkdir(parents=True)
    (server.home / "password").write_text(unquote(suite.password or ""))
    server._give_away()
    command = [server.programs() / "pg_basebackup", "-d", suite._replace(path="/postgres").geturl(), "-D", server.data]
    copied = server._run(*command, "-c", "fast", "-X", "fetch", "--no-sync")
    assert copied.returncode == 0, copied.stderr
    base = server.start().removesuffix("zhijia") + "postgres"
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute("DROP DATABASE zhijia")
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO zhijia").format(sql.Identifier(template)))
    return server.url()


def kill(server: Server) -> None:
    """kill -9 of the server's first process; what is left of it goes by itself."""
    os.kill(int((server.data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)


def begin(code: str, url: str, *words: str) -> subprocess.Popen[str]:
    """A Python process of ours on that database."""
    environment = {
        **os.environ, "DATABASE_URL": url, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "zhijia.site.settings",
    }  # fmt: skip
    program = "import django; django.setup()\n" + textwrap.dedent(code)
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program, *words], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def run(code: str, url: str, *words: str) -> Any:
    """The JSON on the last line of a process that must succeed; None when it says nothing."""
    process = begin(code, url, *words)
    out, error = process.communicate(timeout=180)
    assert process.returncode == 0, error
    return json.loads(out.splitlines()[-1]) if out.strip() else None
