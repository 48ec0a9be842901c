"""The worker's own package: ordered, made in the background, sealed, fetched by its person for seven days, deleted.

What stands in it is gathered by a face (`faces/package.py`), which knows how things are shown to the worker.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import uuid4

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import Forbidden, NotFound
from zhijia.kernel.base.queue import enqueue
from zhijia.kernel.files import store
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service.prepared import as_platform

from .models import Package, PackageState

KEPT = timedelta(days=7)


def place(name: str) -> str:
    """Where a package lies in the storage."""
    return f"packages/{name}"


def order(*, person_id: int, request_no: str, language: str, now: datetime) -> None:
    """Begin a package for this person; the same request gives one package."""
    made = Package(person_id=person_id, request_no=request_no, language=language, asked_at=now)
    with as_platform():
        Package.objects.bulk_create([made], ignore_conflicts=True)
    enqueue("make_package", request=request_no)


def mine(actor: Actor) -> list[Package]:
    """The actor's own packages, the newest first."""
    return list(Package.objects.filter(person_id=actor.person_id or 0).order_by("-id")[:20])


def package_of(actor: Actor, package_id: int) -> Package:
    """One of the actor's own. Raises NotFound for anybody else's."""
    if found := Package.objects.filter(pk=package_id, person_id=actor.person_id or 0).first():
        return found
    raise NotFound(code="no_such_package")


def keep(package: Package, file: BinaryIO, *, now: datetime) -> None:
    """Seal the made file and let the person fetch it."""
    name = uuid4().hex
    size = store.put(store.blocks_of(file), place(name))
    Package.objects.filter(pk=package.pk).update(
        state=PackageState.READY, file=name, size=size, made_at=now, expires_at=now + KEPT, done=F("total")
    )


@transaction.atomic
def fetch(*, package_id: int, actor: Actor, now: datetime) -> tuple[Package, Iterator[bytes]]:
    """The content for its person. Raises NotFound for others, Forbidden once it is deleted or not made yet."""
    package = package_of(actor, package_id)
    if package.state != PackageState.READY or (package.expires_at and package.expires_at <= now):
        raise Forbidden(_("This file is not there any more. Ask for a new one."), code="gone")
    with as_platform():
        Package.objects.filter(pk=package.pk).update(fetched=F("fetched") + 1)
    subject = f"person:{package.person_id}"
    append(
        chain=subject, act="package.fetched", subject=subject, actor=actor, now=now, person_id=package.person_id,
        data={"package": package.pk},
    )  # fmt: skip
    return package, _content(package.file)


def _content(name: str) -> Iterator[bytes]:
    content = store.get(place(name))
    try:
        yield from content.blocks()
    finally:
        content.close()


def tidy(*, now: datetime) -> int:
    """Delete what was kept long enough; returns how many."""
    over = list(Package.objects.filter(expires_at__lte=now).exclude(file=""))
    for package in over:
        default_storage.delete(place(package.file))
    Package.objects.filter(pk__in=[p.pk for p in over]).update(file="", state=PackageState.GONE)
    return len(over)
