"""The main line: clue, hearing, reminder, negotiation, opinion, reply, recommendation, the authority, the procuratorate,
closing and opening again. Investigation, verification, acting for one below, retaliation and the library of typical
cases stand in files of their own."""

# ruff: noqa: E501 (a declaration reads as a table)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Keep
from zhijia.kernel.service.habits import REASON, UNIT, noting, supervising, supplementing, take, taking_over
from zhijia.kernel.service.terms import choose, day, facts, flag, line, money, number, pick, step, words

from . import above, investigation, retaliation, typical, verifying
from . import rules as r
from .models import Group
from .papers import answered, serving, signing
from .states import OPEN, TAKEN, S

GROUNDS = (
    ("scope", _("Outside what the union supervises")),
    ("in_procedure", _("Authority, arbitration or court already has it")),
    ("unfounded", _("Nothing points to a breach")),
)
REPLIES = (
    ("accepts", _("Accepts, with a plan")),
    ("partly", _("Accepts in part")),
    ("reasons", _("Refuses, with written reasons")),
)
WHY = (
    ("service", _("Refused to take the letter")),
    ("silent", _("No reply in time")),
    ("uncorrected", _("Not corrected, without good reason")),
)
SIDES = (("workers", _("the workers")), ("employer", _("the employer")))
DECISIONS = (("ordered", _("Order to correct, or corrected")), ("closed", _("No order")))
DEMAND = facts(words("demand", _("What to mend; name no worker"), limit=4000))
LAW = facts(line("law", _("Law and article")))
NOTE = words("note", _("Note"), public=False)
SERVES = UNIT | {Role.SYSTEM}

