"""Both directions of OpenID Connect: a fake provider that we trust, and systems that trust us."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # the settings are not read yet when this file is
    from django.test import Client as Browser

    from tests.cast import Cast
    from tests.faces.oidc import FakeProvider, RelyingParty
    from zhijia.kernel.people.models import Provider


@pytest.fixture(autouse=True)
def _time(db: None, settings: Any) -> Iterator[None]:
    """A fixed clock, nothing remembered, and the second step asked of staff as in a real installation."""
    from tests.cast import NOW
    from zhijia.faces.web.oidc import discovery
    from zhijia.kernel.base import clock

    settings.STAFF_SECOND_FACTOR = True
    discovery.forget()
    with clock.at(NOW):
        yield
    discovery.forget()


@pytest.fixture(scope="session")
def _server() -> "Iterator[FakeProvider]":
    from tests.cast import NOW
    from tests.faces.oidc import running

    with running(NOW) as fake:
        yield fake


@pytest.fixture
def fake(_server: "FakeProvider") -> "FakeProvider":
    """The provider, honest again."""
    from tests.cast import NOW

    _server.__init__(_server.issuer, NOW)  # type: ignore[misc]
    return _server


@pytest.fixture
def staff(cast: "Cast", fake: "FakeProvider") -> "Provider":
    """It signs in staff of the city."""
    from tests.faces.oidc_walk import trusted
    from zhijia.kernel.people.oidc_models import SignsIn

    return trusted(fake, "city", SignsIn.STAFF, reach_id=cast.orgs["city"].pk, client_secret="geheim:%")


@pytest.fixture
def workers(cast: "Cast", fake: "FakeProvider") -> "Provider":
    """It signs in workers."""
    from tests.faces.oidc_walk import trusted
    from zhijia.kernel.people.oidc_models import SignsIn

    return trusted(fake, "province", SignsIn.WORKERS)


@pytest.fixture
def browser() -> "Browser":
    from django.test import Client as Browser

    return Browser(headers={"accept-language": "en"})


@pytest.fixture
def party(cast: "Cast") -> "Callable[..., RelyingParty]":
    """A registered system, with the browser of somebody of the cast."""
    from django.test import Client as Browser

    from tests.faces.oidc import RelyingParty
    from tests.faces.oidc_walk import registered
    from zhijia.kernel.people.oidc_models import ClientKind

    def made(who: str = "alice", scope: str = "openid", kind: Any = ClientKind.PUBLIC, **options: Any) -> RelyingParty:
        browser = Browser(headers={"accept-language": "en"})
        if who:
            browser.force_login(cast.accounts[who])
        most = "openid" if kind is ClientKind.ENTERPRISE else "openid profile posts"
        given = registered(kind, most, **options)
        return RelyingParty(browser, given.client_id, given.client_secret, scope)

    return made
