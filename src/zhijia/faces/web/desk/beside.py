"""What stands beside the derived case page: workbooks of the case's module."""

from datetime import datetime

from django.utils.translation import get_language

from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service import registry
from zhijia.kernel.sheets.declare import Context, Sheet

from .dossier import Dossier


def workbooks(found: Dossier, actor: Actor, now: datetime) -> list[Sheet]:
    """The sheets of the case's module that this actor may bring for it now."""
    sheets = [
        sheet for module in registry.modules() for sheet in module.sheets
        if isinstance(sheet, Sheet) and any(service.key == found.service.key for service in module.services)
    ]  # fmt: skip
    about = Context(actor, now, {"case": found.case.no}, get_language() or "")
    return [s for s in sheets if s.may(actor) and (s.ready is None or s.ready(about))]
