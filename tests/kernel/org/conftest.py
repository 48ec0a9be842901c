from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from zhijia.kernel.base.clock import CHINA

# Models are imported inside the fixtures: pytest may load this file before the settings are known.
if TYPE_CHECKING:
    from zhijia.kernel.org.models import Org, Region

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=CHINA)


@dataclass(frozen=True)
class Clerk:
    account_id: int | None = 7


CLERK = Clerk()

REGIONS = (
    ("000000", "全国", 0, None),
    ("110000", "北京市", 1, "000000"),
    ("110100", "市辖区", 2, "110000"),
    ("110101", "东城区", 3, "110100"),
    ("430000", "湖南省", 1, "000000"),
    ("430100", "长沙市", 2, "430000"),
    ("430102", "芙蓉区", 3, "430100"),
    ("430103", "天心区", 3, "430100"),
    ("430200", "株洲市", 2, "430000"),
)


@pytest.fixture
def regions(db: None) -> dict[str, "Region"]:
    """A handful of regions, by code."""
    from zhijia.kernel.org.models import Region

    rows = [
        Region(code=code, name=name, level=level, parent_id=parent, pinyin="", initials="")
        for code, name, level, parent in REGIONS
    ]
    Region.objects.bulk_create(rows, ignore_conflicts=True)
    return Region.objects.in_bulk()


@pytest.fixture
def country(regions: dict[str, "Region"]) -> dict[str, "Org"]:
    """One federation for each region of Hunan and the country, by region code."""
    from zhijia.kernel.org.models import OrgKind
    from zhijia.kernel.org.tree import add_org

    made: dict[str, Org] = {}
    for code, above in (("000000", None), ("430000", "000000"), ("430100", "430000"), ("430200", "430000"),
                        ("430102", "430100"), ("430103", "430100")):  # fmt: skip
        made[code] = add_org(
            parent=made[above] if above else None, name=f"{regions[code].name}总工会", kind=OrgKind.FEDERATION,
            region=regions[code], now=NOW, actor=CLERK,
        )  # fmt: skip
    return made
