"""Other words for a message as an administrator sets them for a region: within reach, on record, taken back at will."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.base.text import clean
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.regions import demand_region
from zhijia.kernel.rules.models import NATIONAL, Rule
from zhijia.kernel.rules.texts import override_of, unset_text

from .render import declared, key_of
from .sms import signed_words
from .wording import check_words, preview, set_words, template_of

MOST = 500
"""Characters of a message."""
ABOUT_NO_CASE = ("people.", "opening.", "rules.", "calendar.", "review.")
"""Messages whose reader has no region in them: only the whole country's words are read."""


@dataclass(frozen=True)
class Shown:
    """A message as people will read it in one language, on invented data."""

    language: str
    words: str
    """With its placeholders."""
    sample: str
    sms: str
    """As a text message, with the signature of its region."""
    region: str
    """Whose words they are; "" for the declared ones."""
    since: date | None = None


def national(template: str) -> bool:
    """Whether only words for the whole country are ever read."""
    return template.startswith(ABOUT_NO_CASE)


def show(template: str, language: str, *, region: str, at: datetime) -> Shown:
    """What this message says in the region today. Raises NotFound."""
    template_of(template)
    found = override_of(key_of(template, language), region=region, on=at.astimezone(CHINA).date())
    words = declared(template, language) if found is None else found.text or ""
    since = None if found is None else found.in_force_from
    return _shown(template, language, words, region, at, found.region if found else "", since)


def show_words(template: str, language: str, words: str, *, region: str, at: datetime) -> Shown:
    """The same for words that are only proposed. Raises Invalid as when they are set."""
    _check(template, language, words)
    return _shown(template, language, clean(words), region, at, region, None)


@transaction.atomic
def set_override(
    *, template: str, language: str, words: str, region: str, basis: str, valid_from: date, actor: Actor, now: datetime
) -> Rule:
    """Let the message say these words in the region from the day on: what is written already stays as it is.

    Raises NotFound, Forbidden beyond the actor's region, Invalid for words that may not be, for days that have passed,
    and for a region where only the whole country's words are read.
    """
    demand_region(actor, region)
    problems = []
    if national(template) and region != NATIONAL:
        reason = _("This message is about no case: only words for the whole country are read.")
        problems.append(FieldProblem("region", "national", reason))
    if valid_from < now.astimezone(CHINA).date():
        problems.append(FieldProblem("valid_from", "past", _("Choose today or a day to come.")))
    if problems:
        raise Invalid(*problems)
    _check(template, language, words)
    made = set_words(
        template=template, language=language, words=words, region=region, basis=basis, valid_from=valid_from,
        actor_id=actor.account_id, now=now,
    )  # fmt: skip
    _record("text.set", template, language, region, valid_from, actor, now)
    return made


@transaction.atomic
def reset(*, template: str, language: str, region: str, actor: Actor, now: datetime) -> int:
    """Go back to what holds otherwise there, from today; how many rows that ended. Raises NotFound, Forbidden."""
    template_of(template)
    demand_region(actor, region)
    today = now.astimezone(CHINA).date()
    ended = unset_text(key=key_of(template, language), region=region, on=today)
    if ended:
        _record("text.reset", template, language, region, today, actor, now)
    return ended


def _check(template: str, language: str, words: str) -> None:
    check_words(template, language, words)
    if not clean(words) or len(clean(words)) > MOST:
        raise Invalid(FieldProblem("value", "length", _("Write 1 to 500 characters."), {"max": MOST}))


def _shown(
    template: str, language: str, words: str, region: str, at: datetime, whose: str, since: date | None
) -> Shown:
    sample = preview(words, language)
    return Shown(language, words, sample, signed_words(template, sample, region, language, at=at), whose, since)


def _record(act: str, template: str, language: str, region: str, day: date, actor: Actor, now: datetime) -> None:
    append(
        chain=f"text:{template}", act=act, subject=f"text:{template}", actor=actor, now=now,
        data={"language": language, "region": region, "from": str(day)},
    )  # fmt: skip
