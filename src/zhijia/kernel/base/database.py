"""The database side of a request: under which role it runs and which rows that role may see.

Three roles own nothing and can log in nowhere; a request takes one of them for the length of its transaction:
`zhijia_staff` sees the cases inside the integer ranges of its posts, `zhijia_worker` sees its own, and the owner
(tasks, commands, migrations) is not bound. Ranges, not paths, because only they stay fast under row-level
security (docs/adr/0003).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

STAFF, WORKER = "zhijia_staff", "zhijia_worker"
SLOTS = 4
"""How many separate ranges one actor may have; the policies have as many OR branches."""
EMPTY = (1, 0)
"""A range that holds nothing."""

_SETTINGS = ", ".join(f"set_config('zhijia.l{i}', %s, true), set_config('zhijia.r{i}', %s, true)" for i in range(SLOTS))
_ENTER = (
    f"SELECT {_SETTINGS}, set_config('zhijia.il', %s, true), set_config('zhijia.ir', %s, true), "
    "set_config('zhijia.person', %s, true), set_config('role', %s, true)"
)

_entered: ContextVar[bool] = ContextVar("zhijia_scope", default=False)


@contextmanager
def scope(
    role: str,
    *,
    ranges: Sequence[tuple[int, int]] = (),
    industry: tuple[int, int] = EMPTY,
    person: int | None = None,
) -> Iterator[None]:
    """Run the block in one transaction as `role`, seeing only `ranges` (staff) or `person`'s own cases (worker).

    The settings and the role are local to the transaction, so a pooled connection never carries them to the next
    request; only a transaction that goes on after the block must be given its owner back.
    Raises ValueError when there are more ranges than the policies have slots, and RuntimeError inside another scope:
    leaving the inner one would leave the rest of the outer one without its role.
    """
    if _entered.get():
        raise RuntimeError("a database scope does not nest in another")
    if len(ranges) > SLOTS:
        raise ValueError(f"an actor may have at most {SLOTS} separate ranges, got {len(ranges)}")
    slots = [*ranges, *[EMPTY] * (SLOTS - len(ranges))]
    values = [str(bound) for pair in [*slots, industry] for bound in pair]
    goes_on = connection.in_atomic_block
    token = _entered.set(True)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_ENTER, [*values, str(person or 0), role])
            yield
            if goes_on and not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("RESET ROLE")
    finally:
        _entered.reset(token)


def range_predicate(column: str, industry_column: str = "") -> str:
    """The SQL of the fixed OR slots over `column`: used in policies and in reviewed search functions alike."""
    parts = [
        f"{column} BETWEEN current_setting('zhijia.l{i}')::bigint AND current_setting('zhijia.r{i}')::bigint"
        for i in range(SLOTS)
    ]
    if industry_column:
        parts.append(
            f"{industry_column} BETWEEN current_setting('zhijia.il')::bigint AND current_setting('zhijia.ir')::bigint"
        )
    return "(" + " OR ".join(parts) + ")"
