"""Every rule that this installation declares, and what counts by it: read from the declarations, never written down."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from zhijia.kernel.base.errors import NotFound, Text
from zhijia.kernel.cases import openings
from zhijia.kernel.rules.bounds import Bound
from zhijia.kernel.rules.values import RuleDefault, Unit

from . import pseudonymous, registry
from .declare import Clock, Service
from .sweep import ESCALATE, REMIND


@dataclass(frozen=True)
class Use:
    """One clock that a rule limits, extends or warns of."""

    service: Service
    clock: Clock
    how: str
    """limit, extension or warning."""


@dataclass
class Declared:
    """One key: its default rows in order of their first day, the services that declare it, and what counts by it."""

    key: str
    defaults: list[RuleDefault] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)

    @property
    def unit(self) -> Unit:
        """What it counts; every row of a key has the same."""
        return self.defaults[0].unit

    @property
    def note(self) -> str:
        """The declared remark."""
        return self.defaults[0].note

    @property
    def bound(self) -> Bound | None:
        """The limit that the law sets to the value."""
        return self.defaults[0].bound

    @property
    def national(self) -> bool:
        """Whether it is read for the whole country only, so that a region's own value would change nothing."""
        return self.key in (REMIND, ESCALATE) or any(use.how == "warning" for use in self.uses)


@cache
def declared() -> Mapping[str, Declared]:
    """All of them by key; the services' in their order, then those of modules alone and the kernel's own."""
    found: dict[str, Declared] = {}
    for service in registry.services():
        for row in service.rules:
            rule = found.setdefault(row.key, Declared(row.key))
            if service not in rule.services:
                rule.services.append(service)
            if not any(other.valid_from == row.valid_from for other in rule.defaults):
                rule.defaults.append(row)
    alone = (row for module in registry.modules() for row in module.rules)
    for row in (*alone, *openings.RULES, *pseudonymous.RULES):
        found.setdefault(row.key, Declared(row.key)).defaults.append(row)
    for service in registry.services():
        for clock in service.clocks:
            for key, how in _keys(service, clock):
                if key in found:
                    found[key].uses.append(Use(service, clock, how))
    return found


def declared_rule(key: str) -> Declared:
    """The declared rule of this key. Raises NotFound."""
    found = declared().get(key)
    if found is None:
        raise NotFound(code="no_such_rule")
    return found


def title(rule: Declared) -> Text:
    """How the clocks that count by it are called; "" when none does."""
    return next((use.clock.title for use in rule.uses), "")


def _keys(service: Service, clock: Clock) -> Iterator[tuple[str, str]]:
    if isinstance(clock.rule, str):
        yield clock.rule, "limit"
    else:
        yield from ((key, "limit") for key in _chosen(service, clock.rule))
    if clock.extension:
        yield clock.extension, "extension"
    if clock.warn:
        yield clock.warn, "warning"


def _chosen(service: Service, pick: Callable[..., str]) -> list[str]:
    """The rules among which a function of the case chooses: those it names, and for a name that it completes
    ("hotline.result.") those that end in a choice of the facts."""
    said = [word for word in pick.__code__.co_consts if isinstance(word, str)]
    fields = [field for field in service.facts._meta.get_fields() if getattr(field, "choices", None)]
    choices = {str(value) for field in fields for value, _title in field.flatchoices}  # type: ignore[union-attr]
    stems = [word for word in said if word.endswith(".")]
    keys = [row.key for row in service.rules]
    return [
        key for key in keys
        if key in said or any(key.startswith(stem) and key.removeprefix(stem) in choices for stem in stems)
    ]  # fmt: skip
