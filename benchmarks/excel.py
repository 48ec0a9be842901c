"""Excel in and out: 100,000 rows of 10 columns, one in a hundred bad, checked, returned with what is wrong, and stored.

The rows are invented workers with what they are owed. Phone, identity card and bank card are sealed as in the persons'
table, phone and card get their blind index. Every run is a process of its own, so that its peak memory is its own.
QUICK=1 takes a tenth of the rows. The peer reads the same file with openpyxl, cell by cell, and does nothing with it.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

from _harness import QUICK, installation, report, setup

ROWS = 10_000 if QUICK else 100_000
FEW = ROWS // 10
BAD = 100
"""One row in so many is bad."""
TITLES = ("姓名", "手机号", "身份证号", "工种", "开始日期", "结束日期", "出勤天数", "日工资", "欠薪金额", "银行卡号")
JOBS = {"mason": "瓦工", "carpenter": "木工", "painter": "油漆工", "welder": "焊工"}
TABLE = """
    CREATE TABLE bench_claim (job bigint, no int, name text, phone bytea, phone_index bytea, phone_masked text,
      card bytea, card_index bytea, card_masked text, trade text, first date, last date, days numeric, wage bigint,
      amount bigint, bank bytea, bank_masked text, UNIQUE (job, no));
    GRANT SELECT, INSERT ON bench_claim TO zhijia_staff;
"""
STORE = """
    INSERT INTO bench_claim SELECT * FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::bytea[], %s::bytea[],
      %s::text[], %s::bytea[], %s::bytea[], %s::text[], %s::text[], %s::date[], %s::date[], %s::numeric[], %s::bigint[],
      %s::bigint[], %s::bytea[], %s::text[]) ON CONFLICT (job, no) DO NOTHING
"""


def write_input(path: Path, rows: int) -> None:
    """The workbook that a clerk sends, with shared strings as Excel writes them. Seeded."""
    import xlsxwriter

    from zhijia.kernel.people.numbers import CHECK, WEIGHTS

    chance = random.Random(12351)
    book: Any = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd", "remove_timezone": True})
    sheet = book.add_worksheet("工人名单")
    sheet.write_row(0, 0, TITLES)
    for n in range(rows):
        born = date(1960, 1, 1) + timedelta(days=chance.randrange(15_000))
        card = f"110101{born:%Y%m%d}{n % 1000:03}"
        card += CHECK[sum(int(d) * w for d, w in zip(card, WEIGHTS, strict=True)) % 11]
        phone, first, days, wage = f"139{n:08}", date(2026, 1, 1) + timedelta(days=n % 90), n % 120 / 2, 200 + n % 300
        last = first + timedelta(days=60)
        if n % BAD == 0:
            phone, card = (phone, card[:17] + ("1" if card[17] != "1" else "2")) if n // BAD % 2 else ("12345", card)
        strings = (f"工人{n}", phone, card, JOBS[chance.choice(tuple(JOBS))])
        for place, text in enumerate(strings):
            sheet.write_string(n + 1, place, text)
        sheet.write_datetime(n + 1, 4, first)
        sheet.write_datetime(n + 1, 5, last)
        for place, number in ((6, days), (7, wage), (8, days * wage)):
            sheet.write_number(n + 1, place, number)
        sheet.write_string(n + 1, 9, f"622202{n:013}")
    book.close()


def store_rows(rows: Sequence[Any], ctx: Any) -> Mapping[str, int]:
    """What a module's `apply` does: seal, index, one statement."""
    from django.db import connection

    from zhijia.kernel.people import vault
    from zhijia.kernel.people.numbers import mask

    def sealed(value: str | None, purpose: str, no: int) -> bytes | None:
        return value and vault.seal(value, purpose=purpose, aad=f"bench_claim/{purpose}/{ctx.job_id}/{no}".encode())

    values = [
        (
            ctx.job_id, row.no, row["name"], sealed(row["phone"], "phone", row.no),
            vault.blind(row["phone"], purpose="phone"), mask("phone", row["phone"]),
            sealed(row["card"], "id_number", row.no), vault.blind(row["card"], purpose="id_number"),
            mask("id_number", row["card"]), row["trade"], row["first"], row["last"], row["days"], row["wage"],
            row["amount"], sealed(row["bank"], "bank_card", row.no), mask("bank_card", row["bank"]),
        )
        for row in rows
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STORE, [list(column) for column in zip(*values, strict=True)])
        return {"added": cursor.rowcount}


