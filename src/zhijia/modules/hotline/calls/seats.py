"""What an agent does at the console: be free or not, take a call, say how it ended. In the scope of their posts."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.people.actors import Actor, Role

from .exchange import exchange
from .models import FILES, Call, CallState, Outcome, Seat, SeatState

GONE = timedelta(seconds=90)
"""A console that was not heard of for so long is closed."""
_HERS = (CallState.TALKING, CallState.WRITING)


def centre_of(actor: Actor) -> int:
    """The organisation for which the actor takes calls. Raises Forbidden for whoever takes none."""
    for post in actor.posts:
        if post.role == Role.AGENT:
            return post.org_id
    raise Forbidden(_("Only hotline agents take calls."), code="wrong_role")


@transaction.atomic
def sit_down(*, actor: Actor, now: datetime) -> Seat:
    """The actor's seat, made on first use, and on record that the console is open.

    Whoever was away longer than GONE begins with a pause: nobody is free without having said so.
    """
    org, agent = centre_of(actor), _account(actor)
    new = {"org_id": org, "since": now, "seen_at": now}
    seat, made = Seat.objects.get_or_create(agent_id=agent, defaults=new)  # two tabs may open at once
    if made:
        return seat
    if now - seat.seen_at > GONE and seat.state != SeatState.PAUSE and call_of(actor) is None:
        seat.state, seat.since = SeatState.PAUSE, now
    seat.org_id, seat.seen_at = org, now
    seat.save(update_fields=["org", "state", "since", "seen_at"])
    return seat


@transaction.atomic
def set_state(*, actor: Actor, state: SeatState, now: datetime) -> Seat:
    """The actor is free, busy or on a pause from now on. Raises Conflict for "free" during a call."""
    seat = sit_down(actor=actor, now=now)
    if state == SeatState.FREE and call_of(actor) is not None:
        raise Conflict(_("Say first how this call ended."), code="on_call")
    if seat.state != state:
        seat.state, seat.since = state, now
        seat.save(update_fields=["state", "since"])
    return seat


def call_of(actor: Actor) -> Call | None:
    """The call that the actor is on, or still has to write up."""
    return Call.objects.filter(agent_id=_account(actor), state__in=_HERS).first()


@transaction.atomic
def take(*, actor: Actor, call_id: int, now: datetime) -> Call:
    """Answer a ringing call, or ring a missed one back; the first who takes it has it.

    Raises Conflict when a colleague was first or the actor is on a call, NotFound for a call of another centre.
    """
    org = centre_of(actor)
    if call_of(actor) is not None:
        raise Conflict(_("Say first how this call ended."), code="on_call")
    call = Call.objects.select_for_update().filter(pk=call_id, org_id=org).first()
    if call is None:
        raise NotFound(code="no_such_call")
    if call.state not in (CallState.RINGING, CallState.MISSED):
        raise Conflict(_("A colleague was first, or the caller has hung up."), code="taken")
    if call.state == CallState.RINGING:
        exchange().connect(ref=call.ref, agent=_account(actor))
        call.answered_at = now
    elif not call.number:
        raise Conflict(_("The number was withheld, or is no longer kept."), code="no_number")
    else:
        exchange().dial(ref=call.ref, number=call.number, agent=_account(actor))
    call.state, call.agent_id, call.taken_at, call.ended_at = CallState.TALKING, _account(actor), now, None
    call.save(update_fields=["state", "agent", "answered_at", "taken_at", "ended_at"])
    set_state(actor=actor, state=SeatState.BUSY, now=now)
    return call


@transaction.atomic
def finish(*, actor: Actor, outcome: Outcome, now: datetime, case_no: str = "") -> Call:
    """End the actor's call with its outcome and the ticket it led to; from here on its number is stored nowhere.

    The agent is free again, unless the outcome leads on to work with the ticket.
    Raises NotFound without a call, Invalid when the outcome needs a ticket that is not named.
    """
    call = call_of(actor)
    if call is None:
        raise NotFound(_("There is no call to end."), code="no_call")
    if not case_no and (outcome in FILES or outcome == Outcome.ADDED):
        raise Invalid(FieldProblem("case_no", "required", _("Choose the case that it belongs to.")))
    if call.state == CallState.TALKING:
        exchange().release(ref=call.ref)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE hotline_call SET state = 'done', outcome = %(outcome)s, case_no = %(no)s, number = NULL,
            phone_index = NULL, ended_at = coalesce(ended_at, %(now)s) WHERE id = %(id)s""",
            {"outcome": outcome, "no": case_no, "now": now, "id": call.pk},
        )
    goes_on = outcome in FILES - {Outcome.FILED} or outcome == Outcome.ADDED
    set_state(actor=actor, state=SeatState.BUSY if goes_on else SeatState.FREE, now=now)
    call.refresh_from_db()
    return call


def _account(actor: Actor) -> int:
    if actor.account_id is None:
        raise Forbidden(_("Only hotline agents take calls."), code="wrong_role")
    return actor.account_id
