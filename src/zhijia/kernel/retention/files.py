"""Where the content of a case's files lies, and what of it may go: nothing that another case still has."""

from collections.abc import Collection, Iterable, Sequence

from django.apps import apps
from django.core.files.storage import default_storage

from zhijia.kernel.cases import bundles
from zhijia.kernel.cases.desk import Bundle
from zhijia.kernel.cases.models import Attachment
from zhijia.kernel.documents import paper
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.files import store
from zhijia.kernel.sheets.models import Job


def of_cases(case_ids: Sequence[int]) -> set[str]:
    """Places of the content that only these cases have: uploads, letters, whole files that were taken out."""
    mine = set(Attachment.objects.filter(case_id__in=case_ids).values_list("sha256", flat=True))
    others = Attachment.objects.filter(sha256__in=mine).exclude(case_id__in=case_ids)
    places = {store.place_of(name) for name in mine - set(others.values_list("sha256", flat=True))}
    taken = Bundle.objects.filter(case_id__in=case_ids).exclude(file="").values_list("file", flat=True)
    places |= {bundles.place(name) for name in taken}
    letters = Letter.objects.filter(case_id__in=case_ids).exclude(sha256="")
    return places | {place for pk, sha in letters.values_list("id", "sha256") for place in paper.places(pk, sha)}


def of_jobs(jobs: Iterable[Job]) -> set[str]:
    """Places of the workbooks of these jobs."""
    return {f"sheets/{name}" for job in jobs for name in (job.file, job.marked, job.marked_all) if name}


def remove(places: Collection[str]) -> None:
    """Delete content; what is gone already is passed over."""
    for place in places:
        default_storage.delete(place)
    if apps.is_installed("zhijia.kernel.files"):
        known = apps.get_model("files", "Content")._default_manager
        known.filter(name__in=[place.rpartition("/")[2] for place in places]).delete()


def left(places: Collection[str]) -> list[str]:
    """Which of these places still hold something."""
    return sorted(place for place in places if default_storage.exists(place))
