"""Steps of the tests of OpenID Connect: registering either side, and walking a browser through a provider."""

from typing import Any

import jwt
from django.test import Client as Browser

from tests.cast import NOW, PLATFORM
from tests.faces.oidc import BACK, ISSUER, FakeProvider, RelyingParty
from zhijia.faces.api.partners import Credentials, add_sign_in
from zhijia.kernel.people import providers
from zhijia.kernel.people.models import Account, Provider, ProviderLink
from zhijia.kernel.people.oidc_models import ClientKind, SignsIn


def trusted(fake: FakeProvider, key: str, signs_in: SignsIn, **options: Any) -> Provider:
    return providers.add_provider(
        key=key, title_zh="省统一身份认证", title_en="Provincial sign-in", issuer=fake.issuer, client_id="zhijia",
        signs_in=signs_in, actor=PLATFORM, now=NOW, **options,
    )  # fmt: skip


def linked(provider: Provider, account: Account, subject: str = "subject-1") -> ProviderLink:
    return providers.link_own(provider=provider, subject=subject, account=account, now=NOW)


def through(browser: Browser, fake: FakeProvider, key: str, **changed: Any) -> Any:
    """The whole way: out, the provider's answer (with some of it `changed`), and back."""
    out = browser.get(f"/sign-in/with/{key}/", {"next": changed.pop("next", "")})
    assert out.status_code == 302, out.content.decode()
    return browser.get(f"/sign-in/with/{key}/back/", answered(fake, out["Location"], **changed))


def answered(fake: FakeProvider, address: str, **changed: Any) -> dict[str, str]:
    told = fake.authorize(address) | changed
    return {name: value for name, value in told.items() if value is not None}


def who(browser: Browser) -> int:
    """The account of the session, or 0."""
    return int(browser.session.get("_auth_user_id", 0))


def why(answer: Any) -> str:
    """The code of a refusal."""
    return (
        str(answer.context["why"] or answer.context["reason"]) if answer.status_code == 403 else f"{answer.status_code}"
    )


def registered(
    kind: ClientKind = ClientKind.PUBLIC, scopes: str = "openid profile posts", **options: Any
) -> Credentials:
    return add_sign_in(
        title_zh="政务服务网", title_en="Government portal", kind=kind, redirects=[BACK], scopes=scopes.split(),
        after_logout=["https://partner.example/left"], actor=PLATFORM, now=NOW, **options,
    )  # fmt: skip


def keys_of(browser: Browser) -> dict[str, Any]:
    told = browser.get("/api/v1/oauth/jwks.json").json()["keys"]
    return {key["kid"]: jwt.PyJWK(key, "RS256") for key in told}


def opened(token: str, party: RelyingParty, **options: Any) -> dict[str, Any]:
    """An id token as a strict partner reads it, but for the clock."""
    key = keys_of(party.browser)[jwt.get_unverified_header(token)["kid"]]
    checks = {"verify_exp": False, "verify_iat": False}
    return jwt.decode(token, key, ["RS256"], audience=party.client_id, issuer=ISSUER, options=checks, **options)
