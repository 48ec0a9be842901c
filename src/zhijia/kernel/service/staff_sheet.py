"""The workbook of staff: one account a row, with the post that a security administrator then agrees to, or not.

The system administrator brings the accounts (maker); the posts wait (checker: people/proposals.py).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, Verdict, no, yes
from zhijia.kernel.notify.posts import guards_of
from zhijia.kernel.notify.staff import inform
from zhijia.kernel.org.models import Org
from zhijia.kernel.people import accounts, proposals
from zhijia.kernel.people.actors import Actor, Permission, Role
from zhijia.kernel.people.auth import HANDLE
from zhijia.kernel.people.models import Account, Proposal
from zhijia.kernel.people.permissions import BY_ROLE
from zhijia.kernel.sheets import registry
from zhijia.kernel.sheets.declare import Column, Context, Kind, Row, Sheet

from .prepared import as_platform

ROLES = {str(role): role.title for role in BY_ROLE if role not in (Role.ORGANISER, Role.PARTNER)}


def may(actor: Actor) -> Verdict:
    """Whoever manages accounts."""
    if actor.may(Permission.ACCOUNTS):
        return yes()
    return no("no_permission", _("Only a system administrator brings accounts."))


def check(row: Row, _about: Context) -> Iterable[FieldProblem]:
    """What is wrong with one row across its columns."""
    if not HANDLE.fullmatch(row["login"].casefold()):
        yield FieldProblem("login", "malformed", _("2 to 31 small letters, digits, dots and dashes, first a letter."))
    if row["role"] and row["from_day"] is None:
        yield FieldProblem("from_day", "required", _("A post has a first day."))
    if row["from_day"] and row["to_day"] and row["to_day"] < row["from_day"]:
        yield FieldProblem("to_day", "before_start", _("The last day is before the first."))


def check_many(rows: Sequence[Row], about: Context) -> Iterable[tuple[int, FieldProblem]]:
    """What the database says: units in reach, by their whole name, and logins of somebody else."""
    units, known = _units(rows, about.actor), _known(rows)
    found: list[tuple[int, FieldProblem]] = []
    for row in rows:
        if row["unit"] not in units:
            words = format_lazy(_("No organisation in your reach is called “{name}”."), name=row["unit"])
            found.append((row.no, FieldProblem("unit", "unit", words)))
        taken = known.get(row["login"].casefold())
        if taken is not None and taken.name != row["name"]:
            words = _("This login belongs to somebody with another name. Choose another, or write the name as it is.")
            found.append((row.no, FieldProblem("login", "taken", words)))
    return found


def apply(rows: Sequence[Row], about: Context) -> Mapping[str, int]:
    """Add the accounts that are missing; propose the posts. The same chunk again changes nothing."""
    with as_platform():
        units, known, counted = _units(rows, about.actor), _known(rows), Counter[str]()
        proposed: Counter[int] = Counter()
        for row in rows:
            account = known.get(row["login"].casefold())
            if account is None:
                account = _added(row, units[row["unit"]], about)
            counted["known" if row["login"].casefold() in known else "added"] += 1
            if row["role"]:
                source = f"sheet:{about.job_id}:{row.no}"
                new = not Proposal.objects.filter(source=source).exists()
                proposals.propose_post(
                    account=account, role=Role(row["role"]), org_id=units[row["unit"]], from_day=row["from_day"],
                    to_day=row["to_day"], source=source, actor=about.actor, now=about.now,
                )  # fmt: skip
                counted["proposed"] += 1
                proposed[units[row["unit"]]] += new
        _tell(proposed, about)
    return counted


def _added(row: Row, unit: int, about: Context) -> Account:
    try:
        return accounts.add_staff(
            login=row["login"], name=row["name"], home_id=unit, phone=row["phone"] or "", actor=about.actor,
            now=about.now,
        )  # fmt: skip
    except Invalid as error:  # somebody with this phone has an account: the row's own is added without it
        if [p.field for p in error.problems] != ["phone"]:
            raise
        return accounts.add_staff(login=row["login"], name=row["name"], home_id=unit, actor=about.actor, now=about.now)


def _tell(proposed: Counter[int], about: Context) -> None:
    """The security administrators nearest to each unit, each once with the number of what waits."""
    told: Counter[int] = Counter()
    for unit, n in proposed.items():
        for guard in guards_of(unit, now=about.now) if n else ():
            told[guard] += n
    for guard, n in told.items():
        inform(template="people.posts_proposed", data={"n": n}, now=about.now, accounts=[guard])


def _units(rows: Sequence[Row], actor: Actor) -> dict[str, int]:
    reach = accounts.orgs_in(actor.within(Permission.ACCOUNTS))
    names = {row["unit"] for row in rows}
    found = Org.objects.filter(Q(pk__in=reach) if not actor.system else Q(), name__in=names, active=True)
    return dict(found.values_list("name", "pk"))


def _known(rows: Sequence[Row]) -> dict[str, Account]:
    with as_platform():
        found: Any = accounts.staff_accounts().filter(login__in={row["login"].casefold() for row in rows})
        return {account.login: account for account in found}


STAFF = Sheet(
    key="staff", title=_("Accounts and posts of staff"), may=may, check=check, check_many=check_many, apply=apply,
    chunk=200, most=20_000, repeats=False,
    outcomes={
        "added": _("accounts added"), "known": _("accounts that were there"),
        "proposed": _("posts that wait for a security administrator"),
    },
    help=_("One account a row. Posts are proposed: a security administrator agrees to each of them."),
    columns=(
        Column("login", _("Login name"), required=True, limit=31, example="zhou.min"),
        Column("name", _("Name of the colleague"), required=True, limit=100, example="周敏"),
        Column("phone", _("Mobile phone"), Kind.PHONE, sealed=True, example="13800000000"),
        Column("unit", _("Organisation of the post"), required=True, limit=200, example="青禾区总工会"),
        Column("role", _("Role of the post"), Kind.CHOICE, choices=ROLES),
        Column("from_day", _("First day of the post"), Kind.DATE, example="2026-12-01"),
        Column("to_day", _("Last day of the post"), Kind.DATE),
    ),
)  # fmt: skip
registry.register(STAFF)
