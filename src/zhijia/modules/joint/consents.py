"""What a worker agreed to on a transfer and can take back: that the department is told what they told the union."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.retention.consents import Consent

from .models import Agreement


def _given(person_id: int) -> bool:
    return Agreement.objects.filter(person_id=person_id, standing=True).exists()


def _take_back(person_id: int) -> None:
    Agreement.objects.filter(person_id=person_id, standing=True).update(standing=False)


SHARING = Consent(
    key="joint.transfer", title=_("Handing my matter over to another department"), given=_given, take_back=_take_back,
    after=_("Nothing more of it is handed over; what has gone there cannot be called back."),
)  # fmt: skip
