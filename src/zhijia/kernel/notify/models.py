"""Messages to people: one outbox, whatever the channel."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhijia.kernel.people.sealed import SealedText


class Channel(models.TextChoices):
    """How a message travels. In-app messages arrive by being written."""

    APP = "app", _("In the app")
    SMS = "sms", _("Text message")


class MessageState(models.TextChoices):
    """A message waits, was sent, failed, or was held back because the safe-contact profile forbids it."""

    WAITING = "waiting", pgettext_lazy("message", "Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", pgettext_lazy("message", "Failed")
    HELD = "held", _("Held back")


class Message(models.Model):
    """One message to one person or account. `template` and `data` are kept, not rendered text: it is written in the
    reader's language when it is read or sent."""

    person = models.ForeignKey("people.Person", models.CASCADE, null=True, related_name="+")
    account = models.ForeignKey("people.Account", models.CASCADE, null=True, related_name="+")
    case = models.ForeignKey("cases.Case", models.CASCADE, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    state = models.CharField(max_length=8, choices=MessageState.choices, default=MessageState.WAITING)
    template = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    """Numbers, dates and codes; never a name, a number of a person or a word of theirs."""
    secret = SealedText(row="person_id", purpose="message", blank=True)
    """What fills {code} and goes to the person alone; dropped once it went or failed."""
    reason = models.CharField(max_length=200, blank=True)
    """Why it was held back or failed: a code, worded by `render.reason`."""
    not_before = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "notify_message"
        indexes: ClassVar = [
            models.Index(fields=["id"], name="message_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["person", "-id"], name="message_of_person"),
            models.Index(fields=["account", "-id"], name="message_of_account"),
        ]
