"""Making the file of one case that somebody takes out: one zip with a PDF of everything, the letters, the attachments,
and proofs of the case's audit entries that anybody can check without us.

Gathered in the database scope of what its owner may take out, so that it can hold nothing else. Runs in a task.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhijia.faces.access import as_staff, seen_by
from zhijia.faces.web.papers import summaries
from zhijia.kernel.audit import bundle as proofs
from zhijia.kernel.audit.chain import signature, stamp
from zhijia.kernel.audit.models import Chain
from zhijia.kernel.base.errors import NotFound, ZhijiaError
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases import attachments, bundles
from zhijia.kernel.cases.access import record_view
from zhijia.kernel.cases.desk import Bundle, BundleState
from zhijia.kernel.cases.models import Attachment, Case
from zhijia.kernel.documents import letters, paper
from zhijia.kernel.documents.fonts import faces
from zhijia.kernel.files.scratch import nameless
from zhijia.kernel.files.store import blocks_of
from zhijia.kernel.people.actors import Actor, Permission

from . import dossier
from .whole import Whole, stamped, whole_file

FORMAT = 1
_HERE = Path(__file__).parent
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass
class _Gathered:
    """What the scope gave: words, letters with their lines, attachments."""

    whole: Whole
    papers: list[paper.Paper]
    files: list[Attachment]
    persons: list[int]


@dataclass
class _Archive:
    """A zip under way: the size and SHA-256 of every file, and what could not be put in."""

    zipped: zipfile.ZipFile
    files: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)

    def put(self, name: str, blocks: Iterable[bytes]) -> None:
        """Write one file, piece by piece."""
        digest, size = hashlib.sha256(), 0
        with self.zipped.open(name, "w", force_zip64=True) as inside:
            for block in blocks:
                digest.update(block)
                size += len(block)
                inside.write(block)
        self.files.append({"name": name, "size": size, "sha256": digest.hexdigest()})


def make(*, bundle_id: int, now: datetime) -> None:
    """Make what was ordered. Begun again after a kill, it is made anew; what is ready is left alone. Whoever may not
    take it out any more is told so instead."""
    waiting = Bundle.objects.select_related("case", "account").filter(pk=bundle_id, state=BundleState.WAITING)
    bundle = waiting.first()
    if bundle is None:
        return
    with translation.override(bundle.language):
        try:
            actor = as_staff(bundle.account, now=now)
            gathered = _gather(bundle, actor, now)
            with nameless() as file:
                manifest = _write(file, gathered, bundle, actor, now)
                file.seek(0)
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
                file.seek(0)
                bundles.keep(bundle, file, sha256=sha256, manifest=manifest, actor=actor, now=now)
        except ZhijiaError as error:
            bundles.fail(bundle, str(error))


def _gather(bundle: Bundle, actor: Actor, now: datetime) -> _Gathered:
    """Everything its owner may take out, in the scope of that right; that it was read is on record. Raises Forbidden
    and NotFound."""
    actor.require(Permission.EXPORT)
    with seen_by(actor, Permission.EXPORT):
        cases = Case.objects.visible_to(actor, Permission.EXPORT).select_related("unit", "employer", "lead")
        case = cases.filter(pk=bundle.case_id).first()
        if case is None:
            raise NotFound(_("Your right to take files out does not reach this case any more."), code="out_of_reach")
        bundles.demand(case, actor)
        found = dossier.read(case, actor, now)
        listed = summaries(case)
        whole = whole_file(found, listed, now, internal=bundle.internal)
        papers = [
            paper.read(letters.letter_of(case, letter.id))
            for letter in reversed(listed) if bundle.internal or letter.state != "draft"
        ]  # fmt: skip
        files = list(case.attachments.order_by("id") if bundle.internal else case.attachments.filter(public=True))
        persons = {worker.person_id for worker in found.people}
        for read in papers:
            lines = read.letter.lines.filter(person_id__isnull=False)
            persons |= {person for person in lines.values_list("person_id", flat=True) if person is not None}
        record_view(case, persons, actor=actor, now=now)
        for attachment in files:
            attachments.record_read(attachment, actor=actor, now=now)
        bundles.record_taken(bundle, persons, actor=actor, now=now)
    return _Gathered(whole, papers, files, sorted(persons))


def _write(file: BinaryIO, gathered: _Gathered, bundle: Bundle, actor: Actor, now: datetime) -> str:
    """Write the zip; the SHA-256 of its manifest."""
    _tell(bundle, total=3 + len(gathered.papers) + len(gathered.files))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        archive = _Archive(zipped)
        archive.put("README.txt", [(_HERE / "bundle_readme.txt").read_bytes()])
        archive.put("case.pdf", [pdf(gathered.whole, by=actor.name, at=now)])
        _tell(bundle, done=1)
        done = 1
        for done, read in enumerate(gathered.papers, start=2):
            name = safe(read.letter.number or f"{read.letter.pk}-{read.letter.title}")
            archive.put(f"letters/{done - 1:02d}-{name}.pdf", [paper.pdf(read)])
            _tell(bundle, done=done)
        for n, attachment in enumerate(gathered.files, start=1):
            _add(archive, f"files/{n:02d}-{safe(attachment.name)}", attachment)
            _tell(bundle, done=done + n)
        _prove(archive, bundle.case, actor, now)
        manifest = json.dumps(_manifest(archive, bundle, actor, now), ensure_ascii=False, indent=1).encode()
        archive.put("manifest.json", [manifest])
        sums = "".join(f"{entry['sha256']}  {entry['name']}\n" for entry in archive.files)
        zipped.writestr("SHA256SUMS", sums)
    return hashlib.sha256(manifest).hexdigest()


def pdf(whole: Whole, *, by: str, at: datetime) -> bytes:
    """The file as PDF (A-2b): number and page on every sheet. Raises Misconfigured without a Chinese font."""
    english = (get_language() or "").startswith("en")
    words = {
        "file": _("Whole file of a case"), "internal": _("internal"),
        "made": _("Made %(at)s for %(by)s") % {"at": stamped(at), "by": by},
    }  # fmt: skip
    given = asdict(whole) | {
        "by": by, "words": words, "lang": "en" if english else "zh", "region": "GB" if english else "cn",
        "fonts": faces().families,
    }  # fmt: skip
    return paper.compile_sheet(given, at=at, source=(_HERE / "typst" / "file.typ").read_bytes())


def safe(name: str) -> str:
    """A name that every system takes as the name of a file."""
    return _UNFIT.sub("_", clean(name)).strip(" .")[:80] or "file"


def _add(archive: _Archive, place: str, attachment: Attachment) -> None:
    """Put one attachment in, or say why it is not there."""
    try:
        _row, _known, content = attachments.opened(attachment.pk)
    except ZhijiaError as error:
        archive.left_out.append({"name": place, "why": str(error) or _("The file is no longer there.")})
        return
    try:
        archive.put(place, content.blocks())
    finally:
        content.close()


def _prove(archive: _Archive, case: Case, actor: Actor, now: datetime) -> None:
    """The case's audit entries with their proofs, and the program that checks them."""
    with nameless() as proof:
        proofs.export(wanted=proofs.Wanted(case_id=case.pk, case_no=case.no), to=proof, actor=actor, now=now)
        proof.seek(0)
        archive.put("proof.zip", blocks_of(proof))
    archive.put("verify_audit.py", [Path(proofs.__file__).with_name("verify_audit.py").read_bytes()])


def _manifest(archive: _Archive, bundle: Bundle, actor: Actor, now: datetime) -> dict[str, Any]:
    chain = Chain.objects.filter(key=f"case:{bundle.case_id}").first()
    return {
        "format": FORMAT, "case": bundle.case.no, "service": bundle.case.service, "made": stamp(now),
        "made_for": signature(actor), "purpose": bundle.purpose, "internal": bundle.internal,
        "chain": {"name": chain.key, "seq": chain.seq, "head": bytes(chain.head).hex()} if chain else None,
        "left_out": [*archive.left_out, *_hidden(bundle)], "files": archive.files,
    }  # fmt: skip


def _hidden(bundle: Bundle) -> Iterator[dict[str, str]]:
    if not bundle.internal:
        yield {"name": "notes", "why": _("Internal steps, notes among colleagues and drafts were not asked for.")}


def _tell(bundle: Bundle, **progress: int) -> None:
    Bundle.objects.filter(pk=bundle.pk).update(**progress)
