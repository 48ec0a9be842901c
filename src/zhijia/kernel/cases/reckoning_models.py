"""A calculation that was put into a case: what the law gives, with its working as it stood on that day."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import translation

from zhijia.kernel.people.sealed import SealedJson

from .desk import new_ref
from .protected import of_case

Row = dict[str, Any]


class Reckoning(models.Model):
    """One calculation, frozen: later changes of the law or of a value of the place do not touch it."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="reckonings")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    """The worker whose claim it is; none where it is that of the case."""
    ref = models.CharField(max_length=32, unique=True, default=new_ref)
    """What was sent twice is kept once."""
    calculator = models.CharField(max_length=40)
    family = models.CharField(max_length=20)
    """Calculations of one family answer the same claim in different ways (N, N+1, 2N): one of them is due."""
    region = models.CharField(max_length=6)
    day = models.DateField()
    """The day for which it was worked out."""
    content = SealedJson(row="ref", purpose=of_case, default=dict)
    """`given` as it was typed, and in each language title, inputs, lines, notes and values."""
    low = models.BigIntegerField()
    """Fen that the law gives at least; 0 where it is no sum."""
    high = models.BigIntegerField()
    article = models.CharField(max_length=300)
    version = models.CharField(max_length=60)
    """State of the law and of the values that it was worked out with."""
    public = models.BooleanField()
    """Whether the workers of the case see it, where it is nobody's own."""
    at = models.DateTimeField()
    account = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_reckoning"
        constraints: ClassVar = [
            models.CheckConstraint(name="reckoning_low_to_high", condition=models.Q(low__lte=models.F("high"))),
        ]

    @property
    def words(self) -> Row:
        """Its words in the language of the reader, else in that of the platform."""
        language = translation.get_language() or settings.LANGUAGE_CODE
        found: Row = self.content.get(language) or self.content.get(settings.LANGUAGE_CODE) or {}
        return found

    @property
    def title(self) -> str:
        """What was worked out."""
        return str(self.words.get("title", self.calculator))

    @property
    def inputs(self) -> list[list[str]]:
        """Question and answer of everything that was given."""
        return list(self.words.get("inputs", []))

    @property
    def lines(self) -> list[Row]:
        """The working: title, value, formula and basis of each line, and whether it is a result."""
        return list(self.words.get("lines", []))

    @property
    def results(self) -> list[Row]:
        """The lines that answer the question."""
        return [line for line in self.lines if line.get("result")]
