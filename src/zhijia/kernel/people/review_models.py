"""Tables of the periodic review of posts: every post of a part of the house, kept or ended by the head of its unit."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q


class Review(models.Model):
    """One round: all posts that were held at an organisation and below when it began. No grants: the request roles
    reach none of it."""

    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+")
    due_day = models.DateField()
    """The last day on which heads decide."""
    begun_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    """When the last post was decided."""
    reminded_on = models.DateField(null=True)

    if TYPE_CHECKING:
        id: int
        org_id: int

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_day"], condition=Q(done_at=None), name="people_review_open")]

    def __str__(self) -> str:
        return f"review {self.pk}"


class ReviewLine(models.Model):
    """One post of a round, and what was decided about it."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="lines", db_index=False)
    post = models.ForeignKey("people.Post", models.PROTECT, related_name="+")
    org = models.ForeignKey("org.Org", models.PROTECT, related_name="+", db_index=False)
    """The unit whose head decides."""
    kept = models.BooleanField(null=True)
    """Null while nobody has decided; false: ended."""
    words = models.CharField(max_length=200, blank=True)
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)

    if TYPE_CHECKING:
        id: int
        org_id: int
        post_id: int

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "post"], name="people_reviewline_once"),
            models.CheckConstraint(
                condition=Q(kept__isnull=True, decided_at__isnull=True)
                | Q(kept__isnull=False, decided_at__isnull=False),
                name="people_reviewline_decided",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["org", "id"], condition=Q(kept__isnull=True), name="people_reviewline_waits")
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.post_id}"
