"""Every way in which a claim or a redemption can be refused, in words that say what to do."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Conflict, Verdict, no, yes

DONE = frozenset({"granted", "again", "used", "refunded"})
"""Codes of what was done, now or before under the same key."""

REASONS: dict[str, tuple[str | Promise, str | Promise]] = {
    "already": (_("You have one already."), _("It is under “My vouchers”.")),
    "sold_out": (_("All of today's are taken."), _("Look again: those given back can be claimed by others.")),
    "not_open": (_("Claims are not open yet."), _("The hour is on the page.")),
    "closed": (_("Claims for this day are closed."), ""),
    "paused": (_("This programme is suspended for the moment."), ""),
    "suspended": (_("This programme is suspended for the moment."), ""),
    "busy": (_("Too many are claiming at this moment."), _("Try again; nothing was lost.")),
    "key_reused": (_("This key was already used for another claim."), ""),
    "no_quota": (_("There is nothing to be claimed here."), ""),
    "not_listed": (
        _("You are not on the list of this programme."),
        _("Ask the union that runs it, or call 12351."),
    ),
    "no_phone": (_("Your account has no phone number."), _("Add it under “Me”, or ask at a station.")),
    "too_many": (_("That was too often in one minute."), _("Wait a minute, then try again.")),
    "puzzle_needed": (_("Your device must solve a small puzzle first."), _("Load the page again, or go to a station.")),
    "puzzle_wrong": (_("The puzzle was not solved."), _("Load the page again, or go to a station.")),
    "puzzle_old": (_("The puzzle is too old."), _("Load the page again.")),
    "puzzle_spent": (_("This puzzle was used already."), _("Load the page again.")),
    "not_found": (_("There is no such voucher."), ""),
    "bad_token": (_("This is not one of our codes, or it was changed."), _("Ask for the eight digits instead.")),
    "bad_code": (_("No voucher of today has these digits."), _("Compare them with the screen of the other person.")),
    "already_used": (_("It was handed over already."), ""),
    "refunded": (_("It was given back."), ""),
    "expired": (_("It is no longer valid."), ""),
    "not_yet": (_("It is not valid yet."), ""),
    "wrong_city": (_("It is for another place."), ""),
    "outlet_inactive": (_("This outlet takes no part at the moment."), ""),
    "over_limit": (_("The terminal handed out more than it may without a connection."), ""),
    "too_late": (_("It was uploaded too late."), ""),
    "in_future": (_("The terminal's clock is wrong: this moment has not come."), ""),
}  # fmt: skip


def verdict(code: str) -> Verdict:
    """What a code means, for people."""
    if code in DONE:
        return yes()
    return no(code, *REASONS[code])


def refuse(code: str) -> Conflict:
    """The error of a refusal."""
    reason, mend = REASONS[code]
    return Conflict(format_lazy("{reason} {mend}", reason=reason, mend=mend) if mend else reason, code=code)
