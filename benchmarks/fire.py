"""Transitions per second through the whole front door: HTTP, token, permission, facts, clocks, audit, outbox, counters,
messages, one durable commit each. 16 clients on keep-alive connections, fsync on, granian as `zhijia serve` runs it.

Prints one JSON line. Each client takes its own cases along the main line of the hotline: dispatch, sign, contact,
submit. The peer in the same run, on the same PostgreSQL server and under the same web server, is the public ticket
form of django-helpdesk 2.6.1, installed in a throw-away environment (PEER=0 leaves it out).
"""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import repeat
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import urlopen

import _harness as harness
import _helpdesk as peer
import psycopg

TARGET, CLIENTS = 300.0, 16
SECONDS = 8 if harness.QUICK else 20
ROUNDS = 1 if harness.QUICK else 3
CASES = 1600 if harness.QUICK else 6000
STORY = "在工地干了两个月，工资一直没有给。"
Send = Callable[[], Iterator[bytes]]


def main() -> None:
    with harness.installation() as here:
        token, unit, numbers = prepare()
        with here.web() as url:
            rates, cost = [], 0.0
            share = len(numbers) // (ROUNDS + 1)
            load(url, steps(url, token, unit, numbers[:share]), seconds=2)
            for n in range(1, ROUNDS + 1):
                before = cpu(server_processes(here.home))
                done, took = load(url, steps(url, token, unit, numbers[n * share : (n + 1) * share]), seconds=SECONDS)
                cost = 1000 * (cpu(server_processes(here.home)) - before) / max(done, 1)
                rates.append(done / took)
        value = harness.median(rates)
        beside = peer_rate(here)
    harness.report(
        "fire",
        value,
        "transitions/s",
        TARGET,
        value >= TARGET,
        clients=CLIENTS,
        cpu_ms_per_request=round(cost, 2),
        **beside,
    )


def prepare() -> tuple[str, int, list[str]]:
    """A small province, a partner whose posts may do all four steps, and received cases; outside the clock."""
    from django.db import transaction
    from oauth2_provider.models import AccessToken, Application

    from zhijia.faces.api.partners import add_partner
    from zhijia.kernel.base import clock
    from zhijia.kernel.org.models import OrgKind, Region
    from zhijia.kernel.org.tree import add_org
    from zhijia.kernel.people.actors import Actor, Role
    from zhijia.kernel.people.posts import appoint
    from zhijia.kernel.rules.values import load_defaults
    from zhijia.kernel.service import registry
    from zhijia.kernel.service.engine import open_case

    now, platform = clock.now(), Actor.platform()
    for service in registry.services():
        load_defaults(service.rules, now=now)
    regions = []
    for code, level in (("980000", 1), ("980100", 2), ("980102", 3)):
        parent = regions[-1].code if regions else None
        regions.append(Region.objects.create(code=code, name=code, level=level, parent_id=parent))
    province = add_org(parent=None, name="省", kind=OrgKind.FEDERATION, region=regions[0], now=now, actor=platform)
    centre = add_org(
        parent=province, name="中心", kind=OrgKind.HOTLINE_CENTRE, region=regions[0], now=now, actor=platform
    )
    province.refresh_from_db()
    unit = add_org(parent=province, name="区", kind=OrgKind.FEDERATION, region=regions[2], now=now, actor=platform)
    made = add_partner(
        name="bench", org_id=centre.pk, reach_id=province.pk, role=Role.DISPATCHER, actor=platform, now=now
    )
    appoint(account=made.account, role=Role.OFFICER, org_id=unit.pk, from_day=now.date(), actor=platform, now=now)
    token = secrets.token_urlsafe(24)
    application = Application.objects.get(client_id=made.client_id)
    AccessToken.objects.create(application=application, token=token, expires=now + timedelta(hours=2), scope="cases")
    numbers = []
    for _batch in range(0, CASES, 200):
        with transaction.atomic():
            numbers += [
                open_case(
                    service="hotline", actor=platform, now=now, region="980102", applicant_id=None,
                    data={"story": STORY, "category": "wages"},
                ).no
                for _ in range(200)
            ]  # fmt: skip
    return token, unit.pk, numbers


