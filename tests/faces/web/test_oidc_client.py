"""Another identity provider signs people in here: the whole dance against one on this machine, and every lie."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from django.test import Client as Browser

from tests.cast import NOW, PLATFORM, Cast
from tests.faces.oidc import FakeProvider, ec_key, jwk, other_rsa_key, rsa_key, running
from zhijia.faces import sessions
from zhijia.faces.web.oidc import discovery
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden, Invalid
from zhijia.kernel.people import providers
from zhijia.kernel.people.models import Account, Person, Provider, ProviderInvitation, ProviderLink
from zhijia.kernel.people.oidc_models import SignsIn

SECOND = int(NOW.timestamp())


@pytest.fixture(scope="module")
def _server() -> Iterator[FakeProvider]:
    with running(NOW) as fake:
        yield fake


@pytest.fixture
def fake(_server: FakeProvider) -> FakeProvider:
    """The provider, honest again."""
    _server.__init__(_server.issuer, NOW)  # type: ignore[misc]
    return _server


@pytest.fixture(autouse=True)
def _time(db: None, settings: Any) -> Iterator[None]:
    """A fixed clock, nothing remembered, and the second step asked of staff as in a real installation."""
    settings.STAFF_SECOND_FACTOR = True
    discovery.forget()
    with clock.at(NOW):
        yield


@pytest.fixture
def staff(cast: Cast, fake: FakeProvider) -> Provider:
    return trusted(fake, "city", SignsIn.STAFF, reach_id=cast.orgs["city"].pk, client_secret="geheim:%")


@pytest.fixture
def workers(cast: Cast, fake: FakeProvider) -> Provider:
    return trusted(fake, "province", SignsIn.WORKERS)


def trusted(fake: FakeProvider, key: str, signs_in: SignsIn, **options: Any) -> Provider:
    return providers.add_provider(
        key=key, title_zh="省统一身份认证", title_en="Provincial sign-in", issuer=fake.issuer, client_id="zhijia",
        signs_in=signs_in, actor=PLATFORM, now=NOW, **options,
    )  # fmt: skip


@pytest.fixture
def browser() -> Browser:
    return Browser(headers={"accept-language": "en"})


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


def test_staff_come_in_by_a_joined_subject_and_our_second_step(
    browser: Browser, fake: FakeProvider, staff: Provider, cast: Cast
) -> None:
    linked(staff, cast.accounts["zhou"])
    answer = through(browser, fake, "city", next="/desk/register/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/set-up/?next=%2Fdesk%2Fregister%2F")
    assert (who(browser), browser.session["pending"]["by"]) == (0, "oidc:city")
    form = fake.forms[0]
    assert form["authorization"] == "Basic " + base64.b64encode(b"zhijia:geheim%3A%25").decode()
    assert (form["grant_type"], form["redirect_uri"]) == (
        "authorization_code", "http://testserver/sign-in/with/city/back/",
    )  # fmt: skip
    assert "client_secret" not in form


def test_second_step_is_left_out_only_where_the_provider_asked_for_two_factors(
    fake: FakeProvider, staff: Provider, cast: Cast
) -> None:
    Provider.objects.update(strong_acr="urn:level3 urn:level4")
    linked(staff, cast.accounts["zhou"])
    weak: list[dict[str, Any]] = [
        {"amr": ["pwd", "otp"]},
        {"amr": "mfa"},
        {"acr": "urn:level1"},
        {"acr": ""},
        {"acr": 1},
    ]
    for claims in ({"amr": ["pwd", "mfa"]}, {"acr": "urn:level3"}, *weak):
        browser = Browser()
        fake.claims = claims
        through(browser, fake, "city", next="/desk/register/")
        assert who(browser) == (0 if claims in weak else cast.accounts["zhou"].pk), claims
    assert ProviderLink.objects.get().used_at == NOW


def test_unknown_subject_of_staff_gets_nowhere_whatever_it_claims(
    browser: Browser, fake: FakeProvider, staff: Provider, cast: Cast
) -> None:
    before = Account.objects.count()
    fake.claims = {
        "phone_number": "13800000001", "phone_number_verified": True, "email": "zhou@example.com", "name": "Zhou",
        "preferred_username": "zhou",
    }  # fmt: skip
    answer = through(browser, fake, "city")
    assert (answer.status_code, who(browser), Account.objects.count()) == (403, 0, before)
    assert "not joined" in str(answer.context["reason"])


def test_worker_is_found_by_a_verified_phone_and_a_new_one_gets_an_account(
    browser: Browser, fake: FakeProvider, workers: Provider, cast: Cast
) -> None:
    fake.claims = {"phone_number": "+86 138-0000-0001", "phone_number_verified": True}
    answer = through(browser, fake, "province", next="/matters/")
    assert (answer["Location"], who(browser)) == ("/matters/", cast.accounts["alice"].pk)
    fake.claims = {"sub": "new"}
    fake.userinfo = {"sub": "new", "phone_number": "13912345678", "phone_number_verified": True}
    other = Browser()
    through(other, fake, "province")
    person = Account.objects.get(pk=who(other)).person
    assert person is not None
    assert (person.phone_masked, person.name) == ("139****5678", "")
    fake.userinfo = {"sub": "new"}  # from now on the subject is known
    third = Browser()
    through(third, fake, "province")
    assert who(third) == who(other)


def test_phone_that_is_not_verified_finds_nobody(fake: FakeProvider, workers: Provider, cast: Cast) -> None:
    before = Account.objects.count(), Person.objects.count()
    unverified: list[dict[str, Any]] = [
        {"phone_number": "13800000001"}, {"phone_number": "13800000001", "phone_number_verified": False},
        {"phone_number": "13800000001", "phone_number_verified": "true"}, {"phone_number": 13800000001},
        {"phone_number": "1380000", "phone_number_verified": True}, {"name": "Alice", "email": "a@example.com"},
    ]  # fmt: skip
    fake.userinfo = {"sub": "subject-1"}
    for claims in unverified:
        browser = Browser()
        fake.claims = claims
        assert (through(browser, fake, "province").status_code, who(browser)) == (403, 0)
    assert (Account.objects.count(), Person.objects.count()) == before


def test_userinfo_of_somebody_else_is_refused(browser: Browser, fake: FakeProvider, workers: Provider) -> None:
    fake.userinfo = {"sub": "other", "phone_number": "13800000001", "phone_number_verified": True}
    assert why(through(browser, fake, "province")) == "userinfo"


def test_provider_of_workers_signs_in_nobody_with_a_post(
    browser: Browser, fake: FakeProvider, workers: Provider, cast: Cast
) -> None:
    zhou = cast.accounts["zhou"]
    zhou.person_id = cast.person_id("bob")
    zhou.save()
    Account.objects.filter(pk=cast.accounts["bob"].pk).update(person=None)
    fake.claims = {"phone_number": "13800000002", "phone_number_verified": True}
    assert (through(browser, fake, "province").status_code, who(browser)) == (403, 0)
    with pytest.raises(Forbidden):
        linked(workers, zhou)


def test_provider_of_staff_signs_in_nobody_beyond_its_reach(staff: Provider, cast: Cast) -> None:
    for beyond in ("supervisor", "agent", "caller", "auditor", "alice"):
        with pytest.raises(Forbidden):
            linked(staff, cast.accounts[beyond])
    linked(staff, cast.accounts["lin"])


def test_post_that_was_given_later_shuts_the_door_again(
    browser: Browser, fake: FakeProvider, staff: Provider, cast: Cast
) -> None:
    from zhijia.kernel.people.actors import Role
    from zhijia.kernel.people.posts import appoint

    linked(staff, cast.accounts["zhou"])
    appoint(
        account=cast.accounts["zhou"], role=Role.OFFICER, org_id=cast.orgs["centre"].pk, from_day=NOW.date(),
        actor=PLATFORM, now=NOW,
    )  # fmt: skip
    assert (through(browser, fake, "city").status_code, "pending" in browser.session) == (403, False)


def _none(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, None, algorithm="none")  # type: ignore[arg-type]


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _by_public_key(claims: dict[str, Any]) -> str:
    """HS256 with our provider's public key as the secret: what a careless library would take."""
    public = rsa_key().public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head = _b64(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "k1"}).encode())
    body = f"{head}.{_b64(json.dumps(claims).encode())}"
    return f"{body}.{_b64(hmac.new(pem, body.encode(), hashlib.sha256).digest())}"


