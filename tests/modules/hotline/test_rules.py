"""Small conditions of the hotline that no story shows."""

from datetime import timedelta

import pytest

from tests.cast import CITY, NOW, PLATFORM, PROVINCE, QINGHE, Cast
from tests.scenarios.story import Story
from zhijia.kernel.base.errors import Invalid, Misconfigured
from zhijia.kernel.org.models import Org, OrgKind, Region
from zhijia.kernel.org.tree import add_org
from zhijia.kernel.service.describe import diagram, page
from zhijia.modules.hotline.rules import intake_unit
from zhijia.modules.hotline.service import HOTLINE


@pytest.mark.parametrize(
    ("story", "shown"),
    [
        ("工资没给。老板跑了", "工资没给。老板跑了"),
        ("我在工地扎钢筋，工资没给。老板跑了", "我在工地扎钢筋，工资没给"),
        ("  我在\n工地  干活  ", "我在 工地 干活"),
        ("好" * 60, "好" * 40 + "…"),
        ("好" * 40, "好" * 40),
        ("！！！！！！救命", "！！！！！！救命"),
        ("没给。老板跑了。怎么办", "没给。老板跑了"),
        ("。", "。"),
    ],
)
def test_title_is_the_first_sentence(story: str, shown: str) -> None:
    assert HOTLINE.intake.title({"story": story}) == shown


def test_deepest_centre_receives(cast: Cast) -> None:
    assert intake_unit(QINGHE) == cast.orgs["centre"]
    near = add_org(
        parent=Org.objects.get(pk=cast.orgs["city"].pk), name="澜江市热线中心", kind=OrgKind.HOTLINE_CENTRE,
        region=Region.objects.get(code=CITY), now=NOW, actor=PLATFORM,
    )  # fmt: skip
    assert (intake_unit(QINGHE), intake_unit(PROVINCE)) == (near, cast.orgs["centre"])
    Org.objects.filter(kind=OrgKind.HOTLINE_CENTRE).update(active=False)
    with pytest.raises(Misconfigured):
        intake_unit(QINGHE)


@pytest.mark.parametrize(("urgent", "minutes"), [("on", 10), ("", 60)])
def test_danger_to_life_is_dispatched_sooner(urgent: str, minutes: int, cast: Cast) -> None:
    story = Story(cast).tell(urgent=urgent)
    assert (story.clock("dispatch").due_at, story.case.urgent) == (NOW + timedelta(minutes=minutes), bool(urgent))


@pytest.mark.parametrize("tier", ["general", "difficult", "complex"])
def test_tier_sets_the_result_clock(tier: str, cast: Cast) -> None:
    story = Story(cast).tell().dispatch(tier=tier)
    assert story.clock("result").amount == {"general": 5, "difficult": 15, "complex": 30}[tier]


def test_dispatch_only_to_an_active_unit_within_reach(cast: Cast) -> None:
    Org.objects.filter(pk=cast.orgs["beiling"].pk).update(active=False)
    story = Story(cast).tell()
    for unit in (cast.orgs["beiling"].pk, 10**9, cast.orgs["centre"].pk, "x", "-1", ""):
        with pytest.raises(Invalid) as caught:
            story.do("dispatcher", "dispatch", unit=unit, tier="general")
        assert [p.field for p in caught.value.problems] == ["unit"]


def test_page_and_diagram_show_every_state_and_transition() -> None:
    text = page(HOTLINE)
    assert all(f"`{t.key}`" in text for t in HOTLINE.transitions)
    assert all(state in diagram(HOTLINE) for state in HOTLINE.states)
    assert page(HOTLINE, "zh-hans") != text
