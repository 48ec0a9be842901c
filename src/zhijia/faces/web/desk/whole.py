"""The whole file of one case as plain words, section by section: what is printed and what is taken out as PDF.

It holds what the case page shows this reader and no more: names as they are shown, numbers masked. Days stand with
their year, because paper outlives it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from zhijia.faces import present
from zhijia.faces.web.papers import Summary
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.service.mentions import NOTE

from .case import REVEALED, told_of
from .dossier import Dossier, Worker
from .inbox import category_title, tags

Pair = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One entry of a section: when, who or what state, what, and words below it."""

    what: str
    at: str = ""
    beside: str = ""
    words: tuple[Pair, ...] = ()
    internal: bool = False


@dataclass(frozen=True)
class Section:
    """One part of the file: facts in pairs, paragraphs under their titles, or entries."""

    key: str
    title: str
    pairs: tuple[Pair, ...] = ()
    paragraphs: tuple[Pair, ...] = ()
    lines: tuple[Line, ...] = ()
    note: str = ""
    """One quiet sentence at its end."""


@dataclass(frozen=True)
class Whole:
    """The file: its head and its sections, in order."""

    no: str
    title: str
    service: str
    state: str
    sections: tuple[Section, ...]


def whole_file(found: Dossier, letters: Iterable[Summary], now: datetime, *, internal: bool) -> Whole:
    """The file of a case that was read, with its letters; without `internal` nothing that colleagues said among
    themselves."""
    sections = (
        _facts(found), _people(found), _clocks(found, now), _timeline(found, internal=internal),
        _reckonings(found, internal=internal), _notes(found) if internal else None,
        _letters(letters, internal=internal), _files(found, internal=internal), _linked(found), _looks(found),
    )  # fmt: skip
    case = found.case
    return Whole(
        case.no, str(case.title), str(found.service.title), str(found.service.state_titles[case.state]),
        tuple(section for section in sections if section is not None),
    )  # fmt: skip


def stamped(at: datetime | None) -> str:
    """A day with its year and the time, in China."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else ""


def _facts(found: Dossier) -> Section:
    case, service = found.case, found.service
    long, short = told_of(found)
    pairs = [
        (_("Number"), case.no), (_("Service"), str(service.title)),
        (_("Category"), category_title(service, case.category)),
        (_("State"), str(service.state_titles[case.state])), (_("Marks"), "、".join(tags(case))),
        (_("Unit"), case.unit.name), (_("Officer in charge"), found.assignee),
        *((str(fact.ask.title), fact.words) for fact in short),
        (_("Filed"), stamped(case.created_at)), (_("Closed on"), stamped(case.closed_at)),
    ]  # fmt: skip
    return Section(
        "facts", _("What happened"), tuple(pair for pair in pairs if pair[1]),
        tuple((str(fact.ask.title), fact.words) for fact in long),
    )  # fmt: skip


def _people(found: Dossier) -> Section:
    case = found.case
    lines = [_worker(worker) for worker in found.people]
    if case.employer:
        lines.append(
            Line(case.employer.name, beside=_("Employer"), words=_pairs((_("Credit code"), case.employer.uscc)))
        )
    lines.append(Line(case.unit.name, beside=_("Unit"), words=_pairs((_("Officer in charge"), found.assignee))))
    more = found.people_count - len(found.people)
    note = _("The first %(n)s of %(all)s workers are shown.") % {"n": len(found.people), "all": found.people_count}
    return Section("people", _("People and units"), lines=tuple(lines), note=note if more > 0 else "")


def _worker(worker: Worker) -> Line:
    number = (str(REVEALED["phone"]), worker.phone)
    own = (_("Their own case"), worker.source)
    return Line(
        worker.name or worker.phone, beside=f"{worker.role.label}，{worker.status.label}", words=_pairs(number, own)
    )


def _clocks(found: Dossier, now: datetime) -> Section:
    lines = []
    region = found.case.region
    for chip in present.chips(found.service, found.ctx.deadlines, now, desk=True, region=region):
        why = present.why(found.service, chip.deadline, now, region=region) if chip.deadline else None
        reasons = tuple(("", str(sentence)) for sentence in (why.sentences if why else ()))
        lines.append(Line(str(chip.title), at=stamped(chip.due_at), beside=str(chip.word), words=reasons))
    return Section("clocks", _("Clocks and why"), lines=tuple(lines), note="" if lines else _("No clock has run."))


def _timeline(found: Dossier, *, internal: bool) -> Section:
    events = [event for event in found.events if event.public or (internal and event.transition != NOTE)]
    notes = {seq: [note for note in kept if internal or note.public] for seq, kept in found.notes.items()}
    told = present.lines(found.service, reversed(events), notes, found.names, desk=True)
    lines = tuple(Line(e.what, stamped(e.at), e.who, e.notes, internal=not e.public) for e in told)
    hidden = 0 if internal else len(found.events) - len(events)
    note = _("%(n)s internal steps are left out.") % {"n": hidden} if hidden else ""
    return Section("timeline", _("What was done"), lines=lines, note=note)


def _notes(found: Dossier) -> Section | None:
    events = [event for event in reversed(found.events) if event.transition == NOTE]
    lines = tuple(
        Line(e.who, stamped(e.at), _told(found.named.get(e.seq, [])), e.notes, internal=True)
        for e in present.lines(found.service, events, found.notes, found.names, desk=True)
    )
    return Section("notes", _("Among colleagues"), lines=lines) if lines else None


def _told(names: list[str]) -> str:
    return _("told: %(who)s") % {"who": "、".join(names)} if names else ""


def _reckonings(found: Dossier, *, internal: bool) -> Section | None:
    lines = tuple(
        Line(kept.found.title, stamped(kept.found.at), "，".join(filter(None, (kept.by, kept.whom))),
             _pairs(*((str(row["title"]), f"{row['value']}（{row['basis']}）") for row in kept.found.results)))
        for kept in found.reckonings if internal or kept.found.public
    )  # fmt: skip
    note = _("Estimates on what was filled in, not decisions.")
    return Section("reckonings", _("Calculations"), lines=lines, note=note) if lines else None


def _letters(letters: Iterable[Summary], *, internal: bool) -> Section | None:
    lines = tuple(
        Line(letter.title, stamped(letter.at), f"{letter.state_title}，{letter.addressee}",
             _pairs((_("Number"), letter.number), (_("Answer due"), stamped(letter.reply_due_at))))
        for letter in letters if internal or letter.state != "draft"
    )  # fmt: skip
    return Section("letters", _("Letters"), lines=lines) if lines else None


def _files(found: Dossier, *, internal: bool) -> Section | None:
    lines = tuple(
        Line(file["name"], stamped(datetime.fromisoformat(file["added_at"])), internal=not file["public"])
        for file in found.files if internal or file["public"]
    )  # fmt: skip
    return Section("files", _("Files"), lines=lines) if lines else None


def _linked(found: Dossier) -> Section | None:
    lines = tuple(
        Line(link["title"], beside=f"{link['relation']}，{link['service_title']}，{link['state']}",
             words=_pairs((_("Number"), link["no"])))
        for link in found.links
    )  # fmt: skip
    return Section("linked", _("Belongs together"), lines=lines) if lines else None


def _looks(found: Dossier) -> Section:
    words = _("Officers who read personal data here: %(officers)s, together %(times)s times.") % found.looked
    return Section("looks", _("Who looked"), note=words)


def _pairs(*pairs: tuple[str, str | None]) -> tuple[Pair, ...]:
    return tuple((title, words) for title, words in pairs if words)
