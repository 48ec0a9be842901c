"""The marks by which cases are found, made anew from the words of the cases: after their key was changed."""

from collections.abc import Callable

from django.db import connection, transaction

from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.search import words_of

from . import registry

BATCH = 500
_STORE = """
INSERT INTO cases_words (case_id, words) SELECT g.id, array_to_tsvector(string_to_array(g.words, ' '))
FROM unnest(%s::bigint[], %s::text[]) AS g(id, words) ON CONFLICT (case_id) DO UPDATE SET words = excluded.words
"""


def mark_again(tell: Callable[[int], None] | None = None) -> int:
    """Mark every case anew, batch by batch; how many. While it runs, a search finds those that were done already."""
    done, last = 0, 0
    while True:
        cases = list(Case.objects.filter(pk__gt=last).order_by("pk")[:BATCH])
        if not cases:
            return done
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                _STORE, [[case.pk for case in cases], [words_of(case.no, *said) for case, said in _said(cases)]]
            )
        last, done = cases[-1].pk, done + len(cases)
        if tell is not None:
            tell(done)


def _said(cases: list[Case]) -> list[tuple[Case, list[str]]]:
    """Each case with the words that its service lets people search."""
    facts: dict[int, object] = {}
    for key in {case.service for case in cases}:
        model = registry.service(key).facts
        mine = [case.pk for case in cases if case.service == key]
        facts.update({row.pk: row for row in model._default_manager.filter(pk__in=mine)})
    return [
        (
            case,
            [
                str(getattr(facts.get(case.pk), name, "") or "")
                for name in registry.service(case.service).intake.searched
            ],
        )
        for case in cases
    ]
