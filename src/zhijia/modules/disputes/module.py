"""Mediation of labour disputes as one module of the platform."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Module

from .service import DISPUTES

MODULE = Module(key="disputes", title=_("Mediation of disputes"), services=(DISPUTES,))
