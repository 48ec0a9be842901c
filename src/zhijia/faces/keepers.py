"""What the keepers of the trail and of the backups have done in the background, by kind of run."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from zhijia.kernel.audit import bundle
from zhijia.kernel.audit.models import Run
from zhijia.kernel.audit.verify import verify
from zhijia.kernel.base.clock import CHINA, now
from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account, Person
from zhijia.kernel.people.posts import actor_of
from zhijia.kernel.sheets import store
from zhijia.kernel.sheets.scratch import nameless

FOLDER = "audit"
"""Where finished bundles lie in the storage, sealed."""
KEPT = timedelta(days=7)
MOST_PROBLEMS = 100
Told = Callable[..., None]


def work(run: Run, told: Told) -> dict[str, Any]:
    """Do what the run asks for; its result."""
    return _BY_KIND[run.kind](run, told)


def names_of(persons: Iterable[int]) -> dict[int, str]:
    """The names of these persons, for a bundle that was asked for with them."""
    return {person.pk: person.name for person in Person.objects.filter(pk__in=list(persons)).only("name")}


def tidy(*, now: datetime) -> int:
    """Delete the bundles that were kept long enough; how many."""
    old = list(Run.objects.filter(ended_at__lt=now - KEPT).exclude(file=""))
    store.forget(*(run.file for run in old), folder=FOLDER)
    return Run.objects.filter(pk__in=[run.pk for run in old]).update(file="")


def _verify(_run: Run, told: Told) -> dict[str, Any]:
    report = verify(lambda done, total: told(done=done, total=total))
    return {
        "entries": report.entries, "chains": report.chains, "seals": report.seals, "statements": report.statements,
        "compared": report.compared, "unsigned": report.unsigned, "found": len(report.problems),
        "problems": [f"{problem.where}: {problem.what}" for problem in report.problems[:MOST_PROBLEMS]],
    }  # fmt: skip


def _export(run: Run, told: Told) -> dict[str, Any]:
    asked = run.asked
    wanted = bundle.Wanted(
        case_id=asked.get("case_id"), case_no=asked.get("case", ""), person_id=asked.get("person"),
        from_day=_day(asked.get("from")), to_day=_day(asked.get("to")),
    )  # fmt: skip
    with nameless() as scratch:
        count = bundle.export(
            wanted=wanted, to=scratch, actor=_actor(run), now=now(), reason=asked.get("reason", ""),
            names=names_of if asked.get("names") else None,
            progress=lambda done, total: told(done=done, total=total),
        )  # fmt: skip
        scratch.seek(0)
        kept = store.keep(store.blocks_of(scratch), nameless, folder=FOLDER)
    return {"entries": count, "size": kept.size, "sha256": kept.sha256, "file": kept.name, "problems": []}


def _backup(_run: Run, told: Told) -> dict[str, Any]:
    from .cli.drill import nightly

    if not settings.BACKUPS:
        raise Misconfigured(_("set ZHIJIA_BACKUPS to a folder for nightly backups"))
    return nightly(Path(settings.BACKUPS), settings.BACKUPS_KEPT, now().astimezone(CHINA), told)


def _drill(_run: Run, told: Told) -> dict[str, Any]:
    from .cli.drill import run_drill

    return run_drill(told)


_BY_KIND: dict[str, Callable[[Run, Told], dict[str, Any]]] = {
    Run.Kind.VERIFY: _verify, Run.Kind.EXPORT: _export, Run.Kind.BACKUP: _backup, Run.Kind.DRILL: _drill,
}  # fmt: skip


def _actor(run: Run) -> Actor:
    """Who asked, as they were when they did; the platform where the clock did."""
    account = Account.objects.filter(pk=run.account_id).first()
    return actor_of(account, now=run.asked_at) if account else Actor.platform()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
