"""The services of this installation, built once at start-up and then frozen."""

import hashlib
from collections.abc import Iterator
from importlib import import_module
from threading import Event, RLock

from django.apps import apps

from zhijia.kernel.base.errors import NotFound, Text
from zhijia.kernel.documents import kinds
from zhijia.kernel.events import outbox
from zhijia.kernel.notify import render
from zhijia.kernel.rules.values import declare_bounds
from zhijia.kernel.sheets import registry as sheets

from .declare import Module, Roster, Service

_modules: dict[str, Module] = {}
_services: dict[str, Service] = {}
_versions: dict[str, str] = {}
_loading, _loaded = RLock(), Event()


def load() -> None:
    """Read `MODULE` from every installed app under modules/. Idempotent; threads wait for the first."""
    if _loaded.is_set():
        return
    with _loading:
        if not _loaded.is_set():
            _read_modules()
            _loaded.set()


def _read_modules() -> None:
    for config in apps.get_app_configs():
        if not config.name.startswith("zhijia.modules."):
            continue
        module: Module = import_module(f"{config.name}.module").MODULE
        _modules[module.key] = module
        declare_bounds(module.rules)
        for service in module.services:
            _services[service.key] = service
            _versions[service.key] = version_of(service)
            declare_bounds(service.rules)
            for message in service.messages:
                render.register(f"{service.key}.{message.key}", message.text)
            for letter in service.letters:
                kinds.register(service.key, letter)
        for sheet in module.sheets:
            sheets.register(sheet)
        for event_type, handler in module.listens:
            outbox.subscribe(event_type, module.key, handler)


def modules() -> tuple[Module, ...]:
    """Every module, in the order of INSTALLED_APPS."""
    load()
    return tuple(_modules.values())


def rosters() -> tuple[Roster, ...]:
    """Every kind of work for which units keep a roster."""
    return tuple(roster for module in modules() for roster in module.rosters)


def rule_titles() -> dict[str, Text]:
    """The names that modules give their rules, by key."""
    return {key: title for module in modules() for key, title in module.rule_titles.items()}


def services() -> tuple[Service, ...]:
    """Every service of every module."""
    load()
    return tuple(_services.values())


def service(key: str) -> Service:
    """The service with this key. Raises NotFound."""
    load()
    if key not in _services:
        raise NotFound(code="no_such_service")
    return _services[key]


def has_service(key: str) -> bool:
    """Whether a service with this key is installed."""
    load()
    return key in _services


def version(key: str) -> str:
    """The hash of the declaration in force: written on every case and event."""
    load()
    return _versions[key]


def version_of(declared: Service) -> str:
    """16 hex digits over the structure of a declaration: states, transitions, roles, clocks. Wording and function
    bodies do not count; which function stands where does."""
    return hashlib.sha256("\n".join(_structure(declared)).encode()).hexdigest()[:16]


def _structure(declared: Service) -> Iterator[str]:
    yield f"{declared.key} {sorted(declared.states)} {declared.initial} {sorted(declared.final)}"
    for t in declared.transitions:
        target = t.target if isinstance(t.target, str) or t.target is None else sorted(t.target.among)
        functions = [f.__name__ for f in (*t.guard, *t.check, *t.then)]
        asks = [(a.name, a.kind.value, a.required) for a in t.ask]
        moves = f"{t.extends}{t.suspends}{t.resumes}{t.undoes}{t.letter}{t.spawns}"
        yield f"{t.key} {sorted(t.source)} {target} {sorted(t.by)} {functions} {asks} {moves}"
    for c in declared.clocks:
        rule = c.rule if isinstance(c.rule, str) else c.rule.__name__
        yield f"{c.key} {rule} {sorted(c.starts)} {sorted(c.stops)} {c.late} {c.again} {c.extension} {c.extensions}"
        if c.since is not None:
            yield f"{c.key} since {c.since.__name__}"
