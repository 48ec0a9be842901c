"""What an arbitration and a payment order tell whom: numbers and dates, never a story, a name or an amount."""

# ruff: noqa: E501 (one message, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Message

from . import course

SUPERVISED = Message(
    key="supervised", to=Role.UNIT_HEAD, text=_("Case {no} is supervised from above. Answer by {due}.")
)
MESSAGES = (
    Message(key="received", to=Role.WORKER, sms=True, text=_("{unit} helps you with arbitration, number {no}. Arbitration costs nothing. Keep every paper and message that shows your work.")),
    Message(key="new_for_unit", to=Role.UNIT_HEAD, text=_("New arbitration case {no} for {unit}. File it by {due}.")),
    Message(key="lodged", to=Role.WORKER, text=_("Your application {no} was filed. The commission decides by {due} whether it accepts it. It costs nothing.")),
    Message(key="accepted", to=Role.WORKER, text=_("The commission accepted your application {no}. The award is due by {due}.")),
    Message(key="not_accepted", to=Role.WORKER, sms=True, text=_("The commission did not accept {no}. You can go to court; {unit} advises you before {due}.")),
    Message(key="hearing", to=Role.WORKER, sms=True, text=_("There is news about the hearing of {no}: day and place are on its page. Who stays away without good reason may lose the application.")),
    Message(key="award_late", to=Role.WORKER, text=_("There was no award in time for {no}. You can go to court; {unit} advises you before {due}.")),
    Message(key="final", to=Role.WORKER, sms=True, when=course.final_award, text=_("The award of {no} came and is final for the employer. If you do not agree, you can sue until {due}.")),
    Message(key="not_final", to=Role.WORKER, sms=True, when=lambda c: not c.facts.final, text=_("The award of {no} came. Either side can sue; you can until {due}. After that it is in force.")),
    Message(key="challenged", to=Role.WORKER, text=_("The employer asked the court to set the award of {no} aside. {unit} stays with you.")),
    Message(key="void", to=Role.WORKER, sms=True, text=_("The award of {no} has no effect any more. You can sue until {due}; {unit} helps you.")),
    Message(key="judged", to=Role.WORKER, sms=True, text=_("There is a judgment in {no}. An appeal is possible until {due}.")),
    Message(key="effective", to=Role.WORKER, text=_("What was decided in {no} is in force. If it is not kept, it can be enforced; its page says how.")),
    Message(key="enforcing", to=Role.WORKER, text=_("The court was asked to enforce {no}. {unit} keeps watch on it.")),
    Message(key="progress", to=Role.WORKER, text=_("There is news about your case {no}; it is on its page.")),
    Message(key="closed", to=Role.WORKER, text=_("Your case {no} is closed. What is left to you, and by when, is on its page.")),
    SUPERVISED,
)  # fmt: skip
ORDER_MESSAGES = (
    Message(key="received", to=Role.WORKER, sms=True, text=_("{unit} helps you to ask the court for a payment order, number {no}. Keep every paper that shows what is owed.")),
    Message(key="new_for_unit", to=Role.UNIT_HEAD, text=_("New payment order {no} for {unit}. Apply for it by {due}.")),
    Message(key="applied", to=Role.WORKER, text=_("The payment order {no} was applied for. The court says by {due} whether it takes it.")),
    Message(key="issued", to=Role.WORKER, text=_("The court ordered the employer to pay, {no}. Once it has the order, it must pay or object within fifteen days.")),
    Message(key="fallen", to=Role.WORKER, sms=True, text=_("There is no payment order in {no}. You lose nothing: {unit} tells you by {due} how it goes on.")),
    Message(key="due", to=Role.WORKER, text=_("The employer neither paid nor objected in {no}. It can be enforced now.")),
    Message(key="progress", to=Role.WORKER, text=_("There is news about your case {no}; it is on its page.")),
    Message(key="closed", to=Role.WORKER, text=_("Your case {no} is closed. What is left to you, and by when, is on its page.")),
    SUPERVISED,
)  # fmt: skip
