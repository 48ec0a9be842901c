"""What a wage claim tells whom: numbers and dates, never a story, a name or an amount."""

# ruff: noqa: E501 (one message, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Message

MESSAGES = (
    Message(key="received", to=Role.WORKER, sms=True, text=_("We have your wage claim {no}. {unit} answers by {due}. Keep every paper and message that shows your work.")),
    Message(key="new_for_unit", to=Role.UNIT_HEAD, text=_("New wage claim {no} for {unit}. Accept it by {due}.")),
    Message(key="accepted", to=Role.WORKER, text=_("{unit} accepted your wage claim {no}. Next date: {due}.")),
    Message(key="referred", to=Role.WORKER, text=_("Your wage claim {no} is for another body; where to go and what to bring is on its page.")),
    Message(key="listed", to=Role.WORKER, sms=True, text=_("You are on the list of wage claim {no}. Look on its page whether your own line is right.")),
    Message(key="demanded", to=Role.WORKER, text=_("Payment was demanded in writing for your wage claim {no}. The answer is due {due}.")),
    Message(key="unanswered", to=Role.WORKER, text=_("No payment was agreed for your wage claim {no}. {unit} goes on; its page says how.")),
    Message(key="plan", to=Role.WORKER, text=_("Payment by instalments was agreed for your wage claim {no}. The days are on its page.")),
    Message(key="paid", to=Role.WORKER, text=_("Money came in for wage claim {no}. Your own part is on its page.")),
    Message(key="bounced", to=Role.WORKER, text=_("A payment for wage claim {no} was taken back. {unit} follows it up; look on its page.")),
    Message(key="all_paid", to=Role.WORKER, sms=True, text=_("All wages of claim {no} are recorded as paid. Did you get yours? Somebody else will ask; you can also say so on its page.")),
    Message(key="authority", to=Role.WORKER, text=_("An authority or court has your wage claim {no} too. {unit} keeps watch on it.")),
    Message(key="decided", to=Role.WORKER, text=_("There is a decision on your wage claim {no}; it is on its page.")),
    Message(key="progress", to=Role.WORKER, text=_("There is news about your wage claim {no}.")),
    Message(key="concluded", to=Role.WORKER, sms=True, text=_("{unit} gave its result on your wage claim {no}. Somebody else will ask whether it helped; you can also say so on its page.")),
    Message(key="reopened", to=Role.WORKER, text=_("{no} is not solved, so it is not closed. {unit}, one level up, starts again today.")),
    Message(key="closed", to=Role.WORKER, text=_("Your wage claim {no} is closed. You can re-open it for a while if something is missing.")),
    Message(key="extended", to=Role.WORKER, text=_("{unit} was given more time for your wage claim {no}, once. The new date is {due}.")),
    Message(key="suspended", to=Role.WORKER, text=_("The clock of your wage claim {no} waits; what for is on its page.")),
    Message(key="resumed", to=Role.WORKER, text=_("The clock of your wage claim {no} runs again. The date is {due}.")),
    Message(key="urged", to=Role.OFFICER, text=_("The workers urge wage claim {no}. Answer by {due}.")),
    Message(key="urge_answered", to=Role.WORKER, text=_("{unit} answered your urge on {no}.")),
    Message(key="supervised", to=Role.UNIT_HEAD, text=_("Wage claim {no} is supervised from above. Answer by {due}.")),
)  # fmt: skip
