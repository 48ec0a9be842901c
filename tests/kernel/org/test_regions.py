import pytest

from zhijia.kernel.org.models import Region
from zhijia.kernel.org.regions import ancestors, is_code, level_of, load_regions


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("110101", ("110101", "110100", "110000", "000000")),
        ("430100", ("430100", "430000", "000000")),
        ("460027", ("460027", "460000", "000000")),
        ("000000", ("000000",)),
    ],
)
def test_ancestors_of_a_code(code: str, above: tuple[str, ...]) -> None:
    assert ancestors(code) == above


@pytest.mark.parametrize(("code", "level"), [("000000", 0), ("430000", 1), ("430100", 2), ("430102", 3), ("460027", 3)])
def test_level_of_a_code(code: str, level: int) -> None:
    assert level_of(code) == level


@pytest.mark.parametrize("text", ["", "11010", "1101011", "11010a", "001234", "１１０１０１", "110101\n"])
def test_is_code_refuses_other_shapes(text: str) -> None:
    assert is_code(text) is False
    with pytest.raises(ValueError, match="no region code"):
        ancestors(text)


@pytest.mark.django_db
def test_load_regions_counts_and_is_idempotent() -> None:
    assert load_regions() == 6772
    assert load_regions() == 6772
    current = Region.objects.filter(retired_in=None)
    by_level = [current.filter(level=level).count() for level in range(4)]
    assert by_level == [1, 34, 342, 2846]
    assert Region.objects.count() == 6772


@pytest.mark.django_db
def test_load_regions_links() -> None:
    load_regions()
    regions = Region.objects.in_bulk()
    assert (regions["110101"].name, regions["110101"].parent_id) == ("东城区", "110100")
    assert regions["110100"].is_placeholder
    assert not regions["430100"].is_placeholder
    assert regions["429004"].parent_id == "429000"
    assert regions["429000"].is_placeholder
    assert regions["441900"].level == 2  # 东莞, a city without counties
    assert {regions[c].name for c in ("710000", "810000", "820000")} == {"台湾省", "香港特别行政区", "澳门特别行政区"}
    assert (regions["500000"].pinyin, regions["500000"].initials) == ("chongqingshi", "cqs")
    current = [r for r in regions.values() if r.retired_in is None and r.parent_id]
    assert [r.code for r in current if r.parent_id != ancestors(r.code)[1]] == []
    assert [r.code for r in current if regions[r.parent_id].retired_in is not None] == []


@pytest.mark.django_db
def test_load_regions_keeps_retired_codes() -> None:
    load_regions()
    nanhui = Region.objects.get(pk="310205")
    assert (nanhui.name, nanhui.retired_in, nanhui.successor_id) == ("南汇县", 1981, "310119")
    chongwen = Region.objects.get(pk="110103")
    assert (chongwen.name, chongwen.retired_in, chongwen.successor_id) == ("崇文区", 2009, None)
    assert Region.objects.get(pk="460027").parent_id == "460000"
