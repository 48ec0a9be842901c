"""kill -9 of the database under load: what was acknowledged is there once, and the trail and the counters agree."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from zhijia.site.postgres import Server

ROOT = Path(__file__).resolve().parents[2]

PREPARE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.cast import build
build()
"""
WORK = """
import sys
from tests.cast import NOW, QINGHE
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service.engine import fire, open_case
alice = Account.objects.get(login="w-alice")
actor = Actor(account_id=alice.pk, person_id=alice.person_id, name="Alice")
for n in range(100_000):
    key = f"{sys.argv[1]}-{n}"
    story = {"story": f"工资 {key}", "category": "wages"}
    done = open_case(
        service="hotline", actor=actor, now=NOW, data=story, region=QINGHE, applicant_id=alice.person_id, key=key
    )
    fire(no=done.no, transition="supplement", actor=actor, now=NOW, data={"words": "补充"}, key="more")
    print(key, done.no, flush=True)
"""
AFTER = """
import json
from django.db.models import Sum
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.audit.verify import verify
from zhijia.kernel.cases.models import Case, Event
from zhijia.kernel.events.models import Outgoing
from zhijia.kernel.indicators.models import Counter
from zhijia.kernel.service.rebuild import rebuild
def counted():
    rows = Counter.objects.values_list("indicator", "category").annotate(n=Sum("n")).order_by("indicator", "category")
    return [list(map(str, row)) for row in rows]
before = counted()
rebuild()
report = verify()
print(json.dumps({
    "problems": [str(p) for p in report.problems], "events": Event.objects.count(), "outbox": Outgoing.objects.count(),
    "counters_equal": before == counted(),
    "cases": dict(Case.objects.values_list("filed_key", "no")),
    "torn": Case.objects.filter(ticket=None).count(),
    "trail": Entry.objects.filter(chain__startswith="case:").count(),
}))
"""


@pytest.fixture
def server(open_path: Path) -> Server:
    return Server(open_path / "postgres")


def run(code: str, url: str, *words: str, wait: bool = True) -> subprocess.Popen[str]:
    """A Python process of ours on that database."""
    environment = {
        **os.environ, "DATABASE_URL": url, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "zhijia.site.settings",
    }  # fmt: skip
    program = "import django; django.setup()\n" + textwrap.dedent(code)
    process = subprocess.Popen(
        [sys.executable, "-c", program, *words], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    if wait:
        out, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
        process.stdout_text = out  # type: ignore[attr-defined]
    return process


def test_database_killed_under_load_loses_and_doubles_nothing(server: Server) -> None:
    url = server.start()
    run(PREPARE, url)
    workers = [run(WORK, url, f"w{n}", wait=False) for n in range(3)]
    time.sleep(4)
    postmaster = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    acknowledged = dict(line.split() for worker in workers for line in worker.communicate(timeout=60)[0].splitlines())
    assert len(acknowledged) > 10
    time.sleep(1)  # the orphaned backends notice and go
    url = server.start()
    try:
        after = json.loads(run(AFTER, url).stdout_text.splitlines()[-1])  # type: ignore[attr-defined]
        kept = {key.split(":", 1)[1]: no for key, no in after["cases"].items()}
        assert {key: kept[key] for key in acknowledged} == acknowledged
        assert after["problems"] == []
        assert after["torn"] == 0
        assert after["counters_equal"] is True
        assert after["events"] == after["outbox"] == after["trail"]
    finally:
        server.stop()
