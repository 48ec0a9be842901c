"""The worker's rights through the same door as everything: a copy, a correction, a deletion, a consent; and the two
administrators' disposal."""

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from zhijia.kernel.base import clock

if TYPE_CHECKING:
    from tests.cast import Cast

Enter = Callable[[str], Client]


@pytest.fixture
def at(settings: Any) -> Iterator[datetime]:
    from tests.cast import NOW

    settings.LANGUAGE_CODE = "en"
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def cast(db: None, at: datetime) -> "Cast":
    from tests.cast import build

    return build(at)


@pytest.fixture
def enter(cast: "Cast") -> Enter:
    def signed_in(name: str) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(cast.accounts[name])
        return client

    return signed_in


@pytest.fixture
def told(cast: "Cast", at: datetime) -> str:
    """Alice's ticket; its number."""
    from tests.cast import QINGHE
    from zhijia.kernel.service.engine import open_case

    alice = cast.actor("alice")
    data = {"story": "九月的工资没有发，老板说再等等。", "category": "wages"}
    return open_case(service="hotline", actor=alice, now=at, data=data, region=QINGHE, applicant_id=alice.person_id).no


def work(at: datetime) -> None:
    """Do what waits in the queue for us."""
    from django.db import connection

    from zhijia.site import tasks

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo' RETURNING task_name, args")
        jobs = [(name.rpartition(".")[2], json.loads(args) if isinstance(args, str) else args) for name, args in cursor]
    for name, args in jobs:
        if name in ("make_package", "erase_data", "destroy_cases"):
            getattr(tasks, name)(**args)


def request_of(right: str) -> Any:
    from zhijia.kernel.cases.models import Case

    return Case.objects.filter(service="data_right", category=right).latest("id")


def test_worker_takes_a_copy_of_everything_and_nobody_else_can_fetch_it(enter: Enter, told: str, at: datetime) -> None:
    from zhijia.kernel.retention import packages
    from zhijia.kernel.retention.models import Package

    alice = enter("alice")
    assert alice.get("/me/").content.decode().count('href="/me/data/"') == 1
    alice.post("/me/data/copy/", {"key": "one-c"})
    alice.post("/me/data/copy/", {"key": "one-c"})
    package = Package.objects.get()
    assert alice.get(f"/me/data/copy/{package.pk}/").content.decode().count("<progress") == 1
    assert alice.get(f"/me/data/copy/{package.pk}.zip").status_code == 403
    work(at)
    fetched = alice.get(f"/me/data/copy/{package.pk}.zip")
    archive = zipfile.ZipFile(BytesIO(b"".join(fetched.streaming_content)))  # type: ignore[attr-defined]
    held = json.loads(archive.read("data.json"))
    assert held["person"]["phone"] == "13800000001"
    assert [m["no"] for m in held["matters"]] == [told, request_of("copy").no]
    assert held["matters"][0]["told"][0]["words"] == "九月的工资没有发，老板说再等等。"
    assert archive.read("data.html").decode().count("九月的工资没有发") == 1
    assert (request_of("copy").state, package.request_no) == ("closed", request_of("copy").no)
    assert {enter(who).get(f"/me/data/copy/{package.pk}.zip").status_code for who in ("bob", "zhou", "guard")} == {404}
    assert Client().get(f"/me/data/copy/{package.pk}.zip").status_code == 302
    with clock.at(at + timedelta(days=7)):
        assert alice.get(f"/me/data/copy/{package.pk}.zip").status_code == 403
        assert (packages.tidy(now=clock.now()), Package.objects.get().file) == (1, "")


def test_package_is_sealed_where_it_lies(enter: Enter, told: str, at: datetime) -> None:
    from django.core.files.storage import default_storage

    from zhijia.kernel.retention import packages
    from zhijia.kernel.retention.models import Package

    enter("alice").post("/me/data/copy/", {"key": "x"})
    work(at)
    with default_storage.open(packages.place(Package.objects.get().file)) as file:
        content = file.read()
    assert (b"data.json" in content, "九月".encode() in content, content[:2] == b"PK") == (False, False, False)


