"""Everything hostile into every field of every form: never our fault, never markup, and the words come back.

A sample in the suite, chosen by ATTACK_SEED; `ATTACK=full` puts everything everywhere.
"""

import csv
import io
import json
import logging
import os
from copy import deepcopy
from datetime import date
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook

from tests.attack import corpus
from tests.attack.forms import SECRET, Form, read, undone, walk
from tests.cast import NOW, PLATFORM, QINGHE, Cast
from tests.scenarios.story import Story
from zhijia.faces.api import document
from zhijia.kernel.base import clock
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import appoint
from zhijia.kernel.people.roles import Role
from zhijia.kernel.service.engine import open_case

FULL = os.environ.get("ATTACK", "") == "full"
SEED = int(os.environ.get("ATTACK_SEED", "0"))
PEOPLE = ("nobody", "alice", "zhou", "head", "dispatcher", "admin", "guard", "auditor", "organiser")
SKIP, PAYLOADS = (1, len(corpus.WORDS)) if FULL else (7, 2)
CHOSEN = {"hidden", "submit", "button", "select", "radio", "checkbox", "file"}
"""Kinds of field that nobody types into; each has its turn alone."""
UNSHOWN = {"pass_phrase", "code", "confirm"}
"""Words that are secrets though they are typed in the open: a page never shows them again."""
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
    """As a browser would; everything it changed is taken back, also in the browser."""
    cookies = deepcopy(client.cookies)
    there = urlsplit(form.action)
    with undone():
        if form.method == "post":
            response: Any = client.post(there.path + (f"?{there.query}" if there.query else ""), data)
        else:
            response = client.get(there.path, data)
    client.cookies = cookies
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
        lost = [n for n in (asked & set(again)) - UNSHOWN if n in data and not again[n].strip() and visible(data[n])]
        problems += [f"{where}: {name} is lost" for name in lost]
    return problems


def visible(value: Any) -> bool:
    """Whether anything is left of it once what no screen shows is taken out."""
    return any(letter.isprintable() and not letter.isspace() for letter in str(value))


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
    assert sorted(set(problems))[:20] == []


def test_no_address_is_broken_by_its_letters(enter: Any) -> None:
    client = enter("zhou" if SEED % 2 else "alice")
    for path in ("/desk/", "/matters/", "/files/", "/api/v1/cases/", "/nowhere/"):
        for letters in (*corpus.OVERLONG, "%00", "%0d%0aZj:1", "..%2f..%2fetc%2fpasswd", "%252e%252e", "a" * 8_000):
            text = letters.decode() if isinstance(letters, bytes) else letters
            for there in (
                f"{path}{text}",
                f"{path}{text}/",
                f"{path}?q={text}&next={text}&before={text}&cursor={text}",
            ):
                response = client.get(there)
                assert response.status_code < 500, there
                assert response.headers.get("Zj") is None


def test_no_body_is_too_strange_for_the_api(enter: Any) -> None:
    clients, chance = [enter("nobody"), enter("alice"), enter("dispatcher")], Random(SEED)
    written = json.loads(document.document())["paths"]
    paths = [(m, path) for path, methods in written.items() for m in methods if "requestBody" in methods[m]]
    assert len(paths) > 100
    for name, body in corpus.BODIES.items():
        for method, path in paths if FULL else chance.sample(paths, 1):
            there = path.replace("{no}", "ZJ2611160000001").replace("{id}", "1")
            for client in clients:
                with undone():
                    answer = client.generic(method.upper(), there, body, content_type="application/json")
                assert answer.status_code < 500, (name, method, path, answer.content[:200])
                assert "oauth" in path or answer["Content-Type"].startswith("application/json")


def test_forms_may_be_long_wide_or_torn(enter: Any) -> None:
    """A million letters, ten thousand fields, a body without its boundary: refused in words, at once."""
    client = enter("alice")
    for path in ("/ask/", "/me/contact/", "/me/data/correct/", "/i18n/setlang/", "/mode/", "/sign-in/"):
        for word in corpus.LONG:
            assert client.post(path, {"story": word, "name": word, "q": word}).status_code < 500, path
        assert client.post(path, {f"f{n}": "x" for n in range(10_000)}).status_code == 400, path
        torn = client.generic("POST", path, b"--x\r\n", content_type="multipart/form-data")
        assert torn.status_code == 400, path
    torn = client.generic("POST", "/api/v1/openings", b"x", content_type="multipart/form-data")
    assert (torn.status_code, torn.json()["code"]) == (400, "malformed")


def test_no_file_does_harm(enter: Any) -> None:
    client = enter("alice")
    sent_files = list(corpus.files().items())
    for name, content in sent_files if FULL else Random(SEED).sample(sent_files, 6):
        with undone():
            sent = {"story": "老板不发工资", "category": "wages", "county": QINGHE, "act": "send"}
            upload = SimpleUploadedFile(name, content, content_type="image/jpeg")
            response = client.post("/ask/", sent | {"files": upload})
        assert response.status_code < 500, name
        page = read(response, "/ask/")
        assert page is None or page.canaries == [], name


def test_lists_taken_out_hold_no_live_formula(enter: Any, cast: Cast) -> None:
    for word in corpus.FORMULAS:
        with transaction.atomic():
            open_case(
                service="hotline", actor=cast.actor("alice"), now=NOW, region=QINGHE,
                applicant_id=cast.person_id("alice"), data={"story": f"{word} 工资", "category": "wages"},
            )  # fmt: skip
    supervisor = enter("supervisor")
    book = load_workbook(io.BytesIO(supervisor.get("/desk/export/?view=all").content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 20
    assert [c.value for c in cells if c.data_type == "f"] == []
    assert [c.value for c in cells if c.data_type == "s" and str(c.value).startswith(LIVE)] == []
    for table in ("/board/table.csv", "/board/winter/table.csv"):
        lines = list(csv.reader(io.StringIO(supervisor.get(table).content.decode("utf-8-sig"))))
        assert [cell for line in lines for cell in line if cell.startswith(LIVE)] == []
