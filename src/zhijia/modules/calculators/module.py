"""The calculators as one module of the platform: no service, only values that differ by place and year."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Module

from .rules import RULES, TITLES

MODULE = Module(key="calculators", rule_titles=TITLES, title=_("Calculators"), rules=RULES)
