"""What a mediation tells whom: numbers and dates, never a story, a name or an amount."""

# ruff: noqa: E501 (one message, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Message

MESSAGES = (
    Message(key="received", to=Role.WORKER, sms=True, text=_("We have your application for mediation {no}. {unit} decides by {due}. It costs nothing, and you may go to arbitration instead at any time.")),
    Message(key="new_for_unit", to=Role.UNIT_HEAD, text=_("New application for mediation {no} for {unit}. Decide by {due}.")),
    Message(key="accepted", to=Role.WORKER, text=_("Your mediation {no} was accepted. It ends by {due} unless both sides want more time.")),
    Message(key="session", to=Role.WORKER, text=_("A meeting was set for your mediation {no}; when and where is on its page.")),
    Message(key="agreed", to=Role.WORKER, text=_("An agreement was reached in {no}. What it says, and how to have it confirmed, is on its page.")),
    Message(key="failed", to=Role.WORKER, sms=True, text=_("There is no agreement in {no}. You can apply for arbitration now; {unit} tells you how.")),
    Message(key="broken", to=Role.WORKER, text=_("The employer did not keep the agreement of {no}. What you can do is on its page.")),
    Message(key="closed", to=Role.WORKER, text=_("The mediation {no} is closed.")),
    Message(key="supervised", to=Role.UNIT_HEAD, text=_("Mediation {no} is supervised from above. Answer by {due}.")),
)  # fmt: skip
