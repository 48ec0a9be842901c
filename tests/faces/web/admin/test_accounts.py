"""The system administrator's accounts and the security administrator's part of them, as pages."""

from typing import Any

import pytest

from tests.cast import NOW, PLATFORM, Cast
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.people.auth import add_account
from zhijia.kernel.people.models import Account, Person, Proposal
from zhijia.kernel.people.setup import find_setup
from zhijia.kernel.service import registry

PAGE = "/desk/admin/accounts/"


def names(page: Any) -> list[str]:
    return [account.login for account, _posts, _state in page.context["rows"]]


def messages(page: Any) -> list[str]:
    return [str(m) for m in page.context["messages"]]


def test_only_administrators_and_auditors_see_accounts(enter: Any) -> None:
    pages = {
        name: enter(name).get(PAGE).status_code for name in ("admin", "guard", "auditor", "leader", "zhou", "alice")
    }
    assert pages == {"admin": 200, "guard": 200, "auditor": 200, "leader": 403, "zhou": 403, "alice": 403}


def test_administrator_has_no_inbox_and_no_case_in_the_navigation(cast: Cast, enter: Any) -> None:
    front = {name: enter(name).get("/desk/") for name in ("admin", "guard", "auditor", "zhou")}
    assert [(r.status_code, r.headers.get("Location")) for r in front.values()] == [
        (302, "/desk/admin/"), (302, "/desk/admin/"), (200, None), (200, None),
    ]  # fmt: skip
    titles = {
        name: [str(item.title) for _title, items in enter(name).get("/desk/messages/").context["nav"] for item in items]
        for name in ("admin", "zhou")
    }
    assert {"Workbooks", "Accounts and posts", "Operations", "Messages", "My substitutes"} <= set(titles["admin"])
    assert {"Our inbox", "All open", "Emergency", "Board", "Register a call"} & set(titles["admin"]) == set()
    assert [t for t in ("Our inbox", "Accounts and posts", "Board") if t in titles["zhou"]] == ["Our inbox", "Board"]


def test_list_is_searched_filtered_and_stays_in_reach(cast: Cast, enter: Any) -> None:
    from datetime import date

    from zhijia.kernel.people.actors import Role
    from zhijia.kernel.people.posts import appoint

    county = Account.objects.create(login="county", name="County Admin", created_at=NOW)
    appoint(
        account=county, role=Role.ADMINISTRATOR, org_id=cast.orgs["qinghe"].pk, from_day=date(2020, 1, 1),
        actor=PLATFORM, now=NOW,
    )  # fmt: skip
    cast.accounts["county"] = county
    whole, below = names(enter("admin").get(PAGE)), names(enter("county").get(PAGE))
    assert ("w-alice" in whole, sorted(below)) == (True, ["county", "head", "zhou"])  # the cast's workers have handles
    assert names(enter("admin").get(PAGE, {"q": "ZHOU"})) == ["zhou"]
    assert sorted(names(enter("admin").get(PAGE, {"unit": "青禾区总工会"}))) == ["county", "head", "zhou"]
    Account.objects.filter(login="zhou").update(is_active=False)
    assert names(enter("admin").get(PAGE, {"state": "closed"})) == ["zhou"]
    nothing = enter("county").get(PAGE, {"unit": "北岭县总工会"})
    assert (names(nothing), nothing.context["unit_problem"]) == ([], "There is no such organisation in your reach.")


def test_account_is_added_with_a_link_and_without_any_right(cast: Cast, enter: Any) -> None:
    client = enter("admin")
    typed = {"login": "New.One", "name": "新同事", "phone": "13800000009", "home": "青禾区总工会"}
    wrong = client.post(f"{PAGE}new/", typed | {"login": "9", "home": "没有这个单位"})
    assert (wrong.status_code, sorted(wrong.context["form"].problems)) == (422, ["home"])
    made = client.post(f"{PAGE}new/", typed)
    account = Account.objects.get(login="new.one")
    assert (made.headers["Location"], account.home_id, account.person_id, account.posts.count()) == (
        f"{PAGE}{account.pk}/", cast.orgs["qinghe"].pk, Person.objects.latest("id").pk, 0,
    )  # fmt: skip
    page = client.post(f"{PAGE}{account.pk}/link/")
    token = page.context["link"].rstrip("/").rpartition("/")[2]
    assert find_setup(token=token, now=NOW) == account
    twice = client.post(f"{PAGE}new/", typed | {"login": "second.one"})
    assert str(twice.context["form"].problems["phone"]) == "Somebody of staff has an account with this phone already."


