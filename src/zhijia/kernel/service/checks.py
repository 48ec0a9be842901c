"""Start-up checks: a declaration fails before the first request, naming the service, the word and the mend."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from zhijia.kernel.documents.kinds import problems
from zhijia.kernel.people.actors import Role

from . import registry
from .declare import Choose, Count, Duration, Keep, Service, Sum

FILE = "file"


@register("zhijia")
def check_services(**_options: Any) -> list[CheckMessage]:
    """Every check of every service."""
    found: list[CheckMessage] = []
    keys: set[str] = set()
    for service in registry.services():
        if service.key in keys:
            found.append(_error("E201", service, f"service key {service.key!r} is used twice", "rename one"))
        keys.add(service.key)
        for check in (_states, _reach, _clocks, _fields, _messages, _letters, _figures):
            found += check(service)
    return found


def _error(code: str, service: Service, what: str, mend: str) -> Error:
    return Error(f"service {service.key}: {what}", hint=mend, id=f"zhijia.{code}")


def _targets(service: Service) -> Iterator[tuple[str, str]]:
    for t in service.transitions:
        if isinstance(t.target, Choose):
            yield from ((t.key, target) for target in t.target.among)
        elif t.target is not None:
            yield t.key, t.target


def _states(service: Service) -> Iterable[CheckMessage]:
    known = {str(state) for state in service.states}
    for state in known - set(service.state_titles):
        yield _error("E202", service, f"state {state!r} has no title", "add it to state_titles")
    for t in service.transitions:
        for state in t.source - known:
            yield _error("E203", service, f"transition {t.key!r} starts from unknown state {state!r}", "fix its source")
    for key, target in _targets(service):
        if target not in known:
            yield _error("E204", service, f"transition {key!r} leads to unknown state {target!r}", "fix its target")
    doubled = {t.key for t in service.transitions if sum(o.key == t.key for o in service.transitions) > 1}
    for key in doubled:
        yield _error("E205", service, f"two transitions are called {key!r}", "rename one")
    for t in service.transitions:
        if not t.by:
            yield _error("E206", service, f"transition {t.key!r} may be done by nobody", "name a role in `by`")


def _reach(service: Service) -> Iterable[CheckMessage]:
    """Every state can be reached from the start, and from every state an end can be reached."""
    edges: dict[str, set[str]] = {}
    for t in service.transitions:
        targets = t.target.among if isinstance(t.target, Choose) else {t.target} if t.target else set()
        for state in t.source:
            edges.setdefault(state, set()).update(targets)
    reached, todo = {service.initial}, [service.initial]
    while todo:
        for target in edges.get(todo.pop(), ()):
            if target not in reached:
                reached.add(target)
                todo.append(target)
    for state in set(service.states) - reached:
        yield _error("E207", service, f"state {state!r} cannot be reached", "add a transition to it or remove it")
    ends = set(service.final)
    while grown := {s for s, targets in edges.items() if targets & ends} - ends:
        ends |= grown
    for state in set(service.states) - ends:
        yield _error("E208", service, f"from state {state!r} no end can be reached", "add a way out")


def _clocks(service: Service) -> Iterable[CheckMessage]:
    keys = {t.key for t in service.transitions} | {FILE}
    defaults = {rule.key for rule in service.rules}
    for clock in service.clocks:
        for key in (clock.starts | clock.stops) - keys:
            yield _error("E209", service, f"clock {clock.key!r} names unknown transition {key!r}", "fix starts/stops")
        for rule in (clock.rule, clock.extension, clock.warn):
            if isinstance(rule, str) and rule and rule not in defaults:
                yield _error(
                    "E210", service, f"clock {clock.key!r} uses rule {rule!r} without a default", "add a RuleDefault"
                )
        if not clock.starts or not clock.stops:
            yield _error("E211", service, f"clock {clock.key!r} never starts or never stops", "name transitions")
    clocks = {clock.key for clock in service.clocks}
    for t in service.transitions:
        for key in {t.extends, t.suspends, t.resumes, t.undoes} - {""} - clocks:
            yield _error("E212", service, f"transition {t.key!r} moves unknown clock {key!r}", "fix the clock's key")
        if t.extends and t.extends in clocks and not service.clock(t.extends).extension:
            yield _error(
                "E213", service, f"clock {t.extends!r} cannot be extended", "give it `extension` and `extensions`"
            )
    for state in _unwatched(service):
        yield _error(
            "E214",
            service,
            f"state {state!r} can be entered without a running clock",
            "let a clock start on the way in",
        )


def _unwatched(service: Service) -> set[str]:
    """States into which some path leads with every clock stopped: walk (state, running clocks) from the start."""

    def after(key: str, running: frozenset[str], source: str, target: str, chosen: bool) -> frozenset[str]:
        if chosen and source == target:
            return running
        ends = {c.key for c in service.clocks if key in c.stops}
        begins = {c.key for c in service.clocks if key in c.starts}
        return (running - ends) | begins if target not in service.final | service.asleep else frozenset()

    start = (service.initial, after(FILE, frozenset(), "", service.initial, False))
    seen, todo, bad = {start}, [start], set()
    while todo:
        state, running = todo.pop()
        if not running and state not in service.final | service.asleep:
            bad.add(state)
            continue
        for t in (t for t in service.transitions if state in t.source):
            chosen = isinstance(t.target, Choose)
            for target in {*t.target.among, state} if isinstance(t.target, Choose) else (t.target or state,):
                step = (target, after(t.key, running, state, target, chosen))
                if step not in seen:
                    seen.add(step)
                    todo.append(step)
    return bad


def _fields(service: Service) -> Iterable[CheckMessage]:
    columns = {f.name for f in service.facts._meta.get_fields()}
    for owner, asks in [(FILE, service.intake.asks), *((t.key, t.ask) for t in service.transitions)]:
        for ask in asks:
            if ask.keep == Keep.FACTS and ask.name not in columns:
                yield _error(
                    "E215", service, f"{owner!r} asks {ask.name!r}, which the facts do not have", "add the column"
                )
            if ask.kind in ("money", "date", "moment", "listed") and ask.keep == Keep.NOTE:
                yield _error("E224", service, f"{owner!r} would keep {ask.name!r} as words", "keep it as fact or event")
            if (ask.kind == "listed") != (ask.among is not None) or (ask.among and owner == FILE):
                what = f"{owner!r} asks {ask.name!r}, whose list cannot be worked out"
                yield _error("E229", service, what, "give it `among`, and ask it of a case that exists")
            if ask.kind == "choice" and not ask.choices:
                yield _error("E216", service, f"{owner!r} asks {ask.name!r} without choices", "give it choices")
            if ask.keep == Keep.EVENT and ask.name in service.personal:
                yield _error(
                    "E217", service, f"personal {ask.name!r} would be kept in events", "keep it as a note or fact"
                )
    asked = {a.name for a in service.intake.asks} | {a.name for t in service.transitions for a in t.ask}
    for name in set(service.personal) - columns - asked:
        yield _error("E218", service, f"personal field {name!r} does not exist", "fix `personal`")
    notes = {a.name for t in service.transitions for a in t.ask if a.keep == Keep.NOTE and a.kind == "text"}
    for name in notes - set(service.personal):
        yield _error("E219", service, f"free words {name!r} are not declared personal", "add the name to `personal`")
    for name in {service.intake.category, *service.intake.searched} - {a.name for a in service.intake.asks}:
        yield _error("E220", service, f"intake names {name!r}, which it does not ask", "fix category/searched")


def _messages(service: Service) -> Iterable[CheckMessage]:
    keys = {m.key for m in service.messages}
    for owner, tells in [(FILE, service.intake.tells), *((t.key, t.tells) for t in service.transitions)]:
        for key in set(tells) - keys:
            yield _error("E221", service, f"{owner!r} tells unknown message {key!r}", "declare the message")


def _letters(service: Service) -> Iterable[CheckMessage]:
    kinds = {letter.key for letter in service.letters}
    for letter in service.letters:
        for what, mend in problems(service.key, letter):
            yield _error("E228", service, what, mend)
    for t in service.transitions:
        if t.letter and t.letter not in kinds:
            yield _error(
                "E225", service, f"transition {t.key!r} drafts unknown letter {t.letter!r}", "declare the letter"
            )
        if t.spawns and registry.has_service(t.spawns) and Role.SYSTEM not in registry.service(t.spawns).intake.by:
            what = f"transition {t.key!r} begins a case of {t.spawns!r}, which the platform may not file"
            yield _error("E226", service, what, "add Role.SYSTEM to that intake's `by`")
    for panel in service.panels:
        try:
            get_template(panel.template)
        except TemplateDoesNotExist:
            yield _error("E227", service, f"panel {panel.key!r} has no template {panel.template!r}", "add the template")


def _figures(service: Service) -> Iterable[CheckMessage]:
    keys = {t.key for t in service.transitions} | {FILE} | {f"late.{c.key}" for c in service.clocks}
    counts = {c.key for c in service.counts}
    figures: tuple[Count | Sum | Duration, ...] = (*service.counts, *service.sums, *service.durations)
    for figure in figures:
        for key in figure.on - keys:
            yield _error("E222", service, f"figure {figure.key!r} counts unknown transition {key!r}", "fix `on`")
    for rate in service.rates:
        for key in {rate.part, rate.whole} - counts:
            yield _error("E223", service, f"rate {rate.key!r} divides unknown count {key!r}", "declare the count")
