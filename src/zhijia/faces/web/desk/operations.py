"""Operations, for the system administrator: is there a backup, does it come back, and a button to try it."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.web.audit.runs import moving
from zhijia.faces.web.design.parts import Task
from zhijia.faces.web.pages import desk_page
from zhijia.kernel.audit import runs
from zhijia.kernel.audit.models import Run
from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.people.actors import Actor, Permission

from .nav import desk_page_of

KINDS = (Run.Kind.BACKUP, Run.Kind.DRILL)
OLD = timedelta(hours=36)
"""A backup that is older than this says that the nightly one was missed."""
DRILL_OLD = timedelta(days=92)
"""So long ago a drill says little about tomorrow."""


@require_safe
@desk_page(Permission.SETTINGS)
def operations(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/operations/: the last backup and the last drill, and how old they are."""
    backup, drill = runs.last(Run.Kind.BACKUP, good=True), runs.last(Run.Kind.DRILL)
    under_way = Run.objects.filter(kind__in=KINDS, ended_at=None, asked_at__gt=now - runs.STALE).order_by("-id").first()
    failed = Run.objects.filter(kind=Run.Kind.BACKUP, ok=False, pk__gt=backup.pk if backup else 0)
    context = {
        "backup": backup, "drill": drill, "run": under_way,
        "url": reverse("desk:operations_progress", args=[under_way.pk]) if under_way else "",
        "backup_old": _is_old(backup, OLD, now),
        "drill_old": _is_old(drill, DRILL_OLD, now),
        "failed": failed.order_by("-id").first(),
        "folder": Path(settings.BACKUPS).name if settings.BACKUPS else "", "kept": settings.BACKUPS_KEPT,
        "tasks": [
            Task(_("A backup of the last night"), done=not _is_old(backup, OLD, now), url="#b"),
            Task(_("A recovery drill of this quarter"), done=not _is_old(drill, DRILL_OLD, now), url="#d"),
        ],
        "earlier": Run.objects.filter(kind__in=KINDS, ended_at__isnull=False).order_by("-id")[:10],
    }  # fmt: skip
    return desk_page_of(request, actor, now, "web/desk/operations.html", context, current="operations")


def _is_old(run: Run | None, limit: timedelta, now: datetime) -> bool:
    return run is None or (run.ended_at or now) < now - limit


@require_POST
@desk_page(Permission.SETTINGS)
def drill(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/operations/drill/: back up, restore aside and compare, in the background."""
    del request
    runs.ask(kind=Run.Kind.DRILL, account_id=actor.account_id, now=now)
    return HttpResponseRedirect(reverse("desk:operations"))


@require_POST
@desk_page(Permission.SETTINGS)
def backup(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/operations/backup/: one more backup into the nightly folder."""
    del request
    runs.ask(kind=Run.Kind.BACKUP, account_id=actor.account_id, now=now)
    return HttpResponseRedirect(reverse("desk:operations"))


@require_safe
@desk_page(Permission.SETTINGS)
def progress(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:  # noqa: ARG001
    """GET /desk/operations/runs/<id>/: the moving part, every second."""
    run = Run.objects.filter(pk=pk, kind__in=KINDS).first()
    if run is None:
        raise NotFound(code="no_such_run")
    return moving(request, run, reverse("desk:operations_progress", args=[pk]))
