"""What is done with a letter: draft, edit, refresh, issue, serve, answer, withdraw. Each is one transaction.

Acts are audited on the letter's own chain (ids and codes, never its words) and published as events, so that a module
can follow them. A transition of the case that needs a letter drafts it inside its own transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Invalid, NotFound, Text
from zhijia.kernel.base.text import LIMIT, clean
from zhijia.kernel.cases.models import Attachment, Case
from zhijia.kernel.deadlines.clock import Limit, compute
from zhijia.kernel.events.outbox import publish
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.rules import calendar
from zhijia.kernel.rules.units import Unit

from . import content, paper
from .kinds import BUILT_IN, About, LetterKind, kind_of
from .models import Letter, LetterState, Line, Service
from .numbering import next_number
from .rights import allow_draft, allow_issue
from .words import takes_free

MOST_LINES = 5000
"""Lines of one letter's table."""


@transaction.atomic
def draft(
    *, kind: LetterKind, about: About, actor: Actor, now: datetime, free: str = "", replaces: Letter | None = None
) -> Letter:
    """Write the letter that the case asks for, as a draft. Whoever may do the transition may draft: no right is asked.

    Raises Misconfigured (a rule is missing, or the declaration does not give what it offers) and Invalid.
    """
    found = content.gather(about.case.service, kind, about)
    letter = Letter(
        case=about.case, kind=kind.key, public=kind.public, free=_free(free), replaces=replaces, drafted_at=now,
        drafted_by_id=actor.account_id,
    )  # fmt: skip
    content.lay_out(letter, kind, found)
    letter.save(force_insert=True)
    _write_lines(letter, found)
    _record(letter, "drafted", actor, now)
    return letter


@transaction.atomic
def correct(*, letter: Letter, about: About, actor: Actor, now: datetime) -> Letter:
    """Draft a new letter in place of one that was issued; the old one stands until the new one is issued."""
    kind = _kind(letter)
    allow_draft(kind, letter, actor)
    _in_state(letter, LetterState.ISSUED, LetterState.SERVED, LetterState.ANSWERED)
    if Letter.objects.filter(replaces=letter, state=LetterState.DRAFT).exists():
        raise Conflict(_("A correction of this letter is being drafted already."), code="being_corrected")
    return draft(kind=kind, about=about, actor=actor, now=now, free=letter.free, replaces=letter)


@transaction.atomic
def edit(*, letter_id: int, free: str, seen: int, actor: Actor, now: datetime) -> Letter:
    """Write the free paragraphs of a draft anew. `seen` is the version that the officer's page showed."""
    letter = _locked(letter_id)
    allow_draft(_kind(letter), letter, actor)
    _as_seen(letter, seen)
    if not takes_free(letter.text):
        raise Conflict(_("The words of this kind of letter leave no place for one's own paragraphs."), code="no_place")
    letter.free = _free(free)
    content.word(letter)
    return _changed(letter, "edited", actor, now)


@transaction.atomic
def refresh(*, letter_id: int, about: About, seen: int, actor: Actor, now: datetime) -> Letter:
    """Write a draft anew from the case as it stands and the words in force; the free paragraphs stay."""
    letter = _locked(letter_id)
    kind = _kind(letter)
    allow_draft(kind, letter, actor)
    _as_seen(letter, seen)
    found = content.gather(about.case.service, kind, about)
    content.lay_out(letter, kind, found)
    letter.lines.all().delete()
    _write_lines(letter, found)
    return _changed(letter, "refreshed", actor, now)


@transaction.atomic
def issue(*, letter_id: int, seen: int, actor: Actor, now: datetime) -> Letter:
    """Give a draft its number and freeze it; a letter that it corrects is withdrawn. The PDF follows the commit."""
    letter = _locked(letter_id)
    kind = _kind(letter)
    allow_issue(kind, letter, actor)
    _as_seen(letter, seen)
    letter.number, letter.year, letter.serial = next_number(kind, letter.org, now)
    letter.state, letter.issued_at, letter.issued_by_id = LetterState.ISSUED, now, actor.account_id
    letter.content = letter.content | {"signer": actor.name if letter.content["up"] else ""}
    content.word(letter)
    letter.digest = content.digest_of(letter.content, [line.cells for line in letter.lines.order_by("place")])
    letter.save()
    old = letter.replaces
    if old is not None and old.state != LetterState.WITHDRAWN:
        with translation.override(settings.LANGUAGE_CODE):  # kept as text, for everybody
            reason = _("Corrected by %(number)s.") % {"number": letter.number}
        _withdraw(Letter.objects.select_for_update(of=("self",)).get(pk=old.pk), reason, actor, now)
    _record(letter, "issued", actor, now, number=letter.number, digest=letter.digest)
    transaction.on_commit(partial(paper.seal, letter.pk), robust=True)
    return letter


