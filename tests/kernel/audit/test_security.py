"""The security log: what is kept of an address and a detail, who may read it, and what may be deleted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import Cast
from zhijia.kernel.audit.models import Security
from zhijia.kernel.audit.security import LEAST_DAYS, address_key, log, masked, prune
from zhijia.kernel.base.database import STAFF, WORKER, scope

NOW = datetime.now(UTC)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("203.0.113.77", "203.0.113.0/24"), ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:aa:bb::1", "2001:db8:aa::/48"), ("unknown", ""), ("", ""),
    ],
)  # fmt: skip
def test_masked_address_is_its_network(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_address_key_tells_addresses_apart_and_only_those() -> None:
    assert address_key("203.0.113.77") == address_key("::ffff:203.0.113.77") != address_key("203.0.113.78")


@pytest.mark.parametrize("kind", ["failed", "Sign.In", "a.b" * 20, "sign_in.failed "])
def test_log_of_a_kind_that_is_none_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="kind of the security log"):
        log(kind=kind, now=NOW)


@pytest.mark.django_db
def test_log_keeps_no_number_that_somebody_typed() -> None:
    log(kind="sign_in.failed", now=NOW, address="203.0.113.77", detail={"login": "13800000001", "why": ["x" * 300]})
    row = Security.objects.get()
    assert (row.address, row.detail) == ("203.0.113.0/24", {"login": "•", "why": ["x" * 200]})
    assert bytes(row.address_key or b"") == address_key("203.0.113.77")


@pytest.mark.django_db
@pytest.mark.parametrize("role", [STAFF, WORKER, None])
@pytest.mark.parametrize("statement", ["UPDATE {} SET kind = 'a.b'", "DELETE FROM {}", "TRUNCATE {}"])
def test_changing_the_log_is_refused_for_requests_and_owner(role: str | None, statement: str) -> None:
    log(kind="sign_in.failed", now=NOW)
    entered = scope(role, person=5) if role else transaction.atomic()
    with pytest.raises(DatabaseError) as refused, entered, connection.cursor() as cursor:
        cursor.execute(statement.format("audit_security"))
    assert refused.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]


@pytest.mark.django_db
def test_log_can_be_written_by_everybody_and_read_by_auditors_only(cast: Cast) -> None:
    seen = {}
    for name in ("zhou", "auditor"):
        with scope(STAFF), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('zhijia.account', %s, true)", [str(cast.accounts[name].pk)])
            log(kind="access.refused", now=NOW)
            seen[name] = Security.objects.count()
    with scope(WORKER, person=5):
        log(kind="access.refused", now=NOW)
    assert seen == {"zhou": 0, "auditor": 2}
    assert Security.objects.count() == 3


@pytest.mark.django_db
def test_prune_deletes_what_is_older_than_half_a_year() -> None:
    for days in (LEAST_DAYS + 1, LEAST_DAYS - 1, 0):
        log(kind="sign_in.failed", now=NOW - timedelta(days=days))
    assert prune(now=NOW) == 1
    assert Security.objects.count() == 2
