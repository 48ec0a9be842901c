"""Two counties that must not know of each other, full of words that must not travel.

Every secret is a word that occurs nowhere else, with the principals who may read it. What is "theirs" lies in the
other county; what is "kept" lies in the principals' own county and is confidential.
"""

import itertools
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from tests.cast import NOW, PLATFORM, QINGHE, Cast
from zhijia.kernel.cases import openings
from zhijia.kernel.cases.models import Attachment, Case, Note, Reckoning
from zhijia.kernel.notify.models import Channel, Message, MessageState
from zhijia.kernel.org.models import Org, OrgKind, Region
from zhijia.kernel.org.tree import add_org
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.permissions import Permission, Reach
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.kernel.people.posts import actor_of, appoint, set_right
from zhijia.kernel.people.roles import Role
from zhijia.kernel.retention.models import Package
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Ask, Kind, Service
from zhijia.kernel.service.engine import fire, open_case
from zhijia.kernel.sheets.models import Job

BEILING = "980103"
FIRST_DAY = date(2020, 1, 1)
NEVER_A_POST = {Role.WORKER, Role.SYSTEM}
READS_KEPT = {"dispatcher", "unit_head", "callback_agent", "quality_checker", "supervisor", "auditor"}
"""Principals of the own county whose role reads confidential cases there."""


@dataclass
class World:
    """What was built: principals by name, the secrets, and the ids under which a stranger might ask for them."""

    cast: Cast
    principals: dict[str, Account] = field(default_factory=dict)
    secrets: dict[str, frozenset[str]] = field(default_factory=dict)
    """Word -> names of the principals who may read it."""
    theirs: list[Case] = field(default_factory=list)
    kept: list[Case] = field(default_factory=list)
    ids: dict[str, list[int]] = field(default_factory=dict)
    _count: "itertools.count[int]" = field(default_factory=itertools.count)

    def secret(self, may_read: frozenset[str] = frozenset()) -> str:
        """A new word that only these principals may ever see."""
        word = f"XQ{next(self._count):03d}ZK"
        self.secrets[word] = may_read
        return word

    def actor(self, name: str) -> Actor:
        """The principal with the posts held now, as the desk sees them; a worker without posts as themselves."""
        account = self.principals[name]
        found = actor_of(account, now=NOW)
        if found.posts:
            return Actor(account_id=found.account_id, name=found.name, posts=found.posts, opened=found.opened)
        return Actor(account_id=account.pk, person_id=account.person_id, name=account.name)


def build(cast: Cast) -> World:
    """The principals and the confidential case of their own county, made through the doors of the platform."""
    world = World(cast)
    _principals(world)
    _kept_case(world)
    return world


def fill_the_other_county(world: World) -> None:
    """Everything that is none of the principals' business."""
    for service in registry.services():
        if service.key != "voucher_settlement":  # needs redemptions first
            _their_case(world, service)
    _their_desk(world)


def _principals(world: World) -> None:
    """One account for each role in Qinghe, an officer for each reach of reading, a worker and nobody's partner."""
    qinghe = world.cast.orgs["qinghe"]
    street = add_org(
        parent=Org.objects.get(pk=qinghe.pk), name="青禾区滨河街道工会", kind=OrgKind.FEDERATION,
        region=Region.objects.get(code=QINGHE), now=NOW, actor=PLATFORM,
    )  # fmt: skip
    qinghe.refresh_from_db()
    for role in sorted(set(Role) - NEVER_A_POST):
        _appoint(world, str(role), role, qinghe)
    for reach in (Reach.CHOSEN, Reach.UNIT, Reach.OWN, Reach.NONE):
        post = _appoint(world, f"officer:{reach}", Role.OFFICER, qinghe)
        for permission in (Permission.READ, Permission.EXPORT, Permission.UNMASK):
            orgs = [street.pk] if reach == Reach.CHOSEN else []
            set_right(post=post, permission=permission, reach=reach, orgs=orgs, actor=PLATFORM, now=NOW)
    world.principals["worker"] = world.cast.accounts["mallory"]


def _appoint(world: World, name: str, role: Role, org: Org) -> Any:
    login = name.replace(":", "-").replace("_", "-")
    account = Account.objects.create(login=f"p-{login}", name=name, created_at=NOW, is_partner=role == Role.PARTNER)
    world.principals[name] = account
    return appoint(
        account=account, role=role, org_id=org.pk, actor=PLATFORM, now=NOW, from_day=FIRST_DAY,
        campaign="vouchers.programme:0" if role == Role.ORGANISER else "",
    )  # fmt: skip


def sample(ask: Ask, world: World, may_read: frozenset[str] = frozenset()) -> Any:
    """An answer that the field takes; free words are secrets."""
    if ask.kind in (Kind.LINE, Kind.TEXT):
        return f"他们的话 {world.secret(may_read)}"
    return {
        Kind.CHOICE: ask.choices[0][0] if ask.choices else "", Kind.FLAG: False, Kind.NUMBER: 1, Kind.MONEY: "1.00",
        Kind.DATE: f"{NOW:%Y-%m-%d}", Kind.UNIT: world.cast.orgs["beiling"].pk, Kind.EMPLOYER: 1,
        Kind.PHONE: "13800000009", Kind.CASE: "", Kind.LISTED: 1, Kind.MOMENT: f"{NOW:%Y-%m-%dT%H:%M}",
    }[ask.kind]  # fmt: skip


