"""What an operator must do outside the software, and keep the proof of: an assessor asks for it, we cannot see it."""

from django.utils.translation import gettext_lazy as _

from .findings import Finding, State


def _outside(control: str, title: object, what: object) -> Finding:
    return Finding(control, title, State.OUTSIDE, what)  # type: ignore[arg-type]


OUTSIDE = (
    _outside(
        "8.1.1", _("Rooms and power"),
        _("Access, fire, water, power and its records, or the contract with the cloud that has them."),
    ),
    _outside(
        "8.1.2", _("Network"),
        _("Zones, a firewall between them, TLS or TLCP up to this machine, and a second line."),
    ),
    _outside(
        "8.1.3", _("Borders"),
        _("Intrusion detection, mail and malware filters, and logs of the border kept six months."),
    ),
    _outside(
        "8.1.4.6", _("Trusted start"),
        _("Verified boot of the server, where its hardware can."),
    ),
    _outside(
        "8.1.4.4", _("Updates"),
        _("Operating system and PostgreSQL patched; scans for holes and a record of what was closed."),
    ),
    _outside(
        "8.1.4.9 c", _("Second place"),
        _("Backups and signed roots on another machine, in another place, tried twice a year."),
    ),
    _outside(
        "8.1.5.4", _("One view"),
        _("Logs of all machines sent to one place, watched, with somebody who is called."),
    ),
    _outside(
        "8.1.6–8.1.10", _("People and rules"),
        _("Named officers, trained and bound to secrecy; plans, drills, suppliers and incidents on paper."),
    ),
    _outside(
        "GB/T 39786", _("Cryptography review"),
        _(
            "The yearly review of commercial cryptography (密评): certified modules where it asks for them; ours are "
            "software."
        ),
    ),
    _outside(
        "GB/T 28448", _("Assessment"),
        _("The yearly assessment of level 3 by a licensed body, and the filing with the public security organ."),
    ),
    _outside(
        "PIPL 55–56", _("Impact assessment"),
        _("For sensitive data, kept for three years; and the officer of PIPL 52."),
    ),
)  # fmt: skip
