"""Accounts, a quota and persons for the tests of the ledger."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from zhijia.kernel.base.clock import CHINA

if TYPE_CHECKING:  # the settings are not read yet when this file is
    from zhijia.kernel.ledger.models import Quota
    from zhijia.kernel.people.models import Person

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=CHINA)
DAY = timedelta(days=1)
SCOPE = "vouchers:12:2026-11-24"
QUOTA = "vouchers:12:2026-11-24:980100"


def open_books() -> None:
    """Funds, an expense, a payable and the bank."""
    from zhijia.kernel.ledger.entries import NewAccount, open_accounts
    from zhijia.kernel.ledger.models import AccountKind

    open_accounts(
        NewAccount(key=key, kind=kind, title=key)
        for key, kind in (
            ("bank", AccountKind.ASSET),
            ("funds:12", AccountKind.LIABILITY),
            ("spent:12", AccountKind.EXPENSE),
            ("payable:7", AccountKind.LIABILITY),
        )
    )


def new_quota(total: int = 40, key: str = QUOTA, *, named: bool = True) -> "Quota":
    """A quota that opened an hour ago and closes in twelve."""
    from zhijia.kernel.ledger.models import Quota
    from zhijia.kernel.ledger.quotas import NewQuota, make_quotas

    make_quotas(
        [
            NewQuota(
                key=key,
                total=total,
                opens_at=NOW - timedelta(hours=1),
                closes_at=NOW + timedelta(hours=12),
                named=named,
            )
        ]
    )
    return Quota.objects.get(key=key)


def new_persons(count: int) -> list["Person"]:
    """So many nameless persons."""
    from zhijia.kernel.people.models import Person

    return Person.objects.bulk_create([Person(created_at=NOW) for _ in range(count)])


def claim_for(quota: "Quota", person_id: int, key: str = "k", **changed: object) -> tuple[str, int | None]:
    """The code and id of a claim as the tests usually make it."""
    from zhijia.kernel.ledger.entitlements import claim

    given = {
        "quota_id": quota.pk, "scope": SCOPE, "person_id": person_id, "key": key, "fen": 1500, "valid_from": NOW,
        "valid_to": NOW + timedelta(hours=12), "snapshot": {"programme": "meal"}, "now": NOW, **changed,
    }  # fmt: skip
    made = claim(**given)  # type: ignore[arg-type]
    return made.code, made.id


@pytest.fixture
def books(db: None) -> None:
    """The four accounts, open."""
    open_books()


@pytest.fixture
def quota(db: None) -> "Quota":
    """Forty places."""
    return new_quota()


@pytest.fixture
def persons(db: None) -> Callable[[int], list["Person"]]:
    """Makes persons."""
    return new_persons
