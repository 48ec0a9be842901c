"""New keys for the blind indexes by which numbers are found. Unlike data keys these cannot be changed under a serving
site: two processes with two keys would not find each other's persons. So the site stands still for it.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from django.apps import apps
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Conflict

from . import keys, vault
from .key_models import DataKey
from .masters import master_for
from .models import Account, LoginCode, Person

Kind = Literal["phone", "id_number"]
BATCH = 2000
_COLUMNS: dict[Kind, tuple[str, str]] = {
    "phone": ("phone_sealed", "phone_index"),
    "id_number": ("id_sealed", "id_index"),
}
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def others() -> int:
    """How many other lines to the database there are: while the site serves, more than none."""
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS)
        return int(cursor.fetchone()[0])


@transaction.atomic
def reindex(kind: Kind, *, now: datetime, tell: Callable[[int], None] | None = None) -> tuple[int, int]:
    """Give an index a new key and compute it anew for everybody, with their login; all or nothing.

    Returns (persons done, rows of other tables that cannot be found any more: lists of numbers whose people are not on
    record must be read in again). Raises Conflict while others are connected.
    """
    if others():
        raise Conflict(_("The site is serving. Stop it first: an index cannot change under it."), code="serving")
    sealed, index = _COLUMNS[kind]
    key = _new_key(f"index:{kind}", now)
    done, last = 0, 0
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE people_person, people_account IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("CREATE TEMP TABLE reindexed (old bytea PRIMARY KEY, new bytea) ON COMMIT DROP")
        while True:
            people = list(Person.objects.filter(pk__gt=last).exclude(**{sealed: None}).order_by("pk")[:BATCH])
            if not people:
                break
            last = people[-1].pk
            new = [vault.mac(_number(person, kind), purpose=kind, key=key) for person in people]
            cursor.execute(
                "INSERT INTO reindexed SELECT DISTINCT ON (1) * FROM unnest(%s::bytea[], %s::bytea[]) AS g(old, new) "
                "ON CONFLICT DO NOTHING", [[getattr(person, index) for person in people], new],
            )  # fmt: skip
            done += len(people)
            if tell is not None:
                tell(done)
        cursor.execute(f"UPDATE people_person p SET {index} = r.new FROM reindexed r WHERE p.{index} = r.old")
        lost = 0
        if kind == "phone":
            logins = f"UPDATE {Account._meta.db_table} a SET login = encode(r.new, 'hex') FROM reindexed r"
            cursor.execute(f"{logins} WHERE a.login = encode(r.old, 'hex')")
            LoginCode.objects.all().delete()  # they live five minutes
        for table, column in _elsewhere(index):
            cursor.execute(f'UPDATE "{table}" t SET "{column}" = r.new FROM reindexed r WHERE t."{column}" = r.old')
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t'
                f' WHERE NOT EXISTS (SELECT 1 FROM reindexed r WHERE r.new = t."{column}")'
            )
            lost += cursor.fetchone()[0]
    transaction.on_commit(keys.forget)
    return done, lost


def _new_key(purpose: str, now: datetime) -> keys.Key:
    """A version that is there when the transaction is committed, and not before."""
    newest = DataKey.objects.filter(purpose=purpose).order_by("-version").first()
    version = newest.version + 1 if newest else 1
    material, master = secrets.token_bytes(keys.LENGTH), master_for(purpose)
    wrapped = master.wrap(material, keys.context_of(purpose, version))
    row = DataKey.objects.create(
        id=secrets.randbits(32), purpose=purpose, version=version, master=master.name, wrapped=wrapped, created_at=now
    )
    return keys.Key(row.pk, purpose, version, master.name, wrapped)


def _number(person: Person, kind: Kind) -> str:
    sealed = getattr(person, _COLUMNS[kind][0])
    return vault.open_(bytes(sealed), purpose=kind, aad=f"people_person.{_COLUMNS[kind][0]}:{person.pk}".encode())


def _elsewhere(index: str) -> list[tuple[str, str]]:
    """(table, column) of this index outside the person's own row."""
    return [
        (str(model._meta.db_table), str(f.column))
        for model in apps.get_models() if model not in (Person, LoginCode)
        for f in model._meta.concrete_fields if isinstance(f, models.BinaryField) and f.column == index
    ]  # fmt: skip
