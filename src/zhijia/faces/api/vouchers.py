"""Love meals and warm packs: claimed by workers, handed over by terminals, served by helpers.

Terminals are no persons: they send `Terminal: <secret>` and run as the platform, through functions that answer for one
outlet only.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Header, Query, Router, Schema
from ninja.errors import AuthenticationError
from ninja.security import APIKeyHeader
from pydantic import AwareDatetime, BaseModel, StringConstraints

from zhijia.faces.access import seen_by
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden, NotFound
from zhijia.kernel.people.auth import TooSoon
from zhijia.modules.vouchers import claims, keys, offline, programmes, puzzle, redeem, rules, settle, tokens, words
from zhijia.modules.vouchers.models import Outlet, Terminal
from zhijia.modules.vouchers.serve import serve

from .auth import Request, unscoped
from .paging import SIZE, Cursor, Limit, pack, unpack
from .schemas import Error, Key, RegionCode, Whole

router = Router(tags=["Vouchers"])
ERRORS = {401: Error, 403: Error, 404: Error, 422: Error}
ClaimKey = Annotated[Key, Header(alias="Idempotency-Key", description="The same key again does nothing twice")]
Short = Annotated[str, StringConstraints(min_length=1, max_length=redeem.LONGEST_KEY)]


class OfferOut(Schema):
    """What can be claimed in a place today."""

    id: int
    title: str
    kind: str
    day: date
    region: str
    opens_at: datetime
    closes_at: datetime
    use_from: datetime
    use_to: datetime
    left: int = Field(description="Free at this moment")
    code: str = Field(description='"" when it can be claimed now, else why not')
    reason: str


class ChallengeOut(Schema):
    """Find a number such that SHA-256 of `text:number` begins with `bits` zero bits; send `text:number` as solution."""

    text: str
    bits: int
    expires_at: datetime


class ClaimIn(BaseModel):
    """The solved challenge."""

    solution: Annotated[str, StringConstraints(max_length=puzzle.LONGEST)] = ""


class VoucherOut(Schema):
    """One that the caller has; code and token only while it can be used."""

    id: int
    status: str = Field(description="granted, used, refunded or expired")
    title: str
    kind: str
    region: str
    day: date
    fen: int
    use_from: datetime
    use_to: datetime
    granted_at: datetime
    used_at: datetime | None
    code: str = Field(description="Eight digits to read aloud")
    token: str = Field(description="The text of the QR code")


class VoucherPage(Schema):
    """A page of one's vouchers; `next` is the cursor of the page after it, null on the last."""

    items: list[VoucherOut]
    next: str | None


class HandedOut(Schema):
    """Whether it was handed over, and if it had been before, where and when. It names nobody."""

    code: str = Field(description="used, again, or why not")
    ok: bool
    reason: str
    mend: str
    title: str
    kind: str
    at: datetime | None
    outlet: str


class RedeemIn(BaseModel):
    """What the person showed: the token of the QR code, or the eight digits."""

    shown: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    key: Short


class RowIn(BaseModel):
    """One handing-over without a connection."""

    token: Annotated[str, StringConstraints(max_length=200)]
    at: AwareDatetime
    key: Annotated[str, StringConstraints(max_length=redeem.LONGEST_KEY)] = Field(
        "", description="The key with which it was tried online, if it was"
    )


class BatchIn(BaseModel):
    """A closed batch: `count` is how many rows the terminal wrote."""

    key: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    count: int
    rows: Annotated[list[RowIn], Field(min_length=1, max_length=offline.MOST_ROWS)]


class AnswerOut(Schema):
    """What became of a row."""

    code: str
    at: str
    outlet: str


class BatchOut(Schema):
    """The answers in the order of the rows; `again` when the batch had been uploaded before."""

    answers: list[AnswerOut]
    again: bool


class TerminalOut(Schema):
    """What a terminal needs to work without a connection."""

    outlet: str
    region: str
    public_key: str = Field(description="Ed25519, hexadecimal")
    version: str = Field(description="How a token begins")
    offline_hours: int
    offline_most: int


class StatementOut(Schema):
    """A settlement as the merchant sees it: counts and money (fen), nobody's name."""

    no: str
    state: str
    first_day: date
    last_day: date
    n: int
    fen: int


class AnswerIn(BaseModel):
    """Agreed, or what is wrong with it."""

    agreed: bool
    remark: Annotated[str, StringConstraints(max_length=1000)] = ""


class ServeIn(BaseModel):
    """Somebody at the station who has no phone at hand."""

    phone: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    name: Annotated[str, StringConstraints(max_length=100)] = ""
    offer: Whole
    outlet: Whole


class PageOf(Schema):
    """Which page."""

    cursor: Cursor = ""
    limit: Limit = SIZE


