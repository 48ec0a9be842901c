"""Supervision letters and the dismissal-notice inbox as one module of the platform."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.events.outbox import CloudEvent
from zhijia.kernel.service.declare import Module, Roster
from zhijia.kernel.service.served import SERVED, when_served

from .dismissal.service import DISMISSAL_NOTICE
from .investigation import ROSTER
from .rules import TITLES
from .service import SUPERVISION
from .stories import STORIES

STEPS = {"reminder": "remind", "opinion": "serve_opinion", "recommendation": "recommend", "transfer": "transfer"}
NOTICE_STEPS = {"objection": "object", "demand": "demand"}
_FOLLOWERS = [when_served("supervision", STEPS)[1], when_served("dismissal_notice", NOTICE_STEPS)[1]]


def letter_served(event: CloudEvent, now: datetime) -> None:
    """A letter of either service was served: a module has one ear for one kind of event."""
    for follow in _FOLLOWERS:
        follow(event, now)


MODULE = Module(
    key="supervision", rule_titles=TITLES, title=_("Supervision letters"),
    services=(SUPERVISION, DISMISSAL_NOTICE), stories=STORIES,
    rosters=(Roster(key=ROSTER, title=_("Supervisors of labour law")),), listens=((SERVED, letter_served),),
)  # fmt: skip
