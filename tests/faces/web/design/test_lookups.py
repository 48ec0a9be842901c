"""What pickers ask: places for everybody, kept; a code is checked, never looked up; employers for staff only."""

from urllib.parse import quote

import pytest
from django.test import Client

from tests.cast import CITY, NOW, PLATFORM, PROVINCE, QINGHE, Cast
from zhijia.faces.limits import is_limited
from zhijia.faces.web.worker.asking import place_of
from zhijia.faces.web.worker.places import counties_by_city
from zhijia.kernel.base import clock
from zhijia.kernel.org.employers import find_or_add_employer
from zhijia.kernel.org.models import OrgKind, Region
from zhijia.kernel.org.tree import add_org

pytestmark = pytest.mark.django_db
CODE = "91350100M000100Y43"


@pytest.fixture
def spelt(cast: Cast) -> Cast:
    """The cast, whose places can be found by their sound."""
    for code, sound, letters in (
        (PROVINCE, "jianglansheng", "jls"), (CITY, "lanjiangshi", "ljs"), (QINGHE, "qinghequ", "qhq"),
    ):  # fmt: skip
        Region.objects.filter(pk=code).update(pinyin=sound, initials=letters)
    return cast


def test_place_is_found_by_letters_without_signing_in_and_kept(client: Client, spelt: Cast) -> None:
    first = client.get("/lookup/places/", {"q": "ljqh"})
    names = Region.objects.in_bulk([PROVINCE, CITY])
    above = names[PROVINCE].name + names[CITY].name
    assert first.json() == {"items": [{"code": QINGHE, "name": "青禾区", "above": above, "level": 3}], "after": None}
    assert first["Cache-Control"] == "public, max-age=3600"
    again = client.get("/lookup/places/", {"q": "ljqh"}, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_place_within_and_senseless_questions(client: Client, spelt: Cast) -> None:
    def codes(**query: str) -> list[str]:
        return [item["code"] for item in client.get("/lookup/places/", query).json()["items"]]

    assert codes(q="青禾", within="980000") == [QINGHE]
    assert codes(q="青禾", within="970000,960000") == []
    assert codes(q="青禾", within="000000", after="x.y", cols="1") == [QINGHE]
    assert codes(q="\x00'; DROP TABLE org_region; --") == []
    assert is_limited("GET", "lookup/places/")


def test_code_is_checked_in_words_and_nothing_is_looked_up(client: Client, cast: Cast) -> None:
    with clock.at(NOW):
        find_or_add_employer(
            name="禾筑建设", uscc=CODE, region=Region.objects.get(pk=QINGHE), now=NOW, actor=cast.actor("zhou")
        )
    assert client.get("/lookup/credit-code/", {"code": CODE}).json() == {"problem": ""}
    wrong = client.get("/lookup/credit-code/", {"code": "9135010OM000100Y43"}, headers={"accept-language": "en"})
    assert wrong.json()["problem"] == "Character 8 is “O”, which no credit code contains. Perhaps “0” is meant."


def test_employers_are_listed_to_staff_and_to_nobody_else(client: Client, cast: Cast) -> None:
    with clock.at(NOW):
        for n in range(12):
            find_or_add_employer(
                name=f"禾筑{n:02}厂", region=Region.objects.get(pk=QINGHE), now=NOW, actor=cast.actor("zhou")
            )
        asked = f"/desk/employers/?q={quote('禾筑')}"
        assert client.get(asked).status_code == 302
        client.force_login(cast.accounts["alice"])
        assert client.get(asked).status_code == 403
        client.force_login(cast.accounts["agent"])
        page = client.get(asked).json()
        rest = client.get(asked, {"q": "禾筑", "after": page["after"]}).json()
    names = [item["name"] for item in page["items"] + rest["items"]]
    assert (names, len(page["items"]), rest["after"]) == ([f"禾筑{n:02}厂" for n in range(12)], 10, None)


def test_long_list_without_script_names_cities_before_a_province_is_known(cast: Cast) -> None:
    assert counties_by_city(PROVINCE)[0][0] == Region.objects.get(pk=CITY).name
    other = Region.objects.create(code="970000", name="别省", level=1)
    Region.objects.create(code="970100", name="别市", level=2, parent=other)
    add_org(
        parent=cast.orgs["province"], name="别省热线中心", kind=OrgKind.HOTLINE_CENTRE, region=other, now=NOW,
        actor=PLATFORM,
    )  # fmt: skip
    listed = [(name, [r.code for r in regions]) for name, regions in counties_by_city("")]
    assert listed == [("别省", ["970100"]), (Region.objects.get(pk=PROVINCE).name, [CITY])]
    chosen = place_of({"region": CITY, "county": "", "city": "", "province": ""})
    assert (chosen.region, chosen.within) == (CITY, "970000,980000")
