"""`zhijia keys`: says what there is, seals anew, and destroys only what it was told twice."""

from collections.abc import Callable

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.cast import NOW, Cast
from tests.scenarios.story import Story
from zhijia.faces.cli import setup
from zhijia.faces.cli.main import app
from zhijia.kernel.base import clock
from zhijia.kernel.people import keys as ring
from zhijia.kernel.people import rotation
from zhijia.kernel.people.models import DataKey
from zhijia.modules.hotline.models import Ticket

pytestmark = pytest.mark.django_db
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> Run:
    monkeypatch.setattr(setup, "boot", lambda: None)
    monkeypatch.setattr(ring, "FRESH", 0.0)
    Story(cast).tell("alice", story="工资拖欠两个月。")

    def invoke(*words: str) -> Result:
        with clock.at(NOW):
            return CliRunner().invoke(app, ["keys", *words], env={"COLUMNS": "200"})

    return invoke


def test_status_lists_purposes_without_a_key(run: Run) -> None:
    shown = run("status").output
    phone = ring.current("phone")
    assert ("harassment" in shown, "local:" in shown, phone.material.hex() in shown) == (True, True, False)


def test_rotate_then_retire_leaves_only_the_new_key(run: Run) -> None:
    before = ring.current("words").id
    assert run("rotate", "words").exit_code == 0
    assert run("check").output.strip().splitlines()[-1] == "Every sealed value opens."
    assert run("retire", "--yes").exit_code == 0
    assert DataKey.objects.get(pk=before).destroyed_at == NOW
    assert Ticket.objects.get().story == "工资拖欠两个月。"
    assert sum(found.old for found in rotation.survey()) == 0


def test_an_unknown_purpose_or_index_is_refused(run: Run) -> None:
    assert (run("rotate", "phones").exit_code, run("rotate", "--index", "name").exit_code) == (2, 2)


def test_words_are_marked_anew_and_still_found(run: Run, cast: Cast) -> None:
    from zhijia.faces.access import seen_by
    from zhijia.kernel.cases.search import matching_ids

    assert run("rotate", "--index", "words").exit_code == 0
    with seen_by(cast.actor("leader")):
        assert len(matching_ids("拖欠")) == 1


def test_destroy_wants_the_purpose_twice(run: Run) -> None:
    assert run("destroy", "children").exit_code == 2
    assert run("destroy", "children", "--confirm", "children").exit_code == 0
    assert DataKey.objects.filter(purpose="children", destroyed_at=None).count() == 0
    ring._ring.gone.clear()
    ring.forget()
