"""Asking everything as everybody, at 32 threads, and reading every answer for words that must not be there."""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from threading import Lock, Thread, local
from typing import TypeVar
from urllib.parse import quote

from django.db import connections
from django.test import Client
from openpyxl import load_workbook

from tests.leaks.routes import Ask
from tests.leaks.world import World

Item = TypeVar("Item")
R = TypeVar("R")
THREADS = 32
ANONYMOUS = "anonymous"
_VOLATILE = re.compile(
    rb'(csrfmiddlewaretoken" value|nonce|content|value|data-now)="[^"]*"|\d\d:\d\d(:\d\d)?|[0-9a-f-]{32,36}'
)
_TOKEN = re.compile(rb"XQ\d{3}ZK")


@dataclass
class Leaks:
    """What came of a run."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    """Each leak: who asked what, and how it was told."""


class Desk:
    """One signed-in client for each principal and thread; a token instead of a session for the partner."""

    def __init__(self, world: World, tokens: dict[str, str]) -> None:
        self.world, self.tokens, self._own = world, tokens, local()

    def client(self, name: str) -> Client:
        """The client of this thread for this principal."""
        kept: dict[str, Client] = self._own.__dict__.setdefault("clients", {})
        if name not in kept:
            client = Client(raise_request_exception=False, headers={"accept-language": "en"})
            if name in self.tokens:
                client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {self.tokens[name]}"
            elif name != ANONYMOUS:
                client.force_login(self.world.principals[name])
            kept[name] = client
        return kept[name]


def run(world: World, wanted: Iterable[tuple[str, Ask]], tokens: dict[str, str]) -> Leaks:
    """Make every request; `wanted` are pairs of a principal's name and what they ask."""
    desk, leaks = Desk(world, tokens), Leaks()
    for told in each(list(wanted), lambda pair: list(_ask(desk, world, *pair))):
        for status, leak in told:
            leaks.requests += 1
            leaks.statuses[status] += 1
            leaks.found += [leak] if leak else []
    return leaks


def shapes(world: World, wanted: Sequence[tuple[str, Ask]], tokens: dict[str, str]) -> list[tuple[int, bytes]]:
    """The status and shape of every answer, to compare a whole list before and after something happened elsewhere."""
    desk = Desk(world, tokens)

    def one(pair: tuple[str, Ask]) -> tuple[int, bytes]:
        said = _send(desk.client(pair[0]), pair[1], pair[1].path)
        return said[0], _shape(said, pair[1].path)

    return each(wanted, one)


def each(items: Sequence[Item], do: Callable[[Item], R]) -> list[R]:
    """`do` for every item, THREADS at once, in the order of the items; each thread closes its connection."""
    results: dict[int, R] = {}
    waiting = iter(enumerate(items))
    door = Lock()

    def work() -> None:
        try:
            while True:
                with door:
                    i, item = next(waiting, (None, None))
                if i is None:
                    return
                results[i] = do(item)  # type: ignore[arg-type]
        finally:
            connections.close_all()

    crew = [Thread(target=copy_context().run, args=(work,)) for _ in range(THREADS)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert len(results) == len(items), "a request broke its thread"
    return [results[i] for i in range(len(items))]


def _ask(desk: Desk, world: World, name: str, ask: Ask) -> Iterable[tuple[int, str]]:
    client = desk.client(name)
    said = _send(client, ask, ask.path)
    who = f"{name}: {ask.method} {ask.path} -> {said[0]}"
    words = sorted(w for w in _words(said) if name not in world.secrets.get(w, frozenset()) and w not in ask.path)
    if words:
        yield said[0], f"{who}: tells {', '.join(words[:5])}"
    elif said[0] >= 500:
        yield said[0], f"{who}: breaks"
    else:
        yield said[0], ""
    if ask.twin is None:
        return
    kept = any(case.no in ask.path for case in world.kept)
    other = _send(client, ask, ask.twin)
    same = kept or _same(ask, said, other)
    if not same and (ask.method in ("GET", "HEAD") or said[0] >= 400):
        # The first page after a post also shows what the post had to say. What is theirs differs again.
        same = _same(ask, _send(client, ask, ask.path), other)
    yield other[0], "" if same else f"{who}: differs from what does not exist ({other[0]})"


def _same(ask: Ask, said: tuple[int, bytes, bytes], other: tuple[int, bytes, bytes]) -> bool:
    """Whether somebody else's and nobody's were answered alike."""
    return (said[0], _shape(said, ask.path)) == (other[0], _shape(other, ask.twin or ""))


def _send(client: Client, ask: Ask, path: str) -> tuple[int, bytes, bytes]:
    body = b"" if ask.method in ("GET", "HEAD") else ask.body.encode()
    answer = client.generic(ask.method, path, body, content_type=ask.kind) if body else client.generic(ask.method, path)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
    heads = "\n".join(f"{k}: {v}" for k, v in answer.headers.items() if k not in ("Content-Length", "Vary"))
    return answer.status_code, content, heads.encode()


def _words(said: tuple[int, bytes, bytes]) -> set[str]:
    return {word.decode() for word in _TOKEN.findall(said[1] + said[2])}


def _shape(said: tuple[int, bytes, bytes], path: str) -> bytes:
    """The answer without the id that was asked for and without what changes by itself."""
    body = _cells(said[1]) if said[1].startswith(b"PK") else said[1]
    text = body + b"\n" + re.sub(rb"(?m)^(Set-Cookie|X-Request-ID|Content-Security-Policy).*$", b"", said[2])
    bare = path.partition("?")[0]
    text = text.replace(bare.encode(), b"@").replace(quote(bare, safe="/").encode(), b"@")
    for part in re.split(r"[/?&=]", path):
        if len(part) > 5:
            text = text.replace(part.encode(), b"@")
    return _VOLATILE.sub(b"", text)


def _cells(workbook: bytes) -> bytes:
    """What stands in a workbook; its bytes hold the moment at which it was made."""
    book = load_workbook(io.BytesIO(workbook), read_only=True)
    return repr([list(sheet.iter_rows(values_only=True)) for sheet in book]).encode()


def pairs(names: Sequence[str], wanted: Sequence[Ask], *, every: int = 1, seed: int = 0) -> list[tuple[str, Ask]]:
    """Everybody asks everything; with `every` > 1 each question is asked by each n-th principal in turn, so that every
    route and every principal still occur."""
    return [
        (name, ask) for i, ask in enumerate(wanted) for j, name in enumerate(names) if (i * 7 + j + seed) % every == 0
    ]
