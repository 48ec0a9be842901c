"""What the API takes and gives, beside what is derived from the services.

Bodies are plain pydantic models: a ninja Schema would take any JSON value as an object without attributes.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import BaseModel, StringConstraints

NUMBER_EXAMPLE = "ZJ2611160000001"
Key = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Line = Annotated[str, StringConstraints(max_length=200)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Whole = Annotated[int, Field(ge=1, le=2**63 - 1)]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2200, 1, 1))]


class Problem(Schema):
    """One field, what is wrong with it and how to mend it."""

    field: str
    code: str
    message: str


class Error(Schema):
    """Why it was not done. `code` is for programs and does not change; `reason` is for people, in their language."""

    code: str = Field(examples=["stale"])
    reason: str
    problems: list[Problem] = Field(default_factory=list)


class EmployerIn(BaseModel):
    """The employer, if it is known: found by its credit code, else by name and region, else added."""

    name: Line = ""
    uscc: Annotated[str, StringConstraints(max_length=40)] = Field("", description="统一社会信用代码, GB 32100")


class Envelope(BaseModel):
    """What every service needs to know beside its own fields."""

    region: RegionCode = Field(description="County of the matter, GB/T 2260")
    phone: Annotated[str, StringConstraints(max_length=40)] = Field(
        "", description="The worker's phone, when filed on their behalf; a worker files for themselves"
    )
    name: Annotated[str, StringConstraints(max_length=100)] = ""
    employer: EmployerIn | None = None
    external_id: Annotated[str, StringConstraints(max_length=64)] = Field(
        "", description="Your own number of it; without an Idempotency-Key it serves as the key"
    )


class Done(Schema):
    """The case after what was asked."""

    no: str = Field(examples=[NUMBER_EXAMPLE])
    state: str
    seq: int = Field(description="Number of its newest event; send it as If-Match with the next action")
    again: bool = Field(description="The same key had been used before: nothing was done a second time")
    told: list[str] = Field([], description="Of a note among colleagues: whom it named, and who were told")
    unknown: list[str] = Field([], description="Names in it that are nobody's who may read the case")


class Unit(Schema):
    """An organisation by name."""

    id: int
    name: str


class ClockOut(Schema):
    """One clock: how it stands, in a word for machines and in words for people."""

    key: str
    title: str
    state: str = Field(description="ok, soon, today, over, pause or done")
    words: str
    due_at: datetime | None
    provisional: bool = Field(False, description="The days off of a year it runs through are not published yet")
    basis: str = ""
    verified: bool = True


class CaseLine(Schema):
    """One case in a list."""

    no: str
    service: str
    state: str
    state_title: str
    category: str
    category_title: str
    title: str = Field(description="First sentence of the story; for partners only where they filed it themselves")
    unit: Unit
    region: str
    urgent: bool
    confidential: bool
    marks: dict[str, Any] = Field(description="Counters that lists show: people, urged, bounced, supervised, reopened")
    created_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    clock: ClockOut | None
    late: bool
    seq: int


class CasePage(Schema):
    """A page of cases; `next` is the cursor of the page after it, null on the last."""

    items: list[CaseLine]
    next: str | None


class Fact(Schema):
    """One fact of the case."""

    name: str
    title: str
    value: Any
    words: str


class PartyOut(Schema):
    """One person's part in a case."""

    person: int | None
    name: str
    phone: str = Field(description="Masked; POST /people/{id}/reveal unmasks it on record")
    role: str
    status: str
    status_title: str
    mine: bool


class CaseOut(CaseLine):
    """A case with what the caller may know of it."""

    facts: list[Fact]
    clocks: list[ClockOut]
    why: list[str] = Field(description="Why the leading clock ends when it does")
    parties: list[PartyOut]
    lead: str | None = Field(description="Number of the case it was joined to")


class EntryOut(Schema):
    """One line of the timeline."""

    seq: int
    at: datetime
    transition: str
    what: str
    who: str
    notes: list[dict[str, str]]
    public: bool


class FieldOut(Schema):
    """One asked field."""

    name: str
    title: str
    kind: str
    required: bool
    help: str
    limit: int
    public: bool
    choices: list[dict[str, str]]


class ActionOut(Schema):
    """One transition that the caller's roles could do on the case, with the verdict now."""

    transition: str
    title: str
    allowed: bool
    code: str
    reason: str
    mend: str
    main: bool
    bulk: bool
    confirm: str
    fields: list[FieldOut]


class BulkOut(Schema):
    """What became of one of many cases."""

    no: str
    ok: bool
    done: Done | None = None
    error: Error | None = None


class CellOut(Schema):
    """One day of the counting calendar."""

    date: date | None
    kind: str
    number: str
    label: str
    count: int


class WhyOut(Schema):
    """Why this date: sentences in order, and the calendar that counts aloud."""

    title: str
    sentences: list[str]
    weeks: list[list[CellOut]]


class RevealIn(BaseModel):
    """What is unmasked, why, and on which case."""

    field: Literal["phone", "id_number", "bank_card", "safe_number", "pass_phrase"] = "phone"
    purpose: Annotated[str, StringConstraints(min_length=4, max_length=200)] = Field(examples=["回访"])
    case: Annotated[str, StringConstraints(max_length=32)] = Field(examples=[NUMBER_EXAMPLE])


class Revealed(Schema):
    """The plain value; the person can read that it was asked for."""

    field: str
    value: str


class MessageOut(Schema):
    """One message to the caller."""

    id: int
    at: datetime
    case: str | None
    words: str
    read: bool


class MessagePage(Schema):
    """A page of messages, newest first."""

    items: list[MessageOut]
    next: str | None


class AccessOut(Schema):
    """One time that somebody read the caller's personal data."""

    at: datetime
    who: str
    what: list[str]
    why: str


class AccessPage(Schema):
    """A page of accesses, newest first."""

    items: list[AccessOut]
    next: str | None


class Rated(Schema):
    """A rate with its denominator; null where the numbers are too small to be published."""

    key: str
    title: str
    says: str
    part: int | None
    whole: int | None
    share: float | None
    low: float | None
    high: float | None


class Counted(Schema):
    """A count, rounded to 5; null below 10."""

    key: str
    title: str
    n: int | None


class Summed(Schema):
    """A sum of money in yuan, rounded so that no single amount can be won back; null over fewer than 10 cases."""

    key: str
    title: str
    amount: str | None


class Lasting(Schema):
    """The mean of a duration in hours; null over fewer than 10 cases."""

    key: str
    title: str
    hours: float | None


class BoardRow(Schema):
    """The figures of one month, region or category; key "" is the whole."""

    key: str
    title: str
    rates: list[Rated]
    counts: list[Counted]
    sums: list[Summed]
    durations: list[Lasting]


class BoardOut(Schema):
    """The figures of a service; the whole is rounded by itself and need not be the sum of its parts."""

    service: str
    region: str
    since: str
    until: str
    whole: BoardRow
    rows: list[BoardRow]


class OrgOut(Schema):
    """An organisation."""

    id: int
    name: str
    kind: str
    level: int
    region: str
    parent: int | None


class OrgPage(Schema):
    """A page of organisations in the order of the tree."""

    items: list[OrgOut]
    next: str | None


class RegionOut(Schema):
    """An administrative division."""

    code: str
    name: str
    level: int


class ServiceOut(Schema):
    """A service by name."""

    key: str
    title: str
    version: str


class Health(Schema):
    """The platform answers and so does its database."""

    ok: bool
