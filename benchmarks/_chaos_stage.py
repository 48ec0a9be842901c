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
    province = Region.objects.get_or_create(code="980000", defaults={"name": "980000", "level": 1})[0]
    office = {"region": province, "now": now, "actor": platform}
    top = add_org(parent=None, name="drill province", kind=OrgKind.FEDERATION, **office)
    stage = vouchers.set_stage(meals, name="drill", parent=top)
    county = Org.objects.get(region_id=stage.region, kind=OrgKind.FEDERATION)
    centre, callback = (
        add_org(parent=Org.objects.get(pk=top.pk), name=f"drill {kind}", kind=kind, **office)
        for kind in (OrgKind.HOTLINE_CENTRE, OrgKind.CALLBACK_CENTRE)
    )
    staff = {}
    for name, role, at, reach in (
        ("dispatcher", Role.DISPATCHER, centre, top), ("officer", Role.OFFICER, county, county),
        ("second", Role.OFFICER, county, county), ("head", Role.UNIT_HEAD, county, county),
        ("caller", Role.CALLBACK_AGENT, callback, top), ("checker", Role.QUALITY_CHECKER, callback, top),
        ("supervisor", Role.SUPERVISOR, top, top), ("leader", Role.LEADER, top, top),
    ):  # fmt: skip
        account = Account.objects.create(login=f"drill-{name}", name=name.title(), created_at=now)
        appoint(
            account=account, role=role, org_id=at.pk, reach_id=reach.pk, actor=platform, now=now,
            from_day=date(2020, 1, 1),
        )  # fmt: skip
        staff[name] = account
    keys = dict(zip(staff, vouchers.sessions_of(list(staff.values())), strict=True))
    persons = vouchers.add_people(workers)
    logins = [f"drill-worker-{n}" for n in range(8)]
    for login, person in zip(logins, vouchers.add_people(8), strict=True):
        account = add_account(login=login, name="Worker", actor=platform, now=now, password=PASSWORD)
        Account.objects.filter(pk=account.pk).update(person_id=person)
    return Stage(stage, county.pk, keys, list(zip(persons, vouchers.sign_in(persons), strict=True)), logins)
