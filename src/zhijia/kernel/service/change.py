"""What one transition is about to write, and what the trail will say of it."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from uuid6 import uuid7

from zhijia.kernel.audit.chain import GENESIS, digest, entry_hash, signature
from zhijia.kernel.cases.models import Case, Note
from zhijia.kernel.cases.protected import purpose_of
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.notify.compose import NewMessage
from zhijia.kernel.people.actors import Actor, Held, Role
from zhijia.kernel.people.sealed import seal_for

from .context import NewTask


@dataclass
class Change:
    """What one transition is about to write."""

    case: Case
    transition: str
    source: str
    target: str
    now: datetime
    actor: Actor
    post: Held | None
    """The post by whose right the actor acts."""
    public: bool
    trail: tuple[int, bytes] | None
    """Place and hash of the newest entry of the case's audit chain, None when this is the first."""
    role: str
    """Kind of database role, for the prepared statement."""
    key: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    notes: list[tuple[str, str, bool]] = field(default_factory=list)
    """(asked field, words, public)."""
    deadlines: list[Deadline] = field(default_factory=list)
    tasks: list[NewTask] = field(default_factory=list)
    settles: tuple[str, ...] = ()
    ends: bool = False
    """The case needs nobody any more: its open tasks are dropped."""
    counts: list[tuple[str, Decimal]] = field(default_factory=list)
    """(indicator, amount)."""
    messages: list[NewMessage] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    """Names of the facts' columns that changed."""
    letter: str = ""
    """Key of the letter that it drafts."""
    sums: tuple[str, ...] = ()
    """Names in `data` that are amounts of money."""

    @property
    def acts_as(self) -> Role:
        """The role by whose right it was done."""
        if self.post is not None:
            return self.post.role
        return Role.SYSTEM if self.actor.system else Role.WORKER

    @property
    def org_id(self) -> int | None:
        """Where the actor holds the post by whose right they acted."""
        return self.post.org_id if self.post else None

    @property
    def stands_for(self) -> str:
        """The absent holder in whose place a substitute acted."""
        return self.post.substitute_for if self.post else ""


@dataclass(frozen=True)
class Recorded:
    """A change as event, audit entry and published event hold it."""

    event_id: UUID
    act: str
    data: dict[str, Any]
    chain: str
    chain_seq: int
    who: str
    audited: dict[str, Any]
    prev: bytes
    hash: bytes


def record(change: Change) -> Recorded:
    """Word the change and hash it behind the newest entry of its case's chain."""
    case = change.case
    chain = f"case:{case.pk}"
    chain_seq, prev = (change.trail[0] + 1, change.trail[1]) if change.trail else (1, GENESIS)
    event_id = new_event_id()
    data = {name: _whole(value) for name, value in change.data.items()} | {
        "service": case.service, "no": case.no, "from": change.source, "to": change.target, "region": case.region,
        "category": case.category, "counted": [{"key": k, "amount": str(amount)} for k, amount in change.counts],
    }  # fmt: skip
    audited = _lasting(change, data) | {"seq": case.seq, "event": str(event_id)}
    act = f"{case.service}.{change.transition}"
    who = signature(replace(change.actor, posts=(change.post,) if change.post else ()))
    hashed = entry_hash(
        prev, chain=chain, seq=chain_seq, at=change.now, actor_id=change.actor.account_id, actor=who, act=act,
        subject=chain, person_id=case.applicant_id, purpose="", data=audited,
    )  # fmt: skip
    return Recorded(event_id, act, data, chain, chain_seq, who, audited, prev, hashed)


def _lasting(change: Change, data: dict[str, Any]) -> dict[str, Any]:
    """What the trail, which nothing is ever taken out of, may hold of an event: no sums. It holds a commitment instead,
    SM3 over the sums and a random salt that stand in the event: they can be proved while the event is there, and
    nothing leads back to them once it is erased (docs/adr/0022)."""
    kept = {name: value for name, value in data.items() if name not in ("counted", *change.sums)}
    kept["counted"] = [key for key, _amount in change.counts]
    sums = {name: data[name] for name in change.sums if name in data}
    amounts = [[key, str(amount)] for key, amount in change.counts if amount]
    if sums or amounts:
        data["salt"] = secrets.token_hex(16)
        kept["sums"] = digest(b"", data["salt"], sums, amounts).hex()
    return kept


def sealed_note(change: Change, name: str, words: str) -> bytes:
    """The words that stand on the timeline, as the database holds them."""
    case = change.case
    purpose = purpose_of(case.service, case.category)
    sealed = seal_for(Note, "text", words, case.pk, case.seq, name, purpose=purpose)
    assert sealed is not None  # only words that say something become a note
    return sealed


def new_event_id() -> UUID:
    """A published event's id: rising with time."""
    return uuid7()


def _whole(value: Any) -> Any:
    """A number or a day as the audit trail can hash it: whole, or as its digits."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value.isoformat() if isinstance(value, date) else value