def read_rows(_ctx: Any) -> Iterator[dict[str, Any]]:
    """The stored rows with their personal columns opened, as a payment list needs them."""
    from django.db import connection

    from zhijia.kernel.people import vault

    names = ("name", "phone", "card", "trade", "first", "last", "days", "wage", "amount", "bank")
    places = {"phone": "phone", "card": "id_number", "bank": "bank_card"}
    with connection.chunked_cursor() as cursor:
        cursor.itersize = 2_000
        cursor.execute(f"SELECT job, no, {', '.join(names)} FROM bench_claim ORDER BY job, no")
        for job, no, *values in cursor:
            row = dict(zip(names, values, strict=True))
            for name, purpose in places.items():
                row[name] = vault.open_(row[name], purpose=purpose, aad=f"bench_claim/{purpose}/{job}/{no}".encode())
            yield row


def declare() -> tuple[Any, Any]:
    """The sheet and the export."""
    from zhijia.kernel.base.errors import yes
    from zhijia.kernel.sheets import registry
    from zhijia.kernel.sheets.declare import Column, Export, Kind, Sheet

    kinds = (Kind.TEXT, Kind.PHONE, Kind.ID_CARD, Kind.CHOICE, Kind.DATE, Kind.DATE, Kind.DAYS, Kind.MONEY, Kind.MONEY)
    names = ("name", "phone", "card", "trade", "first", "last", "days", "wage", "amount", "bank")
    columns = tuple(
        Column(
            name, title, kind, required=True, choices=JOBS if kind is Kind.CHOICE else {},
            sealed=name in ("phone", "card", "bank"), unique=name == "phone",
        )
        for name, title, kind in zip(names, TITLES, (*kinds, Kind.BANK_CARD), strict=True)
    )  # fmt: skip
    sheet = Sheet("bench", "工人名单", columns, lambda _actor: yes(), store_rows)
    export = Export("bench", "工人名单", columns, lambda _actor: yes(), read_rows)
    registry.register(sheet)
    registry.register(export)
    return sheet, export


def prepare() -> int:
    """The table and a member of staff, whose account is returned."""
    from django.db import connection

    from zhijia.kernel.base.clock import now
    from zhijia.kernel.org.models import OrgKind, Region
    from zhijia.kernel.org.tree import add_org
    from zhijia.kernel.people.actors import Actor, Role
    from zhijia.kernel.people.models import Account
    from zhijia.kernel.people.posts import appoint

    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    platform, moment = Actor.platform(), now()
    region = Region.objects.filter(level=1).first() or Region.objects.create(code="980000", name="江澜省", level=1)
    org = add_org(parent=None, name="总工会", kind=OrgKind.FEDERATION, region=region, now=moment, actor=platform)
    account = Account.objects.create(login="bench", name="Bench", created_at=moment)
    appoint(
        account=account, role=Role.OFFICER, org_id=org.pk, reach_id=org.pk, actor=platform, now=moment,
        from_day=date(2020, 1, 1),
    )  # fmt: skip
    return account.pk


def run_in(path: str, account_id: int) -> dict[str, Any]:
    """Send, check, confirm, apply; seconds of each."""
    from zhijia.kernel.base.clock import now
    from zhijia.kernel.sheets import jobs, run, store
    from zhijia.kernel.sheets.models import Job
    from zhijia.kernel.sheets.scope import acting, actor_behind

    sheet, _export = declare()
    actor, seconds = actor_behind(account_id, now=now()), []
    before, began = peak(), perf_counter()
    with Path(path).open("rb") as file, acting(actor):
        job = jobs.send(
            sheet=sheet, name="名单.xlsx", blocks=store.blocks_of(file), about={}, actor=actor, now=now(), language="en"
        )
    seconds.append(perf_counter() - began)
    run.check_job(job_id=job.pk, now=now())
    seconds.append(perf_counter() - began)
    with acting(actor):
        jobs.confirm(job_id=job.pk, actor=actor, now=now())
    run.apply_job(job_id=job.pk, now=now())
    seconds.append(perf_counter() - began)
    job = Job.objects.get(pk=job.pk)
    return {
        "state": job.state, "good": job.good, "bad": job.bad, "send": seconds[0], "check": seconds[1] - seconds[0],
        "apply": seconds[2] - seconds[1], "seconds": seconds[2], "rss_before_mb": before, "rss_mb": peak(),
    }  # fmt: skip


