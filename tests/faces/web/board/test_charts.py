"""One drawing for page and paper: the same marks, as classes or as inks; where lines break, what leads on."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from zhijia.faces.drawing.counts import Bar, Part, Stack, bars, parts, piles, stacks
from zhijia.faces.drawing.ink import _SHAPES, PAGE, PAPER, TOKENS, Picture, Sheet
from zhijia.faces.drawing.months import Month, Series, columns, lines, ornament
from zhijia.faces.drawing.places import Heads, Span, Tile, ranking, tiles

MONTHS = [Month(f"{n}", f"2026-{n:02}", f"?period=2026-{n:02}") for n in range(1, 5)]
SOLVED = Series("Solved", (0.8, 0.9, None, 0.7), main=True)
KEY = (("o1", "few"), ("o3", "many"))
STACKS = [Stack("county", (("o1", 30), ("o3", 12)), "42", "county: 42"), Stack("city", (("o1", 0), ("o3", 9)), "9")]
KINDS: dict[str, Callable[[Sheet], Picture | None]] = {
    "lines": lambda on: lines(on, MONTHS, [SOLVED, Series("Glad", (0.5, 0.6, 0.6, None))]),
    "columns": lambda on: columns(on, MONTHS, ("In", [40, 1200, None, 15]), ("Out", [35, 900, 10, None])),
    "ornament": lambda on: ornament(on, [10, 40, 20]),
    "bars": lambda on: bars(on, [Bar("Wages", 90, "90", "/desk/?x=1&y=2"), Bar("Injury", 35, "35")]),
    "stacks": lambda on: stacks(on, STACKS, KEY),
    "piles": lambda on: piles(on, STACKS, height=200),
    "parts": lambda on: parts(on, [Part("Qinghe", 900, 400, "400 / 900"), Part("Andu", 100, 0, "0 / 100")]),
    "ranking": lambda on: ranking(
        on,
        [Span("Qinghe", 0.9, 0.8, 0.94, "90 / 100", True, "?region=1"), Span("Andu", 0.7, 0.5, 0.8, "7 / 10", False)],
        0.8, Heads("rate", "solved / called", "whole 80%"),
    ),
    "tiles": lambda on: tiles(
        on, [Tile("Qinghe", 0, 0, 5, 0.9, 1, "Qinghe 90%", "?region=1", "Qinghe"), Tile("Andu", 1, 0, 0, None, 0, "?")],
        [("tile s0", "too few"), ("up", "higher")],
    ),
}  # fmt: skip


def drawn(kind: str, on: Sheet) -> str:
    found = KINDS[kind](on)
    assert found is not None
    return found.svg(titled="c")


def words(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


@pytest.mark.parametrize("kind", KINDS)
def test_page_and_paper_show_the_same_words_and_marks(kind: str) -> None:
    page, paper = drawn(kind, PAGE), drawn(kind, PAPER)
    assert words(page) == words(paper)
    bare = re.sub(r'<a href="[^"]*" class="month".*?</a>|<rect[^>]* class="hit"/>', "", page, flags=re.DOTALL)
    marks = [[len(re.findall(f"<{tag} ", svg)) for tag in ("rect", "circle", "polyline")] for svg in (bare, paper)]
    assert marks[0] == marks[1]


@pytest.mark.parametrize("kind", KINDS)
def test_colours_are_classes_on_the_page_and_inks_on_paper(kind: str) -> None:
    page, paper = drawn(kind, PAGE), drawn(kind, PAPER)
    assert re.findall(r'(?:fill|stroke|style|font-size)="', page) == []
    assert re.findall(r'(?:class|href|style)="', paper) == []
    assert set(re.findall("#[0-9a-f]{3,6}", paper)) <= {*TOKENS.values(), "#fff"}
    for svg in (page, paper):
        width = float(re.findall(r'viewBox="0 0 ([0-9.]+)', svg)[0])
        ends = [float(x) + float(w) for x, w in re.findall(r'<rect x="([0-9.-]+)"[^>]* width="([0-9.]+)"', svg)]
        assert max([0.0, *ends]) <= width + 0.2


def test_inks_of_paper_are_the_tokens_of_a_page_in_daylight() -> None:
    path = finders.find("web/tokens.css")
    assert isinstance(path, str)
    daylight = Path(path).read_text().split('[data-theme="dark"]')[0]
    assert {name: re.findall(rf"--{name}: (#[0-9a-f]+);", daylight)[0] for name in TOKENS} == TOKENS


def test_every_role_has_a_rule_on_the_page() -> None:
    sheets = [finders.find(f"web/{name}.css") for name in ("base", "figures")]
    rules = "".join(Path(str(path)).read_text() for path in sheets)
    assert [role for role in _SHAPES if f".{role.replace(' ', '.')}" not in rules and role != "wedge-on"] == []


def test_line_breaks_where_a_month_is_not_shown_and_months_lead_to_their_own() -> None:
    page = drawn("lines", PAGE)
    main = re.findall(r'<polyline points="([^"]*)" class="l-main"', page)
    assert [points.count(",") for points in main] == [2]  # the month after the gap is a dot
    assert re.findall(r'<a href="([^"]*)" class="month" aria-label="([^"]*)"', page) == [
        ("?period=2026-01", "2026-01 Solved 80.0% Glad 50.0%"), ("?period=2026-02", "2026-02 Solved 90.0% Glad 60.0%"),
        ("?period=2026-03", "2026-03 Glad 60.0%"), ("?period=2026-04", "2026-04 Solved 70.0%"),
    ]  # fmt: skip


def test_one_month_is_no_line() -> None:
    assert lines(PAGE, MONTHS[:2], [Series("Solved", (0.8, None))]) is None


@pytest.mark.parametrize("on", [PAGE, PAPER])
def test_words_of_people_cannot_break_out_of_a_drawing(on: Sheet) -> None:
    svg = bars(on, [Bar('<script>"', 3, "3", '"><script>')]).svg()
    assert (svg.count("<script"), svg.count("&lt;script&gt;") > 0) == (0, True)
