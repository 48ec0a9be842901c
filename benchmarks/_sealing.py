"""Seals the words of a made-up country: what `_scale_sql` joins in, because only Python has the keys."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

PLAN = """
    SELECT p.id, 'ZJ' || to_char(p.created_at AT TIME ZONE 'Asia/Shanghai', 'YYMMDD') || lpad(p.id::text, 7, '0'),
      p.category, s.title, s.story, s.wish, p.state NOT IN ('received', 'dispatched') AND p.answer < 0.5
    FROM plan p JOIN story s ON s.id = p.story ORDER BY p.id"""
NOTE = "已电话联系本人，核实情况，约定本周内答复。"


def seal_persons(count: int) -> None:
    """Names and masks of the persons 1 to `count`, in the table `sealed_person`."""
    from zhijia.kernel.people.models import Person
    from zhijia.kernel.people.sealed import seal_for

    rows = (
        (
            i,
            seal_for(Person, "name", f"职工{i}", i),
            seal_for(Person, "phone_masked", f"13{i % 10}****{i % 10000:04}", i),
        )
        for i in range(1, count + 1)
    )
    _fill("sealed_person", "id bigint, name bytea, masked bytea", rows)


def seal_cases() -> None:
    """Titles, stories, wishes and notes of the planned cases, in the table `sealed_case`."""
    _fill("sealed_case", "id bigint, title bytea, story bytea, wish bytea, note bytea", _cases())


def _cases() -> Iterator[tuple[Any, ...]]:
    from zhijia.kernel.cases.models import Case, Note
    from zhijia.kernel.cases.protected import purpose_of, title_of
    from zhijia.kernel.people.sealed import seal_for
    from zhijia.modules.hotline.models import Ticket

    with connection.chunked_cursor() as cursor:
        cursor.execute(PLAN)
        for i, no, category, title, story, wish, noted in cursor:
            purpose, kept = purpose_of("hotline", category), title_of("hotline", category, title)
            yield (
                i, seal_for(Case, "title", kept, no, purpose=purpose),
                seal_for(Ticket, "story", story, i, purpose=purpose),
                seal_for(Ticket, "wish", wish, i, purpose=purpose),
                seal_for(Note, "text", NOTE, i, 3, "note", purpose=purpose) if noted else None,
            )  # fmt: skip


def _fill(table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> None:
    """Batch by batch: reading the plan and writing what was sealed take turns on one line."""
    names = ", ".join(column.split()[0] for column in columns.split(", "))
    batch: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE UNLOGGED TABLE {table} ({columns})")

        def store() -> None:
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as stream:
                for row in batch:
                    stream.write_row(row)
            batch.clear()

        for row in rows:
            batch.append(row)
            if len(batch) == 20_000:
                store()
        store()
        cursor.execute(f"ANALYZE {table}")
