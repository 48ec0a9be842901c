"""Letters of a case at the desk: the list, one letter as it will be read, and what can be done with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.web.pages import back, desk_page
from zhijia.faces.web.papers import KINDS, Paper, summaries
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, Misconfigured, NotFound, Text
from zhijia.kernel.cases.access import record_view
from zhijia.kernel.cases.models import Party
from zhijia.kernel.documents import letters, paper, rights
from zhijia.kernel.documents.kinds import kind_of
from zhijia.kernel.documents.models import Letter, LetterState, Service
from zhijia.kernel.documents.words import takes_free
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account
from zhijia.kernel.rules.units import Unit, phrase
from zhijia.kernel.service import engine, registry

from . import dossier
from .nav import desk_page_of

SHOWN = 20
"""Lines of a table that the page shows; only these workers are recorded as looked at. The PDF shows and records all."""


@dataclass(frozen=True)
class Tried:
    """An act that was refused: what was typed comes back with what is wrong."""

    act: str
    typed: QueryDict
    problems: Mapping[str, Text] = field(default_factory=dict)
    reason: Text = ""


@require_safe
@desk_page
def letters_page(request: HttpRequest, actor: Actor, now: datetime, no: str) -> HttpResponse:
    """GET /desk/<no>/letters/: every letter of the case."""
    case = dossier.case_of(actor, no)
    context = {"case": case, "letters": summaries(case)}
    return desk_page_of(request, actor, now, "web/desk/letters.html", context)


@require_safe
@desk_page
def letter_page(request: HttpRequest, actor: Actor, now: datetime, no: str, pk: int) -> HttpResponse:
    """GET /desk/<no>/letters/<pk>/: one letter as it will be read, and what can be done with it."""
    case = dossier.case_of(actor, no)
    return _show(request, actor, now, letters.letter_of(case, pk))


@require_safe
@desk_page
def letter_file(request: HttpRequest, actor: Actor, now: datetime, no: str, pk: int, ending: str) -> HttpResponse:
    """GET /desk/<no>/letters/<pk>/letter.pdf or .docx, as a download."""
    del request
    letter = letters.letter_of(dossier.case_of(actor, no), pk)
    if ending not in KINDS:
        raise NotFound(code="no_such_file")
    _record(letter, actor, now, most=None)
    return Paper(paper.read(letter), ending)


@require_POST
@desk_page
def letter_act(request: HttpRequest, actor: Actor, now: datetime, no: str, pk: int, act: str) -> HttpResponse:
    """POST /desk/<no>/letters/<pk>/<act>/: do it and go on; a refusal shows the letter again with what was typed."""
    case = dossier.case_of(actor, no)
    letter = letters.letter_of(case, pk)
    if act not in ACTS:
        raise NotFound(code="no_such_act")
    typed = request.POST
    try:
        done = ACTS[act](letter, typed, actor, now)
    except Invalid as error:
        tried = Tried(act, typed, {p.field: p.message for p in error.problems}, _("Something must be mended first."))
        return _show(request, actor, now, letter, tried=tried, status=error.status)
    except (Conflict, Forbidden) as error:
        fresh = letters.letter_of(case, pk)
        return _show(request, actor, now, fresh, tried=Tried(act, typed, reason=error.reason), status=error.status)
    messages.success(request, _DONE[act] % {"what": done.number or done.title})
    return back(request, reverse("desk:letter", args=[no, done.pk]))


def _show(
    request: HttpRequest, actor: Actor, now: datetime, letter: Letter, *, tried: Tried | None = None, status: int = 200
) -> HttpResponse:
    kind = kind_of(letter.case.service, letter.kind)
    read = paper.read(letter)
    _record(letter, actor, now, most=SHOWN)
    draft, works = letter.state == LetterState.DRAFT, rights.may_draft(kind, letter, actor)
    typed = tried.typed if tried else {}
    context = {
        "case": letter.case, "letter": letter, "content": letter.content, "kind": kind, "mark": read.mark,
        "state": LetterState(letter.state).label, "lines": read.lines[:SHOWN], "more": len(read.lines) - SHOWN,
        "life": _life(letter), "works": works, "signs": rights.may_issue(kind, letter, actor), "tried": tried,
        "typed": typed, "problems": tried.problems if tried else {}, "services": Service.choices,
        "changes": _changes(letter, actor, now) if draft and works else [],
        "free": typed.get("free", letter.free), "takes_free": draft and takes_free(letter.text),
        "version": letter.version, "reply_words": _reply_words(letter),
        "at": typed.get("at") or f"{now.astimezone(CHINA):%Y-%m-%dT%H:%M}",
        "files": letter.case.attachments.order_by("id").only("case", "name"),
        "corrections": Letter.objects.filter(replaces=letter).order_by("-id").values("id", "number", "title"),
    }  # fmt: skip
    return desk_page_of(request, actor, now, "web/desk/letter.html", context, status=status)


def _reply_words(letter: Letter) -> Text:
    """The time for an answer in the reader's language; "" where none was asked for."""
    reply = letter.content["reply"]
    return phrase(reply["amount"], Unit(reply["unit"])) if reply else ""


