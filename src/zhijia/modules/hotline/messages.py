"""What the hotline tells whom, in words that hold numbers and dates but never a story or a name."""

# ruff: noqa: E501 (one message, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Message

from .rules import serious

MESSAGES = (
    Message(key="received", to=Role.WORKER, sms=True, text=_("We have your matter {no}. A unit will have it by {due}. Asking is free.")),
    Message(key="answered", to=Role.WORKER, text=_("Your matter {no} has an answer. Somebody else will ask you whether it helped.")),
    Message(key="referred", to=Role.WORKER, text=_("Your matter {no} is for another body; where to go and what to bring is on its page.")),
    Message(key="dispatched", to=Role.WORKER, sms=True, text=_("Your matter {no} is with {unit}. Next date: {due}.")),
    Message(key="new_for_unit", to=Role.UNIT_HEAD, text=_("New case {no} for {unit}. Sign for it by {due}.")),
    Message(key="copy_up", to=Role.SUPERVISOR, above=True, when=serious, text=_("For your knowledge: case {no}, which concerns many workers, an injury or danger, was dispatched to {unit}.")),
    Message(key="progress", to=Role.WORKER, text=_("There is news about your matter {no}.")),
    Message(key="extended", to=Role.WORKER, text=_("{unit} was given more time for your matter {no}, once. The new date is {due}.")),
    Message(key="suspended", to=Role.WORKER, text=_("The clock of your matter {no} waits; what for is on its page.")),
    Message(key="resumed", to=Role.WORKER, text=_("The clock of your matter {no} runs again. The date is {due}.")),
    Message(key="clock_undone", to=Role.WORKER, text=_("The last change of the clock of your matter {no} was undone. The date is {due}.")),
    Message(key="result", to=Role.WORKER, sms=True, text=_("{unit} gave its result on your matter {no}. Somebody else will call and ask; you can also say on its page whether it is solved.")),
    Message(key="reopened", to=Role.WORKER, text=_("{no} is not solved, so it is not closed. {unit}, one level up, starts again today.")),
    Message(key="closed", to=Role.WORKER, text=_("Your matter {no} is closed. You can re-open it for a while if it is not solved.")),
    Message(key="merged", to=Role.WORKER, text=_("Others reported the same as {no}. We joined them; nothing was lost, and you are asked yourself at the end.")),
    Message(key="urged", to=Role.OFFICER, text=_("The worker urges case {no}. Answer by {due}.")),
    Message(key="urge_answered", to=Role.WORKER, text=_("{unit} answered your urge on {no}.")),
    Message(key="supervised", to=Role.UNIT_HEAD, text=_("Case {no} is supervised from above. Answer by {due}.")),
)  # fmt: skip
