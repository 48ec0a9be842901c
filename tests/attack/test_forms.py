"""Everything hostile into every field of every form: never our fault, never markup, and the words come back.

A sample in the suite, chosen by ATTACK_SEED; `ATTACK=full` puts everything everywhere.
"""

import json
import logging
import os
from datetime import date
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.attack import corpus
from tests.attack.forms import SECRET, Form, read, walk
from tests.cast import NOW, PLATFORM, Cast
from tests.scenarios.story import Story
from zhijia.kernel.base import clock
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import appoint
from zhijia.kernel.people.roles import Role

FULL = os.environ.get("ATTACK", "") == "full"
SEED = int(os.environ.get("ATTACK_SEED", "0"))
PEOPLE = ("nobody", "alice", "zhou", "head", "dispatcher", "admin", "guard", "auditor", "organiser")
SKIP, PAYLOADS = (1, len(corpus.WORDS)) if FULL else (7, 2)
CHOSEN = {"hidden", "submit", "button", "select", "radio", "checkbox", "file"}
"""Kinds of field that nobody types into; each has its turn alone."""
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.fixture
def enter(cast: Cast) -> Any:
    """Signs somebody in, in a house where a matter is being handled."""
    organiser = Account.objects.create(login="organiser", name="Organiser", created_at=NOW)
    cast.accounts["organiser"] = organiser
    appoint(
        account=organiser, role=Role.ORGANISER, org_id=cast.orgs["qinghe"].pk, actor=PLATFORM, now=NOW,
        from_day=date(2020, 1, 1), campaign="vouchers.programme:0",
    )  # fmt: skip
    Story(cast).tell().dispatch().do("zhou", "sign")

    def sign_in(name: str) -> Client:
        client = Client(raise_request_exception=False, headers={"accept-language": "en"})
        if name != "nobody":
            client.force_login(cast.accounts[name])
        return client

    with clock.at(NOW):
        yield sign_in


def send(client: Client, form: Form, data: dict[str, Any]) -> HttpResponse:
    """As a browser would; everything it changed is taken back."""
    with transaction.atomic():
        try:
            there = urlsplit(form.action)
            path = there.path + (f"?{there.query}" if there.query and form.method == "post" else "")
            response: Any = client.post(path, data) if form.method == "post" else client.get(there.path, data)
        finally:
            transaction.set_rollback(True)
    return response


def wrong(response: Any, form: Form, data: dict[str, Any], typed: str) -> list[str]:
    """What must not be."""
    where = f"{form.method.upper()} {form.action} on {form.page} with {typed[:40]!r}"
    problems = [f"{where}: {response.status_code}"] if response.status_code >= 500 else []
    if "zj" in response.cookies or response.headers.get("Zj"):
        problems.append(f"{where}: a header of theirs")
    if urlsplit(response.headers.get("Location", "")).netloc not in ("", "testserver"):
        problems.append(f"{where}: leads away to {response['Location']}")
    page = None if response.streaming else read(response, form.page)
    if page is None:
        return problems
    problems += [f"{where}: becomes {canary}" for canary in page.canaries]
    if response.status_code == 422:
        again = {f.name: f.value for found in page.forms for f in found.fields if f.kind not in SECRET}
        asked = {f.name for f in form.fields if f.kind not in SECRET and f.kind != "select"}
        lost = [n for n in asked & set(again) if n in data and not again[n].strip() and str(data[n]).strip()]
        problems += [f"{where}: {name} is lost" for name in lost]
    return problems


def hostile(form: Form, chance: Random) -> list[tuple[dict[str, Any], str]]:
    """Ways to fill the form in: one word in all fields, one in each field alone, one field twice, one too many."""
    typed = [f.name for f in form.fields if f.kind not in CHOSEN]
    words = chance.sample(corpus.WORDS, PAYLOADS)
    ways: list[tuple[dict[str, Any], str]] = [(form.filled() | dict.fromkeys(typed, word), word) for word in words]
    for one in form.fields if FULL else chance.sample(form.fields, min(2, len(form.fields))):
        word = chance.choice(corpus.WORDS)
        ways.append((form.filled() | {one.name: word}, word))
    twice = chance.choice(form.fields)
    ways.append((form.filled() | {twice.name: ["a", chance.choice(corpus.WORDS), "\0"]}, "twice"))
    return [({n: safe(v) for n, v in data.items()}, word) for data, word in ways]


def safe(value: Any) -> Any:
    """As a client can send it at all: half a character goes as its bytes would."""
    if isinstance(value, list):
        return [safe(one) for one in value]
    return str(value).encode("utf-8", "surrogatepass").decode("utf-8", "replace")


@pytest.mark.parametrize("name", PEOPLE)
def test_no_word_in_any_form_does_harm(enter: Any, name: str) -> None:
    logging.disable(logging.CRITICAL)
    try:
        client, chance = enter(name), Random(f"{SEED} {name}")
        problems, sent = [], 0
        for form in walk(client, skip=SKIP, first=chance.randrange(SKIP), most=400 if FULL else 16):
            if not form.fields:
                continue
            for data, typed in hostile(form, chance):
                problems += wrong(send(client, form, data), form, data, typed)
                sent += 1
    finally:
        logging.disable(logging.NOTSET)
    print(json.dumps({"as": name, "forms_sent": sent, "problems": len(problems)}))
    assert problems == []