def _by(key: Any, algorithm: str = "RS256", **header: Any) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, key(), algorithm=algorithm, headers={"kid": "k1", **header})


def _tampered(claims: dict[str, Any]) -> str:
    head, body, signature = _by(rsa_key)(claims).split(".")
    body = _b64(json.dumps(claims | {"sub": "admin"}).encode())
    return f"{head}.{body}.{signature}"


LIES: list[tuple[dict[str, Any], Any, str]] = [
    ({"nonce": "other"}, None, "nonce"), ({"nonce": None}, None, "nonce"), ({"nonce": 1}, None, "nonce"),
    ({"exp": SECOND - 61}, None, "exp"), ({"exp": None}, None, "times"), ({"exp": True}, None, "times"),
    ({"iat": SECOND + 61}, None, "nbf"), ({"nbf": SECOND + 61}, None, "nbf"), ({"iat": None}, None, "times"),
    ({"iat": SECOND - 3601}, None, "iat"), ({"exp": float("1e300")}, None, "times"),
    ({"aud": "other"}, None, "aud"), ({"aud": ["zhijia", "other"]}, None, "aud"), ({"aud": None}, None, "aud"),
    ({"azp": "other"}, None, "azp"), ({"iss": "https://evil.example"}, None, "iss"), ({"iss": None}, None, "iss"),
    ({"sub": ""}, None, "sub"), ({"sub": None}, None, "sub"), ({"sub": "x" * 256}, None, "sub"),
    ({}, _none, "alg"), ({}, _by_public_key, "alg"), ({}, _tampered, "signature"),
    ({}, _by(other_rsa_key), "signature"), ({}, _by(rsa_key, kid="k9"), "key"), ({}, _by(rsa_key, "RS512"), "alg"),
    ({}, _by(rsa_key, "PS256"), "alg"), ({}, _by(ec_key, "ES256"), "key"), ({}, _by(rsa_key, crit=["x"]), "token"),
    ({}, lambda _claims: "nonsense", "token"), ({}, lambda _claims: None, "token"),
    ({}, lambda _claims: "x" * 20000, "token"), ({}, lambda _claims: "a.b.c", "token"),
]  # fmt: skip


