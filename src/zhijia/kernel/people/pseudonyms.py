"""A worker under a pseudonym: an invented name, a pick-up code that is shown once, and an identity under two keys.

The code has 100 bits, so nobody guesses one; it is stored only as scrypt with a salt that is a key of the vault, so
that a stolen database cannot even be searched for one. Nothing says from where or with what somebody came.
"""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.base.limits import Limit
from zhijia.kernel.base.text import clean

from . import vault
from .models import LANGUAGE, Person
from .numbers import normalise_phone
from .persons import person_name
from .pseudonym_models import Pseudonym, SealedIdentity

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters without I, L, O and U, which are read as others (Crockford's base 32)."""
GROUPS, LENGTH = 4, 5
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_CODE = re.compile(f"[{ALPHABET}]{{{GROUPS * LENGTH}}}")
GUESSES = Limit("pickup.guess", most=10, seconds=600)
"""Wrong codes from one place in ten minutes; only a keyed mark of the place is counted, and forgotten with the
window."""
EVERYWHERE = Limit("pickup.everywhere", most=2000, seconds=3600)
"""Wrong codes altogether in an hour: each costs us a tenth of a second of work."""
_FIRST = "青白晨远静南北松竹云山溪石月风星雨雪禾岚"
_SECOND = "鹭雀鹤燕枫桐兰荷梅杉苇帆舟桥岸泉谷原岭峰"


@dataclass(frozen=True)
class Told:
    """Whom the worker is, if they choose to leave it."""

    name: str = ""
    phone: str = ""


def new_code() -> str:
    """A pick-up code in groups: "7K2MQ-R09TX-…" (100 bits)."""
    drawn = [secrets.choice(ALPHABET) for _n in range(GROUPS * LENGTH)]
    return "-".join("".join(drawn[n : n + LENGTH]) for n in range(0, GROUPS * LENGTH, LENGTH))


def read_code(typed: str) -> str:
    """The 20 characters of a code as people type it: small letters, blanks, full-width, O for 0. Raises Invalid."""
    plain = unicodedata.normalize("NFKC", typed).upper().translate(_READ_AS)
    found = "".join(c for c in plain if c.isalnum())
    if not _CODE.fullmatch(found):
        reason = _("A pick-up code has 20 letters and digits, in four groups of five. Copy it from your paper.")
        raise Invalid(FieldProblem("code", "malformed", reason))
    return found


def hash_of(code: str) -> bytes:
    """What is stored of a code: a tenth of a second of work under a key that no database holds."""
    salt = vault.blind("salt", purpose="pickup")
    return hashlib.scrypt(code.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def find(typed: str, *, place: str, now: datetime) -> Pseudonym:
    """The pseudonym whose code this is. Raises Invalid for what is no code, NotFound for a wrong one, TooSoon
    beyond ten wrong ones from one place. Counts in a transaction of its own: a refusal must not take the count back.
    """
    code = read_code(typed)
    found = Pseudonym.objects.select_related("person").filter(code_hash=hash_of(code)).first()
    if found is not None:
        return found
    with transaction.atomic():
        EVERYWHERE.hit("all", now=now)
        GUESSES.hit(place, now=now)
    raise NotFound(
        _("There is no complaint with this code. Compare it with your paper, letter by letter."), code="no_code"
    )


def known(code: str) -> Pseudonym | None:
    """The pseudonym of a code that this installation has just given out, if it is in use already."""
    return Pseudonym.objects.select_related("person").filter(code_hash=hash_of(read_code(code))).first()


def invent(*, now: datetime) -> Person:
    """A new person known by an invented name alone: no number, no language of their own, the day and not the minute."""
    name = f"{secrets.choice(_FIRST)}{secrets.choice(_SECOND)} {secrets.randbelow(9000) + 1000}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('people_person_id_seq')")
        (key,) = cursor.fetchone()
    return Person.objects.create(id=key, name=name, language=LANGUAGE, created_at=now)


def keep(*, person: Person, code: str, case_id: int, told: Told) -> Pseudonym:
    """Store the pseudonym of this person under its code, and what they chose to tell of themselves, sealed."""
    made = Pseudonym.objects.create(person=person, code_hash=hash_of(read_code(code)), case_id=case_id)
    if told.name or told.phone:
        SealedIdentity.objects.create(pseudonym=made, told={"name": told.name, "phone": told.phone})
    return made


def checked(*, name: str, phone: str) -> Told:
    """A voluntary identity as it is kept. Raises Invalid for a phone that is none."""
    return Told(person_name(clean(name)), normalise_phone(phone) if phone.strip() else "")
