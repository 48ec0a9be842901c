"""A case with a dispatched matter, the sample kinds of letters, and the rule that says when an answer is due."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.kernel.documents.sample import About
    from tests.scenarios.story import Story
    from zhijia.kernel.documents.models import Letter


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample kinds, as letters of the hotline."""
    from tests.kernel.documents.sample import DEMAND, NOTICE
    from zhijia.kernel.documents import kinds

    for kind in (DEMAND, NOTICE):
        monkeypatch.setitem(kinds._kinds, ("hotline", kind.key), kind)


@pytest.fixture
def about(story: "Story", kinds: None) -> "About":
    """Alice's matter, with the Qinghe union; 40 workers are owed, she first."""
    from tests.cast import NOW
    from tests.kernel.documents.sample import REPLY, About, Facts, workers
    from zhijia.kernel.rules.values import RuleDefault, Unit, load_defaults

    load_defaults([RuleDefault(REPLY, 15, Unit.WORKDAYS, "测试用规则")], now=NOW)
    story.tell().dispatch()
    alice = story.cast.person_id("alice")
    return About(story.case, Facts(rows=workers(40, first=alice)), NOW)


@pytest.fixture
def drafted(about: "About", story: "Story") -> Callable[..., "Letter"]:
    """Draft the sample letter as Zhou would."""
    from tests.cast import NOW
    from tests.kernel.documents.sample import DEMAND
    from zhijia.kernel.documents.letters import draft

    def make(**more: Any) -> "Letter":
        given = {"kind": DEMAND, "about": about, "actor": story.cast.actor("zhou"), "now": NOW}
        return draft(**(given | more))

    return make