def test_id_token_that_proves_nothing_is_refused(fake: FakeProvider, staff: Provider, cast: Cast) -> None:
    linked(staff, cast.accounts["zhou"])
    found = []
    for claims, sign, _code in LIES:
        browser = Browser()
        fake.claims, fake.sign = {"amr": ["mfa"], **claims}, sign or fake.honest
        found.append((why(through(browser, fake, "city")), who(browser)))
    assert found == [(code, 0) for _claims, _sign, code in LIES]


def test_clock_of_the_provider_may_differ_by_a_minute(fake: FakeProvider, staff: Provider, cast: Cast) -> None:
    linked(staff, cast.accounts["zhou"])
    for claims in ({"exp": SECOND - 59}, {"iat": SECOND + 59}, {"nbf": SECOND + 59}, {"aud": ["zhijia"]}):
        browser = Browser()
        fake.claims = {"amr": ["mfa"], **claims}
        through(browser, fake, "city")
        assert who(browser) == cast.accounts["zhou"].pk, claims


def test_key_that_is_new_is_asked_for_once(browser: Browser, fake: FakeProvider, staff: Provider, cast: Cast) -> None:
    linked(staff, cast.accounts["zhou"])
    fake.claims = {"amr": ["mfa"]}
    through(browser, fake, "city")
    assert fake.asked.count("/jwks") == 1
    fake.keys.append(jwk(ec_key(), "k2"))
    fake.sign = lambda claims: jwt.encode(claims, ec_key(), algorithm="ES256", headers={"kid": "k2"})
    other = Browser()
    through(other, fake, "city")
    assert (who(other), fake.asked.count("/jwks")) == (cast.accounts["zhou"].pk, 2)
    fake.sign = lambda claims: jwt.encode(claims, ec_key(), algorithm="ES256", headers={"kid": "k3"})
    assert (why(through(Browser(), fake, "city")), fake.asked.count("/jwks")) == ("key", 3)


def test_answer_of_another_session_is_nobodys(
    browser: Browser, fake: FakeProvider, staff: Provider, cast: Cast
) -> None:
    linked(staff, cast.accounts["zhou"])
    fake.claims = {"amr": ["mfa"]}
    out = browser.get("/sign-in/with/city/")
    told = answered(fake, out["Location"])
    victim = Browser()
    assert why(victim.get("/sign-in/with/city/back/", told)) == "state"
    victim.get("/sign-in/with/city/")
    assert why(victim.get("/sign-in/with/city/back/", told)) == "state"
    assert (fake.forms, who(victim)) == ([], 0)
    assert browser.get("/sign-in/with/city/back/", told).status_code == 302


def test_answer_is_good_once_and_for_ten_minutes(
    browser: Browser, fake: FakeProvider, staff: Provider, cast: Cast
) -> None:
    linked(staff, cast.accounts["zhou"])
    told = answered(fake, browser.get("/sign-in/with/city/")["Location"])
    assert browser.get("/sign-in/with/city/back/", told).status_code == 302
    assert why(browser.get("/sign-in/with/city/back/", told)) == "state"
    late = answered(fake, browser.get("/sign-in/with/city/")["Location"])
    with clock.at(NOW + timedelta(seconds=600)):
        assert why(browser.get("/sign-in/with/city/back/", late)) == "state"


