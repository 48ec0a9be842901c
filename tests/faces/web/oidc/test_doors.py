"""Another identity provider signs people in here: whom, how they become known, and what is kept."""

import base64
from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser

from tests.cast import NOW, PLATFORM, Cast
from tests.faces.oidc import FakeProvider
from tests.faces.oidc_walk import answered, linked, through, who, why
from zhijia.faces import sessions
from zhijia.kernel.base.errors import Forbidden, Invalid
from zhijia.kernel.people import providers
from zhijia.kernel.people.models import Account, Person, Provider, ProviderInvitation, ProviderLink
from zhijia.kernel.people.oidc_models import SignsIn

SECOND = int(NOW.timestamp())


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
