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

from .statements import execute

STAFF, WORKER = "zhijia_staff", "zhijia_worker"
SLOTS = 4
"""How many separate ranges one actor may have; the policies have as many OR branches."""
EMPTY = (1, 0)
"""A range that holds nothing."""
WRITES, KEEPS = "changes", "keeps"
"""Two more sets of ranges beside what is read: what is changed, and which confidential cases are read."""
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


_NAMES = [f"{side}{i}" for i in range(SLOTS) for side in "lr"] + ["il", "ir"]
_NAMES += [WRITES, f"{WRITES}_industry", KEEPS, f"{KEEPS}_industry"]
_NAMES += ["person", "account", "own", "unassigned", "open", "services", "writes", "changed"]
_SETTINGS = [*(f"zhijia.{name}" for name in _NAMES), "role"]
_ENTER = (
    "SELECT "
    + ", ".join(f"set_config('{name}', given[{place}], true)" for place, name in enumerate(_SETTINGS, 1))
    + " FROM string_to_array($1, '|') AS given"
)
"""All in one value: sending forty costs more than setting them."""

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
    values = [str(bound) for pair in reads.slots() for bound in pair]
    values += [said for of in (writes, keeps) for said in (_multirange(of.region), _multirange([of.industry]))]
    values += [str(person or 0), str(account or 0), str(account or 0) if own else "0", "1" if unassigned else "0"]
    values += [
        "{" + ",".join(map(str, sorted(opened))) + "}",
        "".join(f",{key}" for key in services) + "," * bool(services),
    ]
    values += ["1" if writes or role == WORKER else "0", "", role]
    goes_on = connection.in_atomic_block
    token = _entered.set(True)
    try:
        with transaction.atomic():
            execute(_ENTER, ["|".join(values)])
            yield
            if goes_on and not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("RESET ROLE")
    finally:
        _entered.reset(token)


def _multirange(pairs: Sequence[tuple[int, int]]) -> str:
    return "{" + ",".join(f"[{low},{high}]" for low, high in pairs if low <= high) + "}"


def range_predicate(column: str, industry_column: str = "") -> str:
    """The SQL of what is read, as fixed OR slots over `column`, each of which an index answers: used in policies and in
    reviewed search functions alike."""
    parts = [
        f"{column} BETWEEN current_setting('zhijia.l{i}')::bigint AND current_setting('zhijia.r{i}')::bigint"
        for i in range(SLOTS)
    ]
    if industry_column:
        parts.append(
            f"{industry_column} BETWEEN current_setting('zhijia.il')::bigint AND current_setting('zhijia.ir')::bigint"
        )
    return "(" + " OR ".join(parts) + ")"


def within(of: str, column: str, industry_column: str) -> str:
    """The SQL for a row that was found already: it lies in WRITES or KEEPS. One value each instead of slots, because a
    policy is set up anew for each table that a statement touches, and each setting in it is paid for."""
    return (
        f"({column} <@ current_setting('zhijia.{of}')::int8multirange"
        f" OR {industry_column} <@ current_setting('zhijia.{of}_industry')::int8multirange)"
    )


CASES_CHANGED = f"""
CREATE FUNCTION cases_changed(which bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM public.cases_case c WHERE c.id = which
      AND {within(WRITES, "c.unit_lft", "c.industry_lft")}) THEN
    PERFORM set_config('zhijia.changed', which::text, true);
    RETURN true;
  END IF;
  RETURN false;
END $$
"""
"""Whether staff see a case and may work on it, for the rows that hang on it. A function, because a statement that
writes ten tables would carry twenty copies of the condition, and setting those up cost more than all the rest of the
statement (benchmarks/trust.py). It runs as whoever asks, so the policy on the case narrows what is found, and it keeps
its last yes until the transaction ends."""
CHANGED_CASE = "(case_id::text = current_setting('zhijia.changed') OR cases_changed(case_id))"
"""SQL: the same for the row at hand."""
