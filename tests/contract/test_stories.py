"""The stories that modules tell: each ends where it says, and together they reach every state of their service."""

from collections import defaultdict
from datetime import date
from random import Random

import pytest

from tests.cast import NOW, PLATFORM, QINGHE, Cast
from zhijia.kernel.cases.models import Event
from zhijia.kernel.org.employers import find_or_add_employer
from zhijia.kernel.org.models import Region
from zhijia.kernel.people.actors import Role
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import appoint
from zhijia.kernel.people.rosters import enter
from zhijia.kernel.service import registry
from zhijia.kernel.service.playing import play, set_up
from zhijia.kernel.service.stories import Story

TOLD: dict[str, list[Story]] = defaultdict(list)
for module in registry.modules():
    for story in module.stories:
        TOLD[story.service].append(story)


@pytest.fixture
def colleagues(cast: Cast) -> Cast:
    """Two more officers at Qinghe who take turns in everything: a case needs hands that did not do its other half."""
    for login in ("law", "med"):
        account = cast.accounts[login] = Account.objects.create(login=login, name=login.title(), created_at=NOW)
        appoint(
            account=account, role=Role.OFFICER, org_id=cast.orgs["qinghe"].pk, actor=PLATFORM, now=NOW,
            from_day=date(2020, 1, 1),
        )  # fmt: skip
        for roster in registry.rosters():
            enter(
                org_id=cast.orgs["qinghe"].pk, roster=roster.key, account_id=account.pk, actor=PLATFORM, now=NOW,
                from_day=date(2020, 1, 1),
            )  # fmt: skip
    set_up(cast.orgs["qinghe"].pk, NOW)
    return cast


@pytest.mark.parametrize("service", sorted(TOLD))
def test_stories_end_where_they_say_and_reach_every_state(service: str, colleagues: Cast) -> None:
    employer = find_or_add_employer(
        name="恒澜建筑劳务有限公司", uscc="", region=Region.objects.get(code=QINGHE), now=NOW, actor=PLATFORM
    )
    ends = {}
    for n, story in enumerate(TOLD[service]):
        case = play(
            story, region=QINGHE, person_id=colleagues.person_id("alice"), employer_id=employer.pk, now=NOW,
            dice=Random(n),
        )  # fmt: skip
        ends[story.key] = case.state
    assert ends == {story.key: story.ends for story in TOLD[service]}
    reached = set(Event.objects.filter(case__service=service).values_list("target", flat=True))
    assert set(map(str, registry.service(service).states)) - reached == set()


def test_keys_are_told_once() -> None:
    keys = [story.key for stories in TOLD.values() for story in stories]
    assert len(keys) == len(set(keys))
