"""Which employer somebody means by a name or a credit code; an unknown name stays words."""

from datetime import datetime

from zhijia.kernel.base.text import clean
from zhijia.kernel.org import uscc
from zhijia.kernel.org.employers import find_or_add_employer, search_employers
from zhijia.kernel.org.models import Employer, Region
from zhijia.kernel.people.actors import Actor


def known(name: str, region: str) -> Employer | None:
    """The employer of exactly this name: the one in the region, or the only one. None when that is not clear."""
    same = [e for e in search_employers(name).items if e.name == name] if name else []
    return next((e for e in same if e.region_id == region or len(same) == 1), None)


def meant(name: str, code: str, region: Region, actor: Actor, now: datetime) -> tuple[Employer | None, str]:
    """The employer that staff mean, and the name as it was told. A code that nobody has yet adds its employer.

    Raises Invalid for a wrong code.
    """
    name, code = clean(name)[:200], code.strip()
    if not code and uscc.is_valid(uscc.normalise(name)):
        code = name
    if code:
        there = search_employers(code).items
        found = there[0] if there else find_or_add_employer(name=name, uscc=code, region=region, now=now, actor=actor)
        return found, found.name
    return known(name, region.pk), name
