"""Whoever steals the database alone reads nobody's number, name or story: marked words go in through the real
doors, and none of them is in any column of any table.

What stays readable is listed in docs/adr/0018: employers, projects and organisations, categories, states, dates, sums.
"""

import json
import re
from collections.abc import Iterator

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.cast import NOW, QINGHE, Cast
from tests.kernel.files.kit import png
from tests.kernel.sheets.kit import id_card
from tests.modules.wage_arrears.kit import Claim
from tests.modules.wage_arrears.test_sheet import bring, typed
from tests.scenarios.story import Story
from zhijia.faces.access import seen_by
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.search import _cut, matching_ids
from zhijia.kernel.documents import letters
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.persons import change_person
from zhijia.kernel.service.engine import fire, open_case
from zhijia.kernel.sheets import store

pytestmark = pytest.mark.django_db
PHONE, SAFE, CARD = "13912345678", "13787654321", "6222021234567894"
MARK = "鹭鸶"
"""In every marked word, so that search's own marks are looked at too."""
WORDS: dict[str, str] = {
    name: f"{MARK}{n}号{name}" for n, name in enumerate((
        "故事", "愿望", "姓名", "暗号", "补充", "答复", "内部", "结果", "附件", "工资故事", "工资愿望", "工人", "回单",
        "证据", "主张",
        "发现", "改正", "回函", "收件", "请求", "协议", "理由", "新姓名",
    ))
}  # fmt: skip


@pytest.fixture(autouse=True)
def _files() -> Iterator[None]:
    yield
    store.forget(*store.every())


def asked_on_the_web(cast: Cast) -> str:
    """A passer-by tells of harassment, with a photo and wishes; signs in with a code; adds words; officers work on
    it."""
    browser = Client()
    browser.post("/ask/", {
        "story": WORDS["故事"], "category": "women", "wish": WORDS["愿望"], "county": QINGHE, "city": "980100",
        "key": "0b7c1a52-3f0e-4b57-9d0a-5b1f0c9d7e11", "phone": PHONE, "name": WORDS["姓名"], "reach": "other",
        "number": SAFE, "answered_by": "family", "pass_phrase": WORDS["暗号"], "confidential": "on",
        "files": [SimpleUploadedFile(f"{WORDS['附件']}.png", png())],
    })  # fmt: skip
    browser.post("/sign-in/", {"act": "send", "phone": PHONE})
    story = Story(cast, no=Case.objects.get().no)
    story.dispatch()
    story.do("zhou", "sign")
    story.do("zhou", "contact", note=WORDS["答复"])
    story.do("zhou", "note", note=WORDS["内部"])
    story.do("zhou", "submit", result=WORDS["结果"])
    return story.no


def claimed(cast: Cast) -> None:
    """A wage claim: a workbook of workers, money, evidence, a letter that names one of them, an answer."""
    claim = Claim(cast).tell("alice", story=WORDS["工资故事"], wish=WORDS["工资愿望"])
    claim.do("zhou", "accept")
    bring(
        claim, [typed(1), typed(2, name=WORDS["工人"], phone=PHONE[:-1] + "9", id_number=id_card(77), bank_card=CARD)]
    )
    claim.do("zhou", "verify")
    claim.do("alice", "agree_named")
    claim.do("zhou", "record_evidence", evidence="chat", held="worker", standing="have", said=WORDS["证据"])
    claim.do("zhou", "draft_named")
    letter = Letter.objects.get()
    with seen_by(cast.actor("head", claim.now)) as head:
        letters.issue(letter_id=letter.pk, seen=letter.version, actor=head, now=claim.now)
    claim.hours += 2
    with seen_by(cast.actor("zhou", claim.now)) as zhou:
        letters.serve(letter_id=letter.pk, service="post", proof=WORDS["收件"], at=claim.now, actor=zhou, now=claim.now)
        letters.answer(letter_id=letter.pk, words=WORDS["回函"], actor=zhou, now=claim.now)
    claim.pay("3000", proof=WORDS["回单"])


def others(cast: Cast) -> None:
    """A dispute, a supervision with its letter, a request about one's own data, a new name."""
    with seen_by(cast.actor("bob")) as bob:
        asked = {"claim": WORDS["主张"], "category": "insurance", "employer_name": "江澜劳务有限公司"}
        open_case(service="disputes", actor=bob, now=NOW, data=asked, region=QINGHE, applicant_id=bob.person_id)
        said = {"right": "correction", "wrong": "other", "words": WORDS["请求"]}
        open_case(service="data_right", actor=bob, now=NOW, data=said, region=QINGHE, applicant_id=bob.person_id)
    with seen_by(cast.actor("zhou")) as zhou:
        told = {"finding": WORDS["发现"], "category": "women", "employer_name": "江澜劳务有限公司"}
        made = open_case(service="supervision", actor=zhou, now=NOW, data=told, region=QINGHE, applicant_id=None)
        fire(no=made.no, transition="note", actor=zhou, now=NOW, data={"note": WORDS["理由"]})
    person = Person.objects.get(pk=cast.person_id("bob"))
    change_person(person=person, actor=cast.actor("bob"), now=NOW, name=WORDS["新姓名"], bank_card=CARD)


def test_a_stolen_database_tells_nobodys_number_name_or_story(cast: Cast) -> None:
    with clock.at(NOW):
        no = asked_on_the_web(cast)
        code = Message.objects.get(template="people.code").secret
        claimed(cast)
        others(cast)
    known = [
        *WORDS.values(),
        MARK,
        PHONE,
        PHONE[-4:],
        SAFE,
        SAFE[:3] + "****",
        CARD,
        CARD[-4:],
        id_card(77),
        f'"{code}"',
    ]
    assert list(found_in_dump(known)) == []
    assert {table for _word, table in found_in_dump(["江澜劳务有限公司"])} >= {"wage_arrears_facts", "disputes_facts"}
    with seen_by(cast.actor("zhou")):
        assert len(matching_ids(WORDS["故事"])) == 1  # and yet it is found by whoever may
        assert Case.objects.get(no=no).ticket.story == WORDS["故事"]


def found_in_dump(known: list[str]) -> Iterator[tuple[str, str]]:
    """(word, where) of each that stands readable in a column, a session or an index of words."""
    raw = {word: word.encode().hex() for word in known if len(word) > 4}
    tokens = {token for token in _cut("".join(WORDS.values())) if len(token) > 1}
    for table, row in rows():
        readable = re.sub(r'"\\\\x[0-9a-f]*"', '""', row)
        readable = re.sub(r'"id": ?\d+', "", readable) if table == "people_datakey" else readable  # drawn by lot
        yield from ((word, table) for word in known if word in readable)
        yield from ((word, f"{table} (bytes)") for word, hexed in raw.items() if hexed in row)
        if table == "cases_words":
            yield from ((token, table) for token in tokens if f"'{token}'" in row)
    for data in Session.objects.values_list("session_data", flat=True):
        said = json.dumps(SessionStore().decode(data), ensure_ascii=False)
        yield from ((word, "django_session") for word in known if word in said)


def rows() -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            yield from ((table, row) for (row,) in cursor.fetchall())
