"""Vouchers as one module of the platform."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Module

from .service import CYCLE, SETTLEMENT

MODULE = Module(key="vouchers", title=_("Love meals and warm packs"), services=(CYCLE, SETTLEMENT))