def test_closing_ends_every_session_at_once_and_can_be_undone(cast: Cast, enter: Any) -> None:
    zhou, client = enter("zhou"), enter("admin")
    url = f"{PAGE}{cast.accounts['zhou'].pk}/"
    assert zhou.get("/desk/").status_code == 200
    closed = client.post(f"{url}close/", follow=True)
    assert messages(closed)[0].startswith("Closed, and signed out everywhere.")
    assert zhou.get("/desk/").headers["Location"].startswith("/sign-in/")
    again = client.post(f"{url}close/", follow=True)
    assert messages(again) == ["This account is closed already."]
    client.post(f"{url}reopen/")
    acts = Entry.objects.filter(chain=f"account:{cast.accounts['zhou'].pk}", act__startswith="account.")
    assert list(acts.order_by("seq").values_list("act", flat=True)) == [
        "account.closed", "account.signed_out_everywhere", "account.reopened",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "what", "allowed"),
    [
        ("admin", "unlock", False), ("guard", "unlock", True), ("admin", "sessions", False),
        ("guard", "sessions", True),
        ("guard", "close", False), ("guard", "link", False), ("auditor", "close", False), ("auditor", "unlock", False),
    ],
)  # fmt: skip
def test_each_administrator_does_their_own_part(cast: Cast, enter: Any, who: str, what: str, allowed: bool) -> None:
    done = enter(who).post(f"{PAGE}{cast.accounts['zhou'].pk}/{what}/")
    assert done.status_code == (302 if allowed else 403)


def test_nobody_does_it_to_their_own_account(cast: Cast, enter: Any) -> None:
    for who, what in (("admin", "close"), ("admin", "link"), ("guard", "sessions")):
        assert enter(who).post(f"{PAGE}{cast.accounts[who].pk}/{what}/").status_code == 403
    assert enter("admin").get(f"{PAGE}{cast.accounts['admin'].pk}/").context["mine"] is True


def test_new_second_factor_takes_two_administrators(cast: Cast, enter: Any) -> None:
    zhou = cast.accounts["zhou"]
    asked = enter("admin").post(f"{PAGE}{zhou.pk}/factors/", {"reason": "当面核对了工作证"})
    proposal = Proposal.objects.get()
    assert (asked.status_code, proposal.kind, proposal.account_id) == (302, "factors", zhou.pk)
    own = enter("admin").post("/desk/admin/waiting/decide/", {"id": proposal.pk, "do": "agree"}, follow=True)
    proposal.refresh_from_db()
    assert (own.status_code, proposal.agreed) == (422, None)
    made = enter("guard").post("/desk/admin/waiting/decide/", {"id": proposal.pk, "do": "agree"})
    token = made.context["link"].rstrip("/").rpartition("/")[2]
    proposal.refresh_from_db()
    assert (find_setup(token=token, now=NOW), proposal.decided_by_id) == (zhou, cast.accounts["guard"].pk)


def test_auditor_reads_the_history_and_nobody_else_does(cast: Cast, enter: Any) -> None:
    url = f"{PAGE}{cast.accounts['zhou'].pk}/"
    enter("guard").post(f"{url}sessions/")
    lines = [str(line.what) for line in enter("auditor").get(url).context["history"]]
    turns = lines.count("Entered on a roster")
    assert turns == len(registry.rosters())
    assert [line for line in lines if line != "Entered on a roster"] == [
        "Signed out everywhere", "Signed out by an administrator", "Post given",
    ]  # fmt: skip
    assert ["history" in enter(name).get(url).context for name in ("admin", "guard")] == [False, False]


def test_workers_and_partners_are_nobody_here(cast: Cast, enter: Any) -> None:
    worker = Account.objects.create(login="ab" * 16, created_at=NOW)
    partner = add_account(login="partner", name="P", actor=PLATFORM, now=NOW, is_partner=True)
    client = enter("admin")
    assert [client.get(f"{PAGE}{a.pk}/").status_code for a in (worker, partner)] == [404, 404]
