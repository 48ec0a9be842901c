"""Who reaches personal data, and the rounds in which the heads of units keep or end each post."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

from tests.cast import NOW, PLATFORM, Cast
from zhijia.kernel.audit.models import Entry, Security
from zhijia.kernel.notify import reviews as telling
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.actors import Permission, Reach
from zhijia.kernel.people.models import Account, Post, Review, ReviewLine
from zhijia.kernel.people.posts import set_right

ACCESS, LIST = "/desk/admin/access/", "/desk/admin/reviews/"
ROUND = {"org": "青禾区总工会", "due_day": "2026-11-30"}


def told(template: str) -> list[str]:
    return sorted(Message.objects.filter(template=template).values_list("account__login", flat=True))


def line_of(name: str) -> ReviewLine:
    return ReviewLine.objects.get(post__account__login=name)


def test_what_stands_out_is_listed_and_taken_out(cast: Cast, enter: Any) -> None:
    zhou = Post.objects.get(account__login="zhou")
    set_right(post=zhou, permission=Permission.EXPORT, reach=Reach.ALL, actor=PLATFORM, now=NOW)
    narrow = Post.objects.get(account__login="city")
    set_right(post=narrow, permission=Permission.EXPORT, reach=Reach.OWN, actor=PLATFORM, now=NOW)
    Post.objects.filter(account__login="lin").update(to_day=date(2026, 12, 1))
    Account.objects.filter(login="head").update(created_at=NOW - timedelta(days=91))
    Account.objects.exclude(login="head").update(last_login=NOW)
    page = enter("guard").get(ACCESS).context
    assert [(held.account.login, list(held.reaches.items())) for held, _words in page["rights"]] == [
        ("zhou", [(Permission.EXPORT, Reach.ALL)])
    ]
    assert ([a.login for a, _posts in page["idle"]], [held.account.login for held in page["ending"]]) == (
        ["head"],
        ["lin"],
    )
    assert {held.account.login for held, _words in page["data"]} >= {"zhou", "agent", "leader"}
    assert {held.account.login for held, _words in page["data"]} & {"admin", "guard", "auditor"} == set()
    out = enter("auditor").get("/desk/admin/access/idle.csv").content.decode("utf-8-sig").splitlines()
    assert (out[0], out[1].split(",")[:2], len(out)) == ("Name,Login,Role,Organisation,What,Day", ["Head", "head"], 2)
    book = enter("guard").get("/desk/admin/access/data.xlsx").content
    rows = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()
    assert len(rows) == page["data_n"] + 1
    assert Security.objects.filter(kind="data.exported").count() == 2
    codes = {name: enter(name).get(ACCESS).status_code for name in ("admin", "leader", "head", "alice")}
    assert codes == {"admin": 403, "leader": 403, "head": 403, "alice": 403}


def test_round_is_begun_decided_by_the_head_and_never_about_oneself(cast: Cast, enter: Any) -> None:
    guard, head = enter("guard"), enter("head")
    assert guard.post(f"{LIST}begin/", ROUND).headers["Location"].startswith(LIST)
    assert sorted(ReviewLine.objects.values_list("post__account__login", flat=True)) == ["head", "zhou"]
    assert told("review.asked") == ["head"]
    waiting = head.get(LIST).context["rows"]
    assert [line.post.account.login for line, _title in waiting] == ["zhou"]
    assert [enter(name).get(LIST).status_code for name in ("zhou", "alice", "auditor")] == [403, 403, 200]
    own = head.post(f"{LIST}decide/", {"id": line_of("head").pk, "do": "keep"})
    stranger = enter("lin_head").post(f"{LIST}decide/", {"id": line_of("zhou").pk, "do": "keep"})
    assert (own.status_code, stranger.status_code, line_of("head").kept) == (404, 404, None)
    silent = head.post(f"{LIST}decide/", {"id": line_of("zhou").pk, "do": "end"})
    assert (silent.status_code, list(silent.context["form"].problems)) == (422, ["words"])
    head.post(f"{LIST}decide/", {"id": line_of("zhou").pk, "do": "end", "words": "已调离"})
    line = line_of("zhou")
    assert (line.kept, line.decided_by_id, Post.objects.get(pk=line.post_id).to_day) == (
        False, cast.accounts["head"].pk, NOW.date(),
    )  # fmt: skip
    assert (told("people.post_ended"), Review.objects.get().done_at) == (["zhou"], None)
    acts = Entry.objects.filter(chain=f"account:{cast.accounts['zhou'].pk}", act__startswith="post.")
    assert list(acts.order_by("seq").values_list("act", "actor_id"))[-2:] == [
        ("post.ended", cast.accounts["head"].pk), ("post.review_ended", cast.accounts["head"].pk),
    ]  # fmt: skip
    guard.post(f"{LIST}decide/", {"id": line_of("head").pk, "do": "keep"})
    progress = guard.get(f"{LIST}{Review.objects.get().pk}/").context
    assert (Review.objects.get().done_at, progress["all"], progress["done"]) == (NOW, 2, 2)
    again = guard.post(f"{LIST}decide/", {"id": line_of("head").pk, "do": "keep"}, follow=True)
    assert [str(m) for m in again.context["messages"]] == ["This has been decided."]


def test_rounds_do_not_overlap_and_heads_are_reminded(cast: Cast, enter: Any) -> None:
    guard = enter("guard")
    past = guard.post(f"{LIST}begin/", {**ROUND, "due_day": "2026-11-16"})
    assert list(past.context["form"].problems) == ["due_day"]
    guard.post(f"{LIST}begin/", ROUND)
    over = guard.post(f"{LIST}begin/", {**ROUND, "org": "江澜省总工会"}, follow=True)
    assert [str(m) for m in over.context["messages"]][-1].startswith("Another review asks about some")
    assert [telling.remind(now=NOW + timedelta(days=n)) for n in (3, 7, 7, 13, 15, 15, 16)] == [0, 1, 0, 1, 1, 0, 0]
    assert (told("review.soon"), told("review.late")) == (["head", "head"], ["guard"])
    assert enter("zhou").post(f"{LIST}begin/", ROUND).status_code == 403
    assert guard.get(f"{LIST}999999901/").status_code == 404
