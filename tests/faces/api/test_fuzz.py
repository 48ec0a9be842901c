"""Whatever is sent to whatever address: never our fault (500), always the common shape."""

import json
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import Api
from .test_document import COMMITTED

HARD = st.sampled_from(
    ["", "\0", "a\0b", "\ud800", "\U0001f9f1", "'--", "{{1}}", "%s", "../..", "9" * 30, "-1", "1e999", "null", " ",
     "\u202e",
     0, -1, 1, 2**31, 2**63, 10**40, 1.5, float("nan"), float("inf"), True, None, [], {}, [[]], {"": ""}, "x" * 300]
)  # fmt: skip
VALUE = (
    HARD
    | st.text(max_size=30)
    | st.integers()
    | st.recursive(HARD, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
)
QUERY = ("service", "state", "category", "unit", "late", "open", "created_from", "created_to", "q", "order", "cursor",
         "limit",
         "region", "since", "until", "by", "under", "kind")  # fmt: skip


def routes() -> list[tuple[str, str, list[str]]]:
    """(method, path, names of the body's fields) of every operation; the committed document is held to the code."""
    written = json.loads(COMMITTED.read_text("utf-8"))
    found = []
    for path, methods in written["paths"].items():
        for method, operation in methods.items():
            text = json.dumps(operation.get("requestBody", {}))
            name = text.split("#/components/schemas/")[1].split('"')[0] if "#/components/schemas/" in text else ""
            found.append((method, path, list(written["components"]["schemas"].get(name, {}).get("properties", {}))))
    ends = ("delete", "/api/v1/session")  # the session that all the others need
    return [route for route in found if "/oauth/" not in route[1] and route[:2] != ends]


ROUTES = routes()


@pytest.mark.parametrize("who", ["dispatcher", "alice", "token"])
def test_nothing_that_is_sent_is_our_fault(api: Api, token: str, who: str) -> None:
    caller = api.with_token(token) if who == "token" else api.by(who)
    numbers = [api.by("alice").file() for _ in range(2)]

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(st.data())
    def send(data: st.DataObject) -> None:
        method, path, names = data.draw(st.sampled_from(ROUTES))
        for part in ("{no}", "{id}", "{key}", "{code}"):
            if part in path:
                path = path.replace(part, quoted(data.draw(st.sampled_from(numbers) | HARD)))
        fields = data.draw(
            st.dictionaries(st.sampled_from(names) if names else st.text(max_size=5), VALUE, max_size=len(names) + 1)
        )
        body: Any = data.draw(st.just(fields) | VALUE)
        query = data.draw(st.dictionaries(st.sampled_from(QUERY), st.text(max_size=20) | HARD.map(str), max_size=3))
        headers = data.draw(
            st.dictionaries(st.sampled_from(["If-Match", "Idempotency-Key", "Accept-Language", "Acting-As"]),
                            st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=70), max_size=2)
        )  # fmt: skip
        with transaction.atomic():
            answer = caller.client.generic(
                method.upper(), path, json.dumps(body).encode(), content_type="application/json", headers=headers,
                QUERY_STRING="&".join(f"{name}={quoted(value)}" for name, value in query.items()),
            )  # fmt: skip
            transaction.set_rollback(True)
        assert answer.status_code < 500, (method, path, body, query, headers, answer.content.decode())
        if answer.status_code >= 400:
            assert sorted(answer.json()) == ["code", "problems", "reason"]

    send()


def quoted(value: object) -> str:
    from urllib.parse import quote

    return quote(str(value).encode("utf-8", "surrogatepass")).replace("/", "%2F") or "-"