def run_out(_path: str, account_id: int) -> dict[str, Any]:
    """Have the stored rows written."""
    from zhijia.kernel.base.clock import now
    from zhijia.kernel.sheets import jobs, run
    from zhijia.kernel.sheets.models import Job
    from zhijia.kernel.sheets.scope import acting, actor_behind

    _sheet, export = declare()
    actor = actor_behind(account_id, now=now())
    before, began = peak(), perf_counter()
    with acting(actor):
        job = jobs.order(export=export, about={}, actor=actor, now=now(), language="en")
    run.write_job(job_id=job.pk, now=now())
    seconds = perf_counter() - began
    job = Job.objects.get(pk=job.pk)
    return {
        "state": job.state, "good": job.rows, "seconds": seconds, "rss_before_mb": before, "rss_mb": peak(),
        "megabytes": round(job.size / 1e6, 1),
    }  # fmt: skip


def run_read(path: str, _account_id: int) -> dict[str, Any]:
    """Our reading alone, for the comparison: every cell, nothing checked."""
    from zhijia.kernel.sheets.book import open_book
    from zhijia.kernel.sheets.scratch import nameless

    before, began = peak(), perf_counter()
    with Path(path).open("rb") as file:
        cells = sum(len(cells) for _no, cells, _spoiled in open_book(file, nameless).tables[0].lines())
    return {"cells": cells, "seconds": perf_counter() - began, "rss_before_mb": before, "rss_mb": peak()}


def run_peer(path: str, _account_id: int) -> dict[str, Any]:
    """The same with openpyxl, read-only."""
    import openpyxl

    before, began = peak(), perf_counter()
    book = openpyxl.load_workbook(path, read_only=True)
    cells = sum(len(row) for row in book.worksheets[0].iter_rows(values_only=True))
    return {"cells": cells, "seconds": perf_counter() - began, "rss_before_mb": before, "rss_mb": peak()}


def peak() -> float:
    """Megabytes of this process's largest resident set since it began; what its parent had does not count."""
    status = Path("/proc/self/status").read_text()
    return round(int(status.split("VmHWM:")[1].split()[0]) / 1024, 1)


def alone(what: str, path: Path, account_id: int) -> dict[str, Any]:
    """One run in a process of its own."""
    command = [sys.executable, "-W", "ignore", __file__, what, str(path), str(account_id)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def measure() -> None:
    """Every figure, one line each."""
    with installation() as here:
        account_id = prepare()
        few, many = here.home / "few.xlsx", here.home / "many.xlsx"
        write_input(few, FEW)
        write_input(many, ROWS)
        small, large = alone("in", few, account_id), alone("in", many, account_id)
        whole = (large["state"], large["good"], large["bad"]) == ("applied", ROWS - ROWS // BAD, ROWS // BAD)
        seconds, target = large["seconds"], 60
        steps = {name: round(large[name], 2) for name in ("send", "check", "apply")}
        rows = {"rows": ROWS, "rows_per_s": round(ROWS / seconds)}
        report("excel_in", seconds, "s", target, whole and seconds <= target, **rows, **steps)
        growth = large["rss_mb"] - small["rss_mb"]
        rss = {f"rss_mb_{FEW}": small["rss_mb"], f"rss_mb_{ROWS}": large["rss_mb"], "before_mb": large["rss_before_mb"]}
        report("excel_in_memory", growth, "MB more for ten times the rows", 50, growth <= 50, **rss)
        out = alone("out", many, account_id)
        written = out["good"] == sum(r["good"] for r in (small, large))
        ok = written and out["state"] == "applied" and out["seconds"] <= 20
        report(
            "excel_out",
            out["seconds"],
            "s",
            20,
            ok,
            rows=out["good"],
            rss_mb=out["rss_mb"],
            before_mb=out["rss_before_mb"],
        )
        read = alone("read", many, account_id)
        report(
            "excel_read",
            read["seconds"],
            "s",
            20,
            read["seconds"] <= 20,
            cells=read["cells"],
            rss_mb=read["rss_mb"],
            peer=peer(many),
        )


def peer(path: Path) -> dict[str, Any]:
    """openpyxl on the same file, or why not."""
    try:
        name = f"openpyxl {version('openpyxl')}"
    except PackageNotFoundError:
        return {"name": "openpyxl", "value": None, "reason": "not installed"}
    found = alone("peer", path, 0)
    return {"name": name, "value": round(found["seconds"], 3), "cells": found["cells"], "rss_mb": found["rss_mb"]}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        setup.boot()
        print(
            json.dumps(
                {"in": run_in, "out": run_out, "read": run_read, "peer": run_peer}[sys.argv[1]](
                    sys.argv[2], int(sys.argv[3])
                )
            )
        )
    else:
        os.environ.setdefault("PYTHONWARNINGS", "ignore")
        measure()
