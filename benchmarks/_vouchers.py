"""What the voucher benchmark and its fault test need: a union with an open offer, people who are signed in, and their
claims as bytes ready for the wire."""

import json
import os
import secrets
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from _harness import receive

BITS = 4
"""Zero bits of the puzzle: checked and spent as in earnest, but solved in no time by ten thousand clients at once."""


@dataclass(frozen=True)
class Stage:
    """Where people claim."""

    offer_id: int
    quota_key: str
    quota_id: int
    programme_id: int
    region: str
    terminal: str
    """The secret of the outlet's terminal."""


def set_stage(meals: int, *, code: str = "980102", name: str = "bench", parent: Any = None) -> Stage:
    """A county whose union offers so many meals from midnight to midnight: planned, approved and published yesterday,
    through the engine. Needs Django."""
    from zhijia.kernel.base import clock
    from zhijia.kernel.org.models import OrgKind, Region
    from zhijia.kernel.org.tree import add_org
    from zhijia.kernel.people.actors import Actor, Held, Role
    from zhijia.kernel.people.models import Account
    from zhijia.kernel.rules.models import Rule
    from zhijia.kernel.rules.values import load_defaults
    from zhijia.kernel.rules.version import note_change
    from zhijia.kernel.service import registry
    from zhijia.kernel.service.engine import fire, open_case
    from zhijia.modules.vouchers import accounts, programmes
    from zhijia.modules.vouchers.models import Kind, Offer
    from zhijia.modules.vouchers.shops import OutletKind

    now, platform = clock.now(), Actor.platform()
    yesterday, today = now - timedelta(days=1), now.astimezone(clock.CHINA).date()
    for service in registry.services():
        load_defaults(service.rules, now=now)
    Rule.objects.filter(key="vouchers.puzzle_bits").update(value=BITS)
    Rule.objects.filter(key="vouchers.leader_above").update(value=10**9)
    note_change()
    region = None
    for part, level in ((code[:2] + "0000", 1), (code[:4] + "00", 2), (code, 3)):
        region, _new = Region.objects.get_or_create(
            code=part, defaults={"name": part, "level": level, "parent": region}
        )
    org = add_org(
        parent=parent, name=f"{name} union", kind=OrgKind.FEDERATION, region=region, now=yesterday, actor=platform
    )
    people = [Account.objects.create(login=f"{name}-{n}", name=f"{name} {n}", created_at=yesterday) for n in range(2)]
    drafter, approver = (
        Actor(account_id=a.pk, name=a.name, posts=(Held(a.pk, role, org.pk, org.name, org.lft, org.rgt),))
        for a, role in zip(people, (Role.OFFICER, Role.UNIT_HEAD), strict=True)
    )
    common: dict[str, Any] = {"org_id": org.pk, "actor": platform, "now": yesterday}
    programme = programmes.add_programme(key=name, title="爱心餐", kind=Kind.MEAL, fen=1500, **common)
    outlet = programmes.add_outlet(
        name="shop", kind=OutletKind.SHOP, region=code, address="street", payee="shop", **common
    )
    enrolled = programmes.enroll_terminal(outlet=outlet, label="till", actor=platform, now=yesterday)
    accounts.allot(org_id=org.pk, fen=meals * 1500, key="bench", actor=platform, now=yesterday)
    data = {"title": "爱心餐", "kind": "meal", "first_day": f"{today}", "last_day": f"{today}", "fen": "15"}
    no = open_case(service="voucher_cycle", actor=drafter, now=yesterday, data=data, region=code, applicant_id=None).no
    hours = {"opens": "00:00", "use_from": "00:00", "closes": "23:59", "use_to": "23:59"}
    for actor, transition, asked in (
        (drafter, "change", hours), (drafter, "plan", {"region": code, "per_day": meals}), (drafter, "submit", {}),
        (approver, "approve", {}), (drafter, "publish", {}),
    ):  # fmt: skip
        fire(no=no, transition=transition, actor=actor, now=yesterday, data=asked)
    offer = Offer.objects.select_related("quota").get(cycle__case__no=no)
    return Stage(offer.pk, offer.quota.key, offer.quota_id, programme.pk, code, enrolled.secret)


