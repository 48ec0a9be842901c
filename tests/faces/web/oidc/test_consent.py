"""Partners sign people in with us: the whole dance, what they learn, and that each person decides it."""

import json
import re
from collections.abc import Callable

import jwt
import pytest
from django.test import Client as Browser
from oauth2_provider.models import Grant

from tests.cast import NOW, Cast
from tests.faces.oidc import BACK, ISSUER, RelyingParty, queried
from tests.faces.oidc_walk import opened, registered
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.people.models import Client, Consent
from zhijia.kernel.people.oidc_models import ClientKind

Party = Callable[..., RelyingParty]


def test_discovery_names_every_address_and_only_what_is_strict(client: Browser) -> None:
    told = client.get("/.well-known/openid-configuration").json()
    assert told["issuer"] == ISSUER
    assert {name: told[name] for name in told if name.endswith("_endpoint") or name == "jwks_uri"} == {
        "authorization_endpoint": f"{ISSUER}/oauth/authorize/", "token_endpoint": f"{ISSUER}/api/v1/oauth/token",
        "userinfo_endpoint": f"{ISSUER}/api/v1/oauth/userinfo", "jwks_uri": f"{ISSUER}/api/v1/oauth/jwks.json",
        "revocation_endpoint": f"{ISSUER}/api/v1/oauth/revoke", "end_session_endpoint": f"{ISSUER}/oauth/leave/",
        "introspection_endpoint": f"{ISSUER}/api/v1/oauth/introspect",
    }  # fmt: skip
    strict = ("subject_types", "response_types", "code_challenge_methods", "id_token_signing_alg_values")
    assert [told[f"{name}_supported"] for name in strict] == [["pairwise"], ["code"], ["S256"], ["RS256"]]


def test_whole_dance_tells_a_worker_apart_and_nothing_else(party: Party, cast: Cast) -> None:
    portal = party(scope="openid profile posts")
    page = portal.ask()
    assert (page.status_code, page["Cache-Control"].count("no-store")) == (200, 1)
    assert "Government portal" in page.content.decode()
    back = portal.answer()["Location"]
    assert (back.split("?")[0], queried(back)["state"], queried(back)["iss"]) == (BACK, "s1", ISSUER)
    given = portal.redeem(queried(back)["code"]).json()
    assert (given["token_type"], given["scope"], given["expires_in"]) == ("Bearer", "openid profile", 3600)
    proof = opened(given["id_token"], portal)
    claims = portal.claims(given["access_token"]).json()
    assert claims == {"sub": proof["sub"], "name": "Alice"}
    assert (proof["nonce"], proof["exp"] - proof["iat"], proof["iat"]) == ("n1", 600, int(NOW.timestamp()))
    assert set(proof) <= {"iss", "sub", "aud", "exp", "iat", "nonce", "at_hash", "jti", "auth_time", "amr"}
    alice = cast.accounts["alice"]
    secrets = [alice.login, "13800000001", f'"{alice.pk}"', f'"{alice.person_id}"']
    assert [found for found in secrets if found in json.dumps([claims, proof])] == []
    assert len(proof["sub"]) == 43


def test_staff_with_the_scope_tell_their_posts(party: Party) -> None:
    portal = party("zhou", scope="openid posts")
    page = portal.ask().content.decode()
    assert "Union officer" in page
    claims = portal.claims(portal.tokens()["access_token"]).json()
    assert claims["posts"] == [{"role": "officer", "org": "青禾区总工会", "region": "980102"}]
    assert "name" not in claims


def test_subject_differs_between_two_systems_and_stays_the_same_in_one(party: Party) -> None:
    one, other = party(), party()
    subjects = [opened(p.tokens()["id_token"], p)["sub"] for p in (one, other, one)]
    assert (subjects[0] == subjects[2], subjects[0] == subjects[1]) == (True, False)


def test_employer_signs_in_no_worker_and_learns_no_name_of_staff(party: Party) -> None:
    refused = party("alice", kind=ClientKind.ENTERPRISE).ask()
    assert (refused.status_code, "must not learn" in refused.content.decode()) == (403, True)
    assert (Grant.objects.count(), Consent.objects.count()) == (0, 0)
    works = party("zhou", kind=ClientKind.ENTERPRISE)
    assert set(works.claims(works.tokens()["access_token"]).json()) == {"sub"}
    assert queried(works.ask(scope="openid profile")["Location"])["error"] == "invalid_scope"


def test_employer_cannot_be_given_more_by_anybody(party: Party) -> None:
    from django.db import IntegrityError

    from zhijia.kernel.base.errors import Invalid

    with pytest.raises(Invalid) as caught:
        registered(ClientKind.ENTERPRISE, "openid profile")
    assert [(p.field, p.code) for p in caught.value.problems] == [("scopes", "barred")]
    party("zhou", kind=ClientKind.ENTERPRISE)
    with pytest.raises(IntegrityError, match="people_client_enterprise"):
        Client.objects.update(scopes="openid profile")


