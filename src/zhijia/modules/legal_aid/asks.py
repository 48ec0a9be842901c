"""What is asked at the steps of legal aid: questions that stand in more than one place, or take many lines."""

# ruff: noqa: E501 (one question, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service import rota
from zhijia.kernel.service.declare import Keep
from zhijia.kernel.service.terms import day, facts, flag, handed, line, money, number, pick, words

from .lawyers import ROSTER
from .words import Exemption, Matter, Result, Track, Urgency, Way, Work

APPLICATION = facts(
    words("story", _("What happened, and what you want"), limit=20_000),
    pick("category", _("What it is about"), Matter.choices),
    line("employer_name", _("Employer")),
    money("amount", _("Amount claimed, in yuan"), required=False),
    flag("migrant", _("I work away from my home village (migrant worker)"), help=_("For claims of pay and of work injuries your means are then not tested.")),
    day("known_on", _("Since when do you know of it?"), required=False, help=_("The last day without pay, the day of the injury or of the dismissal. Arbitration must be applied for within one year.")),
    pick("track", _("Whose aid"), Track.choices, required=False, help=_("Left empty: the union's. Both may run side by side.")),
    line("proxy", _("Who applies for the worker, and as what"), required=False, help=_("Only where somebody else applies: name, and how they are related.")),
)  # fmt: skip
LAWYER = rota.seat("lawyer", _("Lawyer"), ROSTER)
REVIEWER = rota.seat("reviewer", _("Which lawyer reviews it"), ROSTER)
URGENCY = (*facts(pick("urgency", _("Why at once"), Urgency.choices)), LAWYER)
SCREENING = facts(
    pick("exemption", _("Is the worker exempt from the test of means?"), Exemption.choices),
    number("household", _("People in the household"), required=False),
    money("income", _("Income of each a month, in yuan"), required=False, help=_("As the worker states it in good faith; it is looked up only where the worker agreed.")),
)  # fmt: skip
BECAUSE = facts(words("because", _("Facts and reasons"), limit=2000))
WORK = handed(
    day("day", _("Day")), pick("work", _("What the lawyer did"), Work.choices),
    number("hours", _("Hours worked"), help=_("1.5 is one and a half.")), words("said", _("Note"), required=False, limit=2000),
)  # fmt: skip
REPORT = facts(
    pick("way", _("Kind of legal work"), Way.choices), pick("result", _("What came of it"), Result.choices),
    money("recovered", _("Money for the worker, in yuan"), required=False),
    words("report", _("How it was handled, and what the worker can still do"), limit=8000),
)  # fmt: skip
REVIEW = (
    *handed(
        number("contact", _("Contact with the worker, 0 to 20")), number("facts", _("Facts and evidence, 0 to 20")),
        number("law", _("Law and argument, 0 to 20")), number("steps", _("Steps taken in time, 0 to 20")),
        number("papers", _("Papers and file, 0 to 20")), words("finding", _("What the review found"), limit=4000, required=False),
    ),
    flag("enough", _("The work is done as it must be"), keep=Keep.EVENT, help=_("If not, the case goes back to its lawyer.")),
)  # fmt: skip
