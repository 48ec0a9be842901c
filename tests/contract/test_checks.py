"""Every service passes the start-up checks, and every check fires on a declaration that is broken its way."""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any

import pytest

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service import checks, registry
from zhijia.kernel.service.declare import Ask, Choose, Count, Keep, Kind, Rate, Service, Transition
from zhijia.modules.hotline.service import HOTLINE

BY = frozenset({Role.OFFICER})


def with_transition(key: str, **changes: Any) -> Service:
    """The hotline with one transition changed."""
    return replace(
        HOTLINE, transitions=tuple(replace(t, **changes) if t.key == key else t for t in HOTLINE.transitions)
    )


def with_clock(key: str, **changes: Any) -> Service:
    return replace(HOTLINE, clocks=tuple(replace(c, **changes) if c.key == key else c for c in HOTLINE.clocks))


def and_also(**words: Any) -> Service:
    added = Transition(
        **{"key": "extra", "title": "x", "done": "x", "source": frozenset({"working"}), "by": BY, **words}
    )
    return replace(HOTLINE, transitions=(*HOTLINE.transitions, added))


class Wider(StrEnum):
    """The hotline's states and an island."""

    RECEIVED, ANSWERED, REFERRED, DISPATCHED, RETURNED, SIGNED = [str(s) for s in HOTLINE.states][:6]
    WORKING, RESULT, CHECK, REOPENED, MERGED, CLOSED, ISLAND = [*(str(s) for s in HOTLINE.states), "island"][6:]


def asks(*given: Ask) -> Service:
    return replace(HOTLINE, intake=replace(HOTLINE.intake, asks=(*HOTLINE.intake.asks, *given)))


def untitled() -> Service:
    return replace(HOTLINE, state_titles={k: v for k, v in HOTLINE.state_titles.items() if k != "check"})


def with_island(service: Service) -> Service:
    return replace(service, states=Wider, state_titles={**HOTLINE.state_titles, "island": "x"})


def choosing_nowhere(_ctx: Any) -> str:
    return "nowhere"


BROKEN: list[tuple[str, Callable[[], Service]]] = [
    ("E202", untitled),
    ("E203", lambda: and_also(source=frozenset({"nowhere"}))),
    ("E204", lambda: and_also(target="nowhere")),
    ("E204", lambda: and_also(target=Choose(frozenset({"nowhere"}), choosing_nowhere))),
    ("E205", lambda: and_also(key="sign")),
    ("E206", lambda: and_also(by=frozenset())),
    ("E207", lambda: with_island(HOTLINE)),
    ("E208", lambda: with_island(and_also(target="island"))),
    ("E209", lambda: with_clock("sign", stops=frozenset({"nothing"}))),
    ("E210", lambda: with_clock("sign", rule="hotline.nothing")),
    ("E211", lambda: with_clock("sign", stops=frozenset())),
    ("E212", lambda: with_transition("suspend", suspends="nothing")),
    ("E213", lambda: with_clock("result", extension="", extensions=0)),
    ("E214", lambda: with_clock("callback", starts=frozenset({"answer"}))),
    ("E215", lambda: asks(Ask(name="nothing", title="x", keep=Keep.FACTS))),
    ("E216", lambda: asks(Ask(name="way", title="x", kind=Kind.CHOICE))),
    ("E217", lambda: and_also(ask=(Ask(name="note", title="x", keep=Keep.EVENT),))),
    ("E218", lambda: replace(HOTLINE, personal=(*HOTLINE.personal, "nothing"))),
    ("E219", lambda: and_also(ask=(Ask(name="diary", title="x"),))),
    ("E220", lambda: replace(HOTLINE, intake=replace(HOTLINE.intake, category="nothing"))),
    ("E221", lambda: and_also(tells=("nothing",))),
    ("E222", lambda: replace(HOTLINE, counts=(*HOTLINE.counts, Count(key="x", title="x", on=frozenset({"nothing"}))))),
    ("E223", lambda: replace(HOTLINE, rates=(Rate(key="x", title="x", part="nothing", whole="filed", says="x"),))),
]  # fmt: skip


def found(monkeypatch: pytest.MonkeyPatch, *services: Service) -> set[str]:
    monkeypatch.setattr(registry, "services", lambda: services)
    return {message.id.removeprefix("zhijia.") for message in checks.check_services()}


def test_every_service_of_the_installation_passes() -> None:
    assert checks.check_services() == []


def test_two_services_of_one_name_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(monkeypatch, HOTLINE, HOTLINE) == {"E201"}


@pytest.mark.parametrize(("code", "broken"), BROKEN, ids=[f"{code}-{n}" for n, (code, _b) in enumerate(BROKEN)])
def test_broken_declaration_is_found(code: str, broken: Callable[[], Service], monkeypatch: pytest.MonkeyPatch) -> None:
    assert code in found(monkeypatch, broken())


def test_every_check_has_a_test() -> None:
    assert {"E201", *(code for code, _broken in BROKEN)} == {f"E{n}" for n in range(201, 224)}


def test_every_error_names_the_service_and_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "services", lambda: tuple(broken() for _code, broken in BROKEN))
    for message in checks.check_services():
        assert message.msg.startswith("service hotline: ")
        assert message.hint
