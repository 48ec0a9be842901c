"""Partners sign people in with us: the whole dance, what they learn, and what they cannot do."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.test import Client as Browser
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken

from tests.cast import NOW, PLATFORM, Cast
from tests.faces.oidc import BACK, ISSUER, RelyingParty, queried
from zhijia.faces.api.partners import Credentials, add_sign_in, enable
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base import clock
from zhijia.kernel.people.models import Account, Client, Consent
from zhijia.kernel.people.oidc_models import ClientKind

Party = Callable[..., RelyingParty]


@pytest.fixture(autouse=True)
def _time(db: None) -> Any:
    with clock.at(NOW):
        yield


def registered(
    kind: ClientKind = ClientKind.PUBLIC, scopes: str = "openid profile posts", **options: Any
) -> Credentials:
    return add_sign_in(
        title_zh="政务服务网", title_en="Government portal", kind=kind, redirects=[BACK], scopes=scopes.split(),
        after_logout=["https://partner.example/left"], actor=PLATFORM, now=NOW, **options,
    )  # fmt: skip


@pytest.fixture
def party(cast: Cast) -> Party:
    """A registered system, with the browser of somebody of the cast."""

    def made(who: str = "alice", scope: str = "openid", kind: ClientKind = ClientKind.PUBLIC, **options: Any) -> Any:
        browser = Browser(headers={"accept-language": "en"})
        if who:
            browser.force_login(cast.accounts[who])
        most = "openid" if kind is ClientKind.ENTERPRISE else "openid profile posts"
        given = registered(kind, most, **options)
        return RelyingParty(browser, given.client_id, given.client_secret, scope)

    return made


def keys(browser: Browser) -> dict[str, Any]:
    told = browser.get("/api/v1/oauth/jwks.json").json()["keys"]
    return {key["kid"]: jwt.PyJWK(key, "RS256") for key in told}


def opened(token: str, party: RelyingParty, **options: Any) -> dict[str, Any]:
    """An id token as a strict partner reads it, but for the clock."""
    key = keys(party.browser)[jwt.get_unverified_header(token)["kid"]]
    checks = {"verify_exp": False, "verify_iat": False}
    return jwt.decode(token, key, ["RS256"], audience=party.client_id, issuer=ISSUER, options=checks, **options)


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


def test_nobody_is_sent_to_an_address_that_is_not_registered(party: Party) -> None:
    portal = party()
    portal.tokens()
    for address in (
        BACK + "/more", BACK + "?x=1", BACK + "#x", BACK + "/", "https://PARTNER.example/back", "//evil.example", "",
        "https://partner.example:443/back", "https://partner.example.evil.example/back", "http://partner.example/back",
        "https://evil@partner.example/back", "https://partner.example/back/../other", "javascript:x",
    ):  # fmt: skip
        for answer in (portal.ask(redirect_uri=address), portal.answer("refuse", redirect_uri=address)):
            assert (answer.status_code, answer.headers.get("Location")) == (422, None), address
    assert portal.ask(redirect_uri=None)["Location"].split("?")[0] == BACK  # the only one there is


def test_request_without_a_sound_challenge_is_refused(party: Party) -> None:
    portal = party()
    for changed in (
        {"code_challenge": None}, {"code_challenge_method": "plain"}, {"code_challenge_method": None},
        {"code_challenge": "short"}, {"nonce": "n" * 256},
    ):  # fmt: skip
        assert queried(portal.ask(**changed)["Location"])["error"] == "invalid_request", changed


def test_other_flows_are_not_served(party: Party) -> None:
    portal = party()
    for kind in ("token", "id_token", "id_token token", "code id_token"):
        assert "error=" in portal.ask(response_type=kind)["Location"]
    for grant in ("password", "implicit", "urn:ietf:params:oauth:grant-type:device_code"):
        form = {"grant_type": grant, "client_id": portal.client_id, "client_secret": portal.secret, "device_code": "x"}
        assert portal.post("token", form).status_code in (400, 401, 404)


def test_code_is_worth_nothing_without_its_verifier_address_and_secret(party: Party) -> None:
    portal, other = party(), party()
    code = portal.code()
    wrong = [
        portal.redeem(code, code_verifier=None), portal.redeem(code, code_verifier="w" * 50),
        portal.redeem(code, redirect_uri="https://partner.example/other"), portal.redeem(code, client_secret="x"),
        portal.redeem(code, client_secret=None), other.redeem(code),
    ]  # fmt: skip
    assert [answer.status_code for answer in wrong] == [400, 400, 400, 401, 401, 400]
    assert portal.redeem(code).status_code == 200


def test_code_that_comes_twice_ends_what_the_first_one_gave(party: Party) -> None:
    portal = party()
    code = portal.code()
    tokens = portal.redeem(code).json()
    assert portal.claims(tokens["access_token"]).status_code == 200
    assert portal.redeem(code).json()["error"] == "invalid_grant"
    assert portal.claims(tokens["access_token"]).status_code == 401
    assert portal.refresh(tokens["refresh_token"]).status_code == 400


def test_refresh_token_is_used_once_and_a_second_use_ends_the_family(party: Party) -> None:
    portal = party()
    first = portal.tokens()
    second = portal.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert portal.claims(second["access_token"]).status_code == 200
    assert portal.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
    assert portal.claims(second["access_token"]).status_code == 401
    assert portal.refresh(second["refresh_token"]).status_code == 400


def test_nothing_that_stands_in_the_database_opens_anything(party: Party) -> None:
    portal = party()
    code = portal.code()
    kept = [Grant.objects.get().code, Application.objects.get(client_id=portal.client_id).client_secret]
    assert (code in kept, portal.secret in kept, kept[1].startswith("random_secret$1$")) == (False, False, True)
    assert portal.redeem(kept[0]).status_code == 400
    tokens = portal.redeem(code).json()
    assert [*AccessToken.objects.values_list("token", flat=True)] == [""]
    assert [*RefreshToken.objects.values_list("token", flat=True)] == [""]
    checksum = AccessToken.objects.get().token_checksum
    assert (checksum == tokens["access_token"], portal.claims(checksum).status_code) == (False, 401)


def test_system_that_was_shut_gets_nothing_more(party: Party) -> None:
    portal = party()
    tokens, code = portal.tokens(), portal.code()
    Client.objects.update(enabled=False)  # even where the tokens were not ended
    assert portal.claims(tokens["access_token"]).status_code == 401
    assert portal.redeem(code).status_code == 401
    assert portal.refresh(tokens["refresh_token"]).status_code == 401
    assert portal.ask().status_code == 422
    enable(client_id=portal.client_id, enabled=False, actor=PLATFORM, now=NOW)
    assert (AccessToken.objects.count(), RefreshToken.objects.count(), Grant.objects.count()) == (0, 0, 0)
    enable(client_id=portal.client_id, enabled=True, actor=PLATFORM, now=NOW)
    assert portal.claims(tokens["access_token"]).status_code == 401


def test_closed_account_opens_nothing(party: Party, cast: Cast) -> None:
    portal = party()
    tokens, code = portal.tokens(), portal.code()
    Account.objects.filter(pk=cast.accounts["alice"].pk).update(is_active=False)
    assert portal.claims(tokens["access_token"]).status_code == 401
    assert portal.redeem(code).status_code == 400
    assert portal.refresh(tokens["refresh_token"]).status_code == 400


def test_token_of_a_person_is_no_key_to_the_api(party: Party) -> None:
    portal = party("zhou", scope="openid posts")
    tokens = portal.tokens()
    for token in (tokens["access_token"], tokens["id_token"]):
        headers = {"authorization": f"Bearer {token}"}
        assert Browser().get("/api/v1/cases", headers=headers).status_code == 401
    assert portal.claims(tokens["id_token"]).status_code == 401
    with_address = Browser().get("/api/v1/oauth/userinfo", {"access_token": tokens["access_token"]})
    assert with_address.status_code == 400


def test_machine_cannot_send_anybody_to_sign_in(party: Party, cast: Cast) -> None:
    from zhijia.faces.api.partners import add_partner

    made = add_partner(name="12345", org_id=cast.orgs["centre"].pk, actor=PLATFORM, now=NOW)
    machine = RelyingParty(party().browser, made.client_id, made.client_secret)
    assert machine.ask().status_code == 422


def test_public_system_needs_no_secret_but_always_the_verifier(party: Party) -> None:
    app = party(public=True)
    code = app.code()
    assert app.redeem(code, client_secret=None, code_verifier=None).status_code == 400
    assert app.redeem(code, client_secret=None).status_code == 200


def test_pages_stand_in_no_frame_and_lead_nowhere_else(party: Party) -> None:
    page = party().ask()
    policy = page["Content-Security-Policy"]
    assert (page["X-Frame-Options"], "frame-ancestors 'none'" in policy) == ("DENY", True)
    assert re.search(r"form-action [^;]*", policy)[0] == "form-action 'self' https://partner.example"  # type: ignore[index]


def test_answer_needs_our_own_form(party: Party, cast: Cast) -> None:
    portal = party()
    portal.browser = Browser(enforce_csrf_checks=True)
    portal.browser.force_login(cast.accounts["alice"])
    assert (portal.answer().status_code, Consent.objects.count()) == (403, 0)


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


def test_keys_rotate_without_anybody_noticing(party: Party, tmp_path: Any, settings: Any) -> None:
    from zhijia.faces.web.oidc import keys as signing

    settings.OIDC_KEYS = tmp_path / "oidc"
    portal = party()
    before = portal.tokens()["id_token"]
    [file] = (tmp_path / "oidc").iterdir()
    assert (file.stat().st_mode & 0o777, "PRIVATE" in file.read_text()) == (0o600, True)
    signing.rotate(now=NOW)
    assert len(keys(portal.browser)) == 2
    assert jwt.get_unverified_header(portal.tokens()["id_token"]) == jwt.get_unverified_header(before)
    with clock.at(NOW + timedelta(days=2)):
        after = portal.tokens()["id_token"]
        assert jwt.get_unverified_header(after) != jwt.get_unverified_header(before)
        assert (opened(before, portal)["nonce"], opened(after, portal)["nonce"]) == ("n1", "n1")
    with clock.at(NOW + timedelta(days=4)):
        assert len(keys(portal.browser)) == 1
    signing.rotate(now=NOW + timedelta(days=4), at_once=True)
    with clock.at(NOW + timedelta(days=4)):
        assert jwt.get_unverified_header(portal.tokens()["id_token"])["kid"] in keys(portal.browser)
        assert len(keys(portal.browser)) == 1
