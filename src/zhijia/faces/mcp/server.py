"""A server of the Model Context Protocol: every calculator of workers' rights is one tool, read from the catalogue.

A tool stores nothing and reads no case. Its answer carries formula, article, data version and that it is an estimate,
so no agent can hand on a bare number.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import anyio
import mcp_types as types
from django.db import connections
from django.utils import translation
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

import zhijia
from zhijia.faces.api import derive
from zhijia.kernel.base import clock
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Invalid, ZhijiaError
from zhijia.kernel.rules.values import NATIONAL, refresh
from zhijia.modules.calculators import catalogue
from zhijia.modules.calculators.declare import Calculator, calculate
from zhijia.modules.calculators.told import told

T = TypeVar("T")
LANGUAGES = ("zh-hans", "en")
INSTRUCTIONS = """\
Calculators of workers' rights under the labour law of China. Each answer is an estimate from what was given, not a
decision: always pass on its articles, its data version and its notes, and that the workers' hotline 12351 helps for
free. When a value of the place is not on record, the tool says which one to ask for: never make one up."""
BESIDE: dict[str, Any] = {
    "region": {"type": "string", "pattern": "^[0-9]{6}$", "description": "GB/T 2260 code of the county or city"},
    "on": {"type": "string", "format": "date", "description": "Day for which it is worked out; today if left out"},
    "language": {"type": "string", "enum": list(LANGUAGES), "description": "Of the answer; zh-hans if left out"},
}
"""Asked by every tool beside what its calculator asks."""


def make_server(language: str = "en") -> Server[Any]:
    """The server, with titles and descriptions in `language`."""

    async def list_tools(_ctx: Any, _params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=await _apart(lambda: tools(language)))

    async def call_tool(_ctx: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        return await _apart(lambda: call(params.name, params.arguments or {}))

    return Server(
        "zhijia", version=zhijia.__version__, instructions=INSTRUCTIONS,
        on_list_tools=list_tools, on_call_tool=call_tool,
    )  # fmt: skip


async def serve(language: str = "en") -> None:
    """Serve one client over stdin and stdout until it goes."""
    server = make_server(language)
    async with stdio_server() as (reads, writes):
        await server.run(reads, writes, server.create_initialization_options())


def tools(language: str) -> list[types.Tool]:
    """Every calculator as a tool."""
    with translation.override(language):
        return [_tool(calculator) for calculator in catalogue.in_order()]


def call(name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    """The answer of one tool, in words and as data; what is wrong with the arguments is told field by field."""
    language = arguments.get("language")
    with translation.override(language if language in LANGUAGES else LANGUAGES[0]):
        try:
            answer = told(calculate(name, arguments, region=_region(arguments), on=_day(arguments)))
        except Invalid as error:
            return _refused("\n".join(f"{p.field}: {p.message}" for p in error.problems))
        except ZhijiaError as error:
            return _refused(str(error.reason))
    return types.CallToolResult(content=[types.TextContent(text=_in_words(answer))], structured_content=answer)


def _tool(calculator: Calculator) -> types.Tool:
    schema = derive.object_schema(calculator.asks)
    schema["properties"] |= BESIDE
    return types.Tool(
        name=calculator.key, title=str(calculator.title), description=f"{calculator.says} {calculator.basis}",
        input_schema=schema,
        annotations=types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )  # fmt: skip


def _region(arguments: dict[str, Any]) -> str:
    region = str(arguments.get("region") or NATIONAL)
    return region if len(region) == 6 and region.isascii() and region.isdigit() else NATIONAL


def _day(arguments: dict[str, Any]) -> date:
    today = clock.now().astimezone(CHINA).date()
    try:
        return date.fromisoformat(str(arguments.get("on") or today))
    except ValueError:
        return today


def _refused(words: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=words)], is_error=True)


def _in_words(answer: dict[str, Any]) -> str:
    lines = [
        f"{'→ ' if line['result'] else ''}{line['title']}: {line['value']}"
        + (f" = {line['formula']}" if line["formula"] else "") + (f"（{line['basis']}）" if line["basis"] else "")
        for line in answer["lines"]
    ]  # fmt: skip
    notes = [f"{text}（{basis}）" if basis else text for text, basis in answer["notes"]]
    values = [f"{v['title']} {v['value']}，{v['basis']}，{v['since']}" for v in answer["values"]]
    return "\n".join([answer["title"], *lines, *notes, *values, answer["version"], answer["estimate"]])


async def _apart(work: Callable[[], T]) -> T:
    """Run what may ask the database in a thread, with the values as they are now, and leave no connection behind."""

    def run() -> T:
        try:
            refresh()
            return work()
        finally:
            connections.close_all()

    return await anyio.to_thread.run_sync(run)
