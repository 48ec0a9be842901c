"""What a worker agreed to on a wage claim and can take back: to be named to whoever must pay."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.retention.consents import Consent

from .models import WorkerClaim


def _named(person_id: int) -> bool:
    return WorkerClaim.objects.filter(person_id=person_id, named=True, withdrawn_at=None).exists()


def _unname(person_id: int) -> None:
    WorkerClaim.objects.filter(person_id=person_id, named=True).update(named=False)


NAMED = Consent(
    key="wage_arrears.named", title=_("Being named to whoever must pay my wages"), given=_named, take_back=_unname,
    after=_("Letters from now on do not name you; what was sent before cannot be called back."),
)  # fmt: skip
