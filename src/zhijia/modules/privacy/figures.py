"""How requests about own data were answered, and who looked at whose data, a year at a time: for publication, so small
counts are hidden and the rest rounded (promise 7), and every median says of how many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.indicators.figures import Figure, published, rate
from zhijia.kernel.service.prepared import as_platform

DISCLOSURES = ("supervision.transfer",)
"""Acts by which data of a case goes to an authority."""

_ANSWERED = """
SELECT f."right", count(*), count(*) FILTER (WHERE f.closing_code = 'refused'), count(*) FILTER (WHERE f.at_once),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.closed_at - c.created_at) / 86400)
         FILTER (WHERE NOT f.at_once)
FROM cases_case c JOIN privacy_request f ON f.case_id = c.id
WHERE c.service = 'data_right' AND c.created_at >= %(since)s AND c.created_at < %(until)s AND c.closed_at IS NOT NULL
  AND f.closing_code <> 'withdrawn'
GROUP BY 1
"""
_READ = """
SELECT count(*), count(DISTINCT person_id) FROM audit_entry
WHERE person_id IS NOT NULL AND purpose <> '' AND at >= %(since)s AND at < %(until)s
"""
_GIVEN = "SELECT count(*) FROM audit_entry WHERE act = ANY(%(acts)s) AND at >= %(since)s AND at < %(until)s"


@dataclass(frozen=True)
class Line:
    """How requests of one right were answered; None where there are too few to say."""

    right: str
    answered: int | None
    at_once: int | None
    refused: int | None
    refusal: Figure
    median_days: float | None
    """Of those a person decided; the platform's own take moments."""


@dataclass(frozen=True)
class Year:
    """What is published of one year."""

    year: int
    lines: tuple[Line, ...]
    whole: Line
    readings: int | None
    """Times that somebody read a worker's data; only what has a stated purpose is possible at all."""
    people: int | None
    """Workers whose data that was."""
    disclosures: int | None


def year_of(year: int) -> Year:
    """The figures of one calendar year in China, whoever asks: three statements as owner, numbers only."""
    bounds = {"since": datetime(year, 1, 1, tzinfo=CHINA), "until": datetime(year + 1, 1, 1, tzinfo=CHINA)}
    with as_platform(), connection.cursor() as cursor:
        cursor.execute(_ANSWERED, bounds)
        found = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_ANSWERED.replace('SELECT f."right"', "SELECT ''").replace("GROUP BY 1", ""), bounds)
        whole = cursor.fetchone()[1:]
        cursor.execute(_READ, bounds)
        readings, people = cursor.fetchone()
        cursor.execute(_GIVEN, {**bounds, "acts": list(DISCLOSURES)})
        (given,) = cursor.fetchone()
    shown = published(people) is not None
    return Year(
        year, tuple(_line(right, found) for right in ("copy", "correction", "deletion", "consent")),
        _line("", {"": whole}), published(readings) if shown else None, published(people), published(given),
    )  # fmt: skip


def _line(right: str, found: Mapping[str, tuple[int, int, int, float | None]]) -> Line:
    answered, refused, at_once, median = found.get(right, (0, 0, 0, None))
    by_people = answered - at_once
    return Line(
        right, published(answered), published(at_once), published(refused), rate("refusal", refused, answered),
        round(median, 1) if median is not None and published(by_people) is not None else None,
    )  # fmt: skip
