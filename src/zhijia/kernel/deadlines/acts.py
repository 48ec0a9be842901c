"""Acts that begin a limitation period anew, as rows of the services that watch one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.sealed import SealedText


class ActKind(models.TextChoices):
    """What begins the limitation period anew (LDMAL 27 II)."""

    DEMAND = "demand", _("The worker or the union demanded it of the employer")
    COMPLAINT = "complaint", _("A complaint to an authority")
    PROMISE = "promise", _("The employer promised it")
    PART = "part", _("A part was paid")
    ARBITRATION = "arbitration", _("Arbitration was applied for")


class LimitationAct(models.Model):
    """Something that begins the limitation period anew, and what proves it. A service's own table inherits it."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=12, choices=ActKind.choices)
    proved = models.BooleanField(default=False)
    evidence = SealedText(row=("case_id", "kind"), blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True
