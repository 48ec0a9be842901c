"""Letters as every page shows them: one line in a list, and the file itself."""

from dataclasses import dataclass
from datetime import datetime

from django.template.response import SimpleTemplateResponse
from django.utils.http import content_disposition_header

from zhijia.kernel.base.errors import Text
from zhijia.kernel.cases.models import Case
from zhijia.kernel.documents import paper, word
from zhijia.kernel.documents.models import Letter, LetterState

KINDS = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


@dataclass(frozen=True)
class Summary:
    """One letter as lists show it."""

    id: int
    title: str
    number: str
    addressee: str
    state: str
    state_title: Text
    at: datetime
    """When it came into its state."""
    reply_due_at: datetime | None


class Paper(SimpleTemplateResponse):
    """A letter as a file. It is made when the response is rendered: after the view, outside its transaction."""

    def __init__(self, read: paper.Paper, ending: str) -> None:
        super().__init__(None, content_type=KINDS[ending])
        self._read, self._ending = read, ending
        name = (read.letter.number or read.letter.title)[:80]
        self["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.{ending}")
        self["X-Content-Type-Options"], self["Cache-Control"] = "nosniff", "no-store"

    @property
    def rendered_content(self) -> bytes:  # type: ignore[override]
        """The bytes of the file."""
        return paper.pdf(self._read) if self._ending == "pdf" else word.docx(self._read)


def summaries(case: Case, *, worker: bool = False) -> list[Summary]:
    """The letters of a case, newest first; one query. A worker sees those that were issued and are public to them."""
    moments = {LetterState.DRAFT: "drafted_at", **{s: f"{s}_at" for s in LetterState if s != LetterState.DRAFT}}
    rows = Letter.objects.filter(case_id=case.pk).order_by("-id").defer("content", "facts", "text", "free", "answer")
    if worker:
        rows = rows.filter(public=True, issued_at__isnull=False)
    return [
        Summary(
            row.pk, row.title, row.number, row.addressee, row.state, LetterState(row.state).label,
            getattr(row, moments[LetterState(row.state)]), row.reply_due_at,
        )
        for row in rows
    ]  # fmt: skip
