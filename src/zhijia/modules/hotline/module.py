"""The hotline as one module of the platform."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Module

from .service import HOTLINE

MODULE = Module(key="hotline", title=_("12351 hotline"), services=(HOTLINE,))