def steps(url: str, token: str, unit: int, numbers: list[str]) -> Send:
    """Gives each client an endless supply of requests, ready as bytes; ends when the cases do."""
    host = url.removeprefix("http://")
    line = (
        ("dispatch", {"unit": unit, "tier": "general"}), ("sign", {}),
        ("contact", {"note": "通话八分钟，约好周五回复。"}), ("submit", {"result": "已督促用人单位补发两个月工资。"}),
    )  # fmt: skip
    supply = iter(numbers)  # next() of a list's iterator is atomic, so clients never share a case

    def requests() -> Iterator[bytes]:
        while (no := next(supply, None)) is not None:
            for transition, fields in line:
                body = json.dumps(fields, ensure_ascii=False).encode()
                head = (
                    f"POST /api/v1/cases/{no}/actions/{transition} HTTP/1.1\r\nHost: {host}\r\n"
                    f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n"
                )
                yield head.encode() + body

    return requests


def load(url: str, supply: Send, *, seconds: float, expect: bytes = b"200") -> tuple[int, float]:
    """How many requests were answered as expected by 16 clients, and how long it took. Raises on any other answer."""
    host, port = url.removeprefix("http://").split(":")
    until = time.monotonic() + seconds
    done = [0] * CLIENTS
    wrong: list[bytes] = []

    def client(n: int) -> None:
        with socket.create_connection((host, int(port))) as wire:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for request in supply():
                if time.monotonic() > until or wrong:
                    return
                wire.sendall(request)
                answer = harness.receive(wire)
                if answer[9:12] != expect:
                    wrong.append(answer)
                    return
                done[n] += 1

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(wrong[0].decode("utf-8", "replace")[:800])
    return sum(done), time.monotonic() - began


def server_processes(home: Path) -> list[int]:
    """Ids of the web server's processes, which are our children and theirs, and of this installation's database."""
    found, parents = set(), {os.getpid()}
    rows = [line.split() for line in subprocess.check_output(["ps", "-eo", "pid=,ppid="], text=True).splitlines()]
    while parents:
        parents = {int(pid) for pid, ppid in rows if int(ppid) in parents} - found
        found |= parents
    return sorted(found | {int(pid) for pid, _ppid in rows if _folder(pid).startswith(str(home))})


def _folder(pid: str) -> str:
    try:
        return str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return ""


def cpu(processes: list[int]) -> float:
    """Seconds of CPU that these processes have used."""
    ticks = 0
    for pid in processes:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def peer_rate(here: harness.Installation) -> dict[str, object]:
    """The peer's ticket form, as many a second from as many clients; or the reason why there is none."""
    if os.environ.get("PEER") == "0":
        return {"peer": None, "peer_reason": "PEER=0"}
    try:
        with peer.helpdesk(here.database_url, tickets=0) as desk:
            own = urlunsplit(urlsplit(here.database_url)._replace(path=f"/{peer.DATABASE}"))
            with psycopg.connect(own, autocommit=True) as connection:
                connection.execute("DELETE FROM helpdesk_queue WHERE id > 1")  # a form with one queue is its fastest
            send = tickets(desk.address)
            load(desk.address, send, seconds=2, expect=b"302")
            done, took = load(desk.address, send, seconds=SECONDS / 2, expect=b"302")
    except peer.Missing as reason:
        return {"peer": None, "peer_reason": str(reason)}
    return {
        "peer": f"django-helpdesk {peer.VERSION}, public ticket form",
        "peer_value": round(done / took, 1),
        "peer_unit": "tickets/s",
    }


_HIDDEN = (("csrfmiddlewaretoken", r'csrfmiddlewaretoken" value="(\w+)"'), ("queue", r'<option value="(\d+)"'))


def tickets(url: str) -> Send:
    """The same form over and over, as a browser would send it; its protection against forged forms stays on."""
    with urlopen(f"{url}/tickets/submit/") as answer:
        page, cookie = answer.read().decode(), answer.headers["Set-Cookie"].partition(";")[0]
    fields = {
        name: re.search(pattern, page)[1]  # type: ignore[index]
        for name, pattern in _HIDDEN
    }
    body = urlencode(
        fields
        | {"title": "工资没有给", "body": STORY, "submitter_email": "a@example.org", "priority": "3", "due_date": ""}
    ).encode()
    head = (
        f"POST /tickets/submit/ HTTP/1.1\r\nHost: {url.removeprefix('http://')}\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return lambda: repeat(head.encode() + body)


if __name__ == "__main__":
    sys.exit(main())
