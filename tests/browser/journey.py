"""What journeys share: people with a browser each, steps with their seconds, and who else must not see it.

A `Walk` remembers every address that anybody went to. At its end a stranger asks for each of them (journey 8) and each
is read in English and in Chinese (journey 9), so both hold for whatever a journey comes to show.
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.cast import Cast

PHONE, WIDE = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
STRANGERS = ("nobody", "mallory", "lin")
"""Somebody who is not signed in, a worker from elsewhere, the officer of another county."""
WITH_ID = re.compile(r"/ZJ\d+|/\d+/|[?&]no=ZJ")
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
LATIN = re.compile(r"[A-Za-z][a-z]{2,}")
EVERYWHERE = frozenset({"Excel", "Enter", "Esc", "Ctrl", "Tab", "Word", "hzxh"})
"""Names of keys and programs, and letters of pinyin as an example: the same in both languages."""
HARMLESS = ("net::ERR_", "Failed to load resource", "htmx:sendError", "htmx:afterRequest")
"""A network that a journey took away, and answers that it provoked: the status is looked at, not the console."""
SPOKEN = frozenset(
    {
        "aria-label", "title", "placeholder", "alt", "data-busy", "data-stop", "data-large", "data-solving",
        "data-sending", "data-hours", "data-minutes",
    }
)  # fmt: skip
"""Attributes in which words for people stand."""
SILENT = frozenset({"script", "style", "svg", "template", "textarea"})
"""What holds no words of ours, or what people typed."""


@dataclass
class Walk:
    """One journey."""

    browser: "Browser"
    url: str
    cast: "Cast"
    name: str
    secrets: list[str] = field(default_factory=list)
    """Words of the case that no stranger may read."""
    seconds: dict[str, float] = field(default_factory=dict)
    visited: dict[str, dict[str, None]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    _contexts: dict[str, "BrowserContext"] = field(default_factory=dict)

    def enter(self, who: str, *, window: dict[str, int] = WIDE, **cookies: str) -> "Page":
        """A browser of their own for the named person ("nobody" signs in nowhere); the same one when they return."""
        context = self.context(who, window=window)
        for name, value in cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": self.url}])
        if context.pages:
            return context.pages[0]
        page = context.new_page()
        seen = self.visited.setdefault(who, {})
        page.on("framenavigated", lambda frame: seen.setdefault(_path(frame.url)) if frame == page.main_frame else None)
        page.on("console", lambda said: self.broken.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        return page

    def context(self, who: str, *, window: dict[str, int] = WIDE) -> "BrowserContext":
        """The browser of the named person, signed in where they have an account."""
        if who not in self._contexts:
            self._contexts[who] = made = self.browser.new_context(
                base_url=self.url, locale="zh-CN", timezone_id="Asia/Shanghai", viewport=window, reduced_motion="reduce"
            )  # type: ignore[arg-type]
            made.set_default_timeout(10_000)
            if who in self.cast.accounts:
                made.add_cookies([{"name": "sessionid", "value": _session(self.cast, who), "url": self.url}])
        return self._contexts[who]

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Take the time of a step."""
        began = time.perf_counter()
        yield
        self.seconds[what] = round(time.perf_counter() - began, 2)

    def close(self) -> None:
        """Say how long it took, and that no browser complained."""
        total = round(sum(self.seconds.values()), 2)
        print(json.dumps({"journey": self.name, "seconds": {**self.seconds, "all": total}}, ensure_ascii=False))
        for context in self._contexts.values():
            context.close()
        left = [said for said in self.broken if not any(known in said for known in HARMLESS)]
        assert left == [], left

    def is_closed_to_strangers(self) -> None:
        """Journey 8: whoever has no part in it asks for every address that was visited. Where an id stands in it they
        are refused or asked to sign in, and nowhere do they read a word of it."""
        assert self.secrets
        answers: dict[str, int] = {}
        told: list[str] = []
        for who in STRANGERS:
            request = self.context(who).request
            for path in self._paths():
                answer = request.get(path)
                text = answer.text()
                asked_to_sign_in = urlsplit(answer.url).path == "/sign-in/"
                if WITH_ID.search(path) and not asked_to_sign_in:
                    answers[f"{who} {path}"] = answer.status
                told += [f"{who} {path}: {word}" for word in self.secrets if word in text and word not in path]
        seen = {where: status for where, status in answers.items() if status not in (403, 404)}
        assert (seen, told) == ({}, []), (seen, told)
        assert any(WITH_ID.search(path) for path in self._paths())

    def is_whole_in_both_languages(self) -> None:
        """Journey 9: every page that was visited, as its visitor, has no Chinese word of ours in English and no English
        one in Chinese."""
        names = _names()
        found: dict[str, list[str]] = {}
        for who, paths in self.visited.items():
            request = self.context(who).request
            for path in paths:
                for language, foreign in (("en", CHINESE), ("zh-CN", LATIN)):
                    answer = request.get(path, headers={"Accept-Language": language})
                    if answer.ok and "html" in answer.headers["content-type"]:
                        words = foreign.findall(_without(names, Words.of(answer.text())))
                        if left := [word for word in dict.fromkeys(words) if word not in EVERYWHERE]:
                            found[f"{language} {who} {path}"] = left
        assert found == {}, found

    def _paths(self) -> list[str]:
        return list(dict.fromkeys(path for paths in self.visited.values() for path in paths))


