"""From an organisation and a period to a paper: gathered, worded in one language, drawn and hashed."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from django.utils import translation

from zhijia.faces.drawing.ink import PAPER
from zhijia.faces.drawing.months import ornament
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.org.models import Org
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Service

from . import chapters as ch
from .blocks import Block, Card, Cards, Paper, Para
from .figures import Found, find, published_json
from .method import every_figure, method, reproducibility
from .words import _, sentences

HOTLINE = "hotline"
LANGUAGES = ("zh-hans", "en")
TOPICS = 5
"""Rows of a brief."""
LOW = 118.0
"""Points: the height of its drawings, so that all stand on one page."""


def make(*, org: Org, period: str, language: str, schema: str, now: datetime) -> Paper:
    """The white paper of a year ("2025") or the brief of a month ("2025-10"), of the hotline in the region of `org`.

    Raises Invalid for a period that cannot be read or has not begun.
    """
    service = registry.service(HOTLINE)
    found = find(service=service, region=org.region_id, period=period, now=now)
    figures = published_json(found)
    sha256 = hashlib.sha256(figures).hexdigest()
    with translation.override(language):
        return _worded(found, org, period, language, schema, figures, sha256)


def _worded(found: Found, org: Org, period: str, language: str, schema: str, figures: bytes, sha256: str) -> Paper:
    service = found.board.service
    year = len(period) == 4
    name = f"{'whitepaper' if year else 'brief'}-{period}-{found.board.region.code}"
    day = found.at.astimezone(CHINA)
    if year:
        counted = ch.Numbered()
        command = f"zhijia whitepaper {period} --org {org.pk} --lang {language}"
        blocks = [*ch.chapters(found, counted), *method(found, counted), *every_figure(found, counted)]
        blocks += reproducibility(found, counted, command=command, sha256=sha256, name=name, schema=schema)
    else:
        blocks = list(brief(found, org, period, language, sha256))
    return Paper(
        language, "paper" if year else "brief", org.name,
        _title(service, year=year), _subtitle(found, year=year),
        _("Figures as of %(day)s") % {"day": ch.day_words(day)},
        _("Provisional: the period has not ended") if found.running else "", figures, sha256, name,
        {
            "contents": _("Contents"), "reading": _("Before you read"),
            "reading-says": sentences(
                _("Every rate stands with its fraction, and unknown is never counted as good."), ch.rounding(),
                _("How each figure is defined, and how to check this paper, stands in the last two chapters."),
            ),
        },
        _cover(found) if year else (),
        ornament(PAPER, [n[found.received] for _m, n in found.months]).svg() if year else "", blocks,
    )  # fmt: skip


def _title(service: Service, *, year: bool) -> str:
    words = _("%(service)s: white paper") if year else _("%(service)s: monthly brief")
    return words % {"service": service.title}


def _subtitle(found: Found, *, year: bool) -> str:
    place, when = found.board.region.name, ch.period_words(found)
    if year:
        when = _("year %(year)s") % {"year": found.begin.year}
    return _("%(place)s, %(when)s") % {"place": place, "when": when}


def _cover(found: Found) -> tuple[Card, ...]:
    """Three figures: how many came, how many were solved, how far the call-backs reached."""
    board = found.board
    solution = [r for r in board.rates if r.figure.key == "solution"] or list(board.rates[:1])
    rates = [*solution, *([board.coverage] if board.coverage else [])]
    received = ch.count_card(found, found.received, _("matters"), board.region.name)
    return (received, *(ch.rate_card(r) for r in rates))


def brief(found: Found, org: Org, period: str, language: str, sha256: str) -> Iterator[Block]:
    """One page: four figures, twelve months, what was asked, who differs, how to check."""
    board, counted = found.board, ch.Numbered()
    against = _("month on month")
    rates = board.every_rate
    yield Cards((ch.received_card(found, against=against), *(ch.rate_card(r, against=against) for r in rates[:3])))
    yield Cards((*(ch.rate_card(r) for r in rates[3:4]), *ch.work_cards(found)))
    yield ch.monthly_chart(found, counted, title=_("Received and closed, the last twelve months"), height=LOW)
    if (chart := ch.rate_chart(found, counted, height=LOW)) is not None:
        yield chart
    if any(t.n is not None for t in board.topics):
        yield ch.topic_chart(found, counted, most=TOPICS)
    if found.places:
        yield Para(ch.differences(found), "item")
    if found.days:
        yield Para(ch.days_sentence(found), "item")
    says = [ch.rounding()]
    if found.running:
        says.append(_("The period has not ended: the figures are provisional and will still change."))
    made = _("Made by %(command)s; SHA-256 of the figures: %(sha256)s.")
    command = f"zhijia whitepaper {period} --brief --org {org.pk} --lang {language}"
    yield Para(sentences(*says, made % {"command": command, "sha256": sha256}), "note")
