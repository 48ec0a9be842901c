"""One letter, two documents (一函两书): reminder, opinion, recommendation, and the transfer to the procuratorate
(domain 3.2). The union acts in its own name; the employer never learns who complained."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Intake, Service, Years
from zhijia.kernel.service.habits import federation, opening
from zhijia.kernel.service.terms import facts, line, number, pick, words

from . import rules as r
from .figures import CLOCKS, COUNTS, DURATIONS, RATES, SUMS
from .letters import LETTERS
from .messages import MESSAGES
from .models import Breach, Industry, Source, Supervision
from .panels import PANELS
from .states import STATES, S
from .steps import TRANSITIONS

INTAKE = Intake(
    asks=facts(
        words("finding", _("What was found; name no worker"), limit=20_000),
        pick("category", _("What is broken"), Breach.choices),
        line("employer_name", _("Employer")),
        pick("industry", _("Trade"), Industry.choices, required=False),
        number("people", _("How many workers are concerned?"), required=False),
        pick("source", _("Where the clue came from"), Source.choices, required=False),
    ),
    by=frozenset({Role.WORKER, Role.AGENT, Role.OFFICER, Role.UNIT_HEAD, Role.SYSTEM}), category="category",
    searched=("finding", "employer_name"), title=opening("finding"), unit=federation, done=_("The clue was registered"),
    check=(r.people_sensible,), tells=("begun", "new_for_unit"),
)  # fmt: skip

SUPERVISION = Service(
    key="supervision", title=_("Supervision letters"), facts=Supervision, states=S, state_titles=STATES, initial=S.CLUE,
    final=frozenset({S.CLOSED}), asleep=frozenset({S.ABOVE}), intake=INTAKE, transitions=TRANSITIONS, clocks=CLOCKS,
    counts=COUNTS, sums=SUMS, durations=DURATIONS, rates=RATES, messages=MESSAGES, letters=LETTERS, panels=PANELS, rules=r.RULES,
    personal=(
        "finding", "employer_name", "words", "note", "order", "reply", "reason", "way", "demand", "terms", "plan", "result", "retold", "why",
        "said", "name",
    ),
    keep=Years(years=15, basis="(?)", verified=False),
    basis=_("Trade Union Law, articles 20, 22, 23, 25 to 27 and 50 to 54; Labour Contract Law 43; regulations on labour inspection 17 and 30; rules on labour-law supervision by unions (2021). National law sets no limits for replies: those day counts are defaults, to be set by region."),
)  # fmt: skip
