"""Posts, reaches, previews, substitutes and proposals, as pages."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOW, PLATFORM, Cast
from tests.scenarios.story import Story
from zhijia.faces.access import seen_by
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.models import Case
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.actors import Permission, Reach, Role
from zhijia.kernel.people.auth import add_account
from zhijia.kernel.people.models import Post, Proposal, Right, Substitution
from zhijia.kernel.people.posts import actor_of

TODAY = NOW.astimezone(CHINA).date()
TOMORROW = TODAY + timedelta(days=1)


def post_of(cast: Cast, name: str) -> Post:
    return cast.accounts[name].posts.get()


def told(cast: Cast, name: str) -> list[str]:
    return list(Message.objects.filter(account=cast.accounts[name]).order_by("id").values_list("template", flat=True))


def test_security_administrator_appoints_and_ends(cast: Cast, enter: Any) -> None:
    new = add_account(login="new", name="New", actor=PLATFORM, now=NOW)
    cast.accounts["new"] = new
    client, url = enter("guard"), f"/desk/admin/accounts/{new.pk}/appoint/"
    typed = {"role": "officer", "org": "青禾区总工会", "from_day": str(TODAY), "to_day": ""}
    wrong = client.post(url, typed | {"role": "", "org": "青禾"})
    assert (wrong.status_code, sorted(wrong.context["form"].problems)) == (422, ["role"])
    made = client.post(url, typed)
    post = post_of(cast, "new")
    assert (made.headers["Location"], post.org_id, told(cast, "new")) == (
        f"/desk/admin/posts/{post.pk}/", cast.orgs["qinghe"].pk, ["people.appointed"],
    )  # fmt: skip
    clash = client.post(url, typed | {"role": "auditor"})
    assert str(clash.context["form"].problems["role"]).startswith("“Auditor” and “Union officer” must be different")
    client.post(f"/desk/admin/posts/{post.pk}/end/", {"last_day": str(TODAY)})
    assert len(actor_of(new, now=NOW + timedelta(days=1)).posts) == 0
    assert client.post(url, typed | {"role": "auditor", "from_day": str(TOMORROW)}).status_code == 302


@pytest.mark.parametrize("who", ["admin", "auditor", "leader", "zhou"])
def test_nobody_else_gives_a_post(cast: Cast, enter: Any, who: str) -> None:
    client, zhou = enter(who), post_of(cast, "zhou")
    tried = [
        client.post(f"/desk/admin/accounts/{cast.accounts['lin'].pk}/appoint/", {"role": "officer"}),
        client.post(f"/desk/admin/posts/{zhou.pk}/end/", {"last_day": str(TODAY)}),
        client.post(f"/desk/admin/posts/{zhou.pk}/rights/", {"permission": "case.read", "reach": "all"}),
        client.post(f"/desk/admin/posts/{zhou.pk}/substitute/", {}),
    ]
    assert [r.status_code for r in tried] == [403] * 4


def test_nobody_edits_their_own_rights(cast: Cast, enter: Any) -> None:
    own = post_of(cast, "guard")
    client = enter("guard")
    tried = [
        client.post(f"/desk/admin/posts/{own.pk}/rights/", {"permission": "post.manage", "reach": "all"}),
        client.post(f"/desk/admin/posts/{own.pk}/end/", {"last_day": str(TODAY + timedelta(days=900))}),
        client.post(f"/desk/admin/accounts/{cast.accounts['guard'].pk}/appoint/", {
            "role": "leader", "org": "江澜省总工会", "from_day": str(TODAY)}),
        client.post(f"/desk/admin/posts/{post_of(cast, 'zhou').pk}/substitute/", {
            "account": "guard", "from_day": str(TODAY), "to_day": str(TODAY), "reason": "x"}),
    ]  # fmt: skip
    assert [r.status_code for r in tried] == [403] * 4
    assert client.get(f"/desk/admin/posts/{own.pk}/").context["changes"] is False


@pytest.fixture
def counties(story: Story) -> Story:
    """One case in Qinghe, in the hands of Zhou, and one confidential there; one in Beiling."""
    story.tell().dispatch()
    story.do("zhou", "sign")
    Story(story.cast).tell("bob", confidential=True).dispatch()
    Story(story.cast).tell("mallory").dispatch("beiling")
    return story


def test_preview_counts_what_would_be_seen_and_changes_nothing(counties: Story, enter: Any) -> None:
    cast = counties.cast
    zhou, client = post_of(cast, "zhou"), enter("guard")
    page = client.get(f"/desk/admin/posts/{zhou.pk}/", {"preview": 1})
    assert [n for _title, n in page.context["preview"].counts] == ["2", "1", "2"]
    assert counties.no in page.context["preview"].numbers
    asked = {"permission": "case.read", "reach": "all", "look": "1"}
    refused = client.post(f"/desk/admin/posts/{zhou.pk}/rights/", asked)
    assert refused.status_code == 403  # nobody gives more than they have
    asked |= {"reach": "chosen", "more": "澜江市总工会"}
    looked = client.post(f"/desk/admin/posts/{zhou.pk}/rights/", asked)
    assert [n for _title, n in looked.context["preview"].counts] == ["3", "1", "2"]
    assert (Right.objects.count(), "里" in looked.content.decode()) == (0, False)
    seen = (client.get("/desk/"), client.get(f"/desk/{counties.no}/"))
    assert [r.status_code for r in seen] == [302, 404]


@pytest.mark.parametrize(
    ("reach", "org", "seen"),
    [("none", "", 0), ("own", "", 1), ("unit", "", 2), ("below", "", 2), ("chosen", "北岭县总工会", 1),
     ("chosen", "澜江市总工会", 3)],
)  # fmt: skip
def test_each_reach_changes_list_search_export_and_count_and_the_database(
    counties: Story, enter: Any, reach: str, org: str, seen: int
) -> None:
    cast = counties.cast
    zhou, guard = post_of(cast, "zhou"), enter("guard")
    for permission in ("case.read", "case.export"):
        done = guard.post(
            f"/desk/admin/posts/{zhou.pk}/rights/", {"permission": permission, "reach": reach, "more": org}
        )
        assert done.status_code == 302
    client, actor = enter("zhou"), actor_of(cast.accounts["zhou"], now=NOW)
    exported = client.get("/desk/export/", {"view": "all"})
    if seen == 0:
        assert (client.get("/desk/").status_code, exported.status_code) == (302, 403)
    else:
        page = client.get("/desk/", {"view": "all"})
        assert (page.context["total"], exported.status_code) == (str(seen), 200)
        found = client.get("/desk/", {"view": "all", "q": "工资"})
        assert len([r for g in found.context["groups"] for r in g.rows]) == seen
    for permission in (Permission.READ, Permission.EXPORT):
        with seen_by(actor, permission):  # the Python filter is forgotten here
            assert Case.objects.count() == seen
    assert told(cast, "zhou").count("people.rights_set") == 2


def test_reach_is_given_back_and_stays_apart(cast: Cast, enter: Any) -> None:
    zhou, client = post_of(cast, "zhou"), enter("guard")
    url = f"/desk/admin/posts/{zhou.pk}/rights/"
    client.post(url, {"permission": "case.export", "reach": "none"})
    assert Right.objects.get().reach == Reach.NONE
    client.post(url, {"permission": "case.export", "reach": ""})
    apart = client.post(url, {"permission": "post.manage", "reach": "unit"})
    assert (Right.objects.count(), apart.status_code) == (0, 422)
    rows = {row.permission: row for row in client.get(f"/desk/admin/posts/{zhou.pk}/").context["rows"]}
    assert (bool(rows[Permission.POSTS].locked), bool(rows[Permission.EXPORT].locked)) == (True, False)


def test_unit_shows_who_may_do_what_there(cast: Cast, enter: Any) -> None:
    page = enter("auditor").get(f"/desk/admin/units/{cast.orgs['qinghe'].pk}/")
    heads = [str(title) for title in page.context["permissions"]]
    cells = {p.account.login: dict(zip(heads, p.cells, strict=True)) for p in page.context["people"]}
    assert cells["zhou"]["Work on cases"] == "Own unit"
    assert cells["zhou"]["Read confidential cases"] == "Own matters"
    assert cells["supervisor"]["Read cases"] == "Own unit and below"
    assert (cells["auditor"]["Work on cases"], "lin" in cells) == ("", False)
    assert [title for _post, title, _when in page.context["posts"]] == ["Head of unit", "Union officer"]


def test_holder_proposes_and_the_head_agrees_to_a_substitute(cast: Cast, enter: Any) -> None:
    head = cast.accounts["head"]
    days = {"from_day": str(TOMORROW), "to_day": str(TOMORROW + timedelta(days=2)), "reason": "年休假"}
    typed = {"post": post_of(cast, "zhou").pk, "account": head.pk, **days}
    missing = enter("zhou").post("/desk/substitutes/", typed | {"account": "", "reason": ""})
    assert (missing.status_code, sorted(missing.context["form"].problems)) == (422, ["account"])
    enter("zhou").post("/desk/substitutes/", typed)
    proposal = Proposal.objects.get()
    assert (proposal.agreed, Substitution.objects.count()) == (None, 0)
    own = enter("head").post("/desk/admin/waiting/decide/", {"id": proposal.pk, "do": "agree", "from": "substitutes"})
    assert (own.status_code, Substitution.objects.count()) == (302, 0)  # it would be the head's own right
    assert enter("guard").post("/desk/admin/waiting/decide/", {"id": proposal.pk, "do": "agree"}).status_code == 302
    held = [[p.substitute_for for p in actor_of(head, now=NOW + timedelta(days=n)).posts] for n in (0, 1, 3, 4)]
    assert held == [[""], ["", "Zhou"], ["", "Zhou"], [""]]
    assert (told(cast, "head")[-1], told(cast, "zhou")) == ("people.substitute_for", ["people.substituted"])
    made = Substitution.objects.get()
    assert enter("lin").post(f"/desk/admin/substitutions/{made.pk}/end/").status_code == 404
    enter("zhou").post(f"/desk/admin/substitutions/{made.pk}/end/", {"last_day": str(TOMORROW)})
    assert len(actor_of(head, now=NOW + timedelta(days=2)).posts) == 1


def test_head_names_a_substitute_in_the_unit_but_never_themselves(cast: Cast, enter: Any) -> None:
    sun = add_account(login="sun", name="Sun", actor=PLATFORM, now=NOW)
    typed = {"post": post_of(cast, "zhou").pk, "from_day": str(TODAY), "to_day": str(TODAY), "reason": "出差"}
    assert enter("head").post("/desk/substitutes/", typed | {"account": cast.accounts["head"].pk}).status_code == 403
    done = enter("head").post("/desk/substitutes/", typed | {"account": sun.pk})
    assert (done.status_code, Substitution.objects.get().substitute_id) == (302, sun.pk)
    elsewhere = typed | {"post": post_of(cast, "lin").pk, "account": sun.pk}
    assert enter("head").post("/desk/substitutes/", elsewhere).status_code == 422


def test_workbook_brings_accounts_and_its_posts_wait_for_the_other_administrator(cast: Cast, enter: Any) -> None:
    from zhijia.kernel.service.staff_sheet import STAFF, apply, check, check_many
    from zhijia.kernel.sheets.declare import Context, Row

    def row(no: int, **values: Any) -> Row:
        blank = dict.fromkeys(c.name for c in STAFF.columns)
        return Row(no, blank | {"unit": "青禾区总工会", "from_day": TODAY, **values})

    rows = [
        row(2, login="wang.a", name="王甲", role="officer"), row(3, login="wang.b", name="王乙", role="agent"),
        row(4, login="zhou", name="别人"), row(5, login="wang.c", name="王丙", unit="没有的单位"),
    ]  # fmt: skip
    with seen_by(cast.actor("admin")) as actor:
        about = Context(actor=actor, now=NOW, about={}, language="en", job_id=7)
        assert [p.field for p in check(row(6, login="9", name="x", role="officer", from_day=None), about)] == [
            "login", "from_day",
        ]  # fmt: skip
        assert [(no, p.field) for no, p in check_many(rows, about)] == [(4, "login"), (5, "unit")]
        outcomes = [dict(apply(rows[:2], about)) for _twice in range(2)]
    assert outcomes == [{"added": 2, "proposed": 2}, {"known": 2, "proposed": 2}]
    assert (Post.objects.filter(account__login__startswith="wang").count(), told(cast, "guard")) == (
        0, ["people.posts_proposed"],
    )  # fmt: skip
    ids = list(Proposal.objects.order_by("id").values_list("pk", flat=True))
    refused = enter("admin").post("/desk/admin/waiting/decide/", {"id": ids, "do": "agree"})
    assert (refused.status_code, Post.objects.filter(account__login="wang.a").count()) == (422, 0)
    guard = enter("guard")
    guard.post("/desk/admin/waiting/decide/", {"id": ids[0], "do": "agree"})
    guard.post("/desk/admin/waiting/decide/", {"id": ids[1], "do": "refuse", "words": "名单有误"})
    assert [(p.role, p.org_id) for p in Post.objects.filter(account__login__startswith="wang")] == [
        (Role.OFFICER, cast.orgs["qinghe"].pk)
    ]
    assert list(Proposal.objects.order_by("id").values_list("agreed", "words")) == [(True, ""), (False, "名单有误")]


def test_unmasking_and_figures_are_permissions_of_their_own(counties: Story, enter: Any) -> None:
    cast, guard = counties.cast, enter("guard")
    url = f"/desk/admin/posts/{post_of(cast, 'zhou').pk}/rights/"
    asked = {"person": cast.person_id("alice"), "field": "phone", "purpose": "打电话核实"}

    def tried() -> list[int]:
        zhou = enter("zhou")
        return [zhou.post(f"/desk/{counties.no}/reveal/", asked).status_code, zhou.get("/board/").status_code]

    before = tried()
    for permission in ("person.unmask", "figures.read"):
        guard.post(url, {"permission": permission, "reach": "none"})
    assert (before, tried()) == ([200, 200], [403, 403])
