"""The API of complaints under a pseudonym: no sign-in, the code in the body, two keys for the identity."""

from tests.cast import QINGHE
from tests.faces.api.conftest import Api
from zhijia.kernel.cases.models import Case
from zhijia.kernel.service.engine import fire

SAID = {
    "story": "主管多次言语骚扰我。",
    "category": "women",
    "region": QINGHE,
    "name": "王小明",
    "phone": "13912345678",
}
WHY = "需要本人到场指认，电话联系不上。"


def test_a_complaint_is_filed_once_and_followed_with_its_code(api: Api) -> None:
    code = api.post("/pseudonyms/code").json()["code"]
    first, again = (api.post("/pseudonyms", SAID | {"code": code}) for _n in range(2))
    assert (first.status_code, first.json()["code"], again.json()["again"], Case.objects.count()) == (
        201,
        code,
        True,
        1,
    )
    shown = api.post("/pseudonyms/look", {"code": code}).json()
    assert (shown["no"], shown["state"], shown["identity_left"]) == (first.json()["no"], "received", True)
    assert "supplement" in [choice["transition"] for choice in shown["choices"]]
    said = api.post(
        "/pseudonyms/act", {"code": code, "transition": "supplement", "data": {"words": "又来了"}, "key": "1"}
    )
    assert said.json()["timeline"][0]["words"][0][1] == "又来了"
    assert (api.post("/pseudonyms/look", {"code": "A" * 20}).status_code, "王小明" in said.content.decode()) == (
        404,
        False,
    )


def test_what_is_wrong_names_the_field(api: Api) -> None:
    answer = api.post("/pseudonyms", SAID | {"phone": "12"})
    assert (answer.status_code, answer.json()["problems"][0]["field"]) == (422, "phone")
    assert api.post("/pseudonyms/look", {"code": "short"}).status_code == 422


def test_the_identity_opens_by_two_keys_for_the_asker(api: Api) -> None:
    code = api.post("/pseudonyms", SAID).json()["code"]
    case = Case.objects.get()
    for who, transition, data in (
        ("dispatcher", "dispatch", {"unit": api.cast.orgs["qinghe"].pk, "tier": "general"}),
        ("zhou", "sign", {}),
    ):
        fire(no=case.no, transition=transition, actor=api.cast.actor(who), now=case.created_at, data=data)
    asked = api.by("zhou").post(f"/cases/{case.no}/identity", {"reason": WHY}).json()
    assert [r["id"] for r in api.by("guard").get("/identities/waiting").json()] == [asked["id"]]
    assert api.by("zhou").post(f"/identities/{asked['id']}/agree").status_code == 404
    assert api.by("zhou").post(f"/identities/{asked['id']}/read").status_code == 409
    for who in ("guard", "leader"):
        assert api.by(who).post(f"/identities/{asked['id']}/agree").status_code == 200
    assert api.by("zhou").post(f"/identities/{asked['id']}/read").json() == {"name": "王小明", "phone": "13912345678"}
    assert api.by("alice").get("/identities").status_code == 404
    (told,) = api.post("/pseudonyms/look", {"code": code}).json()["identity_requests"]
    assert (told["reason"], len(told["agreed"])) == (WHY, 2)
