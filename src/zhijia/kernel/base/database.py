"""The database side of a request: under which role it runs and which rows that role may see and change.

Three roles own nothing and can log in nowhere; a request takes one of them for the length of its transaction:
`zhijia_staff` sees the cases inside the integer ranges of its posts, `zhijia_worker` sees its own, and the owner
(tasks, commands, migrations) is not bound. Ranges, not paths, because only they stay fast under row-level
security (docs/adr/0003). What may be read, changed and read although confidential are three sets of ranges, because
each permission has a reach of its own (docs/adr/0015).
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction

STAFF, WORKER = "zhijia_staff", "zhijia_worker"
SLOTS = 4
"""How many separate ranges one actor may have; the policies have as many OR branches."""
EMPTY = (1, 0)
"""A range that holds nothing."""
READS, WRITES, KEEPS = "", "w", "c"
"""The three sets of ranges: what is read, what is changed, and which confidential cases are read."""
MAY_WRITE = "current_setting('zhijia.writes') = '1'"
"""SQL: whether this actor may change anything at all; an auditor may not."""
ACCOUNT = "current_setting('zhijia.account')::bigint"
"""SQL: the account behind the request, 0 without one."""


@dataclass(frozen=True)
class Ranges:
    """Up to SLOTS ranges of the regional tree and one of the industry tree, both ends included."""

    region: Sequence[tuple[int, int]] = ()
    industry: tuple[int, int] = EMPTY

    def slots(self) -> list[tuple[int, int]]:
        """Exactly SLOTS ranges and the industry's. Raises ValueError when there are more than the policies take."""
        if len(self.region) > SLOTS:
            raise ValueError(f"an actor may have at most {SLOTS} separate ranges, got {len(self.region)}")
        return [*self.region, *[EMPTY] * (SLOTS - len(self.region)), self.industry]

    def hold(self, lft: int, industry_lft: int | None = None) -> bool:
        """Whether a place lies in one of them."""
        low, high = self.industry
        return any(left <= lft <= right for left, right in self.region) or (
            industry_lft is not None and low <= industry_lft <= high
        )

    def __bool__(self) -> bool:
        return bool(self.region) or self.industry[0] <= self.industry[1]


NOWHERE = Ranges()


def _slot_names(of: str) -> list[str]:
    return [f"{of}{side}{i}" for i in range(SLOTS) for side in "lr"] + [f"{of}il", f"{of}ir"]


_NAMES = [name for of in (READS, WRITES, KEEPS) for name in _slot_names(of)]
_NAMES += ["person", "account", "own", "unassigned", "open", "services", "writes"]
_ENTER = (
    "SELECT "
    + ", ".join(f"set_config('zhijia.{name}', %s, true)" for name in _NAMES)
    + ", set_config('role', %s, true)"
)

_entered: ContextVar[bool] = ContextVar("zhijia_scope", default=False)


@contextmanager
def scope(
    role: str,
    *,
    reads: Ranges = NOWHERE,
    writes: Ranges = NOWHERE,
    keeps: Ranges = NOWHERE,
    person: int | None = None,
    account: int | None = None,
    own: bool = False,
    unassigned: bool = False,
    opened: Collection[int] = (),
    services: Collection[str] = (),
) -> Iterator[None]:
    """Run the block in one transaction as `role`.

    Staff read the cases in `reads`, and with `own` those they are in charge of; of these the confidential ones only in
    `keeps`, or when they are in charge, or (`unassigned`) while nobody is and they may change them. They change what
    lies in `writes`; without it nothing at all. `opened` are the ids of single cases that were opened for them,
    `services` (all, when empty) narrows everything to cases of these services. A worker sees `person`'s own cases.

    The settings and the role are local to the transaction, so a pooled connection never carries them to the next
    request; only a transaction that goes on after the block must be given its owner back.
    Raises ValueError when there are more ranges than the policies have slots, and RuntimeError inside another scope:
    leaving the inner one would leave the rest of the outer one without its role.
    """
    if _entered.get():
        raise RuntimeError("a database scope does not nest in another")
    values = [str(bound) for of in (reads, writes, keeps) for pair in of.slots() for bound in pair]
    values += [str(person or 0), str(account or 0), str(account or 0) if own else "0", "1" if unassigned else "0"]
    values += [
        "{" + ",".join(map(str, sorted(opened))) + "}",
        "".join(f",{key}" for key in services) + "," * bool(services),
    ]
    values += ["1" if writes or role == WORKER else "0"]
    goes_on = connection.in_atomic_block
    token = _entered.set(True)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_ENTER, [*values, role])
            yield
            if goes_on and not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("RESET ROLE")
    finally:
        _entered.reset(token)


def range_predicate(column: str, industry_column: str = "", *, of: str = READS) -> str:
    """The SQL of the fixed OR slots over `column`: used in policies and in reviewed search functions alike."""
    parts = [
        f"{column} BETWEEN current_setting('zhijia.{of}l{i}')::bigint AND current_setting('zhijia.{of}r{i}')::bigint"
        for i in range(SLOTS)
    ]
    if industry_column:
        parts.append(
            f"{industry_column} BETWEEN current_setting('zhijia.{of}il')::bigint"
            f" AND current_setting('zhijia.{of}ir')::bigint"
        )
    return "(" + " OR ".join(parts) + ")"


def changed_case(column: str = "case_id") -> str:
    """The SQL for rows that hang on a case by `column`: the actor may work on that case. What is read is narrowed by
    the policy on the case itself."""
    inside = range_predicate("c.unit_lft", "c.industry_lft", of=WRITES)
    return f"EXISTS (SELECT 1 FROM cases_case c WHERE c.id = {column} AND {inside})"
