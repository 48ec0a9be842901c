"""Workbooks through the desk's pages: sent, checked, confirmed, fetched, taken back; everybody their own only."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from tests.cast import NOW
from tests.faces.web.desk.kit import Enter, File, spent

pytestmark = pytest.mark.django_db
Declare = Callable[..., Any]


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch, cast: Any) -> Iterator[Declare]:
    from django.db import connection

    from tests.kernel.sheets import kit
    from zhijia.kernel.sheets import registry, store

    with connection.cursor() as cursor:
        cursor.execute(kit.TABLE)

    def declare(**changes: Any) -> Any:
        sheet = kit.sheet(**changes)
        monkeypatch.setitem(registry._sheets, sheet.key, sheet)
        return sheet

    declare(undo=kit.take_back)
    yield declare
    store.forget(*store.every())


def rows(*numbers: int, bad: tuple[int, ...] = ()) -> bytes:
    from tests.kernel.sheets import kit

    found = [kit.worker(n) for n in numbers]
    for row, number in zip(found, numbers, strict=True):
        if number in bad:
            row[1] = "12345"
    return kit.workbook(found)


def send(client: Client, content: bytes, no: str = "") -> Any:
    file = SimpleUploadedFile("名单.xlsx", content)
    return client.post(f"/desk/sheets/workers/?for={no}" if no else "/desk/sheets/workers/", {"file": file})


def checked(client: Client, content: bytes, no: str = "") -> str:
    """Send it and have it checked; the address of the job's page."""
    from zhijia.kernel.sheets import run

    address = send(client, content, no)["Location"]
    run.check_job(job_id=int(address.split("/")[-2]), now=NOW)
    return address


def test_workbook_is_sent_checked_stored_and_taken_back(enter: Enter, declared: Declare, with_unit: File) -> None:
    from tests.kernel.sheets import kit
    from zhijia.kernel.sheets import run

    no, zhou = with_unit(), enter("zhou")
    assert zhou.get(f"/desk/sheets/workers/?for={no}").context["case_no"] == no
    address = send(zhou, rows(1, 2, 3, bad=(2,)), no)["Location"]
    waiting = zhou.get(address)
    assert (waiting.context["running"], waiting.context["job"].about) == (True, {"case": no})
    run.check_job(job_id=waiting.context["job"].pk, now=NOW)
    page = zhou.get(address)
    assert (page.context["codes"], page.context["first"], page.context["locked"]) == (
        [("Wrong length or form", 1)],
        [(3, "手机号", "Write a mobile number of 11 digits, or a landline with its area code.")], None,
    )  # fmt: skip
    assert zhou.post(f"{address}confirm/")["Location"] == address
    run.apply_job(job_id=page.context["job"].pk, now=NOW)
    page = zhou.get(address)
    assert (page.context["outcomes"], page.context["stored"], page.context["may_undo"]) == ([("New", 2)], 2, True)
    assert kit.stored() == [(2, "工人1"), (4, "工人3")]
    zhou.post(f"{address}undo/")
    assert (zhou.get(address).context["job"].state, kit.stored()) == ("undone", [])


def test_template_and_returned_workbooks_are_fetched_under_their_names(enter: Enter, declared: Declare) -> None:
    zhou = enter("zhou")
    response = zhou.get("/desk/sheets/workers/template/")
    assert response["Content-Disposition"] == ("attachment; filename*=utf-8''%E5%B7%A5%E4%BA%BA%E5%90%8D%E5%8D%95.xlsx")
    assert b"".join(response.streaming_content)[:2] == b"PK"
    address = checked(zhou, rows(1, 2, bad=(2,)))
    sizes = []
    for what in ("wrong", "all"):
        content = b"".join(zhou.get(f"{address}{what}.xlsx").streaming_content)
        sizes.append(len(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()))
    assert (sizes, zhou.get(f"{address}file.xlsx").status_code) == ([2, 3], 404)


