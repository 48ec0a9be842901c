"""The demonstration: an invented province with its union tree, people of every role and three months of tickets.

Kept light: `zhijia serve` reads ACCOUNTS on every start. What loads the province stands in demo_province and demo_play.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .words import _

PASSWORD = os.environ.get("ZHIJIA_DEMO_PASSWORD") or "zhijia-demo-2026"
"""The one password of every demonstration account."""


@dataclass(frozen=True)
class Account:
    """One demonstration account: what it is, how to sign in, what to try."""

    title: str
    login: str
    tries: str
    password: str = PASSWORD

    def __iter__(self) -> Iterator[str]:
        """The cells of a table row: who, account, password."""
        yield from (self.title, self.login, self.password)


ACCOUNTS = [
    Account(_("Worker"), "13800000001", _("Follow three matters; confirm one; see who looked at your data.")),
    Account(_("Another worker"), "13800000002", _("Ask for help in your own words; urge.")),
    Account(_("Hotline agent"), "agent", _("Take a ringing call at the console; answer, file or refer it.")),
    Account(_("Dispatcher"), "dispatcher", _("Dispatch what came in; merge what belongs together.")),
    Account(_("Union officer, Qinghe"), "officer", _("Sign, speak with the worker, submit a result.")),
    Account(_("Head of unit, Qinghe"), "head", _("Answer a supervision; suspend a clock.")),
    Account(_("Union officer, Andu"), "officer2", _("Another county: Qinghe's cases are not to be found.")),
    Account(_("Union officer, the city"), "city", _("What was not solved comes here, one level up.")),
    Account(_("Call-back agent"), "caller", _("Ask workers whether it is solved.")),
    Account(_("Quality checker"), "checker", _("Check and close.")),
    Account(_("Supervisor"), "supervisor", _("See what is late; supervise it.")),
    Account(_("Leader"), "leader", _("The board: three rates with their denominators.")),
    Account(_("Auditor"), "auditor", _("Read the trail of who did and who read what.")),
    Account(_("Administrator"), "admin", _("Accounts and posts.")),
]
TRY_FIRST = [
    _("Sign in as 13800000001 and look at the matter that waits for your word."),
    _("In another window sign in as officer and take the first case of the inbox."),
    _("Then file ten texts of your own: zhijia intake FILE --simulate"),
]


def load(progress: Callable[[str], None]) -> None:
    """Load the province and its tickets up to the present moment; once: a second call finds them and does nothing."""
    from zhijia.kernel.base import clock

    from . import demo_calls, demo_casework, demo_play, demo_province, demo_values, demo_vouchers, demo_wages

    now = clock.now()
    if demo_province.is_there():
        return
    progress(_("the union tree"))
    province = demo_province.found(now=now - demo_play.SPAN)
    demo_values.load(now=now)
    demo_play.play(province, now=now, progress=progress)
    demo_wages.play(province, now=now, progress=progress)
    demo_casework.play(province, now=now, progress=progress)
    demo_vouchers.play(province, now, progress)
    demo_calls.play(province, now)
