"""A letter as DOCX, for whoever must work on in a word processor: filled into the letterhead by docxtpl."""

from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from zhijia.kernel.base.errors import Misconfigured

from .letterhead import default
from .paper import Paper, sheet


def docx(paper: Paper) -> bytes:
    """The DOCX; neither kept nor hashed, for the paper that counts is the PDF. Raises Misconfigured."""
    given = sheet(paper)
    given.pop("fonts")
    return filled(letterhead(), given)


def letterhead() -> bytes:
    """The operator's letterhead (ZHIJIA_LETTERHEAD), or ours."""
    if not settings.LETTERHEAD:
        return default()
    try:
        return Path(settings.LETTERHEAD).read_bytes()
    except OSError as error:
        reason = _("The letterhead that ZHIJIA_LETTERHEAD names cannot be read: %(reason)s.")
        raise Misconfigured(reason % {"reason": error.strerror}) from error


def filled(template: bytes, given: dict[str, Any]) -> bytes:
    """The letterhead with a letter in it. Values are data: they are escaped for XML and never read as a template."""
    try:
        document = DocxTemplate(BytesIO(template))
        document.render(given, jinja_env=ImmutableSandboxedEnvironment(), autoescape=True)
        held = BytesIO()
        document.save(held)
    except (TemplateError, ValueError, KeyError, OSError) as error:
        reason = _("The letterhead cannot be filled: %(reason)s. Compare it with the default one.")
        raise Misconfigured(reason % {"reason": error}) from error
    return held.getvalue()
