"""`zhijia org`, `account` and `post`: a new installation's first three administrators come in by the command line."""

from collections.abc import Callable
from datetime import date

import pytest
from click.testing import Result
from django.test import Client
from typer.testing import CliRunner

from tests.cast import NOW, PROVINCE, Cast
from zhijia.faces.cli import setup
from zhijia.faces.cli.main import app
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden, Invalid, NotFound
from zhijia.kernel.org.models import Org, Region
from zhijia.kernel.people.actors import Permission, Reach
from zhijia.kernel.people.models import Account, Post, Right, Substitution
from zhijia.kernel.people.posts import actor_of

pytestmark = pytest.mark.django_db
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, at NOW, in a database that has nobody."""
    monkeypatch.setattr(setup, "boot", lambda: None)

    def invoke(*words: str) -> Result:
        with clock.at(NOW):
            return CliRunner().invoke(app, list(words))

    return invoke


def test_three_administrators_come_in_and_appoint_everybody_else(run: Run) -> None:
    Region.objects.create(code=PROVINCE, name="江澜省", level=1)
    org = run("org", "add", "江澜省总工会", "--region", PROVINCE).output.strip()
    assert run("org", "list").output == f"{org}\t1\t江澜省总工会\n"
    links = {}
    for login, role in (("chen.xi", "administrator"), ("lu.an", "security_administrator"), ("ji.ping", "auditor")):
        links[login] = run("account", "add", login, "--name", login.title(), "--org", "江澜省总工会").output.strip()
        assert run("post", "appoint", login, "--role", role, "--org", org).exit_code == 0
    listed = run("post", "list", "--org", "江澜省总工会").output.splitlines()
    assert [line.split("\t")[1:3] for line in listed] == [
        ["ji.ping", "auditor"], ["lu.an", "security_administrator"], ["chen.xi", "administrator"],
    ]  # fmt: skip
    with clock.at(NOW):
        client = Client(headers={"Accept-Language": "en"})
        page = client.get(links["lu.an"])
        client.post(
            links["lu.an"], {"password": "eine lange Kette von Wörtern", "again": "eine lange Kette von Wörtern"}
        )
        assert (page.status_code, Account.objects.get(login="lu.an").has_usable_password()) == (200, True)
        guard = Client(headers={"Accept-Language": "en"})
        guard.force_login(Account.objects.get(login="lu.an"))
        admin = Client(headers={"Accept-Language": "en"})
        admin.force_login(Account.objects.get(login="chen.xi"))
        admin.post("/desk/admin/accounts/new/", {"login": "zhou.min", "name": "周敏", "home": "江澜省总工会"})
        zhou = Account.objects.get(login="zhou.min")
        typed = {"role": "officer", "org": "江澜省总工会", "from_day": "2026-11-16"}
        assert guard.post(f"/desk/admin/accounts/{zhou.pk}/appoint/", typed).status_code == 302
        assert [str(p.role) for p in actor_of(zhou, now=NOW).posts] == ["officer"]


def test_posts_are_ended_substituted_and_their_reach_set(run: Run, cast: Cast) -> None:
    post = cast.accounts["zhou"].posts.get()
    assert (
        run("post", "right", str(post.pk), "case.read", "--reach", "chosen", "--org", "北岭县总工会").output == "set\n"
    )
    right = Right.objects.get()
    assert (right.permission, right.reach, right.orgs) == (Permission.READ, Reach.CHOSEN, [cast.orgs["beiling"].pk])
    days = ("--first", "2026-11-17", "--last", "2026-11-18", "--reason", "年休假")
    assert run("post", "substitute", str(post.pk), "lin", *days).output == "recorded\n"
    assert Substitution.objects.get().to_day == date(2026, 11, 18)
    assert run("post", "end", str(post.pk), "--last", "2026-12-31").output == "ends with 2026-12-31\n"
    post.refresh_from_db()
    assert post.to_day == date(2026, 12, 31)


def test_account_is_closed_and_comes_in_no_more(run: Run, cast: Cast) -> None:
    assert run("account", "close", "zhou").output == "closed\n"
    with pytest.raises(Forbidden):
        actor_of(Account.objects.get(login="zhou"), now=NOW)


def test_what_is_wrong_is_one_sentence(run: Run, cast: Cast) -> None:
    wrong = {
        ("account", "close", "nobody"): NotFound,
        ("post", "appoint", "zhou", "--role", "king", "--org", "青禾区总工会"): Invalid,
        ("post", "appoint", "zhou", "--role", "auditor", "--org", "青禾区总工会"): Invalid,
        ("post", "appoint", "zhou", "--role", "officer", "--org", "没有"): NotFound,
        ("post", "end", "999999"): NotFound,
        ("post", "end", str(Post.objects.earliest("id").pk), "--last", "morgen"): Invalid,
        ("org", "add", "x", "--region", "111111"): NotFound,
    }
    assert {words: type(run(*words).exception) for words in wrong} == wrong
    assert Org.objects.count() == 6
