"""Tables of workbooks under way: what was sent or asked for, how far it is, and which chunks are stored.

No cell of anybody's file stands here in clear: files are sealed in the storage, headings in their column, and what is
wrong is kept as row, column and words.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.sealed import SealedJson


class State(models.TextChoices):
    """Where a job is."""

    UPLOADED = "uploaded", _("Waiting to be checked")
    CHECKING = "checking", _("Being checked")
    COLUMNS = "columns", _("Columns to choose")
    CHECKED = "checked", _("Checked")
    APPLYING = "applying", _("Being stored")
    APPLIED = "applied", _("Finished")
    FAILED = "failed", _("Not possible")
    CANCELLED = "cancelled", _("Cancelled")
    UNDONE = "undone", _("Taken back")


RUNNING = (State.UPLOADED, State.CHECKING, State.APPLYING)
"""Something happens, or is about to."""
WAITING = (State.COLUMNS, State.CHECKED)
"""It waits for its sender."""
DEAD = (State.FAILED, State.CANCELLED, State.UNDONE)
"""The same file may be sent again, as a new job."""


class Job(models.Model):
    """One workbook: coming in (checked, then applied) or going out (only applied)."""

    sheet = models.CharField(max_length=48)
    """Key of the sheet, or of the export."""
    out = models.BooleanField(default=False)
    about = models.JSONField(default=dict)
    """What it is about: `{"case": "ZJ…"}`. Ids and numbers, never personal values."""
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    name = models.CharField(max_length=200, blank=True)
    """What the sender's own file is called."""
    file = models.CharField(max_length=32, blank=True)
    """The kept file: what came in, or what was made to go out. Empty once it is deleted."""
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    key = models.CharField(max_length=64)
    """The same file from the same sender about the same thing has the same key."""
    marked = models.CharField(max_length=32, blank=True)
    """The kept workbook with the rows that must be mended."""
    marked_all = models.CharField(max_length=32, blank=True)
    """The same with all rows."""
    rows = models.IntegerField(default=0)
    good = models.IntegerField(default=0)
    bad = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    """Rows of the present step that are behind us."""
    problems = models.JSONField(default=dict)
    """Code -> how many."""
    first = models.JSONField(default=list)
    """The first problems: [row, column, code, words]."""
    headings = SealedJson(row="key", default=list)
    """What stands in the row of headings. Sealed: a file without one has somebody's data there."""
    notes = models.JSONField(default=list)
    """What was noticed about the file as a whole, in sentences."""
    outcomes = models.JSONField(default=dict)
    """Outcome -> how many rows."""
    reason = models.TextField(blank=True)
    """Why it failed, in a sentence that says how to mend it."""
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sheets_job"
        indexes: ClassVar = [
            models.Index(fields=["account", "-id"], name="sheets_job_own"),
            models.Index(fields=["id"], name="sheets_job_kept", condition=~models.Q(file="", marked="", marked_all="")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key"], name="sheets_job_once", condition=~models.Q(state__in=DEAD)),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.pk}"


class Mapping(models.Model):
    """Which headings of somebody's own lists are which columns of a sheet, as they said once."""

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+", db_index=False)
    sheet = models.CharField(max_length=48)
    names = SealedJson(row=("account_id", "sheet"), default=dict)
    """Heading -> column, "" for a heading that is none of ours."""

    class Meta:
        db_table = "sheets_mapping"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "sheet"], name="sheets_mapping_once")]


class Chunk(models.Model):
    """Rows that are stored: written in the transaction that stores them, so that no chunk is stored twice."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="chunks")
    number = models.IntegerField()
    rows = models.IntegerField()
    outcomes = models.JSONField(default=dict)

    class Meta:
        db_table = "sheets_chunk"
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "number"], name="sheets_chunk_once")]
