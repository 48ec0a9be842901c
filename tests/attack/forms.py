"""Reading pages as a browser does: forms, links, and whether somebody's words became markup."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from tests.leaks.routes import lists

LEAVES = {"sign-out/", "vouchers/sw.js", "outlet/sw.js"}
"""Addresses that end the visit, or are scripts."""
SECRET = {"password", "hidden", "file", "submit", "button", "checkbox", "radio"}
"""Kinds of input whose words a page need not show again."""


@dataclass
class Field:
    """One field of a form with the value that stands in it."""

    name: str
    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form of a page."""

    action: str
    method: str
    page: str = ""
    fields: list[Field] = field(default_factory=list)

    def key(self) -> tuple[Any, ...]:
        """What makes two forms the same one on two pages."""
        fixed = [f.value for f in self.fields if f.kind in ("hidden", "submit") and f.name in ("act", "what")]
        return (_route(self.action), self.method, tuple(sorted({f.name for f in self.fields})), tuple(fixed))

    def filled(self) -> dict[str, Any]:
        """What a browser sends when nothing was changed."""
        return {f.name: f.value or (f.choices[0] if f.choices else "") for f in self.fields if f.kind != "file"}


class Page(HTMLParser):
    """Everything of one page."""

    def __init__(self, text: str, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address, self.forms, self.links, self.canaries = address, [], [], []
        self._form: Form | None = None
        self._open: Field | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "zjtag" or any(self._is_canary(name, value) for name, value in given.items()):
            self.canaries.append(f"<{tag} {given}>")
        if tag == "a" and given.get("href"):
            self.links.append(urljoin(self.address, given["href"]))
        if tag == "form":
            action = urljoin(self.address, given.get("action") or self.address)
            self._form = Form(action, given.get("method", "get").lower(), self.address)
            self.forms.append(self._form)
        if self._form is not None and (given.get("name") or tag == "option"):
            self._field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag in ("textarea", "select"):
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._open.kind == "textarea":
            self._open.value += data

    def _is_canary(self, name: str, value: str) -> bool:
        runs = name.startswith("on") and "zj(" in value
        return (
            name.startswith("zjattr") or runs or (name in ("href", "src", "action") and value.startswith("javascript:"))
        )

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        if tag == "option":
            if self._open is not None:
                self._open.choices.append(given.get("value", ""))
                self._open.value = given.get("value", "") if "selected" in given else self._open.value
        elif tag in ("input", "textarea", "select", "button"):
            kind = given.get("type", "text") if tag == "input" else tag
            made = Field(given["name"], kind, given.get("value", ""))
            self._open = made if tag in ("textarea", "select") else self._open
            self._form.fields.append(made)


@contextmanager
def undone() -> Iterator[None]:
    """Takes back what is changed inside, as the test's own transaction does: code that must not be called within
    another transaction may be called here."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)


def read(response: HttpResponse, address: str) -> Page | None:
    """The page of an answer; None for what is no page."""
    if not response.get("Content-Type", "").startswith("text/html"):
        return None
    return Page(response.content.decode(), address)


def walk(client: Client, *, most: int = 400, skip: int = 1, first: int = 0) -> Iterator[Form]:
    """Every form that this person is shown: on all addresses without an id, and on one of each kind that leads from
    there. With `skip` only each n-th address is looked at."""
    pages = [ask.path for ask in lists() if not ask.path.startswith(("/api/", "/oauth/"))]
    waiting = ["/", "/sign-in/", *pages[first::skip]]
    seen_routes: set[str] = set()
    seen_forms: set[Any] = set()
    while waiting and most:
        path = waiting.pop(0)
        route = _route(path)
        if route in seen_routes or route in LEAVES or not route or route.startswith("api/"):
            continue
        seen_routes.add(route)
        most -= 1
        response = client.get(path)
        assert response.status_code < 500, path
        page = read(response, path) if not response.streaming else None
        if page is None:
            continue
        for form in page.forms:
            if form.key() not in seen_forms and _route(form.action) not in LEAVES:
                seen_forms.add(form.key())
                yield form
        waiting += [urlsplit(link).path for link in page.links if not urlsplit(link).netloc]


def _route(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).route
    except Resolver404:
        return ""
