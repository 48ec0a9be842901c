"""What a dispute tells whom: numbers and dates, never a story, a name or an amount."""

# ruff: noqa: E501 (one message, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Message

MESSAGES = (
    Message(key="received", to=Role.WORKER, sms=True, text=_("We have your application for mediation {no}. {unit} decides by {due}. It costs nothing, and you may go to arbitration instead at any time.")),
    Message(key="new_for_unit", to=Role.UNIT_HEAD, text=_("New application for mediation {no} for {unit}. Decide by {due}.")),
    Message(key="talk_asked", to=Role.WORKER, text=_("{unit} asked the employer to talk about {no}. Without an answer by {due} the employer counts as unwilling.")),
    Message(key="talk_over", to=Role.WORKER, sms=True, text=_("The talks about {no} brought nothing. You can apply for mediation or arbitration now; {unit} tells you how.")),
    Message(key="accepted", to=Role.WORKER, text=_("Your mediation {no} was accepted. It ends by {due} unless both sides want more time.")),
    Message(key="mediator", to=Role.WORKER, text=_("Your mediation {no} has another mediator; the name is on its page.")),
    Message(key="no_mediator", to=Role.UNIT_HEAD, text=_("Mediation {no} has no mediator. Name one; everybody on the roster is away or has a conflict."), when=lambda c: c.case.assignee_id is None),
    Message(key="session", to=Role.WORKER, text=_("A meeting was set for your mediation {no}; when and where is on its page.")),
    Message(key="on_the_table", to=Role.WORKER, text=_("There is an agreement on the table in {no}. Read it on its page and say whether you agree; it binds nobody before it is signed.")),
    Message(key="agreed", to=Role.WORKER, text=_("An agreement was reached in {no}. What it says, and how to have it confirmed, is on its page.")),
    Message(key="failed", to=Role.WORKER, sms=True, text=_("There is no agreement in {no}. You can apply for arbitration now; {unit} tells you how.")),
    Message(key="confirmed", to=Role.WORKER, text=_("The agreement of {no} was confirmed: if it is not kept, it can be enforced.")),
    Message(key="paid", to=Role.WORKER, text=_("Money came in on {no}; what of it is yours is on its page.")),
    Message(key="all_paid", to=Role.WORKER, text=_("All that was agreed in {no} is paid, we were told. Say on its page whether all came to you.")),
    Message(key="bounced", to=Role.WORKER, text=_("A payment on {no} was taken back. What is due now is on its page.")),
    Message(key="broken", to=Role.WORKER, text=_("The employer did not keep the agreement of {no}. What you can do is on its page.")),
    Message(key="broken_head", to=Role.UNIT_HEAD, text=_("The agreement of {no} is not kept. Advise the workers by {due}.")),
    Message(key="closed", to=Role.WORKER, text=_("The mediation {no} is closed."), when=lambda c: c.case.state == "closed"),
    Message(key="supervised", to=Role.UNIT_HEAD, text=_("Mediation {no} is supervised from above. Answer by {due}.")),
)  # fmt: skip