@transaction.atomic
def serve(
    *, letter_id: int, service: str, proof: str, at: datetime, actor: Actor, now: datetime,
    proof_file: int | None = None,
) -> Letter:  # fmt: skip
    """Record how and when an issued letter was served; the time for an answer counts from then."""
    letter = _locked(letter_id)
    allow_draft(_kind(letter), letter, actor)
    _in_state(letter, LetterState.ISSUED)
    problems = []
    if service not in Service.values:
        problems.append(FieldProblem("service", "choice", _("Choose how it was served.")))
    words = clean(proof)
    if not 1 <= len(words) <= 300:
        reason = _("Say in 1 to 300 characters what proves it: who took it, the number of the parcel, the witness.")
        problems.append(FieldProblem("proof", "length", reason, {"max": 300}))
    issued = letter.issued_at or now
    if at > now or at.astimezone(CHINA).date() < issued.astimezone(CHINA).date():
        reason = _("It was served between the day it was issued and now.")
        problems.append(FieldProblem("at", "time", reason))
    if proof_file is not None and not Attachment.objects.filter(pk=proof_file, case_id=letter.case_id).exists():
        problems.append(FieldProblem("proof_file", "choice", _("Choose one of the files of the case.")))
    if problems:
        raise Invalid(*problems)
    letter.state, letter.served_at, letter.served_by_id = LetterState.SERVED, at, actor.account_id
    letter.service, letter.proof, letter.proof_file_id = service, words, proof_file
    letter.reply_due_at = reply_due(letter.content["reply"], at, region=letter.case.region)
    letter.save()
    _record(letter, "served", actor, now, service=service)
    return letter


@transaction.atomic
def answer(*, letter_id: int, words: str, actor: Actor, now: datetime) -> Letter:
    """Record the answer to an issued or served letter."""
    letter = _locked(letter_id)
    allow_draft(_kind(letter), letter, actor)
    _in_state(letter, LetterState.ISSUED, LetterState.SERVED)
    said = clean(words)
    if not 1 <= len(said) <= LIMIT:
        raise Invalid(FieldProblem("answer", "length", _("Write what they answered."), {"max": LIMIT}))
    letter.state, letter.answered_at, letter.answered_by_id = LetterState.ANSWERED, now, actor.account_id
    letter.answer = said
    letter.save()
    _record(letter, "answered", actor, now)
    return letter


@transaction.atomic
def withdraw(*, letter_id: int, reason: str, actor: Actor, now: datetime) -> Letter:
    """Take back a draft or an issued letter, with the reason. Its number is never given again."""
    letter = _locked(letter_id)
    allow = allow_draft if letter.state == LetterState.DRAFT else allow_issue
    allow(_kind(letter), letter, actor)
    _in_state(letter, LetterState.DRAFT, LetterState.ISSUED, LetterState.SERVED, LetterState.ANSWERED)
    words = clean(reason)
    if not 1 <= len(words) <= 500:
        raise Invalid(FieldProblem("reason", "length", _("Say why, in 1 to 500 characters."), {"max": 500}))
    return _withdraw(letter, words, actor, now)


@dataclass(frozen=True)
class Difference:
    """One thing that is no longer as it was when the letter was drafted."""

    title: Text
    before: str
    now: str