class Place(Schema):
    """Where."""

    region: RegionCode = Field(description="County (or city) of the person, GB/T 2260")


class TerminalKey(APIKeyHeader):
    """`Terminal: <secret>` as it was shown once when the terminal was enrolled."""

    param_name = "Terminal"

    def authenticate(self, request: HttpRequest, key: str | None) -> Terminal:  # noqa: ARG002
        try:
            return programmes.terminal_of(key or "")
        except Forbidden as error:
            raise AuthenticationError from error


TERMINAL = TerminalKey()


class AtTerminal(HttpRequest):
    """A request of a known terminal."""

    auth: Terminal


@router.get("/vouchers/offers", operation_id="voucher_offers", summary="What can be claimed today",
            response={200: list[OfferOut], **ERRORS})  # fmt: skip
def offers(request: Request, where: Query[Place]) -> list[dict[str, Any]]:  # noqa: ARG001
    """In this county and its city, the soonest first."""
    try:
        found = claims.offers_in(where.region, now=clock.now())
    except ValueError:
        raise NotFound(code="no_such_region") from None
    return [
        {
            "id": s.offer.pk, "title": s.offer.title, "kind": s.offer.kind, "day": s.offer.day,
            "region": s.offer.region, "opens_at": s.opens_at, "closes_at": s.closes_at, "use_from": s.offer.use_from,
            "use_to": s.offer.use_to, "left": s.left, "code": s.verdict.code, "reason": str(s.verdict.reason),
        }
        for s in found
    ]  # fmt: skip


@router.get("/vouchers/challenge", operation_id="voucher_challenge", summary="A puzzle for the device",
            response={200: ChallengeOut, **ERRORS})  # fmt: skip
@unscoped
def challenge(request: Request, where: Query[Place]) -> dict[str, Any]:
    """Instead of a captcha: a moment of the device's work, no data about anybody. Good for one claim."""
    return vars(puzzle.challenge(person_id=_person(request), region=where.region, now=clock.now()))


@router.post("/vouchers/offers/{id}/claim", operation_id="claim_voucher", summary="Claim one",
             response={201: VoucherOut, 200: VoucherOut, 409: Error, 429: Error, **ERRORS})  # fmt: skip
@unscoped
def claim(request: Request, id: Whole, body: ClaimIn, key: ClaimKey) -> HttpResponse:
    """201 when it is new, 200 when the same key was sent before. 409 with a code otherwise: already, sold_out,
    not_open, closed, paused, not_listed, puzzle_needed, puzzle_wrong, puzzle_old, puzzle_spent, busy."""
    now, person = clock.now(), _person(request)
    with seen_by(request.auth.as_worker):
        made = claims.claim(
            offer_id=id, person_id=person, account_id=request.auth.account.pk, key=key, now=now, solution=body.solution
        )
        done = made.verdict and made.voucher_id is not None
        mine = claims.one_of(person_id=person, voucher_id=made.voucher_id or 0, now=now) if done else None
    if mine is None:  # raised outside the scope: a puzzle that was spent stays spent
        if made.code == "too_many":
            raise TooSoon(words.REASONS["too_many"][0], now + timedelta(minutes=1))
        raise words.refuse(made.code)
    return JsonResponse(_voucher(mine), status=201 if made.code == "granted" else 200)


@router.get("/vouchers/mine", operation_id="my_vouchers", summary="My vouchers", response={200: VoucherPage, **ERRORS})
@unscoped
def my_vouchers(request: Request, paging: Query[PageOf]) -> dict[str, Any]:
    """What the caller has or had, newest first."""
    before, person = unpack(paging.cursor, int)[0] if paging.cursor else None, _person(request)
    with seen_by(request.auth.as_worker):
        found = claims.mine(person_id=person, now=clock.now(), before_id=before, limit=paging.limit + 1)
    shown = found[: paging.limit]
    return {"items": [_voucher(v) for v in shown], "next": pack(shown[-1].id) if len(found) > paging.limit else None}


@router.get("/vouchers/mine/{id}", operation_id="my_voucher", summary="One of my vouchers",
            response={200: VoucherOut, **ERRORS})  # fmt: skip
@unscoped
def my_voucher(request: Request, id: Whole) -> dict[str, Any]:
    """With its code and token while it can be used."""
    person = _person(request)
    with seen_by(request.auth.as_worker):
        return _voucher(claims.one_of(person_id=person, voucher_id=id, now=clock.now()))


@router.post("/vouchers/mine/{id}/give-back", operation_id="give_back_voucher", summary="Give it back",
             response={204: None, 409: Error, **ERRORS})  # fmt: skip
