"""What is written and kept: audit (8.1.4.3), intrusion (8.1.4.4), malware (8.1.4.5), integrity, secrecy, backup, the
person's data (8.1.4.7 to 8.1.4.11)."""

import stat
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit import runs
from zhijia.kernel.audit.models import Run, Seal, Security, Statement
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.files import scan
from zhijia.kernel.people.sealed import sealed_columns
from zhijia.kernel.retention.due import waiting

from .findings import Finding, told

SIX_MONTHS = timedelta(days=180)
VERIFIED = timedelta(days=7)
BACKED_UP = timedelta(hours=36)
DRILLED = timedelta(days=92)
SKEW = 2.0
"""Seconds by which two clocks may differ."""


def trail(now: datetime) -> Finding:
    """8.1.4.3 c: records cannot be changed unseen."""
    last = runs.last(Run.Kind.VERIFY)
    old = last is None or last.ended_at is None or now - last.ended_at > VERIFIED
    bad = last is not None and last.ok is False
    when = f"{last.ended_at.astimezone(CHINA):%Y-%m-%d %H:%M}" if last and last.ended_at else "–"
    said = (
        _("Last recomputed {when}: not one byte differs.") if not bad else _("Last recomputed {when}: it was changed.")
    )
    if old and not bad:
        said = _("Not recomputed within a week (last: {when}).")
    return told(
        "8.1.4.3 c", _("Audit trail holds"), bad or old, format_lazy(said, when=when),
        _("Run `zhijia audit verify`; look at the findings before anything else."), weak=old and not bad,
    )  # fmt: skip


def seals(now: datetime) -> Finding:
    """8.1.4.3 c: days are sealed and signed, and the roots are kept where we cannot reach."""
    last, signed = Seal.objects.order_by("-day").first(), Statement.objects.count()
    late = last is not None and (now.astimezone(CHINA).date() - last.day).days > 2
    said = _("Sealed up to {day}; {n} signed roots.") if last else _("Nothing is sealed yet.")
    return told(
        "8.1.4.3 c", _("Signed roots, kept outside"), late or not settings.ROOTS,
        format_lazy(said, day=last.day if last else "", n=signed),
        _("Keep the task worker running, and name a folder on another machine with ZHIJIA_ROOTS."), weak=not late,
    )  # fmt: skip


def security_log(now: datetime) -> Finding:
    """8.1.4.3 a, Cybersecurity Law 21: six months of security events."""
    first = Security.objects.aggregate(first=Min("at"))["first"]
    days = (now - first).days if first else 0
    return told(
        "8.1.4.3 a", _("Security log of six months"), timedelta(days=settings.SECURITY_DAYS) < SIX_MONTHS,
        format_lazy(_("Kept for {keep} days; it now holds {days}."), keep=settings.SECURITY_DAYS, days=days),
        _("Set ZHIJIA_SECURITY_DAYS to at least 184."),
    )  # fmt: skip


