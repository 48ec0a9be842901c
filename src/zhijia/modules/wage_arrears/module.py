"""Unpaid wages as one module of the platform."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.retention import consents
from zhijia.kernel.service.declare import Module
from zhijia.kernel.service.served import when_served

from .consents import NAMED
from .service import WAGE_ARREARS
from .sheet import WORKERS

consents.register(NAMED)
MODULE = Module(
    key="wage_arrears", title=_("Unpaid wages"), services=(WAGE_ARREARS,), sheets=(WORKERS,),
    listens=(when_served("wage_arrears", {"demand": "serve_demand", "demand_named": "serve_demand"}),),
)  # fmt: skip
