"""A letter about my matter: read on the phone, taken along as a file, closed to others and before it is issued."""

from collections.abc import Callable

from django.test import Client

from tests.cast import NOW, Cast
from tests.faces.web.worker.kit import drafted_letter, issued_letter


def test_worker_reads_the_letter_and_takes_it_along(cast: Cast, alice: Client) -> None:
    letter = issued_letter(cast, now=NOW)
    here = f"/matters/{letter.case.no}/letters/{letter.pk}/"
    assert f'href="{here}"' in alice.get(f"/matters/{letter.case.no}/").content.decode()
    page = alice.get(here).content.decode()
    assert [block["words"] in page for block in letter.content["blocks"]] == [True] * len(letter.content["blocks"])
    assert alice.get(f"{here}letter.pdf").content[:5] == b"%PDF-"
    assert alice.get(f"{here}letter.docx").content[:2] == b"PK"
    assert alice.get(f"{here}letter.exe").status_code == 404


def test_letter_is_closed_to_others_and_before_it_is_issued(
    cast: Cast, alice: Client, enter: Callable[[str], Client]
) -> None:
    draft = drafted_letter(cast, now=NOW)
    here = f"/matters/{draft.case.no}/letters/{draft.pk}/"
    assert [alice.get(path).status_code for path in (here, f"{here}letter.pdf")] == [404, 404]
    issued = issued_letter(cast, now=NOW)
    there = f"/matters/{issued.case.no}/letters/{issued.pk}/"
    assert [enter("mallory").get(path).status_code for path in (there, f"{there}letter.pdf")] == [404, 404]
