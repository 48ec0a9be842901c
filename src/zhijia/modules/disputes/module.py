"""Labour disputes: talks and mediation, as one module of the platform."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Module, Roster
from zhijia.kernel.service.served import when_served

from .mediators import ROSTER
from .service import DISPUTES
from .sheet import LIST, WORKERS
from .stories import STORIES

MODULE = Module(
    key="disputes", title=_("Mediation of disputes"), services=(DISPUTES,), sheets=(WORKERS, LIST),
    rosters=(Roster(key=ROSTER, title=_("Mediators")),), stories=STORIES,
    listens=(when_served("disputes", {"talk_request": "talk_served", "demand": "demand_served"}),),
)  # fmt: skip
