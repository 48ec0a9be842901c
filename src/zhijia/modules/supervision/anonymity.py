"""Whether words would tell from whom something comes: names, numbers and places that the platform knows of a case.

It cannot know every name in the world; a person still reads what it lets pass.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.cases.models import Case, Party
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.prepared import as_platform

from .models import AskedWorker, HiddenSource, Investigator

_PHONE = re.compile(r"(?<!\d)(?:1[3-9](?:[\s-]?\d){9}|0\d{2,3}[\s-]?\d{7,8})(?!\d)")
_CARD = re.compile(r"(?<!\d)(?:\d[\s-]?){14,18}[\dXx](?!\d)")
"""Identity cards and bank cards, also in groups of four."""
_USCC = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
_NUMBER = re.compile(r"ZJ\d{8,}", re.IGNORECASE)
_FORM = re.compile(r"(?:股份|集团)?(?:有限)?(?:责任)?公司$|(?:厂|店|酒店|餐馆|个体工商户|合作社|集团|分公司)$")
_PLACE = re.compile(r"^(?:[^省市区县]{2,7}[省市区县])+")
LEAST = 2
"""Characters of the shortest name that is looked for."""


def numbers_in(words: str) -> Iterator[str]:
    """Phone, card, credit and case numbers that stand in these words."""
    plain = _half(words)
    for pattern in (_PHONE, _CARD, _USCC, _NUMBER):
        yield from (found[0].strip() for found in pattern.finditer(plain))


def names_in(words: str, names: Iterable[str]) -> Iterator[str]:
    """Which of these names stand in the words, blanks in between or not."""
    plain = "".join(_half(words).split()).lower()
    for name in dict.fromkeys(names):
        short = "".join(_half(name).split()).lower()
        if len(short) >= LEAST and short in plain:
            yield name


def people_of(case: Case) -> list[str]:
    """Every person whom the case, or the case that it comes from, knows by name. As the platform."""
    with as_platform():
        cases = [case.pk, *_origin(case)]
        parties = Party.objects.filter(case_id__in=cases).select_related("person")
        found = [party.person.name for party in parties]
        found += [row.name for row in AskedWorker.objects.filter(case_id__in=cases)]
        seats = Investigator.objects.filter(case_id__in=cases).select_related("account")
        return [*found, *(seat.account.name for seat in seats)]


def called(employer: str) -> list[str]:
    """How an employer may be called: its whole name, and the part that is its own."""
    core = _PLACE.sub("", _FORM.sub("", employer.strip()))
    return [employer, *([core] if len(core) > LEAST else [])]


def tells_nobody(name: str, *names: str, c: Ctx[Any], also: Iterable[str] = ()) -> Verdict:
    """Nothing in these answers names a person of the case, a number, or one of `also`. `name` gets the refusal."""
    words = "\n".join(str(c.data.get(asked) or "") for asked in (name, *names))
    found = [*numbers_in(words), *names_in(words, [*people_of(c.case), *also])]
    if not found:
        return yes()
    return no(name, _("Take this out, it tells who it is: %(found)s.") % {"found": "、".join(found[:5])})


def _origin(case: Case) -> list[int]:
    hidden = HiddenSource.objects.filter(case_id=case.pk).first()
    return list(Case.objects.filter(no=hidden.origin).values_list("pk", flat=True)) if hidden else []


def _half(words: str) -> str:
    """Full-width letters and digits as the usual ones."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else " " if c == "\u3000" else c for c in words)
