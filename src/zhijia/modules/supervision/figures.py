"""Clocks of a supervision, and what is counted for the year's statistics."""

# ruff: noqa: E501 (a declaration reads as a table)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Duration, Rate
from zhijia.kernel.service.terms import clock, count, money_sum, total

from . import rules as r

_NEXT = frozenset({"record_reply", "record_decision", "not_corrected", "note_declined"})
_ON = frozenset({"investigate", "negotiate", "note_correction", "recommend", "transfer", "end"})
_OUT = frozenset({"record_decision", "note_correction", "transfer", "end"})
_BACK = frozenset({"relapse", "report_retaliation_again", "learn_retaliation_again", "break_off"})
_REPORTS = frozenset({
    "report_retaliation", "report_retaliation_again", "learn_retaliation", "learn_retaliation_again",
})  # fmt: skip
CLOCKS = (
    clock("register", _("Taking it up"), "supervision.register", starts="file", stops={"take_up", "refuse", "hand_up"}, late=Role.SUPERVISOR),
    clock("hearing", _("Hearing both sides"), "supervision.hearing", starts=_BACK | {"take_up"}, stops={"remind", "investigate", "negotiate"}, late=Role.SUPERVISOR, again=True),
    clock("reminder", _("Reply to the reminder"), "supervision.reminder_reply", starts="remind", stops={"record_reply", "investigate", "negotiate", "note_correction"}, late=Role.UNIT_HEAD, again=True, since=r.served_at),
    clock("talks", _("Negotiation"), "supervision.talks", starts="negotiate", stops={"settle", "break_off", "investigate"}, late=Role.UNIT_HEAD, again=True),
    clock("investigation", _("Investigation"), "supervision.investigation", starts="investigate", stops={"serve_opinion", "negotiate"}, late=Role.SUPERVISOR, again=True),
    clock("reply", _("Reply to the opinion"), "supervision.reply", starts="serve_opinion", stops={"record_reply", "recommend", "note_correction"}, late=Role.UNIT_HEAD, again=True, since=r.served_at),
    clock("next_step", _("Next step"), "supervision.next_step", starts=_NEXT, stops=_ON, late=Role.SUPERVISOR, again=True),
    clock("plan", _("Employer's plan"), "supervision.plan_grace", starts="record_reply", stops={"note_correction", "investigate", "negotiate", "recommend", "transfer", "end"}, late=Role.UNIT_HEAD, again=True, leads=False, since=r.plan_due),
    clock("opens", _("Whether the authority opens a case"), "supervision.authority_opens", starts="recommend", stops=_OUT | {"note_opening", "note_declined"}, late=Role.UNIT_HEAD, again=True, since=r.served_at),
    clock("authority", _("Decision of the authority"), "supervision.authority", starts="note_opening", stops=_OUT, late=Role.UNIT_HEAD, again=True, extension="supervision.authority_more", extensions=1),
    clock("procuratorate", _("Answer of the procuratorate"), "supervision.procuratorate", starts="transfer", stops={"record_decision", "note_correction", "end"}, late=Role.UNIT_HEAD, again=True, since=r.served_at),
    clock("verify", _("Verification with the workers"), "supervision.verify", starts={"settle", "note_correction", "record_decision"}, stops={"verify_done", "not_corrected"}, late=Role.SUPERVISOR, again=True),
    clock("retaliation", _("Answer to retaliation"), "supervision.retaliation", starts=_REPORTS, stops="answer_retaliation", late=Role.SUPERVISOR, again=True),
    clock("supervise_reply", _("Answer to the supervision"), "supervision.supervise_reply", starts="supervise", stops={"reply_supervision", "verify_done"}, late=Role.LEADER, again=True),
)  # fmt: skip

_CLOSES = frozenset({"verify_done", "end"})
COUNTS = (
    count("clues", _("Clues"), "file"), count("refused", _("Not taken up"), "refuse"),
    count("handed_up", _("Given to the union above"), "hand_up"), count("reminders", _("Reminders sent"), "remind"),
    count("investigations", _("Investigations"), "investigate"), count("opinions", _("Opinions served"), "serve_opinion"),
    count("recommendations", _("Authorities asked to act"), "recommend"), count("transfers", _("Given to the procuratorate"), "transfer"),
    count("replies", _("Replies to opinions"), "record_reply", when=r.to_opinion),
    count("replies_in_time", _("Replies to opinions in time"), "record_reply", when=r.opinion_in_time),
    count("settled", _("Settled by agreement"), "settle"), count("closed", _("Closed"), _CLOSES),
    count("corrected", _("Corrected"), "verify_done", when=r.is_corrected), count("relapses", _("Breaches that came back"), "relapse"),
    count("retaliation", _("Reports of retaliation"), _REPORTS),
)  # fmt: skip
SUMS = (
    money_sum("money_recovered", _("Money recovered, in yuan"), "verify_done", of=r.money),
    total("workers_covered", _("Workers who gained by it"), "verify_done", of=r.covered),
)
DURATIONS = (Duration(key="hours_to_close", title=_("Hours until closed"), on=_CLOSES),)
RATES = (
    Rate(key="reply_in_time", title=_("Replies in time"), part="replies_in_time", whole="opinions", says=_("replies in time ÷ opinions served")),
    Rate(key="correction", title=_("Correction rate"), part="corrected", whole="closed", says=_("corrected ÷ all closed that were taken up")),
)  # fmt: skip
