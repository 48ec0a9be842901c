"""Systems of partners: how they are added, changed and shut, what machines are told of tokens, and the commands."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from oauth2_provider.models import AccessToken, Application, RefreshToken
from typer.testing import CliRunner

from tests.cast import NOW, PLATFORM, Cast
from tests.faces.oidc import BACK, RelyingParty, running
from zhijia.faces.api import partners
from zhijia.faces.api.partners import Credentials, add_partner, add_sign_in
from zhijia.faces.cli.main import app
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden, Invalid, NotFound
from zhijia.kernel.people.models import Client, Provider
from zhijia.kernel.people.oidc_models import ClientKind

URL = "/api/v1/oauth/introspect"


@pytest.fixture(autouse=True)
def _time(db: None) -> Iterator[None]:
    with clock.at(NOW):
        yield


def add(**changed: Any) -> Credentials:
    given: dict[str, Any] = {
        "title_zh": "政务服务网", "title_en": "Portal", "kind": ClientKind.PUBLIC, "redirects": [BACK],
        "scopes": ["openid", "profile"], "actor": PLATFORM, "now": NOW,
    }  # fmt: skip
    return add_sign_in(**given | changed)


@pytest.fixture
def portal(cast: Cast) -> RelyingParty:
    browser = Browser()
    browser.force_login(cast.accounts["alice"])
    made = add()
    return RelyingParty(browser, made.client_id, made.client_secret, "openid profile")


def test_token_is_explained_to_the_system_it_was_given_to_alone(portal: RelyingParty) -> None:
    tokens = portal.tokens()
    mine = {"client_id": portal.client_id, "client_secret": portal.secret}
    told = Browser().post(URL, {"token": tokens["access_token"], **mine}).json()
    assert told == {
        "active": True, "scope": "openid profile", "client_id": portal.client_id, "token_type": "Bearer",
        "exp": told["exp"], "iat": told["iat"], "sub": portal.claims(tokens["access_token"]).json()["sub"],
    }  # fmt: skip
    assert told["exp"] - told["iat"] in (3599, 3600, 3601)
    other = add()
    theirs = {"client_id": other.client_id, "client_secret": other.client_secret}
    public = add(public=True)
    answers = [
        Browser().post(URL, {"token": tokens["access_token"], **theirs}), Browser().post(URL, {"token": "x", **mine}),
        Browser().post(URL, {"token": tokens["access_token"]}), Browser().post(URL, mine | {"client_secret": "x"}),
        Browser().post(URL, {"token": tokens["access_token"], "client_id": public.client_id}),
    ]  # fmt: skip
    assert [(a.status_code, a.json()) for a in answers] == [
        (200, {"active": False}), (200, {"active": False}), *[(401, {"error": "invalid_client"})] * 3,
    ]  # fmt: skip
    assert Browser().get(URL, {"token": tokens["access_token"], **mine}).status_code == 405
    assert portal.post("revoke", {"token": tokens["refresh_token"], **mine}).status_code == 200
    assert Browser().post(URL, {"token": tokens["access_token"], **mine}).json() == {"active": False}


def test_nobody_ends_the_tokens_of_another(portal: RelyingParty) -> None:
    tokens, other = portal.tokens(), add()
    form = {"token": tokens["access_token"], "client_id": other.client_id, "client_secret": other.client_secret}
    assert portal.post("revoke", form).status_code == 200
    assert portal.claims(tokens["access_token"]).status_code == 200


def test_machine_is_told_of_its_own_token(cast: Cast) -> None:
    made = add_partner(name="12345", org_id=cast.orgs["centre"].pk, actor=PLATFORM, now=NOW)
    mine = {"client_id": made.client_id, "client_secret": made.client_secret}
    token = Browser().post("/api/v1/oauth/token", {"grant_type": "client_credentials", **mine}).json()
    assert (token["scope"], "refresh_token" in token, "id_token" in token) == ("cases", False, False)
    told = Browser().post(URL, {"token": token["access_token"], **mine}).json()
    assert (told["active"], told["scope"], "sub" in told) == (True, "cases", False)
    partners.enable(client_id=made.client_id, enabled=False, actor=PLATFORM, now=NOW)
    assert AccessToken.objects.count() == 0
    again = Browser().post("/api/v1/oauth/token", {"grant_type": "client_credentials", **mine})
    assert again.status_code == 401
    headers = {"authorization": f"Bearer {token['access_token']}"}
    assert Browser().get("/api/v1/cases", headers=headers).status_code == 401


def test_token_that_expired_is_not_good(portal: RelyingParty) -> None:
    tokens = portal.tokens()
    AccessToken.objects.update(expires=AccessToken.objects.get().expires - timedelta(hours=2))
    mine = {"client_id": portal.client_id, "client_secret": portal.secret}
    assert Browser().post(URL, {"token": tokens["access_token"], **mine}).json() == {"active": False}
    assert portal.claims(tokens["access_token"]).status_code == 401


@pytest.mark.parametrize(
    "address",
    [
        "http://partner.example/", "https://partner.example/#x", "https://*.example/", "https://a b.example/", "x",
        "https://u@partner.example/", "javascript:alert(1)", "https://пример.example/", "https://partner.example:0/",
        "app.example:/back", "http://localhost.evil.example/", "https://x\n.example/",
    ],
)  # fmt: skip
def test_address_that_may_not_be_one_is_refused(address: str) -> None:
    for field in ("redirects", "after_logout"):
        with pytest.raises(Invalid):
            add(**{field: [address]})
    assert (Application.objects.count(), Client.objects.count()) == (0, 0)


def test_addresses_of_the_own_machine_may_be_plain() -> None:
    made = add(redirects=["http://localhost:3000/back", "http://127.0.0.1/", "http://[::1]:8/", BACK])
    assert Application.objects.get(client_id=made.client_id).redirect_uris.count(" ") == 3
    for wrong in ([], [BACK] * 21):
        with pytest.raises(Invalid):
            add(redirects=wrong)


def test_system_is_changed_shut_and_given_another_secret_on_record(portal: RelyingParty) -> None:
    tokens, moved = portal.tokens(), "https://partner.example/moved"
    given: dict[str, Any] = {"client_id": portal.client_id, "actor": PLATFORM, "now": NOW}
    partners.change_sign_in(**given, redirects=[moved], scopes=["openid"])
    assert (portal.ask().status_code, "invalid_scope" in portal.ask(redirect_uri=moved)["Location"]) == (422, True)
    assert set(portal.claims(tokens["access_token"]).json()) == {"sub"}
    secret = partners.rotate_secret(**given)
    assert portal.refresh(tokens["refresh_token"]).status_code == 401
    portal.secret = secret
    assert portal.refresh(tokens["refresh_token"]).status_code == 200
    partners.enable(**given, enabled=False)
    assert (AccessToken.objects.count(), RefreshToken.objects.count()) == (0, 0)
    acts = Entry.objects.filter(act__startswith="client.").order_by("id").values_list("act", flat=True)
    assert list(acts) == ["client.added", "client.changed", "client.secret_rotated", "client.disabled"]
    shut = [(one.kind, one.scopes, one.redirects, one.enabled) for one in partners.listed()]
    assert shut == [("public", ("openid",), (moved,), False)]
    with pytest.raises(NotFound):
        partners.enable(**given | {"client_id": "x"}, enabled=True)
    with pytest.raises(Invalid):
        partners.rotate_secret(**given | {"client_id": add(public=True).client_id})


def test_only_who_keeps_the_security_trusts_a_system(portal: RelyingParty, cast: Cast) -> None:
    for name in ("zhou", "head", "supervisor", "leader", "auditor", "alice"):
        given: dict[str, Any] = {"client_id": portal.client_id, "actor": cast.actor(name), "now": NOW}
        with pytest.raises(Forbidden):
            partners.change_sign_in(**given, scopes=[])
        with pytest.raises(Forbidden):
            partners.rotate_secret(**given)
        with pytest.raises(Forbidden):
            partners.enable(**given, enabled=True)
        with pytest.raises(Forbidden):
            add(actor=cast.actor(name))
    assert add(actor=cast.actor("guard")).client_secret != ""


def test_tokens_that_stood_in_clear_are_blanked_and_still_good(portal: RelyingParty) -> None:
    from importlib import import_module

    from django.db import connection

    tokens = portal.tokens()
    AccessToken.objects.update(token=tokens["access_token"])
    RefreshToken.objects.update(token=tokens["refresh_token"])
    with connection.cursor() as cursor:
        cursor.execute(import_module("zhijia.kernel.people.migrations.0005_providers").HASHED)
    assert (AccessToken.objects.get().token, RefreshToken.objects.get().token) == ("", "")
    assert portal.claims(tokens["access_token"]).status_code == 200
    assert portal.refresh(tokens["refresh_token"]).status_code == 200


def run(*words: str) -> Any:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


@pytest.fixture
def _booted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhijia.faces.cli.setup.boot", lambda: None)


@pytest.mark.usefixtures("_booted")
def test_commands_add_list_change_and_shut_a_system(tmp_path: Any, settings: Any) -> None:
    settings.OIDC_KEYS = tmp_path / "oidc"
    told = run(
        "partner", "sign-in", "Portal", "--chinese", "政务服务网", "--kind", "public", "--redirect", BACK, "--scope",
        "openid", "--scope", "profile",
    )  # fmt: skip
    client_id = told.splitlines()[0].removeprefix("client_id=")
    first = told.splitlines()[1].removeprefix("client_secret=")
    run("partner", "change", client_id, "--redirect", "https://partner.example/other")
    assert run("partner", "list").splitlines() == [
        f"{client_id}  public  open  政务服务网  openid,profile", "    https://partner.example/other",
    ]  # fmt: skip
    second = run("partner", "rotate-secret", client_id).splitlines()[1].removeprefix("client_secret=")
    assert (len(second), second == first) == (43, False)
    run("partner", "disable", client_id)
    assert Client.objects.get().enabled is False
    run("partner", "enable", client_id)
    assert Client.objects.get().enabled is True
    assert run("partner", "keys").count("\n") == 1
    assert len(run("partner", "keys", "--at-once").splitlines()) == 1
    wrong = CliRunner().invoke(app, ["partner", "sign-in", "P", "--chinese", "政", "--kind", "x", "--redirect", BACK])
    assert "union, public" in str(wrong.exception)


@pytest.mark.usefixtures("_booted")
def test_commands_add_test_invite_and_shut_a_provider(cast: Cast, tmp_path: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim\n")
    with running(NOW) as fake:
        told = run(
            "provider", "add", "city", fake.issuer, "--title", "City", "--chinese", "市", "--client-id", "zhijia",
            "--signs-in", "staff", "--reach", str(cast.orgs["city"].pk), "--secret-file", str(secret),
            "--to", "2027-01-31",
        )  # fmt: skip
        assert ("…/sign-in/with/city/back/" in told, "keys: k1 RS256" in told) == (True, True)
        assert "in every answer" in run("provider", "test", "city")
        assert run("provider", "invite", "city", "zhou").startswith("/sign-in/invited/")
        run("provider", "disable", "city")
        assert (Provider.objects.get().enabled, "shut" in run("provider", "list")) == (False, True)
        run("provider", "enable", "city")
        fake.metadata = {"issuer": "https://evil.example"}
        failed = CliRunner().invoke(app, ["provider", "test", "city"])
        assert "calls itself 'https://evil.example'" in str(failed.exception)
    for words in (["test", "none"], ["invite", "city", "nobody"]):
        assert CliRunner().invoke(app, ["provider", *words]).exit_code == 1
