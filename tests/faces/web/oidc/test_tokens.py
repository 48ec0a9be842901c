"""Codes, tokens and keys that we give to partners: what they open, and what opens nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
from django.test import Client as Browser
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken

from tests.cast import NOW, PLATFORM, Cast
from tests.faces.oidc import BACK, RelyingParty, queried
from tests.faces.oidc_walk import keys_of, opened
from zhijia.faces.api.partners import enable
from zhijia.kernel.base import clock
from zhijia.kernel.people.models import Account, Client, Consent

Party = Callable[..., RelyingParty]


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
    for grant in ("password", "implicit", "urn:ietf:params:oauth:grant-type:device_code", ""):
        answer = portal.post(
            "token", {"grant_type": grant, "client_id": portal.client_id, "client_secret": portal.secret}
        )
        assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_grant_type"})


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


def test_keys_rotate_without_anybody_noticing(party: Party, tmp_path: Any, settings: Any) -> None:
    from zhijia.faces.web.oidc import keys as signing

    settings.OIDC_KEYS = tmp_path / "oidc"
    portal = party()
    before = portal.tokens()["id_token"]
    [file] = (tmp_path / "oidc").iterdir()
    assert (file.stat().st_mode & 0o777, "PRIVATE" in file.read_text()) == (0o600, True)
    signing.rotate(now=NOW)
    assert len(keys_of(portal.browser)) == 2
    assert jwt.get_unverified_header(portal.tokens()["id_token"]) == jwt.get_unverified_header(before)
    with clock.at(NOW + timedelta(days=2)):
        after = portal.tokens()["id_token"]
        assert jwt.get_unverified_header(after) != jwt.get_unverified_header(before)
        assert (opened(before, portal)["nonce"], opened(after, portal)["nonce"]) == ("n1", "n1")
    with clock.at(NOW + timedelta(days=4)):
        assert len(keys_of(portal.browser)) == 1
    signing.rotate(now=NOW + timedelta(days=4), at_once=True)
    with clock.at(NOW + timedelta(days=4)):
        assert jwt.get_unverified_header(portal.tokens()["id_token"])["kid"] in keys_of(portal.browser)
        assert len(keys_of(portal.browser)) == 1
