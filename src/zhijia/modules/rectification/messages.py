"""What a finding tells whom: its owner, and those who decide about it."""

# ruff: noqa: E501 (one message, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Message

MESSAGES = (
    Message(key="notified", to=Role.UNIT_HEAD, text=_("Finding {no} must be mended by {unit}. Accept or dispute it by {due}.")),
    Message(key="disputed", to=Role.SUPERVISOR, above=True, text=_("{unit} disputes finding {no}. Decide by {due}.")),
    Message(key="upheld", to=Role.UNIT_HEAD, text=_("Finding {no} stands. Hand in the plan by {due}.")),
    Message(key="dropped", to=Role.UNIT_HEAD, text=_("Finding {no} was withdrawn.")),
    Message(key="extended", to=Role.UNIT_HEAD, text=_("Finding {no} got more time, once. The new date is {due}.")),
    Message(key="submitted", to=Role.SUPERVISOR, above=True, text=_("{unit} says that finding {no} is mended. Accept it or hand it back by {due}.")),
    Message(key="accepted", to=Role.UNIT_HEAD, text=_("Finding {no} was accepted as mended. It is looked at again by {due}.")),
    Message(key="returned", to=Role.UNIT_HEAD, text=_("Finding {no} was handed back. The new date is {due}.")),
    Message(key="came_back", to=Role.UNIT_HEAD, text=_("Finding {no} came back. Hand in a new plan by {due}.")),
    Message(key="supervised", to=Role.UNIT_HEAD, text=_("Finding {no} is supervised from above. Answer by {due}.")),
)  # fmt: skip
