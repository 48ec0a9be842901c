"""Serving a letter is often a step of its case: a module listens, and the case goes on by itself."""

from collections.abc import Mapping
from datetime import datetime

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Forbidden
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.events.outbox import CloudEvent, Handler
from zhijia.kernel.people.actors import Actor

from .engine import fire

SERVED = "cn.zhijia.letter.served"


def when_served(service: str, steps: Mapping[str, str]) -> tuple[str, Handler]:
    """For `Module.listens`: once a letter of this service (by kind) is served, the platform fires the transition that
    this means, with how (`served`), on which `day` and by what `proof`.

    Where the case does not stand so that it fits, somebody has recorded it by hand, and nothing is done.
    """

    def follow(event: CloudEvent, now: datetime) -> None:
        if event.data.get("service") != service or event.data.get("kind") not in steps:
            return
        letter = Letter.objects.select_related("case").get(pk=event.data["letter"])
        served = letter.served_at or now
        told = {
            "served": letter.service, "day": served.astimezone(CHINA).date().isoformat(), "proof": letter.proof[:200],
        }  # fmt: skip
        try:
            fire(
                no=letter.case.no, transition=steps[letter.kind], actor=Actor.platform(), now=now, data=told,
                key=f"letter:{letter.pk}",
            )  # fmt: skip
        except (Conflict, Forbidden):
            return

    return SERVED, follow
