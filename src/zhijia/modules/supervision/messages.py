"""What a supervision tells whom. Nothing of it ever goes to the employer but the union's own letters."""

# ruff: noqa: E501 (one message, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Message

MESSAGES = (
    Message(key="begun", to=Role.WORKER, text=_("The union takes up the matter with the employer in its own name (number {no}). Your name is not given.")),
    Message(key="new_for_unit", to=Role.UNIT_HEAD, text=_("New clue {no} for {unit}. Take it up or say why not by {due}.")),
    Message(key="taken_up", to=Role.WORKER, text=_("{unit} took up {no}. If anybody makes you pay for it, tell us on its page at once.")),
    Message(key="not_taken_up", to=Role.WORKER, text=_("{unit} does not take up {no}; the reason and the way to go are on its page.")),
    Message(key="handed_up", to=Role.WORKER, text=_("The union above now acts on {no} in its own name; nobody learns that it came from you.")),
    Message(key="above_news", to=Role.WORKER, text=_("The union above did something on {no}; it stands on its page.")),
    Message(key="issued", to=Role.WORKER, text=_("{unit} wrote to the employer in its own name ({no}).")),
    Message(key="answered", to=Role.WORKER, text=_("The employer answered the union on {no}. {unit} decides the next step by {due}.")),
    Message(key="authority", to=Role.WORKER, text=_("{unit} asked the authority to act on {no}.")),
    Message(key="ended", to=Role.WORKER, text=_("The supervision {no} is closed; what came of it is on its page.")),
    Message(key="supervised", to=Role.UNIT_HEAD, text=_("Supervision {no} is itself supervised from above. Answer by {due}.")),
    Message(key="retaliation", to=Role.UNIT_HEAD, text=_("Urgent: retaliation is reported on {no}. Act today and record what was done.")),
    Message(key="retaliation_above", to=Role.SUPERVISOR, above=True, text=_("Retaliation is reported on {no} at {unit}.")),
    Message(key="protected", to=Role.WORKER, text=_("{unit} acted against the retaliation you reported on {no}; what was done is on its page.")),
    Message(key="typical", to=Role.UNIT_HEAD, text=_("A typical case is proposed from {no}. Read it; who wrote it does not decide.")),
)  # fmt: skip