BEGINNING = (
    step("take_up", _("Take it up"), _("The union takes it up"), S.CLUE, S.HEARING, by=UNIT, then=(take, above.tells_below("begun")), main=True, tells="taken_up"),
    step(
        "refuse", _("Do not take it up"), _("It is not taken up"), S.CLUE, S.CLOSED, by=UNIT, then=(r.end_refused, above.ends_below), tells="not_taken_up",
        letter="refusal", ask=(pick("ground", _("Ground"), GROUNDS, keep=Keep.EVENT), words("way", _("Reason, and where to go instead"))),
    ),
    step("draft_receipt", _("Draft a receipt"), _("A receipt for the clue was drafted"), S.HEARING, by=UNIT, letter="receipt", public=False),
    step(
        "hear", _("Record a hearing"), _("One side was heard"), {S.HEARING, S.TALKS, S.INVESTIGATING}, by=UNIT, public=False,
        ask=(pick("side", _("Who was heard"), SIDES, keep=Keep.EVENT), NOTE),
    ),
    step(
        "draft_hearing", _("Draft notes of a hearing"), _("Notes of a hearing were drafted"), {S.HEARING, S.TALKS, S.INVESTIGATING}, by=UNIT,
        letter="hearing", public=False,
    ),
    step(
        "set_people", _("Correct the number of workers"), _("The number of workers concerned was recorded"), TAKEN, by=UNIT, public=False,
        check=r.people_sensible, ask=facts(number("people", _("How many workers are concerned?"))),
    ),
    step(
        "draft_reminder", _("Draft a reminder"), _("A reminder was drafted"), S.HEARING, by=UNIT, letter="reminder",
        ask=(*DEMAND, *facts(line("law", _("Law and article"), required=False))),
    ),
    signing("reminder", _("Sign the reminder"), _("The reminder was signed"), S.HEARING),
    serving("remind", "reminder", _("The reminder is served"), _("A reminder was sent to the employer"), S.HEARING, S.REMINDED, by=SERVES,
            then=(above.tells_below("wrote"),), tells="issued"),
    step(
        "negotiate", _("Negotiate"), _("Both sides negotiate"), {S.HEARING, S.REMINDED, S.INVESTIGATING, S.REPLIED}, S.TALKS, by=UNIT,
        check=r.both_willing, ask=flag("willing", _("Both sides want to"), keep=Keep.EVENT),
    ),
    step(
        "settle", _("Settled by agreement"), _("Both sides agreed"), S.TALKS, S.CORRECTED, by=UNIT, letter="settlement", main=True,
        ask=facts(words("terms", _("What was agreed")), money("agreed", _("Amount agreed, in yuan"), required=False)),
    ),
    step("break_off", _("Talks end without agreement"), _("The negotiation ended without agreement"), S.TALKS, S.HEARING, by=UNIT, ask=REASON),
)  # fmt: skip
DOCUMENTS = (
    step(
        "draft_opinion", _("Draft an opinion"), _("An opinion was drafted"), S.INVESTIGATING, by=UNIT, guard=investigation.was_investigated,
        letter="opinion", ask=(*DEMAND, *LAW),
    ),
    signing("opinion", _("Sign the opinion"), _("The chair signed the opinion"), S.INVESTIGATING),
    serving("serve_opinion", "opinion", _("The opinion is served"), _("An opinion was served: the employer must correct it"), S.INVESTIGATING, S.OPINION,
            by=SERVES, then=(above.tells_below("wrote"),), tells="issued"),
    step(
        "record_reply", _("Record the reply"), _("The employer replied"), {S.REMINDED, S.OPINION}, S.REPLIED, by=UNIT, tells="answered",
        check=r.plan_given, then=(r.note_reply, answered("plan", "note", kind=r.asked_by)), main=True,
        ask=(
            *facts(
                pick("reply", _("Employer's reply"), REPLIES), words("plan", _("Plan to correct it"), required=False, limit=4000),
                day("plan_until", _("Corrected by"), required=False),
            ),
            words("note", _("Note"), required=False, public=False),
        ),
    ),
    step(
        "note_correction", _("Corrected, says the employer"), _("The employer says that it is corrected"),
        {S.REMINDED, S.OPINION, S.REPLIED, S.RECOMMENDED, S.ACTING, S.TRANSFERRED}, S.CORRECTED, by=UNIT, ask=NOTE,
    ),
    step(
        "draft_recommendation", _("Draft a recommendation"), _("A recommendation to the authority was drafted"), {S.OPINION, S.REPLIED},
        by=UNIT, guard=r.county_or_above, check=r.ground_holds, letter="recommendation",
        ask=(*facts(pick("ground_to_act", _("Ground"), WHY), line("authority", _("Authority"))), *DEMAND),
    ),
    signing("recommendation", _("Sign the recommendation"), _("The chair signed the recommendation"), {S.OPINION, S.REPLIED}),
    serving("recommend", "recommendation", _("The recommendation is served"), _("The union asked the authority to act"), {S.OPINION, S.REPLIED},
            S.RECOMMENDED, by=SERVES, guard=(r.ground_named,), then=(above.tells_below("asked"),), tells="authority"),
    step(
        "note_opening", _("The authority opened a case"), _("The authority opened a case of its own"), S.RECOMMENDED, S.ACTING, by=UNIT, main=True,
        then=answered("authority_no", kind="recommendation"),
        ask=facts(line("authority_no", _("Its number"), limit=64)),
    ),
    step("note_declined", _("The authority declines"), _("The authority does not open a case"), S.RECOMMENDED, S.REPLIED, by=UNIT, then=answered("reason", kind="recommendation"), ask=REASON),
    step("prolong_authority", _("The authority takes longer"), _("The authority's time was extended"), S.ACTING, by=UNIT, extends="authority", ask=REASON),
    step(
        "record_decision", _("Record the decision"), _("A decision was made"), {S.RECOMMENDED, S.ACTING, S.TRANSFERRED},
        choose(S.CORRECTED, S.REPLIED, pick=r.after_decision), then=answered("note", kind=r.decided_by), by=UNIT, main=True,
        ask=(pick("decision", _("Decision"), DECISIONS, keep=Keep.EVENT), words("note", _("Note"))),
    ),
    step(
        "draft_transfer", _("Draft a transfer to the procuratorate"), _("A transfer to the procuratorate was drafted"), {S.REPLIED, S.RECOMMENDED, S.ACTING},
        by=UNIT, guard=r.county_or_above, check=r.group_holds, letter="transfer",
        ask=facts(pick("group", _("Whom it concerns"), Group.choices), line("procuratorate", _("Procuratorate"))),
    ),
    signing("transfer", _("Sign the transfer"), _("The chair signed the transfer"), {S.REPLIED, S.RECOMMENDED, S.ACTING}),
    serving("transfer", "transfer", _("The transfer to the procuratorate is served"), _("It was given to the procuratorate"), {S.REPLIED, S.RECOMMENDED, S.ACTING}, S.TRANSFERRED,
            by=SERVES, guard=(r.group_named,), then=(above.tells_below("asked"),), tells="authority"),
)  # fmt: skip
ENDING = (
    step(
        "end", _("Close without correction"), _("It was closed without being corrected"), {S.REPLIED, S.RECOMMENDED, S.ACTING, S.TRANSFERRED},
        S.CLOSED, by=Role.UNIT_HEAD, then=(r.end_open, above.ends_below), tells="ended", ask=words("result", _("Why, and what the workers can do")),
        confirm=_("It will be counted as not corrected. Close it?"),
    ),
    step("draft_closing", _("Draft the closing note"), _("The closing note was drafted"), {S.CORRECTED, S.CLOSED}, by=UNIT, letter="closing", public=False),
    step(
        "relapse", _("It is back"), _("The same breach is back; the case is open again"), S.CLOSED, S.HEARING, by=UNIT | {Role.WORKER, Role.AGENT},
        then=r.begin_again, tells="new_for_unit", ask=words("words", _("What happened again, since when")),
    ),
)  # fmt: skip
BESIDE = (
    taking_over(TAKEN), *supervising(OPEN), supplementing(OPEN | {S.ABOVE}), noting(frozenset(S), by=UNIT | {Role.SUPERVISOR}),
)  # fmt: skip
TRANSITIONS = (
    *BEGINNING, *above.STEPS, *investigation.STEPS, *DOCUMENTS, *verifying.STEPS, *ENDING, *retaliation.STEPS, *typical.STEPS, *BESIDE,
)  # fmt: skip
