"""Short words for writing a declaration: one instead of a set of one, no wrapping, the usual order of arguments.

They make the dataclasses of `declare` and nothing else; what a declaration means stands there.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from zhijia.kernel.base.errors import Text
from zhijia.kernel.people.actors import Role

from .declare import Ask, Choose, Clock, Count, Effect, Guard, Keep, Kind, Sum, Transition

Some = str | Collection[str]
"""One state, role or key, or several."""


def several(given: Some) -> frozenset[Any]:
    """One or several words as a set."""
    return frozenset({given} if isinstance(given, str) else given)


def _row(given: Any) -> tuple[Any, ...]:
    """One thing, several or none as a tuple."""
    if given is None:
        return ()
    return tuple(given) if isinstance(given, tuple | list) else (given,)


def step(
    key: str, title: Text, done: Text, source: Some, target: str | Choose | None = None, *, by: Some,
    ask: Ask | Iterable[Ask] | None = None, guard: Guard | Iterable[Guard] | None = None,
    check: Guard | Iterable[Guard] | None = None, then: Effect | Iterable[Effect] | None = None,
    tells: str | Iterable[str] | None = None, settles: str | Iterable[str] | None = None, **more: Any,
) -> Transition:  # fmt: skip
    """One transition: its key, its name on the button, its words on the timeline, from where, to where (None: it
    stays), by whom. The rest as in `Transition`."""
    return Transition(
        key=key, title=title, done=done, source=several(source), target=target, by=several(by), ask=_row(ask),
        guard=_row(guard), check=_row(check), then=_row(then), tells=_row(tells), settles=_row(settles), **more,
    )  # fmt: skip


def choose(*among: str, pick: Callable[[Any], str]) -> Choose:
    """A target that `pick` chooses among these states."""
    return Choose(frozenset(among), pick)


def clock(
    key: str, title: Text, rule: str | Callable[[Any], str], *, starts: Some, stops: Some, late: Role, **more: Any
) -> Clock:
    """One statutory limit. The rest as in `Clock`."""
    return Clock(key=key, title=title, rule=rule, starts=several(starts), stops=several(stops), late=late, **more)


def count(key: str, title: Text, on: Some, *, when: Callable[[Any], bool] | None = None) -> Count:
    """How many cases passed one of these transitions."""
    return Count(key=key, title=title, on=several(on), when=when)


def money_sum(key: str, title: Text, on: Some, *, of: Callable[[Any], int]) -> Sum:
    """How much money passed with one of these transitions."""
    return Sum(key=key, title=title, on=several(on), of=of)


def total(key: str, title: Text, on: Some, *, of: Callable[[Any], int]) -> Sum:
    """How many of something that is not money passed with one of these transitions."""
    return Sum(key=key, title=title, on=several(on), of=of, money=False)


def words(name: str, title: Text, **more: Any) -> Ask:
    """Free words."""
    return Ask(name=name, title=title, **more)


def line(name: str, title: Text, **more: Any) -> Ask:
    """One line of words."""
    return Ask(name=name, title=title, kind=Kind.LINE, **more)


def pick(name: str, title: Text, choices: Iterable[tuple[str, Text]], **more: Any) -> Ask:
    """One of a closed list."""
    return Ask(name=name, title=title, kind=Kind.CHOICE, choices=tuple(choices), **more)


def flag(name: str, title: Text, **more: Any) -> Ask:
    """Yes or no."""
    return Ask(name=name, title=title, kind=Kind.FLAG, required=False, **more)


def number(name: str, title: Text, **more: Any) -> Ask:
    """A number."""
    return Ask(name=name, title=title, kind=Kind.NUMBER, **more)


def money(name: str, title: Text, **more: Any) -> Ask:
    """An amount: typed in yuan, kept in fen."""
    return Ask(name=name, title=title, kind=Kind.MONEY, **more)


def day(name: str, title: Text, **more: Any) -> Ask:
    """A day."""
    return Ask(name=name, title=title, kind=Kind.DATE, **more)


def moment(name: str, title: Text, **more: Any) -> Ask:
    """A day and an hour."""
    return Ask(name=name, title=title, kind=Kind.MOMENT, **({"keep": Keep.EVENT} | more))


def listed(name: str, title: Text, among: Callable[[Any], Sequence[tuple[int, Text]]], **more: Any) -> Ask:
    """One of a list that is worked out from the case, kept as its number in the event."""
    return Ask(name=name, title=title, kind=Kind.LISTED, among=among, **({"keep": Keep.EVENT} | more))


def unit(name: str, title: Text, **more: Any) -> Ask:
    """An organisation, kept as its id in the event."""
    return Ask(name=name, title=title, kind=Kind.UNIT, **({"keep": Keep.EVENT} | more))


def case_no(name: str, title: Text, **more: Any) -> Ask:
    """The number of another case, kept in the event."""
    return Ask(name=name, title=title, kind=Kind.CASE, **({"keep": Keep.EVENT} | more))


def facts(*asks: Ask) -> tuple[Ask, ...]:
    """These answers are columns of the facts."""
    return tuple(replace(ask, keep=Keep.FACTS) for ask in asks)


def handed(*asks: Ask) -> tuple[Ask, ...]:
    """These answers go to the effects, which keep them in rows of their own."""
    return tuple(replace(ask, keep=Keep.EFFECT) for ask in asks)
