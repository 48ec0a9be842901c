"""Who comes in and what they may: identification (8.1.4.1), access (8.1.4.2), the three administrators (8.1.5)."""

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.database import STAFF, WORKER
from zhijia.kernel.people.permissions import incompatible
from zhijia.kernel.people.roles import Role

from .findings import Finding, told

_HELD = """
    SELECT p.account_id, p.role FROM people_post p JOIN people_account a ON a.id = p.account_id
    WHERE a.is_active AND p.from_day <= %(day)s AND (p.to_day IS NULL OR p.to_day >= %(day)s)
"""
_WITHOUT_FACTOR = f"""
    SELECT count(DISTINCT h.account_id) FROM ({_HELD}) h WHERE h.role <> 'partner'
    AND NOT EXISTS (SELECT 1 FROM people_totp t WHERE t.account_id = h.account_id AND t.confirmed_at IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM people_passkey k WHERE k.account_id = h.account_id)
"""
_LOOSE_ROLES = """
    SELECT count(*) FROM pg_roles
    WHERE rolname = ANY (%s) AND (rolcanlogin OR rolsuper OR rolbypassrls OR rolcreaterole)
"""
UNCONFINED = frozenset({
    "audit_chain", "audit_entry",  # reading is on record, so a reader adds to it
    "cases_watch",  # a list of one's own
    "sheets_job", "sheets_chunk",  # one's own jobs: taking a list out is one
    "events_outgoing",  # only added to, by a transition that is confined itself
    "base_hit",  # counts tries
    "audit_run",  # an auditor asks for a check of the trail
    "audit_security",  # whatever is refused is noted
    "files_content",  # a workbook that is taken out has content
})  # fmt: skip
"""Tables that every member of staff may write; whatever else they may write is confined (docs/adr/0015)."""
_OPEN_TABLES = f"""
    SELECT DISTINCT w.table_name, w.privilege_type FROM (
      SELECT table_name, privilege_type FROM information_schema.role_table_grants
      WHERE grantee = '{STAFF}' AND table_schema = 'public' AND privilege_type IN ('INSERT', 'UPDATE', 'DELETE')
      UNION SELECT table_name, privilege_type FROM information_schema.column_privileges
      WHERE grantee = '{STAFF}' AND table_schema = 'public' AND privilege_type IN ('INSERT', 'UPDATE')) w
    WHERE w.table_name <> ALL (%(allowed)s) AND NOT EXISTS (
      SELECT 1 FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = w.table_name
      AND p.permissive = 'RESTRICTIVE' AND p.cmd = w.privilege_type AND '{STAFF}' = ANY (p.roles))
    ORDER BY 1, 2
"""


def passwords(now: datetime) -> Finding:
    """8.1.4.1 a: identities are unique and passwords are hard to guess."""
    del now
    return told(
        "8.1.4.1 a", _("Passwords"), not settings.LEAKED_PASSWORDS,
        _("At least ten characters, not common, not about the person; scrypt; wrong ones are counted and lock.")
        if settings.LEAKED_PASSWORDS else _("No list of leaked passwords is set up."),
        _("Name a sorted SHA-1 list with ZHIJIA_LEAKED_PASSWORDS."), weak=True,
    )  # fmt: skip


def second_factor(now: datetime) -> Finding:
    """8.1.4.1 d: two kinds of proof for everybody who works with other people's data."""
    without = int(_one(_WITHOUT_FACTOR, {"day": now.astimezone(CHINA).date()}))
    asked = settings.STAFF_SECOND_FACTOR
    said = _("Compulsory for staff; {n} of them must still set one up.") if asked else _("Not asked of staff.")
    return told(
        "8.1.4.1 d", _("Second factor"), not asked, format_lazy(said, n=without),
        _("Remove ZHIJIA_STAFF_SECOND_FACTOR=0 and run without --demo."),
    )  # fmt: skip


def transport(now: datetime) -> Finding:
    """8.1.4.1 c: what is typed is not read on the way."""
    del now
    return told(
        "8.1.4.1 c", _("Encrypted connection"), not settings.SESSION_COOKIE_SECURE,
        _("Cookies travel over https only.") if settings.SESSION_COOKIE_SECURE else _("Cookies travel over http."),
        _("Put a proxy with TLS (or TLCP) in front and set ZHIJIA_HTTPS=1."),
    )  # fmt: skip


