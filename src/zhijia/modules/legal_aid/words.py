"""The closed lists of legal aid: what it is about, why a step is taken, how it ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Matter(models.TextChoices):
    """What aid is asked for (Legal Aid Law 31)."""

    WAGES = "wages", _("Unpaid wages")
    INJURY = "injury", _("Work injury")
    RELATION = "relation", _("Whether there is an employment")
    DISMISSAL = "dismissal", _("Dismissal and severance")
    INSURANCE = "insurance", _("Social insurance")
    OTHER = "other", _("Something else about work")


class Channel(models.TextChoices):
    """How the application came."""

    WEB = "web", _("on the web")
    PHONE = "phone", _("by phone")
    OFFICE = "office", _("at the office")
    CASE = "case", _("out of another matter")


class Track(models.TextChoices):
    """Whose aid it is: the union's own stands beside the state's (Trade Union Law 30)."""

    UNION = "union", _("The union's aid")
    STATE = "state", _("The state's aid")
    BOTH = "both", _("Both side by side")


class Exemption(models.TextChoices):
    """Why the means are not tested (Legal Aid Law 42)."""

    NONE = "none", _("None: the means are tested")
    MIGRANT_PAY = "migrant_pay", _("Migrant worker who claims pay")
    MIGRANT_INJURY = "migrant_injury", _("Migrant worker who claims damages for a work injury")
    RELIEF = "relief", _("Receives social relief, judicial relief or special care")
    FRAIL = "frail", _("Minor, older or disabled person without a steady income")


class Means(models.TextChoices):
    """What the test of means found."""

    EXEMPT = "exempt", _("Exempt from the test")
    WITHIN = "within", _("Within the standard")
    ABOVE = "above", _("Above the standard")
    UNTESTED = "untested", _("Not tested: the union here asks for no proof of means")


class Urgency(models.TextChoices):
    """Why help comes before the decision (Legal Aid Law 44)."""

    LIMITATION = "limitation", _("A time limit ends in less than seven days")
    PRESERVATION = "preservation", _("Property or evidence must be preserved at once")
    ADVANCE = "advance", _("Advance enforcement must be applied for at once")


class Refusal(models.TextChoices):
    """Why aid is refused."""

    SCOPE = "scope", _("Not a matter for which aid is given")
    MEANS = "means", _("The means are above the standard")
    MERITS = "merits", _("The facts told give no claim")
    DONE = "done", _("Decided already, or aid was given for it before")


class Ending(models.TextChoices):
    """Why aid is ended before the matter is (Legal Aid Law 48)."""

    DECEIT = "deceit", _("Aid was got by deceit or other wrong means")
    CONCEALED = "concealed", _("An important fact was hidden, or false evidence given")
    UNLAWFUL = "unlawful", _("The aid is used for something unlawful")
    MEANS = "means", _("The means have changed and no longer fit")
    ENDED = "ended", _("The proceedings ended or were withdrawn")
    OWN_LAWYER = "own_lawyer", _("The worker has engaged a representative")
    ASKED = "asked", _("The worker asked for it, with good reason")
    OTHER = "other", _("Another ground set by law")


class Aside(models.TextChoices):
    """Why another lawyer takes it on (Legal Aid Law 46, 55)."""

    ASKED = "asked", _("The worker asked for another lawyer")
    CONFLICT = "conflict", _("Conflict of interest")
    UNABLE = "unable", _("Illness, leave or another good reason")
    NEGLECT = "neglect", _("The work was not done as it must be")


class Way(models.TextChoices):
    """By which kind of work the matter was dealt with; the subsidy follows from it."""

    ADVICE = "advice", _("Advice and drafting")
    MEDIATION = "mediation", _("Negotiation or mediation")
    ARBITRATION = "arbitration", _("Arbitration")
    SUIT = "suit", _("Suit")
    ENFORCEMENT = "enforcement", _("Enforcement")


class Result(models.TextChoices):
    """What came of it for the worker."""

    WON = "won", _("All that was claimed")
    PARTLY = "partly", _("Part of what was claimed")
    SETTLED = "settled", _("Settled by agreement")
    LOST = "lost", _("Nothing of what was claimed")
    DROPPED = "dropped", _("Claim taken back")


class Outcome(models.TextChoices):
    """How a case of legal aid ended."""

    HELPED = "helped", _("Aid given to the end")
    REFUSED = "refused", _("Aid refused")
    TERMINATED = "terminated", _("Aid ended early")
    TRANSFERRED = "transferred", _("The state's centre gives the aid")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    UNREACHED = "unreached", _("Aid given; nobody could be reached afterwards")


class Work(models.TextChoices):
    """What a lawyer did."""

    MEETING = "meeting", _("Met the worker")
    FILE = "file", _("Read the file")
    EVIDENCE = "evidence", _("Gathered evidence")
    DRAFTING = "drafting", _("Drafted papers")
    TALKS = "talks", _("Talked with the other side")
    HEARING = "hearing", _("Appeared at a hearing")
    FILING = "filing", _("Filed with a body")
    OTHER = "other", _("Other work")


class TieKind(models.TextChoices):
    """What binds a lawyer to an employer."""

    ACTED = "acted", _("Acts or has acted for it")
    COUNSEL = "counsel", _("Its standing counsel")
    FAMILY = "family", _("A close relative leads it or owns it")
    SHARE = "share", _("Has a share or another interest in it")


class VisitMode(models.TextChoices):
    """How a lawyer is met."""

    OFFICE = "office", _("At the union's office")
    PHONE = "phone", _("By phone")
    VIDEO = "video", _("By video")


class VisitEnd(models.TextChoices):
    """How a booking ended."""

    ADVISED = "advised", _("Advice was given")
    AID = "aid", _("Became a case of legal aid")
    MISSED = "missed", _("The worker did not come")
    CANCELLED = "cancelled", _("Cancelled")
