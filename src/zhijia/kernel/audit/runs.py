"""Long works of those who keep the trail and the backups: asked for on a page, done by the task worker, looked at while
they run. What is done stands in faces; here is only how far it is."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import ProgrammingError
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from psycopg.errors import InsufficientPrivilege

from zhijia.kernel.base.clock import now as clock_now
from zhijia.kernel.base.errors import Conflict, Forbidden, ZhijiaError
from zhijia.kernel.base.queue import enqueue

from . import security
from .models import Run

Work = Callable[[Run, Callable[..., None]], dict[str, Any]]
"""Does it: takes the run and a `told(step, done, total)`, gives the result; its `problems` say whether it is good."""
STALE = timedelta(hours=6)
"""After this time a run that does not end has died with its worker."""
TASK = "do_run"
_LOGGED = {"backup": "backup.made", "drill": "drill.done", "verified": "backup.verified", "verify": "audit.verified"}
_FAILED = {"backup": "backup.failed", "drill": "drill.failed", "verified": "backup.failed", "verify": "audit.broken"}


def ask(*, kind: Run.Kind, account_id: int | None, now: datetime, asked: Mapping[str, Any] | None = None) -> Run:
    """Have it done by the worker. Raises Conflict while one of its kind is under way, Forbidden where the database does
    not let this account order it: what concerns everybody's trail is for who audits all of it."""
    if Run.objects.filter(kind=kind, state__in=["waiting", "running"], asked_at__gt=now - STALE).exists():
        raise Conflict(_("One is under way already. Wait until it ends."), code="run_under_way")
    try:
        run = Run.objects.create(kind=kind, account_id=account_id, asked=dict(asked or {}), asked_at=now)
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            raise Forbidden(_("This is for auditors of the whole installation."), code="no_permission") from error
        raise
    enqueue(TASK, run=run.id)
    return run


def do(run_id: int, work: Work) -> None:
    """Do what was asked for, once: a run that had begun when its worker was killed is not begun again. What goes wrong
    is its result."""
    began = clock_now()
    begun = Run.objects.filter(pk=run_id, state="waiting").update(state="running", started_at=began)
    run = Run.objects.get(pk=run_id)
    if not begun:
        if run.ended_at is None:
            _end(
                run,
                {"problems": [str(_("The worker was killed. Ask for it again."))]},
                "failed",
            )
        return

    def told(step: str = "", done: int = 0, total: int = 0) -> None:
        Run.objects.filter(pk=run_id).update(step=step[:100] or F("step"), done=done, total=total)

    try:
        result = work(run, told)
    except ZhijiaError as error:
        _end(run, {"problems": [str(error)]}, "failed")
    except Exception as error:
        _end(run, {"problems": [type(error).__name__]}, "failed")
        raise
    else:
        _end(run, result, "done")


def note(*, kind: str, began: datetime, now: datetime, result: dict[str, Any]) -> None:
    """Put a work on record that a command did itself. "verified" is a backup that was restored aside."""
    ok = not result.get("problems")
    _log(kind, None, now, result, ok=ok)
    Run.objects.create(
        kind="drill" if kind == "verified" else kind, state="done", asked_at=began, started_at=began, ended_at=now,
        ok=ok, result=result,
    )  # fmt: skip


def last(kind: str, *, good: bool = False) -> Run | None:
    """The newest run of a kind that has ended; with `good` the newest one that found nothing wrong."""
    ended = Run.objects.filter(kind=kind, ended_at__isnull=False)
    return (ended.filter(ok=True) if good else ended).order_by("-id").first()


def _end(run: Run, result: dict[str, Any], state: str) -> None:
    now = clock_now()
    ok = state == "done" and not result.get("problems")
    result = dict(result)
    Run.objects.filter(pk=run.pk).update(
        state=state, ended_at=now, ok=ok, result=result, file=result.pop("file", ""), step=""
    )
    _log(run.kind, run.account_id, now, result, ok=ok)


def _log(kind: str, account_id: int | None, now: datetime, result: dict[str, Any], *, ok: bool) -> None:
    logged = (_LOGGED if ok else _FAILED).get(kind)
    if logged:
        detail: dict[str, Any] = {key: result[key] for key in ("size", "rows", "entries", "seconds") if key in result}
        security.log(kind=logged, now=now, account_id=account_id,
                     detail={**detail, "problems": len(result.get("problems", []))})  # fmt: skip
