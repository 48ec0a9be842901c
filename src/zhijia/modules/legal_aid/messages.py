"""What legal aid tells whom: numbers and dates, never a story, a name or an employer."""

# ruff: noqa: E501 (one message, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Message

MESSAGES = (
    Message(key="received", to=Role.WORKER, sms=True, text=_("We have your application for legal aid {no}. {unit} decides within seven days. It costs nothing.")),
    Message(key="new_for_unit", to=Role.UNIT_HEAD, text=_("New application for legal aid {no} for {unit}. Next date: {due}.")),
    Message(key="incomplete", to=Role.WORKER, sms=True, text=_("Papers are missing for {no}; the list is on its page. Bring them by {due}, or the application counts as withdrawn.")),
    Message(key="complete", to=Role.WORKER, text=_("The papers for {no} are here. The decision is due {due}.")),
    Message(key="lapsed", to=Role.WORKER, text=_("The papers for {no} did not come in time, so it counts as withdrawn. You can apply again at any time.")),
    Message(key="first_aid", to=Role.WORKER, sms=True, text=_("A lawyer helps you at once with {no}, before the decision. Bring your papers by {due}.")),
    Message(key="granted", to=Role.WORKER, sms=True, text=_("Legal aid was granted for {no}. Next date: {due}.")),
    Message(key="refused", to=Role.WORKER, sms=True, text=_("Legal aid was refused for {no}. Why, and how to object, is on its page.")),
    Message(key="assigned", to=Role.WORKER, sms=True, text=_("A lawyer has your case {no} and meets you by {due}. The lawyer takes no money from you.")),
    Message(key="session", to=Role.WORKER, text=_("An appointment for {no} was set or changed; when and where is on its page.")),
    Message(key="progress", to=Role.WORKER, text=_("There is news of {no} on its page.")),
    Message(key="replacement_asked", to=Role.UNIT_HEAD, text=_("The worker of {no} wants another lawyer. Answer by {due}.")),
    Message(key="replacement_refused", to=Role.WORKER, text=_("Your lawyer stays the same for {no}; why is on its page. You can complain to the justice bureau or the union above.")),
    Message(key="terminated", to=Role.WORKER, sms=True, text=_("The legal aid for {no} was ended. Why, and how to object, is on its page.")),
    Message(key="reported", to=Role.WORKER, text=_("Your lawyer has finished {no}. The report is on its page.")),
    Message(key="to_be_asked", to=Role.WORKER, when=lambda c: c.case.state == "follow_up", text=_("How was the help with {no}? Somebody who is not your lawyer calls you; you can also say so on its page.")),
    Message(key="reopened", to=Role.WORKER, text=_("You said that {no} is not solved. {unit} takes it up and gives you another lawyer by {due}.")),
    Message(key="objected", to=Role.WORKER, text=_("Your objection in {no} is noted. The answer is due {due}.")),
    Message(key="objection_decided", to=Role.WORKER, sms=True, text=_("Your objection in {no} was decided. What it means is on its page.")),
    Message(key="transferred", to=Role.WORKER, text=_("{no} was sent to the state's legal aid centre. Its answer is due within ten days.")),
    Message(key="state_decided", to=Role.WORKER, sms=True, text=_("The state's legal aid centre decided on {no}. Who helps you now is on its page.")),
    Message(key="closed", to=Role.WORKER, text=_("The legal aid {no} is closed.")),
    Message(key="supervised", to=Role.UNIT_HEAD, text=_("Legal aid {no} is supervised from above. Answer by {due}.")),
)  # fmt: skip