def test_answer_in_the_name_of_another_provider_is_refused_before_the_code_is_shown(
    browser: Browser, fake: FakeProvider, staff: Provider
) -> None:
    for issuer in ("https://evil.example", None, ""):
        assert (why(through(browser, fake, "city", iss=issuer)), fake.forms) == ("mix_up", [])


def test_answer_meant_for_another_provider_is_refused(
    browser: Browser, fake: FakeProvider, staff: Provider, workers: Provider
) -> None:
    told = answered(fake, browser.get("/sign-in/with/city/")["Location"])
    assert (why(browser.get("/sign-in/with/province/back/", told)), fake.forms) == ("state", [])


def test_provider_that_does_not_name_itself_need_not(
    browser: Browser, fake: FakeProvider, staff: Provider, cast: Cast
) -> None:
    linked(staff, cast.accounts["zhou"])
    fake.metadata = {"authorization_response_iss_parameter_supported": False}
    assert through(browser, fake, "city", iss=None).status_code == 302
    assert why(through(browser, fake, "city", iss="https://evil.example")) == "mix_up"


def test_refusal_at_the_provider_is_said(browser: Browser, fake: FakeProvider, staff: Provider) -> None:
    assert why(through(browser, fake, "city", code=None, error="access_denied")) == "refused"
    assert why(through(browser, fake, "city", code="forged")) == "unreachable"


def test_nobody_is_led_to_another_site_afterwards(fake: FakeProvider, staff: Provider, cast: Cast) -> None:
    linked(staff, cast.accounts["zhou"])
    fake.claims = {"amr": ["mfa"]}
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"):
        assert through(Browser(), fake, "city", next=target)["Location"] == "/desk/"


def test_invitation_joins_once(browser: Browser, fake: FakeProvider, staff: Provider, cast: Cast) -> None:
    token = providers.invite(provider=staff, account=cast.accounts["zhou"], actor=PLATFORM, now=NOW)
    assert token not in ProviderInvitation.objects.get().token_key
    page = browser.get(f"/sign-in/invited/{token}/")
    assert ("Zhou" in page.content.decode(), page["Referrer-Policy"]) == (True, "same-origin")
    fake.claims = {"amr": ["mfa"]}
    out = browser.post(f"/sign-in/invited/{token}/").context["address"]
    browser.get("/sign-in/with/city/back/", answered(fake, out))
    assert (who(browser), ProviderLink.objects.get().linked_by) == (cast.accounts["zhou"].pk, "invitation")
    assert Browser().get(f"/sign-in/invited/{token}/").status_code == 404
    again = Browser()
    through(again, fake, "city")
    assert who(again) == cast.accounts["zhou"].pk


def test_invitation_is_for_nobody_beyond_and_by_no_officer(staff: Provider, cast: Cast) -> None:
    with pytest.raises(Forbidden):
        providers.invite(provider=staff, account=cast.accounts["supervisor"], actor=PLATFORM, now=NOW)
    for name in ("zhou", "supervisor", "alice", "auditor"):
        with pytest.raises(Forbidden):
            providers.invite(provider=staff, account=cast.accounts["lin"], actor=cast.actor(name), now=NOW)


def test_who_is_signed_in_joins_and_ends_a_way_in(
    browser: Browser, fake: FakeProvider, workers: Provider, cast: Cast
) -> None:
    fake.userinfo = {"sub": "subject-1"}
    browser.force_login(cast.accounts["alice"])
    stale = browser.post("/me/connected/", {"link": "province"})
    assert stale["Location"].startswith("/account/confirm/?next=")
    prove(browser)
    address = browser.post("/me/connected/", {"link": "province"}).context["address"]
    assert browser.get("/sign-in/with/province/back/", answered(fake, address))["Location"] == "/me/connected/"
    link = ProviderLink.objects.get()
    assert (link.account_id, link.linked_by) == (cast.accounts["alice"].pk, "self")
    mallory = Browser()
    mallory.force_login(cast.accounts["mallory"])
    assert mallory.post("/me/connected/", {"unlink": link.pk}).status_code == 404
    browser.post("/me/connected/", {"unlink": link.pk})
    assert ProviderLink.objects.get().ended_at == NOW
    later = Browser()
    assert (through(later, fake, "province").status_code, who(later)) == (403, 0)