def differences(letter: Letter, about: About) -> list[Difference]:
    """What a draft says that the case no longer says: refresh it, or know why not. Reads only."""
    kind = _kind(letter)
    found = content.gather(about.case.service, kind, about)
    titles = {offer.name: offer.title for offer in (*kind.offers, *BUILT_IN)}
    made = [
        Difference(titles.get(name, name), letter.facts.get(name, ""), value)
        for name, value in found.facts.items() if letter.facts.get(name, "") != value
    ]  # fmt: skip
    if letter.content["copies"] != found.copies:
        made.append(Difference(_("Copies to"), letter.content["copies"], found.copies))
    if letter.text != found.text:
        made.append(Difference(_("Wording"), "", str(_("other words are in force now"))))
    if [(line.cells, line.person_id) for line in letter.lines.order_by("place")] != found.lines:
        made.append(Difference(_("The table"), "", str(_("some lines are different now"))))
    return made


def reply_due(reply: dict[str, Any] | None, served_at: datetime, *, region: str) -> datetime | None:
    """When the answer to a letter served at this moment is due, on the calendar of the case's region as its clocks
    are; None when none was asked for."""
    if reply is None:
        return None
    limit = Limit(int(reply["amount"]), Unit(reply["unit"]))
    return compute(start=served_at, limit=limit, calendar=calendar.current(region)).at


def letter_of(case: Case, letter_id: int) -> Letter:
    """One letter of a case, with its organisation. Raises NotFound."""
    found = Letter.objects.select_related("org").filter(case_id=case.pk, pk=letter_id).first()
    if found is None:
        raise NotFound(code="no_such_letter")
    found.case = case
    return found


def _locked(letter_id: int) -> Letter:
    found = Letter.objects.select_for_update(of=("self",)).select_related("org", "case", "case__unit", "replaces")
    letter = found.filter(pk=letter_id).first()
    if letter is None:
        raise NotFound(code="no_such_letter")
    return letter


def _as_seen(letter: Letter, seen: int) -> None:
    """Raises Conflict unless it is a draft, and the one that the actor has seen."""
    _in_state(letter, LetterState.DRAFT)
    if seen != letter.version:
        raise Conflict(_("Somebody else has changed this letter meanwhile. Look again, then decide."), code="stale")


def _kind(letter: Letter) -> LetterKind:
    return kind_of(letter.case.service, letter.kind)


def _in_state(letter: Letter, *states: LetterState) -> None:
    if letter.state not in states:
        state = LetterState(letter.state).label
        raise Conflict(_("Not possible now: the letter is “%(state)s”.") % {"state": state}, code="wrong_state")


def _free(words: str) -> str:
    said = clean(words)
    if len(said) > LIMIT:
        raise Invalid(FieldProblem("free", "length", _("At most 20,000 characters fit here."), {"max": LIMIT}))
    return said


def _write_lines(letter: Letter, found: content.Gathered) -> None:
    if len(found.lines) > MOST_LINES:
        reason = _("A letter carries at most %(most)s lines; split it.") % {"most": MOST_LINES}
        raise Invalid(FieldProblem("table", "too_many", reason))
    Line.objects.bulk_create(
        Line(letter=letter, place=place, person_id=person_id, cells=cells)
        for place, (cells, person_id) in enumerate(found.lines, start=1)
    )


def _changed(letter: Letter, act: str, actor: Actor, now: datetime) -> Letter:
    letter.version += 1
    letter.save()
    _record(letter, act, actor, now)
    return letter


def _withdraw(letter: Letter, reason: str, actor: Actor, now: datetime) -> Letter:
    letter.state, letter.withdrawn_at, letter.withdrawn_by_id = LetterState.WITHDRAWN, now, actor.account_id
    letter.reason = reason[:500]
    letter.save()
    _record(letter, "withdrawn", actor, now)
    return letter


def _record(letter: Letter, act: str, actor: Actor, now: datetime, **more: str) -> None:
    """Audit and publish: numbers and codes, never words."""
    data = {"letter": letter.pk, "kind": letter.kind, "version": letter.version} | more
    chain, subject = f"letter:{letter.pk}", f"case:{letter.case_id}"
    append(chain=chain, act=f"letter.{act}", subject=subject, actor=actor, now=now, data=data)
    event = data | {"case": letter.case_id, "service": letter.case.service}
    publish(type=f"cn.zhijia.letter.{act}", subject=chain, data=event, now=now)
