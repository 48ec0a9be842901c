"""Letters of a case and the lines of their tables, and the counters that number them.

What was issued never changes: a trigger of the database refuses it, whoever asks. A correction is a new letter.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.cases.protected import of_case
from zhijia.kernel.people.sealed import SealedJson, SealedText


class LetterState(models.TextChoices):
    """How far a letter has come."""

    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Issued")
    SERVED = "served", _("Served")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Service(models.TextChoices):
    """How a letter was served (送达); the words follow 民事诉讼法 arts. 88 to 95."""

    DIRECT = "direct", _("Handed over")
    LEFT = "left", _("Left there after refusal")
    POST = "post", _("By post")
    ELECTRONIC = "electronic", _("Electronically")
    ENTRUSTED = "entrusted", _("Through another body")
    NOTICE = "notice", _("By public notice")


class Letter(models.Model):
    """One letter: what it says as data, and what became of it."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=32)
    state = models.CharField(max_length=10, choices=LetterState.choices, default=LetterState.DRAFT)
    version = models.IntegerField(default=1)
    """Rises with every change of a draft, so that nobody issues words they have not seen."""
    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+")
    """Who issues it."""
    number = models.CharField(max_length=120, blank=True)
    year = models.SmallIntegerField(null=True)
    serial = models.IntegerField(null=True)
    title = models.CharField(max_length=300)
    addressee = models.CharField(max_length=200)
    text = models.TextField()
    """The words with their placeholders, as they were in force when it was drafted."""
    facts = SealedJson(row=("case_id", "kind"), purpose=of_case, default=dict)
    """What fills them."""
    free = SealedText(row=("case_id", "kind"), purpose=of_case, blank=True)
    """Paragraphs that officers added."""
    content = SealedJson(row=("case_id", "kind"), purpose=of_case, default=dict)
    """The letter as blocks: what page, PDF and DOCX are made from (see content.py)."""
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of content and lines, from the day of issue: what the audit trail holds of the words."""
    sha256 = models.CharField(max_length=64, blank=True)
    """SHA-256 of the PDF, made right after it was issued."""
    public = models.BooleanField(default=False)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    """The letter that this one corrects; it is withdrawn when this one is issued."""
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    served_at = models.DateTimeField(null=True)
    served_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    service = models.CharField(max_length=12, choices=Service.choices, blank=True)
    proof = SealedText(row=("case_id", "kind"), purpose=of_case, blank=True)
    """Who took it, the number of the parcel, the witness."""
    proof_file = models.ForeignKey("cases.Attachment", models.PROTECT, null=True, related_name="+")
    reply_due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    """Who recorded the answer."""
    answer = SealedText(row=("case_id", "kind"), purpose=of_case, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    reason = SealedText(row=("case_id", "kind"), purpose=of_case, blank=True)

    class Meta:
        db_table = "documents_letter"
        indexes: ClassVar = [
            models.Index(fields=["case", "-id"], name="letter_of_case"),
            models.Index(
                fields=["id"], name="letter_without_pdf", condition=models.Q(sha256="", issued_at__isnull=False)
            ),
            models.Index(
                fields=["reply_due_at", "id"], name="letter_reply_due", condition=models.Q(state=LetterState.SERVED)
            ),
        ]  # fmt: skip
        constraints: ClassVar = [
            models.CheckConstraint(
                name="letter_issued_is_whole",
                condition=models.Q(issued_at__isnull=True, number="", digest="", serial__isnull=True)
                | ~models.Q(number="") & ~models.Q(digest="") & models.Q(issued_at__isnull=False, serial__isnull=False),
            ),
            models.CheckConstraint(
                name="letter_state_has_its_moment",
                condition=models.Q(state=LetterState.DRAFT, issued_at__isnull=True)
                | models.Q(state=LetterState.ISSUED, issued_at__isnull=False)
                | models.Q(state=LetterState.SERVED, served_at__isnull=False)
                | models.Q(state=LetterState.ANSWERED, answered_at__isnull=False)
                | models.Q(state=LetterState.WITHDRAWN, withdrawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title


def _of_letter(line: "Line") -> str:
    return of_case(line.letter)


class Line(models.Model):
    """One line of a letter's table, as words; apart from the letter so that each worker sees only their own."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="lines")
    place = models.IntegerField()
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    cells = SealedJson(row=("letter_id", "place"), purpose=_of_letter, default=list)

    class Meta:
        db_table = "documents_line"
        constraints: ClassVar = [models.UniqueConstraint(fields=["letter", "place"], name="letter_line_place")]


class Counter(models.Model):
    """The last number that an organisation gave in one series of letters in a year."""

    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+")
    series = models.CharField(max_length=120)
    """The number as it is written, with {n} in place of the count: 青禾工函〔2026〕{n}号. Kinds that are written alike
    count together, so no number is given twice."""
    year = models.SmallIntegerField()
    last = models.IntegerField()

    class Meta:
        db_table = "documents_counter"
        constraints: ClassVar = [models.UniqueConstraint(fields=["org", "series", "year"], name="letter_series_once")]
