"""Tables of administration: what one administrator proposes and another agrees to."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text


class ProposalKind(StrEnum):
    """What is proposed."""

    POST = "post"
    """A post, as a workbook of the system administrator brings it."""
    SUBSTITUTE = "substitute"
    """A substitute for one's own post."""
    FACTORS = "factors"
    """A link by which somebody who lost their second factor begins anew."""

    @property
    def title(self) -> Text:  # type: ignore[override]
        """The kind in words."""
        return _KINDS[self]


_KINDS: dict[ProposalKind, Text] = {
    ProposalKind.POST: _("Post"),
    ProposalKind.SUBSTITUTE: _("Substitute"),
    ProposalKind.FACTORS: _("New second factor"),
}


class Proposal(models.Model):
    """One change of who may what, proposed by one account and decided by another. No grants: the request roles reach
    none of it."""

    kind = models.CharField(max_length=12)
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="proposals")
    """Whose rights would change."""
    org = models.ForeignKey("org.Org", models.PROTECT, null=True, related_name="+")
    """Where; who decides must reach it."""
    post = models.ForeignKey("people.Post", models.PROTECT, null=True, related_name="+", db_index=False)
    role = models.CharField(max_length=24, blank=True)
    from_day = models.DateField(null=True)
    to_day = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=40, unique=True, null=True)
    """The row of the workbook that it came from: the same row twice is one proposal."""
    made_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)
    """Null while it waits."""
    words = models.CharField(max_length=200, blank=True)

    if TYPE_CHECKING:
        id: int
        account_id: int
        org_id: int | None
        made_by_id: int | None

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[str(k) for k in ProposalKind]), name="people_proposal_kind"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(agreed=True) | ~Q(decided_by=F("made_by")),
                name="people_proposal_two",
            ),
        ]
        indexes = [
            models.Index(fields=["org", "-id"], condition=Q(agreed__isnull=True), name="people_proposal_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