def prove(browser: Browser) -> None:
    """As if the person had just shown who they are."""
    session = browser.session
    moment = {"since": SECOND, "last": SECOND, "proved": SECOND, "staff": False, "strong": False, "by": "code"}
    session[sessions.SEEN] = moment
    session.save()


def test_joining_is_not_finished_for_somebody_else(
    browser: Browser, fake: FakeProvider, workers: Provider, cast: Cast
) -> None:
    browser.force_login(cast.accounts["alice"])
    prove(browser)
    address = browser.post("/me/connected/", {"link": "province"}).context["address"]
    session = browser.session
    session["_auth_user_id"] = str(cast.accounts["mallory"].pk)
    session["_auth_user_hash"] = cast.accounts["mallory"].get_session_auth_hash()
    session.save()
    fake.userinfo = {"sub": "subject-1"}
    assert why(browser.get("/sign-in/with/province/back/", answered(fake, address))) == "session"
    assert ProviderLink.objects.count() == 0


def test_subject_that_is_joined_cannot_be_taken(fake: FakeProvider, workers: Provider, cast: Cast) -> None:
    from zhijia.kernel.base.errors import Conflict

    linked(workers, cast.accounts["alice"])
    for account, subject in (("mallory", "subject-1"), ("alice", "subject-2")):
        with pytest.raises(Conflict):
            linked(workers, cast.accounts[account], subject)


def test_door_stands_on_the_sign_in_page_only_while_it_is_open(
    browser: Browser, fake: FakeProvider, staff: Provider
) -> None:
    def shown() -> bool:
        return "Provincial sign-in" in browser.get("/sign-in/").content.decode()

    assert shown()
    Provider.objects.update(from_day="2026-11-17")
    assert not shown()
    Provider.objects.update(from_day="2026-11-01", to_day="2026-11-15")
    assert (shown(), browser.get("/sign-in/with/city/").status_code) == (False, 404)
    Provider.objects.update(to_day=None, enabled=False)
    assert (shown(), browser.get("/sign-in/with/city/back/").status_code) == (False, 404)


def test_provider_that_is_away_is_said_in_words(browser: Browser, fake: FakeProvider, staff: Provider) -> None:
    fake.answers["/.well-known/openid-configuration"] = (503, b"{}")
    answer = browser.get("/sign-in/with/city/")
    assert (answer.status_code, "cannot be reached" in answer.content.decode()) == (403, True)


def test_every_refusal_is_in_the_security_log(browser: Browser, fake: FakeProvider, staff: Provider) -> None:
    from django.db import connection

    fake.claims = {"nonce": "other"}
    through(browser, fake, "city")
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, detail FROM audit_security ORDER BY id DESC LIMIT 1")
        kind, detail = cursor.fetchone()
    told = json.loads(detail) if isinstance(detail, str) else detail
    assert (kind, told) == ("sign_in.failed", {"by": "oidc:city", "why": "nonce"})


def test_secret_is_sealed_and_the_subject_is_not_kept(staff: Provider, cast: Cast) -> None:
    assert (b"geheim" in bytes(staff.secret_sealed or b""), providers.secret_of(staff)) == (False, "geheim:%")
    assert "subject-1" not in linked(staff, cast.accounts["zhou"]).subject_key


def test_provider_is_added_only_whole(staff: Provider, cast: Cast, fake: FakeProvider) -> None:
    given: dict[str, Any] = {
        "key": "other", "title_zh": "市", "title_en": "City", "issuer": fake.issuer, "client_id": "z",
        "signs_in": SignsIn.STAFF, "reach_id": cast.orgs["city"].pk, "actor": PLATFORM, "now": NOW,
    }  # fmt: skip
    wrong = {"key": "City!", "title_zh": " ", "reach_id": None, "to_day": date(2026, 11, 1)}
    for changed in (*({name: value} for name, value in wrong.items()), {"key": "city"}):
        with pytest.raises(Invalid) as caught:
            providers.add_provider(**given | changed)
        assert [p.field for p in caught.value.problems] == [next(iter(changed)).removesuffix("_id")]


def test_starts_are_limited_by_address(browser: Browser, fake: FakeProvider, staff: Provider) -> None:
    from zhijia.faces.web.oidc.doors import STARTS

    statuses = {browser.get("/sign-in/with/city/").status_code for _ in range(STARTS.most)}
    assert (statuses, browser.get("/sign-in/with/city/").status_code) == ({302}, 429)
    assert len(browser.session["oidc"]) == 5