def test_own_name_is_right_at_once_and_a_matter_goes_to_an_officer(
    enter: Enter, told: str, cast: "Cast", at: datetime
) -> None:
    from zhijia.kernel.people.models import Person

    alice = enter("alice")
    assert alice.post("/me/data/correct/", {"wrong": "id_number", "value": "123", "key": "a"}).status_code == 422
    assert alice.post("/me/data/correct/", {"wrong": "matter", "words": "", "key": "b"}).status_code == 422
    alice.post("/me/data/correct/", {"wrong": "name", "value": "爱丽丝", "key": "c"})
    person = Person.objects.get(pk=cast.person_id("alice"))
    assert (person.name, request_of("correction").state) == ("爱丽丝", "closed")
    alice.post("/me/data/correct/", {"wrong": "matter", "words": "雇主的名字写错了", "key": "d"})
    asked = request_of("correction")
    assert (asked.state, asked.unit.name, asked.due_key) == (
        "received", "青禾区总工会", "answer",
    )  # fmt: skip
    zhou = enter("zhou")
    zhou.post(f"/desk/{asked.no}/do/take_up/")
    zhou.post(f"/desk/{asked.no}/do/refuse/", {"ground": "unproved", "reason": "登记与合同一致"})
    page = alice.get(f"/matters/{asked.no}/").content.decode()
    assert (page.count("登记与合同一致") >= 1, page.count("cyberspace administration") >= 1) == (True, True)
    assert {enter(who).get(f"/desk/{asked.no}/").status_code for who in ("lin", "admin")} == {404}
    alice.post(f"/matters/{asked.no}/do/look_again/", {"words": "合同就是错的"})
    asked.refresh_from_db()
    assert (asked.state, asked.unit.name) == ("received", "澜江市总工会")


def test_new_phone_is_proved_by_a_code_sent_to_it(enter: Enter, cast: "Cast", told: str) -> None:
    from zhijia.kernel.notify.models import Message
    from zhijia.kernel.people.models import Person

    alice = enter("alice")
    page = alice.post("/me/data/phone/", {"act": "send", "phone": "139 2222 3333"})
    code = Message.objects.filter(template="people.code").latest("id").secret
    assert (page.status_code, page.content.decode().count('name="code"')) == (200, 1)
    wrong = alice.post("/me/data/phone/", {"act": "code", "phone": "13922223333", "code": "000000"})
    right = alice.post("/me/data/phone/", {"act": "code", "phone": "13922223333", "code": code})
    assert right.status_code == 302, right.content.decode()
    person = Person.objects.get(pk=cast.person_id("alice"))
    assert (wrong.status_code in (302, 422), person.phone_masked) == (True, "139****3333")
    assert Person.objects.filter(phone_index=person.phone_index).count() == 1


def test_deletion_says_what_stays_and_why_before_and_after(enter: Enter, told: str, cast: "Cast", at: datetime) -> None:
    from zhijia.kernel.cases.models import Case, Note
    from zhijia.kernel.people.models import Person
    from zhijia.kernel.people.persons import change_person

    alice, person = enter("alice"), Person.objects.get(pk=cast.person_id("alice"))
    change_person(person=person, actor=cast.actor("alice"), now=at, bank_card="6222021234567890128")
    page = alice.get("/me/data/delete/").content.decode()
    assert (page.count(told) >= 1, page.count("still open"), page.count("Bank card")) == (True, 1, 0)
    assert alice.post("/me/data/delete/", {"key": "a"}).status_code == 422
    Case.objects.filter(no=told).update(closed_at=at)
    page = alice.get("/me/data/delete/").content.decode()
    assert (page.count("kept until 2029-11-16"), page.count("Bank card")) == (1, 1)
    alice.post("/me/data/delete/", {"key": "b", "agreed": "1"})
    work(at)
    asked = request_of("deletion")
    answer = Note.objects.get(case=asked, field="answer").text
    person.refresh_from_db()
    assert (asked.state, person.bank_masked, person.name) == ("closed", "", "Alice")
    assert (answer.count("Bank card"), answer.count("2029-11-16")) == (1, 1)
    assert Case.objects.filter(no=told).exists() is True