class Words(HTMLParser):
    """The words of a page that its own language applies to: text and spoken attributes, without what is marked as being
    in another language and without what people typed into fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._left_out = 0
        self._open: list[bool] = []

    @classmethod
    def of(cls, page: str) -> str:
        """The words of a page, each part on a line."""
        reader = cls()
        reader.feed(page)
        return "\n".join(reader.found)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count what is left out as long as it is open."""
        given = dict(attrs)
        out = tag in SILENT or given.get("aria-hidden") == "true" or (tag != "html" and "lang" in given)
        if not self._left_out and not out:
            self.found += [value for name, value in attrs if value and name in SPOKEN]
        if tag not in VOID:
            self._open.append(out)
            self._left_out += out

    def handle_endtag(self, tag: str) -> None:
        """Close it again."""
        if tag not in VOID and self._open:
            self._left_out -= self._open.pop()

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        if not self._left_out and data.strip():
            self.found.append(data.strip())


VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _session(cast: "Cast", who: str) -> str:
    from django.test import Client

    client = Client()
    client.force_login(cast.accounts[who])
    return str(client.cookies["sessionid"].value)


def _names() -> list[str]:
    """Proper names and what people typed, the longest first: these are in no language of ours."""
    from zhijia.kernel.cases.models import Attachment, Case, Note
    from zhijia.kernel.org.models import Employer, Org, Region
    from zhijia.kernel.people.models import Account, Person
    from zhijia.modules.hotline.models import Ticket
    from zhijia.modules.vouchers.models import Offer, Outlet, Programme, Terminal

    found = {name for model in (Region, Org, Employer, Account, Person, Outlet) for name in _column(model, "name")}
    found |= {text for model in (Case, Programme, Offer) for text in _column(model, "title")}
    found |= {text for name in ("story", "wish", "employer_name") for text in _column(Ticket, name)}
    found |= {text for model, column in (
        (Note, "text"), (Attachment, "name"), (Outlet, "address"), (Programme, "terms"), (Terminal, "label"),
    ) for text in _column(model, column)}  # fmt: skip
    for note in _column(Note, "text"):
        found |= set(note.splitlines())
    short = {text.split("，")[0] for text in found} | {text[:40] for text in found}
    return sorted((name for name in found | short if len(name) > 1), key=len, reverse=True)


def _column(model: Any, name: str) -> list[str]:
    return [str(getattr(row, name)) for row in model.objects.all()]


def _without(names: list[str], text: str) -> str:
    for name in names:
        text = text.replace(name, " ")
    return text


def act(page: "Page", no: str, key: str, **typed: str) -> None:
    """On a case's page of the desk: unfold one step, fill it in, do it."""
    page.goto(f"/desk/{no}/")
    page.click(f"#do-{key} > details > summary")
    for name, value in typed.items():
        box = page.locator(f"#{key}-{name}")
        if box.evaluate("e => e.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    with page.expect_navigation():
        page.click(f"#form-{key} button")
    page.wait_for_selector(".told[role=status]")
