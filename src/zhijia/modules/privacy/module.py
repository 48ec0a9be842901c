"""Rights over one's own data as one module of the platform."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.retention import people
from zhijia.kernel.service.declare import Module

from .service import SERVICE

people.DETACHED.add(SERVICE.key)
MODULE = Module(key="privacy", title=_("My data"), services=(SERVICE,))
