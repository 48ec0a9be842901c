"""The timeline of a case with its filters: steps, notes, messages to the workers, letters, looks. Which are shown
stands in the address, `?show=messages,looks`; what is not shown is not read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from zhijia.faces import present
from zhijia.faces.web.worker.me import in_words
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import Text
from zhijia.kernel.cases.attachments import READ
from zhijia.kernel.cases.bundles import TAKEN
from zhijia.kernel.documents.models import Letter, LetterState
from zhijia.kernel.notify.models import Channel, Message
from zhijia.kernel.notify.render import render
from zhijia.kernel.service.mentions import NOTE

from .dossier import Dossier

KINDS: dict[str, Text] = {
    "steps": gettext_lazy("Steps"), "notes": gettext_lazy("Notes"), "messages": gettext_lazy("Messages to the workers"),
    "letters": gettext_lazy("Letters"), "looks": gettext_lazy("Looks"),
}  # fmt: skip
USUAL = frozenset({"steps", "notes"})
"""What is shown without a choice."""
MOST = 200
"""Messages, and looks, that one page shows."""


@dataclass(frozen=True)
class Item:
    """One line, as the template shows an `Entry` of the steps."""

    at: datetime
    what: str
    who: str
    notes: tuple[tuple[str, str], ...] = ()
    public: bool = True


@dataclass(frozen=True)
class Toggle:
    """One filter: its words, whether it is on, and the address that turns it over."""

    title: Text
    on: bool
    url: str


def chosen(query: QueryDict) -> frozenset[str]:
    """Which kinds the address asks for; the usual ones when it names none that there is."""
    return frozenset(query.get("show", "").split(",")) & KINDS.keys() or USUAL


def toggles(shown: frozenset[str]) -> list[Toggle]:
    """The filters above the timeline."""
    return [Toggle(title, kind in shown, _url(shown ^ {kind})) for kind, title in KINDS.items()]


def items(found: Dossier, shown: frozenset[str]) -> list[present.Entry | Item]:
    """The lines of these kinds, newest first; at most one query for each kind beside steps and notes."""
    events = [e for e in found.events if ("notes" if e.transition == NOTE else "steps") in shown]
    lines: list[present.Entry | Item] = [
        *present.lines(found.service, events, found.notes, found.names, desk=True)
    ]  # fmt: skip
    for kind, read in _READ.items():
        if kind in shown:
            lines += read(found)
    return sorted(lines, key=lambda line: line.at, reverse=True) if shown - USUAL else lines


def _messages(found: Dossier) -> Iterator[Item]:
    """What the workers were told; one line where many of them got the same."""
    rows = Message.objects.filter(case_id=found.case.pk, person_id__isnull=False).order_by("-created_at", "template")
    language = get_language() or ""
    read = rows.defer("secret")[:MOST]
    for (at, template, channel), same in groupby(read, key=lambda m: (m.created_at, m.template, m.channel)):
        alike = list(same)
        words = render(template, alike[0].data, language, at=at)
        states = "、".join(dict.fromkeys(str(message.get_state_display()) for message in alike))
        many = ngettext("%(n)s worker", "%(n)s workers", len(alike)) % {"n": len(alike)}
        yield Item(at, words, f"{Channel(channel).label}，{many}，{states}")


def _letters(found: Dossier) -> Iterator[Item]:
    """What became of each letter."""
    moments = {state: f"{'drafted' if state == LetterState.DRAFT else state}_at" for state in LetterState}
    rows = Letter.objects.filter(case_id=found.case.pk).values("title", "number", "addressee", *moments.values())
    for row in rows:
        for state, column in moments.items():
            if row[column]:
                what = f"{row['title']}，{state.label}"
                yield Item(row[column], what, " ".join(filter(None, (row["number"], row["addressee"]))))


def _looks(found: Dossier) -> Iterator[Item]:
    """Who read personal data of the case, and what for: the record that its workers read too."""
    entries = Entry.objects.filter(subject=f"case:{found.case.pk}").exclude(purpose="").order_by("-id")[:MOST]
    acts = {READ: _("A file was opened"), TAKEN: _("The whole file was taken out")}
    for (at, actor, act, purpose), same in groupby(entries, key=lambda e: (e.at, e.actor, e.act, e.purpose)):
        n = len(list(same))
        many = ngettext("%(n)s worker", "%(n)s workers", n) % {"n": n}
        yield Item(at, acts.get(act, _("Personal data was read")), f"{in_words(actor)}，{many}", (("", purpose),))


_READ: dict[str, Callable[[Dossier], Iterable[Item]]] = {"messages": _messages, "letters": _letters, "looks": _looks}


def _url(shown: frozenset[str]) -> str:
    if shown in (USUAL, frozenset()):
        return "?#t"
    return f"?show={','.join(kind for kind in KINDS if kind in shown)}#t"
