"""A grassroots union below Qinghe that must mend what the county finds, and its officer and head."""

from datetime import date

from tests.cast import NOW, PLATFORM, QINGHE, Cast
from zhijia.kernel.org.models import Org, OrgKind, Region
from zhijia.kernel.org.tree import add_org
from zhijia.kernel.people.actors import Role
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import appoint

NAME = "青禾环卫公司工会委员会"


def mender(cast: Cast) -> Org:
    """The union, with "mo" as its officer, "mo_head" as its head; and the county's own supervisor "kang"."""
    county = Org.objects.get(pk=cast.orgs["qinghe"].pk)
    made = add_org(
        parent=county, name=NAME, kind=OrgKind.GRASSROOTS, region=Region.objects.get(pk=QINGHE), now=NOW, actor=PLATFORM
    )
    for login, role, org in (
        ("mo", Role.OFFICER, made), ("mo_head", Role.UNIT_HEAD, made), ("kang", Role.SUPERVISOR, county),
    ):  # fmt: skip
        account = Account.objects.create(login=login, name=login.title(), created_at=NOW)
        appoint(account=account, role=role, org_id=org.pk, actor=PLATFORM, now=NOW, from_day=date(2020, 1, 1))
        cast.accounts[login] = account
    for key in cast.orgs:
        cast.orgs[key].refresh_from_db()
    made.refresh_from_db()
    return made
