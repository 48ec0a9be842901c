"""What a petition tells whom. Nothing of it goes to whom it is about."""

# ruff: noqa: E501 (one message, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Message

MESSAGES = (
    Message(key="received", to=Role.WORKER, text=_("Your petition {no} is registered. {unit} tells you by {due} whether it handles it or who does.")),
    Message(key="new_for_unit", to=Role.UNIT_HEAD, text=_("New petition {no} for {unit}. Sort it by {due}.")),
    Message(key="accepted", to=Role.WORKER, sms=True, text=_("{unit} accepted your petition {no}. The next date is {due}.")),
    Message(key="declined", to=Role.WORKER, text=_("{unit} does not accept petition {no}; why, and where to go instead, is on its page.")),
    Message(key="forwarded", to=Role.WORKER, text=_("Your petition {no} is with {unit} now, which decides it.")),
    Message(key="transferred", to=Role.WORKER, text=_("{unit} transferred your petition {no} to the body that decides it; which one is on its page.")),
    Message(key="taken", to=Role.WORKER, text=_("The other body has your petition {no} now; whom to ask there is on its page.")),
    Message(key="merged", to=Role.WORKER, text=_("Your petition {no} was joined to another one about the same. You are told there what is answered.")),
    Message(key="progress", to=Role.WORKER, text=_("There is news about your petition {no}.")),
    Message(key="extended", to=Role.WORKER, text=_("{unit} was given more time for your petition {no}, once. The new date is {due}; the reason is on its page.")),
    Message(key="opinion", to=Role.WORKER, sms=True, text=_("The handling opinion on your petition {no} was served. If you disagree, ask for a review within the time on its page.")),
    Message(key="answered", to=Role.WORKER, text=_("{unit} answered your proposal {no}.")),
    Message(key="reported", to=Role.WORKER, text=_("{unit} dealt with your complaint {no}; the answer is on its page.")),
    Message(key="review_begun", to=Role.WORKER, text=_("{unit} reviews your petition {no}. Its decision is due {due}.")),
    Message(key="review_for_unit", to=Role.UNIT_HEAD, text=_("A review of petition {no} was asked for. Decide it by {due}.")),
    Message(key="reviewed", to=Role.WORKER, sms=True, text=_("The review opinion on your petition {no} was served. If you disagree, ask for a re-review within the time on its page.")),
    Message(key="sent_back", to=Role.WORKER, text=_("The opinion on your petition {no} was set aside. {unit} decides anew by {due}.")),
    Message(key="concluded", to=Role.WORKER, sms=True, text=_("The re-review opinion on your petition {no} was served. It is final; the way to the courts, where the law opens it, stays.")),
    Message(key="closed", to=Role.WORKER, text=_("Your petition {no} is closed: no review was asked for in time.")),
    Message(key="supervised", to=Role.UNIT_HEAD, text=_("Petition {no} is supervised from above. Answer by {due}.")),
)  # fmt: skip