def addresses(now: datetime) -> Finding:
    """8.1.4.1 b: behind a proxy that is not named, all visitors share one address, and one limit of tries."""
    del now
    return told(
        "8.1.4.1 b", _("Visitors' addresses"), settings.SESSION_COOKIE_SECURE and not settings.TRUSTED_PROXIES,
        format_lazy(
            _("Proxies that may name a visitor's address: {proxies}."),
            proxies=", ".join(settings.TRUSTED_PROXIES) or "–",
        ),
        _("Name the networks of your proxies with ZHIJIA_PROXIES."), weak=True,
    )  # fmt: skip


def sessions(now: datetime) -> Finding:
    """8.1.4.1 b: failures end, idle sessions end."""
    del now
    idle, longest = settings.SESSION_IDLE_STAFF, settings.SESSION_LONGEST_STAFF
    return told(
        "8.1.4.1 b", _("Sessions of staff end"), not (0 < idle <= 3600 and 0 < longest <= 24 * 3600),
        format_lazy(
            _("After {idle} minutes without work and after {longest} hours in any case."),
            idle=idle // 60, longest=longest // 3600,
        ),
        _("Set ZHIJIA_IDLE_STAFF and ZHIJIA_LONGEST_STAFF to at most an hour and a day."),
    )  # fmt: skip


def administrators(now: datetime) -> Finding:
    """8.1.5.1 to 8.1.5.3: system, audit and security management lie in different hands."""
    roles = {role for _account, role in _held(now)}
    missing = [r for r in (Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR) if r not in roles]
    names = "、".join(str(role.title) for role in missing)
    return told(
        "8.1.5", _("Three administrators"), bool(missing),
        format_lazy(_("Missing: {names}."), names=names) if missing else _("All three posts are held."),
        _("Appoint them with `zhijia post appoint` or on the pages of the security administrator."),
    )  # fmt: skip


def separation(now: datetime) -> Finding:
    """8.1.4.2 d: least rights, and roles that must be apart are apart."""
    of: dict[int, set[Role]] = {}
    for account, role in _held(now):
        of.setdefault(account, set()).add(Role(role))
    clashes = [a for a, roles in of.items() if any(incompatible(x, y) for x in roles for y in roles)]
    return told(
        "8.1.4.2 d", _("Roles are apart"), bool(clashes),
        format_lazy(_("{n} people hold roles that must be apart."), n=len(clashes)),
        _("End one of the posts of each."),
    )  # fmt: skip


def defaults(now: datetime) -> Finding:
    """8.1.4.2 b: no default accounts, no accounts without a person."""
    del now
    return told(
        "8.1.4.2 b", _("No demonstration accounts"), settings.DEMO,
        _("This installation shows demonstration accounts with a known password.") if settings.DEMO
        else _("There is no account that we brought along."),
        _("Start without --demo on an empty database."),
    )  # fmt: skip


def row_security(now: datetime) -> Finding:
    """8.1.4.2 e, f: the database itself decides who reads and changes which row."""
    del now
    loose = int(_one(_LOOSE_ROLES, [[STAFF, WORKER]]))
    wrong = ", ".join(f"{table} ({right})" for table, right in open_tables())
    wrong = wrong or (str(_("a request role has rights of its own")) if loose else "")
    return told(
        "8.1.4.2 f", _("Row-level security"), bool(wrong),
        wrong or _("Requests run as roles that own nothing; every table they may write is confined."),
        _("Run the migrations again; do not give rights to the request roles by hand."),
    )  # fmt: skip


def open_tables() -> list[tuple[str, str]]:
    """Tables (and the right) that staff may write and that nothing confines; must be empty."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_TABLES, {"allowed": sorted(UNCONFINED)})
        return [(table, right) for table, right in cursor.fetchall()]


def _held(now: datetime) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"day": now.astimezone(CHINA).date()})
        return list(cursor.fetchall())


def _one(statement: str, params: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)  # type: ignore[arg-type]
        (value,) = cursor.fetchone()
        return value


CHECKS = (passwords, addresses, sessions, transport, second_factor, defaults, separation, row_security, administrators)
