from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from zhijia.kernel.org.models import Org, OrgKind, OrgMove, Region
from zhijia.kernel.org.queries import subtree, verify_tree
from zhijia.kernel.org.tree import add_org

from .conftest import CLERK, NOW


@pytest.mark.django_db(transaction=True)
def test_clerks_who_fill_one_range_at_once_never_overlap(country: dict[str, Org], regions: dict[str, Region]) -> None:
    def add(parent: Org, name: str) -> Org:
        region = regions["430102"]
        return add_org(parent=parent, name=name, kind=OrgKind.GRASSROOTS, region=region, now=NOW, actor=CLERK)

    parents = [add(country["430102"], name) for name in ("甲厂", "乙厂")]
    start = Barrier(4)

    def fill(clerk: int) -> None:
        try:
            start.wait(timeout=10)
            for i in range(40):
                add(parents[clerk % 2], f"分会{clerk}-{i}")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fill, range(4)))
    for parent in parents:
        parent.refresh_from_db()
    assert [subtree(parent).count() for parent in parents] == [81, 81]
    assert OrgMove.objects.filter(org__in=parents).exists()  # both were full at least once
    assert verify_tree() == []
