"""Answers remembered for the length of a block: a batch asks thousands of times which union serves a county, and the
answer does not change while it runs. Outside of such a block nothing is remembered."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
T = TypeVar("T")

_memory: ContextVar[dict[Any, Any] | None] = ContextVar("zhijia_memory", default=None)
_asking: ContextVar[bool] = ContextVar("zhijia_asking", default=False)


class Asked(Exception):
    """Something was asked of the database where everything should have been at hand."""


@contextmanager
def remembering() -> Iterator[None]:
    """Remember, inside the block, what functions marked `remember` answered."""
    token = _memory.set({} if (known := _memory.get()) is None else known)
    try:
        yield
    finally:
        _memory.reset(token)


@contextmanager
def without_asking() -> Iterator[None]:
    """Run the block with what is in memory and remembered: any other question to the database raises Asked."""

    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not _asking.get():
            raise Asked(sql[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def remember(function: Callable[P, T]) -> Callable[P, T]:
    """Mark a function of hashable arguments whose answer may be remembered."""

    @wraps(function)
    def ask(*args: P.args, **kwargs: P.kwargs) -> T:
        memory = _memory.get()
        if memory is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in memory:
            memory[key] = _ask(lambda: function(*args, **kwargs))
        found: T = memory[key]
        return found

    return ask


def known(name: str, ids: Collection[int], fetch: Callable[[Collection[int]], dict[int, T]]) -> dict[int, T]:
    """What `fetch` gives for these ids; inside a remembering block only for those not asked for before."""
    memory = _memory.get()
    if memory is None:
        return fetch(ids)
    shelf: dict[int, T | None] = memory.setdefault(name, {})
    if missing := [i for i in ids if i not in shelf]:
        shelf.update(dict.fromkeys(missing))
        shelf.update(_ask(lambda: fetch(missing)))
    return {i: found for i in ids if (found := shelf[i]) is not None}


@contextmanager
def asking() -> Iterator[None]:
    """Let the block ask the database also inside `without_asking`: for what is loaded once and then at hand."""
    token = _asking.set(True)
    try:
        yield
    finally:
        _asking.reset(token)


def _ask(question: Callable[[], T]) -> T:
    with asking():
        return question()
