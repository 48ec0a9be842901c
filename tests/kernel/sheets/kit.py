"""A sheet of invented workers, its workbook in any state of disorder, and a table that takes its rows."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Any

import xlsxwriter
from django.core.files.storage import default_storage
from django.db import connection
from django.utils.translation import gettext_lazy as _

from tests.cast import NOW
from zhijia.kernel.base.errors import FieldProblem, Verdict, no, yes
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.numbers import CHECK, WEIGHTS
from zhijia.kernel.sheets import scratch
from zhijia.kernel.sheets.book import open_book
from zhijia.kernel.sheets.check import Checked, Reading
from zhijia.kernel.sheets.declare import Column, Context, Kind, Row, Sheet

TITLES = (
    "姓名",
    "手机号",
    "身份证号",
    "工种",
    "开始日期",
    "结束日期",
    "出勤天数",
    "日工资（元）",
    "欠薪金额（元）",
    "银行卡号",
)
TABLE = """
    CREATE TABLE sheets_test (job bigint, no int, name text, phone text, amount bigint, UNIQUE (job, no));
    GRANT SELECT, INSERT, DELETE ON sheets_test TO zhijia_staff;
"""
JOBS = {"mason": "瓦工", "painter": "油漆工", "other": "其他"}


def id_card(number: int) -> str:
    """An invented identity-card number with the right check character."""
    first = f"980102{1970 + number % 30}{number % 12 + 1:02}{number % 28 + 1:02}{number % 1000:03}".replace(
        "980102", "110101"
    )
    return first + CHECK[sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True)) % 11]


def worker(number: int) -> list[object]:
    """One good row as a clerk types it."""
    return [
        f"工人{number}", f"139{number:08}", id_card(number), "瓦工", date(2026, 3, 1), date(2026, 5, 31),
        60.5, 300, 18_150.5, f"622202{number:013}",
    ]  # fmt: skip


def workbook(
    rows: Iterable[Sequence[object]], *, titles: Sequence[str] = TITLES, name: str = "工人名单", **more: Any
) -> bytes:
    """An .xlsx with a heading and rows; `more` may hold `edit`, called with the book and the sheet."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False, **more.get("options", {})}
    )
    book.set_properties({"created": NOW.replace(tzinfo=None)})  # the same rows are the same file, also a second later
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, titles)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, place, value)
            elif value is not None:
                sheet.write(number, place, value)
    if "edit" in more:
        more["edit"](book, sheet)
    book.close()
    return target.getvalue()


def store_rows(rows: Sequence[Row], ctx: Context) -> Mapping[str, int]:
    """Set-based and safe to repeat: what a module's `apply` looks like."""
    values = [(ctx.job_id, row.no, row["name"], row["phone"], row["amount"]) for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sheets_test (job, no, name, phone, amount) SELECT * FROM unnest(%s::bigint[], %s::int[],"
            " %s::text[], %s::text[], %s::bigint[]) ON CONFLICT (job, no) DO NOTHING",
            [list(column) for column in zip(*values, strict=True)],
        )
        return {"added": cursor.rowcount, "known": len(rows) - cursor.rowcount}


def take_back(ctx: Context) -> int:
    """What a module's `undo` looks like."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sheets_test WHERE job = %s", [ctx.job_id])
        return cursor.rowcount


def stored() -> list[tuple[int, str]]:
    """(row, name) of everything stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT no, name FROM sheets_test ORDER BY job, no")
        return cursor.fetchall()


def check_row(row: Row, ctx: Context) -> Iterable[FieldProblem]:
    """The last day may not be before the first."""
    if row["to"] and row["from"] and row["to"] < row["from"]:
        yield FieldProblem("to", "order", _("The last day lies before the first."))


def staff_only(actor: Actor) -> Verdict:
    """Who may use it."""
    return yes() if actor.is_staff else no("no_post", "This is for union staff.")


def sheet(**changes: Any) -> Sheet:
    """The sheet of the tests."""
    declared: dict[str, Any] = {
        "key": "workers", "title": "工人名单", "may": staff_only, "apply": store_rows, "check": check_row,
        "outcomes": {"added": "New", "known": "Known"},
        "columns": (
            Column("name", "姓名", required=True, limit=20, example="张三"),
            Column("phone", "手机号", Kind.PHONE, required=True, sealed=True, unique=True, example="13800000000"),
            Column("id_card", "身份证号", Kind.ID_CARD, sealed=True),
            Column("job", "工种", Kind.CHOICE, choices=JOBS),
            Column("from", "开始日期", Kind.DATE, example="2026-03-01"),
            Column("to", "结束日期", Kind.DATE),
            Column("days", "出勤天数", Kind.DAYS, limit=400),
            Column("wage", "日工资（元）", Kind.MONEY),
            Column("amount", "欠薪金额（元）", Kind.MONEY, required=True, help="没有付的钱", example="6800"),
            Column("bank", "银行卡号", Kind.BANK_CARD, sealed=True),
        ),
    }  # fmt: skip
    return Sheet(**{**declared, **changes})


CTX = Context(actor=Actor.platform(), now=NOW, about={}, language="en")


@contextmanager
def reading(content: bytes, declared: Sheet | None = None) -> Iterator[Reading]:
    """The content read as the sheet."""
    with ExitStack() as files:

        def nameless() -> Any:
            return files.enter_context(scratch.nameless())

        file = nameless()
        file.write(content)
        yield Reading(declared or sheet(), open_book(file, nameless), CTX)


def read(content: bytes, declared: Sheet | None = None) -> list[Checked]:
    """Every row of the content."""
    with reading(content, declared) as found:
        return [checked for _number, chunk in found.chunks() for checked in chunk]


def problems(content: bytes, declared: Sheet | None = None) -> list[tuple[int, str, str]]:
    """(row, column, code) of every problem."""
    return [(c.no, p.field, p.code) for c in read(content, declared) for p in c.problems]


def sealed(name: str) -> bytes:
    """A kept file as it lies in the storage."""
    with default_storage.open(f"sheets/{name}") as file:
        return file.read()