def _about(letter: Letter, actor: Actor, now: datetime) -> Any:
    """The case as the letter's declaration asks it: the engine's own context."""
    return engine.context(registry.service(letter.case.service), letter.case, actor, now)


def _changes(letter: Letter, actor: Actor, now: datetime) -> list[letters.Difference]:
    """What the draft says that the case no longer says; a rule that is missing by now does not hide the letter."""
    try:
        return letters.differences(letter, _about(letter, actor, now))
    except Misconfigured as error:
        return [letters.Difference(error.reason, "", "")]


def _record(letter: Letter, actor: Actor, now: datetime, *, most: int | None) -> None:
    """Put on record whose data is shown: the workers of the table, or of the case where the letter has none."""
    if letter.content["table"]:
        rows = letter.lines.filter(person_id__isnull=False).order_by("place")
        if most is not None:
            rows = rows.filter(place__lte=most)
        people = list(rows.values_list("person_id", flat=True))
    else:
        parties = Party.objects.filter(case_id=letter.case_id).order_by("id")
        people = list(parties.values_list("person_id", flat=True)[:SHOWN])
    record_view(letter.case, [person for person in people if person is not None], actor=actor, now=now)


def _life(letter: Letter) -> list[tuple[Text, datetime, str, str]]:
    """What became of it: (state, when, who, words)."""
    steps = [
        (LetterState.DRAFT, letter.drafted_at, letter.drafted_by_id, ""),
        (LetterState.ISSUED, letter.issued_at, letter.issued_by_id, letter.number),
        (LetterState.SERVED, letter.served_at, letter.served_by_id, _service(letter)),
        (LetterState.ANSWERED, letter.answered_at, letter.answered_by_id, letter.answer),
        (LetterState.WITHDRAWN, letter.withdrawn_at, letter.withdrawn_by_id, letter.reason),
    ]
    names = dict(Account.objects.filter(pk__in=[who for _s, _at, who, _w in steps if who]).values_list("pk", "name"))
    return [(state.label, at, names.get(who or 0, ""), words) for state, at, who, words in steps if at is not None]


def _service(letter: Letter) -> str:
    return f"{Service(letter.service).label}，{letter.proof}" if letter.service else ""


def _seen(typed: QueryDict) -> int:
    """The version that the officer's page showed; one that never was when it says nonsense."""
    seen = typed.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1


def _moment(typed: QueryDict) -> datetime:
    try:
        return datetime.fromisoformat(typed.get("at", "")).replace(tzinfo=CHINA)
    except ValueError:
        reason = _("Write the day and time, for example 2026-12-01 09:30.")
        raise Invalid(FieldProblem("at", "format", reason)) from None


def _serve(letter: Letter, typed: QueryDict, actor: Actor, now: datetime) -> Letter:
    chosen = typed.get("proof_file", "")
    file = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else None
    return letters.serve(
        letter_id=letter.pk, service=typed.get("service", ""), proof=typed.get("proof", ""), at=_moment(typed),
        proof_file=file, actor=actor, now=now,
    )  # fmt: skip


ACTS: dict[str, Callable[[Letter, QueryDict, Actor, datetime], Letter]] = {
    "edit": lambda letter, typed, actor, now: letters.edit(
        letter_id=letter.pk, free=typed.get("free", ""), seen=_seen(typed), actor=actor, now=now
    ),
    "refresh": lambda letter, typed, actor, now: letters.refresh(
        letter_id=letter.pk, about=_about(letter, actor, now), seen=_seen(typed), actor=actor, now=now
    ),
    "issue": lambda letter, typed, actor, now: letters.issue(
        letter_id=letter.pk, seen=_seen(typed), actor=actor, now=now
    ),
    "serve": _serve,
    "answer": lambda letter, typed, actor, now: letters.answer(
        letter_id=letter.pk, words=typed.get("answer", ""), actor=actor, now=now
    ),
    "withdraw": lambda letter, typed, actor, now: letters.withdraw(
        letter_id=letter.pk, reason=typed.get("reason", ""), actor=actor, now=now
    ),
    "correct": lambda letter, _typed, actor, now: letters.correct(
        letter=letter, about=_about(letter, actor, now), actor=actor, now=now
    ),
}
_DONE: dict[str, Text] = {
    "edit": gettext_lazy("Saved: %(what)s."), "refresh": gettext_lazy("Written anew from the case: %(what)s."),
    "issue": gettext_lazy("Issued: %(what)s."), "serve": gettext_lazy("Service recorded: %(what)s."),
    "answer": gettext_lazy("Answer recorded: %(what)s."), "withdraw": gettext_lazy("Withdrawn: %(what)s."),
    "correct": gettext_lazy("A correction is drafted: %(what)s."),
}  # fmt: skip
