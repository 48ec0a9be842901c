"""Schemathesis against the API in this process: a short version of `benchmarks/attack.py`, as the same four people."""

import json
import logging
import os
from collections import Counter
from random import Random
from typing import Any

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.attack.forms import undone
from tests.cast import NOW, Cast
from tests.faces.api.conftest import make_token
from zhijia.faces.api import auth, document
from zhijia.kernel.base import clock

FULL = os.environ.get("ATTACK", "") == "full"
EXAMPLES = 2_000 if FULL else 75
SEED = int(os.environ.get("ATTACK_SEED", "0"))
CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
)  # fmt: skip
WHO = {"nobody": "", "member": "alice", "officer": "zhou", "partner": ""}


@pytest.fixture
def clients(cast: Cast) -> Any:
    """The four, each with their way in."""
    auth.forget()
    found = {name: Client(raise_request_exception=False) for name in WHO}
    for name, login in WHO.items():
        if login:
            found[name].force_login(cast.accounts[login])
    found["partner"].defaults["HTTP_AUTHORIZATION"] = f"Bearer {make_token(cast, '12345')}"
    with clock.at(NOW):
        yield found
    auth.forget()


@pytest.fixture(scope="module")
def operations() -> list[Any]:
    """Every operation that the document names."""
    schema = schemathesis.openapi.from_dict(json.loads(document.document()))
    return [
        found.ok() for found in schema.get_all_operations()
        if "/oauth/" not in found.ok().path and (found.ok().method, found.ok().path) != ("delete", "/api/v1/session")
    ]  # fmt: skip


@pytest.mark.parametrize("name", WHO)
def test_api_answers_as_it_says_whatever_is_sent(clients: dict[str, Client], operations: list[Any], name: str) -> None:
    chosen = operations if FULL else Random(f"{SEED} {name}").sample(operations, 40)
    strategies = [operation.as_strategy() for operation in chosen]
    statuses: Counter[int] = Counter()

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.integers(0, len(strategies) - 1), st.data())
    def send(n: int, data: st.DataObject) -> None:
        case = data.draw(strategies[n])
        response = ask(clients[name], case)
        statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    logging.disable(logging.CRITICAL)
    try:
        send()
    except FailureGroup as failures:
        pytest.fail("\n".join(str(failure) for failure in failures.exceptions))
    finally:
        logging.disable(logging.NOTSET)
    assert sum(statuses.values()) >= EXAMPLES // 2, statuses


def ask(client: Client, case: Case[Any]) -> Response:
    """Send a case through Django's client; what it changed is taken back."""
    kwargs = case.as_transport_kwargs(base_url="http://testserver")
    body = kwargs.get("data") or b""
    if "json" in kwargs:
        body = json.dumps(kwargs["json"]).encode("utf-8", "surrogatepass")
    named = {str(k): str(v) for k, v in (kwargs.get("headers") or {}).items()}
    kind = named.pop("Content-Type", "application/json")
    prepared = requests.Request(kwargs["method"], kwargs["url"], params=kwargs.get("params")).prepare()
    with undone():
        told = client.generic(
            kwargs["method"], prepared.path_url, body if isinstance(body, bytes) else str(body).encode(),
            content_type=kind, headers=named,
        )  # fmt: skip
    return Response(
        status_code=told.status_code, headers={k.lower(): [v] for k, v in told.headers.items()}, content=told.content,
        request=prepared, elapsed=0.0, verify=False,
    )  # fmt: skip
