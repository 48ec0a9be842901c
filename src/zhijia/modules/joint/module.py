"""The joint mechanism as one module of the platform."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.retention import consents
from zhijia.kernel.service.declare import Module
from zhijia.kernel.service.served import when_served

from .consents import SHARING
from .rules import TITLES
from .service import JOINT_DECISION, JOINT_MEETING, JOINT_TRANSFER
from .stories import STORIES

consents.register(SHARING)
MODULE = Module(
    key="joint", rule_titles=TITLES, title=_("Joint mechanism"),
    services=(JOINT_TRANSFER, JOINT_MEETING, JOINT_DECISION), stories=STORIES,
    listens=(when_served("joint_transfer", {"transfer": "send", "feedback": "give_feedback"}),),
)  # fmt: skip
