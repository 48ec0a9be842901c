"""The pages of a country: 1,000,000 cases of 300,000 organisations, read through HTTP under row-level security.

Prints one JSON line. `value` is the worst part's ratio to its target (95th percentile of one reader's requests, after
warm-up); `parts` has p50, p95 and target of each, in milliseconds. A part whose page answers with an error is not ok.
The peer in the same run, on the same server: django-helpdesk with 100,000 tickets.

QUICK=1: 100,000 cases, 30,000 organisations, 2,000 tickets, two readers, no REST page of the peer. CASES=n, ORGS=n:
other numbers. `load` is the machine's load average around the measurement: beyond its cores, others slowed us down.
"""

import http.client
import json
import os
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from _harness import QUICK, installation, median, percentile, report, timed
from _helpdesk import VERSION, Helpdesk, Missing, helpdesk

CASES = int(os.environ.get("CASES") or (100_000 if QUICK else 1_000_000))
ORGS = int(os.environ.get("ORGS") or (30_000 if QUICK else 300_000))
TICKETS = 2_000 if QUICK else 100_000
READERS = ("province", "national") if QUICK else ("county", "province", "national")
TIMES, WARM_UP = (10, 8) if QUICK else (60, 16)
PEER_TIMES, REST_LIMIT = (2, 180) if QUICK else (3, 180)
LIST, CASE, BOARD, API = 200.0, 80.0, 300.0, 100.0
"""Milliseconds that a list or search, the case page, the board and a page of the API may take."""
MOST_QUERIES = 12
PASSWORD = "a benchmark's own 12351"
PATIENCE = 60


