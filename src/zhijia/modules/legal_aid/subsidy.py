"""The lawyer's subsidy: what the table of the place gives, approved by who did not do the work, booked, paid.

Two entries: when it is approved the unit owes it (expense to what is owed for the case), when it is paid the money
leaves (what is owed for the case to the unit's money).
"""

from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.base.money import shown
from zhijia.kernel.ledger.entries import NewAccount, open_accounts
from zhijia.kernel.ledger.models import AccountKind
from zhijia.kernel.service.prepared import as_platform

from .rules import C, subsidy_of, today

APPROVED, PAID = "legal_aid.subsidy", "legal_aid.subsidy_paid"


def expense_of(org_id: int) -> str:
    """The account of what a unit spends on legal aid."""
    return f"legal_aid.expense:{org_id}"


def money_of(org_id: int) -> str:
    """The account of the money from which a unit pays."""
    return f"legal_aid.money:{org_id}"


def owed_for(case_id: int) -> str:
    """The account of what is owed to the lawyer of one case."""
    return f"legal_aid.owed:{case_id}"


def fits_table(c: C) -> Verdict:
    """Not more than the table of the place gives."""
    most, given = subsidy_of(c), c.data.get("subsidy")
    if given is not None and (given <= 0 or given > most):
        return no("subsidy", _("For this kind of work the table gives %(most)s yuan at most.") % {"most": shown(most)})
    return yes()


def approve(c: C) -> None:
    """The unit owes it from now on."""
    if c.data.get("subsidy") is None:
        c.facts.subsidy = subsidy_of(c)
    c.facts.approver_id = c.actor.account_id
    unit, region = c.case.unit_id, c.case.region
    accounts = [
        NewAccount(key=expense_of(unit), kind=AccountKind.EXPENSE, title=_g("Legal aid"), org_id=unit, region=region),
        NewAccount(
            key=money_of(unit), kind=AccountKind.ASSET, title=_g("Money for legal aid"), org_id=unit, region=region
        ),
        NewAccount(
            key=owed_for(c.case.pk), kind=AccountKind.LIABILITY, title=_g("Subsidy for %(no)s") % {"no": c.case.no},
            org_id=unit, region=region,
        ),
    ]  # fmt: skip
    with as_platform():
        open_accounts(accounts)
    fen = c.facts.subsidy or 0
    c.book(APPROVED, (expense_of(unit), fen), (owed_for(c.case.pk), -fen))


def paid_fits(c: C) -> Verdict:
    """A payment lies in the past."""
    return yes() if c.data["paid_on"] <= today(c) else no("paid_on", _("This day has not come yet."))


def pay(c: C) -> None:
    """The money has left."""
    fen = c.facts.subsidy or 0
    c.book(PAID, (owed_for(c.case.pk), fen), (money_of(c.case.unit_id), -fen), memo=str(c.data.get("voucher") or ""))


def paid(c: C) -> int:
    """Fen that this transition paid."""
    return c.facts.subsidy or 0
