"""Where the drill happens: a province with a hotline and one county, its staff and workers with their sessions, and a
day of love meals. Needs Django; runs beside the installation, before the first fault."""

from dataclasses import dataclass
from datetime import date

import _vouchers as vouchers

PASSWORD = "drill-0-Zhijia-pass"


@dataclass(frozen=True)
class Stage:
    """Ids and sessions that the stories need."""

    meals: vouchers.Stage
    county: int
    staff: dict[str, str]
    """Role of the drill -> session key."""
    workers: list[tuple[int, str]]
    """Person and session key."""
    logins: list[str]


def set_stage(*, workers: int, meals: int) -> Stage:
    """Make everything and everybody."""
    from zhijia.kernel.base import clock
    from zhijia.kernel.org.models import Org, OrgKind, Region
    from zhijia.kernel.org.tree import add_org
    from zhijia.kernel.people.actors import Actor, Role
    from zhijia.kernel.people.auth import add_account
    from zhijia.kernel.people.models import Account
    from zhijia.kernel.people.posts import appoint

    now, platform = clock.now(), Actor.platform()
    stage = vouchers.set_stage(meals, name="drill")
    province = Region.objects.get(code=stage.region[:2] + "0000")
    # The hotline and the call-back stand beside the county's own tree, at the province.
    top = add_org(parent=None, name="drill province", kind=OrgKind.FEDERATION, region=province, now=now, actor=platform)
    offices = {}
    for key, kind in (("centre", OrgKind.HOTLINE_CENTRE), ("callback", OrgKind.CALLBACK_CENTRE)):
        parent = Org.objects.get(pk=top.pk)
        offices[key] = add_org(parent=parent, name=f"drill {key}", kind=kind, region=province, now=now, actor=platform)
    county = Org.objects.get(region_id=stage.region, kind=OrgKind.FEDERATION)
    staff = {}
    for name, role, at, reach in (
        ("dispatcher", Role.DISPATCHER, offices["centre"].pk, county.pk), ("officer", Role.OFFICER, county.pk, None),
        ("second", Role.OFFICER, county.pk, None), ("head", Role.UNIT_HEAD, county.pk, None),
        ("caller", Role.CALLBACK_AGENT, offices["callback"].pk, county.pk),
        ("checker", Role.QUALITY_CHECKER, offices["callback"].pk, county.pk),
        ("supervisor", Role.SUPERVISOR, county.pk, None), ("leader", Role.LEADER, county.pk, None),
    ):  # fmt: skip
        account = Account.objects.create(login=f"drill-{name}", name=name.title(), created_at=now)
        reached = {"reach_id": reach} if reach else {}
        appoint(account=account, role=role, org_id=at, actor=platform, now=now, from_day=date(2020, 1, 1), **reached)
        if role == Role.DISPATCHER:  # the centre's own cases, and the county to which they go
            appoint(account=account, role=role, org_id=at, actor=platform, now=now, from_day=date(2020, 1, 1))
        staff[name] = account
    keys = dict(zip(staff, vouchers.sessions_of(list(staff.values())), strict=True))
    persons = vouchers.add_people(workers)
    logins = [f"drill-worker-{n}" for n in range(8)]
    for login, person in zip(logins, vouchers.add_people(8), strict=True):
        account = add_account(login=login, name="Worker", actor=platform, now=now, password=PASSWORD)
        Account.objects.filter(pk=account.pk).update(person_id=person)
    return Stage(stage, county.pk, keys, list(zip(persons, vouchers.sign_in(persons), strict=True)), logins)
