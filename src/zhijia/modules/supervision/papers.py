"""Signing and serving a letter as steps of its case: what is done here is the same as on the letter's own page.

A step that records service takes only a letter that was signed, and each letter once; the clock for the reply counts
from the day of service. Whoever serves it on its page fires the same step, through the event that this publishes.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text, Verdict, no, yes
from zhijia.kernel.documents import letters
from zhijia.kernel.documents.models import Letter, LetterState
from zhijia.kernel.documents.models import Service as Served
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Effect, Guard, Keep, Transition
from zhijia.kernel.service.terms import Some, day, line, pick, step

from .rules import has_come, served_at

SERVICE = (
    pick("served", _("How it was served"), Served.choices, keep=Keep.EVENT), day("day", _("Day"), keep=Keep.EVENT),
    line("proof", _("How it can be proved"), keep=Keep.EFFECT),
)  # fmt: skip


def newest(c: Ctx[Any], kind: str) -> Letter | None:
    """The case's newest letter of this kind that was not taken back."""
    found = Letter.objects.filter(case_id=c.case.pk, kind=kind).exclude(state=LetterState.WITHDRAWN)
    return found.order_by("-id").first()


def is_drafted(kind: str) -> Guard:
    """There is a draft to sign. What was signed on its own page can still be noted on the case, once."""

    def drafted(c: Ctx[Any]) -> Verdict:
        """A letter of this kind waits for its signature."""
        letter, last = newest(c, kind), c.last_event(f"sign_{kind}")
        if letter is None:
            return no("no_draft", _("There is no draft of it yet."))
        if letter.state != LetterState.DRAFT and last is not None and last.at >= letter.drafted_at:
            return no("signed", _("It is signed already."))
        return yes()

    return drafted


def to_serve(kind: str, key: str) -> Guard:
    """There is a signed letter whose service is not recorded on the case yet."""

    def signed(c: Ctx[Any]) -> Verdict:
        """Only a signed letter is served, and each one once."""
        letter = newest(c, kind)
        if letter is None or letter.issued_at is None:
            return no("unsigned", _("The letter is not signed yet."), _("Draft it and have the chair sign it."))
        last = c.last_event(key)
        if last is not None and last.at >= letter.issued_at:
            return no("served", _("That this letter was served is recorded already."))
        return yes()

    return signed


def after_signing(kind: str) -> Callable[[Ctx[Any]], Verdict]:
    """It was served on the day it was signed or later."""

    def not_before(c: Ctx[Any]) -> Verdict:
        """Nobody is served what is not signed."""
        letter = newest(c, kind)
        if (
            letter
            and letter.issued_at
            and served_at(c).date() < letter.issued_at.astimezone(served_at(c).tzinfo).date()
        ):
            return no("day", _("It was served after it was signed, not before."))
        return yes()

    return not_before


def sign(kind: str) -> Effect:
    """Give the draft its number and freeze it."""

    def signs(c: Ctx[Any]) -> None:
        """The letter is issued in the actor's name."""
        letter = newest(c, kind)
        if letter is not None and letter.state == LetterState.DRAFT:
            letters.issue(letter_id=letter.pk, seen=letter.version, actor=c.actor, now=c.now)

    return signs


def serve(kind: str) -> Effect:
    """Record on the letter how it was served, unless that is why this happens."""

    def serves(c: Ctx[Any]) -> None:
        """The letter knows when and how it was served."""
        letter = newest(c, kind)
        if letter is not None and letter.state == LetterState.ISSUED:
            letters.serve(
                letter_id=letter.pk, service=c.data["served"], proof=c.data["proof"], at=served_at(c), actor=c.actor,
                now=c.now,
            )  # fmt: skip

    return serves


def answered(*names: str, kind: str | Callable[[Ctx[Any]], str]) -> Effect:
    """Record on the letter that it was answered, in the first of these answers that says something."""

    def answers(c: Ctx[Any]) -> None:
        """The letter knows that somebody answered it."""
        letter = newest(c, kind if isinstance(kind, str) else kind(c))
        said = next((str(c.data[name]) for name in names if c.data.get(name)), "")
        if said and letter is not None and letter.state in (LetterState.ISSUED, LetterState.SERVED):
            letters.answer(letter_id=letter.pk, words=said, actor=c.actor, now=c.now)

    return answers


def signing(kind: str, title: Text, done: Text, source: Some) -> Transition:
    """The chair or vice-chair signs the draft: the letter gets its number."""
    return step(
        f"sign_{kind}", title, done, source, by=Role.UNIT_HEAD, guard=is_drafted(kind), then=sign(kind), main=True,
        public=False, confirm=_("It gets its number and can no longer be changed. Sign it?"),
    )  # fmt: skip


def serving(
    key: str, kind: str, title: Text, done: Text, source: Some, target: str, *, by: Some, **more: Any
) -> Transition:
    """The signed letter was served: the case goes on, and the time for an answer runs from that day."""
    guard, then = more.pop("guard", ()), more.pop("then", ())
    return step(
        key, title, done, source, target, by=by, guard=(to_serve(kind, key), *guard),
        check=(has_come("day"), after_signing(kind)), then=(serve(kind), *then), ask=SERVICE, main=True, **more,
    )  # fmt: skip
