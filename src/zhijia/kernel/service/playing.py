"""Playing a story through the one door, by the people who have the right to each act.

Whoever is in charge acts where they may, otherwise whoever of the unit or of the levels above is allowed to. Nothing is
forced: an act that nobody may do is an error in the story or in the service.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.visibility import sees
from zhijia.kernel.documents import letters
from zhijia.kernel.documents.models import Letter, LetterState
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.holders import accounts_holding, holders_above
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import actor_of
from zhijia.kernel.rules.calendar import current

from . import registry
from .engine import context, explain, fire, open_case
from .sittings import TAKEN
from .stories import Act, Scene, Story, typed


class Stuck(Conflict):
    """Nobody may do the next act of a story: which story, which act, and what each was told."""


@dataclass
class Playing:
    """A story under way. Each `step` does what comes next at the moment `at`; many may be played side by side."""

    story: Story
    region: str
    person_id: int | None
    employer_id: int | None
    at: datetime
    """When the next act happens."""
    dice: Random
    papers: bool = True
    """Whether each letter that is drafted is issued."""
    key: str = ""
    no: str = ""
    acts: int = 0
    """Acts done, without the filing."""

    @property
    def over(self) -> bool:
        """Whether it has been played to its end."""
        return bool(self.no) and self.acts == len(self.story.acts)

    def step(self) -> None:
        """File the case, or do the next act. Raises Stuck when nobody may."""
        if not self.no:
            self._file()
        else:
            try:
                self._act(self.story.acts[self.acts])
            except Invalid as refused:
                if not any(problem.code == TAKEN for problem in refused.problems):
                    raise
                self.at = _later(self.at, 1)  # the room, or whoever leads, is taken: another day
                return
            self.acts += 1
        if self.papers:
            _issue(self.no, self.at)
        if not self.over:
            self.at = _later(self.at, self.story.acts[self.acts].days)

    def _file(self) -> None:
        story = self.story
        self.no = open_case(
            service=story.service, actor=_teller(story, self.region, self.person_id, self.at), now=self.at,
            data=typed(story.answers, Scene(None, self.at, self.dice)), region=self.region,
            applicant_id=self.person_id if story.applicant else None, employer_id=self.employer_id,
            key=self.key or None,
        ).no  # fmt: skip

    def _act(self, act: Act) -> None:
        case = Case.objects.select_related("unit").get(no=self.no)
        service = registry.service(case.service)
        transition = service.transition(act.do)
        if transition is None:
            raise Stuck(f"{self.story.key}: {case.service} has no transition {act.do!r}", code="stuck")
        data, refused = typed(act.data, Scene(case, self.at, self.dice)), []
        for actor in _candidates(act, case, self.person_id, self.at):
            if actor.posts and not sees(actor, case):
                continue  # confidential, and another's
            verdict = explain(service, transition, context(service, case, actor, self.at))
            if verdict:
                fire(
                    no=self.no, transition=transition.key, actor=actor, now=self.at, data=data, rows=act.rows,
                    inner=transition.inner, key=f"{self.key}:{self.acts}" if self.key else None,
                )  # fmt: skip
                return
            refused.append(f"{actor.name}: {verdict.reason}")
        told = "; ".join(refused)
        raise Stuck(f"{self.story.key}: nobody may {act.do!r} in {case.state!r}: {told}", code="stuck")


def ends_at(story: Story, begins: datetime) -> datetime:
    """When its last act happens, where nothing is taken on the way."""
    for act in story.acts:
        begins = _later(begins, act.days)
    return begins


def set_up(org_id: int, now: datetime) -> None:
    """Give a unit what the stories of the modules take for granted."""
    for module in registry.modules():
        if module.sets_up is not None:
            module.sets_up(org_id, now)


def play(
    story: Story, *, region: str, person_id: int | None, employer_id: int | None, now: datetime, dice: Random,
    until: datetime | None = None, papers: bool = True, key: str = "",
) -> Case:  # fmt: skip
    """Play `story` from `now` on; what would be done after `until` is left undone. Returns the case as it stands.
    Raises Stuck."""
    playing = Playing(story, region, person_id, employer_id, now, dice, papers, key)
    while not playing.over and (until is None or playing.at <= until):
        playing.step()
    return Case.objects.get(no=playing.no)


def _teller(story: Story, region: str, person_id: int | None, now: datetime) -> Actor:
    if story.by == Role.WORKER:
        return _worker(person_id)
    if story.by == Role.SYSTEM:
        return Actor.platform()
    unit: Org = registry.service(story.service).intake.unit(region)
    return next(_holders(story.by, unit.pk, now), Actor.platform())


def _candidates(act: Act, case: Case, person_id: int | None, now: datetime) -> Iterator[Actor]:
    if act.by == Role.SYSTEM:
        yield Actor.platform()
    elif act.by == Role.WORKER:
        yield _worker(person_id)
    else:
        mine = case.assignee_id
        found = list(_holders(act.by, case.unit_id, now))
        yield from sorted(found, key=lambda a: a.account_id != mine)


def _holders(role: Role, org_id: int, now: datetime) -> Iterator[Actor]:
    """Who holds the role at the unit, then who holds it above; each under that hat alone."""
    ids = accounts_holding(role=role, org_id=org_id, now=now)
    ids += [pk for pk in holders_above(role=role, org_id=org_id, now=now) if pk not in ids]
    for account in Account.objects.filter(pk__in=ids, is_active=True).order_by("pk"):
        whole = actor_of(account, now=now)
        yield Actor(account_id=whole.account_id, name=whole.name, posts=tuple(p for p in whole.posts if p.role == role))


def _worker(person_id: int | None) -> Actor:
    if person_id is None:
        return Actor(name="worker")
    account = Account.objects.filter(person_id=person_id).values_list("pk", flat=True).first()
    return Actor(account_id=account, person_id=person_id, name="worker")


def _issue(no: str, now: datetime) -> None:
    """Issue what was drafted: the platform signs, as the head would."""
    for letter in Letter.objects.filter(case__no=no, state=LetterState.DRAFT).order_by("pk"):
        letters.issue(letter_id=letter.pk, seen=letter.version, actor=Actor.platform(), now=now)


def _later(now: datetime, days: float) -> datetime:
    """So many days on, and on from there to a working day."""
    now += timedelta(days=days)
    while not current().day(now.astimezone(CHINA).date()).working:
        now += timedelta(days=1)
    return now
