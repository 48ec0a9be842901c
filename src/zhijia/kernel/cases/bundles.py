"""The whole file of one case, taken out as one archive: ordered with a purpose, made in the background in the scope of
who asked, sealed, fetched by them alone for three days, deleted. What stands in it is gathered by a face.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.base.queue import enqueue
from zhijia.kernel.base.text import clean
from zhijia.kernel.files import store
from zhijia.kernel.people.actors import Actor, Permission

from .desk import Bundle, BundleState
from .models import Case
from .visibility import opened_only, sees

KEPT = timedelta(days=3)
LEAST_PURPOSE = 4
"""Characters of the shortest purpose that says something."""
STALE = timedelta(hours=2)
"""After this long one that is not made has died, and another may be asked for."""
TAKEN = "case.taken_out"


def place(name: str) -> str:
    """Where a bundle lies in the storage."""
    return f"bundles/{name}"


def demand(case: Case, actor: Actor) -> None:
    """Raise Forbidden unless the right to take things out reaches this case; one that was only opened for a while is
    read, and not taken out."""
    actor.require(Permission.EXPORT)
    if opened_only(actor, case) or not sees(actor, case, Permission.EXPORT):
        raise Forbidden(_("Your right to take files out does not reach this case."), code="out_of_reach")


@transaction.atomic
def order(*, case: Case, purpose: str, internal: bool, language: str, actor: Actor, now: datetime) -> Bundle:
    """Have the file made; one that is being made for the same account is not begun twice. Raises Forbidden as `demand`
    does and Invalid without a purpose."""
    demand(case, actor)
    purpose = " ".join(clean(purpose).split())[:200]
    if len(purpose) < LEAST_PURPOSE:
        message = _("Say what you need the file for, in a few words; the worker can read it.")
        raise Invalid(FieldProblem("purpose", "too_short", message))
    waiting = Bundle.objects.filter(case=case, account_id=actor.account_id or 0, state=BundleState.WAITING)
    waiting.filter(asked_at__lt=now - STALE).update(state=BundleState.FAILED)
    if running := waiting.first():
        return running
    made = Bundle.objects.create(
        case=case, account_id=actor.account_id or 0, purpose=purpose, internal=internal, language=language, asked_at=now
    )
    _record(case, "case.bundle_ordered", actor, now, bundle=made.pk, internal=internal)
    enqueue("make_bundle", bundle=made.pk)
    return made


def mine(case: Case, actor: Actor) -> list[Bundle]:
    """What the actor asked for of this case, the newest first."""
    return list(Bundle.objects.filter(case=case, account_id=actor.account_id or 0).order_by("-id")[:10])


def bundle_of(case: Case, actor: Actor, bundle_id: int) -> Bundle:
    """One of the actor's own. Raises NotFound for anybody else's."""
    found = Bundle.objects.filter(pk=bundle_id, case=case, account_id=actor.account_id or 0).first()
    if found is None:
        raise NotFound(code="no_such_bundle")
    return found


@transaction.atomic
def record_taken(bundle: Bundle, persons: Collection[int], *, actor: Actor, now: datetime) -> None:
    """Write on record, for each of these workers, that the file goes out and what for."""
    case: Case = bundle.case
    with translation.override(settings.LANGUAGE_CODE):  # kept as text: the worker's language, not the officer's
        purpose = str(_("Taking out the whole file of case %(no)s: %(purpose)s")) % {
            "no": case.no, "purpose": bundle.purpose,
        }  # fmt: skip
    for person_id in sorted(set(persons)):
        append(
            chain=f"person:{person_id}", act=TAKEN, subject=f"case:{case.pk}", actor=actor, now=now,
            data={"no": case.no, "bundle": bundle.pk}, person_id=person_id, purpose=purpose,
        )  # fmt: skip


@transaction.atomic
def keep(bundle: Bundle, file: BinaryIO, *, sha256: str, manifest: str, actor: Actor, now: datetime) -> None:
    """Seal the made archive and let its account fetch it; the hash of its manifest goes into the case's chain."""
    name = uuid4().hex
    size = store.put(store.blocks_of(file), place(name))
    Bundle.objects.filter(pk=bundle.pk).update(
        state=BundleState.READY, file=name, size=size, sha256=sha256, made_at=now, expires_at=now + KEPT,
        done=F("total"),
    )  # fmt: skip
    _record(bundle.case, "case.bundle_made", actor, now, bundle=bundle.pk, manifest=manifest)


def fail(bundle: Bundle, reason: str) -> None:
    """Say why it cannot be made."""
    Bundle.objects.filter(pk=bundle.pk).update(state=BundleState.FAILED, reason=reason[:300])


@transaction.atomic
def fetch(*, bundle: Bundle, actor: Actor, now: datetime) -> Iterator[bytes]:
    """The content for its account, if the right to take it out still reaches the case. Raises Forbidden otherwise, and
    once it is deleted."""
    case: Case = bundle.case
    demand(case, actor)
    if bundle.state != BundleState.READY or not bundle.expires_at or bundle.expires_at <= now:
        raise Forbidden(_("This file is not there any more. Ask for a new one."), code="gone")
    Bundle.objects.filter(pk=bundle.pk).update(fetched=F("fetched") + 1)
    _record(case, "case.bundle_fetched", actor, now, bundle=bundle.pk)
    return _content(bundle.file)


def tidy(*, now: datetime) -> int:
    """Delete what was kept long enough; returns how many."""
    over = list(Bundle.objects.filter(expires_at__lte=now).exclude(file=""))
    for bundle in over:
        default_storage.delete(place(bundle.file))
    Bundle.objects.filter(pk__in=[b.pk for b in over]).update(file="", state=BundleState.GONE)
    return len(over)


def _content(name: str) -> Iterator[bytes]:
    content = store.get(place(name))
    try:
        yield from content.blocks()
    finally:
        content.close()


def _record(case: Case, act: str, actor: Actor, now: datetime, **data: Any) -> None:
    append(chain=f"case:{case.pk}", act=act, subject=f"case:{case.pk}", actor=actor, now=now, data=data)
