"""Messages to staff about their own rights: posts, substitutes, openings. In the app, beside those of their cases."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from .compose import Audience, compose
from .models import Message
from .render import register


def inform(
    *, template: str, data: dict[str, Any], now: datetime, accounts: Collection[int] = (), persons: Collection[int] = ()
) -> int:
    """Write one message in the app to each of these; how many."""
    audience = Audience(accounts=sorted(set(accounts)), persons=sorted(set(persons)))
    made = compose(template=template, audience=audience, data=data, sms=False, now=now)
    Message.objects.bulk_create(Message(**message.as_row(), created_at=now) for message in made)
    return len(made)


for _key, _text in {
    "people.substitute_for": _("You stand in for {holder} ({post}) from {first} to {last}."),
    "people.substituted": _("{substitute} stands in for you ({post}) from {first} to {last}."),
    "people.substitute_asked": _("{holder} proposes {substitute} as a substitute ({post}) from {first} to {last}."),
    "people.substitute_refused": _("Your substitute was not agreed to ({post}): {words}"),
    "people.appointed": _("You were given a post: {post}, from {first}."),
    "people.post_ended": _("Your post ends on {last}: {post}."),
    "people.rights_set": _("What you may do was changed: {post}, {permission}: {reach}."),
    "people.posts_proposed": _("{n} posts from a workbook wait for you."),
    "people.factors_asked": _("A new second factor for {name} waits for you."),
    "opening.asked": _("{who} asks to read case {no}. It waits for your answer."),
    "opening.half": _("One has agreed to the emergency of {who}, case {no}. The second is missing."),
    "opening.agreed": _("Case {no} is open for you until {until}. Every look is on record with your reason."),
    "opening.refused": _("Your request to read case {no} was refused."),
    "opening.to_review": _("The emergency access of {who} to case {no} is over. Say whether it was justified."),
    "opening.told": _("{who} read your matter {no} between {from} and {until} as an emergency: {why}"),
    "rules.changed": _("A value was set for {region} from {from}: {rule}, {value}."),
    "calendar.closed": _("{region} closes {day}: {name}. Running clocks that moved: {n}."),
    "rules.withdrawn": _("The value for {region} from {from} was taken back before its day: {rule}."),
}.items():
    register(_key, _text, offers=frozenset())
