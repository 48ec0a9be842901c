"""Second factors: RFC 6238, no code twice, recovery codes once, staff keep one."""

import base64
from datetime import datetime, timedelta

import pytest

from tests.cast import NOW, Cast
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import Forbidden, Invalid
from zhijia.kernel.base.limits import TooSoon
from zhijia.kernel.people.factors import (
    PERIOD,
    Step,
    begin_totp,
    confirm_totp,
    factors_of,
    make_codes,
    prove,
    remove_totp,
    second_step,
    totp,
    totp_address,
)
from zhijia.kernel.people.models import Account, RecoveryCode, Totp
from zhijia.kernel.people.vault import Unreadable

pytestmark = pytest.mark.django_db


def code(secret: str, now: datetime = NOW) -> str:
    return totp(secret, int(now.timestamp()) // PERIOD)


def with_app(account: Account, now: datetime = NOW) -> tuple[str, list[str]]:
    secret = begin_totp(account=account, now=now)
    return secret, confirm_totp(account=account, code=code(secret, now), now=now)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
        (2000000000, "69279037"), (20000000000, "65353130"),
    ],
)  # fmt: skip
def test_codes_are_those_of_rfc_6238(seconds: int, expected: str) -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert totp(secret, seconds // PERIOD, digits=8) == expected
    assert totp(secret, seconds // PERIOD) == expected[2:]


def test_app_is_in_use_only_after_a_code(cast: Cast) -> None:
    alice = cast.accounts["alice"]
    secret = begin_totp(account=alice, now=NOW)
    assert (begin_totp(account=alice, now=NOW), factors_of(alice).totp, second_step(alice, now=NOW)) == (
        secret, False, Step.NONE,
    )  # fmt: skip
    with pytest.raises(Invalid):
        confirm_totp(account=alice, code="000000", now=NOW)
    assert len(confirm_totp(account=alice, code=code(secret), now=NOW)) == 10
    assert (factors_of(alice).totp, second_step(alice, now=NOW)) == (True, Step.PROVE)
    with pytest.raises(Invalid):
        begin_totp(account=alice, now=NOW)
    acts = Entry.objects.filter(chain=f"account:{alice.pk}").values_list("act", "data")
    assert list(acts) == [("account.factor_added", {"kind": "totp"}), ("account.codes_made", {})]


def test_secret_is_sealed_for_its_account(cast: Cast) -> None:
    alice, bob = cast.accounts["alice"], cast.accounts["bob"]
    secret = begin_totp(account=alice, now=NOW)
    sealed = bytes(Totp.objects.get().secret_sealed)
    assert secret.encode() not in sealed
    Totp.objects.create(account=bob, secret_sealed=sealed, made_at=NOW)
    with pytest.raises(Unreadable):
        begin_totp(account=bob, now=NOW)


def test_code_works_once_and_an_older_one_not_after_it(cast: Cast) -> None:
    alice = cast.accounts["alice"]
    secret, _codes = with_app(alice)
    later = NOW + timedelta(minutes=2)
    before = code(secret, later - timedelta(seconds=PERIOD))
    assert prove(account=alice, code=code(secret, later), now=later) == "totp"
    for replayed in (code(secret, later), before):
        with pytest.raises(Invalid):
            prove(account=alice, code=replayed, now=later)
    after = later + timedelta(seconds=2 * PERIOD)
    assert prove(account=alice, code=code(secret, after + timedelta(seconds=PERIOD)), now=after) == "totp"


@pytest.mark.parametrize("off", [-2, 2])
def test_clock_two_steps_off_is_refused(cast: Cast, off: int) -> None:
    secret, _codes = with_app(cast.accounts["alice"])
    later = NOW + timedelta(minutes=5)
    with pytest.raises(Invalid):
        prove(account=cast.accounts["alice"], code=code(secret, later + off * timedelta(seconds=PERIOD)), now=later)


def test_five_wrong_codes_then_none_for_a_quarter_of_an_hour(cast: Cast) -> None:
    alice = cast.accounts["alice"]
    secret, _codes = with_app(alice)
    for _n in range(5):
        with pytest.raises(Invalid):
            prove(account=alice, code="000000", now=NOW)
    later = NOW + timedelta(minutes=14)
    with pytest.raises(TooSoon):
        prove(account=alice, code=code(secret, later), now=later)
    later = NOW + timedelta(minutes=15)
    assert prove(account=alice, code=code(secret, later), now=later) == "totp"
    assert Entry.objects.filter(act="account.second_failed", actor_id=None).count() == 5


def test_recovery_code_works_once_for_its_own_account(cast: Cast) -> None:
    alice, bob = cast.accounts["alice"], cast.accounts["bob"]
    _secret, codes = with_app(alice)
    with_app(bob)
    assert (len(set(codes)), [len(c) for c in codes]) == (10, [11] * 10)
    with pytest.raises(Invalid):
        prove(account=bob, code=codes[0], now=NOW)
    assert prove(account=alice, code=f" {codes[0].lower()} ", now=NOW) == "recovery"
    with pytest.raises(Invalid):
        prove(account=alice, code=codes[0], now=NOW)
    assert factors_of(alice).codes == 9
    kept = b"".join(bytes(row.code_hash) for row in RecoveryCode.objects.all())
    assert codes[1].replace("-", "").encode() not in kept


def test_new_codes_void_the_old_ones(cast: Cast) -> None:
    alice = cast.accounts["alice"]
    _secret, old = with_app(alice)
    new = make_codes(account=alice, now=NOW)
    with pytest.raises(Invalid):
        prove(account=alice, code=old[0], now=NOW)
    assert prove(account=alice, code=new[0], now=NOW) == "recovery"


def test_worker_may_remove_the_app_and_the_codes_go_with_it(cast: Cast) -> None:
    alice = cast.accounts["alice"]
    with_app(alice)
    remove_totp(account=alice, now=NOW)
    assert (factors_of(alice).any, factors_of(alice).codes, second_step(alice, now=NOW)) == (False, 0, Step.NONE)


def test_staff_must_have_a_factor_when_the_setting_says_so(cast: Cast, settings: object) -> None:
    zhou, alice = cast.accounts["zhou"], cast.accounts["alice"]
    assert second_step(zhou, now=NOW) is Step.NONE
    settings.STAFF_SECOND_FACTOR = True  # type: ignore[attr-defined]
    assert (second_step(zhou, now=NOW), second_step(alice, now=NOW)) == (Step.SET_UP, Step.NONE)
    with_app(zhou)
    assert second_step(zhou, now=NOW) is Step.PROVE
    with pytest.raises(Forbidden):
        remove_totp(account=zhou, now=NOW)
    assert factors_of(zhou).totp is True


def test_picture_names_a_worker_by_no_index(cast: Cast) -> None:
    worker = Account(login="ab" * 16, name="", person=cast.accounts["alice"].person)
    address = totp_address(secret="ABC", account=worker, issuer="Zhijia")
    assert address == "otpauth://totp/Zhijia:138%2A%2A%2A%2A0001?secret=ABC&issuer=Zhijia&digits=6&period=30"
    staff = totp_address(secret="ABC", account=Account(login="zhou"), issuer="Zhijia")
    assert staff == "otpauth://totp/Zhijia:zhou?secret=ABC&issuer=Zhijia&digits=6&period=30"
