"""The first page on a slow phone: when its content is visible, how many bytes it took, and whether anything jumped.

Chromium as a phone with an empty cache for every load, 360 x 740, the processor slowed four times, 1.6 Mbit/s down,
750 kbit/s up and 150 ms for each request (what its developer tools call throttling). Measured on the worker's home, the
form to ask for help, the home of a signed-in worker and one of their matters. `value` is the slowest page's median of
the largest contentful paint. `kB` are all bytes that came over the wire until nothing moved any more, heads included,
also those by which the app keeps its shell for days without a network; a relay before the server counts them. The
browser's throttle knows nothing of opening connections, so `handshakes` is the same again with 562 ms for each request,
which is how Lighthouse stands for them; it is told, not promised.

The peer in the same run: the words of the same home page as a static file of the same server, without style or script.
Prints one JSON line. QUICK=1: three loads each instead of nine. CHROMIUM names another browser.
"""

import html
import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.request import urlopen

import _harness as harness

SECONDS, BYTES, SHIFT = 1.5, 150_000, 0.0
LOADS = 3 if harness.QUICK else 9
SLOWER, DOWN, UP, WAIT, WAIT_OPENING = 4, 1_600_000 / 8, 750_000 / 8, 150, 562
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = "13800000001"
STORY = "在青禾区一个工地扎钢筋，9 月和 10 月的工资没有给，包工头说要等甲方结账。"
WATCH = """
window.seen = { lcp: 0, shift: 0 };
const watch = (type, note) =>
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
watch("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; });
"""


@dataclass
class Relay:
    """Passes connections on to the server and counts what comes back."""

    port: int
    server: int
    received: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def listen(self, door: socket.socket) -> None:
        """Until the door is closed."""
        while True:
            try:
                near, _address = door.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.server))
            threading.Thread(target=self._pass, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        try:
            while data := source.recv(65536):
                if counts:
                    with self._lock:
                        self.received += len(data)
                target.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, target):
                end.close()


@contextmanager
def relay(url: str) -> Iterator[Relay]:
    """A relay before the server at `url`."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        made = Relay(door.getsockname()[1], int(url.rpartition(":")[2]))
        threading.Thread(target=made.listen, args=(door,), daemon=True).start()
        yield made


def prepare() -> tuple[str, str]:
    """The demonstration's province, its first worker with three matters; their session and the number of one matter."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from zhijia.faces.access import as_staff
    from zhijia.faces.cli import demo_province
    from zhijia.kernel.base import clock
    from zhijia.kernel.people.actors import Actor
    from zhijia.kernel.people.models import Account
    from zhijia.kernel.service.engine import fire, open_case

    then = clock.now() - timedelta(days=1)
    province = demo_province.found(now=then)
    worker = province.workers[0]
    account = Account.objects.get(person=worker)
    himself = Actor(account_id=account.pk, person_id=worker.pk, name=worker.name)
    numbers = [
        open_case(
            service="hotline", actor=himself, now=then, data={"story": f"{STORY}（{n}）", "category": "wages"},
            region=demo_province.QINGHE, applicant_id=worker.pk,
        ).no
        for n in range(3)
    ]  # fmt: skip
    dispatcher = as_staff(Account.objects.get(login="dispatcher"), now=clock.now())
    to = {"unit": province.orgs[demo_province.QINGHE].pk, "tier": "general"}
    fire(no=numbers[0], transition="dispatch", actor=dispatcher, now=then, data=to)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(account.pk), account.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    return str(session.session_key), numbers[0]


def words_of(url: str) -> str:
    """The words of a page as a page of nothing else."""
    page = urlopen(url, timeout=10).read().decode()
    said = re.sub(r"<(script|style|svg)\b.*?</\1>|<head>.*?</head>", " ", page, flags=re.S)
    lines = [html.escape(line.strip()) for line in re.sub(r"<[^>]+>", "\n", said).splitlines() if line.strip()]
    return f'<!doctype html><meta charset="utf-8"><title>·</title>{"".join(f"<p>{line}" for line in lines)}'


def load(browser: object, door: Relay, path: str, session: str, wait: int) -> dict[str, float]:
    """One first load: seconds until the largest content, bytes over the wire, shift."""
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": 360, "height": 740},
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    origin = f"http://127.0.0.1:{door.port}"
    if session:
        context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
    page = context.new_page()
    page.add_init_script(WATCH)
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": wait, "downloadThroughput": DOWN, "uploadThroughput": UP},
    )
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    before = door.received
    page.goto(f"{origin}{path}", wait_until="networkidle", timeout=60_000)
    last = -1
    while last != door.received:  # the service worker fetches its shell after the page
        last = door.received
        page.wait_for_timeout(700)
    seen = page.evaluate("seen")
    context.close()
    return {"lcp": seen["lcp"] / 1000, "kB": (door.received - before) / 1000, "shift": seen["shift"]}


def middle(loads: list[dict[str, float]]) -> dict[str, float]:
    """The median of each figure; of shift the worst, because none is promised."""
    return {
        "lcp": round(harness.median([one["lcp"] for one in loads]), 3),
        "kB": round(harness.median([one["kB"] for one in loads]), 1),
        "shift": round(max(one["shift"] for one in loads), 4),
    }


def main() -> None:
    """Take turns over the pages, so that a noisy machine disturbs all alike."""
    from playwright.sync_api import sync_playwright

    with harness.installation() as here:
        (here.home / "static" / "peer.html").write_text("")  # its place must be there when the server starts
        session, no = prepare()
        pages = {
            "home": ("/", ""),
            "ask": ("/ask/", ""),
            "my home": ("/", session),
            "my matter": (f"/matters/{no}/", session),
        }
        with here.web() as url:
            words = words_of(f"{url}/")
        (here.home / "static" / "peer.html").write_text(words)
        pages["peer"] = ("/static/peer.html", "")
        loads: dict[str, list[dict[str, float]]] = {name: [] for name in pages}
        slower: dict[str, list[dict[str, float]]] = {name: [] for name in pages}
        with here.web() as url, relay(url) as door, sync_playwright() as playwright:
            path = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            for where, who in pages.values():  # warm the server, not the browser
                load(browser, door, where, who, WAIT)
            for _n in range(LOADS):
                for name, (where, who) in pages.items():
                    loads[name].append(load(browser, door, where, who, WAIT))
            for _n in range(max(1, LOADS // 3)):
                for name, (where, who) in pages.items():
                    slower[name].append(load(browser, door, where, who, WAIT_OPENING))
            browser.close()
    found = {name: middle(some) for name, some in loads.items()}
    peer = found.pop("peer")
    value = max(page["lcp"] for page in found.values())
    kept = value <= SECONDS and all(p["kB"] * 1000 <= BYTES and p["shift"] <= SHIFT for p in found.values())
    harness.report(
        "first_page", value, "s", SECONDS, kept, loads=LOADS, pages=found,
        handshakes={name: middle(some)["lcp"] for name, some in slower.items()},
        load_average=round(os.getloadavg()[0], 1),
        peer={"name": "the same words as a static file of the same server, no style, no script", **peer},
    )  # fmt: skip


if __name__ == "__main__":
    main()
