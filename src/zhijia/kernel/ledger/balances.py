"""Reading the books: balances, the trial balance, one account's statement; and the check that compares them with the
postings they are kept from."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import NotFound

from .models import DEBIT_KINDS, AccountKind
from .sql import rows


@dataclass(frozen=True)
class AccountBalance:
    """What one account holds: fen with debit positive, and from how many postings."""

    key: str
    kind: AccountKind
    fen: int
    n: int

    @property
    def natural(self) -> int:
        """Fen on the side on which this kind of account grows: funds owed and income are positive too."""
        return self.fen if self.kind in DEBIT_KINDS else -self.fen


@dataclass(frozen=True)
class TrialRow:
    """All accounts of one kind whose keys share what stands before the first colon."""

    group: str
    kind: AccountKind
    accounts: int
    debit: int
    credit: int


@dataclass(frozen=True)
class TrialBalance:
    """Debits against credits."""

    rows: tuple[TrialRow, ...]

    @property
    def debit(self) -> int:
        """Fen of all balances that are debits."""
        return sum(row.debit for row in self.rows)

    @property
    def credit(self) -> int:
        """Fen of all balances that are credits."""
        return sum(row.credit for row in self.rows)

    @property
    def balanced(self) -> bool:
        """Whether they are equal, as they must be."""
        return self.debit == self.credit


@dataclass(frozen=True)
class Line:
    """One posting on an account's statement."""

    id: int
    entry_id: int
    at: datetime
    kind: str
    subject: str
    memo: str
    fen: int
    reverses_id: int | None


def balance(key: str) -> AccountBalance:
    """What the account holds now. Raises NotFound."""
    if found := balances_of([key]):
        return found[0]
    raise NotFound(_("There is no such account."))


def balances_of(keys: list[str]) -> list[AccountBalance]:
    """The balances of these accounts, by key; one that is not open is left out. Usable in any request."""
    return _balances("SELECT key, kind, amount, n FROM ledger_balances(%s::text[])", keys)


def balances(prefix: str) -> list[AccountBalance]:
    """The balances of all accounts whose key begins like this. For the platform, not within a request's scope."""
    return _balances(
        "SELECT a.key, a.kind, coalesce(sum(b.amount), 0)::bigint, coalesce(sum(b.n), 0)::bigint FROM ledger_account a "
        "LEFT JOIN ledger_balance b ON b.account_id = a.id WHERE a.key ^@ %s GROUP BY a.id ORDER BY a.key",
        prefix,
    )


def trial_balance() -> TrialBalance:
    """All accounts, grouped by the first word of their keys. For the platform, not within a request's scope."""
    found = rows(
        "SELECT split_part(key, ':', 1), kind, count(*), coalesce(sum(fen) FILTER (WHERE fen > 0), 0)::bigint, "
        "coalesce(-sum(fen) FILTER (WHERE fen < 0), 0)::bigint FROM "
        "(SELECT a.key, a.kind, coalesce(sum(b.amount), 0) AS fen FROM ledger_account a "
        " LEFT JOIN ledger_balance b ON b.account_id = a.id GROUP BY a.id) held GROUP BY 1, 2 ORDER BY 1, 2",
    )
    return TrialBalance(tuple(TrialRow(group, AccountKind(kind), *rest) for group, kind, *rest in found))


def statement(key: str, *, before_id: int | None = None, limit: int = 50) -> list[Line]:
    """The account's postings, newest first; the next page starts before the last id of this one."""
    lines = "SELECT id, entry, at, kind, subject, memo, amount, reverses FROM ledger_statement(%s, %s, %s)"
    return [Line(*row) for row in rows(lines, [key, before_id, limit])]


_WRONG = """
SELECT 'account ' || a.key || ': kept ' || coalesce(k.amount, 0) || ' fen of ' || coalesce(k.n, 0)
       || ' postings, found ' || coalesce(p.amount, 0) || ' of ' || coalesce(p.n, 0)
FROM ledger_account a
LEFT JOIN (SELECT account_id, sum(amount) AS amount, sum(n) AS n FROM ledger_balance GROUP BY 1) k
  ON k.account_id = a.id
LEFT JOIN (SELECT account_id, sum(amount) AS amount, count(*) AS n FROM ledger_posting GROUP BY 1) p
  ON p.account_id = a.id
WHERE (coalesce(k.amount, 0), coalesce(k.n, 0)) <> (coalesce(p.amount, 0), coalesce(p.n, 0))
UNION ALL
SELECT 'entry ' || e.id || ': ' || coalesce('off by ' || p.amount || ' fen', 'no postings')
FROM ledger_entry e LEFT JOIN (SELECT entry_id, sum(amount) AS amount FROM ledger_posting GROUP BY 1) p
  ON p.entry_id = e.id
WHERE p.amount IS DISTINCT FROM 0
ORDER BY 1
"""


def verify() -> list[str]:
    """Every difference between balances and postings and every entry that does not balance, in words; [] when all is
    right. Reads everything: for the platform, not within a request's scope."""
    return [row[0] for row in rows(_WRONG)]


def _balances(statement: str, given: object) -> list[AccountBalance]:
    return [AccountBalance(key, AccountKind(kind), fen, n) for key, kind, fen, n in rows(statement, [given])]