def clocks(now: datetime) -> Finding:
    """8.1.4.3 d: one time for all records."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        skew = abs(float(cursor.fetchone()[0]) - datetime.now(CHINA).timestamp())
    del now
    return told(
        "8.1.4.3 d", _("Clocks agree"), skew > SKEW,
        format_lazy(_("This machine and the database differ by {n} s."), n=f"{skew:.2f}"),
        _("Let NTP set both clocks."),
    )  # fmt: skip


def hardening(now: datetime) -> Finding:
    """8.1.4.4: nothing that helps an attacker is switched on."""
    del now
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    loose = settings.DEBUG or "*" in settings.ALLOWED_HOSTS or "'unsafe-inline'" in str(policy)
    return told(
        "8.1.4.4", _("Hardened pages"), loose,
        _("Scripts only with a nonce of ours, no inline script, no foreign host; named hosts only; no debug pages."),
        _("Remove ZHIJIA_DEBUG and name the hosts with ZHIJIA_HOSTS."),
    )  # fmt: skip


def malware(now: datetime) -> Finding:
    """8.1.4.5: what people send is looked at."""
    del now
    found = scan.scanner()
    said = _("Files are scanned.") if found else _("No scanner answers: files are checked and rewritten, not scanned.")
    return told(
        "8.1.4.5", _("Virus scanner"), found is None, said,
        _("Install ClamAV and set ZHIJIA_SCAN=required, so that nothing passes while it is down."), weak=True,
    )  # fmt: skip


def secrets(now: datetime) -> Finding:
    """8.1.4.8: keys lie outside the database, where nobody else reads them."""
    del now
    keys = Path(settings.HOME) / "keys"
    loose = [p.name for p in keys.rglob("*") if p.is_file() and stat.S_IMODE(p.stat().st_mode) & 0o077]
    loose += ["keys/"] if keys.exists() and stat.S_IMODE(keys.stat().st_mode) & 0o077 else []
    return told(
        "8.1.4.8 b", _("Keys"), bool(loose),
        format_lazy(_("Readable by others: {names}"), names=", ".join(loose)) if loose
        else _("Outside the database, readable by this user only."),
        _("chmod 700 on the folder, 600 on the files."),
    )  # fmt: skip


def sealed(now: datetime) -> Finding:
    """8.1.4.8 b: personal data is encrypted where it is stored."""
    del now
    columns = sealed_columns()
    return told(
        "8.1.4.8 b", _("Personal data is sealed"), not columns,
        format_lazy(
            _("{n} columns are sealed with {algorithm}; `zhijia keys check` opens samples."),
            n=len(columns), algorithm=settings.VAULT_ALGORITHM,
        ),
        _("Run `zhijia keys check`."),
    )  # fmt: skip


def backups(now: datetime) -> Finding:
    """8.1.4.9 a, b: there is a fresh backup."""
    last = runs.last(Run.Kind.BACKUP, good=True)
    old = last is None or last.ended_at is None or now - last.ended_at > BACKED_UP
    when = f"{last.ended_at.astimezone(CHINA):%Y-%m-%d %H:%M}" if last and last.ended_at else "–"
    return told(
        "8.1.4.9 a", _("Backup"), old, format_lazy(_("Last one: {when}."), when=when),
        _("Set ZHIJIA_BACKUPS to a folder on another disk, or run `zhijia backup`."),
    )  # fmt: skip


def drills(now: datetime) -> Finding:
    """8.1.4.9 a: and it comes back."""
    last = runs.last(Run.Kind.DRILL)
    bad = last is None or not last.ok or last.ended_at is None or now - last.ended_at > DRILLED
    said = _("Last drill: {minutes} minutes.") if last else _("No backup was ever restored to try it.")
    return told(
        "8.1.4.9 a", _("Recovery drill"), bad, format_lazy(said, minutes=last.minutes if last else ""),
        _("Press the button on the operations page, or run `zhijia drill`."),
    )  # fmt: skip


def left_over(now: datetime) -> Finding:
    """8.1.4.10: nothing stays where the next one finds it."""
    del now
    folder = Path(settings.HOME) / "tmp"
    files = sum(1 for p in folder.rglob("*") if p.is_file()) if folder.exists() else 0
    return told(
        "8.1.4.10", _("Nothing is left over"), files > 100,
        format_lazy(_("{n} files in the scratch folder; signing out clears the browser's store."), n=files),
        _("Restart `zhijia serve`: it empties the folder."), weak=True,
    )  # fmt: skip


def retention(now: datetime) -> Finding:
    """8.1.4.11, PIPL 19 and 47: personal data goes when its time is over."""
    del now
    due = waiting().count()
    return told(
        "8.1.4.11", _("Retention"), due > 0,
        format_lazy(_("{n} cases are past their time and wait for disposal."), n=due),
        _("Two administrators decide on the disposal page."), weak=True,
    )  # fmt: skip


CHECKS = (
    trail, seals, security_log, clocks, hardening, malware, secrets, sealed, backups, drills, left_over, retention,
)  # fmt: skip
