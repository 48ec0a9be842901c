"""What a service declares of a letter: its words, what fills them, who gets it, who signs, when an answer is due."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import NotFound, Text
from zhijia.kernel.cases.models import Case
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Role
from zhijia.kernel.rules.texts import holes

from .words import FREE, TABLE, InvalidWords, parse


class About(Protocol):
    """What a letter is written about: a case at one moment. `kernel.service.context.Ctx` fits."""

    @property
    def case(self) -> Case: ...
    @property
    def facts(self) -> Any: ...
    @property
    def now(self) -> datetime: ...


class Form(StrEnum):
    """How a letter looks (GB/T 9704-2012): a letter (10.1), a document under a red head (7), or plain."""

    LETTER = "letter"
    DOCUMENT = "document"
    PLAIN = "plain"


class Direction(StrEnum):
    """Which way it goes. What goes up names who signed it (GB/T 9704-2012, 7.2.6)."""

    UP, DOWN, LEVEL, OUT = "up", "down", "level", "out"


class Cells(StrEnum):
    """What a column holds: words, whole numbers, or money in fen."""

    WORDS, NUMBER, MONEY = "words", "number", "money"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One placeholder that the words of a letter may use."""

    name: str
    title: Text
    sample: str
    """A value for previews; invented."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a letter's table; numbers and money may be summed."""

    title: str
    cells: Cells = Cells.WORDS
    width: int = 2
    """Its share of the width; the numbers of the lines have 1."""
    summed: bool = False


@dataclass(frozen=True)
class Row:
    """One line: words, whole numbers, or fen, as the columns say. `person_id` is the worker whom it concerns: of the
    lines of others a worker never reads a word."""

    cells: tuple[str | int, ...]
    person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """Lines that a letter carries, each numbered, with a sum below; as an annex on a page of its own or in the text.

    Whom it names is the module's duty: a table that goes to an employer holds only workers who agreed to be named.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Callable[[Any], Iterable[Row]]
    annex: bool = True
    sample: tuple[Row, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LetterKind:
    """One kind of letter of a service."""

    key: str
    title: Text
    """What the kind is called at the desk."""
    text: str
    """The declared words, Chinese (see words.py); operators set others as rules of `text.letter.<service>.<key>`."""
    addressee: Callable[[Any], str]
    number: str = "{code}函〔{year}〕{n}号"
    """{code} is the issuing organisation's, {n} counts without gaps per organisation and year, together with
    every kind whose number is written alike."""
    offers: tuple[Offer, ...] = ()
    facts: Callable[[Any], Mapping[str, str]] = field(default=lambda _about: {})
    """A value for each of `offers`."""
    table: Table | None = None
    form: Form = Form.LETTER
    direction: Direction = Direction.OUT
    copies: Callable[[Any], str] | None = None
    """Who gets a copy (抄送), in words."""
    issuer: Callable[[Any], Org] | None = None
    """The organisation that issues it; the case's unit unless said otherwise (上代下: the one above)."""
    signed: Callable[[Any], str] | None = None
    """Where somebody else signs a paper that is theirs (“申请人（签名）：”): that stands in place of the issuing
    organisation, and whom it goes to is said by its own words and not above them."""
    reply: str = ""
    """Key of the rule that says within what time an answer is due, from the day of service; "" asks for none."""
    drafts: frozenset[Role] = frozenset({Role.OFFICER, Role.UNIT_HEAD})
    """Who works on it: edits a draft, records service and answer. A transition drafts it by its own right."""
    signs: frozenset[Role] = frozenset({Role.UNIT_HEAD})
    """Who issues or withdraws it, by a post at the issuing organisation."""
    public: bool = False
    """Whether the workers of the case may read it once it is issued."""


BUILT_IN = (
    Offer(name="issuer", title=_("Issuing organisation"), sample="青禾区总工会"),
    Offer(name="addressee", title=_("Addressee"), sample="江澜省第三建筑工程有限公司"),
    Offer(name="case_no", title=_("Number of the case"), sample="ZJ2611160000012"),
    Offer(name="number", title=_("Number of the letter, given when it is issued"), sample="青禾工函〔2026〕3号"),
    Offer(name="date", title=_("Day of issue"), sample="2026年11月16日"),
    Offer(name="reply", title=_("Time for an answer, from its rule"), sample="15个工作日"),
    Offer(name="rows", title=_("Lines of the table"), sample="40"),
    Offer(name="total", title=_("Sum of the table's first summed column"), sample="493,824.00"),
    Offer(name="reckonings", title=_("Calculations of the case"), sample="经济补偿 N 48,000 元（劳动合同法46–47）"),
    Offer(name="total_capital", title=_("The same sum in capital characters"), sample="肆拾玖万叁仟捌佰贰拾肆元整"),
)
"""Placeholders of every letter, beside those that its kind offers."""
OF_TABLE = frozenset({"rows", "total", "total_capital"})

_kinds: dict[tuple[str, str], LetterKind] = {}


def register(service: str, kind: LetterKind) -> None:
    """Add one kind of letter of a service."""
    _kinds[service, kind.key] = kind


def kind_of(service: str, key: str) -> LetterKind:
    """The kind that this service declares under `key`. Raises NotFound."""
    if (service, key) not in _kinds:
        raise NotFound(code="no_such_letter")
    return _kinds[service, key]


def all_kinds() -> Mapping[tuple[str, str], LetterKind]:
    """Every registered kind, by service and key."""
    return _kinds


def rule_of(service: str, kind: LetterKind) -> str:
    """The key of the rules row that sets other words for this letter."""
    return f"text.letter.{service}.{kind.key}"


def offers_of(kind: LetterKind) -> tuple[Offer, ...]:
    """Every placeholder that the words of this letter may use."""
    without = (OF_TABLE if kind.table is None else set()) | ({"reply"} if not kind.reply else set())
    return (*kind.offers, *(offer for offer in BUILT_IN if offer.name not in without))


def names_of(kind: LetterKind) -> frozenset[str]:
    """The placeholders' names, with the two that stand for whole parts."""
    parts = {FREE} | ({TABLE} if kind.table and not kind.table.annex else set())
    return frozenset(offer.name for offer in offers_of(kind)) | parts


def problems(service: str, kind: LetterKind) -> Iterator[tuple[str, str]]:
    """What is wrong with a declaration, and how to mend it: for the start-up checks."""
    name = f"letter {kind.key!r}"
    if len(rule_of(service, kind)) > 64:
        yield f"{name} has too long a key", "shorten it: rules have keys of 64 characters"
    if unknown := set(holes(kind.number)) ^ {"code", "year", "n"}:
        yield f"{name} has a number without or with unknown {sorted(unknown)}", "use {code}, {year} and {n}"
    try:
        parse(kind.text)
        if missing := set(holes(kind.text)) - names_of(kind):
            yield f"{name} uses {sorted(missing)}, which it does not offer", "add an Offer or fix the text"
    except (ValueError, InvalidWords) as error:
        yield f"{name} has words that cannot be read: {error}", "see kernel/documents/words.py"
    if clash := {offer.name for offer in kind.offers} & {offer.name for offer in BUILT_IN}:
        yield f"{name} offers {sorted(clash)}, which every letter has", "rename them"
    if not kind.signs:
        yield f"{name} can be issued by nobody", "name a role in `signs`"
    table = kind.table
    if table and any(column.summed and column.cells == Cells.WORDS for column in table.columns):
        yield f"{name} sums a column of words", "make it a number or money"
    if table and any(len(row.cells) != len(table.columns) for row in table.sample):
        yield f"{name} has a sample line that does not fit its columns", "give each column a cell"
