"""Password policy: what is refused says how to mend it; the list of leaked ones is searched on disk."""

import hashlib
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.people.models import Account, Person
from zhijia.kernel.people.passwords import times_leaked
from zhijia.kernel.people.vault import blind

pytestmark = pytest.mark.django_db


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()


def listed(path: Path, passwords: dict[str, int], *, end: str = "\r\n") -> str:
    lines = sorted(f"{sha1(password)}:{count}" for password, count in passwords.items())
    path.write_bytes((end.join(lines) + end).encode())
    return str(path)


@pytest.fixture
def zhou() -> Account:
    person = Person(phone_index=blind("13600000006", purpose="phone"))
    return Account(login="zhoumin", name="Zhou Min", person=person)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_too_short"), ("1234567890", "password_entirely_numeric"),
        ("1q2w3e4r5t", "password_too_common"), ("zhoumin2026", "password_too_similar"),
        ("my 136 0000 0006 !", "password_too_similar"), ("x13600000006y", "password_too_similar"),
    ],
)  # fmt: skip
def test_weak_password_is_refused_with_its_reason(zhou: Account, password: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, zhou)
    assert code in [problem.code for problem in refused.value.error_list]


@pytest.mark.parametrize("password", ["three herons at dawn", "x13600000007y", "一只鹭在稻田里站着等雨"])
def test_good_password_passes(zhou: Account, password: str) -> None:
    validate_password(password, zhou)


def test_leaked_password_is_refused(zhou: Account, settings: object, tmp_path: Path) -> None:
    settings.LEAKED_PASSWORDS = listed(tmp_path / "list", {"three herons at dawn": 7})  # type: ignore[attr-defined]
    with pytest.raises(ValidationError) as refused:
        validate_password("three herons at dawn", zhou)
    assert [problem.code for problem in refused.value.error_list] == ["password_leaked"]
    validate_password("four herons at dusk", zhou)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_line_of_a_list_is_found_and_nothing_else(tmp_path: Path, end: str) -> None:
    passwords = {f"password {n}": n + 1 for n in range(300)}
    path = listed(tmp_path / "list", passwords, end=end)
    assert {password: times_leaked(password, path) for password in passwords} == passwords
    assert [times_leaked(f"other {n}", path) for n in range(50)] == [0] * 50


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sets(st.text(min_size=1, max_size=8), max_size=12), st.text(min_size=1, max_size=8))
def test_search_agrees_with_the_set(tmp_path: Path, passwords: set[str], other: str) -> None:
    path = listed(tmp_path / "list", dict.fromkeys(passwords, 3), end="\n")
    wanted = [*passwords, other]
    assert [times_leaked(password, path) for password in wanted] == [3 if p in passwords else 0 for p in wanted]


def test_missing_list_is_the_operators_fault(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        times_leaked("x", str(tmp_path / "none"))
    (tmp_path / "empty").touch()
    assert times_leaked("x", str(tmp_path / "empty")) == 0
