"""What a request tells whom: numbers and dates, never what was asked or found."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Message

MESSAGES = (
    Message(
        key="received",
        to=Role.WORKER,
        text=_("We have your request {no} about your data. You have an answer by {due}."),
    ),
    Message(
        key="new_for_unit",
        to=Role.UNIT_HEAD,
        text=_("A request {no} about a worker's own data waits for {unit}. Answer by {due}."),
    ),
    Message(
        key="asked_back",
        to=Role.WORKER,
        text=_("{unit} has a question about your request {no}; it stands on its page."),
    ),
    Message(key="done", to=Role.WORKER, text=_("Your request {no} is done. What was done stands on its page.")),
    Message(
        key="refused",
        to=Role.WORKER,
        text=_("Your request {no} was refused. The ground, and where you can complain, stand on its page."),
    ),
)
