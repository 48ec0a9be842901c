"""How often the engine asks the database: pinned, because every page and every transition pays for it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.scenarios.story import Story
from zhijia.kernel.cases.models import Case
from zhijia.kernel.service import registry
from zhijia.kernel.service.engine import choices, context, fire

FIRE = 5
"""Lock, facts with the head of the trail, clocks, facts written, everything else; beside the savepoint's two."""


def asked(story: Story, who: str, transition: str, **data: object) -> list[str]:
    actor = story.cast.actor(who, story.now)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        fire(no=story.no, transition=transition, actor=actor, now=story.now, data=data)
    return [q["sql"] for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def test_transition_asks_five_times(cast: Cast) -> None:
    story = Story(cast).tell().dispatch()
    story.do("zhou", "sign")
    assert len(asked(story, "zhou", "contact", note="已联系")) == FIRE
    assert len(asked(story, "zhou", "attempt", note="没人接")) == FIRE - 1  # no fact has changed


def test_transition_asks_as_often_on_a_long_case(cast: Cast) -> None:
    story = Story(cast).tell().dispatch()
    story.do("zhou", "sign")
    for _turn in range(30):
        story.do("zhou", "contact", note="又联系")
    assert len(asked(story, "zhou", "progress", note="在办")) == FIRE - 1


@pytest.mark.parametrize(
    ("who", "most"), [("zhou", 4), ("dispatcher", 4), ("caller", 4), ("checker", 4), ("alice", 4), ("leader", 4)]
)
def test_choices_of_a_page_ask_a_few_times(who: str, most: int, cast: Cast) -> None:
    story = Story(cast).tell().dispatch().handle()
    case = Case.objects.select_related("unit").get(no=story.no)
    actor = cast.actor(who, story.now)
    with CaptureQueriesContext(connection) as seen:
        offered = choices(context(registry.service("hotline"), case, actor, story.now))
    assert offered
    assert len(seen) <= most, [q["sql"][:90] for q in seen]
