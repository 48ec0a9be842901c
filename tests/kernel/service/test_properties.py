"""Whatever random people do in whatever order: what must stay true of every case."""

import json
from collections.abc import Iterator
from random import Random

from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from tests.scenarios.story import Story
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.audit.verify import verify
from zhijia.kernel.base.errors import ZhijiaError
from zhijia.kernel.cases.models import Case, Event, Task
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.events.models import Outgoing
from zhijia.kernel.indicators.models import Counter
from zhijia.kernel.notify.models import Message
from zhijia.kernel.service import registry, sweep
from zhijia.kernel.service.declare import Kind
from zhijia.kernel.service.rebuild import rebuild

PEOPLE = (
    "alice",
    "bob",
    "mallory",
    "agent",
    "dispatcher",
    "caller",
    "checker",
    "supervisor",
    "leader",
    "zhou",
    "head",
    "lin",
    "city",
)
SECRET = "绝密甲乙丙"
"""Stands in every free text: it must turn up nowhere but in facts and notes."""
PHONES = ("13800000001", "13800000002", "13800000003")
HOTLINE = registry.service("hotline")
KEYS = [t.key for t in HOTLINE.transitions if not t.inner]
MAIN = frozenset(t.key for t in HOTLINE.transitions if t.main)
RARE = ("withdraw", "answer", "refer", "note")
"""Steps that would end most walks before they have begun, or lead nowhere."""


STEPS = 45
REACHED: set[str] = set()
"""What the walks have done."""


class Undo(Exception):
    """Takes one walk back."""


def answers(story: Story, transition: str, choice: int, stories: list[Story]) -> dict[str, object]:
    data: dict[str, object] = {}
    declared = HOTLINE.transition(transition)
    units = [story.cast.orgs[name].pk for name in ("qinghe", "beiling", "city")]
    for ask in declared.ask if declared else ():
        if ask.kind == Kind.CHOICE:
            data[ask.name] = ask.choices[choice % len(ask.choices)][0]
        elif ask.kind == Kind.UNIT:
            data[ask.name] = units[choice % 3]
        elif ask.kind == Kind.CASE:
            data[ask.name] = stories[choice % len(stories)].no
        elif ask.kind == Kind.NUMBER:
            data[ask.name] = [None, *(story.cast.person_id(w) for w in ("alice", "bob"))][choice % 3]
        else:
            data[ask.name] = SECRET
    return data


def take(stories: list[Story], chance: Random) -> None:
    """Mostly what somebody may do, the usual step more often than not; now and then anything by anybody."""
    for _step in range(STEPS):
        hours = chance.choice((0, 1, 5, 30, 200) if chance.random() < 0.3 else (0, 1, 5))
        for other in stories:
            other.hours += hours
        story = chance.choice(stories)
        who, key = _likely(story, chance) if chance.random() < 0.85 else (chance.choice(PEOPLE), chance.choice(KEYS))
        try:
            story.do(who, key, after=0, **answers(story, key, chance.randrange(60), stories))
        except ZhijiaError:
            continue
        if chance.random() < 0.2:
            sweep.remind(now=story.now)
            sweep.report_late(now=story.now)


def _likely(story: Story, chance: Random) -> tuple[str, str]:
    found: list[tuple[str, str]] = []
    wants_main = chance.random() < 0.6
    for who in chance.sample(PEOPLE, len(PEOPLE)):
        offers = [key for key, code in _offered(story, who).items() if not code and key not in RARE]
        found += [(who, key) for key in offers if key in MAIN or not wants_main or key not in REACHED]
        if found:
            new = [pair for pair in found if pair[1] not in REACHED]  # earlier walks have shown the others
            return chance.choice(new or found)
    return chance.choice(PEOPLE), chance.choice(RARE)


def _offered(story: Story, who: str) -> dict[str, str]:
    try:
        return story.offered(who)
    except (Case.DoesNotExist, ZhijiaError):
        return {}


