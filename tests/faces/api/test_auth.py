"""The two ways in, and that there is no third."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken, Application

from tests.cast import NOW, PLATFORM, Cast
from zhijia.faces.api import auth, document
from zhijia.faces.api.partners import add_partner
from zhijia.kernel.base import clock
from zhijia.kernel.people.models import Account, Post

from .conftest import Api

OPEN = {
    ("/api/v1/healthz", "get"), ("/api/v1/oauth/token", "post"), ("/api/v1/oauth/revoke", "post"),
    ("/api/v1/session", "post"), ("/api/v1/session/code", "post"), ("/api/v1/session/second", "post"),
    ("/api/v1/calculators", "get"), ("/api/v1/calculators/{key}", "post"),  # what the law gives is nobody's secret
    ("/api/v1/typical-cases", "get"), ("/api/v1/typical-cases/{id}", "get"),
    *((f"/api/v1/pseudonyms{end}", "post") for end in ("", "/act", "/code", "/look")),  # nobody signs in for these
}  # fmt: skip


def test_token_by_client_credentials_until_it_is_revoked(cast: Cast) -> None:
    made = add_partner(
        name="12345", org_id=cast.orgs["centre"].pk, reach_id=cast.orgs["province"].pk, actor=PLATFORM, now=clock.now()
    )
    client = Client(enforce_csrf_checks=True)
    credentials = {"client_id": made.client_id, "client_secret": made.client_secret}
    given = client.post("/api/v1/oauth/token", {"grant_type": "client_credentials", **credentials})
    assert (given.status_code, given.json()["token_type"]) == (200, "Bearer")
    headers = {"authorization": f"Bearer {given.json()['access_token']}"}
    assert client.get("/api/v1/cases", headers=headers).json() == {"items": [], "next": None}
    token = {"token": given.json()["access_token"], **credentials}
    assert client.post("/api/v1/oauth/revoke", token).status_code == 200
    assert client.get("/api/v1/cases", headers=headers).status_code == 401


@pytest.mark.parametrize("secret", ["wrong", "nul\0", "\ud800"[:0] or "半", "x" * 5000])
def test_token_with_wrong_credentials_is_refused(db: None, secret: str) -> None:
    form = {"grant_type": "client_credentials", "client_id": f"id{secret[-1:]}", "client_secret": secret}
    answer = Client().post("/api/v1/oauth/token", form)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_no_other_grant_is_served(db: None) -> None:
    answer = Client().post("/api/v1/oauth/token", {"grant_type": "password", "username": "a", "password": "b"})
    assert answer.status_code in (400, 401)


def test_every_route_refuses_the_anonymous(api: Api) -> None:
    answers = {}
    for path, methods in document.schema()["paths"].items():
        for method in methods:
            url = path.replace("{no}", "ZJ1").replace("{id}", "1").replace("{code}", "980000").replace("{key}", "x")
            answers[path, method] = api.client.generic(
                method.upper(), url, b"{}", content_type="application/json"
            ).status_code
    assert {key: status for key, status in answers.items() if status != 401 and key not in OPEN} == {}
    assert len(answers) > 50


def test_health_needs_no_account(api: Api) -> None:
    assert api.get("/healthz").json() == {"ok": True}


def test_expired_token_is_refused_also_when_it_is_remembered(partner: Api) -> None:
    assert partner.get("/cases").status_code == 200
    with clock.at(NOW + timedelta(minutes=59)):
        assert partner.get("/cases").status_code == 200
    with clock.at(NOW + timedelta(minutes=61)):
        assert partner.get("/cases").status_code == 401


def test_closed_account_loses_its_token_when_trust_ends(partner: Api) -> None:
    assert partner.get("/cases").status_code == 200
    Account.objects.filter(is_partner=True).update(is_active=False)
    auth.forget()
    assert partner.get("/cases").status_code == 401


def test_partner_without_a_post_today_is_told_so(partner: Api) -> None:
    Post.objects.filter(account__is_partner=True).update(
        to_day=NOW.date() - timedelta(days=1), from_day=NOW.date() - timedelta(days=2)
    )
    answer = partner.get("/cases")
    assert (answer.status_code, answer.json()["code"]) == (403, "no_post")


def test_token_of_an_application_of_staff_is_refused(api: Api, cast: Cast) -> None:
    application = Application.objects.create(
        user=cast.accounts["zhou"], name="z", client_type="confidential", authorization_grant_type="client-credentials"
    )
    AccessToken.objects.create(application=application, token="z", expires=NOW + timedelta(hours=1), scope="cases")
    assert api.with_token("z").get("/cases").status_code == 401


def test_token_that_a_person_gave_a_partner_opens_nothing_here(partner: Api, cast: Cast) -> None:
    application = Application.objects.get()
    AccessToken.objects.create(
        application=application,
        user=cast.accounts["alice"],
        token="y",
        expires=NOW + timedelta(hours=1),
        scope="openid",
    )
    assert partner.with_token("y").get("/cases").status_code == 401


def test_wrong_token_is_refused_whatever_the_session_says(api: Api) -> None:
    signed_in = api.by("zhou")
    signed_in.client.defaults["HTTP_AUTHORIZATION"] = "Bearer nonsense"
    answer = signed_in.get("/cases")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="zhijia"')


def test_session_needs_a_csrf_token_to_change_something(api: Api, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.accounts["alice"])
    body: dict[str, Any] = {"story": "x", "category": "wages", "region": "980102"}
    refused = client.post("/api/v1/cases/hotline", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    assert client.get("/api/v1/cases").status_code == 200
    client.cookies["csrftoken"] = secret = "a" * 32
    filed = client.post("/api/v1/cases/hotline", body, content_type="application/json", headers={"x-csrftoken": secret})
    assert filed.status_code == 201


def test_officer_who_is_a_worker_too_chooses_the_hat(api: Api, cast: Cast) -> None:
    no = api.by("bob").file()
    cast.accounts["zhou"].person_id = cast.person_id("bob")
    cast.accounts["zhou"].save()
    zhou = api.by("zhou")
    assert zhou.get(f"/cases/{no}").status_code == 404  # not with the unit yet
    zhou.client.defaults["HTTP_ACTING_AS"] = "worker"
    assert zhou.get(f"/cases/{no}").status_code == 200
    del zhou.client.defaults["HTTP_ACTING_AS"]
    assert [c["no"] for c in zhou.get("/me/matters").json()["items"]] == [no]
