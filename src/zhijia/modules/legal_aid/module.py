"""Legal aid and the booking of lawyers as one module of the platform."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Module, Roster

from .lawyers import ROSTER
from .service import LEGAL_AID
from .set_up import set_up
from .sheets import HOURS, TIES
from .stories import STORIES
from .values import TITLES
from .visit import LAWYER_VISIT

MODULE = Module(
    key="legal_aid", rule_titles=TITLES, title=_("Legal aid"), services=(LEGAL_AID, LAWYER_VISIT), sheets=(HOURS, TIES),
    rosters=(Roster(key=ROSTER, title=_("Lawyers")),), stories=STORIES, sets_up=set_up,
)  # fmt: skip
