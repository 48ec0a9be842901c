"""What a worker's own package holds: everything that is held about them, as a page to read and as JSON, with their
files and letters. Gathered in the worker's own scope, so it can hold nothing that they may not see."""

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from zhijia.faces import present
from zhijia.faces.access import as_worker, seen_by
from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import ZhijiaError
from zhijia.kernel.cases import attachments, reckonings
from zhijia.kernel.cases.models import Attachment, Case
from zhijia.kernel.documents import letters, paper
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.files.scratch import nameless
from zhijia.kernel.ledger.models import Entitlement
from zhijia.kernel.notify.models import Message
from zhijia.kernel.notify.render import render
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account, Person, SafeContact
from zhijia.kernel.people.persons import accesses_to, held_numbers
from zhijia.kernel.retention import consents, packages
from zhijia.kernel.retention.due import kept
from zhijia.kernel.retention.models import Package, PackageState
from zhijia.kernel.service import registry
from zhijia.modules.privacy import doing

Sheet = dict[str, Any]


def make(*, request: str, now: datetime) -> None:
    """Make the package of a request. Begun again after a kill, it is made anew; what is ready is left alone."""
    package = Package.objects.filter(request_no=request, state=PackageState.WAITING).first()
    if package is None:
        return
    account = Account.objects.filter(person_id=package.person_id, is_active=True).order_by("pk").first()
    actor = as_worker(account) if account else Actor(person_id=package.person_id)
    with translation.override(package.language), nameless() as file:
        write(file, actor, package, now)
        packages.keep(package, file, now=now)
        doing.copied(no=request, now=now)


def write(file: BinaryIO, actor: Actor, package: Package, now: datetime) -> None:
    """Write the zip: data.html, data.json, and a folder for each matter with its files and letters."""
    person_id = package.person_id
    with seen_by(actor):
        cases = list(Case.objects.visible_to(actor).select_related("unit").order_by("id"))
    _tell(package, total=len(cases) + 1)
    held: Sheet = {"made": _at(now), **_about(person_id, actor), "matters": []}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, case in enumerate(cases, start=1):
            held["matters"].append(_matter(case, actor, archive))
            _tell(package, done=done)
        archive.writestr("data.json", json.dumps(held, ensure_ascii=False, indent=2))
        archive.writestr("data.html", render_to_string("web/worker/package.html", {"held": held, "package": package}))
    file.seek(0)
    subject = f"person:{person_id}"
    append(
        chain=subject, act="package.made", subject=subject, actor=Actor.platform(), now=now, person_id=person_id,
        data={"package": package.pk, "matters": len(cases)},
    )  # fmt: skip


def _about(person_id: int, actor: Actor) -> Sheet:
    """The person, their wishes and consents, and who read what."""
    person = Person.objects.get(pk=person_id)
    numbers = {str(name): value for name, value in held_numbers(person_id).items()}
    wishes = SafeContact.objects.filter(person=person).first()
    hidden = ("person_id", "number_sealed", "number_masked", "pass_phrase_sealed")
    about: Sheet = {
        "person": {"name": person.name, "language": person.language, "since": _at(person.created_at), **numbers},
        "wishes": {
            f.name: str(getattr(wishes, f.attname))
            for f in SafeContact._meta.concrete_fields if f.attname not in hidden
        } if wishes else {},
        "consents": [str(consent.title) for consent in consents.given_by(person_id)],
        "accounts": [
            {"since": _at(a.created_at), "open": a.is_active} for a in Account.objects.filter(person=person)
        ],
    }  # fmt: skip
    language = translation.get_language() or ""
    with seen_by(actor):
        about["messages"] = [
            {
                "at": _at(m.created_at), "by": str(m.get_channel_display()),
                "text": render(m.template, m.data, language, at=m.created_at),
            }
            for m in Message.objects.filter(person_id=person_id).order_by("id")
        ]  # fmt: skip
        about["readings"] = [
            {"at": _at(e.at), "who": e.actor, "what": ", ".join(e.data.get("fields", ())), "purpose": e.purpose}
            for e in accesses_to(person_id, limit=10_000)
        ]  # fmt: skip
    about["vouchers"] = [
        {"at": _at(e.granted_at), "state": str(e.get_status_display()), "worth": present.amount(e.fen)}
        for e in Entitlement.objects.filter(person_id=person_id).order_by("id")
    ]  # fmt: skip
    return about


def _matter(case: Case, actor: Actor, archive: zipfile.ZipFile) -> Sheet:
    """One matter as its worker may see it; its files and letters go into a folder of its number."""
    service = registry.service(case.service)
    with seen_by(actor):
        facts = service.facts._default_manager.filter(pk=case.pk).first()
        told = [f for f in present.facts_of(service, facts) if f.ask.public and f.words] if facts else []
        steps = present.timeline(case, desk=False, reader=actor)
        files = list(Attachment.objects.filter(case=case, public=True).order_by("id"))
        worked = [{"at": _at(r.at), **r.words} for r in reckonings.of(case.pk)]
        papers = [letters.letter_of(case, pk) for pk in _public_letters(case)]
        read = [paper.read(letter) for letter in papers]
    sheet: Sheet = {
        "no": case.no, "service": str(service.title), "state": str(service.state_titles[case.state]),
        "unit": case.unit.name, "filed": _at(case.created_at), "closed": _at(case.closed_at),
        "kept_until": kept(service, case.closed_at).until.isoformat() if case.closed_at else "",
        "told": [{"what": str(f.ask.title), "words": f.words} for f in told],
        "steps": [
            {"at": _at(s.at), "what": s.what, "who": s.who, "words": [list(note) for note in s.notes]} for s in steps
        ],
        "calculations": worked, "files": [], "letters": [],
    }  # fmt: skip
    for n, attachment in enumerate(files, start=1):
        place = f"{case.no}/{n}-{attachment.name}"
        sheet["files"].append({"name": attachment.name, "place": _add(archive, place, attachment)})
    for letter in read:
        place = f"{case.no}/{letter.letter.number or letter.letter.pk}.pdf"
        archive.writestr(place, paper.pdf(letter))
        sheet["letters"].append({"title": letter.letter.title, "number": letter.letter.number, "place": place})
    return sheet


def _public_letters(case: Case) -> Iterator[int]:
    yield from Letter.objects.filter(case=case, public=True, issued_at__isnull=False).values_list("pk", flat=True)


def _add(archive: zipfile.ZipFile, place: str, attachment: Attachment) -> str:
    """Put one file in, piece by piece; where it went, or why it is not there."""
    try:
        _row, _known, content = attachments.opened(attachment.pk)
    except ZhijiaError as error:
        return str(error) or _("The file is no longer there.")
    try:
        with archive.open(place, "w") as inside:
            for block in content.blocks():
                inside.write(block)
    finally:
        content.close()
    return place


def _tell(package: Package, **progress: int) -> None:
    Package.objects.filter(pk=package.pk).update(**progress)


def _at(moment: datetime | None) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}" if moment else ""
