"""What the case page shows beside the form: ways and dates, where to file, claims and whether an award is final,
evidence, who speaks for many. A worker sees of single workers' claims only their own."""

# ruff: noqa: E501 (one way or panel, one line)

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.cases.access import record_view
from zhijia.kernel.service import sittings
from zhijia.kernel.service.declare import Panel

from .course import notice_short, postpone_day
from .finality import Why
from .limits import LIMIT, venue_of
from .models import Declared, Evidence, Representative
from .rows import claims as claims_of
from .rows import limit, tested
from .rules import C
from .states import BEFORE, S
from .ways import ways as ways_of

WHY: dict[Why, Text] = {
    Why.WITHIN: _("up to twelve monthly minimum wages"), Why.ABOVE: _("above twelve monthly minimum wages"),
    Why.STANDARD: _("standards of working time, leave or insurance"), Why.OTHER: _("neither money of LDMAL 47 nor its standards"),
    Why.LIMIT_MISSING: _("the minimum wage of the place is not on record"),
    Why.TOGETHER: _("a sum of several workers: write down each worker's claim"), Why.OPEN: _("not decided yet"),
}  # fmt: skip
DATES = (
    ("filed_on", _("Filed on")), ("accepted_on", _("Day of acceptance")), ("served_on", _("Served on the employer on")),
    ("answered_on", _("Answered on")), ("notified_on", _("Notice of the hearing")), ("award_on", _("Day of the award")),
    ("received_on", _("Award received on")), ("employer_received_on", _("Received by the employer on")),
    ("refused_on", _("Refusal or ruling received on")), ("judged_on", _("Judgment received on")), ("perform_by", _("To be kept by")),
)  # fmt: skip
REQUESTS = (
    ("recusal", _("That an arbitrator steps down")), ("postponement", _("Another day for the hearing")),
    ("advance", _("Advance enforcement")),
)  # fmt: skip


def ways(c: C) -> Mapping[str, Any] | None:
    """What the worker can do now, by when."""
    found = ways_of(c)
    return {"ways": found, "free": c.case.state in BEFORE | {S.REFUSED}, "advice": c.facts.advice} if found else None


def limit_left(c: C) -> Mapping[str, Any] | None:
    """The limitation period, while it still matters: an application that was accepted has met it."""
    return LIMIT.show(c) if c.case.state in BEFORE | {S.REFUSED} else None


def venue(c: C) -> Mapping[str, Any] | None:
    """Where it can be filed, until it is."""
    found = venue_of(c)
    return {"venue": found, "chosen": c.facts.commission} if found.places and c.case.state == S.PREPARING else None


def course(c: C) -> Mapping[str, Any] | None:
    """The days of the procedure, its numbers, and what was asked of the commission."""
    facts = c.facts
    days = [(title, getattr(facts, name)) for name, title in DATES if getattr(facts, name)]
    asked = [(title, getattr(facts, f"get_{name}_display")()) for name, title in REQUESTS if getattr(facts, name)]
    if not days:
        return None
    return {
        "days": days, "asked": asked, "commission": facts.commission, "commission_no": facts.commission_no,
        "court": facts.court, "court_no": facts.court_no, "hearing": facts.hearing_at, "short": notice_short(c),
        "until": postpone_day(c) if c.case.state == S.HEARING else None,
        "ground": facts.get_ground_display() if facts.ground else "", "granted": facts.granted, "recovered": facts.recovered,
    }  # fmt: skip


def claims(c: C) -> Mapping[str, Any] | None:
    """The claims, what was awarded, and whether the award is final: item by item."""
    found = claims_of(c)
    if not found:
        return None
    lines = [(claim, finding, WHY[finding.why]) for claim, finding in zip(found, tested(c, found), strict=True)]
    return {
        "lines": lines, "total": sum(claim.amount for claim in found), "awarded": sum(claim.awarded for claim in found),
        "decided": any(claim.granted is not None for claim in found), "limit": limit(c), "final": c.facts.final,
        "declared": c.facts.get_declared_display() if c.facts.declared else "",
        "mixed": c.facts.declared == Declared.SILENT and not c.facts.final,
    }  # fmt: skip


def evidence(c: C) -> Mapping[str, Any] | None:
    """The evidence list."""
    found = list(Evidence.objects.filter(case_id=c.case.pk).order_by("no"))
    return {"items": found} if found else None


def representatives(c: C) -> Mapping[str, Any] | None:
    """Who speaks for ten workers or more, and that they may choose; for the unit."""
    if c.facts.people < int(c.number("arbitration.representatives")):
        return None
    found = list(Representative.objects.filter(case_id=c.case.pk).select_related("person").order_by("id"))
    if found:
        record_view(c.case, {chosen.person_id for chosen in found}, actor=c.actor, now=c.now)
    return {"chosen": found, "people": c.facts.people}


PANELS = (
    Panel(key="ways", title=_("Ways that are open"), template="arbitration/ways.html", show=ways, worker=True),
    replace(LIMIT.panel(), show=limit_left),
    Panel(key="venue", title=_("Where to file"), template="arbitration/venue.html", show=venue, worker=True),
    Panel(key="claims", title=_("Claims of the application"), template="arbitration/claims.html", show=claims, worker=True),
    Panel(key="course", title=_("Days of the procedure"), template="arbitration/course.html", show=course, worker=True),
    sittings.panel(),
    Panel(key="evidence", title=_("Evidence"), template="arbitration/evidence.html", show=evidence, worker=True),
    Panel(
        key="representatives", title=_("Who speaks for the workers"), template="arbitration/representatives.html",
        show=representatives,
    ),
)  # fmt: skip
