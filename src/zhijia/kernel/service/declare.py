"""The service grammar: a closed set of frozen dataclasses in which a service states its process.

Facts are an ordinary Django model; this is everything else. A new word here needs an ADR and three services that want
it. Conditions and effects are plain functions of a `Ctx`; nothing in a declaration is ever evaluated from text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import models

from zhijia.kernel.base.errors import Text, Verdict
from zhijia.kernel.documents.kinds import LetterKind
from zhijia.kernel.people.actors import Role
from zhijia.kernel.rules.values import RuleDefault
from zhijia.kernel.sheets.declare import Export, Sheet

if TYPE_CHECKING:
    from .context import Ctx
    from .stories import Story

Guard = Callable[["Ctx[Any]"], Verdict]
"""A condition: may this be done now? Its refusal carries a code and a reason."""
Effect = Callable[["Ctx[Any]"], None]
"""What else changes: sets fields of the facts or calls the context's verbs. Never touches HTTP."""


class Kind(StrEnum):
    """What sort of thing an asked field takes."""

    LINE, TEXT, CHOICE, FLAG, NUMBER, MONEY, DATE, UNIT, CASE, EMPLOYER, PHONE, MOMENT, LISTED = (
        "line", "text", "choice", "flag", "number", "money", "date", "unit", "case", "employer", "phone", "moment",
        "listed",
    )  # fmt: skip
    # MONEY is typed in yuan and kept as whole fen; DATE is a day in China, MOMENT a day and an hour there; LISTED is
    # the number of one of the things that `Ask.among` finds for the case.


class Keep(StrEnum):
    """Where an answer is kept."""

    FACTS = "facts"
    """In the column of the same name of the service's facts."""
    NOTE = "note"
    """As words on the timeline; may be personal, can be erased."""
    EVENT = "event"
    """As a code in the event's data; never personal."""
    EFFECT = "effect"
    """Nowhere by the engine: an effect takes it and stores it in rows of its own."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One thing a person fills in: at intake or when firing a transition."""

    name: str
    title: Text
    kind: Kind = Kind.TEXT
    keep: Keep = Keep.NOTE
    required: bool = True
    choices: tuple[tuple[str, Text], ...] = ()
    among: Callable[[Ctx[Any]], Sequence[tuple[int, Text]]] | None = None
    """For LISTED: what can be chosen now, by number and name. An intake has no case yet and cannot ask for it."""
    help: Text = ""
    limit: int = 4000
    """Longest text, in characters."""
    public: bool = True
    """Whether the worker reads it on the timeline."""


@dataclass(frozen=True, kw_only=True)
class Intake:
    """How a case of this service begins."""

    asks: tuple[Ask, ...]
    by: frozenset[Role]
    category: str
    """The asked field that is the case's category."""
    searched: tuple[str, ...]
    """Asked fields whose words can be searched."""
    title: Callable[[Mapping[str, Any]], str]
    unit: Callable[[str], Any]
    """The organisation (an Org) that receives a case of this region first."""
    tells: tuple[str, ...] = ()
    done: Text = ""
    """How the timeline says that the case began."""
    check: tuple[Guard, ...] = ()
    then: tuple[Effect, ...] = ()


@dataclass(frozen=True)
class Choose:
    """A target that depends on the case: `pick` returns one of `among`, or the state it is in: then it stays, and no
    clock moves."""

    among: frozenset[str]
    pick: Callable[[Ctx[Any]], str]


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One thing that can be done to a case, from where to where, by whom, and what follows."""

    key: str
    title: Text
    done: Text
    """How the timeline says it happened."""
    source: frozenset[str]
    target: str | Choose | None = None
    """None stays in the state."""
    by: frozenset[Role]
    ask: tuple[Ask, ...] = ()
    guard: tuple[Guard, ...] = ()
    """Checked before anything is typed; shown beside the locked button."""
    check: tuple[Guard, ...] = ()
    """Checked on what was typed."""
    then: tuple[Effect, ...] = ()
    public: bool = True
    route: Callable[[Ctx[Any]], Any] | None = None
    """The organisation the case goes to next (an Org)."""
    extends: str = ""
    suspends: str = ""
    resumes: str = ""
    undoes: str = ""
    """Keys of the clock this moves; `undoes` takes back its newest move."""
    letter: str = ""
    """Key of the letter that it drafts."""
    spawns: str = ""
    """Key of the service in which it begins a linked case (`Ctx.spawn`); where that is not installed, it is locked."""
    tells: tuple[str, ...] = ()
    """Keys of the messages it sends."""
    settles: tuple[str, ...] = ()
    """Kinds of open tasks it completes."""
    main: bool = False
    """The usual next step of its state: shown first."""
    confirm: Text = ""
    """A question to answer before something that hurts."""
    inner: bool = False
    """Happens only as a consequence of another case's transition; nobody is offered it."""
    bulk: bool = False
    """Can be done to many selected cases at once."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One statutory limit: which rule says how long, what starts it, what meets it, who hears of lateness."""

    key: str
    title: Text
    rule: str | Callable[[Ctx[Any]], str]
    starts: frozenset[str]
    stops: frozenset[str]
    late: Role
    again: bool = False
    """Whether each start begins a new round; otherwise the first start counts and later ones change nothing."""
    extension: str = ""
    """Rule that says how much one extension adds; "" when the clock cannot be extended."""
    extensions: int = 0
    leads: bool = True
    """Whether lists are sorted by it; a clock that is somebody else's duty does not lead."""
    since: Callable[[Ctx[Any]], datetime | None] | None = None
    """The moment it counts from, where that is not the transition itself (a limitation period counts from when the
    right was known); None from it: the clock does not start."""
    warn: str = ""
    """Rule that says how many days before its end people are reminded; "" means the hours of `clock.remind_hours`."""


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many cases passed one of these transitions (and met `when`)."""

    key: str
    title: Text
    on: frozenset[str]
    when: Callable[[Ctx[Any]], bool] | None = None


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What passed with one of these transitions: `of` gives it, money in fen; the figure is shown in yuan."""

    key: str
    title: Text
    on: frozenset[str]
    of: Callable[[Ctx[Any]], int]
    money: bool = True
    """False: a plain number, of workers for example, and not fen."""


