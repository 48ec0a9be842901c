"""Every limit of a dispute: what starts it, what meets it."""

# ruff: noqa: E501 (one clock, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.terms import clock

from . import agreement as a
from . import talks as t
from .rules import LIMIT

_ENDS = frozenset({"signed", "fail", "refuse", "stop"})
_KEPT = frozenset({"kept", "kept_proved", "not_kept"})
_ACTS = frozenset(
    {"record_act", "set_start", "talk_served", "accept", "signed", "record_payment", "bounce_payment", "demand_served"}
)
CLOCKS = (
    clock("record", _("Oral application on record"), "disputes.record", starts={"file", "apply"}, stops={"write_down", "request_talk", "refuse", "stop"}, since=t.oral_day, late=Role.UNIT_HEAD, again=True),
    clock("accept", _("Acceptance"), "disputes.accept", starts={"file", "apply"}, stops={"accept", "refuse", "stop", "request_talk"}, late=Role.SUPERVISOR, again=True),
    clock("receipt", _("Agreement within the days from receipt"), "disputes.receipt", starts={"file", "apply"}, stops=_ENDS, since=t.applied, late=Role.UNIT_HEAD, again=True, leads=False),
    clock("talk", _("Employer's answer to the request"), "disputes.talk", starts={"request_talk", "talk_served"}, stops={"talk_willing", "talk_agree", "talk_over", "apply", "stop"}, since=t.served_day, late=Role.UNIT_HEAD, again=True),
    clock("talks", _("End of the talks"), "disputes.talks", starts={"talk_willing"}, stops={"signed", "talk_over", "apply", "stop", "fail"}, late=Role.UNIT_HEAD, again=True),
    clock("mediation", _("End of mediation"), "disputes.mediation", starts="accept", stops=_ENDS, late=Role.SUPERVISOR, again=True, extension="disputes.longer", extensions=1),
    clock("sign", _("Agreement signed"), "disputes.sign", starts={"agree", "talk_agree"}, stops=_ENDS | {"unsigned"}, late=Role.UNIT_HEAD, again=True),
    clock("court", _("Joint application to the court"), "disputes.court_confirmation", starts="signed", stops=_KEPT | {"ask_court", "confirm", "waive"}, since=a.effect_day, late=Role.UNIT_HEAD, again=True, leads=False),
    clock("arbitral", _("Joint application to the commission"), "disputes.arbitral_confirmation", starts="signed", stops=_KEPT | {"ask_arbitral", "confirm", "waive"}, since=a.effect_day, late=Role.UNIT_HEAD, again=True, leads=False),
    clock("ruling", _("Decision on the confirmation"), "disputes.ruling", starts={"ask_court", "ask_arbitral"}, stops={"confirm", "confirm_refused", "kept", "kept_proved"}, late=Role.UNIT_HEAD, again=True, leads=False),
    clock("kept", _("Next day on which it is to be kept"), "disputes.kept", starts={"signed", "record_payment", "bounce_payment"}, stops=_KEPT | {"record_payment", "all_paid"}, since=a.next_due, late=Role.UNIT_HEAD, again=True),
    clock("ask_kept", _("Workers asked whether all came"), "disputes.ask_kept", starts={"all_paid", "bounce_payment"}, stops=_KEPT, late=Role.UNIT_HEAD, again=True),
    clock("advise", _("Worker advised"), "disputes.advise", starts={"refuse", "fail", "stop", "talk_over", "not_kept"}, stops={"advise", "kept", "kept_proved", "apply", "all_paid"}, late=Role.SUPERVISOR, again=True),
    LIMIT.clock(starts=_ACTS | {"file"}, stops={"go_arbitration", "go_order"}),
    clock("supervise_reply", _("Answer to the supervision"), "disputes.supervise_reply", starts="supervise", stops={"reply_supervision", "advise"}, late=Role.LEADER, again=True),
)  # fmt: skip
