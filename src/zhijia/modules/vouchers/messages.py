"""What cycles and settlements tell whom: numbers and dates, never who had what."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Message

CYCLE = (
    Message(key="to_approve", to=Role.UNIT_HEAD, text=_("Cycle {no} “{title}” waits for approval by {due}.")),
    Message(key="to_approve_above", to=Role.LEADER, text=_("Cycle {no} “{title}” waits for approval by {due}.")),
    Message(key="approved", to=Role.OFFICER, text=_("Cycle {no} “{title}” is approved. Publish it by {due}.")),
    Message(key="sent_back", to=Role.OFFICER, text=_("Cycle {no} “{title}” was sent back; the reason is on its page.")),
    Message(key="suspended", to=Role.LEADER, above=True, text=_("Cycle {no} of {unit} was suspended.")),
    Message(key="over", to=Role.OFFICER, text=_("Cycle {no} “{title}” is over. Settle with every outlet by {due}.")),
)
SETTLEMENT = (
    Message(key="disputed", to=Role.OFFICER, text=_("The merchant disputes settlement {no}. Look at it by {due}.")),
    Message(key="agreed", to=Role.UNIT_HEAD, text=_("Settlement {no} is confirmed and waits for approval by {due}.")),
    Message(key="to_pay", to=Role.OFFICER, text=_("Settlement {no} is approved. Pay it by {due}.")),
)