class Browser:
    """One keep-alive connection with its cookies."""

    def __init__(self, address: str, cookie: str = "", patience: float = PATIENCE) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=patience)
        self.cookies = dict(part.split("=", 1) for part in cookie.split("; ") if part)
        self.status = 0

    def ask(self, path: str, form: dict[str, str] | None = None) -> str:
        """The body; the status stays in `status`."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Accept-Language": "zh-CN"}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("GET" if form is None else "POST", path, form and urlencode(form), headers)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        for line in answer.msg.get_all("Set-Cookie") or ():
            name, value = line.split(";", 1)[0].split("=", 1)
            self.cookies[name] = value
        self.status = answer.status
        return body

    def sign_in(self, login: str) -> "Browser":
        """Sign in on the page. Raises RuntimeError when it does not work."""
        page = self.ask("/sign-in/")
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        self.ask("/sign-in/", {"csrfmiddlewaretoken": token, "act": "password", "login": login, "password": PASSWORD})
        if self.status != 302:
            raise RuntimeError(f"{login} could not sign in: {self.status}")
        return self


def part(ask: Callable[[], str], browser: Browser, target: float) -> dict[str, Any]:
    """Measure one page. A page that is not 200 is no page."""
    times = timed(ask, times=TIMES, warm_up=WARM_UP)
    p95 = percentile(times, 0.95)
    shown = {
        "p50": round(median(times), 1),
        "p95": round(p95, 1),
        "target": target,
        "ok": browser.status == 200 and p95 <= target,
    }
    return shown if browser.status == 200 else shown | {"status": browser.status}


def pages(country: Any) -> Iterator[tuple[str, str, list[str], float]]:
    """Name, reader, addresses (taken in turn) and target of every part."""
    from _scale import RARE, run

    for reader in READERS:
        yield f"inbox_{reader}", reader, ["/desk/"], LIST
        chosen = {"view": "all", "state": "working", "category": "wages"}
        yield f"filtered_{reader}", reader, [f"/desk/?{urlencode(chosen)}"], LIST
        yield f"filtered_text_{reader}", reader, [f"/desk/?{urlencode(chosen | {'q': '加班 仓库'})}"], LIST
        for name, words in (("rare", f"工资 {RARE}"), ("frequent", "工资 加班")):
            yield f"search_{name}_{reader}", reader, [f"/desk/?{urlencode({'q': words, 'state': 'any'})}"], LIST
        county = country.region["county"]
        below = {"county": f"= '{county}'", "province": f"LIKE '{county[:2]}%%'", "national": "<> ''"}[reader]
        numbers = run(
            f"SELECT no FROM (SELECT c.no, c.id FROM cases_case c JOIN org_org o ON o.id = c.unit_id "
            f"WHERE o.region_id {below} AND c.closed_at IS NULL AND c.lead_id IS NULL ORDER BY c.id DESC LIMIT 4000) x "
            f"ORDER BY md5(no) LIMIT {TIMES + WARM_UP}", [],
        )  # fmt: skip
        yield f"case_{reader}", reader, [f"/desk/{no}/" for (no,) in numbers], CASE
        yield f"api_{reader}", reader, ["/api/v1/cases?limit=25"], API
        yield f"api_open_{reader}", reader, ["/api/v1/cases?limit=25&open=true&order=due&category=wages"], API
    yield "board_province", "province", ["/board/"], BOARD
    yield "board_national", "national", ["/board/"], BOARD


def measure(address: str, country: Any, only: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
    """Every part, one reader after another."""
    found: dict[str, dict[str, Any]] = {}
    browser, signed_in = Browser(address), ""
    for name, reader, addresses, target in pages(country):
        if only and not any(name.startswith(each) for each in only):
            continue
        if reader != signed_in:
            browser, signed_in = Browser(address).sign_in(country.logins[reader]), reader
        turn = cycle(addresses)
        found[name] = part(lambda browser=browser, turn=turn: browser.ask(next(turn)), browser, target)  # type: ignore[misc]
        say(f"{name}: {found[name]}")
    return found


def count_queries(country: Any) -> dict[str, int]:
    """Statements of one case page, opened for the first time (the look goes on record) and again: everything that goes
    through the driver, prepared or not; transaction marks do not count."""
    import psycopg
    from django.test import Client

    from zhijia.kernel.people.models import Account

    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(
        Account.objects.get(login=country.logins["province"]), backend="zhijia.kernel.people.auth.Backend"
    )
    path = next(addresses for name, _reader, addresses, _target in pages(country) if name == "case_province")[0]
    client.get("/desk/")  # rules and calendar are read once by every process
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def counting(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        sent.append(str(query).lstrip())
        return execute(self, query, *args, **options)

    counts = {}
    psycopg.Cursor.execute = counting  # type: ignore[method-assign]
    try:
        for name in ("first", "again"):
            sent.clear()
            answer = client.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"the case page answered {answer.status_code}")
            counts[name] = sum(not query.startswith(("SAVEPOINT", "RELEASE")) for query in sent)
    finally:
        psycopg.Cursor.execute = execute  # type: ignore[method-assign]
    return counts


def let_readers_in(country: Any) -> None:
    """Give the readers a password, so that they can sign in as people do."""
    from zhijia.kernel.people.models import Account

    for login in country.logins.values():
        account = Account.objects.get(login=login)
        account.set_password(PASSWORD)
        account.save(update_fields=["password"])


def peer(database_url: str) -> dict[str, Any]:
    """The same questions to django-helpdesk, or the reason why not."""
    from _scale import RARE

    from zhijia.modules.hotline.models import Ticket

    what = f"django-helpdesk {VERSION}, {TICKETS:,} tickets, same server"
    tickets = Ticket.objects.select_related("case").order_by("case_id")[:5000]
    stories = [(ticket.case.title, ticket.story + ticket.employer_name) for ticket in tickets]
    try:
        with helpdesk(database_url, tickets=TICKETS, stories=stories) as here:
            return {"what": what, "parts": _ask_peer(here, RARE)}
    except Missing as reason:
        return {"what": what, "parts": None, "reason": str(reason)}


def _ask_peer(here: Helpdesk, rare: str) -> dict[str, Any]:
    browser = Browser(here.address, here.cookie)

    def table(search: str) -> str:
        asked = b64encode(json.dumps({"search_string": search, "sorting": "created"}).encode()).decode()
        return f"/datatables_ticket_list/{quote(asked)}?draw=1&start=0&length=25"

    found: dict[str, Any] = {}
    for name, path in (
        ("list", table("")), ("search", table(f"工资 OR {rare}")),
        ("ticket", f"/tickets/{here.tickets // 2}/"), ("dashboard", "/dashboard/"),
    ):  # fmt: skip
        times = timed(lambda path=path: browser.ask(path), times=PEER_TIMES)  # type: ignore[misc]
        found[name] = {"p50": round(median(times), 1), "status": browser.status}
        say(f"peer {name}: {found[name]}")
    found["rest"] = "skipped under QUICK" if QUICK else _rest(here)
    return found


def _rest(here: Helpdesk) -> dict[str, Any]:
    """One REST page of 25, once."""
    browser, began = Browser(here.address, here.cookie, REST_LIMIT), time.perf_counter()
    try:
        browser.ask("/api/tickets/?page_size=25")
    except TimeoutError:
        return {"more_than_ms": REST_LIMIT * 1000}
    return {"once": round((time.perf_counter() - began) * 1000, 1), "status": browser.status}


def say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


def main() -> None:
    import _scale

    from zhijia.kernel.base import clock

    with installation() as here:
        began = time.perf_counter()
        country = _scale.make(CASES, ORGS, now=clock.now())
        made = round(time.perf_counter() - began, 1)
        say(f"made in {made} s: {country.seconds}")
        let_readers_in(country)
        queries = count_queries(country)
        load = [os.getloadavg()[0]]
        with here.web() as address:
            parts = measure(address, country)
        load.append(os.getloadavg()[0])
        ratios = {name: each["p95"] / each["target"] for name, each in parts.items()}
        ok = all(each["ok"] for each in parts.values()) and max(queries.values()) <= MOST_QUERIES
        report(
            "cases_scale", max(ratios.values()), "x of target", 1, ok, worst=max(ratios, key=ratios.__getitem__),
            parts=parts, case_queries=queries | {"target": MOST_QUERIES}, cases=CASES, organisations=ORGS,
            made_s=made, load=load, peer=peer(here.database_url),
        )  # fmt: skip


if __name__ == "__main__":
    main()
