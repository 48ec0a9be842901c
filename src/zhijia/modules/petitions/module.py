"""Letters and visits as one module of the platform."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Module
from zhijia.kernel.service.served import when_served

from .rules import TITLES
from .service import PETITIONS
from .stories import STORIES

STEPS = {
    "receipt": "tell", "transfer": "transfer", "opinion": "serve_opinion", "review": "serve_review",
    "re_review": "serve_re_review",
}  # fmt: skip
MODULE = Module(
    key="petitions", rule_titles=TITLES, title=_("Letters and visits"), services=(PETITIONS,), stories=STORIES,
    listens=(when_served("petitions", STEPS),),
)  # fmt: skip
