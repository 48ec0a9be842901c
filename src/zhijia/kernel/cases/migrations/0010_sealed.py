"""Words of a case are sealed, and the words that search finds become keyed marks."""

from typing import Any

from django.db import migrations

from zhijia.kernel.cases.protected import purpose_of, title_of
from zhijia.kernel.cases.search import words_of
from zhijia.kernel.people.seal_column import Rewrite, SealColumn

OF_CASE = "SELECT c.service || '/' || c.category FROM cases_case c WHERE c.id = t.case_id"
TITLES = "SELECT id, service, category, title FROM cases_case WHERE id > %s ORDER BY id LIMIT 2000"
RETITLE = (
    "UPDATE cases_case c SET title = g.title FROM unnest(%s::bigint[], %s::text[]) AS g(id, title) WHERE c.id = g.id"
)
LEXEMES = """
SELECT w.case_id, tsvector_to_array(w.words) FROM cases_words w WHERE w.case_id > %s ORDER BY w.case_id LIMIT 1000
"""
MARKED = """
UPDATE cases_words w SET words = array_to_tsvector(string_to_array(g.words, ' '))
FROM unnest(%s::bigint[], %s::text[]) AS g(id, words) WHERE w.case_id = g.id
"""


def purpose(about: str) -> str:
    service, _slash, category = about.partition("/")
    return purpose_of(service, category)


def neutral_titles(apps: Any, editor: Any) -> None:
    """Titles of protected cases tell nothing from now on."""
    del apps
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT data_type FROM information_schema.columns WHERE table_name = 'cases_case' AND column_name = 'title'"
        )
        if cursor.fetchone()[0] == "bytea":  # an earlier run came further
            return
        after = 0
        while True:
            cursor.execute(TITLES, [after])
            rows = cursor.fetchall()
            if not rows:
                return
            after = rows[-1][0]
            new = [(pk, title_of(service, category, title)) for pk, service, category, title in rows]
            changed = [(pk, title) for (pk, title), row in zip(new, rows, strict=True) if title != row[3]]
            cursor.execute(RETITLE, [[pk for pk, _title in changed], [title for _pk, title in changed]])


def mark_words(apps: Any, editor: Any) -> None:
    """What stood there as words stands there as marks. Doing it twice to a row would lose it: a mark is told by its form."""
    del apps
    with editor.connection.cursor() as cursor:
        after = 0
        while True:
            cursor.execute(LEXEMES, [after])
            rows = cursor.fetchall()
            if not rows:
                return
            after = rows[-1][0]
            plain = [(pk, found) for pk, found in rows if found and not all(map(is_mark, found))]
            cursor.execute(MARKED, [[pk for pk, _f in plain], [words_of(*found) for _pk, found in plain]])


def is_mark(lexeme: str) -> bool:
    return len(lexeme) == 12 and set(lexeme) <= set("0123456789abcdef")


class Migration(migrations.Migration):
    atomic = False  # batch by batch: an interrupted run is gone on with
    dependencies = [("cases", "0006_openings"), ("people", "0004_secrets")]
    operations = [
        migrations.RunPython(neutral_titles, migrations.RunPython.noop),
        SealColumn("Case", "title", row=("no",), purpose=purpose, about="t.service || '/' || t.category"),
        SealColumn("Note", "text", row=("case_id", "event_seq", "field"), purpose=purpose, about=OF_CASE),
        SealColumn("Attachment", "name", row=("case_id",), purpose=purpose, about=OF_CASE),
        migrations.RunPython(mark_words, migrations.RunPython.noop),
        Rewrite("cases_case", "cases_note", "cases_attachment", "cases_words"),
    ]
