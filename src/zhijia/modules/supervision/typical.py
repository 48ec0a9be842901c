"""The library of typical cases: what others can learn from a closed case, told without names.

An officer writes the text, the software looks for what tells who it was, another person approves it; only then is it
public. Nothing gets there by itself.
"""

# ruff: noqa: E501 (a declaration reads as a table)

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import NotFound, Verdict, no, yes
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Keep
from zhijia.kernel.service.habits import UNIT
from zhijia.kernel.service.prepared import as_platform
from zhijia.kernel.service.terms import handed, line, pick, step, words

from .anonymity import called, tells_nobody
from .models import Breach, Industry, TypicalCase, TypicalState
from .rules import C, is_corrected
from .states import S

PAGE = 20
OFFERED = (TypicalState.DECLINED, TypicalState.WITHDRAWN)
DECISIONS = (("publish", _("Publish it")), ("decline", _("Do not publish it")))


def text_of(c: C) -> TypicalCase | None:
    """What was written of this case."""
    return TypicalCase.objects.filter(case_id=c.case.pk).first()


def is_finished(c: C) -> Verdict:
    """Something was reached, and nobody has written it up yet."""
    if not is_corrected(c):
        return no("nothing_reached", _("Only a case in which something was corrected is told to others."))
    found = text_of(c)
    if found is None or found.state in OFFERED:
        return yes()
    return no("proposed", _("It is proposed or published already."))


def anonymous(c: C) -> Verdict:
    """No name, no number, no employer."""
    return tells_nobody("body", "heading", "lesson", c=c, also=called(c.facts.employer_name))


def propose(c: C) -> None:
    """Keep the text until somebody else has read it."""
    said = {name: c.data[name] for name in ("heading", "body", "lesson")}
    TypicalCase.objects.update_or_create(
        case_id=c.case.pk,
        defaults=said | {
            "unit_id": c.case.unit_id, "category": c.facts.category, "industry": c.data["trade"] or c.facts.industry or "other",
            "state": TypicalState.PROPOSED, "proposed_at": c.now, "decided_at": None,
        },
    )  # fmt: skip


def another_reads(c: C) -> Verdict:
    """Who wrote it does not approve it."""
    found, last = text_of(c), c.last_event("propose_typical")
    if found is None or found.state != TypicalState.PROPOSED:
        return no("nothing_proposed", _("Nothing is proposed."))
    if last is not None and last.actor_id == c.actor.account_id:
        return no("own_text", _("Somebody else reads what you wrote."))
    return yes()


def still_anonymous(c: C) -> Verdict:
    """Names that became known since it was written count too."""
    found = text_of(c)
    if c.data["verdict"] == "decline" or found is None:
        return yes()
    c.data = {**c.data, "body": found.body, "heading": found.heading, "lesson": found.lesson}
    return anonymous(c)


def decide(c: C) -> None:
    """Published, or not."""
    state = TypicalState.PUBLISHED if c.data["verdict"] == "publish" else TypicalState.DECLINED
    TypicalCase.objects.filter(case_id=c.case.pk).update(state=state, decided_at=c.now)


def is_published(c: C) -> Verdict:
    """It can be read by everybody now."""
    found = text_of(c)
    if found is not None and found.state == TypicalState.PUBLISHED:
        return yes()
    return no("not_published", _("It is not published."))


def take_back(c: C) -> None:
    """From now on nobody reads it."""
    TypicalCase.objects.filter(case_id=c.case.pk).update(state=TypicalState.WITHDRAWN, decided_at=c.now)


STEPS = (
    step(
        "propose_typical", _("Propose it as a typical case"), _("It was proposed as a typical case"), S.CLOSED, by=UNIT, guard=is_finished,
        check=anonymous, then=propose, public=False, tells="typical",
        ask=handed(
            line("heading", _("Heading"), limit=120, help=_("No names, no numbers, no employer: who it was must not be told.")),
            words("body", _("What happened and what the union did"), limit=6000),
            words("lesson", _("What others can learn from it"), required=False, limit=2000),
            pick("trade", _("Trade"), Industry.choices, required=False),
        ),
    ),
    step(
        "decide_typical", _("Decide on the typical case"), _("It was decided whether it is published"), S.CLOSED, by=Role.UNIT_HEAD,
        guard=another_reads, check=still_anonymous, then=decide, public=False,
        ask=pick("verdict", _("Decision"), DECISIONS, keep=Keep.EVENT),
    ),
    step(
        "withdraw_typical", _("Take the typical case back"), _("The typical case is no longer public"), S.CLOSED, by=Role.UNIT_HEAD,
        guard=is_published, then=take_back, public=False,
    ),
)  # fmt: skip


# --- what everybody reads ---------------------------------------------------------------------------------------


def published(
    *, category: str = "", industry: str = "", words: str = "", before: int = 0, limit: int = PAGE
) -> list[TypicalCase]:
    """What is published, the newest first; `before` is the id of the last one seen. For everybody, signed in or not:
    it reads as the platform and gives the public columns only."""
    found: QuerySet[TypicalCase] = TypicalCase.objects.filter(state=TypicalState.PUBLISHED)
    if category in Breach.values:
        found = found.filter(category=category)
    if industry in Industry.values:
        found = found.filter(industry=industry)
    for word in words.split()[:5]:
        found = found.filter(Q(heading__icontains=word) | Q(body__icontains=word) | Q(lesson__icontains=word))
    if before:
        found = found.filter(pk__lt=before)
    with as_platform():
        return list(found.defer("case_id").select_related("unit").order_by("-id")[:limit])


def published_one(pk: int) -> TypicalCase:
    """One of them. Raises NotFound for what is not published."""
    with as_platform():
        found = TypicalCase.objects.filter(pk=pk, state=TypicalState.PUBLISHED).select_related("unit").first()
    if found is None:
        raise NotFound(code="no_such_typical_case")
    return found


def shown(c: C) -> dict[str, Any] | None:
    """The text and how far it is, for the unit."""
    found = text_of(c)
    return {"typical": found, "published": found.state == TypicalState.PUBLISHED} if found else None
