"""A confidential case and an emergency through pages and API: 403 with the form, 404 like nothing, two who agree."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client

from tests.cast import NOW, Cast
from tests.kernel.cases.test_openings import DANGER, WHY, staff
from tests.scenarios.story import Story
from zhijia.kernel.base import clock
from zhijia.kernel.people.actors import Role
from zhijia.kernel.people.models import Opening
from zhijia.kernel.service import disclosure

UNKNOWN = "ZJ9999999999999"


def hide(cast: Cast) -> Story:
    """A confidential case in the hands of Zhou; Sun is a colleague."""
    story = Story(cast).tell(confidential=True).dispatch()
    story.do("zhou", "sign")
    staff(cast, "sun", Role.OFFICER, "qinghe")
    return story


def said(page: Any, no: str) -> str:
    """The body without what is asked for and without the one-time tokens of its forms."""
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", page.content.decode().replace(no, "NO"))


def api(client: Client, method: str, path: str, **body: Any) -> Any:
    send = getattr(client, method)
    return send(f"/api/v1/{path}", body or None, content_type="application/json")


def calls(client: Client, method: str, path: str, **body: Any) -> tuple[int, str]:
    client.get("/sign-in/")  # for the token of forms
    found = api(client, method, path, **body)
    return found.status_code, found.json().get("code", "") if found.status_code != 200 else ""


def test_insider_gets_the_words_and_a_form_and_a_stranger_gets_what_nobody_has(cast: Cast, enter: Any) -> None:
    story = hide(cast)
    insider = enter("sun").get(f"/desk/{story.no}/")
    words = "Confidential: only the officer in charge may read it. State why and ask the team lead."
    assert (insider.status_code, str(insider.context["words"])) == (403, words)
    stranger = enter("lin")
    hidden, nothing = (stranger.get(f"/desk/{no}/") for no in (story.no, UNKNOWN))
    assert (hidden.status_code, said(hidden, story.no)) == (404, said(nothing, UNKNOWN))
    for page in ("letters/", "preview/", "files/1/"):
        path = f"/desk/{story.no}/{page}"
        assert (enter("sun").get(path).status_code, stranger.get(path).status_code) == (403, 404)


def test_whole_way_of_one_opening_on_the_pages(cast: Cast, enter: Any) -> None:
    story = hide(cast)
    sun, head = enter("sun"), enter("head")
    short = sun.post("/desk/openings/ask/", {"no": story.no, "reason": "看"})
    assert (short.status_code, short.context["typed"], bool(short.context["problem"])) == (422, "看", True)
    assert enter("lin").post("/desk/openings/ask/", {"no": story.no, "reason": WHY}).status_code == 404
    sun.post("/desk/openings/ask/", {"no": story.no, "reason": WHY})
    opening = Opening.objects.get()
    assert [line.opening.pk for line in head.get("/desk/openings/").context["waiting"]] == [opening.pk]
    assert enter("lin_head").get("/desk/openings/").context["waiting"] == []
    head.post(f"/desk/openings/{opening.pk}/agree/")
    asked = sun.get("/desk/openings/").context["asked"]
    assert ([line.state for line in asked], sun.get(f"/desk/{story.no}/").status_code) == (["open"], 200)
    alice = enter("alice").get("/me/access/").context["readings"][0]
    assert alice.purpose == f"Opened although confidential: {WHY}"
    sun.post(f"/desk/openings/{opening.pk}/end/")
    assert sun.get(f"/desk/{story.no}/").status_code == 403
    assert [str(line.words)[:4] for line in sun.get("/desk/messages/").context["lines"]] == ["Case"]


def test_opening_by_the_api(cast: Cast, enter: Any) -> None:
    story = hide(cast)
    sun, head = enter("sun"), enter("head")
    assert calls(sun, "get", f"cases/{story.no}") == (403, "confidential")
    assert calls(enter("lin"), "get", f"cases/{story.no}") == (404, "no_such_case")
    assert calls(enter("lin"), "post", f"cases/{story.no}/openings", reason=WHY) == (404, "no_such_case")
    made = api(sun, "post", f"cases/{story.no}/openings", reason=WHY)
    assert (made.status_code, made.json()["until"], made.json()["mine"]) == (201, None, True)
    waits = api(head, "get", "openings/waiting").json()
    agreed = api(head, "post", f"openings/{waits[0]['id']}/agree").json()
    assert (len(waits), agreed["until"] is not None, calls(sun, "get", f"cases/{story.no}")) == (1, True, (200, ""))
    assert [item["id"] for item in api(sun, "get", "openings").json()["items"]] == [agreed["id"]]
    assert calls(enter("alice"), "get", "openings") == (404, "no_such_address")


def test_emergency_on_the_pages_and_its_review(cast: Cast, enter: Any) -> None:
    story = hide(cast)
    lin, guard, leader = enter("lin"), enter("guard"), enter("leader")
    answers = []
    for no in (story.no, UNKNOWN):
        short = lin.post("/desk/emergency/", {"no": no, "reason": "急", "danger": ""})
        made = lin.post("/desk/emergency/", {"no": no, "reason": DANGER, "danger": "可能自伤"}, follow=True)
        lines = [(line.state, line.opening.no == no) for line in made.context["asked"]][:1]
        answers.append((short.status_code, sorted(short.context["form"].problems), made.status_code, lines))
    assert answers[0] == answers[1] == (422, ["reason"], 200, [("waits", True)])
    assert [line.known for line in guard.get("/desk/openings/").context["waiting"]] == [True, False]
    opening = Opening.objects.get(no=story.no)
    assert lin.get(f"/desk/{story.no}/").status_code == 404
    for client in (guard, leader):
        client.post(f"/desk/openings/{opening.pk}/agree/")
    assert [lin.get(f"/desk/{story.no}/").status_code for _look in range(2)] == [200, 200]
    with clock.at(NOW + timedelta(hours=4)):
        assert (lin.get(f"/desk/{story.no}/").status_code, disclosure.tell_ended(now=clock.now())) == (404, 1)
        url = f"/desk/openings/{opening.pk}/review/"
        wordless = guard.post(url, {"justified": "yes", "review": ""})
        guard.post(url, {"justified": "yes", "review": "已联系家人，属实"})
        assert guard.get("/desk/openings/").context["reviews"] == []
        access = [r.purpose for r in enter("alice").get("/me/access/").context["readings"]]
        message = enter("alice").get("/messages/").content.decode()
    opening.refresh_from_db()
    assert (wordless.status_code, opening.justified, opening.review) == (422, True, "已联系家人，属实")
    assert access[:2] == [f"Emergency access: {DANGER}"] * 2
    assert "as an emergency" in message


def test_emergency_is_not_for_administrators_and_auditors_decide_nothing(cast: Cast, enter: Any) -> None:
    story = hide(cast)
    enter("sun").post("/desk/openings/ask/", {"no": story.no, "reason": WHY})
    opening = Opening.objects.get()
    codes = {
        name: tuple(
            r.status_code
            for r in (enter(name).get("/desk/emergency/"), enter(name).post(f"/desk/openings/{opening.pk}/agree/"))
        )
        for name in ("admin", "guard", "auditor", "lin")
    }
    assert codes == {"admin": (403, 403), "guard": (403, 404), "auditor": (403, 403), "lin": (200, 404)}
    assert [line.opening.pk for line in enter("auditor").get("/desk/openings/").context["log"]] == [opening.pk]
