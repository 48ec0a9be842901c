"""What proves that a finding is mended: numbered lines, with the file of the case that shows it."""

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.cases.models import Attachment

from .models import Proof
from .rules import C, today


def file_known(c: C) -> Verdict:
    """A file that is named lies on this case."""
    if not c.data.get("file") or _file(c) is not None:
        return yes()
    return no("file", _("There is no file of this name on the case. Add it first."))


def add(c: C) -> None:
    """One more line of evidence."""
    last = Proof.objects.filter(case_id=c.case.pk).aggregate(last=Max("no"))["last"] or 0
    Proof.objects.create(
        case_id=c.case.pk, no=last + 1, kind=c.data["proof"], said=c.data["said"], attachment=_file(c),
        added_on=today(c),
    )  # fmt: skip


def _file(c: C) -> Attachment | None:
    named = c.data.get("file")
    files = Attachment.objects.filter(case_id=c.case.pk).order_by("-id") if named else Attachment.objects.none()
    return next((file for file in files if file.name == named), None)  # names are sealed: looked for here
