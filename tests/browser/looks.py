"""What is wrong with a page as it stands: for axe, and for its width."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_STILL = """Promise.all(document.getAnimations().filter(a => a.effect.getTiming().iterations !== Infinity)
  .map(a => a.finished.catch(() => null))).then(() => null)"""


def faults(page: "Page") -> list[str]:
    """Everything that axe finds with all parts unfolded, and by how much the page is wider than the window."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelectorAll('details').forEach(d => { d.name = ''; d.open = true })")
    page.evaluate(_STILL)  # a colour half-way has no contrast to measure
    found = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found + ([f"{wide} px too wide"] if wide > 0 else [])
