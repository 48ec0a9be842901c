import json
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # the settings are not read yet when this file is
    from django.http import HttpResponse

    from tests.cast import Cast

STORY = "我在青禾区一个工地扎钢筋，9 月和 10 月的工资没给"


class Api:
    """The API as the cast uses it: by session, or a partner by token. English unless a test says otherwise."""

    def __init__(self, cast: "Cast") -> None:
        from django.test import Client

        self.cast = cast
        self.client = Client(headers={"accept-language": "en"})

    def by(self, name: str) -> "Api":
        """The same API for another person, signed in."""
        other = Api(self.cast)
        other.client.force_login(self.cast.accounts[name])
        return other

    def with_token(self, token: str) -> "Api":
        """The same API for whoever has this token."""
        other = Api(self.cast)
        other.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return other

    def get(self, path: str, **query: Any) -> "HttpResponse":
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path: str, body: object = None, **headers: str) -> "HttpResponse":
        return self.send("POST", path, body, **headers)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> "HttpResponse":
        data = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, f"/api/v1{path}", data, content_type="application/json", headers=named)

    def file(self, **fields: Any) -> str:
        """File a case of the hotline in Qinghe; its number."""
        answer = self.post("/cases/hotline", {"story": STORY, "category": "wages", "region": "980102"} | fields)
        assert answer.status_code == 201, answer.content.decode()
        return str(answer.json()["no"])

    def do(self, no: str, transition: str, body: object = None, **headers: str) -> "HttpResponse":
        return self.post(f"/cases/{no}/actions/{transition}", body, **headers)


@pytest.fixture
def api(cast: "Cast") -> Iterator[Api]:
    """Nobody signed in, the clock at the cast's NOW, no token remembered."""
    from tests.cast import NOW
    from zhijia.faces.api import auth
    from zhijia.kernel.base import clock

    auth.forget()
    with clock.at(NOW):
        yield Api(cast)
    auth.forget()


@pytest.fixture
def token(cast: "Cast") -> str:
    """The token of a partner at the hotline centre whose reach is the province."""
    return make_token(cast, "12345")


@pytest.fixture
def partner(api: Api, token: str) -> Api:
    return api.with_token(token)


def make_token(cast: "Cast", name: str, **options: Any) -> str:
    """A token of a new partner, valid for an hour."""
    from oauth2_provider.models import AccessToken, Application

    from tests.cast import NOW, PLATFORM
    from zhijia.faces.api.partners import add_partner

    orgs = cast.orgs
    posts = {"org_id": orgs["centre"].pk, "reach_id": orgs["province"].pk} | options
    made = add_partner(name=name, actor=PLATFORM, now=NOW, **posts)
    application = Application.objects.get(client_id=made.client_id)
    expires = NOW + timedelta(hours=1)
    return str(
        AccessToken.objects.create(application=application, token=f"t-{name}", expires=expires, scope="cases").token
    )
