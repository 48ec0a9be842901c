"""The calculators as tools of an AI agent, through an in-process client of the protocol."""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from mcp import Client

from zhijia.faces.mcp.server import make_server
from zhijia.modules.calculators.catalogue import in_order

pytestmark = pytest.mark.django_db
LATE = {"arrears": 10000, "ignored": True, "language": "en"}


def with_client(ask: Callable[[Client], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with Client(make_server("en")) as client:
            return await ask(client)

    return anyio.run(run)


def test_every_calculator_is_a_tool_with_its_inputs_and_article() -> None:
    tools = {tool.name: tool for tool in with_client(lambda client: client.list_tools()).tools}
    late = tools["late_pay"]
    assert sorted(tools) == sorted(c.key for c in in_order())
    assert (late.title, late.description) == (
        "Damages for late pay", "What the employer owes on top when an order to pay is ignored. 劳动合同法85",
    )  # fmt: skip
    assert (set(late.input_schema["properties"]), late.input_schema["required"]) == (
        {"arrears", "ignored", "region", "on", "language"}, ["arrears"],
    )  # fmt: skip
    assert (late.annotations.read_only_hint, late.annotations.open_world_hint) == (True, False)


def test_answer_carries_article_version_and_that_it_is_an_estimate() -> None:
    result = with_client(lambda client: client.call_tool("late_pay", LATE))
    answer = result.structured_content
    assert (result.is_error, answer["low"], answer["high"]) == (False, "5000.00", "10000.00")
    assert result.content[0].text.splitlines() == [
        "Damages for late pay", "→ Damages, at least: 5,000.00 yuan = 10,000 × 50%（劳动合同法85）",
        "→ Damages, at most: 10,000.00 yuan = 10,000 × 100%（劳动合同法85）", answer["version"],
        "This is an estimate from what was filled in, not a decision.",
    ]  # fmt: skip
    chinese = with_client(lambda client: client.call_tool("late_pay", LATE | {"language": "zh-hans"}))
    assert chinese.structured_content["title"] == "欠薪加付赔偿金"


def test_what_is_missing_is_told_and_never_made_up() -> None:
    asked = {"average": 8000, "began": "2020-01-01", "ended": "2025-12-31", "language": "en"}
    result = with_client(lambda client: client.call_tool("severance", asked))
    assert (result.is_error, [line.split(":")[0] for line in result.content[0].text.splitlines()]) == (
        True, ["minimum", "local_average"],
    )  # fmt: skip
    given = with_client(lambda client: client.call_tool("severance", asked | {"minimum": 2200, "local_average": 9000}))
    assert given.structured_content["low"] == "48000.00"
    assert with_client(lambda client: client.call_tool("nothing", {})).is_error is True
