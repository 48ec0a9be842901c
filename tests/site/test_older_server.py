"""The oldest server we promise: Debian's PostgreSQL 15, migrated, sealed off by its policies, driven through a case."""

import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhijia.site.postgres import free_port

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
ROOT = Path(__file__).resolve().parents[2]
STORY = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.cast import NOW, QINGHE, build
from zhijia.faces.access import seen_by
from zhijia.kernel.audit.verify import verify
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.search import matching_ids
from zhijia.kernel.service.engine import fire, open_case
cast = build()
done = open_case(
    service="hotline", actor=cast.actor("alice"), now=NOW, region=QINGHE, applicant_id=cast.person_id("alice"),
    data={"story": "工地两个月没有发工资", "category": "wages"},
)
def act(who, transition, **data):
    with seen_by(cast.actor(who)) as actor:
        return fire(no=done.no, transition=transition, actor=actor, now=NOW, data=data).state
act("dispatcher", "dispatch", unit=cast.orgs["qinghe"].pk, tier="general")
act("zhou", "sign"); act("zhou", "contact", note="通话"); act("zhou", "submit", result="已付清")
act("caller", "confirm_solved", satisfaction="satisfied")
assert act("checker", "close", closing_code="solved") == "closed"
with seen_by(cast.actor("lin")):
    assert list(Case.objects.all()) == [] and matching_ids("工资") == []
with seen_by(cast.actor("zhou")):
    assert len(matching_ids("工资")) == 1
assert verify().problems == []
print("done")
"""


@pytest.fixture
def url(open_path: Path) -> Iterator[str]:
    """A cluster of Debian's PostgreSQL 15 on a port of its own."""
    if not (PROGRAMS / "postgres").exists():
        pytest.skip("Debian's postgresql-15 is not installed")
    user: list[str] = []
    if os.geteuid() == 0:
        try:
            entry = pwd.getpwnam("postgres")
        except KeyError:
            entry = pwd.getpwnam("nobody")
        shutil.chown(open_path, entry.pw_uid, entry.pw_gid)
        user = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    data, port = open_path / "data", free_port()

    def run(*command: str) -> None:
        subprocess.run([*user, *command], check=True, capture_output=True, cwd=open_path, timeout=120)

    initdb, pg_ctl, createdb = (str(PROGRAMS / name) for name in ("initdb", "pg_ctl", "createdb"))
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    run(initdb, "-D", str(data), "-U", "zhijia", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    run(pg_ctl, "-D", str(data), "-w", "-t", "60", "-o", options, "-l", str(open_path / "log"), "start")
    run(createdb, "-h", "127.0.0.1", "-p", str(port), "-U", "zhijia", "zhijia")
    yield f"postgresql://zhijia@127.0.0.1:{port}/zhijia"
    run(pg_ctl, "-D", str(data), "-m", "immediate", "stop")
    time.sleep(0.1)


def test_debian_15_carries_a_case_from_filing_to_closing(url: str) -> None:
    environment = {
        **os.environ, "DATABASE_URL": url, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "zhijia.site.settings",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", STORY], env=environment, text=True, capture_output=True, timeout=180)
    assert done.stdout.strip().splitlines()[-1:] == ["done"], done.stderr
