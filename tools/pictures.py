"""Draw the pictures of docs/pictures from the demonstration: an installation of its own, a real browser, no hand.

`make pictures` needs the development environment and a Chromium (CHROMIUM names another one). LANG_OF=en draws them in
English.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from zhijia.site.postgres import free_port

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
PICTURES = (
    ("worker-home", "13800000001", "/", PHONE),
    ("worker-home-elder", "13800000001", "/?elder", PHONE),
    ("worker-ask", "13800000001", "/ask/", PHONE),
    ("worker-matter", "13800000001", "main a[href^='/matters/ZJ']", PHONE),
    ("desk-inbox", "officer", "/desk/", WIDE),
    ("desk-inbox-phone", "officer", "/desk/", PHONE),
    ("desk-case", "officer", "main a[href^='/desk/ZJ']", WIDE),
    ("board", "leader", "/board/", WIDE),
    ("board-phone", "leader", "/board/", PHONE),
)
"""Name, who looks, an address or the first link to follow from their first page, and the size of the window."""


@contextmanager
def demonstration() -> Iterator[str]:
    """The demonstration on a free port, in a folder that is thrown away; gives its address."""
    home, port = Path(tempfile.mkdtemp(prefix="zhijia-pictures-")), free_port()
    home.chmod(0o711)  # root's server runs as another user
    told = os.environ | {"ZHIJIA_HOME": str(home), "PORT": str(port)}
    command = [sys.executable, "-m", "zhijia.faces.cli.main", "serve", "--demo"]
    server = subprocess.Popen(command, env=told, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _second in range(180):
            try:
                urlopen(url, timeout=5).close()
                break
            except (URLError, OSError):
                time.sleep(1)
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)
        shutil.rmtree(home, ignore_errors=True)


def enter(browser: Browser, url: str, login: str, size: dict[str, int]) -> Page:
    """A page whose visitor has signed in as this account of the demonstration."""
    page = browser.new_context(
        base_url=url, viewport=size, locale=os.environ.get("LANG_OF", "zh-CN"), timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    ).new_page()  # fmt: skip
    page.goto("/sign-in/")
    page.locator(f"form:has(input[name=login][value='{login}']) button").click()
    page.wait_for_load_state("networkidle")
    return page


def draw(page: Page, name: str, where: str) -> None:
    """Go there and keep what is seen, in few colours: a picture of a page needs no more."""
    if where == "/?elder":
        page.context.add_cookies([{"name": "mode", "value": "elder", "url": page.url}])
    if where.startswith("/"):
        page.goto(where)
    else:
        page.goto(page.locator(where).first.get_attribute("href") or "/")  # a click would open the desk's preview
    page.wait_for_load_state("networkidle")
    place = FOLDER / f"{name}.png"
    page.screenshot(path=place)
    Image.open(place).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(place, optimize=True)
    print(f"{place.name}  {place.stat().st_size // 1024} kB")


def main() -> None:
    """Draw all of them."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with demonstration() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, login, where, size in PICTURES:
            page = enter(browser, url, login, size)
            draw(page, name, where)
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