def add_people(count: int) -> list[int]:
    """Nameless persons; their ids. Needs Django."""
    from zhijia.kernel.base import clock
    from zhijia.kernel.people.models import Person

    now = clock.now()
    return [p.pk for p in Person.objects.bulk_create([Person(created_at=now) for _ in range(count)], batch_size=5000)]


def sign_in(persons: Sequence[int]) -> list[str]:
    """Session keys of accounts for these persons, made in bulk. Needs Django."""
    from zhijia.kernel.base import clock
    from zhijia.kernel.people.models import Account

    now = clock.now()
    mark = secrets.token_hex(3)
    accounts = Account.objects.bulk_create(
        [
            Account(login=f"b{mark}{person}", person_id=person, password=f"!{person}", created_at=now)
            for person in persons
        ],
        batch_size=5000,
    )
    return sessions_of(accounts)


def sessions_of(accounts: Sequence[Any]) -> list[str]:
    """Session keys of these accounts, made in bulk. Needs Django."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from zhijia.kernel.base import clock

    store, sessions = SessionStore(), []
    for account in accounts:
        held = {
            "_auth_user_id": str(account.pk), "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0],
            "_auth_user_hash": account.get_session_auth_hash(),
        }  # fmt: skip
        sessions.append(
            Session(
                session_key=secrets.token_hex(16),
                session_data=store.encode(held),
                expire_date=clock.now() + timedelta(days=30),
            )
        )
    Session.objects.bulk_create(sessions, batch_size=5000)
    return [session.session_key for session in sessions]


def claims_on_the_wire(url: str, stage: Stage, persons: Sequence[int], sessions: Sequence[str]) -> list[bytes]:
    """Each person's claim, with its puzzle solved, as bytes. Needs Django and the installation's keys."""
    from zhijia.kernel.base import clock
    from zhijia.modules.vouchers import puzzle

    host, now, ready = url.removeprefix("http://"), clock.now(), []
    for person, session in zip(persons, sessions, strict=True):
        asked = puzzle.challenge(person_id=person, region=stage.region, now=now)
        body = json.dumps({"solution": puzzle.solve(asked.text, asked.bits)}).encode()
        token = "c" * 32
        head = (
            f"POST /api/v1/vouchers/offers/{stage.offer_id}/claim HTTP/1.1\r\nHost: {host}\r\n"
            f"Cookie: sessionid={session}; csrftoken={token}\r\nX-CSRFToken: {token}\r\nIdempotency-Key: p{person}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        ready.append(head.encode() + body)
    return ready


def redemptions_on_the_wire(url: str, stage: Stage, tokens: Sequence[str]) -> list[bytes]:
    """Handing over each of these at the terminal, as bytes."""
    host, ready = url.removeprefix("http://"), []
    for n, token in enumerate(tokens):
        body = json.dumps({"shown": token, "key": f"r{n}"}).encode()
        head = (
            f"POST /api/v1/terminal/redeem HTTP/1.1\r\nHost: {host}\r\nTerminal: {stage.terminal}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        ready.append(head.encode() + body)
    return ready


@dataclass(frozen=True)
class Answer:
    """What came back for one request."""

    status: int
    body: dict[str, Any]
    tries: int


def send_all(
    url: str, requests: Sequence[bytes], *, clients: int, patience: float = 60,
    meanwhile: Callable[[int], None] | None = None,
) -> tuple[list[Answer], float]:  # fmt: skip
    """Every request answered, by so many clients at once on kept connections; one whose connection broke is sent again
    as it was. `meanwhile` is told how many are answered. Returns the answers in order and the seconds it took."""
    host, port = url.removeprefix("http://").split(":")
    answers: list[Answer | None] = [None] * len(requests)
    supply = iter(range(len(requests)))  # next() of it is atomic, so clients never share a request
    done, lock = [0], threading.Lock()
    failed: list[BaseException] = []

    def client() -> None:
        wire: socket.socket | None = None
        while (n := next(supply, None)) is not None and not failed:
            until, tries = time.monotonic() + patience, 0
            while answers[n] is None:
                tries += 1
                try:
                    wire = wire or _connect(host, int(port))
                    wire.sendall(requests[n])
                    status, body = _receive(wire)
                    if status < 500:
                        answers[n] = Answer(status, body, tries)
                        continue
                except (OSError, ValueError):
                    with suppress(OSError, AttributeError):
                        wire.close()  # type: ignore[union-attr]
                    wire = None
                if time.monotonic() > until:
                    failed.append(TimeoutError(f"request {n} was never answered"))
                    return
                time.sleep(0.05)
            with lock:
                done[0] += 1
                count = done[0]
            if meanwhile is not None:
                meanwhile(count)
        if wire is not None:
            wire.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return [answer for answer in answers if answer is not None], time.monotonic() - began


def _connect(host: str, port: int) -> socket.socket:
    wire = socket.create_connection((host, port), timeout=30)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


def _receive(wire: socket.socket) -> tuple[int, dict[str, Any]]:
    """Status and JSON of one answer."""
    head, _, body = receive(wire).partition(b"\r\n\r\n")
    return int(head[9:12]), json.loads(body or b"{}")


def kill_web_workers() -> int:
    """SIGKILL to every worker process of the web server that this process started; returns how many."""
    rows = [
        line.split(None, 2)
        for line in subprocess.check_output(["ps", "-eo", "pid=,ppid=,args="], text=True).splitlines()
    ]
    mains = {int(pid) for pid, ppid, args in rows if int(ppid) == os.getpid() and "granian" in args}
    victims = [int(pid) for pid, ppid, args in rows if int(ppid) in mains and "granian" in args]
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(victims)


def wrong(stage: Stage, answers: Sequence[Answer], persons: Sequence[int], meals: int) -> list[str]:
    """Everything that is not as it must be after a storm: what was told, what is stored, quota and books. Needs
    Django."""
    from django.db.models import Count

    from zhijia.kernel.ledger.balances import balances, verify
    from zhijia.kernel.ledger.models import Entitlement, QuotaShard
    from zhijia.kernel.ledger.quotas import verify_quotas
    from zhijia.modules.vouchers import settle

    told = {p: a.body["id"] for p, a in zip(persons, answers, strict=True) if a.status in (200, 201)}
    held = dict(Entitlement.objects.filter(quota_id=stage.quota_id).values_list("person_id", "id"))
    doubled = (
        Entitlement.objects.filter(quota_id=stage.quota_id).values("person_id").annotate(n=Count("id")).filter(n__gt=1)
    )
    refused = {a.body.get("code") for a in answers if a.status not in (200, 201)}
    found = [*verify(), *verify_quotas(), *settle.verify()]
    found += (
        [f"{len(told.items() - held.items())} were told of what is not stored"] if told.items() - held.items() else []
    )
    found += [f"{len(held.keys() - told.keys())} have what they were not told"] if held.keys() - told.keys() else []
    found += [f"{doubled.count()} have two"] if doubled.exists() else []
    found += [f"{len(held)} of {meals} were given"] if len(held) != min(meals, len(persons)) else []
    found += [f"refused with {refused}"] if refused - {"sold_out"} else []
    found += ["a quota is negative"] if QuotaShard.objects.filter(room__lt=0).exists() else []
    found += ["debits are not credits"] if sum(b.fen for b in balances("")) else []
    return found


def postmaster(data: Path) -> int:
    """The process id of the database server in this folder."""
    return int((data / "postmaster.pid").read_text().splitlines()[0])