def _their_case(world: World, service: Service) -> None:
    """A case in the other county with words, a person, a note, a file and a message that are nobody's business."""
    person = find_or_add_person(name=f"甲{world.secret()}", phone=f"139{service_digits(service):08d}", now=NOW)
    by_worker = Role.WORKER in service.intake.by
    data = {a.name: sample(a, world) for a in service.intake.asks if a.required or a.name in service.personal}
    no = open_case(
        service=service.key, now=NOW, data=data, region=BEILING, applicant_id=person.pk if by_worker else None,
        actor=Actor(person_id=person.pk, name="") if by_worker else world.cast.actor("lin"),
    ).no  # fmt: skip
    case = Case.objects.get(no=no)
    beiling = world.cast.orgs["beiling"]
    Case.objects.filter(pk=case.pk).update(unit=beiling, unit_lft=beiling.lft, assignee=world.cast.accounts["lin"])
    case.refresh_from_db()
    hang_on(world, case)
    if by_worker:
        Message.objects.create(
            person=person, case_id=case.pk, channel=Channel.APP, state=MessageState.SENT, template="hotline.filed",
            data={"no": case.no, "title": world.secret()}, created_at=NOW, sent_at=NOW,
        )  # fmt: skip
        world.ids.setdefault("person", []).append(person.pk)
    world.theirs.append(case)


def hang_on(world: World, case: Case, may_read: frozenset[str] = frozenset()) -> None:
    """A note, a file and a calculation on the case."""
    Note.objects.create(case=case, event_seq=1, field="note", text=world.secret(may_read), public=True, at=NOW)
    kept = Attachment.objects.create(
        case=case, name=f"{world.secret(may_read)}.pdf", kind="application/pdf", size=1, sha256=f"{case.pk:064d}",
        added_at=NOW,
    )  # fmt: skip
    world.ids.setdefault("attachment", []).append(kept.pk)
    words = {"title": world.secret(may_read), "lines": [], "inputs": [["x", world.secret(may_read)]]}
    worked = Reckoning.objects.create(
        case=case, calculator="late_pay", family="late_pay", region=BEILING, day=NOW.date(), low=1, high=1, at=NOW,
        article="劳动合同法85", version="x", public=True, content={"zh-hans": words, "en": words},
    )  # fmt: skip
    world.ids.setdefault("reckoning", []).append(worked.pk)


def _kept_case(world: World) -> None:
    """A confidential hotline case in the principals' own county, in the hands of Zhou."""
    may_read = frozenset(READS_KEPT)
    hotline = registry.service("hotline")
    data = {a.name: sample(a, world, may_read) for a in hotline.intake.asks if a.name in hotline.personal}
    alice = world.cast.person_id("alice")
    case_no = open_case(
        service="hotline", actor=world.cast.actor("alice"), now=NOW, region=QINGHE, applicant_id=alice,
        data=data | {"category": "wages", "confidential": True},
    ).no  # fmt: skip
    fire(
        no=case_no, transition="dispatch", actor=world.cast.actor("dispatcher"), now=NOW,
        data={"unit": world.cast.orgs["qinghe"].pk, "tier": "general"},
    )  # fmt: skip
    fire(no=case_no, transition="sign", actor=world.cast.actor("zhou"), now=NOW)
    case = Case.objects.get(no=case_no)
    Case.objects.filter(pk=case.pk).update(assignee=world.cast.accounts["zhou"])
    case.refresh_from_db()
    assert case.confidential
    hang_on(world, case, may_read)
    world.kept.append(case)


def _their_desk(world: World) -> None:
    """What an officer of the other county has on their desk."""
    lin = world.cast.accounts["lin"]
    job = Job.objects.create(
        sheet="wage_workers", about={}, account=lin, language="en", name=f"{world.secret()}.xlsx", file="none", size=1,
        sha256="0" * 64, key=f"leak-{lin.pk}", created_at=NOW,
    )  # fmt: skip
    world.ids["job"] = [job.pk]
    asked = openings.ask_emergency(
        no=world.theirs[1].no,
        reason="他在电话里说要从楼上跳下去，得马上找到这个人的地址和电话",
        danger="有人要轻生",
        actor=world.cast.actor("lin"),
        now=NOW,
    )
    package = Package.objects.create(
        person_id=world.ids["person"][0], request_no=world.theirs[0].no, language="en", asked_at=NOW
    )
    # theirs: what the principals ask for meanwhile has other ids
    world.ids |= {"opening": [asked.pk], "package": [package.pk]}
    Message.objects.create(
        account=lin, channel=Channel.APP, state=MessageState.SENT, template="hotline.late",
        data={"no": world.theirs[0].no, "title": world.secret()}, created_at=NOW, sent_at=NOW,
    )  # fmt: skip


def service_digits(service: Service) -> int:
    """Eight digits of a phone number that belongs to nobody else here."""
    return 10_000_000 + sum(ord(letter) * 31**i for i, letter in enumerate(service.key)) % 80_000_000


def fingerprint(world: World) -> dict[str, str]:
    """A digest for each table of every row that belongs to the other county's cases."""
    cases = [case.pk for case in world.theirs]
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND "
            "(column_name = 'case_id' OR (table_name, column_name) = ('cases_case', 'id'))"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
                f" WHERE {column} = ANY (%s)", [cases],
            )  # fmt: skip
            found[table] = cursor.fetchone()[0]
    return found
