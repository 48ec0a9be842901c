"""Random histories of any service, and what the shredder is judged by."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import count
from random import Random
from typing import Any

from django.db import connection, transaction

from tests.cast import NOW, QINGHE, Cast
from zhijia.kernel.base.errors import ZhijiaError
from zhijia.kernel.cases.models import Attachment, Case
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.models import Account, Post
from zhijia.kernel.people.posts import actor_of
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Ask, Kind, Service, Transition
from zhijia.kernel.service.engine import choices, context, fire, open_case

SECRET = "绝密的话甲乙丙丁戊己庚辛壬癸子丑"
STEPS = 14
_n = count(1)


def said() -> str:
    """Words that nobody else has ever said."""
    return f"{SECRET}{next(_n)}号"


def answer(ask: Ask, cast: Cast, case: Case | None, chance: Random) -> Any:
    """Something that the field accepts; words and sums are found again wherever they are."""
    return {
        Kind.CHOICE: chance.choice(ask.choices)[0] if ask.choices else "", Kind.FLAG: chance.random() < 0.5,
        Kind.NUMBER: 1, Kind.CASE: case.no if case else "", Kind.MONEY: f"{chance.randint(10_000, 90_000)}.37",
        Kind.DATE: f"{NOW:%Y-%m-%d}", Kind.UNIT: cast.orgs["beiling"].pk, Kind.EMPLOYER: 1,
        Kind.PHONE: "13800000009",
    }.get(ask.kind, said())  # fmt: skip


def officials(cast: Cast) -> dict[Role, Actor]:
    """One actor of each role at Qinghe."""
    found = {Role.WORKER: cast.actor("alice"), Role.SYSTEM: Actor.platform()}
    for role in set(Role) - set(found) - {Role.ORGANISER}:
        account, _made = Account.objects.get_or_create(
            login=f"s-{role}"[:32], defaults={"name": role, "created_at": NOW}
        )
        Post.objects.get_or_create(account=account, role=role, org=cast.orgs["qinghe"], from_day=date(2020, 1, 1))
        found[role] = actor_of(account, now=NOW)
    return found


def begin(service: Service, cast: Cast, chance: Random) -> Case:
    """A new case: told by Alice, or begun by an officer where workers may not."""
    by_worker = Role.WORKER in service.intake.by
    free = (Kind.TEXT, Kind.MONEY)
    asks = [a for a in service.intake.asks if a.required or (a.kind in free and chance.random() < 0.5)]
    data = {ask.name: answer(ask, cast, None, chance) for ask in asks}
    no = open_case(
        service=service.key, actor=cast.actor("alice" if by_worker else "zhou"), now=NOW, data=data, region=QINGHE,
        applicant_id=cast.person_id("alice") if by_worker else None,
    ).no  # fmt: skip
    unit = cast.orgs["qinghe"]
    Case.objects.filter(no=no).update(unit=unit, unit_lft=unit.lft)
    return Case.objects.get(no=no)


def live(case: Case, cast: Cast, people: dict[Role, Actor], chance: Random, *, steps: int = STEPS) -> list[str]:
    """Let random people do what can be done; returns what was done."""
    done = []
    for _step in range(steps):
        case.refresh_from_db()
        service = registry.service(case.service)
        can: list[tuple[Role, Transition]] = []
        for role in chance.sample(list(people), len(people)):
            can += [(role, t) for t, verdict in choices(context(service, case, people[role], NOW)) if verdict]
            if len(can) > 2:
                break
        if not can:
            break
        role, t = chance.choice(can)
        data = {ask.name: answer(ask, cast, case, chance) for ask in t.ask}
        try:
            with transaction.atomic():
                fire(no=case.no, transition=t.key, actor=people[role], now=NOW, data=data)
            done.append(t.key)
        except ZhijiaError:
            continue
    return done


def close(case: Case, at: datetime) -> None:
    """Make the case one that ended then; how it ends is not what is tried here."""
    Case.objects.filter(pk=case.pk).update(closed_at=at)


def with_file(case: Case, content: bytes) -> str:
    """Keep a file on the case as the platform does; its place in the storage."""
    import hashlib

    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    sha = hashlib.sha256(content).hexdigest()
    place = f"{sha[:2]}/{sha}"
    if not default_storage.exists(place):
        default_storage.save(place, ContentFile(content))
    Attachment.objects.create(
        case=case, name=said() + ".jpg", kind="image/jpeg", size=len(content), sha256=sha, added_at=NOW
    )
    return place


def counters() -> dict[tuple[object, ...], tuple[int, object]]:
    """Every figure."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT service, indicator, region, month, category, sum(n), sum(amount) FROM indicators_counter "
            "GROUP BY 1, 2, 3, 4, 5"
        )
        return {tuple(row[:5]): (int(row[5]), row[6]) for row in cursor.fetchall()}


def tables_with(words: str) -> Iterator[str]:
    """A second opinion, written without the shredder's own search: every table that still has these words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s LIMIT 1', [f"%{words}%"])
            if cursor.fetchone():
                yield table
