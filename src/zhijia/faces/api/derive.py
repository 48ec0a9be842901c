"""From a service's declaration to what the API says of it: bodies with typed fields, and the declaration itself.

The bodies only describe: whatever is sent goes as it is to the engine, which checks it once for every face and
answers in the caller's language. So a schema here takes any object, and its JSON schema says what the engine wants.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils import translation
from pydantic import BaseModel, ConfigDict, create_model

from zhijia.kernel.base.errors import Text
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Ask, Choose, Clock, Kind, Service, Transition

Described = Callable[[dict[str, Any]], None]
LINE = 200
"""Longest line the engine takes."""


def english(text: Text) -> str:
    """The words in the language of the documentation, whatever the present one."""
    with translation.override("en"):
        return str(text)


def field_schema(ask: Ask) -> dict[str, Any]:
    """The JSON schema of one asked field."""
    schema: dict[str, Any] = {"title": str(ask.title)} | _TYPES[ask.kind]
    if ask.kind in (Kind.LINE, Kind.TEXT, Kind.PHONE, Kind.CASE):
        schema["maxLength"] = min(ask.limit, LINE) if ask.kind == Kind.LINE else ask.limit
        if ask.required:
            schema["minLength"] = 1
    if ask.kind == Kind.CHOICE:
        schema["enum"] = [code for code, _title in ask.choices] + ([] if ask.required else [""])
    said = [schema.get("description", ""), str(ask.help), *(f"`{code}` {title}" for code, title in ask.choices)]
    if description := " · ".join(part for part in said if part):
        schema["description"] = description
    return schema


_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.LINE: {"type": "string"},
    Kind.TEXT: {"type": "string"},
    Kind.PHONE: {"type": "string"},
    Kind.CASE: {"type": "string", "description": "Number of a case"},
    Kind.CHOICE: {"type": "string"},
    Kind.FLAG: {"type": "boolean"},
    Kind.NUMBER: {"type": "number"},
    Kind.MONEY: {"type": ["number", "string"], "description": "Yuan with at most two places; read back as a string"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.UNIT: {"type": "integer", "description": "Id of an organisation: GET /orgs"},
    Kind.EMPLOYER: {"type": "integer", "description": "Id of an employer"},
    Kind.MOMENT: {"type": "string", "format": "date-time", "description": "In China's time where no offset is given"},
    Kind.LISTED: {"type": "integer", "description": "One of the list that the case's actions offer"},
}


def object_schema(asks: Iterable[Ask]) -> dict[str, Any]:
    """The JSON schema of an object with these fields."""
    asked = tuple(asks)
    return {
        "type": "object",
        "properties": {ask.name: field_schema(ask) for ask in asked},
        "required": [ask.name for ask in asked if ask.required and ask.kind != Kind.FLAG],
    }


def example(asks: Iterable[Ask]) -> dict[str, Any]:
    """A body that fills in what is required."""
    return {ask.name: _example(ask) for ask in asks if ask.required}


def _example(ask: Ask) -> Any:
    if ask.kind == Kind.CHOICE:
        return ask.choices[0][0]
    return _EXAMPLES.get(ask.kind, str(ask.title))


_EXAMPLES: dict[Kind, Any] = {
    Kind.FLAG: False, Kind.NUMBER: 1, Kind.MONEY: "6800.50", Kind.DATE: "2026-11-24", Kind.UNIT: 5, Kind.EMPLOYER: 7,
    Kind.CASE: "ZJ2611160000001", Kind.MOMENT: "2026-11-24T14:30", Kind.LISTED: 3,
}  # fmt: skip


def open_body(name: str, describe: Described, **fields: Any) -> type[BaseModel]:
    """A body that takes any object; `describe` adds to its JSON schema when the documentation is written, so that
    titles are in the language of that moment."""
    config = ConfigDict(extra="allow", json_schema_extra=describe)
    return create_model(name, __config__=config, **fields)


def sent(body: BaseModel | None) -> Mapping[str, Any]:
    """The fields of an open body that the service asks for, as they came."""
    return (body.model_extra or {}) if body is not None else {}


def intake_body(service: Service, envelope: type[BaseModel]) -> type[BaseModel]:
    """The body that files a case of `service`: the envelope (region, person, employer) and what the intake asks."""

    def describe(schema: dict[str, Any]) -> None:
        asked = object_schema(service.intake.asks)
        schema["properties"] = {**asked["properties"], **schema["properties"]}
        schema["required"] = [*asked["required"], *schema.get("required", [])]
        schema["examples"] = [example(service.intake.asks) | {"region": "110101", "external_id": "A-2026-0001"}]
        schema.pop("additionalProperties", None)

    config = ConfigDict(extra="allow", json_schema_extra=describe)
    return type(f"{_camel(service.key)}Intake", (envelope,), {"model_config": config, "__module__": __name__})


def transitions() -> dict[str, list[tuple[Service, Transition]]]:
    """Every transition key that can be asked for, with the services that have it, in declared order."""
    found: dict[str, list[tuple[Service, Transition]]] = {}
    for service in registry.services():
        for transition in service.transitions:
            if not transition.inner:
                found.setdefault(transition.key, []).append((service, transition))
    return found


def action_body(key: str, owners: list[tuple[Service, Transition]]) -> type[BaseModel]:
    """The body of one transition; where several services have it, one of several objects."""

    def describe(schema: dict[str, Any]) -> None:
        objects = [object_schema(t.ask) for _service, t in owners]
        alike = all(described == objects[0] for described in objects)
        titled = [
            described | {"title": str(service.title)} for described, (service, _t) in zip(objects, owners, strict=True)
        ]
        schema.update(objects[0] if alike else {"anyOf": titled})
        schema["title"] = f"{_camel(key)}Action"
        schema["examples"] = [example(owners[0][1].ask)]
        schema.pop("additionalProperties", None)

    return open_body(f"{_camel(key)}Action", describe)


def action_words(owners: list[tuple[Service, Transition]]) -> str:
    """What the documentation says of one transition: who may do it, from where to where, on which clocks it acts."""
    return "\n\n".join(_sentence(service, t) for service, t in owners)


def _sentence(service: Service, t: Transition) -> str:
    roles = ", ".join(sorted(role.value for role in t.by))
    whence = ", ".join(sorted(t.source)) if len(t.source) < len(service.states) else "any state"
    target = ", ".join(_targets(t)) or "the same state"
    clocks = [f"starts {c.key}" for c in service.clocks if t.key in c.starts]
    clocks += [f"ends {c.key}" for c in service.clocks if t.key in c.stops]
    moved = {"extends": t.extends, "suspends": t.suspends, "resumes": t.resumes}
    clocks += [f"{verb} {clock}" for verb, clock in moved.items() if clock]
    tail = f" Clocks: {'; '.join(clocks)}." if clocks else ""
    return f"**{service.key}**: by {roles}; from {whence} to {target}.{tail}"


def declaration(service: Service) -> dict[str, Any]:
    """The whole declaration of a service for machines: fields, states, transitions, clocks, figures, rates."""
    return {
        "key": service.key, "title": str(service.title), "version": registry.version(service.key),
        "basis": str(service.basis), "initial": service.initial,
        "states": [
            {"key": str(s), "title": str(service.state_titles[s]), "final": s in service.final} for s in service.states
        ],
        "intake": {
            "by": sorted(r.value for r in service.intake.by), "fields": [field_of(a) for a in service.intake.asks],
        },
        "transitions": [_transition(t) for t in service.transitions if not t.inner],
        "clocks": [_clock(c) for c in service.clocks],
        "figures": [
            {"key": f.key, "title": str(f.title), "kind": type(f).__name__.lower(), "on": sorted(f.on)}
            for f in (*service.counts, *service.sums, *service.durations)
        ],
        "rates": [
            {"key": r.key, "title": str(r.title), "part": r.part, "whole": r.whole, "says": str(r.says)}
            for r in service.rates
        ],
        "personal": list(service.personal),
        "keep": {"years": service.keep.years, "basis": service.keep.basis, "verified": service.keep.verified},
    }  # fmt: skip


def field_of(ask: Ask) -> dict[str, Any]:
    """One asked field for a program that draws a form of it."""
    return {
        "name": ask.name, "title": str(ask.title), "kind": ask.kind.value, "required": ask.required,
        "help": str(ask.help), "limit": ask.limit, "public": ask.public,
        "choices": [{"value": value, "title": str(title)} for value, title in ask.choices],
    }  # fmt: skip


def _targets(t: Transition) -> list[str]:
    """The states it can lead to; none when it stays."""
    return sorted(t.target.among) if isinstance(t.target, Choose) else [t.target] if t.target else []


def _transition(t: Transition) -> dict[str, Any]:
    return {
        "key": t.key, "title": str(t.title), "source": sorted(t.source), "target": [str(s) for s in _targets(t)],
        "by": sorted(r.value for r in t.by), "main": t.main, "bulk": t.bulk, "confirm": str(t.confirm),
        "public": t.public, "fields": [field_of(a) for a in t.ask],
    }  # fmt: skip


def _clock(clock: Clock) -> dict[str, Any]:
    return {
        "key": clock.key, "title": str(clock.title), "rule": clock.rule if isinstance(clock.rule, str) else "",
        "starts": sorted(clock.starts), "stops": sorted(clock.stops), "late": clock.late.value,
        "extensions": clock.extensions,
    }  # fmt: skip


def _camel(key: str) -> str:
    return "".join(part.title() for part in key.split("_"))
