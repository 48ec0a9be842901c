"""Signing in: passwords with a lockout, one-time codes with limits."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import Forbidden, Invalid
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.auth import (
    Backend,
    Locked,
    TooSoon,
    add_account,
    authenticate_password,
    change_password,
    find_account,
    redeem_code,
    remove_password,
    request_code,
)
from zhijia.kernel.people.models import Account, LoginCode, Person
from zhijia.kernel.people.persons import find_or_add_person

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PHONE, GOOD = "13800000007", "three herons at dawn"
PLATFORM = Actor.platform()

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fast_hasher(settings: object) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def zhou() -> Account:
    person = find_or_add_person(name="Zhou Min", phone="13600000006", now=NOW)
    return add_account(login="Zhou", name="Zhou Min", password=GOOD, person=person, actor=PLATFORM, now=NOW)


def fail(times: int, now: datetime = NOW) -> None:
    for _ in range(times):
        assert authenticate_password("zhou", "wrong", now=now) is None


@pytest.mark.parametrize("identifier", ["zhou", " ZHOU ", "136 0000 0006", "+8613600000006"])
def test_sign_in_by_handle_or_phone(zhou: Account, identifier: str) -> None:
    assert authenticate_password(identifier, GOOD, now=NOW) == zhou
    assert Entry.objects.filter(act="account.signed_in").count() == 0  # nobody is, before a session begins


@pytest.mark.parametrize("identifier", ["nobody", "13900000000", "", "\x00", "' OR 1=1"])
def test_sign_in_as_nobody_hashes_as_long_and_gives_none(
    zhou: Account, identifier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr("zhijia.kernel.people.auth.make_password", hashed.append)
    assert authenticate_password(identifier, GOOD, now=NOW) is None
    assert hashed == [GOOD]


def test_the_fifth_wrong_password_locks_for_a_quarter_of_an_hour(zhou: Account) -> None:
    fail(4)
    for password in ("wrong", GOOD):
        with pytest.raises(Locked) as refused:
            authenticate_password("zhou", password, now=NOW)
        assert (refused.value.status, refused.value.code, refused.value.until) == (429, "locked", NOW + 15 * MINUTE)
    with pytest.raises(Locked):
        authenticate_password("zhou", GOOD, now=NOW + 14 * MINUTE)
    assert authenticate_password("zhou", GOOD, now=NOW + 15 * MINUTE) == zhou
    assert Entry.objects.filter(act="account.locked").count() == 1


def test_an_unknown_name_is_locked_like_a_known_one(zhou: Account) -> None:
    answers: dict[str, list[str]] = {}
    for name in ("zhou", "nobody", "13900000000"):
        answers[name] = []
        for minute in (0, 0, 0, 0, 0, 0, 14, 16):
            try:
                authenticate_password(name, "wrong", now=NOW + minute * MINUTE)
                answers[name].append("no")
            except Locked as locked:
                answers[name].append(locked.until.strftime("%H:%M"))
    assert answers["zhou"] == ["no"] * 4 + ["10:15"] * 3 + ["no"]
    assert answers["nobody"] == answers["13900000000"] == answers["zhou"]


def test_failures_stand_in_the_trail_and_in_the_security_log(zhou: Account) -> None:
    fail(2)
    authenticate_password("nobody", "wrong", now=NOW, address="203.0.113.9")
    trail = Entry.objects.filter(chain=f"account:{zhou.pk}", act="account.failed")
    assert list(trail.values_list("actor_id", "actor", "data")) == [(None, "somebody", {"by": "password"})] * 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, address, account_id, detail FROM audit_security ORDER BY id")
        rows = cursor.fetchall()
    assert [row[:3] for row in rows] == [
        ("sign_in.failed", "", zhou.pk), ("sign_in.failed", "", zhou.pk), ("sign_in.failed", "203.0.113.0/24", None),
    ]  # fmt: skip


def test_the_lockout_names_the_time_in_china(zhou: Account) -> None:
    fail(4)
    with pytest.raises(Locked) as refused:
        authenticate_password("zhou", "wrong", now=NOW)
    assert refused.value.until.strftime("%H:%M") == "10:15"
    assert str(refused.value).count("10:15") == 1


def test_a_right_password_forgets_the_wrong_ones(zhou: Account) -> None:
    for _ in range(3):
        fail(4)
        assert authenticate_password("zhou", GOOD, now=NOW) == zhou


def test_after_a_lockout_counting_starts_anew(zhou: Account) -> None:
    fail(4)
    with pytest.raises(Locked):
        authenticate_password("zhou", "wrong", now=NOW)
    fail(4, NOW + 16 * MINUTE)
    assert authenticate_password("zhou", GOOD, now=NOW + 16 * MINUTE) == zhou


def test_a_closed_account_cannot_sign_in_and_loses_its_session(zhou: Account) -> None:
    assert Backend().get_user(zhou.pk) == zhou
    Account.objects.update(is_active=False)
    assert (authenticate_password("zhou", GOOD, now=NOW), Backend().get_user(zhou.pk)) == (None, None)


def test_account_works_with_django_auth(zhou: Account) -> None:
    assert get_user_model() is Account
    assert Account.objects.get_by_natural_key("zhou") == zhou
    assert (zhou.is_authenticated, zhou.get_username(), len(zhou.get_session_auth_hash())) == (True, "zhou", 64)


def test_change_password_ends_the_lockout_and_the_sessions(zhou: Account) -> None:
    fail(4)
    with pytest.raises(Locked):
        authenticate_password("zhou", "wrong", now=NOW)
    before = zhou.get_session_auth_hash()
    change_password(account=zhou, password="four herons at dusk", actor=Actor(account_id=zhou.pk), now=NOW)
    assert authenticate_password("zhou", "four herons at dusk", now=NOW) == zhou
    assert zhou.get_session_auth_hash() != before


def test_accounts_are_for_administrators_to_add(zhou: Account) -> None:
    with pytest.raises(Forbidden):
        add_account(login="chen", name="Chen", actor=Actor(account_id=zhou.pk), now=NOW)
    with pytest.raises(Forbidden):
        change_password(account=zhou, password=GOOD, actor=Actor(account_id=zhou.pk + 1), now=NOW)


@pytest.mark.parametrize(
    ("login", "password", "problem"),
    [
        ("zhou", GOOD, ("login", "taken")),
        ("13800000007", GOOD, ("login", "malformed")),
        ("a" * 32, GOOD, ("login", "malformed")),
        ("chen", "short", ("password", "weak")),
        ("chen", "1234567890", ("password", "weak")),
    ],
)
def test_add_account_with_bad_input_names_the_field(
    zhou: Account, login: str, password: str, problem: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        add_account(login=login, name="x", password=password, actor=PLATFORM, now=NOW)
    assert [(p.field, p.code) for p in refused.value.problems] == [problem]


def test_code_makes_a_worker_with_person_and_account_once() -> None:
    issued = request_code(phone="138-0000-0007", now=NOW)
    assert (len(issued.code), issued.code.isdigit(), issued.expires_at) == (6, True, NOW + 5 * MINUTE)
    account = redeem_code(phone=PHONE, code=f" {issued.code[:3]} {issued.code[3:]} ", now=NOW)
    person = Person.objects.get(pk=account.person_id)
    assert (account.login, person.phone_masked) == (bytes(person.phone_index or b"").hex(), "138****0007")
    assert account.has_usable_password() is False
    again = request_code(phone=PHONE, now=NOW + MINUTE)
    assert redeem_code(phone=PHONE, code=again.code, now=NOW + MINUTE) == account
    assert (Account.objects.count(), Person.objects.count()) == (1, 1)
    assert find_account(PHONE) == account


def test_code_of_a_phone_on_record_signs_in_to_the_account_of_that_person(zhou: Account) -> None:
    issued = request_code(phone="13600000006", now=NOW)
    assert redeem_code(phone="13600000006", code=issued.code, now=NOW) == zhou


def test_code_is_stored_only_as_a_keyed_hash() -> None:
    issued = request_code(phone=PHONE, now=NOW)
    row = LoginCode.objects.get()
    assert issued.code.encode() not in bytes(row.code_hash)
    assert len(bytes(row.code_hash)) == 16


def refusal(code: str, now: datetime = NOW, phone: str = PHONE) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        redeem_code(phone=phone, code=code, now=now)
    [problem] = refused.value.problems
    return problem.field, problem.code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_code_used_or_expired_or_superseded_or_of_another_phone_is_refused() -> None:
    first = request_code(phone=PHONE, now=NOW)
    assert refusal(first.code, NOW + 5 * MINUTE) == ("code", "expired")
    assert refusal(first.code, phone="13900000009") == ("code", "expired")
    second = request_code(phone=PHONE, now=NOW + MINUTE)
    if first.code != second.code:
        assert refusal(first.code, NOW + MINUTE) == ("code", "wrong")
    redeem_code(phone=PHONE, code=second.code, now=NOW + MINUTE)
    assert refusal(second.code, NOW + MINUTE) == ("code", "expired")


def test_code_takes_five_tries() -> None:
    issued = request_code(phone=PHONE, now=NOW)
    assert [refusal(wrong(issued.code))[1] for _ in range(5)] == ["wrong"] * 5
    assert refusal(issued.code) == ("code", "expired")


def test_code_on_the_fifth_try_still_works() -> None:
    issued = request_code(phone=PHONE, now=NOW)
    assert [refusal(wrong(issued.code))[1] for _ in range(4)] == ["wrong"] * 4
    assert redeem_code(phone=PHONE, code=issued.code, now=NOW).login == find_account(PHONE).login  # type: ignore[union-attr]


def test_codes_are_one_a_minute_and_ten_a_day() -> None:
    request_code(phone=PHONE, now=NOW)
    with pytest.raises(TooSoon) as refused:
        request_code(phone=PHONE, now=NOW + timedelta(seconds=59))
    assert (refused.value.status, refused.value.until) == (429, NOW + MINUTE)
    for n in range(1, 10):
        request_code(phone=PHONE, now=NOW + n * MINUTE)
    with pytest.raises(TooSoon) as refused:
        request_code(phone=PHONE, now=NOW + timedelta(hours=23))
    assert refused.value.until == NOW + timedelta(days=1)
    request_code(phone="13900000009", now=NOW + timedelta(hours=23))
    request_code(phone=PHONE, now=NOW + timedelta(days=1))


def test_code_of_a_closed_account_is_refused(zhou: Account) -> None:
    Account.objects.update(is_active=False)
    issued = request_code(phone="13600000006", now=NOW)
    with pytest.raises(Forbidden):
        redeem_code(phone="13600000006", code=issued.code, now=NOW)


def test_worker_sets_and_removes_a_password_and_staff_keep_theirs(zhou: Account) -> None:
    owner = Actor(account_id=zhou.pk, person_id=zhou.person_id)
    with pytest.raises(Forbidden):
        remove_password(account=zhou, actor=Actor(account_id=zhou.pk + 1), now=NOW)
    remove_password(account=zhou, actor=owner, now=NOW)
    assert (zhou.has_usable_password(), authenticate_password("zhou", GOOD, now=NOW)) == (False, None)
    chen = add_account(login="chen", name="Chen", password=GOOD, actor=PLATFORM, now=NOW)
    with pytest.raises(Forbidden):
        remove_password(account=chen, actor=Actor(account_id=chen.pk), now=NOW)
    assert chen.has_usable_password() is True


@pytest.mark.django_db(transaction=True)
def test_wrong_tries_cannot_be_rolled_back_by_the_caller() -> None:
    issued = request_code(phone=PHONE, now=NOW)
    with pytest.raises(RuntimeError), transaction.atomic():
        redeem_code(phone=PHONE, code=issued.code, now=NOW)
    assert refusal(wrong(issued.code)) == ("code", "wrong")
    assert LoginCode.objects.get().attempts == 1