@dataclass(frozen=True, kw_only=True)
class Duration:
    """Hours from the case's creation to one of these transitions; the mean is the sum over the count."""

    key: str
    title: Text
    on: frozenset[str]
    when: Callable[[Ctx[Any]], bool] | None = None


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One count over another: never shown without both."""

    key: str
    title: Text
    part: str
    whole: str
    says: Text
    """The definition in words, as published beside the figure."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """Words to a person. Placeholders: {no} {title} {unit} {due} {state}."""

    key: str
    text: Text
    to: Role
    """WORKER: every applicant. Any other role: its holders at the case's unit."""
    above: bool = False
    """To the role one level above the unit instead."""
    when: Callable[[Ctx[Any]], bool] | None = None
    """Only where this holds."""
    sms: bool = False
    """Also by text message, where the safe-contact profile allows."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A part of the case page that a form cannot give: a table of workers, a chain of contractors. The way out of the
    derived page; still no HTTP: `show` gives the words of a template of the module, or None when there is nothing."""

    key: str
    title: Text
    template: str
    show: Callable[[Ctx[Any]], Mapping[str, Any] | None]
    worker: bool = False
    """Whether the workers of the case see it too; `show` must then give each of them only what is theirs."""


@dataclass(frozen=True, kw_only=True)
class Years:
    """How long a case is kept after it closed."""

    years: int
    basis: str
    verified: bool


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service: everything that follows (pages, API, permissions, clocks, figures, docs) comes from here."""

    key: str
    title: Text
    facts: type[models.Model]
    states: type[StrEnum]
    state_titles: Mapping[Any, Text]
    initial: str
    final: frozenset[str]
    asleep: frozenset[str] = frozenset()
    """States that are not final and need no clock: they live in another case (merged)."""
    intake: Intake
    transitions: tuple[Transition, ...]
    clocks: tuple[Clock, ...]
    counts: tuple[Count, ...] = ()
    sums: tuple[Sum, ...] = ()
    durations: tuple[Duration, ...] = ()
    rates: tuple[Rate, ...] = ()
    messages: tuple[Message, ...] = ()
    letters: tuple[LetterKind, ...] = ()
    panels: tuple[Panel, ...] = ()
    rules: tuple[RuleDefault, ...] = ()
    personal: tuple[str, ...] = ()
    """Names of asked fields and facts that hold personal data."""
    keep: Years
    basis: Text = ""
    """The law and the rules the procedure follows, for the docs."""
    notes: Mapping[str, Text] = field(default_factory=dict)

    def transition(self, key: str) -> Transition | None:
        """The transition with this key, or None."""
        return next((t for t in self.transitions if t.key == key), None)

    def clock(self, key: str) -> Clock:
        """The clock with this key. Raises StopIteration when the declaration has none: start-up checks see to it."""
        return next(c for c in self.clocks if c.key == key)


@dataclass(frozen=True, kw_only=True)
class Roster:
    """A kind of work that people of a unit take in turn (`rota`): mediators, lawyers, supervisors."""

    key: str
    """The service's key, a dot and a word: disputes.mediator."""
    title: Text


@dataclass(frozen=True, kw_only=True)
class Module:
    """One folder under modules/: its services and the events it listens to."""

    key: str
    title: Text
    services: tuple[Service, ...] = ()
    sheets: tuple[Sheet | Export, ...] = ()
    """Workbooks that it takes in and gives out."""
    rules: tuple[RuleDefault, ...] = ()
    """National defaults that belong to none of its services."""
    rule_titles: Mapping[str, Text] = field(default_factory=dict)
    """Names of its rules that are no limit of a clock: those are named after it."""
    rosters: tuple[Roster, ...] = ()
    """Kinds of work for which its units keep a roster."""
    stories: tuple[Story, ...] = ()
    """Courses of its cases, for the demonstration, a simulated year and the contract test."""
    sets_up: Callable[[int, datetime], None] | None = None
    """Gives a unit (by id) what its stories take for granted, hours of its lawyers for example."""
    listens: tuple[tuple[str, Callable[..., None]], ...] = ()
