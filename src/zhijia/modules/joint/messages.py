"""What transfers, meetings and decisions tell whom."""

# ruff: noqa: E501 (one message, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Message

TRANSFER = (
    Message(key="new_for_unit", to=Role.UNIT_HEAD, text=_("New transfer {no} for {unit}. Go on with it by {due}.")),
    Message(key="consent_asked", to=Role.WORKER, sms=True, text=_("{unit} wants to hand matter {no} to another department for you. Its page says to which one; agree or refuse there.")),
    Message(key="sent", to=Role.WORKER, text=_("{unit} handed your matter {no} to the department. Its receipt is due {due}.")),
    Message(key="received", to=Role.WORKER, text=_("The department has your matter {no}. Its feedback is due {due}.")),
    Message(key="returned", to=Role.WORKER, text=_("The department returned your matter {no}; the reason is on its page. {unit} goes on by {due}.")),
    Message(key="progress", to=Role.WORKER, text=_("There is news about your matter {no} from the department.")),
    Message(key="taken", to=Role.WORKER, text=_("{unit} took over your matter {no} from the department. The next date is {due}.")),
    Message(key="feedback", to=Role.WORKER, text=_("There is feedback on your matter {no}; it is on its page.")),
    Message(key="closed", to=Role.WORKER, text=_("Your matter {no} with the other department is closed; the result is on its page.")),
    Message(key="supervised", to=Role.UNIT_HEAD, text=_("Transfer {no} is supervised from above. Answer by {due}.")),
)  # fmt: skip
MEETING = (
    Message(key="convened", to=Role.UNIT_HEAD, text=_("Meeting {no} is convened. Topics are collected until {due}.")),
    Message(key="invited", to=Role.UNIT_HEAD, text=_("The time of meeting {no} was set; it is on its page.")),
    Message(key="issued", to=Role.UNIT_HEAD, text=_("The minutes of meeting {no} are issued.")),
)  # fmt: skip
DECISION = (
    Message(key="given", to=Role.UNIT_HEAD, text=_("{unit} carries out decision {no} of a joint meeting by {due}.")),
    Message(key="reported", to=Role.UNIT_HEAD, above=True, text=_("{unit} reports decision {no} as done. Accept it or hand it back by {due}.")),
    Message(key="accepted", to=Role.UNIT_HEAD, text=_("Decision {no} was accepted as done.")),
    Message(key="returned", to=Role.UNIT_HEAD, text=_("Decision {no} was handed back. The new date is {due}.")),
    Message(key="supervised", to=Role.UNIT_HEAD, text=_("Decision {no} is supervised from above. Answer by {due}.")),
)  # fmt: skip
