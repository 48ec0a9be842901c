"""Posting to the books: entries whose legs sum to zero, stored once under their key, never changed, reversed once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Conflict, FieldProblem, Invalid, NotFound, Text
from zhijia.kernel.base.money import LARGEST

from .models import AccountKind


@dataclass(frozen=True)
class Leg:
    """Fen on one account: a debit is positive, a credit negative."""

    account: str
    fen: int


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """An account as it is to be opened."""

    key: str
    kind: AccountKind
    title: str
    org_id: int | None = None
    region: str = ""


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """An entry as it is to be posted."""

    kind: str
    subject: str
    legs: Sequence[Leg]
    key: str | None = None
    actor_id: int | None = None
    memo: str = ""


@dataclass(frozen=True)
class Posted:
    """The entry's id; `again` when it had been posted before under the same key and nothing was added."""

    id: int
    again: bool


def open_account(
    *, key: str, kind: AccountKind, title: str, org_id: int | None = None, region: str = ""
) -> None:  # fmt: skip
    """Open one account, or leave it as it is if it is open. Raises Conflict when it is open as another kind."""
    open_accounts([NewAccount(key=key, kind=kind, title=title, org_id=org_id, region=region)])


def open_accounts(accounts: Iterable[NewAccount]) -> None:
    """Open those that are not open yet, in one statement. Raises Conflict for one that is open as another kind."""
    given = list(accounts)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, kind FROM ledger_open(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[])",
            [
                [a.key for a in given], [str(a.kind) for a in given], [a.title[:200] for a in given],
                [a.org_id for a in given], [a.region for a in given],
            ],
        )  # fmt: skip
        found = dict(cursor.fetchall())
    if wrong := next((a.key for a in given if found[a.key] != a.kind), None):
        raise Conflict(format_lazy(_("The account {key} is open as another kind."), key=wrong), code="account_kind")


def post(
    *, kind: str, subject: str, at: datetime, legs: Sequence[Leg], key: str | None = None, actor_id: int | None = None,
    memo: str = "",
) -> Posted:  # fmt: skip
    """Post one entry. The same key with the same kind, subject and legs gives the same entry again.

    Raises Invalid for legs that do not sum to zero or name an unknown account, Conflict (`key_reused`) for a key that
    was used for something else.
    """
    entry = NewEntry(kind=kind, subject=subject, legs=legs, key=key, actor_id=actor_id, memo=memo)
    return post_many([entry], at=at)[0]


def post_many(entries: Sequence[NewEntry], *, at: datetime) -> list[Posted]:
    """Post all of them or none, in four statements however many there are. Raises as `post` does."""
    if not entries:
        return []
    _refuse_unbalanced(entries)
    legs = [(n, leg.account, leg.fen) for n, entry in enumerate(entries, 1) for leg in entry.legs]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT entry, is_new, same FROM ledger_post(%s, %s::text[], %s::text[], %s::text[], %s::bigint[], "
                "%s::text[], %s::bigint[], %s::int[], %s::text[], %s::bigint[])",
                [
                    at, [e.kind for e in entries], [e.subject for e in entries], [e.key for e in entries],
                    [e.actor_id for e in entries], [e.memo for e in entries], [None] * len(entries),
                    *map(list, zip(*legs, strict=True)),
                ],
            )  # fmt: skip
            rows = cursor.fetchall()
            if not all(same for _id, _new, same in rows):
                raise _reused()
    except IntegrityError as error:
        raise _explained(error) from error
    return [Posted(found, not is_new) for found, is_new, _same in rows]


def reverse(
    *, entry_id: int, at: datetime, kind: str, key: str | None = None, actor_id: int | None = None, memo: str = ""
) -> Posted:  # fmt: skip
    """Post the entry that takes `entry_id` back, leg by leg. Idempotent under its key.

    Raises NotFound, and Conflict when it was reversed already or is a reversal itself.
    """
    for last in (False, True):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT entry, is_new, same FROM ledger_reverse(%s, %s, %s, %s, %s, %s)",
                    [entry_id, at, kind, key, actor_id, memo],
                )
                row = cursor.fetchone()
                if row is None:
                    raise NotFound(_("There is no such entry."))
                if not row[2]:
                    raise _reused()
                return Posted(row[0], not row[1])
        except IntegrityError as error:
            if last or key is None:  # two at once under one key: the second look finds the first one's entry
                raise _explained(error) from error
    raise AssertionError("the second attempt returns or raises")


def _refuse_unbalanced(entries: Sequence[NewEntry]) -> None:
    for entry in entries:
        if len(entry.legs) < 2 or any(leg.fen == 0 or abs(leg.fen) >= LARGEST for leg in entry.legs):
            raise _invalid("legs", _("An entry needs two legs or more, none of them zero."))
        if rest := sum(leg.fen for leg in entry.legs):
            raise _invalid("unbalanced", format_lazy(_("The legs differ by {fen} fen."), fen=rest))


def _invalid(code: str, message: Text) -> Invalid:
    return Invalid(FieldProblem("legs", code, message))


def _reused() -> Conflict:
    return Conflict(_("This key was already used for another entry."), code="key_reused")


def _explained(error: IntegrityError) -> Exception:
    """The database's refusal as one of our errors; what we do not know stays as it is."""
    diagnosis = getattr(error.__cause__, "diag", None)
    constraint, said = getattr(diagnosis, "constraint_name", ""), getattr(diagnosis, "message_primary", "")
    if constraint == "ledger_known_account":
        return _invalid("unknown_account", format_lazy(_("There is no account {key}."), key=said))
    if constraint == "ledger_original":
        return Conflict(_("A reversal is not reversed; post the entry anew."), code="is_reversal")
    if constraint and "reverses" in constraint:
        return Conflict(_("This entry was reversed already."), code="already_reversed")
    return error