def test_progress_is_a_fragment_that_asks_for_the_page_at_the_end(enter: Enter, declared: Declare) -> None:
    zhou, content = enter("zhou"), rows(1)  # made once: a workbook holds the second in which it was made
    address = send(zhou, content)["Location"]
    moving = zhou.get(f"{address}progress/")
    assert (moving.status_code, "HX-Refresh" in moving, 'hx-trigger="every 1s"' in moving.content.decode()) == (
        200,
        False,
        True,
    )
    checked(zhou, content)
    ended = zhou.get(f"{address}progress/")
    assert (ended["HX-Refresh"], "hx-trigger" in ended.content.decode()) == ("true", False)


def test_no_file_and_a_file_that_is_too_large_say_what_to_do(
    enter: Enter, declared: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhijia.kernel.sheets import jobs

    zhou = enter("zhou")
    page = zhou.post("/desk/sheets/workers/", {})
    assert (page.status_code, page.context["problem"]) == (422, "Choose a file.")
    monkeypatch.setattr(jobs, "LARGEST", 1000)
    page = send(zhou, rows(1))
    assert (page.status_code, page.context["problem"]) == (
        422, "The file is over 50 MB. Share its rows out over several files.",
    )  # fmt: skip


def test_upload_is_refused_without_its_form_token_and_taken_with_it(cast: Any, declared: Declare) -> None:
    client = Client(headers={"Accept-Language": "en"}, enforce_csrf_checks=True)
    client.force_login(cast.accounts["zhou"])
    assert send(client, rows(1)).status_code == 403
    client.get("/desk/sheets/workers/")
    token = client.cookies["csrftoken"].value
    file = SimpleUploadedFile("a.xlsx", rows(1))
    assert client.post("/desk/sheets/workers/", {"file": file, "csrfmiddlewaretoken": token}).status_code == 302


def test_only_staff_who_may_use_the_sheet_and_see_the_case_come_in(
    enter: Enter, declared: Declare, with_unit: File
) -> None:
    no = with_unit()
    assert [enter(who).get(f"/desk/sheets/workers/?for={no}").status_code for who in ("zhou", "lin", "alice")] == [
        200, 404, 403,
    ]  # fmt: skip
    assert enter("zhou").get("/desk/sheets/nothing/").status_code == 404


def test_jobs_of_others_are_not_found(enter: Enter, declared: Declare) -> None:
    address = checked(enter("zhou"), rows(1, 2, bad=(1,)))
    lin = enter("lin")
    assert [lin.get(f"{address}{more}").status_code for more in ("", "progress/", "wrong.xlsx")] == [404] * 3
    assert [lin.post(f"{address}{what}/").status_code for what in ("confirm", "cancel", "undo")] == [404] * 3
    assert (lin.get("/desk/sheets/").context["lines"], len(enter("zhou").get("/desk/sheets/").context["lines"])) == (
        [],
        1,
    )


def test_all_or_nothing_says_why_it_cannot_be_confirmed(enter: Enter, declared: Declare) -> None:
    declared(one_transaction=True)
    zhou = enter("zhou")
    address = checked(zhou, rows(1, 2, bad=(1,)))
    assert zhou.get(address).context["locked"].code == "all_or_nothing"
    page = zhou.post(f"{address}confirm/")
    assert (page.status_code, str(page.context["refused"])) == (
        409, "This sheet is stored as a whole or not at all. Mend the rows and send the file again.",
    )  # fmt: skip


def test_sheet_that_is_not_possible_now_is_locked_with_its_reason(enter: Enter, declared: Declare) -> None:
    from zhijia.kernel.base.errors import no

    declared(ready=lambda ctx: no("closed", "The case is closed."))
    page = enter("zhou").get("/desk/sheets/workers/")
    assert (page.context["locked"], str(page.context["ready"].reason)) == (True, "The case is closed.")
    assert send(enter("zhou"), rows(1)).status_code == 409


def test_failed_and_cancelled_jobs_say_so(enter: Enter, declared: Declare) -> None:
    zhou = enter("zhou")
    page = zhou.get(checked(zhou, b"PK torn"))
    assert (page.context["job"].state, "save it anew as .xlsx" in page.content.decode()) == ("failed", True)
    address = checked(zhou, rows(1))
    zhou.post(f"{address}cancel/")
    page = zhou.get(address)
    assert (page.context["job"].state, "Nothing was stored." in page.content.decode()) == ("cancelled", True)


def test_list_is_paged_by_key_and_costs_the_same_with_more_rows(
    enter: Enter, declared: Declare, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhijia.faces.web.desk import sheets

    zhou = enter("zhou")
    addresses = [send(zhou, rows(1))["Location"]]
    one = spent(zhou, "/desk/sheets/")
    addresses += [send(zhou, rows(n))["Location"] for n in (2, 3)]
    assert spent(zhou, "/desk/sheets/") == one
    monkeypatch.setattr(sheets, "PAGE", 2)
    page = zhou.get("/desk/sheets/")
    after = zhou.get(f"/desk/sheets/?before={page.context['older']}")
    ids = [int(address.split("/")[-2]) for address in addresses]
    assert [[line.job.pk for line in p.context["lines"]] for p in (page, after)] == [[ids[2], ids[1]], [ids[0]]]


def test_export_is_ordered_made_and_fetched(enter: Enter, declared: Declare, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.kernel.sheets import kit
    from zhijia.kernel.sheets import registry, run
    from zhijia.kernel.sheets.declare import Export

    export = Export("list", "名单", kit.sheet().columns, kit.staff_only, lambda ctx: iter([{"name": "甲"}]))
    monkeypatch.setitem(registry._exports, "list", export)
    zhou = enter("zhou")
    address = zhou.post("/desk/sheets/list/export/")["Location"]
    run.write_job(job_id=int(address.split("/")[-2]), now=NOW)
    assert (zhou.get(address).context["job"].rows, zhou.get(f"{address}file.xlsx").status_code) == (1, 200)


def test_columns_that_are_not_recognised_are_chosen_and_remembered(enter: Enter, declared: Declare) -> None:
    from tests.kernel.sheets import kit
    from zhijia.kernel.sheets import run

    titles = ("工友", "手机", *kit.TITLES[2:])
    zhou = enter("zhou")
    address = checked(zhou, kit.workbook([kit.worker(1)], titles=titles))
    page = zhou.get(address)
    choices = {choice.column.name: choice for choice in page.context["choices"]}
    assert (page.context["job"].state, choices["id_card"].headings[2]) == ("columns", (2, "身份证号", True))
    assert [c.column.name for c in choices.values() if c.guessed] == ["phone"]
    page = zhou.post(f"{address}columns/", {"c-phone": "1", "c-id_card": "1", "c-amount": "8"})
    assert page.status_code == 422
    assert {c.name: str(c.problem) for c in page.context["choices"] if c.problem} == {
        "c-name": "Choose the heading of this column: it is required.",
        "c-id_card": "This heading is chosen for another column too.",
    }
    right = {f"c-{name}": str(at) for at, name in enumerate(column.name for column in kit.sheet().columns)}
    assert zhou.post(f"{address}columns/", right)["Location"] == address
    run.check_job(job_id=int(address.split("/")[-2]), now=NOW)
    assert (zhou.get(address).context["job"].state, zhou.get(address).context["job"].good) == ("checked", 1)
    again = zhou.get(checked(zhou, kit.workbook([kit.worker(2)], titles=titles)))
    assert (again.context["job"].state, again.context["job"].good) == ("checked", 1)
    strange = enter("head").get(checked(enter("head"), kit.workbook([kit.worker(3)], titles=titles)))
    assert strange.context["job"].state == "columns"
    assert enter("lin").post(f"{address}columns/", right).status_code == 404