def test_worker_whose_matters_are_over_is_erased_whole_and_signed_out(
    enter: Enter, told: str, cast: "Cast", at: datetime
) -> None:
    from zhijia.kernel.cases.models import Case
    from zhijia.kernel.people.models import Person
    from zhijia.kernel.retention import gone, values
    from zhijia.kernel.retention.models import Destroyed

    case, sought = Case.objects.get(no=told), values.Values()
    Case.objects.filter(no=told).update(closed_at=at - timedelta(days=1200))
    values.of_case([case.pk], sought)
    values.of_person([cast.person_id("alice")], sought)
    alice = enter("alice")
    alice.post("/me/data/correct/", {"wrong": "name", "value": "爱丽丝一世", "key": "c"})
    page = alice.get("/me/data/delete/").content.decode()
    assert page.count("Your name, your number and your account") == 1
    sent = alice.post("/me/data/delete/", {"key": "b", "agreed": "1"})
    asked = request_of("deletion")
    assert sent.headers["Location"] == f"/me/data/sent/{asked.no}/"
    work(at)
    sought.say("爱丽丝一世")
    assert gone.search(sought, deep=True) == []
    assert Person.objects.filter(pk=cast.person_id("alice")).exists() is False
    assert (alice.get("/me/").status_code, alice.get(sent.headers["Location"]).status_code) == (302, 200)
    assert (Destroyed.objects.get().no, Destroyed.objects.get().ground) == (told, "request")
    asked.refresh_from_db()
    assert (asked.state, asked.applicant_id, asked.title) == ("closed", None, "")


def test_consent_is_taken_back_at_once(enter: Enter, told: str, cast: "Cast", at: datetime) -> None:
    from zhijia.kernel.people.contact import contact_plan
    from zhijia.kernel.people.models import Person, SafeContact

    person = Person.objects.get(pk=cast.person_id("alice"))
    SafeContact.objects.create(person=person, may_sms=True)
    alice = enter("alice")
    assert alice.get("/me/data/").content.decode().count('value="sms"') == 1
    alice.post("/me/data/consent/", {"consent": "sms", "key": "s"})
    assert alice.post("/me/data/consent/", {"consent": "nothing", "key": "t"}).status_code == 404
    assert (contact_plan(person, at).may_sms, request_of("consent").state) == (False, "closed")
    assert alice.get("/me/data/").content.decode().count('value="sms"') == 0


def test_nobody_asks_for_the_data_of_somebody_else(cast: "Cast", at: datetime) -> None:
    from tests.cast import QINGHE
    from zhijia.kernel.base.errors import Forbidden, Invalid
    from zhijia.kernel.service.engine import fire, open_case
    from zhijia.modules.privacy import doing
    from zhijia.modules.privacy.models import Right

    bob = cast.person_id("bob")
    given = {"service": "data_right", "now": at, "region": QINGHE, "applicant_id": bob}
    with pytest.raises(Forbidden):
        open_case(actor=cast.actor("alice"), data={"right": "copy"}, **given)
    with pytest.raises(Invalid):
        open_case(actor=cast.actor("zhou"), data={"right": "copy"}, **given)
    with pytest.raises(Forbidden):
        doing.ask(right=Right.COPY, actor=cast.actor("zhou"), now=at, region=QINGHE)
    with pytest.raises(Invalid):
        open_case(actor=cast.actor("zhou"), data={"right": "copy", "heir": True}, **given)
    heir = {"right": "deletion", "heir": True, "proof": "死亡证明、户口本", "words": "儿子申请删除"}
    no = open_case(actor=cast.actor("zhou"), data=heir, **given).no
    fire(no=no, transition="take_up", actor=cast.actor("zhou"), now=at)
    with pytest.raises(Exception, match="colleague"):
        fire(no=no, transition="grant", actor=cast.actor("zhou"), now=at, data={"answer": "已删除"})
    fire(no=no, transition="grant", actor=cast.actor("head"), now=at, data={"answer": "已删除"})


def test_passer_by_cannot_ask_for_a_phones_data(cast: "Cast", at: datetime) -> None:
    from tests.cast import QINGHE
    from zhijia.kernel.base.errors import Forbidden
    from zhijia.kernel.cases.models import Case
    from zhijia.kernel.people.actors import Actor
    from zhijia.kernel.service.engine import open_case

    form = {"right": "copy", "worker_phone": "13800000001", "region": QINGHE}
    assert {Client().post(where, form).status_code for where in ("/services/data_right/", "/me/data/copy/")} == {302}
    with pytest.raises(Forbidden):
        open_case(
            service="data_right", actor=Actor.platform(), now=at, data={"right": "copy"}, region=QINGHE,
            applicant_id=cast.person_id("alice"),
        )  # fmt: skip
    assert Case.objects.count() == 0


