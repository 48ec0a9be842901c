"""Parts of a case page that a module draws itself: the words of its panels in its own templates, inside our cards."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from zhijia.kernel.base.errors import Text
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Service


@dataclass(frozen=True)
class Drawn:
    """One panel as it stands on the page."""

    key: str
    title: Text
    html: str


def shown(service: Service, ctx: Ctx[Any], request: HttpRequest, *, worker: bool = False) -> list[Drawn]:
    """The panels of the service that have something to show on this case; for a worker, only those made for them."""
    drawn = []
    ctx.asked = {name: value[:100] for name, value in request.GET.items()}
    for panel in service.panels:
        words = panel.show(ctx) if panel.worker or not worker else None
        if words is not None:
            known = {"case": ctx.case, "facts": ctx.facts, "now": ctx.now, "worker": worker, **words}
            drawn.append(Drawn(panel.key, panel.title, render_to_string(panel.template, known, request)))
    return drawn
