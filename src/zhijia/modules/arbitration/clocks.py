"""Every limit of an arbitration and of the suits after it: where it starts, from which day it counts, what meets it."""

# ruff: noqa: E501 (one clock, one line)

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Clock
from zhijia.kernel.service.terms import Some, clock

from . import course
from .limits import LIMIT
from .models import Ground
from .rules import C, midnight

_OUT = frozenset({"mediated", "settled", "award_late", "award"})
"""What ends the time of the tribunal."""
_EFFECT = frozenset(
    {"mediated", "stands", "challenge_rejected", "court_mediated", "suit_ended", "judgment_stands", "final_judgment"}
)
"""What puts something in force."""
_DONE = frozenset({"kept", "kept_proved", "enforced", "conclude"})


def _limit(key: str, title: Text, *, starts: Some, stops: Some, day: str = "", **more: Any) -> Clock:
    """A limit of this service under the rule of its own name, counted from a day of the facts or from now."""

    def since(c: C) -> datetime | None:
        """The day that was recorded; now where none was."""
        return midnight(getattr(c.facts, day)) or c.now

    said = {"since": since if day else None, "late": Role.UNIT_HEAD, "again": True} | more
    return clock(key, title, f"arbitration.{key}", starts=starts, stops=stops, **said)


CLOCKS = (
    _limit("prepare", _("Application filed"), starts={"file", "file_again"}, stops="lodge", late=Role.SUPERVISOR),
    LIMIT.clock(starts={"file", "record_act", "set_known", "file_again"}, stops="lodge"),
    _limit("accept", _("Decision on acceptance"), starts="lodge", stops={"accept", "refuse", "silent", "settled"}, day="filed_on"),
    _limit("suit", _("Suit without an award"), starts={"refuse", "silent", "award_late"}, stops={"sue", "accept", "file_again", "award", "mediated", "settled", "conclude"}, since=course.suit_since(Ground.REFUSED, Ground.SILENT, Ground.LATE), late=Role.SUPERVISOR),
    _limit("serve", _("Service on the employer"), starts="accept", stops={"served"} | _OUT, day="accepted_on", leads=False),
    _limit("answer", _("Answer of the employer"), starts="served", stops={"answered", "forwarded"} | _OUT, day="served_on", leads=False),
    _limit("forward", _("Answer passed on to the worker"), starts="answered", stops={"forwarded"} | _OUT, day="answered_on", leads=False),
    _limit("tribunal", _("Notice of the tribunal"), starts="accept", stops={"tribunal", "sit"} | _OUT, day="accepted_on", leads=False),
    _limit("postpone", _("Last day to ask for another day"), starts={"sit", "sit_moved"}, stops={"ask_postponement", "sit_held", "sit_off"} | _OUT, since=course.postpone_since, leads=False),
    _limit("award", _("Award"), starts="accept", stops=_OUT, day="accepted_on", extension="arbitration.award_extension", extensions=1),
    _limit("partial", _("Suit on the partial award"), starts="partial_award", stops={"partial_left", "sue", "employer_sues", "mediated", "settled"}, day="partial_on", leads=False),
    _limit("sue", _("Worker's suit on the award"), starts="award", stops={"sue", "stands", "employer_sues", "award_set_aside", "conclude"}, day="received_on", late=Role.SUPERVISOR),
    _limit("set_aside", _("Employer may ask to set it aside"), starts="award", stops={"challenge", "sue", "conclude"}, since=course.set_aside_since, leads=False),
    _limit("challenge", _("Ruling of the intermediate court"), starts="challenge", stops={"challenge_rejected", "award_set_aside", "sue"}),
    _limit("suit_set_aside", _("Suit after the award was set aside"), starts="award_set_aside", stops={"sue", "conclude"}, since=course.suit_since(Ground.SET_ASIDE), late=Role.SUPERVISOR),
    _limit("suit_unenforced", _("Suit after a refused enforcement"), starts="not_enforced", stops={"sue", "conclude"}, since=course.suit_since(Ground.UNENFORCED), late=Role.SUPERVISOR),
    _limit("first_instance", _("Judgment of first instance"), starts={"sue", "employer_sues"}, stops={"judged", "court_mediated", "suit_ended"}),
    _limit("appeal", _("Appeal"), starts="judged", stops={"appealed", "judgment_stands", "conclude"}, day="judged_on", late=Role.SUPERVISOR),
    _limit("second_instance", _("Judgment of second instance"), starts="appealed", stops={"final_judgment", "court_mediated"}),
    _limit("perform", _("To be kept"), starts=_EFFECT, stops=_DONE | {"enforce"}, since=course.perform_since),
    _limit("enforce_within", _("Enforcement can be asked for"), starts=_EFFECT, stops=_DONE | {"enforce"}, since=course.perform_since, leads=False),
    _limit("enforcement", _("Enforcement by the court"), starts="enforce", stops=_DONE | {"not_enforced"}),
    clock("supervise_reply", _("Answer to the supervision"), "arbitration.supervise_reply", starts="supervise", stops={"reply_supervision", "conclude"}, late=Role.LEADER, again=True),
)  # fmt: skip
