"""What is known of content that is kept, and how much each sender has sent today. No name, no person, no matter."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scan(models.TextChoices):
    """What the virus scanner said."""

    NOT_SCANNED = "none", _("Not scanned")
    CLEAN = "clean", _("Nothing found")
    INFECTED = "infected", _("A virus was found")


class Content(models.Model):
    """Content under its keyed name: the same for everybody who sent it."""

    name = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=100)
    size = models.BigIntegerField()
    remade = models.BooleanField()
    """Made anew by us, so it may be shown in a browser."""
    scan = models.CharField(max_length=8, choices=Scan.choices, default=Scan.NOT_SCANNED)
    scanner = models.CharField(max_length=100, blank=True)
    """Engine and signatures that said so."""
    scanned_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "files_content"
        indexes: ClassVar = [
            models.Index(fields=["name"], name="content_not_scanned", condition=models.Q(scan=Scan.NOT_SCANNED)),
        ]


class Taken(models.Model):
    """How many bytes one sender has sent on one day. Who it was stands here as a keyed hash that changes daily."""

    who = models.BinaryField(max_length=16)
    day = models.DateField()
    bytes = models.BigIntegerField()

    class Meta:
        db_table = "files_taken"
        constraints: ClassVar = [models.UniqueConstraint(fields=["who", "day"], name="taken_once")]
