"""What will happen, decided by the seed alone: the stories that clients play, and which fault comes after how many
answers. The order in which answers come is the machine's and differs from run to run; the plan does not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

KINDS = ("web", "worker", "relay", "database", "gone", "full", "pool", "clock_back", "events", "poison", "migrate")
"""Each comes at least once; the clock going forward comes last, because it ends what was to be claimed today."""
STORIES = (("hotline", 40), ("wages", 14), ("meal", 46), ("desk", 22), ("session", 4), ("book", 1))
"""Kind of story, and how often it comes in a hundred and twenty-seven."""
LENGTH = {"hotline": 10.2, "wages": 8.2, "meal": 1.9, "desk": 3, "session": 1, "book": 5}
"""About how many operations a story has, what is sent again included."""


@dataclass(frozen=True)
class Story:
    """One sequence of requests that follow on each other; the number seeds whatever it chooses."""

    kind: str
    n: int
    seed: int


@dataclass(frozen=True)
class Fault:
    """What is done to the installation, after so many answers."""

    at: int
    kind: str
    seed: int


@dataclass
class Plan:
    """Everything that one seed gives."""

    seed: int
    operations: int
    quick: bool
    stories: list[Story] = field(init=False)
    faults: list[Fault] = field(init=False)

    def __post_init__(self) -> None:
        rng = Random(self.seed)
        weight = sum(share for _kind, share in STORIES)
        mean = sum(share * LENGTH[kind] for kind, share in STORIES) / weight
        count = round(self.operations / mean)
        kinds = [kind for kind, share in STORIES for _ in range(max(1, round(count * share / weight)))]
        rng.shuffle(kinds)
        self.stories = [Story(kind, n, rng.randrange(2**32)) for n, kind in enumerate(kinds)]
        faults = [*KINDS, *(() if self.quick else ("web", "worker", "database", "relay", "events", "database", "web"))]
        rng.shuffle(faults)
        faults.append("clock_forward")
        step = self.operations * 16 // 20 // len(faults)  # far enough apart that each meets clients at work
        points = [self.operations // 20 + step * n + rng.randrange(step // 2) for n in range(len(faults))]
        self.faults = [Fault(at, kind, rng.randrange(2**32)) for at, kind in zip(points, faults, strict=True)]

    def limit(self, n: int) -> float:
        """How many answers there may be until the `n`th fault is over: as many as the next one waits for."""
        return self.faults[n + 1].at if n + 1 < len(self.faults) else float("inf")

    def supply(self) -> Iterator[Story]:
        """The stories, for clients that share one iterator."""
        return iter(self.stories)
