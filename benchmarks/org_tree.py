"""The union tree at national size: everything below an organisation by one range of integers.

Prints one JSON line. `value` is the slowest scope's median: counting what lies below a province, a city, a county and
a town. The peer in the same run answers the same question by following the parent links (WITH RECURSIVE).
QUICK=1: 100,000 organisations; ORGS=n: another number than 3,000,000. DATABASE_URL names a server whose user may
create databases; without it an embedded one is started in a folder that is removed again.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

QUICK = os.environ.get("QUICK") == "1"
ORGS = int(os.environ.get("ORGS", "100000" if QUICK else "3000000"))
TARGET_MS = 20.0
ROUNDS = 7
PROVINCES, CITIES, COUNTIES, TOWNS = 31, 11, 8, 14
_STEPS = """
    WITH RECURSIVE below(id) AS (
      SELECT %s::bigint UNION ALL SELECT o.id FROM below b JOIN org_org o ON o.parent_id = b.id
    ) SELECT count(*) FROM below"""


@dataclass(frozen=True)
class Nobody:
    account_id: int | None = None


@contextmanager
def database():  # type: ignore[no-untyped-def]
    """An empty database with this app's tables; gone afterwards."""
    from zhijia.site.postgres import Server

    folder = Path(tempfile.mkdtemp(prefix="zhijia-bench-"))
    folder.chmod(0o711)  # root's server runs as another user
    os.environ |= {"ZHIJIA_HOME": str(folder / "home"), "ZHIJIA_TESTING": "1"}
    server = None
    if not os.environ.get("DATABASE_URL"):
        server = Server(folder / "pg")
        os.environ["DATABASE_URL"] = server.start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhijia.site.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    name, scratch = connection.settings_dict["NAME"], f"zhijia_bench_{os.getpid()}"
    connection.settings_dict["OPTIONS"].pop("pool", None)
    run(f'CREATE DATABASE "{scratch}"')
    try:
        connect_to(scratch)
        call_command("migrate", "org", verbosity=0)
        yield
    finally:
        connect_to(name)
        run(f'DROP DATABASE "{scratch}" WITH (FORCE)')
        connection.close()
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def connect_to(name: str) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


def run(sql: str, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def timed(function: Callable[[], Any]) -> tuple[Any, float]:
    """The result and how long it took, in milliseconds."""
    start = time.perf_counter()
    result = function()
    return result, (time.perf_counter() - start) * 1000


def median(function: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Median milliseconds after one warm-up."""
    function()
    return round(statistics.median(timed(function)[1] for _ in range(rounds)), 3)


def country(total: int):  # type: ignore[no-untyped-def]
    """Federations down to the towns of `total` organisations; the rest are unions of enterprises in the towns."""
    from zhijia.kernel.org.bulk import NewOrg
    from zhijia.kernel.org.models import Level, OrgKind

    rows = [NewOrg("全国总工会", OrgKind.FEDERATION, Level.NATIONAL, "000000")]
    level_rows = [0]
    fan = PROVINCES, CITIES, COUNTIES, TOWNS
    for level, count in zip((Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWN), fan, strict=True):
        made = []
        for parent in level_rows:
            for i in range(count):
                made.append(len(rows))
                rows.append(NewOrg(f"第{i + 1}总工会", OrgKind.FEDERATION, level, "000000", parent))
        level_rows = made
    for i in range(total - len(rows)):
        town = level_rows[i % len(level_rows)]
        rows.append(NewOrg(f"第{i + 1}企业工会", OrgKind.GRASSROOTS, Level.GRASSROOTS, "000000", town))
    return rows


def measure() -> dict[str, Any]:
    from zhijia.kernel.base.clock import CHINA
    from zhijia.kernel.org.bulk import add_orgs
    from zhijia.kernel.org.models import Org, OrgKind, Region
    from zhijia.kernel.org.queries import ancestors_of, subtree, verify_tree
    from zhijia.kernel.org.regions import load_regions
    from zhijia.kernel.org.tree import add_org, move_org

    now = datetime(2026, 3, 2, 10, 0, tzinfo=CHINA)
    count, regions_ms = timed(load_regions)
    load = partial(add_orgs, country(ORGS), now=now, actor=Nobody())
    _, load_ms = timed(load)
    del load  # gives the rows' memory back
    run("VACUUM ANALYZE org_org")
    scopes, links = {}, {}
    for name, level in (("province", 1), ("city", 2), ("county", 3), ("town", 4)):
        org = Org.objects.filter(level=level).order_by("lft")[3]
        below = subtree(org)
        assert below.count() == run(_STEPS, [org.pk])[0][0]
        scopes[name] = {"orgs": below.count(), "ms": median(below.count)}
        links[name] = median(lambda pk=org.pk: run(_STEPS, [pk]), 3)
    leaf = Org.objects.filter(kind=OrgKind.GRASSROOTS).latest("id")
    town, country_region = Org.objects.get(pk=leaf.parent_id), Region.objects.get(pk="000000")
    add_ms = median(
        lambda: add_org(
            parent=town, name="新工会", kind=OrgKind.GRASSROOTS, region=country_region, now=now, actor=Nobody()
        ),
        50,
    )
    county, other = Org.objects.filter(level=3).order_by("lft")[0], Org.objects.filter(level=2).order_by("-lft")[0]
    moved = subtree(county).count()
    move, move_ms = timed(
        lambda: move_org(org=county, new_parent=other, now=now + timedelta(days=1), actor=Nobody(), reason="区划调整")
    )
    errors, verify_ms = timed(verify_tree)
    value = max(scope["ms"] for scope in scopes.values())
    return {
        "name": "org_tree",
        "value": value,
        "unit": "ms",
        "target": TARGET_MS,
        "ok": value <= TARGET_MS and not errors and move.shift != 0,
        "peer": {"name": "the same counts by following parent links", "ms": links},
        "organisations": ORGS,
        "scopes": scopes,
        "ancestors_ms": median(lambda: list(ancestors_of(leaf))),
        "add_one_ms": add_ms,
        "move_county": {"orgs": moved, "ms": round(move_ms, 1)},
        "load_s": round(load_ms / 1000, 1),
        "load_regions": {"regions": count, "s": round(regions_ms / 1000, 2)},
        "verify_s": round(verify_ms / 1000, 2),
        "nesting_errors": len(errors),
    }


if __name__ == "__main__":
    with database():
        print(json.dumps(measure(), ensure_ascii=False))
