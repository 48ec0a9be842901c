"""What is wrong with a page as it stands: for axe, for its width, and on a worker's page for the Ministry's numbers.

Those are of 《移动互联网应用（APP）适老化通用设计规范》 (2021): letters of 18 and more that can be made larger up
to 30, lines at least 1.3 times as high, and places to touch of 60 x 60 in large text, 44 x 44 elsewhere; a colour never
says it alone.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

PLAIN, CALENDAR, ELDER = 14, 13, 18
"""Pixels of the smallest letters: as designed, in the calendar that counts, and in large text."""
LINE, TARGET, ELDER_TARGET = 1.3, 44, 60
WORKER = "[data-face=worker]"
HEIGHT = 900
"""Of a window whose width is given."""

_STILL = """Promise.all(document.getAnimations().filter(a => a.effect.getTiming().iterations !== Infinity)
  .map(a => a.finished.catch(() => null))).then(() => null)"""
_AXE = """() => axe.run({ resultTypes: ["violations"], selectors: false })
  .then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)}`))"""
_NUMBERS = """([text, calendar, line, target]) => {
  const found = new Set(), said = (e) => e.outerHTML.replace(/\\s+/g, " ").slice(0, 110);
  const drawn = (e) => e.checkVisibility({ checkVisibilityCSS: true }) && !e.closest(".vh, svg, option, noscript");
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const e = node.parentElement;
    if (!node.data.trim() || !drawn(e) || e.closest("script, style")) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize), high = parseFloat(style.lineHeight) / size;
    if (size < (e.closest(".why") ? calendar : text)) found.add(`${size} px: ${said(e)}`);
    if (!(high >= line - 0.001)) found.add(`line ${style.lineHeight} of ${size}: ${said(e)}`);
  }
  for (const e of document.querySelectorAll("a[href], button, select, textarea, summary, input:not([type=hidden])")) {
    const box = /checkbox|radio|file/.test(e.type) ? e.closest("label") ?? e : e;
    if (!drawn(box) || box.matches(".skip")) continue;
    const { width, height } = box.getBoundingClientRect();
    if (Math.min(width, height) >= target - 0.5 || inSentence(box)) continue;
    found.add(`${Math.round(width)} x ${Math.round(height)}: ${said(e)}`);
  }
  function inSentence(e) { // WCAG 2.5.8: a link within a line of text is as high as the line
    if (target >= 60 || getComputedStyle(e).display !== "inline") return false;
    return [...e.parentElement.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  }
  for (const e of document.querySelectorAll(".clock")) {
    if (!e.querySelector("svg") || !e.innerText.trim()) found.add(`colour alone: ${said(e)}`);
  }
  return [...found];
}"""


def faults(page: "Page", *widths: int) -> list[str]:
    """Everything that axe finds with all parts unfolded, by how much the page is wider than the window, and what of the
    numbers a worker's page does not keep; in the window as it is, or in each of these widths, one after the other."""
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.name = ''; d.open = true })")
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found: list[str] = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{width}: {fault}" for fault in _faults(page)]
    return found if widths else _faults(page)


def _faults(page: "Page") -> list[str]:
    page.evaluate(_STILL)  # a colour half-way has no contrast to measure
    found = list(page.evaluate(_AXE))
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found += [f"{wide} px too wide"] if wide > 0 else []
    return found + (numbers(page) if page.locator(f"html{WORKER}").count() else [])


@cache
def _axe() -> str:
    from axe_playwright_python.sync_playwright import Axe

    return str(Axe().axe_script)


def numbers(page: "Page") -> list[str]:
    """Letters, lines and places to touch that are too small on a worker's page."""
    if page.locator("html[data-mode=elder]").count():
        return list(page.evaluate(_NUMBERS, [ELDER, ELDER, LINE, ELDER_TARGET]))
    return list(page.evaluate(_NUMBERS, [PLAIN, CALENDAR, LINE, TARGET]))
