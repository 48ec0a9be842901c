"""Supervision letters as one module of the platform."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Module
from zhijia.kernel.service.served import when_served

from .service import SUPERVISION

STEPS = {"reminder": "remind", "opinion": "serve_opinion", "recommendation": "recommend"}
MODULE = Module(
    key="supervision", title=_("Supervision letters"), services=(SUPERVISION,),
    listens=(when_served("supervision", STEPS),),
)  # fmt: skip
