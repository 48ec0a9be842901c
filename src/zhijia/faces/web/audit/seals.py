"""Seals, checkpoints and signatures, and having the whole trail checked."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.audit import runs
from zhijia.kernel.audit.models import Checkpoint, Run, Seal, Statement
from zhijia.kernel.audit.trail import record_look
from zhijia.kernel.people.actors import Actor, Permission

from .frame import audit_page_of

SHOWN = 31


@require_safe
@desk_page(Permission.AUDIT)
def seals(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /audit/seals/: the last month of seals, what is signed, what lies outside, and the last check."""
    found = list(Seal.objects.order_by("-day")[:SHOWN])
    signed = set(
        Statement.objects.filter(about__in=[f"seal:{seal.day}" for seal in found]).values_list("about", flat=True)
    )
    rows = [(seal, bytes(seal.root).hex()[:16], f"seal:{seal.day}" in signed) for seal in found]
    key = Statement.objects.filter(about__startswith="key:").order_by("-number").first()
    context = {
        "rows": rows, "point": Checkpoint.objects.order_by("-id").first(),
        "newest": Statement.objects.order_by("-number").first(), "key": key.about[4:] if key else "",
        "outside": Path(settings.ROOTS).name if settings.ROOTS else "", "last": runs.last(Run.Kind.VERIFY),
        "under_way": Run.objects.filter(kind=Run.Kind.VERIFY, ended_at=None, asked_at__gt=now - runs.STALE).first(),
    }  # fmt: skip
    record_look(actor=actor, now=now, what={"seals": len(rows)})
    return audit_page_of(request, actor, now, "web/audit/seals.html", context, current="seals")


@require_POST
@desk_page(Permission.AUDIT)
def check(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /audit/seals/check/: recompute everything, in the background."""
    del request
    run = runs.ask(kind=Run.Kind.VERIFY, account_id=actor.account_id, now=now)
    return HttpResponseRedirect(reverse("audit:run", args=[run.pk]))