@unscoped
def give_back(request: Request, id: Whole) -> HttpResponse:
    """Before it is used; its place can be claimed by others while claims are open."""
    person = _person(request)
    with seen_by(request.auth.as_worker):
        verdict = claims.give_back(voucher_id=id, person_id=person, now=clock.now())
    if verdict.code == "not_found":
        raise NotFound(verdict.reason, code="not_found")
    if not verdict:
        raise words.refuse(verdict.code)
    return HttpResponse(status=204)


@router.post("/vouchers/serve", operation_id="serve_voucher", summary="Serve somebody at a station",
             response={200: HandedOut, **ERRORS})  # fmt: skip
@unscoped
def serve_person(request: Request, body: ServeIn, key: ClaimKey) -> dict[str, Any]:
    """A helper claims and hands over in one step for somebody without a phone at hand. The person reads it in their
    record of access."""
    if not Outlet.objects.filter(pk=body.outlet).exists():
        raise NotFound(code="no_such_outlet")
    handed = serve(
        phone=body.phone, name=body.name, offer_id=body.offer, outlet_id=body.outlet, key=key[: redeem.LONGEST_KEY],
        actor=request.auth.actor, now=clock.now(),
    )  # fmt: skip
    return _handed(handed)


@router.get("/terminal", auth=TERMINAL, operation_id="terminal", summary="What a terminal needs offline",
            response={200: TerminalOut, 401: Error})  # fmt: skip
@unscoped
def terminal(request: AtTerminal) -> dict[str, Any]:
    """The key that checks tokens without a connection, and the limits."""
    outlet = request.auth.outlet
    limits = {
        name: rules.number(name, region=outlet.region, now=clock.now()) for name in ("offline_hours", "offline_most")
    }
    return {
        "outlet": outlet.name, "region": outlet.region, "public_key": keys.public_hex(), "version": tokens.VERSION,
        **limits,
    }  # fmt: skip


@router.post("/terminal/redeem", auth=TERMINAL, operation_id="redeem_voucher", summary="Hand one over",
             response={200: HandedOut, 401: Error, 422: Error})  # fmt: skip
@unscoped
def redeem_voucher(request: AtTerminal, body: RedeemIn) -> dict[str, Any]:
    """Whether what was shown may be handed over, and it is then. The same key again gives the same answer."""
    return _handed(redeem.redeem(terminal=request.auth, shown=body.shown, key=body.key, now=clock.now()))


@router.post("/terminal/batches", auth=TERMINAL, operation_id="upload_redemptions", summary="Upload what was given",
             response={200: BatchOut, 401: Error, 409: Error, 413: Error, 422: Error})  # fmt: skip
@unscoped
def upload(request: AtTerminal, body: BatchIn) -> dict[str, Any]:
    """A closed batch of what was handed out without a connection; each row is answered, each code is owed once."""
    rows = [offline.Row(row.token, row.at, row.key) for row in body.rows]
    done = offline.upload(terminal=request.auth, key=body.key, rows=rows, count=body.count, now=clock.now())
    return {"answers": [vars(answer) for answer in done.answers], "again": done.again}


@router.get("/terminal/settlements", auth=TERMINAL, operation_id="outlet_settlements", summary="What we are owed",
            response={200: list[StatementOut], 401: Error})  # fmt: skip
@unscoped
def statements(request: AtTerminal) -> list[dict[str, Any]]:
    """The outlet's settlements, newest first."""
    return [vars(statement) for statement in settle.statements(terminal=request.auth)]


@router.post("/terminal/settlements/{no}", auth=TERMINAL, operation_id="answer_settlement", summary="Agree or dispute",
             response={204: None, 401: Error, 404: Error, 409: Error, 422: Error})  # fmt: skip
@unscoped
def answer(request: AtTerminal, no: str, body: AnswerIn) -> HttpResponse:
    """The merchant's answer to a settlement that was sent."""
    settle.answer(terminal=request.auth, no=no, agreed=body.agreed, remark=body.remark, now=clock.now())
    return HttpResponse(status=204)


def _person(request: Request) -> int:
    """The caller's person. Raises NotFound where there is none: a partner, or staff without one."""
    person = request.auth.as_worker.person_id
    if person is None:
        raise NotFound(code="no_person")
    return person


def _voucher(mine: claims.Voucher) -> dict[str, Any]:
    return {name: value for name, value in vars(mine).items() if name != "used_at_outlet"}


def _handed(handed: redeem.Handed) -> dict[str, Any]:
    verdict = handed.verdict
    return {
        "code": handed.code, "ok": verdict.ok, "reason": str(verdict.reason), "mend": str(verdict.mend),
        "title": handed.title, "kind": handed.kind, "at": handed.at, "outlet": handed.outlet,
    }  # fmt: skip