def test_two_administrators_dispose_and_others_are_refused(enter: Enter, told: str, at: datetime) -> None:
    from zhijia.kernel.cases.models import Case
    from zhijia.kernel.retention.due import mark_due
    from zhijia.kernel.retention.models import Disposal

    Case.objects.filter(no=told).update(closed_at=at - timedelta(days=1200))
    mark_due(now=at)
    admin, guard = enter("admin"), enter("guard")
    page = admin.get("/desk/disposal/?service=hotline&held=0&no=ZJ").content.decode()
    assert (page.count(f'value="{told}"'), page.count("九月"), page.count('/desk/disposal/"')) == (1, 0, 1)
    assert {enter(who).get("/desk/disposal/").status_code for who in ("zhou", "leader", "alice")} == {403}
    assert admin.post("/desk/disposal/propose/", {}).status_code == 422
    assert guard.post("/desk/disposal/propose/", {"all": "1"}).status_code == 403
    admin.post("/desk/disposal/propose/", {"no": told, "note": "到期"})
    made = Disposal.objects.get()
    where = f"/desk/disposal/{made.pk}/"
    assert admin.post(f"{where}decide/", {"approve": "1"}).status_code == 403
    assert guard.post(f"{where}decide/", {"reason": ""}).status_code == 422
    assert enter("auditor").get(where).status_code == 200
    guard.post(f"{where}decide/", {"approve": "1"})
    assert guard.get(where).content.decode().count("<progress") == 1
    work(at)
    page = guard.get(where).content.decode()
    assert (page.count("Nothing of them was found"), page.count(told), Case.objects.filter(no=told).count()) == (
        1,
        1,
        0,
    )


def test_hold_is_put_on_the_case_page_and_told_to_the_worker(
    enter: Enter, told: str, cast: "Cast", at: datetime
) -> None:
    from zhijia.kernel.cases.models import Case
    from zhijia.kernel.retention.due import mark_due

    unit = cast.orgs["qinghe"]
    Case.objects.filter(no=told).update(
        closed_at=at - timedelta(days=1200), assignee=cast.accounts["zhou"], unit=unit, unit_lft=unit.lft
    )
    zhou = enter("zhou")
    assert zhou.get(f"/desk/{told}/").content.decode().count(f'action="/desk/{told}/hold/"') == 1
    assert enter("head").post(f"/desk/{told}/hold/", {"reason": "法院要卷宗"}).status_code == 403
    assert enter("lin").post(f"/desk/{told}/hold/", {"reason": "法院要卷宗"}).status_code == 404
    assert zhou.post(f"/desk/{told}/hold/", {"reason": "x"}).status_code == 422
    zhou.post(f"/desk/{told}/hold/", {"reason": "法院要卷宗"})
    assert zhou.get(f"/desk/{told}/").content.decode().count("法院要卷宗") == 1
    assert enter("alice").get("/me/data/delete/").content.decode().count("on hold") == 1
    mark_due(now=at)
    page = enter("admin").get("/desk/disposal/").content.decode()
    assert (page.count("法院要卷宗"), page.count(f'value="{told}"')) == (1, 0)
    enter("guard").post(f"/desk/{told}/hold/", {"reason": "已经归还", "lift": "1", "next": "/desk/disposal/"})
    assert enter("admin").get("/desk/disposal/").content.decode().count(f'value="{told}"') == 1


def test_published_year_hides_small_counts(enter: Enter, told: str, at: datetime) -> None:
    from django.core.cache import cache

    cache.clear()
    enter("alice").post("/me/data/correct/", {"wrong": "name", "value": "爱丽丝", "key": "c"})
    page = Client(headers={"Accept-Language": "en"}).get("/board/transparency/").content.decode()
    assert (
        page.count("Workers' data in figures, 2026") + page.count("Workers&#x27; data in figures, 2026"),
        page.count(">1<"),
    ) == (1, 0)
    cache.clear()
