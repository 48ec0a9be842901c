"""Rectification of what inspections and audits found, as one module of the platform."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Module
from zhijia.kernel.service.served import when_served

from .rules import TITLES
from .service import RECTIFICATION, ROUND
from .sheet import FINDINGS
from .stories import STORIES

MODULE = Module(
    key="rectification", rule_titles=TITLES, title=_("Rectification"),
    services=(RECTIFICATION, ROUND), sheets=(FINDINGS,), stories=STORIES,
    listens=(when_served("rectification", {"notice": "send"}),),
)  # fmt: skip
