"""The accounts of the ledger between which vouchers move money, and opening them.

Allotted money comes in as union funds; an approved cycle sets its budget aside; what is handed over is spent and owed
to the outlet; a payment clears what is owed out of the cycle's account; the rest goes back to the funds.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.ledger.balances import balances_of
from zhijia.kernel.ledger.entries import Leg, NewAccount, Posted, open_accounts, post
from zhijia.kernel.ledger.models import AccountKind
from zhijia.kernel.people.actors import Actor, Role

from .eligibility import may_manage


def funds(org_id: int) -> str:
    """Money that a union has for its programmes."""
    return f"union.funds:{org_id}"


def allotted(org_id: int) -> str:
    """Where that money came from."""
    return f"union.allotted:{org_id}"


def cycle(case_id: int) -> str:
    """Money set aside for a cycle."""
    return f"vouchers.cycle:{case_id}"


def spent(programme_id: int) -> str:
    """What a programme has handed out."""
    return f"vouchers.spent:{programme_id}"


def payable(outlet_id: int) -> str:
    """What is owed to an outlet."""
    return f"vouchers.payable:{outlet_id}"


def open_for_union(org_id: int) -> None:
    """A union's funds, and where they came from."""
    open_accounts(
        [
            NewAccount(key=funds(org_id), kind=AccountKind.ASSET, title="union funds", org_id=org_id),
            NewAccount(key=allotted(org_id), kind=AccountKind.EQUITY, title="allotted", org_id=org_id),
        ]
    )


def open_for_cycle(case_id: int, org_id: int, region: str) -> None:
    """A cycle's own account, and its union's."""
    open_for_union(org_id)
    title = "set aside for a voucher cycle"
    open_accounts(
        [NewAccount(key=cycle(case_id), kind=AccountKind.ASSET, title=title, org_id=org_id, region=region)]
    )  # fmt: skip


def open_for_programme(programme_id: int, org_id: int) -> None:
    """A programme's expense."""
    open_accounts(
        [NewAccount(key=spent(programme_id), kind=AccountKind.EXPENSE, title="vouchers handed out", org_id=org_id)]
    )


def open_for_outlet(outlet_id: int, org_id: int, region: str) -> None:
    """What an outlet is owed."""
    title = "owed to an outlet"
    open_accounts(
        [NewAccount(key=payable(outlet_id), kind=AccountKind.LIABILITY, title=title, org_id=org_id, region=region)]
    )


def held(key: str) -> int:
    """Fen on the account, debit positive; 0 when it is not open."""
    found = balances_of([key])
    return found[0].fen if found else 0


@transaction.atomic
def allot(*, org_id: int, fen: int, key: str, actor: Actor, now: datetime) -> Posted:
    """Give a union money for its programmes: the entry that everything else is paid from. Idempotent under its key.

    Raises Forbidden unless the actor is a leader at the union or above it, Invalid for no amount.
    """
    may_manage(actor, org_id, by=frozenset({Role.LEADER}))
    if fen <= 0:
        raise Invalid(FieldProblem("fen", "positive", _("Write the amount in digits, for example 6800.")))
    open_for_union(org_id)
    made = post(
        kind="union.allotted", subject=f"org:{org_id}", at=now, key=f"union.allotted:{org_id}:{key}",
        legs=[Leg(funds(org_id), fen), Leg(allotted(org_id), -fen)], actor_id=actor.account_id,
    )  # fmt: skip
    if not made.again:
        subject = f"org:{org_id}"
        data = {"entry": made.id}
        append(chain=subject, act="vouchers.allotted", subject=subject, actor=actor, now=now, data=data)
    return made