def leaks() -> Iterator[str]:
    kept = {
        table._meta.db_table: table._default_manager.values_list("data", flat=True)
        for table in (Event, Entry, Outgoing, Message, Task)
    }
    kept["actor"] = Entry.objects.filter(act__startswith="hotline").values_list("actor", flat=True)
    for place, rows in kept.items():
        text = json.dumps(list(rows), ensure_ascii=False)
        for value in (SECRET, "Alice", "Bob", "Mallory", *PHONES):
            if value in text:
                yield f"{value} in {place}"


def kept_counters() -> dict[tuple[object, ...], tuple[int, object]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT service, indicator, region, month, category, sum(n), sum(amount) FROM indicators_counter "
            "GROUP BY 1, 2, 3, 4, 5"
        )
        return {tuple(row[:5]): (int(row[5]), row[6]) for row in cursor.fetchall()}


def hold(stories: list[Story]) -> None:
    """The invariants."""
    for case in Case.objects.all():
        seqs = list(Event.objects.filter(case=case).order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, case.seq + 1))
        chain = f"case:{case.pk}"
        assert list(Entry.objects.filter(chain=chain).order_by("seq").values_list("data__seq", flat=True)) == seqs
        clocks = list(Deadline.objects.filter(case=case))
        active = [d for d in clocks if d.state in ("running", "suspended")]
        running = [d for d in active if d.state == "running" and d.leads]
        first = min(running, key=lambda d: (d.due_at, d.key), default=None)
        assert (case.due_at, case.due_key) == ((first.due_at, first.key) if first else (None, ""))
        assert bool(active) == (case.state not in HOTLINE.final | HOTLINE.asleep), (case.state, case.no)
        assert (case.closed_at is not None) == (case.state in HOTLINE.final)
        if case.closed_at or case.state == "merged":
            assert not Task.objects.filter(case=case, state="open").exists()
        last = Event.objects.filter(case=case).latest("seq")
        assert last.target == case.state
        assert Outgoing.objects.filter(subject=chain).count() == case.seq
        assert case.marks.get("people", 1) >= 1
    assert verify().problems == []
    assert list(leaks()) == []
    before = kept_counters()
    rebuild()
    assert kept_counters() == before
    assert len(stories) == Case.objects.count()


def test_random_walks_keep_every_promise_and_reach_most_of_the_process(cast: Cast) -> None:
    """Walks that got nowhere would prove little, so what they reached is asserted too."""

    @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 2**32))
    def walk(seed: int) -> None:
        try:
            with transaction.atomic():
                people = ("alice", "bob", "mallory")
                stories = [Story(cast).tell(who, story=f"{SECRET}，{who}", wish=SECRET) for who in people]
                take(stories, Random(seed))
                hold(stories)
                REACHED.update(Event.objects.values_list("transition", flat=True))
                raise Undo
        except Undo:
            pass

    walk()
    assert len(REACHED) >= 28, sorted(set(KEYS) - REACHED)


def test_rates_never_claim_more_than_their_denominator(cast: Cast) -> None:
    """Contacted never exceeds dispatched, solved and satisfied never exceed called back, called back never due."""
    story = Story(cast).tell().dispatch().handle()
    story.do("caller", "report_unsolved", remark="没给")
    story.handle("city")
    story.do("caller", "confirm_solved", satisfaction="satisfied")
    story.do("alice", "report_unsolved", remark="又没给")
    counts: dict[str, int] = {}
    for row in Counter.objects.filter(category="", region__regex="^[0-9]{6}$"):
        counts[row.indicator] = counts.get(row.indicator, 0) + row.n
    for part, whole in (
        ("contacted", "dispatched"),
        ("solved", "called_back"),
        ("satisfied", "called_back"),
        ("called_back", "due_back"),
    ):
        assert counts.get(part, 0) <= counts[whole], (part, whole)
    assert (counts["dispatched"], counts["called_back"], counts["due_back"], counts["solved"]) == (3, 3, 3, 1)