def test_consent_is_asked_once_until_it_is_withdrawn_and_each_use_is_on_record(party: Party, cast: Cast) -> None:
    portal = party(scope="openid profile")
    tokens = portal.tokens()
    again = portal.ask()
    assert (again.status_code, "code" in queried(again["Location"])) == (302, True)
    assert portal.ask(scope="openid").status_code == 302
    portal.claims(tokens["access_token"])
    uses = Entry.objects.filter(act="consent.used").order_by("id")
    assert [(use.person_id, use.actor, use.purpose, use.data["fields"]) for use in uses] == [
        (cast.person_id("alice"), "政务服务网", "在“政务服务网”登录", fields)
        for fields in (["sign_in"], ["sign_in"], ["sign_in"], ["name"])
    ]
    assert "Government portal" in portal.browser.get("/me/connected/").content.decode()
    read = portal.browser.get("/me/access/").content.decode()
    assert (read.count("政务服务网"), read.count("The whole matter")) == (8, 0)
    consent = Consent.objects.get()
    assert (consent.uses, consent.scopes) == (3, "openid profile")
    assert portal.browser.post("/me/connected/", {"withdraw": consent.pk}).status_code == 302
    assert portal.claims(tokens["access_token"]).status_code == 401
    assert portal.refresh(tokens["refresh_token"]).status_code == 400
    assert portal.ask().status_code == 200


def test_wider_scopes_are_asked_for_anew(party: Party) -> None:
    portal = party()
    portal.tokens()
    assert portal.ask(scope="openid profile").status_code == 200
    assert portal.ask(prompt="consent").status_code == 200


def test_nobody_withdraws_for_another(party: Party, cast: Cast) -> None:
    party().tokens()
    mallory = Browser()
    mallory.force_login(cast.accounts["mallory"])
    assert mallory.post("/me/connected/", {"withdraw": Consent.objects.get().pk}).status_code == 404
    assert Consent.objects.get().withdrawn_at is None


def test_refusal_is_an_answer(party: Party) -> None:
    portal = party()
    told = queried(portal.answer("refuse")["Location"])
    assert (told["error"], told["state"], told["iss"]) == ("access_denied", "s1", ISSUER)
    assert Consent.objects.count() == 0


def test_passer_by_signs_in_first_and_silence_is_answered(party: Party) -> None:
    portal = party("")
    address = portal.ask()["Location"]
    assert (address.startswith("/sign-in/?next="), "oauth/authorize" in address) == (True, True)
    assert queried(portal.ask(prompt="none")["Location"])["error"] == "login_required"
    signed_in = party()
    assert queried(signed_in.ask(prompt="none")["Location"])["error"] == "consent_required"
    signed_in.tokens()
    assert "code" in queried(signed_in.ask(prompt="none")["Location"])
    works = party("alice", kind=ClientKind.ENTERPRISE)
    assert queried(works.ask(prompt="none")["Location"])["error"] == "interaction_required"


def test_system_may_want_a_fresh_proof(party: Party) -> None:
    portal = party()
    portal.tokens()
    for changed in ({"prompt": "login"}, {"max_age": "60"}):
        page = portal.ask(**changed)
        assert (page.status_code, "wants to be sure that it is you" in page.content.decode()) == (200, True)
    assert queried(portal.ask(prompt="none", max_age="60")["Location"])["error"] == "login_required"
    again = portal.answer("again", prompt="login")["Location"]
    assert (again.startswith("/account/confirm/?next=/oauth/authorize/"), "prompt" in again) == (True, False)
    other = portal.answer("other", prompt="login")["Location"]
    assert (other.startswith("/sign-in/?next=/oauth/authorize/"), "prompt" in other) == (True, False)
    assert queried(portal.ask(prompt="none")["Location"])["error"] == "login_required"
    assert queried(portal.ask(max_age="x")["Location"])["error"] == "invalid_request"


def test_after_signing_in_a_page_leads_on_because_the_policy_ends_a_redirect(party: Party) -> None:
    portal = party()
    portal.tokens()
    page = portal.browser.get(portal.address(), headers={"referer": f"{ISSUER}/sign-in/"})
    target = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.content.decode())
    assert (page.status_code, target[1].split("?")[0] if target else "") == (200, BACK)


def test_leaving_asks_and_goes_only_where_registered(party: Party) -> None:
    portal = party()
    tokens = portal.tokens()
    query = {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": "https://partner.example/left",
        "state": "x",
    }
    browser = portal.browser
    assert browser.get("/oauth/leave/", query).status_code == 200
    for wrong in (
        {"post_logout_redirect_uri": "https://evil.example"}, {"client_id": "other"}, {"id_token_hint": "a.b.c"},
        {"id_token_hint": tokens["id_token"][:-4] + "AAAA"},
        {"id_token_hint": jwt.encode({"aud": portal.client_id}, "x" * 32)},
    ):  # fmt: skip
        assert browser.get("/oauth/leave/", query | wrong).status_code == 422
    address = "/oauth/leave/?" + "&".join(f"{k}={v}" for k, v in query.items())
    left = browser.post(address, {"act": "out"})
    assert left["Location"] == "https://partner.example/left?state=x"
    assert browser.get("/me/").status_code == 302
    assert portal.claims(tokens["access_token"]).status_code == 401
