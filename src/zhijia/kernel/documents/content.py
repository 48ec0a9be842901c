"""A letter as data: one JSON value from which the page, the PDF and the DOCX are made alike, and its digest."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.base.money import capital, yuan
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases import reckonings
from zhijia.kernel.org.models import Org
from zhijia.kernel.rules.texts import words_of
from zhijia.kernel.rules.units import TIME, phrase
from zhijia.kernel.rules.values import RuleValue, value_of

from .kinds import BUILT_IN, About, Cells, Direction, LetterKind, Row, Table, rule_of
from .models import Letter
from .words import blocks, parse

LONGEST = 2000
"""Characters of one value."""
PENDING = "（签发时填）"
"""Stands where the number and the day will."""


@dataclass(frozen=True)
class Gathered:
    """Everything that a letter would say now."""

    text: str
    facts: dict[str, str]
    lines: list[tuple[list[str], int | None]]
    """Cells of each line, with the worker whom it concerns."""
    addressee: str
    copies: str
    org: Org
    reply: dict[str, Any] | None
    total: list[str]
    signed: str = ""


def gather(service: str, kind: LetterKind, about: About) -> Gathered:
    """What the letter would say of the case at `about.now`, in the words in force then.

    Raises Misconfigured when the declaration's functions do not give what it offers, or a rule is missing.
    """
    on = about.now.astimezone(CHINA).date()
    region, org = about.case.region, kind.issuer(about) if kind.issuer else about.case.unit
    text = words_of(rule_of(service, kind), region=region, on=on, declared=kind.text)
    addressee = _word(kind.addressee(about))[:200]
    reply = _reply(value_of(kind.reply, region=region, on=on)) if kind.reply else None
    rows = list(kind.table.rows(about)) if kind.table else []
    built = {"issuer": org.name, "addressee": addressee, "case_no": about.case.no}
    total: list[str] = []
    if kind.table:
        sums = _sums(kind.table, rows)
        total, money = _total(kind.table, sums), _money(kind.table, sums)
        built |= {"rows": str(len(rows)), "total": _shown(Cells.MONEY, money), "total_capital": capital(money)}
    if reply:
        built["reply"] = reply["words"]
    if "{reckonings}" in text:
        built["reckonings"] = _word(reckonings.said(about.case.pk))
    said = {name: _word(value) for name, value in kind.facts(about).items()}
    if missing := {offer.name for offer in kind.offers} - set(said):
        raise Misconfigured(f"letter {service}.{kind.key}: its facts do not give {sorted(missing)}")
    lines = [(_cells(kind.table, place, row), row.person_id) for place, row in enumerate(rows, start=1)]
    return Gathered(
        text, said | built, lines, addressee, _word(kind.copies(about)) if kind.copies else "", org, reply, total,
        _word(kind.signed(about)) if kind.signed else "",
    )  # fmt: skip


def sample(kind: LetterKind, text: str) -> tuple[str, list[dict[str, Any]]]:
    """The title and blocks of a text on the sample values of its kind: for previews."""
    given = {offer.name: offer.sample for offer in (*BUILT_IN, *kind.offers)}
    return blocks(parse(text), given, "（经办人补充的段落）", table=kind.table is not None and not kind.table.annex)


def lay_out(letter: Letter, kind: LetterKind, found: Gathered) -> None:
    """Take over what was gathered: words, facts, addressee, and the parts of the content that they settle."""
    letter.text, letter.facts, letter.addressee, letter.org = found.text, found.facts, found.addressee, found.org
    letter.content = {
        "form": str(kind.form), "up": kind.direction == Direction.UP, "signer": "", "copies": found.copies,
        "reply": found.reply, "table": _table(kind.table, found) if kind.table else None, "signed": found.signed,
    }  # fmt: skip
    word(letter)


def word(letter: Letter) -> None:
    """Make title and content anew from text, facts and free paragraphs; number and day once it has them."""
    day = day_words(letter.issued_at) if letter.issued_at else PENDING
    given = letter.facts | {"number": letter.number or PENDING, "date": day}
    table, signed = letter.content["table"], letter.content.get("signed")
    letter.title, made = blocks(parse(letter.text), given, letter.free, table=bool(table and not table["annex"]))
    letter.content = letter.content | {
        "title": letter.title, "to": "" if signed else letter.addressee, "issuer": letter.org.name,
        "number": letter.number, "blocks": made, "sign": [signed or letter.org.name, day],
    }  # fmt: skip


def digest_of(content: Mapping[str, Any], lines: Iterable[Sequence[str]]) -> str:
    """SHA-256, in hex, over what a letter says."""
    whole = json.dumps([content, [list(line) for line in lines]], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def day_words(moment: datetime) -> str:
    """A day as letters write it (GB/T 9704-2012, 7.3.5.4): 2026年11月16日, no leading zeros."""
    local = moment.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日"


def _reply(rule: RuleValue) -> dict[str, Any]:
    """The time for an answer as the letter promises it: the later clock counts by these numbers, not by newer ones."""
    if rule.value is None or rule.unit not in TIME:
        raise Misconfigured(f"rule {rule.key} is no time for an answer")
    with translation.override("zh-hans"):
        words = str(phrase(int(rule.value), rule.unit))
    words = "".join(words.split())  # no blank between digits and characters, not even the one that never breaks
    return {
        "amount": int(rule.value), "unit": str(rule.unit), "words": words, "rule": rule.key, "basis": rule.basis,
        "verified": rule.verified,
    }  # fmt: skip


def _word(value: str) -> str:
    """A value on one line, without what paper and XML cannot hold."""
    return "".join(c for c in " ".join(clean(str(value)).split()) if ord(c) & 0xFFFE != 0xFFFE)[:LONGEST]


def _table(table: Table, found: Gathered) -> dict[str, Any]:
    sides = {Cells.WORDS: "left", Cells.NUMBER: "right", Cells.MONEY: "right"}
    return {
        "title": table.title, "head": ["序号", *(c.title for c in table.columns)], "annex": table.annex,
        "align": ["center", *(sides[c.cells] for c in table.columns)], "widths": [1, *(c.width for c in table.columns)],
        "sum": found.total, "lines": len(found.lines),
    }  # fmt: skip


def _cells(table: Table | None, place: int, row: Row) -> list[str]:
    columns = table.columns if table else ()
    return [str(place), *(_shown(c.cells, cell) for c, cell in zip(columns, row.cells, strict=True))]


def _sums(table: Table, rows: Sequence[Row]) -> list[int]:
    return [sum(int(row.cells[i]) for row in rows) if column.summed else 0 for i, column in enumerate(table.columns)]


def _money(table: Table, sums: Sequence[int]) -> int:
    """The sum, in fen, of the first column of money that is summed."""
    found = (n for c, n in zip(table.columns, sums, strict=True) if c.cells == Cells.MONEY and c.summed)
    return next(found, 0)


def _total(table: Table, sums: Sequence[int]) -> list[str]:
    """The line below the table; none where nothing is summed."""
    if not any(column.summed for column in table.columns):
        return []
    return ["合计", *(_shown(c.cells, n) if c.summed else "" for c, n in zip(table.columns, sums, strict=True))]


def _shown(cells: Cells, value: str | int) -> str:
    if cells == Cells.MONEY:
        return f"{yuan(int(value)):,.2f}"
    return f"{int(value)}" if cells == Cells.NUMBER else _word(str(value))
