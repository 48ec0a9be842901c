"""A note among colleagues that names some of them: `@login` or `@name` of anybody who may read the case.

The note is a step like any other (`habits.noting`): sealed, internal, on the case's chain. Whoever is named gets a
message in the app. A name of nobody who may read the case is answered in the same words, whether there is such a person
elsewhere or not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.desk import Mention
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.readers import Reader, called, suggested
from zhijia.kernel.notify.compose import Audience, compose
from zhijia.kernel.notify.models import Message
from zhijia.kernel.notify.render import register
from zhijia.kernel.people.actors import Actor

from .engine import Fired, fire
from .prepared import as_platform

NOTE = "note"
"""The step of every service that holds a note among colleagues, and the field that asks for its words."""
TOLD = "case.mentioned"
_NAMED = re.compile(r"(?<![A-Za-z0-9._@-])[@＠]([\w.·-]{1,64})")
_LOGIN = re.compile(r"[a-z0-9._-]+", re.ASCII | re.IGNORECASE)

register(TOLD, _("{who} named you in a note among colleagues on case {no}."), offers=frozenset())


@dataclass(frozen=True)
class Noted:
    """A note that was written, whom it told, and names that are nobody's who may read the case."""

    fired: Fired
    told: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@transaction.atomic
def note(
    *, no: str, data: Mapping[str, Any], actor: Actor, now: datetime, key: str | None = None, seq: int | None = None
) -> Noted:
    """Write the note and tell whom it names; sent again under its key, nobody is told twice. Raises as `fire` does."""
    fired = fire(no=no, transition=NOTE, actor=actor, now=now, data=data, key=key, seq=seq)
    words = names_in(str(data.get(NOTE, "")))
    if fired.again or not words:
        return Noted(fired)
    case = Case.objects.get(no=no)
    with as_platform():
        found = called(case, words, [login_of(word) for word in words], but=actor.account_id, now=now)
    meant = {word: _meant(word, found) for word in words}
    told = {reader.account_id: reader for reader in meant.values() if reader is not None}
    Mention.objects.bulk_create(
        Mention(case=case, event_seq=fired.seq, account_id=account_id, at=now) for account_id in told
    )
    made = compose(
        template=TOLD, audience=Audience(accounts=sorted(told)), data={"who": actor.name, "no": no}, sms=False, now=now
    )
    Message.objects.bulk_create(Message(**message.as_row(), case_id=case.pk, created_at=now) for message in made)
    unknown = tuple(word for word, reader in meant.items() if reader is None)
    return Noted(fired, tuple(reader.name or reader.login for reader in told.values()), unknown)


def colleagues(*, case: Case, typed: str, actor: Actor, now: datetime) -> list[Reader]:
    """Whom the actor can name on this case: those who may read it and whose login or name fits what was typed."""
    with as_platform():
        return suggested(case, clean(typed)[:64], but=actor.account_id, now=now)


def names_in(words: str) -> list[str]:
    """What stands behind each @, once; in Chinese the sentence may go on without a blank."""
    return list(dict.fromkeys(word.strip(".-·") for word in _NAMED.findall(clean(words))))[:50]


def login_of(word: str) -> str:
    """The login with which a word begins."""
    found = _LOGIN.match(word)
    return found[0].lower() if found else ""


def _meant(word: str, found: list[Reader]) -> Reader | None:
    """Who is meant: a login, or the longest name with which the word begins, if it is one person's alone."""
    by_login = [reader for reader in found if reader.login == login_of(word)]
    if by_login:
        return by_login[0]
    fitting = [reader for reader in found if reader.name and word.startswith(reader.name)]
    longest = max((len(reader.name) for reader in fitting), default=0)
    named = [reader for reader in fitting if len(reader.name) == longest]
    return named[0] if len(named) == 1 else None
