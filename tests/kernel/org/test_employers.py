import pytest
from django.db import connection

from zhijia.kernel.base.database import WORKER, scope
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.org.employers import find_or_add_employer, search_employers
from zhijia.kernel.org.models import Employer, Region

from .conftest import CLERK, NOW

CODE = "91350100M000100Y43"


def add(name: str, region: Region, uscc: str = "") -> Employer:
    return find_or_add_employer(name=name, uscc=uscc, region=region, now=NOW, actor=CLERK)


def test_find_or_add_by_code_keeps_the_first_name(regions: dict[str, Region]) -> None:
    first = add("长沙市重庆火锅店", regions["430100"], CODE)
    again = add("另一个名字", regions["430200"], "９１３５０１００ m000100y43")
    assert again == first
    assert (again.name, again.name_pinyin, again.initials) == (
        "长沙市重庆火锅店", "changshashichongqinghuoguodian", "csscqhgd",
    )  # fmt: skip


def test_find_or_add_without_code_is_by_name_and_region(regions: dict[str, Region]) -> None:
    first = add(" 红星 ", regions["430100"])
    assert add("红星\n", regions["430100"]) == first
    assert add("红星", regions["430200"]) != first
    assert add("红星", regions["430100"], CODE) != first
    assert (first.uscc, Employer.objects.count()) == (None, 3)


@pytest.mark.parametrize(
    ("name", "uscc", "field", "code"),
    [
        ("红星", "91350100M000100Y44", "uscc", "uscc_check"),
        (" \u202e\x00 ", "", "name", "required"),
        ("星" * 201, "", "name", "too_long"),
    ],
)
def test_find_or_add_refuses_bad_input(regions: dict[str, Region], name: str, uscc: str, field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        add(name, regions["430100"], uscc)
    assert [(p.field, p.code) for p in caught.value.problems] == [(field, code)]
    assert Employer.objects.count() == 0


def test_worker_role_may_add_an_employer_but_not_change_one(regions: dict[str, Region]) -> None:
    with scope(WORKER, person=1):
        made = add("红星", regions["430100"])
        assert add("红星", regions["430100"]) == made
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_table_privilege('org_employer', 'UPDATE'), has_table_privilege('org_org', 'SELECT'), "
                "has_table_privilege('org_org', 'INSERT'), has_table_privilege('org_move', 'SELECT')"
            )
            assert cursor.fetchone() == (False, True, False, False)


def test_search_by_name_initials_and_code(regions: dict[str, Region]) -> None:
    names = ["美团科技有限公司", "美的集团", "ABC100%科技", "红星"]
    made = {name: add(name, regions["430100"]) for name in names}
    coded = add("编号公司", regions["430200"], CODE)

    def found(text: str) -> list[str]:
        return [e.name for e in search_employers(text).items]

    assert found("美") == ["美团科技有限公司", "美的集团"]
    assert found("MT") == ["美团科技有限公司"]
    assert found("m") == ["美的集团", "美团科技有限公司"]
    assert found("abc100%") == ["ABC100%科技"]
    assert found("%") == []
    assert found("") == []
    assert found(CODE.lower()) == [coded.name]
    assert search_employers("编", region=regions["430100"]).items == []
    assert search_employers("红", region=regions["430100"]).items == [made["红星"]]


def test_search_pages_by_key(regions: dict[str, Region]) -> None:
    for i in range(7):
        add("同名" if i < 4 else f"同名{i}", list(regions.values())[i % 7])
    seen: list[int] = []
    after: tuple[str, int] | None = None
    pages = 0
    while True:
        page = search_employers("同", after=after, limit=3)
        seen += [e.pk for e in page.items]
        pages += 1
        if page.after is None:
            break
        after = page.after
    assert pages == 3
    assert seen == list(Employer.objects.order_by("name", "id").values_list("pk", flat=True))
